/* SPDX-License-Identifier: MIT */
/* The log: one JSON object a line on standard error; never personal data, never a secret. */
#ifndef SKILLSD_BASE_LOG_H
#define SKILLSD_BASE_LOG_H

#include <stddef.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_LEVEL_COUNT };

/* Lines below this level are not written. The default is LOG_INFO. */
void log_set_level(enum log_level level);

/* The name that every line of this process carries as "process": supervisor, worker-1, clerk. */
void log_set_process(const char *name);

/* Writes {"time":..,"level":..,"process":..,"event":EVENT, ...}. What follows the event are pairs
 * of name and text, ended by NULL; a pair whose text is NULL is left out. The line is one write(2), so that
 * the lines of several processes do not mix. */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));

/* The log-safe form of a number, in one of eight rotating buffers: good until the eighth call after. */
const char *log_number(long long number);

#endif
