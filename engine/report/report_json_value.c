/* SPDX-License-Identifier: Apache-2.0 */
/* Values and the states of facts in JSON, and the members they are made of. */

#include "report/report_json.h"

enum { MICROSECONDS = 1000000 };

static void put_key(struct ar_report_json *json, const char *key)
{
    if (key[0] != '\0')
        ar_json_key(&json->writer, ar_str_from_c(key));
}

static void put_string(struct ar_report_json *json, ar_str text)
{
    ar_json_string(&json->writer, ar_report_mask(json->plan, text));
}

void ar_report_json_object(struct ar_report_json *json, const char *key)
{
    put_key(json, key);
    ar_json_begin_object(&json->writer);
}

void ar_report_json_array(struct ar_report_json *json, const char *key)
{
    put_key(json, key);
    ar_json_begin_array(&json->writer);
}

void ar_report_json_text(struct ar_report_json *json, const char *key,
                         ar_str text)
{
    put_key(json, key);
    put_string(json, text);
}

void ar_report_json_null(struct ar_report_json *json, const char *key)
{
    put_key(json, key);
    ar_json_null(&json->writer);
}

void ar_report_json_text_or_null(struct ar_report_json *json, const char *key,
                                 ar_str text)
{
    if (text.len == 0)
        ar_report_json_null(json, key);
    else
        ar_report_json_text(json, key, text);
}

void ar_report_json_count(struct ar_report_json *json, const char *key,
                          size_t count)
{
    ar_json_member_int(&json->writer, key, (int64_t)count);
}

void ar_report_json_place(struct ar_report_json *json, ar_span span)
{
    struct ar_report_place place = ar_report_place(json->plan, span);
    ar_report_json_text_or_null(json, "file", place.file);
    if (place.line == 0)
        ar_report_json_null(json, "line");
    else
        ar_json_member_int(&json->writer, "line", place.line);
}

static void put_value(struct ar_report_json *json, const ar_value *value);

/* Seconds, whole where they are. */
static void put_duration(struct ar_report_json *json, int64_t microseconds)
{
    if (microseconds % MICROSECONDS == 0)
        ar_json_int(&json->writer, microseconds / MICROSECONDS);
    else
        ar_json_real(&json->writer, (double)microseconds / MICROSECONDS);
}

static void put_real(struct ar_report_json *json, const ar_value *value)
{
    if (ar_is_finite(value->as.real))
        ar_json_real(&json->writer, value->as.real);
    else
        ar_json_null(&json->writer);
}

static void put_list(struct ar_report_json *json, const ar_value *list)
{
    ar_json_begin_array(&json->writer);
    for (size_t ix = 0; ix < list->as.list.count; ix++)
        put_value(json, &list->as.list.items[ix]);
    ar_json_end_array(&json->writer);
}

static void put_members(struct ar_report_json *json, const ar_value *value)
{
    bool is_map = value->type->kind == AR_TYPE_MAP;
    ar_json_begin_object(&json->writer);
    for (size_t ix = 0; ix < value->as.list.count; ix++) {
        ar_str key =
            is_map ? value->as.list.keys[ix] : value->type->fields[ix].name;
        ar_json_key(&json->writer, ar_report_mask(json->plan, key));
        put_value(json, &value->as.list.items[ix]);
    }
    ar_json_end_object(&json->writer);
}

static void put_as_text(struct ar_report_json *json, const ar_value *value)
{
    put_string(json, ar_value_text(json->plan->arena, *value));
}

static void put_payload(struct ar_report_json *json, const ar_value *value)
{
    switch (value->type->kind) {
    case AR_TYPE_BOOL: ar_json_bool(&json->writer, value->as.boolean); return;
    case AR_TYPE_INT:
    case AR_TYPE_SIZE: ar_json_int(&json->writer, value->as.integer); return;
    case AR_TYPE_REAL: put_real(json, value); return;
    case AR_TYPE_DURATION: put_duration(json, value->as.integer); return;
    case AR_TYPE_STRING: put_string(json, value->as.string); return;
    case AR_TYPE_POISON:
    case AR_TYPE_VERSION:
    case AR_TYPE_TIME:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR:
    case AR_TYPE_ENUM: put_as_text(json, value); return;
    case AR_TYPE_LIST: put_list(json, value); return;
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: put_members(json, value); return;
    }
    AR_UNREACHABLE();
}

static void put_unknown(struct ar_report_json *json, enum ar_reason reason)
{
    ar_json_begin_object(&json->writer);
    ar_report_json_text(json, "unknown",
                        ar_str_from_c(ar_reason_table[reason].name));
    ar_json_end_object(&json->writer);
}

/* The writer's depth is fixed, and a type can be nested deeper than that. */
static bool is_too_deep(const struct ar_json_writer *writer)
{
    return writer->depth + 2 > AR_COUNT_OF(writer->in_array);
}

static void put_value(struct ar_report_json *json, const ar_value *value)
{
    switch (value->state) {
    case AR_STATE_ABSENT: ar_json_null(&json->writer); return;
    case AR_STATE_UNKNOWN:
        if (is_too_deep(&json->writer))
            put_as_text(json, value);
        else
            put_unknown(json, value->reason);
        return;
    case AR_STATE_VALUE:
        if (is_too_deep(&json->writer))
            put_as_text(json, value);
        else
            put_payload(json, value);
        return;
    }
    AR_UNREACHABLE();
}

void ar_report_json_value(struct ar_report_json *json, const char *key,
                          const struct ar_fact_decl *decl, ar_value value)
{
    put_key(json, key);
    if (value.state != AR_STATE_VALUE)
        ar_json_null(&json->writer);
    else if (ar_report_is_secret(decl))
        ar_json_string(&json->writer, AR_STR("<secret>"));
    else
        put_value(json, &value);
}

static const char *state_name(enum ar_state state)
{
    switch (state) {
    case AR_STATE_UNKNOWN: return "unknown";
    case AR_STATE_ABSENT: return "absent";
    case AR_STATE_VALUE: return "value";
    }
    AR_UNREACHABLE();
}

/* The detail of bad_output is what was read: of a secret, the secret. */
static void put_reason(struct ar_report_json *json,
                       const struct ar_fact_decl *decl, const ar_value *value)
{
    if (value->state != AR_STATE_UNKNOWN) {
        ar_report_json_null(json, "reason");
        ar_report_json_null(json, "detail");
        return;
    }
    ar_str detail = value->detail;
    if (ar_report_is_secret(decl))
        detail = (ar_str){NULL, 0};
    ar_report_json_text(json, "reason",
                        ar_str_from_c(ar_reason_table[value->reason].name));
    ar_report_json_text_or_null(json, "detail", detail);
}

void ar_report_json_state(struct ar_report_json *json,
                          const struct ar_fact_decl *decl, ar_value value)
{
    ar_report_json_text(json, "state", ar_str_from_c(state_name(value.state)));
    ar_report_json_value(json, "value", decl, value);
    ar_report_json_text(json, "text",
                        ar_report_value_text(json->plan, decl, value));
    put_reason(json, decl, &value);
}
