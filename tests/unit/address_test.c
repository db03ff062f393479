/* SPDX-License-Identifier: MIT */
/* Whom an address counts as, and which address of several it is. */
#include "access/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct pair {
    const char *peer, *forwarded, *same; /* `same`: the peer that the two come down to */
};

static bool is_same(struct address one, struct address other) {
    return one.length == other.length && memcmp(one.bytes, other.bytes, one.length) == 0;
}

static void assert_pair(const struct pair *pair) {
    struct address expected = address_of_client(pair->same, NULL);
    if (!is_same(address_of_client(pair->peer, pair->forwarded), expected))
        fail_msg("%s, forwarded for %s, is not %s", pair->peer, pair->forwarded ? pair->forwarded : "nobody",
                 pair->same);
}

static void assert_pairs(const struct pair *pairs, size_t count) {
    for (size_t i = 0; i < count; i++)
        assert_pair(&pairs[i]);
}

static void ipv4_counts_whole(void **state) {
    (void)state;
    struct address address = address_of_client("192.0.2.7", NULL);
    assert_int_equal(address.length, 4);
    assert_memory_equal(address.bytes, "\xc0\x00\x02\x07", 4);
    assert_false(is_same(address, address_of_client("192.0.2.8", NULL)));
}

static void ipv6_counts_by_its_64(void **state) {
    (void)state;
    struct address address = address_of_client("2001:db8:1:2:3:4:5:6", NULL);
    assert_int_equal(address.length, 8);
    assert_memory_equal(address.bytes, "\x20\x01\x0d\xb8\x00\x01\x00\x02", 8);
    assert_true(is_same(address, address_of_client("2001:db8:1:2::ffff", NULL)));
    assert_false(is_same(address, address_of_client("2001:db8:1:3::", NULL)));
    assert_true(is_same(address_of_client("fe80::1%eth0", NULL), address_of_client("fe80::2", NULL)));
}

static void mapped_ipv4_is_that_ipv4(void **state) {
    (void)state;
    static const struct pair pairs[] = {{"::ffff:192.0.2.7", NULL, "192.0.2.7"}};
    assert_pairs(pairs, 1);
    assert_false(is_same(address_of_client("::ffff:192.0.2.7", NULL), address_of_client("::ffff:192.0.2.8", NULL)));
}

static void last_of_those_forwarded_counts(void **state) {
    (void)state;
    static const struct pair pairs[] = {
        {"127.0.0.1", "192.0.2.7", "192.0.2.7"},
        {"127.0.0.1", "10.0.0.1, 192.0.2.7", "192.0.2.7"},
        {"127.0.0.1", "10.0.0.1,192.0.2.7 \t", "192.0.2.7"},
        {"127.0.0.1", "bad, 192.0.2.7", "192.0.2.7"},
        {"127.0.0.1", "192.0.2.7:49152", "192.0.2.7"},
        {"127.0.0.1", "2001:db8:1:2::7", "2001:db8:1:2::"},
        {"127.0.0.1", "[2001:db8:1:2::7]", "2001:db8:1:2::"},
        {"127.0.0.1", "[2001:db8:1:2::7]:49152", "2001:db8:1:2::"},
    };
    assert_pairs(pairs, sizeof pairs / sizeof *pairs);
}

static void malformed_forwarding_leaves_the_peer(void **state) {
    (void)state;
    static const char *const malformed[] = {
        "",
        " ",
        ",",
        "192.0.2.7,",
        "unknown",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.7 10.0.0.1",
        "0x7f.1",
        "[::1",
        "[::1]x",
        "[]",
        "[",
        ":",
        ":80",
        "%",
        "192.0.2.7;",
        "_hidden",
        "2001:db8::1::2",
    };
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        assert_pair(&(struct pair){"127.0.0.1", malformed[i], "127.0.0.1"});
}

static void overlong_forwarding_leaves_the_peer(void **state) {
    (void)state;
    char overlong[500] = "192.0.2.7, ";
    memset(overlong + strlen(overlong), '1', sizeof overlong - 1 - strlen(overlong));
    assert_pair(&(struct pair){"127.0.0.1", overlong, "127.0.0.1"});
}

static void no_address_has_no_length(void **state) {
    (void)state;
    assert_int_equal(address_of_client("", NULL).length, 0);
    assert_int_equal(address_of_client("socket", "path").length, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ipv4_counts_whole),
        cmocka_unit_test(ipv6_counts_by_its_64),
        cmocka_unit_test(mapped_ipv4_is_that_ipv4),
        cmocka_unit_test(last_of_those_forwarded_counts),
        cmocka_unit_test(malformed_forwarding_leaves_the_peer),
        cmocka_unit_test(overlong_forwarding_leaves_the_peer),
        cmocka_unit_test(no_address_has_no_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
