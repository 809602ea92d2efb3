/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers and string maps. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/entropy.h"
#include "base/map.h"

#include <stdio.h>
#include <string.h>

static void assert_text(ar_str s, const char *expected)
{
    assert_int_equal(s.len, strlen(expected));
    assert_string_equal(s.ptr, expected);
}

static void buffer_collects_text(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    struct ar_buf buf = AR_BUF(&arena);
    assert_text(ar_buf_view(&buf), "");
    assert_int_equal(arena.used_bytes, 0);
    ar_buf_put(&buf, (ar_str){NULL, 0});
    ar_buf_put_c(&buf, NULL);
    ar_buf_put_repeated(&buf, '-', 0);
    ar_buf_printf(&buf, "%s", "");
    assert_int_equal(arena.used_bytes, 0);
    ar_buf_put(&buf, AR_STR("rule "));
    ar_buf_put_c(&buf, "docker");
    ar_buf_put_char(&buf, ':');
    ar_buf_put_repeated(&buf, '^', 3);
    ar_buf_printf(&buf, " %d%% of %s", 99, "it");
    assert_text(ar_buf_view(&buf), "rule docker:^^^ 99% of it");
    ar_arena_free(&arena);
}

static void buffer_grows_and_takes_its_own_text(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    struct ar_buf buf = AR_BUF(&arena);
    ar_buf_put_c(&buf, "ab");
    for (int i = 0; i < 12; i++)
        ar_buf_put(&buf, ar_buf_view(&buf));
    assert_int_equal(buf.len, 8192);
    for (size_t i = 0; i < buf.len; i++)
        assert_int_equal(buf.ptr[i], "ab"[i % 2]);
    assert_int_equal(ar_buf_view(&buf).ptr[8192], '\0');
    ar_arena_free(&arena);
}

/* Every length, so that one of them leaves no room for the NUL. */
static void buffer_view_ends_with_nul_at_every_length(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    for (size_t len = 1; len < 300; len++) {
        struct ar_buf a = AR_BUF(&arena);
        struct ar_buf b = AR_BUF(&arena);
        ar_buf_put_repeated(&a, 'x', len);
        assert_int_equal(strlen(ar_buf_view(&a).ptr), len);
        ar_buf_printf(&b, "%*s", (int)len, "y");
        assert_int_equal(strlen(ar_buf_view(&b).ptr), len);
        assert_int_equal(b.len, len);
        ar_arena_reset(&arena);
    }
    ar_arena_free(&arena);
}

static void buffer_keeps_nul_bytes(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    struct ar_buf buf = AR_BUF(&arena);
    ar_buf_put_char(&buf, 'a');
    ar_buf_put_char(&buf, '\0');
    ar_buf_put(&buf, AR_STR("b\0c"));
    assert_true(ar_str_equal(ar_buf_view(&buf), AR_STR("a\0b\0c")));
    ar_arena_free(&arena);
}

static void code_points_become_utf8(void **state)
{
    (void)state;
    static const struct {
        uint32_t code_point;
        const char *utf8;
    } cases[] = {
        {0x41, "A"},
        {0x7F, "\x7F"},
        {0x80, "\xC2\x80"},
        {0x7FF, "\xDF\xBF"},
        {0x800, "\xE0\xA0\x80"},
        {0x20AC, "\xE2\x82\xAC"},
        {0xD7FF, "\xED\x9F\xBF"},
        {0xD800, "\xEF\xBF\xBD"},
        {0xDFFF, "\xEF\xBF\xBD"},
        {0xE000, "\xEE\x80\x80"},
        {0xFFFF, "\xEF\xBF\xBF"},
        {0x10000, "\xF0\x90\x80\x80"},
        {0x10FFFF, "\xF4\x8F\xBF\xBF"},
        {0x110000, "\xEF\xBF\xBD"},
        {UINT32_MAX, "\xEF\xBF\xBD"},
    };
    struct ar_arena arena = {0};
    for (size_t i = 0; i < AR_COUNT_OF(cases); i++) {
        struct ar_buf buf = AR_BUF(&arena);
        ar_buf_put_code_point(&buf, cases[i].code_point);
        assert_text(ar_buf_view(&buf), cases[i].utf8);
    }
    ar_arena_free(&arena);
}

static void empty_map_has_nothing(void **state)
{
    (void)state;
    struct ar_map map = {0};
    assert_null(ar_map_get(&map, AR_STR("x")));
    assert_false(ar_map_has(&map, AR_STR("")));
}

