/* SPDX-License-Identifier: MIT */
/* The keywords that apply other schemas: to the same value, or to its members and items. */
#include "base/memory.h"
#include "contract/schema_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static struct branch *add_branch(struct rule *rule, struct node *node) {
    rule->branches = xreallocarray(rule->branches, rule->branch_count + 1, sizeof *rule->branches);
    struct branch *branch = &rule->branches[rule->branch_count++];
    *branch = (struct branch){.node = node};
    return branch;
}

static void compile_one(struct compiler *compiler, struct rule *rule, const struct place *place) {
    add_branch(rule, compiler_node(compiler, rule->value, place));
}

static void compile_list(struct compiler *compiler, struct rule *rule, const struct place *place) {
    size_t index;
    json_t *definition;
    if (!json_is_array(rule->value) || json_array_size(rule->value) == 0)
        compiler_fault(compiler, place, "must be an array with at least one schema");
    json_array_foreach(rule->value, index, definition) {
        add_branch(rule, compiler_node(compiler, definition, &(struct place){place, NULL, index}));
    }
}

static void compile_map(struct compiler *compiler, struct rule *rule, const struct place *place) {
    const char *name;
    json_t *definition;
    if (!json_is_object(rule->value))
        compiler_fault(compiler, place, "must be an object of schemas");
    json_object_foreach(rule->value, name, definition) {
        add_branch(rule, compiler_node(compiler, definition, &(struct place){place, name, 0}))->name = name;
    }
}

static void compile_patterns(struct compiler *compiler, struct rule *rule, const struct place *place) {
    compile_map(compiler, rule, place);
    for (size_t i = 0; i < rule->branch_count; i++) {
        struct branch *branch = &rule->branches[i];
        char *why = NULL;
        branch->pattern = pattern_new(branch->name, &why);
        if (!branch->pattern)
            compiler_fault(compiler, &(struct place){place, branch->name, 0}, "%s", why);
        free(why);
    }
}

static int hex_digit(char digit) {
    return isdigit((unsigned char)digit) ? digit - '0' : tolower((unsigned char)digit) - 'a' + 10;
}

/* The text of a URI fragment; NULL if it is malformed. */
static char *percent_decode(const char *fragment) {
    char *text = xstrdup(fragment), *to = text;
    for (const char *from = fragment; *from; from++, to++) {
        *to = *from;
        if (*from != '%')
            continue;
        if (!isxdigit((unsigned char)from[1]) || !isxdigit((unsigned char)from[2])) {
            free(text);
            return NULL;
        }
        *to = (char)(hex_digit(from[1]) * 16 + hex_digit(from[2]));
        from += 2;
    }
    *to = '\0';
    return text;
}

static void compile_ref(struct compiler *compiler, struct rule *rule, const struct place *place) {
    const char *reference = json_string_value(rule->value);
    if (!reference)
        compiler_fault(compiler, place, "must be a string");
    else if (*reference != '#')
        compiler_fault(compiler, place, "a reference out of the document is not supported");
    else if (reference[1] && reference[1] != '/')
        compiler_fault(compiler, place, "a reference by anchor is not supported");
    if (!reference || *reference != '#' || (reference[1] && reference[1] != '/'))
        return;
    char *pointer = percent_decode(reference + 1);
    struct node *node = pointer ? compiler_node_at(compiler, pointer) : NULL;
    if (!node)
        compiler_fault(compiler, place, "leads to nothing: %s", reference);
    add_branch(rule, node);
    free(pointer);
}

static bool walk_one(const struct rule *rule, json_t *instance, const struct place *place, struct problem *problem) {
    return node_validate(rule->branches[0].node, instance, place, problem);
}

static bool walk_all_of(const struct rule *rule, json_t *instance, const struct place *place, struct problem *problem) {
    bool good = true;
    for (size_t i = 0; i < rule->branch_count && (good || problem); i++)
        good &= node_validate(rule->branches[i].node, instance, place, problem);
    return good;
}

