/* SPDX-License-Identifier: MIT */
/* SipHash-2-4 (Aumasson and Bernstein 2012) under a key that is drawn at start: nobody outside can aim for a collision.
 */
#ifndef SKILLSD_BASE_KEYED_HASH_H
#define SKILLSD_BASE_KEYED_HASH_H

#include <stddef.h>
#include <stdint.h>

enum { KEYED_HASH_KEY_BYTES = 16 };

struct keyed_hash;

/* With this key, or with a random one for NULL. After a fork both processes give the same hashes, each with its own
 * copy. */
struct keyed_hash *keyed_hash_new(const unsigned char key[KEYED_HASH_KEY_BYTES]);
void keyed_hash_free(struct keyed_hash *hash);

uint64_t keyed_hash_of(struct keyed_hash *hash, const void *bytes, size_t length);

#endif
