/* SPDX-License-Identifier: MIT */
/* Values as they stand in cells: numbers, days and moments as doubles, text within the limits of a cell. */
#include "represent/cell.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A cell holds 32,767 characters (in UTF-16); the sentence about a cut one stands within. */
enum { CELL_CHARACTERS_MAX = 32767, NOTE_CHARACTERS_MAX = 60, SIGNIFICANT_DIGITS = 15 };

/* _xHHHH_ */
enum { ESCAPE_BYTES = 7 };

/* 1 January 1970 in the count of days that workbooks use, and the first of March 1900. */
enum { SERIAL_EPOCH = 25569, SERIAL_FIRST = 61, SECONDS_A_DAY = 86400 };

/* The significant digits of a number as PostgreSQL writes it; -1 for what is none. Zeros before the first other digit
 * and after the last do not count. */
static int significant_digits(const char *digits) {
    int digit_count = 0, zeros = 0;
    digits += *digits == '-';
    if (!isdigit((unsigned char)*digits))
        return -1;
    for (; *digits && *digits != 'e'; digits++) {
        if (*digits == '.')
            continue;
        if (*digits != '0') {
            digit_count += zeros + 1;
            zeros = 0;
        } else if (digit_count > 0) {
            zeros++;
        }
    }
    return digit_count;
}

bool cell_number(const char *digits, double *number) {
    int significant = significant_digits(digits);
    if (significant < 0 || significant > SIGNIFICANT_DIGITS)
        return false;
    *number = strtod(digits, NULL);
    return *number <= 1e307 && *number >= -1e307;
}

/* So many decimal digits at `text`; -1 when there are others. */
static int digits_at(const char *text, int count) {
    int number = 0;
    for (int i = 0; i < count; i++) {
        if (!isdigit((unsigned char)text[i]))
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

bool cell_day(const char *date, size_t length, double *serial) {
    if (length != sizeof "2026-11-23" - 1)
        return false;
    struct tm day = {
        .tm_year = digits_at(date, 4) - 1900, .tm_mon = digits_at(date + 5, 2) - 1, .tm_mday = digits_at(date + 8, 2)};
    if (day.tm_year < 0 || day.tm_mon < 0 || day.tm_mday < 1 || date[4] != '-' || date[7] != '-')
        return false;
    *serial = (double)(timegm(&day) / SECONDS_A_DAY + SERIAL_EPOCH);
    return *serial >= SERIAL_FIRST;
}

/* The seconds after a whole minute, ":05.123", up to the offset; -1 when they are not so written. */
static double seconds_at(const char *text, const char *end) {
    char *after;
    if (end - text < 3 || *text != ':' || digits_at(text + 1, 2) < 0)
        return -1;
    double seconds = strtod(text + 1, &after);
    return after == end ? seconds : -1;
}

bool cell_moment(const char *time, size_t length, double *serial) {
    enum { DAY = 10, MINUTE = 16 };
    if (length < MINUTE + 1 || !cell_day(time, DAY, serial) || !strchr(" T", time[DAY]))
        return false;
    const char *end = time + length;
    if (end[-1] == 'Z')
        end -= 1;
    else if (memcmp(end - 3, "+00", 3) == 0)
        end -= 3;
    else
        return false;
    int hours = digits_at(time + DAY + 1, 2), minutes = digits_at(time + DAY + 4, 2);
    double seconds = seconds_at(time + MINUTE, end);
    if (hours < 0 || minutes < 0 || seconds < 0)
        return false;
    *serial += (hours * 3600 + minutes * 60 + seconds) / SECONDS_A_DAY;
    return true;
}

/* Whether a reader would take this for one escaped character: _xHHHH_. */
static bool looks_escaped(const char *text, const char *end) {
    if (end - text < ESCAPE_BYTES || text[0] != '_' || text[1] != 'x' || text[6] != '_')
        return false;
    for (int i = 2; i < 6; i++)
        if (!isxdigit((unsigned char)text[i]))
            return false;
    return true;
}

/* The number of the character at `text` if it must be escaped, else 0: control characters but for tab and line feed,
 * U+FFFE and U+FFFF, and the underscore before what looks like an escape. */
static unsigned must_escape(const char *text, const char *end) {
    unsigned char byte = (unsigned char)*text;
    if (byte < 0x20)
        return byte == '\t' || byte == '\n' ? 0 : byte;
    if (byte == '_')
        return looks_escaped(text, end) ? byte : 0;
    if (byte == 0xef && end - text >= 3 && (unsigned char)text[1] == 0xbf && (unsigned char)text[2] >= 0xbe)
        return 0xff00u + (unsigned char)text[2] + 0x40u;
    return 0;
}

/* The bytes of the UTF-8 character that begins with this one. */
static size_t character_bytes(unsigned char first) {
    return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Appends one character and moves on. Gives how many units of UTF-16 it took. */
static size_t append_character(char **out, const char **text, const char *end) {
    unsigned number = must_escape(*text, end);
    size_t bytes = character_bytes((unsigned char)**text);
    if (bytes > (size_t)(end - *text))
        bytes = (size_t)(end - *text);
    if (number) {
        static const char digits[] = "0123456789ABCDEF";
        char escape[ESCAPE_BYTES] = {
            '_', 'x', digits[number >> 12], digits[number >> 8 & 15], digits[number >> 4 & 15], digits[number & 15],
            '_'};
        memcpy(*out, escape, sizeof escape);
        *out += sizeof escape;
    } else {
        memcpy(*out, *text, bytes);
        *out += bytes;
    }
    *text += bytes;
    return number ? ESCAPE_BYTES : bytes == 4 ? 2 : 1;
}

static size_t count_characters(const char *text, const char *end) {
    size_t count = 0;
    for (; text < end; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

/* Most text is short and plain: it is copied as it is. */
static bool is_plain(const char *text, size_t length) {
    if (length > CELL_CHARACTERS_MAX)
        return false;
    for (const char *c = text; c < text + length; c++)
        if (must_escape(c, text + length))
            return false;
    return true;
}

char *cell_text(const char *text, size_t length) {
    if (is_plain(text, length))
        return xstrndup(text, length);
    const char *next = text, *end = text + length;
    size_t most = length < CELL_CHARACTERS_MAX ? length : CELL_CHARACTERS_MAX;
    char *made = xcalloc(most * ESCAPE_BYTES + ESCAPE_BYTES + 1, 1), *out = made, *cut = made;
    size_t units = 0;
    while (next < end && units <= CELL_CHARACTERS_MAX) {
        if (units <= CELL_CHARACTERS_MAX - NOTE_CHARACTERS_MAX)
            cut = out;
        units += append_character(&out, &next, end);
    }
    if (units <= CELL_CHARACTERS_MAX)
        return made;
    char *whole =
        xasprintf("%.*s [cut: there are %zu characters]", (int)(cut - made), made, count_characters(text, end));
    free(made);
    return whole;
}
