/* SPDX-License-Identifier: MIT */
/* Reading scripts from sql/, one or a folder at a time. */
#include "db/script.h"

#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char suffix[] = ".sql";

static bool read_stream(FILE *stream, struct script *script) {
    size_t size = 16384;
    script->text = xreallocarray(NULL, size, 1);
    script->length = 0;
    for (size_t got; (got = fread(script->text + script->length, 1, size - script->length - 1, stream)) > 0;) {
        script->length += got;
        if (size - script->length == 1) {
            size *= 2;
            script->text = xreallocarray(script->text, size, 1);
        }
    }
    script->text[script->length] = '\0';
    return !ferror(stream);
}

static char *base_name(const char *file) {
    const char *slash = strrchr(file, '/');
    const char *base = slash ? slash + 1 : file;
    size_t length = strlen(base);
    size_t tail = sizeof suffix - 1;
    bool sql = length > tail && strcmp(base + length - tail, suffix) == 0;
    return xstrndup(base, sql ? length - tail : length);
}

static int is_script(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length >= sizeof suffix && strcmp(entry->d_name + length - 4, suffix) == 0;
}

static int compare_names(const struct dirent **left, const struct dirent **right) {
    return strcmp((*left)->d_name, (*right)->d_name);
}

bool script_load(const char *home, const char *file, struct script *script, char **why) {
    *script = (struct script){0};
    char *path = xasprintf("%s/%s", home, file);
    FILE *stream = fopen(path, "re");
    bool good = stream && read_stream(stream, script);
    if (!good)
        *why = xasprintf("%s cannot be read: %s.", path, strerror(errno));
    if (stream)
        fclose(stream);
    free(path);
    if (!good) {
        script_clear(script);
        return false;
    }
    script->file = xstrdup(file);
    script->name = base_name(file);
    return true;
}

void script_clear(struct script *script) {
    free(script->file);
    free(script->name);
    free(script->text);
    *script = (struct script){0};
}

char *script_directive(const struct script *script, const char *word) {
    size_t length = strlen(word);
    for (const char *line = script->text; strncmp(line, "--", 2) == 0;) {
        size_t whole = strcspn(line, "\r\n");
        const char *text = line + 2 + strspn(line + 2, " ");
        if (strncmp(text, word, length) == 0 && text[length] == ':') {
            const char *value = text + length + 1;
            value += strspn(value, " ");
            return xstrndup(value, (size_t)(line + whole - value));
        }
        line += whole;
        line += strspn(line, "\r\n");
    }
    return NULL;
}

bool scripts_load(const char *home, const char *folder, struct scripts *scripts, char **why) {
    *scripts = (struct scripts){0};
    char *path = xasprintf("%s/%s", home, folder);
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_script, compare_names);
    free(path);
    bool good = true;
    for (int i = 0; i < count; i++) {
        char *file = xasprintf("%s/%s", folder, entries[i]->d_name);
        scripts->list = xreallocarray(scripts->list, scripts->count + 1, sizeof *scripts->list);
        good = good && script_load(home, file, &scripts->list[scripts->count], why);
        scripts->count += good;
        free(file);
        free(entries[i]);
    }
    free(entries);
    if (!good)
        scripts_clear(scripts);
    return good;
}

void scripts_clear(struct scripts *scripts) {
    for (size_t i = 0; i < scripts->count; i++)
        script_clear(&scripts->list[i]);
    free(scripts->list);
    *scripts = (struct scripts){0};
}
