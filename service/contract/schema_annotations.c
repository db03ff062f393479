/* SPDX-License-Identifier: MIT */
/* The keywords that say something to people and ask nothing of a value: checked for their form, then left out. */
#include "contract/schema_internal.h"

#include <string.h>

static const char DIALECT[] = "https://json-schema.org/draft/2020-12/schema";

static void compile_any(struct compiler *compiler, struct rule *rule, const struct place *place) {
    (void)compiler, (void)rule, (void)place;
}

static void compile_text(struct compiler *compiler, struct rule *rule, const struct place *place) {
    if (!json_is_string(rule->value))
        compiler_fault(compiler, place, "must be a string");
}

static void compile_flag(struct compiler *compiler, struct rule *rule, const struct place *place) {
    if (!json_is_boolean(rule->value))
        compiler_fault(compiler, place, "must be true or false");
}

static void compile_list(struct compiler *compiler, struct rule *rule, const struct place *place) {
    if (!json_is_array(rule->value))
        compiler_fault(compiler, place, "must be an array");
}

static void compile_dialect(struct compiler *compiler, struct rule *rule, const struct place *place) {
    const char *dialect = json_string_value(rule->value);
    if (!dialect || strcmp(dialect, DIALECT) != 0)
        compiler_fault(compiler, place, "a dialect other than %s is not supported", DIALECT);
}

const struct keyword schema_annotations[ANNOTATION_COUNT] = {
    [ANNOTATION_TITLE] = {.name = "title", .compile = compile_text},
    [ANNOTATION_DESCRIPTION] = {.name = "description", .compile = compile_text},
    [ANNOTATION_DEFAULT] = {.name = "default", .compile = compile_any},
    [ANNOTATION_EXAMPLES] = {.name = "examples", .compile = compile_list},
    [ANNOTATION_EXAMPLE] = {.name = "example", .compile = compile_any},
    [ANNOTATION_DEPRECATED] = {.name = "deprecated", .compile = compile_flag},
    [ANNOTATION_READ_ONLY] = {.name = "readOnly", .compile = compile_flag},
    [ANNOTATION_WRITE_ONLY] = {.name = "writeOnly", .compile = compile_flag},
    [ANNOTATION_COMMENT] = {.name = "$comment", .compile = compile_text},
    [ANNOTATION_SCHEMA] = {.name = "$schema", .compile = compile_dialect},
};
