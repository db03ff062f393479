/* SPDX-License-Identifier: MIT */
/* Makes the demo's key and signs the demo's tokens. */
#include "access/signer.h"

#include "access/signing_key.h"
#include "base/memory.h"

#include <cjose/cjose.h>
#include <jansson.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* An identifier that no other token has; to be freed. */
static char *unique_id(void) {
    unsigned char bytes[16];
    char *raw, *text = NULL;
    size_t size;
    if (RAND_bytes(bytes, sizeof bytes) == 1 && cjose_base64url_encode(bytes, sizeof bytes, &raw, &size, NULL)) {
        text = xstrndup(raw, size);
        free(raw);
    }
    return text;
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

bool signer_make_key(const char *key_file, const char *jwks_file, char **why) {
    if (access(key_file, F_OK) == 0 && access(jwks_file, F_OK) == 0)
        return true;
    struct signing_key *key = signing_key_make(key_file, why) ? signing_key_load(key_file, why) : NULL;
    bool good = key && signing_key_publish(key, jwks_file, false, why);
    signing_key_free(key);
    return good;
}

char *signer_sign(const char *key_file, const struct token_request *request, char **why) {
    struct signing_key *key = signing_key_load(key_file, why);
    if (!key)
        return NULL;
    char *text = claims_text(request);
    char *token = text ? signing_key_sign(key, "at+jwt", text) : NULL;
    if (!token)
        *why = xasprintf("%s: the token could not be signed", key_file);
    free(text);
    signing_key_free(key);
    return token;
}
