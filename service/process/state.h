/* SPDX-License-Identifier: MIT */
/* Whether the database has been found to agree with the contract: one word that all processes share. */
#ifndef SKILLSD_PROCESS_STATE_H
#define SKILLSD_PROCESS_STATE_H

enum state {
    STATE_UNCHECKED, /* the database has not been reached yet */
    STATE_GOOD,
    STATE_WRONG, /* reached, and it does not fit the contract */
    STATE_COUNT
};

/* Before the fork. */
void state_share(void);
/* The supervisor alone sets it. */
void state_set(enum state state);
enum state state_get(void);

/* NULL when requests may be answered, and where nothing is shared; otherwise a sentence for /ready. */
const char *state_unready(void);

#endif
