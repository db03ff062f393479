/* SPDX-License-Identifier: MIT */
/* A worker's four lanes of connections to PostgreSQL, and the one function that sends a flight: context, statement,
 * Sync. */
#ifndef SKILLSD_DB_DATABASE_H
#define SKILLSD_DB_DATABASE_H

#include "contract/contract.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

struct database;
struct event_base;
struct flight;
struct problem;
struct statement;

struct database_options {
    const char *url;
    int connections[LANE_COUNT];
    int report_queue; /* flights that may wait for a report connection; one more is 503 with Retry-After */
    const char *home; /* for sql/engine/ */
};

/* Who asks: becomes the parameters of sql/engine/context.sql. All borrowed until done. issuer NULL: nobody is signed
 * in. */
struct principal {
    const char *issuer;
    const char *subject;
    const char *scopes;       /* space-separated, of the token */
    const char *roles;        /* JSON array of text: the issuer's role claim, or NULL */
    const char *person_claim; /* the value of the claim that names a person of the issuer's organisation, or NULL */
    const char *client;       /* that the token was given to, or NULL */
    const char *organisation; /* the header Acting-Organisation, or NULL */
    const char *required;     /* the operation's scopes, space-separated: one of them must be granted; or NULL */
};

/* An idempotent POST (STATEMENTS.md). NULL in the flight for any other request. */
struct claim {
    const char *operation;
    const char *key;
    const char *body_hash; /* hex of SHA-256 over method, target and body */
};

/* A stored reply, given again. The bytes are good until done returns. */
struct stored_reply {
    int status;
    const char *content_type; /* or NULL */
    const char *location;     /* or NULL */
    const char *etag;         /* or NULL */
    const char *body;
    size_t length;
};

/* What comes of a flight; exactly one of `rows`, `stored` and `problem` is set. */
struct answer {
    PGresult *rows;                    /* borrowed until done returns */
    const struct stored_reply *stored; /* an earlier reply under the same key and body */
    const struct problem *problem;
};

/* What goes into the transaction of a held flight before it is committed. */
struct completion {
    const struct stored_reply *stored; /* with the claim; NULL without one */
    const char *events;                /* a JSON array for sql/engine/audit.sql; NULL for none */
};

/* The commit of a held flight has been answered: the problem is NULL, or the change has not been made. */
typedef void flight_committed(struct flight *flight, const struct problem *problem);

struct flight {
    enum lane lane;
    struct statement *statement;
    struct principal principal;
    const struct claim *claim;
    const char *const *values; /* binding_count, NULL for null */
    const int *lengths;        /* binding_count; text, not NUL-terminated values allowed for jsonb bodies */
    bool read_only;
    bool held;   /* the transaction stays open until the owner has looked at the rows; always so with a claim */
    bool urgent; /* it goes to the head of its lane's queue, for many wait for it */
    const PGresult *asker; /* the lane's: the row of sql/engine/context.sql; good from the first rows until done returns
                            */
    /* Called exactly once for every flight that db_send accepted. With rows of a held flight, the transaction is still
     * open: the owner answers with exactly one db_commit or db_abandon. */
    void (*done)(struct flight *flight, const struct answer *answer);
    /* Lane stream only: called for each batch of rows as it comes, before done (whose rows then are empty); false asks
     * to pause until db_resume. */
    bool (*rows)(struct flight *flight, PGresult *rows);
    void *owner;
    struct flight_state *state; /* the lane's own */
};

struct database *database_new(struct event_base *base, const struct database_options *options);
void database_free(struct database *database);

/* The one way to PostgreSQL: emits the context, the statement and Sync. Fails with done(problem) later, never at once.
 */
void db_send(struct database *database, struct flight *flight);
/* The client has gone: a waiting flight is taken out (done is called with a problem); one under way is left to end, and
 * a stream is cancelled. */
void db_forget(struct database *database, struct flight *flight);
/* Stream: read on. */
void db_resume(struct database *database, struct flight *flight);

/* Writes what belongs to the change of a held flight, and commits; then calls committed(flight, NULL), or
 * committed(flight, problem) when the commit failed. */
void db_commit(struct database *database, struct flight *flight, const struct completion *completion,
               flight_committed *committed);
/* Rolls everything back. */
void db_abandon(struct database *database, struct flight *flight);

/* The statement that takes :events, for a flight that records what others have asked (audit/batch.c). */
struct statement *database_audit_statement(const struct database *database);

/* NULL when a request could be answered now; otherwise the reason, for /ready. A sentence without hosts or passwords.
 */
const char *database_unready(const struct database *database);
/* For /metrics: open connections and flights waiting or under way of a lane. */
void database_count(const struct database *database, enum lane lane, int *connections, int *flights);

/* A `comment on constraint` is '<pointer> <code>: <sentence>'. The messages are read from the catalogue when the first
 * connection of a worker opens (sql/engine/constraints.sql: constraint name, comment) and again after a reconnection.
 */

#endif
