/* SPDX-License-Identifier: MIT */
/* A server on a loopback socket and clients that speak raw bytes to it, in one process and one loop; the same over TLS.
 */
#ifndef SKILLSD_TESTS_HTTP_FIXTURE_H
#define SKILLSD_TESTS_HTTP_FIXTURE_H

#include "base/memory.h"
#include "http/problem.h"
#include "http/server.h"
#include "http/tls.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    HEADER_BYTES = 4096,
    BODY_BYTES = 100000,
    CONNECTIONS = 8,
    LARGE_BYTES = 8 * 1024 * 1024,
    PATIENCE_SECONDS = 60
};

/* The server, and what its handler and its done have seen. */
struct server {
    struct event_base *base;
    struct http_server *http;
    int socket;
    struct sockaddr_storage address;
    socklen_t address_length;
    struct http_request *held; /* the request for /hold or /stream, to be replied to by the test */
    int handled;
    int done;
    int done_status;
    size_t done_bytes;
    bool done_context;
    int gone;
    int drained;
};

struct client {
    int socket;
    char *text; /* all that came, NUL-terminated */
    size_t length;
    bool closed;
    bool reset;
    bool clean; /* the end was said (close_notify), or there is no TLS */
    SSL *session;
};

/* NULL: the tests speak plain HTTP. */
static struct http_tls *tls;
static SSL_CTX *tls_client;

static inline double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static inline void on_gone(struct http_request *request, void *context) {
    (void)request;
    ((struct server *)context)->gone++;
}

static inline void reply_echo(struct http_request *request) {
    size_t length;
    struct evbuffer *body = evbuffer_new();
    const char *query = http_request_query(request);
    const char *note = http_request_header(request, "X-Note");
    const char *sent = http_request_body(request, &length);
    evbuffer_add_printf(body, "%s|%s|%s|%s|", http_request_method(request), http_request_path(request),
                        query ? query : "none", note ? note : "none");
    if (length < 200)
        evbuffer_add(body, sent, length);
    else
        evbuffer_add_printf(body, "%zu bytes", length);
    http_reply(request, 200, "text/plain", body);
    evbuffer_free(body);
}

static inline void reply_large(struct http_request *request) {
    struct evbuffer *body = evbuffer_new();
    char *bytes = malloc(LARGE_BYTES);
    memset(bytes, 'x', LARGE_BYTES);
    evbuffer_add(body, bytes, LARGE_BYTES);
    free(bytes);
    http_reply(request, 200, "text/plain", body);
    evbuffer_free(body);
}

static inline void reply_with_injection(struct http_request *request) {
    http_reply_header(request, "X-Good", "yes");
    http_reply_header(request, "X-Bad", "a\r\nX-Injected: yes");
    http_reply_header(request, "X-Folded", "a\r\n X-Injected: yes");
    http_reply_header(request, "X-Injected: yes\r\nX-Name", "a");
    http_reply(request, 200, "text/plain\r\nX-Injected: yes", NULL);
}

static inline void handle(struct http_request *request, void *owner) {
    struct server *server = owner;
    const char *path = http_request_path(request);
    server->handled++;
    http_request_set_context(request, server);
    http_request_on_gone(request, on_gone);
    if (strcmp(path, "/hold") == 0)
        server->held = request;
    else if (strcmp(path, "/empty") == 0)
        http_reply(request, 204, NULL, NULL);
    else if (strcmp(path, "/unchanged") == 0)
        http_reply(request, 304, NULL, NULL);
    else if (strcmp(path, "/large") == 0)
        reply_large(request);
    else if (strcmp(path, "/inject") == 0)
        reply_with_injection(request);
    else
        reply_echo(request);
}

static inline void done(struct http_request *request, int status, size_t bytes, void *owner) {
    struct server *server = owner;
    server->done++;
    server->done_status = status;
    server->done_bytes = bytes;
    server->done_context = http_request_context(request) != NULL;
}

