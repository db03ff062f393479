/* SPDX-License-Identifier: MIT */
/* A body as JSON, strictly: RFC 8259 in UTF-8, no duplicate keys, no NUL, bounded depth, numbers that a double and
 * int64 hold. */
#ifndef SKILLSD_CONTRACT_BODY_H
#define SKILLSD_CONTRACT_BODY_H

#include <jansson.h>
#include <stddef.h>

struct problem;

enum { BODY_DEPTH_MAX = 32 };

/* The parsed body, to be released with json_decref; or NULL with the problem set to 400 and one of the codes
 * malformed_json, duplicate_key, nul_character, invalid_utf8, too_deep, number_out_of_range, and a detail with line and
 * column. */
json_t *body_parse(const char *bytes, size_t length, struct problem *problem);

#endif
