/* SPDX-License-Identifier: Apache-2.0 */
/* Values as text: for people, and as literals that the language reads back.
 * What comes from outside is not made safe for a terminal here; whoever
 * prints it does that. */

#include "value/value.h"

#include <inttypes.h>

struct unit {
    const char *name;
    uint64_t scale;
};

/* Largest first; the binary unit before the decimal one of its rank. */
static const struct unit size_units[] = {
    {"PiB", UINT64_C(1) << 50},
    {"PB", UINT64_C(1000000000000000)},
    {"TiB", UINT64_C(1) << 40},
    {"TB", UINT64_C(1000000000000)},
    {"GiB", UINT64_C(1) << 30},
    {"GB", UINT64_C(1000000000)},
    {"MiB", UINT64_C(1) << 20},
    {"MB", UINT64_C(1000000)},
    {"KiB", UINT64_C(1) << 10},
    {"kB", 1000},
    {"B", 1},
};

static const struct unit duration_units[] = {
    {"d", UINT64_C(86400000000)},
    {"h", UINT64_C(3600000000)},
    {"min", UINT64_C(60000000)},
    {"s", UINT64_C(1000000)},
    {"ms", 1000},
    {"us", 1},
};

/* In the first unit that number is a whole multiple of; the last unit is 1. */
static void put_measure(struct ar_buf *out, int64_t number,
                        const struct unit *units)
{
    uint64_t magnitude = (uint64_t)number;
    if (number < 0) {
        magnitude = 0 - magnitude;
        ar_buf_put_char(out, '-');
    }
    const struct unit *unit = units;
    while (magnitude % unit->scale != 0)
        unit++;
    ar_buf_printf(out, "%" PRIu64 "%s", magnitude / unit->scale, unit->name);
}

static void put_size(struct ar_buf *out, int64_t bytes)
{
    if (bytes == 0)
        ar_buf_put_c(out, "0B");
    else
        put_measure(out, bytes, size_units);
}

static void put_duration(struct ar_buf *out, int64_t microseconds)
{
    if (microseconds == 0)
        ar_buf_put_c(out, "0s");
    else
        put_measure(out, microseconds, duration_units);
}

static void put_time(struct ar_buf *out, int64_t microseconds)
{
    struct ar_utc utc = ar_time_split(microseconds);
    ar_buf_printf(out, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02d", utc.year,
                  utc.month, utc.day, utc.hour, utc.minute, utc.second);
    if (utc.microsecond != 0)
        ar_buf_printf(out, ".%06d", utc.microsecond);
    ar_buf_put_char(out, 'Z');
}

static void put_word(struct ar_buf *out, const ar_value *value)
{
    AR_ASSERT((uint64_t)value->as.integer < value->type->n_words);
    ar_buf_put(out, value->type->words[value->as.integer].name);
}

/* How c is written between quotes if it has an escape of its own. */
static const char *find_escape(char c)
{
    switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '{': return "\\{";
    case '\n': return "\\n";
    case '\t': return "\\t";
    default: return NULL;
    }
}

/* The C1 controls, U+0080 to U+009F, are two bytes in UTF-8. */
static bool is_c1_at(ar_str text, size_t at)
{
    if (text.len - at < 2)
        return false;
    unsigned char first = (unsigned char)text.ptr[at];
    unsigned char second = (unsigned char)text.ptr[at + 1];
    return first == 0xC2 && second >= 0x80 && second <= 0x9F;
}

static void put_quoted(struct ar_buf *out, ar_str text)
{
    ar_buf_put_char(out, '"');
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        unsigned byte = (unsigned char)c;
        const char *escape = find_escape(c);
        if (escape != NULL) {
            ar_buf_put_c(out, escape);
        } else if (byte < 0x20 || byte == 0x7F) {
            ar_buf_printf(out, "\\u{%x}", byte);
        } else if (is_c1_at(text, at)) {
            at++;
            ar_buf_printf(out, "\\u{%x}",
                          (unsigned)(unsigned char)text.ptr[at]);
        } else {
            ar_buf_put_char(out, c);
        }
    }
    ar_buf_put_char(out, '"');
}

static void put_text(struct ar_buf *out, ar_str text, bool is_literal)
{
    if (is_literal)
        put_quoted(out, text);
    else
        ar_buf_put(out, text);
}

