/* SPDX-License-Identifier: MIT */
/* The few operations that are not a statement, by the name that x-handler gives in the contract. */
#ifndef SKILLSD_HANDLERS_HANDLERS_H
#define SKILLSD_HANDLERS_HANDLERS_H

#include "request.h"

/* NULL if there is no such handler. */
handler *handler_find(const char *name);

handler handler_live, handler_ready, handler_metrics, handler_openapi, handler_security_txt, handler_import_template;

#endif
