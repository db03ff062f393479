/* SPDX-License-Identifier: MIT */
/* The lanes of a worker together: what request.c calls, and the two events that do the work behind it. */
#include "db/database.h"

#include "base/log.h"
#include "base/memory.h"
#include "contract/faults.h"
#include "db/internal.h"

#include <stdlib.h>

enum { TICK_MILLISECONDS = 250, CONSTRAINTS_AGAIN_MILLISECONDS = 2000 };

static const char *const engine_files[ENGINE_STATEMENT_COUNT] = {
    [ENGINE_CONTEXT] = "sql/engine/context.sql", [ENGINE_CLAIM] = "sql/engine/claim.sql",
    [ENGINE_REPLAY] = "sql/engine/replay.sql",   [ENGINE_STORE] = "sql/engine/store.sql",
    [ENGINE_AUDIT] = "sql/engine/audit.sql",     [ENGINE_CONSTRAINTS] = "sql/engine/constraints.sql",
};

/* An operation may have the name of an engine's statement, so these are prepared as "engine.context" and so on. */
static void set_engine_name(struct statement *statement) {
    char *name = xasprintf("engine.%s", statement->name);
    free(statement->name);
    statement->name = name;
}

static bool load_engine(struct database *database, const char *home) {
    struct faults faults = {0};
    for (int i = 0; i < ENGINE_STATEMENT_COUNT; i++) {
        database->engine[i] = statement_load(home, engine_files[i], &faults);
        if (database->engine[i])
            set_engine_name(database->engine[i]);
    }
    bool loaded = faults.count == 0;
    if (!loaded)
        faults_print(&faults, stderr);
    faults_clear(&faults);
    return loaded;
}

static bool set_up_lane(struct database *database, enum lane lane, const struct database_options *options) {
    struct lane_state *state = &database->lanes[lane];
    state->database = database;
    state->lane = lane;
    state->queue_max = lane == LANE_REPORT ? options->report_queue : lane_rules[lane].queue;
    TAILQ_INIT(&state->waiting);
    state->conninfo = conninfo_new(options->url, &lane_rules[lane]);
    if (!state->conninfo)
        return false;
    state->connection_count = options->connections[lane];
    state->connections = xcalloc((size_t)state->connection_count, sizeof *state->connections);
    for (int i = 0; i < state->connection_count; i++)
        connection_init(&state->connections[i], state);
    return true;
}

static bool is_idle(const struct database *database) {
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        int connections, flights;
        database_count(database, lane, &connections, &flights);
        if (flights > 0)
            return false;
    }
    return true;
}

static void start_tick(struct database *database) {
    struct timeval wait = {.tv_usec = TICK_MILLISECONDS * 1000};
    if (!event_pending(database->tick, EV_TIMEOUT, NULL))
        event_add(database->tick, &wait);
}

static void on_tick(evutil_socket_t socket, short what, void *data) {
    struct database *database = data;
    (void)socket;
    (void)what;
    for (int lane = 0; lane < LANE_COUNT; lane++)
        lane_look_at_deadlines(&database->lanes[lane]);
    bool due = db_now() - database->constraints_asked > CONSTRAINTS_AGAIN_MILLISECONDS;
    if (!database->constraints_known && due && lane_open(&database->lanes[LANE_POINT]) > 0)
        database_read_constraints(database);
    if (!database->constraints_known || !is_idle(database))
        start_tick(database);
}

/* An owner that is told may send again; what it sends is not told within the same call. */
static void tell_failures(struct database *database) {
    struct flight_list failed = TAILQ_HEAD_INITIALIZER(failed);
    struct flight_state *state;
    TAILQ_CONCAT(&failed, &database->failed, entry);
    while ((state = TAILQ_FIRST(&failed))) {
        TAILQ_REMOVE(&failed, state, entry);
        flight_tell_failure(state);
    }
}

/* Everything that must not happen within a call of the owner happens here, right after it. */
static void on_pump(evutil_socket_t socket, short what, void *data) {
    struct database *database = data;
    (void)socket;
    (void)what;
    for (int lane = 0; lane < LANE_COUNT; lane++)
        for (int i = 0; i < database->lanes[lane].connection_count; i++)
            connection_settle(&database->lanes[lane].connections[i]);
    tell_failures(database);
    for (int lane = 0; lane < LANE_COUNT; lane++)
        lane_dispatch(&database->lanes[lane]);
    if (!is_idle(database))
        start_tick(database);
}

static void on_constraints(struct flight *flight, const struct answer *answer) {
    struct database *database = flight->owner;
    database->constraints_flight = NULL;
    if (answer->rows) {
        constraints_fill(&database->constraints, answer->rows);
        database->constraints_known = true;
    } else if (!database->closing) {
        log_event(LOG_WARNING, "constraints_not_read", "code", answer->problem->code, NULL);
    }
    free(flight);
}

static struct lane_state *lane_of(struct database *database, const struct flight *flight) {
    return &database->lanes[flight->held ? LANE_WRITE : flight->lane];
}

static void fail_waiting(struct lane_state *lane) {
    struct flight_state *state;
    while ((state = TAILQ_FIRST(&lane->waiting))) {
        lane_take_out(lane, state);
        flight_fail(state);
    }
}

