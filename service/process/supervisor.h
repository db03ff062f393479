/* SPDX-License-Identifier: MIT */
/* The supervisor: starts the workers and the clerk, starts them again when they end or hang, and stops them gracefully.
 */
#ifndef SKILLSD_PROCESS_SUPERVISOR_H
#define SKILLSD_PROCESS_SUPERVISOR_H

struct serving;

/* Runs until SIGTERM or SIGINT; then every process gets SKILLSD_STOP_SECONDS to end, or none after a second signal.
 * SIGHUP makes all read their key sets again. The calling process must have no other children. Returns the exit code;
 * in a child it does not return. */
int supervisor_run(const struct serving *serving);

#endif
