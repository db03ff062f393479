/* SPDX-License-Identifier: MIT */
/* The CSV reader: what RFC 4180 allows is read, and anything else is refused with its line. */
#include "imports/csv_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct csv_file *open_bytes(const char *bytes, size_t length) {
    FILE *stream = tmpfile();
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, length, stream), length);
    rewind(stream);
    return csv_file_new(stream);
}

static struct csv_file *open_text(const char *text) {
    return open_bytes(text, strlen(text));
}

/* Expects a record whose cells, joined by '|', are `joined`. */
static void expect_record(struct csv_file *csv, long line, const char *joined) {
    struct csv_record record;
    char got[256] = "";
    assert_int_equal(csv_file_next(csv, &record), CSV_RECORD);
    for (size_t i = 0; i < record.count; i++) {
        strcat(got, i ? "|" : "");
        strcat(got, record.cells[i]);
    }
    assert_string_equal(got, joined);
    assert_int_equal(record.line, line);
}

static void expect_end(struct csv_file *csv) {
    struct csv_record record;
    assert_int_equal(csv_file_next(csv, &record), CSV_END);
    csv_file_free(csv);
}

/* Expects a record that cannot be read. */
static void expect_fault(struct csv_file *csv, long line, const char *words) {
    struct csv_record record;
    assert_int_equal(csv_file_next(csv, &record), CSV_FAULT);
    assert_int_equal(csv_file_fault_line(csv), line);
    assert_non_null(strstr(csv_file_fault(csv), words));
}

/* The same of a file that has nothing else. */
static void expect_only_fault(struct csv_file *csv, long line, const char *words) {
    expect_fault(csv, line, words);
    expect_end(csv);
}

static void plain_cells_are_read(void **state) {
    (void)state;
    struct csv_file *csv = open_text("a,b\nc,\n,\n");
    expect_record(csv, 1, "a|b");
    expect_record(csv, 2, "c|");
    expect_record(csv, 3, "|");
    expect_end(csv);
}

static void last_line_needs_no_line_break(void **state) {
    (void)state;
    struct csv_file *csv = open_text("a,b\r\nc,d");
    expect_record(csv, 1, "a|b");
    expect_record(csv, 2, "c|d");
    expect_end(csv);
}

static void byte_order_mark_is_passed_over(void **state) {
    (void)state;
    struct csv_file *csv = open_text("\xef\xbb\xbf"
                                     "a,\"b\"\n");
    expect_record(csv, 1, "a|b");
    expect_end(csv);
}

static void quoted_cells_keep_commas_quotes_and_line_breaks(void **state) {
    (void)state;
    struct csv_file *csv = open_text("\"a,b\",\"say \"\"yes\"\"\",\"one\ntwo\r\nthree\",\"\"\nx,y,z,w\n");
    expect_record(csv, 1, "a,b|say \"yes\"|one\ntwo\r\nthree|");
    expect_record(csv, 4, "x|y|z|w");
    expect_end(csv);
}

static void empty_lines_count_and_are_no_records(void **state) {
    (void)state;
    struct csv_file *csv = open_text("\na\n\r\n\nb\n\n");
    expect_record(csv, 2, "a");
    expect_record(csv, 5, "b");
    expect_end(csv);
}

static void empty_file_has_no_records(void **state) {
    (void)state;
    expect_end(open_text(""));
    expect_end(open_text("\xef\xbb\xbf"));
}

static void bare_quote_is_refused(void **state) {
    (void)state;
    struct csv_file *csv = open_text("a,b\nc,d\"e\nf,g\n");
    expect_record(csv, 1, "a|b");
    expect_fault(csv, 2, "not quoted");
    expect_record(csv, 3, "f|g");
    expect_end(csv);
}

