/* SPDX-License-Identifier: MIT */
/* Puts the cells of a record, or the members of an object, into the order of the columns. */
#include "imports/row_reader.h"

#include "base/memory.h"
#include "imports/csv_file.h"
#include "imports/ndjson_file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *const row_format_names[ROW_FORMAT_COUNT] = {"csv", "ndjson"};

/* A double gives back fifteen digits of any decimal number, so that 0.1 stays 0.1. */
enum { NUMBER_BYTES = 32, REAL_DIGITS = 15 };

struct row_reader {
    const struct import_form *form;
    struct csv_file *csv; /* NULL of NDJSON */
    struct ndjson_file *ndjson;
    size_t *columns;
    size_t count;
    const char **cells;            /* of NDJSON */
    char (*numbers)[NUMBER_BYTES]; /* of NDJSON, by column */
    char *fault;                   /* of the row read last, when it was made for it */
};

static enum row_outcome refuse(struct row_reader *reader, struct row *row, char *take_fault, const char *column) {
    free(reader->fault);
    reader->fault = take_fault;
    row->cells = NULL;
    row->fault = take_fault;
    row->fault_column = column;
    return ROW_READ;
}

static bool has_column(const struct row_reader *reader, size_t column) {
    for (size_t i = 0; i < reader->count; i++) {
        if (reader->columns[i] == column)
            return true;
    }
    return false;
}

/* What is wrong with a column's title, or NULL. */
static const char *title_fault(const struct row_reader *reader, const char *name) {
    int column = import_form_find(reader->form, name);
    if (*name == '\0')
        return "is empty";
    if (column < 0)
        return "is not one that this import knows";
    return has_column(reader, (size_t)column) ? "stands there twice" : NULL;
}

static bool take_title(struct row_reader *reader, const struct csv_record *record, size_t index, char **why) {
    char *name = row_column_name(record->cells[index]);
    const char *fault = title_fault(reader, name);
    if (fault)
        *why = xasprintf("%ld: the name of column %zu, \"%s\", %s.", record->line, index + 1, name, fault);
    else
        reader->columns[reader->count++] = (size_t)import_form_find(reader->form, name);
    free(name);
    return !fault;
}

static bool check_required(const struct row_reader *reader, char **why) {
    for (size_t i = 0; i < reader->form->column_count; i++) {
        const struct import_column *column = &reader->form->columns[i];
        if (column->optional || has_column(reader, i))
            continue;
        *why = xasprintf(" the column \"%s\" is missing.", column->name);
        return false;
    }
    return true;
}

/* A file that a spreadsheet has saved in a country of decimal commas. */
static bool has_semicolons(const struct csv_record *record) {
    return record->count == 1 && strchr(record->cells[0], ';');
}

static bool read_titles(struct row_reader *reader, char **why) {
    struct csv_record record;
    enum csv_outcome outcome = csv_file_next(reader->csv, &record);
    if (outcome == CSV_END)
        *why = xstrdup(" the file is empty.");
    else if (outcome != CSV_RECORD)
        *why = xasprintf("%ld: %s", csv_file_fault_line(reader->csv), csv_file_fault(reader->csv));
    else if (has_semicolons(&record))
        *why = xasprintf("%ld: the cells are separated by semicolons, and must be separated by commas.", record.line);
    for (size_t i = 0; !*why && i < record.count; i++)
        take_title(reader, &record, i, why);
    return !*why && check_required(reader, why);
}

static enum row_outcome next_of_csv(struct row_reader *reader, struct row *row, char **why) {
    struct csv_record record;
    enum csv_outcome outcome = csv_file_next(reader->csv, &record);
    if (outcome == CSV_END)
        return ROW_END;
    if (outcome == CSV_BROKEN) {
        *why = xasprintf("%ld: %s", csv_file_fault_line(reader->csv), csv_file_fault(reader->csv));
        return ROW_BROKEN;
    }
    row->line = outcome == CSV_FAULT ? csv_file_fault_line(reader->csv) : record.line;
    if (outcome == CSV_FAULT)
        return refuse(reader, row, xstrdup(csv_file_fault(reader->csv)), NULL);
    if (record.count != reader->count)
        return refuse(reader, row, xasprintf("It has %zu cells, and the header has %zu.", record.count, reader->count),
                      NULL);
    row->cells = record.cells;
    return ROW_READ;
}

