/* SPDX-License-Identifier: MIT */
/* What an import takes: sql/imports/NAME.sql and the columns that its leading comment declares. */
#ifndef SKILLSD_COMMANDS_IMPORT_FORM_H
#define SKILLSD_COMMANDS_IMPORT_FORM_H

#include "db/script.h"

#include <stdbool.h>
#include <stdio.h>

struct import_column {
    char *name;
    bool optional;
};

/* The comment says `-- columns: name name ...; optional: name name ...`; it may go on in lines that are indented by
 * three spaces or more after the dashes. */
struct import_form {
    struct script script;
    struct import_column *columns;
    size_t column_count;
};

/* False with *why set when there is no such import or it declares no columns. */
bool import_form_load(const char *home, const char *name, struct import_form *form, char **why);
void import_form_clear(struct import_form *form);

/* Lists every import of HOME with its columns. */
void import_forms_list(const char *home, FILE *out);

#endif
