/* SPDX-License-Identifier: MIT */
/* The claim of an idempotent POST: its key, and a hash of what was asked. */
#ifndef SKILLSD_DB_CLAIM_H
#define SKILLSD_DB_CLAIM_H

#include <stdbool.h>
#include <stddef.h>

struct claim;
struct problem;

/* What is hashed: the same key with any of these changed is another request. */
struct claimed {
    const char *operation;                            /* its id, kept in the claim */
    const char *path, *query, *accept, *organisation; /* query, accept and organisation may be NULL */
    const char *body;
    size_t body_length;
};

/* `key` is the field value: a structured-field string in quotes or bare visible ASCII, up to 255 characters. False with
 * the problem set to 400. */
bool claim_make(struct claim *claim, const char *key, const struct claimed *claimed, struct problem *problem);
void claim_clear(struct claim *claim);

#endif
