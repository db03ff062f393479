/* SPDX-License-Identifier: MIT */
/* Folders that are run anew as a whole when one of their files changes: sql/domain/ and sql/reference/. */
#ifndef SKILLSD_COMMANDS_STANDING_H
#define SKILLSD_COMMANDS_STANDING_H

#include <libpq-fe.h>
#include <stdbool.h>

/* A file may begin with lines `-- import: NAME PATH`: that import is run with FOLDER/PATH, before the SQL of the file,
 * if it has any. */
struct standing {
    PGconn *connection;
    const char *home;
    const char *folder; /* "sql/domain" */
};

/* Runs all files in one transaction when any of them changed, came or went, or when it is forced to. Returns 0 with
 * *ran set, or an exit code with *why set. */
int standing_apply(const struct standing *standing, bool force, bool *ran, char **why);
/* Prints whether the folder is as it was applied. */
int standing_print(const struct standing *standing, char **why);

#endif
