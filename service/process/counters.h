/* SPDX-License-Identifier: MIT */
/* Counters in a page range that all processes share: a slot for each worker, written by it alone, summed by whoever is
 * asked. */
#ifndef SKILLSD_PROCESS_COUNTERS_H
#define SKILLSD_PROCESS_COUNTERS_H

#include "contract/contract.h"

#include <stddef.h>

struct counters;
struct evbuffer;

/* Before the fork: slots for `workers` workers (and one for the clerk), each with a cell for every operation of the
 * contract and one more for requests that matched none. */
struct counters *counters_new(const struct contract *contract, int workers);
/* After the fork: this process writes slot `worker` (0-based). What an earlier worker counted there is kept. */
void counters_take_slot(struct counters *counters, int worker);

/* A request was answered: operation NULL when none was matched. Seconds from its arrival to the reply. */
void counters_request(struct counters *counters, const struct operation *operation, int status, double seconds,
                      size_t bytes);
void counters_token_refused(struct counters *counters);
void counters_rate_limited(struct counters *counters);
/* The gauges of this process, set about once a second by the worker. */
struct gauges {
    int http_connections;
    int database_connections[LANE_COUNT];
    int flights[LANE_COUNT];
};
void counters_set_gauges(struct counters *counters, const struct gauges *gauges);

/* What the clerk has read in the database: the gauge skillsd_<name>, a whole number. There is room for sixteen names of
 * up to 47 characters; more are left out. */
void counters_publish(struct counters *counters, const char *name, long long value);

/* The heartbeat of this process, and the age in seconds of another's. */
void counters_beat(struct counters *counters);
double counters_beat_age(const struct counters *counters, int worker);
/* The supervisor started this worker anew after it ended unasked. */
void counters_restarted(struct counters *counters, int worker);

/* OpenMetrics text for all workers together, ended by "# EOF". Labels are operation ids, status classes and lanes. */
void counters_write(const struct counters *counters, struct evbuffer *out);

#endif
