/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of values as sorted intervals. Whole numbers, words and bools have
 * neighbours, so their intervals are closed and nothing lies between two of
 * them; all other types count as dense. */
#include "sema/domain.h"

#include "base/limits.h"

/* Of more intervals than a list literal can make the union is everything. */
enum { MOST_INTERVALS = 2 * AR_MAX_LIST_LITERAL };

/* ---- values ---- */

static int order_integers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int ar_domain_order(ar_value a, ar_value b)
{
    int order;
    switch (a.type->kind) {
    case AR_TYPE_BOOL: return (int)a.as.boolean - (int)b.as.boolean;
    case AR_TYPE_REAL: return (a.as.real > b.as.real) - (a.as.real < b.as.real);
    case AR_TYPE_STRING: return ar_str_compare(a.as.string, b.as.string);
    case AR_TYPE_VERSION: return ar_version_compare(a.as.version, b.as.version);
    case AR_TYPE_IP: return ar_ip_compare(&a.as.ip, &b.as.ip);
    case AR_TYPE_CIDR:
        order = ar_ip_compare(&a.as.cidr.network, &b.as.cidr.network);
        return order != 0 ? order
                          : (int)a.as.cidr.prefix - (int)b.as.cidr.prefix;
    case AR_TYPE_INT:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_ENUM: return order_integers(a.as.integer, b.as.integer);
    case AR_TYPE_POISON:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: break;
    }
    AR_UNREACHABLE();
}

static bool has_neighbours(const struct ar_type *type)
{
    return type->kind == AR_TYPE_BOOL || type->kind == AR_TYPE_INT ||
           type->kind == AR_TYPE_SIZE || type->kind == AR_TYPE_DURATION ||
           type->kind == AR_TYPE_TIME || type->kind == AR_TYPE_ENUM;
}

/* The number of a value that has neighbours, and back. */
static int64_t number_of(ar_value value)
{
    return value.type->kind == AR_TYPE_BOOL ? (int64_t)value.as.boolean
                                            : value.as.integer;
}

static ar_value with_number(const struct ar_type *type, int64_t number)
{
    ar_value value = {.state = AR_STATE_VALUE, .type = type};
    if (type->kind == AR_TYPE_BOOL)
        value.as.boolean = number != 0;
    else
        value.as.integer = number;
    return value;
}

static bool is_end(ar_value value)
{
    return value.state == AR_STATE_VALUE;
}

/* ---- intervals ---- */

static struct ar_interval whole(const struct ar_type *type)
{
    struct ar_interval all = {0};
    if (type->kind == AR_TYPE_BOOL) {
        all.low = ar_value_bool(false);
        all.high = ar_value_bool(true);
    } else if (type->kind == AR_TYPE_ENUM) {
        all.low = with_number(type, 0);
        all.high = with_number(type, (int64_t)type->n_words - 1);
    } else if (has_neighbours(type)) {
        all.low = with_number(type, INT64_MIN);
        all.high = with_number(type, INT64_MAX);
    } else if (type->kind == AR_TYPE_STRING) {
        all.low = ar_value_string(AR_STR(""));
    }
    return all;
}

/* Closes the ends of whole numbers; false if nothing is left. */
static bool settle(const struct ar_type *type, struct ar_interval *interval)
{
    bool closes = has_neighbours(type);
    struct ar_interval all = whole(type);
    if (closes && interval->is_low_open) {
        if (number_of(interval->low) == number_of(all.high))
            return false;
        interval->low = with_number(type, number_of(interval->low) + 1);
        interval->is_low_open = false;
    }
    if (closes && interval->is_high_open) {
        if (number_of(interval->high) == number_of(all.low))
            return false;
        interval->high = with_number(type, number_of(interval->high) - 1);
        interval->is_high_open = false;
    }
    if (!is_end(interval->low) || !is_end(interval->high))
        return true;
    int order = ar_domain_order(interval->low, interval->high);
    bool is_open = interval->is_low_open || interval->is_high_open;
    return order < 0 || (order == 0 && !is_open);
}

