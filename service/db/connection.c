/* SPDX-License-Identifier: MIT */
/* One connection: opened and opened again without blocking, read and written when its socket is ready, closed in one
 * place. */
#include "base/log.h"
#include "base/memory.h"
#include "db/internal.h"

#include <event2/util.h>
#include <stdlib.h>
#include <string.h>

enum { BACKOFF_MIN = 50, BACKOFF_MAX = 2000, CONNECT_DEADLINE = 15000, STABLE = 1000 };

/* What every session must have, or times and text would be represented wrongly. */
static const struct {
    const char *parameter;
    const char *value;
} session_parameters[] = {{"TimeZone", "UTC"}, {"client_encoding", "UTF8"}, {"integer_datetimes", "on"}};

static void set_timer(struct connection *connection, int milliseconds) {
    struct timeval wait = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
    event_add(connection->timer, &wait);
}

static void drop_events(struct connection *connection) {
    if (connection->reading)
        event_free(connection->reading);
    if (connection->writing)
        event_free(connection->writing);
    connection->reading = connection->writing = NULL;
}

/* Half of the back-off to all of it, at random, so that many workers do not come back at once. */
static int next_delay(struct connection *connection) {
    uint32_t random;
    evutil_secure_rng_get_bytes(&random, sizeof random);
    int half = connection->backoff / 2;
    int delay = half + (int)(random % (uint32_t)(half + 1));
    connection->backoff = connection->backoff * 2 < BACKOFF_MAX ? connection->backoff * 2 : BACKOFF_MAX;
    return delay;
}

/* The message of libpq may name hosts, never a password; it goes to the log once an outage, not at every attempt. */
static void log_lost(const struct connection *connection) {
    bool first = connection->backoff == BACKOFF_MIN;
    log_event(first ? LOG_WARNING : LOG_DEBUG, connection->open ? "database_lost" : "database_not_reached", "lane",
              lane_rules[connection->lane->lane].name, "reason", PQerrorMessage(connection->link), "flights",
              log_number(connection->load), NULL);
}

static void fail_flights(struct connection *connection) {
    struct flight_state *state;
    while ((state = TAILQ_FIRST(&connection->under_way))) {
        TAILQ_REMOVE(&connection->under_way, state, entry);
        flight_connection_died(state);
    }
    connection->load = 0;
}

/* The one way a connection ends. Its flights fail, each once, and the next attempt is set. */
static void close_connection(struct connection *connection) {
    bool stable = connection->open && db_now() - connection->opened >= STABLE;
    bool retired = connection->retiring && connection->load == 0;
    if (stable)
        connection->backoff = BACKOFF_MIN;
    if (!retired && !connection->lane->database->closing)
        log_lost(connection);
    drop_events(connection);
    PQfinish(connection->link);
    connection->link = NULL;
    connection->open = connection->broken = connection->retiring = false;
    connection->answered = connection->resumed = false;
    connection->prepared_count = 0;
    fail_flights(connection);
    set_timer(connection, retired ? 0 : next_delay(connection));
}

static void on_readable(evutil_socket_t socket, short what, void *data) {
    struct connection *connection = data;
    (void)socket;
    (void)what;
    if (!PQconsumeInput(connection->link))
        connection->broken = true;
    results_take(connection);
    if (PQstatus(connection->link) == CONNECTION_BAD)
        connection->broken = true;
    if (connection->broken)
        connection_break(connection);
    else
        connection_flush(connection);
}

static void on_writable(evutil_socket_t socket, short what, void *data) {
    (void)socket;
    (void)what;
    connection_flush(data);
}

static bool session_is_ours(const struct connection *connection) {
    for (size_t i = 0; i < sizeof session_parameters / sizeof session_parameters[0]; i++) {
        const char *value = PQparameterStatus(connection->link, session_parameters[i].parameter);
        if (value && strcmp(value, session_parameters[i].value) == 0)
            continue;
        log_event(LOG_ERROR, "database_session_wrong", "parameter", session_parameters[i].parameter, "value", value,
                  NULL);
        return false;
    }
    return true;
}

