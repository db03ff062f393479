/* SPDX-License-Identifier: MIT */
/* The issuers that the database knows, each with what it may say and the keys that prove it. */
#ifndef SKILLSD_ACCESS_ISSUERS_H
#define SKILLSD_ACCESS_ISSUERS_H

#include "access/keyset.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct issuer {
    char *url; /* exactly the claim iss */
    char *audience;
    char *role_claim;
    char *person_claim;  /* or NULL */
    struct keyset *keys; /* NULL until they were fetched once */
    bool wanted;         /* a token named a key that is not known */
    time_t told;         /* when that was last told */
};

struct issuers {
    struct issuer *list;
    size_t count;
};

/* Reads a JSON array of objects with url, audience, role_claim, person_claim and jwks; false when it is not that. */
bool issuers_read(struct issuers *issuers, const char *json);
void issuers_clear(struct issuers *issuers);

/* The issuer of exactly this URL; NULL when there is none. */
struct issuer *issuers_find(const struct issuers *issuers, const char *url);

#endif
