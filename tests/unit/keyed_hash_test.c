/* SPDX-License-Identifier: MIT */
/* The keyed hash is SipHash-2-4, and the key is another each time. */
#include "base/keyed_hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The example of the paper's appendix A. */
static void hash_is_siphash(void **state) {
    (void)state;
    unsigned char key[KEYED_HASH_KEY_BYTES], message[15];
    for (unsigned char i = 0; i < sizeof key; i++)
        key[i] = i;
    for (unsigned char i = 0; i < sizeof message; i++)
        message[i] = i;
    struct keyed_hash *hash = keyed_hash_new(key);
    assert_true(keyed_hash_of(hash, message, sizeof message) == 0xa129ca6149be45e5);
    assert_true(keyed_hash_of(hash, message, 0) == 0x726fdb47dd0e0e31);
    assert_true(keyed_hash_of(hash, message, sizeof message) == 0xa129ca6149be45e5);
    keyed_hash_free(hash);
}

static void key_is_drawn_anew(void **state) {
    (void)state;
    struct keyed_hash *one = keyed_hash_new(NULL), *other = keyed_hash_new(NULL);
    assert_true(keyed_hash_of(one, "a", 1) == keyed_hash_of(one, "a", 1));
    assert_true(keyed_hash_of(one, "a", 1) != keyed_hash_of(one, "b", 1));
    assert_true(keyed_hash_of(one, "a", 1) != keyed_hash_of(other, "a", 1));
    keyed_hash_free(one);
    keyed_hash_free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_is_siphash),
        cmocka_unit_test(key_is_drawn_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
