/* SPDX-License-Identifier: MIT */
/* Verifies bearer tokens (RFC 6750) and says nothing to the client but that one was refused. */
#include "access/token.h"

#include "access/claims.h"
#include "access/jose_header.h"
#include "access/keyset.h"
#include "access/token_cache.h"
#include "base/log.h"
#include "base/memory.h"
#include "http/problem.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { TOKENS_REMEMBERED = 10000 };

/* What tells one state of a file from the next. */
struct stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
};

struct token_verifier {
    char *issuer, *audience, *file;
    struct keyset *keys;
    struct stamp read; /* of the file that the keys came from */
    time_t looked_at;  /* when the file was last compared with it */
    char *fault;       /* what is wrong with the file now, so that it is logged once; NULL when nothing is */
    struct token_cache *cache;
};

enum refusal { NO_CREDENTIALS, BAD_CREDENTIALS, BAD_TOKEN, REFUSAL_COUNT };

static const struct {
    const char *code, *detail, *challenge;
} refusals[REFUSAL_COUNT] = {
    [NO_CREDENTIALS] = {"unauthenticated", "This operation needs a bearer token.", "Bearer realm=\"skillsd\""},
    [BAD_CREDENTIALS] = {"invalid_request", "The Authorization header is not a bearer token.",
                         "Bearer realm=\"skillsd\", error=\"invalid_request\""},
    [BAD_TOKEN] = {"invalid_token", "The bearer token is not valid here, or no longer.",
                   "Bearer realm=\"skillsd\", error=\"invalid_token\""},
};

/* `reason` goes to the log and to nobody else. */
static void refuse(struct problem *problem, enum refusal refusal, const char *reason) {
    if (reason)
        log_event(LOG_INFO, "token_refused", "reason", reason, NULL);
    problem_set(problem, 401, refusals[refusal].code, "%s", refusals[refusal].detail);
    free(problem->challenge);
    problem->challenge = xstrdup(refusals[refusal].challenge);
}

/* The token in `Bearer token68` (RFC 9110, 11.2); NULL when the header is anything else. */
static const char *bearer_text(const char *authorization) {
    static const char scheme[] = "Bearer";
    static const char token68[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
    if (strncasecmp(authorization, scheme, strlen(scheme)) != 0)
        return NULL;
    const char *space = authorization + strlen(scheme);
    const char *text = space + strspn(space, " ");
    if (text == space || *text == '\0' || text[strspn(text, token68)] != '\0')
        return NULL;
    return text;
}

/* A stamp of zeros stands for a file that is not there. */
static struct stamp stamp_file(const char *file) {
    struct stat status;
    if (stat(file, &status) != 0)
        return (struct stamp){0};
    return (struct stamp){status.st_dev, status.st_ino, status.st_size, status.st_mtim};
}

static bool stamps_equal(const struct stamp *one, const struct stamp *other) {
    return one->device == other->device && one->inode == other->inode && one->size == other->size &&
           one->modified.tv_sec == other->modified.tv_sec && one->modified.tv_nsec == other->modified.tv_nsec;
}

/* Takes the keys that the file holds now. The stamp is taken before the file is read: what is written between the two
 * is seen at the next look. A broken file leaves everything as it was and is tried again at the next look. */
static bool read_keys(struct token_verifier *verifier, char **why) {
    struct stamp stamp = stamp_file(verifier->file);
    struct keyset *keys = keyset_new(verifier->file, why);
    if (!keys)
        return false;
    keyset_free(verifier->keys);
    verifier->keys = keys;
    verifier->read = stamp;
    token_cache_empty(verifier->cache);
    return true;
}

static void reread_keys(struct token_verifier *verifier) {
    char *why = NULL;
    if (read_keys(verifier, &why))
        log_event(LOG_INFO, "keys_read", "file", verifier->file, NULL);
    else if (!verifier->fault || strcmp(verifier->fault, why) != 0)
        log_event(LOG_ERROR, "keys_not_read", "reason", why, NULL);
    free(verifier->fault);
    verifier->fault = why;
}

/* Looks at the file, at most once in a second of the clock. */
static void follow_file(struct token_verifier *verifier, time_t now) {
    if (verifier->looked_at == now)
        return;
    verifier->looked_at = now;
    struct stamp stamp = stamp_file(verifier->file);
    if (!stamps_equal(&stamp, &verifier->read))
        reread_keys(verifier);
}

/* Checks the signature and, only when it is good, reads the claims. */
static bool read_signed(const char *text, cjose_jwk_t *key, const struct claim_rules *rules, struct token *token,
                        const char **why) {
    cjose_jws_t *jws = cjose_jws_import(text, strlen(text), NULL);
    uint8_t *payload;
    size_t length;
    *why = "signature";
    bool good = jws && cjose_jws_verify(jws, key, NULL) && cjose_jws_get_plaintext(jws, &payload, &length, NULL) &&
                claims_read((const char *)payload, length, rules, token, why);
    cjose_jws_release(jws);
    ERR_clear_error(); /* others who share this thread's queue must not find our failures there */
    return good;
}

static const struct token *verify_new(struct token_verifier *verifier, const char *text, time_t now, const char **why) {
    struct jose_header header;
    if (!jose_header_read(text, &header, why))
        return NULL;
    cjose_jwk_t *key = keyset_find(verifier->keys, header.algorithm, header.kid);
    jose_header_clear(&header);
    *why = "no_key";
    if (!key)
        return NULL;
    struct claim_rules rules = {verifier->issuer, verifier->audience, now};
    struct token token = {0};
    if (!read_signed(text, key, &rules, &token, why))
        return NULL;
    return token_cache_put(verifier->cache, text, token, now);
}

struct token_verifier *token_verifier_new(const char *issuer, const char *audience, const char *jwks_file, char **why) {
    if (!*issuer || !*audience) {
        *why = xstrdup("an issuer and an audience must be set");
        return NULL;
    }
    struct token_verifier *verifier = xcalloc(1, sizeof *verifier);
    verifier->issuer = xstrdup(issuer);
    verifier->audience = xstrdup(audience);
    verifier->file = xstrdup(jwks_file);
    verifier->cache = token_cache_new(TOKENS_REMEMBERED);
    if (read_keys(verifier, why))
        return verifier;
    token_verifier_free(verifier);
    return NULL;
}

void token_verifier_refresh(struct token_verifier *verifier) {
    free(verifier->fault);
    verifier->fault = NULL;
    reread_keys(verifier);
}

void token_verifier_free(struct token_verifier *verifier) {
    if (!verifier)
        return;
    token_cache_free(verifier->cache);
    keyset_free(verifier->keys);
    free(verifier->fault);
    free(verifier->file);
    free(verifier->audience);
    free(verifier->issuer);
    free(verifier);
}

const struct token *token_verify(struct token_verifier *verifier, const char *authorization, struct problem *problem) {
    if (!authorization) {
        refuse(problem, NO_CREDENTIALS, NULL);
        return NULL;
    }
    const char *text = bearer_text(authorization);
    if (!text) {
        refuse(problem, BAD_CREDENTIALS, "authorization_malformed");
        return NULL;
    }
    time_t now = time(NULL);
    follow_file(verifier, now);
    const struct token *token = token_cache_find(verifier->cache, text, now);
    const char *why = NULL;
    if (!token)
        token = verify_new(verifier, text, now, &why);
    if (!token)
        refuse(problem, BAD_TOKEN, why);
    return token;
}

bool token_has_scope(const struct token *token, const char *scope) {
    for (char **held = token->scopes; *held; held++) {
        if (strcmp(*held, scope) == 0)
            return true;
    }
    return false;
}
