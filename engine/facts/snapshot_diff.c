/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing two sets of facts. */

#include "facts/snapshot_diff.h"

#include <stdlib.h>

struct comparing {
    struct ar_arena *arena;
    const struct ar_factset *before;
    const struct ar_factset *after;
    bool is_one_redaction;
    struct ar_snapshot_diff *out;
};

/* ---- values ---- */

static enum ar_fact_change compare(const struct comparing *comparing,
                                   const ar_value *a, const ar_value *b);

static enum ar_fact_change compare_items(const struct comparing *comparing,
                                         const ar_value *a, const ar_value *b)
{
    enum ar_fact_change worst = AR_FACT_SAME;
    if (a->as.list.count != b->as.list.count)
        return AR_FACT_CHANGED;
    for (size_t ix = 0; ix < a->as.list.count; ix++) {
        bool has_keys = a->type->kind == AR_TYPE_MAP;
        if (has_keys && !ar_str_equal(a->as.list.keys[ix], b->as.list.keys[ix]))
            return AR_FACT_CHANGED;
        enum ar_fact_change change =
            compare(comparing, &a->as.list.items[ix], &b->as.list.items[ix]);
        if (change != AR_FACT_SAME && change != AR_FACT_INCOMPARABLE)
            return AR_FACT_CHANGED;
        if (change == AR_FACT_INCOMPARABLE)
            worst = change;
    }
    return worst;
}

static enum ar_fact_change compare_there(const struct comparing *comparing,
                                         const ar_value *a, const ar_value *b)
{
    if (ar_value_is_placeholder(a) || ar_value_is_placeholder(b)) {
        bool is_same =
            comparing->is_one_redaction && ar_value_same_placeholder(a, b);
        return is_same ? AR_FACT_SAME : AR_FACT_INCOMPARABLE;
    }
    if (!ar_type_is_scalar(a->type))
        return compare_items(comparing, a, b);
    return ar_value_same(*a, *b) ? AR_FACT_SAME : AR_FACT_CHANGED;
}

static enum ar_fact_change compare(const struct comparing *comparing,
                                   const ar_value *a, const ar_value *b)
{
    bool is_redacted =
        !comparing->is_one_redaction &&
        ((a->state == AR_STATE_UNKNOWN && a->reason == AR_REASON_redacted) ||
         (b->state == AR_STATE_UNKNOWN && b->reason == AR_REASON_redacted));
    if (ar_value_is_there(a) && ar_value_is_there(b))
        return compare_there(comparing, a, b);
    if (is_redacted && a->state != AR_STATE_ABSENT &&
        b->state != AR_STATE_ABSENT)
        return AR_FACT_INCOMPARABLE;
    return ar_value_same(*a, *b) ? AR_FACT_SAME : AR_FACT_STATE;
}

/* ---- facts ---- */

static bool is_mentioned(const ar_value *value)
{
    return value->state != AR_STATE_UNKNOWN ||
           (value->reason != AR_REASON_not_in_snapshot &&
            value->reason != AR_REASON_not_given);
}

static enum ar_fact_change judge(const struct comparing *comparing,
                                 const ar_value *a, const ar_value *b)
{
    bool was_there = is_mentioned(a);
    bool is_there = is_mentioned(b);
    if (!was_there && !is_there)
        return AR_FACT_SAME;
    if (!was_there)
        return AR_FACT_CAME;
    return is_there ? compare(comparing, a, b) : AR_FACT_WENT;
}

static void compare_fact(const struct comparing *comparing,
                         const struct ar_fact_decl *decl, ar_str key)
{
    struct ar_fact_difference difference = {
        .key = key,
        .decl = decl,
        .before = ar_factset_get(comparing->before, decl, key),
        .after = ar_factset_get(comparing->after, decl, key),
    };
    difference.change = judge(comparing, &difference.before, &difference.after);
    comparing->out->counts[difference.change]++;
    if (difference.change != AR_FACT_SAME)
        ar_vector_push(comparing->arena, &comparing->out->list, difference);
}

/* Those that only arguments, or a set, tell of. */
static void compare_entries_of(const struct comparing *comparing,
                               const struct ar_factset *set,
                               const struct ar_factset *done)
{
    for (size_t ix = 0; ix < set->entries.count; ix++) {
        const struct ar_fact_entry *entry = set->entries.at[ix];
        const struct ar_fact_decl *decl = entry->decl;
        if (!decl || (decl->n_parameters == 0 && !decl->is_derived) ||
            (done && ar_factset_own(done, entry->key)))
            continue;
        compare_fact(comparing, decl, entry->key);
    }
}

static int compare_keys(const void *left, const void *right)
{
    const struct ar_fact_difference *a = left;
    const struct ar_fact_difference *b = right;
    return ar_str_compare(a->key, b->key);
}

struct ar_snapshot_diff ar_snapshot_compare(struct ar_arena *arena,
                                            const struct ar_factset *before,
                                            const struct ar_factset *after)
{
    struct ar_snapshot_diff out = {0};
    const struct ar_schema *schema = before->schema;
    struct comparing comparing = {
        .arena = arena,
        .before = before,
        .after = after,
        .is_one_redaction = before->redaction.len > 0 &&
                            ar_str_equal(before->redaction, after->redaction),
        .out = &out,
    };
    for (size_t ix = 0; ix < schema->facts.count; ix++) {
        const struct ar_fact_decl *decl = schema->facts.entries[ix].value;
        if (decl->n_parameters == 0 && !decl->is_derived)
            compare_fact(&comparing, decl, decl->name);
    }
    compare_entries_of(&comparing, before, NULL);
    compare_entries_of(&comparing, after, before);
    if (out.list.count > 1)
        qsort(out.list.at, out.list.count, sizeof(*out.list.at), compare_keys);
    return out;
}
