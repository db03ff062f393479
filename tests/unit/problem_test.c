/* SPDX-License-Identifier: MIT */
/* How a problem is filled in once and written as application/problem+json. */
#include "base/memory.h"
#include "http/problem.h"

#include <event2/buffer.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Writes the problem, which must be JSON without duplicates, and clears it. */
static json_t *write_and_clear(struct problem *problem, const char *request_id) {
    struct evbuffer *out = evbuffer_new();
    problem_write(problem, request_id, out);
    size_t length = evbuffer_get_length(out);
    json_t *document = json_loadb((const char *)evbuffer_pullup(out, -1), length, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(document);
    evbuffer_free(out);
    problem_clear(problem);
    return document;
}

static const char *text(const json_t *document, const char *name) {
    return json_string_value(json_object_get(document, name));
}

static void a_problem_is_written_with_its_members(void **state) {
    (void)state;
    struct problem problem = {0};
    assert_false(problem_set(&problem, 404, "not_found", "There is no activity %d.", 7));
    struct evbuffer *out = evbuffer_new();
    problem_write(&problem, "r-1", out);
    evbuffer_add(out, "", 1);
    assert_string_equal(evbuffer_pullup(out, -1),
                        "{\"type\":\"/problems#not_found\",\"title\":\"Not Found\",\"status\":404,"
                        "\"detail\":\"There is no activity 7.\",\"request_id\":\"r-1\"}");
    evbuffer_free(out);
    problem_clear(&problem);
}

static void the_first_problem_stays(void **state) {
    (void)state;
    struct problem problem = {0};
    problem_set(&problem, 400, "malformed_json", "First.");
    assert_false(problem_set(&problem, 500, "internal", "Second."));
    assert_int_equal(problem.status, 400);
    assert_string_equal(problem.code, "malformed_json");
    assert_string_equal(problem.detail, "First.");
    problem_clear(&problem);
}

static void clearing_leaves_a_problem_ready_for_use(void **state) {
    (void)state;
    struct problem problem = {.allow = xstrdup("GET"), .challenge = xstrdup("Bearer"), .retry_after = 3};
    problem_set(&problem, 405, "method_not_allowed", "No.");
    problem_add_fault(&problem, "/a", "type", "must be a string");
    problem_clear(&problem);
    const struct problem nothing = {0};
    assert_memory_equal(&problem, &nothing, sizeof nothing);
}

static void faults_are_listed_in_order(void **state) {
    (void)state;
    struct problem problem = {0};
    problem_set(&problem, 422, "invalid_body", "The body breaks the contract.");
    problem_add_fault(&problem, "/title", "required", "is required");
    problem_add_fault(&problem, "?limit", "maximum", "must be at most %d", 500);
    json_t *document = write_and_clear(&problem, "r-2");
    json_t *errors = json_object_get(document, "errors");
    assert_int_equal(json_array_size(errors), 2);
    assert_string_equal(text(json_array_get(errors, 0), "pointer"), "/title");
    assert_string_equal(text(json_array_get(errors, 0), "code"), "required");
    assert_string_equal(text(json_array_get(errors, 1), "pointer"), "?limit");
    assert_string_equal(text(json_array_get(errors, 1), "detail"), "must be at most 500");
    assert_string_equal(text(document, "detail"), "The body breaks the contract.");
    json_decref(document);
}

static void faults_beyond_the_limit_are_counted_in_the_detail(void **state) {
    (void)state;
    struct problem problem = {0};
    problem_set(&problem, 422, "invalid_body", "The body breaks the contract.");
    for (int i = 0; i < PROBLEM_FAULTS_LISTED + 37; i++)
        problem_add_fault(&problem, "/items", "type", "must be a string");
    assert_int_equal(problem.fault_count, PROBLEM_FAULTS_LISTED + 37);
    json_t *document = write_and_clear(&problem, "r-3");
    assert_int_equal(json_array_size(json_object_get(document, "errors")), PROBLEM_FAULTS_LISTED);
    assert_string_equal(text(document, "detail"),
                        "The body breaks the contract. There are 37 more faults than the 100 listed here.");
    json_decref(document);
}

static void text_is_escaped(void **state) {
    (void)state;
    const char *nasty = "\"quoted\" \\ \n \x01 \x7f caf\xc3\xa9 </script>";
    struct problem problem = {0};
    problem_set(&problem, 422, "invalid_body", "%s", nasty);
    problem_add_fault(&problem, nasty, "type", "%s", nasty);
    json_t *document = write_and_clear(&problem, nasty);
    const json_t *error = json_array_get(json_object_get(document, "errors"), 0);
    assert_string_equal(text(document, "detail"), nasty);
    assert_string_equal(text(document, "request_id"), nasty);
    assert_string_equal(text(error, "pointer"), nasty);
    assert_string_equal(text(error, "detail"), nasty);
    json_decref(document);
}

static void bytes_that_are_not_utf8_become_question_marks(void **state) {
    (void)state;
    struct problem problem = {0};
    problem_set(&problem, 400, "bad_request", "No \xff here.");
    json_t *document = write_and_clear(&problem, NULL);
    assert_string_equal(text(document, "detail"), "No ? here.");
    assert_null(json_object_get(document, "request_id"));
    json_decref(document);
}

static void every_status_has_its_phrase(void **state) {
    (void)state;
    assert_string_equal(problem_reason(200), "OK");
    assert_string_equal(problem_reason(422), "Unprocessable Content");
    assert_string_equal(problem_reason(299), "Unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_problem_is_written_with_its_members),
        cmocka_unit_test(the_first_problem_stays),
        cmocka_unit_test(clearing_leaves_a_problem_ready_for_use),
        cmocka_unit_test(faults_are_listed_in_order),
        cmocka_unit_test(faults_beyond_the_limit_are_counted_in_the_detail),
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(bytes_that_are_not_utf8_become_question_marks),
        cmocka_unit_test(every_status_has_its_phrase),
    };
    return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
