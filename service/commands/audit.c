/* SPDX-License-Identifier: MIT */
/* audit: recomputes the sealed audit trail, from the database or from a file that an auditor has downloaded, and the
 * ledger from the facts. */
#include "audit/heads_file.h"
#include "audit/verifier.h"
#include "base/memory.h"
#include "base/settings.h"
#include "commands/audit_ledger.h"
#include "commands/commands.h"
#include "db/named.h"
#include "db/session.h"

#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { PROGRESS_EVENTS = 10000 };

struct options {
    const char *head;   /* a JWS or a file of them; or NULL */
    const char *export; /* a file; or NULL */
    const char *keys;
};

static bool read_options(int argc, char **argv, struct options *options) {
    static const struct option known[] = {{"head", required_argument, NULL, 'h'},
                                          {"export", required_argument, NULL, 'e'},
                                          {"keys", required_argument, NULL, 'k'},
                                          {0}};
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (option == '?')
            return false;
        *(option == 'h' ? &options->head : option == 'e' ? &options->export : &options->keys) = optarg;
    }
    return argc - optind == 1 && strcmp(argv[optind], "verify") == 0;
}

static void add_file(struct audit_verifier *verifier, const char *file) {
    struct heads_file heads;
    char *why = NULL;
    if (!heads_file_load(file, &heads, &why))
        audit_verifier_fault(verifier, why);
    for (size_t i = 0; i < heads.count; i++) {
        char *source = xasprintf("in %s", file);
        audit_verifier_add_head(verifier, heads.lines[i], source);
        free(source);
    }
    free(why);
    heads_file_clear(&heads);
}

/* Heads from outside the database. */
static void add_outer_heads(struct audit_verifier *verifier, const struct options *options) {
    const char *file = setting_text(SETTING_AUDIT_HEADS);
    long before = audit_verifier_heads(verifier);
    if (options->head && access(options->head, R_OK) == 0)
        add_file(verifier, options->head);
    else if (options->head)
        audit_verifier_add_head(verifier, options->head, "given");
    if (*file && !options->export)
        add_file(verifier, file);
    if (audit_verifier_heads(verifier) == before && !options->export)
        fputs("No head from outside was given (--head, SKILLSD_AUDIT_HEADS), so that nothing would be seen of an end "
              "that was cut off together with its heads.\n",
              stderr);
}

static bool same(const PGresult *heads, int row, const char *column, const char *value) {
    return strcmp(PQgetvalue(heads, row, PQfnumber(heads, column)), value) == 0;
}

/* A row must say what its signature says. */
static void add_row(struct audit_verifier *verifier, const PGresult *heads, int row) {
    struct audit_head head;
    const char *jws = PQgetvalue(heads, row, PQfnumber(heads, "signature"));
    char *sequence = NULL;
    if (audit_verifier_add_head(verifier, jws, "in the database") && audit_head_read(jws, &head)) {
        sequence = xasprintf("%lld", head.sequence);
        if (!same(heads, row, "sequence", sequence) || !same(heads, row, "chain", head.chain.hex) ||
            !same(heads, row, "sealed_at", head.sealed_at)) {
            char *what = xasprintf("head in the database, over event %s: its row says other than its signature",
                                   PQgetvalue(heads, row, PQfnumber(heads, "sequence")));
            audit_verifier_fault(verifier, what);
            free(what);
        }
    }
    free(sequence);
}

/* A statement of what is shipped, or NULL with *why set. */
static struct statement *load(const char *file, char **why) {
    struct statement *statement = named_load(setting_text(SETTING_HOME), file);
    if (!statement)
        *why = xasprintf("%s is not a statement.", file);
    return statement;
}

/* The rows of one of the audit statements, or NULL with *why set. */
static PGresult *ask(PGconn *connection, const char *file, char **why) {
    static const struct named nothing[] = {{NULL, NULL}};
    struct statement *statement = load(file, why);
    PGresult *rows = statement ? named_query(connection, statement, nothing, why) : NULL;
    statement_free(statement);
    return rows;
}

static bool add_inner_heads(struct audit_verifier *verifier, PGconn *connection, char **why) {
    PGresult *heads = ask(connection, "sql/engine/verify_heads.sql", why);
    for (int row = 0; row < PQntuples(heads); row++)
        add_row(verifier, heads, row);
    PQclear(heads);
    return heads != NULL;
}

