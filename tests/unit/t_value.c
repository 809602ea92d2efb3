/* SPDX-License-Identifier: Apache-2.0 */
/* Values: sizes, durations, moments and scalars from text and back, literals,
 * sameness, reasons. */

#include "value/value.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

static struct ar_arena arena;

static int clear_arena(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return 0;
}

struct number_case {
    const char *text;
    int64_t expected;
};

typedef bool parser(ar_str text, int64_t *out);

static void assert_numbers(parser *parse, const struct number_case *cases,
                           size_t count)
{
    for (size_t ix = 0; ix < count; ix++) {
        int64_t actual = -1;
        if (!parse(ar_str_from_c(cases[ix].text), &actual))
            fail_msg("refused: %s", cases[ix].text);
        if (actual != cases[ix].expected)
            fail_msg("%s: %lld", cases[ix].text, (long long)actual);
    }
}

static void assert_refused(parser *parse, const char *const *cases,
                           size_t count)
{
    for (size_t ix = 0; ix < count; ix++) {
        int64_t actual = 4711;
        if (parse(ar_str_from_c(cases[ix]), &actual))
            fail_msg("accepted: %s", cases[ix]);
        assert_int_equal(actual, 4711);
    }
}

static const char *text_of(ar_value value)
{
    return ar_value_text(&arena, value).ptr;
}

static const char *literal_of(ar_value value)
{
    struct ar_buf out = AR_BUF(&arena);
    ar_value_put_literal(&out, value);
    return ar_buf_view(&out).ptr;
}

static ar_value parse_as(const struct ar_type *type, const char *text)
{
    return ar_value_parse(&arena, type, ar_str_from_c(text),
                          AR_REASON_bad_value);
}

static void reads_sizes(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"0B", 0},
        {"-0B", 0},
        {"12345B", 12345},
        {"1kB", 1000},
        {"1KB", 1000},
        {"1KiB", 1024},
        {"4GiB", INT64_C(4294967296)},
        {"512MB", 512000000},
        {"1.5TiB", INT64_C(1649267441664)},
        {"1.5TB", INT64_C(1500000000000)},
        {"0.5KiB", 512},
        {"0.25KiB", 256},
        {"0.0009765625KiB", 1},
        {"0.001kB", 1},
        {"1.0B", 1},
        {"3.000B", 3},
        {"007KiB", 7168},
        {"000000000000000000000000000000007KiB", 7168},
        {"1PB", INT64_C(1000000000000000)},
        {"1PiB", INT64_C(1125899906842624)},
        {"0.5PiB", INT64_C(562949953421312)},
        {"0.00000000000000088817841970012523233890533447265625PiB", 1},
        {"1.50000000000000000000000000000000000000000000000000000000PiB",
         INT64_C(1688849860263936)},
        {"8191PiB", INT64_C(9222246136947933184)},
        {"9223372036854775807B", INT64_MAX},
        {"9223372036854775.807kB", INT64_MAX},
        {"-9223372036854775808B", INT64_MIN},
        {"-8192PiB", INT64_MIN},
        {"-1.5KiB", -1536},
    };
    assert_numbers(ar_size_parse, cases, AR_COUNT_OF(cases));
}

static void refuses_bad_sizes(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "B",
        "KiB",
        "12",
        "1.5",
        "0.3B",
        "0.1KiB",
        "1.B",
        ".5KiB",
        "1..5KiB",
        "1.5.KiB",
        "1 KiB",
        " 1KiB",
        "1KiB ",
        "+1KiB",
        "--1KiB",
        "-",
        "-KiB",
        "1kb",
        "1kiB",
        "1Kib",
        "1gib",
        "1G",
        "1K",
        "1KiBx",
        "1e3B",
        "0x10B",
        "1_000B",
        "1,5KiB",
        "1EiB",
        "4GB4",
        "1s",
        "1TiBB",
        "0.0005kB",
        "9223372036854775808B",
        "8192PiB",
        "9224PB",
        "-9223372036854775809B",
        "18446744073709551615B",
        "18446744073709551616B",
        "18446744073709551615PiB",
        "99999999999999999999999999999999999999999999999KiB",
        "0.000000000000000444089209850062616169452667236328125PiB",
    };
    assert_refused(ar_size_parse, cases, AR_COUNT_OF(cases));
}

