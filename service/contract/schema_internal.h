/* SPDX-License-Identifier: MIT */
/* What the parts of the schema share: places, values, patterns, formats, keywords, and the nodes and rules made of
 * them. */
#ifndef SKILLSD_CONTRACT_SCHEMA_INTERNAL_H
#define SKILLSD_CONTRACT_SCHEMA_INTERNAL_H

#include "contract/schema.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- Places: where we are in a document, kept on the stack and printed only for a fault. --- */

/* One step of a path. The root has no `up` and its name is printed as it is; any other step is a member, or an item if
 * name is NULL. */
struct place {
    const struct place *up;
    const char *name;
    size_t index;
};

/* A client chooses the names in a pointer, so its length is bounded. What is cut off ends in an ellipsis. */
enum { POINTER_BYTES_MAX = 1000 };
struct pointer_text {
    char text[POINTER_BYTES_MAX + sizeof "\u2026"];
    size_t length;
    bool cut;
};

const char *place_print(const struct place *place, struct pointer_text *out);
/* The value at a JSON pointer ("/a/b~1c/0"); NULL if there is none. Borrowed. */
json_t *pointer_find(json_t *document, const char *pointer);

/* --- Values, as JSON Schema compares them: 1 equals 1.0, false is not 0. --- */

/* A number without its sign: digits x 10^exponent, exactly as it is written. */
struct decimal {
    uint64_t digits;
    int exponent;
};

bool value_is_integer(const json_t *value);
bool value_equal(json_t *left, json_t *right);
/* Below 0, 0 or above 0, exact for every pair of integer and real. */
int value_compare_numbers(const json_t *left, const json_t *right);
struct decimal value_decimal(const json_t *number);
bool value_is_multiple(const json_t *number, struct decimal divisor);
/* In code points. */
size_t value_text_length(const json_t *text);
/* Whether no two items are equal, in time n log n whatever the items are. */
bool value_items_unique(json_t *array);

/* --- Patterns: ECMA-262 regular expressions in Unicode mode. --- */

struct pattern;

/* NULL with *why set, to be freed, when PCRE2 cannot say exactly what the source says. */
struct pattern *pattern_new(const char *source, char **why);
void pattern_free(struct pattern *pattern);
/* Whether any part of the text matches. A text that takes more steps than the limits allow does not match. */
bool pattern_matches(const struct pattern *pattern, const char *text, size_t length);

/* --- Formats. --- */

struct format {
    const char *name;
    const char *pattern;
    const char *sentence;
    bool (*holds)(const char *text); /* what the pattern cannot say of a text that matches it; or NULL */
};

const struct format *format_find(const char *name);

/* --- Nodes, rules and keywords. --- */

struct keyword;
struct node;

/* A sub-schema of a rule. The pattern belongs to patternProperties alone. */
struct branch {
    const char *name;
    struct pattern *pattern;
    struct node *node; /* NULL for a `then` or `else` that is not there */
};

/* One keyword of one schema, compiled. */
struct rule {
    const struct keyword *keyword;
    const struct node *owner;
    json_t *value; /* as written */
    char *sentence;
    struct branch *branches;
    size_t branch_count;
    struct pattern *pattern;
    const struct format *format;
    size_t limit; /* of a count */
    size_t most;  /* maxContains, beside minContains in limit */
    unsigned types;
    struct decimal divisor;
};

enum node_mark { NODE_NEW, NODE_OPEN, NODE_DONE };

/* One schema, compiled: its rules in the order of the tables. */
struct node {
    json_t *definition;
    char *pointer;
    struct rule *rules;
    size_t rule_count;
    enum node_mark mark; /* of the search for circles */
};

struct schema {
    struct node **nodes;
    size_t node_count;
    const struct node *root;
};

/* Sets of JSON types, as bits of json_type. */
#define TYPE_BIT(type) (1u << (type))
enum type_set {
    TYPES_ANY = 0xff,
    TYPES_OBJECT = TYPE_BIT(JSON_OBJECT),
    TYPES_ARRAY = TYPE_BIT(JSON_ARRAY),
    TYPES_STRING = TYPE_BIT(JSON_STRING),
    TYPES_NUMBER = TYPE_BIT(JSON_INTEGER) | TYPE_BIT(JSON_REAL)
};

