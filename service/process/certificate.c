/* SPDX-License-Identifier: MIT */
/* The supervisor reads the certificate for the workers that it is still to start, and every worker for itself. */
#include "process/certificate.h"

#include "base/log.h"
#include "http/tls.h"
#include "process/serving.h"

#include <stdlib.h>

void certificate_refresh(const struct serving *serving) {
    char *why = NULL;
    if (!serving->tls)
        return;
    if (http_tls_reload(serving->tls, &why))
        log_event(LOG_INFO, "certificate_read", "ends", http_tls_ends(serving->tls), NULL);
    else
        log_event(LOG_ERROR, "certificate_kept", "message", why, NULL);
    free(why);
}
