/* SPDX-License-Identifier: Apache-2.0 */
/* Facts as a snapshot: the inverse of reading one. */

#include "facts/snapshot_write.h"

#include "base/limits.h"

#include "json/json.h"

/* A fact, and how much it adds to the file. */
struct record {
    const struct ar_fact_entry *entry;
    ar_value value; /* what is written */
    size_t cost;
};

struct writing {
    struct ar_arena *arena;
    const struct ar_factset *set;
    const struct ar_redaction *redaction;
    struct record *records;
    size_t count;
};

/* ---- values ---- */

static void write_lack(struct ar_json_writer *writer, const ar_value *value)
{
    const char *reason = ar_reason_table[value->reason].name;
    ar_json_begin_object(writer);
    if (ar_value_is_placeholder(value)) {
        ar_json_member(writer, "$redacted", value->detail);
    } else {
        ar_json_member(writer, "$unknown", ar_str_from_c(reason));
        if (value->detail.len > 0)
            ar_json_member(writer, "$detail", value->detail);
    }
    ar_json_end_object(writer);
}

static void write_unknown(struct ar_json_writer *writer, enum ar_reason reason)
{
    ar_value value = ar_value_unknown(reason, (ar_str){NULL, 0});
    write_lack(writer, &value);
}

static bool has_nul(ar_str text)
{
    return ar_str_find(text, (ar_str){"", 1}, 0) != SIZE_MAX;
}

static void write_text(struct ar_json_writer *writer, ar_str text)
{
    if (has_nul(text))
        write_unknown(writer, AR_REASON_bad_output);
    else if (text.len > AR_MAX_VALUE_BYTES)
        write_unknown(writer, AR_REASON_too_large);
    else
        ar_json_string(writer, text);
}

static void write_scalar(struct ar_json_writer *writer, const ar_value *value)
{
    switch (value->type->kind) {
    case AR_TYPE_BOOL: ar_json_bool(writer, value->as.boolean); return;
    case AR_TYPE_INT:
    case AR_TYPE_SIZE: ar_json_int(writer, value->as.integer); return;
    case AR_TYPE_REAL: ar_json_real(writer, value->as.real); return;
    case AR_TYPE_STRING: write_text(writer, value->as.string); return;
    case AR_TYPE_VERSION:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR:
    case AR_TYPE_ENUM:
        write_text(writer, ar_value_text(writer->out->arena, *value));
        return;
    case AR_TYPE_POISON:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: break;
    }
    AR_UNREACHABLE();
}

/* Whether the reader takes each key for what it is. */
static bool are_keys_good(const ar_value *map)
{
    for (size_t ix = 0; ix < map->as.list.count; ix++) {
        ar_str key = map->as.list.keys[ix];
        bool is_mark = ix == 0 && (ar_str_equal_c(key, "$redacted") ||
                                   ar_str_equal_c(key, "$unknown"));
        if (is_mark || has_nul(key) || key.len > AR_MAX_JSON_KEY_BYTES)
            return false;
    }
    return true;
}

static void write_members(struct ar_json_writer *writer, const ar_value *value)
{
    bool is_map = value->type->kind == AR_TYPE_MAP;
    if (is_map && !are_keys_good(value)) {
        write_unknown(writer, AR_REASON_bad_output);
        return;
    }
    ar_json_begin_object(writer);
    for (size_t ix = 0; ix < value->as.list.count; ix++) {
        ar_json_key(writer, is_map ? value->as.list.keys[ix]
                                   : value->type->fields[ix].name);
        ar_snapshot_write_value(writer, &value->as.list.items[ix]);
    }
    ar_json_end_object(writer);
}

void ar_snapshot_write_value(struct ar_json_writer *writer,
                             const ar_value *value)
{
    if (value->state == AR_STATE_ABSENT) {
        ar_json_null(writer);
    } else if (value->state == AR_STATE_UNKNOWN) {
        write_lack(writer, value);
    } else if (ar_type_is_scalar(value->type)) {
        write_scalar(writer, value);
    } else if (value->type->kind != AR_TYPE_LIST) {
        write_members(writer, value);
    } else {
        ar_json_begin_array(writer);
        for (size_t ix = 0; ix < value->as.list.count; ix++)
            ar_snapshot_write_value(writer, &value->as.list.items[ix]);
        ar_json_end_array(writer);
    }
}

