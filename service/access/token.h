/* SPDX-License-Identifier: MIT */
/* Bearer tokens: JWTs signed with RS256 or ES256, checked against the keys of the issuer that they name, remembered
 * whole until they expire. */
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
    char *roles;        /* JSON array of text: the values of the issuer's role claim; NULL if there are none */
    char *person_claim; /* the value of the issuer's person claim; NULL if there is none */
    char *client;       /* that it was given to; NULL if it does not say */
    time_t expires;
};

/* A verifier for the issuer and audience of the settings, whose keys are in a JWKS file; issuer and file "" for none,
 * when all issuers are in the database. NULL with *why set (to be freed) when only one of them is given, or the file
 * cannot be read or holds no usable key. */
struct token_verifier *token_verifier_new(const char *issuer, const char *audience, const char *jwks_file, char **why);
/* Takes the issuers of the database instead of those before, and forgets all tokens: a JSON array of objects with url,
 * audience, role_claim, person_claim and jwks (null until it was fetched). Until this is called for the first time the
 * tokens of unknown issuers are answered 503 and not 401. False, with all as it was, when the text is not that. */
bool token_verifier_set_issuers(struct token_verifier *verifier, const char *json);
/* An issuer of the database one of whose tokens named a key that is not known; each is told once in two seconds. NULL
 * when there is none. */
const char *token_verifier_take_wanted(struct token_verifier *verifier);
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
