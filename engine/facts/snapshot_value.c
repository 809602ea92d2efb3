/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as values of the language: the encodings of docs/snapshots.md. Nothing
 * is converted that the encoding does not name; what is wrong becomes
 * unknown(bad_output) where it stands, and the rest of the fact stays. */

#include "base/limits.h"
#include "facts/snapshot_reader.h"

#define MICROSECONDS 1000000

static ar_str make_detail(struct ar_converter *converter,
                          const struct ar_json *json)
{
    if (converter->is_secret)
        return (ar_str){NULL, 0};
    if (json->kind != AR_JSON_STRING)
        return ar_snapshot_describe(converter->arena, json, false);
    return ar_snapshot_cut(converter->arena, json->text,
                           AR_MAX_VALUE_SHOWN_BYTES);
}

static ar_value refuse(struct ar_converter *converter,
                       const struct ar_json *json, const struct ar_type *type)
{
    if (converter->report)
        converter->report(converter, AR_SNAPSHOT_WRONG_TYPE, json, type);
    return ar_value_unknown(AR_REASON_bad_output, make_detail(converter, json));
}

static ar_value refuse_size(struct ar_converter *converter,
                            const struct ar_json *json,
                            const struct ar_type *type)
{
    if (converter->report)
        converter->report(converter, AR_SNAPSHOT_TOO_LARGE, json, type);
    return ar_value_unknown(AR_REASON_too_large,
                            ar_snapshot_describe_size(converter->arena, json));
}

/* Scalars. Each convert_ function returns an unknown for what is wrong. */

static ar_value bad(void)
{
    return ar_value_unknown(AR_REASON_bad_output, (ar_str){NULL, 0});
}

ar_value ar_snapshot_convert_text(struct ar_arena *arena, ar_str text,
                                  const struct ar_type *type)
{
    ar_value value = ar_value_parse(arena, type, text, AR_REASON_bad_output);
    bool is_negative_size = value.state == AR_STATE_VALUE &&
                            type->kind == AR_TYPE_SIZE && value.as.integer < 0;
    return is_negative_size ? bad() : value;
}

static ar_value convert_real(const struct ar_json *json)
{
    if (json->kind == AR_JSON_INT)
        return ar_value_real((double)json->integer);
    return json->kind == AR_JSON_REAL ? ar_value_real(json->real) : bad();
}

static ar_value convert_seconds(const struct ar_json *json)
{
    if (json->kind == AR_JSON_INT) {
        int64_t limit = INT64_MAX / MICROSECONDS;
        if (json->integer > limit || json->integer < -limit)
            return bad();
        return ar_value_duration(json->integer * MICROSECONDS);
    }
    double microseconds = json->real * MICROSECONDS;
    /* 2 to the 63rd is the first that does not fit. */
    if (!(microseconds > -0x1p63 && microseconds < 0x1p63))
        return bad();
    double half = microseconds < 0 ? -0.5 : 0.5;
    bool is_exact = microseconds > 0x1p52 || microseconds < -0x1p52;
    return ar_value_duration((int64_t)(microseconds + (is_exact ? 0.0 : half)));
}

static ar_value convert_number(const struct ar_json *json,
                               const struct ar_type *type)
{
    bool is_integer = json->kind == AR_JSON_INT;
    switch (type->kind) {
    case AR_TYPE_INT: return is_integer ? ar_value_int(json->integer) : bad();
    case AR_TYPE_REAL: return convert_real(json);
    case AR_TYPE_SIZE:
        return is_integer && json->integer >= 0 ? ar_value_size(json->integer)
                                                : bad();
    case AR_TYPE_DURATION: return convert_seconds(json);
    case AR_TYPE_POISON:
    case AR_TYPE_BOOL:
    case AR_TYPE_STRING:
    case AR_TYPE_VERSION:
    case AR_TYPE_TIME:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR:
    case AR_TYPE_ENUM:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: return bad();
    }
    AR_UNREACHABLE();
}

