/* SPDX-License-Identifier: MIT */
/* SQLSTATE to status, and the comments on constraints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/sqlstate.h"

#include <stdlib.h>

static void every_sqlstate_has_its_status(void **state) {
    (void)state;
    static const struct {
        const char *sqlstate;
        int status;
        int retry_after;
    } cases[] = {
        {"23505", 409, 0}, {"23P01", 409, 0}, {"23503", 422, 0}, {"23514", 422, 0}, {"23502", 422, 0},
        {"SL403", 403, 0}, {"SL404", 404, 0}, {"SL409", 409, 0}, {"SL422", 422, 0}, {"22P02", 422, 0},
        {"22012", 422, 0}, {"54000", 422, 0}, {"25006", 500, 0}, {"57014", 504, 0}, {"40001", 503, 1},
        {"40P01", 503, 1}, {"53300", 503, 1}, {"57P01", 503, 1}, {"57P03", 503, 1}, {"08006", 503, 1},
        {"55P03", 503, 1}, {"42501", 500, 0}, {"XX000", 500, 0}, {"25P02", 500, 0}, {NULL, 500, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct sqlstate_rule *rule = sqlstate_rule_of(cases[i].sqlstate);
        assert_int_equal(rule->status, cases[i].status);
        assert_int_equal(rule->retry_after, cases[i].retry_after);
    }
}

static void every_server_error_is_logged(void **state) {
    (void)state;
    static const char *const sqlstates[] = {"25006", "57014", "40001", "53100", "57P01", "08000", "55P03", "42P01"};
    for (size_t i = 0; i < sizeof sqlstates / sizeof sqlstates[0]; i++)
        assert_non_null(sqlstate_rule_of(sqlstates[i])->event);
}

static void a_comment_is_pointer_code_and_sentence(void **state) {
    (void)state;
    struct constraint_message message = {0};
    assert_true(constraint_message_parse("/minutes out_of_range: Minutes: 1 to 6000.", &message));
    assert_string_equal(message.pointer, "/minutes");
    assert_string_equal(message.code, "out_of_range");
    assert_string_equal(message.sentence, "Minutes: 1 to 6000.");
    free(message.pointer);
    free(message.code);
    free(message.sentence);
}

static void an_empty_pointer_is_the_whole_body(void **state) {
    (void)state;
    struct constraint_message message = {0};
    assert_true(constraint_message_parse(" already_there: There is one.", &message));
    assert_string_equal(message.pointer, "");
    free(message.pointer);
    free(message.code);
    free(message.sentence);
}

static void a_comment_of_another_form_is_refused(void **state) {
    (void)state;
    static const char *const comments[] = {
        "", "Minutes must be positive.", "/minutes Out: Sentence.", "/minutes code:", "/minutes code: ", "/minutes : x",
    };
    for (size_t i = 0; i < sizeof comments / sizeof comments[0]; i++) {
        struct constraint_message message = {0};
        assert_false(constraint_message_parse(comments[i], &message));
        assert_null(message.pointer);
    }
}

static void the_relation_decides_between_equal_names(void **state) {
    (void)state;
    char first[] = "a", second[] = "b", name[] = "positive";
    struct constraint_message list[] = {{.relation = first, .name = name}, {.relation = second, .name = name}};
    struct constraints constraints = {.list = list, .count = 2};
    assert_ptr_equal(constraints_find(&constraints, "b", "positive"), &list[1]);
    assert_ptr_equal(constraints_find(&constraints, "a_2026", "positive"), &list[0]);
    assert_ptr_equal(constraints_find(&constraints, NULL, "positive"), &list[0]);
    assert_null(constraints_find(&constraints, "a", "negative"));
    assert_null(constraints_find(&constraints, "a", NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sqlstate_has_its_status),
        cmocka_unit_test(every_server_error_is_logged),
        cmocka_unit_test(a_comment_is_pointer_code_and_sentence),
        cmocka_unit_test(an_empty_pointer_is_the_whole_body),
        cmocka_unit_test(a_comment_of_another_form_is_refused),
        cmocka_unit_test(the_relation_decides_between_equal_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
