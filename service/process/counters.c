/* SPDX-License-Identifier: MIT */
/* Counters in shared pages: each slot has one writer, so a plain atomic load and store is enough, and no process waits
 * for another. */
#include "process/counters.h"

#include <event2/buffer.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { CACHE_LINE = 64, NANOSECONDS = 1000000000, STATUS_CLASSES = 5, PUBLISHED_MAX = 16, NAME_MAX_BYTES = 48 };

static const struct {
    double seconds;
    const char *label;
} bounds[] = {
    {0.0005, "0.0005"}, {0.001, "0.001"}, {0.0025, "0.0025"}, {0.005, "0.005"}, {0.01, "0.01"},
    {0.025, "0.025"},   {0.05, "0.05"},   {0.1, "0.1"},       {0.25, "0.25"},   {0.5, "0.5"},
    {1, "1.0"},         {2.5, "2.5"},     {5, "5.0"},         {10, "10.0"},     {30, "30.0"},
};

enum { BOUNDS = sizeof bounds / sizeof *bounds };

typedef _Atomic uint64_t counter;

/* What is counted of one operation; bucket BOUNDS is for what took longer than the last bound. */
struct cell {
    alignas(CACHE_LINE) counter statuses[STATUS_CLASSES];
    counter buckets[BOUNDS + 1];
    counter nanoseconds;
    counter bytes;
};

struct slot {
    alignas(CACHE_LINE) counter beat; /* nanoseconds of the monotonic clock; 0 before the first */
    counter token_refused;
    counter rate_limited;
    counter restarted; /* written by the supervisor, not by the owner of the slot */
    counter http_connections;
    counter database_connections[LANE_COUNT];
    counter flights[LANE_COUNT];
    struct cell cells[]; /* by operation, and one for requests that matched none */
};

/* A gauge that the clerk, and it alone, writes: the name first, which then stays. */
struct published {
    char name[NAME_MAX_BYTES];
    _Atomic int64_t value;
};

/* Lies at the start of the shared pages, so that it ends with them; but for what is published not changed after
 * counters_new. */
struct counters {
    const struct contract *contract;
    int slots; /* the workers and the clerk */
    size_t slot_size;
    struct published published[PUBLISHED_MAX];
    atomic_int published_count;
    alignas(CACHE_LINE) char first[];
};

/* One number of every slot, by its place in struct slot. */
struct family {
    const char *name;
    const char *type;
    const char *sample; /* what the sample's name has after the family's */
    const char *help;
    size_t offset;
    bool lanes; /* the number is an array by lane */
};

static const struct family families[] = {
    {"skillsd_token_refused", "counter", "_total", "Bearer tokens that were refused.",
     offsetof(struct slot, token_refused), false},
    {"skillsd_rate_limited", "counter", "_total",
     "Requests that were answered 429, one too many for an address or principal.", offsetof(struct slot, rate_limited),
     false},
    {"skillsd_worker_restarts", "counter", "_total", "Processes that were started anew after they ended unasked.",
     offsetof(struct slot, restarted), false},
    {"skillsd_http_connections", "gauge", "", "Open connections of clients.", offsetof(struct slot, http_connections),
     false},
    {"skillsd_database_connections", "gauge", "", "Open connections to PostgreSQL.",
     offsetof(struct slot, database_connections), true},
    {"skillsd_flights", "gauge", "", "Statements that wait or are under way.", offsetof(struct slot, flights), true},
};

/* The slot that this process writes. */
static struct slot *own;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

static uint64_t get(const counter *value) {
    return atomic_load_explicit(value, memory_order_relaxed);
}

static void set(counter *value, uint64_t number) {
    atomic_store_explicit(value, number, memory_order_relaxed);
}

static void add(counter *value, uint64_t number) {
    set(value, get(value) + number);
}

static struct slot *slot_at(const struct counters *counters, int index) {
    return (struct slot *)(void *)((char *)(uintptr_t)counters->first + (size_t)index * counters->slot_size);
}

static size_t bucket_of(double seconds) {
    size_t bucket = 0;
    while (bucket < BOUNDS && seconds > bounds[bucket].seconds)
        bucket++;
    return bucket;
}

/* The sum over all slots of the number at `offset`. */
static uint64_t sum_at(const struct counters *counters, size_t offset) {
    uint64_t sum = 0;
    for (int i = 0; i < counters->slots; i++)
        sum += get((const counter *)(const void *)((const char *)slot_at(counters, i) + offset));
    return sum;
}

