/* SPDX-License-Identifier: Apache-2.0 */
/* Which findings are new, gone or still there. A finding is gone only if its
 * rule says so: what cannot be told any more is neither. */

#include "report/report_compare.h"

#include "base/map.h"

bool ar_report_is_new(const struct ar_earlier *earlier,
                      const struct ar_finding *finding)
{
    const struct ar_earlier_finding *before =
        ar_earlier_find(earlier, finding->fingerprint);
    return before == NULL || (before->is_waived && finding->waived_by == NULL);
}

static bool is_called(const struct ar_rule *rule, ar_str id)
{
    if (ar_str_equal(rule->id, id))
        return true;
    for (size_t ix = 0; ix < rule->details->replaces.count; ix++) {
        if (ar_str_equal(rule->details->replaces.at[ix].id, id))
            return true;
    }
    return false;
}

const struct ar_rule_result *ar_report_rule_by_id(
    const struct ar_result *result, ar_str id)
{
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        if (is_called(result->rules.at[ix].rule, id))
            return &result->rules.at[ix];
    }
    return NULL;
}

static bool has_open_key(const struct ar_rule_result *state, ar_str key)
{
    for (size_t ix = 0; ix < state->open_elements.count; ix++) {
        if (ar_str_equal(state->open_elements.at[ix].key_text, key))
            return true;
    }
    return false;
}

/* Whether a rule that did not find it now can be believed. While a list is
 * open, so is what is in it. */
static bool is_gone(const struct ar_rule_result *state,
                    const struct ar_earlier_finding *finding)
{
    if (!state)
        return false;
    switch (state->status) {
    case AR_STATUS_CLEAR:
    case AR_STATUS_NOT_APPLICABLE: return true;
    case AR_STATUS_MATCHED:
        return state->n_findings_left_out == 0 &&
               !has_open_key(state, finding->key);
    case AR_STATUS_UNDETERMINED:
        return state->open_elements.count > 0 && finding->has_key &&
               !has_open_key(state, finding->key);
    case AR_STATUS_NOT_LOADED:
    case AR_STATUS_ERROR:
    case AR_N_STATUSES: break;
    }
    return false;
}

static void compare_old(struct ar_arena *arena, const struct ar_result *result,
                        const struct ar_earlier *earlier,
                        const struct ar_map *now, struct ar_comparison *out)
{
    for (size_t ix = 0; ix < earlier->findings.count; ix++) {
        const struct ar_earlier_finding *finding = &earlier->findings.at[ix];
        if (ar_map_has(now, finding->fingerprint))
            continue;
        struct ar_compared compared = {
            finding, ar_report_rule_by_id(result, finding->rule)};
        if (is_gone(compared.state, finding))
            ar_vector_push(arena, &out->gone, compared);
        else
            ar_vector_push(arena, &out->undecided, compared);
    }
}

struct ar_comparison ar_report_compare(struct ar_arena *arena,
                                       const struct ar_result *result,
                                       const struct ar_earlier *earlier)
{
    struct ar_comparison out = {0};
    struct ar_map now = {0};
    for (size_t ix = 0; ix < result->findings.count; ix++) {
        struct ar_finding *finding = result->findings.at[ix];
        ar_map_put(arena, &now, finding->fingerprint, finding);
        if (ar_report_is_new(earlier, finding))
            ar_vector_push(arena, &out.fresh, finding);
        else
            ar_vector_push(arena, &out.unchanged, finding);
    }
    compare_old(arena, result, earlier, &now, &out);
    return out;
}
