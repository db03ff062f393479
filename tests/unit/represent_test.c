/* SPDX-License-Identifier: MIT */
/* Rows as JSON and CSV, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "represent/represent.h"

#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    INT8 = 20,
    TEXT = 25,
    BOOL = 16,
    NUMERIC = 1700,
    FLOAT8 = 701,
    UUID = 2950,
    DATE = 1082,
    TIME = 1184,
    JSON = 3802
};

struct cell {
    const char *name;
    Oid type;
};

static const struct operation object = {.shape = SHAPE_OBJECT};
static const struct operation list = {.shape = SHAPE_LIST, .envelope = "rows"};
static const struct operation report = {.shape = SHAPE_LIST, .envelope = "rows", .meta = true};

/* A result with `width` columns; the rows are added by add_row. */
static PGresult *make_result(const struct cell *cells, int width) {
    PGresult *rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc *columns = calloc((size_t)width, sizeof *columns);
    for (int i = 0; i < width; i++) {
        columns[i].name = (char *)(uintptr_t)cells[i].name;
        columns[i].typid = cells[i].type;
    }
    assert_true(PQsetResultAttrs(rows, width, columns));
    free(columns);
    return rows;
}

static void add_row(PGresult *rows, const char *const *values) {
    int row = PQntuples(rows);
    for (int i = 0; i < PQnfields(rows); i++) {
        char *value = (char *)(uintptr_t)values[i];
        assert_true(PQsetvalue(rows, row, i, value, value ? (int)strlen(value) : -1));
    }
}

static void assert_represented(enum media media, const struct operation *operation, PGresult *rows, struct page page,
                               const char *expected) {
    struct evbuffer *out = evbuffer_new();
    struct column_plan *plan = column_plan_new(rows);
    represent_all(media, operation, plan, rows, page, out);
    evbuffer_add(out, "", 1);
    assert_string_equal((char *)evbuffer_pullup(out, -1), expected);
    column_plan_free(plan);
    evbuffer_free(out);
}

/* One row of one column, as an object in JSON and as the line after the header in CSV. */
static void assert_value(Oid type, const char *value, const char *json, const char *csv) {
    char expected[256];
    struct evbuffer *out = evbuffer_new();
    PGresult *rows = make_result(&(struct cell){"v", type}, 1);
    add_row(rows, &value);
    struct page page = {0, 1};
    snprintf(expected, sizeof expected, "{\"v\":%s}", json);
    assert_represented(MEDIA_JSON, &object, rows, page, expected);
    snprintf(expected, sizeof expected, "v\r\n%s\r\n", csv);
    assert_represented(MEDIA_CSV, &list, rows, page, expected);
    PQclear(rows);
    evbuffer_free(out);
}

static void numbers_keep_every_digit(void **state) {
    (void)state;
    assert_value(INT8, "9223372036854775807", "9223372036854775807", "9223372036854775807");
    assert_value(NUMERIC, "0.10", "0.10", "0.10");
    assert_value(NUMERIC, "-12345678901234567890.123400", "-12345678901234567890.123400",
                 "-12345678901234567890.123400");
    assert_value(FLOAT8, "1e+20", "1e+20", "1e+20");
}

static void what_is_not_a_number_in_json_is_null(void **state) {
    (void)state;
    assert_value(NUMERIC, "NaN", "null", "NaN");
    assert_value(FLOAT8, "-Infinity", "null", "-Infinity");
}

static void booleans_are_words(void **state) {
    (void)state;
    assert_value(BOOL, "t", "true", "true");
    assert_value(BOOL, "f", "false", "false");
}

static void null_is_null_and_empty(void **state) {
    (void)state;
    assert_value(TEXT, NULL, "null", "");
    assert_value(TEXT, "", "\"\"", "\"\"");
}

static void times_are_rfc_3339(void **state) {
    (void)state;
    assert_value(TIME, "2026-11-23 10:00:00.123+00", "\"2026-11-23T10:00:00.123Z\"", "2026-11-23T10:00:00.123Z");
    assert_value(TIME, "2026-11-23 10:00:00+00", "\"2026-11-23T10:00:00Z\"", "2026-11-23T10:00:00Z");
    assert_value(TIME, "infinity", "\"infinity\"", "infinity");
    assert_value(DATE, "2026-11-23", "\"2026-11-23\"", "2026-11-23");
}

