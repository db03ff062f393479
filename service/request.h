/* SPDX-License-Identifier: MIT */
/* The walk of a request, from a whole HTTP request to one reply. */
#ifndef SKILLSD_REQUEST_H
#define SKILLSD_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

struct audit_batch;
struct contract;
struct counters;
struct database;
struct event_base;
struct http_request;
struct limits;
struct operation;
struct statement;
struct token_verifier;

/* What a worker serves with; all borrowed. */
struct service {
    const struct contract *contract;
    struct statement **statements; /* by operation index; NULL where a handler answers */
    struct token_verifier *verifier;
    struct database *database;
    struct audit_batch *audit;
    struct counters *counters;
    struct limits *limits;
    bool forwarded; /* X-Forwarded-For can be trusted */
};

/* A handler of an operation that is not a statement: it replies at once. */
typedef void handler(struct service *service, const struct operation *operation, struct http_request *request);

/* For http_server_new: `owner` is a struct service. */
void request_handle(struct http_request *request, void *owner);
void request_done(struct http_request *request, int status, size_t bytes, void *owner);

#endif
