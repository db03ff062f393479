/* SPDX-License-Identifier: MIT */
/* Reads a JWKS file and keeps the keys that are fit to verify; why another key is not is logged. */
#include "access/keyset.h"

#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct key {
    enum jose_algorithm algorithm;
    char *kid; /* NULL when the key has none */
    cjose_jwk_t *jwk;
};

struct keyset {
    struct key *keys;
    size_t count;
};

/* Many times what issuers publish; larger is not a key set. */
enum { FILE_BYTES_MAXIMUM = 1 << 20 };

enum { RSA_BITS_MINIMUM = 2048 };

/* The one algorithm that a key of each type serves, told by its kty. */
static const struct {
    const char *type;
    enum jose_algorithm algorithm;
} key_types[] = {{"RSA", JOSE_RS256}, {"EC", JOSE_ES256}};

static bool member_is(const json_t *jwk, const char *member, const char *expected) {
    const char *text = json_string_value(json_object_get(jwk, member));
    return text && strcmp(text, expected) == 0;
}

static bool member_is_absent_or(const json_t *jwk, const char *member, const char *expected) {
    return !json_object_get(jwk, member) || member_is(jwk, member, expected);
}

static bool operations_allow_verify(const json_t *jwk) {
    const json_t *operations = json_object_get(jwk, "key_ops");
    if (!operations)
        return true;
    for (size_t i = 0; i < json_array_size(operations); i++) {
        const char *operation = json_string_value(json_array_get(operations, i));
        if (operation && strcmp(operation, "verify") == 0)
            return true;
    }
    return false;
}

/* Counted from the modulus itself: leading zeros must not make a short key look long. */
static size_t modulus_bits(const json_t *jwk) {
    const char *text = json_string_value(json_object_get(jwk, "n"));
    uint8_t *bytes;
    size_t length;
    if (!text || !cjose_base64url_decode(text, strlen(text), &bytes, &length, NULL))
        return 0;
    size_t first = 0;
    while (first < length && bytes[first] == 0)
        first++;
    size_t bits = 8 * (length - first);
    for (unsigned int top = first < length ? bytes[first] : 0x80; top < 0x80; top <<= 1)
        bits--;
    free(bytes);
    return bits;
}

static bool algorithm_of_type(const json_t *jwk, enum jose_algorithm *algorithm) {
    for (size_t i = 0; i < sizeof key_types / sizeof *key_types; i++) {
        if (member_is(jwk, "kty", key_types[i].type)) {
            *algorithm = key_types[i].algorithm;
            return true;
        }
    }
    return false;
}

/* NULL when the key may be used, and a word for the log when not. */
static const char *unfitness(const json_t *jwk, enum jose_algorithm *algorithm) {
    if (!algorithm_of_type(jwk, algorithm))
        return "type";
    if (!member_is_absent_or(jwk, "use", "sig"))
        return "use";
    if (!operations_allow_verify(jwk))
        return "operations";
    if (!member_is_absent_or(jwk, "alg", jose_algorithm_name(*algorithm)))
        return "algorithm";
    if (json_object_get(jwk, "d"))
        return "private";
    if (*algorithm == JOSE_RS256 && modulus_bits(jwk) < RSA_BITS_MINIMUM)
        return "size";
    if (*algorithm == JOSE_ES256 && !member_is(jwk, "crv", "P-256"))
        return "curve";
    return NULL;
}

static void add_key(struct keyset *keyset, json_t *jwk) {
    struct key key = {0};
    const char *kid = json_string_value(json_object_get(jwk, "kid"));
    const char *why = unfitness(jwk, &key.algorithm);
    if (!why) {
        key.jwk = cjose_jwk_import_json(jwk, NULL);
        ERR_clear_error(); /* others who share this thread's queue must not find our failures there */
        why = key.jwk ? NULL : "malformed";
    }
    if (why) {
        log_event(LOG_INFO, "key_not_used", "kid", kid, "reason", why, NULL);
        return;
    }
    key.kid = kid ? xstrdup(kid) : NULL;
    keyset->keys = xreallocarray(keyset->keys, keyset->count + 1, sizeof *keyset->keys);
    keyset->keys[keyset->count++] = key;
}

/* The file as JSON; NULL with *why set. It opens without blocking, so that a FIFO in its place cannot hang a worker. */
static json_t *read_json(const char *file, char **why) {
    int descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        *why = xasprintf("%s: %s", file, strerror(errno));
        return NULL;
    }
    struct stat status;
    json_t *json = NULL;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > FILE_BYTES_MAXIMUM) {
        *why = xasprintf("%s: not a file of at most %d bytes", file, FILE_BYTES_MAXIMUM);
    } else {
        json_error_t error;
        json = json_loadfd(descriptor, JSON_REJECT_DUPLICATES, &error);
        *why = json ? NULL : xasprintf("%s: line %d: %s", file, error.line, error.text);
    }
    close(descriptor);
    return json;
}

struct keyset *keyset_new(const char *file, char **why) {
    json_t *json = read_json(file, why);
    if (!json)
        return NULL;
    struct keyset *keyset = xcalloc(1, sizeof *keyset);
    const json_t *keys = json_object_get(json, "keys");
    for (size_t i = 0; i < json_array_size(keys); i++)
        add_key(keyset, json_array_get(keys, i));
    json_decref(json);
    if (keyset->count > 0)
        return keyset;
    *why = xasprintf("%s: holds no key that can verify RS256 or ES256", file);
    keyset_free(keyset);
    return NULL;
}

void keyset_free(struct keyset *keyset) {
    if (!keyset)
        return;
    for (size_t i = 0; i < keyset->count; i++) {
        free(keyset->keys[i].kid);
        cjose_jwk_release(keyset->keys[i].jwk);
    }
    free(keyset->keys);
    free(keyset);
}

cjose_jwk_t *keyset_find(const struct keyset *keyset, enum jose_algorithm algorithm, const char *kid) {
    cjose_jwk_t *found = NULL;
    for (size_t i = 0; i < keyset->count; i++) {
        const struct key *key = &keyset->keys[i];
        if (key->algorithm != algorithm || (kid && (!key->kid || strcmp(key->kid, kid) != 0)))
            continue;
        if (found)
            return NULL;
        found = key->jwk;
    }
    return found;
}
