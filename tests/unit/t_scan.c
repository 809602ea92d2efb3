/* SPDX-License-Identifier: Apache-2.0 */
/* The scan for bytes that need care, held against a loop over bytes: every
 * byte at every offset, and random text. Built twice, also without vector
 * instructions (t_scan_portable). */

#include "base/scan.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

enum { MOST_BYTES = 70, N_TEXTS = 20000 };

static size_t scan_slowly(const char *text, size_t at, size_t len)
{
    for (; at < len; at++) {
        unsigned char byte = (unsigned char)text[at];
        if (byte < ' ' || byte > '~' || byte == '"' || byte == '\\')
            break;
    }
    return at;
}

static size_t scan_ascii_slowly(const char *text, size_t at, size_t len)
{
    while (at < len && text[at] != '\0' &&
           ((unsigned char)text[at] & 0x80) == 0)
        at++;
    return at;
}

static void stops_at_every_special_byte(void **state)
{
    (void)state;
    char text[MOST_BYTES];
    for (int byte = 0; byte < 256; byte++) {
        for (size_t at = 0; at < sizeof(text); at++) {
            memset(text, 'a', sizeof(text));
            text[at] = (char)byte;
            assert_int_equal(ar_scan_plain(text, 0, sizeof(text)),
                             scan_slowly(text, 0, sizeof(text)));
            assert_int_equal(ar_scan_ascii(text, 0, sizeof(text)),
                             scan_ascii_slowly(text, 0, sizeof(text)));
        }
    }
}

static void stops_at_one_byte_more(void **state)
{
    (void)state;
    char text[MOST_BYTES];
    for (size_t at = 0; at < sizeof(text); at++) {
        memset(text, 'a', sizeof(text));
        text[at] = '{';
        assert_int_equal(ar_scan_plain_but(text, 0, sizeof(text), '{'), at);
        assert_int_equal(ar_scan_plain_but(text, 0, sizeof(text), '}'),
                         sizeof(text));
        text[at / 2] = '"';
        assert_int_equal(ar_scan_plain_but(text, 0, sizeof(text), '{'), at / 2);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static void agrees_on_random_text(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < N_TEXTS; round++) {
        char text[MOST_BYTES];
        size_t len = next_random(&seed) % (MOST_BYTES + 1);
        for (size_t i = 0; i < len; i++) {
            uint32_t random = next_random(&seed);
            text[i] =
                (char)(random % 32 == 0 ? random >> 8 : 'a' + random % 26);
        }
        for (size_t at = 0; at <= len; at++) {
            assert_int_equal(ar_scan_plain(text, at, len),
                             scan_slowly(text, at, len));
            assert_int_equal(ar_scan_ascii(text, at, len),
                             scan_ascii_slowly(text, at, len));
            assert_int_equal(ar_scan_is_plain(text + at, len - at),
                             scan_slowly(text, at, len) == len);
        }
    }
}

/* Of blocks of exactly that size, so that sanitizers see what is read behind
 * them. */
static void knows_few_bytes(void **state)
{
    (void)state;
    for (size_t len = 1; len <= MOST_BYTES; len++) {
        char *text = malloc(len);
        char *other = malloc(len);
        assert_non_null(text);
        assert_non_null(other);
        memset(text, 'a', len);
        assert_true(ar_scan_is_plain(text, len));
        for (size_t at = 0; at < len; at++) {
            text[at] = '\\';
            assert_false(ar_scan_is_plain(text, len));
            text[at] = (char)('A' + at % 26);
            char *end = ar_str_put_bytes(other, (ar_str){text, len});
            assert_ptr_equal(end, other + len);
            assert_memory_equal(other, text, len);
            assert_true(ar_str_same_bytes(text, other, len));
            other[at] ^= 1;
            assert_false(ar_str_same_bytes(text, other, len));
        }
        free(text);
        free(other);
    }
    assert_true(ar_scan_is_plain(NULL, 0));
    assert_true(ar_str_same_bytes(NULL, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_at_every_special_byte),
        cmocka_unit_test(stops_at_one_byte_more),
        cmocka_unit_test(agrees_on_random_text),
        cmocka_unit_test(knows_few_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
