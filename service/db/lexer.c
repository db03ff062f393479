/* SPDX-License-Identifier: MIT */
/* PostgreSQL's lexical rules (its manual, 4.1): strings, quoted names, dollar quotes, nested comments, brackets and
 * colons. */
#include "db/lexer.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

typedef struct token token_lex(struct lexer *lexer);

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
}

static bool is_word_start(char c) {
    return is_name_start(c) || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_word(char c) {
    return is_word_start(c) || is_digit(c) || c == '$';
}

/* The byte `ahead` of the current one; NUL past the end. */
static char peek(const struct lexer *lexer, size_t ahead) {
    size_t at = lexer->at + ahead;
    return at < lexer->length ? lexer->text[at] : '\0';
}

static struct token token_from(const struct lexer *lexer, enum token_kind kind, size_t start) {
    return (struct token){.kind = kind, .start = start, .length = lexer->at - start};
}

static struct token fault_at(size_t start, const char *fault) {
    return (struct token){.kind = TOKEN_FAULT, .start = start, .length = 1, .fault = fault};
}

static void pass_line_comment(struct lexer *lexer) {
    while (lexer->at < lexer->length && peek(lexer, 0) != '\n')
        lexer->at++;
}

/* Comments nest. When one is not closed, false, and the lexer stays where it begins. */
static bool pass_block_comment(struct lexer *lexer) {
    size_t start = lexer->at;
    int depth = 0;
    while (lexer->at < lexer->length) {
        if (peek(lexer, 0) == '/' && peek(lexer, 1) == '*') {
            depth++;
            lexer->at += 2;
        } else if (peek(lexer, 0) == '*' && peek(lexer, 1) == '/') {
            lexer->at += 2;
            if (--depth == 0)
                return true;
        } else {
            lexer->at++;
        }
    }
    lexer->at = start;
    return false;
}

/* To the end of what stands between two `quote`s; doubled, a quote is a character. False when it is not closed. */
static bool pass_quoted(struct lexer *lexer, char quote, bool escapes) {
    lexer->at++;
    while (lexer->at < lexer->length) {
        char c = peek(lexer, 0);
        if (escapes && c == '\\') {
            lexer->at += 2;
            continue;
        }
        lexer->at++;
        if (c != quote)
            continue;
        if (peek(lexer, 0) != quote)
            return true;
        lexer->at++;
    }
    return false;
}

/* A string goes on after white space with a line break in it, by the same rules about escapes. Moves to the next quote
 * if so. */
static bool pass_continuation(struct lexer *lexer) {
    struct lexer ahead = *lexer;
    bool broken = false;
    for (;;) {
        char c = peek(&ahead, 0);
        if (c == '-' && peek(&ahead, 1) == '-') {
            pass_line_comment(&ahead);
            continue;
        }
        if (!is_space(c))
            break;
        broken |= c == '\n' || c == '\r';
        ahead.at++;
    }
    if (!broken || peek(&ahead, 0) != '\'')
        return false;
    lexer->at = ahead.at;
    return true;
}

static struct token lex_string_from(struct lexer *lexer, size_t start, bool escapes) {
    do {
        if (!pass_quoted(lexer, '\'', escapes))
            return fault_at(start, "a string is not closed");
    } while (pass_continuation(lexer));
    return token_from(lexer, TOKEN_OTHER, start);
}

static struct token lex_string(struct lexer *lexer) {
    return lex_string_from(lexer, lexer->at, false);
}

static struct token lex_quoted_name(struct lexer *lexer) {
    size_t start = lexer->at;
    if (!pass_quoted(lexer, '"', false))
        return fault_at(start, "a quoted name is not closed");
    return token_from(lexer, TOKEN_OTHER, start);
}

/* The length of the `$tag$` that begins here; 0 if none does. */
static size_t dollar_tag(const struct lexer *lexer) {
    size_t length = 1;
    if (is_word_start(peek(lexer, 1)))
        while (is_word(peek(lexer, length)) && peek(lexer, length) != '$')
            length++;
    return peek(lexer, length) == '$' ? length + 1 : 0;
}

static struct token lex_dollar(struct lexer *lexer) {
    size_t start = lexer->at;
    if (is_digit(peek(lexer, 1)))
        return fault_at(start, "a parameter is written :name, not $1");
    size_t tag = dollar_tag(lexer);
    if (!tag)
        return fault_at(start, "a $ that begins nothing");
    const char *body = lexer->text + start + tag;
    const char *close = memmem(body, lexer->length - start - tag, lexer->text + start, tag);
    if (!close)
        return fault_at(start, "a dollar quote is not closed");
    lexer->at = (size_t)(close - lexer->text) + tag;
    return token_from(lexer, TOKEN_OTHER, start);
}

/* A word, or a string with escapes: E'...'. Other prefixes (U&, B, X, N) end like a plain string and need nothing. */
static struct token lex_word(struct lexer *lexer) {
    size_t start = lexer->at;
    while (is_word(peek(lexer, 0)))
        lexer->at++;
    size_t length = lexer->at - start;
    const char *word = lexer->text + start;
    if (length == 1 && (*word == 'e' || *word == 'E') && peek(lexer, 0) == '\'')
        return lex_string_from(lexer, start, true);
    if (length == 5 && strncasecmp(word, "array", 5) == 0)
        lexer->before = 'A';
    return token_from(lexer, TOKEN_OTHER, start);
}

static struct token lex_number(struct lexer *lexer) {
    size_t start = lexer->at;
    while (is_word(peek(lexer, 0)) || peek(lexer, 0) == '.')
        lexer->at++;
    return token_from(lexer, TOKEN_OTHER, start);
}

static struct token lex_open(struct lexer *lexer, char bracket) {
    if (lexer->depth == LEXER_DEPTH_MAX)
        return fault_at(lexer->at, "brackets are nested too deeply");
    lexer->open[lexer->depth++] = bracket;
    lexer->at++;
    lexer->before = '[';
    return token_from(lexer, TOKEN_OTHER, lexer->at - 1);
}

static struct token lex_group(struct lexer *lexer) {
    struct token token = lex_open(lexer, '(');
    lexer->before = '\0';
    return token;
}

static struct token lex_bracket(struct lexer *lexer) {
    bool inside = lexer->depth > 0 && lexer->open[lexer->depth - 1] == 'A';
    bool nested = inside && (lexer->previous == '[' || lexer->previous == ',');
    return lex_open(lexer, lexer->previous == 'A' || nested ? 'A' : '[');
}

static struct token lex_single(struct lexer *lexer) {
    return (struct token){.kind = TOKEN_OTHER, .start = lexer->at++, .length = 1};
}

static struct token lex_close(struct lexer *lexer) {
    if (lexer->depth == 0)
        return fault_at(lexer->at, "a bracket is closed that was not opened");
    lexer->depth--;
    return lex_single(lexer);
}

static struct token lex_comma(struct lexer *lexer) {
    lexer->before = ',';
    return lex_single(lexer);
}

static struct token lex_semicolon(struct lexer *lexer) {
    struct token token = lex_single(lexer);
    token.kind = TOKEN_SEMICOLON;
    return token;
}

/* `::` and `:=` are operators; in a subscript a colon is the slice; everything else must be a name. */
static struct token lex_colon(struct lexer *lexer) {
    size_t start = lexer->at;
    char next = peek(lexer, 1);
    if (next == ':' || next == '=') {
        lexer->at += 2;
        return token_from(lexer, TOKEN_OTHER, start);
    }
    if (lexer->depth > 0 && lexer->open[lexer->depth - 1] == '[')
        return lex_single(lexer);
    if (!is_name_start(next))
        return fault_at(start, "a colon that begins no name; names are [a-z_][a-z0-9_]*");
    lexer->at++;
    while (is_name_start(peek(lexer, 0)) || is_digit(peek(lexer, 0)))
        lexer->at++;
    if (is_word(peek(lexer, 0)))
        return fault_at(start, "a name with another character in it; names are [a-z_][a-z0-9_]*");
    return token_from(lexer, TOKEN_NAME, start);
}

static const struct {
    char first;
    token_lex *lex;
} lexes[] = {
    {'\'', lex_string}, {'"', lex_quoted_name}, {'$', lex_dollar}, {':', lex_colon}, {'(', lex_group},
    {'[', lex_bracket}, {')', lex_close},       {']', lex_close},  {',', lex_comma}, {';', lex_semicolon},
};

static token_lex *lex_for(char first) {
    if (is_word_start(first))
        return lex_word;
    if (is_digit(first))
        return lex_number;
    for (size_t i = 0; i < sizeof lexes / sizeof lexes[0]; i++)
        if (lexes[i].first == first)
            return lexes[i].lex;
    return lex_single;
}

/* Passes over white space and comments; false at a comment that is not closed. */
static bool pass_blank(struct lexer *lexer) {
    for (;;) {
        char c = peek(lexer, 0);
        if (is_space(c))
            lexer->at++;
        else if (c == '-' && peek(lexer, 1) == '-')
            pass_line_comment(lexer);
        else if (c != '/' || peek(lexer, 1) != '*')
            return true;
        else if (!pass_block_comment(lexer))
            return false;
    }
}

void lexer_init(struct lexer *lexer, const char *text, size_t length) {
    *lexer = (struct lexer){.text = text, .length = length};
}

struct token lexer_next(struct lexer *lexer) {
    if (!pass_blank(lexer))
        return fault_at(lexer->at, "a comment is not closed");
    if (lexer->at >= lexer->length)
        return (struct token){.kind = TOKEN_END, .start = lexer->length};
    if (peek(lexer, 0) == '\0')
        return fault_at(lexer->at, "a NUL byte");
    lexer->previous = lexer->before;
    lexer->before = '\0';
    return lex_for(peek(lexer, 0))(lexer);
}
