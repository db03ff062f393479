/* SPDX-License-Identifier: MIT */
/* migrate: brings the database to where sql/ is, safely from several machines at once and any number of times. */
#include "base/memory.h"
#include "base/settings.h"
#include "commands/commands.h"
#include "commands/migrations.h"
#include "commands/standing.h"
#include "db/session.h"

#include <string.h>
#include <sysexits.h>

static const char bookkeeping[] = "sql/engine/migration.sql";

/* A second machine waits here, and then finds nothing to do. Only after that may a lock be waited for no longer than a
 * minute: a migration that waits for a long report would make everyone else wait behind it. */
static bool take_lock(PGconn *connection, char **why) {
    return session_execute(connection, "select pg_advisory_lock(hashtext('skillsd migrate'))", why) &&
           session_execute(connection, "set lock_timeout = '60s'; set statement_timeout = 0", why);
}

static bool bookkeeping_exists(PGconn *connection, bool *exists, char **why) {
    PGresult *result = session_query(connection, "select to_regclass('skills.domain_file') is not null", 0, NULL, why);
    *exists = result && PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return result != NULL;
}

static int make_bookkeeping(PGconn *connection, const char *home, char **why) {
    bool exists;
    if (!bookkeeping_exists(connection, &exists, why))
        return EX_UNAVAILABLE;
    if (exists)
        return 0;
    struct script script;
    if (!script_load(home, bookkeeping, &script, why))
        return EX_NOINPUT;
    PGresult *result = session_run(connection, &script, why);
    script_clear(&script);
    PQclear(result);
    return result ? 0 : EX_DATAERR;
}

static int apply_standing(PGconn *connection, const char *home, bool force, bool *ran, char **why) {
    const struct standing domain = {connection, home, "sql/domain"}, reference = {connection, home, "sql/reference"};
    bool domain_ran = false;
    int code = standing_apply(&domain, force, &domain_ran, why);
    if (code == 0)
        code = standing_apply(&reference, force, ran, why);
    *ran = *ran || domain_ran;
    return code;
}

static int migrate(PGconn *connection, const char *home, char **why) {
    struct migrations_outcome outcome = {0};
    bool ran = false;
    int code = take_lock(connection, why) ? make_bookkeeping(connection, home, why) : EX_UNAVAILABLE;
    if (code == 0)
        code = migrations_apply(connection, home, &outcome, why);
    if (code == 0 && outcome.newer) {
        puts("the database is newer than these files: nothing to do");
        return 0;
    }
    if (code == 0)
        code = apply_standing(connection, home, outcome.applied > 0, &ran, why);
    if (code == 0 && !ran && outcome.applied == 0)
        puts("nothing to do");
    return code;
}

static int print_status(PGconn *connection, const char *home, char **why) {
    bool exists;
    if (!bookkeeping_exists(connection, &exists, why))
        return EX_UNAVAILABLE;
    if (!exists) {
        puts("nothing has been applied yet");
        return 0;
    }
    const struct standing domain = {connection, home, "sql/domain"}, reference = {connection, home, "sql/reference"};
    int code = migrations_print(connection, home, why);
    if (code == 0)
        code = standing_print(&domain, why);
    return code ? code : standing_print(&reference, why);
}

static int run(int argc, char **argv) {
    bool status = argc == 2 && strcmp(argv[1], "--status") == 0;
    if (argc > 1 && !status)
        return command_usage(&command_migrate);
    PGconn *connection = NULL;
    int code = command_open_owner(&command_migrate, &connection);
    if (code)
        return code;
    const char *home = setting_text(SETTING_HOME);
    char *why = NULL;
    code = status ? print_status(connection, home, &why) : migrate(connection, home, &why);
    PQfinish(connection);
    return code ? command_fail(code, why) : 0;
}

const struct command command_migrate = {
    .name = "migrate",
    .arguments = "[--status]",
    .help = "Brings the database to where sql/ is; safe to repeat.",
    .settings = true,
    .run = run,
};
