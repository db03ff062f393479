/* SPDX-License-Identifier: MIT */
/* Signed heads of the audit trail: "the chain had this value at this event at this time", a compact JWS (ES256). */
#ifndef SKILLSD_AUDIT_HEAD_H
#define SKILLSD_AUDIT_HEAD_H

#include "audit/chain.h"

struct audit_keys;
struct signing_key;

struct audit_head {
    long long sequence; /* the last event under it */
    struct audit_hash chain;
    char sealed_at[32]; /* 2026-11-25T13:00:00.123456Z */
};

/* The compact JWS; to be freed. NULL when it cannot be signed. */
char *audit_head_sign(const struct audit_head *head, const struct signing_key *key);

/* Reads what a head says without looking at its signature; false when it is no head. */
bool audit_head_read(const char *jws, struct audit_head *head);
/* Reads a head and its signature; NULL when all is well, and otherwise what is wrong, as the end of a sentence that
 * begins with the head. */
const char *audit_head_verify(const char *jws, const struct audit_keys *keys, struct audit_head *head);

/* The public keys of a key set (SKILLSD_AUDIT_JWKS), old ones too. NULL with *why set. */
struct audit_keys *audit_keys_load(const char *jwks_file, char **why);
void audit_keys_free(struct audit_keys *keys);

#endif
