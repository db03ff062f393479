/* SPDX-License-Identifier: MIT */
/* Method and path to operation. */
#ifndef SKILLSD_CONTRACT_ROUTES_H
#define SKILLSD_CONTRACT_ROUTES_H

#include "contract/contract.h"

struct problem;

enum { ROUTE_PARTS_MAX = 16 };

/* The operation found and the path's values in the order of its braces: slices of the raw path, still percent-encoded.
 */
struct route {
    const struct operation *operation; /* NULL: OPTIONS, answered with `allow` alone */
    struct {
        const char *start;
        size_t length;
    } values[ROUTE_PARTS_MAX];
    size_t value_count;
    char *allow; /* for OPTIONS: the methods of the path, to be freed; else NULL */
};

/* HEAD is looked up as GET. False with the problem set to 404 not_found, or 405 method_not_allowed with Allow. */
bool route_find(const struct contract *contract, const char *method, const char *path, struct route *route,
                struct problem *problem);

#endif