static void opened(struct connection *connection) {
    struct lane_state *lane = connection->lane;
    drop_events(connection);
    if (!session_is_ours(connection) || PQsetnonblocking(connection->link, 1) != 0 ||
        !PQenterPipelineMode(connection->link)) {
        close_connection(connection);
        return;
    }
    struct event_base *base = lane->database->base;
    int socket = PQsocket(connection->link);
    connection->reading = event_new(base, socket, EV_READ | EV_PERSIST, on_readable, connection);
    connection->writing = event_new(base, socket, EV_WRITE, on_writable, connection);
    event_add(connection->reading, NULL);
    event_del(connection->timer);
    connection->open = true;
    connection->opened = db_now();
    log_event(LOG_DEBUG, "database_connected", "lane", lane_rules[lane->lane].name, NULL);
    if (lane->lane == LANE_POINT)
        database_read_constraints(lane->database);
    database_wake(lane->database);
}

/* The socket may be another one after each poll, so the event is made anew. */
static void wait_to_poll(struct connection *connection, short what, event_callback_fn poll) {
    struct event_base *base = connection->lane->database->base;
    drop_events(connection);
    connection->reading = event_new(base, PQsocket(connection->link), what, poll, connection);
    event_add(connection->reading, NULL);
}

static void on_connecting(evutil_socket_t socket, short what, void *data) {
    struct connection *connection = data;
    (void)socket;
    (void)what;
    switch (PQconnectPoll(connection->link)) {
    case PGRES_POLLING_READING:
        wait_to_poll(connection, EV_READ, on_connecting);
        return;
    case PGRES_POLLING_WRITING:
        wait_to_poll(connection, EV_WRITE, on_connecting);
        return;
    case PGRES_POLLING_OK:
        opened(connection);
        return;
    default:
        close_connection(connection);
    }
}

/* A notice is the statement author's business; libpq would print it. */
static void on_notice(void *data, const PGresult *notice) {
    (void)data;
    log_event(LOG_DEBUG, "database_notice", "sqlstate", PQresultErrorField(notice, PG_DIAG_SQLSTATE), NULL);
}

/* The timer: without a link it is time for the next attempt, with one the attempt has taken too long. */
static void on_timer(evutil_socket_t socket, short what, void *data) {
    struct connection *connection = data;
    (void)socket;
    (void)what;
    if (connection->link) {
        close_connection(connection);
        return;
    }
    connection->link = conninfo_connect(connection->lane->conninfo);
    if (!connection->link || PQstatus(connection->link) == CONNECTION_BAD) {
        close_connection(connection);
        return;
    }
    PQsetNoticeReceiver(connection->link, on_notice, NULL);
    wait_to_poll(connection, EV_WRITE, on_connecting);
    set_timer(connection, CONNECT_DEADLINE);
}

void connection_init(struct connection *connection, struct lane_state *lane) {
    connection->lane = lane;
    connection->backoff = BACKOFF_MIN;
    TAILQ_INIT(&connection->under_way);
    connection->timer = evtimer_new(lane->database->base, on_timer, connection);
    set_timer(connection, 0);
}

void connection_clear(struct connection *connection) {
    if (connection->link)
        close_connection(connection);
    event_free(connection->timer);
    free(connection->prepared);
}

void connection_settle(struct connection *connection) {
    if (!connection->open)
        return;
    if (connection->resumed && !connection->broken) {
        connection->resumed = false;
        event_add(connection->reading, NULL);
        on_readable(-1, EV_READ, connection);
    }
    if (connection->broken || (connection->retiring && connection->load == 0))
        close_connection(connection);
}

void connection_break(struct connection *connection) {
    connection->broken = true;
    if (connection->reading)
        event_del(connection->reading);
    database_wake(connection->lane->database);
}

void connection_flush(struct connection *connection) {
    int left = PQflush(connection->link);
    if (left < 0)
        connection_break(connection);
    else if (left > 0)
        event_add(connection->writing, NULL);
}

bool connection_prepared(const struct connection *connection, const struct statement *statement) {
    for (size_t i = 0; i < connection->prepared_count; i++)
        if (connection->prepared[i] == statement)
            return true;
    return false;
}

void connection_remember(struct connection *connection, const struct statement *statement) {
    size_t count = connection->prepared_count + 1;
    connection->prepared = xreallocarray(connection->prepared, count, sizeof *connection->prepared);
    connection->prepared[count - 1] = statement;
    connection->prepared_count = count;
}

void connection_forget(struct connection *connection, const struct statement *statement) {
    for (size_t i = 0; i < connection->prepared_count; i++)
        if (connection->prepared[i] == statement)
            connection->prepared[i--] = connection->prepared[--connection->prepared_count];
}
