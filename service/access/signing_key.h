/* SPDX-License-Identifier: MIT */
/* A private ES256 key in a file, and its public half in a key set: the demo signs tokens with one, the clerk the heads
 * of the audit trail with another. */
#ifndef SKILLSD_ACCESS_SIGNING_KEY_H
#define SKILLSD_ACCESS_SIGNING_KEY_H

#include <stdbool.h>

struct signing_key;

/* Makes the file (mode 0600) with a new P-256 key, unless there is one; false with *why set. */
bool signing_key_make(const char *file, char **why);
/* NULL with *why set when the file holds no private P-256 key. */
struct signing_key *signing_key_load(const char *file, char **why);
void signing_key_free(struct signing_key *key);

/* Its RFC 7638 thumbprint. */
const char *signing_key_id(const struct signing_key *key);
/* Writes the key set that holds the public half, and the keys that it held before if they are to be kept, so that what
 * they signed can still be verified; false with *why set. */
bool signing_key_publish(const struct signing_key *key, const char *jwks_file, bool keep, char **why);

/* The text as a compact JWS whose header says this typ; to be freed. NULL when it cannot be signed. */
char *signing_key_sign(const struct signing_key *key, const char *typ, const char *text);

#endif
