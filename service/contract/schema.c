/* SPDX-License-Identifier: MIT */
/* Validates a value against a compiled schema and reports every fault at its place. */
#include "contract/schema.h"

#include "contract/schema_internal.h"
#include "http/problem.h"

static bool rule_validate(const struct rule *rule, json_t *instance, const struct place *place,
                          struct problem *problem) {
    const struct keyword *keyword = rule->keyword;
    if (!(keyword->types & TYPE_BIT(json_typeof(instance))))
        return true;
    if (keyword->walk)
        return keyword->walk(rule, instance, place, problem);
    return keyword->check(rule, instance) || place_fault(place, problem, keyword->code, rule->sentence);
}

bool place_fault(const struct place *place, struct problem *problem, const char *code, const char *sentence) {
    struct pointer_text pointer;
    if (problem)
        problem_add_fault(problem, place_print(place, &pointer), code, "%s", sentence);
    return false;
}

bool node_validate(const struct node *node, json_t *instance, const struct place *place, struct problem *problem) {
    if (json_is_false(node->definition))
        return place_fault(place, problem, "not_allowed", "is not allowed here");
    bool good = true;
    for (size_t i = 0; i < node->rule_count && (good || problem); i++)
        good &= rule_validate(&node->rules[i], instance, place, problem);
    return good;
}

bool schema_validate(const struct schema *schema, const json_t *instance, const char *prefix, struct problem *problem) {
    const struct place root = {.name = prefix};
    /* jansson's iterators take a value that could be changed, and change nothing. */
    return node_validate(schema->root, (json_t *)instance, &root, problem);
}
