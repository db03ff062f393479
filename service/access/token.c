/* SPDX-License-Identifier: MIT */
/* Verifies bearer tokens: the issuer that a token names is looked up, and its keys alone decide. */
#include "access/token.h"

#include "access/claims.h"
#include "access/issuers.h"
#include "access/jose_header.h"
#include "access/key_file.h"
#include "access/token_cache.h"
#include "base/log.h"
#include "base/memory.h"
#include "http/problem.h"

#include <jansson.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TOKENS_REMEMBERED = 10000, WANTED_SECONDS = 2, RETRY_SECONDS = 1 };

struct token_verifier {
    char *issuer, *audience; /* of the settings */
    struct key_file *file;   /* its keys; NULL when the settings name no issuer */
    struct issuers issuers;  /* of the database */
    bool issuers_known;
    struct token_cache *cache;
};

/* A word for the log when the issuer of a token cannot be judged yet. */
static const char issuers_unknown[] = "issuers_unknown";

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

/* The claim iss before anything is proven: it says whose keys to ask, and nothing else. NULL when there is none; to be
 * freed. */
static char *unproven_issuer(const char *text) {
    const char *segment = strchr(text, '.') + 1;
    uint8_t *payload;
    size_t length;
    if (!cjose_base64url_decode(segment, strcspn(segment, "."), &payload, &length, NULL))
        return NULL;
    json_t *claims = json_loadb((const char *)payload, length, JSON_REJECT_DUPLICATES, NULL);
    const char *issuer = json_string_value(json_object_get(claims, "iss"));
    char *copy = issuer ? xstrdup(issuer) : NULL;
    json_decref(claims);
    free(payload);
    return copy;
}

/* Completes the rules for the issuer that they name. The keys of the settings' issuer are those of its file, and nobody
 * else's; what its claims mean the database may say. */
static bool find_rules(const struct token_verifier *verifier, struct claim_rules *rules, const struct keyset **keys) {
    const struct issuer *issuer = issuers_find(&verifier->issuers, rules->issuer);
    bool configured = verifier->file && strcmp(rules->issuer, verifier->issuer) == 0;
    if (!issuer && !configured)
        return false;
    *keys = configured ? key_file_keys(verifier->file) : issuer->keys;
    rules->audience = configured ? verifier->audience : issuer->audience;
    rules->role_claim = issuer ? issuer->role_claim : NULL;
    rules->person_claim = issuer ? issuer->person_claim : NULL;
    return true;
}

static void want_keys(struct token_verifier *verifier, const char *url) {
    struct issuer *issuer = issuers_find(&verifier->issuers, url);
    if (issuer)
        issuer->wanted = true;
}

/* The token of this header and of the issuer that the rules name; NULL with *why set. */
static const struct token *verify_issued(struct token_verifier *verifier, const char *text,
                                         const struct jose_header *header, struct claim_rules *rules,
                                         const char **why) {
    const struct keyset *keys = NULL;
    *why = verifier->issuers_known ? "issuer" : issuers_unknown;
    if (!find_rules(verifier, rules, &keys))
        return NULL;
    cjose_jwk_t *key = keys ? keyset_find(keys, header->algorithm, header->kid) : NULL;
    *why = "no_key";
    if (!key) {
        want_keys(verifier, rules->issuer);
        return NULL;
    }
    struct token token = {0};
    if (!read_signed(text, key, rules, &token, why))
        return NULL;
    return token_cache_put(verifier->cache, text, token, rules->now);
}

static const struct token *verify_new(struct token_verifier *verifier, const char *text, time_t now, const char **why) {
    struct jose_header header;
    if (!jose_header_read(text, &header, why))
        return NULL;
    char *url = unproven_issuer(text);
    struct claim_rules rules = {.issuer = url, .now = now};
    *why = "issuer";
    const struct token *token = url ? verify_issued(verifier, text, &header, &rules, why) : NULL;
    free(url);
    jose_header_clear(&header);
    return token;
}

/* That of the settings; none when both issuer and file are "". */
static bool set_configured(struct token_verifier *verifier, const char *issuer, const char *audience, const char *file,
                           char **why) {
    if (!*issuer && !*file)
        return true;
    if (!*issuer || !*audience || !*file) {
        *why = xstrdup(*file ? "an issuer and an audience must be set" : "the file with the issuer's keys must be set");
        return false;
    }
    verifier->issuer = xstrdup(issuer);
    verifier->audience = xstrdup(audience);
    verifier->file = key_file_new(file, why);
    return verifier->file != NULL;
}

struct token_verifier *token_verifier_new(const char *issuer, const char *audience, const char *jwks_file, char **why) {
    struct token_verifier *verifier = xcalloc(1, sizeof *verifier);
    verifier->cache = token_cache_new(TOKENS_REMEMBERED);
    if (set_configured(verifier, issuer, audience, jwks_file, why))
        return verifier;
    token_verifier_free(verifier);
    return NULL;
}

bool token_verifier_set_issuers(struct token_verifier *verifier, const char *json) {
    struct issuers issuers;
    if (!issuers_read(&issuers, json))
        return false;
    issuers_clear(&verifier->issuers);
    verifier->issuers = issuers;
    verifier->issuers_known = true;
    token_cache_empty(verifier->cache);
    return true;
}

const char *token_verifier_take_wanted(struct token_verifier *verifier) {
    time_t now = time(NULL);
    for (size_t i = 0; i < verifier->issuers.count; i++) {
        struct issuer *issuer = &verifier->issuers.list[i];
        if (!issuer->wanted || now - issuer->told < WANTED_SECONDS)
            continue;
        issuer->wanted = false;
        issuer->told = now;
        return issuer->url;
    }
    return NULL;
}

void token_verifier_refresh(struct token_verifier *verifier) {
    if (verifier->file && key_file_refresh(verifier->file))
        token_cache_empty(verifier->cache);
}

void token_verifier_free(struct token_verifier *verifier) {
    if (!verifier)
        return;
    token_cache_free(verifier->cache);
    key_file_free(verifier->file);
    issuers_clear(&verifier->issuers);
    free(verifier->audience);
    free(verifier->issuer);
    free(verifier);
}

/* Nobody is called a liar by a worker that has not read yet who may speak. */
static void refuse_token(struct problem *problem, const char *why) {
    if (why != issuers_unknown) {
        refuse(problem, BAD_TOKEN, why);
        return;
    }
    problem_set(problem, 503, "database_unavailable", "The issuers of tokens have not been read yet.");
    problem->retry_after = RETRY_SECONDS;
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
    if (verifier->file && key_file_follow(verifier->file, now))
        token_cache_empty(verifier->cache);
    const struct token *token = token_cache_find(verifier->cache, text, now);
    const char *why = NULL;
    if (!token)
        token = verify_new(verifier, text, now, &why);
    if (!token)
        refuse_token(problem, why);
    return token;
}

bool token_has_scope(const struct token *token, const char *scope) {
    for (char **held = token->scopes; *held; held++) {
        if (strcmp(*held, scope) == 0)
            return true;
    }
    return false;
}
