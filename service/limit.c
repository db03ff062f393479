/* SPDX-License-Identifier: MIT */
/* Stage limit: a request is counted for its address before the token is looked at, and for its principal after. */
#include "access/address.h"
#include "base/memory.h"
#include "http/server.h"
#include "process/counters.h"
#include "walk.h"

#include <stdlib.h>
#include <string.h>

/* A refused token costs its address ten units, so that guessing is slow; one was taken when the request came. */
enum { REFUSAL_UNITS = 10 };

static const char *const counted_for[POLICY_COUNT] = {
    [POLICY_ADDRESS] = "one address",
    [POLICY_PRINCIPAL] = "one issuer and subject",
};

/* What else was wrong with the request does not matter any more. */
static void refuse(struct walk *walk, enum policy policy) {
    struct problem *problem = &walk->problem;
    long long seconds = walk->standings[policy].seconds;
    counters_rate_limited(walk->service->counters);
    problem_clear(problem);
    problem_set(problem, 429, "rate_limited", "These are too many requests; try again in %lld s.", seconds);
    problem_add_fault(problem, "", policy_names[policy], "At most %ld requests a minute are answered for %s.",
                      limits_per_minute(walk->service->limits, policy), counted_for[policy]);
    problem->retry_after = (int)seconds;
}

static bool take(struct walk *walk, enum policy policy, const void *who, size_t length) {
    if (limits_take(walk->service->limits, policy, who, length, &walk->standings[policy]))
        return true;
    refuse(walk, policy);
    return false;
}

bool walk_limit_address(struct walk *walk) {
    if (walk->route.operation && walk->route.operation->unlimited)
        return true;
    const char *forwarded = walk->service->forwarded ? http_request_header(walk->request, "X-Forwarded-For") : NULL;
    struct address address = address_of_client(http_request_peer(walk->request), forwarded);
    return take(walk, POLICY_ADDRESS, address.bytes, address.length);
}

/* No issuer has a line feed in it (it is a URL), so no two principals are the same text. */
bool walk_limit_principal(struct walk *walk) {
    char *principal = xasprintf("%s\n%s", walk->issuer, walk->subject);
    bool taken = take(walk, POLICY_PRINCIPAL, principal, strlen(principal));
    free(principal);
    return taken;
}

void walk_limit_refusal(struct walk *walk) {
    if (http_request_header(walk->request, "Authorization"))
        limits_charge(walk->service->limits, POLICY_ADDRESS, REFUSAL_UNITS - 1, &walk->standings[POLICY_ADDRESS]);
}

void walk_show_limits(struct walk *walk) {
    struct limit_fields fields;
    limits_describe(walk->service->limits, walk->standings, &fields);
    if (!*fields.standings)
        return;
    http_reply_header(walk->request, "RateLimit-Policy", fields.policies);
    http_reply_header(walk->request, "RateLimit", fields.standings);
}
