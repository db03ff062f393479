/* SPDX-License-Identifier: MIT */
/* The table of settings, read from the environment once and checked as a whole. */
#include "base/settings.h"

#include "base/memory.h"

#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum type { TYPE_TEXT, TYPE_INTEGER, TYPE_FLAG, TYPE_CHOICE, TYPE_COUNT };

enum { CHOICES_MAXIMUM = 4 };

struct definition {
    const char *name;
    enum type type;
    const char *fallback;  /* the value when the environment has none */
    long minimum, maximum; /* of an integer */
    const char *choices[CHOICES_MAXIMUM + 1];
    const char *help;
};

struct value {
    char *text; /* NULL until settings_load */
    long number;
};

/* A setting's text turned into its number; false when the text is not of the type. */
typedef bool number_reader(const struct definition *definition, const char *text, long *number);

#define PREFIX "SKILLSD_"

static const struct definition definitions[SETTING_COUNT] = {
    [SETTING_LISTEN] = {PREFIX "LISTEN", TYPE_TEXT, "127.0.0.1:8080", .help = "Address and port to serve on."},
    [SETTING_TLS_CERTIFICATE] = {PREFIX "TLS_CERTIFICATE", TYPE_TEXT, "",
                                 .help = "File with the certificate and its chain (PEM); read again on SIGHUP."},
    [SETTING_TLS_KEY] = {PREFIX "TLS_KEY", TYPE_TEXT, "",
                         .help = "File with the certificate's private key (PEM, no passphrase)."},
    [SETTING_PLAIN_HTTP] = {PREFIX "PLAIN_HTTP", TYPE_FLAG, "0", 0, 1,
                            .help =
                                "1: without TLS other machines are served too; only behind a balancer that ends TLS."},
    [SETTING_SECURITY_CONTACT] = {PREFIX "SECURITY_CONTACT", TYPE_TEXT, "",
                                  .help = "Whom security.txt names: a mailto:, https: or tel: URI."},
    [SETTING_DATABASE_URL] = {PREFIX "DATABASE_URL", TYPE_TEXT, "",
                              .help = "Connection string of the serving role, which owns nothing."},
    [SETTING_OWNER_URL] = {PREFIX "OWNER_URL", TYPE_TEXT, "",
                           .help = "Connection string of the schema's owner; only migrate, import and demo use it."},
    [SETTING_HOME] = {PREFIX "HOME", TYPE_TEXT, "",
                      .help = "Folder that holds api-spec/ and sql/; found beside the program when not set."},
    [SETTING_OIDC_ISSUER] = {PREFIX "OIDC_ISSUER", TYPE_TEXT, "",
                             .help = "Issuer (iss) whose keys are in SKILLSD_JWKS; others are in the database."},
    [SETTING_OIDC_AUDIENCE] = {PREFIX "OIDC_AUDIENCE", TYPE_TEXT, "skillsd",
                               .help = "Audience that a token of that issuer must name (aud)."},
    [SETTING_JWKS] = {PREFIX "JWKS", TYPE_TEXT, "", .help = "File with that issuer's public keys (RFC 7517)."},
    [SETTING_DEMO] = {PREFIX "DEMO", TYPE_FLAG, "0", 0, 1,
                      .help = "1: tokens of the local signer are accepted; never where real people are recorded."},
    [SETTING_DEMO_KEY] = {PREFIX "DEMO_KEY", TYPE_TEXT, "", .help = "File with the demo signer's private key."},
    [SETTING_WORKERS] = {PREFIX "WORKERS", TYPE_INTEGER, "0", 0, 64, .help = "Worker processes; 0 is one a core."},
    [SETTING_LOG_LEVEL] = {PREFIX "LOG_LEVEL", TYPE_CHOICE, "info", .choices = {"debug", "info", "warning", "error"},
                           .help = "Lines below this level are not written."},
    [SETTING_RATE_ADDRESS] = {PREFIX "RATE_ADDRESS", TYPE_INTEGER, "12000", 0, 1000000000,
                              .help = "Requests a minute of one client address (IPv6: of its /64); 0 is no limit."},
    [SETTING_RATE_PRINCIPAL] = {PREFIX "RATE_PRINCIPAL", TYPE_INTEGER, "1200", 0, 1000000000,
                                .help =
                                    "Requests a minute of one principal, a token's issuer and subject; 0 is no limit."},
    [SETTING_FORWARDED] = {PREFIX "FORWARDED", TYPE_FLAG, "0", 0, 1,
                           .help =
                               "1: the last element of X-Forwarded-For is the client's address; only behind a proxy "
                               "that sets it."},
    [SETTING_CONNECTIONS] = {PREFIX "CONNECTIONS", TYPE_INTEGER, "10000", 1, 1000000,
                             .help = "Client connections that a worker holds at once."},
    [SETTING_HEADER_BYTES] = {PREFIX "HEADER_BYTES", TYPE_INTEGER, "16384", 1024, 1048576,
                              .help = "Longest request line and header together."},
    [SETTING_BODY_BYTES] = {PREFIX "BODY_BYTES", TYPE_INTEGER, "1048576", 1024, 67108864,
                            .help = "Longest request body."},
    [SETTING_REQUEST_SECONDS] = {PREFIX "REQUEST_SECONDS", TYPE_INTEGER, "15", 1, 3600,
                                 .help = "Time in which a whole request must have arrived."},
    [SETTING_IDLE_SECONDS] = {PREFIX "IDLE_SECONDS", TYPE_INTEGER, "60", 1, 3600,
                              .help = "Time that a kept connection may wait for its next request."},
    [SETTING_STOP_SECONDS] = {PREFIX "STOP_SECONDS", TYPE_INTEGER, "30", 0, 3600,
                              .help = "Grace that requests in progress have at a stop."},
    [SETTING_POINT_CONNECTIONS] = {PREFIX "POINT_CONNECTIONS", TYPE_INTEGER, "2", 1, 64,
                                   .help = "Database connections of a worker for reads of rows."},
    [SETTING_WRITE_CONNECTIONS] = {PREFIX "WRITE_CONNECTIONS", TYPE_INTEGER, "4", 1, 64,
                                   .help = "Database connections of a worker for changes."},
    [SETTING_REPORT_CONNECTIONS] = {PREFIX "REPORT_CONNECTIONS", TYPE_INTEGER, "2", 1, 64,
                                    .help = "Database connections of a worker for reports."},
    [SETTING_REPORT_QUEUE] = {PREFIX "REPORT_QUEUE", TYPE_INTEGER, "32", 1, 10000,
                              .help = "Reports that wait in a worker before the next is answered 503."},
    [SETTING_STREAM_CONNECTIONS] = {PREFIX "STREAM_CONNECTIONS", TYPE_INTEGER, "2", 1, 64,
                                    .help = "Database connections of a worker for streams."},
    [SETTING_REPORT_JOB_SECONDS] = {PREFIX "REPORT_JOB_SECONDS", TYPE_INTEGER, "900", 1, 86400,
                                    .help = "Longest running of a report that is answered later."},
    [SETTING_REPORT_JOB_MIB] = {PREFIX "REPORT_JOB_MIB", TYPE_INTEGER, "256", 1, 65536,
                                .help = "Largest file of such a report, in MiB."},
    [SETTING_REPORT_DAYS] = {PREFIX "REPORT_DAYS", TYPE_INTEGER, "7", 1, 365,
                             .help = "How long the file of such a report is kept."},
    [SETTING_SEAL_SECONDS] = {PREFIX "SEAL_SECONDS", TYPE_INTEGER, "5", 1, 3600,
                              .help = "How often the clerk seals the audit trail."},
    [SETTING_AUDIT_KEY] = {PREFIX "AUDIT_KEY", TYPE_TEXT, "",
                           .help = "File with the private key that signs the audit trail's heads; made when absent. "
                                   "Not set: the trail is not sealed."},
    [SETTING_AUDIT_JWKS] = {PREFIX "AUDIT_JWKS", TYPE_TEXT, "",
                            .help = "File with the public keys of the heads, old ones too."},
    [SETTING_AUDIT_HEADS] = {PREFIX "AUDIT_HEADS", TYPE_TEXT, "",
                             .help = "File that keeps the heads outside the database."},
    [SETTING_KEYS_SECONDS] = {PREFIX "KEYS_SECONDS", TYPE_INTEGER, "300", 1, 86400,
                              .help = "How often the clerk fetches the keys of each issuer."},
    [SETTING_CA_FILE] = {PREFIX "CA_FILE", TYPE_TEXT, "",
                         .help = "File with the certificates that vouch for providers; the system's when not set."},
};

