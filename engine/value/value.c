/* SPDX-License-Identifier: Apache-2.0 */
/* Values: making them, whether two are the same, and why one is not known.
 * Reading and writing them as text is in value_parse.c and value_put.c. */

#include "value/value.h"

#define AR_REASON(word, what, advice) \
    {.name = #word, .text = what, .how = advice},
const struct ar_reason_info ar_reason_table[AR_N_REASONS] = {
#include "value/reasons.def"
};
#undef AR_REASON

enum ar_reason ar_reason_find(ar_str name)
{
    unsigned ix = 0;
    while (ix < AR_N_REASONS && !ar_str_equal_c(name, ar_reason_table[ix].name))
        ix++;
    return (enum ar_reason)ix;
}

ar_value ar_value_absent(void)
{
    return (ar_value){.state = AR_STATE_ABSENT};
}

ar_value ar_value_unknown(enum ar_reason reason, ar_str detail)
{
    AR_ASSERT(reason < AR_N_REASONS);
    return (ar_value){
        .state = AR_STATE_UNKNOWN, .reason = reason, .detail = detail};
}

ar_value ar_value_placeholder(const struct ar_type *type, ar_str text)
{
    AR_ASSERT(ar_type_is_scalar(type) && type->kind != AR_TYPE_BOOL &&
              text.len > 0);
    ar_value result = ar_value_unknown(AR_REASON_redacted, text);
    result.type = type;
    return result;
}

ar_value ar_value_lack(ar_value value)
{
    if (value.state != AR_STATE_UNKNOWN)
        return value;
    return ar_value_unknown(value.reason, value.detail);
}

bool ar_value_is_placeholder(const ar_value *value)
{
    return value->state == AR_STATE_UNKNOWN &&
           value->reason == AR_REASON_redacted && value->type != NULL;
}

bool ar_value_is_there(const ar_value *value)
{
    return value->state == AR_STATE_VALUE || ar_value_is_placeholder(value);
}

bool ar_value_same_placeholder(const ar_value *a, const ar_value *b)
{
    return ar_value_is_placeholder(a) && ar_value_is_placeholder(b) &&
           ar_str_equal(a->detail, b->detail);
}

static ar_value make(const struct ar_type *type)
{
    return (ar_value){.state = AR_STATE_VALUE, .type = type};
}

static ar_value make_integer(const struct ar_type *type, int64_t integer)
{
    ar_value result = make(type);
    result.as.integer = integer;
    return result;
}

ar_value ar_value_bool(bool value)
{
    ar_value result = make(&ar_type_bool);
    result.as.boolean = value;
    return result;
}

ar_value ar_value_int(int64_t value)
{
    return make_integer(&ar_type_int, value);
}

ar_value ar_value_real(double value)
{
    ar_value result = make(&ar_type_real);
    result.as.real = value;
    return result;
}

ar_value ar_value_string(ar_str value)
{
    ar_value result = make(&ar_type_string);
    result.as.string = value;
    return result;
}

ar_value ar_value_version(const struct ar_version *value)
{
    AR_ASSERT(value != NULL);
    ar_value result = make(&ar_type_version);
    result.as.version = value;
    return result;
}

ar_value ar_value_size(int64_t bytes)
{
    return make_integer(&ar_type_size, bytes);
}

ar_value ar_value_duration(int64_t microseconds)
{
    return make_integer(&ar_type_duration, microseconds);
}

ar_value ar_value_time(int64_t microseconds)
{
    return make_integer(&ar_type_time, microseconds);
}

ar_value ar_value_ip(struct ar_ip value)
{
    ar_value result = make(&ar_type_ip);
    result.as.ip = value;
    return result;
}

ar_value ar_value_cidr(struct ar_cidr value)
{
    ar_value result = make(&ar_type_cidr);
    result.as.cidr = value;
    return result;
}

ar_value ar_value_enum(const struct ar_type *type, size_t word_ix)
{
    AR_ASSERT(type->kind == AR_TYPE_ENUM && word_ix < type->n_words);
    return make_integer(type, (int64_t)word_ix);
}

ar_value ar_value_list(const struct ar_type *type, const ar_value *items,
                       size_t count)
{
    AR_ASSERT(type->kind == AR_TYPE_LIST);
    ar_value result = make(type);
    result.as.list.items = items;
    result.as.list.count = count;
    return result;
}

ar_value ar_value_map(const struct ar_type *type, const ar_str *keys,
                      const ar_value *items, size_t count)
{
    AR_ASSERT(type->kind == AR_TYPE_MAP);
    ar_value result = make(type);
    result.as.list.items = items;
    result.as.list.keys = keys;
    result.as.list.count = count;
    return result;
}

ar_value ar_value_record(const struct ar_type *type, const ar_value *fields)
{
    AR_ASSERT(type->kind == AR_TYPE_RECORD);
    ar_value result = make(type);
    result.as.list.items = fields;
    result.as.list.count = type->n_fields;
    return result;
}

static bool same_items(const ar_value *a, const ar_value *b)
{
    size_t count = a->as.list.count;
    if (count != b->as.list.count)
        return false;
    for (size_t ix = 0; ix < count; ix++) {
        if (!ar_value_same(a->as.list.items[ix], b->as.list.items[ix]))
            return false;
    }
    return true;
}

static bool same_keys(const ar_value *a, const ar_value *b)
{
    size_t count = a->as.list.count;
    if (count != b->as.list.count)
        return false;
    for (size_t ix = 0; ix < count; ix++) {
        if (!ar_str_equal(a->as.list.keys[ix], b->as.list.keys[ix]))
            return false;
    }
    return true;
}

static bool same_payload(const ar_value *a, const ar_value *b)
{
    switch (a->type->kind) {
    case AR_TYPE_POISON: return true;
    case AR_TYPE_BOOL: return a->as.boolean == b->as.boolean;
    case AR_TYPE_INT:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_ENUM: return a->as.integer == b->as.integer;
    case AR_TYPE_REAL: return a->as.real == b->as.real;
    case AR_TYPE_STRING: return ar_str_equal(a->as.string, b->as.string);
    case AR_TYPE_VERSION:
        return ar_version_compare(a->as.version, b->as.version) == 0;
    case AR_TYPE_IP: return ar_ip_compare(&a->as.ip, &b->as.ip) == 0;
    case AR_TYPE_CIDR: return ar_cidr_equal(&a->as.cidr, &b->as.cidr);
    case AR_TYPE_LIST:
    case AR_TYPE_RECORD: return same_items(a, b);
    case AR_TYPE_MAP: return same_keys(a, b) && same_items(a, b);
    }
    AR_UNREACHABLE();
}

bool ar_value_same(ar_value a, ar_value b)
{
    if (a.state != b.state)
        return false;
    switch (a.state) {
    case AR_STATE_UNKNOWN:
        return a.reason == b.reason &&
               ar_value_is_placeholder(&a) == ar_value_is_placeholder(&b) &&
               (!a.type || ar_str_equal(a.detail, b.detail));
    case AR_STATE_ABSENT: return true;
    case AR_STATE_VALUE:
        return a.type->kind == b.type->kind && ar_type_equal(a.type, b.type) &&
               same_payload(&a, &b);
    }
    AR_UNREACHABLE();
}
