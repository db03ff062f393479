/* SPDX-License-Identifier: MIT */
/* The contract as one document, whatever files of api-spec/ it is written in. */
#ifndef SKILLSD_CONTRACT_BUNDLE_H
#define SKILLSD_CONTRACT_BUNDLE_H

#include <jansson.h>
#include <stdbool.h>

struct faults;

struct bundle {
    json_t *document; /* as it would be if all stood in openapi.yaml, in its order; every "$ref" is local ("#/...") */
    json_t *lines;    /* JSON pointer -> line of the value in its file */
    json_t *files;    /* JSON pointer of each part -> the file that it and what is below it stand in; "" is there */
};

/* Reads HOME/api-spec/openapi.yaml and the files that it names: where it has {$ref: 'FILE#/NAME'} or {$ref: FILE}, that
 * part takes its place. A part refers to others by ../openapi.yaml#/... only. False if any fault was added. */
bool bundle_load(const char *home, struct bundle *bundle, struct faults *faults);
void bundle_clear(struct bundle *bundle);

/* A fault at a JSON pointer of the document, with the file and line that it stands in. */
void bundle_fault(const struct bundle *bundle, struct faults *faults, const char *pointer, const char *message,
                  const char *detail);

#endif
