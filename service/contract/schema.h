/* SPDX-License-Identifier: MIT */
/* JSON Schema 2020-12, the strict subset that api-spec/README.md lists: a keyword outside it is a fault of the schema.
 */
#ifndef SKILLSD_CONTRACT_SCHEMA_H
#define SKILLSD_CONTRACT_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

struct problem;
struct schema;

/* Called for every fault of a schema: `pointer` is the JSON pointer of the place in the document. */
typedef void schema_report(void *owner, const char *pointer, const char *message);

/* Compiles the schema at `pointer` of `document`; "$ref" may point anywhere in the same document ("#/components/..."),
 * recursion included. Reports every fault and returns NULL if there is any. The document is borrowed and must outlive
 * the schema. */
struct schema *schema_compile(json_t *document, const char *pointer, schema_report *report, void *owner);
void schema_free(struct schema *schema);

/* Validates an instance. Every fault is added to the problem at once, its pointer being `prefix` followed by the JSON
 * pointer of the place in the instance; the problem's status is left alone. With a NULL problem nothing is reported.
 * `format` is asserted (date, date-time, uuid, email, uri). */
bool schema_validate(const struct schema *schema, const json_t *instance, const char *prefix, struct problem *problem);

#endif