static uint64_t sum_of_cell(const struct counters *counters, size_t operation, size_t offset) {
    return sum_at(counters, offsetof(struct slot, cells) + operation * sizeof(struct cell) + offset);
}

static const char *operation_name(const struct counters *counters, size_t operation) {
    return operation < counters->contract->operation_count ? counters->contract->operations[operation].id : "none";
}

static void write_family(struct evbuffer *out, const char *name, const char *type, const char *help) {
    evbuffer_add_printf(out, "# TYPE %s %s\n", name, type);
    const char *unit = strrchr(name, '_') + 1;
    if (strcmp(unit, "seconds") == 0 || strcmp(unit, "bytes") == 0)
        evbuffer_add_printf(out, "# UNIT %s %s\n", name, unit);
    evbuffer_add_printf(out, "# HELP %s %s\n", name, help);
}

static void write_requests(const struct counters *counters, size_t operation, struct evbuffer *out) {
    for (size_t i = 0; i < STATUS_CLASSES; i++) {
        size_t offset = offsetof(struct cell, statuses) + i * sizeof(counter);
        uint64_t count = sum_of_cell(counters, operation, offset);
        if (count)
            evbuffer_add_printf(out, "skillsd_requests_total{operation=\"%s\",status=\"%zuxx\"} %llu\n",
                                operation_name(counters, operation), i + 1, (unsigned long long)count);
    }
}

/* The count of a histogram is the sum of its buckets, so that the two always agree, whatever is counted meanwhile. */
static void write_seconds(const struct counters *counters, size_t operation, struct evbuffer *out) {
    const char *name = operation_name(counters, operation);
    uint64_t count = 0;
    for (size_t i = 0; i <= BOUNDS; i++) {
        count += sum_of_cell(counters, operation, offsetof(struct cell, buckets) + i * sizeof(counter));
        evbuffer_add_printf(out, "skillsd_request_seconds_bucket{operation=\"%s\",le=\"%s\"} %llu\n", name,
                            i < BOUNDS ? bounds[i].label : "+Inf", (unsigned long long)count);
    }
    uint64_t sum = sum_of_cell(counters, operation, offsetof(struct cell, nanoseconds));
    evbuffer_add_printf(out, "skillsd_request_seconds_count{operation=\"%s\"} %llu\n", name, (unsigned long long)count);
    evbuffer_add_printf(out, "skillsd_request_seconds_sum{operation=\"%s\"} %llu.%09llu\n", name,
                        (unsigned long long)sum / NANOSECONDS, (unsigned long long)sum % NANOSECONDS);
}

static void write_bytes(const struct counters *counters, size_t operation, struct evbuffer *out) {
    uint64_t bytes = sum_of_cell(counters, operation, offsetof(struct cell, bytes));
    evbuffer_add_printf(out, "skillsd_reply_bytes_total{operation=\"%s\"} %llu\n", operation_name(counters, operation),
                        (unsigned long long)bytes);
}

static bool operation_was_asked(const struct counters *counters, size_t operation) {
    for (size_t i = 0; i <= BOUNDS; i++) {
        if (sum_of_cell(counters, operation, offsetof(struct cell, buckets) + i * sizeof(counter)))
            return true;
    }
    return false;
}

/* One family that has samples for each operation that was asked for. */
static void write_operations(const struct counters *counters, struct evbuffer *out,
                             void (*write)(const struct counters *, size_t, struct evbuffer *)) {
    for (size_t i = 0; i <= counters->contract->operation_count; i++) {
        if (operation_was_asked(counters, i))
            write(counters, i, out);
    }
}

static void write_numbers(const struct counters *counters, const struct family *family, struct evbuffer *out) {
    write_family(out, family->name, family->type, family->help);
    if (!family->lanes) {
        evbuffer_add_printf(out, "%s%s %llu\n", family->name, family->sample,
                            (unsigned long long)sum_at(counters, family->offset));
        return;
    }
    for (size_t lane = 0; lane < LANE_COUNT; lane++)
        evbuffer_add_printf(out, "%s%s{lane=\"%s\"} %llu\n", family->name, family->sample, lane_names[lane],
                            (unsigned long long)sum_at(counters, family->offset + lane * sizeof(counter)));
}

