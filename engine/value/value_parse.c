/* SPDX-License-Identifier: Apache-2.0 */
/* Values from text: sizes, durations, moments and the other scalars. All
 * arithmetic is in integers and checked, so a value is exact or refused. Owns
 * the calendar too. Never asks the locale or the time zone of the machine. */

#include "value/value.h"

#define AR_MICROSECONDS_PER_SECOND INT64_C(1000000)
#define AR_SECONDS_PER_DAY         INT64_C(86400)

enum {
    /* Between 0001-01-01, where the arithmetic starts, and 1970-01-01. */
    DAYS_TO_1970 = 719162,
    DAYS_PER_YEAR = 365,
    DAYS_PER_4_YEARS = 4 * 365 + 1,
    DAYS_PER_100_YEARS = 100 * 365 + 24,
    DAYS_PER_400_YEARS = 400 * 365 + 97,
};

struct unit {
    const char *name;
    uint64_t scale;
};

static const struct unit size_units[] = {
    {"B", 1},
    {"kB", 1000},
    {"KB", 1000},
    {"MB", UINT64_C(1000000)},
    {"GB", UINT64_C(1000000000)},
    {"TB", UINT64_C(1000000000000)},
    {"PB", UINT64_C(1000000000000000)},
    {"KiB", UINT64_C(1) << 10},
    {"MiB", UINT64_C(1) << 20},
    {"GiB", UINT64_C(1) << 30},
    {"TiB", UINT64_C(1) << 40},
    {"PiB", UINT64_C(1) << 50},
    {NULL, 0},
};

static const struct unit duration_units[] = {
    {"us", 1},
    {"ms", 1000},
    {"s", UINT64_C(1000000)},
    {"min", UINT64_C(60000000)},
    {"h", UINT64_C(3600000000)},
    {"d", UINT64_C(86400000000)},
    {NULL, 0},
};

/* A decimal number taken apart: its digits before and after the point, and
 * what follows it. */
struct decimal {
    bool is_negative;
    ar_str whole;
    ar_str fraction;
    ar_str unit;
};

static size_t skip_digits(ar_str text, size_t at)
{
    while (at < text.len && ar_char_is_digit(text.ptr[at]))
        at++;
    return at;
}

static bool split_decimal(ar_str text, struct decimal *out)
{
    size_t start = text.len > 0 && text.ptr[0] == '-' ? 1 : 0;
    size_t end = skip_digits(text, start);
    out->is_negative = start == 1;
    out->whole = ar_str_slice(text, start, end);
    out->fraction = (ar_str){NULL, 0};
    if (end < text.len && text.ptr[end] == '.') {
        size_t after = skip_digits(text, end + 1);
        out->fraction = ar_str_slice(text, end + 1, after);
        if (out->fraction.len == 0)
            return false;
        end = after;
    }
    out->unit = ar_str_slice(text, end, text.len);
    return out->whole.len > 0;
}

/* The fraction times scale, if that is a whole number. Taken from the last
 * digit on, each step must divide evenly for the sum to be whole, and no step
 * exceeds ten times scale, however many digits there are. */
static bool scale_fraction(ar_str digits, uint64_t scale, uint64_t *out)
{
    uint64_t sum = 0;
    for (size_t ix = digits.len; ix > 0; ix--) {
        sum += (uint64_t)(digits.ptr[ix - 1] - '0') * scale;
        if (sum % 10 != 0)
            return false;
        sum /= 10;
    }
    *out = sum;
    return true;
}

static bool apply_sign(bool is_negative, uint64_t magnitude, int64_t *out)
{
    if (magnitude > (uint64_t)INT64_MAX + (is_negative ? 1 : 0))
        return false;
    if (!is_negative)
        *out = (int64_t)magnitude;
    else
        *out = magnitude == 0 ? 0 : -(int64_t)(magnitude - 1) - 1;
    return true;
}

static bool scale_decimal(const struct decimal *number, uint64_t scale,
                          int64_t *out)
{
    uint64_t whole = 0;
    uint64_t part = 0;
    if (!ar_str_to_u64(number->whole, &whole) ||
        !scale_fraction(number->fraction, scale, &part) ||
        whole > (UINT64_MAX - part) / scale)
        return false;
    return apply_sign(number->is_negative, whole * scale + part, out);
}

/* unit_less is the scale of a number without a unit; 0: it needs one. */
static bool parse_scaled(ar_str text, const struct unit *units,
                         uint64_t unit_less, int64_t *out)
{
    struct decimal number;
    if (!split_decimal(text, &number))
        return false;
    if (number.unit.len == 0)
        return unit_less != 0 && scale_decimal(&number, unit_less, out);
    for (const struct unit *unit = units; unit->name != NULL; unit++) {
        if (ar_str_equal_c(number.unit, unit->name))
            return scale_decimal(&number, unit->scale, out);
    }
    return false;
}

bool ar_size_parse(ar_str text, int64_t *out_bytes)
{
    return parse_scaled(text, size_units, 0, out_bytes);
}

