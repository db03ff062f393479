/* SPDX-License-Identifier: MIT */
/* Reading CSV byte by byte; a cell ends by a comma, a line break or the end of the file, and anything else is a fault.
 */
#include "commands/csv_file.h"

#include "base/memory.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum cell_end { CELL_COMMA, CELL_LINE, CELL_FILE, CELL_FAULT };

struct csv_file {
    FILE *stream;
    long line;   /* of the next byte */
    char *bytes; /* the cells of the record, each with its NUL */
    size_t length, size;
    size_t starts[CSV_CELLS_MAX];
    const char *cells[CSV_CELLS_MAX];
    size_t count;
    const char *fault;
    long fault_line;
};

static enum cell_end fail(struct csv_file *csv, long line, const char *fault) {
    csv->fault = fault;
    csv->fault_line = line;
    return CELL_FAULT;
}

static void append(struct csv_file *csv, int byte) {
    if (csv->length == csv->size) {
        csv->size = csv->size ? 2 * csv->size : 4096;
        csv->bytes = xreallocarray(csv->bytes, csv->size, 1);
    }
    csv->bytes[csv->length++] = (char)byte;
}

/* False when the cell, which began at the last start, would pass its bound or the byte may not stand in a text. */
static bool append_checked(struct csv_file *csv, int byte) {
    if (csv->length - csv->starts[csv->count] >= CSV_CELL_BYTES_MAX) {
        fail(csv, csv->line, "a cell is longer than 1 MiB");
        return false;
    }
    if (byte == '\0') {
        fail(csv, csv->line, "a NUL byte stands in a cell");
        return false;
    }
    append(csv, byte);
    csv->line += byte == '\n';
    return true;
}

/* `byte` is the one after a cell: true when it ends the cell, and says how. */
static bool ends_cell(struct csv_file *csv, int byte, enum cell_end *end) {
    if (byte == ',' || byte == EOF) {
        *end = byte == ',' ? CELL_COMMA : CELL_FILE;
        return true;
    }
    if (byte == '\r') {
        byte = getc_unlocked(csv->stream);
        if (byte != '\n') {
            *end = fail(csv, csv->line, "a carriage return stands alone");
            return true;
        }
    }
    if (byte != '\n')
        return false;
    csv->line++;
    *end = CELL_LINE;
    return true;
}

static enum cell_end read_bare(struct csv_file *csv, int byte) {
    enum cell_end end;
    while (!ends_cell(csv, byte, &end)) {
        if (byte == '"')
            return fail(csv, csv->line, "a quote stands in a cell that is not quoted");
        if (!append_checked(csv, byte))
            return CELL_FAULT;
        byte = getc_unlocked(csv->stream);
    }
    return end;
}

static enum cell_end read_quoted(struct csv_file *csv) {
    long opened = csv->line;
    for (;;) {
        int byte = getc_unlocked(csv->stream);
        if (byte == EOF)
            return fail(csv, opened, "a quoted cell begins that is never closed");
        if (byte == '"') {
            enum cell_end end;
            byte = getc_unlocked(csv->stream);
            if (ends_cell(csv, byte, &end))
                return end;
            if (byte != '"')
                return fail(csv, csv->line, "text follows the quote that closes a cell");
        }
        if (!append_checked(csv, byte))
            return CELL_FAULT;
    }
}

static enum cell_end read_cell(struct csv_file *csv) {
    if (csv->count == CSV_CELLS_MAX)
        return fail(csv, csv->line, "a record has more than 1,000 cells");
    csv->starts[csv->count] = csv->length;
    int byte = getc_unlocked(csv->stream);
    enum cell_end end = byte == '"' ? read_quoted(csv) : read_bare(csv, byte);
    append(csv, '\0');
    csv->count++;
    return end;
}

static void pass_over_mark(FILE *stream) {
    int first = getc(stream);
    if (first != 0xef) {
        ungetc(first, stream);
        return;
    }
    /* Any other text that begins with this byte loses its head here, and is then refused as not being UTF-8. */
    if (getc(stream) != 0xbb || getc(stream) != 0xbf)
        ungetc(0xff, stream);
}

/* False at the end of the file. */
static bool pass_over_empty_lines(struct csv_file *csv) {
    for (;;) {
        int byte = getc_unlocked(csv->stream);
        if (byte == EOF)
            return false;
        if (byte != '\n' && byte != '\r') {
            ungetc(byte, csv->stream);
            return true;
        }
        csv->line += byte == '\n';
    }
}

static bool record_is_utf8(const struct csv_file *csv) {
    json_t *text = json_stringn(csv->bytes, csv->length);
    json_decref(text);
    return text != NULL;
}

struct csv_file *csv_file_new(FILE *take) {
    struct csv_file *csv = xcalloc(1, sizeof *csv);
    csv->stream = take;
    csv->line = 1;
    pass_over_mark(take);
    return csv;
}

enum csv_outcome csv_file_next(struct csv_file *csv, struct csv_record *record) {
    csv->length = csv->count = 0;
    if (csv->fault)
        return CSV_FAULT;
    bool more = pass_over_empty_lines(csv);
    record->line = csv->line;
    enum cell_end end = CELL_COMMA;
    while (more && end == CELL_COMMA)
        end = read_cell(csv);
    if (ferror(csv->stream))
        end = fail(csv, csv->line, strerror(errno));
    if (end != CELL_FAULT && more && !record_is_utf8(csv))
        end = fail(csv, record->line, "the record is not text in UTF-8");
    if (end == CELL_FAULT)
        return CSV_FAULT;
    if (!more)
        return CSV_END;
    for (size_t i = 0; i < csv->count; i++)
        csv->cells[i] = csv->bytes + csv->starts[i];
    record->cells = csv->cells;
    record->count = csv->count;
    return CSV_RECORD;
}

long csv_file_fault_line(const struct csv_file *csv) {
    return csv->fault_line;
}

const char *csv_file_fault(const struct csv_file *csv) {
    return csv->fault;
}

void csv_file_free(struct csv_file *csv) {
    fclose(csv->stream);
    free(csv->bytes);
    free(csv);
}