static void write_published(const struct counters *counters, struct evbuffer *out) {
    int count = atomic_load_explicit(&counters->published_count, memory_order_acquire);
    for (int i = 0; i < count; i++) {
        const struct published *gauge = &counters->published[i];
        char name[sizeof "skillsd_" + NAME_MAX_BYTES];
        snprintf(name, sizeof name, "skillsd_%s", gauge->name);
        write_family(out, name, "gauge", "Read in the database by the clerk.");
        evbuffer_add_printf(out, "%s %lld\n", name,
                            (long long)atomic_load_explicit(&gauge->value, memory_order_relaxed));
    }
}

struct counters *counters_new(const struct contract *contract, int workers) {
    size_t slot_size = sizeof(struct slot) + (contract->operation_count + 1) * sizeof(struct cell);
    size_t size = sizeof(struct counters) + (size_t)(workers + 1) * slot_size;
    struct counters *counters = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counters == MAP_FAILED)
        abort();
    counters->contract = contract;
    counters->slots = workers + 1;
    counters->slot_size = slot_size;
    own = slot_at(counters, 0);
    return counters;
}

void counters_take_slot(struct counters *counters, int worker) {
    own = slot_at(counters, worker);
    counters_set_gauges(counters, &(struct gauges){0});
    counters_beat(counters);
}

void counters_request(struct counters *counters, const struct operation *operation, int status, double seconds,
                      size_t bytes) {
    struct cell *cell = &own->cells[operation ? operation->index : counters->contract->operation_count];
    if (status >= 100 && status < 600)
        add(&cell->statuses[status / 100 - 1], 1);
    add(&cell->buckets[bucket_of(seconds)], 1);
    add(&cell->nanoseconds, seconds > 0 ? (uint64_t)(seconds * NANOSECONDS) : 0);
    add(&cell->bytes, bytes);
}

void counters_token_refused(struct counters *counters) {
    (void)counters;
    add(&own->token_refused, 1);
}

void counters_rate_limited(struct counters *counters) {
    (void)counters;
    add(&own->rate_limited, 1);
}

void counters_set_gauges(struct counters *counters, const struct gauges *gauges) {
    (void)counters;
    set(&own->http_connections, (uint64_t)gauges->http_connections);
    for (size_t lane = 0; lane < LANE_COUNT; lane++) {
        set(&own->database_connections[lane], (uint64_t)gauges->database_connections[lane]);
        set(&own->flights[lane], (uint64_t)gauges->flights[lane]);
    }
}

void counters_publish(struct counters *counters, const char *name, long long value) {
    int count = atomic_load_explicit(&counters->published_count, memory_order_relaxed), place = 0;
    while (place < count && strcmp(counters->published[place].name, name) != 0)
        place++;
    if (place == PUBLISHED_MAX || strlen(name) >= NAME_MAX_BYTES)
        return;
    struct published *gauge = &counters->published[place];
    atomic_store_explicit(&gauge->value, value, memory_order_relaxed);
    if (place < count)
        return;
    memcpy(gauge->name, name, strlen(name) + 1);
    atomic_store_explicit(&counters->published_count, count + 1, memory_order_release);
}

void counters_beat(struct counters *counters) {
    (void)counters;
    set(&own->beat, now());
}

double counters_beat_age(const struct counters *counters, int worker) {
    uint64_t beat = get(&slot_at(counters, worker)->beat);
    uint64_t time = now();
    return time > beat ? (double)(time - beat) / NANOSECONDS : 0;
}

void counters_restarted(struct counters *counters, int worker) {
    add(&slot_at(counters, worker)->restarted, 1);
}

void counters_write(const struct counters *counters, struct evbuffer *out) {
    write_family(out, "skillsd_requests", "counter", "Requests that were answered, by class of status.");
    write_operations(counters, out, write_requests);
    write_family(out, "skillsd_request_seconds", "histogram", "Time from the arrival of a request to its reply.");
    write_operations(counters, out, write_seconds);
    write_family(out, "skillsd_reply_bytes", "counter", "Bytes of the bodies of replies.");
    write_operations(counters, out, write_bytes);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        write_numbers(counters, &families[i], out);
    write_published(counters, out);
    write_family(out, "skillsd_build", "info", "The program that runs.");
    evbuffer_add_printf(out, "skillsd_build_info{version=\"%s\"} 1\n", SKILLSD_VERSION);
    evbuffer_add(out, "# EOF\n", 6);
}
