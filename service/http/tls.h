/* SPDX-License-Identifier: MIT */
/* TLS 1.2 and 1.3 for the connections of a server: one certificate with its key, which can be read again at any time.
 */
#ifndef SKILLSD_HTTP_TLS_H
#define SKILLSD_HTTP_TLS_H

#include <stdbool.h>

struct http_tls;

/* Reads the certificate with its chain, and its key, both PEM; NULL with *why set to a sentence (to be freed). The
 * paths are borrowed. */
struct http_tls *http_tls_new(const char *certificate, const char *key, char **why);
/* Reads both files again for the connections that are still to come; those in progress keep what they have. When
 * anything is wrong with the files everything stays as it is, and *why says what (to be freed). */
bool http_tls_reload(struct http_tls *tls, char **why);
/* The last day of the certificate's validity, "2027-01-31", "" if it cannot be said; good until the next reload. */
const char *http_tls_ends(const struct http_tls *tls);
bool http_tls_has_ended(const struct http_tls *tls);
void http_tls_free(struct http_tls *tls);

#endif
