/* SPDX-License-Identifier: MIT */
/* A bounded hash table of verified tokens in the order in which they came. */
#include "access/token_cache.h"

#include "access/claims.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define uthash_malloc(size) xcalloc(1, size)
#include <uthash.h>

struct entry {
    char *text;
    struct token token;
    UT_hash_handle hh;
};

struct token_cache {
    struct entry *entries; /* uthash keeps them in the order of insertion: the first is the oldest */
    size_t maximum;
};

static void forget(struct token_cache *cache, struct entry *entry) {
    HASH_DEL(cache->entries, entry);
    claims_clear(&entry->token);
    free(entry->text);
    free(entry);
}

/* A tenth at once, so that a full cache is not walked for every new token. */
static void make_room(struct token_cache *cache, time_t now) {
    struct entry *entry, *next;
    HASH_ITER(hh, cache->entries, entry, next) {
        if (entry->token.expires <= now)
            forget(cache, entry);
    }
    size_t kept = cache->maximum - (cache->maximum + 9) / 10;
    if (HASH_COUNT(cache->entries) < cache->maximum)
        return;
    while (HASH_COUNT(cache->entries) > kept)
        forget(cache, cache->entries);
}

struct token_cache *token_cache_new(size_t maximum) {
    struct token_cache *cache = xcalloc(1, sizeof *cache);
    cache->maximum = maximum;
    return cache;
}

void token_cache_free(struct token_cache *cache) {
    token_cache_empty(cache);
    free(cache);
}

const struct token *token_cache_find(struct token_cache *cache, const char *text, time_t now) {
    struct entry *entry;
    HASH_FIND_STR(cache->entries, text, entry);
    return entry && entry->token.expires > now ? &entry->token : NULL;
}

const struct token *token_cache_put(struct token_cache *cache, const char *text, struct token take, time_t now) {
    if (HASH_COUNT(cache->entries) >= cache->maximum)
        make_room(cache, now);
    struct entry *entry = xcalloc(1, sizeof *entry);
    entry->text = xstrdup(text);
    entry->token = take;
    HASH_ADD_KEYPTR(hh, cache->entries, entry->text, strlen(entry->text), entry);
    return &entry->token;
}

void token_cache_empty(struct token_cache *cache) {
    struct entry *entry, *next;
    HASH_ITER(hh, cache->entries, entry, next) {
        forget(cache, entry);
    }
}