static void text_is_escaped_for_json(void **state) {
    (void)state;
    assert_value(TEXT, "a\"b\\c/\x01\x1f\x7f\t", "\"a\\\"b\\\\c/\\u0001\\u001f\x7f\\t\"",
                 "\"a\"\"b\\c/\x01\x1f\x7f\t\"");
    assert_value(TEXT, "\b\f\v", "\"\\b\\f\\u000b\"", "\b\f\v");
    assert_value(TEXT, "\xc3\xa9\xf0\x9f\x91\xae", "\"\xc3\xa9\xf0\x9f\x91\xae\"", "\xc3\xa9\xf0\x9f\x91\xae");
}

static void text_is_quoted_for_csv(void **state) {
    (void)state;
    assert_value(TEXT, "a,b", "\"a,b\"", "\"a,b\"");
    assert_value(TEXT, "a\r\nb", "\"a\\r\\nb\"", "\"a\r\nb\"");
    assert_value(TEXT, "\"", "\"\\\"\"", "\"\"\"\"");
}

static void formulas_are_defused_in_text_only(void **state) {
    (void)state;
    assert_value(TEXT, "=1+1", "\"=1+1\"", "'=1+1");
    assert_value(TEXT, "+1", "\"+1\"", "'+1");
    assert_value(TEXT, "-1", "\"-1\"", "'-1");
    assert_value(TEXT, "@a", "\"@a\"", "'@a");
    assert_value(TEXT, "\ta", "\"\\ta\"", "'\ta");
    assert_value(TEXT, "\ra", "\"\\ra\"", "\"'\ra\"");
    assert_value(TEXT, "=f(\"a\",1)", "\"=f(\\\"a\\\",1)\"", "\"'=f(\"\"a\"\",1)\"");
    assert_value(NUMERIC, "-1", "-1", "-1");
}

static void json_is_left_untouched(void **state) {
    (void)state;
    assert_value(JSON, "{\"a\": 0.10}", "{\"a\": 0.10}", "\"{\"\"a\"\": 0.10}\"");
    assert_value(UUID, "7d9f4c1e-0000-4000-8000-000000000001", "\"7d9f4c1e-0000-4000-8000-000000000001\"",
                 "7d9f4c1e-0000-4000-8000-000000000001");
}

static void engine_columns_are_taken_out(void **state) {
    (void)state;
    static const struct cell cells[] = {
        {"_status", INT8}, {"a", INT8}, {"_etag", TEXT}, {"b", TEXT}, {"_cursor", JSON}};
    PGresult *rows = make_result(cells, 5);
    add_row(rows, (const char *[]){"201", "1", "\"v1\"", "x", "[1]"});
    add_row(rows, (const char *[]){NULL, "2", NULL, NULL, "[2]"});
    add_row(rows, (const char *[]){NULL, "3", NULL, "z", "[3]"});
    assert_represented(MEDIA_JSON, &list, rows, (struct page){0, 2},
                       "{\"rows\":[{\"a\":1,\"b\":\"x\"},{\"a\":2,\"b\":null}]}");
    assert_represented(MEDIA_CSV, &list, rows, (struct page){0, 2}, "a,b\r\n1,x\r\n2,\r\n");
    struct column_plan *plan = column_plan_new(rows);
    assert_string_equal(engine_value(plan, rows, 0, COLUMN_STATUS), "201");
    assert_string_equal(engine_value(plan, rows, 1, COLUMN_CURSOR), "[2]");
    assert_null(engine_value(plan, rows, 1, COLUMN_STATUS));
    assert_null(engine_value(plan, rows, 0, COLUMN_META));
    assert_null(engine_value(plan, rows, 3, COLUMN_CURSOR));
    column_plan_free(plan);
    PQclear(rows);
}

static void an_empty_list_is_a_list(void **state) {
    (void)state;
    PGresult *rows = make_result(&(struct cell){"a", INT8}, 1);
    assert_represented(MEDIA_JSON, &list, rows, (struct page){0, 0}, "{\"rows\":[]}");
    assert_represented(MEDIA_CSV, &list, rows, (struct page){0, 0}, "a\r\n");
    PQclear(rows);
}

