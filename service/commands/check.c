/* SPDX-License-Identifier: MIT */
/* check: whether contract, statements and database agree; every fault with its file and line. */
#include "contract/check.h"

#include "base/memory.h"
#include "base/settings.h"
#include "commands/commands.h"
#include "contract/contract.h"
#include "contract/faults.h"
#include "db/session.h"

#include <string.h>
#include <sysexits.h>

static int open_database(PGconn **connection) {
    const char *url = setting_text(SETTING_DATABASE_URL);
    if (*url == '\0')
        return command_fail(EX_CONFIG,
                            xstrdup("SKILLSD_DATABASE_URL is not set; `skillsd check --offline` does the half "
                                    "that needs no database."));
    char *why = NULL;
    *connection = session_open(url, "skillsd check", &why);
    return *connection ? 0 : command_fail(EX_UNAVAILABLE, why);
}

static int check_all(bool offline, struct checked *checked, struct faults *faults) {
    const char *home = setting_text(SETTING_HOME);
    if (!check_offline(home, checked, faults))
        return EX_CONFIG;
    if (offline)
        return 0;
    PGconn *connection = NULL;
    int code = open_database(&connection);
    if (code)
        return code;
    bool good = check_database(home, checked, connection, faults);
    PQfinish(connection);
    return good ? 0 : EX_CONFIG;
}

static void print_success(bool offline, const struct checked *checked) {
    size_t operations = checked->contract->operation_count;
    size_t statements = 0;
    for (size_t i = 0; i < operations; i++)
        statements += checked->statements[i] != NULL;
    printf("Checked %zu operations and %zu statements%s: no faults.\n", operations, statements,
           offline ? " without a database" : " against the database");
}

static int run(int argc, char **argv) {
    bool offline = argc == 2 && strcmp(argv[1], "--offline") == 0;
    if (argc > 1 && !offline)
        return command_usage(&command_check);
    struct checked checked = {0};
    struct faults faults = {0};
    int code = check_all(offline, &checked, &faults);
    faults_print(&faults, stdout);
    if (code == 0)
        print_success(offline, &checked);
    faults_clear(&faults);
    checked_clear(&checked);
    return code;
}

const struct command command_check = {
    .name = "check",
    .arguments = "[--offline]",
    .help = "Says whether contract, statements and database agree.",
    .settings = true,
    .run = run,
};
