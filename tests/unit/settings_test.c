/* SPDX-License-Identifier: MIT */
/* The settings: defaults, limits, unknown names and where the home folder is found. */
#include "base/log.h"
#include "base/memory.h"
#include "base/settings.h"

#include <libgen.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char *loaded_report;

/* Loads with the report in memory; what it says is in loaded_report until the next load. */
static bool load(void) {
    size_t length;
    free(loaded_report);
    FILE *report = open_memstream(&loaded_report, &length);
    bool good = settings_load(report);
    fclose(report);
    return good;
}

static int empty_environment(void **state) {
    (void)state;
    return clearenv();
}

static int forget_report(void **state) {
    (void)state;
    free(loaded_report);
    loaded_report = NULL;
    return 0;
}

static void assert_fault(const char *name, const char *value, const char *expected) {
    setenv(name, value, 1);
    assert_false(load());
    assert_string_equal(loaded_report, expected);
    unsetenv(name);
}

static void defaults_hold_in_an_empty_environment(void **state) {
    (void)state;
    assert_true(load());
    assert_string_equal(loaded_report, "");
    assert_string_equal(setting_text(SETTING_LISTEN), "127.0.0.1:8080");
    assert_string_equal(setting_text(SETTING_DATABASE_URL), "");
    assert_string_equal(setting_text(SETTING_OIDC_AUDIENCE), "skillsd");
    assert_int_equal(setting_number(SETTING_DEMO), 0);
    assert_int_equal(setting_number(SETTING_CONNECTIONS), 10000);
    assert_int_equal(setting_number(SETTING_BODY_BYTES), 1048576);
    assert_int_equal(setting_number(SETTING_SEAL_SECONDS), 5);
}

static void the_environment_overrides_defaults(void **state) {
    (void)state;
    setenv("SKILLSD_LISTEN", "[::1]:9000", 1);
    setenv("SKILLSD_WORKERS", "64", 1);
    setenv("SKILLSD_DEMO", "1", 1);
    setenv("SKILLSD_LOG_LEVEL", "error", 1);
    assert_true(load());
    assert_string_equal(setting_text(SETTING_LISTEN), "[::1]:9000");
    assert_int_equal(setting_number(SETTING_WORKERS), 64);
    assert_int_equal(setting_number(SETTING_DEMO), 1);
    assert_string_equal(setting_text(SETTING_LOG_LEVEL), "error");
}

static void the_number_of_the_log_level_is_that_of_the_log(void **state) {
    (void)state;
    static const char *const names[LOG_LEVEL_COUNT] = {"debug", "info", "warning", "error"};
    for (int level = 0; level < LOG_LEVEL_COUNT; level++) {
        setenv("SKILLSD_LOG_LEVEL", names[level], 1);
        assert_true(load());
        assert_int_equal(setting_number(SETTING_LOG_LEVEL), level);
    }
}

static void an_empty_variable_counts_as_not_set(void **state) {
    (void)state;
    setenv("SKILLSD_WORKERS", "", 1);
    setenv("SKILLSD_OIDC_AUDIENCE", "", 1);
    assert_true(load());
    assert_int_equal(setting_number(SETTING_WORKERS), 0);
    assert_string_equal(setting_text(SETTING_OIDC_AUDIENCE), "skillsd");
}

static void a_number_outside_its_limits_is_a_fault(void **state) {
    (void)state;
    assert_fault("SKILLSD_WORKERS", "65", "SKILLSD_WORKERS: \"65\" is not a whole number from 0 to 64\n");
    assert_fault("SKILLSD_WORKERS", "-1", "SKILLSD_WORKERS: \"-1\" is not a whole number from 0 to 64\n");
    assert_fault("SKILLSD_IDLE_SECONDS", "0", "SKILLSD_IDLE_SECONDS: \"0\" is not a whole number from 1 to 3600\n");
}

static void a_number_has_nothing_but_digits(void **state) {
    (void)state;
    static const char *const wrong[] = {"4x", " 4", "4 ", "+4", "0x4", "4.0", "-", "99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *expected = xasprintf("SKILLSD_WORKERS: \"%s\" is not a whole number from 0 to 64\n", wrong[i]);
        assert_fault("SKILLSD_WORKERS", wrong[i], expected);
        free(expected);
    }
}

static void a_flag_is_0_or_1(void **state) {
    (void)state;
    assert_fault("SKILLSD_DEMO", "true", "SKILLSD_DEMO: \"true\" is not 0 or 1\n");
    assert_fault("SKILLSD_DEMO", "2", "SKILLSD_DEMO: \"2\" is not 0 or 1\n");
    assert_fault("SKILLSD_DEMO", "10", "SKILLSD_DEMO: \"10\" is not 0 or 1\n");
}

static void a_choice_is_one_of_its_list(void **state) {
    (void)state;
    assert_fault("SKILLSD_LOG_LEVEL", "INFO",
                 "SKILLSD_LOG_LEVEL: \"INFO\" is not one of debug, info, warning, error\n");
}