/* What ./dev env and the tests export for others: never a setting, and no fault. */
static const char *const foreign_prefixes[] = {PREFIX "URL=", PREFIX "TEST_"};

static struct value values[SETTING_COUNT];

static bool read_text(const struct definition *definition, const char *text, long *number) {
    (void)definition;
    (void)text;
    *number = 0;
    return true;
}

/* Decimal digits with at most a minus; strtol alone would allow spaces and a plus. */
static bool read_integer(const struct definition *definition, const char *text, long *number) {
    const char *digits = text + (*text == '-');
    if (!isdigit((unsigned char)*digits))
        return false;
    char *end;
    errno = 0;
    *number = strtol(text, &end, 10);
    return *end == '\0' && errno == 0 && *number >= definition->minimum && *number <= definition->maximum;
}

static bool read_flag(const struct definition *definition, const char *text, long *number) {
    (void)definition;
    *number = text[0] - '0';
    return strcmp(text, "0") == 0 || strcmp(text, "1") == 0;
}

static bool read_choice(const struct definition *definition, const char *text, long *number) {
    for (long i = 0; definition->choices[i]; i++) {
        if (strcmp(text, definition->choices[i]) == 0) {
            *number = i;
            return true;
        }
    }
    return false;
}

static const struct {
    const char *name;
    const char *kind; /* what a value that is refused is not, before its limits */
    number_reader *read;
} types[TYPE_COUNT] = {
    [TYPE_TEXT] = {"text", "", read_text},
    [TYPE_INTEGER] = {"integer", "a whole number from ", read_integer},
    [TYPE_FLAG] = {"flag", "", read_flag},
    [TYPE_CHOICE] = {"choice", "one of ", read_choice},
};

