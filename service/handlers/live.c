/* SPDX-License-Identifier: MIT */
/* Whether the process serves at all; the database does not matter. */
#include "handlers/handlers.h"
#include "http/server.h"

#include <event2/buffer.h>

void handler_live(struct service *service, const struct operation *operation, struct http_request *request) {
    (void)service;
    (void)operation;
    struct evbuffer *body = evbuffer_new();
    evbuffer_add_printf(body, "{\"status\":\"live\"}");
    http_reply_header(request, "Cache-Control", "no-store");
    http_reply(request, 200, "application/json", body);
    evbuffer_free(body);
}
