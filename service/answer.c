/* SPDX-License-Identifier: MIT */
/* What comes of a flight: rows, a stored reply or a problem, turned into the one reply of the request. */
#include "base/memory.h"
#include "db/statement.h"
#include "http/server.h"
#include "walk.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM_BACKLOG_MAX = 1 << 20 };

/* Header fields of every reply: what comes from the record is for the caller alone and is not to be kept. */
static void put_common_headers(struct http_request *request) {
    http_reply_header(request, "Cache-Control", "private, no-store");
    http_reply_header(request, "Vary", "Accept, Authorization");
}

void walk_reply_problem(struct walk *walk) {
    put_common_headers(walk->request);
    http_reply_problem(walk->request, &walk->problem);
}

static void reply_made(struct walk *walk) {
    struct reply *reply = &walk->reply;
    put_common_headers(walk->request);
    if (reply->location)
        http_reply_header(walk->request, "Location", reply->location);
    if (reply->etag)
        http_reply_header(walk->request, "ETag", reply->etag);
    if (reply->link)
        http_reply_header(walk->request, "Link", reply->link);
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
 * the body where there is one, and of the parameters where there is none. */
static void take_problem(struct walk *walk, const struct problem *problem) {
    problem_set(&walk->problem, problem->status, problem->code, "%s",
                problem->detail ? problem->detail : "This cannot be done.");
    for (size_t i = 0; i < problem->fault_count && i < PROBLEM_FAULTS_LISTED; i++)
        problem_add_fault(&walk->problem, problem->faults[i].pointer, problem->faults[i].code, "%s",
                          problem->faults[i].detail);
    walk->problem.retry_after = problem->retry_after;
    if (strcmp(problem->code, "value_not_accepted") == 0 && !walk->route.operation->body)
        walk->problem.status = 400;
    if (problem->status == 403 && strcmp(problem->code, "scope_not_granted") == 0)
        walk->problem.challenge = xasprintf("Bearer realm=\"skillsd\", error=\"insufficient_scope\", scope=\"%s\"",
                                            walk->route.operation->scopes);
    reply_explain(walk->service->contract, &walk->problem);
}

static void claim_stored(struct flight *flight, const struct problem *problem) {
    struct walk *walk = flight->owner;
    walk->in_flight = false;
    if (!problem) {
        reply_made(walk);
        return;
    }
    take_problem(walk, problem);
    walk_reply_problem(walk);
}

/* The reply is stored with its claim, committed, and only then sent. */
static void store_claim(struct walk *walk) {
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
    db_store(walk->service->database, &walk->flight, &stored, claim_stored);
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
    };
    bool made = reply_make(&asked, plan_of(walk, rows), rows, &walk->reply, &walk->problem);
    if (walk->flight.claim && made) {
        store_claim(walk);
        return;
    }
    if (walk->flight.claim)
        db_abandon(walk->service->database, &walk->flight);
    walk->in_flight = false;
    if (made)
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
    representations[walk->media].end(walk->route.operation, last);
    http_stream_write(walk->request, last);
    evbuffer_free(last);
    http_stream_end(walk->request);
}

void walk_flight_done(struct flight *flight, const struct answer *answer) {
    struct walk *walk = flight->owner;
    if (answer->rows && !walk->streaming) {
        rows_to_reply(walk, answer->rows);
        return;
    }
    walk->in_flight = false;
    if (walk->streaming) {
        end_stream(walk, answer);
    } else if (answer->stored) {
        reply_stored(walk, answer->stored);
    } else {
        take_problem(walk, answer->problem);
        walk_reply_problem(walk);
    }
}

static void stream_drained(struct http_request *request, void *context) {
    struct walk *walk = context;
    (void)request;
    if (walk->in_flight)
        db_resume(walk->service->database, &walk->flight);
}

bool walk_stream_rows(struct flight *flight, PGresult *rows) {
    struct walk *walk = flight->owner;
    const struct operation *operation = walk->route.operation;
    const struct column_plan *plan = plan_of(walk, rows);
    const struct representation *representation = &representations[walk->media];
    struct evbuffer *piece = evbuffer_new();
    if (!walk->streaming) {
        walk->streaming = walk->first_row = true;
        put_common_headers(walk->request);
        http_stream_begin(walk->request, operation->status, representation->media_type, stream_drained);
        representation->begin(operation, plan, engine_value(plan, rows, 0, COLUMN_META), piece);
    }
    representation->rows(operation, plan, rows, (struct page){0, PQntuples(rows)}, &walk->first_row, piece);
    http_stream_write(walk->request, piece);
    evbuffer_free(piece);
    return http_stream_backlog(walk->request) < STREAM_BACKLOG_MAX;
}
