/* SPDX-License-Identifier: MIT */
/* What security.txt may name as a contact. */
#include "base/contact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void addresses_pages_and_numbers_are_contacts(void **state) {
    static const char *const good[] = {"mailto:security@example.org", "mailto:a%2Bb@example.org?subject=x",
                                       "https://example.org/security", "tel:+44-20-7946-0000"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(contact_is_uri(good[i]));
}

static void anything_else_is_none(void **state) {
    static const char *const bad[] = {"",
                                      "security@example.org",
                                      "mailto:",
                                      "mailto:nobody",
                                      "http://example.org/",
                                      "https:example.org",
                                      "https://",
                                      "tel:",
                                      "tel:+44 20",
                                      "MAILTO",
                                      "mailto:a@example.org\nExpires: 2099-01-01T00:00:00Z",
                                      "mailto:\xc3\xa9@example.org",
                                      "javascript:alert(1)"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(contact_is_uri(bad[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_pages_and_numbers_are_contacts),
        cmocka_unit_test(anything_else_is_none),
    };
    return cmocka_run_group_tests_name("contact", tests, NULL, NULL);
}
