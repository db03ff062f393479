/* SPDX-License-Identifier: MIT */
/* What comes of a flight: rows, a stored reply or a problem, turned into the one reply of the request. */
#include "audit/batch.h"
#include "audit/event.h"
#include "base/memory.h"
#include "db/statement.h"
#include "http/server.h"
#include "walk.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM_BACKLOG_MAX = 1 << 20 };

/* Header fields of every reply: what comes from the record is for the caller alone and is not to be kept. What may be
 * kept is asked for again each time, so that it is in the trail, and refused to who has lost access. */
static void put_common_headers(struct http_request *request, bool kept) {
    http_reply_header(request, "Cache-Control", kept ? "private, no-cache" : "private, no-store");
    http_reply_header(request, "Vary", "Accept, Authorization");
}

static void put_header(struct http_request *request, const char *name, const char *value) {
    if (value)
        http_reply_header(request, name, value);
}

void walk_reply_problem(struct walk *walk) {
    put_common_headers(walk->request, false);
    http_reply_problem(walk->request, &walk->problem);
}

static void reply_made(struct walk *walk) {
    struct reply *reply = &walk->reply;
    put_common_headers(walk->request, reply->kept);
    put_header(walk->request, "Location", reply->location);
    put_header(walk->request, "ETag", reply->etag);
    put_header(walk->request, "Link", reply->link);
    put_header(walk->request, "Content-Disposition", reply->disposition);
    http_reply(walk->request, reply->status, reply->content_type, reply->body);
}

static void reply_stored(struct walk *walk, const struct stored_reply *stored) {
    walk->reply = (struct reply){
        .status = stored->status,
        .content_type = stored->content_type && strstr(stored->content_type, "csv")
                            ? representations[MEDIA_CSV].media_type
                            : representations[MEDIA_JSON].media_type,
        .location = stored->location ? xstrdup(stored->location) : NULL,
        .etag = stored->etag ? xstrdup(stored->etag) : NULL,
    };
    if (!stored->content_type)
        walk->reply.content_type = NULL;
    walk->reply.body = evbuffer_new();
    evbuffer_add(walk->reply.body, stored->body, stored->length);
    reply_made(walk);
}

/* The plan is made once for a statement, and anew when a migration has changed the types of its columns. */
static const struct column_plan *plan_of(struct walk *walk, const PGresult *rows) {
    struct statement *statement = walk->flight.statement;
    if (statement->plan && !column_plan_fits(statement->plan, rows)) {
        column_plan_free(statement->plan);
        statement->plan = NULL;
    }
    if (!statement->plan)
        statement->plan = column_plan_new(rows);
    return statement->plan;
}

/* A problem from the database: the contract has the sentence of its code. A value that PostgreSQL refuses is a fault of
 * the body where there is one, and of the parameters where there is none: then of the sort key, if one is given, for it
 * is the only one of which the contract does not say what it looks like. */
static void take_problem(struct walk *walk, const struct problem *problem) {
    problem_set(&walk->problem, problem->status, problem->code, "%s",
                problem->detail ? problem->detail : "This cannot be done.");
    for (size_t i = 0; i < problem->fault_count && i < PROBLEM_FAULTS_LISTED; i++)
        problem_add_fault(&walk->problem, problem->faults[i].pointer, problem->faults[i].code, "%s",
                          problem->faults[i].detail);
    walk->problem.retry_after = problem->retry_after;
    if (strcmp(problem->code, "value_not_accepted") == 0 && !walk->route.operation->body) {
        walk->problem.status = 400;
        if (walk->after)
            problem_add_fault(&walk->problem, "?after", "malformed", "This is not a value from a Link header.");
    }
    if (problem->status == 403 && strcmp(problem->code, "scope_not_granted") == 0)
        walk->problem.challenge = xasprintf("Bearer realm=\"skillsd\", error=\"insufficient_scope\", scope=\"%s\"",
                                            walk->required ? walk->required : "");
    reply_explain(walk->service->contract, &walk->problem);
}

