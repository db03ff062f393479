/* SPDX-License-Identifier: MIT */
/* The cache of verified tokens: its bound, and what it forgets first. */
#include "access/token_cache.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NOW = 1000, MAXIMUM = 20 };

static int make_cache(void **state) {
    *state = token_cache_new(MAXIMUM);
    return 0;
}

static int free_cache(void **state) {
    token_cache_free(*state);
    return 0;
}

static const char *text_of(int number) {
    static char text[16];
    snprintf(text, sizeof text, "token-%d", number);
    return text;
}

static void put(struct token_cache *cache, int number, time_t expires) {
    struct token token = {.subject = xstrdup(text_of(number)), .expires = expires};
    token_cache_put(cache, text_of(number), token, NOW);
}

static bool knows(struct token_cache *cache, int number) {
    return token_cache_find(cache, text_of(number), NOW) != NULL;
}

static void a_token_is_found_by_its_whole_text(void **state) {
    struct token_cache *cache = *state;
    put(cache, 12, NOW + 1);
    assert_string_equal(token_cache_find(cache, "token-12", NOW)->subject, "token-12");
    assert_null(token_cache_find(cache, "token-1", NOW));
    assert_null(token_cache_find(cache, "token-123", NOW));
}

static void a_token_is_not_found_from_the_second_it_expires(void **state) {
    struct token_cache *cache = *state;
    put(cache, 1, NOW + 5);
    assert_non_null(token_cache_find(cache, "token-1", NOW + 4));
    assert_null(token_cache_find(cache, "token-1", NOW + 5));
}

static void a_full_cache_forgets_what_expired_before_what_is_old(void **state) {
    struct token_cache *cache = *state;
    for (int i = 0; i < MAXIMUM; i++)
        put(cache, i, i == 7 ? NOW : NOW + 100);
    put(cache, MAXIMUM, NOW + 100);
    for (int i = 0; i <= MAXIMUM; i++)
        assert_int_equal(knows(cache, i), i != 7);
}

static void a_full_cache_forgets_its_oldest_tenth(void **state) {
    struct token_cache *cache = *state;
    for (int i = 0; i <= MAXIMUM; i++)
        put(cache, i, NOW + 100);
    for (int i = 0; i <= MAXIMUM; i++)
        assert_int_equal(knows(cache, i), i >= MAXIMUM / 10);
}

static void the_newest_is_kept_however_many_come(void **state) {
    struct token_cache *cache = *state;
    for (int i = 0; i < 100 * MAXIMUM; i++) {
        put(cache, i, NOW + 100);
        assert_true(knows(cache, i));
        assert_false(knows(cache, i - MAXIMUM));
    }
}

static void an_emptied_cache_knows_nothing(void **state) {
    struct token_cache *cache = *state;
    put(cache, 1, NOW + 100);
    token_cache_empty(cache);
    assert_false(knows(cache, 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_cache, free_cache)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_token_is_found_by_its_whole_text),
        TEST(a_token_is_not_found_from_the_second_it_expires),
        TEST(a_full_cache_forgets_what_expired_before_what_is_old),
        TEST(a_full_cache_forgets_its_oldest_tenth),
        TEST(the_newest_is_kept_however_many_come),
        TEST(an_emptied_cache_knows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