static void compile_alternatives(struct compiler *compiler, struct rule *rule, const struct place *place) {
    compile_list(compiler, rule, place);
    rule->sentence =
        xasprintf("%s of the %zu forms that the contract gives", rule->keyword->phrase, rule->branch_count);
}

/* Whether a schema's own `type`, or that of what it refers to, lets the instance in. */
static bool node_takes_type(const struct node *node, json_t *instance) {
    bool takes = !json_is_false(node->definition);
    for (size_t i = 0; i < node->rule_count && takes; i++) {
        const struct rule *rule = &node->rules[i];
        if (rule->keyword == &schema_assertions[ASSERTION_TYPE])
            takes = rule->keyword->check(rule, instance);
        else if (rule->keyword == &schema_applicators[APPLICATOR_REF])
            takes = node_takes_type(rule->branches[0].node, instance);
    }
    return takes;
}

/* No alternative fits. If the type of the value leaves only one that could have been meant, its faults are the helpful
 * ones; otherwise one sentence. */
static bool report_alternatives(const struct rule *rule, json_t *instance, const struct place *place,
                                struct problem *problem) {
    const struct node *meant = NULL;
    size_t candidates = 0;
    for (size_t i = 0; problem && i < rule->branch_count; i++) {
        if (!node_takes_type(rule->branches[i].node, instance))
            continue;
        meant = rule->branches[i].node;
        candidates++;
    }
    if (candidates == 1)
        return node_validate(meant, instance, place, problem);
    return place_fault(place, problem, rule->keyword->code, rule->sentence);
}

static bool walk_any_of(const struct rule *rule, json_t *instance, const struct place *place, struct problem *problem) {
    for (size_t i = 0; i < rule->branch_count; i++)
        if (node_validate(rule->branches[i].node, instance, place, NULL))
            return true;
    return report_alternatives(rule, instance, place, problem);
}

static bool walk_one_of(const struct rule *rule, json_t *instance, const struct place *place, struct problem *problem) {
    size_t matches = 0;
    for (size_t i = 0; i < rule->branch_count && matches < 2; i++)
        matches += node_validate(rule->branches[i].node, instance, place, NULL);
    if (matches == 0)
        return report_alternatives(rule, instance, place, problem);
    return matches == 1 || place_fault(place, problem, rule->keyword->code, rule->sentence);
}

static bool walk_not(const struct rule *rule, json_t *instance, const struct place *place, struct problem *problem) {
    return !node_validate(rule->branches[0].node, instance, place, NULL) ||
           place_fault(place, problem, rule->keyword->code, "must not have the form that the contract rules out");
}

static void add_sibling(struct compiler *compiler, struct rule *rule, const char *name, const struct place *place) {
    json_t *definition = json_object_get(rule->owner->definition, name);
    const struct place at = {place->up, name, 0};
    add_branch(rule, definition ? compiler_node(compiler, definition, &at) : NULL);
}

static void compile_if(struct compiler *compiler, struct rule *rule, const struct place *place) {
    compile_one(compiler, rule, place);
    add_sibling(compiler, rule, "then", place);
    add_sibling(compiler, rule, "else", place);
}

/* The condition says which of the two applies, so the faults of that one are certain and are reported as they are. */
static bool walk_if(const struct rule *rule, json_t *instance, const struct place *place, struct problem *problem) {
    bool holds = node_validate(rule->branches[0].node, instance, place, NULL);
    const struct node *then = rule->branches[holds ? 1 : 2].node;
    return !then || node_validate(then, instance, place, problem);
}

static bool walk_properties(const struct rule *rule, json_t *instance, const struct place *place,
                            struct problem *problem) {
    bool good = true;
    for (size_t i = 0; i < rule->branch_count && (good || problem); i++) {
        const struct branch *branch = &rule->branches[i];
        json_t *member = json_object_get(instance, branch->name);
        if (member)
            good &= node_validate(branch->node, member, &(struct place){place, branch->name, 0}, problem);
    }
    return good;
}

static bool name_matches(const struct branch *branch, const char *name) {
    return pattern_matches(branch->pattern, name, strlen(name));
}

