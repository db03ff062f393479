/* SPDX-License-Identifier: MIT */
/* A verifier with issuers of the database beside that of the settings: whose keys decide, what is told of a token, and
 * when keys are wanted. */
#include "token_fixture.h"

#include "access/issuers.h"
#include "access/keyset.h"
#include "process/fetch.h"

#define FORCE   "https://login.force.example/tenant"
#define COLLEGE "https://login.college.example"

/* An issuer as sql/engine/verifying_keys.sql tells it, with one key; none when `kid` is NULL. */
static json_t *issuer_row(const char *url, const char *audience, enum signing_key key, const char *kid) {
    char *members = xasprintf("{\"kid\": \"%s\"}", kid ? kid : "");
    json_t *jwks = kid ? json_pack("{s: [o]}", "keys", public_jwk(key, members)) : json_null();
    free(members);
    return json_pack("{s:s, s:s, s:s, s:n, s:o}", "url", url, "audience", audience, "role_claim", "roles",
                     "person_claim", "jwks", jwks);
}

static void set_issuers(struct fixture *fixture, json_t *take) {
    char *text = json_dumps(take, 0);
    assert_true(token_verifier_set_issuers(fixture->verifier, text));
    free(text);
    json_decref(take);
}

/* The force signs with the other EC key and the College with the RSA key; both call theirs "k". */
static void set_two_issuers(struct fixture *fixture) {
    set_issuers(fixture, json_pack("[o, o]", issuer_row(FORCE, "skillsd-force", KEY_EC_OTHER, "k"),
                                   issuer_row(COLLEGE, AUDIENCE, KEY_RSA_OTHER, "k")));
}

static char *force_token(const char *claims_patch) {
    json_t *claims = parse("{\"iss\": \"" FORCE "\", \"aud\": \"skillsd-force\"}");
    json_t *more = parse(claims_patch ? claims_patch : "{}");
    json_object_update(claims, more);
    char *text = json_dumps(claims, 0);
    struct token_case wanted = {.header_patch = "{\"kid\": \"k\"}", .claims_patch = text, .key = KEY_EC_OTHER};
    char *token = make_token(&wanted);
    free(text);
    json_decref(more);
    json_decref(claims);
    return token;
}

static void each_issuer_is_verified_with_its_own_keys_and_audience(void **state) {
    set_two_issuers(*state);
    struct token_case college = {NULL, "{\"kid\": \"k\"}", "{\"iss\": \"" COLLEGE "\"}", KEY_RSA_OTHER, NULL};
    char *configured = make_usual_token(KEY_EC), *force = force_token(NULL), *second = make_token(&college);
    assert_string_equal(assert_accepted(*state, configured)->issuer, ISSUER);
    assert_string_equal(assert_accepted(*state, force)->issuer, FORCE);
    assert_string_equal(assert_accepted(*state, second)->issuer, COLLEGE);
    free(configured);
    free(force);
    free(second);
}

static void an_issuer_cannot_speak_for_another(void **state) {
    set_two_issuers(*state);
    static const struct token_case forged[] = {
        {NULL, "{\"kid\": \"k\"}", "{\"iss\": \"" COLLEGE "\"}", KEY_EC_OTHER, "no_key"},
        {NULL, "{\"kid\": \"k\"}", "{\"iss\": \"" FORCE "\", \"aud\": \"skillsd-force\"}", KEY_RSA_OTHER, "no_key"},
        {NULL, "{\"kid\": \"k\"}", "{\"iss\": \"" FORCE "\", \"aud\": \"skillsd-force\"}", KEY_EC, "signature"},
        {NULL, "{\"kid\": \"k\"}", "{\"iss\": \"" FORCE "\"}", KEY_EC_OTHER, "audience"},
        {NULL, NULL, "{\"iss\": \"" FORCE "\"}", KEY_EC, "no_key"},
        {NULL, "{\"kid\": \"k\"}", "{\"iss\": \"" FORCE "/\"}", KEY_EC_OTHER, "issuer"},
        {NULL, "{\"kid\": \"k\"}", NULL, KEY_EC_OTHER, "no_key"},
    };
    for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
        char *text = make_token(&forged[i]);
        assert_refused(*state, text, forged[i].reason);
        free(text);
    }
}

static void the_keys_of_the_settings_issuer_are_those_of_its_file(void **state) {
    set_issuers(*state, json_pack("[o]", issuer_row(ISSUER, "another", KEY_EC_OTHER, "ec")));
    struct token_case usurped = {.key = KEY_EC_OTHER};
    char *good = make_usual_token(KEY_EC), *bad = make_token(&usurped);
    assert_accepted(*state, good);
    assert_refused(*state, bad, "signature");
    free(good);
    free(bad);
}

