/* SPDX-License-Identifier: MIT */
/* When each job is due. */
#include "process/job.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RETRY_SECONDS_MAX = 60, INTERVAL_NUMBER_MAX = 10000 };

static const struct {
    const char *name;
    double seconds;
} units[] = {{"second", 1}, {"minute", 60}, {"hour", 3600}, {"day", 86400}};

static double interval_of(const struct script *script) {
    char *text = script_directive(script, "every");
    double interval = text ? job_interval(text) : 0;
    free(text);
    return interval;
}

static bool has_directive(const struct script *script, const char *name) {
    char *text = script_directive(script, name);
    free(text);
    return text != NULL;
}

void jobs_load(struct jobs *jobs, const char *home) {
    *jobs = (struct jobs){0};
    char *why = NULL;
    if (!scripts_load(home, "sql/jobs", &jobs->scripts, &why)) {
        log_event(LOG_ERROR, "jobs_unreadable", "reason", why, NULL);
        free(why);
        return;
    }
    jobs->list = xcalloc(jobs->scripts.count, sizeof *jobs->list);
    for (size_t i = 0; i < jobs->scripts.count; i++) {
        const struct script *script = &jobs->scripts.list[i];
        double interval = interval_of(script);
        if (interval > 0)
            jobs->list[jobs->count++] =
                (struct job){.script = script, .interval = interval, .gauges = has_directive(script, "gauges")};
        else
            log_event(LOG_ERROR, "job_without_interval", "job", script->name, NULL);
    }
}

void jobs_clear(struct jobs *jobs) {
    scripts_clear(&jobs->scripts);
    free(jobs->list);
    *jobs = (struct jobs){0};
}

struct job *jobs_next(const struct jobs *jobs) {
    struct job *next = NULL;
    for (size_t i = 0; i < jobs->count; i++) {
        if (!next || jobs->list[i].due < next->due)
            next = &jobs->list[i];
    }
    return next;
}

void job_ended(struct job *job, double now, bool succeeded) {
    job->failures = succeeded ? 0 : job->failures + 1;
    double delay = succeeded ? job->interval : 1;
    for (int i = 1; i < job->failures && delay < RETRY_SECONDS_MAX; i++)
        delay *= 2;
    job->due = now + (delay < RETRY_SECONDS_MAX || succeeded ? delay : RETRY_SECONDS_MAX);
}

double job_interval(const char *text) {
    int number, end = 0;
    char unit[8];
    if (sscanf(text, "%5d %7[a-z]%n", &number, unit, &end) != 2 || text[end] || number < 1 ||
        number > INTERVAL_NUMBER_MAX)
        return 0;
    size_t length = strlen(unit);
    if (length > 1 && unit[length - 1] == 's')
        unit[length - 1] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(units[i].name, unit) == 0)
            return number * units[i].seconds;
    }
    return 0;
}
