/* SPDX-License-Identifier: MIT */
/* The table of handlers. */
#include "handlers/handlers.h"

#include <string.h>

static const struct {
    const char *name;
    handler *handle;
} handlers[] = {
    {"live", handler_live},
    {"ready", handler_ready},
    {"metrics", handler_metrics},
    {"openapi", handler_openapi},
    {"security_txt", handler_security_txt},
    {"import_template", handler_import_template},
};

handler *handler_find(const char *name) {
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
        if (strcmp(handlers[i].name, name) == 0)
            return handlers[i].handle;
    }
    return NULL;
}