static bool walk_pattern_properties(const struct rule *rule, json_t *instance, const struct place *place,
                                    struct problem *problem) {
    bool good = true;
    const char *name;
    json_t *member;
    json_object_foreach(instance, name, member) {
        const struct place at = {place, name, 0};
        for (size_t i = 0; i < rule->branch_count; i++)
            if (name_matches(&rule->branches[i], name))
                good &= node_validate(rule->branches[i].node, member, &at, problem);
    }
    return good;
}

static const struct rule *find_rule(const struct node *node, enum applicator applicator) {
    for (size_t i = 0; i < node->rule_count; i++)
        if (node->rules[i].keyword == &schema_applicators[applicator])
            return &node->rules[i];
    return NULL;
}

/* Whether `properties` or `patternProperties` beside it knows the name. */
static bool is_known(const struct rule *properties, const struct rule *patterns, const char *name) {
    if (properties && json_object_get(properties->value, name))
        return true;
    for (size_t i = 0; patterns && i < patterns->branch_count; i++)
        if (name_matches(&patterns->branches[i], name))
            return true;
    return false;
}

static bool walk_additional_properties(const struct rule *rule, json_t *instance, const struct place *place,
                                       struct problem *problem) {
    const struct rule *properties = find_rule(rule->owner, APPLICATOR_PROPERTIES);
    const struct rule *patterns = find_rule(rule->owner, APPLICATOR_PATTERN_PROPERTIES);
    bool good = true;
    const char *name;
    json_t *member;
    json_object_foreach(instance, name, member) {
        const struct place at = {place, name, 0};
        if (is_known(properties, patterns, name))
            continue;
        if (json_is_false(rule->value))
            good = place_fault(&at, problem, rule->keyword->code, "is not a property that the contract knows here");
        else
            good &= node_validate(rule->branches[0].node, member, &at, problem);
    }
    return good;
}

static bool walk_property_names(const struct rule *rule, json_t *instance, const struct place *place,
                                struct problem *problem) {
    bool good = true;
    const char *name;
    json_t *member;
    json_object_foreach(instance, name, member) {
        const struct place at = {place, name, 0};
        json_t *text = json_string(name);
        if (!node_validate(rule->branches[0].node, text, &at, NULL))
            good = place_fault(&at, problem, rule->keyword->code, "has a name that the contract does not allow here");
        json_decref(text);
    }
    return good;
}

static bool walk_dependent_schemas(const struct rule *rule, json_t *instance, const struct place *place,
                                   struct problem *problem) {
    bool good = true;
    for (size_t i = 0; i < rule->branch_count; i++)
        if (json_object_get(instance, rule->branches[i].name))
            good &= node_validate(rule->branches[i].node, instance, place, problem);
    return good;
}

static bool walk_prefix_items(const struct rule *rule, json_t *instance, const struct place *place,
                              struct problem *problem) {
    bool good = true;
    for (size_t i = 0; i < rule->branch_count && i < json_array_size(instance); i++)
        good &= node_validate(rule->branches[i].node, json_array_get(instance, i), &(struct place){place, NULL, i},
                              problem);
    return good;
}

static bool walk_items(const struct rule *rule, json_t *instance, const struct place *place, struct problem *problem) {
    const struct rule *prefix = find_rule(rule->owner, APPLICATOR_PREFIX_ITEMS);
    size_t count = json_array_size(instance);
    bool good = true;
    for (size_t i = prefix ? prefix->branch_count : 0; i < count && (good || problem); i++)
        good &= node_validate(rule->branches[0].node, json_array_get(instance, i), &(struct place){place, NULL, i},
                              problem);
    return good;
}

static size_t sibling_count(const struct rule *rule, const char *name, size_t otherwise) {
    const json_t *value = json_object_get(rule->owner->definition, name);
    return json_is_number(value) && json_number_value(value) >= 0 ? (size_t)json_number_value(value) : otherwise;
}

