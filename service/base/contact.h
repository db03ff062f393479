/* SPDX-License-Identifier: MIT */
/* How people reach those who run the service. */
#ifndef SKILLSD_BASE_CONTACT_H
#define SKILLSD_BASE_CONTACT_H

#include <stdbool.h>

/* Whether a text is a URI that security.txt can name as its contact: mailto:, https: or tel: (RFC 9116, 2.5.3). */
bool contact_is_uri(const char *text);

#endif
