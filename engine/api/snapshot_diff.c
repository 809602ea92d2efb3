/* SPDX-License-Identifier: Apache-2.0 */
/* Showing in which facts two snapshots differ. */

#include "facts/snapshot_diff.h"

#include "api/handles.h"
#include "base/limits.h"
#include "facts/snapshot_write.h"
#include "text/utf8.h"

#include "json/json.h"

struct showing {
    struct archrules_facts *before;
    struct archrules_facts *after;
    archrules_format format;
    struct ar_snapshot_diff diff;
};

static const char *const change_names[AR_N_FACT_CHANGES] = {
    [AR_FACT_SAME] = "same",   [AR_FACT_CHANGED] = "changed",
    [AR_FACT_STATE] = "state", [AR_FACT_CAME] = "came",
    [AR_FACT_WENT] = "went",   [AR_FACT_INCOMPARABLE] = "redacted",
};

static bool is_secret(const struct ar_fact_difference *difference)
{
    return difference->decl->sensitivity == AR_SENSITIVITY_SECRET;
}

/* ---- for people ---- */

static void put_value(struct ar_buf *out,
                      const struct ar_fact_difference *difference,
                      const ar_value *value)
{
    ar_str text = value->state == AR_STATE_VALUE && is_secret(difference)
                      ? AR_STR("<secret>")
                      : ar_value_text(out->arena, *value);
    ar_utf8_put_safe(out, ar_str_slice(text, 0, AR_MAX_VALUE_SHOWN_BYTES),
                     false);
    if (text.len > AR_MAX_VALUE_SHOWN_BYTES)
        ar_buf_put_c(out, " ...");
}

/* What has changed is told by the two values, which stand below each other. */
static void put_difference(struct ar_buf *out,
                           const struct ar_fact_difference *difference)
{
    ar_utf8_put_safe(out, difference->key, false);
    if (difference->change == AR_FACT_INCOMPARABLE)
        ar_buf_put_c(out, " (redacted: it may or may not differ)");
    ar_buf_put_char(out, '\n');
    if (difference->change != AR_FACT_CAME) {
        ar_buf_put_c(out, "  - ");
        put_value(out, difference, &difference->before);
        ar_buf_put_char(out, '\n');
    }
    if (difference->change != AR_FACT_WENT) {
        ar_buf_put_c(out, "  + ");
        put_value(out, difference, &difference->after);
        ar_buf_put_char(out, '\n');
    }
}

static size_t count_different(const struct ar_snapshot_diff *diff)
{
    return diff->list.count - diff->counts[AR_FACT_INCOMPARABLE];
}

static void put_human(struct ar_buf *out, const struct ar_snapshot_diff *diff)
{
    for (size_t ix = 0; ix < diff->list.count; ix++)
        put_difference(out, &diff->list.at[ix]);
    if (diff->list.count > 0)
        ar_buf_put_char(out, '\n');
    ar_buf_printf(
        out,
        "%lu facts differ: %lu changed, %lu in another state, %lu came, %lu "
        "went.\n",
        (unsigned long)count_different(diff),
        (unsigned long)diff->counts[AR_FACT_CHANGED],
        (unsigned long)diff->counts[AR_FACT_STATE],
        (unsigned long)diff->counts[AR_FACT_CAME],
        (unsigned long)diff->counts[AR_FACT_WENT]);
    if (diff->counts[AR_FACT_INCOMPARABLE] > 0)
        ar_buf_printf(out,
                      "%lu facts were redacted and could not be compared.\n",
                      (unsigned long)diff->counts[AR_FACT_INCOMPARABLE]);
}

/* ---- for programs ---- */

static void write_state(struct ar_json_writer *writer, const char *key,
                        const struct ar_fact_difference *difference,
                        const ar_value *value)
{
    static const char *const states[] = {"unknown", "absent", "value"};
    ar_json_key(writer, ar_str_from_c(key));
    ar_json_begin_object(writer);
    ar_json_member(writer, "state", ar_str_from_c(states[value->state]));
    if (value->state == AR_STATE_UNKNOWN)
        ar_json_member(writer, "reason",
                       ar_str_from_c(ar_reason_table[value->reason].name));
    if (ar_value_is_there(value) && !is_secret(difference)) {
        ar_json_key(writer, AR_STR("value"));
        ar_snapshot_write_value(writer, value);
    }
    ar_json_end_object(writer);
}

static void write_difference(struct ar_json_writer *writer,
                             const struct ar_fact_difference *difference)
{
    ar_json_begin_object(writer);
    ar_json_member(writer, "fact", difference->key);
    ar_json_member(writer, "change",
                   ar_str_from_c(change_names[difference->change]));
    write_state(writer, "before", difference, &difference->before);
    write_state(writer, "after", difference, &difference->after);
    ar_json_end_object(writer);
}

static void put_json(struct ar_buf *out, const struct showing *showing)
{
    const struct ar_snapshot_diff *diff = &showing->diff;
    struct ar_json_writer writer = {.out = out, .pretty = true};
    ar_json_begin_object(&writer);
    ar_json_member(&writer, "schema", AR_STR("archrules.snapshot_diff/1"));
    ar_json_member(&writer, "tool", AR_STR("archrules " AR_VERSION));
    ar_json_key(&writer, AR_STR("counts"));
    ar_json_begin_object(&writer);
    for (size_t ix = 0; ix < AR_N_FACT_CHANGES; ix++)
        ar_json_member_int(&writer, change_names[ix],
                           (int64_t)diff->counts[ix]);
    ar_json_end_object(&writer);
    ar_json_key(&writer, AR_STR("differences"));
    ar_json_begin_array(&writer);
    for (size_t ix = 0; ix < diff->list.count; ix++)
        write_difference(&writer, &diff->list.at[ix]);
    ar_json_end_array(&writer);
    ar_json_end_object(&writer);
    ar_buf_put_char(out, '\n');
}

static void put_diff(struct ar_buf *out, void *context)
{
    struct showing *showing = context;
    showing->diff = ar_snapshot_compare(out->arena, &showing->before->set,
                                        &showing->after->set);
    if (showing->format == ARCHRULES_JSON)
        put_json(out, showing);
    else
        put_human(out, &showing->diff);
}

archrules_status archrules_facts_diff(archrules_facts *before,
                                      archrules_facts *after,
                                      const archrules_output *output,
                                      size_t *n_different,
                                      size_t *n_incomparable)
{
    if (!before || !after || !output || before->engine != after->engine)
        return ARCHRULES_MISUSE;
    struct ar_api_memories memories = {.at = {&before->memory, &after->memory},
                                       .count = 2};
    struct showing showing = {
        .before = before, .after = after, .format = output->format};
    archrules_status status =
        ar_api_render(&memories, output, put_diff, &showing);
    if (status == ARCHRULES_OK && n_different)
        *n_different =
            showing.diff.list.count - showing.diff.counts[AR_FACT_INCOMPARABLE];
    if (status == ARCHRULES_OK && n_incomparable)
        *n_incomparable = showing.diff.counts[AR_FACT_INCOMPARABLE];
    return status;
}
