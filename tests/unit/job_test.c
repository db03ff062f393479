/* SPDX-License-Identifier: MIT */
/* The clerk's jobs: intervals are read strictly, and a failing job is tried less and less often. */
#include "process/job.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void interval_is_a_number_and_a_unit(void **state) {
    (void)state;
    assert_true(job_interval("5 seconds") == 5);
    assert_true(job_interval("1 minute") == 60);
    assert_true(job_interval("24 hours") == 86400);
    assert_true(job_interval("2 days") == 172800);
}

static void other_intervals_are_refused(void **state) {
    (void)state;
    static const char *const refused[] = {
        "", "5", "seconds", "0 seconds", "-5 second", "5 fortnight", "5 seconds later", "99999 days", "5 s"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_true(job_interval(refused[i]) == 0);
}

static void job_that_succeeds_is_due_after_its_interval(void **state) {
    (void)state;
    struct job job = {.interval = 600, .failures = 4};
    job_ended(&job, 1000, true);
    assert_true(job.due == 1600);
    assert_int_equal(job.failures, 0);
}

static void job_that_fails_is_tried_less_and_less_often(void **state) {
    (void)state;
    static const double delays[] = {1, 2, 4, 8, 16, 32, 60, 60};
    struct job job = {.interval = 600};
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++) {
        job_ended(&job, 1000, false);
        assert_true(job.due == 1000 + delays[i]);
    }
}

static void earliest_job_is_next(void **state) {
    (void)state;
    struct job list[] = {{.due = 30}, {.due = 10}, {.due = 20}};
    struct jobs jobs = {.list = list, .count = 3};
    assert_ptr_equal(jobs_next(&jobs), &list[1]);
    jobs.count = 0;
    assert_null(jobs_next(&jobs));
}

static void write_file(const char *home, const char *file, const char *text) {
    char *path = xasprintf("%s/%s", home, file);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
    free(path);
}

static void remove_file(const char *home, const char *file) {
    char *path = xasprintf("%s/%s", home, file);
    assert_int_equal(remove(path), 0);
    free(path);
}

static void make_folder(const char *home, const char *folder) {
    char *path = xasprintf("%s/%s", home, folder);
    assert_int_equal(mkdir(path, 0700), 0);
    free(path);
}

static void jobs_are_loaded_with_their_intervals(void **state) {
    (void)state;
    char home[] = "/tmp/job_test_XXXXXX";
    assert_non_null(mkdtemp(home));
    make_folder(home, "sql");
    make_folder(home, "sql/jobs");
    write_file(home, "sql/jobs/b.sql", "-- Does something.\n-- every: 2 minutes\n-- gauges: all\nselect 1\n");
    write_file(home, "sql/jobs/a.sql", "-- Has no interval.\nselect 1\n-- every: 2 minutes\n");
    struct jobs jobs;
    jobs_load(&jobs, home);
    assert_int_equal(jobs.count, 1);
    assert_string_equal(jobs.list[0].script->name, "b");
    assert_true(jobs.list[0].interval == 120);
    assert_true(jobs.list[0].gauges);
    jobs_clear(&jobs);
    static const char *const made[] = {"sql/jobs/a.sql", "sql/jobs/b.sql", "sql/jobs", "sql", ""};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        remove_file(home, made[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interval_is_a_number_and_a_unit),
        cmocka_unit_test(other_intervals_are_refused),
        cmocka_unit_test(job_that_succeeds_is_due_after_its_interval),
        cmocka_unit_test(job_that_fails_is_tried_less_and_less_often),
        cmocka_unit_test(earliest_job_is_next),
        cmocka_unit_test(jobs_are_loaded_with_their_intervals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
