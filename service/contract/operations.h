/* SPDX-License-Identifier: MIT */
/* Turns the paths of the document into operations; internal to service/contract/. */
#ifndef SKILLSD_CONTRACT_OPERATIONS_H
#define SKILLSD_CONTRACT_OPERATIONS_H

#include "contract/contract.h"

#include <stdbool.h>

/* Fills contract.operations from its document; every fault is added with its line. */
void operations_read(struct contract *contract, struct faults *faults);
void operation_clear(struct operation *operation);

/* A fault at a JSON pointer of the document. */
void contract_fault(const struct contract *contract, struct faults *faults, const char *pointer, const char *message,
                    const char *detail);

#endif
