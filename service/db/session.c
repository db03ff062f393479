/* SPDX-License-Identifier: MIT */
/* Synchronous use of libpq, with errors that a person can read. */
#include "db/session.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static const char session_settings[] = "set search_path = skills;"
                                       "set timezone = 'UTC';"
                                       "set datestyle = 'ISO, DMY';"
                                       "set jit = off;" /* compiling a statement of ours takes longer than running it */
                                       "set client_min_messages = warning";

static void log_notice(void *owner, const PGresult *result) {
    (void)owner;
    log_event(LOG_WARNING, "database_notice", "message", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), NULL);
}

/* libpq breaks its messages into lines and ends them with one. */
static char *one_line(const char *text) {
    char *line = xstrdup(text);
    char *end = line;
    for (const char *from = text; *from; from++) {
        bool space = strchr(" \t\r\n", *from) != NULL;
        if (!space)
            *end++ = *from;
        else if (end > line && end[-1] != ' ')
            *end++ = ' ';
    }
    if (end > line && end[-1] == ' ')
        end--;
    *end = '\0';
    return line;
}

static bool url_is_understood(const char *url) {
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &message);
    bool good = options != NULL;
    PQconninfoFree(options);
    PQfreemem(message);
    return good;
}

/* The line of a position that counts characters from 1, as PostgreSQL reports it. */
static int line_of_position(const char *text, long position) {
    int line = 1;
    for (long at = 1; *text && at < position; text++) {
        line += *text == '\n';
        at += ((unsigned char)text[1] & 0xc0) != 0x80;
    }
    return line;
}

/* "FILE:LINE: ", "FILE: " without a position, "" without a script; to be freed. */
static char *place_of_error(const PGresult *result, const struct script *script) {
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    if (!script)
        return xstrdup("");
    if (!position)
        return xasprintf("%s: ", script->file);
    return xasprintf("%s:%d: ", script->file, line_of_position(script->text, strtol(position, NULL, 10)));
}

static PGresult *succeeded_or_clear(PGconn *connection, PGresult *result, const struct script *script, char **why) {
    if (session_succeeded(result))
        return result;
    *why = session_error(connection, result, script);
    PQclear(result);
    return NULL;
}

PGconn *session_open(const char *url, const char *name, char **why) {
    if (!url_is_understood(url)) {
        *why = xstrdup("The connection string of the database is not one that libpq understands.");
        return NULL;
    }
    const char *keywords[] = {"connect_timeout", "dbname", "application_name", "client_encoding", NULL};
    const char *values[] = {"3", url, name, "UTF8", NULL};
    PGconn *connection = PQconnectdbParams(keywords, values, 1);
    if (PQstatus(connection) != CONNECTION_OK) {
        char *message = one_line(PQerrorMessage(connection));
        *why = xasprintf("The database cannot be reached: %s", message);
        free(message);
        PQfinish(connection);
        return NULL;
    }
    PQsetNoticeReceiver(connection, log_notice, NULL);
    if (session_execute(connection, session_settings, why))
        return connection;
    PQfinish(connection);
    return NULL;
}

bool session_succeeded(const PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

char *session_error(const PGconn *connection, const PGresult *result, const struct script *script) {
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
    char *place = place_of_error(result, script);
    char *whole = xasprintf("%s%s%s%s%s%s%s%s", place, message ? message : PQerrorMessage(connection),
                            detail ? "; " : "", detail ? detail : "", hint ? "; " : "", hint ? hint : "",
                            context ? "; in " : "", context ? context : "");
    char *line = one_line(whole);
    free(whole);
    free(place);
    return line;
}

char *session_cause(const PGconn *connection, const PGresult *result) {
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    char *whole =
        xasprintf("%s%s%s", state ? state : "", state ? ": " : "", message ? message : PQerrorMessage(connection));
    char *line = one_line(whole);
    free(whole);
    return line;
}

PGresult *session_query(PGconn *connection, const char *sql, int count, const char *const *values, char **why) {
    PGresult *result = PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);
    return succeeded_or_clear(connection, result, NULL, why);
}

bool session_execute(PGconn *connection, const char *sql, char **why) {
    PGresult *result = succeeded_or_clear(connection, PQexec(connection, sql), NULL, why);
    PQclear(result);
    return result != NULL;
}

PGresult *session_run(PGconn *connection, const struct script *script, char **why) {
    return succeeded_or_clear(connection, PQexec(connection, script->text), script, why);
}