static void reads_durations(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"0s", 0},
        {"12us", 12},
        {"500ms", 500000},
        {"1500ms", 1500000},
        {"90s", 90000000},
        {"4min", INT64_C(240000000)},
        {"2h", INT64_C(7200000000)},
        {"30d", INT64_C(2592000000000)},
        {"0.5s", 500000},
        {"0.5ms", 500},
        {"0.000001s", 1},
        {"1.5h", INT64_C(5400000000)},
        {"0.1min", 6000000},
        {"-4min", -INT64_C(240000000)},
        {"-0s", 0},
        {"106751991d", INT64_C(9223372022400000000)},
        {"9223372036854775807us", INT64_MAX},
        {"9223372036854.775807s", INT64_MAX},
        {"-9223372036854775808us", INT64_MIN},
    };
    assert_numbers(ar_duration_parse, cases, AR_COUNT_OF(cases));
}

static void refuses_bad_durations(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "s",
        "5",
        "5m",
        "5 s",
        "5S",
        "5sec",
        "5M",
        "5hours",
        "5x",
        "1h30min",
        "0.5us",
        "1.5us",
        "1e3s",
        "+5s",
        "0.0000001s",
        "5GiB",
        "5mins",
        "106751992d",
        "9223372036854775808us",
        "5.s",
        ".5s",
        "99999999999999999999s",
    };
    assert_refused(ar_duration_parse, cases, AR_COUNT_OF(cases));
}

#define SECOND INT64_C(1000000)

static void reads_moments(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01", 0},
        {"1970-01-01T00:00:00.000001Z", 1},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"1970-01-02", 86400 * SECOND},
        {"2000-02-29T00:00:00Z", 951782400 * SECOND},
        {"2000-03-01T00:00:00Z", 951868800 * SECOND},
        {"2024-02-29", 1709164800 * SECOND},
        {"2001-09-09T01:46:40Z", 1000000000 * SECOND},
        {"2038-01-19T03:14:08Z", INT64_C(2147483648) * SECOND},
        {"1901-12-13T20:45:52Z", INT64_C(-2147483648) * SECOND},
        {"2026-11-22T10:00:00Z", 1795341600 * SECOND},
        {"2026-11-22t10:00:00z", 1795341600 * SECOND},
        {"2026-11-22 10:00:00Z", 1795341600 * SECOND},
        {"2026-11-22T12:00:00+02:00", 1795341600 * SECOND},
        {"2026-11-22T04:30:00-05:30", 1795341600 * SECOND},
        {"2026-11-23T09:59:00+23:59", 1795341600 * SECOND},
        {"2026-11-22T10:00:00-00:00", 1795341600 * SECOND},
        {"2026-11-22T10:00:00.5Z", 1795341600 * SECOND + 500000},
        {"2026-11-22T10:00:00.123456789Z", 1795341600 * SECOND + 123456},
        {"2026-11-22T10:00:00.9999999+00:00", 1795341600 * SECOND + 999999},
        {"1990-12-31T23:59:60Z", 662688000 * SECOND},
        {"1990-12-31T15:59:60-08:00", 662688000 * SECOND},
        {"2016-12-31T23:59:60.25Z", 1483228800 * SECOND + 250000},
        {"0001-01-01T00:00:00Z", AR_TIME_FIRST},
        {"0001-01-01", AR_TIME_FIRST},
        {"0001-01-01T01:00:00+01:00", AR_TIME_FIRST},
        {"9999-12-31T23:59:59.999999Z", AR_TIME_LAST},
        {"9999-12-31T23:59:59.9999999999Z", AR_TIME_LAST},
        {"1600-02-29", INT64_C(-11670998400) * SECOND},
    };
    assert_numbers(ar_time_parse, cases, AR_COUNT_OF(cases));
}

