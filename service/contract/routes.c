/* SPDX-License-Identifier: MIT */
/* Compares a path with the templates of the contract; a literal part wins over a part in braces. */
#include "contract/routes.h"

#include "base/memory.h"
#include "http/problem.h"

#include <stdlib.h>
#include <string.h>

/* How well a path fits a template: -1 not at all, else the number of literal parts. Fills the route's values. */
static int fit(const char *template, const char *path, struct route *route) {
    int literal = 0;
    route->value_count = 0;
    while (*template == '/' && *path == '/') {
        size_t wanted = strcspn(++template, "/"), given = strcspn(++path, "/");
        if (template[0] == '{') {
            if (given == 0 || route->value_count == ROUTE_PARTS_MAX)
                return -1;
            route->values[route->value_count].start = path;
            route->values[route->value_count++].length = given;
        } else if (wanted != given || memcmp(template, path, given) != 0) {
            return -1;
        } else {
            literal++;
        }
        template += wanted;
        path += given;
    }
    return *template || *path ? -1 : literal;
}

static void allow(char **methods, const char *method) {
    char *longer = xasprintf("%s%s%s", *methods ? *methods : "", *methods ? ", " : "", method);
    free(*methods);
    *methods = longer;
}

bool route_find(const struct contract *contract, const char *method, const char *path, struct route *route,
                struct problem *problem) {
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    struct route candidate = {0};
    char *methods = NULL;
    int best = -1, fits;
    *route = (struct route){0};
    for (size_t i = 0; i < contract->operation_count; i++) {
        const struct operation *operation = &contract->operations[i];
        if ((fits = fit(operation->path, path, &candidate)) < 0)
            continue;
        allow(&methods, operation->method);
        if (strcmp(operation->method, "GET") == 0)
            allow(&methods, "HEAD");
        if (fits > best && strcmp(operation->method, wanted) == 0) {
            best = fits;
            *route = candidate;
            route->operation = operation;
        }
    }
    if (strcmp(path, "*") == 0 && strcmp(method, "OPTIONS") == 0)
        allow(&methods, "GET, HEAD, POST, PUT, PATCH, DELETE");
    if (methods)
        allow(&methods, "OPTIONS");
    if (methods && strcmp(method, "OPTIONS") == 0) {
        route->allow = methods;
        return true;
    }
    if (!methods)
        return problem_set(problem, 404, "not_found", "There is nothing at this path.");
    if (route->operation) {
        free(methods);
        return true;
    }
    problem_set(problem, 405, "method_not_allowed", "This path does not answer to %.20s; see Allow.", method);
    problem->allow = methods;
    return false;
}
