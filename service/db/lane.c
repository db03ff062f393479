/* SPDX-License-Identifier: MIT */
/* A lane: its bounded queue, which connection takes the next flight, and the deadlines in C. */
#include "base/log.h"
#include "db/internal.h"

#include <time.h>

/* How long a flight waits for a connection when none is open; ms. */
enum { PATIENCE_CLOSED = 700 };

/* statement_timeout is the server's; a deadline is two seconds later, for a server that does not answer at all. A
 * stream has no statement_timeout (it would not fire while the server waits to send), so its deadlines are all it has.
 */
const struct lane_rule lane_rules[LANE_COUNT] = {
    [LANE_POINT] = {.name = "point",
                    .statement_timeout = "1s",
                    .deadline = 3000,
                    .patience = 1000,
                    .capacity = 256,
                    .queue = 1024,
                    .full = "overloaded"},
    [LANE_WRITE] = {.name = "write",
                    .statement_timeout = "5s",
                    .deadline = 7000,
                    .patience = 5000,
                    .capacity = 1,
                    .queue = 256,
                    .full = "overloaded"},
    [LANE_REPORT] = {.name = "report",
                     .statement_timeout = "30s",
                     .deadline = 32000,
                     .patience = 30000,
                     .capacity = 1,
                     .queue = 0,
                     .full = "report_queue_full"},
    [LANE_STREAM] = {.name = "stream",
                     .statement_timeout = "0",
                     .deadline = 600000,
                     .stall = 60000,
                     .patience = 5000,
                     .capacity = 1,
                     .queue = 16,
                     .full = "stream_queue_full"},
};

/* The open connection with the fewest flights under way; NULL when all are full. */
static struct connection *pick(struct lane_state *lane) {
    struct connection *best = NULL;
    for (int i = 0; i < lane->connection_count; i++) {
        struct connection *connection = &lane->connections[i];
        if (!connection->open || connection->broken || connection->retiring)
            continue;
        if (connection->load < lane_rules[lane->lane].capacity && (!best || connection->load < best->load))
            best = connection;
    }
    return best;
}

/* The flights that the open connections could take now. */
static int free_places(const struct lane_state *lane) {
    int places = 0;
    for (int i = 0; i < lane->connection_count; i++) {
        const struct connection *connection = &lane->connections[i];
        if (connection->open && !connection->broken && !connection->retiring)
            places += lane_rules[lane->lane].capacity - connection->load;
    }
    return places;
}

static void look_at_connection(struct connection *connection, int64_t now) {
    const struct lane_rule *rule = &lane_rules[connection->lane->lane];
    struct flight_state *state = TAILQ_FIRST(&connection->under_way);
    if (!state || connection->broken)
        return;
    bool stalled = rule->stall && now - state->progress > rule->stall;
    if (now - state->since <= rule->deadline && !stalled)
        return;
    log_event(LOG_ERROR, "database_deadline", "lane", rule->name, "statement",
              state->flight ? state->flight->statement->name : NULL, NULL);
    problem_set(&state->problem, 504, "timed_out", "The answer took too long.");
    connection_break(connection);
}

static void look_at_waiting(struct lane_state *lane, int64_t now) {
    bool open = lane_open(lane) > 0;
    int64_t patience = open ? lane_rules[lane->lane].patience : PATIENCE_CLOSED;
    struct flight_state *state, *next;
    for (state = TAILQ_FIRST(&lane->waiting); state; state = next) {
        next = TAILQ_NEXT(state, entry);
        if (now - state->since <= patience)
            continue;
        if (open)
            problem_set(&state->problem, 503, lane_rules[lane->lane].full, "Too many requests wait for the database.");
        lane_take_out(lane, state);
        flight_fail(state);
    }
}

int64_t db_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int lane_open(const struct lane_state *lane) {
    int open = 0;
    for (int i = 0; i < lane->connection_count; i++)
        open += lane->connections[i].open && !lane->connections[i].broken;
    return open;
}

void lane_enqueue(struct lane_state *lane, struct flight_state *state) {
    state->since = db_now();
    bool urgent = state->flight->urgent;
    if (!urgent && lane->waiting_count >= lane->queue_max + free_places(lane)) {
        problem_set(&state->problem, 503, lane_rules[lane->lane].full, "Too many requests wait for the database.");
        flight_fail(state);
        return;
    }
    if (urgent)
        TAILQ_INSERT_HEAD(&lane->waiting, state, entry);
    else
        TAILQ_INSERT_TAIL(&lane->waiting, state, entry);
    lane->waiting_count++;
    database_wake(lane->database);
}

void lane_take_out(struct lane_state *lane, struct flight_state *state) {
    TAILQ_REMOVE(&lane->waiting, state, entry);
    lane->waiting_count--;
}

void lane_requeue(struct lane_state *lane, struct flight_state *state) {
    state->phase = PHASE_WAITING;
    state->since = db_now();
    TAILQ_INSERT_HEAD(&lane->waiting, state, entry);
    lane->waiting_count++;
    database_wake(lane->database);
}

void lane_dispatch(struct lane_state *lane) {
    struct connection *connection;
    struct flight_state *state;
    while ((state = TAILQ_FIRST(&lane->waiting)) && (connection = pick(lane))) {
        lane_take_out(lane, state);
        flight_launch(connection, state);
    }
}

void lane_look_at_deadlines(struct lane_state *lane) {
    int64_t now = db_now();
    for (int i = 0; i < lane->connection_count; i++)
        look_at_connection(&lane->connections[i], now);
    look_at_waiting(lane, now);
}
