/* SPDX-License-Identifier: MIT */
/* Sealing, by the clerk: events that wait get the next numbers, their links in the chain, and a signed head. */
#ifndef SKILLSD_AUDIT_SEALER_H
#define SKILLSD_AUDIT_SEALER_H

#include <libpq-fe.h>

struct audit_sealer;

/* NULL when SKILLSD_AUDIT_KEY is not set, or with a line in the log when sealing cannot begin. */
struct audit_sealer *audit_sealer_new(void);

/* The seconds to wait for the next seal, or `wait` if that is less. No sealer seals never. */
double audit_sealer_wait(const struct audit_sealer *sealer, double now, double wait);
/* When it is due, every SKILLSD_SEAL_SECONDS, seals what waits, 100,000 events at most, with a line in the log when it
 * cannot. */
void audit_sealer_run(struct audit_sealer *sealer, PGconn *connection, double now);

#endif
