/* SPDX-License-Identifier: MIT */
/* Binds what a request gave to the parameters of its statement. */
#include "base/memory.h"
#include "db/statement.h"
#include "http/server.h"
#include "walk.h"

#include <stdlib.h>
#include <string.h>

/* The strong tag between its quotes; NULL for anything else. */
static char *bare_tag(const char *given) {
    size_t length = strlen(given);
    if (length < 2 || given[0] != '"' || strchr(given + 1, '"') != given + length - 1)
        return NULL;
    return xstrndup(given + 1, length - 2);
}

/* The ETag given, without its quotes. A weak tag is bound with its W/ and so matches no version, as RFC 9110 has it for
 * If-Match; one request names one version. */
static bool read_if_match(struct walk *walk, const char *given) {
    if (!given)
        return true;
    char *weak = strncmp(given, "W/", 2) == 0 ? bare_tag(given + 2) : NULL;
    bool whole = weak || strcmp(given, "*") == 0;
    free(weak);
    walk->if_match = whole ? xstrdup(given) : bare_tag(given);
    if (walk->if_match)
        return true;
    problem_add_fault(&walk->problem, "header:If-Match", "malformed",
                      "This must be one strong entity tag, such as \"3\", or *.");
    return problem_set(&walk->problem, 400, "invalid_parameter", "The request does not fit the contract; see errors.");
}

/* What the engine makes out of parameters before it binds them: the sort key, the limit plus one, the bare tag. */
static bool prepare_values(struct walk *walk) {
    const struct operation *operation = walk->route.operation;
    const char *after = inputs_value(&walk->inputs, operation, "after");
    if (walk->inputs.limit > 0)
        walk->limit = xasprintf("%ld", walk->inputs.limit + 1);
    if (after && !(walk->after = cursor_decode(after))) {
        problem_add_fault(&walk->problem, "?after", "malformed", "This is not a value from a Link header.");
        return problem_set(&walk->problem, 400, "invalid_parameter",
                           "The request does not fit the contract; see errors.");
    }
    if (!read_if_match(walk, inputs_value(&walk->inputs, operation, "If-Match")))
        return false;
    const char *key = inputs_value(&walk->inputs, operation, "Idempotency-Key");
    struct claimed claimed = {
        .operation = operation->id,
        .path = http_request_path(walk->request),
        .query = http_request_query(walk->request),
        .accept = media_types[walk->media],
        .organisation = inputs_value(&walk->inputs, operation, "Acting-Organisation"),
        .body = walk->inputs.body,
        .body_length = walk->inputs.body_length,
    };
    return !key || claim_make(&walk->claim, key, &claimed, &walk->problem);
}

static void bind_value(struct walk *walk, const struct binding *binding, const char **value, int *length) {
    if (strcmp(binding->name, "body") == 0 || strcmp(binding->name, "content") == 0) {
        *value = walk->inputs.body;
        *length = (int)walk->inputs.body_length;
        return;
    }
    if (strcmp(binding->name, "limit") == 0)
        *value = walk->limit;
    else if (strcmp(binding->name, "after") == 0)
        *value = walk->after;
    else if (strcmp(binding->name, "asked") == 0)
        *value = walk->asked;
    else if (strcmp(binding->name, "content_type") == 0)
        *value = walk->inputs.body_media;
    else if (strcmp(binding->name, "if_match") == 0)
        *value = walk->if_match;
    else
        *value = inputs_value(&walk->inputs, walk->route.operation, binding->name);
    *length = *value ? (int)strlen(*value) : 0;
}

bool walk_bind(struct walk *walk) {
    struct statement *statement = walk->service->statements[walk->route.operation->index];
    if (!prepare_values(walk))
        return false;
    walk->values = xcalloc(statement->binding_count, sizeof *walk->values);
    walk->lengths = xcalloc(statement->binding_count, sizeof *walk->lengths);
    for (size_t i = 0; i < statement->binding_count; i++)
        bind_value(walk, &statement->bindings[i], &walk->values[i], &walk->lengths[i]);
    return true;
}
