/* SPDX-License-Identifier: MIT */
/* A connection: stands between the socket and evhttp, and lets only whole requests pass, one at a time.
 *
 * evhttp 2.1 understands many requests otherwise than the rest of the world (DESIGN.md, section 5), and has no place
 * for a check before it parses. So a callback on the input buffer takes every byte that arrives before evhttp sees it;
 * our own strict readers read the request; and when it is whole, evhttp is given one of four constant heads in its
 * place. That makes evhttp call the handler, write the reply and keep or close the connection, while nothing that a
 * client wrote ever reaches its parser. What this module answers by itself goes the same way, so that every reply
 * leaves through http_reply. */
#include "base/memory.h"
#include "http/internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* PIPELINE_BYTES: what a client may send ahead before reading stops. GRACE_SECONDS: a client that has closed its
 * sending half can still get a reply that comes within this time; then it counts as gone, because a closed socket looks
 * the same. DRAIN_SECONDS: for a connection that was accepted at the very moment of the drain. LINGER_SECONDS: how long
 * a client may go on sending after its last reply. EXCESS_CONNECTIONS: how many are being told that there are too many
 * before accepting pauses. */
enum { PIPELINE_BYTES = 64 * 1024, GRACE_SECONDS = 1, DRAIN_SECONDS = 1, LINGER_SECONDS = 2, EXCESS_CONNECTIONS = 64 };

/* [HTTP/1.minor][is HEAD] */
static const char *const CANNED_HEADS[2][2] = {
    {"GET / HTTP/1.0\r\n\r\n", "HEAD / HTTP/1.0\r\n\r\n"},
    {"GET / HTTP/1.1\r\n\r\n", "HEAD / HTTP/1.1\r\n\r\n"},
};

static void timer_set(struct http_connection *connection, enum timer_use use, int seconds) {
    connection->timer_use = use;
    event_add(&connection->timer, &(struct timeval){.tv_sec = seconds});
}

static void set_idle(struct http_connection *connection) {
    const struct http_server *server = connection->server;
    timer_set(connection, TIMER_IDLE, server->draining ? DRAIN_SECONDS : server->limits.idle_seconds);
}

static void present(struct http_connection *connection) {
    const struct http_head *head = &connection->head;
    struct evbuffer *input = bufferevent_get_input(connection->bufferevent);
    bool is_head = head->target && strcmp(head->method, "HEAD") == 0;
    const char *canned = CANNED_HEADS[connection->closing ? 1 : head->minor][is_head];
    event_del(&connection->timer);
    connection->busy = true;
    connection->presenting = true;
    evbuffer_unfreeze(input, 0);
    evbuffer_add(input, canned, strlen(canned));
    if (!connection->session) /* libevent keeps the input of a socket frozen, and that of a TLS session not */
        evbuffer_freeze(input, 0);
    connection->presenting = false;
}

static void refuse(struct http_connection *connection) {
    connection->closing = true;
    evbuffer_drain(connection->waiting, evbuffer_get_length(connection->waiting));
    present(connection);
}

static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";

/* A session must write by the bufferevent alone. Its write callback is evhttp's, which would take the interim reply for
 * the end of the reply before; evhttp sets it again when it writes. */
static void send_continue_secured(const struct http_connection *connection) {
    bufferevent_data_cb read;
    bufferevent_event_cb event;
    void *context;
    bufferevent_getcb(connection->bufferevent, &read, NULL, &event, &context);
    bufferevent_setcb(connection->bufferevent, read, NULL, event, context);
    evbuffer_add(bufferevent_get_output(connection->bufferevent), interim, sizeof interim - 1);
    bufferevent_enable(connection->bufferevent, EV_WRITE);
}

/* The output buffer is empty between requests, so 25 bytes fit into the socket; evhttp's own way would leave a callback
 * behind. */
static void send_continue(const struct http_connection *connection) {
    if (!connection->head.continues || evbuffer_get_length(connection->waiting) > 0)
        return;
    if (connection->session)
        send_continue_secured(connection);
    else
        (void)!send(bufferevent_getfd(connection->bufferevent), interim, sizeof interim - 1,
                    MSG_NOSIGNAL | MSG_DONTWAIT);
}

