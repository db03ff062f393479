/* SPDX-License-Identifier: MIT */
/* The tokens that were verified, remembered by their whole text: a hit costs a hash instead of a signature. */
#ifndef SKILLSD_ACCESS_TOKEN_CACHE_H
#define SKILLSD_ACCESS_TOKEN_CACHE_H

#include "access/token.h"

#include <stddef.h>

struct token_cache;

/* Holds at most `maximum` tokens. */
struct token_cache *token_cache_new(size_t maximum);
void token_cache_free(struct token_cache *cache);

/* The token of exactly this text if it is known and has not expired; NULL otherwise. Borrowed until the next put or
 * empty. */
const struct token *token_cache_find(struct token_cache *cache, const char *text, time_t now);

/* Remembers a token that was not known, and owns what it holds from now on. A full cache forgets what has expired and,
 * if that is nothing, the oldest tenth. */
const struct token *token_cache_put(struct token_cache *cache, const char *text, struct token take, time_t now);

void token_cache_empty(struct token_cache *cache);

#endif
