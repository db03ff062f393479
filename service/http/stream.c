/* SPDX-License-Identifier: MIT */
/* A reply in pieces, whose length is not known when it begins. */
#include "http/internal.h"

#include <sys/socket.h>

enum { LOW_MARK = 256 * 1024 };

/* evhttp calls this whenever the socket has taken something and no more than the low mark is left. */
static void on_drained(struct evhttp_connection *evhttp, void *context) {
    struct http_request *request = context;
    (void)evhttp;
    if (!request->above_mark || !request->drained)
        return;
    request->above_mark = false;
    request->drained(request, request->context);
}

/* Linux resets a connection that is dissolved so. A close would be, to an HTTP/1.0 client, the end of a whole reply. */
static void reset(int socket) {
    struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    (void)connect(socket, &nowhere, sizeof nowhere);
}

void http_stream_begin(struct http_request *request, int status, const char *content_type,
                       void (*drained)(struct http_request *request, void *context)) {
    struct http_connection *connection = request->connection;
    request->status = status;
    request->drained = drained;
    request->replying = true;
    if (!request->evhttp)
        return;
    http_reply_fields(request, content_type);
    request->chunked = connection->head.minor == 1 && http_reply_has_body(request, status);
    bufferevent_setwatermark(connection->bufferevent, EV_WRITE, LOW_MARK, 0);
    evhttp_send_reply_start(request->evhttp, status, problem_reason(status));
    http_connection_hold(connection);
}

void http_stream_write(struct http_request *request, struct evbuffer *piece) {
    size_t length = evbuffer_get_length(piece);
    if (!request->evhttp || length == 0) {
        evbuffer_drain(piece, length);
        return;
    }
    evhttp_send_reply_chunk_with_cb(request->evhttp, piece, on_drained, request);
    http_connection_hold(request->connection);
    if (evbuffer_get_length(piece) == 0)
        request->bytes += length;
    evbuffer_drain(piece, evbuffer_get_length(piece));
    if (http_stream_backlog(request) > LOW_MARK)
        request->above_mark = true;
}

size_t http_stream_backlog(const struct http_request *request) {
    if (!request->evhttp)
        return 0;
    return evbuffer_get_length(bufferevent_get_output(request->connection->bufferevent));
}

void http_stream_end(struct http_request *request) {
    struct http_connection *connection = request->connection;
    request->replied = true;
    if (!request->evhttp) {
        http_request_finish(request);
        return;
    }
    /* evhttp takes the next write callback for the end, so it must not come before everything is written. */
    bufferevent_setwatermark(connection->bufferevent, EV_WRITE, 0, 0);
    if (!request->chunked) {
        evhttp_send_reply_end(request->evhttp);
        return;
    }
    evhttp_send_reply_end(request->evhttp);
    http_connection_hold(connection);
    http_reply_flush(connection);
}

void http_stream_cut(struct http_request *request) {
    struct http_connection *connection = request->connection;
    if (request->evhttp) {
        request->gone = NULL;
        reset(bufferevent_getfd(connection->bufferevent));
        http_connection_fail(connection);
    }
    request->replied = true;
    http_request_finish(request);
}
