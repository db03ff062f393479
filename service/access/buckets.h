/* SPDX-License-Identifier: MIT */
/* Buckets of requests in a page range that all processes share, so that a limit is one limit however many workers there
 * are. A bucket is one point in time: when it will be full again (GCRA, ITU-T I.371). */
#ifndef SKILLSD_ACCESS_BUCKETS_H
#define SKILLSD_ACCESS_BUCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buckets;

/* Time is in nanoseconds of the monotonic clock, which all processes of a machine share. */
struct quota {
    uint64_t units;    /* what a full bucket holds */
    uint64_t interval; /* in which it gets one back */
};

/* How a bucket stands after it was asked. */
struct level {
    uint64_t left; /* whole units */
    uint64_t wait; /* until there is one more */
};

/* Before the fork: a table of a fixed number of cells, a power of two and at least 8, whatever the number of keys. */
struct buckets *buckets_new(size_t cells);
void buckets_free(struct buckets *buckets);

/* Takes a unit from the bucket of a key. False when there is none, and then nothing is taken. Keys are hashes that
 * nobody can aim: two keys that are equal share a bucket. Never waits for another process. */
bool buckets_take(struct buckets *buckets, uint64_t key, const struct quota *quota, uint64_t now, struct level *level);

/* Takes units whether or not they are there; a bucket can owe them. */
void buckets_charge(struct buckets *buckets, uint64_t key, const struct quota *quota, uint64_t units, uint64_t now,
                    struct level *level);

#endif
