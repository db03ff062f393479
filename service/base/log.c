/* SPDX-License-Identifier: MIT */
/* JSON lines on standard error. */
#include "base/log.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const level_names[LOG_LEVEL_COUNT] = {"debug", "info", "warning", "error"};

static enum log_level threshold = LOG_INFO;
static char process_name[32] = "skillsd";

void log_set_level(enum log_level level) {
    threshold = level;
}

void log_set_process(const char *name) {
    snprintf(process_name, sizeof process_name, "%s", name);
}

static void put_time(json_t *line) {
    struct timespec now;
    struct tm utc;
    char text[40];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + length, sizeof text - length, ".%03ldZ", now.tv_nsec / 1000000);
    json_object_set_new(line, "time", json_string(text));
}

/* Text that is not UTF-8 (a client's, a library's) is kept, byte for byte, as Latin-1 would read it. */
static json_t *loggable(const char *text) {
    json_t *string = json_string(text);
    if (string)
        return string;
    size_t length = strlen(text);
    char *widened = malloc(2 * length + 1);
    if (!widened)
        return json_null();
    char *end = widened;
    for (const unsigned char *byte = (const unsigned char *)text; *byte; byte++) {
        if (*byte >= 0x80) {
            *end++ = (char)(0xc0 | *byte >> 6);
            *end++ = (char)(0x80 | (*byte & 0x3f));
        } else {
            *end++ = (char)*byte;
        }
    }
    *end = '\0';
    string = json_string(widened);
    free(widened);
    return string;
}

void log_event(enum log_level level, const char *event, ...) {
    if (level < threshold)
        return;
    json_t *line = json_object();
    put_time(line);
    json_object_set_new(line, "level", json_string(level_names[level]));
    json_object_set_new(line, "process", json_string(process_name));
    json_object_set_new(line, "event", json_string(event));
    va_list pairs;
    va_start(pairs, event);
    for (const char *name; (name = va_arg(pairs, const char *));) {
        const char *text = va_arg(pairs, const char *);
        if (text)
            json_object_set_new(line, name, loggable(text));
    }
    va_end(pairs);
    char *text = json_dumps(line, JSON_COMPACT);
    json_decref(line);
    if (!text)
        return;
    size_t length = strlen(text);
    text[length] = '\n'; /* over the final NUL: the line is written by its length */
    ssize_t written = write(STDERR_FILENO, text, length + 1);
    (void)written; /* there is nowhere to report a log that cannot be written */
    free(text);
}

const char *log_number(long long number) {
    static char buffers[8][24];
    static unsigned int next;
    char *buffer = buffers[next++ % 8];
    snprintf(buffer, sizeof buffers[0], "%lld", number);
    return buffer;
}
