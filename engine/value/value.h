/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_VALUE_VALUE_H
#define AR_VALUE_VALUE_H
/* A value or the lack of one: value, absent, unknown(reason). */

#include "base/buf.h"
#include "value/ip.h"
#include "value/type.h"
#include "value/version.h"

#define AR_REASON(name, text, how) AR_REASON_##name,
enum ar_reason {
#include "value/reasons.def"
    AR_N_REASONS
};
#undef AR_REASON

struct ar_reason_info {
    const char *name; /* as in the language: "not_in_snapshot" */
    const char *text; /* "the snapshot does not hold it" */
    const char *how;  /* "collect again on the machine, ..." */
};
extern const struct ar_reason_info ar_reason_table[AR_N_REASONS];
enum ar_reason ar_reason_find(ar_str name); /* AR_N_REASONS if none */

enum ar_state {
    AR_STATE_UNKNOWN, /* zero: what nobody has set is not known */
    AR_STATE_ABSENT,
    AR_STATE_VALUE
};

/* Passed by copy. Everything pointed to lives in some arena and is never
 * changed. The payload is the one that the type's kind names. */
typedef struct ar_value {
    enum ar_state state;
    enum ar_reason reason;      /* of an unknown */
    ar_str detail;              /* of an unknown: what the probe said; of a
                                   placeholder its text; or empty */
    const struct ar_type *type; /* of a value; of a placeholder, else NULL */
    union {
        bool boolean;
        int64_t integer; /* int; size, duration, time; index of an enum word */
        double real;
        ar_str string;
        const struct ar_version *version;
        struct ar_ip ip;
        struct ar_cidr cidr;
        struct {
            const struct ar_value *items; /* a list's elements, a record's
                                             fields in the type's order, a
                                             map's values */
            const ar_str *keys;           /* of a map, else NULL; unique,
                                             sorted by bytes */
            size_t count;
        } list;
    } as;
} ar_value;

ar_value ar_value_absent(void);
ar_value ar_value_unknown(enum ar_reason reason, ar_str detail);
/* What stands in a snapshot for a value that was redacted: unknown(redacted),
 * but there is a value, and it is that of every placeholder with the same text
 * in the same snapshot. Of scalars that are no bool. text is not empty and is
 * not copied. */
ar_value ar_value_placeholder(const struct ar_type *type, ar_str text);
ar_value ar_value_bool(bool value);
ar_value ar_value_int(int64_t value);
ar_value ar_value_real(double value);
ar_value ar_value_string(ar_str value);
ar_value ar_value_version(const struct ar_version *value);
ar_value ar_value_size(int64_t bytes);
ar_value ar_value_duration(int64_t microseconds);
ar_value ar_value_time(int64_t microseconds);
ar_value ar_value_ip(struct ar_ip value);
ar_value ar_value_cidr(struct ar_cidr value);
ar_value ar_value_enum(const struct ar_type *type, size_t word_ix);
ar_value ar_value_list(const struct ar_type *type, const ar_value *items,
                       size_t count);
ar_value ar_value_map(const struct ar_type *type, const ar_str *keys,
                      const ar_value *items, size_t count);
ar_value ar_value_record(const struct ar_type *type, const ar_value *fields);

/* What an operation leaves that cannot use a value or a lack of one: the same
 * lack, but of another value. */
ar_value ar_value_lack(ar_value value);
bool ar_value_is_placeholder(const ar_value *value);
/* A value or a placeholder of one: certainly not absent. */
bool ar_value_is_there(const ar_value *value);
/* Both are placeholders, and of one value. */
bool ar_value_same_placeholder(const ar_value *a, const ar_value *b);

/* Same state and same content; for unknown the reason, not the detail, which
 * is the content of a placeholder.
 * Lists, maps and records element by element, versions by their order. For
 * tests and tables; the language's == is the evaluator's. */
bool ar_value_same(ar_value a, ar_value b);

/* Parses text as a scalar of type: what the conversions int(s), version(s),
 * arch(s), time(s) do and what a snapshot's strings mean. Anything that is
 * not a value of the type: unknown(reason) with the text as its detail.
 * bool: true false; size: digits with an optional unit; duration: digits
 * with an optional unit, seconds without; time: RFC 3339. Nothing is trimmed:
 * "arm64 " is not an arch. Copies what it keeps of text. */
ar_value ar_value_parse(struct ar_arena *arena, const struct ar_type *type,
                        ar_str text, enum ar_reason reason);

/* Units of sizes (B kB KB MB GB TB PB KiB MiB GiB TiB PiB) and durations (us
 * ms s min h d): a decimal number, with an optional '-', and a unit to bytes or
 * microseconds. False if it is none, has no unit, has a fraction of a byte or
 * microsecond, or overflows. The result is exact. */
bool ar_size_parse(ar_str text, int64_t *out_bytes);
bool ar_duration_parse(ar_str text, int64_t *out_microseconds);
/* RFC 3339, and a date alone as its start in UTC. Leap second 60, which is
 * good only before midnight UTC, counts as the next second. Digits after the
 * microseconds are cut off. The result lies in the years 0001 to 9999. */
bool ar_time_parse(ar_str text, int64_t *out_microseconds);

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z: a moment outside can
 * be worked out, but neither written in RFC 3339 nor parsed. */
#define AR_TIME_FIRST INT64_C(-62135596800000000)
#define AR_TIME_LAST  INT64_C(253402300799999999)

/* A moment by the calendar, in UTC. */
struct ar_utc {
    int64_t year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
    int hour;
    int minute;
    int second;
    int microsecond;
};
struct ar_utc ar_time_split(int64_t microseconds);

/* For people and messages: 3GiB, 4min, 2026-11-22T10:00:00Z, arm64, a string
 * without quotes, [a, b], { name = x }, <absent>, <unknown: denied>, of a
 * placeholder its text. A size or duration stands in the largest unit that it
 * is a whole multiple of. Control characters come through as they are: what
 * shows it must make it safe. */
void ar_value_put(struct ar_buf *out, ar_value value);
ar_str ar_value_text(struct ar_arena *arena, ar_value value);
/* As a literal of the language: strings, versions, times, ips and cidrs quoted
 * and escaped. Used in fact keys: file("/etc/wsl.conf").exists. */
void ar_value_put_literal(struct ar_buf *out, ar_value value);

#endif
