/* SPDX-License-Identifier: MIT */
/* One flight at a time inserts all events that wait; while it is under way others gather for the next. */
#include "audit/batch.h"

#include "base/memory.h"
#include "db/database.h"
#include "http/problem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

/* Events that one flight takes, and those that may wait; one more is 503. */
enum { FLIGHT_EVENTS = 256, WAITING_MAX = 4096 };

struct waiter {
    TAILQ_ENTRY(waiter) entry;
    char *event;
    void (*told)(void *owner, const struct problem *problem);
    void *owner;
};

TAILQ_HEAD(waiter_list, waiter);

struct audit_batch {
    struct database *database;
    struct waiter_list waiting;
    struct waiter_list under_way; /* empty when no flight is */
    int waiting_count;
    struct flight flight;
    const char *values[1];
    char *events; /* of the flight */
};

/* The waiting events as one JSON array; they are moved to those under way. */
static char *gather(struct audit_batch *batch) {
    size_t length = 2, at = 0;
    struct waiter *waiter;
    for (int i = 0; i < FLIGHT_EVENTS && (waiter = TAILQ_FIRST(&batch->waiting)); i++) {
        TAILQ_REMOVE(&batch->waiting, waiter, entry);
        TAILQ_INSERT_TAIL(&batch->under_way, waiter, entry);
        batch->waiting_count--;
        length += strlen(waiter->event) + 1;
    }
    char *events = xcalloc(length + 1, 1);
    TAILQ_FOREACH(waiter, &batch->under_way, entry) {
        events[at] = at ? ',' : '[';
        at = (size_t)(stpcpy(events + at + 1, waiter->event) - events);
    }
    events[at] = ']';
    return events;
}

/* Whatever went wrong, it is not the reader's fault. */
static void set_unwritten(struct problem *problem, const char *code) {
    problem_set(problem, 503, code, "This cannot be answered now, because the audit trail cannot be written.");
    problem->retry_after = 1;
}

static void tell(struct waiter *waiter, const struct problem *problem) {
    waiter->told(waiter->owner, problem);
    free(waiter->event);
    free(waiter);
}

static void send_next(struct audit_batch *batch);

/* Whoever is told may add again, which then waits for the next flight. */
static void on_done(struct flight *flight, const struct answer *answer) {
    struct audit_batch *batch = flight->owner;
    struct waiter_list answered = TAILQ_HEAD_INITIALIZER(answered);
    struct problem unwritten = {0};
    struct waiter *waiter;
    if (answer->problem)
        set_unwritten(&unwritten, "audit_unavailable");
    free(batch->events);
    batch->events = NULL;
    TAILQ_CONCAT(&answered, &batch->under_way, entry);
    while ((waiter = TAILQ_FIRST(&answered))) {
        TAILQ_REMOVE(&answered, waiter, entry);
        tell(waiter, answer->problem ? &unwritten : NULL);
    }
    problem_clear(&unwritten);
    send_next(batch);
}

static void send_next(struct audit_batch *batch) {
    if (batch->events || TAILQ_EMPTY(&batch->waiting))
        return;
    batch->events = gather(batch);
    batch->values[0] = batch->events;
    batch->flight = (struct flight){
        .lane = LANE_WRITE,
        .statement = database_audit_statement(batch->database),
        .values = batch->values,
        .urgent = true,
        .done = on_done,
        .owner = batch,
    };
    db_send(batch->database, &batch->flight);
}

struct audit_batch *audit_batch_new(struct database *database) {
    struct audit_batch *batch = xcalloc(1, sizeof *batch);
    batch->database = database;
    TAILQ_INIT(&batch->waiting);
    TAILQ_INIT(&batch->under_way);
    return batch;
}

void audit_batch_add(struct audit_batch *batch, char *take_event,
                     void (*told)(void *owner, const struct problem *problem), void *owner) {
    struct waiter *waiter = xcalloc(1, sizeof *waiter);
    *waiter = (struct waiter){.event = take_event, .told = told, .owner = owner};
    if (batch->waiting_count >= WAITING_MAX) {
        struct problem full = {0};
        set_unwritten(&full, "overloaded");
        tell(waiter, &full);
        problem_clear(&full);
        return;
    }
    TAILQ_INSERT_TAIL(&batch->waiting, waiter, entry);
    batch->waiting_count++;
    send_next(batch);
}

void audit_batch_free(struct audit_batch *batch) {
    free(batch);
}
