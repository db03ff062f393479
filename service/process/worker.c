/* SPDX-License-Identifier: MIT */
/* A worker: one event loop that serves the inherited socket and never blocks. */
#include "access/token.h"
#include "audit/batch.h"
#include "base/log.h"
#include "base/settings.h"
#include "db/database.h"
#include "http/server.h"
#include "process/certificate.h"
#include "process/counters.h"
#include "process/key_feed.h"
#include "process/serving.h"
#include "request.h"

#include <event2/event.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

static const struct timeval tick = {1, 0}, drain_tick = {0, 50000};

enum { EVENT_TICK, EVENT_DRAIN, EVENT_STOP, EVENT_REFRESH, EVENT_COUNT };

struct worker {
    const struct serving *serving;
    struct service service;
    struct event_base *base;
    struct http_server *server;
    struct key_feed *keys;
    struct event *events[EVENT_COUNT];
    int drain_ticks;
};

static void set_gauges(struct worker *worker) {
    struct gauges gauges = {.http_connections = http_server_connections(worker->server)};
    for (int lane = 0; lane < LANE_COUNT; lane++)
        database_count(worker->service.database, (enum lane)lane, &gauges.database_connections[lane],
                       &gauges.flights[lane]);
    counters_set_gauges(worker->service.counters, &gauges);
}

static void on_tick(evutil_socket_t none, short what, void *owner) {
    (void)none;
    (void)what;
    struct worker *worker = owner;
    counters_beat(worker->service.counters);
    set_gauges(worker);
}

/* A change of the file is seen at the next token anyway; the signal asks for it now. */
static void on_refresh(evutil_socket_t none, short what, void *owner) {
    (void)none;
    (void)what;
    struct worker *worker = owner;
    token_verifier_refresh(worker->service.verifier);
    certificate_refresh(worker->serving);
}

/* The supervisor ends a worker that takes too long; this one also ends when there is no supervisor any more. */
static void on_drain_tick(evutil_socket_t none, short what, void *owner) {
    (void)none;
    (void)what;
    struct worker *worker = owner;
    double waited = ++worker->drain_ticks * (double)drain_tick.tv_usec / 1e6;
    if (http_server_connections(worker->server) == 0 || waited > (double)setting_number(SETTING_STOP_SECONDS))
        event_base_loopbreak(worker->base);
}

/* The socket is closed too, so that the system refuses new connections as soon as all processes have done this. */
static void on_stop(evutil_socket_t signal, short what, void *owner) {
    (void)signal;
    (void)what;
    struct worker *worker = owner;
    if (event_pending(worker->events[EVENT_DRAIN], EV_TIMEOUT, NULL))
        return;
    http_server_drain(worker->server);
    close(worker->serving->socket);
    event_add(worker->events[EVENT_DRAIN], &drain_tick);
}

static struct database *open_database(const struct worker *worker) {
    const struct database_options options = {
        .url = setting_text(SETTING_DATABASE_URL),
        .connections =
            {
                [LANE_POINT] = (int)setting_number(SETTING_POINT_CONNECTIONS),
                [LANE_WRITE] = (int)setting_number(SETTING_WRITE_CONNECTIONS),
                [LANE_REPORT] = (int)setting_number(SETTING_REPORT_CONNECTIONS),
                [LANE_STREAM] = (int)setting_number(SETTING_STREAM_CONNECTIONS),
            },
        .report_queue = (int)setting_number(SETTING_REPORT_QUEUE),
        .home = setting_text(SETTING_HOME),
    };
    return database_new(worker->base, &options);
}

static struct http_server *open_server(struct worker *worker) {
    const struct http_limits limits = {
        .connections = (int)setting_number(SETTING_CONNECTIONS),
        .header_bytes = (size_t)setting_number(SETTING_HEADER_BYTES),
        .body_bytes = (size_t)setting_number(SETTING_BODY_BYTES),
        .request_seconds = (int)setting_number(SETTING_REQUEST_SECONDS),
        .idle_seconds = (int)setting_number(SETTING_IDLE_SECONDS),
    };
    return http_server_new(worker->base, worker->serving->socket, &limits, request_handle, request_done,
                           &worker->service);
}

static void worker_init(struct worker *worker, const struct serving *serving) {
    worker->serving = serving;
    worker->base = event_base_new();
    worker->service = (struct service){
        .contract = serving->checked.contract,
        .statements = serving->checked.statements,
        .verifier = serving->verifier,
        .database = open_database(worker),
        .counters = serving->counters,
        .limits = serving->limits,
        .forwarded = setting_number(SETTING_FORWARDED) == 1,
    };
    worker->service.audit = audit_batch_new(worker->service.database);
    worker->server = open_server(worker);
    http_server_use_tls(worker->server, serving->tls);
    worker->keys = key_feed_new(worker->base, worker->service.database, serving->verifier, setting_text(SETTING_HOME));
    worker->events[EVENT_TICK] = event_new(worker->base, -1, EV_PERSIST, on_tick, worker);
    worker->events[EVENT_DRAIN] = event_new(worker->base, -1, EV_PERSIST, on_drain_tick, worker);
    worker->events[EVENT_STOP] = evsignal_new(worker->base, SIGTERM, on_stop, worker);
    worker->events[EVENT_REFRESH] = evsignal_new(worker->base, SIGHUP, on_refresh, worker);
    event_add(worker->events[EVENT_TICK], &tick);
    event_add(worker->events[EVENT_STOP], NULL);
    event_add(worker->events[EVENT_REFRESH], NULL);
}

static void worker_clear(struct worker *worker) {
    http_server_free(worker->server);
    database_free(worker->service.database);
    audit_batch_free(worker->service.audit);
    key_feed_free(worker->keys);
    for (size_t i = 0; i < EVENT_COUNT; i++)
        event_free(worker->events[i]);
    event_base_free(worker->base);
    counters_set_gauges(worker->service.counters, &(struct gauges){0});
}

int worker_run(const struct serving *serving, int slot) {
    struct worker worker = {0};
    counters_take_slot(serving->counters, slot);
    worker_init(&worker, serving);
    log_event(LOG_INFO, "worker_started", NULL);
    event_base_dispatch(worker.base);
    log_event(LOG_INFO, "worker_stopped", "connections_cut", log_number(http_server_connections(worker.server)), NULL);
    worker_clear(&worker);
    return 0;
}
