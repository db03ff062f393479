/* SPDX-License-Identifier: MIT */
/* The proof of the ledger, in steps: people some at a time, then what is folded organisation by organisation. What is
 * compared is said by sql/domain/37_ledger_audit.sql. */
#include "commands/audit_ledger.h"

#include "base/memory.h"
#include "commands/commands.h"
#include "db/session.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* What was looked at so far, and what was found. */
struct ledger_audit {
    PGconn *connection;
    const char *person;
    char *organisation; /* its inner key, or NULL for all */
    long people, waiting, organisations;
    long long entries;
    long faults;
    char *why;
};

static long long number_at(const PGresult *result, int column) {
    return strtoll(PQgetvalue(result, 0, column), NULL, 10);
}

static PGresult *ask(struct ledger_audit *audit, const char *sql, int count, const char *const *values) {
    return session_query(audit->connection, sql, count, values, &audit->why);
}

static void tell_progress(const struct ledger_audit *audit) {
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%ld people, %lld entries, %ld organisations", audit->people, audit->entries,
                audit->organisations);
}

/* One fault a row. */
static bool take_faults(struct ledger_audit *audit, PGresult *rows) {
    for (int row = 0; row < PQntuples(rows); row++)
        puts(PQgetvalue(rows, row, 0));
    audit->faults += PQntuples(rows);
    PQclear(rows);
    return rows != NULL;
}

/* The next people after a key; 0 when there are none, -1 on failure. The key moves on. */
static long take_people(struct ledger_audit *audit, char **after) {
    const char *values[] = {*after, audit->person, audit->organisation};
    PGresult *step = ask(
        audit, "select people, waiting, entries, last_person, faults from audit_people($1, 500, $2, $3)", 3, values);
    if (!step)
        return -1;
    long people = (long)number_at(step, 0);
    audit->people += people;
    audit->waiting += (long)number_at(step, 1);
    audit->entries += number_at(step, 2);
    free(*after);
    *after = xstrdup(PQgetvalue(step, 0, 3));
    const char *faults[] = {PQgetisnull(step, 0, 4) ? "{}" : PQgetvalue(step, 0, 4)};
    bool good = take_faults(audit, ask(audit, "select unnest($1::text[])", 1, faults));
    PQclear(step);
    tell_progress(audit);
    return good ? people : -1;
}

static bool check_people(struct ledger_audit *audit) {
    char *after = xstrdup("0");
    long people;
    while ((people = take_people(audit, &after)) > 0)
        continue;
    free(after);
    return people == 0;
}

static bool check_folded(struct ledger_audit *audit) {
    const char *values[] = {audit->organisation};
    PGresult *all = ask(audit, "select key from audit_organisations() as key where key = $1 or $1 is null", 1, values);
    bool good = all != NULL;
    for (int row = 0; good && row < PQntuples(all); row++) {
        const char *organisation[] = {PQgetvalue(all, row, 0)};
        good = take_faults(audit, ask(audit, "select audit_folded($1)", 1, organisation));
        audit->organisations++;
        tell_progress(audit);
    }
    PQclear(all);
    return good;
}

/* A name that nobody has is a fault of the call, not an empty proof. */
static int find_extent(struct ledger_audit *audit, const struct ledger_extent *extent) {
    if (extent->person) {
        PGresult *rows = ask(audit, "select person_id from person where id::text = lower($1)", 1, &extent->person);
        int found = PQntuples(rows);
        PQclear(rows);
        if (audit->why)
            return command_fail(EX_UNAVAILABLE, audit->why);
        return found ? 0 : command_fail(EX_USAGE, xasprintf("There is no person \"%s\".", extent->person));
    }
    if (!extent->organisation)
        return 0;
    PGresult *rows =
        ask(audit, "select organisation_id from organisation where code = lower($1) or id::text = lower($1)", 1,
            &extent->organisation);
    if (PQntuples(rows))
        audit->organisation = xstrdup(PQgetvalue(rows, 0, 0));
    PQclear(rows);
    if (audit->why)
        return command_fail(EX_UNAVAILABLE, audit->why);
    if (audit->organisation)
        return 0;
    return command_fail(EX_USAGE, xasprintf("There is no organisation \"%s\".", extent->organisation));
}

/* The last line says how it went. */
static int report(const struct ledger_audit *audit) {
    if (isatty(STDERR_FILENO))
        fputs("\r", stderr);
    if (audit->waiting)
        printf("%ld people wait for their entries and were passed over.\n", audit->waiting);
    printf("%ld people with %lld entries, and what is folded of %ld organisations: ", audit->people, audit->entries,
           audit->organisations);
    if (audit->faults)
        printf("%ld faults.\n", audit->faults);
    else
        puts("no faults.");
    return audit->faults ? EX_DATAERR : 0;
}

bool audit_ledger_options(int argc, char **argv, struct ledger_extent *extent) {
    static const struct option known[] = {
        {"person", required_argument, NULL, 'p'}, {"organisation", required_argument, NULL, 'o'}, {0}};
    *extent = (struct ledger_extent){0};
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (option == '?')
            return false;
        *(option == 'p' ? &extent->person : &extent->organisation) = optarg;
    }
    return argc == optind && !(extent->person && extent->organisation);
}

int audit_ledger(PGconn *connection, const struct ledger_extent *extent) {
    struct ledger_audit audit = {.connection = connection, .person = extent->person};
    int code = find_extent(&audit, extent);
    if (code)
        return code;
    bool good =
        check_people(&audit) && (extent->person || check_folded(&audit)) &&
        (extent->person || extent->organisation || take_faults(&audit, ask(&audit, "select audit_mark()", 0, NULL)));
    free(audit.organisation);
    return good ? report(&audit) : command_fail(EX_UNAVAILABLE, audit.why);
}