bool ar_duration_parse(ar_str text, int64_t *out_microseconds)
{
    return parse_scaled(text, duration_units, 0, out_microseconds);
}

/* Reads a date and time from left to right. */
struct time_reader {
    ar_str text;
    size_t at;
};

/* Exactly n_digits digits, between lowest and highest. */
static bool read_number(struct time_reader *reader, size_t n_digits, int lowest,
                        int highest, int *out)
{
    int number = 0;
    for (size_t ix = 0; ix < n_digits; ix++) {
        size_t at = reader->at + ix;
        if (at >= reader->text.len || !ar_char_is_digit(reader->text.ptr[at]))
            return false;
        number = number * 10 + (reader->text.ptr[at] - '0');
    }
    reader->at += n_digits;
    *out = number;
    return number >= lowest && number <= highest;
}

static bool read_char(struct time_reader *reader, const char *choices)
{
    if (reader->at >= reader->text.len)
        return false;
    for (; *choices != '\0'; choices++) {
        if (reader->text.ptr[reader->at] == *choices) {
            reader->at++;
            return true;
        }
    }
    return false;
}

static bool is_leap_year(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap_year(year) ? 1 : 0);
}

static int64_t days_since_1970(const struct ar_utc *date)
{
    int64_t past = date->year - 1;
    int64_t days = past * 365 + past / 4 - past / 100 + past / 400;
    for (int month = 1; month < date->month; month++)
        days += days_of_month(date->year, month);
    return days + date->day - 1 - DAYS_TO_1970;
}

static bool read_date(struct time_reader *reader, struct ar_utc *date)
{
    int year = 0;
    if (!read_number(reader, 4, 1, 9999, &year) || !read_char(reader, "-") ||
        !read_number(reader, 2, 1, 12, &date->month) ||
        !read_char(reader, "-") || !read_number(reader, 2, 1, 31, &date->day))
        return false;
    date->year = year;
    return date->day <= days_of_month(date->year, date->month);
}

/* Digits of the fraction beyond the sixth are cut off: a moment does not lie
 * in a later microsecond than was written. */
static bool read_fraction(struct time_reader *reader, int *microseconds)
{
    if (!read_char(reader, "."))
        return true;
    size_t end = skip_digits(reader->text, reader->at);
    size_t n_digits = end - reader->at;
    for (size_t ix = 0; ix < 6; ix++) {
        char c = ix < n_digits ? reader->text.ptr[reader->at + ix] : '0';
        *microseconds = *microseconds * 10 + (c - '0');
    }
    reader->at = end;
    return n_digits > 0;
}

static bool read_clock(struct time_reader *reader, struct ar_utc *clock)
{
    return read_number(reader, 2, 0, 23, &clock->hour) &&
           read_char(reader, ":") &&
           read_number(reader, 2, 0, 59, &clock->minute) &&
           read_char(reader, ":") &&
           read_number(reader, 2, 0, 60, &clock->second) &&
           read_fraction(reader, &clock->microsecond);
}

static bool read_offset(struct time_reader *reader, int64_t *out_seconds)
{
    *out_seconds = 0;
    if (read_char(reader, "Zz"))
        return true;
    bool is_west = read_char(reader, "-");
    int hours = 0;
    int minutes = 0;
    if ((!is_west && !read_char(reader, "+")) ||
        !read_number(reader, 2, 0, 23, &hours) || !read_char(reader, ":") ||
        !read_number(reader, 2, 0, 59, &minutes))
        return false;
    int64_t seconds = hours * INT64_C(3600) + minutes * INT64_C(60);
    *out_seconds = is_west ? -seconds : seconds;
    return true;
}

bool ar_time_parse(ar_str text, int64_t *out_microseconds)
{
    struct time_reader reader = {.text = text};
    struct ar_utc moment = {0};
    int64_t offset = 0;
    if (!read_date(&reader, &moment))
        return false;
    if (reader.at != text.len &&
        (!read_char(&reader, "Tt ") || !read_clock(&reader, &moment) ||
         !read_offset(&reader, &offset) || reader.at != text.len))
        return false;
    int64_t seconds = days_since_1970(&moment) * AR_SECONDS_PER_DAY +
                      moment.hour * INT64_C(3600) +
                      moment.minute * INT64_C(60) + moment.second - offset;
    /* Leap seconds are put in before midnight UTC and nowhere else. */
    if (moment.second == 60 && seconds % AR_SECONDS_PER_DAY != 0)
        return false;
    int64_t result = seconds * AR_MICROSECONDS_PER_SECOND + moment.microsecond;
    if (result < AR_TIME_FIRST || result > AR_TIME_LAST)
        return false;
    *out_microseconds = result;
    return true;
}

/* Takes as many whole periods out of *days as fit, at most limit. */
static int64_t take(int64_t *days, int64_t period, int64_t limit)
{
    int64_t count = *days / period;
    if (count > limit)
        count = limit;
    *days -= count * period;
    return count;
}

