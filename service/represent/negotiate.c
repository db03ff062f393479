/* SPDX-License-Identifier: MIT */
/* Reads Accept and picks the offered media type with the highest quality. */
#include "represent/negotiate.h"

#include "base/memory.h"
#include "http/problem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The q parameter of a media range in thousandths; 1000 without one, 0 for one that cannot be read. */
static int quality(const char *range, size_t length) {
    const char *end = range + length;
    for (const char *c = range; c < end; c++) {
        if (*c != ';')
            continue;
        for (c++; c < end && (*c == ' ' || *c == '\t'); c++)
            ;
        if (end - c > 2 && strncasecmp(c, "q=", 2) == 0)
            return (int)(strtod(c + 2, NULL) * 1000 + 0.5);
        c--;
    }
    return 1000;
}

/* How exactly a range names a media type: 0 not at all, 1 for all types, 2 for the major type, 3 by name. */
static int exactness(const char *range, size_t length, const char *type) {
    size_t name = 0;
    while (name < length && !strchr("; \t", range[name]))
        name++;
    size_t major = strcspn(type, "/") + 1;
    if (name == strlen(type) && strncasecmp(range, type, name) == 0)
        return 3;
    if (name == major + 1 && strncasecmp(range, type, major) == 0 && range[major] == '*')
        return 2;
    return name == 3 && strncmp(range, "*/*", 3) == 0;
}

/* The quality of a type under a whole Accept: that of the range that names it most exactly. */
static int accepted(const char *accept, const char *type) {
    int best = 0, value = 0;
    while (*accept) {
        accept += strspn(accept, ", \t");
        size_t length = strcspn(accept, ",");
        int exact = exactness(accept, length, type);
        if (exact > best) {
            best = exact;
            value = quality(accept, length);
        }
        accept += length;
    }
    return value;
}

static char *offer(const struct operation *operation) {
    char *list = xstrdup("");
    for (int media = 0; media < MEDIA_COUNT; media++) {
        if (!operation->media[media])
            continue;
        char *longer = xasprintf("%s%s%s", list, *list ? ", " : "", media_types[media]);
        free(list);
        list = longer;
    }
    return list;
}

bool negotiate(const struct operation *operation, const char *accept, enum media *media, struct problem *problem) {
    int best = 0;
    for (int candidate = 0; candidate < MEDIA_COUNT; candidate++) {
        int value = accept && *accept ? accepted(accept, media_types[candidate]) : 1000;
        if (operation->media[candidate] && value > best) {
            best = value;
            *media = candidate;
        }
    }
    if (best > 0 || operation->shape == SHAPE_NOTHING)
        return true;
    char *list = offer(operation);
    problem_set(problem, 406, "not_acceptable", "This is offered as %s.", list);
    free(list);
    return false;
}
