/* SPDX-License-Identifier: MIT */
/* Bearer tokens: JWTs signed with RS256 or ES256, checked against a key set, remembered whole until they expire. */
#ifndef SKILLSD_ACCESS_TOKEN_H
#define SKILLSD_ACCESS_TOKEN_H

#include <stdbool.h>
#include <time.h>

struct problem;
struct token_verifier;

/* What a verified token says. `scopes` is NULL-terminated, without duplicates. */
struct token {
    char *issuer;
    char *subject;
    char **scopes;
    time_t expires;
};

/* A verifier for one issuer and audience and the JWKS in a file; NULL with *why set (to be freed) when the file cannot
 * be read or holds no usable key. */
struct token_verifier *token_verifier_new(const char *issuer, const char *audience, const char *jwks_file, char **why);
/* Reads the file again (SIGHUP, or its change of mtime, looked at no more than once a second); keeps the old keys when
 * it is broken. */
void token_verifier_refresh(struct token_verifier *verifier);
void token_verifier_free(struct token_verifier *verifier);

/* Verifies the value of the Authorization header (NULL if absent). The token is borrowed and good until control returns
 * to the event loop. NULL with the problem set to 401 and its RFC 6750 challenge: `Bearer` alone when no credentials
 * were sent, with error="invalid_token" otherwise. What exactly was wrong is logged and not told. */
const struct token *token_verify(struct token_verifier *verifier, const char *authorization, struct problem *problem);

bool token_has_scope(const struct token *token, const char *scope);

#endif
