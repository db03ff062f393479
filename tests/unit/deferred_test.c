/* SPDX-License-Identifier: MIT */
/* Which operations are reports, and their parameters out of JSON, by the contract that the service has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/deferred.h"
#include "contract/faults.h"
#include "http/problem.h"

#include <stdlib.h>
#include <string.h>

static struct contract *contract;

static int load(void **state) {
    (void)state;
    struct faults faults = {0};
    contract = contract_load(".", &faults);
    faults_clear(&faults);
    return contract ? 0 : -1;
}

static int unload(void **state) {
    (void)state;
    contract_free(contract);
    return 0;
}

/* The faults' pointers, each followed by a space. */
static const char *places(const struct problem *problem) {
    static char text[512];
    *text = '\0';
    for (size_t i = 0; i < problem->fault_count; i++) {
        strncat(text, problem->faults[i].pointer, sizeof text - strlen(text) - 1);
        strncat(text, " ", sizeof text - strlen(text) - 1);
    }
    return text;
}

static void only_reports_are_found(void **state) {
    (void)state;
    static const char *const others[] = {
        "list_people",      "export_audit_events", "get_skills",      "export_record",    "find_specialists",
        "find_specialists", "create_report_job",   "download_report", "list_report_jobs", "nothing"};
    assert_non_null(deferred_find(contract, "report_strength"));
    assert_non_null(deferred_find(contract, "national_figures"));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(deferred_find(contract, others[i]));
}

static void values_are_what_a_query_would_say(void **state) {
    (void)state;
    const struct operation *report = deferred_find(contract, "report_level_changes");
    struct problem problem = {0};
    struct inputs inputs;
    json_t *parameters = json_loads("{\"year_ending\": 2026.0, \"framework\": \"cop-cvf-2024\"}", 0, NULL);
    assert_true(deferred_inputs(report, parameters, &inputs, &problem));
    assert_string_equal(inputs_value(&inputs, report, "year_ending"), "2026");
    assert_string_equal(inputs_value(&inputs, report, "framework"), "cop-cvf-2024");
    assert_string_equal(inputs_value(&inputs, report, "by"), "organisation"); /* the default */
    assert_null(inputs_value(&inputs, report, "unit"));
    assert_null(inputs_value(&inputs, report, "Acting-Organisation"));
    inputs_clear(&inputs);
    json_decref(parameters);
}

static void every_fault_has_its_place(void **state) {
    (void)state;
    const struct operation *report = deferred_find(contract, "report_level_changes");
    struct problem problem = {0};
    struct inputs inputs;
    json_t *parameters = json_loads("{\"year_ending\": \"2026\", \"by\": \"x\", \"a/b\": 1}", 0, NULL);
    assert_false(deferred_inputs(report, parameters, &inputs, &problem));
    assert_string_equal(places(&problem),
                        "/parameters/year_ending /parameters/by /parameters/a~1b /parameters/framework ");
    inputs_clear(&inputs);
    json_decref(parameters);
    problem_clear(&problem);
}

static void a_list_that_is_a_report_is_given_whole(void **state) {
    (void)state;
    static struct parameter pages[] = {{.name = "limit", .place = PLACE_QUERY},
                                       {.name = "after", .place = PLACE_QUERY}};
    const struct operation list = {.parameters = pages, .parameter_count = 2};
    struct problem problem = {0};
    struct inputs inputs;
    pages[0].definition = json_pack("{s:i}", "default", 50);
    json_t *parameters = json_pack("{s:i}", "limit", 5);
    assert_false(deferred_inputs(&list, parameters, &inputs, &problem));
    assert_string_equal(places(&problem), "/parameters/limit ");
    assert_null(inputs.values[0]);
    inputs_clear(&inputs);
    json_decref(parameters);
    json_decref(pages[0].definition);
    problem_clear(&problem);
}

static void a_body_is_refused_as_a_whole(void **state) {
    (void)state;
    static const struct {
        const char *body, *places;
    } cases[] = {
        {"{\"report\": \"list_people\", \"format\": \"csv\"}", "/report "},
        {"{\"report\": \"report_coverage\", \"format\": \"csv\", \"parameters\": {}}", "/parameters/framework "},
        {"{\"report\": \"report_strength\", \"format\": \"pdf\", \"parameters\": {\"x\": 1}}",
         "/parameters/x /format "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problem problem = {0};
        assert_null(deferred_read(contract, cases[i].body, strlen(cases[i].body), &problem));
        assert_int_equal(problem.status, 422);
        assert_string_equal(places(&problem), cases[i].places);
        problem_clear(&problem);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_reports_are_found),       cmocka_unit_test(values_are_what_a_query_would_say),
        cmocka_unit_test(every_fault_has_its_place),    cmocka_unit_test(a_list_that_is_a_report_is_given_whole),
        cmocka_unit_test(a_body_is_refused_as_a_whole),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
