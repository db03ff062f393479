/* SPDX-License-Identifier: MIT */
/* The buckets: a quota is one quota however many processes take from it, at any time and in a full table. */
#include "access/buckets.h"

#include "base/memory.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { CELLS = 1 << 10, SET = 8, BURST = 200000 };

static const uint64_t second = 1000000000, noon = 1000 * (uint64_t)1000000000;

/* Sixty a minute: one a second. */
static const struct quota calm = {60, 1000000000};

static struct buckets *table;

static int make_table(void **state) {
    (void)state;
    table = buckets_new(CELLS);
    return 0;
}

static int free_table(void **state) {
    (void)state;
    buckets_free(table);
    return 0;
}

static bool take(uint64_t key, uint64_t now) {
    struct level level;
    return buckets_take(table, key, &calm, now, &level);
}

/* How many pass of `count` that come at once. */
static unsigned pass(uint64_t key, unsigned count, uint64_t now) {
    unsigned passed = 0;
    while (count-- > 0)
        passed += take(key, now);
    return passed;
}

static void quota_passes_at_once_and_no_more(void **state) {
    (void)state;
    struct level level;
    for (unsigned i = 1; i <= calm.units; i++) {
        assert_true(buckets_take(table, 7, &calm, noon, &level));
        assert_int_equal(level.left, calm.units - i);
        assert_int_equal(level.wait, second);
    }
    assert_false(buckets_take(table, 7, &calm, noon, &level));
    assert_int_equal(level.left, 0);
    assert_int_equal(level.wait, second);
}

static void unit_comes_back_when_it_was_said_to(void **state) {
    (void)state;
    struct level level;
    assert_int_equal(pass(7, 100, noon), calm.units);
    assert_false(buckets_take(table, 7, &calm, noon + second / 4, &level));
    assert_int_equal(level.wait, second - second / 4);
    assert_false(take(7, noon + second - 1));
    assert_int_equal(pass(7, 100, noon + second), 1);
    assert_int_equal(pass(7, 100, noon + 11 * second), 10);
    assert_int_equal(pass(7, 100, noon + 1000 * second), calm.units);
}

/* Over a long time the rate is the quota's, whatever the pace of the asking. */
static void rate_holds_over_hours(void **state) {
    (void)state;
    static const uint64_t paces[] = {1000000, 333333333, 499999999};
    for (size_t i = 0; i < 3; i++) {
        uint64_t passed = 0;
        for (uint64_t now = noon; now < noon + 3600 * second; now += paces[i])
            passed += take(i, now);
        assert_in_range(passed, 3600 + calm.units - 1, 3600 + calm.units);
    }
}

static void keys_have_buckets_of_their_own(void **state) {
    (void)state;
    assert_int_equal(pass(1, 100, noon), calm.units);
    assert_int_equal(pass(2, 100, noon), calm.units);
    assert_int_equal(pass(1 + CELLS, 100, noon), calm.units);
    assert_int_equal(pass(0, 100, noon), calm.units);
    assert_false(take(1, noon));
}

static void charge_is_owed(void **state) {
    (void)state;
    struct level level;
    assert_int_equal(pass(7, 55, noon), 55);
    buckets_charge(table, 7, &calm, 10, noon, &level);
    assert_int_equal(level.left, 0);
    assert_int_equal(level.wait, 6 * second);
    assert_false(take(7, noon + 6 * second - 1));
    assert_true(take(7, noon + 6 * second));
}

static void debt_is_at_most_another_bucket(void **state) {
    (void)state;
    struct level level;
    for (int i = 0; i < 1000; i++)
        buckets_charge(table, 7, &calm, 10, noon, &level);
    assert_in_range(level.wait, 60 * second, 71 * second);
    assert_true(take(7, noon + 71 * second));
}

static void clock_that_goes_back_shuts_nobody_out(void **state) {
    (void)state;
    struct level level;
    assert_int_equal(pass(7, 100, noon), calm.units);
    assert_false(buckets_take(table, 7, &calm, second, &level));
    assert_in_range(level.wait, second, 61 * second);
    buckets_charge(table, 7, &calm, 0, second, &level);
    assert_true(take(7, 63 * second));
    assert_int_equal(pass(8, 100, second), calm.units);
}

static void every_key_is_counted_in_a_full_table(void **state) {
    (void)state;
    for (uint64_t key = 1; key <= 100 * CELLS; key++) {
        assert_int_equal(pass(key, 2, noon), 2);
    }
    assert_int_equal(pass(5, 100, noon), calm.units);
}

