/* SPDX-License-Identifier: MIT */
/* Loads a statement: finds its names, writes $1..$n for them, and keeps the way back to the file's lines. */
#include "db/statement.h"

#include "base/memory.h"
#include "contract/faults.h"
#include "db/lexer.h"
#include "represent/represent.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From byte `sql` of the rewritten text on, the bytes are those of the file from `file` on. */
struct statement_shift {
    size_t sql;
    size_t file;
};

/* The types on the wire, from PostgreSQL's catalogue: text, jsonb, int8, bytea. */
static const unsigned int binding_types[] = {
    [BINDING_TEXT] = 25, [BINDING_JSONB] = 3802, [BINDING_BIGINT] = 20, [BINDING_BYTES] = 17};

static const struct {
    const char *name;
    enum binding_type type;
} engine_names[] = {{"body", BINDING_JSONB},   {"asked", BINDING_JSONB},  {"after", BINDING_JSONB},
                    {"events", BINDING_JSONB}, {"limit", BINDING_BIGINT}, {"content", BINDING_BYTES}};

/* What is being built from a file. */
struct loading {
    struct statement *statement;
    struct faults *faults;
    size_t length;  /* of the text */
    size_t written; /* of sql */
    size_t copied;  /* of the text */
};

/* The whole file, NUL-terminated; NULL with errno set. */
static char *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rbe");
    if (!file)
        return NULL;
    char *text = NULL;
    size_t used = 0, got;
    do {
        text = xreallocarray(text, used + BUFSIZ + 1, 1);
        got = fread(text + used, 1, BUFSIZ, file);
        used += got;
    } while (got > 0);
    if (ferror(file)) {
        free(text);
        fclose(file);
        errno = EIO;
        return NULL;
    }
    fclose(file);
    text[used] = '\0';
    *length = used;
    return text;
}

static char *name_of(const char *file) {
    const char *slash = strrchr(file, '/');
    const char *base = slash ? slash + 1 : file;
    size_t length = strlen(base);
    if (length > 4 && strcmp(base + length - 4, ".sql") == 0)
        length -= 4;
    return xstrndup(base, length);
}

static enum binding_type type_of(const char *name) {
    for (size_t i = 0; i < sizeof engine_names / sizeof engine_names[0]; i++)
        if (strcmp(engine_names[i].name, name) == 0)
            return engine_names[i].type;
    return BINDING_TEXT;
}

static struct binding *find_binding(const struct statement *statement, const char *name, size_t length) {
    for (size_t i = 0; i < statement->binding_count; i++) {
        struct binding *binding = &statement->bindings[i];
        if (strlen(binding->name) == length && memcmp(binding->name, name, length) == 0)
            return binding;
    }
    return NULL;
}

/* The number n of $n for a name, which is added at its first use. */
static size_t binding_number(struct statement *statement, const struct token *token) {
    const char *name = statement->text + token->start + 1;
    struct binding *found = find_binding(statement, name, token->length - 1);
    if (found)
        return (size_t)(found - statement->bindings) + 1;
    size_t count = statement->binding_count + 1;
    statement->bindings = xreallocarray(statement->bindings, count, sizeof *statement->bindings);
    struct binding *binding = &statement->bindings[count - 1];
    binding->name = xstrndup(name, token->length - 1);
    binding->type = type_of(binding->name);
    binding->position = token->start;
    statement->binding_count = count;
    return count;
}

static void append(struct loading *loading, const char *bytes, size_t length) {
    struct statement *statement = loading->statement;
    statement->sql = xreallocarray(statement->sql, loading->written + length + 1, 1);
    memcpy(statement->sql + loading->written, bytes, length);
    loading->written += length;
    statement->sql[loading->written] = '\0';
}

static void append_shift(struct loading *loading) {
    struct statement *statement = loading->statement;
    statement->shifts = xreallocarray(statement->shifts, statement->shift_count + 1, sizeof *statement->shifts);
    statement->shifts[statement->shift_count++] =
        (struct statement_shift){.sql = loading->written, .file = loading->copied};
}

/* Copies the text up to `end`. */
static void append_text(struct loading *loading, size_t end) {
    append(loading, loading->statement->text + loading->copied, end - loading->copied);
    loading->copied = end;
}

