/* SPDX-License-Identifier: MIT */
/* The server of one worker: the listener, the connections, and what they share. */
#include "base/memory.h"
#include "http/internal.h"

#include <event2/listener.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { RESUME_MICROSECONDS = 250 * 1000 };

static void on_resume(evutil_socket_t socket, short what, void *context) {
    const struct http_server *server = context;
    (void)socket;
    (void)what;
    if (server->bound)
        evconnlistener_enable(evhttp_bound_socket_get_listener(server->bound));
}

/* Most likely no descriptor is left; without a pause the loop would call again at once and for ever. The context is
 * evhttp's, so the listener is enabled again by a timer that runs always. */
static void on_accept_fault(struct evconnlistener *listener, void *context) {
    (void)context;
    evconnlistener_disable(listener);
}

static struct evhttp_bound_socket *accept_from(struct http_server *server, int socket) {
    struct evconnlistener *listener = evconnlistener_new(server->base, NULL, NULL, LEV_OPT_CLOSE_ON_EXEC, 0, socket);
    evconnlistener_set_error_cb(listener, on_accept_fault);
    return evhttp_bind_listener(server->evhttp, listener);
}

/* What evhttp_free has left behind: connections so new that it took only their socket. One whose reply is still owed
 * stays until the reply. */
static void release_rest(struct http_server *server) {
    struct http_connection *next;
    for (struct http_connection *each = LIST_FIRST(&server->connections); each; each = next) {
        next = LIST_NEXT(each, link);
        if (each->bufferevent)
            http_connection_release(each);
    }
}

void http_server_pause(const struct http_server *server) {
    if (server->bound)
        evconnlistener_disable(evhttp_bound_socket_get_listener(server->bound));
}

void http_server_release(struct http_server *server) {
    if (!server->freed || server->open > 0)
        return;
    free(server->by_socket);
    free(server);
}

const char *http_server_date(struct http_server *server) {
    time_t now = time(NULL);
    struct tm parts;
    if (now != server->date_second)
        evutil_date_rfc1123(server->date, sizeof server->date, gmtime_r(&now, &parts));
    server->date_second = now;
    return server->date;
}

/* Drawn in advance: a system call for every request would be felt. */
void http_server_random(struct http_server *server, unsigned char *bytes, size_t count) {
    if (server->random_left < count) {
        evutil_secure_rng_get_bytes(server->random, sizeof server->random);
        server->random_left = sizeof server->random;
    }
    server->random_left -= count;
    memcpy(bytes, server->random + server->random_left, count);
}

struct http_server *http_server_new(struct event_base *base, int socket, const struct http_limits *limits,
                                    http_handle *handle, http_done *done, void *owner) {
    struct http_server *server = xcalloc(1, sizeof *server);
    /* libevent writes with writev, which cannot say MSG_NOSIGNAL. */
    signal(SIGPIPE, SIG_IGN);
    server->base = base;
    server->limits = *limits;
    server->handle = handle;
    server->done = done;
    server->owner = owner;
    LIST_INIT(&server->connections);
    server->resume = event_new(base, -1, EV_PERSIST, on_resume, server);
    event_add(server->resume, &(struct timeval){.tv_usec = RESUME_MICROSECONDS});
    server->evhttp = evhttp_new(base);
    evhttp_set_default_content_type(server->evhttp, NULL);
    evhttp_set_bevcb(server->evhttp, http_connection_new, server);
    evhttp_set_gencb(server->evhttp, http_connection_handle, server);
    server->bound = accept_from(server, socket);
    return server;
}

void http_server_use_tls(struct http_server *server, const struct http_tls *tls) {
    server->tls = tls;
}

void http_server_drain(struct http_server *server) {
    struct http_connection *next;
    if (server->bound)
        evhttp_del_accept_socket(server->evhttp, server->bound);
    server->bound = NULL;
    event_del(server->resume);
    server->draining = true;
    for (struct http_connection *each = LIST_FIRST(&server->connections); each; each = next) {
        next = LIST_NEXT(each, link);
        http_connection_drain(each);
    }
}

int http_server_connections(const struct http_server *server) {
    return server->open;
}

void http_server_free(struct http_server *server) {
    server->freed = true;
    server->bound = NULL;
    server->open++;
    event_free(server->resume);
    evhttp_free(server->evhttp);
    release_rest(server);
    server->open--;
    http_server_release(server);
}