static enum reading read_waiting(struct http_connection *connection) {
    const struct http_limits *limits = &connection->server->limits;
    if (!connection->head_whole) {
        enum reading reading = http_head_read(&connection->head, connection->waiting, limits, &connection->refusal);
        if (reading != READING_WHOLE)
            return reading;
        connection->head_whole = true;
        http_framing_begin(&connection->framing, &connection->head);
        if (connection->head.chunked || connection->head.body_length)
            send_continue(connection);
    }
    return http_framing_read(&connection->framing, connection->waiting, connection->body, limits, &connection->refusal);
}

/* Reads on in what has come. */
static void advance(struct http_connection *connection) {
    enum reading reading = read_waiting(connection);
    if (reading == READING_WHOLE)
        present(connection);
    else if (reading == READING_REFUSED)
        refuse(connection);
    else if (connection->head.length > 0 && connection->timer_use != TIMER_REQUEST)
        timer_set(connection, TIMER_REQUEST, connection->server->limits.request_seconds);
}

/* Takes what has just come. The head presented to evhttp stays where it is: under TLS more may come before evhttp is
 * called. */
static void take_input(struct http_connection *connection, struct evbuffer *input, size_t added) {
    size_t presented = evbuffer_get_length(input) - added;
    struct evbuffer *kept = presented ? evbuffer_new() : NULL;
    if (kept)
        evbuffer_remove_buffer(input, kept, presented);
    http_buffer_move(connection->waiting, input, evbuffer_get_length(input));
    if (!kept)
        return;
    connection->presenting = true;
    evbuffer_prepend_buffer(input, kept);
    connection->presenting = false;
    evbuffer_free(kept);
}

/* Runs inside the read from the socket, before the bufferevent tells evhttp. */
static void on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *context) {
    struct http_connection *connection = context;
    if (info->n_added == 0 || connection->presenting)
        return;
    take_input(connection, input, info->n_added);
    if (connection->closing)
        evbuffer_drain(connection->waiting, evbuffer_get_length(connection->waiting));
    else if (!connection->busy)
        advance(connection);
    else if (evbuffer_get_length(connection->waiting) > PIPELINE_BYTES)
        bufferevent_disable(connection->bufferevent, EV_READ);
}

/* A deferred call may come late, when more has been written; evhttp takes any call for the end of the reply. */
static void on_write(struct bufferevent *bufferevent, void *context) {
    struct http_connection *connection = context;
    size_t low = 0;
    bufferevent_getwatermark(bufferevent, EV_WRITE, &low, NULL);
    if (connection->request.replying && evbuffer_get_length(bufferevent_get_output(bufferevent)) <= low)
        connection->evhttp_write(bufferevent, connection->evhttp_context);
}

static void on_event(struct bufferevent *bufferevent, short what, void *context) {
    struct http_connection *connection = context;
    if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT)) == BEV_EVENT_EOF && (what & BEV_EVENT_READING)) {
        if (!connection->request.replying)
            timer_set(connection, TIMER_GRACE, GRACE_SECONDS);
        else if (connection->session) /* libevent ends the writing of a session with its reading */
            bufferevent_enable(bufferevent, EV_WRITE);
        return;
    }
    connection->evhttp_event(bufferevent, what, connection->evhttp_context);
}

/* evhttp would close now, and what the client still sends would reset the last reply away (RFC 9112, 9.6). It looks
 * again for what says that it should close; without that it reads on, which is dropped, until the client closes too or
 * LINGER_SECONDS have passed. */
static void linger(struct http_connection *connection, struct evhttp_request *evhttp) {
    evhttp_remove_header(evhttp_request_get_output_headers(evhttp), "Connection");
    evhttp_add_header(evhttp_request_get_input_headers(evhttp), "Connection", "keep-alive");
    if (connection->session)
        http_tls_end(connection->session);
    shutdown(bufferevent_getfd(connection->bufferevent), SHUT_WR);
    timer_set(connection, TIMER_LINGER, LINGER_SECONDS);
}

