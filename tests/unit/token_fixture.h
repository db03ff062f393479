/* SPDX-License-Identifier: MIT */
/* What the tests of bearer tokens share: keys, a verifier with a clock of their own, and what accepted and refused
 * mean. */
#ifndef SKILLSD_TESTS_TOKEN_FIXTURE_H
#define SKILLSD_TESTS_TOKEN_FIXTURE_H

#include "access/token.h"
#include "base/memory.h"
#include "http/problem.h"

#include <cjose/cjose.h>
#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define ISSUER   "https://login.example"
#define AUDIENCE "skillsd"

static const char key_file[] = "/tmp/token_test_keys.XXXXXX";

/* The keys that the tests sign with; the first two are those of the usual key set. */
enum signing_key { KEY_EC, KEY_RSA, KEY_EC_OTHER, KEY_RSA_OTHER, KEY_RSA_SHORT, KEY_SECRET, KEY_COUNT };

/* What a token is made from. A patch is a JSON object whose members replace those of the usual token; null takes one
 * away. */
struct token_case {
    const char *name;
    const char *header_patch;
    const char *claims_patch;
    enum signing_key key;
    const char *reason; /* in the log when the token is refused; NULL when it is accepted */
};

struct fixture {
    char file[sizeof key_file];
    struct token_verifier *verifier;
    struct problem problem;
    const char *log;                 /* what the last verification wrote */
    const struct token_case *wanted; /* of a test that is a row of a table */
};

/* The clock of the tests, which the verifier reads too: the definition below stands before the C library's. */
enum { NOON = 1800000000 };
static time_t clock_now = NOON;

static cjose_jwk_t *keys[KEY_COUNT];

time_t time(time_t *out) {
    if (out)
        *out = clock_now;
    return clock_now;
}

static inline json_t *parse(const char *text) {
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    return json;
}

static inline void patch(json_t *object, const char *text) {
    json_t *members = parse(text ? text : "{}"), *value;
    const char *name;
    json_object_foreach(members, name, value) {
        if (json_is_null(value))
            json_object_del(object, name);
        else
            json_object_set(object, name, value);
    }
    json_decref(members);
}

/* The public half of a key with its members patched. */
static inline json_t *public_jwk(enum signing_key key, const char *members) {
    char *text = cjose_jwk_to_json(keys[key], false, NULL);
    json_t *jwk = parse(text);
    free(text);
    patch(jwk, members);
    return jwk;
}

/* A short modulus with so many zeros before it that it looks like 2048 bits. */
static inline json_t *padded_jwk(void) {
    json_t *jwk = public_jwk(KEY_RSA_SHORT, "{\"kid\": \"rsa-padded\"}");
    uint8_t *modulus, padded[256] = {0};
    size_t length;
    char *text;
    const char *short_text = json_string_value(json_object_get(jwk, "n"));
    assert_true(cjose_base64url_decode(short_text, strlen(short_text), &modulus, &length, NULL));
    memcpy(padded + sizeof padded - length, modulus, length);
    assert_true(cjose_base64url_encode(padded, sizeof padded, &text, &length, NULL));
    json_object_set_new(jwk, "n", json_stringn(text, length));
    free(text);
    free(modulus);
    return jwk;
}

static inline void write_keys(const char *file, json_t *take) {
    json_t *set = json_pack("{s:o}", "keys", take);
    assert_int_equal(json_dump_file(set, file, 0), 0);
    json_decref(set);
}

/* Two keys that may be used, and many that may not although their tokens would verify. */
static inline void write_usual_keys(const char *file) {
    char *private_text = cjose_jwk_to_json(keys[KEY_EC], true, NULL);
    json_t *private_key = parse(private_text), *all = json_array();
    free(private_text);
    patch(private_key, "{\"kid\": \"ec-private\"}");
    json_array_append_new(all, public_jwk(KEY_EC, "{\"kid\": \"ec\", \"use\": \"sig\", \"alg\": \"ES256\"}"));
    json_array_append_new(all, public_jwk(KEY_RSA, "{\"kid\": \"rsa\", \"key_ops\": [\"verify\"]}"));
    json_array_append_new(all, public_jwk(KEY_EC, "{\"kid\": \"ec-encrypting\", \"use\": \"enc\"}"));
    json_array_append_new(all, public_jwk(KEY_EC, "{\"kid\": \"ec-signing\", \"key_ops\": [\"sign\"]}"));
    json_array_append_new(all, public_jwk(KEY_EC, "{\"kid\": \"ec-alg\", \"alg\": \"ES384\"}"));
    json_array_append_new(all, public_jwk(KEY_EC, "{\"kid\": \"ec-off-curve\", \"x\": \"AAAA\"}"));
    json_array_append_new(all, public_jwk(KEY_RSA, "{\"kid\": \"rsa-alg\", \"alg\": \"PS256\"}"));
    json_array_append_new(all, public_jwk(KEY_RSA_SHORT, "{\"kid\": \"rsa-short\"}"));
    json_array_append_new(all, padded_jwk());
    json_array_append_new(all, parse("{\"kty\": \"oct\", \"kid\": \"secret\", \"k\": \"c2VjcmV0\"}"));
    json_array_append_new(all, private_key);
    write_keys(file, all);
}

