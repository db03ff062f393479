/* SPDX-License-Identifier: MIT */
/* What the files of service/http share and nobody else sees: the connection, its one current request, and the readers.
 */
#ifndef SKILLSD_HTTP_INTERNAL_H
#define SKILLSD_HTTP_INTERNAL_H

#include "http/problem.h"
#include "http/server.h"
#include "http/tls.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <event2/http.h>
#include <openssl/types.h>
#include <stdint.h>
#include <sys/queue.h>
#include <time.h>

enum { HTTP_FIELDS = 100, HTTP_ID_BYTES = 65, HTTP_DATE_BYTES = 32 };

/* What a reader says of the bytes that it was given. */
enum reading { READING_MORE, READING_WHOLE, READING_REFUSED };

/* Offsets into the text of the head, each NUL-terminated there. */
struct http_field {
    uint32_t name;
    uint32_t value;
};

/* The head of a request: read line by line into one flat text, so that a fault is seen as soon as its line ends. */
struct http_head {
    char *text;
    size_t length;
    size_t capacity;
    size_t line;   /* where the line being read begins */
    size_t target; /* offset of the request target; 0 until the request line is read */
    struct http_field fields[HTTP_FIELDS];
    size_t field_count;
    int minor; /* HTTP/1.minor */
    int hosts;
    uint64_t body_length;
    bool has_length;
    bool chunked;
    bool close;
    bool continues; /* Expect: 100-continue */
    const char *method;
    const char *path; /* this and the query are set when the head is whole */
    const char *query;
};

enum framing_state {
    FRAMING_LENGTH,
    FRAMING_CHUNK_SIZE,
    FRAMING_CHUNK_DATA,
    FRAMING_CHUNK_END,
    FRAMING_TRAILER,
    FRAMING_STATE_COUNT
};

/* Where the reading of a body stands. */
struct http_framing {
    enum framing_state state;
    uint64_t left; /* bytes of the body, or of the chunk, still to come */
    size_t trailer_bytes;
};

struct http_connection;

struct http_request {
    struct http_connection *connection;
    struct evhttp_request *evhttp; /* NULL when the client has gone */
    char id[HTTP_ID_BYTES];
    struct timespec began;
    char **joined; /* values of repeated fields, put together on demand */
    size_t joined_count;
    void *context;
    void (*gone)(struct http_request *request, void *context);
    void (*drained)(struct http_request *request, void *context);
    int status;
    size_t bytes;    /* of the body of the reply */
    bool replying;   /* the head of the reply has been given to evhttp */
    bool replied;    /* and so has its end: the handler owes nothing any more */
    bool chunked;    /* a stream in chunks */
    bool above_mark; /* the backlog of a stream has been above the low mark since `drained` was called */
};

enum timer_use { TIMER_ATTACH, TIMER_HANDSHAKE, TIMER_IDLE, TIMER_REQUEST, TIMER_GRACE, TIMER_LINGER, TIMER_USE_COUNT };

/* A connection has one request at a time; what a client sends ahead waits. It lives until its socket is closed and its
 * request is replied to, whichever is later. */
struct http_connection {
    LIST_ENTRY(http_connection) link;
    struct http_server *server;
    struct bufferevent *bufferevent; /* NULL when closed */
    SSL *session;                    /* NULL without TLS; lives as long as the bufferevent */
    struct evbuffer_cb_entry *watch;
    struct event timer;
    enum timer_use timer_use;
    bufferevent_data_cb evhttp_write; /* evhttp's own callbacks, while ours stand in their place */
    bufferevent_event_cb evhttp_event;
    void *evhttp_context;
    struct evbuffer *waiting; /* bytes that came and are not yet read */
    struct evbuffer *body;
    struct http_head head;
    struct http_framing framing;
    struct problem refusal; /* status 0 unless this module answers by itself */
    struct http_request request;
    bool head_whole;
    bool presenting; /* the canned head is being put before evhttp */
    bool busy;       /* a request is with evhttp, the handler or the socket */
    bool closing;    /* nothing that follows is read as a request */
};

struct http_server {
    struct event_base *base;
    struct evhttp *evhttp;
    struct evhttp_bound_socket *bound; /* NULL after a drain */
    struct event *resume;
    struct http_limits limits;
    const struct http_tls *tls; /* NULL: plain HTTP */
    http_handle *handle;
    http_done *done;
    void *owner;
    LIST_HEAD(http_connections, http_connection) connections;
    int open;
    struct http_connection **by_socket; /* indexed by file descriptor */
    size_t by_socket_size;
    bool draining;
    bool freed;
    time_t date_second;
    char date[HTTP_DATE_BYTES];
    unsigned char random[1024];
    size_t random_left;
};

/* head.c and body.c: no sockets, no evhttp. */
bool http_is_token(const char *text, size_t length);
bool http_is_field_value(const char *text, size_t length);
void http_head_reset(struct http_head *head);
void http_head_clear(struct http_head *head);
enum reading http_head_read(struct http_head *head, struct evbuffer *source, const struct http_limits *limits,
                            struct problem *why);
void http_framing_begin(struct http_framing *framing, const struct http_head *head);
enum reading http_framing_read(struct http_framing *framing, struct evbuffer *source, struct evbuffer *body,
                               const struct http_limits *limits, struct problem *why);
/* Moves bytes; small pieces are copied together, or a body sent byte by byte would hold a page for every byte. */
void http_buffer_move(struct evbuffer *to, struct evbuffer *from, size_t length);

/* connection.c */
struct bufferevent *http_connection_new(struct event_base *base, void *server);
void http_connection_handle(struct evhttp_request *evhttp, void *server);
/* Puts our callbacks in the place of evhttp's, which sets its own whenever it begins to read or write. */
void http_connection_hold(struct http_connection *connection);
/* Ends the connection the way evhttp ends it when the client does. */
void http_connection_fail(struct http_connection *connection);
/* The handshake of TLS is done. */
void http_connection_secured(struct http_connection *connection);
/* At a drain: ends a connection that waits for a request, unless one is on its way. */
void http_connection_drain(struct http_connection *connection);
/* Frees what is left of a closed connection, and the server with the last one if it was freed before. */
void http_connection_release(struct http_connection *connection);

/* tls.c */
/* A bufferevent that shakes hands as the server once it gets its socket, which it closes when it is freed. */
struct bufferevent *http_tls_accept(const struct http_tls *tls, struct event_base *base,
                                    struct http_connection *connection);
SSL *http_tls_session(struct bufferevent *bufferevent);
/* Writes at once, as one record, what fits into one; does nothing with more. */
void http_tls_write(SSL *session, struct evbuffer *output);
/* Says that nothing follows (close_notify): without it, an end is a cut. */
void http_tls_end(SSL *session);
bool http_tls_has_unread(const SSL *session);

/* request.c */
void http_request_begin(struct http_request *request);
/* Calls done, and makes the connection ready for its next request or frees it. */
void http_request_finish(struct http_request *request);

/* server.c */
/* Accepts nothing for a moment. */
void http_server_pause(const struct http_server *server);
void http_server_release(struct http_server *server);
const char *http_server_date(struct http_server *server);
void http_server_random(struct http_server *server, unsigned char *bytes, size_t count);

/* reply.c */
/* The field lines that every reply has. */
void http_reply_fields(struct http_request *request, const char *content_type);
bool http_reply_has_body(const struct http_request *request, int status);
/* Writes at once what the socket takes, which is mostly everything and saves a turn of the loop; the rest, and every
 * fault, is left to the bufferevent. The connection may be gone afterwards. */
void http_reply_flush(struct http_connection *connection);

#endif
