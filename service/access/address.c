/* SPDX-License-Identifier: MIT */
/* Reads the addresses that sockets and proxies give. */
#include "access/address.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

/* The longest form, "[...%interface]:port", with room to spare. */
enum { TEXT_BYTES = 96, IPV4_BYTES = 4, PREFIX_BYTES = 8 };

/* Cuts off a port, and brackets or an interface around an IPv6 address. */
static char *bare(char *text) {
    if (*text == '[') {
        char *end = strchr(++text, ']');
        if (!end || (end[1] != ':' && end[1] != '\0'))
            return NULL;
        *end = '\0';
    } else if (strchr(text, ':') == strrchr(text, ':')) {
        text[strcspn(text, ":")] = '\0';
    }
    text[strcspn(text, "%")] = '\0';
    return text;
}

static void take(struct address *address, const unsigned char *bytes, size_t length) {
    memcpy(address->bytes, bytes, length);
    address->length = length;
}

/* An IPv4 address in an IPv6 one (RFC 4291, 2.5.5.2) is that IPv4 address: else all of them would be one /64. */
static bool read_text(char *text, struct address *address) {
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, text, &four) == 1)
        take(address, (const unsigned char *)&four, IPV4_BYTES);
    else if (inet_pton(AF_INET6, text, &six) != 1)
        return false;
    else if (IN6_IS_ADDR_V4MAPPED(&six))
        take(address, six.s6_addr + sizeof six.s6_addr - IPV4_BYTES, IPV4_BYTES);
    else
        take(address, six.s6_addr, PREFIX_BYTES);
    return true;
}

static bool read_slice(const char *start, size_t length, struct address *address) {
    char text[TEXT_BYTES];
    if (length >= sizeof text)
        return false;
    memcpy(text, start, length);
    text[length] = '\0';
    char *stripped = bare(text);
    return stripped && read_text(stripped, address);
}

/* The last element of a list of which the elements may have spaces around them. */
static bool read_last(const char *list, struct address *address) {
    const char *comma = strrchr(list, ',');
    const char *start = comma ? comma + 1 : list;
    start += strspn(start, " \t");
    size_t length = strlen(start);
    while (length && strchr(" \t", start[length - 1]))
        length--;
    return read_slice(start, length, address);
}

struct address address_of_client(const char *peer, const char *forwarded) {
    struct address address = {.length = 0};
    if (!forwarded || !read_last(forwarded, &address))
        read_slice(peer, strlen(peer), &address);
    return address;
}
