/* SPDX-License-Identifier: MIT */
/* Time that only goes forward, for telling how long something took. */
#ifndef SKILLSD_BASE_CLOCK_H
#define SKILLSD_BASE_CLOCK_H

/* Seconds since some moment in the past, the same for all calls of a process. */
double clock_seconds(void);

#endif
