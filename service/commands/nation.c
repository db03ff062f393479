/* SPDX-License-Identifier: MIT */
/* Making a nation: sql/demo/nation_plan.sql says which slices there are, the numbered scripts without `_example_` make
 * one. */
#include "commands/nation.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/settings.h"
#include "commands/backlog.h"
#include "commands/commands.h"
#include "db/session.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* The columns of the plan. */
enum { FAULT, CODE, NAME, ORDINAL, ORGANISATIONS, FIRST, POSTS, ANCHOR, DONE };

/* What a slice makes, in the order of the last statement's columns. */
enum { PEOPLE, POSTINGS, ACTIVITIES, ASSERTIONS, MADE_COUNT };

struct nation {
    PGconn *connection;
    const struct scripts *scripts;
    PGresult *plan; /* a row a slice */
    double began;
    long posts, posts_before; /* done, by this run and by earlier ones */
    long posts_all;
    long organisations;
    long made[MADE_COUNT];
    char *why;
};

static const struct script *find_plan(const struct scripts *scripts) {
    for (size_t i = 0; i < scripts->count; i++) {
        if (strcmp(scripts->list[i].name, "nation_plan") == 0)
            return &scripts->list[i];
    }
    return NULL;
}

static bool is_of_slice(const struct script *script) {
    return isdigit((unsigned char)script->name[0]) && !strstr(script->name, "_example_");
}

static long number_at(const PGresult *rows, int row, int column) {
    return strtol(PQgetvalue(rows, row, column), NULL, 10);
}

static bool set_size(struct nation *nation, long people, long years) {
    char *sql = xasprintf("set demo.people = '%ld'; set demo.years = '%ld'", people, years);
    bool good = session_execute(nation->connection, sql, &nation->why);
    free(sql);
    return good;
}

/* Of two who make a nation the second waits, and then finds it made. */
static bool take_turn(struct nation *nation) {
    return session_execute(nation->connection, "select pg_advisory_lock(hashtext('skills.demo'))", &nation->why);
}

static bool take_plan(struct nation *nation, const struct script *script) {
    nation->plan = session_run(nation->connection, script, &nation->why);
    if (nation->plan && PQntuples(nation->plan) && !PQgetisnull(nation->plan, 0, FAULT))
        nation->why = xstrdup(PQgetvalue(nation->plan, 0, FAULT));
    if (nation->why)
        return false;
    for (int row = 0; row < PQntuples(nation->plan); row++) {
        long posts = number_at(nation->plan, row, POSTS);
        nation->posts_all += posts;
        nation->posts_before += *PQgetvalue(nation->plan, row, DONE) == 't' ? posts : 0;
        nation->organisations = number_at(nation->plan, row, ORGANISATIONS);
    }
    return true;
}

/* The scripts read these as settings, because a script has no parameters. */
static bool set_slice(struct nation *nation, int row) {
    const char *values[] = {PQgetvalue(nation->plan, row, CODE), PQgetvalue(nation->plan, row, FIRST),
                            PQgetvalue(nation->plan, row, POSTS), PQgetvalue(nation->plan, row, ANCHOR),
                            setting_text(SETTING_OIDC_ISSUER)};
    PGresult *result =
        session_query(nation->connection,
                      "select set_config('demo.organisation', $1, true), set_config('demo.first', $2, true), "
                      "set_config('demo.posts', $3, true), set_config('demo.anchor', $4, true), "
                      "set_config('demo.issuer', $5, true)",
                      5, values, &nation->why);
    PQclear(result);
    return result != NULL;
}

static bool run_slice(struct nation *nation) {
    PGresult *last = NULL;
    for (size_t i = 0; i < nation->scripts->count; i++) {
        if (!is_of_slice(&nation->scripts->list[i]))
            continue;
        PQclear(last);
        last = session_run(nation->connection, &nation->scripts->list[i], &nation->why);
        if (!last)
            return false;
    }
    for (int i = 0; last && PQntuples(last) == 1 && i < MADE_COUNT && i < PQnfields(last); i++)
        nation->made[i] += number_at(last, 0, i);
    PQclear(last);
    return true;
}

static void tell_progress(const struct nation *nation, int row) {
    double seconds = clock_seconds() - nation->began;
    long left = nation->posts_all - nation->posts_before - nation->posts;
    long rows = 0;
    for (int i = 0; i < MADE_COUNT; i++)
        rows += nation->made[i];
    fprintf(stderr, "Facts: organisation %s of %ld, %s: %ld of %ld posts, %ld rows; %.0f seconds left.\n",
            PQgetvalue(nation->plan, row, ORDINAL), nation->organisations, PQgetvalue(nation->plan, row, NAME),
            nation->posts_before + nation->posts, nation->posts_all, rows,
            seconds * (double)left / (double)nation->posts);
}

static bool make_slice(struct nation *nation, int row) {
    if (!session_execute(nation->connection, "begin", &nation->why) || !set_slice(nation, row) || !run_slice(nation) ||
        !session_execute(nation->connection, "commit", &nation->why))
        return false;
    nation->posts += number_at(nation->plan, row, POSTS);
    tell_progress(nation, row);
    return true;
}

/* What was loaded is known to the planner at once. */
static bool make_slices(struct nation *nation) {
    for (int row = 0; row < PQntuples(nation->plan); row++) {
        if (*PQgetvalue(nation->plan, row, DONE) != 't' && !make_slice(nation, row))
            return false;
    }
    return nation->posts == 0 ||
           session_execute(nation->connection,
                           "analyze person, posting, account, activity, activity_version, activity_alignment, "
                           "activity_reflection, assertion, assertion_withdrawal",
                           &nation->why);
}

static void report(const struct nation *nation) {
    if (nation->posts == 0)
        puts("The nation has its people already; nothing was made.");
    else
        printf("%ld made-up people in %ld organisations, %ld at a time, with %ld postings, %ld activities and %ld "
               "assertions.\n",
               nation->made[PEOPLE], nation->organisations, nation->posts, nation->made[POSTINGS],
               nation->made[ACTIVITIES], nation->made[ASSERTIONS]);
}

int nation_make(PGconn *connection, const struct scripts *scripts, long people, long years) {
    struct nation nation = {.connection = connection, .scripts = scripts, .began = clock_seconds()};
    const struct script *plan = find_plan(scripts);
    if (!plan)
        return command_fail(EX_NOINPUT, xstrdup("sql/demo holds no nation_plan.sql."));
    bool good =
        take_turn(&nation) && set_size(&nation, people, years) && take_plan(&nation, plan) && make_slices(&nation);
    PQclear(nation.plan);
    if (good)
        report(&nation);
    return good && backlog_post(connection, &nation.why) ? 0 : command_fail(EX_DATAERR, nation.why);
}