/* A certificate signed by its own key, of this minute. */
static inline X509 *certificate_new(EVP_PKEY *key) {
    X509 *certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

/* From here on servers and clients speak TLS. */
static inline int use_tls(void **state) {
    (void)state;
    char path[] = "/tmp/skillsd-http-XXXXXX";
    int file = mkstemp(path);
    FILE *out = fdopen(file, "w");
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = certificate_new(key);
    assert_true(PEM_write_X509(out, certificate) == 1);
    assert_true(PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) == 1);
    fclose(out);
    char *why = NULL;
    tls = http_tls_new(path, path, &why);
    if (!tls)
        fail_msg("%s", why);
    unlink(path);
    X509_free(certificate);
    EVP_PKEY_free(key);
    tls_client = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(tls_client, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return 0;
}

static inline int use_no_tls(void **state) {
    (void)state;
    SSL_CTX_free(tls_client);
    http_tls_free(tls);
    tls = NULL;
    return 0;
}

static inline struct server *server_start(const char *address, int request_seconds, int idle_seconds) {
    struct server *server = xcalloc(1, sizeof *server);
    struct http_limits limits = {CONNECTIONS, HEADER_BYTES, BODY_BYTES, request_seconds, idle_seconds};
    char *why = NULL;
    server->base = event_base_new();
    server->socket = http_listen(address, &why);
    if (server->socket < 0)
        fail_msg("%s", why);
    server->address_length = sizeof server->address;
    getsockname(server->socket, (struct sockaddr *)&server->address, &server->address_length);
    server->http = http_server_new(server->base, server->socket, &limits, handle, done, server);
    http_server_use_tls(server->http, tls);
    return server;
}

static inline void server_stop(struct server *server) {
    if (server->http)
        http_server_free(server->http);
    event_base_loop(server->base, EVLOOP_NONBLOCK);
    event_base_free(server->base);
    close(server->socket);
    free(server);
}

static inline int setup(void **state) {
    *state = server_start("127.0.0.1:0", 30, 30);
    return 0;
}

/* For the tests of time. */
static inline int setup_impatient(void **state) {
    *state = server_start("127.0.0.1:0", 1, 1);
    return 0;
}

static inline int teardown(void **state) {
    server_stop(*state);
    return 0;
}

static inline void client_close(struct client *client) {
    if (client->socket >= 0)
        close(client->socket);
    SSL_free(client->session);
    free(client->text);
    *client = (struct client){.socket = -1};
}

/* The error of a session turned into what a socket says: EAGAIN, or an end. */
static inline ssize_t client_session_result(struct client *client, int result) {
    if (result > 0)
        return result;
    int error = SSL_get_error(client->session, result);
    bool wants = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    client->clean = client->clean || error == SSL_ERROR_ZERO_RETURN;
    if (wants)
        errno = EAGAIN;
    else if (error != SSL_ERROR_SYSCALL)
        errno = 0;
    ERR_clear_error();
    return error == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

static inline ssize_t client_read(struct client *client, char *bytes, size_t length) {
    if (!client->session)
        return recv(client->socket, bytes, length, MSG_DONTWAIT);
    return client_session_result(client, SSL_read(client->session, bytes, (int)length));
}

static inline ssize_t client_write(struct client *client, const char *bytes, size_t length) {
    if (!client->session)
        return send(client->socket, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    return client_session_result(client, SSL_write(client->session, bytes, (int)length));
}

/* Closes the sending half and reads on. */
static inline void client_half_close(struct client *client) {
    if (client->session)
        SSL_shutdown(client->session);
    shutdown(client->socket, SHUT_WR);
}

static inline void client_receive(struct client *client) {
    static char piece[65536];
    ssize_t length = client->closed ? -1 : client_read(client, piece, sizeof piece);
    if (length > 0) {
        client->text = xreallocarray(client->text, client->length + (size_t)length + 1, 1);
        memcpy(client->text + client->length, piece, (size_t)length);
        client->length += (size_t)length;
        client->text[client->length] = '\0';
    }
    if (!client->session && length == 0)
        client->clean = true;
    if (length == 0 || (length < 0 && errno != EAGAIN))
        client->closed = true;
    if (length < 0 && errno == ECONNRESET)
        client->reset = true;
}

/* Lets the server work and the client listen for a turn. */
static inline void turn(const struct server *server, struct client *client) {
    event_base_loop(server->base, EVLOOP_NONBLOCK);
    if (!client)
        return;
    poll(&(struct pollfd){.fd = client->socket, .events = POLLIN}, client->closed ? 0 : 1, 1);
    client_receive(client);
}

/* Until the handshake is done, or refused. */
static inline void client_shake_hands(const struct server *server, struct client *client) {
    client->session = SSL_new(tls_client);
    SSL_set_fd(client->session, client->socket);
    SSL_set_connect_state(client->session);
    for (double end = now() + PATIENCE_SECONDS; !SSL_is_init_finished(client->session) && !client->closed;) {
        turn(server, client);
        if (now() > end)
            fail_msg("There is no handshake");
    }
}

/* Without a handshake. */
static inline struct client client_connect(const struct server *server) {
    struct client client = {.socket = socket(server->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    assert_int_equal(0, connect(client.socket, (const struct sockaddr *)&server->address, server->address_length));
    fcntl(client.socket, F_SETFL, O_NONBLOCK);
    client.text = xcalloc(1, 1);
    return client;
}

static inline struct client client_open(const struct server *server) {
    struct client client = client_connect(server);
    if (tls)
        client_shake_hands(server, &client);
    return client;
}

static inline void turn_for(const struct server *server, struct client *client, double seconds) {
    for (double end = now() + seconds; now() < end; usleep(500))
        turn(server, client);
}

static inline void turn_until_closed(const struct server *server, struct client *client) {
    for (double end = now() + PATIENCE_SECONDS; !client->closed; turn(server, client))
        if (now() > end)
            fail_msg("The connection stays open. So far: %s", client->text);
}

static inline void turn_until_text(const struct server *server, struct client *client, const char *text) {
    for (double end = now() + PATIENCE_SECONDS; !strstr(client->text, text); turn(server, client))
        if (now() > end || client->closed)
            fail_msg("'%s' does not come. So far: %s", text, client->text);
}

static inline void turn_until_handled(const struct server *server, int count) {
    for (double end = now() + PATIENCE_SECONDS; server->handled < count; turn(server, NULL))
        if (now() > end)
            fail_msg("The handler was called %d times", server->handled);
}

static inline void client_send(const struct server *server, struct client *client, const char *bytes, size_t length) {
    double end = now() + PATIENCE_SECONDS;
    while (length > 0 && now() < end) {
        ssize_t sent = client_write(client, bytes, length);
        if (sent < 0 && errno != EAGAIN)
            return;
        bytes += sent > 0 ? sent : 0;
        length -= sent > 0 ? (size_t)sent : 0;
        turn(server, client);
    }
}

static inline void client_say(const struct server *server, struct client *client, const char *text) {
    client_send(server, client, text, strlen(text));
}

static inline int count_text(const char *haystack, const char *needle) {
    int count = 0;
    for (const char *at = haystack; (at = strstr(at, needle)); at += strlen(needle))
        count++;
    return count;
}

static inline void assert_text(const char *haystack, const char *needle) {
    if (!strstr(haystack, needle))
        fail_msg("'%s' is not in: %s", needle, haystack);
}

static inline void assert_no_text(const char *haystack, const char *needle) {
    if (strstr(haystack, needle))
        fail_msg("'%s' is in: %s", needle, haystack);
}

static inline int status_of(const struct client *client) {
    return client->length > 12 ? atoi(client->text + 9) : 0;
}

#endif
