/* SPDX-License-Identifier: MIT */
/* The public keys of an issuer, from a JWKS (RFC 7517): only those that may verify RS256 or ES256. */
#ifndef SKILLSD_ACCESS_KEYSET_H
#define SKILLSD_ACCESS_KEYSET_H

#include "access/jose_header.h"

#include <cjose/cjose.h>
#include <jansson.h>

struct keyset;

/* Reads the file; NULL with *why set (to be freed) when it cannot be read, is no key set or holds no usable key. */
struct keyset *keyset_new(const char *file, char **why);
/* The same from a set that has been read already. */
struct keyset *keyset_from_json(const json_t *set, char **why);
void keyset_free(struct keyset *keyset);

/* The one key of this algorithm and kid (of any kid when it is NULL), borrowed; NULL when there is none or more than
 * one. */
cjose_jwk_t *keyset_find(const struct keyset *keyset, enum jose_algorithm algorithm, const char *kid);

/* What of a JWKS is worth keeping, as JSON text to be freed: the keys that may verify, of them only the public members,
 * in an order of their own, so that the same keys have the same text. NULL with *why set when that is none or more than
 * an issuer has. */
char *keyset_reduce(const char *jwks, size_t length, char **why);

#endif
