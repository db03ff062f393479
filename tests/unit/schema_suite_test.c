/* SPDX-License-Identifier: MIT */
/* The official JSON Schema test suite, draft 2020-12: every case of every keyword and format that is supported. */
#include "contract/schema.h"
#include "http/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SUITE "/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance/tests/draft2020-12/"

/* Fewer cases than this means that groups are skipped which were run before. */
enum { CASES_MIN = 970 };

/* The files of the suite; those about keywords that are not supported are here too, for the groups that do without
 * them. */
static const char *const files[] = {
    "additionalProperties",
    "allOf",
    "anchor",
    "anyOf",
    "boolean_schema",
    "const",
    "contains",
    "content",
    "default",
    "defs",
    "dependentRequired",
    "dependentSchemas",
    "dynamicRef",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "id",
    "if-then-else",
    "infinite-loop-detection",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "ref",
    "refRemote",
    "required",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
    "unknownKeyword",
    "vocabulary",
    "optional/float-overflow",
    "optional/ecmascript-regex",
    "optional/non-bmp-regex",
    "optional/no-schema",
    "optional/format/date",
    "optional/format/date-time",
    "optional/format/uuid",
    "optional/format/email",
    "optional/format/uri",
};

/* The only reasons to skip a group. */
static const char *const unsupported[] = {
    "the keyword \"$id\" is not supported",
    "the keyword \"$anchor\" is not supported",
    "the keyword \"$dynamicRef\" is not supported",
    "the keyword \"$dynamicAnchor\" is not supported",
    "the keyword \"$vocabulary\" is not supported",
    "the keyword \"unevaluatedItems\" is not supported",
    "the keyword \"unevaluatedProperties\" is not supported",
    "the keyword \"contentMediaType\" is not supported",
    "the keyword \"contentEncoding\" is not supported",
    "the keyword \"contentSchema\" is not supported",
    "the keyword \"dependencies\" is not supported",
    "a reference out of the document is not supported",
    "a reference by anchor is not supported",
    "the keyword \"array_of_schemas\" is not supported",
    "the keyword \"object_of_schemas\" is not supported",
    "the format \"",
    "a dialect other than",
    "is not a pattern: unknown property", /* \p{Letter} for \p{L}: see api-spec/README.md */
};

struct tally {
    size_t run;
    size_t skipped;
    size_t failed;
};

/* What the compiler said of a group: one unsupported keyword in it may make others look wrong. */
struct verdict {
    bool unsupported;
    char wrong[300];
};

static bool is_reason_to_skip(const char *message) {
    for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
        if (strncmp(message, unsupported[i], strlen(unsupported[i])) == 0)
            return true;
    return false;
}

static void judge(void *owner, const char *pointer, const char *message) {
    struct verdict *verdict = owner;
    if (is_reason_to_skip(message))
        verdict->unsupported = true;
    else
        snprintf(verdict->wrong, sizeof verdict->wrong, "at \"%s\": %s", pointer, message);
}

static void skip_group(const char *file, const json_t *group, const struct verdict *verdict, struct tally *tally) {
    tally->skipped += json_array_size(json_object_get(group, "tests"));
    if (verdict->unsupported)
        return;
    tally->failed++;
    print_error("%s: %s: %s\n", file, json_string_value(json_object_get(group, "description")), verdict->wrong);
}

static bool case_passes(const struct schema *schema, const json_t *test) {
    struct problem problem = {0};
    bool expected = json_is_true(json_object_get(test, "valid"));
    bool valid = schema_validate(schema, json_object_get(test, "data"), "", &problem);
    bool consistent = valid == (problem.fault_count == 0);
    bool silent = schema_validate(schema, json_object_get(test, "data"), "", NULL);
    problem_clear(&problem);
    return valid == expected && silent == expected && consistent;
}

static void run_group(const char *file, const json_t *group, struct tally *tally) {
    struct verdict verdict = {0};
    struct schema *schema = schema_compile(json_object_get(group, "schema"), "", judge, &verdict);
    if (!schema) {
        skip_group(file, group, &verdict, tally);
        return;
    }
    size_t index;
    json_t *test;
    json_array_foreach(json_object_get(group, "tests"), index, test) {
        tally->run++;
        if (case_passes(schema, test))
            continue;
        tally->failed++;
        print_error("%s: %s: %s\n", file, json_string_value(json_object_get(group, "description")),
                    json_string_value(json_object_get(test, "description")));
    }
    schema_free(schema);
}

static void run_file(const char *file, struct tally *total) {
    char path[400];
    struct tally tally = {0};
    snprintf(path, sizeof path, "%s%s.json", SUITE, file);
    json_t *groups = json_load_file(path, JSON_ALLOW_NUL, NULL), *group;
    if (!groups)
        print_error("%s is not there: install libtest-json-schema-acceptance-perl\n", path);
    assert_non_null(groups);
    size_t index;
    json_array_foreach(groups, index, group) {
        run_group(file, group, &tally);
    }
    print_message("%4zu run %4zu skipped  %s\n", tally.run, tally.skipped, file);
    total->run += tally.run;
    total->skipped += tally.skipped;
    total->failed += tally.failed;
    json_decref(groups);
}

static void every_case_of_the_supported_keywords_passes(void **state) {
    (void)state;
    struct tally total = {0};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        run_file(files[i], &total);
    print_message("%4zu run %4zu skipped  in all\n", total.run, total.skipped);
    assert_int_equal(total.failed, 0);
    assert_true(total.run >= CASES_MIN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_of_the_supported_keywords_passes),
    };
    return cmocka_run_group_tests_name("schema_suite", tests, NULL, NULL);
}
