/* SPDX-License-Identifier: MIT */
/* A seal is one transaction: events move from audit_pending to audit_event, links and a head are written. The head goes
 * to the log and to a file too, outside the database's reach. */
#include "audit/sealer.h"

#include "access/signing_key.h"
#include "audit/chain.h"
#include "audit/head.h"
#include "audit/heads_file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/settings.h"
#include "db/named.h"
#include "db/session.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Events of one seal; what is left is sealed right after. */
static const char batch_size[] = "5000";

/* Seals of one run, so that the clerk's other work comes to its turn. */
enum { BATCHES_MAX = 20 };

enum sealing_statement {
    SEAL_EVENTS,
    SEAL_TEXTS,
    SEAL_LINKS,
    SEAL_HEAD,
    SEAL_FORGET,
    SEAL_CHAIN,
    SEAL_HEADS,
    SEAL_COUNT
};

static const char *const files[SEAL_COUNT] = {
    [SEAL_EVENTS] = "sql/engine/seal_events.sql", [SEAL_TEXTS] = "sql/queries/export_audit_events.sql",
    [SEAL_LINKS] = "sql/engine/seal_links.sql",   [SEAL_HEAD] = "sql/engine/seal_head.sql",
    [SEAL_FORGET] = "sql/engine/seal_forget.sql", [SEAL_CHAIN] = "sql/engine/verify_chain.sql",
    [SEAL_HEADS] = "sql/engine/verify_heads.sql",
};

struct audit_sealer {
    struct statement *statements[SEAL_COUNT];
    struct signing_key *key;
    double due;     /* on the clock of the caller; 0 at first */
    char day[11];   /* of the last head; "" before the first */
    bool has_begun; /* the file of heads has been looked at */
};

static const struct named nothing[] = {{NULL, NULL}};

/* What one seal makes. */
struct seal {
    char *first, *last; /* sequences */
    struct audit_head head;
    char *signature;
};

static void set_now(char *text, size_t size) {
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t length = strftime(text, size, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + length, size - length, ".%06ldZ", now.tv_nsec / 1000);
}

static PGresult *ask(const struct audit_sealer *sealer, PGconn *connection, enum sealing_statement which,
                     const struct named *values, char **why) {
    return named_query(connection, sealer->statements[which], values, why);
}

static bool run(const struct audit_sealer *sealer, PGconn *connection, enum sealing_statement which,
                const struct named *values, char **why) {
    PGresult *result = ask(sealer, connection, which, values, why);
    PQclear(result);
    return result != NULL;
}

/* Numbers the events that wait; without any, first and last stay NULL. */
static bool take_events(const struct audit_sealer *sealer, PGconn *connection, struct seal *seal, char **why) {
    const struct named values[] = {{"limit", batch_size}, {0}};
    PGresult *span = ask(sealer, connection, SEAL_EVENTS, values, why);
    if (span && !PQgetisnull(span, 0, 0)) {
        seal->first = xstrdup(PQgetvalue(span, 0, 0));
        seal->last = xstrdup(PQgetvalue(span, 0, 1));
    }
    PQclear(span);
    return span != NULL;
}

/* The last link up to a sequence: its own sequence, 0 with the start of the chain when there is none. */
static bool find_chain(const struct audit_sealer *sealer, PGconn *connection, const char *sequence,
                       struct audit_head *found, char **why) {
    const struct named values[] = {{"sequence", sequence}, {0}};
    PGresult *link = ask(sealer, connection, SEAL_CHAIN, values, why);
    bool any = PQntuples(link) > 0;
    found->sequence = any ? strtoll(PQgetvalue(link, 0, 0), NULL, 10) : 0;
    found->chain = any ? audit_hash_of(PQgetvalue(link, 0, 1)) : audit_chain_start;
    PQclear(link);
    return link != NULL;
}

