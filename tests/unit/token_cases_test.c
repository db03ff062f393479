/* SPDX-License-Identifier: MIT */
/* Bearer tokens, case by case: which headers, keys and claims are accepted, and the reason in the log when not. */
#include "token_fixture.h"

/* 255 characters. */
#define FIFTY_ONE    "a-subject-of-fifty-one-characters-as-issuers-make-e"
#define LONG_SUBJECT FIFTY_ONE FIFTY_ONE FIFTY_ONE FIFTY_ONE FIFTY_ONE

static void the_token_is_judged(void **state) {
    struct fixture *fixture = *state;
    char *text = make_token(fixture->wanted);
    if (fixture->wanted->reason)
        assert_refused(fixture, text, fixture->wanted->reason);
    else
        assert_accepted(fixture, text);
    free(text);
}

static const struct token_case header_cases[] = {
    {"rs256 with an RSA key is accepted", NULL, NULL, KEY_RSA, NULL},
    {"es256 with an EC key is accepted", NULL, NULL, KEY_EC, NULL},
    {"a type with its prefix in any case is accepted", "{\"typ\": \"Application/AT+JWT\"}", NULL, KEY_EC, NULL},
    {"a header without type is accepted", "{\"typ\": null}", NULL, KEY_EC, NULL},
    {"an identity token's other members are ignored", "{\"x5t\": \"abc\"}", NULL, KEY_EC, NULL},
    {"another type is refused", "{\"typ\": \"dpop+jwt\"}", NULL, KEY_EC, "type"},
    {"a type that is no text is refused", "{\"typ\": 1}", NULL, KEY_EC, "type"},
    {"an HMAC with the public key as its secret is refused", NULL, NULL, KEY_SECRET, "algorithm"},
    {"rs384 is refused", "{\"alg\": \"RS384\"}", NULL, KEY_RSA, "algorithm"},
    {"ps256 is refused", "{\"alg\": \"PS256\"}", NULL, KEY_RSA, "algorithm"},
    {"an unknown kid is refused", "{\"kid\": \"other\"}", NULL, KEY_EC, "no_key"},
    {"the beginning of a kid is refused", "{\"kid\": \"e\"}", NULL, KEY_EC, "no_key"},
    {"a kid that is no text is refused", "{\"kid\": 1}", NULL, KEY_EC, "kid"},
    {"a kid of a key of another type is refused", "{\"kid\": \"rsa\"}", NULL, KEY_EC, "no_key"},
    {"an EC key that does not belong to the kid is refused", NULL, NULL, KEY_EC_OTHER, "signature"},
    {"an RSA key that does not belong to the kid is refused", NULL, NULL, KEY_RSA_OTHER, "signature"},
    {"a key for encryption is refused", "{\"kid\": \"ec-encrypting\"}", NULL, KEY_EC, "no_key"},
    {"a key without the operation verify is refused", "{\"kid\": \"ec-signing\"}", NULL, KEY_EC, "no_key"},
    {"a key for another EC algorithm is refused", "{\"kid\": \"ec-alg\"}", NULL, KEY_EC, "no_key"},
    {"a key for another RSA algorithm is refused", "{\"kid\": \"rsa-alg\"}", NULL, KEY_RSA, "no_key"},
    {"a key that is not on the curve is refused", "{\"kid\": \"ec-off-curve\"}", NULL, KEY_EC, "no_key"},
    {"an RSA key below 2048 bits is refused", NULL, NULL, KEY_RSA_SHORT, "no_key"},
    {"a short RSA key padded with zeros is refused", "{\"kid\": \"rsa-padded\"}", NULL, KEY_RSA_SHORT, "no_key"},
    {"a private key in the set is refused", "{\"kid\": \"ec-private\"}", NULL, KEY_EC, "no_key"},
    {"critical extensions are refused", "{\"crit\": [\"exp\"]}", NULL, KEY_EC, "header_crit"},
    {"an unencoded payload is refused", "{\"b64\": false}", NULL, KEY_EC, "header_b64"},
    {"a key in the header is refused", "{\"jwk\": {}}", NULL, KEY_EC, "header_jwk"},
    {"a key set's address is refused", "{\"jku\": \"https://evil.example\"}", NULL, KEY_EC, "header_jku"},
    {"a certificate's address is refused", "{\"x5u\": \"https://evil.example\"}", NULL, KEY_EC, "header_x5u"},
    {"a certificate in the header is refused", "{\"x5c\": []}", NULL, KEY_EC, "header_x5c"},
    {"a nested token is refused", "{\"cty\": \"JWT\"}", NULL, KEY_EC, "nested"},
};

