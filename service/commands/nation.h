/* SPDX-License-Identifier: MIT */
/* A synthetic nation: the people of all organisations, with years of history, made slice by slice. */
#ifndef SKILLSD_COMMANDS_NATION_H
#define SKILLSD_COMMANDS_NATION_H

#include "db/script.h"

#include <libpq-fe.h>

enum { NATION_PEOPLE_MAX = 1000000, NATION_YEARS_MAX = 30 };

/* Makes what is missing of a nation of so many people at a time over so many years, a transaction a slice, with
 * progress on standard error; then posts and folds the ledger's entries. Whatever stops it, the next run goes on. The
 * connection is the owner's; the scripts are those of sql/demo. Returns the exit code, the reason printed. */
int nation_make(PGconn *connection, const struct scripts *scripts, long people, long years);

#endif
