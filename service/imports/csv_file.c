/* SPDX-License-Identifier: MIT */
/* Reading CSV byte by byte; a cell ends by a comma, a line break or the end of the file, and anything else is a fault.
 * The bytes of a record are kept until it is read, so that after a fault reading goes on with the line that follows the
 * one in which the record began: a quote that is never closed costs one line and not the rest of the file.
 */
#include "imports/csv_file.h"

#include "base/memory.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum cell_end { CELL_COMMA, CELL_LINE, CELL_FILE, CELL_FAULT };

enum { BUFFER_BYTES = 65536, RECORD_BYTES_MAX = 4194304 };

struct csv_file {
    FILE *stream;
    char *buffer; /* of the stream: a record from `start` on, read up to `at`, filled up to `end` */
    size_t start, at, end, buffer_size;
    bool full;   /* the record is longer than is kept */
    long line;   /* of the next byte */
    char *bytes; /* the cells of the record, each with its NUL */
    size_t length, size;
    size_t starts[CSV_CELLS_MAX];
    const char *cells[CSV_CELLS_MAX];
    size_t count;
    const char *fault;
    long fault_line;
    bool broken;
};

/* Makes room behind what is kept of the record, and fills it. */
static bool fill(struct csv_file *csv) {
    memmove(csv->buffer, csv->buffer + csv->start, csv->end - csv->start);
    csv->at -= csv->start;
    csv->end -= csv->start;
    csv->start = 0;
    if (csv->end == csv->buffer_size && csv->buffer_size < RECORD_BYTES_MAX) {
        csv->buffer_size *= 2;
        csv->buffer = xreallocarray(csv->buffer, csv->buffer_size, 1);
    }
    csv->full = csv->end == csv->buffer_size;
    csv->end += fread(csv->buffer + csv->end, 1, csv->buffer_size - csv->end, csv->stream);
    return csv->at < csv->end;
}

static inline int next_byte(struct csv_file *csv) {
    return csv->at < csv->end || fill(csv) ? (unsigned char)csv->buffer[csv->at++] : EOF;
}

static enum cell_end fail(struct csv_file *csv, const char *fault) {
    csv->fault = fault;
    return CELL_FAULT;
}

static inline void append(struct csv_file *csv, int byte) {
    if (csv->length == csv->size) {
        csv->size = csv->size ? 2 * csv->size : 4096;
        csv->bytes = xreallocarray(csv->bytes, csv->size, 1);
    }
    csv->bytes[csv->length++] = (char)byte;
}

/* False when the cell, which began at the last start, would pass its bound or the byte may not stand in a text. */
static inline bool append_checked(struct csv_file *csv, int byte) {
    if (csv->length - csv->starts[csv->count] >= CSV_CELL_BYTES_MAX) {
        fail(csv, "A cell is longer than 1 MiB.");
        return false;
    }
    if (byte == '\0') {
        fail(csv, "A NUL byte stands in a cell.");
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
        byte = next_byte(csv);
        if (byte != '\n') {
            *end = fail(csv, "A carriage return stands alone.");
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
            return fail(csv, "A quote stands in a cell that is not quoted.");
        if (!append_checked(csv, byte))
            return CELL_FAULT;
        byte = next_byte(csv);
    }
    return end;
}

static enum cell_end read_quoted(struct csv_file *csv) {
    for (;;) {
        int byte = next_byte(csv);
        if (byte == EOF)
            return fail(csv, "A quoted cell begins that is never closed.");
        if (byte == '"') {
            enum cell_end end;
            byte = next_byte(csv);
            if (ends_cell(csv, byte, &end))
                return end;
            if (byte != '"')
                return fail(csv, "Text follows the quote that closes a cell.");
        }
        if (!append_checked(csv, byte))
            return CELL_FAULT;
    }
}

static enum cell_end read_cell(struct csv_file *csv) {
    if (csv->count == CSV_CELLS_MAX)
        return fail(csv, "The row has more than 1,000 cells.");
    csv->starts[csv->count] = csv->length;
    int byte = next_byte(csv);
    enum cell_end end = byte == '"' ? read_quoted(csv) : read_bare(csv, byte);
    append(csv, '\0');
    csv->count++;
    return end;
}

/* A byte order mark of UTF-8 is passed over; with one of UTF-16 nothing can be read. */
static void pass_over_mark(struct csv_file *csv) {
    fill(csv);
    if (csv->end >= 3 && memcmp(csv->buffer, "\xef\xbb\xbf", 3) == 0)
        csv->at = 3;
    csv->broken = csv->end >= 2 && (memcmp(csv->buffer, "\xff\xfe", 2) == 0 || memcmp(csv->buffer, "\xfe\xff", 2) == 0);
    if (csv->broken)
        fail(csv, "The file is in UTF-16, and must be saved as UTF-8.");
}

/* False at the end of the file. What has been read before is no longer kept. */
static bool pass_over_empty_lines(struct csv_file *csv) {
    for (;;) {
        csv->start = csv->at;
        int byte = next_byte(csv);
        if (byte == EOF)
            return false;
        if (byte != '\n' && byte != '\r') {
            csv->at--;
            return true;
        }
        csv->line += byte == '\n';
    }
}

static bool record_is_utf8(const struct csv_file *csv) {
    for (size_t i = 0; i < csv->length; i++) {
        if (!((unsigned char)csv->bytes[i] & 0x80))
            continue;
        json_t *text = json_stringn(csv->bytes, csv->length);
        json_decref(text);
        return text != NULL;
    }
    return true;
}

/* Goes on behind the line in which the record began. */
static void pass_over_line(struct csv_file *csv, long line) {
    int byte = 0;
    csv->at = csv->start;
    while (byte != '\n' && byte != EOF) {
        csv->start = csv->at;
        byte = next_byte(csv);
    }
    csv->line = line + 1;
}

static enum csv_outcome refuse_record(struct csv_file *csv, long line) {
    csv->fault_line = line;
    csv->broken = ferror(csv->stream);
    if (csv->broken)
        fail(csv, "The file cannot be read to its end.");
    return csv->broken ? CSV_BROKEN : CSV_FAULT;
}

struct csv_file *csv_file_new(FILE *take) {
    struct csv_file *csv = xcalloc(1, sizeof *csv);
    csv->stream = take;
    csv->buffer_size = BUFFER_BYTES;
    csv->buffer = xreallocarray(NULL, csv->buffer_size, 1);
    csv->line = csv->fault_line = 1;
    pass_over_mark(csv);
    return csv;
}

enum csv_outcome csv_file_next(struct csv_file *csv, struct csv_record *record) {
    csv->length = csv->count = 0;
    if (csv->broken)
        return CSV_BROKEN;
    bool more = pass_over_empty_lines(csv);
    record->line = csv->line;
    enum cell_end end = CELL_COMMA;
    while (more && end == CELL_COMMA)
        end = read_cell(csv);
    if (csv->full && csv->at == csv->end)
        end = fail(csv, "The row is longer than 4 MiB.");
    if (end == CELL_FAULT)
        pass_over_line(csv, record->line);
    else if (!record_is_utf8(csv))
        end = fail(csv, "The row is not text in UTF-8.");
    if (end == CELL_FAULT || ferror(csv->stream))
        return refuse_record(csv, record->line);
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
    free(csv->buffer);
    free(csv->bytes);
    free(csv);
}
