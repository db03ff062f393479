/* SPDX-License-Identifier: MIT */
/* Makes, reads, publishes and uses a signing key. */
#include "access/signing_key.h"

#include "base/file.h"
#include "base/memory.h"

#include <cjose/cjose.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct signing_key {
    cjose_jwk_t *jwk;
    char *id;
};

static bool fail(char **why, const char *what, const char *reason) {
    *why = xasprintf("%s: %s", what, reason);
    return false;
}

/* The public half as a JSON object of the members that RFC 7638 hashes and of no others. */
static json_t *public_members(const cjose_jwk_t *jwk) {
    char *text = cjose_jwk_to_json(jwk, false, NULL);
    json_t *all = text ? json_loads(text, 0, NULL) : NULL;
    free(text);
    json_t *members = json_object();
    static const char *const names[] = {"crv", "kty", "x", "y"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        json_object_set(members, names[i], json_object_get(all, names[i]));
    json_decref(all);
    return members;
}

static char *base64url(const uint8_t *bytes, size_t length) {
    char *raw, *text = NULL;
    size_t size;
    if (cjose_base64url_encode(bytes, length, &raw, &size, NULL)) {
        text = xstrndup(raw, size);
        free(raw);
    }
    return text;
}

/* The key's name is its RFC 7638 thumbprint, so that it need not be kept anywhere; to be freed. */
static char *thumbprint(const cjose_jwk_t *jwk) {
    json_t *members = public_members(jwk);
    char *text = json_dumps(members, JSON_COMPACT | JSON_SORT_KEYS);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_Digest(text, strlen(text), digest, &length, EVP_sha256(), NULL);
    free(text);
    json_decref(members);
    return base64url(digest, length);
}

static json_t *public_jwk(const struct signing_key *key) {
    json_t *jwk = public_members(key->jwk);
    json_object_set_new(jwk, "kid", json_string(key->id));
    json_object_set_new(jwk, "alg", json_string("ES256"));
    json_object_set_new(jwk, "use", json_string("sig"));
    return jwk;
}

static bool has_key(const json_t *keys, const char *id) {
    size_t index;
    json_t *jwk;
    json_array_foreach(keys, index, jwk) {
        const char *kid = json_string_value(json_object_get(jwk, "kid"));
        if (kid && strcmp(kid, id) == 0)
            return true;
    }
    return false;
}

/* The keys of the set in the file; an empty array when there is no file, NULL with *why set when it is none. */
static json_t *read_keys(const char *jwks_file, char **why) {
    json_error_t error;
    if (access(jwks_file, F_OK) != 0)
        return json_array();
    json_t *set = json_load_file(jwks_file, JSON_REJECT_DUPLICATES, &error);
    json_t *keys = json_object_get(set, "keys");
    if (json_is_array(keys)) {
        json_incref(keys);
    } else {
        fail(why, jwks_file, set ? "is not a key set" : error.text);
        keys = NULL;
    }
    json_decref(set);
    return keys;
}

static bool write_keys(const char *jwks_file, json_t *keys, char **why) {
    json_t *set = json_pack("{s:O}", "keys", keys);
    char *text = json_dumps(set, JSON_INDENT(2));
    bool good = file_write(jwks_file, text, 0644, FILE_REPLACE, why);
    free(text);
    json_decref(set);
    return good;
}

bool signing_key_make(const char *file, char **why) {
    if (access(file, F_OK) == 0)
        return true;
    cjose_jwk_t *jwk = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, NULL);
    char *id = jwk ? thumbprint(jwk) : NULL;
    char *text = id && cjose_jwk_set_kid(jwk, id, strlen(id), NULL) ? cjose_jwk_to_json(jwk, true, NULL) : NULL;
    bool good = text ? file_write(file, text, 0600, FILE_LEAVE, why) : fail(why, file, "no key could be made");
    free(text);
    free(id);
    cjose_jwk_release(jwk);
    return good;
}

struct signing_key *signing_key_load(const char *file, char **why) {
    json_error_t error;
    json_t *json = json_load_file(file, JSON_REJECT_DUPLICATES, &error);
    if (!json) {
        fail(why, file, error.text);
        return NULL;
    }
    cjose_jwk_t *jwk = json_object_get(json, "d") ? cjose_jwk_import_json(json, NULL) : NULL;
    json_decref(json);
    if (!jwk || cjose_jwk_get_kty(jwk, NULL) != CJOSE_JWK_KTY_EC ||
        cjose_jwk_EC_get_curve(jwk, NULL) != CJOSE_JWK_EC_P_256) {
        cjose_jwk_release(jwk);
        fail(why, file, "is not a private P-256 key");
        return NULL;
    }
    struct signing_key *key = xcalloc(1, sizeof *key);
    *key = (struct signing_key){jwk, thumbprint(jwk)};
    return key;
}

void signing_key_free(struct signing_key *key) {
    if (!key)
        return;
    cjose_jwk_release(key->jwk);
    free(key->id);
    free(key);
}

const char *signing_key_id(const struct signing_key *key) {
    return key->id;
}

bool signing_key_publish(const struct signing_key *key, const char *jwks_file, bool keep, char **why) {
    json_t *keys = keep ? read_keys(jwks_file, why) : json_array();
    if (!keys)
        return false;
    bool there = has_key(keys, key->id);
    if (!there)
        json_array_append_new(keys, public_jwk(key));
    bool good = there || write_keys(jwks_file, keys, why);
    json_decref(keys);
    return good;
}

char *signing_key_sign(const struct signing_key *key, const char *typ, const char *text) {
    char *signed_text = NULL;
    const char *compact;
    json_t *header = json_pack("{s:s, s:s, s:s}", "alg", "ES256", "typ", typ, "kid", key->id);
    cjose_jws_t *jws = cjose_jws_sign(key->jwk, header, (const uint8_t *)text, strlen(text), NULL);
    if (jws && cjose_jws_export(jws, &compact, NULL))
        signed_text = xstrdup(compact);
    cjose_jws_release(jws);
    json_decref(header);
    return signed_text;
}
