/* SPDX-License-Identifier: MIT */
/* Asks providers for their keys, one a turn, so that jobs run in between. When each is due stands in the database, and
 * so outlives the clerk and its machine. */
#include "process/key_watch.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/settings.h"
#include "db/named.h"
#include "db/session.h"
#include "process/provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A notification says when to look; this is for those that were lost. */
static const double look_seconds = 5;

struct key_watch {
    struct statement *due_statement, *store_statement;
    char *issuer;   /* due first; NULL when there is none */
    double due;     /* on the clerk's clock */
    double look_at; /* when to look into the database again */
    bool failed;    /* the last look, which is logged once */
};

static void look(struct key_watch *watch, PGconn *connection, double now) {
    static const struct named nothing[] = {{NULL, NULL}};
    char *why = NULL;
    PGresult *rows = named_query(connection, watch->due_statement, nothing, &why);
    free(watch->issuer);
    watch->issuer = NULL;
    watch->look_at = now + look_seconds;
    if (rows && PQntuples(rows) == 1) {
        watch->issuer = xstrdup(PQgetvalue(rows, 0, 0));
        watch->due = now + strtod(PQgetvalue(rows, 0, 1), NULL);
    }
    if (!rows && !watch->failed)
        log_event(LOG_ERROR, "key_watch_failed", "reason", why, NULL);
    watch->failed = !rows;
    PQclear(rows);
    free(why);
}

static bool notified(PGconn *connection) {
    bool any = false;
    PQconsumeInput(connection);
    for (PGnotify *notice; (notice = PQnotifies(connection)); PQfreemem(notice))
        any = true;
    return any;
}

static bool is_true(const PGresult *rows, int column) {
    return PQgetvalue(rows, 0, column)[0] == 't';
}

/* A fault is logged when it begins and when it is another; that it is over, when it is. */
static void log_outcome(const PGresult *rows, const char *issuer, const char *digest, const char *fault) {
    if (PQntuples(rows) != 1)
        return;
    if (fault && is_true(rows, 1))
        log_event(LOG_ERROR, "keys_not_fetched", "issuer", issuer, "reason", fault, NULL);
    else if (!fault && (is_true(rows, 0) || is_true(rows, 1)))
        log_event(LOG_INFO, "keys_fetched", "issuer", issuer, "digest", digest, NULL);
}

static void store(struct key_watch *watch, PGconn *connection, const struct provider_keys *keys, const char *fault) {
    char seconds[24], *why = NULL;
    snprintf(seconds, sizeof seconds, "%ld", setting_number(SETTING_KEYS_SECONDS));
    const char *digest = keys->jwks ? keys->digest : NULL;
    const struct named values[] = {
        {"url", watch->issuer}, {"jwks", keys->jwks}, {"jwks_uri", keys->jwks_uri},
        {"digest", digest},     {"fault", fault},     {"seconds", seconds},
        {NULL, NULL},
    };
    PGresult *rows = named_query(connection, watch->store_statement, values, &why);
    if (rows)
        log_outcome(rows, watch->issuer, digest, fault);
    else
        log_event(LOG_ERROR, "keys_not_kept", "issuer", watch->issuer, "reason", why, NULL);
    PQclear(rows);
    free(why);
}

struct key_watch *key_watch_new(const char *home) {
    struct key_watch *watch = xcalloc(1, sizeof *watch);
    watch->due_statement = named_load(home, "sql/engine/keys_due.sql");
    watch->store_statement = named_load(home, "sql/engine/keys_store.sql");
    if (watch->due_statement && watch->store_statement)
        return watch;
    statement_free(watch->due_statement);
    statement_free(watch->store_statement);
    free(watch);
    return NULL;
}

void key_watch_listen(struct key_watch *watch, PGconn *connection) {
    char *why = NULL;
    if (!session_execute(connection, "listen skillsd_keys", &why))
        log_event(LOG_ERROR, "key_watch_failed", "reason", why, NULL);
    free(why);
    watch->look_at = 0;
}

double key_watch_wait(struct key_watch *watch, PGconn *connection, double now, double most) {
    if (notified(connection) || now >= watch->look_at || (watch->issuer && now >= watch->due))
        look(watch, connection, now);
    double next = watch->issuer && watch->due < watch->look_at ? watch->due : watch->look_at;
    double wait = next > now ? next - now : 0;
    return wait < most ? wait : most;
}

void key_watch_run(struct key_watch *watch, PGconn *connection, double now) {
    if (!watch->issuer || watch->due > now)
        return;
    struct provider_keys keys;
    char *fault = NULL;
    provider_ask(watch->issuer, &keys, &fault);
    store(watch, connection, &keys, fault);
    provider_keys_clear(&keys);
    free(fault);
    watch->look_at = 0;
}
