/* SPDX-License-Identifier: MIT */
/* The form of an import: what its leading comment declares, and how a file's titles are matched with it. */
#include "imports/import_form.h"

#include "base/memory.h"
#include "imports/row_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char home[] = "/tmp/import_form_test_XXXXXX";

static int make_home(void **state) {
    (void)state;
    return mkdtemp(home) && chdir(home) == 0 && mkdir("sql", 0700) == 0 && mkdir("sql/imports", 0700) == 0 ? 0 : -1;
}

static int remove_home(void **state) {
    (void)state;
    remove("sql/imports/things.sql");
    return remove("sql/imports") || remove("sql") || remove(home);
}

/* Loads the import `things` that has this text. */
static bool load(const char *text, struct import_form *form, char **why) {
    FILE *stream = fopen("sql/imports/things.sql", "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
    return import_form_load(home, NULL, "things", form, why);
}

/* Expects the columns, optional ones in brackets. */
static void expect_columns(const char *text, const char *expected) {
    struct import_form form;
    char *why = NULL;
    char got[256] = "";
    assert_true(load(text, &form, &why));
    for (size_t i = 0; i < form.column_count; i++) {
        const struct import_column *column = &form.columns[i];
        size_t end = strlen(got);
        snprintf(got + end, sizeof got - end, column->optional ? "[%s] " : "%s ", column->name);
    }
    assert_string_equal(got, expected);
    import_form_clear(&form);
}

static void expect_refusal(const char *text, const char *words) {
    struct import_form form;
    char *why = NULL;
    assert_false(load(text, &form, &why));
    assert_non_null(strstr(why, words));
    free(why);
}

static void required_and_optional_columns_are_told_apart(void **state) {
    (void)state;
    expect_columns("-- Reads things.\n-- columns: code title; optional: unit rank\nselect 1",
                   "code title [unit] [rank] ");
}

static void declaration_goes_on_in_indented_lines(void **state) {
    (void)state;
    expect_columns("-- columns: code\n--    title ; optional:\n--    unit\n-- Prose is not a column.\nselect 1",
                   "code title [unit] ");
}

static void import_without_columns_is_refused(void **state) {
    (void)state;
    expect_refusal("-- Reads things.\nselect 1 -- columns: a\n", "declares no columns");
}

static void column_declared_twice_is_refused(void **state) {
    (void)state;
    expect_refusal("-- columns: code; optional: code\nselect 1", "declared before");
}

static void column_that_is_no_plain_name_is_refused(void **state) {
    (void)state;
    expect_refusal("-- columns: code Title\nselect 1", "no name for a column");
    expect_refusal("-- columns: line\nselect 1", "no name for a column");
}

static void name_outside_the_folder_is_refused(void **state) {
    (void)state;
    struct import_form form;
    char *why = NULL;
    assert_false(import_form_load(home, NULL, "../things", &form, &why));
    assert_non_null(strstr(why, "no name of an import"));
    free(why);
}

static void titles_become_snake_case(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"Skill Name", "skill_name"},
                                           {"  Role / level (2024) ", "role_level_2024"},
                                           {"already_plain", "already_plain"},
                                           {"", ""},
                                           {"--", ""}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *name = row_column_name(pairs[i][0]);
        assert_string_equal(name, pairs[i][1]);
        free(name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(required_and_optional_columns_are_told_apart),
        cmocka_unit_test(declaration_goes_on_in_indented_lines),
        cmocka_unit_test(import_without_columns_is_refused),
        cmocka_unit_test(column_declared_twice_is_refused),
        cmocka_unit_test(column_that_is_no_plain_name_is_refused),
        cmocka_unit_test(name_outside_the_folder_is_refused),
        cmocka_unit_test(titles_become_snake_case),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
