/* SPDX-License-Identifier: MIT */
/* What a token claims, once its signature is known to be good. */
#ifndef SKILLSD_ACCESS_CLAIMS_H
#define SKILLSD_ACCESS_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct token;

/* What the claims must say, and when they are read. */
struct claim_rules {
    const char *issuer;
    const char *audience;
    const char *role_claim;   /* or NULL: roles are not read */
    const char *person_claim; /* or NULL */
    time_t now;
};

/* Reads a payload into an empty token; false with *why set to a word for the log, and the token still empty. */
bool claims_read(const char *payload, size_t length, const struct claim_rules *rules, struct token *token,
                 const char **why);

/* Frees what a token owns. */
void claims_clear(struct token *token);

#endif
