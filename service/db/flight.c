/* SPDX-License-Identifier: MIT */
/* The life of a flight: launched, landed, and for one that is held committed, rolled back or answered from what was
 * stored with its claim. */
#include "base/memory.h"
#include "db/internal.h"

#include <stdlib.h>
#include <string.h>

/* How often a flight is tried again: a read whose prepared statement was stale, a claim whose claimant vanished. */
enum { TRIES_MAX = 2 };

typedef void landing(struct flight_state *state);

static void leave_connection(struct flight_state *state) {
    struct connection *connection = state->connection;
    TAILQ_REMOVE(&connection->under_way, state, entry);
    connection->load--;
    state->connection = NULL;
    if (connection->retiring || !TAILQ_EMPTY(&connection->lane->waiting))
        database_wake(state->database);
}

/* The owner may free the flight, or send it again, as soon as it is told. */
static void answer(struct flight_state *state, const struct answer *answer) {
    struct flight *flight = state->flight;
    flight->state = NULL;
    flight->done(flight, answer);
    flight_state_free(state);
}

static void answer_rows(struct flight_state *state) {
    leave_connection(state);
    answer(state, &(struct answer){.rows = state->rows});
}

static void answer_problem(struct flight_state *state) {
    leave_connection(state);
    answer(state, &(struct answer){.problem = &state->problem});
}

/* Whether a change may have been made by a flight that came to nothing. */
static bool may_have_changed(const struct flight_state *state) {
    if (!state->flight || state->flight->read_only)
        return false;
    return state->flight->held ? state->phase == PHASE_COMMIT : state->phase != PHASE_WAITING;
}

static void set_unavailable(struct flight_state *state) {
    problem_set(&state->problem, 503, "database_unavailable", "%s",
                may_have_changed(state) ? "The database went away; it is not known whether the change was made."
                                        : "The database is not available.");
    if (state->problem.status == 503)
        state->problem.retry_after = 1;
}

static void forget_answers(struct flight_state *state) {
    PQclear(state->rows);
    PQclear(state->asker);
    state->rows = state->asker = NULL;
    state->flight->asker = NULL;
    state->claimed = state->stale = state->unprepared = state->paused = false;
}

/* The rows are the owner's to look at, and the transaction waits for db_commit or db_abandon, which the owner may call
 * at once. */
static void hold(struct flight_state *state) {
    PGresult *rows = state->rows;
    state->rows = NULL;
    state->phase = PHASE_HELD;
    state->flight->done(state->flight, &(struct answer){.rows = rows});
    PQclear(rows);
}

static void roll_back(struct flight_state *state) {
    state->phase = PHASE_ROLLBACK;
    emit_rollback(state->connection, state);
}

/* A read is tried once more, on a connection that has prepared nothing. A write is not: nobody repeats it but its
 * sender. */
static void try_again_or_fail(struct flight_state *state) {
    if (state->unprepared && state->tries > 0)
        problem_set(&state->problem, 500, "internal_error", "The request could not be answered.");
    if (!state->flight->read_only || state->tries > 0) {
        set_unavailable(state);
        answer_problem(state);
        return;
    }
    struct lane_state *lane = state->connection->lane;
    leave_connection(state);
    forget_answers(state);
    state->tries++;
    lane_requeue(lane, state);
}

static void landed_ask(struct flight_state *state) {
    bool failed = state->problem.status || state->claimed || state->stale;
    if (state->flight->held && failed)
        roll_back(state);
    else if (state->flight->held)
        hold(state);
    else if (state->stale)
        try_again_or_fail(state);
    else if (failed)
        answer_problem(state);
    else
        answer_rows(state);
}

static void tell_committed(struct flight_state *state) {
    struct flight *flight = state->flight;
    flight->state = NULL;
    state->committed(flight, state->problem.status ? &state->problem : NULL);
    flight_state_free(state);
}

