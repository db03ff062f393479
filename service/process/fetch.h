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
/* Whether this is a URL, http or https, of this very machine by name. */
bool fetch_is_loopback(const char *url);

/* What is fetched. */
struct fetch {
    const char *url;
    bool loopback;      /* this very machine may be asked; otherwise no address of it, nor of its link, is, whatever the
                           name of the host leads to */
    long *milliseconds; /* the time that is left; made less */
};

/* GET without redirects, proxy, cookies or credentials, of a server whose certificate the system's store, or the bundle
 * of SKILLSD_CA_FILE, vouches for; 200 or nothing. False with *why set to a sentence (to be freed) that repeats nothing
 * of what the server said. */
bool fetch_document(const struct fetch *fetch, struct fetched *document, char **why);
void fetched_clear(struct fetched *document);

#endif
