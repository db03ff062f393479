/* SPDX-License-Identifier: MIT */
/* The walk of a request: route, auth, negotiate, inputs, bind, db, represent, reply. */
#include "request.h"

#include "access/token.h"
#include "base/log.h"
#include "base/memory.h"
#include "contract/inputs.h"
#include "contract/routes.h"
#include "db/claim.h"
#include "db/database.h"
#include "db/statement.h"
#include "handlers/handlers.h"
#include "http/problem.h"
#include "http/server.h"
#include "process/counters.h"
#include "represent/negotiate.h"
#include "represent/reply.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM_BACKLOG_MAX = 1 << 20 };

/* What one request needs; lives in its context and dies with it. */
struct walk {
    struct service *service;
    struct http_request *request;
    struct problem problem;
    struct route route;
    enum media media;
    struct inputs inputs;
    char *scopes, *issuer, *subject; /* copies: the token may leave its cache while the flight is under way */
    char *limit, *if_match, *after;
    const char **values;
    int *lengths;
    struct claim claim;
    struct flight flight;
    struct reply reply;
    bool in_flight, streaming, first_row;
};

static void walk_free(struct walk *walk) {
    problem_clear(&walk->problem);
    inputs_clear(&walk->inputs);
    reply_clear(&walk->reply);
    claim_clear(&walk->claim);
    free(walk->route.allow);
    free(walk->scopes);
    free(walk->issuer);
    free(walk->subject);
    free(walk->limit);
    free(walk->if_match);
    free(walk->after);
    free(walk->values);
    free(walk->lengths);
    free(walk);
}

/* Header fields of every reply: what comes from the record is for the caller alone and is not to be kept. */
static void put_common_headers(struct http_request *request) {
    http_reply_header(request, "Cache-Control", "private, no-store");
    http_reply_header(request, "Vary", "Accept, Authorization");
    http_reply_header(request, "X-Content-Type-Options", "nosniff");
}

