/* SPDX-License-Identifier: MIT */
/* SHA-256 by OpenSSL. */
#include "base/digest.h"

#include <openssl/sha.h>
#include <stdio.h>

void digest_hex(const void *bytes, size_t length, char hex[DIGEST_HEX_SIZE]) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(bytes, length, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
