/* SPDX-License-Identifier: MIT */
/* A request for an answer that comes later: it asks for another operation in its body, and who asks is kept with it, so
 * that it can be asked again then. The token itself is not kept. */
#include "contract/deferred.h"

#include "walk.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *text_or_null(const char *text) {
    return text ? json_string(text) : json_null();
}

/* What :asked is bound to. */
static char *asked(const struct operation *operation, const struct principal *principal) {
    json_t *object = json_object();
    json_object_set_new(object, "operation", json_string(operation->id));
    json_object_set_new(object, "required", text_or_null(operation->scopes));
    json_object_set_new(object, "issuer", text_or_null(principal->issuer));
    json_object_set_new(object, "subject", text_or_null(principal->subject));
    json_object_set_new(object, "scopes", text_or_null(principal->scopes));
    json_object_set_new(object, "roles", text_or_null(principal->roles));
    json_object_set_new(object, "person_claim", text_or_null(principal->person_claim));
    json_object_set_new(object, "client", text_or_null(principal->client));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return text;
}

bool walk_defer(struct walk *walk) {
    const struct inputs *inputs = &walk->inputs;
    const struct operation *operation =
        deferred_read(walk->service->contract, inputs->body, inputs->body_length, &walk->problem);
    if (!operation || !walk_may_ask(walk, operation->scopes))
        return false;
    const struct principal principal = walk_principal(walk);
    walk->asked = asked(operation, &principal);
    return true;
}
