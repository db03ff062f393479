/* SPDX-License-Identifier: MIT */
/* Reading a line, and the one object that must stand in it. */
#include "imports/ndjson_file.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct ndjson_file {
    FILE *stream;
    long line;
    char *bytes;
    size_t length, size;
    json_t *object;
    const char *fault;
};

/* What jansson finds, in our words. */
static const struct {
    enum json_error_code error;
    const char *sentence;
} sentences[] = {
    {json_error_duplicate_key, "It gives a member twice."},
    {json_error_invalid_utf8, "It is not text in UTF-8."},
    {json_error_null_character, "It has the character U+0000, which no text may hold."},
    {json_error_null_byte_in_key, "It has the character U+0000, which no name may hold."},
    {json_error_numeric_overflow, "It has a number that is out of range."},
};

static const char *sentence_of(const json_error_t *error) {
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        if (sentences[i].error == json_error_code(error))
            return sentences[i].sentence;
    }
    return "It is not one JSON object.";
}

static void append(struct ndjson_file *file, int byte) {
    if (file->length == file->size) {
        file->size = file->size ? 2 * file->size : 4096;
        file->bytes = xreallocarray(file->bytes, file->size, 1);
    }
    file->bytes[file->length++] = (char)byte;
}

/* False at the end of the file. Of a line that is too long only as much is kept as shows that it is. */
static bool read_line(struct ndjson_file *file) {
    int byte;
    file->length = 0;
    while ((byte = getc_unlocked(file->stream)) != EOF && byte != '\n') {
        if (file->length <= NDJSON_LINE_BYTES_MAX)
            append(file, byte);
    }
    file->line += byte == '\n' || file->length > 0;
    return byte == '\n' || file->length > 0;
}

static bool line_is_blank(const struct ndjson_file *file) {
    for (size_t i = 0; i < file->length; i++) {
        if (!strchr(" \t\r", file->bytes[i]) || file->bytes[i] == '\0')
            return false;
    }
    return true;
}

static enum ndjson_outcome refuse(struct ndjson_file *file, const char *fault) {
    file->fault = fault;
    return NDJSON_FAULT;
}

static enum ndjson_outcome parse(struct ndjson_file *file) {
    json_error_t error;
    size_t mark = file->line == 1 && file->length >= 3 && memcmp(file->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (file->length > NDJSON_LINE_BYTES_MAX)
        return refuse(file, "The line is longer than 1 MiB.");
    file->object = json_loadb(file->bytes + mark, file->length - mark, JSON_REJECT_DUPLICATES, &error);
    if (!file->object)
        return refuse(file, sentence_of(&error));
    return json_is_object(file->object) ? NDJSON_OBJECT : refuse(file, "It is not one JSON object.");
}

struct ndjson_file *ndjson_file_new(FILE *take) {
    struct ndjson_file *file = xcalloc(1, sizeof *file);
    file->stream = take;
    return file;
}

enum ndjson_outcome ndjson_file_next(struct ndjson_file *file, const json_t **object) {
    json_decref(file->object);
    file->object = NULL;
    bool more;
    while ((more = read_line(file)) && line_is_blank(file))
        continue;
    if (ferror(file->stream)) {
        file->fault = "The file cannot be read to its end.";
        return NDJSON_BROKEN;
    }
    enum ndjson_outcome outcome = more ? parse(file) : NDJSON_END;
    *object = file->object;
    return outcome;
}

long ndjson_file_line(const struct ndjson_file *file) {
    return file->line;
}

const char *ndjson_file_fault(const struct ndjson_file *file) {
    return file->fault;
}

void ndjson_file_free(struct ndjson_file *file) {
    fclose(file->stream);
    json_decref(file->object);
    free(file->bytes);
    free(file);
}
