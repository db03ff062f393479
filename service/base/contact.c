/* SPDX-License-Identifier: MIT */
/* The form of a contact. */
#include "base/contact.h"

#include <stddef.h>
#include <string.h>

static const char LETTERS_AND_DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/* RFC 3986, 2: what may stand in a URI; percent is let through without looking at its digits. */
static bool is_uri_text(const char *text) {
    size_t length = 0;
    while (text[length] &&
           (strchr(LETTERS_AND_DIGITS, text[length]) || strchr("-._~:/?#[]@!$&'()*+,;=%", text[length])))
        length++;
    return length > 0 && text[length] == '\0';
}

bool contact_is_uri(const char *text) {
    static const struct {
        const char *scheme, *needed; /* what must follow somewhere */
    } forms[] = {{"mailto:", "@"}, {"https://", ""}, {"tel:", ""}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t length = strlen(forms[i].scheme);
        if (strncmp(text, forms[i].scheme, length) == 0)
            return is_uri_text(text + length) && strstr(text + length, forms[i].needed);
    }
    return false;
}
