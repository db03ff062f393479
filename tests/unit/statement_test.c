/* SPDX-License-Identifier: MIT */
/* Statements: what is a name and what only looks like one, and the way back to the file's lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/faults.h"
#include "db/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char home[] = "/tmp/statement_test.XXXXXX";

static void write_file(const char *text, size_t length) {
    char path[64];
    snprintf(path, sizeof path, "%s/answer.sql", home);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    fclose(file);
}

static struct statement *load(const char *text) {
    struct faults faults = {0};
    write_file(text, strlen(text));
    struct statement *statement = statement_load(home, "answer.sql", &faults);
    if (!statement)
        faults_print(&faults, stderr);
    assert_non_null(statement);
    assert_int_equal(faults.count, 0);
    faults_clear(&faults);
    return statement;
}

/* A statement of one line after its description becomes `expected`. */
static void assert_rewritten(const char *sql, const char *expected) {
    char text[512], whole[512];
    snprintf(text, sizeof text, "-- Answers.\n%s", sql);
    snprintf(whole, sizeof whole, "-- Answers.\n%s", expected);
    struct statement *statement = load(text);
    assert_string_equal(statement->sql, whole);
    statement_free(statement);
}

/* The statement is refused, once, at a line, with a sentence that has `part` in it. */
static void assert_refused_bytes(const char *text, size_t length, int line, const char *part) {
    struct faults faults = {0};
    char *report = NULL, place[32];
    size_t size = 0;
    write_file(text, length);
    assert_null(statement_load(home, "answer.sql", &faults));
    assert_int_equal(faults.count, 1);
    FILE *out = open_memstream(&report, &size);
    faults_print(&faults, out);
    fclose(out);
    snprintf(place, sizeof place, "answer.sql:%d:", line);
    assert_non_null(strstr(report, place));
    assert_non_null(strstr(report, part));
    free(report);
    faults_clear(&faults);
}

static void assert_refused(const char *text, int line, const char *part) {
    assert_refused_bytes(text, strlen(text), line, part);
}

static void names_become_numbers_in_order_of_first_use(void **state) {
    (void)state;
    struct statement *statement = load("-- Answers.\nselect :b, :a, :b, :_x9");
    assert_string_equal(statement->sql, "-- Answers.\nselect $1, $2, $1, $3");
    assert_int_equal(statement->binding_count, 3);
    assert_string_equal(statement->bindings[0].name, "b");
    assert_string_equal(statement->bindings[1].name, "a");
    assert_string_equal(statement->bindings[2].name, "_x9");
    assert_int_equal(statement->bindings[1].position, strlen("-- Answers.\nselect :b, "));
    assert_string_equal(statement->name, "answer");
    statement_free(statement);
}

static void casts_and_assignments_are_not_names(void **state) {
    (void)state;
    assert_rewritten("select :x::int, y::text, '{}'::int[]", "select $1::int, y::text, '{}'::int[]");
    assert_rewritten("select f(a := 1, b :=:x)", "select f(a := 1, b :=$1)");
    assert_rewritten("select a=:x, 1<:x, 2::int4", "select a=$1, 1<$1, 2::int4");
}

static void strings_hide_names(void **state) {
    (void)state;
    assert_rewritten("select ':x', 'it''s :x', :x", "select ':x', 'it''s :x', $1");
    assert_rewritten("select 'back\\', :x", "select 'back\\', $1");
    assert_rewritten("select U&'d\\0061t :x\\', :x", "select U&'d\\0061t :x\\', $1");
    assert_rewritten("select b'01', x'ff', N':x', :x", "select b'01', x'ff', N':x', $1");
}

static void escape_strings_know_the_backslash(void **state) {
    (void)state;
    assert_rewritten("select E'it\\'s :x', :x", "select E'it\\'s :x', $1");
    assert_rewritten("select e'\\\\', :x", "select e'\\\\', $1");
    assert_rewritten("select name'a\\', :x", "select name'a\\', $1");
}

static void strings_go_on_after_a_line_break(void **state) {
    (void)state;
    assert_rewritten("select E'a'\n 'b\\' :x', :x", "select E'a'\n 'b\\' :x', $1");
    assert_rewritten("select E'a' -- :c\n 'b\\' :x', :x", "select E'a' -- :c\n 'b\\' :x', $1");
}

static void quoted_names_hide_names(void **state) {
    (void)state;
    assert_rewritten("select \"a:x\", \"q\"\":x\", :x", "select \"a:x\", \"q\"\":x\", $1");
    assert_rewritten("select U&\"d :x\", :x", "select U&\"d :x\", $1");
}

static void dollar_quotes_hide_names(void **state) {
    (void)state;
    assert_rewritten("select $$:x$$, :x", "select $$:x$$, $1");
    assert_rewritten("select $q$ $$ :x $r$ $q$, :x", "select $q$ $$ :x $r$ $q$, $1");
    assert_rewritten("select a$b, :x", "select a$b, $1");
}

static void comments_hide_names(void **state) {
    (void)state;
    assert_rewritten("select 1 -- :x it's\n, :x", "select 1 -- :x it's\n, $1");
    assert_rewritten("select /* :x /* :y */ ' */ :x", "select /* :x /* :y */ ' */ $1");
    assert_rewritten("select 1 +--:x\n :x", "select 1 +--:x\n $1");
}

static void slices_are_not_names(void **state) {
    (void)state;
    assert_rewritten("select v[a:b], v[1:2], v[:b], v[a:], v[f(:x):b]",
                     "select v[a:b], v[1:2], v[:b], v[a:], v[f($1):b]");
    assert_rewritten("select v[(:x)], v[1:(:x::int)]", "select v[($1)], v[1:($1::int)]");
}