/* The request as an event of the audit trail; NULL when it is none. */
static char *event_of(struct walk *walk, const char *target) {
    const struct audit_fact fact = {
        .operation = walk->route.operation,
        .inputs = &walk->inputs,
        .principal = &walk->flight.principal,
        .scopes = walk->relied ? walk->relied : walk->required,
        .asker = walk->flight.asker,
        .request_id = http_request_id(walk->request),
        .target = target ? target : http_request_path(walk->request),
        .people = walk->people,
        .status = walk->reply.status,
    };
    return audit_is_event(fact.operation, fact.people) ? audit_event(&fact) : NULL;
}

static void reply_refused(struct walk *walk, const struct problem *problem) {
    take_problem(walk, problem);
    walk_reply_problem(walk);
}

/* The reply has been waiting for this: for the commit of its change, or of its event. */
static void reply_held(struct walk *walk, const struct problem *problem) {
    walk->in_flight = false;
    if (problem)
        reply_refused(walk, problem);
    else
        reply_made(walk);
}

static void change_committed(struct flight *flight, const struct problem *problem) {
    reply_held(flight->owner, problem);
}

static void event_committed(void *owner, const struct problem *problem) {
    reply_held(owner, problem);
}

/* The event, and the reply with its claim, are committed with the change, and only then is the reply sent. */
static void commit_change(struct walk *walk) {
    const struct reply *reply = &walk->reply;
    struct stored_reply stored = {
        .status = reply->status,
        .content_type = reply->content_type,
        .location = reply->location,
        .etag = reply->etag,
        .body = reply->body ? (const char *)evbuffer_pullup(reply->body, -1) : "",
        .length = reply->body ? evbuffer_get_length(reply->body) : 0,
    };
    if (!stored.body)
        stored.body = "";
    char *event = event_of(walk, reply->location);
    char *events = event ? xasprintf("[%s]", event) : NULL;
    const struct completion completion = {walk->flight.claim ? &stored : NULL, events};
    db_commit(walk->service->database, &walk->flight, &completion, change_committed);
    free(events);
    free(event);
}

static void rows_to_reply(struct walk *walk, const PGresult *rows) {
    struct asked asked = {
        .contract = walk->service->contract,
        .operation = walk->route.operation,
        .media = walk->media,
        .limit = walk->inputs.limit,
        .path = http_request_path(walk->request),
        .query = http_request_query(walk->request),
        .if_none_match = walk->flight.read_only ? http_request_header(walk->request, "If-None-Match") : NULL,
        .values = walk->inputs.values,
    };
    const struct column_plan *plan = plan_of(walk, rows);
    bool made = reply_make(&asked, plan, rows, &walk->reply, &walk->problem);
    walk->people = audit_people(plan, rows, made ? walk->reply.rows : 0);
    if (walk->flight.held && made) {
        commit_change(walk);
        return;
    }
    if (walk->flight.held)
        db_abandon(walk->service->database, &walk->flight);
    walk->in_flight = false;
    char *event = made ? event_of(walk, NULL) : NULL;
    if (event)
        audit_batch_add(walk->service->audit, event, event_committed, walk);
    else if (made)
        reply_made(walk);
    else
        walk_reply_problem(walk);
}

static void end_stream(struct walk *walk, const struct answer *answer) {
    if (answer->problem) {
        http_stream_cut(walk->request);
        return;
    }
    struct evbuffer *last = evbuffer_new();
    if (walk->route.operation->shape != SHAPE_BYTES)
        representations[walk->media].end(walk->route.operation, last);
    http_stream_write(walk->request, last);
    evbuffer_free(last);
    http_stream_end(walk->request);
}

void walk_flight_done(struct flight *flight, const struct answer *answer) {
    struct walk *walk = flight->owner;
    if (answer->rows && !walk->streaming && !walk->problem.status) {
        rows_to_reply(walk, answer->rows);
        return;
    }
    walk->in_flight = false;
    if (walk->held)
        take_problem(walk, answer->problem); /* told when the event is committed */
    else if (walk->streaming)
        end_stream(walk, answer);
    else if (walk->problem.status)
        walk_reply_problem(walk);
    else if (answer->stored)
        reply_stored(walk, answer->stored);
    else
        reply_refused(walk, answer->problem);
}

static void stream_drained(struct http_request *request, void *context) {
    struct walk *walk = context;
    (void)request;
    if (walk->in_flight)
        db_resume(walk->service->database, &walk->flight);
}