/* The links of the events, as the array that seal_links.sql takes; the head goes to the end of the chain. */
static char *make_links(const PGresult *texts, struct audit_head *head) {
    json_t *links = json_array();
    int sequence = PQfnumber(texts, "sequence"), event = PQfnumber(texts, "event");
    for (int row = 0; row < PQntuples(texts); row++) {
        struct audit_hash digest = audit_digest(PQgetvalue(texts, row, event));
        head->chain = audit_chain(&head->chain, &digest);
        head->sequence = strtoll(PQgetvalue(texts, row, sequence), NULL, 10);
        json_array_append_new(links, json_pack("{s:I, s:s, s:s}", "sequence", (json_int_t)head->sequence, "digest",
                                               digest.hex, "chain", head->chain.hex));
    }
    char *text = json_dumps(links, JSON_COMPACT);
    json_decref(links);
    return text;
}

static bool link_events(const struct audit_sealer *sealer, PGconn *connection, struct seal *seal, char **why) {
    const struct named range[] = {{"from_sequence", seal->first}, {"until_sequence", seal->last}, {0}};
    if (!find_chain(sealer, connection, seal->last, &seal->head, why))
        return false;
    PGresult *texts = ask(sealer, connection, SEAL_TEXTS, range, why);
    if (!texts)
        return false;
    char *links = make_links(texts, &seal->head);
    bool good = run(sealer, connection, SEAL_LINKS, (const struct named[]){{"links", links}, {0}}, why);
    free(links);
    PQclear(texts);
    return good;
}

static bool write_head(const struct audit_sealer *sealer, PGconn *connection, struct seal *seal, char **why) {
    set_now(seal->head.sealed_at, sizeof seal->head.sealed_at);
    seal->signature = audit_head_sign(&seal->head, sealer->key);
    if (!seal->signature) {
        *why = xstrdup("The head could not be signed.");
        return false;
    }
    const struct named values[] = {
        {"sequence", seal->last},       {"chain", seal->head.chain.hex},      {"sealed_at", seal->head.sealed_at},
        {"signature", seal->signature}, {"kid", signing_key_id(sealer->key)}, {0},
    };
    return run(sealer, connection, SEAL_HEAD, values, why);
}

/* Once a day, and when a clerk begins. */
static bool forget_heads(struct audit_sealer *sealer, PGconn *connection, const struct seal *seal, char **why) {
    if (strncmp(sealer->day, seal->head.sealed_at, sizeof sealer->day - 1) == 0)
        return true;
    snprintf(sealer->day, sizeof sealer->day, "%.10s", seal->head.sealed_at);
    return run(sealer, connection, SEAL_FORGET, nothing, why);
}

static bool seal_events(struct audit_sealer *sealer, PGconn *connection, struct seal *seal, char **why) {
    if (!session_execute(connection, "begin", why) || !take_events(sealer, connection, seal, why))
        return false;
    if (seal->first && !(link_events(sealer, connection, seal, why) && write_head(sealer, connection, seal, why) &&
                         forget_heads(sealer, connection, seal, why)))
        return false;
    return session_execute(connection, "commit", why);
}

/* Whether the chain in the database leads through a head that was given out. */
static bool chain_holds(const struct audit_sealer *sealer, PGconn *connection, const char *jws, char **why) {
    struct audit_head head, found;
    if (!audit_head_read(jws, &head))
        return false;
    if (!find_chain(sealer, connection, log_number(head.sequence), &found, why))
        return false;
    return found.sequence == head.sequence && audit_hash_equal(&found.chain, &head.chain);
}

static void log_broken(const char *jws) {
    struct audit_head head;
    audit_head_read(jws, &head);
    log_event(LOG_ERROR, "audit_chain_broken", "message",
              "The chain in the database does not lead through a head that was given out: `skillsd audit verify`.",
              "sequence", log_number(head.sequence), "sealed_at", head.sealed_at, "head", jws, NULL);
}

/* Writes the newest head to the file, NULL when there is none yet; a head there that the chain no longer leads through
 * is an alarm. */