static const struct token_case claim_cases[] = {
    {"an audience among others is accepted", NULL, "{\"aud\": [\"other\", \"skillsd\"]}", KEY_EC, NULL},
    {"a clock that is 30 s ahead is accepted", NULL, "{\"iat\": 1800000030, \"nbf\": 1800000030}", KEY_EC, NULL},
    {"a token without scopes is accepted", NULL, "{\"scope\": null}", KEY_EC, NULL},
    {"an end with a fraction is accepted", NULL, "{\"exp\": 1800000000.5}", KEY_EC, NULL},
    {"an end beyond all time is accepted", NULL, "{\"exp\": 1e300}", KEY_EC, NULL},
    {"a subject of 255 characters is accepted", NULL, "{\"sub\": \"" LONG_SUBJECT "\"}", KEY_EC, NULL},
    {"a subject of 256 characters is refused", NULL, "{\"sub\": \"" LONG_SUBJECT "x\"}", KEY_EC, "subject"},
    {"an empty subject is refused", NULL, "{\"sub\": \"\"}", KEY_EC, "subject"},
    {"a missing subject is refused", NULL, "{\"sub\": null}", KEY_EC, "subject"},
    {"a subject that is no text is refused", NULL, "{\"sub\": 7}", KEY_EC, "subject"},
    {"another issuer is refused", NULL, "{\"iss\": \"https://login.example/\"}", KEY_EC, "issuer"},
    {"a missing issuer is refused", NULL, "{\"iss\": null}", KEY_EC, "issuer"},
    {"another audience is refused", NULL, "{\"aud\": \"skillsd2\"}", KEY_EC, "audience"},
    {"other audiences are refused", NULL, "{\"aud\": [\"a\", \"b\", 1]}", KEY_EC, "audience"},
    {"an empty audience is refused", NULL, "{\"aud\": []}", KEY_EC, "audience"},
    {"a missing audience is refused", NULL, "{\"aud\": null}", KEY_EC, "audience"},
    {"an end that has passed is refused", NULL, "{\"exp\": 1799999999}", KEY_EC, "expired"},
    {"an end at this second is refused", NULL, "{\"exp\": 1800000000}", KEY_EC, "expired"},
    {"a missing end is refused", NULL, "{\"exp\": null}", KEY_EC, "expired"},
    {"an end that is no number is refused", NULL, "{\"exp\": \"1900000000\"}", KEY_EC, "expired"},
    {"a start in the future is refused", NULL, "{\"nbf\": 1800000031}", KEY_EC, "not_yet_valid"},
    {"a start that is no number is refused", NULL, "{\"nbf\": \"0\"}", KEY_EC, "not_yet_valid"},
    {"an issue in the future is refused", NULL, "{\"iat\": 1800000031}", KEY_EC, "issued_in_future"},
    {"a scope that is no text is refused", NULL, "{\"scope\": [\"a\"]}", KEY_EC, "scope"},
    {"an scp with what is no text is refused", NULL, "{\"scp\": [\"a\", 1]}", KEY_EC, "scope"},
};

static int run_cases(const char *group, const struct token_case *cases, size_t count) {
    struct CMUnitTest *tests = xcalloc(count, sizeof *tests);
    for (size_t i = 0; i < count; i++)
        tests[i] =
            (struct CMUnitTest){cases[i].name, the_token_is_judged, make_verifier, free_verifier, (void *)&cases[i]};
    int failed = _cmocka_run_group_tests(group, tests, count, make_keys, free_keys);
    free(tests);
    return failed;
}

#define LENGTH(array) (sizeof(array) / sizeof *(array))

int main(void) {
    return run_cases("headers", header_cases, LENGTH(header_cases)) +
           run_cases("claims", claim_cases, LENGTH(claim_cases));
}
