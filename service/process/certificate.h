/* SPDX-License-Identifier: MIT */
/* The certificate of a running process. */
#ifndef SKILLSD_PROCESS_CERTIFICATE_H
#define SKILLSD_PROCESS_CERTIFICATE_H

struct serving;

/* Reads certificate and key again for the connections to come, and logs what became of it: with a fault in the new
 * files the old ones stay. Does nothing without TLS. */
void certificate_refresh(const struct serving *serving);

#endif
