/* SPDX-License-Identifier: MIT */
/* Looking at the database, at start and until it is there and agrees. */
#include "process/agreement.h"

#include "base/log.h"
#include "base/settings.h"
#include "contract/check.h"
#include "contract/faults.h"
#include "db/session.h"

#include <stdio.h>
#include <stdlib.h>

/* A database that does not fit is likely to be migrated soon, so it is looked at again, but seldom: the check asks much
 * of it. */
enum { ABSENT_SECONDS = 2, WRONG_SECONDS = 15 };

enum state agreement_find(const struct checked *checked, struct faults *faults) {
    char *why = NULL;
    PGconn *connection = session_open(setting_text(SETTING_DATABASE_URL), "skillsd supervisor", &why);
    if (!connection) {
        log_event(LOG_WARNING, "database_absent", "reason", why, NULL);
        free(why);
        return STATE_UNCHECKED;
    }
    bool good = check_database(setting_text(SETTING_HOME), checked, connection, faults);
    bool lost = PQstatus(connection) != CONNECTION_OK;
    PQfinish(connection);
    if (lost)
        return STATE_UNCHECKED;
    return good ? STATE_GOOD : STATE_WRONG;
}

void agreement_look(const struct checked *checked, double now) {
    static double due;
    enum state before = state_get();
    if (before == STATE_GOOD || now < due)
        return;
    struct faults faults = {0};
    enum state found = agreement_find(checked, &faults);
    if (found == STATE_WRONG && before != STATE_WRONG) {
        log_event(LOG_ERROR, "contract_wrong", "faults", log_number((long long)faults.count), NULL);
        faults_print(&faults, stderr);
    }
    if (found == STATE_GOOD)
        log_event(LOG_INFO, "contract_agrees", NULL);
    /* Once found to be wrong, it stays so while it cannot be asked. */
    if (found != STATE_UNCHECKED)
        state_set(found);
    faults_clear(&faults);
    due = now + (state_get() == STATE_WRONG ? WRONG_SECONDS : ABSENT_SECONDS);
}
