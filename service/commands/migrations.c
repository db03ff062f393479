/* SPDX-License-Identifier: MIT */
/* Comparing the files of migrations with those that the database has, and running the rest. */
#include "commands/migrations.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/memory.h"
#include "db/session.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { NUMBER_DIGITS = 4 };

static const char folder[] = "sql/migrations";

/* What skills.migration knows a file by. */
static const char *migration_name(const struct script *script) {
    return script->file + sizeof folder;
}

/* Both lists are in the order of bytes, so that they can be compared place by place. */
static PGresult *applied_migrations(PGconn *connection, char **why) {
    return session_query(connection,
                         "select name, checksum, to_char(applied_at, 'YYYY-MM-DD HH24:MI:SS'), applied_by "
                         "from skills.migration order by name collate \"C\"",
                         0, NULL, why);
}

static bool numbers_are_whole(const struct scripts *scripts, char **why) {
    for (size_t i = 0; i < scripts->count; i++) {
        const char *name = scripts->list[i].name;
        bool numbered = strspn(name, "0123456789") == NUMBER_DIGITS && name[NUMBER_DIGITS] == '_';
        if (numbered && strtoul(name, NULL, 10) == i + 1)
            continue;
        *why = xasprintf("%s: the migration in this place must begin with %04zu_.", scripts->list[i].file, i + 1);
        return false;
    }
    return true;
}

/* Whether applied migration `row` is the file in the same place, unchanged. */
static bool same_migration(const struct script *script, const PGresult *applied, int row, char **why) {
    const char *name = PQgetvalue(applied, row, 0);
    int order = strcmp(migration_name(script), name);
    char checksum[DIGEST_HEX_SIZE];
    digest_hex(script->text, script->length, checksum);
    if (order < 0)
        *why = xasprintf("%s: it has not been applied, and %s, which comes after it, has.", script->file, name);
    else if (order > 0)
        *why = xasprintf("%s/%s: it has been applied, and the file is not there.", folder, name);
    else if (strcmp(checksum, PQgetvalue(applied, row, 1)) != 0)
        *why = xasprintf("%s: it has been changed since it was applied; put the change into a new migration.",
                         script->file);
    return *why == NULL;
}

static bool files_agree(const struct scripts *scripts, const PGresult *applied, char **why) {
    bool good = numbers_are_whole(scripts, why);
    for (int row = 0; good && row < PQntuples(applied) && (size_t)row < scripts->count; row++)
        good = same_migration(&scripts->list[row], applied, row, why);
    return good;
}

static bool record_migration(PGconn *connection, const struct script *script, double seconds, char **why) {
    char checksum[DIGEST_HEX_SIZE];
    digest_hex(script->text, script->length, checksum);
    char *taken = xasprintf("%.3f", seconds);
    const char *values[] = {migration_name(script), checksum, taken};
    PGresult *result =
        session_query(connection, "insert into skills.migration (name, checksum, seconds) values ($1, $2, $3::numeric)",
                      3, values, why);
    free(taken);
    PQclear(result);
    return result != NULL;
}

static bool apply(PGconn *connection, const struct script *script, char **why) {
    double start = clock_seconds();
    if (!session_execute(connection, "begin", why))
        return false;
    PGresult *result = session_run(connection, script, why);
    if (!result)
        return false;
    PQclear(result);
    double seconds = clock_seconds() - start;
    if (!record_migration(connection, script, seconds, why) || !session_execute(connection, "commit", why))
        return false;
    printf("applied %s (%.1f s)\n", script->file, seconds);
    return true;
}

static int apply_pending(PGconn *connection, const struct scripts *scripts, const PGresult *applied,
                         struct migrations_outcome *outcome, char **why) {
    if (!files_agree(scripts, applied, why))
        return EX_CONFIG;
    size_t done = (size_t)PQntuples(applied);
    outcome->newer = done > scripts->count;
    for (size_t i = done; i < scripts->count; i++) {
        if (!apply(connection, &scripts->list[i], why))
            return EX_DATAERR;
        outcome->applied++;
    }
    return 0;
}

static int print_all(const struct scripts *scripts, const PGresult *applied, char **why) {
    int count = PQntuples(applied);
    for (int row = 0; row < count; row++)
        printf("%-50s applied %s UTC by %s\n", PQgetvalue(applied, row, 0), PQgetvalue(applied, row, 2),
               PQgetvalue(applied, row, 3));
    for (size_t i = (size_t)count; i < scripts->count; i++)
        printf("%-50s pending\n", migration_name(&scripts->list[i]));
    return files_agree(scripts, applied, why) ? 0 : EX_CONFIG;
}

static bool load_files(const char *home, struct scripts *scripts, char **why) {
    if (!scripts_load(home, folder, scripts, why))
        return false;
    if (scripts->count == 0)
        *why = xasprintf("%s/%s holds no migrations; is SKILLSD_HOME right?", home, folder);
    return scripts->count > 0;
}

int migrations_apply(PGconn *connection, const char *home, struct migrations_outcome *outcome, char **why) {
    *outcome = (struct migrations_outcome){0};
    struct scripts scripts;
    if (!load_files(home, &scripts, why))
        return EX_NOINPUT;
    PGresult *applied = applied_migrations(connection, why);
    int code = applied ? apply_pending(connection, &scripts, applied, outcome, why) : EX_UNAVAILABLE;
    PQclear(applied);
    scripts_clear(&scripts);
    return code;
}

int migrations_print(PGconn *connection, const char *home, char **why) {
    struct scripts scripts;
    if (!load_files(home, &scripts, why))
        return EX_NOINPUT;
    PGresult *applied = applied_migrations(connection, why);
    int code = applied ? print_all(&scripts, applied, why) : EX_UNAVAILABLE;
    PQclear(applied);
    scripts_clear(&scripts);
    return code;
}
