/* SPDX-License-Identifier: MIT */
/* Finds equal items of an array in time n log n, by hashes at a random point that no client knows. */
#include "base/memory.h"
#include "contract/schema_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

__extension__ typedef unsigned __int128 uint128;

/* Every value is a polynomial, and its hash is the value of that at a random point modulo the prime 2^61 - 1. Two
 * different values of n bytes then meet with a probability below n / 2^60, whoever chose them: a client cannot make a
 * slow array. */
static const uint64_t PRIME = (UINT64_C(1) << 61) - 1;

struct item {
    uint64_t hash;
    json_t *value;
};

/* A second point keeps the members of an object apart from the text in them. */
enum point { POINT_TERMS, POINT_MEMBERS, POINT_COUNT };

static uint64_t random_point(enum point which) {
    static uint64_t points[POINT_COUNT];
    while (points[which] < 2) {
        if (getrandom(&points[which], sizeof *points, 0) != sizeof *points)
            abort();
        points[which] %= PRIME;
    }
    return points[which];
}

static uint64_t multiply(uint64_t left, uint64_t right) {
    return (uint64_t)((uint128)left * right % PRIME);
}

static uint64_t add_term(uint64_t hash, uint64_t term) {
    return (multiply(hash, random_point(POINT_TERMS)) + term) % PRIME;
}

static uint64_t add_bytes(uint64_t hash, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        hash = add_term(hash, (unsigned char)bytes[i] + UINT64_C(1));
    return add_term(hash, 0);
}

static uint64_t add_word(uint64_t hash, uint64_t word) {
    return add_term(add_term(hash, word >> 32), word & UINT32_MAX);
}

/* Numbers that are equal have one hash: a real that an integer can say is taken as that. */
static uint64_t add_number(uint64_t hash, const json_t *number) {
    double real = json_real_value(number);
    if (json_is_integer(number))
        return add_word(hash, (uint64_t)json_integer_value(number));
    if (value_is_integer(number) && fabs(real) < 0x1p63)
        return add_word(hash, (uint64_t)(json_int_t)real);
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    return add_word(add_term(hash, 1), bits);
}

static uint64_t hash_value(json_t *value);

/* The product over the members, so that their order does not count. */
static uint64_t hash_members(json_t *object) {
    uint64_t product = 1;
    const char *name;
    json_t *member;
    json_object_foreach(object, name, member) {
        uint64_t hash = add_term(add_bytes(0, name, strlen(name)), hash_value(member));
        product = multiply(product, (hash + random_point(POINT_MEMBERS)) % PRIME);
    }
    return product;
}

static uint64_t hash_value(json_t *value) {
    uint64_t hash = json_is_number(value) ? 1 : 2 + (uint64_t)json_typeof(value);
    size_t index;
    json_t *item;
    switch (json_typeof(value)) {
    case JSON_INTEGER:
    case JSON_REAL:
        return add_number(hash, value);
    case JSON_STRING:
        return add_bytes(hash, json_string_value(value), json_string_length(value));
    case JSON_OBJECT:
        return add_term(hash, hash_members(value));
    case JSON_ARRAY:
        json_array_foreach(value, index, item) {
            hash = add_term(hash, hash_value(item));
        }
        return hash;
    default:
        return hash;
    }
}

static int compare_items(const void *left, const void *right) {
    const struct item *a = left, *b = right;
    return (a->hash > b->hash) - (a->hash < b->hash);
}

bool value_items_unique(json_t *array) {
    size_t count = json_array_size(array);
    if (count < 2)
        return true;
    struct item *items = xcalloc(count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        json_t *value = json_array_get(array, i);
        items[i] = (struct item){hash_value(value), value};
    }
    qsort(items, count, sizeof *items, compare_items);
    bool unique = true;
    for (size_t i = 1; i < count && unique; i++)
        unique = items[i - 1].hash != items[i].hash || !value_equal(items[i - 1].value, items[i].value);
    free(items);
    return unique;
}
