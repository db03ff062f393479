/* SPDX-License-Identifier: MIT */
/* Makes the demo's key and signs the demo's tokens. */
#include "access/signer.h"

#include "base/memory.h"

#include <cjose/cjose.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* How a finished file takes its name: like rename(2), or as name_if_free does. */
typedef int name_giver(const char *from, const char *to);

static bool fail(char **why, const char *what, const char *reason) {
    *why = xasprintf("%s: %s", what, reason);
    return false;
}

/* Leaves what has the name already: another process made the key meanwhile, and then that one is the key. */
static int name_if_free(const char *from, const char *to) {
    return link(from, to) == 0 || errno == EEXIST ? 0 : -1;
}

static bool write_whole(int descriptor, const char *text) {
    for (size_t left = strlen(text); left > 0;) {
        ssize_t written = write(descriptor, text, left);
        if (written < 0 && errno != EINTR)
            return false;
        if (written < 0)
            continue;
        text += written;
        left -= (size_t)written;
    }
    return true;
}

/* Writes a file of this mode under a passing name, and gives it its own only when it is whole and on the disk. */
static bool write_file(const char *file, const char *text, mode_t mode, name_giver *give_name, char **why) {
    char *passing = xasprintf("%s.XXXXXX", file);
    int descriptor = mkostemp(passing, O_CLOEXEC);
    bool good = descriptor >= 0 && fchmod(descriptor, mode) == 0 && write_whole(descriptor, text) &&
                fsync(descriptor) == 0 && give_name(passing, file) == 0;
    if (!good)
        fail(why, file, strerror(errno));
    if (descriptor >= 0) {
        close(descriptor);
        unlink(passing); /* which is gone already if it was renamed */
    }
    free(passing);
    return good;
}

/* The private key in the file; NULL with *why set. */
static cjose_jwk_t *read_key(const char *key_file, char **why) {
    json_error_t error;
    json_t *json = json_load_file(key_file, JSON_REJECT_DUPLICATES, &error);
    if (!json) {
        fail(why, key_file, error.text);
        return NULL;
    }
    cjose_jwk_t *key = json_object_get(json, "d") ? cjose_jwk_import_json(json, NULL) : NULL;
    json_decref(json);
    if (key && cjose_jwk_get_kty(key, NULL) == CJOSE_JWK_KTY_EC &&
        cjose_jwk_EC_get_curve(key, NULL) == CJOSE_JWK_EC_P_256)
        return key;
    cjose_jwk_release(key);
    fail(why, key_file, "is not a private P-256 key");
    return NULL;
}

/* The public half as a JSON object of the members that RFC 7638 hashes and of no others. */
static json_t *public_members(const cjose_jwk_t *key) {
    char *text = cjose_jwk_to_json(key, false, NULL);
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
static char *thumbprint(const cjose_jwk_t *key) {
    json_t *members = public_members(key);
    char *text = json_dumps(members, JSON_COMPACT | JSON_SORT_KEYS);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_Digest(text, strlen(text), digest, &length, EVP_sha256(), NULL);
    free(text);
    json_decref(members);
    return base64url(digest, length);
}

static bool write_new_key(const char *key_file, char **why) {
    cjose_jwk_t *key = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, NULL);
    char *kid = key ? thumbprint(key) : NULL;
    char *text = kid && cjose_jwk_set_kid(key, kid, strlen(kid), NULL) ? cjose_jwk_to_json(key, true, NULL) : NULL;
    bool good =
        text ? write_file(key_file, text, 0600, name_if_free, why) : fail(why, key_file, "no key could be made");
    free(text);
    free(kid);
    cjose_jwk_release(key);
    return good;
}

static bool write_key_set(const char *key_file, const char *jwks_file, char **why) {
    cjose_jwk_t *key = read_key(key_file, why);
    if (!key)
        return false;
    json_t *jwk = public_members(key);
    char *kid = thumbprint(key);
    json_object_set_new(jwk, "kid", json_string(kid));
    json_object_set_new(jwk, "alg", json_string("ES256"));
    json_object_set_new(jwk, "use", json_string("sig"));
    json_t *set = json_pack("{s:[o]}", "keys", jwk);
    char *text = json_dumps(set, JSON_INDENT(2));
    bool good = write_file(jwks_file, text, 0644, rename, why);
    free(text);
    json_decref(set);
    free(kid);
    cjose_jwk_release(key);
    return good;
}

/* An identifier that no other token has; to be freed. */
static char *unique_id(void) {
    unsigned char bytes[16];
    return RAND_bytes(bytes, sizeof bytes) == 1 ? base64url(bytes, sizeof bytes) : NULL;
}

/* The claims as text, to be freed; NULL when a text of the request is not UTF-8. */
static char *claims_text(const struct token_request *request) {
    time_t now = time(NULL);
    char *id = unique_id();
    json_t *claims =
        json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "iss", request->issuer, "aud", request->audience, "sub",
                  request->subject, "iat", (json_int_t)now, "exp", (json_int_t)(now + request->seconds), "jti", id);
    free(id);
    if (claims && request->scope && *request->scope)
        json_object_set_new(claims, "scope", json_string(request->scope));
    char *text = claims ? json_dumps(claims, JSON_COMPACT) : NULL;
    json_decref(claims);
    return text;
}

static char *sign_text(const cjose_jwk_t *key, const char *text) {
    char *kid = thumbprint(key), *token = NULL;
    const char *compact;
    json_t *header = json_pack("{s:s, s:s, s:s}", "alg", "ES256", "typ", "at+jwt", "kid", kid);
    cjose_jws_t *jws = cjose_jws_sign(key, header, (const uint8_t *)text, strlen(text), NULL);
    if (jws && cjose_jws_export(jws, &compact, NULL))
        token = xstrdup(compact);
    cjose_jws_release(jws);
    json_decref(header);
    free(kid);
    return token;
}

bool signer_make_key(const char *key_file, const char *jwks_file, char **why) {
    if (access(key_file, F_OK) == 0 && access(jwks_file, F_OK) == 0)
        return true;
    if (access(key_file, F_OK) != 0 && !write_new_key(key_file, why))
        return false;
    return write_key_set(key_file, jwks_file, why);
}

char *signer_sign(const char *key_file, const struct token_request *request, char **why) {
    cjose_jwk_t *key = read_key(key_file, why);
    if (!key)
        return NULL;
    char *text = claims_text(request);
    char *token = text ? sign_text(key, text) : NULL;
    if (!token)
        fail(why, key_file, "the token could not be signed");
    free(text);
    cjose_jwk_release(key);
    return token;
}
