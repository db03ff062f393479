/* SPDX-License-Identifier: MIT */
/* Takes the answers from a connection, in the order in which the steps of its flights were sent. */
#include "db/internal.h"
#include "db/sqlstate.h"

#include <string.h>

/* Raised by claim.sql: the key is taken, so the statement was not run. */
static const char already_claimed[] = "SL208";

static struct step *current_step(struct flight_state *state) {
    return &state->steps[state->step];
}

/* A prepared statement that the server does not have (any more), or whose columns a migration has changed. The text of
 * the second depends on the server's language, the place in its source does not. */
static bool is_stale(const PGresult *failed) {
    const char *sqlstate = PQresultErrorField(failed, PG_DIAG_SQLSTATE);
    const char *function = PQresultErrorField(failed, PG_DIAG_SOURCE_FUNCTION);
    if (strcmp(sqlstate, "26000") == 0)
        return true;
    return strcmp(sqlstate, "0A000") == 0 && function && strcmp(function, "RevalidateCachedQuery") == 0;
}

/* A statement that this connection no longer believes to be prepared failed to be, in the flight before: preparing it
 * again will tell why. Otherwise the connection and the server disagree, and the connection is of no more use. */
static void note_stale(struct connection *connection, struct flight_state *state) {
    state->stale = true;
    state->unprepared = !connection_prepared(connection, current_step(state)->statement);
    connection->retiring |= !state->unprepared;
}

/* The first failure of a flight is what its owner is told. A failure without SQLSTATE is libpq's own, of a connection
 * that is lost. */
static void note_failure(struct connection *connection, struct flight_state *state, const PGresult *failed) {
    const char *sqlstate = PQresultErrorField(failed, PG_DIAG_SQLSTATE);
    const struct step *step = current_step(state);
    if (step->kind == STEP_PREPARE)
        connection_forget(connection, step->statement);
    if (!sqlstate || state->problem.status || state->claimed || state->stale)
        return;
    if (strcmp(sqlstate, already_claimed) == 0)
        state->claimed = true;
    else if (step->statement && is_stale(failed))
        note_stale(connection, state);
    else
        sqlstate_problem(failed, step->statement, &state->database->constraints, &state->problem);
    if (PQresultErrorField(failed, PG_DIAG_CONSTRAINT_NAME) && state->problem.fault_count == 0)
        database_read_constraints(state->database); /* perhaps this one is younger than what we have read */
}

/* A row of a stream, given on at once. An owner that wants no more for now stops the reading until it resumes. */
static void give_row(struct connection *connection, struct flight_state *state, PGresult *row) {
    state->progress = db_now();
    if (!state->flight->rows || state->flight->rows(state->flight, row))
        return;
    state->paused = true;
    event_del(connection->reading);
}

/* What the flight's owner is to see stays with the flight. */
static bool keep_result(struct flight_state *state, enum step_kind kind, PGresult *result) {
    PGresult **place = kind == STEP_ANSWER ? &state->rows : kind == STEP_CONTEXT ? &state->asker : NULL;
    if (!place)
        return false;
    PQclear(*place);
    *place = result;
    if (state->flight && kind == STEP_CONTEXT)
        state->flight->asker = result;
    return true;
}

static void take_result(struct connection *connection, struct flight_state *state, PGresult *result) {
    const struct step *step = current_step(state);
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        if (keep_result(state, step->kind, result))
            return;
        break;
    case PGRES_SINGLE_TUPLE:
        give_row(connection, state, result);
        break;
    case PGRES_PIPELINE_ABORTED:
        if (step->kind == STEP_PREPARE)
            connection_forget(connection, step->statement);
        break;
    default:
        note_failure(connection, state, result);
    }
    PQclear(result);
}

/* The rows of a stream come one by one. libpq must be told between the answer before and this one. */
static void begin_step(struct connection *connection, struct flight_state *state) {
    if (state->flight && state->flight->lane == LANE_STREAM && current_step(state)->kind == STEP_ANSWER)
        PQsetSingleRowMode(connection->link);
}

/* NULL ends the answer to a step. A failure at commit comes as an answer to Sync, with a NULL of its own before the end
 * of the pipeline. */
static void end_answer(struct connection *connection, struct flight_state *state) {
    if (!connection->answered) {
        connection_break(connection); /* the server and we are no longer in step */
        return;
    }
    connection->answered = false;
    if (current_step(state)->kind == STEP_SYNC)
        return;
    state->step++;
    begin_step(connection, state);
}

static void land(struct connection *connection, struct flight_state *state) {
    connection->answered = false;
    if (current_step(state)->kind != STEP_SYNC) {
        connection_break(connection);
        return;
    }
    flight_landed(state);
}

/* The flight whose answer comes next, if it may be read. */
static struct flight_state *next_to_read(struct connection *connection) {
    struct flight_state *state = TAILQ_FIRST(&connection->under_way);
    if (!state || state->paused || state->phase == PHASE_HELD || connection->broken)
        return NULL;
    return PQisBusy(connection->link) ? NULL : state;
}

void results_take(struct connection *connection) {
    struct flight_state *state;
    while ((state = next_to_read(connection))) {
        PGresult *result = PQgetResult(connection->link);
        if (!result) {
            end_answer(connection, state);
        } else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            land(connection, state);
        } else {
            connection->answered = true;
            take_result(connection, state, result);
        }
    }
}
