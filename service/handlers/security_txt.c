/* SPDX-License-Identifier: MIT */
/* Whom to tell of a weakness (RFC 9116). It has no Canonical: the service does not know the name it is reached by, and
 * a client's Host must not become a statement of ours. */
#include "base/settings.h"
#include "handlers/handlers.h"
#include "http/problem.h"
#include "http/server.h"

#include <event2/buffer.h>
#include <time.h>

/* Whoever keeps the text must ask again in time; the standard recommends less than a year. */
enum { EXPIRES_DAYS = 90, SECONDS_OF_DAY = 86400 };

static void reply_without_contact(struct http_request *request) {
    struct problem problem = {0};
    problem_set(&problem, 404, "no_security_contact", "Those who run this service have not named a security contact.");
    http_reply_problem(request, &problem);
    problem_clear(&problem);
}

/* Midnight, so that all machines say the same. */
static void print_expires(struct evbuffer *body) {
    time_t now = time(NULL);
    time_t end = now - now % SECONDS_OF_DAY + (time_t)EXPIRES_DAYS * SECONDS_OF_DAY;
    struct tm utc;
    char text[32];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&end, &utc));
    evbuffer_add_printf(body, "Expires: %s\n", text);
}

void handler_security_txt(struct service *service, const struct operation *operation, struct http_request *request) {
    (void)service;
    (void)operation;
    const char *contact = setting_text(SETTING_SECURITY_CONTACT);
    if (!*contact) {
        reply_without_contact(request);
        return;
    }
    struct evbuffer *body = evbuffer_new();
    evbuffer_add_printf(body, "Contact: %s\n", contact);
    print_expires(body);
    evbuffer_add_printf(body, "Preferred-Languages: en\n");
    http_reply_header(request, "Cache-Control", "public, max-age=86400");
    http_reply(request, 200, "text/plain; charset=utf-8", body);
    evbuffer_free(body);
}
