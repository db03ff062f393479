/* SPDX-License-Identifier: MIT */
/* The demo's signer: the files it makes, and that the service's own verifier takes its tokens. */
#include "access/signer.h"
#include "access/token.h"
#include "base/memory.h"
#include "http/problem.h"

#include <cjose/cjose.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct folder {
    char name[32];
    char *key, *jwks;
};

/* Made by openssl(1), its thumbprint by Python's hashlib: SHA-256 over the members that RFC 7638, 3.2 names. */
static const char known_key[] = "{\"kty\": \"EC\", \"crv\": \"P-256\","
                                " \"x\": \"z-ssDn27eEqDAYGuxWEbV-Xq7mStWj8bJf-HwtYmZS8\","
                                " \"y\": \"l5jxzCmLaF8TdZGyXDVneKok8X6MsCgLzFfi6EjE2jI\","
                                " \"d\": \"vEd5N19l84W_DmVlyV44RRcFZKakxWbYhZCxN1zuYEk\"}";
static const char known_thumbprint[] = "cM_PNoR3T-IwIO5C1Z1YFB4GfkNAV4itK9zpav-Fkf4";

static const struct token_request hr_request = {
    .issuer = "https://demo.example",
    .audience = "skillsd",
    .subject = "hr-1",
    .scope = "records:read reports:organisation",
    .seconds = 600,
};

static int make_folder(void **state) {
    struct folder *folder = xcalloc(1, sizeof *folder);
    strcpy(folder->name, "/tmp/signer_test.XXXXXX");
    if (!mkdtemp(folder->name))
        return -1;
    folder->key = xasprintf("%s/key.json", folder->name);
    folder->jwks = xasprintf("%s/jwks.json", folder->name);
    *state = folder;
    return 0;
}

/* Removing the folder fails when the signer has left anything but its two files. */
static int remove_folder(void **state) {
    struct folder *folder = *state;
    unlink(folder->key);
    unlink(folder->jwks);
    int result = rmdir(folder->name);
    free(folder->key);
    free(folder->jwks);
    free(folder);
    return result;
}

static void make_key(const struct folder *folder) {
    char *why = NULL;
    assert_true(signer_make_key(folder->key, folder->jwks, &why));
    assert_null(why);
}

static char *sign(const struct folder *folder, const struct token_request *request) {
    char *why = NULL;
    char *token = signer_sign(folder->key, request, &why);
    assert_non_null(token);
    assert_null(why);
    return token;
}

static json_t *read_json(const char *file) {
    json_t *json = json_load_file(file, 0, NULL);
    assert_non_null(json);
    return json;
}

/* The part of a token, 0 the header and 1 the payload, as JSON. */
static json_t *token_part(const char *token, int part) {
    const char *start = part == 0 ? token : strchr(token, '.') + 1;
    uint8_t *text;
    size_t length;
    assert_true(cjose_base64url_decode(start, strcspn(start, "."), &text, &length, NULL));
    json_t *json = json_loadb((const char *)text, length, 0, NULL);
    assert_non_null(json);
    free(text);
    return json;
}

static void assert_member(const json_t *object, const char *name, const char *expected) {
    const char *text = json_string_value(json_object_get(object, name));
    assert_non_null(text);
    assert_string_equal(text, expected);
}

