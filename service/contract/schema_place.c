/* SPDX-License-Identifier: MIT */
/* Places in a document: prints them as JSON pointers (RFC 6901) and follows such pointers. */
#include "base/memory.h"
#include "contract/schema_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(struct pointer_text *out, const char *bytes, size_t length) {
    size_t room = POINTER_BYTES_MAX - out->length;
    if (out->cut)
        return;
    out->cut = length > room;
    if (out->cut)
        length = room;
    memcpy(out->text + out->length, bytes, length);
    out->length += length;
}

static void append_escaped(struct pointer_text *out, const char *name) {
    for (; *name && !out->cut; name++) {
        if (*name == '~')
            append(out, "~0", 2);
        else if (*name == '/')
            append(out, "~1", 2);
        else
            append(out, name, 1);
    }
}

static void append_place(struct pointer_text *out, const struct place *place) {
    char digits[24];
    if (!place->up) {
        append(out, place->name, strlen(place->name));
        return;
    }
    append_place(out, place->up);
    append(out, "/", 1);
    if (place->name)
        append_escaped(out, place->name);
    else
        append(out, digits, (size_t)snprintf(digits, sizeof digits, "%zu", place->index));
}

/* Ends a cut pointer after a whole character. */
static void append_ellipsis(struct pointer_text *out) {
    while (out->length && ((unsigned char)out->text[out->length - 1] & 0xc0) == 0x80)
        out->length--;
    if (out->length && (unsigned char)out->text[out->length - 1] >= 0xc0)
        out->length--;
    memcpy(out->text + out->length, "\u2026", sizeof "\u2026" - 1);
    out->length += sizeof "\u2026" - 1;
}

/* Undoes ~1 and ~0 in place; false for any other tilde. */
static bool unescape(char *token) {
    char *to = token;
    for (const char *from = token; *from; from++) {
        char byte = *from;
        if (byte == '~') {
            byte = *++from == '0' ? '~' : '/';
            if (*from != '0' && *from != '1')
                return false;
        }
        *to++ = byte;
    }
    *to = '\0';
    return true;
}

static json_t *step(json_t *value, const char *token) {
    if (json_is_object(value))
        return json_object_get(value, token);
    char *end = NULL;
    if (!json_is_array(value) || !isdigit((unsigned char)*token) || (*token == '0' && token[1]))
        return NULL;
    unsigned long index = strtoul(token, &end, 10);
    return *end ? NULL : json_array_get(value, index);
}

const char *place_print(const struct place *place, struct pointer_text *out) {
    out->length = 0;
    out->cut = false;
    append_place(out, place);
    if (out->cut)
        append_ellipsis(out);
    out->text[out->length] = '\0';
    return out->text;
}

json_t *pointer_find(json_t *document, const char *pointer) {
    if (*pointer && *pointer != '/')
        return NULL;
    json_t *value = document;
    while (value && *pointer) {
        size_t length = strcspn(++pointer, "/");
        char *token = xstrndup(pointer, length);
        value = unescape(token) ? step(value, token) : NULL;
        free(token);
        pointer += length;
    }
    return value;
}