/* Text that is in quotes in JSON. */
static ar_value convert_string(struct ar_arena *arena, ar_str text,
                               const struct ar_type *type)
{
    switch (type->kind) {
    case AR_TYPE_STRING:
    case AR_TYPE_VERSION:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR:
    case AR_TYPE_ENUM: return ar_snapshot_convert_text(arena, text, type);
    case AR_TYPE_POISON:
    case AR_TYPE_BOOL:
    case AR_TYPE_INT:
    case AR_TYPE_REAL:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: return bad();
    }
    AR_UNREACHABLE();
}

static ar_value convert_scalar(struct ar_converter *converter,
                               const struct ar_json *json,
                               const struct ar_type *type)
{
    ar_value value = bad();
    if (json->kind == AR_JSON_BOOL && type->kind == AR_TYPE_BOOL)
        value = ar_value_bool(json->boolean);
    else if (json->kind == AR_JSON_INT || json->kind == AR_JSON_REAL)
        value = convert_number(json, type);
    else if (json->kind == AR_JSON_STRING &&
             json->text.len > AR_MAX_VALUE_BYTES)
        return refuse_size(converter, json, type);
    else if (json->kind == AR_JSON_STRING)
        value = convert_string(converter->arena, json->text, type);
    return value.state == AR_STATE_VALUE ? value
                                         : refuse(converter, json, type);
}

/* What stands in place of a value that was redacted or could not be found
 * out: an object with a member that no record has. */

static bool is_mark(const struct ar_json *json)
{
    return json->kind == AR_JSON_OBJECT && json->first &&
           (ar_str_equal_c(json->first->key, "$redacted") ||
            ar_str_equal_c(json->first->key, "$unknown"));
}

static ar_value convert_redacted(struct ar_converter *converter,
                                 const struct ar_json *json,
                                 const struct ar_type *type)
{
    const struct ar_json *text = json->first;
    if (json->count != 1 || text->kind != AR_JSON_STRING)
        return refuse(converter, json, type);
    if (text->text.len > AR_MAX_VALUE_BYTES)
        return refuse_size(converter, text, type);
    /* No two bools differ from a third, and what is not a scalar is never
     * compared. */
    if (text->text.len == 0 || !ar_type_is_scalar(type) ||
        type->kind == AR_TYPE_BOOL || type->kind == AR_TYPE_POISON)
        return ar_value_unknown(AR_REASON_redacted, (ar_str){NULL, 0});
    return ar_value_placeholder(type,
                                ar_str_copy(converter->arena, text->text));
}

static ar_value convert_unknown(struct ar_converter *converter,
                                const struct ar_json *json,
                                const struct ar_type *type)
{
    const struct ar_json *word = json->first;
    const struct ar_json *detail = word->next;
    ar_str text = {NULL, 0};
    enum ar_reason reason = AR_N_REASONS;
    bool has_detail = json->count == 2 && detail->kind == AR_JSON_STRING &&
                      ar_str_equal_c(detail->key, "$detail");
    if (word->kind == AR_JSON_STRING && (json->count == 1 || has_detail))
        reason = ar_reason_find(word->text);
    if (reason == AR_N_REASONS)
        return refuse(converter, json, type);
    if (has_detail && !converter->is_secret)
        text = ar_snapshot_cut(converter->arena, detail->text,
                               AR_MAX_VALUE_SHOWN_BYTES);
    return ar_value_unknown(reason, text);
}

static ar_value convert_mark(struct ar_converter *converter,
                             const struct ar_json *json,
                             const struct ar_type *type)
{
    return ar_str_equal_c(json->first->key, "$redacted")
               ? convert_redacted(converter, json, type)
               : convert_unknown(converter, json, type);
}

/* Composed values. */

static ar_value convert_inside(struct ar_converter *converter,
                               struct ar_snapshot_step step,
                               const struct ar_json *json,
                               const struct ar_type *type)
{
    step.outer = converter->step;
    converter->step = &step;
    ar_value value = ar_snapshot_convert(converter, json, type);
    converter->step = step.outer;
    return value;
}

