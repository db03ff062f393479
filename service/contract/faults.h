/* SPDX-License-Identifier: MIT */
/* The report of the check: every fault with file and line. */
#ifndef SKILLSD_CONTRACT_FAULTS_H
#define SKILLSD_CONTRACT_FAULTS_H

#include <stddef.h>
#include <stdio.h>

struct faults {
    struct fault_line *lines;
    size_t count;
};

/* line 0 means the whole file. The text is copied. */
void faults_add(struct faults *faults, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* "file:line: sentence", sorted by file and line. */
void faults_print(const struct faults *faults, FILE *out);
void faults_clear(struct faults *faults);

#endif
