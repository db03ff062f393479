/* SPDX-License-Identifier: MIT */
/* Reads an Idempotency-Key and hashes the request that it stands for. */
#include "db/claim.h"

#include "base/memory.h"
#include "db/database.h"
#include "http/problem.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLAIM_KEY_MAX = 255, SHA256_BYTES = 32 };

/* The key without its quotes; NULL for what is no key. */
static char *read_key(const char *text) {
    size_t length = strlen(text);
    bool quoted = length >= 2 && text[0] == '"' && text[length - 1] == '"';
    char *key = quoted ? xstrndup(text + 1, length - 2) : xstrdup(text);
    bool good = *key && strlen(key) <= CLAIM_KEY_MAX;
    for (const char *c = key; *c && good; c++)
        good = *c > (quoted ? 0x1f : 0x20) && *c < 0x7f && *c != '"' && *c != '\\';
    if (good)
        return key;
    free(key);
    return NULL;
}

/* Each part goes in with its length, so that no two requests run together to the same bytes. */
static void hash_part(EVP_MD_CTX *digest, const char *bytes, size_t length) {
    char prefix[32];
    int printed = snprintf(prefix, sizeof prefix, "%zu:", length);
    EVP_DigestUpdate(digest, prefix, (size_t)printed);
    EVP_DigestUpdate(digest, bytes, length);
}

static void hash_text(EVP_MD_CTX *digest, const char *text) {
    hash_part(digest, text ? text : "", text ? strlen(text) : 0);
}

static char *hash_request(const struct claimed *claimed) {
    unsigned char sum[EVP_MAX_MD_SIZE];
    char *hex = xcalloc(2 * SHA256_BYTES + 1, 1);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    if (!digest || !EVP_DigestInit_ex(digest, EVP_sha256(), NULL))
        abort();
    hash_text(digest, claimed->path);
    hash_text(digest, claimed->query);
    hash_text(digest, claimed->accept);
    hash_text(digest, claimed->organisation);
    hash_part(digest, claimed->body ? claimed->body : "", claimed->body_length);
    EVP_DigestFinal_ex(digest, sum, NULL);
    EVP_MD_CTX_free(digest);
    for (int i = 0; i < SHA256_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    return hex;
}

bool claim_make(struct claim *claim, const char *key, const struct claimed *claimed, struct problem *problem) {
    claim->key = read_key(key);
    if (!claim->key) {
        problem_add_fault(
            problem, "header:Idempotency-Key", "malformed",
            "This must be 1 to 255 visible ASCII characters, quoted or not, without quotes or backslashes inside.");
        return problem_set(problem, 400, "invalid_parameter", "The request does not fit the contract; see errors.");
    }
    claim->operation = claimed->operation;
    claim->body_hash = hash_request(claimed);
    return true;
}

void claim_clear(struct claim *claim) {
    free((char *)claim->key);
    free((char *)claim->body_hash);
    *claim = (struct claim){0};
}
