/* SPDX-License-Identifier: MIT */
/* import: a file of CSV or lines of JSON into the record, with every bad row reported by line, column and reason. */
#include "base/memory.h"
#include "base/settings.h"
#include "commands/backlog.h"
#include "commands/commands.h"
#include "commands/importer.h"
#include "db/session.h"

#include <getopt.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

struct options {
    int dry_run;
    int all_or_nothing;
    const char *name;
    const char *path;
};

static bool read_options(int argc, char **argv, struct options *options) {
    const struct option known[] = {{"dry-run", no_argument, &options->dry_run, 1},
                                   {"all-or-nothing", no_argument, &options->all_or_nothing, 1},
                                   {0}};
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) == 0)
        continue;
    if (option == '?' || argc - optind != 2)
        return false;
    options->name = argv[optind];
    options->path = argv[optind + 1];
    return true;
}

static void print_tally(const struct options *options, const struct import_tally *tally, bool kept) {
    const char *recorded = tally->bad ? "the good rows are recorded" : "all are recorded";
    printf("%s: %ld rows read, %ld faults reported; %s.\n", options->path, tally->rows, tally->bad,
           kept ? recorded : "nothing was recorded");
}

/* The subjects of a file are those of the configured issuer. */
static bool set_issuer(PGconn *connection, char **why) {
    const char *values[] = {setting_text(SETTING_OIDC_ISSUER)};
    PGresult *result = session_query(connection, "select set_config('import.issuer', $1, true)", 1, values, why);
    PQclear(result);
    return result != NULL;
}

static int import_file(PGconn *connection, const struct options *options, const struct import_form *form) {
    struct import_tally tally = {0};
    char *why = NULL;
    if (!session_execute(connection, "begin", &why) || !set_issuer(connection, &why))
        return command_fail(EX_UNAVAILABLE, why);
    const struct import_task task = {connection, form, options->path, stdout};
    if (!importer_run(&task, &tally, &why))
        return command_fail(EX_DATAERR, why);
    bool keep = !options->dry_run && !(options->all_or_nothing && tally.bad);
    if (!session_execute(connection, keep ? "commit" : "rollback", &why))
        return command_fail(EX_DATAERR, why);
    print_tally(options, &tally, keep);
    fflush(stdout);
    if (keep && !backlog_post(connection, &why))
        return command_fail(EX_DATAERR, why);
    return tally.bad ? EX_DATAERR : 0;
}

static int run(int argc, char **argv) {
    struct options options = {0};
    if (!read_options(argc, argv, &options))
        return command_usage(&command_import);
    char *why = NULL;
    struct import_form form;
    if (!import_form_load(setting_text(SETTING_HOME), NULL, options.name, &form, &why)) {
        command_fail(EX_USAGE, why);
        import_forms_list(setting_text(SETTING_HOME), stderr);
        return EX_USAGE;
    }
    PGconn *connection = NULL;
    int code = EX_NOINPUT;
    if (access(options.path, R_OK) != 0)
        command_fail(code, xasprintf("%s cannot be read.", options.path));
    else
        code = command_open_owner(&command_import, &connection);
    if (code == 0)
        code = import_file(connection, &options, &form);
    PQfinish(connection);
    import_form_clear(&form);
    return code;
}

static void details(FILE *out) {
    fputs("\nGood rows are recorded although others are bad, unless --all-or-nothing; the exit code is 65 if any was "
          "bad.\n"
          "A name that ends in .ndjson is that of a file with one JSON object a line, whose members are the columns.\n"
          "--dry-run records nothing. The header's names are compared in lower case, with underscores for spaces.\n"
          "What can be imported, [optional] columns in brackets:\n",
          out);
    import_forms_list(setting_text(SETTING_HOME), out);
}

const struct command command_import = {
    .name = "import",
    .arguments = "NAME FILE [--dry-run] [--all-or-nothing]",
    .help = "Reads a file of CSV or lines of JSON into the record.",
    .settings = true,
    .run = run,
    .details = details,
};
