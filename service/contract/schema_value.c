/* SPDX-License-Identifier: MIT */
/* Values as JSON Schema compares them: numbers by their value, whatever they are written as. */
#include "contract/schema_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Products of two 64-bit numbers; ISO C has no name for them. */
__extension__ typedef unsigned __int128 uint128;

/* 2^63, the first real beyond the integers that jansson holds. */
static const double INTEGER_END = 9223372036854775808.0;

static int compare_integers(json_int_t left, json_int_t right) {
    return (left > right) - (left < right);
}

static int compare_reals(double left, double right) {
    return (left > right) - (left < right);
}

/* Exact: a real that is not beyond the integers is compared by its whole part first. */
static int compare_integer_to_real(json_int_t left, double right) {
    if (right >= INTEGER_END)
        return -1;
    if (right < -INTEGER_END)
        return 1;
    json_int_t whole = (json_int_t)right;
    return left != whole ? compare_integers(left, whole) : compare_reals((double)whole, right);
}

static bool texts_equal(const json_t *left, const json_t *right) {
    size_t length = json_string_length(left);
    return length == json_string_length(right) &&
           memcmp(json_string_value(left), json_string_value(right), length) == 0;
}

static bool arrays_equal(json_t *left, json_t *right) {
    size_t count = json_array_size(left);
    if (count != json_array_size(right))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!value_equal(json_array_get(left, i), json_array_get(right, i)))
            return false;
    return true;
}

static bool objects_equal(json_t *left, json_t *right) {
    if (json_object_size(left) != json_object_size(right))
        return false;
    const char *name;
    json_t *member;
    json_object_foreach(left, name, member) {
        json_t *other = json_object_get(right, name);
        if (!other || !value_equal(member, other))
            return false;
    }
    return true;
}

/* The shortest decimal that reads back as the same double, which is how the number was written or means the same. */
static struct decimal decimal_of_real(double real) {
    char text[40];
    int precision = 14;
    do
        snprintf(text, sizeof text, "%.*e", precision, fabs(real));
    while (strtod(text, NULL) != fabs(real) && ++precision <= 16);
    char *point = strchr(text, '.'), *exponent = strchr(text, 'e');
    struct decimal decimal = {.exponent = atoi(exponent + 1) - (int)(exponent - point - 1)};
    memmove(point, point + 1, (size_t)(exponent - point));
    decimal.digits = strtoull(text, NULL, 10);
    return decimal;
}

bool value_is_integer(const json_t *value) {
    if (!json_is_real(value))
        return json_is_integer(value);
    double real = json_real_value(value);
    return fabs(real) >= INTEGER_END || (double)(json_int_t)real == real; /* a real that large has no fraction */
}

int value_compare_numbers(const json_t *left, const json_t *right) {
    if (json_is_integer(left) && json_is_integer(right))
        return compare_integers(json_integer_value(left), json_integer_value(right));
    if (json_is_integer(left))
        return compare_integer_to_real(json_integer_value(left), json_real_value(right));
    if (json_is_integer(right))
        return -compare_integer_to_real(json_integer_value(right), json_real_value(left));
    return compare_reals(json_real_value(left), json_real_value(right));
}

bool value_equal(json_t *left, json_t *right) {
    if (json_is_number(left) && json_is_number(right))
        return value_compare_numbers(left, right) == 0;
    if (json_typeof(left) != json_typeof(right))
        return false;
    switch (json_typeof(left)) {
    case JSON_STRING:
        return texts_equal(left, right);
    case JSON_ARRAY:
        return arrays_equal(left, right);
    case JSON_OBJECT:
        return objects_equal(left, right);
    default:
        return true;
    }
}

struct decimal value_decimal(const json_t *number) {
    if (json_is_real(number))
        return decimal_of_real(json_real_value(number));
    json_int_t integer = json_integer_value(number);
    uint64_t bits = (uint64_t)integer;
    return (struct decimal){.digits = integer < 0 ? 0 - bits : bits};
}

bool value_is_multiple(const json_t *number, struct decimal divisor) {
    struct decimal decimal = value_decimal(number);
    int shift = decimal.exponent - divisor.exponent;
    if (shift >= 0) {
        uint128 rest = decimal.digits % divisor.digits;
        for (; rest && shift; shift--)
            rest = rest * 10 % divisor.digits;
        return rest == 0;
    }
    uint128 unit = divisor.digits;
    for (; unit <= decimal.digits && shift; shift++)
        unit *= 10;
    return decimal.digits == 0 || (shift == 0 && decimal.digits % unit == 0);
}

size_t value_text_length(const json_t *text) {
    const char *bytes = json_string_value(text);
    size_t length = json_string_length(text), points = 0;
    for (size_t i = 0; i < length; i++)
        points += ((unsigned char)bytes[i] & 0xc0) != 0x80;
    return points;
}
