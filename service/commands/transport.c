/* SPDX-License-Identifier: MIT */
/* Opens the way in. Tokens and records must not cross a network in the clear because a setting was forgotten. */
#include "commands/transport.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/settings.h"
#include "commands/commands.h"
#include "http/server.h"
#include "http/tls.h"
#include "process/serving.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

static int open_tls(struct serving *serving) {
    const char *certificate = setting_text(SETTING_TLS_CERTIFICATE), *key = setting_text(SETTING_TLS_KEY);
    char *why = NULL;
    if (!*certificate && !*key)
        return 0;
    if (!*certificate || !*key)
        return command_fail(EX_CONFIG, xstrdup("SKILLSD_TLS_CERTIFICATE and SKILLSD_TLS_KEY belong together: set both "
                                               "for TLS, or neither."));
    serving->tls = http_tls_new(certificate, key, &why);
    if (!serving->tls)
        return command_fail(EX_CONFIG, why);
    bool ended = http_tls_has_ended(serving->tls);
    log_event(ended ? LOG_WARNING : LOG_INFO, ended ? "certificate_has_ended" : "certificate_read", "ends",
              http_tls_ends(serving->tls), NULL);
    return 0;
}

static int listen_on(struct serving *serving) {
    const char *address = setting_text(SETTING_LISTEN);
    char *why = NULL;
    serving->socket = http_listen(address, &why);
    if (serving->socket < 0)
        return command_fail(EX_UNAVAILABLE, why);
    if (serving->tls || http_listen_is_local(serving->socket) || setting_number(SETTING_PLAIN_HTTP) == 1)
        return 0;
    close(serving->socket);
    return command_fail(EX_CONFIG,
                        xasprintf("SKILLSD_LISTEN is %s, which other machines can reach, and there is no TLS: set "
                                  "SKILLSD_TLS_CERTIFICATE and SKILLSD_TLS_KEY, or SKILLSD_PLAIN_HTTP=1 where a "
                                  "balancer in front ends TLS.",
                                  address));
}

int transport_open(struct serving *serving) {
    int code = open_tls(serving);
    if (code == 0)
        code = listen_on(serving);
    if (code)
        return code;
    char *name = http_listen_name(serving->socket);
    log_event(LOG_INFO, "listening", "address", name, "scheme", serving->tls ? "https" : "http", "workers",
              log_number(serving->workers), NULL);
    free(name);
    return 0;
}

void transport_close(struct serving *serving) {
    http_tls_free(serving->tls);
    serving->tls = NULL;
}