static void reply_problem(struct walk *walk) {
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

static const struct column_plan *plan_of(struct walk *walk, const PGresult *rows) {
    struct statement *statement = walk->flight.statement;
    if (!statement->plan)
        statement->plan = column_plan_new(rows);
    return statement->plan;
}

/* A problem from the database: the contract has the sentence of its code. A value that PostgreSQL refuses is a fault of
 * the body where there is one, and of the parameters where there is none. */
static void take_problem(struct walk *walk, const struct problem *problem) {
    problem_set(&walk->problem, problem->status, problem->code, "%s",
                problem->detail ? problem->detail : "This cannot be done.");
    for (size_t i = 0; i < problem->fault_count; i++)
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
    reply_problem(walk);
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
        reply_problem(walk);
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

static void flight_done(struct flight *flight, const struct answer *answer) {
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
        reply_problem(walk);
    }
}

static void stream_drained(struct http_request *request, void *context) {
    struct walk *walk = context;
    (void)request;
    if (walk->in_flight)
        db_resume(walk->service->database, &walk->flight);
}

static bool stream_rows(struct flight *flight, PGresult *rows) {
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

static bool find_route(struct walk *walk) {
    return route_find(walk->service->contract, http_request_method(walk->request), http_request_path(walk->request),
                      &walk->route, &walk->problem);
}

static bool may_ask(const struct token *token, const char *scopes) {
    if (!scopes)
        return true;
    for (char **scope = token->scopes; *scope; scope++)
        for (const char *wanted = scopes; *wanted;) {
            size_t length = strcspn(wanted, " ");
            if (strlen(*scope) == length && memcmp(*scope, wanted, length) == 0)
                return true;
            wanted += length + (wanted[length] == ' ');
        }
    return false;
}

static char *join_scopes(const struct token *token) {
    char *joined = xstrdup("");
    for (char **scope = token->scopes; *scope; scope++) {
        char *longer = xasprintf("%s%s%s", joined, *joined ? " " : "", *scope);
        free(joined);
        joined = longer;
    }
    return joined;
}

static bool authenticate(struct walk *walk) {
    const struct operation *operation = walk->route.operation;
    if (operation->open)
        return true;
    const struct token *token =
        token_verify(walk->service->verifier, http_request_header(walk->request, "Authorization"), &walk->problem);
    if (!token) {
        counters_token_refused(walk->service->counters);
        return false;
    }
    if (!may_ask(token, operation->scopes)) {
        problem_set(&walk->problem, 403, "insufficient_scope", "The token has none of the scopes that allow this: %s.",
                    operation->scopes);
        walk->problem.challenge =
            xasprintf("Bearer realm=\"skillsd\", error=\"insufficient_scope\", scope=\"%s\"", operation->scopes);
        return false;
    }
    walk->issuer = xstrdup(token->issuer);
    walk->subject = xstrdup(token->subject);
    walk->scopes = join_scopes(token);
    return true;
}

static bool choose_media(struct walk *walk) {
    return walk->route.operation->handler ||
           negotiate(walk->route.operation, http_request_header(walk->request, "Accept"), &walk->media, &walk->problem);
}

static bool read_inputs(struct walk *walk) {
    return inputs_read(&walk->route, walk->request, &walk->inputs, &walk->problem);
}

/* The ETag given, without its quotes. A weak tag never matches strongly, and one request names one version. */
static bool read_if_match(struct walk *walk, const char *given) {
    size_t length = given ? strlen(given) : 0;
    if (!given || strcmp(given, "*") == 0) {
        walk->if_match = given ? xstrdup(given) : NULL;
        return true;
    }
    if (length >= 2 && given[0] == '"' && strchr(given + 1, '"') == given + length - 1) {
        walk->if_match = xstrndup(given + 1, length - 2);
        return true;
    }
    problem_add_fault(&walk->problem, "header:If-Match", "malformed",
                      "This must be one strong entity tag, such as \"3\".");
    return problem_set(&walk->problem, 400, "invalid_parameter", "The request does not fit the contract; see errors.");
}

/* What the engine makes out of parameters before it binds them: the sort key, the limit plus one, the bare tag. */
static bool prepare_values(struct walk *walk) {
    const struct operation *operation = walk->route.operation;
    const char *after = inputs_value(&walk->inputs, operation, "after");
    if (walk->inputs.limit > 0)
        walk->limit = xasprintf("%ld", walk->inputs.limit + 1);
    if (after && !(walk->after = cursor_decode(after))) {
        problem_add_fault(&walk->problem, "?after", "malformed", "This is not a value from a Link header.");
        return problem_set(&walk->problem, 400, "invalid_parameter",
                           "The request does not fit the contract; see errors.");
    }
    if (!read_if_match(walk, inputs_value(&walk->inputs, operation, "If-Match")))
        return false;
    const char *key = inputs_value(&walk->inputs, operation, "Idempotency-Key");
    struct claimed claimed = {
        .operation = operation->id,
        .path = http_request_path(walk->request),
        .query = http_request_query(walk->request),
        .accept = media_types[walk->media],
        .organisation = inputs_value(&walk->inputs, operation, "Acting-Organisation"),
        .body = walk->inputs.body,
        .body_length = walk->inputs.body_length,
    };
    return !key || claim_make(&walk->claim, key, &claimed, &walk->problem);
}

static void bind_value(struct walk *walk, const struct binding *binding, const char **value, int *length) {
    if (strcmp(binding->name, "body") == 0) {
        *value = walk->inputs.body;
        *length = (int)walk->inputs.body_length;
        return;
    }
    if (strcmp(binding->name, "limit") == 0)
        *value = walk->limit;
    else if (strcmp(binding->name, "after") == 0)
        *value = walk->after;
    else if (strcmp(binding->name, "if_match") == 0)
        *value = walk->if_match;
    else
        *value = inputs_value(&walk->inputs, walk->route.operation, binding->name);
    *length = *value ? (int)strlen(*value) : 0;
}

static bool bind(struct walk *walk) {
    struct statement *statement = walk->service->statements[walk->route.operation->index];
    if (!prepare_values(walk))
        return false;
    walk->values = xcalloc(statement->binding_count, sizeof *walk->values);
    walk->lengths = xcalloc(statement->binding_count, sizeof *walk->lengths);
    for (size_t i = 0; i < statement->binding_count; i++)
        bind_value(walk, &statement->bindings[i], &walk->values[i], &walk->lengths[i]);
    return true;
}

static void client_gone(struct http_request *request, void *context) {
    struct walk *walk = context;
    (void)request;
    if (walk->in_flight)
        db_forget(walk->service->database, &walk->flight);
}

static void send_flight(struct walk *walk) {
    const struct operation *operation = walk->route.operation;
    walk->flight = (struct flight){
        .lane = operation->lane,
        .statement = walk->service->statements[operation->index],
        .principal = {.issuer = walk->issuer,
                      .subject = walk->subject,
                      .scopes = walk->scopes,
                      .organisation = inputs_value(&walk->inputs, operation, "Acting-Organisation"),
                      .required = operation->scopes},
        .claim = walk->claim.key ? &walk->claim : NULL,
        .values = walk->values,
        .lengths = walk->lengths,
        .read_only = strcmp(operation->method, "GET") == 0,
        .done = flight_done,
        .rows = operation->lane == LANE_STREAM ? stream_rows : NULL,
        .owner = walk,
    };
    walk->in_flight = true;
    http_request_on_gone(walk->request, client_gone);
    db_send(walk->service->database, &walk->flight);
}

static void reply_options(struct walk *walk) {
    http_reply_header(walk->request, "Allow", walk->route.allow);
    http_reply(walk->request, 204, NULL, NULL);
}

void request_handle(struct http_request *request, void *owner) {
    struct walk *walk = xcalloc(1, sizeof *walk);
    walk->service = owner;
    walk->request = request;
    http_request_set_context(request, walk);

    bool found = find_route(walk);
    if (found && !walk->route.operation)
        reply_options(walk);
    else if (!found || !authenticate(walk) || !choose_media(walk) || !read_inputs(walk))
        reply_problem(walk);
    else if (walk->route.operation->handler)
        handler_find(walk->route.operation->handler)(walk->service, walk->route.operation, request);
    else if (!bind(walk))
        reply_problem(walk);
    else
        send_flight(walk);
}

void request_done(struct http_request *request, int status, size_t bytes, void *owner) {
    struct service *service = owner;
    struct walk *walk = http_request_context(request);
    const struct operation *operation = walk ? walk->route.operation : NULL;
    double seconds = walk ? http_request_seconds(request) : 0;
    counters_request(service->counters, operation, status, seconds, bytes);
    log_event(LOG_INFO, "request", "request_id", http_request_id(request), "operation",
              operation ? operation->id : NULL, "route", operation ? operation->path : NULL, "status",
              log_number(status), "microseconds", log_number((long long)(seconds * 1e6)), "bytes",
              log_number((long long)bytes), "problem", walk && walk->problem.status ? walk->problem.code : NULL,
              (const char *)NULL);
    if (walk)
        walk_free(walk);
}