struct compiler;

/* A row of the tables. A keyword has `check`, whose fault is the rule's sentence at the place, or `walk`, which reports
 * by itself, or neither: then it is compiled to find its faults and no rule is kept. Both are called only for instances
 * of `types`. With a NULL problem, nothing is reported and the first fault may end the walk. */
struct keyword {
    const char *name;
    const char *code;
    const char *phrase; /* the sentence is phrase, limit and noun: "must be at most", 200, "character" */
    const char *noun;
    unsigned types;
    bool in_place; /* its sub-schemas look at the same value: a circle of these has no end */
    void (*compile)(struct compiler *compiler, struct rule *rule, const struct place *place);
    bool (*check)(const struct rule *rule, json_t *instance);
    bool (*walk)(const struct rule *rule, json_t *instance, const struct place *place, struct problem *problem);
};

enum assertion {
    ASSERTION_TYPE,
    ASSERTION_ENUM,
    ASSERTION_CONST,
    ASSERTION_MIN_LENGTH,
    ASSERTION_MAX_LENGTH,
    ASSERTION_PATTERN,
    ASSERTION_FORMAT,
    ASSERTION_MINIMUM,
    ASSERTION_MAXIMUM,
    ASSERTION_EXCLUSIVE_MINIMUM,
    ASSERTION_EXCLUSIVE_MAXIMUM,
    ASSERTION_MULTIPLE_OF,
    ASSERTION_MIN_ITEMS,
    ASSERTION_MAX_ITEMS,
    ASSERTION_UNIQUE_ITEMS,
    ASSERTION_MIN_PROPERTIES,
    ASSERTION_MAX_PROPERTIES,
    ASSERTION_REQUIRED,
    ASSERTION_DEPENDENT_REQUIRED,
    ASSERTION_MIN_CONTAINS,
    ASSERTION_MAX_CONTAINS,
    ASSERTION_COUNT
};

enum applicator {
    APPLICATOR_REF,
    APPLICATOR_DEFS,
    APPLICATOR_ALL_OF,
    APPLICATOR_ANY_OF,
    APPLICATOR_ONE_OF,
    APPLICATOR_NOT,
    APPLICATOR_IF,
    APPLICATOR_THEN,
    APPLICATOR_ELSE,
    APPLICATOR_PROPERTIES,
    APPLICATOR_PATTERN_PROPERTIES,
    APPLICATOR_ADDITIONAL_PROPERTIES,
    APPLICATOR_PROPERTY_NAMES,
    APPLICATOR_DEPENDENT_SCHEMAS,
    APPLICATOR_PREFIX_ITEMS,
    APPLICATOR_ITEMS,
    APPLICATOR_CONTAINS,
    APPLICATOR_COUNT
};

enum annotation {
    ANNOTATION_TITLE,
    ANNOTATION_DESCRIPTION,
    ANNOTATION_DEFAULT,
    ANNOTATION_EXAMPLES,
    ANNOTATION_EXAMPLE,
    ANNOTATION_DEPRECATED,
    ANNOTATION_READ_ONLY,
    ANNOTATION_WRITE_ONLY,
    ANNOTATION_COMMENT,
    ANNOTATION_SCHEMA,
    ANNOTATION_COUNT
};

extern const struct keyword schema_assertions[ASSERTION_COUNT];
extern const struct keyword schema_applicators[APPLICATOR_COUNT];
extern const struct keyword schema_annotations[ANNOTATION_COUNT];

/* --- For the tables: compiling. --- */

/* Reports a fault of the schema at a place of the document. Returns false. */
bool compiler_fault(struct compiler *compiler, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The node of a schema that stands at the place; the same one for the same schema, however often it is asked for. */
struct node *compiler_node(struct compiler *compiler, json_t *definition, const struct place *place);
/* The node that a JSON pointer leads to; NULL if there is nothing. */
struct node *compiler_node_at(struct compiler *compiler, const char *pointer);

/* --- For the tables: validating. --- */

bool node_validate(const struct node *node, json_t *instance, const struct place *place, struct problem *problem);
/* Adds a fault unless the problem is NULL. Returns false. */
bool place_fault(const struct place *place, struct problem *problem, const char *code, const char *sentence);

#endif
