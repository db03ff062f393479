/* SPDX-License-Identifier: MIT */
/* The counters of all workers together, as OpenMetrics text. */
#include "handlers/handlers.h"
#include "http/server.h"
#include "process/counters.h"

#include <event2/buffer.h>

void handler_metrics(struct service *service, const struct operation *operation, struct http_request *request) {
    (void)operation;
    struct evbuffer *body = evbuffer_new();
    counters_write(service->counters, body);
    http_reply_header(request, "Cache-Control", "no-store");
    http_reply(request, 200, "application/openmetrics-text; version=1.0.0; charset=utf-8", body);
    evbuffer_free(body);
}
