/* SPDX-License-Identifier: MIT */
/* The only place that sends statements: whatever leaves here begins with its context and ends with Sync. */
#include "base/memory.h"
#include "db/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The values of a statement's bindings, in their order. A length of 0 means that the value is NUL-terminated. */
struct arguments {
    const char *values[STATEMENT_BINDINGS_MAX];
    int lengths[STATEMENT_BINDINGS_MAX];
};

struct named_value {
    const char *name;
    const char *value;
    size_t length;
};

static void add_step(struct flight_state *state, enum step_kind kind, struct statement *statement) {
    state->steps[state->step_count++] = (struct step){.kind = kind, .statement = statement};
}

static void begin_steps(struct flight_state *state) {
    state->step = state->step_count = 0;
    state->since = state->progress = db_now();
}

static void check_sent(struct connection *connection, int sent) {
    if (!sent)
        connection_break(connection);
}

/* A statement is prepared when a connection first needs it. This comes before anything that can fail for a reason of
 * the request, because what comes after a failure is not done, and flights that are behind this one rely on it. */
static void prepare(struct connection *connection, struct flight_state *state, struct statement *statement) {
    unsigned int types[STATEMENT_BINDINGS_MAX];
    if (connection_prepared(connection, statement))
        return;
    statement_types(statement, types);
    check_sent(connection,
               PQsendPrepare(connection->link, statement->name, statement->sql, (int)statement->binding_count, types));
    connection_remember(connection, statement);
    add_step(state, STEP_PREPARE, statement);
}

static void command(struct connection *connection, struct flight_state *state, const char *sql) {
    check_sent(connection, PQsendQueryParams(connection->link, sql, 0, NULL, NULL, NULL, NULL, 0));
    add_step(state, STEP_QUIET, NULL);
}

/* libpq takes a length only with a binary value. For text and bytea that is the very bytes; for jsonb it is not, so
 * those are copied and ended with NUL. */
static void execute(struct connection *connection, struct flight_state *state, struct step step,
                    const struct arguments *arguments) {
    const struct statement *statement = step.statement;
    const char *values[STATEMENT_BINDINGS_MAX] = {0};
    int formats[STATEMENT_BINDINGS_MAX] = {0};
    char *copies[STATEMENT_BINDINGS_MAX];
    size_t copied = 0;
    for (size_t i = 0; i < statement->binding_count; i++) {
        values[i] = arguments->values[i];
        if (!values[i] || arguments->lengths[i] == 0)
            continue;
        if (statement->bindings[i].type == BINDING_TEXT || statement->bindings[i].type == BINDING_BYTES)
            formats[i] = 1;
        else
            values[i] = copies[copied++] = xstrndup(values[i], (size_t)arguments->lengths[i]);
    }
    check_sent(connection, PQsendQueryPrepared(connection->link, statement->name, (int)statement->binding_count, values,
                                               arguments->lengths, formats, 0));
    while (copied > 0)
        free(copies[--copied]);
    add_step(state, step.kind, step.statement);
}

/* Fills in the values by name; a name that is not among them is null. `named` ends with a name of NULL. */
static struct arguments arguments_of(const struct statement *statement, const struct named_value *named) {
    struct arguments arguments = {0};
    for (size_t i = 0; i < statement->binding_count; i++) {
        const struct named_value *found = named;
        while (found->name && strcmp(found->name, statement->bindings[i].name) != 0)
            found++;
        arguments.values[i] = found->value;
        arguments.lengths[i] = (int)found->length;
    }
    return arguments;
}

static void execute_engine(struct connection *connection, struct flight_state *state, struct step step,
                           const struct named_value *named) {
    struct arguments arguments = arguments_of(step.statement, named);
    execute(connection, state, step, &arguments);
}

static void execute_context(struct connection *connection, struct flight_state *state, bool read_only) {
    const struct principal *principal = &state->flight->principal;
    const struct named_value named[] = {
        {"issuer", principal->issuer, 0},
        {"subject", principal->subject, 0},
        {"scopes", principal->scopes, 0},
        {"roles", principal->roles, 0},
        {"person_claim", principal->person_claim, 0},
        {"client", principal->client, 0},
        {"organisation", principal->organisation, 0},
        {"required", principal->required, 0},
        {"read_only", read_only ? "on" : "off", 0},
        {NULL, NULL, 0},
    };
    struct step step = {STEP_CONTEXT, state->database->engine[ENGINE_CONTEXT]};
    execute_engine(connection, state, step, named);
}

