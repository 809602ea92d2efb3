/* SPDX-License-Identifier: Apache-2.0 */
/* Arenas: alignment, zeroing, limits, failing requests, deferred releases. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "base/arena.h"
#include "base/limits.h"
#include "base/pages.h"

#include <stdalign.h>
#include <string.h>

static bool is_filled(const unsigned char *bytes, size_t count,
                      unsigned char with)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != with)
            return false;
    }
    return true;
}

static void gives_aligned_zeroed_memory_that_stays(void **state)
{
    (void)state;
    static const size_t sizes[] = {0,    1,     7,      16,     100,
                                   4000, 70000, 262144, 400000, 3};
    struct ar_arena arena = {0};
    unsigned char *blocks[200];
    for (size_t i = 0; i < AR_COUNT_OF(blocks); i++) {
        size_t size = sizes[i % AR_COUNT_OF(sizes)];
        blocks[i] = ar_arena_alloc(&arena, size);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
        assert_true(is_filled(blocks[i], size, 0));
        memset(blocks[i], (int)(i + 1), size);
    }
    for (size_t i = 0; i < AR_COUNT_OF(blocks); i++) {
        size_t size = sizes[i % AR_COUNT_OF(sizes)];
        assert_true(is_filled(blocks[i], size, (unsigned char)(i + 1)));
        for (size_t j = 0; j < i; j++)
            assert_ptr_not_equal(blocks[i], blocks[j]);
    }
    ar_arena_free(&arena);
    assert_null(arena.chunks);
    assert_int_equal(arena.used_bytes, 0);
}

static void grows_in_few_steps(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    ar_arena_alloc(&arena, 1);
    assert_int_equal(arena.used_bytes, 4096);
    for (int i = 0; i < 3000; i++)
        ar_arena_alloc(&arena, 4);
    assert_true(arena.used_bytes <= 4096 + 8192 + 16384 + 32768 + 65536);
    ar_arena_free(&arena);
    /* A large object does not push out the chunk that has room. */
    ar_arena_alloc(&arena, 1);
    ar_arena_alloc(&arena, 1000000);
    size_t used = arena.used_bytes;
    assert_int_equal(used, 4096 + AR_LARGE_PAGE_BYTES);
    ar_arena_alloc(&arena, 1000);
    assert_int_equal(arena.used_bytes, used);
    ar_arena_free(&arena);
}

static void takes_at_once_what_is_reserved(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    ar_arena_alloc(&arena, 1);
    ar_arena_reserve(&arena, 1000000);
    size_t used = arena.used_bytes;
    for (int i = 0; i < 10000; i++)
        ar_arena_alloc(&arena, 50);
    ar_arena_reserve(&arena, 1000);
    assert_int_equal(arena.used_bytes, used);
    ar_arena_free(&arena);
}

/* More than a large page: whole ones. */
static void takes_whole_pages_for_what_is_large(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    char *object = ar_arena_alloc(&arena, 3 * AR_LARGE_PAGE_BYTES);
    object[3 * AR_LARGE_PAGE_BYTES - 1] = 1;
    assert_int_equal(arena.used_bytes, 4 * AR_LARGE_PAGE_BYTES);
    ar_arena_free(&arena);
}

static void reset_zeroes_what_it_hands_out_again(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 40; i++) {
            unsigned char *block = ar_arena_alloc(&arena, 1000);
            assert_true(is_filled(block, 1000, 0));
            memset(block, 0xAA, 1000);
        }
        ar_arena_reset(&arena);
        assert_non_null(arena.chunks);
        assert_in_range(arena.used_bytes, 4096, 262144);
    }
    ar_arena_free(&arena);
    ar_arena_reset(&arena); /* of an empty one: nothing happens */
    assert_null(arena.chunks);
}

static void takes_what_another_left(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    struct ar_arena heir = {0};
    size_t size = 3 * (size_t)AR_LARGE_PAGE_BYTES;
    unsigned char *left = ar_arena_alloc(&arena, size);
    memset(left, 1, size);
    ar_arena_alloc(&heir, 10);
    size_t used = arena.used_bytes + heir.used_bytes;
    ar_arena_bequeath(&arena, &heir);
    assert_null(arena.chunks);
    assert_int_equal(arena.used_bytes, 0);
    assert_int_equal(heir.used_bytes, used);
    unsigned char *taken = ar_arena_alloc(&heir, size);
    assert_ptr_equal(taken, left);
    assert_true(is_filled(taken, size, 0));
    assert_int_equal(heir.used_bytes, used);
    ar_arena_alloc(&heir, size); /* there is no more of it */
    assert_true(heir.used_bytes > used);
    ar_arena_free(&heir);
    assert_int_equal(heir.used_bytes, 0);
}