static void unclosed_quote_costs_the_line_in_which_it_opens(void **state) {
    (void)state;
    struct csv_file *csv = open_text("a,b\nc,\"d\n\n\ne,f\ng,\"h\"\n");
    expect_record(csv, 1, "a|b");
    expect_fault(csv, 2, "follows the quote");
    expect_record(csv, 5, "e|f");
    expect_record(csv, 6, "g|h");
    expect_end(csv);
    csv = open_text("a,\"b\nc,d");
    expect_fault(csv, 1, "never closed");
    expect_record(csv, 2, "c|d");
    expect_end(csv);
}

static void text_after_closing_quote_is_refused(void **state) {
    (void)state;
    expect_only_fault(open_text("\"a\" ,b\n"), 1, "follows the quote");
}

static void lone_carriage_return_is_refused(void **state) {
    (void)state;
    expect_only_fault(open_text("a,b\rc,d\r"), 1, "carriage return");
}

static void text_that_is_not_utf8_is_refused_by_the_row(void **state) {
    (void)state;
    struct csv_file *csv = open_text("caf\xc3\xa9\ncaf\xe9\nb,\"\xe9\n\"\nc\n");
    expect_record(csv, 1, "caf\xc3\xa9");
    expect_fault(csv, 2, "UTF-8");
    expect_fault(csv, 3, "UTF-8");
    expect_record(csv, 5, "c");
    expect_end(csv);
    expect_only_fault(open_text("\xef"
                                "ab\n"),
                      1, "UTF-8");
}

static void utf16_is_refused_whole(void **state) {
    (void)state;
    struct csv_record record;
    struct csv_file *csv = open_bytes("\xff\xfe"
                                      "a\0,\0b\0",
                                      8);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(csv_file_next(csv, &record), CSV_BROKEN);
        assert_int_equal(csv_file_fault_line(csv), 1);
        assert_non_null(strstr(csv_file_fault(csv), "UTF-16"));
    }
    csv_file_free(csv);
}

static void nul_is_refused(void **state) {
    (void)state;
    struct csv_file *csv = open_bytes("a\0b\nc\n", 6);
    expect_fault(csv, 1, "NUL");
    expect_record(csv, 2, "c");
    expect_end(csv);
}

/* A file of a line of so many bytes, and a line that can be read. */
static struct csv_file *open_long(char byte, size_t length) {
    char *bytes = malloc(length + 3);
    assert_non_null(bytes);
    memset(bytes, byte, length);
    memcpy(bytes + length, "\nb\n", 3);
    struct csv_file *csv = open_bytes(bytes, length + 3);
    free(bytes);
    return csv;
}

static void cells_and_records_are_bounded(void **state) {
    (void)state;
    static const struct {
        char byte;
        size_t length;
        const char *words;
    } cases[] = {{'a', CSV_CELL_BYTES_MAX + 1, "1 MiB"}, {',', CSV_CELLS_MAX, "1,000 cells"}, {'a', 20000000, "1 MiB"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct csv_file *csv = open_long(cases[i].byte, cases[i].length);
        expect_fault(csv, 1, cases[i].words);
        expect_record(csv, 2, "b");
        expect_end(csv);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_cells_are_read),
        cmocka_unit_test(last_line_needs_no_line_break),
        cmocka_unit_test(byte_order_mark_is_passed_over),
        cmocka_unit_test(quoted_cells_keep_commas_quotes_and_line_breaks),
        cmocka_unit_test(empty_lines_count_and_are_no_records),
        cmocka_unit_test(empty_file_has_no_records),
        cmocka_unit_test(bare_quote_is_refused),
        cmocka_unit_test(unclosed_quote_costs_the_line_in_which_it_opens),
        cmocka_unit_test(text_after_closing_quote_is_refused),
        cmocka_unit_test(lone_carriage_return_is_refused),
        cmocka_unit_test(text_that_is_not_utf8_is_refused_by_the_row),
        cmocka_unit_test(utf16_is_refused_whole),
        cmocka_unit_test(nul_is_refused),
        cmocka_unit_test(cells_and_records_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
