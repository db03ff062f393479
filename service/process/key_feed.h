/* SPDX-License-Identifier: MIT */
/* Keeps a worker's verifier in step with the issuers and keys of the database, without a request ever waiting for it.
 */
#ifndef SKILLSD_PROCESS_KEY_FEED_H
#define SKILLSD_PROCESS_KEY_FEED_H

struct database;
struct event_base;
struct key_feed;
struct token_verifier;

/* Begins at once; NULL, with the fault on standard error, when its statements cannot be read. All is borrowed. */
struct key_feed *key_feed_new(struct event_base *base, struct database *database, struct token_verifier *verifier,
                              const char *home);
/* After database_free, which ends the flights that are under way. */
void key_feed_free(struct key_feed *feed);

#endif
