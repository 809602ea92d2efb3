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
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_at_every_special_byte),
        cmocka_unit_test(stops_at_one_byte_more),
        cmocka_unit_test(agrees_on_random_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
