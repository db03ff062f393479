/* SPDX-License-Identifier: MIT */
/* issuer: registers an issuer as the owner of the schema, so that there is somebody who may register the others. */
#include "base/memory.h"
#include "base/settings.h"
#include "commands/commands.h"
#include "db/named.h"
#include "process/fetch.h"

#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const char default_scopes[] = "record:read record:write";
static const char administration[] = "administration";

/* In bytes; the table counts characters, which are no more. */
enum { URL_MAXIMUM = 500, TITLE_MAXIMUM = 200, AUDIENCE_MAXIMUM = 255, SUBJECT_MAXIMUM = 255 };

struct options {
    const char *url, *audience, *title, *administrator;
    json_t *organisations, *scopes; /* arrays of text */
    bool national;
};

static bool has_text(const json_t *array, const char *text) {
    size_t index;
    const json_t *member;
    json_array_foreach((json_t *)array, index, member) {
        if (strcmp(json_string_value(member), text) == 0)
            return true;
    }
    return false;
}

static void add_words(json_t *array, const char *text) {
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t length = strcspn(text, " ");
        json_array_append_new(array, json_stringn(text, length));
        text += length;
    }
}

static bool take_option(int option, const char *value, struct options *options) {
    switch (option) {
    case 'a':
        options->audience = value;
        return true;
    case 't':
        options->title = value;
        return true;
    case 'o':
        json_array_append_new(options->organisations, json_string(value));
        return true;
    case 's':
        add_words(options->scopes, value);
        return true;
    case 'n':
        options->national = true;
        return true;
    case 'd':
        options->administrator = value;
        return true;
    default:
        return false;
    }
}

static bool read_options(int argc, char **argv, struct options *options) {
    static const struct option known[] = {{"audience", required_argument, NULL, 'a'},
                                          {"title", required_argument, NULL, 't'},
                                          {"organisation", required_argument, NULL, 'o'},
                                          {"scopes", required_argument, NULL, 's'},
                                          {"national", no_argument, NULL, 'n'},
                                          {"administrator", required_argument, NULL, 'd'},
                                          {0}};
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (!take_option(option, optarg, options))
            return false;
    }
    if (!options->audience || !options->title || optind + 1 != argc)
        return false;
    options->url = argv[optind];
    return true;
}

/* Without --scopes: what everybody needs for the own record, and what an administrator needs. */
static void complete_scopes(const struct options *options) {
    if (json_array_size(options->scopes) > 0)
        return;
    add_words(options->scopes, default_scopes);
    if (options->administrator)
        add_words(options->scopes, administration);
}

static bool has_length(const char *text, size_t maximum) {
    return !text || (*text && strlen(text) <= maximum);
}

/* What cannot be kept; 0 when nothing is wrong. */
static int judge_texts(const struct options *options) {
    if (!fetch_may_ask(options->url, true) || strpbrk(options->url, "?# \\\"<>") ||
        !has_length(options->url, URL_MAXIMUM))
        return command_fail(EX_USAGE,
                            xstrdup("The URL must be https, or http on loopback, have no query, fragment, user "
                                    "or password, and be no longer than 500 characters."));
    if (!has_length(options->title, TITLE_MAXIMUM) || !has_length(options->audience, AUDIENCE_MAXIMUM) ||
        !has_length(options->administrator, SUBJECT_MAXIMUM))
        return command_fail(EX_USAGE, xstrdup("The title must have 1 to 200 characters, the audience and the "
                                              "administrator's subject 1 to 255."));
    return 0;
}

/* What cannot be meant; 0 when nothing is wrong. */
static int judge_options(const struct options *options) {
    if (!options->national && json_array_size(options->organisations) == 0)
        return command_fail(EX_USAGE, xstrdup("An issuer needs --organisation, or --national."));
    if (options->administrator && !options->national)
        return command_fail(EX_USAGE, xstrdup("An administrator of the nation signs in with a --national issuer."));
    if (options->administrator && !has_text(options->scopes, administration))
        return command_fail(EX_USAGE, xstrdup("An administrator needs the scope administration in --scopes."));
    return 0;
}

/* One row: id of the new issuer, a code that no organisation has, whether the URL is registered already, a scope that
 * there is not. */
static PGresult *add_issuer(PGconn *connection, const struct options *options, char **why) {
    struct statement *statement = named_load(setting_text(SETTING_HOME), "sql/engine/issuer_add.sql");
    if (!statement) {
        *why = xstrdup("sql/engine/issuer_add.sql cannot be used.");
        return NULL;
    }
    char *organisations = json_dumps(options->organisations, 0), *scopes = json_dumps(options->scopes, 0);
    const struct named values[] = {
        {"url", options->url},
        {"title", options->title},
        {"audience", options->audience},
        {"scopes", scopes},
        {"organisations", organisations},
        {"national", options->national ? "true" : "false"},
        {"administrator", options->administrator},
        {NULL, NULL},
    };
    PGresult *row = named_query(connection, statement, values, why);
    statement_free(statement);
    free(organisations);
    free(scopes);
    return row;
}

static int tell(const PGresult *row, const struct options *options) {
    if (!PQgetisnull(row, 0, 3))
        return command_fail(EX_DATAERR, xasprintf("There is no scope \"%s\".", PQgetvalue(row, 0, 3)));
    if (!PQgetisnull(row, 0, 1))
        return command_fail(EX_DATAERR, xasprintf("There is no organisation \"%s\".", PQgetvalue(row, 0, 1)));
    if (PQgetisnull(row, 0, 0))
        return command_fail(EX_DATAERR, xasprintf("%s is registered already.", options->url));
    puts(PQgetvalue(row, 0, 0));
    return 0;
}

static int work(const struct options *options) {
    PGconn *connection = NULL;
    int code = judge_texts(options);
    if (code == 0)
        code = judge_options(options);
    if (code == 0)
        code = command_open_owner(&command_issuer, &connection);
    if (code)
        return code;
    char *why = NULL;
    PGresult *row = add_issuer(connection, options, &why);
    code = row ? tell(row, options) : command_fail(EX_DATAERR, why);
    PQclear(row);
    PQfinish(connection);
    return code;
}

static int run(int argc, char **argv) {
    struct options options = {.organisations = json_array(), .scopes = json_array()};
    int code = EX_USAGE;
    if (read_options(argc, argv, &options)) {
        complete_scopes(&options);
        code = work(&options);
    } else {
        command_usage(&command_issuer);
    }
    json_decref(options.organisations);
    json_decref(options.scopes);
    return code;
}

static void details(FILE *out) {
    fputs("\nThe URL is exactly the claim iss of its tokens: https, or http on loopback. Its keys are found from there "
          "by\n"
          "the running service. --organisation may be repeated. --scopes are the most that its tokens may have in "
          "effect,\n"
          "\"record:read record:write\" when left out. --national lets them act beyond the organisations named.\n"
          "--administrator grants its SUBJECT (the claim sub) administration for the nation. Prints the identifier;\n"
          "roles and all else are edited by the API.\n",
          out);
}

const struct command command_issuer = {
    .name = "issuer",
    .arguments = "URL --audience A --title T [--organisation CODE]... [--scopes \"...\"] [--national] "
                 "[--administrator SUBJECT]",
    .help = "Registers an issuer of tokens, and its first administrator.",
    .settings = true,
    .run = run,
    .details = details,
};
