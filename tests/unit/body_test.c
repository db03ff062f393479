/* SPDX-License-Identifier: MIT */
/* What a body may be, and what each nasty one is called. */
#include "contract/body.h"
#include "http/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct refusal {
    const char *bytes;
    size_t length;
    const char *code;
};

/* A literal with the NULs it may hold. */
#define BYTES(literal) literal, sizeof(literal) - 1

static void assert_refused(const char *bytes, size_t length, const char *code) {
    struct problem problem = {0};
    assert_null(body_parse(bytes, length, &problem));
    if (strcmp(problem.code, code) != 0)
        print_error("%.*s\n", (int)(length < 60 ? length : 60), bytes);
    assert_string_equal(problem.code, code);
    assert_int_equal(problem.status, 400);
    assert_non_null(strstr(problem.detail, "line "));
    assert_non_null(strstr(problem.detail, "column "));
    problem_clear(&problem);
}

static json_t *parse_good(const char *bytes, size_t length) {
    struct problem problem = {0};
    json_t *body = body_parse(bytes, length, &problem);
    assert_non_null(body);
    assert_int_equal(problem.status, 0);
    return body;
}

static char *nest(int depth) {
    char *text = malloc((size_t)depth * 2 + 1);
    memset(text, '[', (size_t)depth);
    memset(text + depth, ']', (size_t)depth);
    text[depth * 2] = '\0';
    return text;
}

static void every_nasty_body_has_its_code(void **state) {
    (void)state;
    static const struct refusal refusals[] = {
        {BYTES(""), "malformed_json"},
        {BYTES(" \n\t "), "malformed_json"},
        {BYTES("\xef\xbb\xbf{}"), "malformed_json"},
        {BYTES("{\"a\":1,\"a\":1}"), "duplicate_key"},
        {BYTES("{\"a\":1,\"\\u0061\":2}"), "duplicate_key"},
        {BYTES("{\"deep\":[{\"b\":null,\"b\":1}]}"), "duplicate_key"},
        {BYTES("[\"\\uD800\"]"), "malformed_json"},
        {BYTES("[\"\\uD800\\uD800\"]"), "malformed_json"},
        {BYTES("[\"\\uDC00\\uD800\"]"), "malformed_json"},
        {BYTES("[\"a\\u0000b\"]"), "nul_character"},
        {BYTES("{\"a\\u0000b\":1}"), "nul_character"},
        {BYTES("[\"a\0b\"]"), "malformed_json"},
        {BYTES("[1]\0"), "malformed_json"},
        {BYTES("\0[1]"), "malformed_json"},
        {BYTES("[\"\xff\"]"), "invalid_utf8"},
        {BYTES("[\"\xc0\xaf\"]"), "invalid_utf8"},
        {BYTES("[\"\xed\xa0\x80\"]"), "invalid_utf8"},
        {BYTES("[\"\xf4\x90\x80\x80\"]"), "invalid_utf8"},
        {BYTES("[\"\xe2\x82\"]"), "invalid_utf8"},
        {BYTES("[1]\xff"), "invalid_utf8"},
        {BYTES("1e999"), "number_out_of_range"},
        {BYTES("[-1E+999]"), "number_out_of_range"},
        {BYTES("99999999999999999999"), "number_out_of_range"},
        {BYTES("[-9223372036854775809]"), "number_out_of_range"},
        {BYTES("NaN"), "malformed_json"},
        {BYTES("[Infinity]"), "malformed_json"},
        {BYTES("[01]"), "malformed_json"},
        {BYTES("[1.]"), "malformed_json"},
        {BYTES("[+1]"), "malformed_json"},
        {BYTES("{} {}"), "malformed_json"},
        {BYTES("{\"a\":1}x"), "malformed_json"},
        {BYTES("[1,]"), "malformed_json"},
        {BYTES("{\"a\":1,}"), "malformed_json"},
        {BYTES("{'a':1}"), "malformed_json"},
        {BYTES("[1] // why"), "malformed_json"},
        {BYTES("[\"tab\there\"]"), "malformed_json"},
        {BYTES("[\"\\x41\"]"), "malformed_json"},
        {BYTES("{\"a\":"), "malformed_json"},
        {BYTES("[\"open"), "malformed_json"},
        {BYTES("[\"open\\"), "malformed_json"},
        {BYTES("]"), "malformed_json"},
        {BYTES("]]]][[[["), "malformed_json"},
        {BYTES("[}"), "malformed_json"},
        {BYTES("tru"), "malformed_json"},
        {BYTES("\xff\xfe{\0}\0"), "invalid_utf8"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        assert_refused(refusals[i].bytes, refusals[i].length, refusals[i].code);
}

static void any_json_value_is_a_body(void **state) {
    (void)state;
    static const char *const bodies[] = {
        "{}",
        "[]",
        "null",
        "false",
        " true ",
        "\"text\"",
        "-0",
        "1.0e-7",
        "[1e-999]",
        "9223372036854775807",
        "[\"\\uD83D\\uDC32\"]",
        "[\"\xf0\x9f\x90\xb2\"]",
        "\r\n{\"\": {\"\\\"[\": \"\\\\\"}}\n",
        "[\"\x7f\"]",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        json_decref(parse_good(bodies[i], strlen(bodies[i])));
}

static void depth_is_allowed_up_to_the_limit_and_no_further(void **state) {
    (void)state;
    char *allowed = nest(BODY_DEPTH_MAX), *refused = nest(BODY_DEPTH_MAX + 1);
    json_decref(parse_good(allowed, strlen(allowed)));
    assert_refused(refused, strlen(refused), "too_deep");
    free(allowed);
    free(refused);
}

static void a_depth_bomb_is_refused(void **state) {
    (void)state;
    char *bomb = nest(100000);
    assert_refused(bomb, 100000, "too_deep");
    assert_refused(bomb, 200000, "too_deep");
    free(bomb);
}

static void brackets_in_strings_do_not_count(void **state) {
    (void)state;
    char body[200] = "[\"\\\"";
    memset(body + 4, '[', 100);
    strcat(body, "\"]");
    json_decref(parse_good(body, strlen(body)));
}

static void a_depth_fault_says_where(void **state) {
    (void)state;
    char body[100] = "[\n";
    memset(body + 2, '{', BODY_DEPTH_MAX);
    struct problem problem = {0};
    assert_null(body_parse(body, strlen(body), &problem));
    assert_string_equal(problem.detail, "The body is nested more than 32 deep (line 2, column 32).");
    problem_clear(&problem);
}

static void the_clients_bytes_are_not_repeated(void **state) {
    (void)state;
    struct problem problem = {0};
    assert_null(body_parse(BYTES("{\"secret\": sesame}"), &problem));
    assert_string_equal(problem.detail, "The body is not valid JSON (line 1, column 17).");
    problem_clear(&problem);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_nasty_body_has_its_code),
        cmocka_unit_test(any_json_value_is_a_body),
        cmocka_unit_test(depth_is_allowed_up_to_the_limit_and_no_further),
        cmocka_unit_test(a_depth_bomb_is_refused),
        cmocka_unit_test(brackets_in_strings_do_not_count),
        cmocka_unit_test(a_depth_fault_says_where),
        cmocka_unit_test(the_clients_bytes_are_not_repeated),
    };
    return cmocka_run_group_tests_name("body", tests, NULL, NULL);
}
