/* SPDX-License-Identifier: MIT */
/* The file of a report that is answered later: whole, or a problem. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/inputs.h"
#include "http/problem.h"
#include "process/report_file.h"

#include <dlfcn.h>
#include <errno.h>
#include <event2/buffer.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct contract contract;
static struct operation report = {
    .id = "report_test", .path = "/v1/reports/test", .summary = "Counts.", .shape = SHAPE_LIST, .envelope = "rows"};
static const struct inputs no_inputs;

/* How often a file is still read before reading it gives this answer; -1 for as often as one likes. */
static int good_reads = -1, bad_answer;

/* libevent's own, and what a broken disk would say. */
int evbuffer_read(struct evbuffer *buffer, evutil_socket_t file, int most) {
    static int (*real)(struct evbuffer *, evutil_socket_t, int);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "evbuffer_read");
    if (good_reads != 0) {
        good_reads -= good_reads > 0;
        return real(buffer, file, most);
    }
    errno = EIO;
    return bad_answer;
}

/* Rows of one column, as single-row mode gives them: all, and the empty result that ends them. */
static PGresult *make_rows(int count) {
    PGresult *rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc column = {.name = (char[]){"title"}, .typid = 25};
    assert_true(PQsetResultAttrs(rows, 1, &column));
    for (int row = 0; row < count; row++) {
        char value[32];
        int length = snprintf(value, sizeof value, "row %d %x", row, (unsigned)row * 2654435761U);
        assert_true(PQsetvalue(rows, row, 0, value, length));
    }
    return rows;
}

/* Takes all pieces of a file of some rows, and gives their bytes. */
static size_t take(enum media media, struct problem *problem) {
    PGresult *rows = make_rows(3000), *last = make_rows(0);
    struct report_file *file = report_file_new(&(struct report_form){
        .contract = &contract, .operation = &report, .media = media, .inputs = &no_inputs, .bytes_max = 1000000});
    size_t all = 0, length;
    assert_true(report_file_add(file, rows, problem));
    assert_true(report_file_end(file, last, problem));
    while (report_file_piece(file, &length, problem))
        all += length;
    report_file_free(file);
    PQclear(last);
    PQclear(rows);
    return all;
}

static void a_workbook_is_taken_whole(void **state) {
    (void)state;
    struct problem problem = {0};
    assert_true(take(MEDIA_XLSX, &problem) > 20000);
    assert_int_equal(problem.status, 0);
}

static void assert_failed(int answer) {
    struct problem problem = {0};
    good_reads = 2;
    bad_answer = answer;
    take(MEDIA_XLSX, &problem);
    good_reads = -1;
    assert_int_equal(problem.status, 500);
    assert_string_equal(problem.code, "workbook_failed");
    problem_clear(&problem);
}

static void a_workbook_that_cannot_be_read_again_is_a_problem(void **state) {
    (void)state;
    assert_failed(-1);
}

static void a_workbook_that_has_been_cut_short_is_a_problem(void **state) {
    (void)state;
    assert_failed(0);
}

/* 3,000 rows of some 20 bytes. */
static void a_file_is_no_larger_than_it_may_be(void **state) {
    (void)state;
    static const struct {
        enum media media;
        long long bytes_max;
        bool fits;
    } cases[] = {{MEDIA_CSV, 40000, false},  {MEDIA_CSV, 80000, true},   {MEDIA_JSON, 80000, false},
                 {MEDIA_JSON, 140000, true}, {MEDIA_XLSX, 40000, false}, {MEDIA_XLSX, 80000, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        PGresult *rows = make_rows(3000);
        struct problem problem = {0};
        struct report_file *file = report_file_new(&(struct report_form){.contract = &contract,
                                                                         .operation = &report,
                                                                         .media = cases[i].media,
                                                                         .inputs = &no_inputs,
                                                                         .bytes_max = cases[i].bytes_max});
        assert_int_equal(report_file_add(file, rows, &problem), cases[i].fits);
        assert_string_equal(problem.status ? problem.code : "", cases[i].fits ? "" : "report_too_large");
        problem_clear(&problem);
        report_file_free(file);
        PQclear(rows);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_workbook_is_taken_whole),
        cmocka_unit_test(a_workbook_that_cannot_be_read_again_is_a_problem),
        cmocka_unit_test(a_workbook_that_has_been_cut_short_is_a_problem),
        cmocka_unit_test(a_file_is_no_larger_than_it_may_be),
    };
    alarm(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