static void tear_down_lane(struct lane_state *lane) {
    for (int i = 0; i < lane->connection_count; i++)
        connection_clear(&lane->connections[i]);
    free(lane->connections);
    lane->connections = NULL;
    lane->connection_count = 0;
    conninfo_free(lane->conninfo);
}

static void forget_lost(struct database *database) {
    struct flight_state *state;
    while ((state = TAILQ_FIRST(&database->lost))) {
        TAILQ_REMOVE(&database->lost, state, entry);
        state->flight->state = NULL;
        flight_state_free(state);
    }
}

void database_wake(struct database *database) {
    if (!database->closing)
        event_active(database->pump, EV_TIMEOUT, 0);
}

/* An ordinary flight of nobody. Until it has come back once the database is not ready. */
void database_read_constraints(struct database *database) {
    if (database->constraints_flight || database->closing)
        return;
    struct flight *flight = xcalloc(1, sizeof *flight);
    flight->lane = LANE_POINT;
    flight->statement = database->engine[ENGINE_CONSTRAINTS];
    flight->read_only = true;
    flight->done = on_constraints;
    flight->owner = database;
    database->constraints_flight = flight;
    database->constraints_asked = db_now();
    db_send(database, flight);
}

struct database *database_new(struct event_base *base, const struct database_options *options) {
    struct database *database = xcalloc(1, sizeof *database);
    database->base = base;
    TAILQ_INIT(&database->failed);
    TAILQ_INIT(&database->lost);
    database->pump = event_new(base, -1, 0, on_pump, database);
    database->tick = evtimer_new(base, on_tick, database);
    bool made = load_engine(database, options->home);
    for (int lane = 0; made && lane < LANE_COUNT; lane++)
        made = set_up_lane(database, lane, options);
    if (made)
        return database;
    database_free(database);
    return NULL;
}

void database_free(struct database *database) {
    if (!database)
        return;
    database->closing = true;
    for (int lane = 0; lane < LANE_COUNT; lane++)
        if (database->lanes[lane].connections)
            fail_waiting(&database->lanes[lane]);
    for (int lane = 0; lane < LANE_COUNT; lane++)
        tear_down_lane(&database->lanes[lane]);
    while (!TAILQ_EMPTY(&database->failed))
        tell_failures(database);
    forget_lost(database);
    for (int i = 0; i < ENGINE_STATEMENT_COUNT; i++)
        statement_free(database->engine[i]);
    constraints_clear(&database->constraints);
    event_free(database->pump);
    event_free(database->tick);
    free(database);
}

void db_send(struct database *database, struct flight *flight) {
    struct flight_state *state = xcalloc(1, sizeof *state);
    state->database = database;
    state->flight = flight;
    flight->state = state;
    flight->asker = NULL;
    flight->held |= flight->claim != NULL;
    if (database->closing)
        flight_fail(state);
    else
        lane_enqueue(lane_of(database, flight), state);
}

void db_forget(struct database *database, struct flight *flight) {
    struct flight_state *state = flight->state;
    if (!state || state->problem.status)
        return;
    bool waiting = state->phase == PHASE_WAITING;
    bool streaming = state->phase == PHASE_ASK && flight->lane == LANE_STREAM;
    if (!waiting && !streaming)
        return;
    problem_set(&state->problem, 503, "client_gone", "The client has gone.");
    if (streaming) {
        connection_break(state->connection);
        return;
    }
    lane_take_out(lane_of(database, flight), state);
    flight_fail(state);
}

void db_resume(struct database *database, struct flight *flight) {
    struct flight_state *state = flight->state;
    if (!state || !state->paused)
        return;
    state->paused = false;
    state->progress = db_now();
    if (!state->connection)
        return;
    state->connection->resumed = true;
    database_wake(database);
}

void db_commit(struct database *database, struct flight *flight, const struct completion *completion,
               flight_committed *committed) {
    struct flight_state *state = flight->state;
    state->committed = committed;
    if (state->phase == PHASE_LOST) {
        TAILQ_REMOVE(&database->lost, state, entry);
        flight_fail(state);
        return;
    }
    state->phase = PHASE_COMMIT;
    emit_commit(state->connection, state, completion);
}

void db_abandon(struct database *database, struct flight *flight) {
    struct flight_state *state = flight->state;
    if (!state)
        return;
    flight->state = NULL;
    state->flight = NULL;
    if (state->phase == PHASE_LOST) {
        TAILQ_REMOVE(&database->lost, state, entry);
        flight_state_free(state);
        return;
    }
    state->phase = PHASE_ROLLBACK;
    emit_rollback(state->connection, state);
}

struct statement *database_audit_statement(const struct database *database) {
    return database->engine[ENGINE_AUDIT];
}

const char *database_unready(const struct database *database) {
    if (lane_open(&database->lanes[LANE_POINT]) == 0 || lane_open(&database->lanes[LANE_WRITE]) == 0)
        return "No connection to the database is open.";
    if (!database->constraints_known)
        return "The messages of the database's constraints have not been read.";
    return NULL;
}

void database_count(const struct database *database, enum lane lane, int *connections, int *flights) {
    const struct lane_state *state = &database->lanes[lane];
    *connections = 0;
    *flights = state->waiting_count;
    for (int i = 0; i < state->connection_count; i++) {
        *connections += state->connections[i].open;
        *flights += state->connections[i].load;
    }
}
