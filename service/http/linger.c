/* SPDX-License-Identifier: MIT */
/* The last moments of a connection that we close: its reply must be read before the socket is gone. */
#include "http/internal.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINGER_SECONDS = 2, LINGER_PIECE = 64 * 1024 };

static bool is_over(const struct http_connection *connection) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > connection->linger_until.tv_sec ||
           (now.tv_sec == connection->linger_until.tv_sec && now.tv_nsec >= connection->linger_until.tv_nsec);
}

static void on_linger(evutil_socket_t socket, short what, void *context) {
    static char dropped[LINGER_PIECE];
    struct http_connection *connection = context;
    ssize_t length = what & EV_READ ? recv(socket, dropped, sizeof dropped, MSG_DONTWAIT) : 0;
    if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR) || is_over(connection))
        http_linger_end(connection);
}

/* evhttp closes its own descriptor; a second one keeps the socket open. Without one the closing is merely less gentle.
 */
void http_linger_begin(struct http_connection *connection, int socket) {
    int copy = dup(socket);
    if (copy < 0) {
        http_connection_release(connection);
        return;
    }
    shutdown(copy, SHUT_WR);
    clock_gettime(CLOCK_MONOTONIC, &connection->linger_until);
    connection->linger_until.tv_sec += LINGER_SECONDS;
    event_assign(&connection->timer, connection->server->base, copy, EV_READ | EV_PERSIST, on_linger, connection);
    event_add(&connection->timer, &(struct timeval){.tv_sec = LINGER_SECONDS});
}

void http_linger_end(struct http_connection *connection) {
    int copy = event_get_fd(&connection->timer);
    event_del(&connection->timer);
    close(copy);
    http_connection_release(connection);
}
