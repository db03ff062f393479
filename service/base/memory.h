/* SPDX-License-Identifier: MIT */
/* Allocation that aborts: no caller has an out-of-memory branch; the supervisor starts another worker. */
#ifndef SKILLSD_BASE_MEMORY_H
#define SKILLSD_BASE_MEMORY_H

#include <stddef.h>

void *xcalloc(size_t count, size_t size);
void *xreallocarray(void *old, size_t count, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t length);
/* A new string, printed; the caller frees it. */
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
