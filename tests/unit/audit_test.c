/* SPDX-License-Identifier: MIT */
/* The chain, its signed heads, the file that keeps them, and the verifier. */
#include "access/signing_key.h"
#include "audit/chain.h"
#include "audit/head.h"
#include "audit/heads_file.h"
#include "audit/verifier.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { EVENTS = 12, HEAD_EVERY = 4 };

/* A trail of twelve events with a head after each four, in memory, to be tampered with. */
struct trail {
    char folder[32];
    char *key_file, *jwks_file, *heads_file, *other_key, *other_jwks;
    struct signing_key *key;
    struct audit_keys *keys;
    char *texts[EVENTS + 1];
    struct audit_hash digests[EVENTS + 1], chains[EVENTS + 1]; /* from 1; 0 is the start */
    char *heads[EVENTS / HEAD_EVERY];
    struct audit_extent extent;
    int first, last; /* those that are fed */
    int skipped;     /* not fed; 0 for none */
    char *report;
    size_t report_length;
    long faults;
};

static struct audit_head head_at(const struct trail *trail, int sequence, const char *sealed_at) {
    struct audit_head head = {.sequence = sequence, .chain = trail->chains[sequence]};
    snprintf(head.sealed_at, sizeof head.sealed_at, "%s", sealed_at);
    return head;
}

static char *sign(const struct trail *trail, int sequence, const char *sealed_at) {
    struct audit_head head = head_at(trail, sequence, sealed_at);
    char *jws = audit_head_sign(&head, trail->key);
    assert_non_null(jws);
    return jws;
}

/* Links from a sequence on, as they follow from the texts. */
static void chain_from(struct trail *trail, int first) {
    for (int i = first; i <= EVENTS; i++) {
        trail->digests[i] = audit_digest(trail->texts[i]);
        trail->chains[i] = audit_chain(&trail->chains[i - 1], &trail->digests[i]);
    }
}

static void sign_heads(struct trail *trail) {
    for (int i = 0; i < EVENTS / HEAD_EVERY; i++) {
        free(trail->heads[i]);
        trail->heads[i] = sign(trail, (i + 1) * HEAD_EVERY, "2026-11-25T10:00:00.000000Z");
    }
}

static int make_trail(void **state) {
    struct trail *trail = xcalloc(1, sizeof *trail);
    char *why = NULL;
    strcpy(trail->folder, "/tmp/audit_test.XXXXXX");
    if (!mkdtemp(trail->folder))
        return -1;
    trail->key_file = xasprintf("%s/key", trail->folder);
    trail->jwks_file = xasprintf("%s/jwks", trail->folder);
    trail->heads_file = xasprintf("%s/heads", trail->folder);
    trail->other_key = xasprintf("%s/other", trail->folder);
    trail->other_jwks = xasprintf("%s/other-jwks", trail->folder);
    assert_true(signing_key_make(trail->key_file, &why));
    trail->key = signing_key_load(trail->key_file, &why);
    assert_true(signing_key_publish(trail->key, trail->jwks_file, true, &why));
    trail->keys = audit_keys_load(trail->jwks_file, &why);
    for (int i = 1; i <= EVENTS; i++)
        trail->texts[i] = xasprintf("{\"id\": \"id-%d\", \"operation\": \"get_person\"}", i);
    trail->chains[0] = audit_chain_start;
    chain_from(trail, 1);
    sign_heads(trail);
    trail->first = 1;
    trail->last = EVENTS;
    trail->extent = (struct audit_extent){1, audit_chain_start, true};
    *state = trail;
    return 0;
}

static int remove_trail(void **state) {
    struct trail *trail = *state;
    char *files[] = {trail->key_file, trail->jwks_file, trail->heads_file, trail->other_key, trail->other_jwks};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        unlink(files[i]);
        free(files[i]);
    }
    for (int i = 1; i <= EVENTS; i++)
        free(trail->texts[i]);
    for (int i = 0; i < EVENTS / HEAD_EVERY; i++)
        free(trail->heads[i]);
    signing_key_free(trail->key);
    audit_keys_free(trail->keys);
    int result = rmdir(trail->folder); /* nothing is left behind */
    free(trail->report);
    free(trail);
    return result;
}

