/* SPDX-License-Identifier: MIT */
/* An import has two connections: `control` holds the lock, gives the parts and tells how far it is; `work` has the one
 * transaction in which the rows are copied, judged and recorded. Whatever ends this process, that transaction is done
 * or it is not, and who holds the lock next begins anew with what is not. */
#include "process/import_runner.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/settings.h"
#include "contract/check.h"
#include "db/session.h"
#include "imports/part_stream.h"
#include "imports/row_copy.h"
#include "process/runner.h"

#include <stdlib.h>
#include <string.h>

/* What take_import() gives. */
enum { KEY, KIND, FORMAT, STATE, ATTEMPT };

/* How many people's entries are posted in one transaction. */
static const char post_step[] = "200";

struct runner {
    const char *home;
    const struct contract *contract;
    PGconn *control, *work;
};

/* "12: sentence" and " sentence", as the reading of a file has it, for somebody who has only one file. */
static char *file_sentence(const char *why) {
    if (*why != ' ')
        return xasprintf("Line %s", why);
    char *sentence = xstrdup(why + 1);
    *sentence = (char)(*sentence >= 'a' && *sentence <= 'z' ? *sentence & ~0x20 : *sentence);
    return sentence;
}

static bool fail_import(const struct runner *runner, const PGresult *import, const char *reason, char **why) {
    const char *values[] = {PQgetvalue(import, 0, KEY), PQgetvalue(import, 0, ATTEMPT), reason};
    PGresult *result = session_query(runner->control, "select fail_import($1, $2, $3)", 3, values, why);
    PQclear(result);
    return result != NULL;
}

/* False with *why set, or with *refused set when whoever made it may not make it any more. */
static bool enter(const struct runner *runner, const PGresult *import, bool *refused, char **why) {
    const char *values[] = {PQgetvalue(import, 0, KEY), PQgetvalue(import, 0, ATTEMPT)};
    if (!session_execute(runner->work, "begin", why))
        return false;
    PGresult *result = PQexecParams(runner->work, "select enter_import($1, $2)", 2, NULL, values, NULL, NULL, 0);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    bool good = session_succeeded(result);
    *refused = state && strcmp(state, "SL403") == 0;
    if (!good && !*refused)
        *why = session_cause(runner->work, result);
    PQclear(result);
    return good;
}

static enum row_format format_of(const PGresult *import) {
    return strcmp(PQgetvalue(import, 0, FORMAT), row_format_names[ROW_NDJSON]) == 0 ? ROW_NDJSON : ROW_CSV;
}

/* Copies the parts; true with *fault set to a sentence when the file as a whole is at fault. */
static bool copy_parts(const struct runner *runner, const PGresult *import, const struct import_form *form,
                       char **fault, char **why) {
    struct row_copy copy = {.connection = runner->work, .form = form, .format = format_of(import)};
    struct part_stream parts = {.connection = runner->control,
                                .import = PQgetvalue(import, 0, KEY),
                                .attempt = PQgetvalue(import, 0, ATTEMPT),
                                .rows = &copy.rows,
                                .go_on = runner_goes_on};
    bool file_fault = false;
    char *said = NULL;
    copy.stream = part_stream_open(&parts);
    bool good = row_copy_run(&copy, &file_fault, &said);
    if (parts.why)
        *why = parts.why;
    else if (file_fault)
        *fault = file_sentence(said);
    else if (!good)
        *why = xstrdup(said);
    free(said);
    return *why == NULL;
}

static bool load(const struct runner *runner, const PGresult *import, char **state, char **why) {
    const char *values[] = {PQgetvalue(import, 0, KEY), PQgetvalue(import, 0, ATTEMPT)};
    runner_guard(runner->work);
    *state = runner_goes_on(why) ? runner_ask(runner->work, "select load_import($1, $2)", 2, values, why) : NULL;
    bool good = *state && session_execute(runner->work, "commit", why);
    runner_guard(NULL);
    return good;
}

/* False with *why set; *state is that of the import after it, or NULL when it has failed. */
static bool run_file(const struct runner *runner, const PGresult *import, char **state, char **why) {
    struct import_form form;
    char *fault = NULL;
    bool refused = false;
    if (!import_form_load(runner->home, runner->contract, PQgetvalue(import, 0, KIND), &form, why))
        return false;
    bool good = enter(runner, import, &refused, why) && copy_parts(runner, import, &form, &fault, why) && !fault &&
                load(runner, import, state, why);
    import_form_clear(&form);
    if (refused)
        fault = xstrdup("Whoever made it may not make such an import any more.");
    if (fault)
        good = session_execute(runner->work, "rollback", why) && fail_import(runner, import, fault, why);
    free(fault);
    return good;
}

static bool post(const struct runner *runner, const PGresult *import, char **why) {
    const char *values[] = {PQgetvalue(import, 0, KEY), post_step};
    for (bool more = true; more;) {
        if (!runner_goes_on(why))
            return false;
        char *waiting = runner_ask(runner->control, "select post_import($1, $2)", 2, values, why);
        if (!waiting)
            return false;
        more = strcmp(waiting, "0") != 0;
        free(waiting);
    }
    return true;
}

static bool run_import(void *context, PGconn *control, const PGresult *import, char **why) {
    struct runner *runner = context;
    char *state = NULL;
    bool good = true;
    runner->control = control;
    if (strcmp(PQgetvalue(import, 0, STATE), "posting") == 0) {
        state = xstrdup("posting");
    } else {
        runner->work = session_open(setting_text(SETTING_DATABASE_URL), "skillsd import", why);
        good = runner->work && run_file(runner, import, &state, why);
        PQfinish(runner->work);
    }
    if (good && state && strcmp(state, "posting") == 0)
        good = post(runner, import, why);
    log_event(good || runner_stopping() ? LOG_INFO : LOG_ERROR, "import_ran", "import", PQgetvalue(import, 0, KEY),
              "kind", PQgetvalue(import, 0, KIND), "state",
              state  ? state
              : good ? "failed"
                     : "broken_off",
              "reason", good ? NULL : *why, NULL);
    free(state);
    return good;
}

int import_runner_run(const struct checked *checked) {
    static const struct runner_task task = {
        .name = "skillsd importer",
        .take = "select key, kind, format, state, attempt from take_import()",
        .give_back = "select give_back_import($1, $2)",
        .run = run_import,
    };
    struct runner runner = {.home = setting_text(SETTING_HOME), .contract = checked->contract};
    return runner_run(&task, &runner);
}
