/* SPDX-License-Identifier: MIT */
/* Whom a request is counted for by its address. */
#ifndef SKILLSD_ACCESS_ADDRESS_H
#define SKILLSD_ACCESS_ADDRESS_H

#include <stddef.h>

/* A whole IPv4 address, or the /64 of an IPv6 address, which is what one household or machine gets; length 0 for what
 * is no address. */
struct address {
    unsigned char bytes[8];
    size_t length;
};

/* The address of the client: that of the peer, or, where `forwarded` (the X-Forwarded-For of a proxy that is trusted)
 * is not NULL, its last element, which is what the nearest proxy saw. One that is no address stands for nothing: then
 * it is the peer's. "192.0.2.1", "192.0.2.1:80", "2001:db8::1" and "[2001:db8::1]:80" are addresses. */
struct address address_of_client(const char *peer, const char *forwarded);

#endif
