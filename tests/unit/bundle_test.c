/* SPDX-License-Identifier: MIT */
/* The files of api-spec/ put together: what comes out, where its faults stand, and what is refused. */
#include "base/memory.h"
#include "contract/bundle.h"
#include "contract/contract.h"
#include "contract/faults.h"

#include <ftw.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char home[32];
    struct bundle bundle;
    struct faults faults;
    char *report; /* the faults as printed */
};

static int set_up(void **state) {
    struct fixture *fixture = xcalloc(1, sizeof *fixture);
    strcpy(fixture->home, "/tmp/bundle-XXXXXX");
    *state = fixture;
    return mkdtemp(fixture->home) ? 0 : -1;
}

static int drop(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    nftw(fixture->home, drop, 8, FTW_DEPTH | FTW_PHYS);
    bundle_clear(&fixture->bundle);
    faults_clear(&fixture->faults);
    free(fixture->report);
    free(fixture);
    return 0;
}

/* Writes api-spec/FILE, and its folders. */
static void put(struct fixture *fixture, const char *file, const char *text) {
    char *path = xasprintf("%s/api-spec/%s", fixture->home, file);
    for (char *slash = path + strlen(fixture->home) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(path, 0700);
    }
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    free(path);
}

static bool load(struct fixture *fixture) {
    size_t length;
    bool good = bundle_load(fixture->home, &fixture->bundle, &fixture->faults);
    FILE *out = open_memstream(&fixture->report, &length);
    faults_print(&fixture->faults, out);
    fclose(out);
    return good;
}

static void assert_document(struct fixture *fixture, const char *expected) {
    if (!load(fixture))
        fail_msg("%s", fixture->report);
    char *text = json_dumps(fixture->bundle.document, JSON_COMPACT);
    assert_string_equal(text, expected);
    free(text);
}

static void assert_faults(struct fixture *fixture, const char *expected) {
    assert_false(load(fixture));
    assert_string_equal(fixture->report, expected);
}

static void one_file_is_itself(void **state) {
    put(*state, "openapi.yaml", "b: {$ref: '#/a'}\na: [1, {x: z}]\n");
    assert_document(*state, "{\"b\":{\"$ref\":\"#/a\"},\"a\":[1,{\"x\":\"z\"}]}");
}

static void parts_stand_in_their_places_in_order(void **state) {
    put(*state, "openapi.yaml",
        "paths:\n  /b: {$ref: 'paths/x.yaml#/~1b'}\n  /c: {get: 1}\n  /a/{id}: {$ref: 'paths/x.yaml#/~1a~1%7Bid%7D'}\n"
        "z: {$ref: all.yaml}\n");
    put(*state, "paths/x.yaml",
        "/a/{id}: {get: {$ref: '../openapi.yaml#/z/t'}}\n/b: [{$ref: '../openapi.yaml#/paths/~1c'}]\n");
    put(*state, "all.yaml", "t: {$ref: 'openapi.yaml#/paths'}\n");
    assert_document(*state, "{\"paths\":{\"/b\":[{\"$ref\":\"#/paths/~1c\"}],\"/c\":{\"get\":1},"
                            "\"/a/{id}\":{\"get\":{\"$ref\":\"#/z/t\"}}},\"z\":{\"t\":{\"$ref\":\"#/paths\"}}}");
}

static void braces_need_no_escape(void **state) {
    put(*state, "openapi.yaml", "/{id}: {$ref: 'x.yaml#/~1{id}'}\n");
    put(*state, "x.yaml", "/{id}: 1\n");
    assert_document(*state, "{\"/{id}\":1}");
}