static void array_constructors_bind(void **state) {
    (void)state;
    assert_rewritten("select array[:a, :b::text], ARRAY[[:a,:b],[:a,v[c:d]]]",
                     "select array[$1, $2::text], ARRAY[[$1,$2],[$1,v[c:d]]]");
    assert_rewritten("select array [[[:a]]]", "select array [[[$1]]]");
}

static void a_semicolon_at_the_end_is_allowed(void **state) {
    (void)state;
    assert_rewritten("select :x; -- that is all\n", "select $1; -- that is all\n");
}

static void anything_but_one_statement_is_refused(void **state) {
    (void)state;
    assert_refused("-- Answers.\nselect 1;\nselect 2", 3, "more than one statement");
    assert_refused("-- Answers.\n/* nothing */", 1, "no statement");
    assert_refused("-- Answers.\nselect 1;;", 2, "more than one statement");
}

static void a_file_without_description_is_refused(void **state) {
    (void)state;
    assert_refused("select 1", 1, "first line");
    assert_refused("-- \nselect 1", 1, "first line");
}

static void what_is_not_closed_is_refused_where_it_begins(void **state) {
    (void)state;
    assert_refused("-- Answers.\nselect\n'a", 3, "string is not closed");
    assert_refused("-- Answers.\nselect E'a\\'", 2, "string is not closed");
    assert_refused("-- Answers.\nselect E'a\\", 2, "string is not closed");
    assert_refused("-- Answers.\nselect \"a", 2, "quoted name is not closed");
    assert_refused("-- Answers.\nselect $a$ $b$", 2, "dollar quote is not closed");
    assert_refused("-- Answers.\nselect 1\n/* /* */", 3, "comment is not closed");
    assert_refused("-- Answers.\nselect 1)", 2, "bracket");
}

static void odd_names_are_refused(void **state) {
    (void)state;
    assert_refused("-- Answers.\nselect :Name", 2, "begins no name");
    assert_refused("-- Answers.\nselect :fooBar", 2, "another character");
    assert_refused("-- Answers.\nselect :'x'", 2, "begins no name");
    assert_refused("-- Answers.\nselect $1", 2, "not $1");
    assert_refused("-- Answers.\nselect :", 2, "begins no name");
}

static void a_nul_byte_is_refused(void **state) {
    (void)state;
    static const char text[] = "-- Answers.\nselect \0 1";
    assert_refused_bytes(text, sizeof text - 1, 2, "NUL");
}

static void a_missing_file_is_refused(void **state) {
    (void)state;
    struct faults faults = {0};
    assert_null(statement_load(home, "absent.sql", &faults));
    assert_int_equal(faults.count, 1);
    faults_clear(&faults);
}

static void positions_lead_back_to_lines(void **state) {
    (void)state;
    struct statement *statement = load("-- Says: \xc3\xa9\xe2\x82\xac.\nselect :a_long_name,\n  :b,\n  nonsense\n");
    const char *nonsense = strstr(statement->sql, "nonsense");
    assert_int_equal(statement_line(statement, 1), 1);
    /* Three bytes fewer in characters: e-acute is two bytes and the euro sign three. */
    assert_int_equal(statement_line(statement, (int)(nonsense - statement->sql) + 1 - 3), 4);
    const char *second = strstr(statement->sql, "$2");
    assert_int_equal(statement_line(statement, (int)(second - statement->sql) + 1 - 3), 3);
    assert_int_equal(statement_line(statement, 100000), 5);
    assert_int_equal(statement_offset_line(statement, statement->bindings[1].position), 3);
    statement_free(statement);
}

static void types_follow_the_names(void **state) {
    (void)state;
    unsigned int types[4];
    struct statement *statement = load("-- Answers.\nselect :body, :limit, :x, :tags");
    statement_set_type(statement, "tags", BINDING_JSONB);
    statement_set_type(statement, "absent", BINDING_JSONB);
    statement_types(statement, types);
    assert_int_equal(types[0], 3802);
    assert_int_equal(types[1], 20);
    assert_int_equal(types[2], 25);
    assert_int_equal(types[3], 3802);
    statement_free(statement);
}

static int make_home(void **state) {
    (void)state;
    return mkdtemp(home) ? 0 : -1;
}

static int remove_home(void **state) {
    (void)state;
    char path[64];
    snprintf(path, sizeof path, "%s/answer.sql", home);
    unlink(path);
    return rmdir(home);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_numbers_in_order_of_first_use),
        cmocka_unit_test(casts_and_assignments_are_not_names),
        cmocka_unit_test(strings_hide_names),
        cmocka_unit_test(escape_strings_know_the_backslash),
        cmocka_unit_test(strings_go_on_after_a_line_break),
        cmocka_unit_test(quoted_names_hide_names),
        cmocka_unit_test(dollar_quotes_hide_names),
        cmocka_unit_test(comments_hide_names),
        cmocka_unit_test(slices_are_not_names),
        cmocka_unit_test(array_constructors_bind),
        cmocka_unit_test(a_semicolon_at_the_end_is_allowed),
        cmocka_unit_test(anything_but_one_statement_is_refused),
        cmocka_unit_test(a_file_without_description_is_refused),
        cmocka_unit_test(what_is_not_closed_is_refused_where_it_begins),
        cmocka_unit_test(odd_names_are_refused),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(a_missing_file_is_refused),
        cmocka_unit_test(positions_lead_back_to_lines),
        cmocka_unit_test(types_follow_the_names),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
