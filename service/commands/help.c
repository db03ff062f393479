/* SPDX-License-Identifier: MIT */
/* help: the commands and the settings. */
#include "base/settings.h"
#include "commands/commands.h"

#include <stdio.h>

static int run(int argc, char **argv) {
    (void)argc;
    (void)argv;
    commands_list(stdout);
    puts("\nSettings, from the environment:\n");
    settings_help(stdout);
    return 0;
}

const struct command command_help = {
    .name = "help", .arguments = "", .help = "Lists the commands and the settings.", .run = run};