static void append_name(struct loading *loading, const struct token *token) {
    char number[24];
    append_text(loading, token->start);
    int length = snprintf(number, sizeof number, "$%zu", binding_number(loading->statement, token));
    append(loading, number, (size_t)length);
    loading->copied = token->start + token->length;
    append_shift(loading);
}

static bool add_fault(struct loading *loading, size_t at, const char *fault) {
    const struct statement *statement = loading->statement;
    faults_add(loading->faults, statement->file, statement_offset_line(statement, at), "%s", fault);
    return false;
}

/* Rewrites the text; false when it is not one whole statement. */
static bool rewrite(struct loading *loading) {
    struct lexer lexer;
    size_t tokens = 0;
    bool ended = false;
    lexer_init(&lexer, loading->statement->text, loading->length);
    for (;;) {
        struct token token = lexer_next(&lexer);
        if (token.kind == TOKEN_FAULT)
            return add_fault(loading, token.start, token.fault);
        if (token.kind == TOKEN_END)
            break;
        if (ended)
            return add_fault(loading, token.start, "more than one statement");
        if (token.kind == TOKEN_NAME)
            append_name(loading, &token);
        ended = token.kind == TOKEN_SEMICOLON;
        tokens += !ended;
    }
    append_text(loading, loading->length);
    if (!tokens)
        return add_fault(loading, 0, "no statement");
    if (loading->statement->binding_count > STATEMENT_BINDINGS_MAX)
        return add_fault(loading, 0, "more than 64 names");
    return true;
}

/* The first line says what the statement answers. */
static bool check_first_line(struct loading *loading) {
    const char *text = loading->statement->text;
    if (strncmp(text, "-- ", 3) == 0 && text[3] != '\n' && text[3] != '\0')
        return true;
    return add_fault(loading, 0, "the first line must be a comment that says what the statement answers");
}

struct statement *statement_load(const char *home, const char *file, struct faults *faults) {
    struct statement *statement = xcalloc(1, sizeof *statement);
    struct loading loading = {.statement = statement, .faults = faults};
    statement->file = xstrdup(file);
    statement->name = name_of(file);
    char *path = xasprintf("%s/%s", home, file);
    statement->text = read_file(path, &loading.length);
    free(path);
    if (!statement->text) {
        faults_add(faults, file, 0, "cannot be read: %s", strerror(errno));
        statement_free(statement);
        return NULL;
    }
    append_shift(&loading);
    bool described = check_first_line(&loading);
    if (!rewrite(&loading) || !described) {
        statement_free(statement);
        return NULL;
    }
    return statement;
}

void statement_set_type(struct statement *statement, const char *name, enum binding_type type) {
    struct binding *binding = find_binding(statement, name, strlen(name));
    if (binding)
        binding->type = type;
}

void statement_free(struct statement *statement) {
    if (!statement)
        return;
    for (size_t i = 0; i < statement->binding_count; i++)
        free(statement->bindings[i].name);
    free(statement->bindings);
    free(statement->shifts);
    free(statement->name);
    free(statement->file);
    free(statement->text);
    free(statement->sql);
    column_plan_free(statement->plan);
    free(statement);
}

int statement_offset_line(const struct statement *statement, size_t offset) {
    int line = 1;
    for (size_t i = 0; i < offset && statement->text[i]; i++)
        line += statement->text[i] == '\n';
    return line;
}

int statement_line(const struct statement *statement, int position) {
    size_t offset = 0;
    for (int passed = 1; passed < position && statement->sql[offset]; passed++)
        do
            offset++;
        while (((unsigned char)statement->sql[offset] & 0xc0) == 0x80); /* the rest of one character in UTF-8 */
    size_t shift = 0;
    while (shift + 1 < statement->shift_count && statement->shifts[shift + 1].sql <= offset)
        shift++;
    const struct statement_shift *near = &statement->shifts[shift];
    return statement_offset_line(statement, near->file + (offset - near->sql));
}

void statement_types(const struct statement *statement, unsigned int *types) {
    for (size_t i = 0; i < statement->binding_count; i++)
        types[i] = binding_types[statement->bindings[i].type];
}
