/* SPDX-License-Identifier: MIT */
/* `skillsd audit ledger`: the proof that the ledger balances. */
#ifndef SKILLSD_COMMANDS_AUDIT_LEDGER_H
#define SKILLSD_COMMANDS_AUDIT_LEDGER_H

#include <libpq-fe.h>
#include <stdbool.h>

/* What is proved: one person (a UUID), one organisation (its code or identifier), or, with both NULL, all. */
struct ledger_extent {
    const char *person;
    const char *organisation;
};

/* Whether the arguments after "ledger" are understood. */
bool audit_ledger_options(int argc, char **argv, struct ledger_extent *extent);
/* Prints every difference and how it went. 0, 65 (EX_DATAERR) when there is any, or another code with the reason
 * printed. */
int audit_ledger(PGconn *connection, const struct ledger_extent *extent);

#endif
