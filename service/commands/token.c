/* SPDX-License-Identifier: MIT */
/* token: a token of the local signer, for somebody of the demo. */
#include "access/signer.h"
#include "base/memory.h"
#include "base/settings.h"
#include "commands/commands.h"
#include "db/session.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { SECONDS_DEFAULT = 3600, SECONDS_MAX = 86400 };

static const char subject_file[] = "sql/demo/token_subject.sql";
static const char *const roles[] = {"officer", "manager", "hr", "college", "auditor", "provider", "administrator"};

struct options {
    const char *role;
    const char *person; /* or NULL */
    const char *scope;  /* or NULL: all that the subject's role has */
    long seconds;
};

static bool role_is_known(const char *role) {
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        if (strcmp(roles[i], role) == 0)
            return true;
    }
    return false;
}

static bool person_is_uuid(const char *person) {
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (strlen(person) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i]; i++) {
        if (form[i] == '-' ? person[i] != '-' : !strchr("0123456789abcdefABCDEF", person[i]))
            return false;
    }
    return true;
}

static bool take_option(int option, const char *value, struct options *options) {
    switch (option) {
    case 'a':
        options->role = value;
        return role_is_known(value);
    case 'p':
        options->person = value;
        return person_is_uuid(value);
    case 's':
        options->scope = value;
        return true;
    case 'n':
        return command_read_number(value, 1, SECONDS_MAX, &options->seconds);
    default:
        return false;
    }
}

static bool read_options(int argc, char **argv, struct options *options) {
    static const struct option known[] = {{"as", required_argument, NULL, 'a'},
                                          {"person", required_argument, NULL, 'p'},
                                          {"scope", required_argument, NULL, 's'},
                                          {"seconds", required_argument, NULL, 'n'},
                                          {0}};
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (!take_option(option, optarg, options))
            return false;
    }
    return options->role && optind == argc;
}

static int require_settings(void) {
    static const struct {
        enum setting setting;
        const char *name;
    } needed[] = {{SETTING_DEMO_KEY, "SKILLSD_DEMO_KEY"},
                  {SETTING_JWKS, "SKILLSD_JWKS"},
                  {SETTING_OIDC_ISSUER, "SKILLSD_OIDC_ISSUER"},
                  {SETTING_OIDC_AUDIENCE, "SKILLSD_OIDC_AUDIENCE"}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (*setting_text(needed[i].setting) == '\0')
            return command_fail(EX_CONFIG,
                                xasprintf("%s is not set, and a token cannot be made without it.", needed[i].name));
    }
    return 0;
}

/* One row of subject and scope, or NULL with *why set. */
static PGresult *find_subject(PGconn *connection, const struct options *options, char **why) {
    struct script script;
    if (!script_load(setting_text(SETTING_HOME), subject_file, &script, why))
        return NULL;
    const char *values[] = {options->role, options->person, setting_text(SETTING_OIDC_ISSUER)};
    PGresult *row = session_query(connection, script.text, 3, values, why);
    script_clear(&script);
    return row;
}

static int print_token(const struct options *options, const char *subject, const char *scope) {
    const char *key = setting_text(SETTING_DEMO_KEY);
    const struct token_request request = {
        .issuer = setting_text(SETTING_OIDC_ISSUER),
        .audience = setting_text(SETTING_OIDC_AUDIENCE),
        .subject = subject,
        .scope = options->scope ? options->scope : scope,
        .seconds = options->seconds,
    };
    char *why = NULL;
    char *token = signer_make_key(key, setting_text(SETTING_JWKS), &why) ? signer_sign(key, &request, &why) : NULL;
    if (!token)
        return command_fail(EX_CONFIG, why);
    puts(token);
    free(token);
    return 0;
}

static int make_token(PGconn *connection, const struct options *options) {
    char *why = NULL;
    PGresult *row = find_subject(connection, options, &why);
    if (!row)
        return command_fail(EX_UNAVAILABLE, why);
    int code = PQntuples(row) == 0
                   ? command_fail(EX_NOINPUT, xasprintf("There is nobody%s%s who could act as %s; `skillsd demo` makes "
                                                        "people.",
                                                        options->person ? " with the identifier " : "",
                                                        options->person ? options->person : "", options->role))
                   : print_token(options, PQgetvalue(row, 0, 0), PQgetvalue(row, 0, 1));
    PQclear(row);
    return code;
}

static int run(int argc, char **argv) {
    struct options options = {.seconds = SECONDS_DEFAULT};
    if (!read_options(argc, argv, &options))
        return command_usage(&command_token);
    PGconn *connection = NULL;
    int code = command_require_demo(&command_token);
    if (code == 0)
        code = require_settings();
    if (code == 0)
        code = command_open_owner(&command_token, &connection);
    if (code == 0)
        code = make_token(connection, &options);
    PQfinish(connection);
    return code;
}

const struct command command_token = {
    .name = "token",
    .arguments =
        "--as officer|manager|hr|college|auditor|provider|administrator [--person ID] [--seconds N] [--scope \"...\"]",
    .help = "Prints a demo token.",
    .settings = true,
    .run = run,
};
