/* SPDX-License-Identifier: MIT */
/* A growing list of faults that prints itself in the order of files and lines. */
#include "contract/faults.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct fault_line {
    char *file;
    int line;
    char *text;
};

static int compare_lines(const void *left, const void *right) {
    const struct fault_line *a = left, *b = right;
    int by_file = strcmp(a->file, b->file);
    return by_file ? by_file : (a->line > b->line) - (a->line < b->line);
}

void faults_add(struct faults *faults, const char *file, int line, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    faults->lines = xreallocarray(faults->lines, faults->count + 1, sizeof *faults->lines);
    faults->lines[faults->count++] = (struct fault_line){xstrdup(file), line, xstrdup(text)};
}

void faults_print(const struct faults *faults, FILE *out) {
    if (faults->count)
        qsort(faults->lines, faults->count, sizeof *faults->lines, compare_lines);
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault_line *fault = &faults->lines[i];
        if (fault->line > 0)
            fprintf(out, "%s:%d: %s\n", fault->file, fault->line, fault->text);
        else
            fprintf(out, "%s: %s\n", fault->file, fault->text);
    }
}

void faults_clear(struct faults *faults) {
    for (size_t i = 0; i < faults->count; i++) {
        free(faults->lines[i].file);
        free(faults->lines[i].text);
    }
    free(faults->lines);
    *faults = (struct faults){0};
}
