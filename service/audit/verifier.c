/* SPDX-License-Identifier: MIT */
/* The verification of a trail: each event against its digest, each digest against the chain, the chain against the
 * heads. */
#include "audit/verifier.h"

#include "base/memory.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { STRAYS_MAX = 4096 }; /* that are looked at together */

struct known_head {
    struct audit_head head;
    char *source;
};

/* An event whose digest is not that of its link; perhaps it belongs to another place. */
struct stray {
    long long sequence;
    struct audit_hash digest; /* of its text */
    struct audit_hash sealed; /* of its link */
    char *id;
};

struct audit_verifier {
    const struct audit_keys *keys;
    FILE *report;
    bool whole;
    bool begun; /* the heads are in order */
    long long first;
    long long next;           /* the sequence that should come */
    struct audit_hash chain;  /* the last, as it stands in its link; empty after a gap */
    long long last;           /* the last sequence that had a link; one less than the first before there is one */
    long long agreed;         /* the last sequence at which a head agreed with the chain */
    long long under_head;     /* the last sequence that a head was over, whether it agreed or not */
    struct known_head *heads; /* by sequence, once places come */
    long head_count, head_next;
    struct stray *strays;
    long stray_count;
    long long events;
    long faults;
};

__attribute__((format(printf, 2, 3))) static void fault(struct audit_verifier *verifier, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(verifier->report, format, arguments);
    va_end(arguments);
    fputc('\n', verifier->report);
    verifier->faults++;
}

/* The identifier in a canonical text; to be freed. */
static char *id_of(const char *event) {
    json_t *json = event ? json_loads(event, 0, NULL) : NULL;
    const char *id = json_string_value(json_object_get(json, "id"));
    char *copy = xstrdup(id ? id : "of no readable text");
    json_decref(json);
    return copy;
}

static void report_changed(struct audit_verifier *verifier, const struct stray *stray) {
    fault(verifier, "event %lld (%s): it was changed, its digest is not the one that was sealed", stray->sequence,
          stray->id);
}

static void note_stray(struct audit_verifier *verifier, struct stray stray) {
    if (verifier->stray_count == STRAYS_MAX) {
        report_changed(verifier, &stray);
        free(stray.id);
        return;
    }
    size_t count = (size_t)verifier->stray_count + 1;
    verifier->strays = xreallocarray(verifier->strays, count, sizeof *verifier->strays);
    verifier->strays[verifier->stray_count++] = stray;
}

/* The text against the digest of its link. */
static void check_text(struct audit_verifier *verifier, const struct audit_place *place) {
    struct audit_hash sealed = audit_hash_of(place->digest);
    if (!place->event) {
        if (verifier->whole)
            fault(verifier, "event %lld: it is missing, and only its digest is left", place->sequence);
        return;
    }
    verifier->events++;
    struct audit_hash digest = audit_digest(place->event);
    if (!audit_hash_equal(&digest, &sealed))
        note_stray(verifier, (struct stray){place->sequence, digest, sealed, id_of(place->event)});
}

/* The link against the one before. */
static void check_link(struct audit_verifier *verifier, const struct audit_place *place) {
    struct audit_hash digest = audit_hash_of(place->digest), stands = audit_hash_of(place->chain);
    if (verifier->chain.hex[0]) {
        struct audit_hash chain = audit_chain(&verifier->chain, &digest);
        if (!audit_hash_equal(&chain, &stands)) {
            char *id = id_of(place->event);
            fault(verifier, "event %lld (%s): the chain is broken here, its link does not follow from the one before",
                  place->sequence, id);
            free(id);
        }
    }
    verifier->chain = stands;
    verifier->last = place->sequence;
}

static void check_gap(struct audit_verifier *verifier, long long sequence) {
    if (sequence == verifier->next)
        return;
    if (sequence == verifier->next + 1)
        fault(verifier, "event %lld: it is missing, and so is its link", verifier->next);
    else
        fault(verifier, "events %lld to %lld: they are missing, and so are their links", verifier->next, sequence - 1);
    verifier->chain.hex[0] = '\0';
}

static void compare_head(struct audit_verifier *verifier, const struct known_head *known) {
    verifier->under_head = known->head.sequence;
    if (audit_hash_equal(&known->head.chain, &verifier->chain))
        verifier->agreed = known->head.sequence;
    else
        fault(verifier,
              "head %s, signed %s over event %lld: the chain has another value there, so of the events %lld to %lld "
              "some are not what was sealed",
              known->source, known->head.sealed_at, known->head.sequence, verifier->agreed + 1, known->head.sequence);
}