static ar_value convert_list(struct ar_converter *converter,
                             const struct ar_json *json,
                             const struct ar_type *type)
{
    ar_value *items = AR_NEW_ARRAY(converter->arena, ar_value, json->count);
    struct ar_snapshot_step step = {.is_element = true};
    for (const struct ar_json *each = json->first; each; each = each->next) {
        items[step.index] =
            convert_inside(converter, step, each, type->element);
        step.index++;
    }
    return ar_value_list(type, items, json->count);
}

static int compare_members(const void *left, const void *right)
{
    const struct ar_json *a = *(const struct ar_json *const *)left;
    const struct ar_json *b = *(const struct ar_json *const *)right;
    return ar_str_compare(a->key, b->key);
}

static const struct ar_json **sort_members(struct ar_arena *arena,
                                           const struct ar_json *json)
{
    const struct ar_json **members =
        AR_NEW_ARRAY(arena, const struct ar_json *, json->count);
    size_t count = 0;
    for (const struct ar_json *each = json->first; each; each = each->next)
        members[count++] = each;
    if (count > 1)
        qsort(members, count, sizeof(*members), compare_members);
    return members;
}

static ar_value convert_map(struct ar_converter *converter,
                            const struct ar_json *json,
                            const struct ar_type *type)
{
    const struct ar_json **members = sort_members(converter->arena, json);
    ar_value *items = AR_NEW_ARRAY(converter->arena, ar_value, json->count);
    ar_str *keys = AR_NEW_ARRAY(converter->arena, ar_str, json->count);
    for (size_t ix = 0; ix < json->count; ix++) {
        keys[ix] = ar_str_copy(converter->arena, members[ix]->key);
        struct ar_snapshot_step step = {.name = keys[ix], .is_map_key = true};
        items[ix] = convert_inside(converter, step, members[ix], type->element);
    }
    return ar_value_map(type, keys, items, json->count);
}

ar_value ar_snapshot_missing_field(const struct ar_field *field)
{
    return field->optional
               ? ar_value_absent()
               : ar_value_unknown(AR_REASON_not_in_snapshot, (ar_str){NULL, 0});
}

static ar_value convert_record(struct ar_converter *converter,
                               const struct ar_json *json,
                               const struct ar_type *type)
{
    ar_value *fields = AR_NEW_ARRAY(converter->arena, ar_value, type->n_fields);
    for (size_t ix = 0; ix < type->n_fields; ix++)
        fields[ix] = ar_snapshot_missing_field(&type->fields[ix]);
    for (const struct ar_json *each = json->first; each; each = each->next) {
        size_t ix = ar_type_field_find(type, each->key);
        if (ix != SIZE_MAX) {
            struct ar_snapshot_step step = {.name = type->fields[ix].name};
            fields[ix] =
                convert_inside(converter, step, each, type->fields[ix].type);
        } else if (converter->report) {
            converter->report(converter, AR_SNAPSHOT_EXTRA_FIELD, each, type);
        }
    }
    return ar_value_record(type, fields);
}

ar_value ar_snapshot_convert(struct ar_converter *converter,
                             const struct ar_json *json,
                             const struct ar_type *type)
{
    if (json->kind == AR_JSON_NULL)
        return ar_value_absent();
    if (is_mark(json))
        return convert_mark(converter, json, type);
    bool is_list = type->kind == AR_TYPE_LIST;
    bool is_map = type->kind == AR_TYPE_MAP;
    if (!is_list && !is_map && type->kind != AR_TYPE_RECORD)
        return convert_scalar(converter, json, type);
    if (json->kind != (is_list ? AR_JSON_ARRAY : AR_JSON_OBJECT))
        return refuse(converter, json, type);
    if (!is_list && !is_map)
        return convert_record(converter, json, type);
    if (json->count > AR_MAX_LIST_ELEMENTS)
        return refuse_size(converter, json, type);
    return is_list ? convert_list(converter, json, type)
                   : convert_map(converter, json, type);
}

ar_value ar_snapshot_value(struct ar_arena *arena, const struct ar_json *json,
                           const struct ar_type *type)
{
    struct ar_converter converter = {.arena = arena};
    return ar_snapshot_convert(&converter, json, type);
}
