/* SPDX-License-Identifier: MIT */
/* Runs imports that wait, one after the other: the body of the clerk's importer. */
#ifndef SKILLSD_PROCESS_IMPORT_RUNNER_H
#define SKILLSD_PROCESS_IMPORT_RUNNER_H

struct checked;

/* Until none waits, or something goes wrong that is no fault of a file; returns an exit code. Of all importers of all
 * machines one works, held so by an advisory lock; another returns at once. */
int import_runner_run(const struct checked *checked);

#endif
