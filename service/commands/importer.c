/* SPDX-License-Identifier: MIT */
/* Streaming a CSV file into the temporary table `rows` by COPY, and running the import's script over it. */
#include "commands/importer.h"

#include "base/memory.h"
#include "commands/csv_file.h"
#include "db/session.h"

#include <ctype.h>
#include <errno.h>
#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

enum { COPY_PIECE_BYTES = 65536 };

/* How the file in hand maps to the form. */
struct importer {
    const struct import_task *task;
    struct import_tally *tally;
    struct csv_file *csv;
    char **titles; /* of the file's columns, as names */
    size_t title_count;
    struct evbuffer *copy; /* rows in COPY's text format that are not sent yet */
};

static bool read_record(struct importer *importer, struct csv_record *record, char **why) {
    enum csv_outcome outcome = csv_file_next(importer->csv, record);
    if (outcome == CSV_FAULT)
        *why = xasprintf("%s:%ld: %s.", importer->task->path, csv_file_fault_line(importer->csv),
                         csv_file_fault(importer->csv));
    return outcome == CSV_RECORD;
}

static const struct import_column *find_column(const struct import_form *form, const char *name) {
    for (size_t i = 0; i < form->column_count; i++) {
        if (strcmp(form->columns[i].name, name) == 0)
            return &form->columns[i];
    }
    return NULL;
}

static bool has_title(const struct importer *importer, const char *name) {
    for (size_t i = 0; i < importer->title_count; i++) {
        if (strcmp(importer->titles[i], name) == 0)
            return true;
    }
    return false;
}

/* What is wrong with a column's title, or NULL. */
static const char *title_fault(const struct importer *importer, const char *name) {
    if (*name == '\0')
        return "is empty";
    if (has_title(importer, name))
        return "stands there twice";
    return find_column(importer->task->form, name) ? NULL : "is not one that this import knows";
}

static bool read_titles(struct importer *importer, char **why) {
    struct csv_record record;
    if (!read_record(importer, &record, why)) {
        if (!*why)
            *why = xasprintf("%s: the file is empty.", importer->task->path);
        return false;
    }
    importer->titles = xcalloc(record.count, sizeof *importer->titles);
    for (size_t i = 0; i < record.count; i++) {
        char *name = importer_column_name(record.cells[i]);
        const char *fault = title_fault(importer, name);
        importer->titles[importer->title_count++] = name;
        if (fault) {
            *why = xasprintf("%s:%ld: the name of column %zu, \"%s\", %s.", importer->task->path, record.line, i + 1,
                             name, fault);
            return false;
        }
    }
    return true;
}

static bool check_required(const struct importer *importer, char **why) {
    const struct import_form *form = importer->task->form;
    for (size_t i = 0; i < form->column_count; i++) {
        const struct import_column *column = &form->columns[i];
        if (column->optional || has_title(importer, column->name))
            continue;
        *why = xasprintf("%s: the column \"%s\" is missing.", importer->task->path, column->name);
        return false;
    }
    return true;
}

/* All columns of the form are made, so that the script needs no case for one that the file does not have. */
static bool create_table(const struct importer *importer, char **why) {
    const struct import_form *form = importer->task->form;
    struct evbuffer *sql = evbuffer_new();
    evbuffer_add_printf(sql, "create temporary table rows (line bigint");
    for (size_t i = 0; i < form->column_count; i++)
        evbuffer_add_printf(sql, ", \"%s\" text", form->columns[i].name);
    evbuffer_add(sql, ") on commit drop", sizeof ") on commit drop");
    bool good = session_execute(importer->task->connection, (const char *)evbuffer_pullup(sql, -1), why);
    evbuffer_free(sql);
    return good;
}

static bool begin_copy(const struct importer *importer, char **why) {
    struct evbuffer *sql = evbuffer_new();
    evbuffer_add_printf(sql, "copy rows (line");
    for (size_t i = 0; i < importer->title_count; i++)
        evbuffer_add_printf(sql, ", \"%s\"", importer->titles[i]);
    evbuffer_add(sql, ") from stdin", sizeof ") from stdin");
    PGconn *connection = importer->task->connection;
    PGresult *result = PQexec(connection, (const char *)evbuffer_pullup(sql, -1));
    bool good = PQresultStatus(result) == PGRES_COPY_IN;
    if (!good)
        *why = session_error(connection, result, NULL);
    PQclear(result);
    evbuffer_free(sql);
    return good;
}

static void add_cell(struct evbuffer *copy, const char *cell) {
    if (*cell == '\0') {
        evbuffer_add(copy, "\t\\N", 3);
        return;
    }
    evbuffer_add(copy, "\t", 1);
    while (*cell) {
        size_t plain = strcspn(cell, "\\\t\r\n");
        evbuffer_add(copy, cell, plain);
        cell += plain;
        if (*cell) {
            static const char letters[] = {['\\'] = '\\', ['\t'] = 't', ['\r'] = 'r', ['\n'] = 'n'};
            evbuffer_add_printf(copy, "\\%c", letters[(unsigned char)*cell++]);
        }
    }
}

