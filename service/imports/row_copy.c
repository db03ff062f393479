/* SPDX-License-Identifier: MIT */
/* Writes rows in COPY's text format, in pieces. */
#include "imports/row_copy.h"

#include "base/memory.h"
#include "db/session.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_BYTES = 65536 };

/* Rows in COPY's text format that are not sent yet. */
struct piece {
    char *bytes;
    size_t length, size;
};

static void add_bytes(struct piece *piece, const char *bytes, size_t length) {
    if (length > piece->size - piece->length) {
        piece->size = 2 * piece->size + length;
        piece->bytes = xreallocarray(piece->bytes, piece->size, 1);
    }
    memcpy(piece->bytes + piece->length, bytes, length);
    piece->length += length;
}

/* An empty cell is null. */
static void add_cell(struct piece *piece, const char *cell) {
    static const char letters[] = {['\\'] = '\\', ['\t'] = 't', ['\r'] = 'r', ['\n'] = 'n'};
    if (!cell || !*cell) {
        add_bytes(piece, "\t\\N", 3);
        return;
    }
    add_bytes(piece, "\t", 1);
    while (*cell) {
        size_t plain = strcspn(cell, "\\\t\r\n");
        add_bytes(piece, cell, plain);
        cell += plain;
        if (*cell)
            add_bytes(piece, (const char[]){'\\', letters[(unsigned char)*cell++]}, 2);
    }
}

static void add_row(struct piece *piece, const struct row *row, size_t count) {
    char line[24];
    add_bytes(piece, line, (size_t)snprintf(line, sizeof line, "%ld", row->line));
    add_cell(piece, row->fault ? (row->fault_column ? row->fault_column : "row") : NULL);
    add_cell(piece, row->fault);
    for (size_t i = 0; i < count; i++)
        add_cell(piece, row->cells ? row->cells[i] : NULL);
    add_bytes(piece, "\n", 1);
}

/* All columns of the form are made, so that what reads them needs no case for one that the file does not have. */
static bool make_table(const struct row_copy *copy, char **why) {
    struct evbuffer *names = evbuffer_new();
    for (size_t i = 0; i < copy->form->column_count; i++)
        evbuffer_add_printf(names, "%s%s", i ? "," : "{", copy->form->columns[i].name);
    evbuffer_add(names, "}", 2);
    const char *values[] = {(const char *)evbuffer_pullup(names, -1)};
    PGresult *result = session_query(copy->connection, "select stage_import($1)", 1, values, why);
    PQclear(result);
    evbuffer_free(names);
    return result != NULL;
}

static bool begin_copy(const struct row_copy *copy, const struct row_reader *reader, char **why) {
    size_t count;
    const size_t *columns = row_reader_columns(reader, &count);
    struct evbuffer *sql = evbuffer_new();
    evbuffer_add_printf(sql, "copy pg_temp.rows (line, fault_column, fault");
    for (size_t i = 0; i < count; i++)
        evbuffer_add_printf(sql, ", \"%s\"", copy->form->columns[columns[i]].name);
    evbuffer_add(sql, ") from stdin", sizeof ") from stdin");
    PGresult *result = PQexec(copy->connection, (const char *)evbuffer_pullup(sql, -1));
    bool good = PQresultStatus(result) == PGRES_COPY_IN;
    if (!good)
        *why = session_error(copy->connection, result, NULL);
    PQclear(result);
    evbuffer_free(sql);
    return good;
}

static bool send_piece(const struct row_copy *copy, struct piece *piece) {
    bool good = piece->length == 0 || PQputCopyData(copy->connection, piece->bytes, (int)piece->length) == 1;
    piece->length = 0;
    return good;
}

/* What COPY says in the end; *why may be set before, by the file. */
static bool end_copy(const struct row_copy *copy, char **why) {
    PQputCopyEnd(copy->connection, *why ? "the file is broken" : NULL);
    for (PGresult *result; (result = PQgetResult(copy->connection));) {
        if (!session_succeeded(result) && !*why)
            *why = session_error(copy->connection, result, NULL);
        PQclear(result);
    }
    return *why == NULL;
}

static bool copy_rows(struct row_copy *copy, struct row_reader *reader, bool *file_fault, char **why) {
    struct piece piece = {.bytes = xreallocarray(NULL, PIECE_BYTES, 1), .size = PIECE_BYTES};
    struct row row;
    size_t count;
    bool sent = true;
    enum row_outcome outcome = ROW_READ;
    row_reader_columns(reader, &count);
    while (sent && (outcome = row_reader_next(reader, &row, why)) == ROW_READ) {
        add_row(&piece, &row, count);
        copy->rows++;
        if (piece.length >= PIECE_BYTES)
            sent = send_piece(copy, &piece);
    }
    *file_fault = outcome == ROW_BROKEN;
    if (sent && !*file_fault)
        send_piece(copy, &piece);
    free(piece.bytes);
    return end_copy(copy, why);
}

bool row_copy_run(struct row_copy *copy, bool *file_fault, char **why) {
    struct row_reader *reader = row_reader_new(copy->format, copy->stream, copy->form, why);
    *file_fault = reader == NULL;
    if (!reader)
        return false;
    bool good = make_table(copy, why) && begin_copy(copy, reader, why) && copy_rows(copy, reader, file_fault, why);
    row_reader_free(reader);
    return good;
}
