/* SPDX-License-Identifier: MIT */
/* The one place that replies. */
#include "base/log.h"
#include "base/memory.h"
#include "http/internal.h"

#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What every reply says to a browser: it is no page, holds nothing to run, and is for its own origin. One field whose
 * value holds the others' lines, because evhttp allocates and prints for each, which is felt. */
#define SECURE_NAME "X-Content-Type-Options"
#define SECURE_VALUE                                                                                                   \
    "nosniff\r\n"                                                                                                      \
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"                                          \
    "Referrer-Policy: no-referrer\r\n"                                                                                 \
    "Cross-Origin-Resource-Policy: same-origin"
#define SECURE_VALUE_TLS SECURE_VALUE "\r\nStrict-Transport-Security: max-age=31536000"

static void add_field(struct http_request *request, const char *name, const char *value) {
    evhttp_add_header(evhttp_request_get_output_headers(request->evhttp), name, value);
}

/* evhttp_add_header would refuse lines; this is what it does when it does not. */
static void add_secure_fields(struct http_request *request) {
    struct evkeyvalq *fields = evhttp_request_get_output_headers(request->evhttp);
    struct evkeyval *lines = xcalloc(1, sizeof *lines);
    lines->key = xstrdup(SECURE_NAME);
    lines->value = xstrdup(request->connection->session ? SECURE_VALUE_TLS : SECURE_VALUE);
    TAILQ_INSERT_TAIL(fields, lines, next);
    if (!evhttp_find_header(fields, "Cache-Control"))
        add_field(request, "Cache-Control", "no-store");
}

static void add_length(struct http_request *request, int status, size_t length) {
    char digits[24];
    if (status == 204 || status == 304)
        return;
    snprintf(digits, sizeof digits, "%zu", length);
    add_field(request, "Content-Length", digits);
}

bool http_reply_has_body(const struct http_request *request, int status) {
    return status != 204 && status != 304 && strcmp(http_request_method(request), "HEAD") != 0;
}

void http_reply_flush(struct http_connection *connection) {
    struct bufferevent *bufferevent = connection->bufferevent;
    struct evbuffer *output = bufferevent_get_output(bufferevent);
    if (connection->session) {
        http_tls_write(connection->session, output);
    } else {
        evbuffer_unfreeze(output, 1);
        evbuffer_write(output, bufferevent_getfd(bufferevent));
        evbuffer_freeze(output, 1);
    }
    if (evbuffer_get_length(output) == 0)
        bufferevent_trigger(bufferevent, EV_WRITE, 0);
}

void http_reply_fields(struct http_request *request, const char *content_type) {
    struct http_connection *connection = request->connection;
    struct http_server *server = connection->server;
    const struct http_head *head = &connection->head;
    event_del(&connection->timer); /* the grace of a half-closed client */
    if (server->draining || head->close || !head->target || head->minor == 0)
        connection->closing = true;
    if (connection->closing)
        add_field(request, "Connection", "close");
    add_field(request, "Date", http_server_date(server));
    add_field(request, "X-Request-Id", request->id);
    add_secure_fields(request);
    if (content_type)
        http_reply_header(request, "Content-Type", content_type);
}

void http_reply_header(struct http_request *request, const char *name, const char *value) {
    if (!http_is_token(name, strlen(name)) || !http_is_field_value(value, strlen(value)))
        log_event(LOG_ERROR, "reply_field_refused", "request_id", request->id, NULL);
    else if (request->evhttp)
        add_field(request, name, value);
}

void http_reply(struct http_request *request, int status, const char *content_type, struct evbuffer *body) {
    struct http_connection *connection = request->connection;
    size_t length = body ? evbuffer_get_length(body) : 0;
    bool sends_body = request->evhttp && http_reply_has_body(request, status);
    request->status = status;
    request->bytes = sends_body ? length : 0;
    request->replying = true;
    request->replied = true;
    if (body && !sends_body)
        evbuffer_drain(body, length);
    if (!request->evhttp) {
        http_request_finish(request);
        return;
    }
    http_reply_fields(request, content_type);
    add_length(request, status, length);
    evhttp_send_reply(request->evhttp, status, problem_reason(status), body);
    http_connection_hold(connection);
    http_reply_flush(connection);
}

void http_reply_problem(struct http_request *request, const struct problem *problem) {
    struct evbuffer *body = evbuffer_new();
    problem_write(problem, request->id, body);
    if (problem->allow)
        http_reply_header(request, "Allow", problem->allow);
    if (problem->challenge)
        http_reply_header(request, "WWW-Authenticate", problem->challenge);
    if (problem->retry_after > 0) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%d", problem->retry_after);
        http_reply_header(request, "Retry-After", seconds);
    }
    http_reply(request, problem->status, "application/problem+json", body);
    evbuffer_free(body);
}
