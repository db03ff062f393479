/* SPDX-License-Identifier: MIT */
/* The keywords that ask something of a value itself. */
#include "base/memory.h"
#include "contract/schema_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct type_name {
    const char *name;
    unsigned types;
    const char *words;
};

/* A real without a fraction is an integer too, which check_type sees to. */
static const struct type_name type_names[] = {
    {"object", TYPES_OBJECT, "an object"},
    {"array", TYPES_ARRAY, "an array"},
    {"string", TYPES_STRING, "a string"},
    {"number", TYPES_NUMBER, "a number"},
    {"integer", TYPE_BIT(JSON_INTEGER), "an integer"},
    {"boolean", TYPE_BIT(JSON_TRUE) | TYPE_BIT(JSON_FALSE), "true or false"},
    {"null", TYPE_BIT(JSON_NULL), "null"},
};

/* Values longer than this are not repeated in a sentence. */
enum { LISTED_BYTES_MAX = 400 };

static char *write_json(const json_t *value) {
    return json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
}

static const struct type_name *find_type(const json_t *name) {
    for (size_t i = 0; json_is_string(name) && i < sizeof type_names / sizeof *type_names; i++)
        if (strcmp(type_names[i].name, json_string_value(name)) == 0)
            return &type_names[i];
    return NULL;
}

static bool add_type(struct compiler *compiler, struct rule *rule, const json_t *name, const struct place *place) {
    const struct type_name *type = find_type(name);
    if (!type)
        return compiler_fault(compiler, place, "must be one of the seven types of JSON Schema");
    if ((rule->types & type->types) == type->types)
        return compiler_fault(compiler, place, "must name a type once");
    char *longer =
        rule->sentence ? xasprintf("%s or %s", rule->sentence, type->words) : xasprintf("must be %s", type->words);
    free(rule->sentence);
    rule->sentence = longer;
    rule->types |= type->types;
    return true;
}

static void compile_type(struct compiler *compiler, struct rule *rule, const struct place *place) {
    if (!json_is_array(rule->value)) {
        add_type(compiler, rule, rule->value, place);
        return;
    }
    if (json_array_size(rule->value) == 0)
        compiler_fault(compiler, place, "must name a type");
    size_t index;
    json_t *name;
    json_array_foreach(rule->value, index, name) {
        const struct place at = {place, NULL, index};
        add_type(compiler, rule, name, &at);
    }
}

static bool check_type(const struct rule *rule, json_t *instance) {
    if (rule->types & TYPE_BIT(json_typeof(instance)))
        return true;
    return (rule->types & TYPE_BIT(JSON_INTEGER)) && value_is_integer(instance);
}

static void compile_enum(struct compiler *compiler, struct rule *rule, const struct place *place) {
    if (!json_is_array(rule->value) || json_array_size(rule->value) == 0) {
        compiler_fault(compiler, place, "must be an array with at least one value");
        return;
    }
    if (!value_items_unique(rule->value))
        compiler_fault(compiler, place, "must list a value once");
    char *list = write_json(rule->value);
    size_t length = strlen(list);
    if (length > LISTED_BYTES_MAX)
        rule->sentence =
            xasprintf("must be one of the %zu values that the contract lists", json_array_size(rule->value));
    else
        rule->sentence = xasprintf("must be one of %.*s", (int)length - 2, list + 1);
    free(list);
}

static bool check_enum(const struct rule *rule, json_t *instance) {
    size_t index;
    json_t *value;
    json_array_foreach(rule->value, index, value) {
        if (value_equal(value, instance))
            return true;
    }
    return false;
}

static void compile_const(struct compiler *compiler, struct rule *rule, const struct place *place) {
    (void)compiler, (void)place;
    char *value = write_json(rule->value);
    bool listed = strlen(value) <= LISTED_BYTES_MAX;
    rule->sentence = xasprintf("must be %s", listed ? value : "the value that the contract gives");
    free(value);
}

static bool check_const(const struct rule *rule, json_t *instance) {
    return value_equal(rule->value, instance);
}

/* minLength and the like: 2.0 is 2. */
static void compile_count(struct compiler *compiler, struct rule *rule, const struct place *place) {
    double count = json_number_value(rule->value);
    if (!value_is_integer(rule->value) || count < 0 || count > 0x1p53) {
        compiler_fault(compiler, place, "must be an integer of 0 or more");
        return;
    }
    rule->limit = (size_t)count;
    if (rule->keyword->phrase)
        rule->sentence = xasprintf("%s %zu %s%s", rule->keyword->phrase, rule->limit, rule->keyword->noun,
                                   rule->limit == 1 ? "" : "s");
}

static size_t count_of(const json_t *instance) {
    if (json_is_string(instance))
        return value_text_length(instance);
    return json_is_array(instance) ? json_array_size(instance) : json_object_size(instance);
}

static bool check_at_least(const struct rule *rule, json_t *instance) {
    return count_of(instance) >= rule->limit;
}

