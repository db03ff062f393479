/* SPDX-License-Identifier: MIT */
/* One request on its walk: what it needs from the first stage to the reply; internal to request.c, limit.c, defer.c,
 * bind.c, answer.c and stream.c. */
#ifndef SKILLSD_WALK_H
#define SKILLSD_WALK_H

#include "access/limits.h"
#include "contract/inputs.h"
#include "contract/routes.h"
#include "db/claim.h"
#include "db/database.h"
#include "http/problem.h"
#include "represent/reply.h"
#include "request.h"

/* Lives in the request's context and dies with it. */
struct walk {
    struct service *service;
    struct http_request *request;
    struct problem problem;
    struct route route;
    struct standing standings[POLICY_COUNT];
    enum media media;
    struct inputs inputs;
    /* Copies: the token may leave its cache while the flight is under way. */
    char *scopes, *issuer, *subject, *roles, *person_claim, *client;
    const char *required; /* scopes of which one must be in effect; NULL for none */
    char *relied;         /* of bytes that were made earlier: those that were in effect then; or NULL */
    char *asked;          /* of an operation that defers: who asks for what */
    char *limit, *if_match, *after;
    const char **values;
    int *lengths;
    struct claim claim;
    struct flight flight;
    struct reply reply;
    json_t *people;        /* whose records the reply is about */
    struct evbuffer *held; /* a stream's first piece, until its event is committed */
    bool in_flight, streaming, first_row;
};

/* Stage limit, before and after the token is known. False with the problem set to 429. */
bool walk_limit_address(struct walk *walk);
bool walk_limit_principal(struct walk *walk);
/* The address pays for a token that was refused. */
void walk_limit_refusal(struct walk *walk);
/* How the request stands with its limits, as header fields of whatever reply follows. */
void walk_show_limits(struct walk *walk);

/* Whether the token has one of these scopes, NULL for none; they are the walk's from then on. False with the problem
 * set to 403. */
bool walk_may_ask(struct walk *walk, const char *scopes);
struct principal walk_principal(const struct walk *walk);

/* Stage inputs, of an operation that defers: what its body asks for is held against the contract, and the scopes of
 * that are asked for. False with the problem set. */
bool walk_defer(struct walk *walk);

/* Stage bind: values, body and token to the parameters $1..$n of the statement. False with the problem set. */
bool walk_bind(struct walk *walk);

/* Stage represent and reply, when the flight is done: for struct flight. */
void walk_flight_done(struct flight *flight, const struct answer *answer);
bool walk_stream_rows(struct flight *flight, PGresult *rows);

/* Replies with the walk's problem. */
void walk_reply_problem(struct walk *walk);

#endif
