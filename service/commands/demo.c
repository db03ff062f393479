/* SPDX-License-Identifier: MIT */
/* demo: a synthetic force, made by the scripts of sql/demo/ whose names begin with a digit. */
#include "base/memory.h"
#include "base/settings.h"
#include "commands/backlog.h"
#include "commands/commands.h"
#include "db/session.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { PEOPLE_MAX = 100000 };

/* The scripts read these as settings, because a script has no parameters. */
static bool set_parameters(PGconn *connection, const char *people, char **why) {
    const char *values[] = {people, setting_text(SETTING_OIDC_ISSUER)};
    PGresult *result = session_query(
        connection, "select set_config('demo.people', $1, true), set_config('demo.issuer', $2, true)", 2, values, why);
    PQclear(result);
    return result != NULL;
}

/* What the last statement of the last script says was made; to be freed. */
static char *made_text(const PGresult *result, const char *people) {
    bool said = PQntuples(result) == 1 && PQnfields(result) == 1;
    return said ? xstrdup(PQgetvalue(result, 0, 0)) : xasprintf("A synthetic force of %s people is in place.", people);
}

static char *run_scripts(PGconn *connection, const struct scripts *scripts, const char *people, char **why) {
    PGresult *last = NULL;
    for (size_t i = 0; i < scripts->count; i++) {
        if (!isdigit((unsigned char)scripts->list[i].name[0]))
            continue;
        fprintf(stderr, "%s\n", scripts->list[i].file);
        PQclear(last);
        last = session_run(connection, &scripts->list[i], why);
        if (!last)
            return NULL;
    }
    if (!last) {
        *why = xstrdup("sql/demo holds no script whose name begins with a digit.");
        return NULL;
    }
    char *made = made_text(last, people);
    PQclear(last);
    return made;
}

static int make_demo(PGconn *connection, const char *people) {
    char *why = NULL;
    struct scripts scripts;
    if (!scripts_load(setting_text(SETTING_HOME), "sql/demo", &scripts, &why))
        return command_fail(EX_NOINPUT, why);
    char *made = NULL;
    if (session_execute(connection, "begin", &why) && set_parameters(connection, people, &why))
        made = run_scripts(connection, &scripts, people, &why);
    scripts_clear(&scripts);
    if (!made || !session_execute(connection, "commit", &why)) {
        free(made);
        return command_fail(EX_DATAERR, why);
    }
    puts(made);
    free(made);
    return backlog_post(connection, &why) ? 0 : command_fail(EX_DATAERR, why);
}

static int run(int argc, char **argv) {
    long number = 1000;
    bool given = argc == 3 && strcmp(argv[1], "--people") == 0;
    if ((argc > 1 && !given) || (given && !command_read_number(argv[2], 1, PEOPLE_MAX, &number)))
        return command_usage(&command_demo);
    PGconn *connection = NULL;
    int code = command_require_demo(&command_demo);
    if (code == 0)
        code = command_open_owner(&command_demo, &connection);
    if (code)
        return code;
    char *people = xasprintf("%ld", number);
    code = make_demo(connection, people);
    free(people);
    PQfinish(connection);
    return code;
}

const struct command command_demo = {
    .name = "demo",
    .arguments = "[--people N]",
    .help = "Makes a synthetic force of 1 to 100000 people; only with SKILLSD_DEMO=1.",
    .settings = true,
    .run = run,
};