static void compile_contains(struct compiler *compiler, struct rule *rule, const struct place *place) {
    compile_one(compiler, rule, place);
    rule->limit = sibling_count(rule, "minContains", 1);
    rule->most = sibling_count(rule, "maxContains", SIZE_MAX);
    if (rule->most == SIZE_MAX)
        rule->sentence = xasprintf("must have at least %zu of the items that the contract asks for", rule->limit);
    else
        rule->sentence = xasprintf("must have at least %zu and at most %zu of the items that the contract asks for",
                                   rule->limit, rule->most);
}

static bool walk_contains(const struct rule *rule, json_t *instance, const struct place *place,
                          struct problem *problem) {
    size_t found = 0, index;
    json_t *item;
    json_array_foreach(instance, index, item) {
        found += node_validate(rule->branches[0].node, item, &(struct place){place, NULL, index}, NULL);
    }
    if (found < rule->limit)
        return place_fault(place, problem, "contains", rule->sentence);
    return found <= rule->most || place_fault(place, problem, "max_contains", rule->sentence);
}

/* NAME, the keyword; its code; the types it looks at; how it is compiled and validated. */
#define ROW(name_, code_, types_, compile_, walk_)                                                                     \
    { .name = name_, .code = code_, .types = types_, .compile = compile_, .walk = walk_ }
#define ROW_IN_PLACE(name_, code_, types_, compile_, walk_)                                                            \
    { .name = name_, .code = code_, .types = types_, .compile = compile_, .walk = walk_, .in_place = true }
#define ROW_OF_ALTERNATIVES(name_, code_, phrase_, walk_)                                                              \
    {                                                                                                                  \
        .name = name_, .code = code_, .types = TYPES_ANY, .phrase = phrase_, .compile = compile_alternatives,          \
        .walk = walk_, .in_place = true                                                                                \
    }

const struct keyword schema_applicators[APPLICATOR_COUNT] = {
    [APPLICATOR_REF] = ROW_IN_PLACE("$ref", NULL, TYPES_ANY, compile_ref, walk_one),
    [APPLICATOR_DEFS] = {.name = "$defs", .compile = compile_map},
    [APPLICATOR_ALL_OF] = ROW_IN_PLACE("allOf", NULL, TYPES_ANY, compile_list, walk_all_of),
    [APPLICATOR_ANY_OF] = ROW_OF_ALTERNATIVES("anyOf", "any_of", "must have at least one", walk_any_of),
    [APPLICATOR_ONE_OF] = ROW_OF_ALTERNATIVES("oneOf", "one_of", "must have exactly one", walk_one_of),
    [APPLICATOR_NOT] = ROW_IN_PLACE("not", "not", TYPES_ANY, compile_one, walk_not),
    [APPLICATOR_IF] = ROW_IN_PLACE("if", NULL, TYPES_ANY, compile_if, walk_if),
    [APPLICATOR_THEN] = {.name = "then", .compile = compile_one},
    [APPLICATOR_ELSE] = {.name = "else", .compile = compile_one},
    [APPLICATOR_PROPERTIES] = ROW("properties", NULL, TYPES_OBJECT, compile_map, walk_properties),
    [APPLICATOR_PATTERN_PROPERTIES] =
        ROW("patternProperties", NULL, TYPES_OBJECT, compile_patterns, walk_pattern_properties),
    [APPLICATOR_ADDITIONAL_PROPERTIES] =
        ROW("additionalProperties", "unknown_property", TYPES_OBJECT, compile_one, walk_additional_properties),
    [APPLICATOR_PROPERTY_NAMES] =
        ROW("propertyNames", "property_names", TYPES_OBJECT, compile_one, walk_property_names),
    [APPLICATOR_DEPENDENT_SCHEMAS] =
        ROW_IN_PLACE("dependentSchemas", NULL, TYPES_OBJECT, compile_map, walk_dependent_schemas),
    [APPLICATOR_PREFIX_ITEMS] = ROW("prefixItems", NULL, TYPES_ARRAY, compile_list, walk_prefix_items),
    [APPLICATOR_ITEMS] = ROW("items", NULL, TYPES_ARRAY, compile_one, walk_items),
    [APPLICATOR_CONTAINS] = ROW("contains", "contains", TYPES_ARRAY, compile_contains, walk_contains),
};
