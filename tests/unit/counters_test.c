/* SPDX-License-Identifier: MIT */
/* The counters: what processes count is summed, and the text is strict OpenMetrics. */
#include "process/counters.h"

#include "base/memory.h"

#include <event2/buffer.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { SAMPLES_MAX = 400 };

static struct operation operations[] = {{.index = 0, .id = "list_frameworks"}, {.index = 1, .id = "log_activity"}};
static const struct contract contract = {.operations = operations, .operation_count = 2};

static char *written(const struct counters *counters) {
    struct evbuffer *out = evbuffer_new();
    counters_write(counters, out);
    size_t length = evbuffer_get_length(out);
    char *text = xcalloc(length + 1, 1);
    evbuffer_remove(out, text, length);
    evbuffer_free(out);
    return text;
}

static void assert_sample(const struct counters *counters, const char *line) {
    char *text = written(counters);
    char *whole = xasprintf("\n%s\n", line);
    if (!strstr(text, whole))
        fail_msg("no line '%s' in:\n%s", line, text);
    free(whole);
    free(text);
}

static bool matches(const char *line, const char *pattern) {
    regex_t expression;
    assert_int_equal(regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool good = regexec(&expression, line, 0, NULL, 0) == 0;
    regfree(&expression);
    return good;
}

/* The families of OpenMetrics and the samples that each type allows. */
static const struct {
    const char *type;
    const char *suffixes;
} sample_suffixes[] = {{"counter", "_total"}, {"gauge", ""}, {"histogram", "_(bucket|count|sum)"}, {"info", "_info"}};

struct exposition {
    char family[64];
    char type[128];
    char families[32][64]; /* those that have been begun */
    size_t family_count;
    char *samples[SAMPLES_MAX]; /* name and labels of all that were seen */
    size_t sample_count;
    double bucket; /* the last bucket's count and bound, within one histogram */
    double bound;
};

static void take_metadata(struct exposition *seen, const char *line) {
    char word[16], name[64], rest[128];
    assert_int_equal(sscanf(line, "# %15s %63s %127[^\n]", word, name, rest), 3);
    if (strcmp(word, "TYPE") != 0) {
        assert_string_equal(name, seen->family);
        assert_true(strcmp(word, "HELP") == 0 || strcmp(word, "UNIT") == 0);
        return;
    }
    for (size_t i = 0; i < seen->family_count; i++)
        assert_string_not_equal(seen->families[i], name);
    strcpy(seen->families[seen->family_count++], name);
    strcpy(seen->family, name);
    snprintf(seen->type, sizeof seen->type, "%s", rest);
}

static void take_bucket(struct exposition *seen, const char *line, double value) {
    const char *le = strstr(line, "le=\"");
    assert_non_null(le);
    double bound = strtod(le + 4, NULL);
    if (seen->bound > 1e300 || seen->sample_count == 0)
        seen->bucket = seen->bound = 0;
    assert_true(bound > seen->bound);
    assert_true(value >= seen->bucket);
    seen->bucket = value;
    seen->bound = bound;
}

static void take_sample(struct exposition *seen, const char *line) {
    assert_true(matches(line, "^[a-z_]+(\\{[a-z]+=\"[^\"\\\\]*\"(,[a-z]+=\"[^\"\\\\]*\")*\\})? [0-9]+(\\.[0-9]+)?$"));
    size_t i = 0;
    while (strcmp(sample_suffixes[i].type, seen->type) != 0)
        assert_true(++i < sizeof sample_suffixes / sizeof *sample_suffixes);
    char pattern[128];
    snprintf(pattern, sizeof pattern, "^%s%s[{ ]", seen->family, sample_suffixes[i].suffixes);
    assert_true(matches(line, pattern));
    size_t length = strcspn(line, " ");
    double value = strtod(line + length, NULL);
    if (strstr(line, "_bucket{"))
        take_bucket(seen, line, value);
    if (strstr(line, "_seconds_count{"))
        assert_true(value == seen->bucket && seen->bound > 1e300);
    for (size_t j = 0; j < seen->sample_count; j++)
        assert_false(strncmp(seen->samples[j], line, length + 1) == 0);
    assert_true(seen->sample_count < SAMPLES_MAX);
    seen->samples[seen->sample_count++] = strndup(line, length + 1);
}

static void text_is_strict_openmetrics(void **state) {
    (void)state;
    struct counters *counters = counters_new(&contract, 2);
    counters_request(counters, &operations[0], 200, 0.003, 10);
    counters_request(counters, &operations[0], 503, 45, 10);
    counters_request(counters, NULL, 404, 0.0001, 10);
    counters_publish(counters, "ledger_behind_seconds", 2);
    struct exposition *seen = xcalloc(1, sizeof *seen);
    char *text = written(counters);
    char *rest = text;
    const char *line = "";
    while ((line = strsep(&rest, "\n")) && strcmp(line, "# EOF") != 0) {
        if (line[0] == '#')
            take_metadata(seen, line);
        else
            take_sample(seen, line);
    }
    assert_non_null(line);
    assert_string_equal(rest, "");
    assert_true(seen->sample_count > 40);
    for (size_t i = 0; i < seen->sample_count; i++)
        free(seen->samples[i]);
    free(seen);
    free(text);
}

static void requests_of_all_processes_are_summed(void **state) {
    (void)state;
    struct counters *counters = counters_new(&contract, 2);
    for (int worker = 0; worker < 2; worker++) {
        pid_t child = fork();
        if (child == 0) {
            counters_take_slot(counters, worker);
            counters_request(counters, &operations[1], 201, 0.5, 7);
            _exit(0);
        }
        assert_int_equal(waitpid(child, NULL, 0), child);
    }
    assert_sample(counters, "skillsd_requests_total{operation=\"log_activity\",status=\"2xx\"} 2");
    assert_sample(counters, "skillsd_reply_bytes_total{operation=\"log_activity\"} 14");
    assert_sample(counters, "skillsd_request_seconds_sum{operation=\"log_activity\"} 1.000000000");
}

static void second_worker_of_a_slot_adds_to_the_first(void **state) {
    (void)state;
    struct counters *counters = counters_new(&contract, 1);
    counters_take_slot(counters, 0);
    counters_request(counters, NULL, 404, 0, 0);
    counters_take_slot(counters, 0);
    counters_request(counters, NULL, 404, 0, 0);
    assert_sample(counters, "skillsd_requests_total{operation=\"none\",status=\"4xx\"} 2");
}

static void time_on_a_bound_belongs_to_its_bucket(void **state) {
    (void)state;
    struct counters *counters = counters_new(&contract, 1);
    counters_request(counters, &operations[0], 200, 0.01, 0);
    assert_sample(counters, "skillsd_request_seconds_bucket{operation=\"list_frameworks\",le=\"0.005\"} 0");
    assert_sample(counters, "skillsd_request_seconds_bucket{operation=\"list_frameworks\",le=\"0.01\"} 1");
}

static void gauges_are_the_last_set_and_end_with_their_worker(void **state) {
    (void)state;
    struct counters *counters = counters_new(&contract, 2);
    counters_take_slot(counters, 0);
    counters_set_gauges(counters, &(struct gauges){.http_connections = 9});
    counters_set_gauges(counters, &(struct gauges){.http_connections = 3, .flights = {[LANE_WRITE] = 2}});
    counters_take_slot(counters, 1);
    counters_set_gauges(counters, &(struct gauges){.http_connections = 4, .flights = {[LANE_WRITE] = 1}});
    assert_sample(counters, "skillsd_http_connections 7");
    assert_sample(counters, "skillsd_flights{lane=\"write\"} 3");
    counters_take_slot(counters, 0);
    assert_sample(counters, "skillsd_http_connections 4");
}

static void refusals_and_restarts_are_counted(void **state) {
    (void)state;
    struct counters *counters = counters_new(&contract, 2);
    counters_token_refused(counters);
    counters_rate_limited(counters);
    counters_rate_limited(counters);
    counters_restarted(counters, 1);
    counters_restarted(counters, 2);
    assert_sample(counters, "skillsd_token_refused_total 1");
    assert_sample(counters, "skillsd_rate_limited_total 2");
    assert_sample(counters, "skillsd_worker_restarts_total 2");
}

static void published_gauges_are_the_last_given_and_no_more_than_there_is_room_for(void **state) {
    (void)state;
    struct counters *counters = counters_new(&contract, 1);
    counters_publish(counters, "ledger_unfolded_entries", 12);
    counters_publish(counters, "ledger_behind_seconds", -3);
    counters_publish(counters, "ledger_unfolded_entries", 0);
    counters_publish(counters, "a_name_that_is_longer_than_any_gauge_could_ever_need", 1);
    assert_sample(counters, "skillsd_ledger_unfolded_entries 0");
    assert_sample(counters, "skillsd_ledger_behind_seconds -3");
    for (int i = 0; i < 20; i++) {
        char *name = xasprintf("gauge_%d", i);
        counters_publish(counters, name, i);
        free(name);
    }
    assert_sample(counters, "skillsd_gauge_13 13");
    char *text = written(counters);
    assert_null(strstr(text, "gauge_14"));
    assert_null(strstr(text, "ever_need"));
    free(text);
}

static void heartbeat_is_young_after_a_beat(void **state) {
    (void)state;
    struct counters *counters = counters_new(&contract, 2);
    counters_take_slot(counters, 1);
    assert_true(counters_beat_age(counters, 1) < 5);
    assert_true(counters_beat_age(counters, 1) < counters_beat_age(counters, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_strict_openmetrics),
        cmocka_unit_test(requests_of_all_processes_are_summed),
        cmocka_unit_test(second_worker_of_a_slot_adds_to_the_first),
        cmocka_unit_test(time_on_a_bound_belongs_to_its_bucket),
        cmocka_unit_test(gauges_are_the_last_set_and_end_with_their_worker),
        cmocka_unit_test(refusals_and_restarts_are_counted),
        cmocka_unit_test(published_gauges_are_the_last_given_and_no_more_than_there_is_room_for),
        cmocka_unit_test(heartbeat_is_young_after_a_beat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
