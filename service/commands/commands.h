/* SPDX-License-Identifier: MIT */
/* The commands of skillsd: one file each, ending in its entry of one table. Their exit codes are those of sysexits.h.
 */
#ifndef SKILLSD_COMMANDS_COMMANDS_H
#define SKILLSD_COMMANDS_COMMANDS_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>

struct command {
    const char *name;
    const char *arguments; /* as the usage line shows them */
    const char *help;      /* one line */
    bool settings;         /* the settings are loaded before it runs */
    /* Gets its own name as the first argument. Returns the exit code. */
    int (*run)(int argc, char **argv);
    void (*details)(FILE *out); /* what `--help` says beyond usage and help; or NULL */
};

extern const struct command command_serve, command_check, command_migrate, command_import, command_token, command_demo,
    command_issuer, command_audit, command_help;

/* All of them, ended by NULL, in the order in which help lists them. */
extern const struct command *const commands[];

/* Lists the commands. */
void commands_list(FILE *out);
/* Prints how the command is used and returns EX_USAGE. */
int command_usage(const struct command *command);

/* Prints a sentence on standard error, frees it, and returns the exit code. */
int command_fail(int code, char *take_sentence);
/* 0, or EX_NOPERM with a sentence printed when SKILLSD_DEMO is not 1. */
int command_require_demo(const struct command *command);
/* 0 with a session of the owner of the schema; otherwise an exit code, the reason printed. */
int command_open_owner(const struct command *command, PGconn **connection);
/* A whole number within limits; false when the text is anything else. */
bool command_read_number(const char *text, long minimum, long maximum, long *number);

#endif
