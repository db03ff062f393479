/* SPDX-License-Identifier: MIT */
/* Rows as JSON: digits and json values as PostgreSQL wrote them, text escaped in whole clean runs. */
#include "represent/plan.h"
#include "represent/sink.h"

#include <string.h>

typedef void value_write(struct sink *sink, const char *value, size_t length);

/* The bytes that may not stand in a JSON string as they are: the letter after the backslash, or 'u' for \u00XX. */
static const char escapes[256] = {
    [0x00] = 'u', [0x01] = 'u', [0x02] = 'u', [0x03] = 'u', [0x04] = 'u', [0x05] = 'u',  [0x06] = 'u',
    [0x07] = 'u', ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', [0x0b] = 'u', ['\f'] = 'f',  ['\r'] = 'r',
    [0x0e] = 'u', [0x0f] = 'u', [0x10] = 'u', [0x11] = 'u', [0x12] = 'u', [0x13] = 'u',  [0x14] = 'u',
    [0x15] = 'u', [0x16] = 'u', [0x17] = 'u', [0x18] = 'u', [0x19] = 'u', [0x1a] = 'u',  [0x1b] = 'u',
    [0x1c] = 'u', [0x1d] = 'u', [0x1e] = 'u', [0x1f] = 'u', ['"'] = '"',  ['\\'] = '\\',
};

static void write_escape(struct sink *sink, unsigned char byte) {
    static const char digits[] = "0123456789abcdef";
    char text[6] = {'\\', escapes[byte], '0', '0', digits[byte >> 4], digits[byte & 0xf]};
    sink_write(sink, text, escapes[byte] == 'u' ? 6 : 2);
}

static void write_string(struct sink *sink, const char *value, size_t length) {
    size_t clean = 0; /* where the run of bytes that need no escape began */
    sink_byte(sink, '"');
    for (size_t i = 0; i < length; i++) {
        if (!escapes[(unsigned char)value[i]])
            continue;
        sink_write(sink, value + clean, i - clean);
        write_escape(sink, (unsigned char)value[i]);
        clean = i + 1;
    }
    sink_write(sink, value + clean, length - clean);
    sink_byte(sink, '"');
}

static void write_bool(struct sink *sink, const char *value, size_t length) {
    (void)length;
    sink_text(sink, *value == 't' ? "true" : "false");
}

/* Checks keep NaN and infinity out of tables; should a computed one come, null keeps the document JSON. */
static void write_number(struct sink *sink, const char *value, size_t length) {
    char last = length ? value[length - 1] : 'N';
    if (last < '0' || last > '9')
        sink_text(sink, "null");
    else
        sink_write(sink, value, length);
}

static void write_date(struct sink *sink, const char *value, size_t length) {
    sink_byte(sink, '"');
    sink_write(sink, value, length);
    sink_byte(sink, '"');
}

static void write_time(struct sink *sink, const char *value, size_t length) {
    sink_byte(sink, '"');
    plan_write_time(sink, value, length);
    sink_byte(sink, '"');
}

/* KIND_COUNT is a type that the check refuses; as a string it breaks nothing. */
static value_write *const writes[KIND_COUNT + 1] = {
    [KIND_BOOL] = write_bool, [KIND_NUMBER] = write_number, [KIND_TEXT] = write_string,  [KIND_DATE] = write_date,
    [KIND_TIME] = write_time, [KIND_JSON] = sink_write,     [KIND_COUNT] = write_string,
};

static void write_row(struct sink *sink, const struct column_plan *plan, const PGresult *rows, int row) {
    sink_byte(sink, '{');
    for (int i = 0; i < plan->column_count; i++) {
        const struct data_column *column = &plan->columns[i];
        if (i > 0)
            sink_byte(sink, ',');
        sink_write(sink, column->key, column->key_length);
        if (PQgetisnull(rows, row, column->number))
            sink_text(sink, "null");
        else
            writes[column->kind](sink, PQgetvalue(rows, row, column->number),
                                 (size_t)PQgetlength(rows, row, column->number));
    }
    sink_byte(sink, '}');
}

void json_begin(const struct operation *operation, const struct column_plan *plan, const char *meta,
                struct evbuffer *out) {
    struct sink sink;
    (void)plan;
    if (operation->shape != SHAPE_LIST)
        return;
    sink_open(&sink, out);
    sink_byte(&sink, '{');
    if (operation->meta) {
        sink_text(&sink, "\"meta\":");
        sink_text(&sink, meta ? meta : "{}");
        sink_byte(&sink, ',');
    }
    write_string(&sink, operation->envelope, strlen(operation->envelope));
    sink_text(&sink, ":[");
    sink_close(&sink);
}

void json_rows(const struct operation *operation, const struct column_plan *plan, const PGresult *rows,
               struct page page, bool *first, struct evbuffer *out) {
    struct sink sink;
    if (operation->shape == SHAPE_NOTHING || page.count == 0)
        return;
    sink_open(&sink, out);
    for (int row = page.first; row < page.first + page.count; row++) {
        if (plan_row_is_bare(operation, plan, rows, row))
            continue;
        if (!*first)
            sink_byte(&sink, ',');
        *first = false;
        write_row(&sink, plan, rows, row);
    }
    sink_close(&sink);
}

void json_end(const struct operation *operation, struct evbuffer *out) {
    if (operation->shape == SHAPE_LIST)
        evbuffer_add(out, "]}", 2);
}