static void execute_claim(struct connection *connection, struct flight_state *state, struct step step) {
    const struct claim *claim = state->flight->claim;
    const struct named_value named[] = {
        {"operation", claim->operation, 0},
        {"key", claim->key, 0},
        {"body_hash", claim->body_hash, 0},
        {NULL, NULL, 0},
    };
    execute_engine(connection, state, step, named);
}

static void execute_store(struct connection *connection, struct flight_state *state, const struct stored_reply *reply) {
    struct statement *store = state->database->engine[ENGINE_STORE];
    char status[16];
    snprintf(status, sizeof status, "%d", reply->status);
    const struct named_value named[] = {
        {"operation", state->flight->claim->operation, 0},
        {"key", state->flight->claim->key, 0},
        {"status", status, 0},
        {"content_type", reply->content_type, 0},
        {"location", reply->location, 0},
        {"etag", reply->etag, 0},
        {"reply", reply->length ? reply->body : "", reply->length},
        {NULL, NULL, 0},
    };
    execute_engine(connection, state, (struct step){STEP_QUIET, store}, named);
}

static void execute_audit(struct connection *connection, struct flight_state *state, const char *events) {
    struct step step = {STEP_QUIET, state->database->engine[ENGINE_AUDIT]};
    execute_engine(connection, state, step, (const struct named_value[]){{"events", events, 0}, {NULL, NULL, 0}});
}

static void execute_statement(struct connection *connection, struct flight_state *state) {
    const struct flight *flight = state->flight;
    struct arguments arguments = {0};
    for (size_t i = 0; i < flight->statement->binding_count; i++) {
        arguments.values[i] = flight->values[i];
        arguments.lengths[i] = flight->lengths ? flight->lengths[i] : 0;
    }
    execute(connection, state, (struct step){STEP_ANSWER, flight->statement}, &arguments);
}

static void end_steps(struct connection *connection, struct flight_state *state) {
    check_sent(connection, PQpipelineSync(connection->link));
    add_step(state, STEP_SYNC, NULL);
    connection_flush(connection);
}

void emit_flight(struct connection *connection, struct flight_state *state) {
    struct statement **engine = state->database->engine;
    begin_steps(state);
    prepare(connection, state, engine[ENGINE_CONTEXT]);
    if (state->flight->claim)
        prepare(connection, state, engine[ENGINE_CLAIM]);
    prepare(connection, state, state->flight->statement);
    if (state->flight->held)
        command(connection, state, "begin");
    execute_context(connection, state, state->flight->read_only);
    if (state->flight->claim)
        execute_claim(connection, state, (struct step){STEP_QUIET, engine[ENGINE_CLAIM]});
    execute_statement(connection, state);
    end_steps(connection, state);
}

void emit_replay(struct connection *connection, struct flight_state *state) {
    struct statement *replay = state->database->engine[ENGINE_REPLAY];
    begin_steps(state);
    prepare(connection, state, replay);
    execute_context(connection, state, true);
    execute_claim(connection, state, (struct step){STEP_ANSWER, replay});
    end_steps(connection, state);
}

void emit_commit(struct connection *connection, struct flight_state *state, const struct completion *completion) {
    struct statement **engine = state->database->engine;
    begin_steps(state);
    if (completion->stored)
        prepare(connection, state, engine[ENGINE_STORE]);
    if (completion->events)
        prepare(connection, state, engine[ENGINE_AUDIT]);
    if (completion->stored)
        execute_store(connection, state, completion->stored);
    if (completion->events)
        execute_audit(connection, state, completion->events);
    command(connection, state, "commit");
    end_steps(connection, state);
}

void emit_rollback(struct connection *connection, struct flight_state *state) {
    begin_steps(state);
    command(connection, state, "rollback");
    end_steps(connection, state);
}
