/* SPDX-License-Identifier: MIT */
/* What an import takes: sql/imports/NAME.sql and its columns, which are those of a schema of the contract, or those
 * that its leading comment declares. */
#ifndef SKILLSD_IMPORTS_IMPORT_FORM_H
#define SKILLSD_IMPORTS_IMPORT_FORM_H

#include "db/script.h"

#include <stdbool.h>
#include <stdio.h>

struct import_column {
    char *name;
    bool optional;
};

/* The comment says `-- row: Schema`, the name of a schema of the contract whose properties are the columns; or `--
 * columns: name name ...; optional: name name ...`, which may go on in lines that are indented by three spaces or more
 * after the dashes. */
struct import_form {
    struct script script;
    char *schema; /* NULL when the script declares its columns itself */
    struct import_column *columns;
    size_t column_count;
};

struct contract;

/* False with *why set when there is no such import or it declares no columns. Loads the contract for one that needs it,
 * unless it is given. */
bool import_form_load(const char *home, const struct contract *contract, const char *name, struct import_form *form,
                      char **why);
void import_form_clear(struct import_form *form);

/* The position of a column; -1 for one that it does not have. */
int import_form_find(const struct import_form *form, const char *name);

/* Lists every import of HOME with its columns. */
void import_forms_list(const char *home, FILE *out);

#endif
