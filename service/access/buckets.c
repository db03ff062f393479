/* SPDX-License-Identifier: MIT */
/* The table of buckets: sets of eight cells, in which a key is looked for and nowhere else.
 *
 * A bucket that is full again is worth nothing, so its cell is free for another key, and no bucket is ever removed.
 * When all eight cells of a set are in use, a new key takes over the one that would be full soonest: its owner gets
 * back the little that it had used. So every key is counted, a bucket that is empty is given up last, and what goes
 * wrong is a limit that is too generous. A process that takes over a cell just when another charges it, or takes one
 * for a key just when another does, may let that one unit go to the wrong bucket; nothing but locks would prevent that,
 * and it is worth none. */
#include "access/buckets.h"

#include "base/memory.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { SET_CELLS = 8, CACHE_LINE = 64 };

struct cell {
    _Atomic uint64_t key;
    _Atomic uint64_t full; /* when the bucket is full again; in the past when it is */
};

struct set {
    alignas(CACHE_LINE) struct cell cells[SET_CELLS];
};

struct buckets {
    size_t sets;
    struct set *shared;
};

/* What is missing from a bucket, as the time until it is full. No bucket owes more than another whole one: a clock that
 * went back would otherwise shut out its owner for as long. */
static uint64_t missing(uint64_t full, const struct quota *quota, uint64_t now) {
    uint64_t most = 2 * quota->units * quota->interval;
    if (full <= now)
        return 0;
    return full - now < most ? full - now : most;
}

static struct level level_of(uint64_t missing_time, const struct quota *quota) {
    uint64_t whole = quota->units * quota->interval;
    uint64_t left = missing_time < whole ? (whole - missing_time) / quota->interval : 0;
    return (struct level){left, missing_time + (left + 1) * quota->interval - whole};
}

static struct cell *find(struct set *set, uint64_t key) {
    for (size_t i = 0; i < SET_CELLS; i++)
        if (atomic_load(&set->cells[i].key) == key)
            return &set->cells[i];
    return NULL;
}

/* Makes the cell that is full soonest the key's, with a full bucket; NULL when another process was there first. */
static struct cell *take_over(struct set *set, uint64_t key, uint64_t now) {
    struct cell *soonest = NULL;
    uint64_t owner = 0, full = 0;
    for (size_t i = 0; i < SET_CELLS && (!soonest || full > now); i++) {
        struct cell *cell = &set->cells[i];
        uint64_t its_owner = atomic_load(&cell->key), its_full = atomic_load(&cell->full);
        if (soonest && its_full >= full)
            continue;
        soonest = cell;
        owner = its_owner;
        full = its_full;
    }
    if (full > now && !atomic_compare_exchange_strong(&soonest->full, &full, now))
        return NULL;
    return atomic_compare_exchange_strong(&soonest->key, &owner, key) ? soonest : NULL;
}

/* Each turn but the last means that another process got on. A key of zero is that of an unused cell. */
static struct cell *cell_of(struct buckets *buckets, uint64_t key, uint64_t now) {
    struct set *set = &buckets->shared[key & (buckets->sets - 1)];
    struct cell *cell = NULL;
    key |= !key;
    while (!cell) {
        cell = find(set, key);
        if (!cell)
            cell = take_over(set, key, now);
    }
    return cell;
}

struct buckets *buckets_new(size_t cells) {
    struct buckets *buckets = xcalloc(1, sizeof *buckets);
    buckets->sets = cells / SET_CELLS;
    buckets->shared =
        mmap(NULL, buckets->sets * sizeof(struct set), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (buckets->shared == MAP_FAILED)
        abort();
    return buckets;
}

void buckets_free(struct buckets *buckets) {
    munmap(buckets->shared, buckets->sets * sizeof(struct set));
    free(buckets);
}

bool buckets_take(struct buckets *buckets, uint64_t key, const struct quota *quota, uint64_t now, struct level *level) {
    struct cell *cell = cell_of(buckets, key, now);
    uint64_t full = atomic_load(&cell->full);
    uint64_t after;
    do {
        uint64_t before = missing(full, quota, now);
        after = before + quota->interval;
        if (after > quota->units * quota->interval) {
            *level = level_of(before, quota);
            return false;
        }
    } while (!atomic_compare_exchange_weak(&cell->full, &full, now + after));
    *level = level_of(after, quota);
    return true;
}

void buckets_charge(struct buckets *buckets, uint64_t key, const struct quota *quota, uint64_t units, uint64_t now,
                    struct level *level) {
    struct cell *cell = cell_of(buckets, key, now);
    uint64_t full = atomic_load(&cell->full);
    uint64_t after;
    do
        after = missing(full, quota, now) + units * quota->interval;
    while (!atomic_compare_exchange_weak(&cell->full, &full, now + after));
    *level = level_of(after, quota);
}
