/* SPDX-License-Identifier: MIT */
/* Copying a file into the temporary table `rows`, and running the import's script over it. */
#include "commands/importer.h"

#include "base/memory.h"
#include "db/session.h"
#include "imports/row_copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A row of the report without a line is a summary; its reason is the whole sentence. */
static void print_report_row(const struct import_task *task, const PGresult *report, struct import_tally *tally) {
    const char *reason = PQgetvalue(report, 0, 2);
    if (PQgetisnull(report, 0, 0)) {
        fprintf(task->report, "%s\n", reason);
        return;
    }
    const char *column = PQgetisnull(report, 0, 1) ? "row" : PQgetvalue(report, 0, 1);
    fprintf(task->report, "%s:%s: %s: %s\n", task->path, PQgetvalue(report, 0, 0), column, reason);
    tally->bad++;
}

/* Prints the rows of the last statement that was sent, as they come; a report may be as long as the file. */
static bool print_report(const struct import_task *task, struct import_tally *tally, char **why) {
    bool good = true;
    for (PGresult *result; (result = PQgetResult(task->connection));) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_SINGLE_TUPLE && PQnfields(result) == 3)
            print_report_row(task, result, tally);
        else if (good && !session_succeeded(result) && status != PGRES_SINGLE_TUPLE) {
            *why = session_error(task->connection, result, &task->form->script);
            good = false;
        }
        PQclear(result);
    }
    return good;
}

static bool report(const struct import_task *task, const char *sql, struct import_tally *tally, char **why) {
    if (PQsendQuery(task->connection, sql) && PQsetSingleRowMode(task->connection))
        return print_report(task, tally, why);
    *why = session_error(task->connection, NULL, NULL);
    return false;
}

/* What the script and this file made is gone after it, so that a transaction may hold several imports. */
static bool run_script(const struct import_task *task, struct import_tally *tally, char **why) {
    return session_execute(task->connection, "select end_staging()", why) &&
           report(task, "select line, column_name, reason from row_fault order by line", tally, why) &&
           report(task, task->form->script.text, tally, why) && session_execute(task->connection, "discard temp", why);
}

static enum row_format format_of(const char *path) {
    static const char suffix[] = ".ndjson";
    size_t length = strlen(path);
    bool lines = length >= sizeof suffix && strcmp(path + length - (sizeof suffix - 1), suffix) == 0;
    return lines ? ROW_NDJSON : ROW_CSV;
}

bool importer_run(const struct import_task *task, struct import_tally *tally, char **why) {
    FILE *stream = fopen(task->path, "re");
    if (!stream) {
        *why = xasprintf("%s cannot be read: %s.", task->path, strerror(errno));
        return false;
    }
    *tally = (struct import_tally){0};
    *why = NULL;
    struct row_copy copy = {task->connection, task->form, format_of(task->path), stream, 0};
    bool file_fault;
    bool good = row_copy_run(&copy, &file_fault, why);
    tally->rows = copy.rows;
    if (!good && file_fault) {
        char *place = xasprintf("%s:%s", task->path, *why);
        free(*why);
        *why = place;
    }
    return good && run_script(task, tally, why);
}
