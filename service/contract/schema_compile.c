/* SPDX-License-Identifier: MIT */
/* Compiles a schema: each schema it reaches becomes one node, each keyword a rule; whatever is not understood is a
 * fault. */
#include "base/memory.h"
#include "contract/schema_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct compiler {
    json_t *document;
    struct schema *schema;
    schema_report *report;
    void *owner;
    size_t fault_count;
};

struct table {
    const struct keyword *keywords;
    size_t count;
};

/* Their order is the order of a node's rules, and so of the faults of one value. */
static const struct table tables[] = {
    {schema_assertions, ASSERTION_COUNT},
    {schema_applicators, APPLICATOR_COUNT},
    {schema_annotations, ANNOTATION_COUNT},
};

enum { TABLE_COUNT = sizeof tables / sizeof *tables };

static bool is_keyword(const char *name) {
    if (strncmp(name, "x-", 2) == 0)
        return true;
    for (size_t t = 0; t < TABLE_COUNT; t++)
        for (size_t k = 0; k < tables[t].count; k++)
            if (strcmp(tables[t].keywords[k].name, name) == 0)
                return true;
    return false;
}

static void refuse_unknown_keywords(struct compiler *compiler, const struct node *node, const struct place *place) {
    const char *name;
    json_t *value;
    json_object_foreach(node->definition, name, value) {
        const struct place at = {place, name, 0};
        if (!is_keyword(name))
            compiler_fault(compiler, &at, "the keyword \"%s\" is not supported", name);
    }
}

static void clear_rule(struct rule *rule) {
    for (size_t i = 0; i < rule->branch_count; i++)
        pattern_free(rule->branches[i].pattern);
    free(rule->branches);
    pattern_free(rule->pattern);
    free(rule->sentence);
}

static void compile_keyword(struct compiler *compiler, struct node *node, const struct keyword *keyword,
                            const struct place *place) {
    json_t *value = json_object_get(node->definition, keyword->name);
    if (!value)
        return;
    struct rule rule = {.keyword = keyword, .owner = node, .value = value};
    keyword->compile(compiler, &rule, &(struct place){place, keyword->name, 0});
    if (keyword->check || keyword->walk)
        node->rules[node->rule_count++] = rule;
    else
        clear_rule(&rule);
}

static void compile_rules(struct compiler *compiler, struct node *node, const struct place *place) {
    node->rules = xcalloc(json_object_size(node->definition), sizeof *node->rules);
    for (size_t t = 0; t < TABLE_COUNT; t++)
        for (size_t k = 0; k < tables[t].count; k++)
            compile_keyword(compiler, node, &tables[t].keywords[k], place);
}

static struct node *find_node(const struct schema *schema, const json_t *definition) {
    for (size_t i = 0; i < schema->node_count; i++)
        if (schema->nodes[i]->definition == definition)
            return schema->nodes[i];
    return NULL;
}

static struct node *add_node(struct schema *schema, json_t *definition, const struct place *place) {
    struct pointer_text pointer;
    struct node *node = xcalloc(1, sizeof *node);
    *node = (struct node){.definition = definition, .pointer = xstrdup(place_print(place, &pointer))};
    schema->nodes = xreallocarray(schema->nodes, schema->node_count + 1, sizeof *schema->nodes);
    schema->nodes[schema->node_count++] = node;
    return node;
}

/* The node that schemas which look at the same value lead back to, if any: validating would never end. */
static struct node *find_circle(struct node *node) {
    if (!node || node->mark == NODE_DONE)
        return NULL;
    if (node->mark == NODE_OPEN)
        return node;
    node->mark = NODE_OPEN;
    struct node *circle = NULL;
    for (size_t r = 0; r < node->rule_count && !circle; r++) {
        const struct rule *rule = &node->rules[r];
        for (size_t b = 0; rule->keyword->in_place && b < rule->branch_count && !circle; b++)
            circle = find_circle(rule->branches[b].node);
    }
    node->mark = NODE_DONE;
    return circle;
}

static void refuse_circles(struct compiler *compiler) {
    for (size_t i = 0; i < compiler->schema->node_count; i++) {
        struct node *circle = find_circle(compiler->schema->nodes[i]);
        if (circle)
            compiler_fault(compiler, &(struct place){.name = circle->pointer},
                           "refers to itself without a step into the value");
    }
}

bool compiler_fault(struct compiler *compiler, const struct place *place, const char *format, ...) {
    char message[512];
    struct pointer_text pointer;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    compiler->fault_count++;
    compiler->report(compiler->owner, place_print(place, &pointer), message);
    return false;
}

struct node *compiler_node(struct compiler *compiler, json_t *definition, const struct place *place) {
    struct node *node = find_node(compiler->schema, definition);
    if (node)
        return node;
    node = add_node(compiler->schema, definition, place);
    if (json_is_object(definition)) {
        refuse_unknown_keywords(compiler, node, place);
        compile_rules(compiler, node, place);
    } else if (!json_is_boolean(definition)) {
        compiler_fault(compiler, place, "must be a schema: an object, true or false");
    }
    return node;
}

struct node *compiler_node_at(struct compiler *compiler, const char *pointer) {
    json_t *definition = pointer_find(compiler->document, pointer);
    return definition ? compiler_node(compiler, definition, &(struct place){.name = pointer}) : NULL;
}

struct schema *schema_compile(json_t *document, const char *pointer, schema_report *report, void *owner) {
    struct schema *schema = xcalloc(1, sizeof *schema);
    struct compiler compiler = {.document = document, .schema = schema, .report = report, .owner = owner};
    schema->root = compiler_node_at(&compiler, pointer);
    if (!schema->root)
        compiler_fault(&compiler, &(struct place){.name = pointer}, "there is no schema here");
    if (!compiler.fault_count)
        refuse_circles(&compiler);
    if (!compiler.fault_count)
        return schema;
    schema_free(schema);
    return NULL;
}

void schema_free(struct schema *schema) {
    if (!schema)
        return;
    for (size_t i = 0; i < schema->node_count; i++) {
        struct node *node = schema->nodes[i];
        for (size_t r = 0; r < node->rule_count; r++)
            clear_rule(&node->rules[r]);
        free(node->rules);
        free(node->pointer);
        free(node);
    }
    free(schema->nodes);
    free(schema);
}