static void frees_what_nobody_took(void **state)
{
    (void)state;
    struct ar_arena heir = {0};
    for (int i = 0; i < 2; i++) {
        struct ar_arena arena = {0};
        ar_arena_alloc(&arena, 100000);
        ar_arena_alloc(&heir, 10);
        ar_arena_bequeath(&arena, &heir);
        assert_non_null(heir.spares);
        if (i == 0)
            ar_arena_reset(&heir);
        else
            ar_arena_free(&heir);
        assert_null(heir.spares);
    }
}

static void limit_is_exact_and_jumps(void **state)
{
    (void)state;
    jmp_buf out_of_memory;
    struct ar_arena arena = {.limit_bytes = 10000,
                             .out_of_memory = &out_of_memory};
    volatile size_t n_blocks = 0;
    int jumped = setjmp(out_of_memory);
    if (jumped == 0) {
        for (;;) {
            memset(ar_arena_alloc(&arena, 100), 1, 100);
            n_blocks++;
        }
    }
    assert_int_equal(jumped, 1);
    assert_true(arena.used_bytes <= 10000);
    assert_in_range(n_blocks, 75, 100);
    ar_arena_free(&arena);
    assert_int_equal(arena.limit_bytes, 10000);
    if (setjmp(out_of_memory) == 0) {
        ar_arena_alloc(&arena, 10001);
        fail_msg("over the limit");
    }
    ar_arena_free(&arena);
}

static void jumps_for_sizes_that_wrap(void **state)
{
    (void)state;
    jmp_buf out_of_memory;
    struct ar_arena arena = {.out_of_memory = &out_of_memory};
    volatile int n_jumps = 0;
    static const size_t sizes[][2] = {
        {SIZE_MAX, 1},         {SIZE_MAX - 8, 1},     {SIZE_MAX - 40, 1},
        {SIZE_MAX / 2 + 1, 2}, {SIZE_MAX / 8 + 2, 8},
    };
    for (volatile size_t i = 0; i < AR_COUNT_OF(sizes); i++) {
        if (setjmp(out_of_memory) == 0)
            ar_arena_alloc_array(&arena, sizes[i][0], sizes[i][1]);
        else
            n_jumps++;
    }
    assert_int_equal(n_jumps, AR_COUNT_OF(sizes));
    if (setjmp(out_of_memory) == 0)
        ar_arena_fail(&arena);
    assert_null(arena.chunks);
}

static size_t count_blocks_until_failure(struct ar_arena *arena)
{
    jmp_buf out_of_memory;
    volatile size_t n_blocks = 0;
    arena->out_of_memory = &out_of_memory;
    if (setjmp(out_of_memory) == 0) {
        for (; n_blocks < 10; n_blocks++)
            ar_arena_alloc(arena, AR_LARGE_PAGE_BYTES);
    }
    arena->out_of_memory = NULL;
    return n_blocks;
}

static void fails_the_request_asked_for(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    for (size_t k = 1; k <= 10; k++) {
        ar_arena_fail_after(k, false);
        assert_int_equal(count_blocks_until_failure(&arena), k - 1);
        assert_int_equal(count_blocks_until_failure(&arena), 10);
        ar_arena_fail_after(k, true);
        assert_int_equal(count_blocks_until_failure(&arena), k - 1);
        assert_int_equal(count_blocks_until_failure(&arena), 0);
        ar_arena_fail_after(0, false);
        assert_int_equal(count_blocks_until_failure(&arena), 10);
        ar_arena_free(&arena);
    }
}

/* Small objects, so that few of them need a chunk. */
static size_t count_objects_until_failure(struct ar_arena *arena)
{
    jmp_buf out_of_memory;
    volatile size_t n_objects = 0;
    arena->out_of_memory = &out_of_memory;
    if (setjmp(out_of_memory) == 0) {
        while (n_objects < 10) {
            ar_arena_alloc(arena, 1);
            n_objects++;
        }
    }
    arena->out_of_memory = NULL;
    return n_objects;
}

