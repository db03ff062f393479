/* SPDX-License-Identifier: MIT */
/* The local signer of the demo: makes a key, its JWKS, and tokens. It exists only with SKILLSD_DEMO=1. */
#ifndef SKILLSD_ACCESS_SIGNER_H
#define SKILLSD_ACCESS_SIGNER_H

#include <stdbool.h>

/* Makes a private ES256 key in key_file (mode 0600) and its public JWKS in jwks_file, unless both are there; false with
 * *why set. */
bool signer_make_key(const char *key_file, const char *jwks_file, char **why);

struct token_request {
    const char *issuer, *audience, *subject;
    const char *scope; /* space-separated */
    long seconds;      /* of validity from now */
};

/* A signed compact JWT with iss, aud, sub, iat, exp, jti, scope (typ at+jwt, RFC 9068); to be freed. NULL with *why
 * set. */
char *signer_sign(const char *key_file, const struct token_request *request, char **why);

#endif