/* evhttp calls this when the reply has been taken by the socket, before it reads on or closes. */
static void on_complete(struct evhttp_request *evhttp, void *context) {
    struct http_connection *connection = context;
    connection->request.evhttp = NULL;
    http_request_finish(&connection->request);
    if (connection->closing) {
        linger(connection, evhttp);
        return;
    }
    set_idle(connection);
    if (evbuffer_get_length(connection->waiting) > 0)
        advance(connection);
}

static void lose_request(struct http_connection *connection) {
    struct http_request *request = &connection->request;
    struct evhttp_request *evhttp = request->evhttp;
    request->evhttp = NULL;
    if (request->replied) {
        http_request_finish(request);
        return;
    }
    /* evhttp has let go of a request that it will not free itself. */
    if (evhttp && !evhttp_request_get_connection(evhttp))
        evhttp_request_free(evhttp);
    if (!evhttp)
        http_connection_release(connection);
    else if (request->gone)
        request->gone(request, request->context);
}

/* evhttp is about to close the socket, for whatever reason. Only between requests is that a clean end of a session. */
static void on_close(struct evhttp_connection *evhttp, void *context) {
    struct http_connection *connection = context;
    int socket = bufferevent_getfd(connection->bufferevent);
    (void)evhttp;
    event_del(&connection->timer);
    if (connection->session && !connection->busy)
        http_tls_end(connection->session);
    /* Or the events of a closed descriptor would meet the next socket of that number. */
    bufferevent_disable(connection->bufferevent, EV_READ | EV_WRITE);
    evbuffer_remove_cb_entry(bufferevent_get_input(connection->bufferevent), connection->watch);
    connection->server->by_socket[socket] = NULL;
    connection->bufferevent = NULL;
    connection->session = NULL;
    if (connection->busy)
        lose_request(connection);
    else
        http_connection_release(connection);
}

static bool has_unread(const struct http_connection *connection) {
    int unread = 0;
    return (connection->session && http_tls_has_unread(connection->session)) ||
           (ioctl(bufferevent_getfd(connection->bufferevent), FIONREAD, &unread) == 0 && unread > 0);
}

static void refuse_now(struct http_connection *connection) {
    refuse(connection);
    bufferevent_trigger(connection->bufferevent, EV_READ, 0);
}

/* The socket and evhttp's connection are known only after http_connection_new has returned; this runs before any event
 * of the socket can. */
static void on_attach(struct http_connection *connection) {
    struct http_server *server = connection->server;
    int socket = bufferevent_getfd(connection->bufferevent);
    void *evhttp = NULL;
    bufferevent_getcb(connection->bufferevent, NULL, NULL, NULL, &evhttp);
    evhttp_connection_set_closecb(evhttp, on_close, connection);
    if ((size_t)socket >= server->by_socket_size) {
        size_t size = (size_t)socket * 2 + 64;
        server->by_socket = xreallocarray(server->by_socket, size, sizeof *server->by_socket);
        server->by_socket_size = size;
    }
    server->by_socket[socket] = connection;
    connection->timer_use = TIMER_IDLE;
    if (connection->session && connection->refusal.status)
        http_connection_fail(connection);
    else if (connection->session)
        timer_set(connection, TIMER_HANDSHAKE, server->limits.request_seconds);
    else if (connection->refusal.status)
        refuse_now(connection);
    else
        set_idle(connection);
}

static void on_request_late(struct http_connection *connection) {
    problem_set(&connection->refusal, 408, "request_timeout", "The request did not arrive whole within %d seconds.",
                connection->server->limits.request_seconds);
    refuse_now(connection);
}

static void (*const TIMERS[TIMER_USE_COUNT])(struct http_connection *connection) = {
    [TIMER_ATTACH] = on_attach,        [TIMER_HANDSHAKE] = http_connection_fail, [TIMER_IDLE] = http_connection_fail,
    [TIMER_REQUEST] = on_request_late, [TIMER_GRACE] = http_connection_fail,     [TIMER_LINGER] = http_connection_fail,
};

static void on_timer(evutil_socket_t socket, short what, void *context) {
    struct http_connection *connection = context;
    (void)socket;
    (void)what;
    TIMERS[connection->timer_use](connection);
}