static void an_unknown_name_is_a_fault(void **state) {
    (void)state;
    assert_fault("SKILLSD_WORKER", "2", "SKILLSD_WORKER: there is no setting of this name\n");
    assert_fault("SKILLSD_URLS", "x", "SKILLSD_URLS: there is no setting of this name\n");
    assert_fault("SKILLSD_", "x", "SKILLSD_: there is no setting of this name\n");
}

static void names_that_others_use_are_no_fault(void **state) {
    (void)state;
    setenv("SKILLSD_URL", "http://127.0.0.1:8080", 1);
    setenv("SKILLSD_TEST_DATABASE", "x", 1);
    setenv("OTHER_WORKERS", "x", 1);
    assert_true(load());
}

static void every_fault_is_reported_at_once(void **state) {
    (void)state;
    setenv("SKILLSD_WORKERS", "many", 1);
    setenv("SKILLSD_DEMO", "yes", 1);
    setenv("SKILLSD_COLOUR", "blue", 1);
    assert_false(load());
    assert_non_null(strstr(loaded_report, "SKILLSD_WORKERS: "));
    assert_non_null(strstr(loaded_report, "SKILLSD_DEMO: "));
    assert_non_null(strstr(loaded_report, "SKILLSD_COLOUR: "));
}

static void a_report_never_shows_a_connection_string(void **state) {
    (void)state;
    setenv("SKILLSD_DATABASE_URL", "postgresql://u:secret@h/d", 1);
    setenv("SKILLSD_WORKERS", "x", 1);
    assert_false(load());
    assert_null(strstr(loaded_report, "secret"));
}

static void home_is_taken_from_the_environment(void **state) {
    (void)state;
    setenv("SKILLSD_HOME", "/srv/skills", 1);
    assert_true(load());
    assert_string_equal(setting_text(SETTING_HOME), "/srv/skills");
}

/* Runs this program as ROOT/bin/program, where it prints the home it finds; the answer without ROOT in front. */
static void assert_home_found(const char *root, const char *expected) {
    char *command = xasprintf("exec '%s/bin/program' --print-home", root);
    FILE *program = popen(command, "r");
    char home[PATH_MAX] = "";
    assert_non_null(fgets(home, sizeof home, program));
    assert_int_equal(pclose(program), 0);
    assert_memory_equal(home, root, strlen(root));
    assert_string_equal(home + strlen(root), expected);
    free(command);
}

static void home_is_found_beside_the_program(void **state) {
    (void)state;
    char self[PATH_MAX] = "", directory[PATH_MAX];
    assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    strcpy(directory, self);
    char *root = xasprintf("%s/home.XXXXXX", dirname(directory));
    assert_non_null(mkdtemp(root));
    char *binary_folder = xasprintf("%s/bin", root), *program = xasprintf("%s/bin/program", root);
    char *contract_folder = xasprintf("%s/api-spec", root), *contract = xasprintf("%s/openapi.yaml", contract_folder);
    mkdir(binary_folder, 0700);
    assert_int_equal(link(self, program), 0);

    assert_home_found(root, "/share/skillsd");
    mkdir(contract_folder, 0700);
    fclose(fopen(contract, "w"));
    assert_home_found(root, "");

    char *const made[] = {contract, contract_folder, program, binary_folder, root};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        assert_int_equal(remove(made[i]), 0);
        free(made[i]);
    }
}

static void help_names_every_setting_in_aligned_columns(void **state) {
    (void)state;
    char *text;
    size_t length, lines = 0;
    FILE *out = open_memstream(&text, &length);
    settings_help(out);
    fclose(out);
    const char *meaning = strstr(text, "meaning");
    assert_non_null(meaning);
    ptrdiff_t column = meaning - text;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        assert_true((ptrdiff_t)strlen(line) > column);
        assert_int_equal(line[column - 1], ' ');
        assert_int_not_equal(line[column], ' ');
        lines++;
    }
    assert_int_equal(lines, SETTING_COUNT + 1);
    free(text);
}

static int print_home(void) {
    bool good = settings_load(stderr);
    fputs(setting_text(SETTING_HOME), stdout);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, empty_environment, forget_report)

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--print-home") == 0)
        return print_home();
    const struct CMUnitTest tests[] = {
        TEST(defaults_hold_in_an_empty_environment),
        TEST(the_environment_overrides_defaults),
        TEST(the_number_of_the_log_level_is_that_of_the_log),
        TEST(an_empty_variable_counts_as_not_set),
        TEST(a_number_outside_its_limits_is_a_fault),
        TEST(a_number_has_nothing_but_digits),
        TEST(a_flag_is_0_or_1),
        TEST(a_choice_is_one_of_its_list),
        TEST(an_unknown_name_is_a_fault),
        TEST(names_that_others_use_are_no_fault),
        TEST(every_fault_is_reported_at_once),
        TEST(a_report_never_shows_a_connection_string),
        TEST(home_is_taken_from_the_environment),
        TEST(home_is_found_beside_the_program),
        TEST(help_names_every_setting_in_aligned_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