static void the_private_key_is_for_its_owner_only(void **state) {
    const struct folder *folder = *state;
    make_key(folder);
    struct stat status;
    assert_int_equal(stat(folder->key, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
}

static void the_key_set_holds_one_public_signing_key(void **state) {
    const struct folder *folder = *state;
    make_key(folder);
    json_t *set = read_json(folder->jwks);
    const json_t *keys = json_object_get(set, "keys");
    assert_int_equal(json_array_size(keys), 1);
    const json_t *key = json_array_get(keys, 0);
    assert_member(key, "kty", "EC");
    assert_member(key, "crv", "P-256");
    assert_member(key, "alg", "ES256");
    assert_member(key, "use", "sig");
    assert_null(json_object_get(key, "d"));
    json_decref(set);
}

static void the_kid_is_the_thumbprint_of_rfc_7638(void **state) {
    const struct folder *folder = *state;
    FILE *key = fopen(folder->key, "w");
    fputs(known_key, key);
    fclose(key);
    make_key(folder);
    json_t *set = read_json(folder->jwks);
    assert_member(json_array_get(json_object_get(set, "keys"), 0), "kid", known_thumbprint);
    json_decref(set);
}

static void files_that_are_there_are_left_alone(void **state) {
    const struct folder *folder = *state;
    make_key(folder);
    json_t *key = read_json(folder->key), *set = read_json(folder->jwks);
    make_key(folder);
    json_t *key_after = read_json(folder->key), *set_after = read_json(folder->jwks);
    assert_true(json_equal(key, key_after));
    assert_true(json_equal(set, set_after));
    json_decref(key);
    json_decref(set);
    json_decref(key_after);
    json_decref(set_after);
}

static void a_lost_key_set_is_made_again_from_the_key(void **state) {
    const struct folder *folder = *state;
    make_key(folder);
    json_t *before = read_json(folder->jwks);
    unlink(folder->jwks);
    make_key(folder);
    json_t *after = read_json(folder->jwks);
    assert_true(json_equal(before, after));
    json_decref(before);
    json_decref(after);
}

static void a_lost_key_makes_a_new_pair(void **state) {
    const struct folder *folder = *state;
    make_key(folder);
    json_t *before = read_json(folder->jwks);
    unlink(folder->key);
    make_key(folder);
    json_t *after = read_json(folder->jwks);
    assert_false(json_equal(before, after));
    json_decref(before);
    json_decref(after);
}

static void a_token_says_what_was_asked(void **state) {
    const struct folder *folder = *state;
    make_key(folder);
    time_t before = time(NULL);
    char *token = sign(folder, &hr_request);
    json_t *header = token_part(token, 0), *claims = token_part(token, 1);
    assert_member(header, "alg", "ES256");
    assert_member(header, "typ", "at+jwt");
    assert_member(claims, "iss", hr_request.issuer);
    assert_member(claims, "aud", hr_request.audience);
    assert_member(claims, "sub", hr_request.subject);
    assert_member(claims, "scope", hr_request.scope);
    json_int_t issued = json_integer_value(json_object_get(claims, "iat"));
    assert_in_range(issued, before, time(NULL));
    assert_int_equal(json_integer_value(json_object_get(claims, "exp")), issued + hr_request.seconds);
    json_decref(header);
    json_decref(claims);
    free(token);
}

static void no_scope_means_no_claim(void **state) {
    const struct folder *folder = *state;
    make_key(folder);
    struct token_request request = hr_request;
    request.scope = NULL;
    char *token = sign(folder, &request);
    json_t *claims = token_part(token, 1);
    assert_null(json_object_get(claims, "scope"));
    json_decref(claims);
    free(token);
}

static void no_two_tokens_share_an_identifier(void **state) {
    const struct folder *folder = *state;
    make_key(folder);
    char *one = sign(folder, &hr_request), *other = sign(folder, &hr_request);
    json_t *claims = token_part(one, 1), *other_claims = token_part(other, 1);
    assert_string_not_equal(json_string_value(json_object_get(claims, "jti")),
                            json_string_value(json_object_get(other_claims, "jti")));
    json_decref(claims);
    json_decref(other_claims);
    free(one);
    free(other);
}

static void the_verifier_accepts_its_tokens(void **state) {
    const struct folder *folder = *state;
    make_key(folder);
    char *why = NULL, *text = sign(folder, &hr_request), *authorization = xasprintf("Bearer %s", text);
    struct token_verifier *verifier = token_verifier_new(hr_request.issuer, hr_request.audience, folder->jwks, &why);
    assert_non_null(verifier);
    struct problem problem = {0};
    const struct token *token = token_verify(verifier, authorization, &problem);
    assert_non_null(token);
    assert_string_equal(token->subject, "hr-1");
    assert_true(token_has_scope(token, "reports:organisation"));
    token_verifier_free(verifier);
    free(authorization);
    free(text);
}

static void a_folder_that_cannot_be_written_is_reported(void **state) {
    (void)state;
    char *why = NULL;
    assert_false(signer_make_key("/nonexistent/key.json", "/nonexistent/jwks.json", &why));
    assert_string_equal(why, "/nonexistent/key.json: No such file or directory");
    free(why);
}

static void nothing_is_signed_with_a_public_key(void **state) {
    const struct folder *folder = *state;
    make_key(folder);
    json_t *set = read_json(folder->jwks);
    json_dump_file(json_array_get(json_object_get(set, "keys"), 0), folder->key, 0);
    json_decref(set);
    char *why = NULL;
    assert_null(signer_sign(folder->key, &hr_request, &why));
    assert_non_null(strstr(why, "is not a private P-256 key"));
    free(why);
}

static void a_missing_key_is_reported(void **state) {
    const struct folder *folder = *state;
    char *why = NULL;
    assert_null(signer_sign(folder->key, &hr_request, &why));
    assert_non_null(strstr(why, folder->key));
    free(why);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_private_key_is_for_its_owner_only),
        TEST(the_key_set_holds_one_public_signing_key),
        TEST(the_kid_is_the_thumbprint_of_rfc_7638),
        TEST(files_that_are_there_are_left_alone),
        TEST(a_lost_key_set_is_made_again_from_the_key),
        TEST(a_lost_key_makes_a_new_pair),
        TEST(a_token_says_what_was_asked),
        TEST(no_scope_means_no_claim),
        TEST(no_two_tokens_share_an_identifier),
        TEST(the_verifier_accepts_its_tokens),
        TEST(a_folder_that_cannot_be_written_is_reported),
        TEST(nothing_is_signed_with_a_public_key),
        TEST(a_missing_key_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
