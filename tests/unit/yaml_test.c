/* SPDX-License-Identifier: MIT */
/* What is written as YAML reads as the same document again, and reads well. */
#include "base/memory.h"
#include "contract/bundle.h"
#include "contract/faults.h"
#include "contract/yaml.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_reads_again(json_t *document) {
    struct faults faults = {0};
    json_t *lines = NULL;
    char *text = yaml_write(document);
    json_t *again = yaml_read("again", text, strlen(text), &lines, &faults);
    faults_print(&faults, stderr);
    assert_int_equal(faults.count, 0);
    char *expected = json_dumps(document, JSON_ENCODE_ANY), *got = json_dumps(again, JSON_ENCODE_ANY);
    assert_string_equal(got, expected); /* which compares the order too */
    free(expected);
    free(got);
    free(text);
    json_decref(again);
    json_decref(lines);
}

static void every_text_stays_that_text(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",          " ",          "plain",   "no",         "Off",      "y",        "TRUE",         "null",
        "~",         "1",          "-1.5e3",  "0.1.0",      "1_000",    "0x1f",     ".inf",         "=",
        "<<",        "2026-11-25", "12:30",   "a: b",       "a #b",     "#a",       "- a",          "-",
        "?",         "*a",         "&a",      "!a",         "%a",       "@a",       "`a`",          "{a}",
        "[a]",       "a, b",       "it's",    "\"a\"",      "a\\nb",    " leading", "trailing ",    "a\n",
        "a\nb",      "a\nb\n\n\n", "\n",      "\n\na",      "  a\nb\n", "a \nb",    "a\n\n b\n",    "a\tb",
        "\ta\n",     "# a\nb",     "---",     "---\na\n",   "...",      "a\r\nb",   "/v1/{id}",     "$ref",
        "caf\u00e9", "\u2028a",    "\ufeffa", "\U0001f432", "\x7f",     "\xc2\x85", "a:\n  b: c\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *document =
            json_pack("{s: s, s: [s, {s: s}], s: {s: [[[s]]]}}", texts[i], texts[i], "list", texts[i], "in", texts[i],
                      "long enough to be a block of its own, whatever else there is in it", "k", texts[i]);
        assert_non_null(document);
        assert_reads_again(document);
        json_decref(document);
    }
}

static void every_other_value_stays_that_value(void **state) {
    (void)state;
    json_t *document = json_loads("{\"a\": [null, true, false, 0, -1, 9223372036854775807, -9223372036854775808, 0.1, "
                                  "1.0, 1e300, 0.01, {}, [], [[]], [{}], {\"x\": {}}], \"b\": {}, \"c\": []}",
                                  0, NULL);
    assert_non_null(document);
    char *text = yaml_write(document);
    assert_non_null(strstr(text, " 0.1\n"));
    free(text);
    assert_reads_again(document);
    json_decref(document);
}

static void what_is_short_is_on_one_line_and_long_texts_stand_as_they_are(void **state) {
    (void)state;
    json_t *document =
        json_pack("{s: {s: s, s: s}, s: {s: s, s: [{s: s}, {s: s}]}}", "short", "type", "string", "format", "uuid",
                  "long", "description", "Two lines,\none below the other.\n", "cases", "is",
                  "so long a text that the list it is in would not fit on one line, and so is a block", "200", "no");
    char *text = yaml_write(document);
    assert_string_equal(
        text, "short: {type: string, format: uuid}\n"
              "long:\n"
              "  description: |\n"
              "    Two lines,\n"
              "    one below the other.\n"
              "  cases:\n"
              "  - {is: 'so long a text that the list it is in would not fit on one line, and so is a block'}\n"
              "  - {'200': 'no'}\n");
    free(text);
    json_decref(document);
}

static void the_contract_reads_again(void **state) {
    (void)state;
    struct faults faults = {0};
    struct bundle bundle;
    assert_true(bundle_load(".", &bundle, &faults));
    assert_reads_again(bundle.document);
    bundle_clear(&bundle);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_stays_that_text),
        cmocka_unit_test(every_other_value_stays_that_value),
        cmocka_unit_test(what_is_short_is_on_one_line_and_long_texts_stand_as_they_are),
        cmocka_unit_test(the_contract_reads_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