static bool check_subjects(struct audit_verifier *verifier, PGconn *connection, char **why) {
    PGresult *rows = ask(connection, "sql/engine/verify_subjects.sql", why);
    for (int row = 0; row < PQntuples(rows); row++) {
        char *what = xasprintf("event %s: what is found by person %s is not what the event says",
                               PQgetvalue(rows, row, 0), PQgetvalue(rows, row, 1));
        audit_verifier_fault(verifier, what);
        free(what);
    }
    PQclear(rows);
    return rows != NULL;
}

static const char *value_of(const PGresult *rows, const char *column) {
    int number = PQfnumber(rows, column);
    return PQgetisnull(rows, 0, number) ? NULL : PQgetvalue(rows, 0, number);
}

static void feed_row(struct audit_verifier *verifier, const PGresult *row) {
    const char *sequence = value_of(row, "sequence");
    if (!sequence)
        return; /* the row that an empty trail has for its meta */
    audit_verifier_feed(verifier, &(struct audit_place){strtoll(sequence, NULL, 10), value_of(row, "digest"),
                                                        value_of(row, "chain"), value_of(row, "event")});
    long long events = audit_verifier_events(verifier);
    if (events % PROGRESS_EVENTS == 0 && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%lld events", events);
}

/* Takes the rows one by one, so that a trail of any length needs no more memory than a row. */
static bool feed_rows(struct audit_verifier *verifier, PGconn *connection, char **why) {
    for (PGresult *row; (row = PQgetResult(connection));) {
        if (PQresultStatus(row) == PGRES_SINGLE_TUPLE)
            feed_row(verifier, row);
        else if (!session_succeeded(row) && !*why)
            *why = session_error(connection, row, NULL);
        PQclear(row);
    }
    if (isatty(STDERR_FILENO))
        fputs("\r", stderr);
    return !*why;
}

/* All that is there, however it is numbered. */
static bool feed_trail(struct audit_verifier *verifier, PGconn *connection, char **why) {
    static const struct named all[] = {
        {"from_sequence", "-9223372036854775807"}, {"until_sequence", "9223372036854775807"}, {0}};
    struct statement *statement = load("sql/queries/export_audit_events.sql", why);
    bool good = statement && named_send(connection, statement, all, why) && feed_rows(verifier, connection, why);
    statement_free(statement);
    return good;
}

/* The last line says how it went. */
static int report(struct audit_verifier *verifier) {
    long faults = audit_verifier_end(verifier);
    long long events = audit_verifier_events(verifier);
    long heads = audit_verifier_heads(verifier);
    if (faults)
        printf("%lld events and %ld heads verified: %ld faults.\n", events, heads, faults);
    else
        printf("%lld events and %ld heads verified: no faults.\n", events, heads);
    return faults ? EX_DATAERR : 0;
}

/* One snapshot for all of it: sealing goes on meanwhile. */
static int verify_database(PGconn *connection, const struct audit_keys *keys, const struct options *options) {
    const struct audit_extent all = {1, audit_chain_start, true};
    struct audit_verifier *verifier = audit_verifier_new(keys, &all, stdout);
    char *why = NULL;
    add_outer_heads(verifier, options);
    bool good = session_execute(connection, "begin isolation level repeatable read read only", &why) &&
                add_inner_heads(verifier, connection, &why) && feed_trail(verifier, connection, &why) &&
                check_subjects(verifier, connection, &why);
    int code = good ? 0 : command_fail(EX_UNAVAILABLE, why);
    if (good)
        code = report(verifier);
    audit_verifier_free(verifier);
    return code;
}

static const char *text_of(const json_t *object, const char *name) {
    return json_string_value(json_object_get(object, name));
}

/* An export has the events under each of its heads: what was cut off at its end would otherwise not be missed. */
static void check_length(struct audit_verifier *verifier, const json_t *events, const json_t *heads) {
    const json_t *last = json_array_get(events, json_array_size(events) - 1);
    long long end = json_integer_value(json_object_get(last, "sequence"));
    size_t index;
    json_t *member;
    json_array_foreach(heads, index, member) {
        struct audit_head head;
        const char *jws = json_string_value(member);
        if (!jws || !audit_head_read(jws, &head) || head.sequence <= end)
            continue;
        char *what = xasprintf("the export ends with event %lld, and has a head over event %lld", end, head.sequence);
        audit_verifier_fault(verifier, what);
        free(what);
    }
}

static int verify_document(const json_t *document, const struct audit_keys *keys, const struct options *options) {
    const json_t *meta = json_object_get(document, "meta"), *events = json_object_get(document, "events");
    const struct audit_extent part = {json_integer_value(json_object_get(meta, "from_sequence")),
                                      audit_hash_of(text_of(meta, "previous_chain")), false};
    if (!json_is_array(events) || part.first < 1)
        return command_fail(EX_DATAERR, xasprintf("%s is no export of the audit trail.", options->export));
    struct audit_verifier *verifier = audit_verifier_new(keys, &part, stdout);
    size_t index;
    json_t *member;
    add_outer_heads(verifier, options);
    json_array_foreach(json_object_get(meta, "heads"), index, member)
        audit_verifier_add_head(verifier, json_string_value(member) ? json_string_value(member) : "", "in the export");
    check_length(verifier, events, json_object_get(meta, "heads"));
    json_array_foreach(events, index, member) audit_verifier_feed(
        verifier, &(struct audit_place){json_integer_value(json_object_get(member, "sequence")),
                                        text_of(member, "digest"), text_of(member, "chain"), text_of(member, "event")});
    int code = report(verifier);
    audit_verifier_free(verifier);
    return code;
}

static int verify_export(const struct audit_keys *keys, const struct options *options) {
    json_error_t error;
    json_t *document = json_load_file(options->export, JSON_REJECT_DUPLICATES, &error);
    if (!document)
        return command_fail(EX_DATAERR, xasprintf("%s: %s", options->export, error.text));
    int code = verify_document(document, keys, options);
    json_decref(document);
    return code;
}

/* The owner of the schema sees all; so does the serving role without a caller. */
static int open_database(PGconn **connection) {
    const char *url = setting_text(SETTING_OWNER_URL);
    char *why = NULL;
    if (!*url)
        url = setting_text(SETTING_DATABASE_URL);
    if (!*url)
        return command_fail(EX_CONFIG, xstrdup("Neither SKILLSD_OWNER_URL nor SKILLSD_DATABASE_URL is set; `--export` "
                                               "needs no database."));
    *connection = session_open(url, "skillsd audit", &why);
    return *connection ? 0 : command_fail(EX_UNAVAILABLE, why);
}

static int verify(const struct audit_keys *keys, const struct options *options) {
    if (options->export)
        return verify_export(keys, options);
    PGconn *connection = NULL;
    int code = open_database(&connection);
    if (code == 0)
        code = verify_database(connection, keys, options);
    PQfinish(connection);
    return code;
}

static int prove_ledger(int argc, char **argv) {
    struct ledger_extent extent;
    if (!audit_ledger_options(argc, argv, &extent))
        return command_usage(&command_audit);
    PGconn *connection = NULL;
    int code = command_open_owner(&command_audit, &connection);
    if (code == 0)
        code = audit_ledger(connection, &extent);
    PQfinish(connection);
    return code;
}

static int run(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "ledger") == 0)
        return prove_ledger(argc - 1, argv + 1);
    struct options options = {.keys = setting_text(SETTING_AUDIT_JWKS)};
    if (!read_options(argc, argv, &options))
        return command_usage(&command_audit);
    if (!*options.keys)
        return command_fail(EX_CONFIG, xstrdup("No public keys: SKILLSD_AUDIT_JWKS is not set, and there is no "
                                               "--keys."));
    char *why = NULL;
    struct audit_keys *keys = audit_keys_load(options.keys, &why);
    if (!keys)
        return command_fail(EX_NOINPUT, why);
    int code = verify(keys, &options);
    audit_keys_free(keys);
    return code;
}

static void details(FILE *out) {
    fputs("\nverify takes every digest again, follows the chain, and compares it with the signed heads: those of the "
          "database, "
          "those of\nSKILLSD_AUDIT_HEADS, and those that are given. Every fault is told with the number of the event; "
          "the exit code is 65 if\nthere is any.\n"
          "  --head JWS|FILE   a head that was kept elsewhere, or a file with one a line\n"
          "  --export FILE     what GET /v1/audit/export gave, instead of the database\n"
          "  --keys FILE       the public keys; SKILLSD_AUDIT_JWKS by default\n"
          "\nledger compares every person's entries with what assertions and postings imply, and what is folded with "
          "the entries, "
          "\nand tells every difference; the exit code is 65 if there is any.\n"
          "  --person ID          the entries of one person\n"
          "  --organisation NAME  the people and the figures of one organisation, by code or identifier\n",
          out);
}

const struct command command_audit = {
    .name = "audit",
    .arguments = "verify [--head JWS|FILE] [--export FILE] [--keys FILE] | ledger [--person ID | --organisation NAME]",
    .help = "Says whether the audit trail is what was sealed, or whether the ledger balances.",
    .settings = true,
    .run = run,
    .details = details,
};