static void a_token_is_forgotten_with_its_key_and_with_its_issuer(void **state) {
    char *text = force_token(NULL);
    set_two_issuers(*state);
    assert_accepted(*state, text);
    set_issuers(*state, json_pack("[o]", issuer_row(FORCE, "skillsd-force", KEY_EC, "k")));
    assert_refused(*state, text, "signature");
    set_two_issuers(*state);
    assert_accepted(*state, text);
    set_issuers(*state, json_array());
    assert_refused(*state, text, "issuer");
    free(text);
}

static void roles_person_and_client_are_told(void **state) {
    struct fixture *fixture = *state;
    json_t *row = issuer_row(FORCE, "skillsd-force", KEY_EC_OTHER, "k");
    json_object_set_new(row, "person_claim", json_string("staff"));
    json_object_set_new(row, "role_claim", json_string("groups"));
    set_issuers(fixture, json_pack("[o]", row));
    char *text = force_token(
        "{\"groups\": [\"hr\", \"a \\\"b\\\"\"], \"roles\": [\"x\"], \"staff\": \"1234\", \"azp\": \"app\"}");
    const struct token *token = assert_accepted(fixture, text);
    assert_string_equal(token->roles, "[\"hr\",\"a \\\"b\\\"\"]");
    assert_string_equal(token->person_claim, "1234");
    assert_string_equal(token->client, "app");
    free(text);
    char *single = force_token("{\"groups\": \"hr\", \"client_id\": \"one\", \"appid\": \"two\"}");
    token = assert_accepted(fixture, single);
    assert_string_equal(token->roles, "[\"hr\"]");
    assert_null(token->person_claim);
    assert_string_equal(token->client, "one");
    free(single);
}

static void a_token_without_roles_has_none(void **state) {
    static const char *const patches[] = {"{}", "{\"roles\": []}"};
    set_two_issuers(*state);
    for (size_t i = 0; i < sizeof patches / sizeof *patches; i++) {
        char *text = force_token(patches[i]);
        const struct token *token = assert_accepted(*state, text);
        assert_null(token->roles);
        assert_null(token->client);
        free(text);
    }
    char *configured = make_usual_token(KEY_EC);
    assert_null(assert_accepted(*state, configured)->roles);
    free(configured);
}

