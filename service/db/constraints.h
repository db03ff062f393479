/* SPDX-License-Identifier: MIT */
/* The messages of the constraints: what a `comment on constraint ... is '<pointer> <code>: <sentence>'` says to the
 * reader. */
#ifndef SKILLSD_DB_CONSTRAINTS_H
#define SKILLSD_DB_CONSTRAINTS_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

struct constraint_message {
    char *relation; /* of the constraint, without its schema */
    char *name;
    char *pointer; /* "/minutes"; "" is the whole body */
    char *code;
    char *sentence;
};

struct constraints {
    struct constraint_message *list;
    size_t count;
};

/* Takes the comment apart; false, with nothing allocated, when it has not that form. */
bool constraint_message_parse(const char *comment, struct constraint_message *message);

/* Replaces the messages by the rows of sql/engine/constraints.sql: relation, name, comment. A comment of another form
 * is logged. */
void constraints_fill(struct constraints *constraints, const PGresult *rows);
void constraints_clear(struct constraints *constraints);

/* The message of a violated constraint, by name and relation, or else by name alone (a partition has another relation);
 * NULL without one. */
const struct constraint_message *constraints_find(const struct constraints *constraints, const char *relation,
                                                  const char *name);

#endif
