/* SPDX-License-Identifier: MIT */
/* The walk of a request: route, limit, auth, negotiate, inputs, bind, db, represent, reply. */
#include "request.h"

#include "access/token.h"
#include "base/log.h"
#include "base/memory.h"
#include "handlers/handlers.h"
#include "http/server.h"
#include "process/counters.h"
#include "represent/negotiate.h"
#include "walk.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

static void walk_free(struct walk *walk) {
    problem_clear(&walk->problem);
    inputs_clear(&walk->inputs);
    reply_clear(&walk->reply);
    claim_clear(&walk->claim);
    free(walk->route.allow);
    free(walk->scopes);
    free(walk->issuer);
    free(walk->subject);
    free(walk->roles);
    free(walk->person_claim);
    free(walk->client);
    if (walk->held)
        evbuffer_free(walk->held);
    json_decref(walk->people);
    free(walk->relied);
    free(walk->asked);
    free(walk->limit);
    free(walk->if_match);
    free(walk->after);
    free(walk->values);
    free(walk->lengths);
    free(walk);
}

static bool find_route(struct walk *walk) {
    return route_find(walk->service->contract, http_request_method(walk->request), http_request_path(walk->request),
                      &walk->route, &walk->problem);
}

/* Whether a space-separated list has the word. */
static bool has_word(const char *list, const char *word, size_t length) {
    for (; *list; list += strcspn(list, " "), list += *list == ' ')
        if (strcspn(list, " ") == length && memcmp(list, word, length) == 0)
            return true;
    return false;
}

/* What roles mean only the database knows: a token with roles is left to the context. */
bool walk_may_ask(struct walk *walk, const char *scopes) {
    walk->required = scopes;
    if (!scopes || walk->roles)
        return true;
    for (const char *wanted = scopes; *wanted; wanted += strcspn(wanted, " "), wanted += *wanted == ' ')
        if (has_word(walk->scopes, wanted, strcspn(wanted, " ")))
            return true;
    problem_set(&walk->problem, 403, "insufficient_scope", "The token has none of the scopes that allow this: %s.",
                scopes);
    walk->problem.challenge = xasprintf("Bearer realm=\"skillsd\", error=\"insufficient_scope\", scope=\"%s\"", scopes);
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

static char *copy(const char *text) {
    return text ? xstrdup(text) : NULL;
}

static void take_identity(struct walk *walk, const struct token *token) {
    walk->issuer = xstrdup(token->issuer);
    walk->subject = xstrdup(token->subject);
    walk->scopes = join_scopes(token);
    walk->roles = copy(token->roles);
    walk->person_claim = copy(token->person_claim);
    walk->client = copy(token->client);
}

struct principal walk_principal(const struct walk *walk) {
    return (struct principal){
        .issuer = walk->issuer,
        .subject = walk->subject,
        .scopes = walk->scopes,
        .roles = walk->roles,
        .person_claim = walk->person_claim,
        .client = walk->client,
        .organisation = inputs_value(&walk->inputs, walk->route.operation, "Acting-Organisation"),
        .required = walk->required,
    };
}

static bool authenticate(struct walk *walk) {
    const struct operation *operation = walk->route.operation;
    if (operation->open)
        return true;
    const struct token *token =
        token_verify(walk->service->verifier, http_request_header(walk->request, "Authorization"), &walk->problem);
    if (!token) {
        if (walk->problem.status == 401) {
            counters_token_refused(walk->service->counters);
            walk_limit_refusal(walk);
        }
        return false;
    }
    take_identity(walk, token);
    return walk_limit_principal(walk) && walk_may_ask(walk, operation->scopes);
}

/* A path that is not found is counted too, or looking for one would be free. */
static bool admit(struct walk *walk) {
    bool admitted = walk_limit_address(walk) && (!walk->route.operation || authenticate(walk));
    walk_show_limits(walk);
    return admitted;
}

static bool choose_media(struct walk *walk) {
    const struct operation *operation = walk->route.operation;
    return operation->handler || operation->shape == SHAPE_BYTES ||
           negotiate(operation, http_request_header(walk->request, "Accept"), &walk->media, &walk->problem);
}

static bool read_inputs(struct walk *walk) {
    return inputs_read(&walk->route, walk->request, &walk->inputs, &walk->problem) &&
           (!walk->route.operation->defers || walk_defer(walk));
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
        .principal = walk_principal(walk),
        .claim = walk->claim.key ? &walk->claim : NULL,
        .values = walk->values,
        .lengths = walk->lengths,
        .read_only = strcmp(operation->method, "GET") == 0,
        .held = strcmp(operation->method, "GET") != 0,
        .done = walk_flight_done,
        .rows = operation->lane == LANE_STREAM ? walk_stream_rows : NULL,
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
    if (!admit(walk) || !found)
        walk_reply_problem(walk);
    else if (!walk->route.operation)
        reply_options(walk);
    else if (!choose_media(walk) || !read_inputs(walk))
        walk_reply_problem(walk);
    else if (walk->route.operation->handler)
        handler_find(walk->route.operation->handler)(walk->service, walk->route.operation, request);
    else if (!walk_bind(walk))
        walk_reply_problem(walk);
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
