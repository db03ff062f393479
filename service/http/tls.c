/* SPDX-License-Identifier: MIT */
/* TLS: the context that connections are made from, and what is done to a session beside libevent's bufferevent. */
#include "http/tls.h"

#include "base/memory.h"
#include "http/internal.h"

#include <errno.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What TLS 1.2 may use: forward secrecy and authenticated encryption. All of TLS 1.3 is like that. */
static const char CIPHERS[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

enum { SECURITY_LEVEL = 2, TICKET_KEY_BYTES = 80 };

struct http_tls {
    const char *certificate, *key; /* paths */
    SSL_CTX *context;
    unsigned char ticket_keys[TICKET_KEY_BYTES];
    char ends[16];
    bool ended;
};

/* A key behind a passphrase is refused; the library would ask the terminal for it. */
static int give_no_passphrase(char *buffer, int size, int writing, void *context) {
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

/* Runs inside the handshake, so it must not end the connection. */
static void on_state(const SSL *session, int where, int value) {
    (void)value;
    if (where & SSL_CB_HANDSHAKE_DONE)
        http_connection_secured(SSL_get_app_data(session));
}

static bool fail(char **why, const char *what, const char *path) {
    unsigned long error = ERR_peek_last_error();
    const char *reason = error ? ERR_reason_error_string(error) : NULL;
    *why = xasprintf("%s %s: %s.", what, path, reason ? reason : "it is not in PEM");
    ERR_clear_error();
    return false;
}

static bool can_read(const char *path, const char *what, char **why) {
    if (access(path, R_OK) == 0)
        return true;
    *why = xasprintf("%s %s cannot be read: %s.", what, path, strerror(errno));
    return false;
}

static bool context_read(SSL_CTX *context, const struct http_tls *tls, char **why) {
    ERR_clear_error();
    if (!can_read(tls->certificate, "The certificate", why) || !can_read(tls->key, "The key", why))
        return false;
    if (SSL_CTX_use_certificate_chain_file(context, tls->certificate) != 1)
        return fail(why, "There is no usable certificate in", tls->certificate);
    if (SSL_CTX_use_PrivateKey_file(context, tls->key, SSL_FILETYPE_PEM) == 1 &&
        SSL_CTX_check_private_key(context) == 1)
        return true;
    if (ERR_GET_REASON(ERR_peek_last_error()) != X509_R_KEY_VALUES_MISMATCH)
        return fail(why, "There is no usable key, or one behind a passphrase, in", tls->key);
    ERR_clear_error();
    *why = xasprintf("The key %s does not belong to the certificate %s.", tls->key, tls->certificate);
    return false;
}

/* Moving buffers is what evbuffers do. Partial writes must stay off: libevent 2.1 would skip what was not written. */
static void context_configure(SSL_CTX *context) {
    SSL_CTX_set_security_level(context, SECURITY_LEVEL);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, CIPHERS);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                     SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF); /* tickets need no memory here */
    SSL_CTX_set_default_passwd_cb(context, give_no_passphrase);
    SSL_CTX_set_info_callback(context, on_state);
}

static SSL_CTX *context_new(const struct http_tls *tls, char **why) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!context)
        abort();
    context_configure(context);
    if (context_read(context, tls, why))
        return context;
    SSL_CTX_free(context);
    return NULL;
}

static void note_end(struct http_tls *tls) {
    const ASN1_TIME *end = X509_get0_notAfter(SSL_CTX_get0_certificate(tls->context));
    struct tm day;
    tls->ended = X509_cmp_current_time(end) < 0;
    tls->ends[0] = '\0';
    if (ASN1_TIME_to_tm(end, &day) == 1)
        strftime(tls->ends, sizeof tls->ends, "%Y-%m-%d", &day);
}

struct bufferevent *http_tls_accept(const struct http_tls *tls, struct event_base *base,
                                    struct http_connection *connection) {
    SSL *session = SSL_new(tls->context);
    if (!session)
        abort();
    SSL_set_app_data(session, connection);
    /* Callbacks are deferred: libevent would call them from within calls of evhttp, which does not expect it. */
    struct bufferevent *bufferevent = bufferevent_openssl_socket_new(base, -1, session, BUFFEREVENT_SSL_ACCEPTING,
                                                                     BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
    if (!bufferevent)
        abort();
    return bufferevent;
}

SSL *http_tls_session(struct bufferevent *bufferevent) {
    return bufferevent_openssl_get_ssl(bufferevent);
}

/* What does not go now is written again, from the same first byte, by the bufferevent, and so is every fault met. */
void http_tls_write(SSL *session, struct evbuffer *output) {
    size_t length = evbuffer_get_length(output);
    if (length == 0 || length > SSL3_RT_MAX_PLAIN_LENGTH)
        return;
    ERR_clear_error();
    int sent = SSL_write(session, evbuffer_pullup(output, -1), (int)length);
    if (sent > 0)
        evbuffer_drain(output, (size_t)sent);
    ERR_clear_error();
}

void http_tls_end(SSL *session) {
    if (!SSL_is_init_finished(session) || (SSL_get_shutdown(session) & SSL_SENT_SHUTDOWN))
        return;
    SSL_shutdown(session);
    ERR_clear_error();
}

bool http_tls_has_unread(const SSL *session) {
    return SSL_has_pending(session) == 1;
}

struct http_tls *http_tls_new(const char *certificate, const char *key, char **why) {
    struct http_tls *tls = xcalloc(1, sizeof *tls);
    tls->certificate = certificate;
    tls->key = key;
    tls->context = context_new(tls, why);
    if (!tls->context) {
        free(tls);
        return NULL;
    }
    SSL_CTX_get_tlsext_ticket_keys(tls->context, tls->ticket_keys, sizeof tls->ticket_keys);
    note_end(tls);
    return tls;
}

/* The keys of tickets stay those that were drawn before the fork, so that a session can be resumed with any worker. */
bool http_tls_reload(struct http_tls *tls, char **why) {
    SSL_CTX *context = context_new(tls, why);
    if (!context)
        return false;
    SSL_CTX_set_tlsext_ticket_keys(context, tls->ticket_keys, sizeof tls->ticket_keys);
    SSL_CTX_free(tls->context);
    tls->context = context;
    note_end(tls);
    return true;
}

const char *http_tls_ends(const struct http_tls *tls) {
    return tls->ends;
}

bool http_tls_has_ended(const struct http_tls *tls) {
    return tls->ended;
}

void http_tls_free(struct http_tls *tls) {
    if (!tls)
        return;
    SSL_CTX_free(tls->context);
    OPENSSL_cleanse(tls->ticket_keys, sizeof tls->ticket_keys);
    free(tls);
}