static void begin_stream(struct walk *walk) {
    const struct reply *reply = &walk->reply;
    walk->streaming = true;
    put_common_headers(walk->request, false);
    put_header(walk->request, "ETag", reply->etag);
    put_header(walk->request, "Content-Disposition", reply->disposition);
    http_stream_begin(walk->request, walk->route.operation->status,
                      reply->media ? reply->media : representations[walk->media].media_type, stream_drained);
}

/* The first piece of an audited stream has waited for its event; the stream may have failed meanwhile. */
static void stream_event_committed(void *owner, const struct problem *problem) {
    struct walk *walk = owner;
    struct evbuffer *piece = walk->held;
    walk->held = NULL;
    if (problem)
        take_problem(walk, problem);
    if (!walk->in_flight) {
        walk_reply_problem(walk);
    } else if (problem) {
        db_forget(walk->service->database, &walk->flight);
    } else {
        begin_stream(walk);
        http_stream_write(walk->request, piece);
        db_resume(walk->service->database, &walk->flight);
    }
    evbuffer_free(piece);
}

/* Nothing of an audited stream leaves before its event is committed; false, so that no more rows come until then. */
static bool hold_stream(struct walk *walk, struct evbuffer *take_piece) {
    walk->held = take_piece;
    if (!walk->people)
        walk->people = json_array();
    walk->reply.status = walk->route.operation->status;
    audit_batch_add(walk->service->audit, event_of(walk, NULL), stream_event_committed, walk);
    return false;
}

/* What the first row of a file says of it. */
static void begin_bytes(struct walk *walk, const struct column_plan *plan, const PGresult *rows) {
    const char *etag = engine_value(plan, rows, 0, COLUMN_ETAG);
    const char *file = engine_value(plan, rows, 0, COLUMN_FILE);
    const char *media = engine_value(plan, rows, 0, COLUMN_MEDIA);
    const char *scopes = engine_value(plan, rows, 0, COLUMN_SCOPES);
    const char *subjects = engine_value(plan, rows, 0, COLUMN_SUBJECTS);
    walk->reply.etag = etag ? xasprintf("\"%s\"", etag) : NULL;
    walk->reply.disposition = file ? xasprintf("attachment; filename=\"%s\"", file) : NULL;
    walk->reply.media = xstrdup(media ? media : "application/octet-stream");
    walk->relied = scopes ? xstrdup(scopes) : NULL;
    walk->people = subjects ? json_loads(subjects, 0, NULL) : NULL;
}

static void write_bytes(const struct column_plan *plan, const PGresult *rows, struct evbuffer *piece) {
    const char *text = engine_value(plan, rows, 0, COLUMN_BYTES);
    size_t length = 0;
    unsigned char *bytes = text ? PQunescapeBytea((const unsigned char *)text, &length) : NULL;
    evbuffer_add(piece, bytes, length);
    PQfreemem(bytes);
}

static void write_piece(struct walk *walk, const struct column_plan *plan, const PGresult *rows,
                        struct evbuffer *piece) {
    const struct operation *operation = walk->route.operation;
    const struct representation *representation = &representations[walk->media];
    if (operation->shape == SHAPE_BYTES) {
        if (!walk->streaming)
            begin_bytes(walk, plan, rows);
        write_bytes(plan, rows, piece);
        return;
    }
    if (!walk->streaming) {
        walk->first_row = true;
        representation->begin(operation, plan, engine_value(plan, rows, 0, COLUMN_META), piece);
    }
    representation->rows(operation, plan, rows, (struct page){0, PQntuples(rows)}, &walk->first_row, piece);
}

bool walk_stream_rows(struct flight *flight, PGresult *rows) {
    struct walk *walk = flight->owner;
    const struct operation *operation = walk->route.operation;
    const struct column_plan *plan = plan_of(walk, rows);
    bool first = !walk->streaming;
    if (first && reply_is_refusal(walk->service->contract, plan, rows, &walk->problem))
        return true;
    struct evbuffer *piece = evbuffer_new();
    write_piece(walk, plan, rows, piece);
    if (first && operation->audit != AUDIT_NONE)
        return hold_stream(walk, piece);
    if (first)
        begin_stream(walk);
    http_stream_write(walk->request, piece);
    evbuffer_free(piece);
    return http_stream_backlog(walk->request) < STREAM_BACKLOG_MAX;
}
