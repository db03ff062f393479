/* SPDX-License-Identifier: MIT */
/* The supervisor's loop: it waits for signals, a tenth of a second at most, and then looks at each child. */
#include "process/supervisor.h"

#include "access/token.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/settings.h"
#include "process/agreement.h"
#include "process/certificate.h"
#include "process/counters.h"
#include "process/serving.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A worker whose heart has not beaten for so long hangs; one that lived longer than settled is started again at once.
 */
static const double hung_seconds = 10, settled_seconds = 10, delay_first = 0.1, delay_most = 5;

struct child {
    process_run *run;
    char name[16]; /* in the log: worker-1, clerk */
    bool watched;  /* must beat; the clerk may block */
    int slot;
    pid_t pid; /* 0 when it does not run */
    double started;
    double due;   /* when to start it, if it does not run */
    double delay; /* before the start after the next end */
};

struct supervisor {
    const struct serving *serving;
    struct child *children;
    int count;
    sigset_t signals;  /* those that are waited for; blocked but in sigtimedwait */
    sigset_t original; /* what was blocked before, as the children want it */
    bool stopping;
    double deadline; /* of a stop */
};

/* In the child. It goes down with the supervisor, and the terminal's Ctrl-C is for the supervisor alone. */
static void become_child(const struct supervisor *supervisor, const struct child *child, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
    signal(SIGINT, SIG_IGN);
    sigprocmask(SIG_SETMASK, &supervisor->original, NULL);
    log_set_process(child->name);
    exit(child->run(supervisor->serving, child->slot));
}

static void start_child(struct supervisor *supervisor, struct child *child) {
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        become_child(supervisor, child, parent);
    child->started = clock_seconds();
    if (pid > 0) {
        child->pid = pid;
        return;
    }
    log_event(LOG_ERROR, "fork_failed", "child", child->name, NULL);
    child->due = child->started + delay_most;
}

static void start_due(struct supervisor *supervisor) {
    for (int i = 0; i < supervisor->count; i++) {
        struct child *child = &supervisor->children[i];
        if (child->pid || child->due > clock_seconds())
            continue;
        if (child->started > 0)
            counters_restarted(supervisor->serving->counters, child->slot);
        start_child(supervisor, child);
    }
}

/* The first restart is at once; after ends in quick succession it takes longer and longer. */
static void plan_restart(struct child *child) {
    if (clock_seconds() - child->started > settled_seconds)
        child->delay = 0;
    child->due = clock_seconds() + child->delay;
    double longer = child->delay > 0 ? 2 * child->delay : delay_first;
    child->delay = longer < delay_most ? longer : delay_most;
}

static void log_end(const struct supervisor *supervisor, const struct child *child, int status) {
    bool clean = supervisor->stopping && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    log_event(clean ? LOG_INFO : LOG_ERROR, "child_ended", "child", child->name, "status",
              WIFEXITED(status) ? log_number(WEXITSTATUS(status)) : NULL, "signal",
              WIFSIGNALED(status) ? log_number(WTERMSIG(status)) : NULL, NULL);
}

static void reap(struct supervisor *supervisor) {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        for (int i = 0; i < supervisor->count; i++) {
            struct child *child = &supervisor->children[i];
            if (child->pid != pid)
                continue;
            log_end(supervisor, child, status);
            child->pid = 0;
            plan_restart(child);
        }
    }
}

/* The slot may hold the heartbeat of the worker before, hence the age of this one. */
static void kill_hung(const struct supervisor *supervisor) {
    for (int i = 0; i < supervisor->count; i++) {
        const struct child *child = &supervisor->children[i];
        if (!child->pid || !child->watched || clock_seconds() - child->started < hung_seconds ||
            counters_beat_age(supervisor->serving->counters, child->slot) < hung_seconds)
            continue;
        log_event(LOG_ERROR, "worker_hangs", "child", child->name, NULL);
        kill(child->pid, SIGKILL);
    }
}

static void send_all(const struct supervisor *supervisor, int number) {
    for (int i = 0; i < supervisor->count; i++) {
        if (supervisor->children[i].pid)
            kill(supervisor->children[i].pid, number);
    }
}

static bool any_child(const struct supervisor *supervisor) {
    for (int i = 0; i < supervisor->count; i++) {
        if (supervisor->children[i].pid)
            return true;
    }
    return false;
}

static void stop(struct supervisor *supervisor) {
    if (supervisor->stopping) {
        supervisor->deadline = 0;
        return;
    }
    log_event(LOG_INFO, "stopping", NULL);
    supervisor->stopping = true;
    supervisor->deadline = clock_seconds() + (double)setting_number(SETTING_STOP_SECONDS);
    close(supervisor->serving->socket);
    send_all(supervisor, SIGTERM);
}

static void take_signal(struct supervisor *supervisor) {
    static const struct timespec patience = {0, 100000000};
    int number = sigtimedwait(&supervisor->signals, NULL, &patience);
    if (number == SIGTERM || number == SIGINT)
        stop(supervisor);
    if (number == SIGHUP) {
        token_verifier_refresh(supervisor->serving->verifier);
        certificate_refresh(supervisor->serving);
        send_all(supervisor, SIGHUP);
    }
}

static void look_after(struct supervisor *supervisor) {
    if (!supervisor->stopping) {
        start_due(supervisor);
        kill_hung(supervisor);
        agreement_look(&supervisor->serving->checked, clock_seconds());
    } else if (clock_seconds() > supervisor->deadline) {
        send_all(supervisor, SIGKILL);
    }
}

static void supervisor_init(struct supervisor *supervisor, const struct serving *serving) {
    *supervisor = (struct supervisor){.serving = serving, .count = serving->workers + 1};
    supervisor->children = xcalloc((size_t)supervisor->count, sizeof *supervisor->children);
    for (int i = 0; i < supervisor->count; i++) {
        struct child *child = &supervisor->children[i];
        bool clerk = i == serving->workers;
        *child = (struct child){.run = clerk ? clerk_run : worker_run, .watched = !clerk, .slot = i};
        snprintf(child->name, sizeof child->name, clerk ? "clerk" : "worker-%d", i + 1);
    }
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
    sigemptyset(&supervisor->signals);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaddset(&supervisor->signals, numbers[i]);
    sigprocmask(SIG_BLOCK, &supervisor->signals, &supervisor->original);
}

int supervisor_run(const struct serving *serving) {
    struct supervisor supervisor;
    supervisor_init(&supervisor, serving);
    start_due(&supervisor);
    while (!supervisor.stopping || any_child(&supervisor)) {
        take_signal(&supervisor);
        reap(&supervisor);
        look_after(&supervisor);
    }
    log_event(LOG_INFO, "stopped", NULL);
    free(supervisor.children);
    return EXIT_SUCCESS;
}
