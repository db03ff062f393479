/* SPDX-License-Identifier: MIT */
/* Posting the ledger's entries of people whose facts were loaded in bulk, before a command says that it is done. */
#ifndef SKILLSD_COMMANDS_BACKLOG_H
#define SKILLSD_COMMANDS_BACKLOG_H

#include <libpq-fe.h>
#include <stdbool.h>

/* Posts in steps of a transaction each until nobody is left, and tells how far it is on standard error; then folds. The
 * connection is the owner's and holds no transaction. False with *why set to a sentence, to be freed: what is left then
 * is the clerk's. */
bool backlog_post(PGconn *connection, char **why);

#endif
