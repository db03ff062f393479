/* SPDX-License-Identifier: MIT */
/* The chain of hashes over the audit trail: digest = SHA-256(canonical text), chain = SHA-256(chain before, digest). */
#ifndef SKILLSD_AUDIT_CHAIN_H
#define SKILLSD_AUDIT_CHAIN_H

#include "base/digest.h"

#include <stdbool.h>

/* A hash in lower-case hex, with its NUL. */
struct audit_hash {
    char hex[DIGEST_HEX_SIZE];
};

/* What the first link is chained to: 32 zero bytes. */
extern const struct audit_hash audit_chain_start;

struct audit_hash audit_digest(const char *text);
struct audit_hash audit_chain(const struct audit_hash *before, const struct audit_hash *digest);

/* Reads a hash; anything but 64 hex digits, and NULL, becomes an empty hash, which no other equals. */
struct audit_hash audit_hash_of(const char *hex);
bool audit_hash_equal(const struct audit_hash *left, const struct audit_hash *right);

#endif
