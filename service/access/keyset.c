/* SPDX-License-Identifier: MIT */
/* Reads a JWKS and keeps the keys that are fit to verify; why another key is not is logged. */
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

/* Far more than issuers use at once. */
enum { KEYS_MAXIMUM = 64, KID_BYTES_MAXIMUM = 255 };

/* The members of a public key, RSA or EC, and of what it is for. */
static const char *const public_members[] = {"kty", "kid", "use", "alg", "key_ops", "n", "e", "crv", "x", "y"};

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

/* The key if it may verify; otherwise false, and why is logged. */
static bool import_key(json_t *jwk, struct key *key) {
    const char *kid = json_string_value(json_object_get(jwk, "kid"));
    const char *why = unfitness(jwk, &key->algorithm);
    if (!why) {
        key->jwk = cjose_jwk_import_json(jwk, NULL);
        ERR_clear_error(); /* others who share this thread's queue must not find our failures there */
        why = key->jwk ? NULL : "malformed";
    }
    if (why)
        log_event(LOG_INFO, "key_not_used", "kid", kid && strlen(kid) <= KID_BYTES_MAXIMUM ? kid : NULL, "reason", why,
                  NULL);
    else
        key->kid = kid ? xstrdup(kid) : NULL;
    return !why;
}

static void add_key(struct keyset *keyset, json_t *jwk) {
    struct key key = {0};
    if (!import_key(jwk, &key))
        return;
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

static void free_key(struct key *key) {
    free(key->kid);
    cjose_jwk_release(key->jwk);
}

/* The public members of a key as text, to be freed; NULL when it may not verify. */
static char *reduce_key(json_t *jwk) {
    struct key key = {0};
    if (!import_key(jwk, &key))
        return NULL;
    free_key(&key);
    json_t *reduced = json_object();
    for (size_t i = 0; i < sizeof public_members / sizeof *public_members; i++) {
        json_t *member = json_object_get(jwk, public_members[i]);
        if (member)
            json_object_set(reduced, public_members[i], member);
    }
    char *text = json_dumps(reduced, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(reduced);
    return text;
}

static int compare_texts(const void *one, const void *other) {
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* The texts as the array "keys" of a set; they are freed. */
static char *join_keys(char **take_texts, size_t count) {
    qsort(take_texts, count, sizeof *take_texts, compare_texts);
    char *joined = xstrdup("{\"keys\":[");
    for (size_t i = 0; i < count; i++) {
        char *longer = xasprintf("%s%s%s", joined, i ? "," : "", take_texts[i]);
        free(joined);
        free(take_texts[i]);
        joined = longer;
    }
    char *whole = xasprintf("%s]}", joined);
    free(joined);
    return whole;
}

struct keyset *keyset_from_json(const json_t *set, char **why) {
    struct keyset *keyset = xcalloc(1, sizeof *keyset);
    const json_t *keys = json_object_get(set, "keys");
    for (size_t i = 0; i < json_array_size(keys); i++)
        add_key(keyset, json_array_get(keys, i));
    if (keyset->count > 0)
        return keyset;
    *why = xstrdup("holds no key that can verify RS256 or ES256");
    keyset_free(keyset);
    return NULL;
}

struct keyset *keyset_new(const char *file, char **why) {
    json_t *json = read_json(file, why);
    if (!json)
        return NULL;
    char *fault = NULL;
    struct keyset *keyset = keyset_from_json(json, &fault);
    json_decref(json);
    if (!keyset)
        *why = xasprintf("%s: %s", file, fault);
    free(fault);
    return keyset;
}

char *keyset_reduce(const char *jwks, size_t length, char **why) {
    json_error_t error;
    json_t *set = json_loadb(jwks, length, JSON_REJECT_DUPLICATES, &error);
    const json_t *keys = json_object_get(set, "keys");
    char *texts[KEYS_MAXIMUM];
    size_t count = 0, index = 0;
    for (; index < json_array_size(keys) && count < KEYS_MAXIMUM; index++) {
        texts[count] = reduce_key(json_array_get(keys, index));
        count += texts[count] != NULL;
    }
    bool all = index == json_array_size(keys);
    char *reduced = join_keys(texts, count);
    if (!set)
        *why = xstrdup("The key set is not JSON.");
    else if (count == 0)
        *why = xstrdup("The key set holds no key that can verify RS256 or ES256.");
    else if (!all)
        *why = xasprintf("The key set holds more keys than the %d that an issuer may have.", KEYS_MAXIMUM);
    json_decref(set);
    if (set && count > 0 && all)
        return reduced;
    free(reduced);
    return NULL;
}

void keyset_free(struct keyset *keyset) {
    if (!keyset)
        return;
    for (size_t i = 0; i < keyset->count; i++)
        free_key(&keyset->keys[i]);
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