static void verify(struct trail *trail) {
    FILE *report = open_memstream(&trail->report, &trail->report_length);
    struct audit_verifier *verifier = audit_verifier_new(trail->keys, &trail->extent, report);
    for (int i = EVENTS / HEAD_EVERY - 1; i >= 0; i--)
        if (trail->heads[i])
            audit_verifier_add_head(verifier, trail->heads[i], "here");
    for (int i = trail->first; i <= trail->last; i++)
        if (i != trail->skipped)
            audit_verifier_feed(verifier,
                                &(struct audit_place){i, trail->digests[i].hex, trail->chains[i].hex, trail->texts[i]});
    trail->faults = audit_verifier_end(verifier);
    audit_verifier_free(verifier);
    fclose(report);
}

static void assert_reported(const struct trail *trail, const char *sentence) {
    if (!strstr(trail->report, sentence))
        fail_msg("not reported: %s\nbut:\n%s", sentence, trail->report);
    assert_true(trail->faults > 0);
}

/* By Python's hashlib. */
static void digest_and_chain_are_sha_256(void **state) {
    (void)state;
    struct audit_hash digest = audit_digest("{\"a\": 1}");
    assert_string_equal(digest.hex, "f9d86028c6e0d64e225186f96acb69338b2c59764df79162107f5c4bb34d1310");
    struct audit_hash chain = audit_chain(&audit_chain_start, &digest);
    assert_string_equal(chain.hex, "664d49200a700f82f7c6f8c9363145475a19921e4c097115ffcd52690b010aa4");
    chain = audit_chain(&chain, &digest);
    assert_string_equal(chain.hex, "decad57ce7605e3fda343fd7359c6ebf2cc27ac4f793f616f997e782441aed61");
}

