/* SPDX-License-Identifier: MIT */
/* How a lane connects: what the URL says, and the settings of a session of ours. */
#include "base/log.h"
#include "base/memory.h"
#include "db/internal.h"

#include <stdlib.h>
#include <string.h>

struct conninfo {
    char **keywords;
    char **values;
    size_t count;
};

static void set_value(struct conninfo *conninfo, const char *keyword, char *take_value) {
    size_t i = 0;
    while (i < conninfo->count && strcmp(conninfo->keywords[i], keyword) != 0)
        i++;
    if (i == conninfo->count) {
        conninfo->keywords = xreallocarray(conninfo->keywords, conninfo->count + 2, sizeof *conninfo->keywords);
        conninfo->values = xreallocarray(conninfo->values, conninfo->count + 2, sizeof *conninfo->values);
        conninfo->keywords[i] = xstrdup(keyword);
        conninfo->values[i] = NULL;
        conninfo->keywords[i + 1] = conninfo->values[i + 1] = NULL;
        conninfo->count++;
    }
    free(conninfo->values[i]);
    conninfo->values[i] = take_value;
}

static const char *value_of(const struct conninfo *conninfo, const char *keyword) {
    for (size_t i = 0; i < conninfo->count; i++)
        if (strcmp(conninfo->keywords[i], keyword) == 0)
            return conninfo->values[i];
    return NULL;
}

/* Ours come after those of the URL, so that they hold. A client that has gone is noticed by the server within two
 * seconds, also while it computes: so closing the connection is how a statement is cancelled. A request has one core:
 * the planner starts helpers for scans that then never run, too, forty times in a forecast. */
static char *session_options(const struct conninfo *conninfo, const struct lane_rule *rule) {
    const char *given = value_of(conninfo, "options");
    return xasprintf(
        "%s -c search_path=skills -c TimeZone=UTC -c jit=off -c DateStyle=ISO -c extra_float_digits=1"
        " -c max_parallel_workers_per_gather=0 -c statement_timeout=%s -c idle_in_transaction_session_timeout=10s"
        " -c client_connection_check_interval=2s",
        given ? given : "", rule->statement_timeout);
}

/* In the non-blocking way of connecting libpq has no connect_timeout: the kernel's is what lets it go on to the next of
 * several hosts. */
static void add_session(struct conninfo *conninfo, const struct lane_rule *rule) {
    set_value(conninfo, "options", session_options(conninfo, rule));
    set_value(conninfo, "application_name", xasprintf("skillsd/%s", rule->name));
    set_value(conninfo, "client_encoding", xstrdup("UTF8"));
    if (!value_of(conninfo, "tcp_user_timeout"))
        set_value(conninfo, "tcp_user_timeout", xstrdup("4000"));
}

struct conninfo *conninfo_new(const char *url, const struct lane_rule *rule) {
    PQconninfoOption *parsed = PQconninfoParse(url, NULL);
    if (!parsed) {
        log_event(LOG_ERROR, "database_url_malformed", NULL); /* libpq's message would repeat the URL */
        return NULL;
    }
    struct conninfo *conninfo = xcalloc(1, sizeof *conninfo);
    for (const PQconninfoOption *option = parsed; option->keyword; option++)
        if (option->val)
            set_value(conninfo, option->keyword, xstrdup(option->val));
    PQconninfoFree(parsed);
    add_session(conninfo, rule);
    return conninfo;
}

void conninfo_free(struct conninfo *conninfo) {
    if (!conninfo)
        return;
    for (size_t i = 0; i < conninfo->count; i++) {
        free(conninfo->keywords[i]);
        free(conninfo->values[i]);
    }
    free(conninfo->keywords);
    free(conninfo->values);
    free(conninfo);
}

PGconn *conninfo_connect(const struct conninfo *conninfo) {
    return PQconnectStartParams((const char *const *)conninfo->keywords, (const char *const *)conninfo->values, 0);
}