/* Which begins further up: negative, 0, positive. */
static int compare_lows(const struct ar_interval *a,
                        const struct ar_interval *b)
{
    if (!is_end(a->low) || !is_end(b->low))
        return (int)is_end(a->low) - (int)is_end(b->low);
    int order = ar_domain_order(a->low, b->low);
    return order != 0 ? order : (int)a->is_low_open - (int)b->is_low_open;
}

static int compare_highs(const struct ar_interval *a,
                         const struct ar_interval *b)
{
    if (!is_end(a->high) || !is_end(b->high))
        return (int)is_end(b->high) - (int)is_end(a->high);
    int order = ar_domain_order(a->high, b->high);
    return order != 0 ? order : (int)b->is_high_open - (int)a->is_high_open;
}

static struct ar_interval common(const struct ar_interval *a,
                                 const struct ar_interval *b)
{
    const struct ar_interval *low = compare_lows(a, b) > 0 ? a : b;
    const struct ar_interval *high = compare_highs(a, b) < 0 ? a : b;
    return (struct ar_interval){.low = low->low,
                                .high = high->high,
                                .is_low_open = low->is_low_open,
                                .is_high_open = high->is_high_open};
}

/* ---- making sets ---- */

struct ar_domain ar_domain_none(const struct ar_type *type)
{
    return (struct ar_domain){.type = type};
}

static struct ar_domain of_interval(struct ar_arena *arena,
                                    const struct ar_type *type,
                                    struct ar_interval interval)
{
    struct ar_interval all = whole(type);
    interval = common(&interval, &all);
    if (!settle(type, &interval))
        return ar_domain_none(type);
    struct ar_interval *at = AR_NEW(arena, struct ar_interval);
    *at = interval;
    return (struct ar_domain){.type = type, .at = at, .count = 1};
}

struct ar_domain ar_domain_all(struct ar_arena *arena,
                               const struct ar_type *type)
{
    return of_interval(arena, type, whole(type));
}

struct ar_domain ar_domain_between(struct ar_arena *arena, ar_value low,
                                   ar_value high)
{
    struct ar_interval interval = {.low = low, .high = high};
    return of_interval(arena, low.type, interval);
}

struct ar_domain ar_domain_of(struct ar_arena *arena, enum ar_operator op,
                              ar_value value)
{
    struct ar_interval interval = {0};
    switch (op) {
    case AR_OPERATOR_NOT_EQUAL:
        return ar_domain_rest(arena, ar_domain_between(arena, value, value));
    case AR_OPERATOR_LESS:
    case AR_OPERATOR_LESS_EQUAL:
        interval.high = value;
        interval.is_high_open = op == AR_OPERATOR_LESS;
        return of_interval(arena, value.type, interval);
    case AR_OPERATOR_GREATER:
    case AR_OPERATOR_GREATER_EQUAL:
        interval.low = value;
        interval.is_low_open = op == AR_OPERATOR_GREATER;
        return of_interval(arena, value.type, interval);
    case AR_OPERATOR_EQUAL:
    case AR_OPERATOR_ADD:
    case AR_OPERATOR_SUBTRACT:
    case AR_OPERATOR_MULTIPLY:
    case AR_OPERATOR_DIVIDE:
    case AR_OPERATOR_REMAINDER: break;
    }
    AR_ASSERT(op == AR_OPERATOR_EQUAL);
    return ar_domain_between(arena, value, value);
}

static int compare_values(const void *a, const void *b)
{
    const ar_value *left = a;
    const ar_value *right = b;
    return ar_domain_order(*left, *right);
}

struct ar_domain ar_domain_of_set(struct ar_arena *arena,
                                  const struct ar_type *type,
                                  const ar_value *values, size_t count)
{
    ar_value *sorted = AR_NEW_ARRAY(arena, ar_value, count);
    struct ar_interval *at = AR_NEW_ARRAY(arena, struct ar_interval, count);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        sorted[i] = values[i];
    if (count > 1)
        qsort(sorted, count, sizeof(sorted[0]), compare_values);
    for (size_t i = 0; i < count; i++) {
        if (n > 0 && ar_domain_order(at[n - 1].low, sorted[i]) == 0)
            continue;
        at[n].low = sorted[i];
        at[n++].high = sorted[i];
    }
    return (struct ar_domain){.type = type, .at = at, .count = n};
}