static void refuses_bad_moments(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "2026",
        "2026-11",
        "2026-11-2",
        "2026-1-22",
        "26-11-22",
        "02026-11-22",
        "2026-00-01",
        "2026-13-01",
        "2026-01-00",
        "2026-01-32",
        "2026-04-31",
        "2023-02-29",
        "1900-02-29",
        "2100-02-29",
        "2024-02-30",
        "0000-01-01",
        "-001-01-01",
        "2026/11/22",
        "20261122",
        " 2026-11-22",
        "2026-11-22 ",
        "2026-11-22Z",
        "2026-11-22T",
        "2026-11-22T10:00Z",
        "2026-11-22T10:00:00",
        "2026-11-22T10:00:00 Z",
        "2026-11-22T10:00:00ZZ",
        "2026-11-22T1:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T10:60:00Z",
        "2026-11-22T10:00:61Z",
        "2026-11-22T10:00:60Z",
        "1990-12-31T23:59:60+01:00",
        "2026-11-22T10:00:00.Z",
        "2026-11-22T10:00:00,5Z",
        "2026-11-22T10:00:00+0200",
        "2026-11-22T10:00:00+02",
        "2026-11-22T10:00:00+2:00",
        "2026-11-22T10:00:00+24:00",
        "2026-11-22T10:00:00+01:60",
        "2026-11-22T10:00:00UTC",
        "2026-11-22_10:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "9999-12-31T23:59:60Z",
        "10000-01-01",
        "yesterday",
    };
    assert_refused(ar_time_parse, cases, AR_COUNT_OF(cases));
}

static void walks_the_calendar(void **state)
{
    (void)state;
    /* 25 hours, so that every hour comes by; over 1600 to 2400. */
    int64_t step = INT64_C(25) * 3600 * SECOND + 1;
    int64_t moment = INT64_C(-11676096000) * SECOND;
    for (int ix = 0; ix < 280000; ix++, moment += step) {
        ar_value value = ar_value_time(moment);
        int64_t back = 0;
        assert_true(ar_time_parse(ar_value_text(&arena, value), &back));
        assert_true(back == moment);
        if (ix % 1000 == 0)
            ar_arena_reset(&arena);
    }
}

static void splits_moments(void **state)
{
    (void)state;
    struct ar_utc utc = ar_time_split(INT64_C(951868799999999));
    assert_int_equal(utc.year, 2000);
    assert_int_equal(utc.month, 2);
    assert_int_equal(utc.day, 29);
    assert_int_equal(utc.hour, 23);
    assert_int_equal(utc.minute, 59);
    assert_int_equal(utc.second, 59);
    assert_int_equal(utc.microsecond, 999999);
    assert_int_equal(ar_time_split(INT64_MAX).year, 294247);
    assert_int_equal(ar_time_split(INT64_MIN).year, -290308);
    assert_int_equal(ar_time_split(AR_TIME_FIRST - 1).year, 0);
    assert_int_equal(ar_time_split(AR_TIME_LAST + 1).year, 10000);
}

static void writes_measures(void **state)
{
    (void)state;
    static const struct number_case sizes[] = {
        {"0B", 0},
        {"1B", 1},
        {"1023B", 1023},
        {"12345B", 12345},
        {"1kB", 1000},
        {"1KiB", 1024},
        {"1000KiB", 1024000},
        {"512MB", 512000000},
        {"3GiB", INT64_C(3221225472)},
        {"1536GiB", INT64_C(1649267441664)},
        {"2GB", INT64_C(2000000000)},
        {"1PiB", INT64_C(1125899906842624)},
        {"1PB", INT64_C(1000000000000000)},
        {"-4GiB", INT64_C(-4294967296)},
        {"-8192PiB", INT64_MIN},
        {"9223372036854775807B", INT64_MAX},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(sizes); ix++)
        assert_string_equal(text_of(ar_value_size(sizes[ix].expected)),
                            sizes[ix].text);
    static const struct number_case durations[] = {
        {"0s", 0},
        {"12us", 12},
        {"1500ms", 1500000},
        {"1s", 1000000},
        {"90s", 90000000},
        {"4min", INT64_C(240000000)},
        {"2h", INT64_C(7200000000)},
        {"90min", INT64_C(5400000000)},
        {"1d", INT64_C(86400000000)},
        {"30d", INT64_C(2592000000000)},
        {"-90s", -90000000},
        {"-9223372036854775808us", INT64_MIN},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(durations); ix++)
        assert_string_equal(text_of(ar_value_duration(durations[ix].expected)),
                            durations[ix].text);
}

