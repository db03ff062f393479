/* SPDX-License-Identifier: MIT */
/* A provider's keys, found by OpenID Connect Discovery 1.0 from the URL of the issuer. */
#ifndef SKILLSD_PROCESS_PROVIDER_H
#define SKILLSD_PROCESS_PROVIDER_H

#include "base/digest.h"

#include <stdbool.h>

struct provider_keys {
    char *jwks; /* what of the key set is worth keeping (keyset_reduce) */
    char *jwks_uri;
    char digest[DIGEST_HEX_SIZE]; /* of jwks */
};

/* Asks for the discovery document and then for the key set, both within eight seconds. False with *why set to a
 * sentence, to be freed. */
bool provider_ask(const char *issuer, struct provider_keys *keys, char **why);
void provider_keys_clear(struct provider_keys *keys);

#endif