/* Up to the first string behind all that begin so: its last byte is one
 * more. No byte of UTF-8 is 0xFF. */
struct ar_domain ar_domain_prefix(struct ar_arena *arena, ar_str prefix)
{
    if (prefix.len == 0)
        return ar_domain_all(arena, &ar_type_string);
    char *behind = AR_NEW_ARRAY(arena, char, prefix.len);
    for (size_t i = 0; i < prefix.len; i++)
        behind[i] = prefix.ptr[i];
    unsigned char last = (unsigned char)prefix.ptr[prefix.len - 1];
    behind[prefix.len - 1] = (char)(last + 1);
    struct ar_interval interval = {
        .low = ar_value_string(prefix),
        .high = ar_value_string((ar_str){behind, prefix.len}),
        .is_high_open = true};
    return of_interval(arena, &ar_type_string, interval);
}

/* ---- joining sets ---- */

struct ar_domain ar_domain_meet(struct ar_arena *arena, struct ar_domain a,
                                struct ar_domain b)
{
    struct ar_interval *at =
        AR_NEW_ARRAY(arena, struct ar_interval, a.count + b.count);
    size_t n = 0;
    for (size_t i = 0, k = 0; i < a.count && k < b.count;) {
        struct ar_interval both = common(&a.at[i], &b.at[k]);
        if (settle(a.type, &both))
            at[n++] = both;
        if (compare_highs(&a.at[i], &b.at[k]) < 0)
            i++;
        else
            k++;
    }
    return (struct ar_domain){.type = a.type, .at = at, .count = n};
}

struct ar_domain ar_domain_rest(struct ar_arena *arena, struct ar_domain a)
{
    struct ar_interval *at =
        AR_NEW_ARRAY(arena, struct ar_interval, a.count + 1);
    struct ar_interval all = whole(a.type);
    struct ar_interval gap = all;
    size_t n = 0;
    for (size_t i = 0; i < a.count; i++) {
        const struct ar_interval *next = &a.at[i];
        gap.high = next->low;
        gap.is_high_open = !next->is_low_open;
        if (is_end(next->low) && settle(a.type, &gap))
            at[n++] = gap;
        if (!is_end(next->high))
            return (struct ar_domain){.type = a.type, .at = at, .count = n};
        gap.low = next->high;
        gap.is_low_open = !next->is_high_open;
    }
    gap.high = all.high;
    gap.is_high_open = false;
    if (settle(a.type, &gap))
        at[n++] = gap;
    return (struct ar_domain){.type = a.type, .at = at, .count = n};
}

struct ar_domain ar_domain_join(struct ar_arena *arena, struct ar_domain a,
                                struct ar_domain b)
{
    if (a.count + b.count > MOST_INTERVALS)
        return ar_domain_all(arena, a.type);
    return ar_domain_rest(arena, ar_domain_meet(arena, ar_domain_rest(arena, a),
                                                ar_domain_rest(arena, b)));
}

/* ---- asking ---- */

bool ar_domain_is_within(struct ar_arena *arena, struct ar_domain inner,
                         struct ar_domain outer)
{
    struct ar_domain outside = ar_domain_rest(arena, outer);
    return ar_domain_meet(arena, inner, outside).count == 0;
}

bool ar_domain_is_finite(struct ar_domain domain, size_t most)
{
    if (domain.count > most)
        return false;
    for (size_t i = 0; i < domain.count; i++) {
        const struct ar_interval *each = &domain.at[i];
        if (!is_end(each->low) || !is_end(each->high) ||
            ar_domain_order(each->low, each->high) != 0)
            return false;
    }
    return true;
}
