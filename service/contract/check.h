/* SPDX-License-Identifier: MIT */
/* The check: contract, statements and database agree, and the wall has no door; every fault is reported, with file and
 * line. */
#ifndef SKILLSD_CONTRACT_CHECK_H
#define SKILLSD_CONTRACT_CHECK_H

#include <libpq-fe.h>
#include <stdbool.h>

struct contract;
struct faults;
struct statement;

/* What a process serves with, once checked. */
struct checked {
    struct contract *contract;
    struct statement **statements; /* by operation index; NULL where a handler answers */
};

/* The half that needs no database: loads the contract and the statements. True if nothing was added to the faults; then
 * `checked` is whole. */
bool check_offline(const char *home, struct checked *checked, struct faults *faults);
/* The half that needs one, through a connection of the serving role. */
bool check_database(const char *home, const struct checked *checked, PGconn *connection, struct faults *faults);
/* Needed migrations that the database does not have, as faults; a newer database is fine. */
void checked_clear(struct checked *checked);

#endif
