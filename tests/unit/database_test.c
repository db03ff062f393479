/* SPDX-License-Identifier: MIT */
/* The lanes against a real PostgreSQL: a private server in a temporary folder, or SKILLSD_TEST_DATABASE_URL (an empty
 * database, superuser). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/batch.h"
#include "base/log.h"
#include "base/memory.h"
#include "contract/faults.h"
#include "db/database.h"
#include "db/statement.h"
#include "http/problem.h"

#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PROBES_MAX = 300 };

/* One statement on its way, and what came of it. */
struct probe {
    struct flight flight;
    struct claim claim;
    int done;   /* how often the flight was answered */
    int status; /* of the problem; 0 for rows */
    char code[64];
    char detail[128];
    char pointer[64];
    int retry_after;
    char value[64]; /* the first column of the first row; or the stored reply's body */
    bool stored;
    int store_done; /* how often db_store was answered */
    int store_status;
    int row_count; /* of a stream */
    int pause_every;
    bool paused;
    const char *values[4];
    int lengths[4];
};

static const char tables[] =
    "create schema skills; set search_path = skills;"
    "create function refuse(code text, message text) returns void language plpgsql as"
    " $$begin raise exception using errcode = code, message = message; end$$;"
    "create table idempotency_claim (issuer text, subject text, operation text, key text, body_hash text, status int,"
    " content_type text, location text, etag text, reply text, claimed_at timestamptz default now(),"
    " primary key (issuer, subject, operation, key));"
    "alter table idempotency_claim enable row level security;"
    "create policy own on idempotency_claim using (issuer = current_setting('app.issuer')"
    " and subject = current_setting('app.subject'));"
    "create table thing (id int primary key, minutes int constraint minutes_range check (minutes > 0),"
    " turn int constraint turn_once unique deferrable initially deferred);"
    "comment on constraint minutes_range on thing is '/minutes out_of_range: Minutes are more than 0.';"
    "comment on constraint turn_once on thing is '/turn turn_taken: The turn is taken.';"
    "create function person_identifier(key bigint) returns uuid language sql return"
    " case when key is not null then lpad(key::text, 32, '0')::uuid end;"
    "create table audit_pending (id uuid default gen_random_uuid(), request_id text, operation text, kind text"
    " constraint kind_known check (kind in ('change', 'record', 'report')), issuer text, subject text, client text,"
    " account_id bigint, person uuid, organisation_id bigint, scopes text[] not null, people uuid[] not null,"
    " target text, parameters jsonb, status int, xid xid8 default pg_current_xact_id());"
    "create table shape (a int); insert into shape values (1);"
    "drop role if exists serving; create role serving login; grant usage on schema skills to serving;"
    "grant all on all tables in schema skills to serving;";

static const char context[] =
    "-- Who asks.\n"
    "select set_config('app.issuer', coalesce(:issuer, ''), true), set_config('app.subject', "
    "coalesce(:subject, ''), true),\n"
    "       set_config('app.organisation', coalesce(:organisation, ''), true),\n"
    "       set_config('transaction_read_only', :read_only, true),\n"
    "       case when :required is not null and :required <> all (string_to_array(coalesce(:scopes, ''), ' '))\n"
    "            then refuse('SL403', 'scope_not_granted') end\n";

static char home[] = "/tmp/database_test.XXXXXX";
static bool own_server;
static bool tables_made; /* what is not ours is not dropped */
static char serving_url[512], owner_url[512];
static struct event_base *base;
static struct database *database;
static struct statement *statements[64];
static int statement_count;
static struct probe all_probes[PROBES_MAX];
static int probes_taken;

