/* SPDX-License-Identifier: MIT */
/* The supervisor's question to the database: does it agree with the contract? */
#ifndef SKILLSD_PROCESS_AGREEMENT_H
#define SKILLSD_PROCESS_AGREEMENT_H

#include "process/state.h"

struct checked;
struct faults;

/* Connects and checks, in three seconds a host when there is nobody; STATE_UNCHECKED with a line in the log when the
 * database cannot be reached, STATE_WRONG with the faults added. */
enum state agreement_find(const struct checked *checked, struct faults *faults);

/* The check in the background of the supervisor's loop, which `now` is the clock of: looks again while the database has
 * not been found to agree, and tells the workers by the shared state. */
void agreement_look(const struct checked *checked, double now);

#endif
