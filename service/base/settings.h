/* SPDX-License-Identifier: MIT */
/* The settings: one table of name, type, default, limits and help; values come from the environment, once, at start. */
#ifndef SKILLSD_BASE_SETTINGS_H
#define SKILLSD_BASE_SETTINGS_H

#include <stdbool.h>
#include <stdio.h>

enum setting {
    SETTING_LISTEN,
    SETTING_TLS_CERTIFICATE,
    SETTING_TLS_KEY,
    SETTING_PLAIN_HTTP,
    SETTING_SECURITY_CONTACT,
    SETTING_DATABASE_URL,
    SETTING_OWNER_URL,
    SETTING_HOME,
    SETTING_OIDC_ISSUER,
    SETTING_OIDC_AUDIENCE,
    SETTING_JWKS,
    SETTING_DEMO,
    SETTING_DEMO_KEY,
    SETTING_WORKERS,
    SETTING_LOG_LEVEL,
    SETTING_RATE_ADDRESS,
    SETTING_RATE_PRINCIPAL,
    SETTING_FORWARDED,
    SETTING_CONNECTIONS,
    SETTING_HEADER_BYTES,
    SETTING_BODY_BYTES,
    SETTING_REQUEST_SECONDS,
    SETTING_IDLE_SECONDS,
    SETTING_STOP_SECONDS,
    SETTING_POINT_CONNECTIONS,
    SETTING_WRITE_CONNECTIONS,
    SETTING_REPORT_CONNECTIONS,
    SETTING_REPORT_QUEUE,
    SETTING_STREAM_CONNECTIONS,
    SETTING_REPORT_JOB_SECONDS,
    SETTING_REPORT_JOB_MIB,
    SETTING_REPORT_DAYS,
    SETTING_SEAL_SECONDS,
    SETTING_AUDIT_KEY,
    SETTING_AUDIT_JWKS,
    SETTING_AUDIT_HEADS,
    SETTING_KEYS_SECONDS,
    SETTING_CA_FILE,
    SETTING_COUNT
};

/* Reads all settings. Every fault is reported on `report`, one a line, with the name and the limits; false if any. An
 * unknown SKILLSD_ variable is a fault too: a misspelt setting must not be ignored. */
bool settings_load(FILE *report);

/* The text of a setting; "" when it is not set and has no default. */
const char *setting_text(enum setting setting);
/* The number of a setting of type integer or flag; of a choice, its place in the list (the log level's is enum
 * log_level). */
long setting_number(enum setting setting);

/* Prints the table for people: name, type, default, limits, help. */
void settings_help(FILE *out);

#endif
