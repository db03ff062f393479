/* SPDX-License-Identifier: MIT */
/* Accept to representation. */
#ifndef SKILLSD_REPRESENT_NEGOTIATE_H
#define SKILLSD_REPRESENT_NEGOTIATE_H

#include "contract/contract.h"

struct problem;

/* Chooses among what the operation offers by the quality values of Accept (RFC 9110 section 12.5.1); without Accept, or
 * on equal terms, the first that is offered. False with the problem set to 406, which lists the offer. */
bool negotiate(const struct operation *operation, const char *accept, enum media *media, struct problem *problem);

#endif