static void the_meta_stands_first_and_its_own_row_is_not_written(void **state) {
    (void)state;
    static const struct cell cells[] = {{"_meta", JSON}, {"a", INT8}};
    PGresult *rows = make_result(cells, 2);
    add_row(rows, (const char *[]){"{\"as_of\": \"2026-01-01\"}", NULL});
    assert_represented(MEDIA_JSON, &report, rows, (struct page){0, 1},
                       "{\"meta\":{\"as_of\": \"2026-01-01\"},\"rows\":[]}");
    add_row(rows, (const char *[]){NULL, "1"});
    add_row(rows, (const char *[]){NULL, "2"});
    assert_represented(MEDIA_JSON, &report, rows, (struct page){0, 3},
                       "{\"meta\":{\"as_of\": \"2026-01-01\"},\"rows\":[{\"a\":1},{\"a\":2}]}");
    assert_represented(MEDIA_CSV, &report, rows, (struct page){0, 3}, "a\r\n1\r\n2\r\n");
    PQclear(rows);
}

static void a_plan_fits_only_its_own_columns(void **state) {
    (void)state;
    PGresult *one = make_result(&(struct cell){"a", INT8}, 1);
    PGresult *other = make_result(&(struct cell){"a", TEXT}, 1);
    struct column_plan *plan = column_plan_new(one);
    assert_true(column_plan_fits(plan, one));
    assert_false(column_plan_fits(plan, other));
    column_plan_free(plan);
    PQclear(one);
    PQclear(other);
}

/* Longer than any space that is reserved at once, with escapes at its borders. */
static void long_text_is_whole(void **state) {
    (void)state;
    enum { LENGTH = 100000 };
    char *text = malloc(LENGTH + 1), *expected = malloc(2 * LENGTH + 16), *end = expected;
    end = stpcpy(end, "{\"v\":\"");
    for (int i = 0; i < LENGTH; i++) {
        text[i] = i % 4096 == 1023 ? '\n' : (char)('a' + i % 26);
        end = text[i] == '\n' ? stpcpy(end, "\\n") : stpncpy(end, text + i, 1);
    }
    text[LENGTH] = '\0';
    stpcpy(end, "\"}");
    PGresult *rows = make_result(&(struct cell){"v", TEXT}, 1);
    add_row(rows, (const char *[]){text});
    assert_represented(MEDIA_JSON, &object, rows, (struct page){0, 1}, expected);
    PQclear(rows);
    free(text);
    free(expected);
}

static void only_the_listed_types_have_a_kind(void **state) {
    (void)state;
    assert_int_equal(column_kind_of(1043), KIND_TEXT);
    assert_int_equal(column_kind_of(21), KIND_NUMBER);
    assert_int_equal(column_kind_of(114), KIND_JSON);
    assert_int_equal(column_kind_of(17), KIND_COUNT);   /* bytea */
    assert_int_equal(column_kind_of(1114), KIND_COUNT); /* timestamp without time zone */
    assert_int_equal(column_kind_of(700), KIND_COUNT);  /* float4 */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_keep_every_digit),
        cmocka_unit_test(what_is_not_a_number_in_json_is_null),
        cmocka_unit_test(booleans_are_words),
        cmocka_unit_test(null_is_null_and_empty),
        cmocka_unit_test(times_are_rfc_3339),
        cmocka_unit_test(text_is_escaped_for_json),
        cmocka_unit_test(text_is_quoted_for_csv),
        cmocka_unit_test(formulas_are_defused_in_text_only),
        cmocka_unit_test(json_is_left_untouched),
        cmocka_unit_test(engine_columns_are_taken_out),
        cmocka_unit_test(an_empty_list_is_a_list),
        cmocka_unit_test(the_meta_stands_first_and_its_own_row_is_not_written),
        cmocka_unit_test(a_plan_fits_only_its_own_columns),
        cmocka_unit_test(long_text_is_whole),
        cmocka_unit_test(only_the_listed_types_have_a_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
