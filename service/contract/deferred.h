/* SPDX-License-Identifier: MIT */
/* A report that is asked for in a body, to be answered later: {"report": operationId, "parameters": {...}, "format":
 * "csv"}, held against the contract of that operation as a request for it would be. */
#ifndef SKILLSD_CONTRACT_DEFERRED_H
#define SKILLSD_CONTRACT_DEFERRED_H

#include "contract/contract.h"
#include "contract/inputs.h"

struct problem;

/* The operation of this name, if it is a report: it is audited as one or has the tag `reports`, gives rows that are
 * also offered as CSV, and is not about whoever asks alone. NULL for any other. */
const struct operation *deferred_find(const struct contract *contract, const char *id);
/* The media type of a format, "csv"; MEDIA_COUNT for none. */
enum media deferred_media(const char *format);

/* The values of a JSON object of parameters, as inputs_read has those of a request; every fault is added under
 * /parameters/. False if there is any. A report that comes in pages is given whole: `limit` and `after` are no
 * parameters of it here, and null. */
bool deferred_inputs(const struct operation *operation, const json_t *parameters, struct inputs *inputs,
                     struct problem *problem);

/* What a valid body asks for; NULL with the problem set to 422 and every fault of it. */
const struct operation *deferred_read(const struct contract *contract, const char *body, size_t length,
                                      struct problem *problem);

#endif
