/* SPDX-License-Identifier: MIT */
/* The outside of a token: its form and its protected header, judged before any cryptography is asked. */
#ifndef SKILLSD_ACCESS_JOSE_HEADER_H
#define SKILLSD_ACCESS_JOSE_HEADER_H

#include <stdbool.h>

/* The algorithms that are accepted, and no others. */
enum jose_algorithm { JOSE_RS256, JOSE_ES256, JOSE_ALGORITHM_COUNT };

/* The longest token that is looked at. */
enum { TOKEN_BYTES_MAXIMUM = 8192 };

struct jose_header {
    enum jose_algorithm algorithm;
    char *kid; /* NULL when the header has none */
};

/* The name in "alg": "RS256". */
const char *jose_algorithm_name(enum jose_algorithm algorithm);

/* Checks that the token is three canonical base64url segments and that its header asks for nothing but an accepted
 * algorithm. False with *why set to a word for the log. On success the caller clears the header. */
bool jose_header_read(const char *token, struct jose_header *header, const char **why);
void jose_header_clear(struct jose_header *header);

#endif
