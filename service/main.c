/* SPDX-License-Identifier: MIT */
/* skillsd: finds the command and runs it. */
#include "base/log.h"
#include "base/settings.h"
#include "commands/commands.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const struct command *find_command(const char *name) {
    for (const struct command *const *command = commands; *command; command++) {
        if (strcmp((*command)->name, name) == 0)
            return *command;
    }
    return NULL;
}

static int print_details(const struct command *command) {
    printf("usage: skillsd %s %s\n\n%s\n", command->name, command->arguments, command->help);
    if (command->details)
        command->details(stdout);
    return 0;
}

static int run_command(const struct command *command, int argc, char **argv) {
    if (command->settings) {
        if (!settings_load(stderr))
            return EX_CONFIG;
        log_set_level((enum log_level)setting_number(SETTING_LOG_LEVEL));
    }
    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return print_details(command);
    return command->run(argc, argv);
}

/* Output that could not be written is a failure too: a full disk must not look like success. */
static int closed(int code) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fputs("skillsd: The output could not be written.\n", stderr);
    return code ? code : EX_IOERR;
}

int main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--version") == 0) {
        puts("skillsd " SKILLSD_VERSION);
        return closed(0);
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = command_help.name;
    const struct command *command = find_command(name);
    if (!command) {
        if (*name)
            fprintf(stderr, "skillsd: There is no command \"%s\".\n", name);
        commands_list(stderr);
        return EX_USAGE;
    }
    return closed(run_command(command, argc - 1, argv + 1));
}
