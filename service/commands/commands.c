/* SPDX-License-Identifier: MIT */
/* The table of commands, and the few things that several of them do. */
#include "commands/commands.h"

#include "base/memory.h"
#include "base/settings.h"
#include "db/session.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

const struct command *const commands[] = {
    &command_serve, &command_check, &command_migrate, &command_import, &command_issuer,
    &command_token, &command_demo,  &command_audit,   &command_help,   NULL,
};

void commands_list(FILE *out) {
    fputs("usage: skillsd COMMAND [ARGUMENTS]\n\n", out);
    for (const struct command *const *command = commands; *command; command++)
        fprintf(out, "  %s %s\n      %s\n", (*command)->name, (*command)->arguments, (*command)->help);
    fputs("\n`skillsd COMMAND --help` says more about one, `skillsd help` lists the settings.\n", out);
}

int command_usage(const struct command *command) {
    fprintf(stderr, "usage: skillsd %s %s\n", command->name, command->arguments);
    return EX_USAGE;
}

int command_fail(int code, char *take_sentence) {
    fprintf(stderr, "skillsd: %s\n", take_sentence);
    free(take_sentence);
    return code;
}

int command_require_demo(const struct command *command) {
    if (setting_number(SETTING_DEMO) == 1)
        return 0;
    return command_fail(EX_NOPERM,
                        xasprintf("`%s` exists only where SKILLSD_DEMO=1 is set, and never where real people are "
                                  "recorded.",
                                  command->name));
}

int command_open_owner(const struct command *command, PGconn **connection) {
    const char *url = setting_text(SETTING_OWNER_URL);
    if (*url == '\0') {
        bool serving = *setting_text(SETTING_DATABASE_URL) != '\0';
        return command_fail(EX_CONFIG,
                            xasprintf("`%s` works as the owner of the schema, and SKILLSD_OWNER_URL is not "
                                      "set%s.",
                                      command->name, serving ? "; the role of SKILLSD_DATABASE_URL owns nothing" : ""));
    }
    char *name = xasprintf("skillsd %s", command->name);
    char *why = NULL;
    *connection = session_open(url, name, &why);
    free(name);
    return *connection ? 0 : command_fail(EX_UNAVAILABLE, why);
}

bool command_read_number(const char *text, long minimum, long maximum, long *number) {
    if (!isdigit((unsigned char)*text))
        return false;
    char *end;
    errno = 0;
    *number = strtol(text, &end, 10);
    return *end == '\0' && errno == 0 && *number >= minimum && *number <= maximum;
}
