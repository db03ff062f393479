/* SPDX-License-Identifier: MIT */
/* Whether this worker could answer a request now: the database fits the contract and can be reached. */
#include "db/database.h"
#include "handlers/handlers.h"
#include "http/problem.h"
#include "http/server.h"
#include "process/state.h"

#include <event2/buffer.h>

/* After so many seconds a balancer may ask again. */
enum { READY_RETRY_SECONDS = 2 };

/* A database that cannot be reached is the reason, not that it was never checked. */
static const char *unready(const struct service *service) {
    const char *reason = database_unready(service->database);
    return reason ? reason : state_unready();
}

void handler_ready(struct service *service, const struct operation *operation, struct http_request *request) {
    (void)operation;
    http_reply_header(request, "Cache-Control", "no-store");
    const char *reason = unready(service);
    if (reason) {
        struct problem problem = {.retry_after = READY_RETRY_SECONDS};
        problem_set(&problem, 503, "not_ready", "%s", reason);
        http_reply_problem(request, &problem);
        problem_clear(&problem);
        return;
    }
    struct evbuffer *body = evbuffer_new();
    evbuffer_add_printf(body, "{\"status\":\"ready\"}");
    http_reply(request, 200, "application/json", body);
    evbuffer_free(body);
}