static bool send_copy(const struct importer *importer) {
    size_t length = evbuffer_get_length(importer->copy);
    const char *bytes = (const char *)evbuffer_pullup(importer->copy, -1);
    bool good = length == 0 || PQputCopyData(importer->task->connection, bytes, (int)length) == 1;
    evbuffer_drain(importer->copy, length);
    return good;
}

static void take_record(struct importer *importer, const struct csv_record *record) {
    if (record->count != importer->title_count) {
        fprintf(importer->task->report, "%s:%ld: row: It has %zu cells, and the header has %zu.\n",
                importer->task->path, record->line, record->count, importer->title_count);
        importer->tally->bad++;
        return;
    }
    evbuffer_add_printf(importer->copy, "%ld", record->line);
    for (size_t i = 0; i < record->count; i++)
        add_cell(importer->copy, record->cells[i]);
    evbuffer_add(importer->copy, "\n", 1);
    importer->tally->rows++;
}

/* What COPY says in the end; *why may be set before, by the file. */
static bool end_copy(const struct importer *importer, char **why) {
    PGconn *connection = importer->task->connection;
    PQputCopyEnd(connection, *why ? "the file is broken" : NULL);
    for (PGresult *result; (result = PQgetResult(connection));) {
        if (!session_succeeded(result) && !*why)
            *why = session_error(connection, result, NULL);
        PQclear(result);
    }
    return *why == NULL;
}

static bool copy_rows(struct importer *importer, char **why) {
    if (!begin_copy(importer, why))
        return false;
    struct csv_record record;
    bool sent = true;
    while (sent && read_record(importer, &record, why)) {
        take_record(importer, &record);
        if (evbuffer_get_length(importer->copy) >= COPY_PIECE_BYTES)
            sent = send_copy(importer);
    }
    if (sent && !*why)
        send_copy(importer);
    return end_copy(importer, why);
}

/* A row of the report without a line is a summary; its reason is the whole sentence. */
static void print_report_row(const struct importer *importer, const PGresult *report, int row) {
    const char *reason = PQgetvalue(report, row, 2);
    if (PQgetisnull(report, row, 0)) {
        fprintf(importer->task->report, "%s\n", reason);
        return;
    }
    const char *column = PQgetisnull(report, row, 1) ? "row" : PQgetvalue(report, row, 1);
    fprintf(importer->task->report, "%s:%s: %s: %s\n", importer->task->path, PQgetvalue(report, row, 0), column,
            reason);
    importer->tally->bad++;
}

/* What the script and this file made is gone after it, so that a transaction may hold several imports. */
static bool run_script(const struct importer *importer, char **why) {
    const struct script *script = &importer->task->form->script;
    if (!session_execute(importer->task->connection, "analyze rows", why))
        return false;
    PGresult *report = session_run(importer->task->connection, script, why);
    if (!report)
        return false;
    bool good = PQresultStatus(report) == PGRES_TUPLES_OK && PQnfields(report) == 3;
    if (!good)
        *why = xasprintf("%s: its last statement does not return line, column_name and reason.", script->file);
    for (int row = 0; good && row < PQntuples(report); row++)
        print_report_row(importer, report, row);
    PQclear(report);
    return good && session_execute(importer->task->connection, "discard temp", why);
}

bool importer_run(const struct import_task *task, struct import_tally *tally, char **why) {
    FILE *stream = fopen(task->path, "re");
    if (!stream) {
        *why = xasprintf("%s cannot be read: %s.", task->path, strerror(errno));
        return false;
    }
    *tally = (struct import_tally){0};
    *why = NULL;
    struct importer importer = {.task = task, .tally = tally, .csv = csv_file_new(stream), .copy = evbuffer_new()};
    bool good = read_titles(&importer, why) && check_required(&importer, why) && create_table(&importer, why) &&
                copy_rows(&importer, why) && run_script(&importer, why);
    for (size_t i = 0; i < importer.title_count; i++)
        free(importer.titles[i]);
    free(importer.titles);
    csv_file_free(importer.csv);
    evbuffer_free(importer.copy);
    return good;
}

char *importer_column_name(const char *title) {
    char *name = xstrdup(title);
    char *end = name;
    for (const unsigned char *from = (const unsigned char *)title; *from; from++) {
        if (*from < 0x80 && isalnum(*from))
            *end++ = (char)tolower(*from);
        else if (end > name && end[-1] != '_')
            *end++ = '_';
    }
    if (end > name && end[-1] == '_')
        end--;
    *end = '\0';
    return name;
}