static void roles_and_persons_that_are_no_text_are_refused(void **state) {
    json_t *row = issuer_row(FORCE, "skillsd-force", KEY_EC_OTHER, "k");
    json_object_set_new(row, "person_claim", json_string("staff"));
    set_issuers(*state, json_pack("[o]", row));
    static const struct {
        const char *patch, *reason;
    } cases[] = {{"{\"roles\": [1]}", "roles"},         {"{\"roles\": {\"a\": 1}}", "roles"},
                 {"{\"roles\": [\"\"]}", "roles"},      {"{\"roles\": [[\"a\"]]}", "roles"},
                 {"{\"staff\": 1234}", "person_claim"}, {"{\"staff\": \"\"}", "person_claim"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = force_token(cases[i].patch);
        assert_refused(*state, text, cases[i].reason);
        free(text);
    }
}

static void an_unknown_key_is_wanted_once_in_two_seconds(void **state) {
    struct fixture *fixture = *state;
    set_two_issuers(fixture);
    assert_null(token_verifier_take_wanted(fixture->verifier));
    struct token_case unknown = {NULL, "{\"kid\": \"new\"}", "{\"iss\": \"" FORCE "\"}", KEY_EC, NULL};
    struct token_case stranger = {NULL, "{\"kid\": \"new\"}", "{\"iss\": \"https://x.example\"}", KEY_EC, NULL};
    char *text = make_token(&unknown), *foreign = make_token(&stranger);
    assert_refused(fixture, foreign, "issuer");
    assert_null(token_verifier_take_wanted(fixture->verifier));
    assert_refused(fixture, text, "no_key");
    assert_string_equal(token_verifier_take_wanted(fixture->verifier), FORCE);
    assert_null(token_verifier_take_wanted(fixture->verifier));
    assert_refused(fixture, text, "no_key");
    assert_null(token_verifier_take_wanted(fixture->verifier));
    clock_now += 2;
    assert_string_equal(token_verifier_take_wanted(fixture->verifier), FORCE);
    free(foreign);
    free(text);
}

static void an_issuer_whose_keys_were_not_fetched_yet_is_refused(void **state) {
    set_issuers(*state, json_pack("[o]", issuer_row(FORCE, "skillsd-force", KEY_EC, NULL)));
    char *text = force_token(NULL);
    assert_refused(*state, text, "no_key");
    free(text);
}

static void text_that_is_no_list_of_issuers_changes_nothing(void **state) {
    static const char *const texts[] = {"", "{}", "[1]", "[{\"url\": \"https://a.example\"}]",
                                        "[{\"audience\": \"a\"}]"};
    struct fixture *fixture = *state;
    set_two_issuers(fixture);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(token_verifier_set_issuers(fixture->verifier, texts[i]));
    char *text = force_token(NULL);
    assert_accepted(fixture, text);
    free(text);
}

static void nobody_is_refused_before_the_issuers_are_known(void **state) {
    struct fixture *fixture = *state;
    char *why = NULL, *text = force_token(NULL);
    token_verifier_free(fixture->verifier);
    fixture->verifier = token_verifier_new("", "", "", &why);
    assert_non_null(fixture->verifier);
    assert_null(verify(fixture, text));
    assert_int_equal(fixture->problem.status, 503);
    assert_int_equal(fixture->problem.retry_after, 1);
    set_two_issuers(fixture);
    assert_accepted(fixture, text);
    free(text);
}

/* The text of a set with these keys, reduced. */
static char *reduced(json_t *take_keys, char **why) {
    json_t *set = json_pack("{s:o}", "keys", take_keys);
    char *text = json_dumps(set, 0), *kept = keyset_reduce(text, strlen(text), why);
    free(text);
    json_decref(set);
    return kept;
}

static void a_reduced_set_has_one_text_whatever_the_order(void **state) {
    (void)state;
    char *why = NULL;
    char *one = reduced(
        json_pack("[o, o]", public_jwk(KEY_EC, "{\"kid\": \"a\"}"), public_jwk(KEY_RSA, "{\"kid\": \"b\"}")), &why);
    char *other = reduced(json_pack("[o, o]", public_jwk(KEY_RSA, "{\"kid\": \"b\", \"x5t\": \"q\"}"),
                                    public_jwk(KEY_EC, "{\"kid\": \"a\"}")),
                          &why);
    assert_string_equal(one, other);
    assert_null(strstr(one, "x5t"));
    free(one);
    free(other);
}

static void a_set_without_usable_keys_cannot_be_reduced(void **state) {
    (void)state;
    char *why = NULL;
    assert_null(reduced(json_pack("[o]", public_jwk(KEY_EC, "{\"use\": \"enc\"}")), &why));
    assert_string_equal(why, "The key set holds no key that can verify RS256 or ES256.");
    free(why);
    why = NULL;
    assert_null(keyset_reduce("[]x", 3, &why));
    assert_string_equal(why, "The key set is not JSON.");
    free(why);
}

static void only_https_and_this_machine_are_asked(void **state) {
    (void)state;
    static const struct {
        const char *url;
        bool asked, asked_from_loopback;
    } cases[] = {
        {"https://login.example/a", true, true},
        {"http://login.example/a", false, false},
        {"http://127.0.0.1:1/a", false, true},
        {"http://localhost", false, true},
        {"http://[::1]:80/", false, true},
        {"http://127.0.0.1.evil.example/", false, false},
        {"http://localhost@evil.example/", false, false},
        {"https://a@login.example/", false, false},
        {"https://login.example/a@b", true, true},
        {"file:///etc/passwd", false, false},
        {"gopher://127.0.0.1", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(fetch_may_ask(cases[i].url, false), cases[i].asked);
        assert_int_equal(fetch_may_ask(cases[i].url, true), cases[i].asked_from_loopback);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_verifier, free_verifier)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_issuer_is_verified_with_its_own_keys_and_audience),
        TEST(an_issuer_cannot_speak_for_another),
        TEST(the_keys_of_the_settings_issuer_are_those_of_its_file),
        TEST(a_token_is_forgotten_with_its_key_and_with_its_issuer),
        TEST(roles_person_and_client_are_told),
        TEST(a_token_without_roles_has_none),
        TEST(roles_and_persons_that_are_no_text_are_refused),
        TEST(an_unknown_key_is_wanted_once_in_two_seconds),
        TEST(an_issuer_whose_keys_were_not_fetched_yet_is_refused),
        TEST(text_that_is_no_list_of_issuers_changes_nothing),
        TEST(nobody_is_refused_before_the_issuers_are_known),
        cmocka_unit_test(a_reduced_set_has_one_text_whatever_the_order),
        cmocka_unit_test(a_set_without_usable_keys_cannot_be_reduced),
        cmocka_unit_test(only_https_and_this_machine_are_asked),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
