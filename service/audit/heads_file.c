/* SPDX-License-Identifier: MIT */
/* Reads, changes and writes the file of heads. */
#include "audit/heads_file.h"

#include "audit/head.h"
#include "base/file.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAY_LENGTH = 10 };

static void append(struct heads_file *heads, const char *line, size_t length) {
    heads->lines = xreallocarray(heads->lines, heads->count + 1, sizeof *heads->lines);
    heads->lines[heads->count++] = xstrndup(line, length);
}

static bool same_day(const char *left, const char *right) {
    struct audit_head one, other;
    return audit_head_read(left, &one) && audit_head_read(right, &other) &&
           strncmp(one.sealed_at, other.sealed_at, DAY_LENGTH) == 0;
}

bool heads_file_load(const char *file, struct heads_file *heads, char **why) {
    *heads = (struct heads_file){0};
    if (access(file, F_OK) != 0)
        return true;
    char *text = file_read(file, why);
    bool good = text != NULL;
    for (const char *line = text; line && *line; line += strspn(line, "\r\n")) {
        size_t length = strcspn(line, "\r\n");
        append(heads, line, length);
        line += length;
    }
    free(text);
    return good;
}

void heads_file_clear(struct heads_file *heads) {
    for (size_t i = 0; i < heads->count; i++)
        free(heads->lines[i]);
    free(heads->lines);
    *heads = (struct heads_file){0};
}

const char *heads_file_newest(const struct heads_file *heads) {
    return heads->count ? heads->lines[heads->count - 1] : NULL;
}

void heads_file_add(struct heads_file *heads, const char *jws, bool holds) {
    const char *newest = heads_file_newest(heads);
    if (newest && holds && same_day(newest, jws))
        free(heads->lines[--heads->count]);
    append(heads, jws, strlen(jws));
}

bool heads_file_save(const char *file, const struct heads_file *heads, char **why) {
    char *text = xstrdup("");
    for (size_t i = 0; i < heads->count; i++) {
        char *longer = xasprintf("%s%s\n", text, heads->lines[i]);
        free(text);
        text = longer;
    }
    bool good = file_write(file, text, 0644, FILE_REPLACE, why);
    free(text);
    return good;
}