static void reads_back_what_it_writes(void **state)
{
    (void)state;
    uint64_t number = 1;
    for (int ix = 0; ix < 2000; ix++) {
        number = number * UINT64_C(6364136223846793005) + 1442695040888963407U;
        int64_t value = (int64_t)(number >> (number & 31) >> 1);
        ar_value size = ar_value_size(ix % 2 ? value : -value);
        ar_value duration = ar_value_duration(ix % 2 ? -value : value);
        ar_value real = ar_value_real((double)value / 1048576.0);
        assert_true(
            ar_value_same(size, parse_as(&ar_type_size, text_of(size))));
        assert_true(ar_value_same(
            duration, parse_as(&ar_type_duration, text_of(duration))));
        assert_true(
            ar_value_same(real, parse_as(&ar_type_real, text_of(real))));
    }
}

static void writes_moments(void **state)
{
    (void)state;
    assert_string_equal(text_of(ar_value_time(0)), "1970-01-01T00:00:00Z");
    assert_string_equal(text_of(ar_value_time(-1)),
                        "1969-12-31T23:59:59.999999Z");
    assert_string_equal(text_of(ar_value_time(1795341600 * SECOND + 500)),
                        "2026-11-22T10:00:00.000500Z");
    assert_string_equal(text_of(ar_value_time(AR_TIME_FIRST)),
                        "0001-01-01T00:00:00Z");
    assert_string_equal(text_of(ar_value_time(AR_TIME_LAST)),
                        "9999-12-31T23:59:59.999999Z");
}

/* What each type takes from text, and how it comes back. */
static void parses_every_scalar(void **state)
{
    (void)state;
    const struct {
        const struct ar_type *type;
        const char *text;
        const char *back; /* NULL: refused */
    } cases[] = {
        {&ar_type_bool, "true", "true"},
        {&ar_type_bool, "false", "false"},
        {&ar_type_bool, "True", NULL},
        {&ar_type_bool, "1", NULL},
        {&ar_type_bool, "", NULL},
        {&ar_type_int, "9223372036854775807", "9223372036854775807"},
        {&ar_type_int, "-9223372036854775808", "-9223372036854775808"},
        {&ar_type_int, "9223372036854775808", NULL},
        {&ar_type_int, "1.0", NULL},
        {&ar_type_int, "", NULL},
        {&ar_type_int, " 1", NULL},
        {&ar_type_real, "0.5", "0.5"},
        {&ar_type_real, "3", "3.0"},
        {&ar_type_real, "1e999", NULL},
        {&ar_type_real, "nan", NULL},
        {&ar_type_string, "", ""},
        {&ar_type_string, " x\n", " x\n"},
        {&ar_type_version, "v4.38.0-rc1", "v4.38.0-rc1"},
        {&ar_type_version, "1..2", NULL},
        {&ar_type_size, "4GiB", "4GiB"},
        {&ar_type_size, "1048576", "1MiB"},
        {&ar_type_size, "1.0", "1B"},
        {&ar_type_size, "1.5", NULL},
        {&ar_type_size, "9223372036854775808", NULL},
        {&ar_type_size, "-5", "-5B"},
        {&ar_type_size, "5s", NULL},
        {&ar_type_duration, "0.5", "500ms"},
        {&ar_type_duration, "90", "90s"},
        {&ar_type_duration, "120", "2min"},
        {&ar_type_duration, "-1", "-1s"},
        {&ar_type_duration, "0.0000005", NULL},
        {&ar_type_duration, "1e3", NULL},
        {&ar_type_duration, "9223372036855", NULL},
        {&ar_type_time, "2026-11-22", "2026-11-22T00:00:00Z"},
        {&ar_type_time, "2026-02-30", NULL},
        {&ar_type_ip, "2001:DB8::1", "2001:db8::1"},
        {&ar_type_ip, "1.2.3", NULL},
        {&ar_type_cidr, "10.1.2.3/8", "10.0.0.0/8"},
        {&ar_type_cidr, "10.1.2.3", NULL},
        {&ar_type_arch, "AMD64", "amd64"},
        {&ar_type_arch, "ARM64 ", NULL},
        {&ar_type_poison, "x", NULL},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        ar_value value = parse_as(cases[ix].type, cases[ix].text);
        if (cases[ix].back == NULL) {
            assert_int_equal(value.state, AR_STATE_UNKNOWN);
            assert_int_equal(value.reason, AR_REASON_bad_value);
            assert_true(ar_str_equal_c(value.detail, cases[ix].text));
            continue;
        }
        if (value.state != AR_STATE_VALUE)
            fail_msg("refused: %s", cases[ix].text);
        assert_ptr_equal(value.type, cases[ix].type);
        assert_string_equal(text_of(value), cases[ix].back);
    }
}