static bool check_at_most(const struct rule *rule, json_t *instance) {
    return count_of(instance) <= rule->limit;
}

static void compile_pattern(struct compiler *compiler, struct rule *rule, const struct place *place) {
    char *why = NULL;
    if (!json_is_string(rule->value) || strlen(json_string_value(rule->value)) != json_string_length(rule->value)) {
        compiler_fault(compiler, place, "must be a string without U+0000");
        return;
    }
    rule->pattern = pattern_new(json_string_value(rule->value), &why);
    if (!rule->pattern)
        compiler_fault(compiler, place, "%s", why);
    free(why);
    rule->sentence = xasprintf("must match the pattern %s", json_string_value(rule->value));
}

static bool check_pattern(const struct rule *rule, json_t *instance) {
    return pattern_matches(rule->pattern, json_string_value(instance), json_string_length(instance));
}

static void compile_format(struct compiler *compiler, struct rule *rule, const struct place *place) {
    const char *name = json_string_value(rule->value);
    char *why = NULL;
    if (!name) {
        compiler_fault(compiler, place, "must be a string");
        return;
    }
    rule->format = format_find(name);
    if (!rule->format) {
        compiler_fault(compiler, place, "the format \"%s\" is not supported", name);
        return;
    }
    rule->pattern = pattern_new(rule->format->pattern, &why);
    rule->sentence = xstrdup(rule->format->sentence);
    free(why);
}

static bool check_format(const struct rule *rule, json_t *instance) {
    return check_pattern(rule, instance) && (!rule->format->holds || rule->format->holds(json_string_value(instance)));
}

static void compile_number(struct compiler *compiler, struct rule *rule, const struct place *place) {
    if (!json_is_number(rule->value)) {
        compiler_fault(compiler, place, "must be a number");
        return;
    }
    char *limit = write_json(rule->value);
    rule->sentence = xasprintf("%s %s", rule->keyword->phrase, limit);
    free(limit);
}

static bool check_minimum(const struct rule *rule, json_t *instance) {
    return value_compare_numbers(instance, rule->value) >= 0;
}

static bool check_maximum(const struct rule *rule, json_t *instance) {
    return value_compare_numbers(instance, rule->value) <= 0;
}

static bool check_exclusive_minimum(const struct rule *rule, json_t *instance) {
    return value_compare_numbers(instance, rule->value) > 0;
}

static bool check_exclusive_maximum(const struct rule *rule, json_t *instance) {
    return value_compare_numbers(instance, rule->value) < 0;
}

static void compile_multiple_of(struct compiler *compiler, struct rule *rule, const struct place *place) {
    if (json_number_value(rule->value) <= 0) {
        compiler_fault(compiler, place, "must be a number above 0");
        return;
    }
    compile_number(compiler, rule, place);
    rule->divisor = value_decimal(rule->value);
}

static bool check_multiple_of(const struct rule *rule, json_t *instance) {
    return value_is_multiple(instance, rule->divisor);
}

static void compile_unique_items(struct compiler *compiler, struct rule *rule, const struct place *place) {
    if (!json_is_boolean(rule->value))
        compiler_fault(compiler, place, "must be true or false");
    rule->sentence = xstrdup("must not have the same item twice");
}

static bool check_unique_items(const struct rule *rule, json_t *instance) {
    return json_is_false(rule->value) || value_items_unique(instance);
}

static bool check_names(struct compiler *compiler, json_t *names, const struct place *place) {
    size_t index;
    json_t *name;
    if (!json_is_array(names))
        return compiler_fault(compiler, place, "must be an array of names");
    json_array_foreach(names, index, name) {
        if (!json_is_string(name))
            return compiler_fault(compiler, &(struct place){place, NULL, index}, "must be a name");
    }
    return value_items_unique(names) || compiler_fault(compiler, place, "must list a name once");
}

static void compile_required(struct compiler *compiler, struct rule *rule, const struct place *place) {
    check_names(compiler, rule->value, place);
}

/* A trigger is the member that makes the missing one required; NULL if it always is. */
static bool report_missing(const struct place *missing, struct problem *problem, const char *trigger) {
    if (!trigger)
        return place_fault(missing, problem, "required", "is required");
    char *sentence = xasprintf("is required when \"%s\" is given", trigger);
    place_fault(missing, problem, "dependent_required", sentence);
    free(sentence);
    return false;
}

static bool walk_names(json_t *names, json_t *instance, const struct place *place, struct problem *problem,
                       const char *trigger) {
    bool good = true;
    size_t index;
    json_t *name;
    json_array_foreach(names, index, name) {
        const struct place missing = {place, json_string_value(name), 0};
        if (!json_object_get(instance, missing.name))
            good = report_missing(&missing, problem, trigger);
    }
    return good;
}

static bool walk_required(const struct rule *rule, json_t *instance, const struct place *place,
                          struct problem *problem) {
    return walk_names(rule->value, instance, place, problem, NULL);
}