/* Of nine keys for the eight cells of a set, one loses its cell: that which had used least. */
static void key_that_used_least_makes_room(void **state) {
    (void)state;
    for (uint64_t i = 0; i < SET; i++)
        assert_int_equal(pass(i * CELLS + 1, 10 + (unsigned)i, noon), 10 + i);
    assert_int_equal(pass(SET * CELLS + 1, 30, noon), 30);
    for (uint64_t i = 1; i < SET; i++)
        assert_int_equal(pass(i * CELLS + 1, 100, noon), calm.units - 10 - i);
    assert_int_equal(pass(SET * CELLS + 1, 100, noon), calm.units - 30);
    assert_int_equal(pass(1, 100, noon), calm.units);
}

static void cell_of_a_full_bucket_is_used_again(void **state) {
    (void)state;
    for (uint64_t i = 0; i < SET; i++)
        assert_int_equal(pass(i * CELLS + 1, 10, noon), 10);
    assert_int_equal(pass(SET * CELLS + 1, 50, noon + 10 * second), 50);
    for (uint64_t i = 0; i < SET; i++)
        assert_int_equal(pass(i * CELLS + 1, 100, noon + 10 * second), calm.units);
}

/* What the children share: how many are ready, and what they took together. */
struct tally {
    atomic_int ready;
    atomic_uint taken;
};

/* Begins when all others do, and asks for the whole quota of each key in turn. */
static void take_all(struct tally *tally, int processes, uint64_t first_key, uint64_t keys) {
    static const struct quota quota = {BURST, 3000000};
    struct level level;
    unsigned taken = 0;
    atomic_fetch_add(&tally->ready, 1);
    while (atomic_load(&tally->ready) < processes)
        sched_yield();
    for (unsigned n = 0; n < BURST; n++)
        for (uint64_t key = first_key; key < first_key + keys; key++)
            taken += buckets_take(table, key, &quota, noon, &level);
    atomic_fetch_add(&tally->taken, taken);
}

static unsigned take_in_processes(int processes, uint64_t first_key, uint64_t keys) {
    struct tally *tally = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < processes; i++) {
        if (fork() != 0)
            continue;
        take_all(tally, processes, first_key, keys);
        _exit(0);
    }
    for (int status, i = 0; i < processes; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    unsigned taken = atomic_load(&tally->taken);
    munmap(tally, sizeof *tally);
    return taken;
}

/* Processes that meet at a key's very first unit may let one unit each go to a cell that nobody finds again. */
static void quota_is_one_for_all_processes(void **state) {
    (void)state;
    assert_int_equal(take_in_processes(1, 1000, 1), BURST);
    assert_in_range(take_in_processes(8, 2000, 1), BURST, BURST + 7);
    assert_in_range(take_in_processes(8, 3000, 5), 5 * BURST, 5 * (BURST + 7));
}

/* One set, and many more keys than cells: whoever loses a cell gets another, and everybody comes to an end. */
static void processes_that_crowd_a_set_get_on(void **state) {
    (void)state;
    struct buckets *crowded = buckets_new(SET);
    for (int i = 0; i < 8; i++) {
        if (fork() != 0)
            continue;
        alarm(60);
        for (uint64_t n = 0; n < 50000; n++) {
            struct level level;
            buckets_take(crowded, n * 7 % 50, &calm, noon + n, &level);
            if (level.wait == 0 || level.wait > 120 * second)
                _exit(1);
        }
        _exit(0);
    }
    for (int status, i = 0; i < 8; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    buckets_free(crowded);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(quota_passes_at_once_and_no_more, make_table, free_table),
        cmocka_unit_test_setup_teardown(unit_comes_back_when_it_was_said_to, make_table, free_table),
        cmocka_unit_test_setup_teardown(rate_holds_over_hours, make_table, free_table),
        cmocka_unit_test_setup_teardown(keys_have_buckets_of_their_own, make_table, free_table),
        cmocka_unit_test_setup_teardown(charge_is_owed, make_table, free_table),
        cmocka_unit_test_setup_teardown(debt_is_at_most_another_bucket, make_table, free_table),
        cmocka_unit_test_setup_teardown(clock_that_goes_back_shuts_nobody_out, make_table, free_table),
        cmocka_unit_test_setup_teardown(every_key_is_counted_in_a_full_table, make_table, free_table),
        cmocka_unit_test_setup_teardown(key_that_used_least_makes_room, make_table, free_table),
        cmocka_unit_test_setup_teardown(cell_of_a_full_bucket_is_used_again, make_table, free_table),
        cmocka_unit_test_setup_teardown(quota_is_one_for_all_processes, make_table, free_table),
        cmocka_unit_test(processes_that_crowd_a_set_get_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