static void parses_no_list(void **state)
{
    (void)state;
    const struct ar_type *list = ar_type_list_of(&arena, &ar_type_int);
    ar_value value =
        ar_value_parse(&arena, list, AR_STR("[1]"), AR_REASON_bad_output);
    assert_int_equal(value.state, AR_STATE_UNKNOWN);
    assert_int_equal(value.reason, AR_REASON_bad_output);
}

static void keeps_its_own_copy(void **state)
{
    (void)state;
    char text[] = "hello";
    ar_value string = parse_as(&ar_type_string, text);
    ar_value bad = parse_as(&ar_type_int, text);
    memset(text, 'x', sizeof(text) - 1);
    assert_string_equal(text_of(string), "hello");
    assert_true(ar_str_equal_c(bad.detail, "hello"));
}

static const struct ar_field disk_fields[] = {
    {.name = {"name", 4}, .type = &ar_type_string},
    {.name = {"used", 4}, .type = &ar_type_size},
    {.name = {"host", 4}, .type = &ar_type_ip, .optional = true},
};
static const struct ar_type disk = {
    .kind = AR_TYPE_RECORD, .fields = disk_fields, .n_fields = 3};

static void writes_composed_values(void **state)
{
    (void)state;
    const ar_value fields[] = {
        ar_value_string(AR_STR("x y")),
        ar_value_unknown(AR_REASON_denied, AR_STR("EACCES")),
        ar_value_absent(),
    };
    ar_value record = ar_value_record(&disk, fields);
    assert_string_equal(
        text_of(record),
        "{ name = x y, used = <unknown: denied>, host = <absent> }");
    assert_string_equal(
        literal_of(record),
        "{ name = \"x y\", used = <unknown: denied>, host = <absent> }");
    const ar_value items[] = {ar_value_string(AR_STR("a")),
                              ar_value_string(AR_STR("b"))};
    const struct ar_type *list = ar_type_list_of(&arena, &ar_type_string);
    assert_string_equal(text_of(ar_value_list(list, items, 2)), "[a, b]");
    assert_string_equal(literal_of(ar_value_list(list, items, 2)),
                        "[\"a\", \"b\"]");
    assert_string_equal(text_of(ar_value_list(list, NULL, 0)), "[]");
    const ar_str keys[] = {AR_STR("k 1"), AR_STR("k2")};
    const struct ar_type *map = ar_type_map_of(&arena, &ar_type_string);
    assert_string_equal(text_of(ar_value_map(map, keys, items, 2)),
                        "{ k 1 = a, k2 = b }");
    assert_string_equal(literal_of(ar_value_map(map, keys, items, 2)),
                        "{ \"k 1\" = \"a\", \"k2\" = \"b\" }");
    assert_string_equal(text_of(ar_value_map(map, NULL, NULL, 0)), "{}");
}

