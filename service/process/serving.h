/* SPDX-License-Identifier: MIT */
/* What the supervisor has made before it forks, and every process of the service uses. */
#ifndef SKILLSD_PROCESS_SERVING_H
#define SKILLSD_PROCESS_SERVING_H

#include "contract/check.h"

struct counters;
struct http_tls;
struct limits;
struct token_verifier;

struct serving {
    struct checked checked;
    struct token_verifier *verifier; /* each process has its own copy after the fork, and refreshes it by itself */
    struct counters *counters;
    struct http_tls *tls; /* NULL: plain HTTP; each process has its own copy too, and reads it again by itself */
    struct limits *limits;
    int socket; /* listening */
    int workers;
};

/* The body of a process, which returns its exit code. The slot is its own among the counters. */
typedef int process_run(const struct serving *serving, int slot);

/* Serves requests until SIGTERM, and then until the last connection is closed. */
process_run worker_run;
/* Runs the jobs of sql/jobs/ when it is the one clerk of all machines, and waits for that otherwise. */
process_run clerk_run;

#endif