/* A token signed by a key, with the usual header and claims patched; to be freed. */
static inline char *make_token(const struct token_case *wanted) {
    static const char *const usual_headers[KEY_COUNT] = {
        [KEY_EC] = "{\"alg\": \"ES256\", \"typ\": \"at+jwt\", \"kid\": \"ec\"}",
        [KEY_RSA] = "{\"alg\": \"RS256\", \"typ\": \"JWT\", \"kid\": \"rsa\"}",
        [KEY_EC_OTHER] = "{\"alg\": \"ES256\", \"kid\": \"ec\"}",
        [KEY_RSA_OTHER] = "{\"alg\": \"RS256\", \"kid\": \"rsa\"}",
        [KEY_RSA_SHORT] = "{\"alg\": \"RS256\", \"kid\": \"rsa-short\"}",
        [KEY_SECRET] = "{\"alg\": \"HS256\", \"kid\": \"rsa\"}",
    };
    json_t *header = parse(usual_headers[wanted->key]);
    json_t *claims = json_pack("{s:s, s:s, s:s, s:i, s:i, s:s}", "iss", ISSUER, "aud", AUDIENCE, "sub", "p-1", "iat",
                               NOON, "exp", NOON + 600, "scope", "records:read reports:national");
    patch(header, wanted->header_patch);
    patch(claims, wanted->claims_patch);
    char *text = json_dumps(claims, JSON_COMPACT);
    cjose_jws_t *jws = cjose_jws_sign(keys[wanted->key], header, (const uint8_t *)text, strlen(text), NULL);
    const char *compact;
    assert_non_null(jws);
    assert_true(cjose_jws_export(jws, &compact, NULL));
    char *token = xstrdup(compact);
    cjose_jws_release(jws);
    free(text);
    json_decref(claims);
    json_decref(header);
    return token;
}

static inline char *make_usual_token(enum signing_key key) {
    struct token_case usual = {.key = key};
    return make_token(&usual);
}

/* Verifies an Authorization header while standard error goes to memory, and keeps the problem and the log. */
static inline const struct token *verify_header(struct fixture *fixture, const char *authorization) {
    static char log[4096];
    int kept = dup(STDERR_FILENO), memory = memfd_create("log", MFD_CLOEXEC);
    problem_clear(&fixture->problem);
    fixture->problem = (struct problem){0};
    dup2(memory, STDERR_FILENO);
    const struct token *token = token_verify(fixture->verifier, authorization, &fixture->problem);
    dup2(kept, STDERR_FILENO);
    ssize_t length = pread(memory, log, sizeof log - 1, 0);
    log[length > 0 ? length : 0] = '\0';
    fixture->log = log;
    close(memory);
    close(kept);
    return token;
}

static inline const struct token *verify(struct fixture *fixture, const char *text) {
    char *authorization = xasprintf("Bearer %s", text);
    const struct token *token = verify_header(fixture, authorization);
    free(authorization);
    return token;
}

static inline const struct token *assert_accepted(struct fixture *fixture, const char *text) {
    const struct token *token = verify(fixture, text);
    if (!token)
        fail_msg("refused: %s", fixture->log);
    assert_int_equal(fixture->problem.status, 0);
    return token;
}

/* Refused as RFC 6750 says, with the reason in the log and not in what the client gets. */
static inline void assert_refused(struct fixture *fixture, const char *text, const char *reason) {
    char *logged = xasprintf("\"event\":\"token_refused\",\"reason\":\"%s\"", reason);
    assert_null(verify(fixture, text));
    if (!strstr(fixture->log, logged))
        fail_msg("%s expected in: %s", reason, fixture->log);
    assert_int_equal(fixture->problem.status, 401);
    assert_string_equal(fixture->problem.code, "invalid_token");
    assert_string_equal(fixture->problem.challenge, "Bearer realm=\"skillsd\", error=\"invalid_token\"");
    assert_string_equal(fixture->problem.detail, "The bearer token is not valid here, or no longer.");
    free(logged);
}

static inline int make_keys(void **state) {
    (void)state;
    static const uint8_t exponent[] = {1, 0, 1};
    keys[KEY_EC] = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, NULL);
    keys[KEY_EC_OTHER] = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, NULL);
    keys[KEY_RSA] = cjose_jwk_create_RSA_random(2048, exponent, sizeof exponent, NULL);
    keys[KEY_RSA_OTHER] = cjose_jwk_create_RSA_random(2048, exponent, sizeof exponent, NULL);
    keys[KEY_RSA_SHORT] = cjose_jwk_create_RSA_random(1024, exponent, sizeof exponent, NULL);
    char *public_text = cjose_jwk_to_json(keys[KEY_RSA], false, NULL);
    keys[KEY_SECRET] = cjose_jwk_create_oct_spec((const uint8_t *)public_text, strlen(public_text), NULL);
    free(public_text);
    return 0;
}

static inline int free_keys(void **state) {
    (void)state;
    for (size_t i = 0; i < KEY_COUNT; i++)
        cjose_jwk_release(keys[i]);
    return 0;
}

/* The log of the setup is the list of the keys that are not used, which would only hide what a test says. */
static inline int make_verifier(void **state) {
    struct fixture *fixture = xcalloc(1, sizeof *fixture);
    char *why = NULL;
    strcpy(fixture->file, key_file);
    close(mkstemp(fixture->file));
    write_usual_keys(fixture->file);
    clock_now = NOON;
    int kept = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDERR_FILENO);
    fixture->verifier = token_verifier_new(ISSUER, AUDIENCE, fixture->file, &why);
    dup2(kept, STDERR_FILENO);
    close(nowhere);
    close(kept);
    free(why);
    assert_true(token_verifier_set_issuers(fixture->verifier, "[]"));
    fixture->wanted = *state;
    *state = fixture;
    return fixture->verifier ? 0 : -1;
}

static inline int free_verifier(void **state) {
    struct fixture *fixture = *state;
    problem_clear(&fixture->problem);
    token_verifier_free(fixture->verifier);
    unlink(fixture->file);
    free(fixture);
    return 0;
}

#endif