static bool keep_head(const struct audit_sealer *sealer, PGconn *connection, const char *jws, char **why) {
    const char *file = setting_text(SETTING_AUDIT_HEADS);
    struct heads_file heads;
    if (!*file)
        return true;
    bool good = heads_file_load(file, &heads, why);
    const char *newest = good ? heads_file_newest(&heads) : NULL;
    bool holds = !newest || chain_holds(sealer, connection, newest, why);
    good = good && !*why;
    if (good && !holds)
        log_broken(newest);
    if (good && jws && !(newest && strcmp(newest, jws) == 0)) {
        heads_file_add(&heads, jws, holds);
        good = heads_file_save(file, &heads, why);
    }
    heads_file_clear(&heads);
    return good;
}

/* The clerk before may have ended between the commit and the file. */
static bool look_at_heads(struct audit_sealer *sealer, PGconn *connection, char **why) {
    PGresult *heads = sealer->has_begun ? NULL : ask(sealer, connection, SEAL_HEADS, nothing, why);
    if (!heads)
        return sealer->has_begun;
    int last = PQntuples(heads) - 1, signature = PQfnumber(heads, "signature");
    sealer->has_begun = keep_head(sealer, connection, last < 0 ? NULL : PQgetvalue(heads, last, signature), why);
    PQclear(heads);
    return sealer->has_begun;
}

static void seal_clear(struct seal *seal) {
    free(seal->first);
    free(seal->last);
    free(seal->signature);
}

/* False when nothing is left, or nothing more can be done now. */
static bool seal_batch(struct audit_sealer *sealer, PGconn *connection) {
    struct seal seal = {0};
    char *why = NULL;
    bool sealed = look_at_heads(sealer, connection, &why) && seal_events(sealer, connection, &seal, &why);
    if (sealed && seal.first) {
        log_event(LOG_INFO, "audit_sealed", "sequence", seal.last, "head", seal.signature, NULL);
        sealed = keep_head(sealer, connection, seal.signature, &why);
    }
    if (!sealed) {
        log_event(LOG_ERROR, "audit_not_sealed", "reason", why, NULL);
        free(why);
        why = NULL;
        session_execute(connection, "rollback", &why);
        free(why);
    }
    bool more = sealed && seal.first;
    seal_clear(&seal);
    return more;
}

static bool load_statements(struct audit_sealer *sealer, char **why) {
    for (int i = 0; i < SEAL_COUNT; i++) {
        sealer->statements[i] = named_load(setting_text(SETTING_HOME), files[i]);
        if (sealer->statements[i])
            continue;
        *why = xasprintf("%s is not a statement.", files[i]);
        return false;
    }
    return true;
}

static bool load_key(struct audit_sealer *sealer, char **why) {
    const char *file = setting_text(SETTING_AUDIT_KEY), *jwks = setting_text(SETTING_AUDIT_JWKS);
    sealer->key = signing_key_make(file, why) ? signing_key_load(file, why) : NULL;
    return sealer->key && (!*jwks || signing_key_publish(sealer->key, jwks, true, why));
}

static void sealer_free(struct audit_sealer *sealer) {
    for (int i = 0; i < SEAL_COUNT; i++)
        statement_free(sealer->statements[i]);
    signing_key_free(sealer->key);
    free(sealer);
}

struct audit_sealer *audit_sealer_new(void) {
    char *why = NULL;
    if (!*setting_text(SETTING_AUDIT_KEY))
        return NULL;
    struct audit_sealer *sealer = xcalloc(1, sizeof *sealer);
    if (load_statements(sealer, &why) && load_key(sealer, &why))
        return sealer;
    log_event(LOG_ERROR, "audit_not_sealed", "reason", why, NULL);
    free(why);
    sealer_free(sealer);
    return NULL;
}

double audit_sealer_wait(const struct audit_sealer *sealer, double now, double wait) {
    return sealer && sealer->due - now < wait ? sealer->due - now : wait;
}

void audit_sealer_run(struct audit_sealer *sealer, PGconn *connection, double now) {
    bool more = sealer && sealer->due <= now;
    if (!more)
        return;
    sealer->due = now + (double)setting_number(SETTING_SEAL_SECONDS);
    for (int i = 0; more && i < BATCHES_MAX && PQstatus(connection) == CONNECTION_OK; i++)
        more = seal_batch(sealer, connection);
}
