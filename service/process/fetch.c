/* SPDX-License-Identifier: MIT */
/* One transfer of libcurl, with everything set that its defaults leave open. */
#include "process/fetch.h"

#include "base/memory.h"
#include "base/settings.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { CONNECT_MILLISECONDS = 3000 };

static const char *const loopback_prefixes[] = {"http://127.0.0.1",  "http://localhost",  "http://[::1]",
                                                "https://127.0.0.1", "https://localhost", "https://[::1]"};

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

bool fetch_is_loopback(const char *url) {
    for (size_t i = 0; i < sizeof loopback_prefixes / sizeof *loopback_prefixes; i++) {
        size_t length = strlen(loopback_prefixes[i]);
        if (strncmp(url, loopback_prefixes[i], length) == 0 && strchr(":/", url[length]))
            return true;
    }
    return false;
}

/* `user@host` would be another host than the one that it looks like. */
static bool has_userinfo(const char *url) {
    const char *authority = strstr(url, "://");
    return authority && memchr(authority + 3, '@', strcspn(authority + 3, "/?#"));
}

bool fetch_may_ask(const char *url, bool loopback) {
    return !has_userinfo(url) && (strncmp(url, "https://", 8) == 0 || (loopback && fetch_is_loopback(url)));
}

/* Less than was given ends the transfer. */
static size_t take_bytes(char *bytes, size_t size, size_t count, void *owner) {
    struct fetched *document = owner;
    size_t length = size * count;
    if (length > FETCH_BYTES_MAXIMUM - document->length)
        return 0;
    memcpy(document->text + document->length, bytes, length);
    document->length += length;
    return length;
}

/* Addresses of this machine and of its link, which no provider has; the unspecified one leads here too. */
static bool is_near(const struct sockaddr *address) {
    if (address->sa_family == AF_INET) {
        uint32_t host = ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr);
        return host >> 24 == 127 || host >> 24 == 0 || host >> 16 == 0xa9fe;
    }
    const struct in6_addr *host = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(host) || IN6_IS_ADDR_UNSPECIFIED(host) || IN6_IS_ADDR_LINKLOCAL(host) ||
           IN6_IS_ADDR_V4MAPPED(host);
}

/* Whatever the name of an issuer's host leads to: only one that is meant to be on loopback is asked there. */
static curl_socket_t open_socket(void *owner, curlsocktype purpose, struct curl_sockaddr *address) {
    const struct fetch *fetch = owner;
    (void)purpose;
    if (!fetch->loopback && is_near(&address->addr))
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void set_bounds(CURL *transfer, const struct fetch *fetch) {
    curl_easy_setopt(transfer, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(transfer, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(transfer, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MILLISECONDS);
    curl_easy_setopt(transfer, CURLOPT_TIMEOUT_MS, *fetch->milliseconds > 0 ? *fetch->milliseconds : 1L);
    curl_easy_setopt(transfer, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(transfer, CURLOPT_OPENSOCKETDATA, (void *)(uintptr_t)fetch);
    curl_easy_setopt(transfer, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(transfer, CURLOPT_PROXY, "");
    curl_easy_setopt(transfer, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(transfer, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(transfer, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(transfer, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(transfer, CURLOPT_FORBID_REUSE, 1L);
    if (*setting_text(SETTING_CA_FILE))
        curl_easy_setopt(transfer, CURLOPT_CAINFO, setting_text(SETTING_CA_FILE));
}

static struct curl_slist *set_request(CURL *transfer, const char *url, struct fetched *document) {
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
    curl_easy_setopt(transfer, CURLOPT_URL, url);
    curl_easy_setopt(transfer, CURLOPT_USERAGENT, "skillsd/" SKILLSD_VERSION);
    curl_easy_setopt(transfer, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(transfer, CURLOPT_WRITEDATA, document);
    return headers;
}

/* NULL when all is well. libcurl's own sentence is about the connection and not about what came over it. */
static char *fault_of(CURL *transfer, CURLcode code, const struct fetched *document) {
    long status = 0;
    curl_easy_getinfo(transfer, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_WRITE_ERROR)
        return xasprintf("The provider's document is longer than %d bytes.", FETCH_BYTES_MAXIMUM);
    if (code != CURLE_OK)
        return xasprintf("The provider cannot be asked: %s.", curl_easy_strerror(code));
    if (status != 200)
        return xasprintf("The provider answers %ld.", status);
    if (document->length == 0)
        return xstrdup("The provider answers with nothing.");
    return NULL;
}

static char *transfer_document(CURL *transfer, const struct fetch *fetch, struct fetched *document) {
    struct curl_slist *headers = set_request(transfer, fetch->url, document);
    set_bounds(transfer, fetch);
    CURLcode code = curl_easy_perform(transfer);
    char *fault = fault_of(transfer, code, document);
    curl_slist_free_all(headers);
    return fault;
}

bool fetch_document(const struct fetch *fetch, struct fetched *document, char **why) {
    long long start = now();
    CURL *transfer = curl_easy_init();
    *document = (struct fetched){.text = xcalloc(1, FETCH_BYTES_MAXIMUM + 1)};
    *why = transfer ? transfer_document(transfer, fetch, document) : xstrdup("libcurl does not start.");
    curl_easy_cleanup(transfer);
    document->text[document->length] = '\0';
    *fetch->milliseconds -= (long)(now() - start);
    if (!*why)
        return true;
    fetched_clear(document);
    return false;
}

void fetched_clear(struct fetched *document) {
    free(document->text);
    *document = (struct fetched){0};
}
