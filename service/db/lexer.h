/* SPDX-License-Identifier: MIT */
/* A lexer of PostgreSQL's SQL that knows just enough to tell a :name from everything that only looks like one. */
#ifndef SKILLSD_DB_LEXER_H
#define SKILLSD_DB_LEXER_H

#include <stddef.h>

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,      /* :name, the colon included */
    TOKEN_SEMICOLON, /* the end of a statement */
    TOKEN_OTHER,     /* a word, a number, a string, an operator: left as it is */
    TOKEN_FAULT,     /* `fault` says what is wrong at `start` */
    TOKEN_KIND_COUNT
};

struct token {
    enum token_kind kind;
    size_t start;
    size_t length;
    const char *fault;
};

enum { LEXER_DEPTH_MAX = 128 };

/* Inside a subscript a colon is the slice, so `a[:x]` is the slice up to the column x and `a[(:x)]` binds x. The
 * brackets of an array constructor, `array[:x, :y]` and those nested in it, bind. */
struct lexer {
    const char *text;
    size_t length;
    size_t at;
    char open[LEXER_DEPTH_MAX]; /* the brackets that are open: '(' group, '[' subscript, 'A' array constructor */
    int depth;
    char before;   /* what the last token was, as far as a '[' must know: 'A' the word array, '[' or ',', else 0 */
    char previous; /* and the one before the token being read */
};

void lexer_init(struct lexer *lexer, const char *text, size_t length);
/* The next token; white space and comments are passed over. After TOKEN_END and TOKEN_FAULT it must not be called
 * again. */
struct token lexer_next(struct lexer *lexer);

#endif