/* ---- sections ---- */

static void write_facts(struct ar_json_writer *writer,
                        const struct writing *writing)
{
    ar_json_key(writer, AR_STR("facts"));
    ar_json_begin_object(writer);
    for (size_t ix = 0; ix < writing->count; ix++) {
        const struct record *record = &writing->records[ix];
        if (!ar_value_is_there(&record->value))
            continue;
        ar_json_key(writer, record->entry->key);
        ar_snapshot_write_value(writer, &record->value);
    }
    ar_json_end_object(writer);
}

static void write_absent(struct ar_json_writer *writer,
                         const struct writing *writing)
{
    ar_json_key(writer, AR_STR("absent"));
    ar_json_begin_array(writer);
    for (size_t ix = 0; ix < writing->count; ix++) {
        const struct record *record = &writing->records[ix];
        if (record->value.state == AR_STATE_ABSENT)
            ar_json_string(writer, record->entry->key);
    }
    ar_json_end_array(writer);
}

static void write_unknowns(struct ar_json_writer *writer,
                           const struct writing *writing)
{
    ar_json_key(writer, AR_STR("unknown"));
    ar_json_begin_object(writer);
    for (size_t ix = 0; ix < writing->count; ix++) {
        const ar_value *value = &writing->records[ix].value;
        if (value->state != AR_STATE_UNKNOWN || ar_value_is_placeholder(value))
            continue;
        ar_json_key(writer, writing->records[ix].entry->key);
        ar_json_begin_object(writer);
        ar_json_member(writer, "reason",
                       ar_str_from_c(ar_reason_table[value->reason].name));
        if (value->detail.len > 0 && !has_nul(value->detail))
            ar_json_member(writer, "detail", value->detail);
        ar_json_end_object(writer);
    }
    ar_json_end_object(writer);
}

static void write_origin(struct ar_json_writer *writer,
                         const struct ar_origin *origin)
{
    ar_json_begin_object(writer);
    ar_json_member(writer, "probe", origin->probe);
    if (origin->how.len > 0 && !has_nul(origin->how))
        ar_json_member(writer, "how", origin->how);
    if (origin->has_exit_code)
        ar_json_member_int(writer, "exit", origin->exit_code);
    if (origin->duration_ms >= 0)
        ar_json_member_int(writer, "ms", origin->duration_ms);
    if (origin->time.len > 0)
        ar_json_member(writer, "time", origin->time);
    ar_json_end_object(writer);
}

static void write_origins(struct ar_json_writer *writer,
                          const struct writing *writing)
{
    ar_json_key(writer, AR_STR("origin"));
    ar_json_begin_object(writer);
    for (size_t ix = 0; ix < writing->count; ix++) {
        const struct ar_fact_entry *entry = writing->records[ix].entry;
        if (entry->origin->probe.len == 0)
            continue;
        ar_json_key(writer, entry->key);
        write_origin(writer, entry->origin);
    }
    ar_json_end_object(writer);
}

static void write_kinds(struct ar_json_writer *writer, unsigned kinds)
{
    ar_json_begin_array(writer);
    for (size_t kind = 0; kind < AR_N_SECRET_KINDS; kind++) {
        if (kinds & 1U << kind)
            ar_json_string(writer, ar_str_from_c(ar_secret_kind_names[kind]));
    }
    ar_json_end_array(writer);
}

static void write_redaction(struct ar_json_writer *writer,
                            const struct ar_redaction *redaction)
{
    ar_json_key(writer, AR_STR("redaction"));
    ar_json_begin_object(writer);
    ar_json_member(writer, "id", redaction->id);
    ar_json_key(writer, AR_STR("counts"));
    ar_json_begin_object(writer);
    for (size_t kind = 0; kind < AR_N_SECRET_KINDS; kind++) {
        if (redaction->counts[kind] > 0)
            ar_json_member_int(writer, ar_secret_kind_names[kind],
                               (int64_t)redaction->counts[kind]);
    }
    ar_json_end_object(writer);
    ar_json_key(writer, AR_STR("facts"));
    ar_json_begin_object(writer);
    for (size_t ix = 0; ix < redaction->facts.count; ix++) {
        const struct ar_redacted_fact *fact = &redaction->facts.at[ix];
        if (fact->key.len > AR_MAX_JSON_KEY_BYTES)
            continue;
        ar_json_key(writer, fact->key);
        write_kinds(writer, fact->kinds);
    }
    ar_json_end_object(writer);
    ar_json_end_object(writer);
}