/* The limits of a setting as people read them; to be freed. */
static char *limits_text(const struct definition *definition) {
    if (definition->type == TYPE_TEXT)
        return xstrdup("");
    if (definition->type == TYPE_FLAG)
        return xstrdup("0 or 1");
    if (definition->type == TYPE_INTEGER)
        return xasprintf("%ld to %ld", definition->minimum, definition->maximum);
    char *all = xstrdup(definition->choices[0]);
    for (size_t i = 1; definition->choices[i]; i++) {
        char *longer = xasprintf("%s, %s", all, definition->choices[i]);
        free(all);
        all = longer;
    }
    return all;
}

static void set_value(enum setting setting, const char *text, long number) {
    free(values[setting].text);
    values[setting] = (struct value){xstrdup(text), number};
}

/* A variable that is set but empty counts as not set: compose files and shells pass those on. */
static bool load_setting(enum setting setting, FILE *report) {
    const struct definition *definition = &definitions[setting];
    const char *given = getenv(definition->name);
    const char *text = given && *given ? given : definition->fallback;
    long number;
    if (!types[definition->type].read(definition, text, &number)) {
        char *limits = limits_text(definition);
        fprintf(report, "%s: \"%s\" is not %s%s\n", definition->name, text, types[definition->type].kind, limits);
        free(limits);
        return false;
    }
    set_value(setting, text, number);
    return true;
}

/* `variable` is an entry of the environment, NAME=VALUE. */
static bool variable_is_known(const char *variable) {
    for (size_t i = 0; i < sizeof foreign_prefixes / sizeof *foreign_prefixes; i++) {
        if (strncmp(variable, foreign_prefixes[i], strlen(foreign_prefixes[i])) == 0)
            return true;
    }
    size_t length = strcspn(variable, "=");
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strlen(definitions[i].name) == length && strncmp(variable, definitions[i].name, length) == 0)
            return true;
    }
    return false;
}

static bool report_unknown_variables(FILE *report) {
    bool good = true;
    for (char **variable = environ; variable && *variable; variable++) {
        if (strncmp(*variable, PREFIX, strlen(PREFIX)) != 0 || variable_is_known(*variable))
            continue;
        fprintf(report, "%.*s: there is no setting of this name\n", (int)strcspn(*variable, "="), *variable);
        good = false;
    }
    return good;
}

/* In a checkout the program is in build/ beside api-spec/; installed, its files are in ../share/skillsd. */
static void find_home(void) {
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0)
        return;
    program[length] = '\0';
    const char *above = dirname(dirname(program));
    if (strcmp(above, "/") == 0)
        above = "";
    char *contract = xasprintf("%s/api-spec/openapi.yaml", above);
    char *home = access(contract, F_OK) == 0 ? xstrdup(*above ? above : "/") : xasprintf("%s/share/skillsd", above);
    set_value(SETTING_HOME, home, 0);
    free(home);
    free(contract);
}

bool settings_load(FILE *report) {
    bool good = report_unknown_variables(report);
    for (size_t i = 0; i < SETTING_COUNT; i++)
        good = load_setting((enum setting)i, report) && good;
    if (*setting_text(SETTING_HOME) == '\0')
        find_home();
    return good;
}

const char *setting_text(enum setting setting) {
    return values[setting].text ? values[setting].text : definitions[setting].fallback;
}

long setting_number(enum setting setting) {
    if (values[setting].text)
        return values[setting].number;
    const struct definition *definition = &definitions[setting];
    long number;
    types[definition->type].read(definition, definition->fallback, &number);
    return number;
}

void settings_help(FILE *out) {
    static const char row[] = "%-27s %-8s %-15s %-27s %s\n";
    fprintf(out, row, "name", "type", "default", "limits", "meaning");
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct definition *definition = &definitions[i];
        char *limits = limits_text(definition);
        fprintf(out, row, definition->name, types[definition->type].name, definition->fallback, limits,
                definition->help);
        free(limits);
    }
}
