/* SPDX-License-Identifier: MIT */
/* The sort key of a list's last row, as the opaque text of the parameter `after`. */
#include "base/memory.h"
#include "represent/reply.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

char *cursor_encode(const char *json) {
    size_t length = strlen(json);
    char *text = xcalloc(4 * ((length + 2) / 3) + 1, 1);
    EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)json, (int)length);
    text[strcspn(text, "=")] = '\0';
    for (char *c = text; *c; c++)
        *c = (char)(*c == '+' ? '-' : *c == '/' ? '_' : *c);
    return text;
}

static bool is_sort_key(const char *json, size_t length) {
    json_t *value = json_loadb(json, length, JSON_REJECT_DUPLICATES, NULL);
    bool good = json_is_array(value);
    size_t index;
    json_t *part;
    json_array_foreach(value, index, part) {
        if (json_is_array(part) || json_is_object(part))
            good = false;
    }
    json_decref(value);
    return good;
}

char *cursor_decode(const char *text) {
    size_t length = strlen(text), padded = (length + 3) / 4 * 4;
    if (length % 4 == 1)
        return NULL;
    char *base64 = xcalloc(padded + 1, 1), *json = xcalloc(padded / 4 * 3 + 1, 1);
    memset(base64, '=', padded);
    for (size_t i = 0; i < length; i++)
        base64[i] = (char)(text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]);
    int decoded = EVP_DecodeBlock((unsigned char *)json, (const unsigned char *)base64, (int)padded);
    free(base64);
    decoded -= (int)(padded - length);
    if (decoded >= 0)
        json[decoded] = '\0';
    if (decoded >= 0 && is_sort_key(json, (size_t)decoded))
        return json;
    free(json);
    return NULL;
}
