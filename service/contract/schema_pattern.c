/* SPDX-License-Identifier: MIT */
/* Patterns: ECMA-262 expressions in Unicode mode, said in PCRE2's words, and matched within limits. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/memory.h"
#include "contract/schema_internal.h"

#include <ctype.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pattern {
    pcre2_code *code;
    bool anchored; /* tried at the start of the text only */
};

/* What one match may cost, so that no text makes a pattern slow. */
enum { STEPS_MAX = 1000000, STEPS_AT_ONE_START_MIN = 20, BACKTRACKING_DEPTH_MAX = 100000, HEAP_KIB_MAX = 8192 };

/* \s of ECMA-262: white space and line terminators. PCRE2's is ASCII alone, or differs. */
#define SPACE "\\t\\n\\x0b\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"

/* How an escape is said in PCRE2; NULL: in the same way. */
struct escape {
    char letter;
    const char *outside; /* a class */
    const char *inside;
};

static const struct escape escapes[] = {
    {'s', "[" SPACE "]", SPACE}, {'S', "[^" SPACE "]", ""}, {'v', "\\x0b", "\\x0b"},
    {'d', NULL, NULL},           {'D', NULL, NULL},         {'w', NULL, NULL},
    {'W', NULL, NULL},           {'b', NULL, NULL},         {'B', NULL, ""},
    {'f', NULL, NULL},           {'n', NULL, NULL},         {'r', NULL, NULL},
    {'t', NULL, NULL},           {'-', "", NULL},
};

/* An expression on its way to PCRE2. */
struct translation {
    const char *at;
    FILE *out;
    bool in_class;
    char previous;   /* the character before, 0 for an escape */
    const char *why; /* it cannot be said */
};

static bool refuse(struct translation *translation, const char *why) {
    translation->why = why;
    return false;
}

static bool all_hex(const char *text, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!isxdigit((unsigned char)text[i]))
            return false;
    return true;
}

/* Whether an escape that both languages have, but not in all forms, has a form that means the same in both. */
static bool is_common_escape(const char *letter, bool in_class) {
    switch (*letter) {
    case 'x':
        return all_hex(letter + 1, 2);
    case 'u':
        return letter[1] == '{' || all_hex(letter + 1, 4);
    case 'c':
        return isalpha((unsigned char)letter[1]);
    case 'p':
    case 'P':
        return letter[1] == '{';
    case 'k':
        return letter[1] == '<' && !in_class;
    case '0':
        return !isdigit((unsigned char)letter[1]);
    default:
        return *letter && (strchr("^$\\.*+?()[]{}|/", *letter) || (isdigit((unsigned char)*letter) && !in_class));
    }
}

/* With the braces of \p{L} and \u{1f432}, which are no quantifier. */
static size_t escape_length(const char *letter) {
    const char *end = strchr("pPu", *letter) && letter[1] == '{' ? strchr(letter, '}') : NULL;
    return end ? (size_t)(end - letter) + 1 : 1;
}

static bool translate_escape(struct translation *translation) {
    const char *letter = translation->at + 1;
    const struct escape *escape = NULL;
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes && !escape; i++)
        escape = escapes[i].letter == *letter ? &escapes[i] : NULL;
    if (!escape && !is_common_escape(letter, translation->in_class))
        return refuse(translation, "has an escape that ECMA-262 does not know or this service cannot match");
    const char *said = !escape ? NULL : translation->in_class ? escape->inside : escape->outside;
    if (said && !*said)
        return refuse(translation, "has an escape in a place where this service cannot match it");
    size_t length = escape_length(letter);
    if (said)
        fputs(said, translation->out);
    else
        fprintf(translation->out, "\\%.*s", (int)length, letter);
    translation->at += 1 + length;
    translation->previous = '\0';
    return true;
}

static void translate_in_class(struct translation *translation) {
    char byte = *translation->at++;
    translation->in_class = byte != ']';
    if (byte == '[') /* alone it is itself, but PCRE2 would see [:alpha:] and the like */
        fputs("\\[", translation->out);
    else
        fputc(byte, translation->out);
}