static void what_is_no_hash_equals_nothing(void **state) {
    (void)state;
    struct audit_hash none = audit_hash_of(NULL), shorter = audit_hash_of("00"), upper;
    assert_false(audit_hash_equal(&none, &none));
    assert_false(audit_hash_equal(&shorter, &none));
    upper = audit_hash_of("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_false(audit_hash_equal(&upper, &upper));
}

static void a_head_says_what_was_signed(void **state) {
    struct trail *trail = *state;
    struct audit_head head;
    assert_null(audit_head_verify(trail->heads[0], trail->keys, &head));
    assert_int_equal(head.sequence, 4);
    assert_string_equal(head.chain.hex, trail->chains[4].hex);
    assert_string_equal(head.sealed_at, "2026-11-25T10:00:00.000000Z");
}

static void a_head_that_was_touched_does_not_hold(void **state) {
    struct trail *trail = *state;
    struct audit_head head;
    char *last = trail->heads[0] + strlen(trail->heads[0]) - 10;
    *last = *last == 'A' ? 'B' : 'A';
    assert_string_equal(audit_head_verify(trail->heads[0], trail->keys, &head), "has a signature that does not hold");
    assert_non_null(audit_head_verify("", trail->keys, &head));
    assert_non_null(audit_head_verify("a.b.c", trail->keys, &head));
    assert_non_null(audit_head_verify("e30.e30.e30", trail->keys, &head));
}

static void a_head_of_another_key_or_another_use_is_refused(void **state) {
    struct trail *trail = *state;
    struct audit_head head = head_at(trail, 4, "2026-11-25T10:00:00.000000Z");
    char *why = NULL;
    assert_true(signing_key_make(trail->other_key, &why));
    struct signing_key *other = signing_key_load(trail->other_key, &why);
    char *foreign = audit_head_sign(&head, other);
    assert_string_equal(audit_head_verify(foreign, trail->keys, &head),
                        "is signed by a key that is not among the known ones");
    char *token = signing_key_sign(trail->key, "at+jwt",
                                   "{\"sequence\":4,\"chain\":\"0000000000000000000000000000000000"
                                   "000000000000000000000000000000\",\"sealed_at\":\"x\"}");
    assert_string_equal(audit_head_verify(token, trail->keys, &head), "is not signed as a head");
    free(token);
    free(foreign);
    signing_key_free(other);
}

static void old_keys_stay_in_the_key_set(void **state) {
    struct trail *trail = *state;
    struct audit_head head;
    char *why = NULL;
    assert_true(signing_key_make(trail->other_key, &why));
    struct signing_key *other = signing_key_load(trail->other_key, &why);
    assert_true(signing_key_publish(other, trail->jwks_file, true, &why));
    assert_true(signing_key_publish(other, trail->jwks_file, true, &why)); /* once only */
    struct audit_keys *keys = audit_keys_load(trail->jwks_file, &why);
    head = head_at(trail, 8, "2026-11-26T10:00:00.000000Z");
    char *fresh = audit_head_sign(&head, other);
    assert_null(audit_head_verify(trail->heads[0], keys, &head));
    assert_null(audit_head_verify(fresh, keys, &head));
    free(fresh);
    audit_keys_free(keys);
    signing_key_free(other);
}

static void the_file_keeps_the_last_head_of_each_day(void **state) {
    struct trail *trail = *state;
    static const char *const times[] = {"2026-11-24T09:00:00.000000Z", "2026-11-24T23:00:00.000000Z",
                                        "2026-11-25T01:00:00.000000Z", "2026-11-25T02:00:00.000000Z"};
    struct heads_file heads;
    char *why = NULL;
    for (int i = 0; i < 4; i++) {
        char *jws = sign(trail, i + 1, times[i]);
        assert_true(heads_file_load(trail->heads_file, &heads, &why));
        heads_file_add(&heads, jws, true);
        assert_true(heads_file_save(trail->heads_file, &heads, &why));
        heads_file_clear(&heads);
        free(jws);
    }
    struct audit_head head;
    assert_true(heads_file_load(trail->heads_file, &heads, &why));
    assert_int_equal(heads.count, 2);
    assert_true(audit_head_read(heads.lines[0], &head));
    assert_string_equal(head.sealed_at, times[1]);
    assert_true(audit_head_read(heads_file_newest(&heads), &head));
    assert_string_equal(head.sealed_at, times[3]);
    heads_file_clear(&heads);
}

static void a_head_that_the_chain_has_left_stays_in_the_file(void **state) {
    struct trail *trail = *state;
    struct heads_file heads = {0};
    for (int i = 1; i <= 3; i++) {
        char *jws = sign(trail, i, "2026-11-24T09:00:00.000000Z");
        heads_file_add(&heads, jws, i != 2);
        free(jws);
    }
    assert_int_equal(heads.count, 2); /* the second did not take the place of the first, the third did of the second */
    heads_file_clear(&heads);
}

static void a_whole_trail_has_no_faults(void **state) {
    struct trail *trail = *state;
    verify(trail);
    assert_string_equal(trail->report, "");
    assert_int_equal(trail->faults, 0);
}

static void a_changed_event_is_named(void **state) {
    struct trail *trail = *state;
    trail->texts[6][strlen(trail->texts[6]) - 4] = 'x';
    verify(trail);
    assert_string_equal(trail->report, "event 6 (id-6): it was changed, its digest is not the one that was sealed\n");
}

static void an_event_whose_digest_was_changed_too_breaks_the_chain(void **state) {
    struct trail *trail = *state;
    trail->texts[6][strlen(trail->texts[6]) - 4] = 'x';
    trail->digests[6] = audit_digest(trail->texts[6]);
    verify(trail);
    assert_reported(trail, "event 6 (id-6): the chain is broken here");
}

static void a_chain_made_anew_disagrees_with_its_heads(void **state) {
    struct trail *trail = *state;
    trail->texts[6][strlen(trail->texts[6]) - 4] = 'x';
    chain_from(trail, 6);
    verify(trail);
    assert_reported(trail, "over event 8: the chain has another value there, so of the events 5 to 8 some");
    assert_reported(trail, "over event 12: the chain has another value there, so of the events 5 to 12 some");
    assert_int_equal(trail->faults, 2);
}

static void a_chain_and_heads_made_anew_disagree_with_one_head_kept_elsewhere(void **state) {
    struct trail *trail = *state;
    char *kept = sign(trail, 8, "2026-11-25T10:00:00.000000Z");
    trail->texts[6][strlen(trail->texts[6]) - 4] = 'x';
    chain_from(trail, 6);
    sign_heads(trail);
    verify(trail);
    assert_int_equal(trail->faults, 0); /* with the key, from within, it cannot be seen */
    free(trail->report);
    free(trail->heads[0]);
    trail->heads[0] = kept;
    verify(trail);
    assert_reported(trail, "over event 8: the chain has another value there");
}

static void a_missing_event_is_named(void **state) {
    struct trail *trail = *state;
    trail->skipped = 7;
    verify(trail);
    assert_string_equal(trail->report, "event 7: it is missing, and so is its link\n");
}

static void a_missing_event_whose_link_is_left_is_named(void **state) {
    struct trail *trail = *state;
    char *text = trail->texts[7];
    trail->texts[7] = NULL;
    verify(trail);
    trail->texts[7] = text;
    assert_string_equal(trail->report, "event 7: it is missing, and only its digest is left\n");
}

static void two_events_in_each_others_place_are_named(void **state) {
    struct trail *trail = *state;
    char *text = trail->texts[3];
    trail->texts[3] = trail->texts[9];
    trail->texts[9] = text;
    verify(trail);
    assert_string_equal(trail->report, "event 3 (id-9): it was moved, and was sealed as event 9\n"
                                       "event 9 (id-3): it was moved, and was sealed as event 3\n");
}

static void an_end_that_was_cut_off_is_seen_by_a_head(void **state) {
    struct trail *trail = *state;
    trail->last = 8;
    verify(trail);
    assert_string_equal(trail->report, "events 9 to 12: they are missing at the end; the head here, signed "
                                       "2026-11-25T10:00:00.000000Z, was over them\n");
}

static void events_without_a_head_over_them_are_named(void **state) {
    struct trail *trail = *state;
    free(trail->heads[2]);
    trail->heads[2] = NULL;
    verify(trail);
    assert_string_equal(trail->report, "events 9 to 12: no signed head is over them\n");
}

static void a_part_begins_with_the_chain_before_it(void **state) {
    struct trail *trail = *state;
    char *text = trail->texts[7];
    trail->first = 6;
    trail->last = 8;
    trail->extent = (struct audit_extent){6, trail->chains[5], false};
    trail->texts[7] = NULL; /* not for this auditor */
    verify(trail);
    trail->texts[7] = text;
    assert_string_equal(trail->report, "");
    free(trail->report);
    trail->extent.chain = trail->chains[4];
    verify(trail);
    assert_reported(trail, "event 6 (id-6): the chain is broken here");
}

static void an_event_without_a_link_was_inserted(void **state) {
    struct trail *trail = *state;
    FILE *report = open_memstream(&trail->report, &trail->report_length);
    struct audit_verifier *verifier = audit_verifier_new(trail->keys, &trail->extent, report);
    audit_verifier_feed(verifier, &(struct audit_place){0, NULL, NULL, "{\"id\": \"early\"}"});
    audit_verifier_feed(verifier, &(struct audit_place){1, NULL, NULL, "{\"id\": \"forged\"}"});
    trail->faults = audit_verifier_end(verifier);
    audit_verifier_free(verifier);
    fclose(report);
    assert_reported(trail, "event 0: it stands before the beginning");
    assert_reported(trail, "event 1 (forged): it was inserted");
}

static void the_private_key_is_for_its_owner_only(void **state) {
    struct trail *trail = *state;
    struct stat status;
    assert_int_equal(stat(trail->key_file, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_trail, remove_trail)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digest_and_chain_are_sha_256),
        cmocka_unit_test(what_is_no_hash_equals_nothing),
        TEST(a_head_says_what_was_signed),
        TEST(a_head_that_was_touched_does_not_hold),
        TEST(a_head_of_another_key_or_another_use_is_refused),
        TEST(old_keys_stay_in_the_key_set),
        TEST(the_file_keeps_the_last_head_of_each_day),
        TEST(a_head_that_the_chain_has_left_stays_in_the_file),
        TEST(a_whole_trail_has_no_faults),
        TEST(a_changed_event_is_named),
        TEST(an_event_whose_digest_was_changed_too_breaks_the_chain),
        TEST(a_chain_made_anew_disagrees_with_its_heads),
        TEST(a_chain_and_heads_made_anew_disagree_with_one_head_kept_elsewhere),
        TEST(a_missing_event_is_named),
        TEST(a_missing_event_whose_link_is_left_is_named),
        TEST(two_events_in_each_others_place_are_named),
        TEST(an_end_that_was_cut_off_is_seen_by_a_head),
        TEST(events_without_a_head_over_them_are_named),
        TEST(a_part_begins_with_the_chain_before_it),
        TEST(an_event_without_a_link_was_inserted),
        TEST(the_private_key_is_for_its_owner_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
