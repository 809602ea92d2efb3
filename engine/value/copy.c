/* SPDX-License-Identifier: Apache-2.0 */
/* Values with all they point to, but for their types. */

#include "value/copy.h"

ar_str ar_copy_str(struct ar_arena *arena, ar_str text)
{
    return text.len > 0 ? ar_str_copy(arena, text) : (ar_str){"", 0};
}

static const struct ar_version *copy_version(struct ar_arena *arena,
                                             const struct ar_version *version)
{
    struct ar_version *copy = AR_NEW(arena, struct ar_version);
    uint64_t *parts = AR_NEW_ARRAY(arena, uint64_t, version->n_parts);
    for (size_t ix = 0; ix < version->n_parts; ix++)
        parts[ix] = version->parts[ix];
    *copy = *version;
    copy->parts = parts;
    copy->text = ar_copy_str(arena, version->text);
    copy->suffix = ar_copy_str(arena, version->suffix);
    return copy;
}

static void copy_items(struct ar_arena *arena, ar_value *value)
{
    size_t count = value->as.list.count;
    ar_value *items = AR_NEW_ARRAY(arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = ar_copy_value(arena, value->as.list.items[ix]);
    value->as.list.items = items;
    if (value->type->kind != AR_TYPE_MAP)
        return;
    ar_str *keys = AR_NEW_ARRAY(arena, ar_str, count);
    for (size_t ix = 0; ix < count; ix++)
        keys[ix] = ar_copy_str(arena, value->as.list.keys[ix]);
    value->as.list.keys = keys;
}

ar_value ar_copy_value(struct ar_arena *arena, ar_value value)
{
    value.detail = ar_copy_str(arena, value.detail);
    if (value.state != AR_STATE_VALUE)
        return value;
    switch (value.type->kind) {
    case AR_TYPE_STRING:
        value.as.string = ar_copy_str(arena, value.as.string);
        break;
    case AR_TYPE_VERSION:
        value.as.version = copy_version(arena, value.as.version);
        break;
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: copy_items(arena, &value); break;
    case AR_TYPE_POISON:
    case AR_TYPE_BOOL:
    case AR_TYPE_INT:
    case AR_TYPE_REAL:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR:
    case AR_TYPE_ENUM: break;
    }
    return value;
}
