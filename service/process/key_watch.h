/* SPDX-License-Identifier: MIT */
/* The clerk's watch over the issuers' keys: which provider is asked when, and what came of it, kept in the database. */
#ifndef SKILLSD_PROCESS_KEY_WATCH_H
#define SKILLSD_PROCESS_KEY_WATCH_H

#include <libpq-fe.h>

struct key_watch;

/* NULL, with the fault on standard error, when its statements cannot be read. */
struct key_watch *key_watch_new(const char *home);

/* The session hears from now on when keys are wanted. */
void key_watch_listen(struct key_watch *watch, PGconn *connection);

/* Seconds until a provider is to be asked, at most `most`; 0 when one is due. It looks into the database when a
 * notification has come, when something was due, and otherwise no more than once in a while. `now` is on the clerk's
 * clock. */
double key_watch_wait(struct key_watch *watch, PGconn *connection, double now, double most);

/* Asks the one provider that is due first, if one is, and keeps what it said. Takes no longer than a fetch may. */
void key_watch_run(struct key_watch *watch, PGconn *connection, double now);

#endif
