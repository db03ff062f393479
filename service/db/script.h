/* SPDX-License-Identifier: MIT */
/* Files of sql/ that hold any number of statements: migrations, domain, reference, imports, jobs, demo. */
#ifndef SKILLSD_DB_SCRIPT_H
#define SKILLSD_DB_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

struct script {
    char *file; /* "sql/domain/10_settings.sql" */
    char *name; /* "10_settings" */
    char *text;
    size_t length;
};

struct scripts {
    struct script *list;
    size_t count;
};

/* Reads HOME/FILE; false with *why set to a sentence (to be freed). */
bool script_load(const char *home, const char *file, struct script *script, char **why);
void script_clear(struct script *script);

/* The value of a line `-- WORD: value` in the comment that the file begins with, to be freed; NULL when there is none.
 */
char *script_directive(const struct script *script, const char *word);

/* All *.sql of HOME/FOLDER, in the order of their names' bytes; a folder that is not there holds none. */
bool scripts_load(const char *home, const char *folder, struct scripts *scripts, char **why);
void scripts_clear(struct scripts *scripts);

#endif
