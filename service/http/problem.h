/* SPDX-License-Identifier: MIT */
/* What went wrong with a request: the one form in which every stage of the walk reports a failure (RFC 9457). */
#ifndef SKILLSD_HTTP_PROBLEM_H
#define SKILLSD_HTTP_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

struct evbuffer;

/* One fault of a request. `pointer` is a JSON pointer into the body ("/minutes"), or "?limit" for a query parameter,
 * ":person_id" for one in the path, "header:If-Match" for a header field. */
struct fault {
    char *pointer;
    char *code;
    char *detail;
};

/* status 0 means: nothing went wrong. Zero-initialise it; problem_clear frees what it owns. */
struct problem {
    int status;
    char code[64];        /* machine-readable, snake_case: "not_found", "version_changed" */
    char *detail;         /* one sentence for the reader; never SQL, a constraint's name or a stack */
    char *allow;          /* 405: the value of Allow, else NULL */
    char *challenge;      /* 401 and 403: the value of WWW-Authenticate, else NULL */
    int retry_after;      /* seconds, 503 and 429; 0 for none */
    struct fault *faults; /* only the first PROBLEM_FAULTS_LISTED are kept */
    size_t fault_count;   /* all of them */
};

/* The number of faults of one request that are kept and listed; what is beyond is counted in the detail. */
enum { PROBLEM_FAULTS_LISTED = 100 };

/* Sets status, code and the printed detail, once: a later call on a set problem changes nothing. Returns false, so that
 * a stage can `return problem_set(...)`. */
bool problem_set(struct problem *problem, int status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds a fault (copied). Text that is not UTF-8 must not be passed. */
void problem_add_fault(struct problem *problem, const char *pointer, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

void problem_clear(struct problem *problem);

/* The standard reason phrase of a status, "Not Found"; "Unknown" for one this service does not send. */
const char *problem_reason(int status);

/* Appends the application/problem+json document: type, title, status, detail, request_id and errors[]. */
void problem_write(const struct problem *problem, const char *request_id, struct evbuffer *out);

#endif
