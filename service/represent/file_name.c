/* SPDX-License-Identifier: MIT */
/* Names files of reports so that a folder full of them can be told apart. */
#include "represent/file_name.h"

#include "base/memory.h"
#include "represent/cell.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const endings[MEDIA_COUNT] = {[MEDIA_JSON] = "json", [MEDIA_CSV] = "csv", [MEDIA_XLSX] = "xlsx"};

char *file_name(const struct operation *operation, enum media media, const char *meta) {
    char today[16];
    double serial;
    time_t now = time(NULL);
    strftime(today, sizeof today, "%Y-%m-%d", gmtime(&now));
    json_t *members = meta ? json_loads(meta, 0, NULL) : NULL;
    const char *as_of = json_string_value(json_object_get(members, "as_of"));
    char *name = xasprintf("%s-%s.%s", operation->id, as_of && cell_day(as_of, strlen(as_of), &serial) ? as_of : today,
                           endings[media]);
    for (char *c = name; *c; c++)
        *c = (char)(*c == '_' ? '-' : *c);
    json_decref(members);
    return name;
}