static void put_value(struct ar_buf *out, const ar_value *value,
                      bool is_literal);

static void put_list(struct ar_buf *out, const ar_value *list, bool is_literal)
{
    ar_buf_put_char(out, '[');
    for (size_t ix = 0; ix < list->as.list.count; ix++) {
        if (ix > 0)
            ar_buf_put_c(out, ", ");
        put_value(out, &list->as.list.items[ix], is_literal);
    }
    ar_buf_put_char(out, ']');
}

/* A record or a map. */
static void put_members(struct ar_buf *out, const ar_value *value,
                        bool is_literal)
{
    bool is_map = value->type->kind == AR_TYPE_MAP;
    if (value->as.list.count == 0) {
        ar_buf_put_c(out, "{}");
        return;
    }
    ar_buf_put_c(out, "{ ");
    for (size_t ix = 0; ix < value->as.list.count; ix++) {
        if (ix > 0)
            ar_buf_put_c(out, ", ");
        if (is_map)
            put_text(out, value->as.list.keys[ix], is_literal);
        else
            ar_buf_put(out, value->type->fields[ix].name);
        ar_buf_put_c(out, " = ");
        put_value(out, &value->as.list.items[ix], is_literal);
    }
    ar_buf_put_c(out, " }");
}

/* Moments and addresses have no literal of their own; the language takes a
 * string for them. */
static void put_spelled(struct ar_buf *out, const ar_value *value,
                        bool is_literal)
{
    const char *quote = is_literal ? "\"" : "";
    ar_buf_put_c(out, quote);
    if (value->type->kind == AR_TYPE_TIME)
        put_time(out, value->as.integer);
    else if (value->type->kind == AR_TYPE_IP)
        ar_ip_put(out, &value->as.ip);
    else
        ar_cidr_put(out, &value->as.cidr);
    ar_buf_put_c(out, quote);
}

static void put_payload(struct ar_buf *out, const ar_value *value,
                        bool is_literal)
{
    switch (value->type->kind) {
    case AR_TYPE_POISON: ar_buf_put(out, value->type->name); return;
    case AR_TYPE_BOOL:
        ar_buf_put_c(out, value->as.boolean ? "true" : "false");
        return;
    case AR_TYPE_INT: ar_buf_printf(out, "%" PRId64, value->as.integer); return;
    case AR_TYPE_REAL:
        ar_buf_put(out, ar_str_from_real(out->arena, value->as.real));
        return;
    case AR_TYPE_STRING: put_text(out, value->as.string, is_literal); return;
    case AR_TYPE_VERSION:
        put_text(out, value->as.version->text, is_literal);
        return;
    case AR_TYPE_SIZE: put_size(out, value->as.integer); return;
    case AR_TYPE_DURATION: put_duration(out, value->as.integer); return;
    case AR_TYPE_TIME:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR: put_spelled(out, value, is_literal); return;
    case AR_TYPE_ENUM: put_word(out, value); return;
    case AR_TYPE_LIST: put_list(out, value, is_literal); return;
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: put_members(out, value, is_literal); return;
    }
    AR_UNREACHABLE();
}

static void put_value(struct ar_buf *out, const ar_value *value,
                      bool is_literal)
{
    switch (value->state) {
    case AR_STATE_UNKNOWN:
        if (ar_value_is_placeholder(value)) {
            ar_buf_put(out, value->detail);
            return;
        }
        ar_buf_printf(out, "<unknown: %s>",
                      ar_reason_table[value->reason].name);
        return;
    case AR_STATE_ABSENT: ar_buf_put_c(out, "<absent>"); return;
    case AR_STATE_VALUE: put_payload(out, value, is_literal); return;
    }
    AR_UNREACHABLE();
}

void ar_value_put(struct ar_buf *out, ar_value value)
{
    put_value(out, &value, false);
}

void ar_value_put_literal(struct ar_buf *out, ar_value value)
{
    put_value(out, &value, true);
}

ar_str ar_value_text(struct ar_arena *arena, ar_value value)
{
    struct ar_buf out = AR_BUF(arena);
    ar_value_put(&out, value);
    return ar_buf_view(&out);
}
