/* SPDX-License-Identifier: MIT */
/* The listening socket, opened once by the supervisor and inherited by the workers. */
#include "base/memory.h"
#include "http/server.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct address {
    char host[256];
    char port[6];
};

static bool address_split(const char *text, struct address *address) {
    const char *colon = strrchr(text, ':');
    if (!colon || colon == text)
        return false;
    const char *host = text;
    size_t length = (size_t)(colon - text);
    if (host[0] == '[' && colon[-1] == ']') {
        host++;
        length -= 2;
    } else if (memchr(host, ':', length)) {
        return false;
    }
    size_t digits = strspn(colon + 1, "0123456789");
    if (!length || length >= sizeof address->host || !digits || digits >= sizeof address->port || colon[1 + digits] ||
        strtol(colon + 1, NULL, 10) > 65535)
        return false;
    memcpy(address->host, host, length);
    address->host[length] = '\0';
    memcpy(address->port, colon + 1, digits + 1);
    return true;
}

/* TCP_NODELAY is inherited by the accepted sockets: a reply is written whole and must not wait for an acknowledgement.
 */
static bool socket_prepare(int socket, int family) {
    int on = 1;
    if (setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on))
        return false;
    return family != AF_INET6 || setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0;
}

static int socket_open(const struct addrinfo *found) {
    int opened = socket(found->ai_family, found->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, found->ai_protocol);
    if (opened < 0)
        return -1;
    if (socket_prepare(opened, found->ai_family) && bind(opened, found->ai_addr, found->ai_addrlen) == 0 &&
        listen(opened, SOMAXCONN) == 0)
        return opened;
    int error = errno;
    close(opened);
    errno = error;
    return -1;
}

static char *failure(const char *address, int error) {
    if (error == EADDRINUSE)
        return xasprintf("cannot listen on %s: another program listens there already", address);
    return xasprintf("cannot listen on %s: %s", address, strerror(error));
}

int http_listen(const char *address, char **why) {
    struct address split;
    struct addrinfo *found = NULL;
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    if (!address_split(address, &split)) {
        *why = xasprintf("cannot listen on '%s': it is not HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080", address);
        return -1;
    }
    int fault = getaddrinfo(split.host, split.port, &hints, &found);
    if (fault) {
        *why = xasprintf("cannot listen on %s: %s", address, gai_strerror(fault));
        return -1;
    }
    int opened = socket_open(found);
    if (opened < 0)
        *why = failure(address, errno);
    freeaddrinfo(found);
    return opened;
}

bool http_listen_is_local(int socket) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } bound = {0};
    socklen_t length = sizeof bound;
    if (getsockname(socket, &bound.any, &length))
        return false;
    if (bound.any.sa_family == AF_INET)
        return ntohl(bound.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return bound.any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&bound.v6.sin6_addr);
}

char *http_listen_name(int socket) {
    struct sockaddr_storage bound = {0};
    socklen_t length = sizeof bound;
    struct address name;
    if (getsockname(socket, (struct sockaddr *)&bound, &length) ||
        getnameinfo((struct sockaddr *)&bound, length, name.host, sizeof name.host, name.port, sizeof name.port,
                    NI_NUMERICHOST | NI_NUMERICSERV))
        return xstrdup("unknown");
    return xasprintf(bound.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", name.host, name.port);
}