__attribute__((format(printf, 1, 2))) static int shell(const char *format, ...) {
    char command[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    return system(command);
}

/* PostgreSQL refuses to run as root. */
static const char *as_postgres(void) {
    return geteuid() == 0 ? "runuser -u postgres --" : "";
}

static int start_server(void) {
    return shell("cd / && %s $(pg_config --bindir)/pg_ctl -s -w -D %s/data -l %s/data/log"
                 " -o \"-k %s -c listen_addresses='' -c fsync=off -c max_connections=60\" start",
                 as_postgres(), home, home, home);
}

static int stop_server(void) {
    return shell("cd / && %s $(pg_config --bindir)/pg_ctl -s -w -m immediate -D %s/data stop", as_postgres(), home);
}

static int make_server(void) {
    if (geteuid() == 0 && shell("chown postgres %s", home) != 0)
        return -1;
    if (shell("cd / && %s $(pg_config --bindir)/initdb -D %s/data -U owner -A trust -E UTF8 --no-locale -N >/dev/null",
              as_postgres(), home) != 0)
        return -1;
    own_server = start_server() == 0;
    snprintf(owner_url, sizeof owner_url, "host=%s user=owner dbname=postgres", home);
    snprintf(serving_url, sizeof serving_url, "host=%s user=serving dbname=postgres", home);
    return own_server ? 0 : -1;
}

static void run_as_owner(const char *sql) {
    PGconn *link = PQconnectdb(owner_url);
    PGresult *result = PQexec(link, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        print_error("%s", PQerrorMessage(link));
    PQclear(result);
    PQfinish(link);
    assert_true(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK);
}

static void read_as_owner(const char *sql, char *value, size_t size) {
    PGconn *link = PQconnectdb(owner_url);
    PGresult *result = PQexec(link, sql);
    assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
    snprintf(value, size, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
    PQfinish(link);
}

static void write_file(const char *file, const char *text) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", home, file);
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static int make_all(void **state) {
    (void)state;
    const char *url = getenv("SKILLSD_TEST_DATABASE_URL");
    log_set_level(getenv("V") ? LOG_DEBUG : LOG_ERROR);
    if (!mkdtemp(home) || chmod(home, 0755) != 0)
        return -1;
    if (url)
        snprintf(owner_url, sizeof owner_url, "%s", url);
    if (url)
        snprintf(serving_url, sizeof serving_url, "%s", url);
    if (!url && make_server() != 0)
        return -1;
    run_as_owner(tables);
    tables_made = true;
    if (shell("mkdir -p %s/sql/engine %s/sql/queries && cp sql/engine/claim.sql sql/engine/replay.sql"
              " sql/engine/store.sql sql/engine/audit.sql sql/engine/constraints.sql %s/sql/engine/",
              home, home, home) != 0)
        return -1;
    write_file("sql/engine/context.sql", context);
    base = event_base_new();
    return 0;
}

static int remove_all(void **state) {
    (void)state;
    if (base)
        event_base_free(base);
    if (own_server)
        stop_server();
    else if (tables_made)
        run_as_owner("drop schema skills cascade; drop role serving");
    return shell("rm -rf %s", home);
}

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void turn_for(int wait) {
    struct timeval time = {.tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000};
    event_base_loopexit(base, &time);
    event_base_dispatch(base);
}

/* Turns the loop until the number has become `wanted`; ten seconds are a failure. */
static void turn_until(const int *number, int wanted) {
    int64_t end = milliseconds() + 10000;
    while (*number < wanted && milliseconds() < end)
        turn_for(2);
    assert_int_equal(*number, wanted);
}

static void turn_until_ready(void) {
    int64_t end = milliseconds() + 10000;
    while (database_unready(database) && milliseconds() < end)
        turn_for(5);
    assert_null(database_unready(database));
}

static void open_database(int point, int write) {
    struct database_options options = {.url = serving_url, .report_queue = 1, .home = home};
    options.connections[LANE_POINT] = point;
    options.connections[LANE_WRITE] = write;
    options.connections[LANE_REPORT] = 1;
    options.connections[LANE_STREAM] = 1;
    database = database_new(base, &options);
    assert_non_null(database);
}

/* The report lane counts its free places, so its connection must be there too. */
static void turn_until_open(enum lane lane) {
    int connections = 0, flights;
    for (int64_t end = milliseconds() + 10000; connections == 0 && milliseconds() < end; turn_for(2))
        database_count(database, lane, &connections, &flights);
    assert_int_equal(connections, 1);
}

static int open_one(void **state) {
    (void)state;
    open_database(1, 2);
    turn_until_ready();
    turn_until_open(LANE_REPORT);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    database_free(database);
    database = NULL;
    probes_taken = 0;
    while (statement_count > 0)
        statement_free(statements[--statement_count]);
    run_as_owner("truncate skills.thing, skills.idempotency_claim, skills.audit_pending");
    return 0;
}

static struct statement *make_statement(const char *sql) {
    struct faults faults = {0};
    char file[64];
    char *text = xasprintf("-- Answers a test.\n%s\n", sql);
    snprintf(file, sizeof file, "sql/queries/test_%d.sql", statement_count);
    write_file(file, text);
    free(text);
    struct statement *statement = statement_load(home, file, &faults);
    faults_print(&faults, stderr);
    assert_non_null(statement);
    statements[statement_count++] = statement;
    return statement;
}

static void on_done(struct flight *flight, const struct answer *answer) {
    struct probe *probe = flight->owner;
    probe->done++;
    if (answer->rows && PQntuples(answer->rows) > 0)
        snprintf(probe->value, sizeof probe->value, "%s", PQgetvalue(answer->rows, 0, 0));
    if (answer->stored) {
        probe->stored = true;
        probe->status = answer->stored->status;
        snprintf(probe->value, sizeof probe->value, "%.*s", (int)answer->stored->length, answer->stored->body);
    }
    if (!answer->problem)
        return;
    probe->status = answer->problem->status;
    probe->retry_after = answer->problem->retry_after;
    snprintf(probe->code, sizeof probe->code, "%s", answer->problem->code);
    snprintf(probe->detail, sizeof probe->detail, "%s", answer->problem->detail ? answer->problem->detail : "");
    if (answer->problem->fault_count > 0)
        snprintf(probe->pointer, sizeof probe->pointer, "%s", answer->problem->faults[0].pointer);
}

static bool on_rows(struct flight *flight, PGresult *rows) {
    struct probe *probe = flight->owner;
    probe->row_count += PQntuples(rows);
    probe->paused = probe->pause_every && probe->row_count % probe->pause_every == 0;
    return !probe->paused;
}

/* They outlive a test that fails, for their flights are answered when the database is closed. */
static struct probe *take_probes(int count) {
    assert_true(probes_taken + count <= PROBES_MAX);
    probes_taken += count;
    return &all_probes[probes_taken - count];
}

static void set_up(struct probe *probe, enum lane lane, struct statement *statement, const char *subject) {
    memset(probe, 0, sizeof *probe);
    probe->flight = (struct flight){
        .lane = lane,
        .statement = statement,
        .principal = {.issuer = "test", .subject = subject, .scopes = "read write"},
        .values = probe->values,
        .read_only = lane != LANE_WRITE,
        .done = on_done,
        .rows = on_rows,
        .owner = probe,
    };
}

static void send_probe(struct probe *probe, enum lane lane, struct statement *statement) {
    set_up(probe, lane, statement, "alice");
    db_send(database, &probe->flight);
}

static void ask(struct probe *probe, enum lane lane, const char *sql) {
    send_probe(probe, lane, make_statement(sql));
    assert_int_equal(probe->done, 0); /* never at once */
    turn_until(&probe->done, 1);
}

static void assert_rows(const struct probe *probe, const char *value) {
    assert_int_equal(probe->status, 0);
    assert_string_equal(probe->value, value);
}

static void assert_problem(const struct probe *probe, int status, const char *code) {
    assert_int_equal(probe->status, status);
    assert_string_equal(probe->code, code);
}

/* Until an ordinary read is answered again. */
static void assert_recovers(void) {
    struct statement *statement = make_statement("select 'here'");
    int64_t end = milliseconds() + 8000;
    struct probe *probe = take_probes(1);
    do {
        send_probe(probe, LANE_POINT, statement);
        turn_until(&probe->done, 1);
    } while (probe->status == 503 && milliseconds() < end);
    assert_rows(probe, "here");
    turn_until_ready();
}

static int count_done(const struct probe *probes, int count) {
    int done = 0;
    for (int i = 0; i < count; i++)
        done += probes[i].done;
    return done;
}

static void turn_until_all_done(const struct probe *probes, int count) {
    int64_t end = milliseconds() + 15000;
    while (count_done(probes, count) < count && milliseconds() < end)
        turn_for(5);
    turn_for(50); /* time for an answer that must not come */
    for (int i = 0; i < count; i++)
        assert_int_equal(probes[i].done, 1);
}

static void the_context_is_in_the_transaction_of_the_statement(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    ask(probe, LANE_POINT, "select current_setting('app.subject')");
    assert_rows(probe, "alice");
    ask(probe, LANE_POINT,
        "select current_setting('TimeZone') || current_setting('search_path') ||"
        " current_setting('statement_timeout') || current_setting('application_name')");
    assert_rows(probe, "UTCskills1sskillsd/point");
}

static void settings_do_not_leak_into_the_next_flight(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    ask(probe, LANE_POINT, "select set_config('app.left', 'behind', true)");
    assert_rows(probe, "behind");
    ask(probe, LANE_POINT, "select coalesce(nullif(current_setting('app.left', true), ''), 'nothing')");
    assert_rows(probe, "nothing");
}

static void values_are_bound_by_type_and_length(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    static const char body[] = "{\"a\": \"\xc3\xa9\"}and more";
    set_up(probe, LANE_POINT, make_statement("select (:body->>'a') || :text || (:limit + 1) || coalesce(:none, '-')"),
           "alice");
    probe->values[0] = body;
    probe->lengths[0] = (int)strlen(body) - 8;
    probe->values[1] = "'; drop table x; --";
    probe->values[2] = "41";
    probe->flight.lengths = probe->lengths;
    db_send(database, &probe->flight);
    turn_until(&probe->done, 1);
    assert_rows(probe, "\xc3\xa9'; drop table x; --42-");
}

static void a_read_may_not_write(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    ask(probe, LANE_POINT, "insert into thing (id) values (1) returning id::text");
    assert_problem(probe, 500, "internal_error");
    ask(probe, LANE_WRITE, "insert into thing (id) values (1) returning id::text");
    assert_rows(probe, "1");
}

static void a_scope_that_is_not_granted_is_403(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    set_up(probe, LANE_POINT, make_statement("select 1"), "alice");
    probe->flight.principal.required = "reports:national";
    db_send(database, &probe->flight);
    turn_until(&probe->done, 1);
    assert_problem(probe, 403, "scope_not_granted");
}

static void functions_name_their_refusal(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    ask(probe, LANE_POINT, "select refuse('SL404', 'no_such_thing')");
    assert_problem(probe, 404, "no_such_thing");
    ask(probe, LANE_POINT, "select refuse('SL409', 'Not a code')");
    assert_problem(probe, 500, "internal_error");
}

static void a_violation_says_what_the_constraint_says(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    ask(probe, LANE_WRITE, "insert into thing (id, minutes) values (1, 0)");
    assert_problem(probe, 422, "out_of_range");
    assert_string_equal(probe->pointer, "/minutes");
    assert_string_equal(probe->detail, "Minutes are more than 0.");
    ask(probe, LANE_WRITE, "insert into thing (id) values (2), (2)");
    assert_problem(probe, 409, "already_exists"); /* the key has no comment */
}

static void a_failure_at_commit_is_the_failure_of_the_flight(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    ask(probe, LANE_WRITE, "insert into thing (id, turn) values (1, 7), (2, 7) returning id::text");
    assert_problem(probe, 409, "turn_taken");
    ask(probe, LANE_WRITE, "select count(*)::text from thing");
    assert_rows(probe, "0");
}

static void two_hundred_flights_each_get_their_own_answer(void **state) {
    (void)state;
    enum { COUNT = 200 };
    struct probe *probes = take_probes(COUNT);
    char subjects[COUNT][16];
    struct statement *statement = make_statement("select current_setting('app.subject')");
    for (int i = 0; i < COUNT; i++) {
        snprintf(subjects[i], sizeof subjects[i], "person-%d", i);
        set_up(&probes[i], LANE_POINT, statement, subjects[i]);
        db_send(database, &probes[i].flight);
    }
    turn_until_all_done(probes, COUNT);
    for (int i = 0; i < COUNT; i++)
        assert_rows(&probes[i], subjects[i]);
}

static void a_failure_touches_no_other_flight(void **state) {
    (void)state;
    enum { COUNT = 120 };
    struct probe *probes = take_probes(COUNT);
    struct statement *kinds[3] = {
        make_statement("select 'fine'"),
        make_statement("select 1 / (nullif(current_setting('app.organisation'), ''))::int"),
        make_statement("select not_a_column from thing"),
    };
    for (int i = 0; i < COUNT; i++) {
        set_up(&probes[i], LANE_POINT, kinds[i % 3], "alice");
        probes[i].flight.principal.organisation = "0";
        db_send(database, &probes[i].flight);
    }
    turn_until_all_done(probes, COUNT);
    for (int i = 0; i < COUNT; i += 3) {
        assert_rows(&probes[i], "fine");
        assert_problem(&probes[i + 1], 422, "value_not_accepted");
        assert_int_equal(probes[i + 2].status, 500);
    }
}

static void a_full_report_queue_is_503(void **state) {
    (void)state;
    struct probe *probes = take_probes(3);
    struct statement *statement = make_statement("select pg_sleep(0.2)::text");
    for (int i = 0; i < 3; i++)
        send_probe(&probes[i], LANE_REPORT, statement);
    turn_until_all_done(probes, 3);
    assert_int_equal(probes[0].status, 0);
    assert_int_equal(probes[1].status, 0);
    assert_problem(&probes[2], 503, "report_queue_full");
    assert_int_equal(probes[2].retry_after, 1);
}

static void a_waiting_flight_is_taken_out_when_its_client_goes(void **state) {
    (void)state;
    struct probe *probes = take_probes(2);
    struct statement *statement = make_statement("select pg_sleep(0.2)::text");
    send_probe(&probes[0], LANE_REPORT, statement);
    send_probe(&probes[1], LANE_REPORT, statement);
    turn_for(20);
    db_forget(database, &probes[0].flight);
    db_forget(database, &probes[1].flight);
    assert_int_equal(probes[1].done, 0);
    turn_until(&probes[1].done, 1);
    assert_problem(&probes[1], 503, "client_gone");
    turn_until_all_done(probes, 2);
    assert_int_equal(probes[0].status, 0);
}

static void a_statement_that_takes_too_long_is_504(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    ask(probe, LANE_POINT, "select pg_sleep(5)::text");
    assert_problem(probe, 504, "timed_out");
}

static void a_killed_backend_fails_each_flight_once_and_comes_back(void **state) {
    (void)state;
    enum { COUNT = 100 };
    struct probe *probes = take_probes(COUNT);
    struct statement *statement = make_statement("select pg_sleep(0.01)::text");
    int failed = 0;
    for (int i = 0; i < COUNT; i++)
        send_probe(&probes[i], LANE_POINT, statement);
    turn_for(100);
    run_as_owner("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'skillsd/%'");
    turn_until_all_done(probes, COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_true(probes[i].status == 0 || probes[i].status == 503);
        failed += probes[i].status == 503;
        assert_int_equal(probes[i].retry_after, probes[i].status ? 1 : 0);
    }
    assert_true(failed > 0 && failed < COUNT);
    assert_recovers();
}

static void a_server_that_stops_and_starts_is_found_again(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    if (!own_server)
        skip();
    ask(probe, LANE_POINT, "select 'before'");
    assert_int_equal(stop_server(), 0);
    turn_for(100);
    assert_string_equal(database_unready(database), "No connection to the database is open.");
    int64_t start = milliseconds();
    ask(probe, LANE_WRITE, "select 'away'");
    assert_problem(probe, 503, "database_unavailable");
    assert_true(milliseconds() - start < 1500);
    assert_int_equal(start_server(), 0);
    assert_recovers();
}

static void a_server_that_does_not_answer_is_504(void **state) {
    (void)state;
    struct probe *probe = take_probes(1), *behind = take_probes(1);
    if (!own_server)
        skip();
    ask(probe, LANE_POINT, "select pg_backend_pid()::text");
    pid_t backend = atoi(probe->value);
    assert_int_equal(kill(backend, SIGSTOP), 0);
    send_probe(probe, LANE_POINT, make_statement("select 1"));
    send_probe(behind, LANE_POINT, make_statement("select 2"));
    turn_until(&behind->done, 1);
    kill(backend, SIGCONT);
    assert_problem(probe, 504, "timed_out");
    assert_problem(behind, 503, "database_unavailable");
    assert_int_equal(probe->done, 1);
    assert_recovers();
}

static void an_absent_server_fails_within_a_second(void **state) {
    (void)state;
    struct database_options options = {
        .url = "host=/nowhere user=serving", .connections = {1, 1, 1, 1}, .report_queue = 1, .home = home};
    struct probe *probe = take_probes(1);
    database = database_new(base, &options);
    assert_non_null(database);
    int64_t start = milliseconds();
    ask(probe, LANE_POINT, "select 1");
    assert_problem(probe, 503, "database_unavailable");
    assert_true(milliseconds() - start < 1500);
    assert_non_null(database_unready(database));
}

static void closing_fails_what_is_under_way_and_what_waits(void **state) {
    (void)state;
    struct probe *probes = take_probes(3);
    struct statement *statement = make_statement("select pg_sleep(0.5)::text");
    for (int i = 0; i < 2; i++)
        send_probe(&probes[i], LANE_REPORT, statement);
    turn_for(50);
    send_probe(&probes[2], LANE_POINT, statement);
    database_free(database);
    database = NULL;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(probes[i].done, 1);
        assert_int_equal(probes[i].status, 503);
    }
}

static void counts_are_those_of_the_lane(void **state) {
    (void)state;
    struct probe *probes = take_probes(2);
    int connections, flights;
    struct statement *statement = make_statement("select pg_sleep(0.1)::text");
    send_probe(&probes[0], LANE_REPORT, statement);
    send_probe(&probes[1], LANE_REPORT, statement);
    turn_for(20);
    database_count(database, LANE_REPORT, &connections, &flights);
    assert_int_equal(connections, 1);
    assert_int_equal(flights, 2);
    turn_until_all_done(probes, 2);
    database_count(database, LANE_REPORT, &connections, &flights);
    assert_int_equal(flights, 0);
}

static void a_read_is_tried_again_after_a_migration_and_a_write_is_not(void **state) {
    (void)state;
    struct probe *read = take_probes(1), *write = take_probes(1);
    struct statement *statement = make_statement("select a from shape");
    send_probe(read, LANE_POINT, statement);
    turn_until(&read->done, 1);
    for (int i = 0; i < 2; i++) { /* both write connections */
        send_probe(write, LANE_WRITE, statement);
        turn_until(&write->done, 1);
        assert_rows(write, "1");
    }
    run_as_owner("alter table skills.shape alter a type bigint");
    send_probe(read, LANE_POINT, statement);
    send_probe(write, LANE_WRITE, statement);
    turn_until(&read->done, 1);
    turn_until(&write->done, 1);
    run_as_owner("alter table skills.shape alter a type int");
    assert_rows(read, "1");
    assert_problem(write, 503, "database_unavailable");
    assert_recovers();
}

static void a_connection_whose_statements_have_gone_is_opened_again(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    struct statement *statement = make_statement("select 'there'");
    send_probe(probe, LANE_POINT, statement);
    turn_until(&probe->done, 1);
    ask(probe, LANE_POINT, "deallocate all");
    send_probe(probe, LANE_POINT, statement);
    turn_until(&probe->done, 1);
    assert_rows(probe, "there");
}

static const struct stored_reply reply = {.status = 201,
                                          .content_type = "application/json",
                                          .location = "/v1/things/1",
                                          .body = "{\"id\":1} beyond",
                                          .length = 8};

static void on_stored(struct flight *flight, const struct problem *problem) {
    struct probe *probe = flight->owner;
    probe->store_done++;
    probe->store_status = problem ? problem->status : 0;
}

static void store_when_done(struct flight *flight, const struct answer *answer) {
    on_done(flight, answer);
    if (answer->rows)
        db_commit(database, flight, &(struct completion){.stored = &reply}, on_stored);
}

static void abandon_when_done(struct flight *flight, const struct answer *answer) {
    on_done(flight, answer);
    if (answer->rows)
        db_abandon(database, flight);
}

static void send_claim(struct probe *probe, struct statement *statement, const char *key, const char *hash) {
    set_up(probe, LANE_WRITE, statement, "alice");
    probe->claim = (struct claim){.operation = "make_thing", .key = key, .body_hash = hash};
    probe->flight.claim = &probe->claim;
    probe->flight.done = store_when_done;
    db_send(database, &probe->flight);
}

static const char insert_thing[] =
    "insert into thing (id) select coalesce(max(id), 0) + 1 from thing returning id::text";

static void assert_counts(const char *things, const char *claims) {
    char value[16];
    read_as_owner("select count(*) from skills.thing", value, sizeof value);
    assert_string_equal(value, things);
    read_as_owner("select count(*) from skills.idempotency_claim", value, sizeof value);
    assert_string_equal(value, claims);
}

static void of_two_at_once_one_is_done_and_the_other_gets_its_reply(void **state) {
    (void)state;
    struct probe *probes = take_probes(2);
    struct statement *statement = make_statement(insert_thing);
    for (int i = 0; i < 2; i++)
        send_claim(&probes[i], statement, "key", "hash");
    turn_until_all_done(probes, 2);
    const struct probe *first = probes[0].stored ? &probes[1] : &probes[0];
    const struct probe *second = probes[0].stored ? &probes[0] : &probes[1];
    assert_int_equal(first->store_done, 1);
    assert_int_equal(first->store_status, 0);
    assert_true(second->stored);
    assert_int_equal(second->status, 201);
    assert_string_equal(second->value, "{\"id\":1}");
    assert_counts("1", "1");
}

static void a_key_used_for_another_body_is_422(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    struct statement *statement = make_statement(insert_thing);
    send_claim(probe, statement, "key", "hash");
    turn_until(&probe->store_done, 1);
    send_claim(probe, statement, "key", "other");
    turn_until(&probe->done, 1);
    assert_problem(probe, 422, "idempotency_key_reused");
    assert_counts("1", "1");
}

static void an_abandoned_claim_leaves_nothing(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    struct statement *statement = make_statement(insert_thing);
    set_up(probe, LANE_WRITE, statement, "alice");
    probe->claim = (struct claim){.operation = "make_thing", .key = "key", .body_hash = "hash"};
    probe->flight.claim = &probe->claim;
    probe->flight.done = abandon_when_done;
    db_send(database, &probe->flight);
    turn_until(&probe->done, 1);
    turn_for(50);
    assert_counts("0", "0");
    send_claim(probe, statement, "key", "hash");
    turn_until(&probe->store_done, 1);
    assert_int_equal(probe->store_status, 0);
    assert_counts("1", "1");
}

static void who_waits_for_an_abandoned_claim_is_done(void **state) {
    (void)state;
    struct probe *holder = take_probes(1), *waiter = take_probes(1);
    struct statement *statement = make_statement(insert_thing);
    send_claim(holder, statement, "key", "hash");
    holder->flight.done = on_done;
    turn_until(&holder->done, 1);
    send_claim(waiter, statement, "key", "hash");
    turn_for(100);
    assert_int_equal(waiter->done, 0);
    db_abandon(database, &holder->flight);
    turn_until(&waiter->store_done, 1);
    assert_int_equal(waiter->store_status, 0);
    assert_counts("1", "1");
}

static void a_failed_statement_leaves_no_claim(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    send_claim(probe, make_statement("insert into thing (id, minutes) values (1, 0) returning id"), "key", "hash");
    turn_until(&probe->done, 1);
    assert_problem(probe, 422, "out_of_range");
    assert_counts("0", "0");
    ask(probe, LANE_WRITE, "select 'free'");
    assert_rows(probe, "free");
}

static void a_held_claim_whose_connection_dies_is_not_stored(void **state) {
    (void)state;
    struct probe *probes = take_probes(2);
    struct statement *statement = make_statement(insert_thing);
    for (int i = 0; i < 2; i++) {
        send_claim(&probes[i], statement, i ? "one" : "two", "hash");
        probes[i].flight.done = on_done;
        turn_until(&probes[i].done, 1);
        run_as_owner("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'skillsd/write'");
        turn_for(100);
    }
    db_commit(database, &probes[0].flight, &(struct completion){.stored = &reply}, on_stored);
    assert_int_equal(probes[0].store_done, 0);
    turn_until(&probes[0].store_done, 1);
    assert_int_equal(probes[0].store_status, 503);
    db_abandon(database, &probes[1].flight);
    assert_int_equal(probes[0].done, 1);
    assert_counts("0", "0");
    assert_recovers();
}

#define EVENT(kind, more)                                                                                              \
    "{\"request_id\": \"r\", \"operation\": \"make_thing\", \"kind\": \"" kind                                         \
    "\", \"scopes\": [\"a:b\"], \"status\": 201,"                                                                      \
    " \"parameters\": {\"x\": \"1\"}" more "}"
static const char own_event[] = EVENT("change", ", \"own\": true, \"person\": \"7\", \"people\": []");
static const char read_event[] =
    EVENT("record", ", \"own\": false, \"people\": [\"00000000-0000-0000-0000-000000000001\"]");
static const char bad_event[] = EVENT("gossip", ", \"own\": false, \"people\": []");

static const char *next_event;

static void commit_when_done(struct flight *flight, const struct answer *answer) {
    on_done(flight, answer);
    if (!answer->rows)
        return;
    char *events = next_event ? xasprintf("[%s]", next_event) : NULL;
    db_commit(database, flight, &(struct completion){.events = events}, on_stored);
    free(events);
}

static void send_held(struct probe *probe, struct statement *statement, const char *event) {
    set_up(probe, LANE_WRITE, statement, "alice");
    probe->flight.held = true;
    probe->flight.done = commit_when_done;
    next_event = event;
    db_send(database, &probe->flight);
}

static void assert_events(const char *expected) {
    char value[16];
    read_as_owner("select count(*) from skills.audit_pending", value, sizeof value);
    assert_string_equal(value, expected);
}

static void a_held_change_and_its_event_are_one_transaction(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    char value[160];
    send_held(probe, make_statement("insert into thing (id) values (1) returning pg_current_xact_id()::text"),
              own_event);
    turn_until(&probe->store_done, 1);
    assert_int_equal(probe->store_status, 0);
    assert_int_equal(probe->done, 1);
    read_as_owner(
        "select xid || ' ' || people::text || ' ' || person || ' ' || (parameters ->> 'x') from skills.audit_pending",
        value, sizeof value);
    char *expected =
        xasprintf("%s {00000000-0000-0000-0000-000000000007} 00000000-0000-0000-0000-000000000007 1", probe->value);
    assert_string_equal(value, expected);
    free(expected);
}

static void a_held_change_without_an_event_is_committed(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    send_held(probe, make_statement(insert_thing), NULL);
    turn_until(&probe->store_done, 1);
    assert_int_equal(probe->store_status, 0);
    assert_counts("1", "0");
    assert_events("0");
}

static void a_change_whose_event_cannot_be_written_is_not_made(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    send_held(probe, make_statement(insert_thing), bad_event);
    turn_until(&probe->store_done, 1);
    assert_int_not_equal(probe->store_status, 0);
    assert_counts("0", "0");
    assert_events("0");
    ask(probe, LANE_WRITE, "select 'free'");
    assert_rows(probe, "free");
}

static void a_held_change_that_fails_at_commit_leaves_no_event(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    send_held(probe, make_statement("insert into thing (id, turn) values (1, 7), (2, 7) returning id::text"),
              own_event);
    turn_until(&probe->store_done, 1);
    assert_int_equal(probe->store_status, 409);
    assert_counts("0", "0");
    assert_events("0");
}

static void an_abandoned_change_is_rolled_back(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    set_up(probe, LANE_WRITE, make_statement(insert_thing), "alice");
    probe->flight.held = true;
    probe->flight.done = abandon_when_done;
    db_send(database, &probe->flight);
    turn_until(&probe->done, 1);
    turn_for(50);
    assert_counts("0", "0");
}

static void a_held_change_that_was_not_committed_is_known_not_to_be_made(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    set_up(probe, LANE_WRITE, make_statement("select pg_sleep(0.3)::text"), "alice");
    probe->flight.held = true;
    probe->flight.done = on_done;
    db_send(database, &probe->flight);
    turn_for(100);
    run_as_owner("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'skillsd/write'");
    turn_until(&probe->done, 1);
    assert_problem(probe, 503, "database_unavailable");
    assert_string_equal(probe->detail, "The database is not available.");
    assert_recovers();
}

static void who_asks_is_told_with_the_rows(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    set_up(probe, LANE_WRITE, make_statement("select 1"), "alice");
    probe->flight.held = true;
    probe->flight.done = on_done;
    db_send(database, &probe->flight);
    turn_until(&probe->done, 1);
    assert_non_null(probe->flight.asker);
    assert_string_equal(PQgetvalue(probe->flight.asker, 0, 1), "alice");
    db_abandon(database, &probe->flight);
}

/* What was told to the owners of audited reads. */
struct told {
    int count, failed;
};

static void on_told(void *owner, const struct problem *problem) {
    struct told *told = owner;
    told->count++;
    told->failed += problem != NULL;
}

static void events_of_many_reads_share_commits(void **state) {
    (void)state;
    enum { COUNT = 1000 };
    struct told told = {0};
    char value[16];
    struct audit_batch *batch = audit_batch_new(database);
    for (int i = 0; i < COUNT; i++)
        audit_batch_add(batch, xstrdup(read_event), on_told, &told);
    assert_int_equal(told.count, 0);
    turn_until(&told.count, COUNT);
    assert_int_equal(told.failed, 0);
    assert_events("1000");
    read_as_owner("select count(distinct xid) < 10 from skills.audit_pending", value, sizeof value);
    assert_string_equal(value, "t");
    audit_batch_free(batch);
}

static void audited_reads_do_not_wait_behind_writes(void **state) {
    (void)state;
    struct told told = {0};
    struct probe *probes = take_probes(12);
    struct statement *statement = make_statement("select pg_sleep(0.1)::text");
    for (int i = 0; i < 12; i++)
        send_probe(&probes[i], LANE_WRITE, statement);
    struct audit_batch *batch = audit_batch_new(database);
    audit_batch_add(batch, xstrdup(read_event), on_told, &told);
    turn_until(&told.count, 1);
    assert_true(count_done(probes, 12) < 6);
    turn_until_all_done(probes, 12);
    audit_batch_free(batch);
}

static void an_event_that_is_lost_is_a_failure_for_each_that_waits(void **state) {
    (void)state;
    enum { COUNT = 5000 };
    struct told told = {0};
    char value[16];
    struct audit_batch *batch = audit_batch_new(database);
    for (int i = 0; i < COUNT; i++)
        audit_batch_add(batch, xstrdup(read_event), on_told, &told);
    int refused = told.failed; /* the queue is bounded */
    assert_true(refused > 0 && refused < COUNT);
    turn_for(1);
    run_as_owner("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'skillsd/write'");
    turn_until(&told.count, COUNT);
    assert_true(told.failed > refused);
    read_as_owner("select count(*) from skills.audit_pending", value, sizeof value);
    assert_true(atoi(value) >= COUNT - told.failed); /* never an answer without an event */
    audit_batch_free(batch);
    assert_recovers();
}

static void closing_tells_whoever_waits_for_an_event(void **state) {
    (void)state;
    enum { COUNT = 600 };
    struct told told = {0};
    struct audit_batch *batch = audit_batch_new(database);
    for (int i = 0; i < COUNT; i++)
        audit_batch_add(batch, xstrdup(read_event), on_told, &told);
    database_free(database);
    database = NULL;
    assert_int_equal(told.count, COUNT);
    assert_int_equal(told.failed, COUNT);
    audit_batch_free(batch);
}

static long resident_kilobytes(void) {
    long size, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld %ld", &size, &resident), 2);
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* AddressSanitizer keeps what is freed for a while, 256 MiB of it. */
static long allowed_growth(void) {
#if defined(__SANITIZE_ADDRESS__)
    return 400 * 1024;
#else
    return 8 * 1024;
#endif
}

static void a_million_rows_leave_in_flat_memory(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    int pauses = 0;
    long before = resident_kilobytes();
    int64_t end = milliseconds() + 60000;
    set_up(probe, LANE_STREAM, make_statement("select i, repeat('x', 100) from generate_series(1, 1000000) as i"),
           "alice");
    probe->pause_every = 50000;
    db_send(database, &probe->flight);
    while (!probe->done && milliseconds() < end) {
        turn_for(10);
        if (!probe->paused)
            continue;
        int seen = probe->row_count;
        turn_for(20);
        assert_int_equal(probe->row_count, seen); /* nothing comes while it is paused */
        probe->paused = false;
        pauses++;
        db_resume(database, &probe->flight);
    }
    assert_int_equal(pauses, 1000000 / probe->pause_every);
    assert_int_equal(probe->done, 1);
    assert_int_equal(probe->status, 0);
    assert_int_equal(probe->row_count, 1000000);
    assert_true(resident_kilobytes() - before < allowed_growth());
}

static void an_empty_stream_ends_with_its_columns(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    ask(probe, LANE_STREAM, "select 1 as a where false");
    assert_int_equal(probe->status, 0);
    assert_int_equal(probe->row_count, 0);
}

static void a_stream_that_fails_half_way_says_so(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    ask(probe, LANE_STREAM, "select 10 / (1000 - i) from generate_series(1, 2000) as i");
    assert_problem(probe, 422, "value_not_accepted");
    assert_int_equal(probe->row_count, 999);
    ask(probe, LANE_STREAM, "select 1");
    assert_int_equal(probe->row_count, 1);
}

static void a_stream_whose_client_has_gone_is_cancelled(void **state) {
    (void)state;
    struct probe *probe = take_probes(1);
    char value[16];
    set_up(probe, LANE_STREAM, make_statement("select pg_sleep(60)::text"), "alice");
    db_send(database, &probe->flight);
    turn_for(50);
    db_forget(database, &probe->flight);
    assert_int_equal(probe->done, 0);
    turn_until(&probe->done, 1);
    assert_problem(probe, 503, "client_gone");
    turn_for(3000);
    read_as_owner("select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active'"
                  " and pid <> pg_backend_pid()",
                  value, sizeof value);
    assert_string_equal(value, "0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_context_is_in_the_transaction_of_the_statement, open_one, close_all),
        cmocka_unit_test_setup_teardown(settings_do_not_leak_into_the_next_flight, open_one, close_all),
        cmocka_unit_test_setup_teardown(values_are_bound_by_type_and_length, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_read_may_not_write, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_scope_that_is_not_granted_is_403, open_one, close_all),
        cmocka_unit_test_setup_teardown(functions_name_their_refusal, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_violation_says_what_the_constraint_says, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_failure_at_commit_is_the_failure_of_the_flight, open_one, close_all),
        cmocka_unit_test_setup_teardown(two_hundred_flights_each_get_their_own_answer, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_failure_touches_no_other_flight, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_full_report_queue_is_503, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_waiting_flight_is_taken_out_when_its_client_goes, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_statement_that_takes_too_long_is_504, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_killed_backend_fails_each_flight_once_and_comes_back, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_server_that_stops_and_starts_is_found_again, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_server_that_does_not_answer_is_504, open_one, close_all),
        cmocka_unit_test_teardown(an_absent_server_fails_within_a_second, close_all),
        cmocka_unit_test_setup_teardown(closing_fails_what_is_under_way_and_what_waits, open_one, close_all),
        cmocka_unit_test_setup_teardown(counts_are_those_of_the_lane, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_read_is_tried_again_after_a_migration_and_a_write_is_not, open_one,
                                        close_all),
        cmocka_unit_test_setup_teardown(a_connection_whose_statements_have_gone_is_opened_again, open_one, close_all),
        cmocka_unit_test_setup_teardown(of_two_at_once_one_is_done_and_the_other_gets_its_reply, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_key_used_for_another_body_is_422, open_one, close_all),
        cmocka_unit_test_setup_teardown(an_abandoned_claim_leaves_nothing, open_one, close_all),
        cmocka_unit_test_setup_teardown(who_waits_for_an_abandoned_claim_is_done, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_failed_statement_leaves_no_claim, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_held_claim_whose_connection_dies_is_not_stored, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_held_change_and_its_event_are_one_transaction, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_held_change_without_an_event_is_committed, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_change_whose_event_cannot_be_written_is_not_made, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_held_change_that_fails_at_commit_leaves_no_event, open_one, close_all),
        cmocka_unit_test_setup_teardown(an_abandoned_change_is_rolled_back, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_held_change_that_was_not_committed_is_known_not_to_be_made, open_one,
                                        close_all),
        cmocka_unit_test_setup_teardown(who_asks_is_told_with_the_rows, open_one, close_all),
        cmocka_unit_test_setup_teardown(events_of_many_reads_share_commits, open_one, close_all),
        cmocka_unit_test_setup_teardown(audited_reads_do_not_wait_behind_writes, open_one, close_all),
        cmocka_unit_test_setup_teardown(an_event_that_is_lost_is_a_failure_for_each_that_waits, open_one, close_all),
        cmocka_unit_test_setup_teardown(closing_tells_whoever_waits_for_an_event, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_million_rows_leave_in_flat_memory, open_one, close_all),
        cmocka_unit_test_setup_teardown(an_empty_stream_ends_with_its_columns, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_stream_that_fails_half_way_says_so, open_one, close_all),
        cmocka_unit_test_setup_teardown(a_stream_whose_client_has_gone_is_cancelled, open_one, close_all),
    };
    return cmocka_run_group_tests(tests, make_all, remove_all);
}
