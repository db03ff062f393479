/* SPDX-License-Identifier: MIT */
/* YAML 1.2 in its core schema, strictly, to JSON with line numbers, and back. */
#ifndef SKILLSD_CONTRACT_YAML_H
#define SKILLSD_CONTRACT_YAML_H

#include <jansson.h>
#include <stddef.h>

struct faults;

/* A double holds fifteen digits of any decimal number, so that 0.1 stays 0.1. */
enum { YAML_REAL_DIGITS = 15 };

/* Reads one document. Aliases, anchors, tags, duplicate keys, keys that are not scalars and plain yes/no/on/off (which
 * YAML 1.1 reads as booleans) are faults. *lines becomes an object of JSON pointer -> line of the value. NULL if any
 * fault was added. */
json_t *yaml_read(const char *file, const char *bytes, size_t length, json_t **lines, struct faults *faults);

/* The document for people to read, in its order; yaml_read gives the same again. To be freed. */
char *yaml_write(const json_t *document);

/* Appends "/" and the key, escaped as RFC 6901 says, to a JSON pointer; the caller frees the new string. */
char *pointer_join(const char *pointer, const char *key);

#endif
