/* SPDX-License-Identifier: MIT */
/* The rate limits: how many requests a minute are answered for an address and for a principal, on this machine. */
#ifndef SKILLSD_ACCESS_LIMITS_H
#define SKILLSD_ACCESS_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct limits;

enum policy { POLICY_ADDRESS, POLICY_PRINCIPAL, POLICY_COUNT };
extern const char *const policy_names[POLICY_COUNT];

/* How a request stands with a policy; zero-initialise it. */
struct standing {
    bool applied; /* false: nothing was counted, because the policy is off or was not reached */
    uint64_t key; /* of the bucket */
    uint64_t left;
    long long seconds; /* until there is one more, rounded up */
};

/* The value of a header field for each of the two, "" when no policy was applied. */
enum { LIMIT_FIELD_BYTES = 160 };
struct limit_fields {
    char policies[LIMIT_FIELD_BYTES]; /* RateLimit-Policy */
    char standings[LIMIT_FIELD_BYTES];
};

/* Before the fork: requests a minute by policy, 0 to turn it off. The whole minute's quota may come at once. */
struct limits *limits_new(const long per_minute[POLICY_COUNT]);
void limits_free(struct limits *limits);

long limits_per_minute(const struct limits *limits, enum policy policy);

/* Counts a request for whoever the bytes name. False when it is one too many. */
bool limits_take(struct limits *limits, enum policy policy, const void *who, size_t length, struct standing *standing);

/* Counts more units for a request that was counted before, whether or not they are left. */
void limits_charge(struct limits *limits, enum policy policy, unsigned units, struct standing *standing);

/* Writes the header fields as in draft-ietf-httpapi-ratelimit-headers-11: each policy that was applied, in its order.
 */
void limits_describe(const struct limits *limits, const struct standing standings[POLICY_COUNT],
                     struct limit_fields *fields);

#endif
