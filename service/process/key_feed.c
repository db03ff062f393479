/* SPDX-License-Identifier: MIT */
/* Asks for issuers and keys on a slow tick, and on a quick one while a token's key has not been found. */
#include "process/key_feed.h"

#include "access/token.h"
#include "base/log.h"
#include "base/memory.h"
#include "db/database.h"
#include "db/named.h"
#include "http/problem.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

/* Ticks are a quarter of a second. A change that nobody waits for is seen within eight; while a key is awaited, or
 * nothing is known yet, every tick looks. */
enum { TICK_MILLISECONDS = 250, SLOW_TICKS = 8, EAGER_TICKS = 24 };

enum feed_statement { FEED_READ, FEED_ASK, FEED_COUNT };

static const char *const files[FEED_COUNT] = {
    [FEED_READ] = "sql/engine/verifying_keys.sql",
    [FEED_ASK] = "sql/engine/ask_keys.sql",
};

struct key_feed {
    struct database *database;
    struct token_verifier *verifier;
    struct event *tick;
    struct statement *statements[FEED_COUNT];
    struct flight flights[FEED_COUNT];
    bool under_way[FEED_COUNT];
    const char *values[FEED_COUNT]; /* the one parameter of each */
    char *state;                    /* of what the verifier has; NULL before the first */
    char *asked;                    /* the issuer whose keys are asked for */
    bool failed;                    /* the last reading, which is logged once */
    int wait;                       /* ticks until the next reading */
    int eager;                      /* ticks that are quick yet */
};

static void take_issuers(struct key_feed *feed, const PGresult *rows) {
    if (PQntuples(rows) != 1 || PQgetisnull(rows, 0, 1))
        return;
    if (!token_verifier_set_issuers(feed->verifier, PQgetvalue(rows, 0, 1))) {
        log_event(LOG_ERROR, "issuers_malformed", NULL);
        return;
    }
    free(feed->state);
    feed->state = xstrdup(PQgetvalue(rows, 0, 0));
    log_event(LOG_INFO, "issuers_read", "state", feed->state, NULL);
}

/* A database that is away leaves the verifier with what it has. */
static void on_read(struct flight *flight, const struct answer *answer) {
    struct key_feed *feed = flight->owner;
    feed->under_way[FEED_READ] = false;
    if (answer->rows)
        take_issuers(feed, answer->rows);
    else if (!feed->failed)
        log_event(LOG_WARNING, "issuers_not_read", "code", answer->problem->code, NULL);
    feed->failed = !answer->rows;
}

static void on_asked(struct flight *flight, const struct answer *answer) {
    struct key_feed *feed = flight->owner;
    feed->under_way[FEED_ASK] = false;
    if (answer->problem)
        log_event(LOG_WARNING, "keys_not_asked", "issuer", feed->asked, "code", answer->problem->code, NULL);
}

/* Ordinary flights of nobody. */
static void send_flight(struct key_feed *feed, enum feed_statement which, const char *value) {
    bool reading = which == FEED_READ;
    feed->values[which] = value;
    feed->flights[which] = (struct flight){
        .lane = reading ? LANE_POINT : LANE_WRITE,
        .statement = feed->statements[which],
        .values = &feed->values[which],
        .read_only = reading,
        .done = reading ? on_read : on_asked,
        .owner = feed,
    };
    feed->under_way[which] = true;
    db_send(feed->database, &feed->flights[which]);
}

static void ask_for_wanted(struct key_feed *feed) {
    const char *issuer = feed->under_way[FEED_ASK] ? NULL : token_verifier_take_wanted(feed->verifier);
    if (!issuer)
        return;
    log_event(LOG_INFO, "keys_wanted", "issuer", issuer, NULL);
    free(feed->asked);
    feed->asked = xstrdup(issuer);
    feed->eager = EAGER_TICKS;
    send_flight(feed, FEED_ASK, feed->asked);
}

static void read_when_due(struct key_feed *feed) {
    bool quick = feed->eager > 0 || !feed->state;
    feed->eager -= feed->eager > 0;
    feed->wait -= feed->wait > 0;
    if (feed->under_way[FEED_READ] || (feed->wait > 0 && !quick))
        return;
    feed->wait = SLOW_TICKS;
    send_flight(feed, FEED_READ, feed->state);
}

static void on_tick(evutil_socket_t none, short what, void *owner) {
    (void)none;
    (void)what;
    struct key_feed *feed = owner;
    ask_for_wanted(feed);
    read_when_due(feed);
}

static bool load_statements(struct key_feed *feed, const char *home) {
    for (int i = 0; i < FEED_COUNT; i++) {
        feed->statements[i] = named_load(home, files[i]);
        if (!feed->statements[i])
            return false;
    }
    return true;
}

struct key_feed *key_feed_new(struct event_base *base, struct database *database, struct token_verifier *verifier,
                              const char *home) {
    struct key_feed *feed = xcalloc(1, sizeof *feed);
    const struct timeval period = {.tv_usec = TICK_MILLISECONDS * 1000};
    feed->database = database;
    feed->verifier = verifier;
    feed->tick = event_new(base, -1, EV_PERSIST, on_tick, feed);
    if (!load_statements(feed, home)) {
        key_feed_free(feed);
        return NULL;
    }
    event_add(feed->tick, &period);
    event_active(feed->tick, EV_TIMEOUT, 0);
    return feed;
}

void key_feed_free(struct key_feed *feed) {
    if (!feed)
        return;
    event_free(feed->tick);
    for (int i = 0; i < FEED_COUNT; i++)
        statement_free(feed->statements[i]);
    free(feed->state);
    free(feed->asked);
    free(feed);
}
