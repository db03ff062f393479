/* SPDX-License-Identifier: MIT */
/* serve: everything that can be wrong before the first request is found here, before anything is forked. */
#include "access/limits.h"
#include "access/signer.h"
#include "access/token.h"
#include "base/contact.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/settings.h"
#include "commands/commands.h"
#include "commands/transport.h"
#include "contract/faults.h"
#include "process/agreement.h"
#include "process/counters.h"
#include "process/serving.h"
#include "process/supervisor.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

static int require_settings(void) {
    static const struct {
        enum setting setting;
        const char *name;
        enum setting partner; /* without which it is not needed */
    } needed[] = {{SETTING_DATABASE_URL, "SKILLSD_DATABASE_URL", SETTING_DATABASE_URL},
                  {SETTING_OIDC_ISSUER, "SKILLSD_OIDC_ISSUER", SETTING_JWKS},
                  {SETTING_JWKS, "SKILLSD_JWKS", SETTING_OIDC_ISSUER}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        bool spared = needed[i].partner != needed[i].setting && *setting_text(needed[i].partner) == '\0';
        if (*setting_text(needed[i].setting) == '\0' && !spared)
            return command_fail(
                EX_CONFIG, xasprintf("%s is not set, and requests cannot be answered without it.", needed[i].name));
    }
    return 0;
}

static void warn_of_demo(void) {
    fputs("\n"
          "  ************************************************************************\n"
          "  *  SKILLSD_DEMO=1: tokens for anybody can be made on this machine.     *\n"
          "  *  This service must not face the public, nor hold real people's data. *\n"
          "  ************************************************************************\n\n",
          stderr);
    log_event(LOG_WARNING, "demo", "message",
              "A local signer makes tokens for anybody: this service must not face the public.", NULL);
}

/* A trail that is not sealed is written all the same. */
static void warn_of_audit(void) {
    if (!*setting_text(SETTING_AUDIT_KEY))
        log_event(LOG_WARNING, "audit_not_sealed", "message",
                  "SKILLSD_AUDIT_KEY is not set: the audit trail is written, but nobody would see that it was changed.",
                  NULL);
    else if (!*setting_text(SETTING_AUDIT_HEADS))
        log_event(LOG_WARNING, "audit_heads_not_kept", "message",
                  "SKILLSD_AUDIT_HEADS is not set: nobody would see that the end of the audit trail was cut off.",
                  NULL);
}

static int check_contact(void) {
    const char *contact = setting_text(SETTING_SECURITY_CONTACT);
    if (!*contact)
        log_event(LOG_WARNING, "no_security_contact", "message",
                  "SKILLSD_SECURITY_CONTACT is not set: /.well-known/security.txt is not found.", NULL);
    else if (!contact_is_uri(contact))
        return command_fail(
            EX_CONFIG, xasprintf("SKILLSD_SECURITY_CONTACT: \"%s\" is not a mailto:, https: or tel: URI.", contact));
    return 0;
}

/* A core dump would hold tokens, records and the private key. */
static void forbid_core_dumps(void) {
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

/* Outside the demo no other process of the user may look into this one either. Sanitizers must, in the tests. */
static int prepare_demo(void) {
    if (setting_number(SETTING_DEMO) != 1) {
        prctl(PR_SET_DUMPABLE, 0);
        return 0;
    }
    warn_of_demo();
    char *why = NULL;
    const char *key = setting_text(SETTING_DEMO_KEY);
    if (*key && !signer_make_key(key, setting_text(SETTING_JWKS), &why))
        return command_fail(EX_CONFIG, why);
    return 0;
}

static int check_contract(struct serving *serving) {
    struct faults faults = {0};
    state_share();
    if (check_offline(setting_text(SETTING_HOME), &serving->checked, &faults))
        state_set(agreement_find(&serving->checked, &faults));
    int code = faults.count ? EX_CONFIG : 0;
    faults_print(&faults, stderr);
    faults_clear(&faults);
    return code;
}

static int open_keys(struct serving *serving) {
    char *why = NULL;
    serving->verifier = token_verifier_new(setting_text(SETTING_OIDC_ISSUER), setting_text(SETTING_OIDC_AUDIENCE),
                                           setting_text(SETTING_JWKS), &why);
    return serving->verifier ? 0 : command_fail(EX_CONFIG, why);
}

static struct limits *make_limits(void) {
    const long per_minute[POLICY_COUNT] = {
        [POLICY_ADDRESS] = setting_number(SETTING_RATE_ADDRESS),
        [POLICY_PRINCIPAL] = setting_number(SETTING_RATE_PRINCIPAL),
    };
    return limits_new(per_minute);
}

static int worker_count(void) {
    long asked = setting_number(SETTING_WORKERS);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return (int)(asked ? asked : cores > 0 ? cores : 1);
}

static int serve(struct serving *serving) {
    int code = prepare_demo();
    if (code == 0)
        code = open_keys(serving);
    if (code == 0)
        code = check_contract(serving);
    if (code == 0)
        code = transport_open(serving);
    if (code)
        return code;
    warn_of_audit();
    serving->counters = counters_new(serving->checked.contract, serving->workers);
    serving->limits = make_limits();
    code = supervisor_run(serving);
    limits_free(serving->limits);
    return code;
}

static int run(int argc, char **argv) {
    (void)argv;
    if (argc > 1)
        return command_usage(&command_serve);
    signal(SIGPIPE, SIG_IGN);
    log_set_process("supervisor");
    int code = require_settings();
    if (code == 0)
        code = check_contact();
    if (code)
        return code;
    forbid_core_dumps();
    struct serving serving = {.workers = worker_count()};
    code = serve(&serving);
    token_verifier_free(serving.verifier);
    transport_close(&serving);
    checked_clear(&serving.checked);
    return code;
}

const struct command command_serve = {
    .name = "serve",
    .arguments = "",
    .help = "Checks everything and serves until it is told to stop.",
    .settings = true,
    .run = run,
};
