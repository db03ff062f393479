/* SPDX-License-Identifier: MIT */
/* SipHash by OpenSSL. */
#include "base/keyed_hash.h"

#include "base/memory.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

struct keyed_hash {
    EVP_MAC_CTX *context;
    unsigned char key[KEYED_HASH_KEY_BYTES];
};

struct keyed_hash *keyed_hash_new(const unsigned char key[KEYED_HASH_KEY_BYTES]) {
    struct keyed_hash *hash = xcalloc(1, sizeof *hash);
    size_t size = sizeof(uint64_t);
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size), OSSL_PARAM_END};
    EVP_MAC *siphash = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
    hash->context = EVP_MAC_CTX_new(siphash);
    EVP_MAC_free(siphash);
    if (!hash->context || !EVP_MAC_CTX_set_params(hash->context, parameters))
        abort();
    if (key)
        memcpy(hash->key, key, sizeof hash->key);
    else if (RAND_bytes(hash->key, sizeof hash->key) != 1)
        abort();
    return hash;
}

void keyed_hash_free(struct keyed_hash *hash) {
    EVP_MAC_CTX_free(hash->context);
    free(hash);
}

uint64_t keyed_hash_of(struct keyed_hash *hash, const void *bytes, size_t length) {
    unsigned char mac[sizeof(uint64_t)];
    size_t written = 0;
    uint64_t number = 0;
    if (!EVP_MAC_init(hash->context, hash->key, sizeof hash->key, NULL) ||
        !EVP_MAC_update(hash->context, bytes, length) || !EVP_MAC_final(hash->context, mac, &written, sizeof mac) ||
        written != sizeof mac)
        abort();
    for (size_t i = sizeof mac; i-- > 0;)
        number = number << 8 | mac[i];
    return number;
}