static void a_fault_has_the_file_and_line_of_its_place(void **state) {
    struct fixture *fixture = *state;
    put(fixture, "openapi.yaml", "one: 1\ntwo: {$ref: 'x.yaml#/two'}\nthree: {$ref: deep/er/y.yaml}\nfour: 4\n");
    put(fixture, "x.yaml", "# A comment.\ntwo:\n  - here\n  -\n    deep: 1\n");
    put(fixture, "deep/er/y.yaml", "y:\n\n  z: {$ref: '../../openapi.yaml#/two'}\n");
    assert_true(load(fixture));
    const char *const pointers[] = {"/one", "/two", "/two/1/deep", "/three/y/z", "/four"};
    for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++)
        bundle_fault(&fixture->bundle, &fixture->faults, pointers[i], "here", pointers[i]);
    free(fixture->report);
    size_t length;
    FILE *out = open_memstream(&fixture->report, &length);
    faults_print(&fixture->faults, out);
    fclose(out);
    assert_string_equal(fixture->report, "api-spec/deep/er/y.yaml:3: here: /three/y/z\n"
                                         "api-spec/openapi.yaml:1: here: /one\n"
                                         "api-spec/openapi.yaml:4: here: /four\n"
                                         "api-spec/x.yaml:2: here: /two\n"
                                         "api-spec/x.yaml:5: here: /two/1/deep\n");
}

static void a_file_that_is_not_there_is_told_once(void **state) {
    put(*state, "openapi.yaml", "a: 1\nb: {$ref: 'no.yaml#/b'}\nc: {$ref: 'no.yaml#/c'}\n");
    assert_faults(*state, "api-spec/openapi.yaml:2: this file cannot be read: api-spec/no.yaml\n");
}

static void a_file_outside_is_not_read(void **state) {
    put(*state, "../x.yaml", "a: 1\n");
    put(*state, "openapi.yaml",
        "a: {$ref: '../x.yaml#/a'}\nb: {$ref: /etc/passwd}\nc: {$ref: p/../../x.yaml}\nd: {$ref: "
        "'https://x.example/d'}\n"
        "e: {$ref: ./x.yaml}\nf: {$ref: p//x.yaml}\ng: {$ref: p/}\nh: {$ref: ''}\n");
#define OUTSIDE ": a file must be named as it stands below api-spec/: "
    assert_faults(*state, "api-spec/openapi.yaml:1" OUTSIDE "../x.yaml#/a\n"
                          "api-spec/openapi.yaml:2" OUTSIDE "/etc/passwd\n"
                          "api-spec/openapi.yaml:3" OUTSIDE "p/../../x.yaml\n"
                          "api-spec/openapi.yaml:4" OUTSIDE "https://x.example/d\n"
                          "api-spec/openapi.yaml:5" OUTSIDE "./x.yaml\n"
                          "api-spec/openapi.yaml:6" OUTSIDE "p//x.yaml\n"
                          "api-spec/openapi.yaml:7" OUTSIDE "p/\n"
                          "api-spec/openapi.yaml:8" OUTSIDE "\n");
}

static void a_pointer_leads_to_the_part_of_its_name(void **state) {
    put(*state, "openapi.yaml",
        "a: {$ref: 'x.yaml#/a'}\nb: {$ref: 'x.yaml#/b'}\nc: {$ref: 'x.yaml#/b/c'}\nd: {$ref: 'x.yaml#/%zz'}\n"
        "e: {$ref: 'x.yaml#/a', title: x}\n");
    put(*state, "x.yaml", "a: 1\n");
    assert_faults(*state, "api-spec/openapi.yaml:2: this $ref leads nowhere: x.yaml#/b\n"
                          "api-spec/openapi.yaml:3: a part must have the name of its place: x.yaml#/b/c\n"
                          "api-spec/openapi.yaml:4: a part must have the name of its place: x.yaml#/%zz\n"
                          "api-spec/openapi.yaml:5: nothing may stand beside a $ref to another file: x.yaml#/a\n");
}

static void a_part_has_one_place(void **state) {
    put(*state, "openapi.yaml",
        "one:\n  a: {$ref: 'x.yaml#/a'}\ntwo:\n  a: {$ref: 'x.yaml#/a'}\nthree: {$ref: y.yaml}\nfour: {$ref: "
        "y.yaml}\nfive: {$ref: x.yaml}\n");
    put(*state, "x.yaml", "a: 1\n");
    put(*state, "y.yaml", "a: 1\n");
    assert_faults(*state, "api-spec/openapi.yaml:4: this part has its place already: x.yaml#/a\n"
                          "api-spec/openapi.yaml:6: this part has its place already: y.yaml\n"
                          "api-spec/openapi.yaml:7: this part has its place already: x.yaml\n");
}