static void write_document(struct ar_buf *out, const struct writing *writing)
{
    const struct ar_factset *set = writing->set;
    struct ar_json_writer writer = {.out = out, .pretty = true};
    ar_json_begin_object(&writer);
    ar_json_member(&writer, "schema", AR_STR("archrules.snapshot/1"));
    if (set->machine.len > 0)
        ar_json_member(&writer, "machine", set->machine);
    if (set->has_now)
        ar_json_member(&writer, "collected",
                       ar_value_text(out->arena, ar_value_time(set->now)));
    ar_json_member(&writer, "tool", AR_STR("archrules " AR_VERSION));
    if (writing->redaction)
        write_redaction(&writer, writing->redaction);
    write_facts(&writer, writing);
    write_absent(&writer, writing);
    write_unknowns(&writer, writing);
    write_origins(&writer, writing);
    ar_json_end_object(&writer);
    ar_buf_put_char(out, '\n');
}

/* ---- limits ---- */

static size_t count_values(const ar_value *value)
{
    enum { VALUES_OF_A_MARK = 3 };
    if (value->state != AR_STATE_VALUE)
        return VALUES_OF_A_MARK;
    if (ar_type_is_scalar(value->type))
        return 1;
    size_t count = 1;
    for (size_t ix = 0; ix < value->as.list.count; ix++)
        count += count_values(&value->as.list.items[ix]);
    return count;
}

/* Bytes, and the bytes that each value may take of the limit on values. */
static size_t measure(struct ar_arena *arena, const ar_value *value)
{
    enum { BYTES_OF_A_VALUE = AR_MAX_SNAPSHOT_BYTES / AR_MAX_JSON_VALUES };
    struct ar_buf text = AR_BUF(arena);
    struct ar_json_writer writer = {.out = &text, .pretty = true};
    ar_snapshot_write_value(&writer, value);
    size_t by_values = count_values(value) * (BYTES_OF_A_VALUE + 1);
    return text.len > by_values ? text.len : by_values;
}

/* What stands beside the value: its key, its origin, in two sections. */
static size_t measure_rest(const struct ar_fact_entry *entry)
{
    enum { BYTES_OF_A_FACT = 512 };
    return BYTES_OF_A_FACT + 6 * (entry->origin->how.len + entry->key.len) +
           6 * entry->value.detail.len;
}

static struct record *find_largest(const struct writing *writing)
{
    struct record *largest = NULL;
    for (size_t ix = 0; ix < writing->count; ix++) {
        struct record *record = &writing->records[ix];
        if (record->value.state == AR_STATE_VALUE &&
            (!largest || record->cost > largest->cost))
            largest = record;
    }
    return largest;
}

static void shrink(const struct writing *writing, size_t total)
{
    struct record *largest = NULL;
    while (total > AR_MAX_SNAPSHOT_BYTES &&
           (largest = find_largest(writing)) != NULL) {
        largest->value = ar_value_unknown(
            AR_REASON_too_large, AR_STR("the snapshot would be too large"));
        total -= largest->cost;
        largest->cost = 0;
    }
}

size_t ar_snapshot_write(struct ar_buf *out, const struct ar_factset *set,
                         const struct ar_redaction *redaction)
{
    const struct ar_fact_entry **entries = ar_factset_sorted(out->arena, set);
    struct writing writing = {
        .arena = out->arena, .set = set, .redaction = redaction};
    writing.records =
        AR_NEW_ARRAY(out->arena, struct record, set->entries.count);
    size_t total = 0;
    for (size_t ix = 0; ix < set->entries.count; ix++) {
        const struct ar_fact_entry *entry = entries[ix];
        if (entry->key.len > AR_MAX_JSON_KEY_BYTES)
            continue;
        struct record *record = &writing.records[writing.count++];
        *record = (struct record){.entry = entry, .value = entry->value};
        record->cost = measure(out->arena, &entry->value);
        total += record->cost + measure_rest(entry);
    }
    shrink(&writing, total);
    write_document(out, &writing);
    return set->entries.count - writing.count;
}
