/* SPDX-License-Identifier: Apache-2.0 */
/* How two results of the same rules differ. */

#include "explain/whatif.h"

static bool has_finding(const struct ar_rule_result *state,
                        const struct ar_finding *finding)
{
    for (size_t ix = 0; ix < state->findings.count; ix++) {
        if (ar_str_equal(state->findings.at[ix]->key_text, finding->key_text))
            return true;
    }
    return false;
}

static struct ar_status_change compare(struct ar_arena *arena,
                                       const struct ar_rule_result *before,
                                       const struct ar_rule_result *after)
{
    struct ar_status_change change = {
        .rule = after->rule, .before = before, .after = after};
    for (size_t ix = 0; ix < before->findings.count; ix++) {
        if (!has_finding(after, before->findings.at[ix]))
            ar_vector_push(arena, &change.gone, before->findings.at[ix]);
    }
    for (size_t ix = 0; ix < after->findings.count; ix++) {
        if (!has_finding(before, after->findings.at[ix]))
            ar_vector_push(arena, &change.come, after->findings.at[ix]);
    }
    return change;
}

ar_status_change_vector ar_compare_results(struct ar_arena *arena,
                                           const struct ar_result *before,
                                           const struct ar_result *after)
{
    ar_status_change_vector out = {0};
    AR_ASSERT(before->rules.count == after->rules.count);
    for (size_t ix = 0; ix < after->rules.count; ix++) {
        struct ar_status_change change =
            compare(arena, &before->rules.at[ix], &after->rules.at[ix]);
        if (change.before->status != change.after->status ||
            change.gone.count > 0 || change.come.count > 0)
            ar_vector_push(arena, &out, change);
    }
    return out;
}
