/* SPDX-License-Identifier: MIT */
/* Runs report jobs that wait, one after the other: the body of the clerk's reporter. */
#ifndef SKILLSD_PROCESS_REPORT_RUNNER_H
#define SKILLSD_PROCESS_REPORT_RUNNER_H

struct checked;

/* Until none waits, or something goes wrong that is no fault of a report; returns an exit code. Of all reporters of all
 * machines one works, held so by an advisory lock; another returns at once. */
int report_runner_run(const struct checked *checked);

#endif