static void map_keeps_and_replaces(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    struct ar_map map = {0};
    int one = 1;
    int two = 2;
    ar_map_put(&arena, &map, AR_STR("a"), &one);
    ar_map_put(&arena, &map, (ar_str){NULL, 0}, &two);
    ar_map_put(&arena, &map, AR_STR("none"), NULL);
    ar_map_put(&arena, &map, AR_STR("a\0b"), &two);
    assert_int_equal(map.count, 4);
    assert_ptr_equal(ar_map_get(&map, AR_STR("a")), &one);
    assert_ptr_equal(ar_map_get(&map, AR_STR("")), &two);
    assert_ptr_equal(ar_map_get(&map, AR_STR("a\0b")), &two);
    assert_null(ar_map_get(&map, AR_STR("none")));
    assert_true(ar_map_has(&map, AR_STR("none")));
    assert_false(ar_map_has(&map, AR_STR("A")));
    ar_map_put(&arena, &map, AR_STR("a"), &two);
    assert_int_equal(map.count, 4);
    assert_ptr_equal(ar_map_get(&map, AR_STR("a")), &two);
    assert_true(ar_str_equal_c(map.entries[0].key, "a"));
    ar_arena_free(&arena);
}

static void map_grows_in_order(void **state)
{
    (void)state;
    enum { N_KEYS = 20000 };
    struct ar_arena arena = {0};
    struct ar_map map = {0};
    for (int i = 0; i < N_KEYS; i++) {
        int *value = AR_NEW(&arena, int);
        *value = i;
        ar_map_put(&arena, &map, ar_str_printf(&arena, "key.%d", i), value);
    }
    assert_int_equal(map.count, N_KEYS);
    for (int i = 0; i < N_KEYS; i++) {
        char name[32];
        snprintf(name, sizeof(name), "key.%d", i);
        const int *value = ar_map_get(&map, ar_str_from_c(name));
        assert_non_null(value);
        assert_int_equal(*value, i);
        assert_int_equal(*(const int *)map.entries[i].value, i);
    }
    assert_null(ar_map_get(&map, AR_STR("key.20000")));
    ar_arena_free(&arena);
}

/* Keys of every length up to 40 that differ in one byte only: no byte of a
 * key may be left out of the comparison. */
static void map_tells_every_byte_apart(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    struct ar_map map = {0};
    size_t n_keys = 0;
    for (size_t len = 1; len <= 40; len++) {
        for (size_t at = 0; at < len; at++) {
            char key[40];
            memset(key, 'a', sizeof(key));
            key[at] = 'b';
            ar_map_put(&arena, &map, ar_str_copy(&arena, (ar_str){key, len}),
                       NULL);
            n_keys++;
        }
    }
    assert_int_equal(map.count, n_keys);
    ar_arena_free(&arena);
}

/* A failed put must leave the map as it was. */
static void map_survives_failed_requests(void **state)
{
    (void)state;
    jmp_buf out_of_memory;
    static const char keys[] = "abcdefghijklmnopqrstuvwxyz";
    for (volatile size_t k = 1; k <= 3; k++) {
        struct ar_arena arena = {.out_of_memory = &out_of_memory,
                                 .limit_bytes = k * 1000 + 100};
        struct ar_map map = {0};
        if (setjmp(out_of_memory) == 0) {
            for (size_t i = 0; i < 2600; i++) {
                ar_str key = {keys + i % 26, 1 + i / 100 % (26 - i % 26)};
                ar_map_put(&arena, &map, key, &map);
            }
        }
        for (size_t i = 0; i < map.count; i++)
            assert_ptr_equal(ar_map_get(&map, map.entries[i].key), &map);
        assert_false(ar_map_has(&map, AR_STR("0")));
        ar_arena_free(&arena);
    }
}

static void entropy_differs(void **state)
{
    (void)state;
    uint64_t a = ar_entropy_u64();
    uint64_t b = ar_entropy_u64();
    assert_true(a != b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffer_collects_text),
        cmocka_unit_test(buffer_grows_and_takes_its_own_text),
        cmocka_unit_test(buffer_view_ends_with_nul_at_every_length),
        cmocka_unit_test(buffer_keeps_nul_bytes),
        cmocka_unit_test(code_points_become_utf8),
        cmocka_unit_test(empty_map_has_nothing),
        cmocka_unit_test(map_keeps_and_replaces),
        cmocka_unit_test(map_grows_in_order),
        cmocka_unit_test(map_tells_every_byte_apart),
        cmocka_unit_test(map_survives_failed_requests),
        cmocka_unit_test(entropy_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
