/* SPDX-License-Identifier: MIT */
/* demo: a synthetic force, or with --years a synthetic nation, made by the scripts of sql/demo/ whose names begin with
 * a digit. */
#include "base/memory.h"
#include "base/settings.h"
#include "commands/backlog.h"
#include "commands/commands.h"
#include "commands/nation.h"
#include "db/session.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { FORCE_PEOPLE = 1000, FORCE_PEOPLE_MAX = 100000 };

/* years is 0 for the one force. */
struct options {
    long people, years;
};

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
        if (!isdigit((unsigned char)scripts->list[i].name[0]) || strstr(scripts->list[i].name, "_nation_"))
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

static int make_force(PGconn *connection, const struct scripts *scripts, long number) {
    char *why = NULL, *made = NULL, *people = xasprintf("%ld", number);
    if (session_execute(connection, "begin", &why) && set_parameters(connection, people, &why))
        made = run_scripts(connection, scripts, people, &why);
    free(people);
    if (!made || !session_execute(connection, "commit", &why)) {
        free(made);
        return command_fail(EX_DATAERR, why);
    }
    puts(made);
    free(made);
    return backlog_post(connection, &why) ? 0 : command_fail(EX_DATAERR, why);
}

static int make_demo(PGconn *connection, const struct options *options) {
    char *why = NULL;
    struct scripts scripts;
    if (!scripts_load(setting_text(SETTING_HOME), "sql/demo", &scripts, &why))
        return command_fail(EX_NOINPUT, why);
    int code = options->years ? nation_make(connection, &scripts, options->people, options->years)
                              : make_force(connection, &scripts, options->people);
    scripts_clear(&scripts);
    return code;
}

/* False when they are not what the usage line says. */
static bool read_options(int argc, char **argv, struct options *options) {
    static const struct option known[] = {
        {"people", required_argument, NULL, 'p'}, {"years", required_argument, NULL, 'y'}, {0}};
    *options = (struct options){.people = FORCE_PEOPLE};
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (option == '?' || (option == 'p' && !command_read_number(optarg, 1, NATION_PEOPLE_MAX, &options->people)) ||
            (option == 'y' && !command_read_number(optarg, 1, NATION_YEARS_MAX, &options->years)))
            return false;
    }
    return argc == optind && (options->years || options->people <= FORCE_PEOPLE_MAX);
}

static int run(int argc, char **argv) {
    struct options options;
    if (!read_options(argc, argv, &options))
        return command_usage(&command_demo);
    PGconn *connection = NULL;
    int code = command_require_demo(&command_demo);
    if (code == 0)
        code = command_open_owner(&command_demo, &connection);
    if (code)
        return code;
    code = make_demo(connection, &options);
    PQfinish(connection);
    return code;
}

static void details(FILE *out) {
    fputs("Without --years: one made-up force of 1 to 100000 people (1000 unless said otherwise).\n"
          "With --years (1 to 30): a made-up nation in the organisations that there are, of 1 to 1000000 people at a "
          "time\n"
          "(250000 is the size of the real one), with so many years of history, in steps; when it is stopped, the next "
          "run\n"
          "goes on. It is refused where there are people who are not made up.\n",
          out);
}

const struct command command_demo = {
    .name = "demo",
    .arguments = "[--people N] [--years N]",
    .help = "Makes a synthetic force, or a nation; only with SKILLSD_DEMO=1.",
    .settings = true,
    .run = run,
    .details = details,
};
