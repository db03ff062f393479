/* SPDX-License-Identifier: MIT */
/* Signs, reads and verifies heads. */
#include "audit/head.h"

#include "access/signing_key.h"
#include "base/memory.h"

#include <cjose/cjose.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char head_type[] = "skillsd-audit-head";

enum { HEAD_BYTES_MAX = 4096 };

struct audit_keys {
    cjose_jwk_t **list;
    size_t count;
};

/* The part of a compact JWS, 0 the header and 1 the payload, as JSON; NULL for what is none. */
static json_t *part_of(const char *jws, int part) {
    const char *start = part == 0 ? jws : strchr(jws, '.');
    size_t length, skip = part == 0 ? 0 : 1;
    uint8_t *bytes = NULL;
    if (!start || strlen(jws) > HEAD_BYTES_MAX)
        return NULL;
    start += skip;
    if (!cjose_base64url_decode(start, strcspn(start, "."), &bytes, &length, NULL))
        return NULL;
    json_t *json = json_loadb((const char *)bytes, length, JSON_REJECT_DUPLICATES, NULL);
    free(bytes);
    return json;
}

static const char *member(const json_t *json, const char *name) {
    const char *text = json_string_value(json_object_get(json, name));
    return text ? text : "";
}

static bool fill(const json_t *payload, struct audit_head *head) {
    const json_t *sequence = json_object_get(payload, "sequence");
    head->sequence = json_integer_value(sequence);
    head->chain = audit_hash_of(member(payload, "chain"));
    snprintf(head->sealed_at, sizeof head->sealed_at, "%s", member(payload, "sealed_at"));
    return json_is_integer(sequence) && head->sequence > 0 && head->chain.hex[0] && head->sealed_at[0];
}

static const cjose_jwk_t *find_key(const struct audit_keys *keys, const char *kid) {
    for (size_t i = 0; i < keys->count; i++) {
        const char *known = cjose_jwk_get_kid(keys->list[i], NULL);
        if (known && strcmp(known, kid) == 0)
            return keys->list[i];
    }
    return NULL;
}

static bool is_signed_by(const char *jws, const cjose_jwk_t *key) {
    cjose_jws_t *parsed = cjose_jws_import(jws, strlen(jws), NULL);
    bool good = parsed && cjose_jws_verify(parsed, key, NULL);
    cjose_jws_release(parsed);
    return good;
}

static const char *signature_fault(const char *jws, const json_t *header, const struct audit_keys *keys) {
    if (strcmp(member(header, "alg"), "ES256") != 0 || strcmp(member(header, "typ"), head_type) != 0)
        return "is not signed as a head";
    const cjose_jwk_t *key = find_key(keys, member(header, "kid"));
    if (!key)
        return "is signed by a key that is not among the known ones";
    return is_signed_by(jws, key) ? NULL : "has a signature that does not hold";
}

static void add_key(struct audit_keys *keys, json_t *jwk) {
    cjose_jwk_t *key = cjose_jwk_import_json(jwk, NULL);
    if (!key || cjose_jwk_get_kty(key, NULL) != CJOSE_JWK_KTY_EC) {
        cjose_jwk_release(key);
        return;
    }
    keys->list = xreallocarray(keys->list, keys->count + 1, sizeof *keys->list);
    keys->list[keys->count++] = key;
}

char *audit_head_sign(const struct audit_head *head, const struct signing_key *key) {
    json_t *payload = json_pack("{s:I, s:s, s:s}", "sequence", (json_int_t)head->sequence, "chain", head->chain.hex,
                                "sealed_at", head->sealed_at);
    char *text = json_dumps(payload, JSON_COMPACT);
    char *jws = text ? signing_key_sign(key, head_type, text) : NULL;
    free(text);
    json_decref(payload);
    return jws;
}

bool audit_head_read(const char *jws, struct audit_head *head) {
    *head = (struct audit_head){0};
    json_t *payload = part_of(jws, 1);
    bool good = fill(payload, head);
    json_decref(payload);
    return good;
}

const char *audit_head_verify(const char *jws, const struct audit_keys *keys, struct audit_head *head) {
    if (!audit_head_read(jws, head))
        return "cannot be read";
    json_t *header = part_of(jws, 0);
    const char *fault = signature_fault(jws, header, keys);
    json_decref(header);
    return fault;
}

struct audit_keys *audit_keys_load(const char *jwks_file, char **why) {
    json_error_t error;
    json_t *set = json_load_file(jwks_file, JSON_REJECT_DUPLICATES, &error), *jwk;
    struct audit_keys *keys = xcalloc(1, sizeof *keys);
    size_t index;
    json_array_foreach(json_object_get(set, "keys"), index, jwk) add_key(keys, jwk);
    if (keys->count == 0) {
        *why = xasprintf("%s: %s", jwks_file, set ? "holds no key" : error.text);
        audit_keys_free(keys);
        keys = NULL;
    }
    json_decref(set);
    return keys;
}

void audit_keys_free(struct audit_keys *keys) {
    if (!keys)
        return;
    for (size_t i = 0; i < keys->count; i++)
        cjose_jwk_release(keys->list[i]);
    free(keys->list);
    free(keys);
}
