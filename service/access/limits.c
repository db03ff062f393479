/* SPDX-License-Identifier: MIT */
/* The two policies over one table of buckets. */
#include "access/limits.h"

#include "access/buckets.h"
#include "base/keyed_hash.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* BUCKETS: 4 MiB. A bucket is in use for as long as its owner is below the quota: 50 ms after one request of 1,200 a
 * minute, and a minute at most. */
enum { BUCKETS = 1 << 18, WINDOW_SECONDS = 60 };

static const uint64_t second = 1000000000;

const char *const policy_names[POLICY_COUNT] = {"address", "principal"};

struct limits {
    struct buckets *buckets;
    struct keyed_hash *hashes[POLICY_COUNT]; /* a key each: an address and a principal are never one bucket */
    struct quota quotas[POLICY_COUNT];       /* no units: the policy is off */
};

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * second + (uint64_t)time.tv_nsec;
}

static void stand(struct standing *standing, const struct level *level) {
    standing->applied = true;
    standing->left = level->left;
    standing->seconds = (long long)((level->wait + second - 1) / second);
}

struct limits *limits_new(const long per_minute[POLICY_COUNT]) {
    struct limits *limits = xcalloc(1, sizeof *limits);
    limits->buckets = buckets_new(BUCKETS);
    for (size_t i = 0; i < POLICY_COUNT; i++) {
        limits->hashes[i] = keyed_hash_new(NULL);
        if (per_minute[i] > 0)
            limits->quotas[i] =
                (struct quota){(uint64_t)per_minute[i], WINDOW_SECONDS * second / (uint64_t)per_minute[i]};
    }
    return limits;
}

void limits_free(struct limits *limits) {
    for (size_t i = 0; i < POLICY_COUNT; i++)
        keyed_hash_free(limits->hashes[i]);
    buckets_free(limits->buckets);
    free(limits);
}

long limits_per_minute(const struct limits *limits, enum policy policy) {
    return (long)limits->quotas[policy].units;
}

bool limits_take(struct limits *limits, enum policy policy, const void *who, size_t length, struct standing *standing) {
    const struct quota *quota = &limits->quotas[policy];
    struct level level;
    if (!quota->units)
        return true;
    standing->key = keyed_hash_of(limits->hashes[policy], who, length);
    bool taken = buckets_take(limits->buckets, standing->key, quota, now(), &level);
    stand(standing, &level);
    return taken;
}

void limits_charge(struct limits *limits, enum policy policy, unsigned units, struct standing *standing) {
    struct level level;
    if (!standing->applied)
        return;
    buckets_charge(limits->buckets, standing->key, &limits->quotas[policy], units, now(), &level);
    stand(standing, &level);
}

void limits_describe(const struct limits *limits, const struct standing standings[POLICY_COUNT],
                     struct limit_fields *fields) {
    size_t policies = 0, rates = 0;
    fields->policies[0] = fields->standings[0] = '\0';
    for (enum policy i = 0; i < POLICY_COUNT; i++) {
        if (!standings[i].applied)
            continue;
        const char *comma = policies ? ", " : "";
        policies += (size_t)snprintf(fields->policies + policies, LIMIT_FIELD_BYTES - policies, "%s\"%s\";q=%ld;w=%d",
                                     comma, policy_names[i], limits_per_minute(limits, i), WINDOW_SECONDS);
        rates += (size_t)snprintf(fields->standings + rates, LIMIT_FIELD_BYTES - rates, "%s\"%s\";r=%llu;t=%lld", comma,
                                  policy_names[i], (unsigned long long)standings[i].left, standings[i].seconds);
    }
}