/* The heads up to the link that has come last. */
static void compare_heads(struct audit_verifier *verifier) {
    for (; verifier->head_next < verifier->head_count; verifier->head_next++) {
        const struct known_head *known = &verifier->heads[verifier->head_next];
        if (known->head.sequence > verifier->last)
            return;
        if (known->head.sequence == verifier->last)
            compare_head(verifier, known);
        else if (known->head.sequence >= verifier->first)
            fault(verifier, "head %s, signed %s over event %lld: there is no such link", known->source,
                  known->head.sealed_at, known->head.sequence);
    }
}

static int by_sequence(const void *left, const void *right) {
    const struct known_head *one = left, *other = right;
    return (one->head.sequence > other->head.sequence) - (one->head.sequence < other->head.sequence);
}

/* The place of the stray whose link an event's digest stands in; -1 when no link has it. */
static long sealed_place(const struct audit_verifier *verifier, const struct audit_hash *digest) {
    for (long i = 0; i < verifier->stray_count; i++) {
        if (audit_hash_equal(digest, &verifier->strays[i].sealed))
            return i;
    }
    return -1;
}

/* An event that was moved has the digest of the link that it was moved from. */
static void report_strays(struct audit_verifier *verifier) {
    for (long i = 0; i < verifier->stray_count; i++) {
        const struct stray *stray = &verifier->strays[i];
        long place = sealed_place(verifier, &stray->digest);
        if (place >= 0)
            fault(verifier, "event %lld (%s): it was moved, and was sealed as event %lld", stray->sequence, stray->id,
                  verifier->strays[place].sequence);
        else
            report_changed(verifier, stray);
    }
}

/* Heads over events that are not there, and events that no head is over. Beyond the end of a part is more, and no
 * fault.
 */
static void report_end(struct audit_verifier *verifier) {
    if (verifier->whole && verifier->head_next < verifier->head_count) {
        const struct known_head *furthest = &verifier->heads[verifier->head_count - 1];
        fault(verifier, "events %lld to %lld: they are missing at the end; the head %s, signed %s, was over them",
              verifier->last + 1, furthest->head.sequence, furthest->source, furthest->head.sealed_at);
    }
    if (verifier->last > verifier->under_head)
        fault(verifier, "events %lld to %lld: no signed head is over them", verifier->under_head + 1, verifier->last);
}

static void begin(struct audit_verifier *verifier) {
    if (!verifier->begun && verifier->head_count)
        qsort(verifier->heads, (size_t)verifier->head_count, sizeof *verifier->heads, by_sequence);
    verifier->begun = true;
}

struct audit_verifier *audit_verifier_new(const struct audit_keys *keys, const struct audit_extent *extent,
                                          FILE *report) {
    struct audit_verifier *verifier = xcalloc(1, sizeof *verifier);
    verifier->keys = keys;
    verifier->report = report;
    verifier->whole = extent->whole;
    verifier->next = extent->first;
    verifier->chain = extent->chain;
    verifier->first = extent->first;
    verifier->last = verifier->agreed = verifier->under_head = extent->first - 1;
    return verifier;
}

void audit_verifier_free(struct audit_verifier *verifier) {
    for (long i = 0; i < verifier->head_count; i++)
        free(verifier->heads[i].source);
    for (long i = 0; i < verifier->stray_count; i++)
        free(verifier->strays[i].id);
    free(verifier->heads);
    free(verifier->strays);
    free(verifier);
}

bool audit_verifier_add_head(struct audit_verifier *verifier, const char *jws, const char *source) {
    struct audit_head head;
    const char *what = audit_head_verify(jws, verifier->keys, &head);
    if (what) {
        fault(verifier, "head %s, over event %lld: it %s", source, head.sequence, what);
        return false;
    }
    verifier->heads = xreallocarray(verifier->heads, (size_t)verifier->head_count + 1, sizeof *verifier->heads);
    verifier->heads[verifier->head_count++] = (struct known_head){head, xstrdup(source)};
    return true;
}

void audit_verifier_fault(struct audit_verifier *verifier, const char *what) {
    fault(verifier, "%s", what);
}

void audit_verifier_feed(struct audit_verifier *verifier, const struct audit_place *place) {
    begin(verifier);
    if (place->sequence < verifier->next) {
        fault(verifier, "event %lld: it stands before the beginning", place->sequence);
        return;
    }
    check_gap(verifier, place->sequence);
    verifier->next = place->sequence + 1;
    if (!place->digest || !place->chain) {
        char *id = id_of(place->event);
        fault(verifier, "event %lld (%s): it was inserted, for it has no link in the chain", place->sequence, id);
        free(id);
        return;
    }
    check_text(verifier, place);
    check_link(verifier, place);
    compare_heads(verifier);
}

long audit_verifier_end(struct audit_verifier *verifier) {
    begin(verifier);
    report_strays(verifier);
    report_end(verifier);
    return verifier->faults;
}

long long audit_verifier_events(const struct audit_verifier *verifier) {
    return verifier->events;
}

long audit_verifier_heads(const struct audit_verifier *verifier) {
    return verifier->head_count;
}
