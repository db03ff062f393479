/* SPDX-License-Identifier: MIT */
/* Sealing, by the clerk: events that wait get the next numbers, their links in the chain, and a signed head. */
#ifndef SKILLSD_AUDIT_SEALER_H
#define SKILLSD_AUDIT_SEALER_H

#include <libpq-fe.h>

struct audit_sealer;

/* NULL when SKILLSD_AUDIT_KEY is not set, or with a line in the log when sealing cannot begin. */
struct audit_sealer *audit_sealer_new(void);

/* Seals what waits, 100,000 events at most, with a line in the log when it cannot. */
void audit_sealer_run(struct audit_sealer *sealer, PGconn *connection);

#endif
