/* SPDX-License-Identifier: MIT */
/* The comments on constraints, taken apart once, found again when one is violated. */
#include "db/constraints.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void message_clear(struct constraint_message *message) {
    free(message->relation);
    free(message->name);
    free(message->pointer);
    free(message->code);
    free(message->sentence);
}

bool constraint_message_parse(const char *comment, struct constraint_message *message) {
    const char *space = strchr(comment, ' ');
    const char *colon = space ? strstr(space, ": ") : NULL;
    size_t code = space ? strspn(space + 1, "abcdefghijklmnopqrstuvwxyz0123456789_") : 0;
    if (!colon || code == 0 || code > 63 || space + 1 + code != colon || colon[2] == '\0')
        return false;
    message->pointer = xstrndup(comment, (size_t)(space - comment));
    message->code = xstrndup(space + 1, code);
    message->sentence = xstrdup(colon + 2);
    return true;
}

void constraints_fill(struct constraints *constraints, const PGresult *rows) {
    constraints_clear(constraints);
    int count = PQntuples(rows);
    constraints->list = xcalloc((size_t)count, sizeof *constraints->list);
    for (int row = 0; row < count; row++) {
        struct constraint_message *message = &constraints->list[constraints->count];
        const char *name = PQgetvalue(rows, row, 1);
        if (!constraint_message_parse(PQgetvalue(rows, row, 2), message)) {
            log_event(LOG_ERROR, "constraint_comment_malformed", "constraint", name, NULL);
            continue;
        }
        message->relation = xstrdup(PQgetvalue(rows, row, 0));
        message->name = xstrdup(name);
        constraints->count++;
    }
}

void constraints_clear(struct constraints *constraints) {
    for (size_t i = 0; i < constraints->count; i++)
        message_clear(&constraints->list[i]);
    free(constraints->list);
    *constraints = (struct constraints){0};
}

const struct constraint_message *constraints_find(const struct constraints *constraints, const char *relation,
                                                  const char *name) {
    const struct constraint_message *found = NULL;
    for (size_t i = 0; name && i < constraints->count; i++) {
        const struct constraint_message *message = &constraints->list[i];
        if (strcmp(message->name, name) != 0)
            continue;
        if (relation && strcmp(message->relation, relation) == 0)
            return message;
        found = found ? found : message;
    }
    return found;
}
