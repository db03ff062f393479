/* SPDX-License-Identifier: MIT */
/* One document over HTTPS, fetched by the process that may block: bounded in size and time, and never anything but what
 * was asked for. */
#ifndef SKILLSD_PROCESS_FETCH_H
#define SKILLSD_PROCESS_FETCH_H

#include <stdbool.h>
#include <stddef.h>

/* The longest document that is read. */
enum { FETCH_BYTES_MAXIMUM = 262144 };

struct fetched {
    char *text; /* NUL-terminated beyond its length */
    size_t length;
};

/* Whether this is a URL that is fetched: https, or http to this very machine where `loopback` allows it. */
bool fetch_may_ask(const char *url, bool loopback);
/* Whether this is an http URL of this very machine. */
bool fetch_is_loopback(const char *url);

/* GET without redirects, proxy, cookies or credentials, of a server whose certificate the system's store, or the bundle
 * of SKILLSD_CA_FILE, vouches for; 200 or nothing. `milliseconds` is the time that is left, and is made less. False
 * with *why set to a sentence (to be freed) that repeats nothing of what the server said. */
bool fetch_document(const char *url, long *milliseconds, struct fetched *document, char **why);
void fetched_clear(struct fetched *document);

#endif