static void escapes_literals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *literal;
    } cases[] = {
        {"", "\"\""},
        {"/etc/wsl.conf", "\"/etc/wsl.conf\""},
        {"say \"hi\"", "\"say \\\"hi\\\"\""},
        {"C:\\new", "\"C:\\\\new\""},
        {"{host.secret}", "\"\\{host.secret}\""},
        {"a\nb\tc\rd", "\"a\\nb\\tc\\u{d}d\""},
        {"\x1b[31m\x7f", "\"\\u{1b}[31m\\u{7f}\""},
        {"\xC2\x9B"
         "31m",
         "\"\\u{9b}31m\""},
        {"\xC2\xA0\xC3\xA9", "\"\xC2\xA0\xC3\xA9\""},
        {"caf\xC2", "\"caf\xC2\""},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        ar_value value = ar_value_string(ar_str_from_c(cases[ix].text));
        assert_string_equal(literal_of(value), cases[ix].literal);
        assert_string_equal(text_of(value), cases[ix].text);
    }
    ar_value nul = ar_value_string(AR_STR("a\0b"));
    assert_string_equal(literal_of(nul), "\"a\\u{0}b\"");
}

static void writes_other_literals(void **state)
{
    (void)state;
    assert_string_equal(literal_of(ar_value_int(2375)), "2375");
    assert_string_equal(literal_of(ar_value_bool(true)), "true");
    assert_string_equal(literal_of(ar_value_real(2.0)), "2.0");
    assert_string_equal(literal_of(ar_value_size(4096)), "4KiB");
    assert_string_equal(literal_of(ar_value_duration(500)), "500us");
    assert_string_equal(literal_of(parse_as(&ar_type_arch, "x64")), "amd64");
    assert_string_equal(literal_of(parse_as(&ar_type_ip, "::1")), "\"::1\"");
    assert_string_equal(literal_of(parse_as(&ar_type_cidr, "10.0.0.0/8")),
                        "\"10.0.0.0/8\"");
    assert_string_equal(literal_of(ar_value_time(0)),
                        "\"1970-01-01T00:00:00Z\"");
    assert_string_equal(literal_of(parse_as(&ar_type_version, "1.2+\"{x")),
                        "\"1.2+\\\"\\{x\"");
    assert_string_equal(literal_of(ar_value_absent()), "<absent>");
}

static void tells_values_apart(void **state)
{
    (void)state;
    const struct ar_type *strings = ar_type_list_of(&arena, &ar_type_string);
    const struct ar_type *empty = ar_type_list_of(&arena, NULL);
    const ar_value items[] = {ar_value_string(AR_STR("a")),
                              ar_value_string(AR_STR("b")), ar_value_absent()};
    const ar_value values[] = {
        ar_value_absent(),
        ar_value_unknown(AR_REASON_timeout, AR_STR("")),
        ar_value_unknown(AR_REASON_denied, AR_STR("")),
        ar_value_bool(false),
        ar_value_bool(true),
        ar_value_int(0),
        ar_value_int(1),
        ar_value_size(0),
        ar_value_size(1),
        ar_value_duration(1),
        ar_value_time(1),
        ar_value_real(0.0),
        ar_value_real(1.0),
        ar_value_string(AR_STR("")),
        ar_value_string(AR_STR("1")),
        ar_value_enum(&ar_type_arch, 0),
        ar_value_enum(&ar_type_arch, 1),
        parse_as(&ar_type_version, "1.0"),
        parse_as(&ar_type_version, "1.0-rc1"),
        parse_as(&ar_type_ip, "1.2.3.4"),
        parse_as(&ar_type_ip, "::ffff:1.2.3.4"),
        parse_as(&ar_type_cidr, "1.2.3.4/32"),
        parse_as(&ar_type_cidr, "1.2.3.4/31"),
        ar_value_list(strings, NULL, 0),
        ar_value_list(strings, items, 1),
        ar_value_list(strings, items, 2),
        ar_value_list(strings, items + 1, 1),
        ar_value_list(strings, items + 2, 1),
        ar_value_record(&disk, items),
    };
    for (size_t a = 0; a < AR_COUNT_OF(values); a++) {
        for (size_t b = 0; b < AR_COUNT_OF(values); b++) {
            if (ar_value_same(values[a], values[b]) != (a == b))
                fail_msg("%zu against %zu", a, b);
        }
    }
    assert_true(ar_value_same(ar_value_list(empty, NULL, 0),
                              ar_value_list(strings, NULL, 0)));
}

