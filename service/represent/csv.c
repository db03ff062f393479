/* SPDX-License-Identifier: MIT */
/* Rows as CSV (RFC 4180): a header line, CRLF, quotes where they are needed; null is empty and empty text is "". */
#include "represent/plan.h"
#include "represent/sink.h"

#include <string.h>

typedef void value_write(struct sink *sink, const char *value, size_t length);

/* What stands inside quotes: a quote in it is doubled. */
static void write_doubled(struct sink *sink, const char *value, size_t length) {
    const char *end = value + length;
    for (const char *quote; (quote = memchr(value, '"', (size_t)(end - value))); value = quote + 1) {
        sink_write(sink, value, (size_t)(quote - value));
        sink_text(sink, "\"\"");
    }
    sink_write(sink, value, (size_t)(end - value));
}

static bool needs_quotes(const char *value, size_t length) {
    if (length == 0)
        return true;
    for (size_t i = 0; i < length; i++)
        if (value[i] == '"' || value[i] == ',' || value[i] == '\r' || value[i] == '\n')
            return true;
    return false;
}

static void write_plain(struct sink *sink, const char *value, size_t length) {
    if (!needs_quotes(value, length)) {
        sink_write(sink, value, length);
        return;
    }
    sink_byte(sink, '"');
    write_doubled(sink, value, length);
    sink_byte(sink, '"');
}

/* A spreadsheet takes text that begins with one of these for a formula and runs it (OWASP, "CSV Injection"). An
 * apostrophe before it makes it text again; who reads the file with a program takes one apostrophe off a field that
 * begins with '= '+ '- '@ 'TAB 'CR. */
static bool is_formula(const char *value, size_t length) {
    return length > 0 && memchr("=+-@\t\r", value[0], 6) != NULL;
}

/* The apostrophe stands inside the quotes. */
static void write_defused(struct sink *sink, const char *value, size_t length) {
    if (!needs_quotes(value, length)) {
        sink_byte(sink, '\'');
        sink_write(sink, value, length);
        return;
    }
    sink_text(sink, "\"'");
    write_doubled(sink, value, length);
    sink_byte(sink, '"');
}

static void write_text(struct sink *sink, const char *value, size_t length) {
    if (is_formula(value, length))
        write_defused(sink, value, length);
    else
        write_plain(sink, value, length);
}

static void write_bool(struct sink *sink, const char *value, size_t length) {
    (void)length;
    sink_text(sink, *value == 't' ? "true" : "false");
}

/* A result with json offers no CSV; should one come it is quoted like any text, and so is a type that the check
 * refuses. */
static value_write *const writes[KIND_COUNT + 1] = {
    [KIND_BOOL] = write_bool,      [KIND_NUMBER] = sink_write, [KIND_TEXT] = write_text,  [KIND_DATE] = sink_write,
    [KIND_TIME] = plan_write_time, [KIND_JSON] = write_text,   [KIND_COUNT] = write_text,
};

static void write_row(struct sink *sink, const struct column_plan *plan, const PGresult *rows, int row) {
    for (int i = 0; i < plan->column_count; i++) {
        const struct data_column *column = &plan->columns[i];
        if (i > 0)
            sink_byte(sink, ',');
        if (!PQgetisnull(rows, row, column->number))
            writes[column->kind](sink, PQgetvalue(rows, row, column->number),
                                 (size_t)PQgetlength(rows, row, column->number));
    }
    sink_text(sink, "\r\n");
}

void csv_begin(const struct operation *operation, const struct column_plan *plan, const char *meta,
               struct evbuffer *out) {
    struct sink sink;
    (void)meta; /* CSV says it by a Link header */
    if (operation->shape == SHAPE_NOTHING)
        return;
    sink_open(&sink, out);
    for (int i = 0; i < plan->column_count; i++) {
        if (i > 0)
            sink_byte(&sink, ',');
        write_plain(&sink, plan->columns[i].name, strlen(plan->columns[i].name));
    }
    sink_text(&sink, "\r\n");
    sink_close(&sink);
}

void csv_rows(const struct operation *operation, const struct column_plan *plan, const PGresult *rows, struct page page,
              bool *first, struct evbuffer *out) {
    struct sink sink;
    if (operation->shape == SHAPE_NOTHING || page.count == 0)
        return;
    sink_open(&sink, out);
    for (int row = page.first; row < page.first + page.count; row++) {
        if (plan_row_is_bare(operation, plan, rows, row))
            continue;
        *first = false;
        write_row(&sink, plan, rows, row);
    }
    sink_close(&sink);
}

void csv_end(const struct operation *operation, struct evbuffer *out) {
    (void)operation;
    (void)out;
}
