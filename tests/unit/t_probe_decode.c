/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as text: each encoding with good, empty, odd and broken input, and
 * what auto takes them for. */

#include "probe/decode.h"
#include "text/utf8.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

struct sample {
    enum ar_probe_encoding encoding;
    ar_str bytes;
    const char *text; /* NULL: refused */
};

#define REFUSED NULL

static struct ar_arena arena;

static int tear_down(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return 0;
}

static void assert_decoded(size_t ix, const struct sample *sample)
{
    struct ar_decoded out;
    bool is_good =
        ar_probe_decode(&arena, sample->encoding, sample->bytes, &out);
    if (is_good != (sample->text != NULL))
        fail_msg("sample %zu: %s", ix, is_good ? "accepted" : out.detail);
    assert_int_equal(is_good, out.detail == NULL);
    if (is_good && !ar_str_equal_c(out.text, sample->text))
        fail_msg("sample %zu: \"" AR_STR_FORMAT "\"", ix, AR_STR_ARG(out.text));
}

static void assert_samples(const struct sample *samples, size_t count)
{
    for (size_t ix = 0; ix < count; ix++)
        assert_decoded(ix, &samples[ix]);
}

#define SAMPLES(samples) assert_samples((samples), AR_COUNT_OF(samples))

static void reads_utf8(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {AR_ENCODING_UTF8, {"", 0}, ""},
        {AR_ENCODING_UTF8, {"a\xC3\xA9", 3}, "a\xC3\xA9"},
        {AR_ENCODING_UTF8, {"\xEF\xBB\xBF", 3}, ""},
        {AR_ENCODING_UTF8, {"\xEF\xBB\xBFz", 4}, "z"},
        /* Only the first mark is one. */
        {AR_ENCODING_UTF8, {"\xEF\xBB\xBF\xEF\xBB\xBFz", 7}, "\xEF\xBB\xBFz"},
        {AR_ENCODING_UTF8, {"a\xE9", 2}, REFUSED},
        {AR_ENCODING_UTF8, {"a\xC3", 2}, REFUSED},
        {AR_ENCODING_UTF8, {"\xC0\x80", 2}, REFUSED},
        {AR_ENCODING_UTF8, {"\xED\xA0\x80", 3}, REFUSED},
        {AR_ENCODING_UTF8, {"a\0b", 3}, REFUSED},
        {AR_ENCODING_UTF8, {"a\0", 2}, REFUSED},
    };
    SAMPLES(samples);
}

static void reads_utf16le(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {AR_ENCODING_UTF16LE, {"", 0}, ""},
        {AR_ENCODING_UTF16LE, {"a\0b\0", 4}, "ab"},
        {AR_ENCODING_UTF16LE,
         {"\xFF\xFE"
          "a\0",
          4},
         "a"},
        {AR_ENCODING_UTF16LE, {"\xFF\xFE", 2}, ""},
        /* U+8A9E, without a mark and without a NUL byte. */
        {AR_ENCODING_UTF16LE, {"\x9E\x8A", 2}, "\xE8\xAA\x9E"},
        /* U+1F600 is a pair. */
        {AR_ENCODING_UTF16LE, {"\x3D\xD8\x00\xDE", 4}, "\xF0\x9F\x98\x80"},
        {AR_ENCODING_UTF16LE, {"a\0b", 3}, REFUSED},
        {AR_ENCODING_UTF16LE, {"\x3D\xD8", 2}, REFUSED},
        {AR_ENCODING_UTF16LE,
         {"\x3D\xD8"
          "a\0",
          4},
         REFUSED},
        {AR_ENCODING_UTF16LE, {"\x00\xDE\x3D\xD8", 4}, REFUSED},
        {AR_ENCODING_UTF16LE, {"a\0\0\0", 4}, REFUSED},
        {AR_ENCODING_UTF16LE, {"\xFE\xFF\0a", 4}, REFUSED},
    };
    SAMPLES(samples);
}

static void reads_latin1(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {AR_ENCODING_LATIN1, {"", 0}, ""},
        {AR_ENCODING_LATIN1, {"caf\xE9", 4}, "caf\xC3\xA9"},
        {AR_ENCODING_LATIN1, {"\x80\xFF", 2}, "\xC2\x80\xC3\xBF"},
        {AR_ENCODING_LATIN1, {"a\0", 2}, REFUSED},
    };
    SAMPLES(samples);
}

