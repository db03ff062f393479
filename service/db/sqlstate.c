/* SPDX-License-Identifier: MIT */
/* SQLSTATE to HTTP (STATEMENTS.md, "Errors"): the class and the codes are those of the manual's appendix A. */
#include "db/sqlstate.h"

#include "base/log.h"
#include "db/statement.h"
#include "http/problem.h"

#include <stdlib.h>
#include <string.h>

/* The first rule whose prefix fits holds. */
static const struct sqlstate_rule rules[] = {
    {"23505", 409, SQLSTATE_CONSTRAINT, "already_exists", "A record with these values exists already.", 0, NULL},
    {"23P01", 409, SQLSTATE_CONSTRAINT, "already_exists", "A record with these values exists already.", 0, NULL},
    {"23503", 422, SQLSTATE_CONSTRAINT, "reference_not_found", "A value refers to something that is not there.", 0,
     NULL},
    {"23514", 422, SQLSTATE_CONSTRAINT, "value_not_accepted", "A value is not accepted.", 0, NULL},
    {"23502", 422, SQLSTATE_CONSTRAINT, "value_required", "A value that is required is missing.", 0, NULL},
    {"SL403", 403, SQLSTATE_NAMED, NULL, "This is not allowed to you.", 0, NULL},
    {"SL404", 404, SQLSTATE_NAMED, NULL, "There is no such thing, or it may not be seen by you.", 0, NULL},
    {"SL409", 409, SQLSTATE_NAMED, NULL, "The present state of the record does not allow this.", 0, NULL},
    {"SL422", 422, SQLSTATE_NAMED, NULL, "A value is not accepted.", 0, NULL},
    {"22", 422, SQLSTATE_PLAIN, "value_not_accepted", "A value is not accepted by the database.", 0, NULL},
    {"54000", 422, SQLSTATE_PLAIN, "value_not_accepted", "A value is not accepted by the database.", 0, NULL},
    {"25006", 500, SQLSTATE_PLAIN, "internal_error", "The request could not be answered.", 0, "alarm_read_only"},
    {"57014", 504, SQLSTATE_PLAIN, "timed_out", "The answer took too long.", 0, "statement_timed_out"},
    {"40001", 503, SQLSTATE_PLAIN, "try_again", "Another request changed the same at once.", 1, "statement_conflict"},
    {"40P01", 503, SQLSTATE_PLAIN, "try_again", "Another request changed the same at once.", 1, "statement_conflict"},
    {"55P03", 503, SQLSTATE_PLAIN, "try_again", "Another request holds the same record.", 1, "statement_conflict"},
    {"53", 503, SQLSTATE_PLAIN, "database_unavailable", "The database is not available.", 1, "database_refused"},
    {"57P01", 503, SQLSTATE_PLAIN, "database_unavailable", "The database is not available.", 1, "database_refused"},
    {"57P02", 503, SQLSTATE_PLAIN, "database_unavailable", "The database is not available.", 1, "database_refused"},
    {"57P03", 503, SQLSTATE_PLAIN, "database_unavailable", "The database is not available.", 1, "database_refused"},
    {"08", 503, SQLSTATE_PLAIN, "database_unavailable", "The database is not available.", 1, "database_refused"},
    {"", 500, SQLSTATE_PLAIN, "internal_error", "The request could not be answered.", 0, "statement_failed"},
};

/* The line of the error in the statement's file; 0 when PostgreSQL does not say where (as in a function). */
static int error_line(const PGresult *failed, const struct statement *statement) {
    const char *position = PQresultErrorField(failed, PG_DIAG_STATEMENT_POSITION);
    return position ? statement_line(statement, atoi(position)) : 0;
}

/* The detail of PostgreSQL's message is left out: it repeats values. */
static void log_failure(const PGresult *failed, const struct statement *statement, const char *event) {
    int line = statement ? error_line(failed, statement) : 0;
    log_event(LOG_ERROR, event, "statement", statement ? statement->name : NULL, "sqlstate",
              PQresultErrorField(failed, PG_DIAG_SQLSTATE), "message",
              PQresultErrorField(failed, PG_DIAG_MESSAGE_PRIMARY), "file", statement ? statement->file : NULL, "line",
              line ? log_number(line) : NULL, NULL);
}

/* A code that a function raised must be one that problem.code can hold. */
static bool is_code(const char *message) {
    size_t length = message ? strlen(message) : 0;
    return length > 0 && length < sizeof((struct problem *)0)->code &&
           strspn(message, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static void set_named(const PGresult *failed, const struct sqlstate_rule *rule, const struct statement *statement,
                      struct problem *problem) {
    const char *code = PQresultErrorField(failed, PG_DIAG_MESSAGE_PRIMARY);
    if (is_code(code)) {
        problem_set(problem, rule->status, code, "%s", rule->sentence);
        return;
    }
    log_failure(failed, statement, "refusal_without_code");
    problem_set(problem, 500, "internal_error", "The request could not be answered.");
}

static void set_violation(const PGresult *failed, const struct sqlstate_rule *rule, const struct statement *statement,
                          const struct constraints *constraints, struct problem *problem) {
    const struct constraint_message *message =
        constraints_find(constraints, PQresultErrorField(failed, PG_DIAG_TABLE_NAME),
                         PQresultErrorField(failed, PG_DIAG_CONSTRAINT_NAME));
    if (!message) {
        log_failure(failed, statement, "constraint_without_sentence");
        problem_set(problem, rule->status, rule->code, "%s", rule->sentence);
        return;
    }
    problem_set(problem, rule->status, message->code, "%s", message->sentence);
    problem_add_fault(problem, message->pointer, message->code, "%s", message->sentence);
}

const struct sqlstate_rule *sqlstate_rule_of(const char *sqlstate) {
    const struct sqlstate_rule *rule = rules;
    while (strncmp(rule->prefix, sqlstate ? sqlstate : "", strlen(rule->prefix)) != 0)
        rule++;
    return rule;
}

void sqlstate_problem(const PGresult *failed, const struct statement *statement, const struct constraints *constraints,
                      struct problem *problem) {
    const struct sqlstate_rule *rule = sqlstate_rule_of(PQresultErrorField(failed, PG_DIAG_SQLSTATE));
    if (rule->event)
        log_failure(failed, statement, rule->event);
    if (rule->kind == SQLSTATE_NAMED)
        set_named(failed, rule, statement, problem);
    else if (rule->kind == SQLSTATE_CONSTRAINT)
        set_violation(failed, rule, statement, constraints, problem);
    else
        problem_set(problem, rule->status, rule->code, "%s", rule->sentence);
    problem->retry_after = rule->retry_after;
}
