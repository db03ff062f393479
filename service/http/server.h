/* SPDX-License-Identifier: MIT */
/* HTTP/1.1 over libevent's evhttp, with its unsafe defaults mended; nothing outside service/http/ includes
 * event2/http.h. */
#ifndef SKILLSD_HTTP_SERVER_H
#define SKILLSD_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct evbuffer;
struct problem;
struct http_server;
struct http_request;
struct http_tls;

struct http_limits {
    int connections;     /* open connections of this worker; one more is answered 503 and closed, under TLS only closed:
                            a handshake costs more than a reply */
    size_t header_bytes; /* request line and header together: 431; the request line alone: 414 */
    size_t body_bytes;   /* 413, from Content-Length before the body is read, or while a chunked body grows */
    int request_seconds; /* from the first byte of a request to its last: 408 and closed, however it drips; and for the
                            handshake of TLS: closed */
    int idle_seconds;    /* between requests of a kept connection, or while a client takes nothing of its reply: closed
                            silently */
};

/* A whole and well-formed request. The handler owes exactly one reply, now or later. */
typedef void http_handle(struct http_request *request, void *owner);
/* Called once for every reply when it has been handed to the socket or the client has gone, including those that this
 * module sent by itself (then `context` of the request is NULL); for the access log and the counters. */
typedef void http_done(struct http_request *request, int status, size_t bytes, void *owner);

/* A bound, listening, non-blocking, close-on-exec socket for "127.0.0.1:8080", "[::1]:8080" or "0.0.0.0:0";
 * -1 with *why set to a sentence (to be freed). */
int http_listen(const char *address, char **why);
/* The "host:port" that the socket is bound to; to be freed. */
char *http_listen_name(int socket);
/* Whether only this machine can reach the socket. */
bool http_listen_is_local(int socket);

/* Serves the inherited listening socket. The server does not close it. The process ignores SIGPIPE from here on. */
struct http_server *http_server_new(struct event_base *base, int socket, const struct http_limits *limits,
                                    http_handle *handle, http_done *done, void *owner);
/* From here on connections speak TLS, made from what `tls` holds when they come. Before any of them is accepted. */
void http_server_use_tls(struct http_server *server, const struct http_tls *tls);
/* Graceful stop: accepts no more, closes idle connections, says Connection: close on every further reply. */
void http_server_drain(struct http_server *server);
/* Connections still open; after a drain the worker ends when this is 0. */
int http_server_connections(const struct http_server *server);
void http_server_free(struct http_server *server);

/* What a request says. All text is NUL-terminated and good until the reply. In done, of a request that was refused: ""
 * for what was not read. */
const char *http_request_id(
    const struct http_request *request); /* UUIDv4, or the client's X-Request-Id if it is 1-64 of [A-Za-z0-9._-] */
const char *http_request_method(const struct http_request *request); /* "GET"; any token, known or not */
const char *http_request_path(const struct http_request *request);   /* raw, still percent-encoded, without the query */
const char *http_request_query(const struct http_request *request);  /* raw; NULL without '?' */
const char *http_request_header(const struct http_request *request,
                                const char *name); /* repeated fields joined by ", "; NULL if absent */
const char *http_request_body(struct http_request *request, size_t *length); /* contiguous; length 0 without one */
const char *http_request_peer(const struct http_request *request); /* numeric address; "" when the client has gone */
double http_request_seconds(const struct http_request *request);   /* since the handler got it */

/* The owner's own data of this request; set by the handler, seen again in done. */
void http_request_set_context(struct http_request *request, void *context);
void *http_request_context(const struct http_request *request);
/* Called when the client goes away before the reply; the handler still owes the reply, which is then dropped. A reset
 * is seen at once. A client that has only closed its sending half looks like one that has left: it gets a reply that
 * comes within a second, and counts as gone after that. */
void http_request_on_gone(struct http_request *request, void (*gone)(struct http_request *request, void *context));

/* A header field of the reply; to be called before the reply. The value is checked: no CR, LF or NUL gets through. */
void http_reply_header(struct http_request *request, const char *name, const char *value);

/* The one place that replies. Adds Date, Content-Length, X-Request-Id, the fields that tell a browser to keep its hands
 * off, Cache-Control: no-store if there is none yet, and Content-Type if it is not NULL; the body is drained (NULL for
 * none). HEAD gets the header of GET and no body; 204 and 304 get neither body nor Content-Length. Frees the request.
 */
void http_reply(struct http_request *request, int status, const char *content_type, struct evbuffer *body);
/* The problem as application/problem+json, with Allow, WWW-Authenticate, Retry-After where it has them. Frees the
 * request. */
void http_reply_problem(struct http_request *request, const struct problem *problem);

/* A reply in pieces (chunked for HTTP/1.1). After begin: any number of writes, then one end, or one cut, which closes
 * the connection without the final chunk so that the client sees a broken reply. `drained` is called when the client's
 * buffer has fallen below the low mark. */
void http_stream_begin(struct http_request *request, int status, const char *content_type,
                       void (*drained)(struct http_request *request, void *context));
void http_stream_write(struct http_request *request, struct evbuffer *piece);
size_t http_stream_backlog(const struct http_request *request); /* bytes not yet taken by the socket */
void http_stream_end(struct http_request *request);
void http_stream_cut(struct http_request *request);

#endif