static void check_cap(struct http_connection *connection) {
    struct http_server *server = connection->server;
    if (server->open <= server->limits.connections)
        return;
    connection->refusal.retry_after = 1;
    problem_set(&connection->refusal, 503, "too_many_connections", "Too many connections are open; try again.");
    if (server->open > server->limits.connections + EXCESS_CONNECTIONS)
        http_server_pause(server);
}

void http_connection_hold(struct http_connection *connection) {
    bufferevent_event_cb event;
    bufferevent_getcb(connection->bufferevent, NULL, NULL, &event, NULL);
    if (event == on_event)
        return;
    bufferevent_getcb(connection->bufferevent, NULL, &connection->evhttp_write, &connection->evhttp_event,
                      &connection->evhttp_context);
    bufferevent_setcb(connection->bufferevent, NULL, on_write, on_event, connection);
}

void http_connection_fail(struct http_connection *connection) {
    http_connection_hold(connection);
    connection->evhttp_event(connection->bufferevent, BEV_EVENT_EOF | BEV_EVENT_READING, connection->evhttp_context);
}

void http_connection_secured(struct http_connection *connection) {
    if (connection->timer_use == TIMER_HANDSHAKE)
        set_idle(connection);
}

void http_connection_drain(struct http_connection *connection) {
    bool handshakes = connection->timer_use == TIMER_HANDSHAKE;
    if (!connection->bufferevent || connection->busy || (connection->timer_use != TIMER_IDLE && !handshakes))
        return;
    if (handshakes || has_unread(connection))
        timer_set(connection, connection->timer_use, DRAIN_SECONDS);
    else
        http_connection_fail(connection);
}

struct bufferevent *http_connection_new(struct event_base *base, void *context) {
    struct http_server *server = context;
    struct http_connection *connection = xcalloc(1, sizeof *connection);
    connection->server = server;
    connection->request.connection = connection;
    connection->waiting = evbuffer_new();
    connection->body = evbuffer_new();
    if (server->tls) {
        connection->bufferevent = http_tls_accept(server->tls, base, connection);
        connection->session = http_tls_session(connection->bufferevent);
    } else {
        connection->bufferevent = bufferevent_socket_new(base, -1, 0);
    }
    connection->watch = evbuffer_add_cb(bufferevent_get_input(connection->bufferevent), on_input, connection);
    /* evhttp must not be called for an empty buffer: while a reply is owed it takes that for a fault and ends the
     * process. */
    bufferevent_setwatermark(connection->bufferevent, EV_READ, 1, 0);
    bufferevent_set_timeouts(connection->bufferevent, NULL, &(struct timeval){.tv_sec = server->limits.idle_seconds});
    event_assign(&connection->timer, base, -1, 0, on_timer, connection);
    event_active(&connection->timer, EV_TIMEOUT, 0);
    LIST_INSERT_HEAD(&server->connections, connection, link);
    server->open++;
    check_cap(connection);
    return connection->bufferevent;
}

void http_connection_handle(struct evhttp_request *evhttp, void *context) {
    struct http_server *server = context;
    struct bufferevent *bufferevent = evhttp_connection_get_bufferevent(evhttp_request_get_connection(evhttp));
    struct http_connection *connection = server->by_socket[bufferevent_getfd(bufferevent)];
    struct http_request *request = &connection->request;
    request->evhttp = evhttp;
    evhttp_request_set_on_complete_cb(evhttp, on_complete, connection);
    http_connection_hold(connection);
    if (!(bufferevent_get_enabled(bufferevent) & EV_READ))
        bufferevent_enable(bufferevent, EV_READ);
    http_request_begin(request);
    if (connection->refusal.status)
        http_reply_problem(request, &connection->refusal);
    else
        server->handle(request, server->owner);
}

void http_connection_release(struct http_connection *connection) {
    struct http_server *server = connection->server;
    event_del(&connection->timer);
    evbuffer_free(connection->waiting);
    evbuffer_free(connection->body);
    http_head_clear(&connection->head);
    problem_clear(&connection->refusal);
    LIST_REMOVE(connection, link);
    free(connection);
    server->open--;
    http_server_release(server);
}
