/* SPDX-License-Identifier: MIT */
/* A synchronous connection to PostgreSQL, for the commands and the clerk, which may wait. */
#ifndef SKILLSD_DB_SESSION_H
#define SKILLSD_DB_SESSION_H

#include "db/script.h"

#include <libpq-fe.h>
#include <stdbool.h>

/* Connects within three seconds a host, and sets what every session of ours relies on: search_path skills, UTC, ISO
 * dates, UTF-8, warnings to the log. `name` is seen in pg_stat_activity. NULL with *why set to a sentence (to be
 * freed), which never repeats the connection string. */
PGconn *session_open(const char *url, const char *name, char **why);

/* Whether a result is that of a statement that went through. */
bool session_succeeded(const PGresult *result);
/* What PostgreSQL says went wrong: "FILE:LINE: message (detail; hint)", on one line, to be freed. The script may be
 * NULL. */
char *session_error(const PGconn *connection, const PGresult *result, const struct script *script);

/* The same without detail, hint and context, in which values of rows may stand: for a log. */
char *session_cause(const PGconn *connection, const PGresult *result);

/* One statement with parameters in text; its result, or NULL with *why set. */
PGresult *session_query(PGconn *connection, const char *sql, int count, const char *const *values, char **why);
/* Any number of statements without parameters, whose rows do not matter. */
bool session_execute(PGconn *connection, const char *sql, char **why);
/* All of a script; the result of its last statement, or NULL with *why set. */
PGresult *session_run(PGconn *connection, const struct script *script, char **why);

#endif