static void chooses_by_the_whole(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {AR_ENCODING_AUTO, {"", 0}, ""},
        {AR_ENCODING_AUTO, {"ab\n", 3}, "ab\n"},
        {AR_ENCODING_AUTO,
         {"\xEF\xBB\xBF"
          "a",
          4},
         "a"},
        {AR_ENCODING_AUTO,
         {"\xFF\xFE"
          "a\0",
          4},
         "a"},
        {AR_ENCODING_AUTO, {"\xFE\xFF\0a", 4}, "a"},
        {AR_ENCODING_AUTO, {"a\0\r\0\n\0", 6}, "a\r\n"},
        /* Japanese in front: only the line end has NUL. All of it would pass
         * for UTF-8 if the NUL were not looked for first. */
        {AR_ENCODING_AUTO, {"\x42\x30\x0A\x00", 4}, "\xE3\x81\x82\n"},
        {AR_ENCODING_AUTO, {"\xD8\x9E\x0A\x00", 4}, "\xE9\xBB\x98\n"},
        /* A bad mark is not put right. */
        {AR_ENCODING_AUTO, {"\xEF\xBB\xBF\xE9", 4}, REFUSED},
        {AR_ENCODING_AUTO,
         {"\xFF\xFE"
          "a",
          3},
         REFUSED},
        {AR_ENCODING_AUTO,
         {"\xFE\xFF"
          "a",
          3},
         REFUSED},
        {AR_ENCODING_AUTO, {"a\0b", 3}, REFUSED},
        {AR_ENCODING_AUTO, {"a\0\x3D\xD8", 4}, REFUSED},
        /* NUL as the low byte: no ASCII, and no text. */
        {AR_ENCODING_AUTO, {"\0a", 2}, REFUSED},
        {AR_ENCODING_AUTO, {"\0a\0b", 4}, REFUSED},
        {AR_ENCODING_AUTO, {"\0", 1}, REFUSED},
        {AR_ENCODING_AUTO, {"\0\0", 2}, REFUSED},
    };
    SAMPLES(samples);
}

static bool is_guess(enum ar_probe_encoding encoding, const char *bytes)
{
    struct ar_decoded out;
    assert_true(ar_probe_decode(&arena, encoding, ar_str_from_c(bytes), &out));
    return out.is_guess;
}

/* A code page nobody named is Latin-1, and says that it was guessed. */
static void says_what_is_guessed(void **state)
{
    (void)state;
    struct ar_decoded out;
    assert_true(ar_probe_decode(&arena, AR_ENCODING_AUTO,
                                AR_STR("\x81"
                                       "b"),
                                &out));
    assert_true(ar_str_equal_c(out.text, "\xC2\x81"
                                         "b"));
    assert_true(out.is_guess);
    assert_true(is_guess(AR_ENCODING_AUTO, "\xE9"));
    assert_false(is_guess(AR_ENCODING_AUTO, "e"));
    assert_false(is_guess(AR_ENCODING_AUTO, "\xC3\xA9"));
    assert_false(is_guess(AR_ENCODING_LATIN1, "\xE9"));
}

/* Any bytes come to valid UTF-8 without NUL, or to nothing. */
static void takes_any_bytes(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        char bytes[9];
        size_t len = (size_t)round % sizeof(bytes);
        for (size_t ix = 0; ix < len; ix++) {
            seed = seed * 1664525 + 1013904223;
            bytes[ix] = (char)(seed >> (seed >> 31 ? 24 : 30));
        }
        struct ar_decoded out;
        for (int each = AR_ENCODING_AUTO; each <= AR_ENCODING_LATIN1; each++) {
            if (!ar_probe_decode(&arena, (enum ar_probe_encoding)each,
                                 (ar_str){bytes, len}, &out))
                continue;
            assert_true(ar_utf8_invalid_at(out.text) == SIZE_MAX);
            assert_true(ar_str_find(out.text, (ar_str){"", 1}, 0) == SIZE_MAX);
        }
        ar_arena_reset(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(reads_utf8, tear_down),
        cmocka_unit_test_teardown(reads_utf16le, tear_down),
        cmocka_unit_test_teardown(reads_latin1, tear_down),
        cmocka_unit_test_teardown(chooses_by_the_whole, tear_down),
        cmocka_unit_test_teardown(says_what_is_guessed, tear_down),
        cmocka_unit_test_teardown(takes_any_bytes, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