static void a_path_stands_once_in_each_file(void **state) {
    put(*state, "openapi.yaml", "/a: {$ref: 'x.yaml#/~1a'}\n");
    put(*state, "x.yaml", "/a: 1\n/b: 2\n/a: 3\n");
    assert_faults(*state, "api-spec/x.yaml:3: this key stands here twice: /a\n");
}

static void no_file_names_itself_or_goes_round_openapi_yaml(void **state) {
    put(*state, "openapi.yaml", "a: {$ref: 'p/x.yaml#/a'}\nb: {$ref: 'openapi.yaml#/a'}\n");
    put(*state, "p/x.yaml",
        "a:\n  b: {$ref: '#/a'}\n  c: {$ref: 'y.yaml#/c'}\n  d: {$ref: 'openapi.yaml#/a'}\n"
        "  e:\n    - {$ref: '../openapi.yaml'}\n");
#define ROUND ": a $ref of this file must be: ../openapi.yaml#/..., not "
    assert_faults(*state, "api-spec/openapi.yaml:2: this is the file itself: a $ref within it begins with #/: "
                          "openapi.yaml#/a\n"
                          "api-spec/p/x.yaml:2" ROUND "#/a\n"
                          "api-spec/p/x.yaml:3" ROUND "y.yaml#/c\n"
                          "api-spec/p/x.yaml:4" ROUND "openapi.yaml#/a\n"
                          "api-spec/p/x.yaml:6" ROUND "../openapi.yaml\n");
}

static void what_nothing_names_is_dead(void **state) {
    put(*state, "openapi.yaml", "a: {$ref: 'x.yaml#/a'}\n");
    put(*state, "x.yaml", "a: 1\nb:\n  c: 2\n");
    put(*state, "README.md", "Not YAML.\n");
    put(*state, ".draft.yaml", "a: 1\n");
    put(*state, "p/q/y.yml", "a: 1\n");
    put(*state, "p/openapi.yaml", "a: 1\n");
    assert_faults(*state, "api-spec/p/openapi.yaml: openapi.yaml does not name this file\n"
                          "api-spec/p/q/y.yml: openapi.yaml does not name this file\n"
                          "api-spec/x.yaml:2: openapi.yaml does not name this part: b\n");
}

static void every_file_is_read_strictly(void **state) {
    put(*state, "openapi.yaml", "a: {$ref: 'x.yaml#/a'}\nb: {$ref: y.yaml}\n");
    put(*state, "x.yaml", "a:\n  b: no\n");
    put(*state, "y.yaml", "b: &anchor {}\n");
    assert_faults(*state, "api-spec/x.yaml:2: quote this word, which YAML 1.1 reads as a boolean: no\n"
                          "api-spec/y.yaml:1: anchors and tags are not used here\n");
}

/* Through the contract, where what is put together is used. */
static void a_circle_through_two_files_is_a_fault(void **state) {
    struct fixture *fixture = *state;
    put(fixture, "openapi.yaml",
        "paths: {}\ncomponents:\n  schemas:\n    A: {$ref: 'x.yaml#/A'}\n    B:\n      $ref: "
        "'#/components/schemas/A'\n");
    put(fixture, "x.yaml", "A:\n  $ref: 'openapi.yaml#/components/schemas/B'\n");
    assert_null(contract_load(fixture->home, &fixture->faults));
    size_t length;
    FILE *out = open_memstream(&fixture->report, &length);
    faults_print(&fixture->faults, out);
    fclose(out);
    assert_string_equal(fixture->report,
                        "api-spec/openapi.yaml:6: this $ref leads back to itself: #/components/schemas/A\n"
                        "api-spec/x.yaml:2: this $ref leads back to itself: #/components/schemas/B\n");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(one_file_is_itself),
        TEST(parts_stand_in_their_places_in_order),
        TEST(braces_need_no_escape),
        TEST(a_fault_has_the_file_and_line_of_its_place),
        TEST(a_file_that_is_not_there_is_told_once),
        TEST(a_file_outside_is_not_read),
        TEST(a_pointer_leads_to_the_part_of_its_name),
        TEST(a_part_has_one_place),
        TEST(a_path_stands_once_in_each_file),
        TEST(no_file_names_itself_or_goes_round_openapi_yaml),
        TEST(what_nothing_names_is_dead),
        TEST(every_file_is_read_strictly),
        TEST(a_circle_through_two_files_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