/* Division that rounds down, with the remainder. */
static int64_t divide_down(int64_t number, int64_t by, int64_t *remainder)
{
    int64_t quotient = number / by;
    *remainder = number % by;
    if (*remainder < 0) {
        *remainder += by;
        quotient--;
    }
    return quotient;
}

static void split_days(int64_t days, struct ar_utc *out)
{
    int64_t left = 0;
    int64_t years = 400 * divide_down(days, DAYS_PER_400_YEARS, &left);
    /* The last period of each kind has the leap day that the others lack. */
    years += 100 * take(&left, DAYS_PER_100_YEARS, 3);
    years += 4 * take(&left, DAYS_PER_4_YEARS, 24);
    years += take(&left, DAYS_PER_YEAR, 3);
    out->year = years + 1;
    out->month = 1;
    while (left >= days_of_month(out->year, out->month)) {
        left -= days_of_month(out->year, out->month);
        out->month++;
    }
    out->day = (int)left + 1;
}

struct ar_utc ar_time_split(int64_t microseconds)
{
    struct ar_utc result = {0};
    int64_t rest = 0;
    int64_t seconds =
        divide_down(microseconds, AR_MICROSECONDS_PER_SECOND, &rest);
    result.microsecond = (int)rest;
    int64_t days = divide_down(seconds, AR_SECONDS_PER_DAY, &rest);
    result.hour = (int)(rest / 3600);
    result.minute = (int)(rest / 60 % 60);
    result.second = (int)(rest % 60);
    split_days(days + DAYS_TO_1970, &result);
    return result;
}

static bool parse_bool(ar_str text, ar_value *out)
{
    bool is_true = ar_str_equal_c(text, "true");
    *out = ar_value_bool(is_true);
    return is_true || ar_str_equal_c(text, "false");
}

static bool parse_number(enum ar_type_kind kind, ar_str text, ar_value *out)
{
    int64_t integer = 0;
    double real = 0;
    bool is_good = kind == AR_TYPE_REAL ? ar_str_to_real(text, &real)
                                        : ar_str_to_int(text, &integer);
    *out = kind == AR_TYPE_REAL ? ar_value_real(real) : ar_value_int(integer);
    return is_good;
}

static bool parse_measure(enum ar_type_kind kind, ar_str text, ar_value *out)
{
    int64_t number = 0;
    bool is_good = false;
    if (kind == AR_TYPE_SIZE) {
        is_good = parse_scaled(text, size_units, 1, &number);
        *out = ar_value_size(number);
    } else if (kind == AR_TYPE_DURATION) {
        uint64_t second = AR_MICROSECONDS_PER_SECOND;
        is_good = parse_scaled(text, duration_units, second, &number);
        *out = ar_value_duration(number);
    } else {
        is_good = ar_time_parse(text, &number);
        *out = ar_value_time(number);
    }
    return is_good;
}

static bool parse_address(enum ar_type_kind kind, ar_str text, ar_value *out)
{
    struct ar_ip ip = {0};
    struct ar_cidr cidr = {0};
    bool is_good = kind == AR_TYPE_IP ? ar_ip_parse(text, &ip)
                                      : ar_cidr_parse(text, &cidr);
    *out = kind == AR_TYPE_IP ? ar_value_ip(ip) : ar_value_cidr(cidr);
    return is_good;
}

static bool parse_version(struct ar_arena *arena, ar_str text, ar_value *out)
{
    const struct ar_version *version = NULL;
    if (!ar_version_parse(arena, text, &version))
        return false;
    *out = ar_value_version(version);
    return true;
}

static bool parse_word(const struct ar_type *type, ar_str text, ar_value *out)
{
    size_t word_ix = ar_type_enum_find(type, text);
    if (word_ix == SIZE_MAX)
        return false;
    *out = ar_value_enum(type, word_ix);
    return true;
}

static bool parse_scalar(struct ar_arena *arena, const struct ar_type *type,
                         ar_str text, ar_value *out)
{
    switch (type->kind) {
    case AR_TYPE_BOOL: return parse_bool(text, out);
    case AR_TYPE_INT:
    case AR_TYPE_REAL: return parse_number(type->kind, text, out);
    case AR_TYPE_STRING:
        *out = ar_value_string(ar_str_copy(arena, text));
        return true;
    case AR_TYPE_VERSION: return parse_version(arena, text, out);
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME: return parse_measure(type->kind, text, out);
    case AR_TYPE_IP:
    case AR_TYPE_CIDR: return parse_address(type->kind, text, out);
    case AR_TYPE_ENUM: return parse_word(type, text, out);
    case AR_TYPE_POISON:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: return false;
    }
    AR_UNREACHABLE();
}

ar_value ar_value_parse(struct ar_arena *arena, const struct ar_type *type,
                        ar_str text, enum ar_reason reason)
{
    ar_value result;
    if (parse_scalar(arena, type, text, &result))
        return result;
    return ar_value_unknown(reason, ar_str_copy(arena, text));
}
