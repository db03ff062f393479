/* SPDX-License-Identifier: MIT */
/* What a request gives: path, query and header values and the body, decoded and checked against the contract. */
#ifndef SKILLSD_CONTRACT_INPUTS_H
#define SKILLSD_CONTRACT_INPUTS_H

#include "contract/contract.h"
#include "contract/routes.h"

struct http_request;
struct problem;

struct inputs {
    char **values;    /* by parameter of the operation: its text, a JSON array for an array, the default, or NULL */
    const char *body; /* the very bytes received, borrowed from the request; NULL without a body */
    size_t body_length;
    const char *body_media; /* the media type of a body, as the contract has it; borrowed from there */
    long limit;             /* of a list; 0 when the operation has none */
    size_t count;
};

/* Reads and checks everything; false with the problem set: 400 with every fault of path, query and header at once, 428
 * for a missing If-Match, 415 for a body of another type, 400 for one that is not JSON, 422 with every fault of the
 * body at once. */
bool inputs_read(const struct route *route, struct http_request *request, struct inputs *inputs,
                 struct problem *problem);
void inputs_clear(struct inputs *inputs);

/* The value of a header or other parameter by its name in the contract; NULL if absent or not declared. */
const char *inputs_value(const struct inputs *inputs, const struct operation *operation, const char *name);

/* Decodes percent-encoding (and '+' as a space in a query); NULL for a broken escape, a NUL or text that is not UTF-8.
 * To be freed. */
char *percent_decode(const char *text, size_t length, bool plus_is_space);

#endif
