/* SPDX-License-Identifier: MIT */
/* Replies that are held until their events are committed: events of many requests share a commit. */
#ifndef SKILLSD_AUDIT_BATCH_H
#define SKILLSD_AUDIT_BATCH_H

struct audit_batch;
struct database;
struct problem;

struct audit_batch *audit_batch_new(struct database *database);
/* After the database has been freed, which tells whoever still waits. */
void audit_batch_free(struct audit_batch *batch);

/* Takes an event, and calls told(owner, NULL) once when it is committed, or told(owner, problem) when it is not, so
 * that there may be no answer; at once when too many wait. */
void audit_batch_add(struct audit_batch *batch, char *take_event,
                     void (*told)(void *owner, const struct problem *problem), void *owner);

#endif