/* The text of a member; NULL for null, false for what is neither text nor a number. */
static bool member_text(struct row_reader *reader, size_t column, const json_t *value) {
    char *number = reader->numbers[column];
    reader->cells[column] = json_is_string(value) ? json_string_value(value) : number;
    if (json_is_null(value))
        reader->cells[column] = NULL;
    else if (json_is_integer(value))
        snprintf(number, NUMBER_BYTES, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        snprintf(number, NUMBER_BYTES, "%.*g", REAL_DIGITS, json_real_value(value));
    return json_is_string(value) || json_is_number(value) || json_is_null(value);
}

/* How many bytes of a text are told of it, which is cut between two characters. */
static int told_bytes(const char *text) {
    enum { MOST = 100 };
    size_t length = strnlen(text, MOST + 1);
    if (length <= MOST)
        return (int)length;
    for (length = MOST; length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80;)
        length--;
    return (int)length;
}

static enum row_outcome take_object(struct row_reader *reader, struct row *row, const json_t *object) {
    const char *name;
    json_t *value;
    for (size_t i = 0; i < reader->count; i++)
        reader->cells[i] = NULL;
    json_object_foreach((json_t *)object, name, value) {
        int column = import_form_find(reader->form, name);
        if (column < 0)
            return refuse(reader, row,
                          xasprintf("It has the member \"%.*s\", which is not one that this import knows.",
                                    told_bytes(name), name),
                          NULL);
        if (!member_text(reader, (size_t)column, value))
            return refuse(reader, row, xstrdup("It is neither a text nor a number."),
                          reader->form->columns[column].name);
    }
    row->cells = reader->cells;
    return ROW_READ;
}

static enum row_outcome next_of_ndjson(struct row_reader *reader, struct row *row, char **why) {
    const json_t *object = NULL;
    enum ndjson_outcome outcome = ndjson_file_next(reader->ndjson, &object);
    row->line = ndjson_file_line(reader->ndjson);
    if (outcome == NDJSON_END)
        return ROW_END;
    if (outcome == NDJSON_OBJECT)
        return take_object(reader, row, object);
    if (outcome == NDJSON_FAULT)
        return refuse(reader, row, xstrdup(ndjson_file_fault(reader->ndjson)), NULL);
    *why = xasprintf("%ld: %s", row->line, ndjson_file_fault(reader->ndjson));
    return ROW_BROKEN;
}

static void take_all_columns(struct row_reader *reader) {
    reader->count = reader->form->column_count;
    for (size_t i = 0; i < reader->count; i++)
        reader->columns[i] = i;
    reader->cells = xcalloc(reader->count, sizeof *reader->cells);
    reader->numbers = xcalloc(reader->count, sizeof *reader->numbers);
}

struct row_reader *row_reader_new(enum row_format format, FILE *take, const struct import_form *form, char **why) {
    struct row_reader *reader = xcalloc(1, sizeof *reader);
    reader->form = form;
    reader->columns = xcalloc(form->column_count, sizeof *reader->columns);
    *why = NULL;
    if (format == ROW_CSV)
        reader->csv = csv_file_new(take);
    else
        reader->ndjson = ndjson_file_new(take);
    if (format == ROW_NDJSON)
        take_all_columns(reader);
    else if (!read_titles(reader, why)) {
        row_reader_free(reader);
        return NULL;
    }
    return reader;
}

const size_t *row_reader_columns(const struct row_reader *reader, size_t *count) {
    *count = reader->count;
    return reader->columns;
}

enum row_outcome row_reader_next(struct row_reader *reader, struct row *row, char **why) {
    *row = (struct row){0};
    return reader->csv ? next_of_csv(reader, row, why) : next_of_ndjson(reader, row, why);
}

void row_reader_free(struct row_reader *reader) {
    if (reader->csv)
        csv_file_free(reader->csv);
    if (reader->ndjson)
        ndjson_file_free(reader->ndjson);
    free(reader->columns);
    free(reader->cells);
    free(reader->numbers);
    free(reader->fault);
    free(reader);
}

char *row_column_name(const char *title) {
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