static void compile_dependent_required(struct compiler *compiler, struct rule *rule, const struct place *place) {
    const char *name;
    json_t *names;
    if (!json_is_object(rule->value))
        compiler_fault(compiler, place, "must be an object of arrays of names");
    json_object_foreach(rule->value, name, names) {
        check_names(compiler, names, &(struct place){place, name, 0});
    }
}

static bool walk_dependent_required(const struct rule *rule, json_t *instance, const struct place *place,
                                    struct problem *problem) {
    bool good = true;
    const char *name;
    json_t *names;
    json_object_foreach(rule->value, name, names) {
        if (json_object_get(instance, name))
            good &= walk_names(names, instance, place, problem, name);
    }
    return good;
}

#define COUNT_LIMIT(name_, code_, types_, phrase_, noun_, check_)                                                      \
    {                                                                                                                  \
        .name = name_, .code = code_, .types = types_, .phrase = phrase_, .noun = noun_, .compile = compile_count,     \
        .check = check_                                                                                                \
    }
#define NUMBER_LIMIT(name_, code_, phrase_, check_)                                                                    \
    {                                                                                                                  \
        .name = name_, .code = code_, .types = TYPES_NUMBER, .phrase = phrase_, .compile = compile_number,             \
        .check = check_                                                                                                \
    }

const struct keyword schema_assertions[ASSERTION_COUNT] = {
    [ASSERTION_TYPE] =
        {.name = "type", .code = "type", .types = TYPES_ANY, .compile = compile_type, .check = check_type},
    [ASSERTION_ENUM] =
        {.name = "enum", .code = "enum", .types = TYPES_ANY, .compile = compile_enum, .check = check_enum},
    [ASSERTION_CONST] =
        {.name = "const", .code = "const", .types = TYPES_ANY, .compile = compile_const, .check = check_const},
    [ASSERTION_MIN_LENGTH] =
        COUNT_LIMIT("minLength", "min_length", TYPES_STRING, "must be at least", "character", check_at_least),
    [ASSERTION_MAX_LENGTH] =
        COUNT_LIMIT("maxLength", "max_length", TYPES_STRING, "must be at most", "character", check_at_most),
    [ASSERTION_PATTERN] = {.name = "pattern",
                           .code = "pattern",
                           .types = TYPES_STRING,
                           .compile = compile_pattern,
                           .check = check_pattern},
    [ASSERTION_FORMAT] =
        {.name = "format", .code = "format", .types = TYPES_STRING, .compile = compile_format, .check = check_format},
    [ASSERTION_MINIMUM] = NUMBER_LIMIT("minimum", "minimum", "must be at least", check_minimum),
    [ASSERTION_MAXIMUM] = NUMBER_LIMIT("maximum", "maximum", "must be at most", check_maximum),
    [ASSERTION_EXCLUSIVE_MINIMUM] =
        NUMBER_LIMIT("exclusiveMinimum", "exclusive_minimum", "must be more than", check_exclusive_minimum),
    [ASSERTION_EXCLUSIVE_MAXIMUM] =
        NUMBER_LIMIT("exclusiveMaximum", "exclusive_maximum", "must be less than", check_exclusive_maximum),
    [ASSERTION_MULTIPLE_OF] = {.name = "multipleOf",
                               .code = "multiple_of",
                               .types = TYPES_NUMBER,
                               .phrase = "must be a multiple of",
                               .compile = compile_multiple_of,
                               .check = check_multiple_of},
    [ASSERTION_MIN_ITEMS] =
        COUNT_LIMIT("minItems", "min_items", TYPES_ARRAY, "must have at least", "item", check_at_least),
    [ASSERTION_MAX_ITEMS] =
        COUNT_LIMIT("maxItems", "max_items", TYPES_ARRAY, "must have at most", "item", check_at_most),
    [ASSERTION_UNIQUE_ITEMS] = {.name = "uniqueItems",
                                .code = "unique_items",
                                .types = TYPES_ARRAY,
                                .compile = compile_unique_items,
                                .check = check_unique_items},
    [ASSERTION_MIN_PROPERTIES] =
        COUNT_LIMIT("minProperties", "min_properties", TYPES_OBJECT, "must have at least", "member", check_at_least),
    [ASSERTION_MAX_PROPERTIES] =
        COUNT_LIMIT("maxProperties", "max_properties", TYPES_OBJECT, "must have at most", "member", check_at_most),
    [ASSERTION_REQUIRED] = {.name = "required",
                            .code = "required",
                            .types = TYPES_OBJECT,
                            .compile = compile_required,
                            .walk = walk_required},
    [ASSERTION_DEPENDENT_REQUIRED] = {.name = "dependentRequired",
                                      .code = "dependent_required",
                                      .types = TYPES_OBJECT,
                                      .compile = compile_dependent_required,
                                      .walk = walk_dependent_required},
    [ASSERTION_MIN_CONTAINS] = {.name = "minContains", .compile = compile_count},
    [ASSERTION_MAX_CONTAINS] = {.name = "maxContains", .compile = compile_count},
};
