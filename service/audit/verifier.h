/* SPDX-License-Identifier: MIT */
/* Recomputes a sealed trail from what is fed to it, place by place, and says what is wrong and where. */
#ifndef SKILLSD_AUDIT_VERIFIER_H
#define SKILLSD_AUDIT_VERIFIER_H

#include "audit/head.h"

#include <stdio.h>

struct audit_verifier;

/* One place of the trail, as sql/queries/export_audit_events.sql gives it; NULL for what is not there. */
struct audit_place {
    long long sequence;
    const char *digest, *chain; /* hex, of the link */
    const char *event;          /* the canonical text */
};

/* What is verified. */
struct audit_extent {
    long long first;         /* the sequence with which it begins */
    struct audit_hash chain; /* the one before */
    bool whole; /* all of the trail, with all texts: what is missing at its end, or has no text, is a fault */
};

/* Reports go to `report`, a line each. The keys are borrowed. */
struct audit_verifier *audit_verifier_new(const struct audit_keys *keys, const struct audit_extent *extent,
                                          FILE *report);
void audit_verifier_free(struct audit_verifier *verifier);

/* Heads first, in any order; `source` says where it was found ("in the database"). Gives false, with the fault
 * reported, for one that is not good. */
bool audit_verifier_add_head(struct audit_verifier *verifier, const char *jws, const char *source);
/* Says what is wrong about a head in words of the caller's. */
void audit_verifier_fault(struct audit_verifier *verifier, const char *what);
/* Then the places, in the order of their sequences. */
void audit_verifier_feed(struct audit_verifier *verifier, const struct audit_place *place);
/* Then the end; gives the number of faults. */
long audit_verifier_end(struct audit_verifier *verifier);

/* How many events and good heads it has seen. */
long long audit_verifier_events(const struct audit_verifier *verifier);
long audit_verifier_heads(const struct audit_verifier *verifier);

#endif