static void takes_like_values_for_the_same(void **state)
{
    (void)state;
    assert_true(ar_value_same(ar_value_unknown(AR_REASON_denied, AR_STR("a")),
                              ar_value_unknown(AR_REASON_denied, AR_STR("b"))));
    assert_true(ar_value_same(parse_as(&ar_type_version, "1.0"),
                              parse_as(&ar_type_version, "v1.0.0+x")));
    assert_true(ar_value_same(parse_as(&ar_type_cidr, "10.1.2.3/8"),
                              parse_as(&ar_type_cidr, "10.0.0.0/8")));
    assert_true(ar_value_same(parse_as(&ar_type_arch, "x64"),
                              parse_as(&ar_type_arch, "amd64")));
    const struct ar_type *map = ar_type_map_of(&arena, &ar_type_int);
    const ar_str keys[] = {AR_STR("a"), AR_STR("b")};
    const ar_value items[] = {ar_value_int(1), ar_value_int(2),
                              ar_value_int(2)};
    ar_value one = ar_value_map(map, keys, items, 1);
    assert_true(ar_value_same(one, ar_value_map(map, keys, items, 1)));
    assert_false(ar_value_same(one, ar_value_map(map, keys, items, 2)));
    assert_false(ar_value_same(one, ar_value_map(map, keys + 1, items, 1)));
    assert_false(ar_value_same(one, ar_value_map(map, keys, items + 1, 1)));
}

static void knows_every_reason(void **state)
{
    (void)state;
    for (unsigned ix = 0; ix < AR_N_REASONS; ix++) {
        const struct ar_reason_info *info = &ar_reason_table[ix];
        assert_int_equal(ar_reason_find(ar_str_from_c(info->name)), ix);
        assert_true(strlen(info->text) > 0 && strlen(info->how) > 0);
    }
    assert_int_equal(ar_reason_find(AR_STR("denied")), AR_REASON_denied);
    assert_int_equal(ar_reason_find(AR_STR("not_in_snapshot")),
                     AR_REASON_not_in_snapshot);
    assert_int_equal(ar_reason_find(AR_STR("Denied")), AR_N_REASONS);
    assert_int_equal(ar_reason_find(AR_STR("denie")), AR_N_REASONS);
    assert_int_equal(ar_reason_find(AR_STR("")), AR_N_REASONS);
}

static void is_unknown_when_zero(void **state)
{
    (void)state;
    ar_value value = {0};
    assert_int_equal(value.state, AR_STATE_UNKNOWN);
    assert_string_equal(
        text_of(ar_value_unknown(AR_REASON_bad_output, AR_STR("x"))),
        "<unknown: bad_output>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_sizes),
        cmocka_unit_test(refuses_bad_sizes),
        cmocka_unit_test(reads_durations),
        cmocka_unit_test(refuses_bad_durations),
        cmocka_unit_test(reads_moments),
        cmocka_unit_test(refuses_bad_moments),
        cmocka_unit_test_teardown(walks_the_calendar, clear_arena),
        cmocka_unit_test(splits_moments),
        cmocka_unit_test_teardown(writes_measures, clear_arena),
        cmocka_unit_test_teardown(reads_back_what_it_writes, clear_arena),
        cmocka_unit_test_teardown(writes_moments, clear_arena),
        cmocka_unit_test_teardown(parses_every_scalar, clear_arena),
        cmocka_unit_test_teardown(parses_no_list, clear_arena),
        cmocka_unit_test_teardown(keeps_its_own_copy, clear_arena),
        cmocka_unit_test_teardown(writes_composed_values, clear_arena),
        cmocka_unit_test_teardown(escapes_literals, clear_arena),
        cmocka_unit_test_teardown(writes_other_literals, clear_arena),
        cmocka_unit_test_teardown(tells_values_apart, clear_arena),
        cmocka_unit_test_teardown(takes_like_values_for_the_same, clear_arena),
        cmocka_unit_test(knows_every_reason),
        cmocka_unit_test_teardown(is_unknown_when_zero, clear_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
