/* SPDX-License-Identifier: MIT */
/* SHA-256 as people and headers write it. */
#ifndef SKILLSD_BASE_DIGEST_H
#define SKILLSD_BASE_DIGEST_H

#include <stddef.h>

enum { DIGEST_HEX_SIZE = 65 };

/* SHA-256 in lower-case hex, with the final NUL. */
void digest_hex(const void *bytes, size_t length, char hex[DIGEST_HEX_SIZE]);

#endif
