/* SPDX-License-Identifier: MIT */
/* Bearer tokens: credentials, forged and changed tokens, and how keys and the cache follow the file. */
#include "token_fixture.h"

static void a_token_tells_who_asks_and_with_which_scopes(void **state) {
    char *text = make_usual_token(KEY_EC);
    const struct token *token = assert_accepted(*state, text);
    assert_string_equal(token->issuer, ISSUER);
    assert_string_equal(token->subject, "p-1");
    assert_int_equal(token->expires, NOON + 600);
    assert_string_equal(token->scopes[0], "records:read");
    assert_string_equal(token->scopes[1], "reports:national");
    assert_null(token->scopes[2]);
    free(text);
}

static void a_scope_is_held_only_whole(void **state) {
    char *text = make_usual_token(KEY_EC);
    const struct token *token = assert_accepted(*state, text);
    assert_true(token_has_scope(token, "records:read"));
    assert_false(token_has_scope(token, "records"));
    assert_false(token_has_scope(token, "records:read reports:national"));
    assert_false(token_has_scope(token, ""));
    free(text);
}

static void scopes_come_from_scope_and_scp_without_duplicates(void **state) {
    struct token_case wanted = {.claims_patch = "{\"scope\": \" b  a b\", \"scp\": [\"c\", \"a\"]}"};
    char *text = make_token(&wanted);
    const struct token *token = assert_accepted(*state, text);
    static const char *const expected[] = {"b", "a", "c"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_string_equal(token->scopes[i], expected[i]);
    assert_null(token->scopes[3]);
    free(text);
}

static void absent_credentials_get_a_plain_challenge(void **state) {
    struct fixture *fixture = *state;
    assert_null(verify_header(fixture, NULL));
    assert_int_equal(fixture->problem.status, 401);
    assert_string_equal(fixture->problem.challenge, "Bearer realm=\"skillsd\"");
    assert_string_equal(fixture->log, "");
}

static void another_scheme_or_a_malformed_header_is_an_invalid_request(void **state) {
    struct fixture *fixture = *state;
    static const char *const headers[] = {
        "",           "Basic dTpw",        "Bearer",       "Bearer ",    "Bearera.b.c", " Bearer a",
        "Bearer a b", "Bearer a, Basic b", "Bearer \"a\"", "Bearer a\tb"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        assert_null(verify_header(fixture, headers[i]));
        assert_int_equal(fixture->problem.status, 401);
        assert_string_equal(fixture->problem.challenge, "Bearer realm=\"skillsd\", error=\"invalid_request\"");
    }
}

static void the_scheme_is_read_without_case(void **state) {
    char *text = make_usual_token(KEY_EC), *authorization = xasprintf("bEARER  %s", text);
    assert_non_null(verify_header(*state, authorization));
    free(authorization);
    free(text);
}

static void text_that_is_not_three_segments_is_refused(void **state) {
    static const char *const texts[] = {".",
                                        "..",
                                        "a",
                                        "QUJD.QUJD",
                                        "QUJD.QUJD.QUJD.QUJD",
                                        ".QUJD.QUJD",
                                        "QUJD..QUJD",
                                        "QUJD.QUJD.",
                                        "QUJD.QUJD.QU+/",
                                        "QUJD.QUJD.QUI=",
                                        "QUJD.QUJD.Q",
                                        "QUJD.QUJD.QR",
                                        "QUJD.QUJD.QUJ"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_refused(*state, texts[i], "form");
}

static void a_header_that_is_no_json_object_is_refused(void **state) {
    static const char *const headers[] = {"[]",
                                          "\"ES256\"",
                                          "{",
                                          "{} {}",
                                          "{\"alg\":\"ES256\",\"alg\":\"ES256\"}",
                                          "{\"alg\":\"ES256\",\"kid\":\"ec\\u0000\"}",
                                          "{\"alg\":\"ES256\",\"kid\":\"\xff\"}"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        char *segment;
        size_t length;
        assert_true(cjose_base64url_encode((const uint8_t *)headers[i], strlen(headers[i]), &segment, &length, NULL));
        char *text = xasprintf("%.*s.e30.QUJD", (int)length, segment);
        assert_refused(*state, text, "header_malformed");
        free(text);
        free(segment);
    }
}

static void an_unsigned_token_is_refused(void **state) {
    char *text = make_usual_token(KEY_EC);
    char *unsigned_text =
        xasprintf("eyJhbGciOiJub25lIn0%.*s", (int)(strrchr(text, '.') - strchr(text, '.')), strchr(text, '.'));
    char *without_signature = xasprintf("%s.", unsigned_text), *with_signature = xasprintf("%s.QUJD", unsigned_text);
    assert_refused(*state, without_signature, "form");
    assert_refused(*state, with_signature, "algorithm");
    free(with_signature);
    free(without_signature);
    free(unsigned_text);
    free(text);
}

static void a_token_of_more_than_8_kib_is_refused(void **state) {
    static char filling[2 * 8192];
    memset(filling, 'x', sizeof filling - 1);
    char *claims_patch = xasprintf("{\"filling\": \"%.5600s\"}", filling);
    struct token_case wanted = {.claims_patch = claims_patch};
    char *text = make_token(&wanted), *longer = xasprintf("%s%.*s", text, 8193 - (int)strlen(text), filling);
    assert_accepted(*state, text);
    assert_refused(*state, longer, "too_long");
    free(longer);
    free(text);
    free(claims_patch);
}

/* Each character changed by one bit of its value: header, payload and signature alike, also where spare bits hide. */
static void a_token_changed_anywhere_is_refused(void **state) {
    struct fixture *fixture = *state;
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *text = make_usual_token(KEY_EC);
    for (char *place = text; *place; place++) {
        char kept = *place;
        *place = kept == '.' ? 'A' : alphabet[(strchr(alphabet, kept) - alphabet) ^ 1];
        if (verify(fixture, text))
            fail_msg("accepted with a change at %td", place - text);
        *place = kept;
    }
    assert_accepted(fixture, text);
    free(text);
}

static void another_payload_under_a_good_signature_is_refused(void **state) {
    struct token_case other = {.claims_patch = "{\"sub\": \"p-2\"}"};
    for (enum signing_key key = KEY_EC; key <= KEY_RSA; key++) {
        other.key = key;
        char *text = make_usual_token(key), *other_text = make_token(&other);
        char *mixed = xasprintf("%.*s%s", (int)(strrchr(other_text, '.') - other_text), other_text, strrchr(text, '.'));
        assert_refused(*state, mixed, "signature");
        free(mixed);
        free(other_text);
        free(text);
    }
}

/* r = s = 0 verifies everything in an implementation that does not check their range (CVE-2022-21449). */
static void an_es256_signature_of_zeros_is_refused(void **state) {
    char *text = make_usual_token(KEY_EC), *signature = strrchr(text, '.') + 1;
    memset(signature, 'A', strlen(signature));
    assert_refused(*state, text, "signature");
    free(text);
}

/* The same two numbers with a zero byte before each: cjose alone would take them. */
static void an_es256_signature_of_another_length_is_refused(void **state) {
    char *text = make_usual_token(KEY_EC), *signature = strrchr(text, '.') + 1, *padded_text;
    uint8_t *numbers, padded[66] = {0};
    size_t length;
    assert_true(cjose_base64url_decode(signature, strlen(signature), &numbers, &length, NULL));
    assert_int_equal(length, 64);
    memcpy(padded + 1, numbers, 32);
    memcpy(padded + 34, numbers + 32, 32);
    assert_true(cjose_base64url_encode(padded, sizeof padded, &padded_text, &length, NULL));
    char *longer = xasprintf("%.*s%.*s", (int)(signature - text), text, (int)length, padded_text);
    assert_refused(*state, longer, "signature");
    free(longer);
    free(padded_text);
    free(numbers);
    free(text);
}

static void without_a_kid_the_only_key_of_the_algorithm_is_used(void **state) {
    struct fixture *fixture = *state;
    struct token_case wanted = {.header_patch = "{\"kid\": null}"};
    char *text = make_token(&wanted);
    write_keys(fixture->file, json_pack("[o, o]", public_jwk(KEY_EC, NULL), public_jwk(KEY_RSA, NULL)));
    token_verifier_refresh(fixture->verifier);
    assert_accepted(fixture, text);
    write_keys(fixture->file, json_pack("[o, o]", public_jwk(KEY_EC, NULL), public_jwk(KEY_EC_OTHER, NULL)));
    token_verifier_refresh(fixture->verifier);
    assert_refused(fixture, text, "no_key");
    free(text);
}

static void a_verified_token_is_remembered(void **state) {
    char *text = make_usual_token(KEY_EC);
    const struct token *first = assert_accepted(*state, text);
    assert_ptr_equal(assert_accepted(*state, text), first);
    free(text);
}

static void a_remembered_token_still_expires(void **state) {
    char *text = make_usual_token(KEY_EC);
    assert_accepted(*state, text);
    clock_now = NOON + 599;
    assert_accepted(*state, text);
    clock_now = NOON + 600;
    assert_refused(*state, text, "expired");
    free(text);
}

static void new_keys_in_the_file_are_seen_within_a_second(void **state) {
    struct fixture *fixture = *state;
    struct token_case new_key = {.key = KEY_EC_OTHER, .header_patch = "{\"kid\": \"new\"}"};
    char *old_text = make_usual_token(KEY_EC), *new_text = make_token(&new_key);
    assert_accepted(fixture, old_text);
    write_keys(fixture->file, json_pack("[o]", public_jwk(KEY_EC_OTHER, "{\"kid\": \"new\"}")));
    assert_accepted(fixture, old_text);
    clock_now++;
    assert_refused(fixture, old_text, "no_key");
    assert_accepted(fixture, new_text);
    free(new_text);
    free(old_text);
}

static void a_refresh_reads_new_keys_at_once(void **state) {
    struct fixture *fixture = *state;
    char *text = make_usual_token(KEY_EC);
    assert_accepted(fixture, text);
    write_keys(fixture->file, json_pack("[o]", public_jwk(KEY_EC_OTHER, NULL)));
    token_verifier_refresh(fixture->verifier);
    assert_refused(fixture, text, "no_key");
    free(text);
}

static void a_broken_file_keeps_the_old_keys_and_is_logged_once(void **state) {
    struct fixture *fixture = *state;
    char *text = make_usual_token(KEY_EC);
    FILE *file = fopen(fixture->file, "w");
    fputs("{\"keys\": [", file);
    fclose(file);
    clock_now++;
    assert_accepted(fixture, text);
    assert_non_null(strstr(fixture->log, "\"level\":\"error\""));
    assert_non_null(strstr(fixture->log, "keys_not_read"));
    clock_now++;
    assert_accepted(fixture, text);
    assert_string_equal(fixture->log, "");
    unlink(fixture->file);
    clock_now++;
    assert_accepted(fixture, text);
    assert_non_null(strstr(fixture->log, "No such file or directory"));
    write_keys(fixture->file, json_pack("[o]", public_jwk(KEY_EC_OTHER, NULL)));
    clock_now++;
    assert_refused(fixture, text, "no_key");
    free(text);
}

static void assert_no_verifier(const char *issuer, const char *file, const char *expected) {
    char *why = NULL;
    assert_null(token_verifier_new(issuer, AUDIENCE, file, &why));
    assert_non_null(strstr(why, expected));
    free(why);
}

static void a_verifier_needs_an_issuer_and_a_usable_key(void **state) {
    struct fixture *fixture = *state;
    assert_no_verifier("", fixture->file, "an issuer and an audience must be set");
    assert_no_verifier(ISSUER, "/nonexistent", "/nonexistent: No such file or directory");
    assert_no_verifier(ISSUER, "/dev/zero", "/dev/zero: not a file");
    write_keys(fixture->file, json_array());
    assert_no_verifier(ISSUER, fixture->file, "holds no key that can verify RS256 or ES256");
    write_keys(fixture->file, json_object());
    assert_no_verifier(ISSUER, fixture->file, "holds no key that can verify RS256 or ES256");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_verifier, free_verifier)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_token_tells_who_asks_and_with_which_scopes),
        TEST(a_scope_is_held_only_whole),
        TEST(scopes_come_from_scope_and_scp_without_duplicates),
        TEST(absent_credentials_get_a_plain_challenge),
        TEST(another_scheme_or_a_malformed_header_is_an_invalid_request),
        TEST(the_scheme_is_read_without_case),
        TEST(text_that_is_not_three_segments_is_refused),
        TEST(a_header_that_is_no_json_object_is_refused),
        TEST(an_unsigned_token_is_refused),
        TEST(a_token_of_more_than_8_kib_is_refused),
        TEST(a_token_changed_anywhere_is_refused),
        TEST(another_payload_under_a_good_signature_is_refused),
        TEST(an_es256_signature_of_zeros_is_refused),
        TEST(an_es256_signature_of_another_length_is_refused),
        TEST(without_a_kid_the_only_key_of_the_algorithm_is_used),
        TEST(a_verified_token_is_remembered),
        TEST(a_remembered_token_still_expires),
        TEST(new_keys_in_the_file_are_seen_within_a_second),
        TEST(a_refresh_reads_new_keys_at_once),
        TEST(a_broken_file_keeps_the_old_keys_and_is_logged_once),
        TEST(a_verifier_needs_an_issuer_and_a_usable_key),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