/* What PCRE2 takes and ECMA-262 does not. */
static bool is_foreign(const struct translation *translation) {
    const char *at = translation->at;
    if (*at == '+')
        return translation->previous && strchr("*+?}", translation->previous);
    if (*at != '(')
        return false;
    if (at[1] != '?')
        return at[1] == '*';
    if (at[2] == '<')
        return at[3] != '=' && at[3] != '!' && !isalpha((unsigned char)at[3]) && at[3] != '_';
    return !at[2] || !strchr(":=!", at[2]);
}

static bool translate_outside(struct translation *translation) {
    if (is_foreign(translation))
        return refuse(translation, "has a construct that ECMA-262 does not know");
    char byte = *translation->at++;
    translation->in_class = byte == '[';
    if (byte == '.')
        fputs("[^\\n\\r\\u2028\\u2029]", translation->out);
    else
        fputc(byte, translation->out);
    if (byte == '[' && *translation->at == '^')
        fputc(*translation->at++, translation->out);
    translation->previous = byte;
    return true;
}

static char *translate(const char *source, char **why) {
    char *text = NULL;
    size_t length;
    struct translation translation = {.at = source, .out = open_memstream(&text, &length)};
    if (!translation.out)
        abort();
    bool good = true;
    while (good && *translation.at) {
        if (*translation.at == '\\')
            good = translate_escape(&translation);
        else if (translation.in_class)
            translate_in_class(&translation);
        else
            good = translate_outside(&translation);
    }
    fclose(translation.out);
    if (good)
        return text;
    free(text);
    *why = xstrdup(translation.why);
    return NULL;
}

static pcre2_code *compile(const char *text, char **why) {
    const uint32_t options =
        PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_MATCH_UNSET_BACKREF;
    int error;
    size_t offset;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_compile_extra_options(context, PCRE2_EXTRA_ALT_BSUX);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, options, &error, &offset, context);
    pcre2_compile_context_free(context);
    if (!code) {
        PCRE2_UCHAR message[160];
        pcre2_get_error_message(error, message, sizeof message);
        *why = xasprintf("is not a pattern: %s", (const char *)message);
    }
    return code;
}

/* One for the process: a pattern is matched and done with, and nothing here runs in two threads. */
static pcre2_match_data *shared_match_data(void) {
    static pcre2_match_data *data;
    if (!data)
        data = pcre2_match_data_create(1, NULL);
    return data;
}

static pcre2_match_context *shared_context(void) {
    static pcre2_match_context *context;
    if (!context) {
        context = pcre2_match_context_create(NULL);
        pcre2_set_depth_limit(context, BACKTRACKING_DEPTH_MAX);
        pcre2_set_heap_limit(context, HEAP_KIB_MAX);
    }
    return context;
}

/* PCRE2 counts its steps anew from each start in the text, so what all starts may take is shared out among them. */
static uint32_t steps_at_one_start(const struct pattern *pattern, size_t length) {
    size_t steps = pattern->anchored ? STEPS_MAX : STEPS_MAX / (length + 1);
    return (uint32_t)(steps > STEPS_AT_ONE_START_MIN ? steps : STEPS_AT_ONE_START_MIN);
}

struct pattern *pattern_new(const char *source, char **why) {
    char *text = translate(source, why);
    pcre2_code *code = text ? compile(text, why) : NULL;
    free(text);
    if (!code)
        return NULL;
    uint32_t options = 0;
    pcre2_pattern_info(code, PCRE2_INFO_ALLOPTIONS, &options);
    struct pattern *pattern = xcalloc(1, sizeof *pattern);
    *pattern = (struct pattern){.code = code, .anchored = options & PCRE2_ANCHORED};
    return pattern;
}

void pattern_free(struct pattern *pattern) {
    if (!pattern)
        return;
    pcre2_code_free(pattern->code);
    free(pattern);
}

bool pattern_matches(const struct pattern *pattern, const char *text, size_t length) {
    pcre2_match_context *context = shared_context();
    pcre2_set_match_limit(context, steps_at_one_start(pattern, length));
    return pcre2_match(pattern->code, (PCRE2_SPTR)text, length, 0, 0, shared_match_data(), context) >= 0;
}
