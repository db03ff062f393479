/* SPDX-License-Identifier: MIT */
/* Judges the form and the protected header of a compact JWS (RFC 7515, RFC 7519, RFC 8725). */
#include "access/jose_header.h"

#include "base/memory.h"

#include <cjose/cjose.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const algorithm_names[JOSE_ALGORITHM_COUNT] = {[JOSE_RS256] = "RS256", [JOSE_ES256] = "ES256"};

/* Members that make a token refused, for they would change which key is trusted or what was signed, and the word for
 * the log. */
static const struct {
    const char *member;
    const char *why;
} refused_members[] = {
    {"crit", "header_crit"}, {"b64", "header_b64"}, {"jwk", "header_jwk"}, {"jku", "header_jku"},
    {"x5u", "header_x5u"},   {"x5c", "header_x5c"}, {"cty", "nested"},     {"enc", "encrypted"},
};

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* The bits of the last character that no byte takes must be zero, or one signature would have several spellings. */
static bool segment_is_canonical(const char *segment, size_t length) {
    static const int spare_bits[] = {[0] = 0, [2] = 0x0f, [3] = 0x03};
    if (length == 0 || length % 4 == 1)
        return false;
    long last = strchr(alphabet, segment[length - 1]) - alphabet;
    return (last & spare_bits[length % 4]) == 0;
}

/* Three segments of the alphabet with single dots between them and nothing else. */
static bool form_is_right(const char *token) {
    for (int segment = 0; segment < 3; segment++) {
        size_t length = strspn(token, alphabet);
        if (!segment_is_canonical(token, length))
            return false;
        token += length;
        if (*token != (segment < 2 ? '.' : '\0'))
            return false;
        token++;
    }
    return true;
}

/* The header as a JSON object without duplicate members; NULL if it is not one. */
static json_t *parse_header(const char *token) {
    uint8_t *text;
    size_t length;
    if (!cjose_base64url_decode(token, strcspn(token, "."), &text, &length, NULL))
        return NULL;
    json_t *object = json_loadb((const char *)text, length, JSON_REJECT_DUPLICATES, NULL);
    free(text);
    if (json_is_object(object))
        return object;
    json_decref(object);
    return NULL;
}

static bool read_algorithm(const json_t *object, enum jose_algorithm *algorithm) {
    const char *name = json_string_value(json_object_get(object, "alg"));
    for (int i = 0; name && i < JOSE_ALGORITHM_COUNT; i++) {
        if (strcmp(name, algorithm_names[i]) == 0) {
            *algorithm = (enum jose_algorithm)i;
            return true;
        }
    }
    return false;
}

/* RFC 7519 and RFC 9068: media types compare without case, and "application/" may be left out. */
static bool type_is_right(const json_t *object) {
    const json_t *type = json_object_get(object, "typ");
    if (!type)
        return true;
    const char *name = json_string_value(type);
    if (!name)
        return false;
    static const char prefix[] = "application/";
    if (strncasecmp(name, prefix, strlen(prefix)) == 0)
        name += strlen(prefix);
    return strcasecmp(name, "JWT") == 0 || strcasecmp(name, "at+jwt") == 0;
}

/* RFC 7518, 3.4: two numbers of 32 bytes, which are 86 characters. The length of an RSA signature is the key's to
 * judge. */
static bool signature_length_is_right(const char *token, enum jose_algorithm algorithm) {
    return algorithm != JOSE_ES256 || strlen(strrchr(token, '.') + 1) == 86;
}

static bool judge(const json_t *object, struct jose_header *header, const char **why) {
    for (size_t i = 0; i < sizeof refused_members / sizeof *refused_members; i++) {
        *why = refused_members[i].why;
        if (json_object_get(object, refused_members[i].member))
            return false;
    }
    *why = "algorithm";
    if (!read_algorithm(object, &header->algorithm))
        return false;
    *why = "type";
    if (!type_is_right(object))
        return false;
    *why = "kid";
    const json_t *kid = json_object_get(object, "kid");
    if (kid && !json_is_string(kid))
        return false;
    header->kid = kid ? xstrdup(json_string_value(kid)) : NULL;
    return true;
}

const char *jose_algorithm_name(enum jose_algorithm algorithm) {
    return algorithm_names[algorithm];
}

bool jose_header_read(const char *token, struct jose_header *header, const char **why) {
    *why = "too_long";
    if (strlen(token) > TOKEN_BYTES_MAXIMUM)
        return false;
    *why = "form";
    if (!form_is_right(token))
        return false;
    *why = "header_malformed";
    json_t *object = parse_header(token);
    if (!object)
        return false;
    bool good = judge(object, header, why);
    json_decref(object);
    if (!good || signature_length_is_right(token, header->algorithm))
        return good;
    *why = "signature";
    jose_header_clear(header);
    return false;
}

void jose_header_clear(struct jose_header *header) {
    free(header->kid);
    header->kid = NULL;
}
