/* SPDX-License-Identifier: MIT */
/* Hashes of the audit trail, by OpenSSL. */
#include "audit/chain.h"

#include <stdio.h>
#include <string.h>

enum { HASH_BYTES = 32 };

const struct audit_hash audit_chain_start = {"0000000000000000000000000000000000000000000000000000000000000000"};

/* The bytes of a hash; an empty one gives zeros, and is never chained by who looks first. */
static void unhex(const struct audit_hash *hash, unsigned char bytes[HASH_BYTES]) {
    memset(bytes, 0, HASH_BYTES);
    for (int i = 0; i < HASH_BYTES && hash->hex[0]; i++) {
        unsigned int byte;
        sscanf(hash->hex + 2 * i, "%2x", &byte);
        bytes[i] = (unsigned char)byte;
    }
}

struct audit_hash audit_digest(const char *text) {
    struct audit_hash hash;
    digest_hex(text, strlen(text), hash.hex);
    return hash;
}

struct audit_hash audit_chain(const struct audit_hash *before, const struct audit_hash *digest) {
    unsigned char bytes[2 * HASH_BYTES];
    struct audit_hash hash;
    unhex(before, bytes);
    unhex(digest, bytes + HASH_BYTES);
    digest_hex(bytes, sizeof bytes, hash.hex);
    return hash;
}

struct audit_hash audit_hash_of(const char *hex) {
    struct audit_hash hash = {""};
    if (hex && strlen(hex) == DIGEST_HEX_SIZE - 1 && strspn(hex, "0123456789abcdef") == DIGEST_HEX_SIZE - 1)
        memcpy(hash.hex, hex, DIGEST_HEX_SIZE);
    return hash;
}

bool audit_hash_equal(const struct audit_hash *left, const struct audit_hash *right) {
    return left->hex[0] && strcmp(left->hex, right->hex) == 0;
}
