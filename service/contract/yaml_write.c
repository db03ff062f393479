/* SPDX-License-Identifier: MIT */
/* Writes a document as people would: blocks, long texts as they stand, and what is short on one line. */
#include "base/memory.h"
#include "contract/yaml.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

/* A collection that takes no more than this as JSON is written on one line. */
enum { LINE_LENGTH = 100 };

struct writer {
    yaml_emitter_t emitter;
    char *text;
    size_t length;
};

static int append(void *owner, unsigned char *bytes, size_t length) {
    struct writer *writer = owner;
    writer->text = xreallocarray(writer->text, writer->length + length + 1, 1);
    memcpy(writer->text + writer->length, bytes, length);
    writer->length += length;
    writer->text[writer->length] = '\0';
    return 1;
}

/* Takes the event. It can fail only for want of memory, or for a text that is not UTF-8, which jansson never holds. */
static void emit(struct writer *writer, int made, yaml_event_t *event) {
    if (!made || !yaml_emitter_emit(&writer->emitter, event))
        abort();
}

/* Words that some reader of YAML, 1.1 or 1.2, takes for a truth value or nothing. */
static bool is_word(const char *text) {
    static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

/* What begins like this no reader takes for a number, a time or a sign of YAML's own. */
static bool is_plain(const char *text) {
    return (isalpha((unsigned char)*text) || (*text && strchr("/$_(", *text))) && !is_word(text);
}

/* A style that the text or its place does not allow is replaced by the emitter: it then quotes. */
static void write_text(struct writer *writer, const char *text, bool plain) {
    yaml_scalar_style_t style = YAML_PLAIN_SCALAR_STYLE;
    if (strchr(text, '\n'))
        style = YAML_LITERAL_SCALAR_STYLE;
    else if (!plain)
        style = YAML_SINGLE_QUOTED_SCALAR_STYLE;
    yaml_event_t event;
    emit(writer,
         yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), 1, 1, style),
         &event);
}

/* Counts, and ends the dump when there is no room left. */
static int take_room(const char *bytes, size_t length, void *owner) {
    size_t *room = owner;
    (void)bytes;
    if (length > *room)
        return -1;
    *room -= length;
    return 0;
}

static bool is_short(const json_t *value) {
    size_t room = LINE_LENGTH;
    return json_dump_callback(value, take_room, &room, 0) == 0;
}

static void write_value(struct writer *writer, const json_t *value);

static void write_object(struct writer *writer, const json_t *value) {
    yaml_mapping_style_t style = is_short(value) ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE;
    yaml_event_t event;
    const char *key;
    json_t *child;
    emit(writer, yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, style), &event);
    json_object_foreach((json_t *)value, key, child) {
        write_text(writer, key, is_plain(key));
        write_value(writer, child);
    }
    emit(writer, yaml_mapping_end_event_initialize(&event), &event);
}

static void write_array(struct writer *writer, const json_t *value) {
    yaml_sequence_style_t style = is_short(value) ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE;
    yaml_event_t event;
    size_t index;
    json_t *child;
    emit(writer, yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style), &event);
    json_array_foreach(value, index, child) {
        write_value(writer, child);
    }
    emit(writer, yaml_sequence_end_event_initialize(&event), &event);
}

static void write_value(struct writer *writer, const json_t *value) {
    if (json_is_object(value)) {
        write_object(writer, value);
    } else if (json_is_array(value)) {
        write_array(writer, value);
    } else if (json_is_string(value)) {
        write_text(writer, json_string_value(value), is_plain(json_string_value(value)));
    } else {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(YAML_REAL_DIGITS));
        write_text(writer, text, true);
        free(text);
    }
}

char *yaml_write(const json_t *document) {
    struct writer writer = {0};
    yaml_event_t event;
    if (!yaml_emitter_initialize(&writer.emitter))
        abort();
    yaml_emitter_set_output(&writer.emitter, append, &writer);
    yaml_emitter_set_unicode(&writer.emitter, 1);
    yaml_emitter_set_width(&writer.emitter, -1);
    emit(&writer, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING), &event);
    emit(&writer, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1), &event);
    write_value(&writer, document);
    emit(&writer, yaml_document_end_event_initialize(&event, 1), &event);
    emit(&writer, yaml_stream_end_event_initialize(&event), &event);
    yaml_emitter_delete(&writer.emitter);
    return writer.text;
}
