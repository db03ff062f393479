/* SPDX-License-Identifier: MIT */
/* The current request of a connection: what it says, who it is, and its end. */
#include "base/memory.h"
#include "http/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_usable_id(const char *text) {
    size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    return length > 0 && length < HTTP_ID_BYTES && !text[length];
}

/* A version 4 UUID. */
static void draw_id(struct http_server *server, char id[HTTP_ID_BYTES]) {
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[16];
    http_server_random(server, bytes, sizeof bytes);
    bytes[6] = (unsigned char)(0x40 | (bytes[6] & 0x0f));
    bytes[8] = (unsigned char)(0x80 | (bytes[8] & 0x3f));
    char *at = id;
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 0x0f];
    }
    *at = '\0';
}

static const char *field_value(const struct http_head *head, const char *name, size_t *from) {
    for (; *from < head->field_count; ++*from)
        if (strcasecmp(head->text + head->fields[*from].name, name) == 0)
            return head->text + head->fields[(*from)++].value;
    return NULL;
}

/* Puts the values of a repeated field together; kept until the request ends. */
static const char *join(struct http_request *request, const char *name) {
    const struct http_head *head = &request->connection->head;
    size_t from = 0;
    char *joined = xstrdup(field_value(head, name, &from));
    const char *value;
    while ((value = field_value(head, name, &from))) {
        char *longer = xasprintf("%s, %s", joined, value);
        free(joined);
        joined = longer;
    }
    request->joined = xreallocarray(request->joined, request->joined_count + 1, sizeof *request->joined);
    return request->joined[request->joined_count++] = joined;
}

static void forget(struct http_request *request) {
    struct http_connection *connection = request->connection;
    for (size_t i = 0; i < request->joined_count; i++)
        free(request->joined[i]);
    free(request->joined);
    memset(request, 0, sizeof *request);
    request->connection = connection;
}

void http_request_begin(struct http_request *request) {
    const char *id = http_request_header(request, "X-Request-Id");
    clock_gettime(CLOCK_MONOTONIC, &request->began);
    if (id && is_usable_id(id))
        memcpy(request->id, id, strlen(id) + 1);
    else
        draw_id(request->connection->server, request->id);
}

void http_request_finish(struct http_request *request) {
    struct http_connection *connection = request->connection;
    struct http_server *server = connection->server;
    if (!server->freed)
        server->done(request, request->status, request->bytes, server->owner);
    forget(request);
    http_head_reset(&connection->head);
    evbuffer_drain(connection->body, evbuffer_get_length(connection->body));
    connection->head_whole = false;
    connection->busy = false;
    if (!connection->bufferevent)
        http_connection_release(connection);
}

const char *http_request_id(const struct http_request *request) {
    return request->id;
}

const char *http_request_method(const struct http_request *request) {
    const struct http_head *head = &request->connection->head;
    return head->target ? head->method : "";
}

const char *http_request_path(const struct http_request *request) {
    const char *path = request->connection->head.path;
    return path ? path : "";
}

const char *http_request_query(const struct http_request *request) {
    return request->connection->head.query;
}

const char *http_request_header(const struct http_request *request, const char *name) {
    const struct http_head *head = &request->connection->head;
    size_t from = 0;
    const char *first = field_value(head, name, &from);
    size_t again = from;
    if (!first || !field_value(head, name, &again))
        return first;
    return join((struct http_request *)request, name);
}

const char *http_request_body(struct http_request *request, size_t *length) {
    struct evbuffer *body = request->connection->body;
    *length = evbuffer_get_length(body);
    return *length ? (const char *)evbuffer_pullup(body, -1) : "";
}

const char *http_request_peer(const struct http_request *request) {
    char *address = NULL;
    uint16_t port;
    if (request->evhttp && evhttp_request_get_connection(request->evhttp))
        evhttp_connection_get_peer(evhttp_request_get_connection(request->evhttp), &address, &port);
    return address ? address : "";
}

double http_request_seconds(const struct http_request *request) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - request->began.tv_sec) + (double)(now.tv_nsec - request->began.tv_nsec) / 1e9;
}

void http_request_set_context(struct http_request *request, void *context) {
    request->context = context;
}

void *http_request_context(const struct http_request *request) {
    return request->context;
}

void http_request_on_gone(struct http_request *request, void (*gone)(struct http_request *request, void *context)) {
    request->gone = gone;
}
