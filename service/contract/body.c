/* SPDX-License-Identifier: MIT */
/* Parses a request's body as strict JSON and says what is wrong with it, and where. */
#include "contract/body.h"

#include "http/problem.h"

#include <stdbool.h>
#include <string.h>

struct complaint {
    enum json_error_code error;
    const char *code;
    const char *sentence; /* continues "The body ..." */
};

/* What jansson finds, in our words. Its own are not sent: they repeat the client's bytes. */
static const struct complaint complaints[] = {
    {json_error_duplicate_key, "duplicate_key", "gives a key twice in one object"},
    {json_error_invalid_utf8, "invalid_utf8", "is not valid UTF-8"},
    {json_error_null_character, "nul_character", "has the character U+0000, which no text may hold"},
    {json_error_null_byte_in_key, "nul_character", "has the character U+0000, which no key may hold"},
    {json_error_numeric_overflow, "number_out_of_range", "has a number that is out of range"},
    {json_error_premature_end_of_input, "malformed_json", "ends in the middle of its JSON"},
    {json_error_end_of_input_expected, "malformed_json", "goes on after its JSON has ended"},
    {json_error_stack_overflow, "too_deep", "is nested too deeply"},
};

static const struct complaint not_json = {json_error_invalid_syntax, "malformed_json", "is not valid JSON"};

static const struct complaint *complaint_of(enum json_error_code error) {
    for (size_t i = 0; i < sizeof complaints / sizeof *complaints; i++)
        if (complaints[i].error == error)
            return &complaints[i];
    return &not_json;
}

static bool is_blank(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (!memchr(" \t\r\n", bytes[i], 4))
            return false;
    return true;
}

/* The offset of the first bracket beyond the depth allowed, or `length`. A linear look that knows strings and nothing
 * else: what is malformed is found by the parser, which then never has to go deeper. */
static size_t find_too_deep(const char *bytes, size_t length) {
    bool in_string = false;
    int depth = 0;
    for (size_t i = 0; i < length; i++) {
        char byte = bytes[i];
        if (in_string && byte == '\\')
            i++;
        else if (byte == '"')
            in_string = !in_string;
        else if (!in_string && (byte == '[' || byte == '{') && ++depth > BODY_DEPTH_MAX)
            return i;
        else if (!in_string && (byte == ']' || byte == '}'))
            depth--;
    }
    return length;
}

static void refuse_depth(const char *bytes, size_t offset, struct problem *problem) {
    int line = 1, column = 1;
    for (size_t i = 0; i < offset; i++) {
        column = bytes[i] == '\n' ? 1 : column + 1;
        line += bytes[i] == '\n';
    }
    problem_set(problem, 400, "too_deep", "The body is nested more than %d deep (line %d, column %d).", BODY_DEPTH_MAX,
                line, column);
}

json_t *body_parse(const char *bytes, size_t length, struct problem *problem) {
    if (is_blank(bytes, length)) {
        problem_set(problem, 400, "malformed_json", "The body is empty (line 1, column 1).");
        return NULL;
    }
    if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        problem_set(problem, 400, "malformed_json", "The body begins with a byte order mark (line 1, column 1).");
        return NULL;
    }
    size_t too_deep = find_too_deep(bytes, length);
    if (too_deep < length) {
        refuse_depth(bytes, too_deep, problem);
        return NULL;
    }
    json_error_t error;
    json_t *body = json_loadb(bytes, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!body) {
        const struct complaint *complaint = complaint_of(json_error_code(&error));
        problem_set(problem, 400, complaint->code, "The body %s (line %d, column %d).", complaint->sentence, error.line,
                    error.column);
    }
    return body;
}
