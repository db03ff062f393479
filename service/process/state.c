/* SPDX-License-Identifier: MIT */
/* The state of the check in a shared page. */
#include "process/state.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

static const char *const reasons[STATE_COUNT] = {
    [STATE_UNCHECKED] = "The database has not been checked against the contract yet.",
    [STATE_WRONG] = "The database does not fit the contract; the log and `skillsd check` say where.",
};

static _Atomic int *shared;

void state_share(void) {
    void *page = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        abort();
    shared = page;
}

void state_set(enum state state) {
    atomic_store(shared, (int)state);
}

enum state state_get(void) {
    return shared ? (enum state)atomic_load(shared) : STATE_GOOD;
}

const char *state_unready(void) {
    return reasons[state_get()];
}