static void tell_failure(struct flight_state *state) {
    if (state->committed)
        tell_committed(state);
    else
        answer(state, &(struct answer){.problem = &state->problem});
}

static void landed_rollback(struct flight_state *state) {
    if (!state->flight) {
        leave_connection(state);
        flight_state_free(state);
    } else if (state->claimed) {
        forget_answers(state);
        state->phase = PHASE_REPLAY;
        emit_replay(state->connection, state);
    } else {
        set_unavailable(state); /* unless there is a problem: the statement was stale */
        leave_connection(state);
        tell_failure(state);
    }
}

static const char *stored_value(const PGresult *rows, const char *name) {
    int column = PQfnumber(rows, name);
    return column < 0 || PQgetisnull(rows, 0, column) ? NULL : PQgetvalue(rows, 0, column);
}

static void answer_stored(struct flight_state *state, const char *status) {
    const char *body = stored_value(state->rows, "reply");
    const struct stored_reply reply = {
        .status = atoi(status),
        .content_type = stored_value(state->rows, "content_type"),
        .location = stored_value(state->rows, "location"),
        .etag = stored_value(state->rows, "etag"),
        .body = body ? body : "",
        .length = body ? strlen(body) : 0,
    };
    leave_connection(state);
    answer(state, &(struct answer){.stored = &reply});
}

/* Who had claimed the key has gone without a reply, or the reply has been forgotten: the key is free. */
static void claim_anew(struct flight_state *state) {
    if (++state->tries > TRIES_MAX) {
        set_unavailable(state);
        answer_problem(state);
        return;
    }
    forget_answers(state);
    state->phase = PHASE_ASK;
    emit_flight(state->connection, state);
}

static void landed_replay(struct flight_state *state) {
    const char *same = NULL, *status = NULL;
    if (state->stale)
        set_unavailable(state);
    if (!state->problem.status && state->rows && PQntuples(state->rows) > 0) {
        same = stored_value(state->rows, "same");
        status = stored_value(state->rows, "status");
    }
    if (same && *same != 't')
        problem_set(&state->problem, 422, "idempotency_key_reused",
                    "This Idempotency-Key was used for another request.");
    if (state->problem.status)
        answer_problem(state);
    else if (status)
        answer_stored(state, status);
    else
        claim_anew(state);
}

/* When the commit has failed, the transaction may still be open. */
static void landed_commit(struct flight_state *state) {
    if (state->stale)
        set_unavailable(state);
    if (state->problem.status) {
        roll_back(state);
        return;
    }
    leave_connection(state);
    tell_committed(state);
}

static landing *const landings[PHASE_COUNT] = {
    [PHASE_ASK] = landed_ask,
    [PHASE_COMMIT] = landed_commit,
    [PHASE_ROLLBACK] = landed_rollback,
    [PHASE_REPLAY] = landed_replay,
};

void flight_launch(struct connection *connection, struct flight_state *state) {
    state->connection = connection;
    state->phase = PHASE_ASK;
    TAILQ_INSERT_TAIL(&connection->under_way, state, entry);
    connection->load++;
    emit_flight(connection, state);
}

void flight_landed(struct flight_state *state) {
    landings[state->phase](state);
}

void flight_fail(struct flight_state *state) {
    set_unavailable(state);
    TAILQ_INSERT_TAIL(&state->database->failed, state, entry);
    database_wake(state->database);
}

void flight_connection_died(struct flight_state *state) {
    state->connection = NULL;
    if (!state->flight) {
        flight_state_free(state);
    } else if (state->phase == PHASE_HELD) {
        state->phase = PHASE_LOST;
        TAILQ_INSERT_TAIL(&state->database->lost, state, entry);
    } else {
        flight_fail(state);
    }
}

void flight_tell_failure(struct flight_state *state) {
    tell_failure(state);
}

void flight_state_free(struct flight_state *state) {
    PQclear(state->rows);
    PQclear(state->asker);
    problem_clear(&state->problem);
    free(state);
}
