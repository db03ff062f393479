/* SPDX-License-Identifier: MIT */
/* Turns libyaml's events into jansson values, remembering the line of each. */
#include "contract/yaml.h"

#include "base/memory.h"
#include "contract/faults.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

enum { YAML_DEPTH_MAX = 64 };

struct reader {
    yaml_parser_t parser;
    const char *file;
    json_t *lines;
    struct faults *faults;
    bool failed;
    int depth;
};

static int line_of(const yaml_event_t *event) {
    return (int)event->start_mark.line + 1;
}

static void fail(struct reader *reader, int line, const char *message, const char *detail) {
    faults_add(reader->faults, reader->file, line, "%s%s%s", message, detail ? ": " : "", detail ? detail : "");
    reader->failed = true;
}

/* The next event; on a syntax error an empty one, with the reader failed. */
static yaml_event_t next_event(struct reader *reader) {
    yaml_event_t event = {0};
    if (reader->failed)
        return event;
    if (!yaml_parser_parse(&reader->parser, &event)) {
        fail(reader, (int)reader->parser.problem_mark.line + 1, "not YAML", reader->parser.problem);
        memset(&event, 0, sizeof event);
    }
    return event;
}

static bool one_of(const char *text, const char *const *words) {
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

/* A plain scalar as the core schema reads it: null, true, false, a number or a string. */
static json_t *plain_value(const char *text) {
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    if (one_of(text, nulls))
        return json_null();
    if (one_of(text, trues))
        return json_true();
    if (one_of(text, falses))
        return json_false();
    if (text[strspn(text, "+-0123456789.eE")] == '\0' && strpbrk(text, "0123456789")) {
        char *end;
        errno = 0;
        long long integer = strtoll(text, &end, 10);
        if (!*end && !errno)
            return json_integer(integer);
        double real = strtod(text, &end);
        if (!*end && isfinite(real))
            return json_real(real);
    }
    return json_string(text);
}

static json_t *read_scalar(struct reader *reader, const yaml_event_t *event) {
    const char *text = (const char *)event->data.scalar.value;
    if (strlen(text) != event->data.scalar.length) {
        fail(reader, line_of(event), "a NUL character in a scalar", NULL);
        return NULL;
    }
    if (event->data.scalar.anchor || event->data.scalar.tag) {
        fail(reader, line_of(event), "anchors and tags are not used here", text);
        return NULL;
    }
    if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return json_string(text);
    static const char *const old_booleans[] = {"yes", "no", "on", "off", "y", "n", NULL};
    char lower[8] = "";
    for (size_t i = 0; i < sizeof lower - 1 && text[i]; i++)
        lower[i] = (char)(text[i] | 0x20);
    if (strlen(text) < sizeof lower && one_of(lower, old_booleans)) {
        fail(reader, line_of(event), "quote this word, which YAML 1.1 reads as a boolean", text);
        return NULL;
    }
    return plain_value(text);
}

static json_t *read_value(struct reader *reader, yaml_event_t *event, const char *pointer);

static json_t *read_sequence(struct reader *reader, const char *pointer) {
    json_t *array = json_array();
    for (size_t i = 0; !reader->failed; i++) {
        yaml_event_t event = next_event(reader);
        if (event.type == YAML_SEQUENCE_END_EVENT || reader->failed) {
            yaml_event_delete(&event);
            break;
        }
        char index[24];
        snprintf(index, sizeof index, "%zu", i);
        char *place = pointer_join(pointer, index);
        json_array_append_new(array, read_value(reader, &event, place));
        free(place);
    }
    return array;
}

static void read_member(struct reader *reader, yaml_event_t *key, json_t *object, const char *pointer) {
    if (key->type != YAML_SCALAR_EVENT) {
        fail(reader, line_of(key), "a key must be a scalar", NULL);
        return;
    }
    const char *name = (const char *)key->data.scalar.value;
    if (json_object_get(object, name)) {
        fail(reader, line_of(key), "this key stands here twice", name);
        return;
    }
    char *place = pointer_join(pointer, name);
    yaml_event_t event = next_event(reader);
    json_object_set_new(object, name, read_value(reader, &event, place));
    /* The line of a member is that of its key. */
    json_object_set_new(reader->lines, place, json_integer(line_of(key)));
    free(place);
}

static json_t *read_mapping(struct reader *reader, const char *pointer) {
    json_t *object = json_object();
    while (!reader->failed) {
        yaml_event_t key = next_event(reader);
        bool end = key.type == YAML_MAPPING_END_EVENT || reader->failed;
        if (!end)
            read_member(reader, &key, object, pointer);
        yaml_event_delete(&key);
        if (end)
            break;
    }
    return object;
}

/* Consumes the event and what belongs to it. NULL only when the reader has failed. */
static json_t *read_value(struct reader *reader, yaml_event_t *event, const char *pointer) {
    json_t *value = NULL;
    json_object_set_new(reader->lines, pointer, json_integer(line_of(event)));
    if (++reader->depth > YAML_DEPTH_MAX)
        fail(reader, line_of(event), "nested too deeply", NULL);
    else if (event->type == YAML_SCALAR_EVENT)
        value = read_scalar(reader, event);
    else if (event->type == YAML_ALIAS_EVENT)
        fail(reader, line_of(event), "aliases are not used here", (const char *)event->data.alias.anchor);
    else if (event->type == YAML_SEQUENCE_START_EVENT && !event->data.sequence_start.anchor &&
             !event->data.sequence_start.tag)
        value = read_sequence(reader, pointer);
    else if (event->type == YAML_MAPPING_START_EVENT && !event->data.mapping_start.anchor &&
             !event->data.mapping_start.tag)
        value = read_mapping(reader, pointer);
    else if (!reader->failed)
        fail(reader, line_of(event), "anchors and tags are not used here", NULL);
    reader->depth--;
    yaml_event_delete(event);
    return value ? value : json_null();
}

static void expect(struct reader *reader, yaml_event_type_t type, const char *what) {
    yaml_event_t event = next_event(reader);
    if (!reader->failed && event.type != type)
        fail(reader, line_of(&event), "one document is expected here", what);
    yaml_event_delete(&event);
}

json_t *yaml_read(const char *file, const char *bytes, size_t length, json_t **lines, struct faults *faults) {
    struct reader reader = {.file = file, .lines = json_object(), .faults = faults};
    json_t *document = NULL;
    if (!yaml_parser_initialize(&reader.parser))
        abort();
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes, length);
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    expect(&reader, YAML_STREAM_START_EVENT, "no stream");
    expect(&reader, YAML_DOCUMENT_START_EVENT, "no document");
    if (!reader.failed) {
        yaml_event_t event = next_event(&reader);
        document = read_value(&reader, &event, "");
    }
    expect(&reader, YAML_DOCUMENT_END_EVENT, "no end of the document");
    expect(&reader, YAML_STREAM_END_EVENT, "more than one document");
    yaml_parser_delete(&reader.parser);
    if (reader.failed) {
        json_decref(document);
        json_decref(reader.lines);
        return NULL;
    }
    *lines = reader.lines;
    return document;
}

char *pointer_join(const char *pointer, const char *key) {
    size_t before = strlen(pointer), length = strlen(key);
    char *joined = xcalloc(before + 2 * length + 2, 1);
    memcpy(joined, pointer, before);
    char *end = joined + before;
    *end++ = '/';
    for (; *key; key++) {
        if (*key == '~' || *key == '/') {
            *end++ = '~';
            *end++ = *key == '~' ? '0' : '1';
        } else {
            *end++ = *key;
        }
    }
    return joined;
}