static void fails_the_object_asked_for(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    for (size_t k = 1; k <= 10; k++) {
        ar_arena_fail_at_object(k, false);
        assert_int_equal(count_objects_until_failure(&arena), k - 1);
        assert_int_equal(ar_arena_fail_seen(), k);
        assert_int_equal(count_objects_until_failure(&arena), 10);
        assert_int_equal(ar_arena_fail_seen(), k + 10);
        ar_arena_fail_at_object(k, true);
        assert_int_equal(count_objects_until_failure(&arena), k - 1);
        assert_int_equal(count_objects_until_failure(&arena), 0);
        ar_arena_fail_at_object(0, false);
        assert_int_equal(count_objects_until_failure(&arena), 10);
        assert_int_equal(ar_arena_fail_seen(), 0);
        ar_arena_free(&arena);
    }
}

static char released[8];
static size_t n_released;

static void note_release(void *resource)
{
    released[n_released++] = *(const char *)resource;
}

static void releases_newest_first_and_once(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    char *names = ar_arena_alloc(&arena, 3);
    for (int i = 0; i < 3; i++)
        names[i] = "abc"[i];
    n_released = 0;
    for (int i = 0; i < 3; i++)
        ar_arena_defer(&arena, note_release, names + i);
    assert_int_equal(n_released, 0);
    ar_arena_reset(&arena);
    assert_int_equal(n_released, 3);
    assert_memory_equal(released, "cba", 3);
    ar_arena_free(&arena);
    assert_int_equal(n_released, 3);
}

static void releases_at_once_without_memory(void **state)
{
    (void)state;
    jmp_buf out_of_memory;
    struct ar_arena arena = {.out_of_memory = &out_of_memory};
    static char name = 'x';
    volatile bool jumped = false;
    n_released = 0;
    ar_arena_fail_after(1, false);
    if (setjmp(out_of_memory) == 0)
        ar_arena_defer(&arena, note_release, &name);
    else
        jumped = true;
    assert_true(jumped);
    assert_int_equal(n_released, 1);
    ar_arena_free(&arena);
    assert_int_equal(n_released, 1);
}

static void vectors_grow(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    AR_VECTOR(int) numbers = {0};
    for (int i = 0; i < 10000; i++)
        ar_vector_push(&arena, &numbers, i * 3);
    assert_int_equal(numbers.count, 10000);
    assert_true(numbers.capacity >= 10000);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(numbers.at[i], i * 3);
    ar_arena_free(&arena);
}

static void checked_sizes_do_not_wrap(void **state)
{
    (void)state;
    size_t out = 7;
    assert_false(ar_size_add(SIZE_MAX, 1, &out));
    assert_false(ar_size_mul(SIZE_MAX / 2 + 1, 2, &out));
    assert_int_equal(out, 7);
    assert_true(ar_size_add(SIZE_MAX - 1, 1, &out));
    assert_true(out == SIZE_MAX);
    assert_true(ar_size_mul(SIZE_MAX, 0, &out));
    assert_int_equal(out, 0);
    assert_true(ar_size_mul(0, SIZE_MAX, &out));
    assert_true(ar_size_mul(SIZE_MAX / 2, 2, &out));
    assert_true(out == SIZE_MAX - 1);
}

static void limits_have_one_table(void **state)
{
    (void)state;
    const struct ar_limit_info *nesting = &ar_limit_table[AR_LIMIT_NESTING];
    assert_string_equal(nesting->name, "NESTING");
    assert_int_equal(nesting->value, AR_MAX_NESTING);
    for (size_t i = 0; i < AR_N_LIMITS; i++) {
        assert_true(ar_limit_table[i].value > 0);
        assert_non_null(ar_limit_table[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_aligned_zeroed_memory_that_stays),
        cmocka_unit_test(grows_in_few_steps),
        cmocka_unit_test(takes_at_once_what_is_reserved),
        cmocka_unit_test(takes_whole_pages_for_what_is_large),
        cmocka_unit_test(reset_zeroes_what_it_hands_out_again),
        cmocka_unit_test(takes_what_another_left),
        cmocka_unit_test(frees_what_nobody_took),
        cmocka_unit_test(limit_is_exact_and_jumps),
        cmocka_unit_test(jumps_for_sizes_that_wrap),
        cmocka_unit_test(fails_the_request_asked_for),
        cmocka_unit_test(fails_the_object_asked_for),
        cmocka_unit_test(releases_newest_first_and_once),
        cmocka_unit_test(releases_at_once_without_memory),
        cmocka_unit_test(vectors_grow),
        cmocka_unit_test(checked_sizes_do_not_wrap),
        cmocka_unit_test(limits_have_one_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
