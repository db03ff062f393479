/* SPDX-License-Identifier: MIT */
/* The limits: what is counted for whom, and how the header fields say it. */
#include "access/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A quota so small that it does not fill while a test runs, and one beside it. */
static const long usual[POLICY_COUNT] = {[POLICY_ADDRESS] = 20, [POLICY_PRINCIPAL] = 3};

static struct limits *limits;
static struct standing standings[POLICY_COUNT];

static void make(const long per_minute[POLICY_COUNT]) {
    limits = limits_new(per_minute);
    memset(standings, 0, sizeof standings);
}

static int make_usual(void **state) {
    (void)state;
    make(usual);
    return 0;
}

static int free_limits(void **state) {
    (void)state;
    limits_free(limits);
    return 0;
}

static bool take(enum policy policy, const char *who) {
    return limits_take(limits, policy, who, strlen(who), &standings[policy]);
}

static void assert_fields(const char *policies, const char *rates) {
    struct limit_fields fields;
    limits_describe(limits, standings, &fields);
    assert_string_equal(fields.policies, policies);
    assert_string_equal(fields.standings, rates);
}

static void each_has_the_quota_of_a_minute(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_true(take(POLICY_PRINCIPAL, "one"));
        assert_true(take(POLICY_PRINCIPAL, "other"));
    }
    assert_false(take(POLICY_PRINCIPAL, "one"));
    assert_false(take(POLICY_PRINCIPAL, "other"));
    assert_true(take(POLICY_ADDRESS, "one"));
}

static void fields_name_the_policies_that_were_applied(void **state) {
    (void)state;
    assert_fields("", "");
    take(POLICY_ADDRESS, "one");
    assert_fields("\"address\";q=20;w=60", "\"address\";r=19;t=3");
    take(POLICY_PRINCIPAL, "one");
    assert_fields("\"address\";q=20;w=60, \"principal\";q=3;w=60", "\"address\";r=19;t=3, \"principal\";r=2;t=20");
    take(POLICY_PRINCIPAL, "one");
    take(POLICY_PRINCIPAL, "one");
    take(POLICY_PRINCIPAL, "one");
    assert_fields("\"address\";q=20;w=60, \"principal\";q=3;w=60", "\"address\";r=19;t=3, \"principal\";r=0;t=20");
}

static void charge_counts_for_whom_the_request_counted(void **state) {
    (void)state;
    take(POLICY_ADDRESS, "one");
    limits_charge(limits, POLICY_ADDRESS, 9, &standings[POLICY_ADDRESS]);
    assert_fields("\"address\";q=20;w=60", "\"address\";r=10;t=3");
    take(POLICY_ADDRESS, "one");
    limits_charge(limits, POLICY_ADDRESS, 19, &standings[POLICY_ADDRESS]);
    assert_fields("\"address\";q=20;w=60", "\"address\";r=0;t=33");
    assert_false(take(POLICY_ADDRESS, "one"));
    assert_true(take(POLICY_ADDRESS, "other"));
}

static void policy_that_is_off_counts_nothing(void **state) {
    (void)state;
    static const long off[POLICY_COUNT] = {[POLICY_ADDRESS] = 0, [POLICY_PRINCIPAL] = 3};
    make(off);
    for (int i = 0; i < 100; i++)
        assert_true(take(POLICY_ADDRESS, "one"));
    limits_charge(limits, POLICY_ADDRESS, 9, &standings[POLICY_ADDRESS]);
    assert_fields("", "");
    take(POLICY_PRINCIPAL, "one");
    assert_fields("\"principal\";q=3;w=60", "\"principal\";r=2;t=20");
}

static void highest_quota_fits_in_the_fields(void **state) {
    (void)state;
    static const long most[POLICY_COUNT] = {1000000000, 1000000000};
    make(most);
    take(POLICY_ADDRESS, "one");
    take(POLICY_PRINCIPAL, "one");
    assert_fields("\"address\";q=1000000000;w=60, \"principal\";q=1000000000;w=60",
                  "\"address\";r=999999999;t=1, \"principal\";r=999999999;t=1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_has_the_quota_of_a_minute, make_usual, free_limits),
        cmocka_unit_test_setup_teardown(fields_name_the_policies_that_were_applied, make_usual, free_limits),
        cmocka_unit_test_setup_teardown(charge_counts_for_whom_the_request_counted, make_usual, free_limits),
        cmocka_unit_test_teardown(policy_that_is_off_counts_nothing, free_limits),
        cmocka_unit_test_teardown(highest_quota_fits_in_the_fields, free_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
