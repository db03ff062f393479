/* SPDX-License-Identifier: MIT */
/* The formats that are asserted: a pattern each, and for some what a pattern cannot say. */
#include "contract/schema_internal.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define DAY     "\\d{4}-\\d{2}-\\d{2}"
#define CLOCK   "(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)(?:\\.\\d{1,9})?"
#define OFFSET  "(?:[Zz]|[+-](?:0\\d|1[0-5]):[0-5]\\d)"
#define OCTET   "(?:25[0-5]|2[0-4]\\d|1\\d{2}|[1-9]?\\d)"
#define IPV4    OCTET "(?:\\." OCTET "){3}"
#define ADDRESS "[0-9A-Fa-f:.]+" /* of IPv6: inet_pton decides */

/* RFC 5321, section 4.1.2. */
#define ATOM        "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
#define QUOTED      "\"(?:[ !#-\\[\\]-~]|\\\\[ -~])*\""
#define LABEL       "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
#define MAIL_DOMAIN LABEL "(?:\\." LABEL ")*|\\[" IPV4 "\\]|\\[IPv6:" ADDRESS "\\]"

/* RFC 3986, appendix A. */
#define UNRESERVED "A-Za-z0-9._~\\-"
#define SUB_DELIMS "!$&'()*+,;="
#define ESCAPED    "%[0-9A-Fa-f]{2}"
#define SEGMENT    "(?:[" UNRESERVED SUB_DELIMS ":@]|" ESCAPED ")"
#define USER       "(?:[" UNRESERVED SUB_DELIMS ":]|" ESCAPED ")*@"
#define HOST                                                                                                           \
    "(?:\\[" ADDRESS "\\]|\\[[vV][0-9A-Fa-f]+\\.[" UNRESERVED SUB_DELIMS ":]+\\]|(?:[" UNRESERVED SUB_DELIMS           \
    "]|" ESCAPED ")*)"
#define AUTHORITY "(?:" USER ")?" HOST "(?::\\d*)?"
#define HIERARCHY "(?://" AUTHORITY "(?:/" SEGMENT "*)*|/?(?:" SEGMENT "+(?:/" SEGMENT "*)*)?)"
#define TAIL      "(?:" SEGMENT "|[/?])*"

static int number_at(const char *text, size_t offset, size_t digits) {
    int number = 0;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (text[offset + i] - '0');
    return number;
}

/* A day of the calendar. There is no year 0, in PostgreSQL either. */
static bool day_exists(const char *text) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = number_at(text, 0, 4), month = number_at(text, 5, 2), day = number_at(text, 8, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap);
}

/* A leap second is the last of a day in UTC. */
static bool instant_exists(const char *text) {
    if (!day_exists(text))
        return false;
    if (number_at(text, 17, 2) < 60)
        return true;
    int minute = number_at(text, 11, 2) * 60 + number_at(text, 14, 2);
    const char *sign = strpbrk(text + 19, "+-");
    int offset = sign ? number_at(sign, 1, 2) * 60 + number_at(sign, 4, 2) : 0;
    if (sign && *sign == '-')
        offset = -offset;
    return (minute - offset + 24 * 60) % (24 * 60) == 24 * 60 - 1;
}

static bool is_ipv6(const char *from, const char *end) {
    char address[INET6_ADDRSTRLEN];
    struct in6_addr unused;
    size_t length = (size_t)(end - from);
    if (length >= sizeof address)
        return false;
    memcpy(address, from, length);
    address[length] = '\0';
    return inet_pton(AF_INET6, address, &unused) == 1;
}

static bool mail_host_exists(const char *text) {
    const char *domain = strrchr(text, '@') + 1;
    if (strncmp(domain, "[IPv6:", 6) != 0)
        return true;
    return is_ipv6(domain + 6, strchr(domain, ']'));
}

/* A bracket is in an address and nowhere else. */
static bool uri_host_exists(const char *text) {
    const char *bracket = strchr(text, '[');
    if (!bracket || strchr("vV", bracket[1]))
        return true;
    return is_ipv6(bracket + 1, strchr(bracket, ']'));
}

static const struct format formats[] = {
    {"date", "^" DAY "$", "must be a date, such as 2026-11-23", day_exists},
    {"date-time", "^" DAY "[Tt]" CLOCK OFFSET "$",
     "must be a date and time with an offset, such as 2026-11-23T09:30:00Z", instant_exists},
    {"uuid", "^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
     "must be a UUID, such as 2eb8aa08-aa98-41ea-b4aa-73b441d16380", NULL},
    {"email", "^(?=.{3,254}$)(?:" ATOM "(?:\\." ATOM ")*|" QUOTED ")@(?:" MAIL_DOMAIN ")$",
     "must be an e-mail address, such as name@example.org", mail_host_exists},
    {"uri", "^[A-Za-z][A-Za-z0-9+.\\-]*:" HIERARCHY "(?:\\?" TAIL ")?(?:#" TAIL ")?$",
     "must be a URI with its scheme, such as https://example.org/page", uri_host_exists},
};

const struct format *format_find(const char *name) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}
