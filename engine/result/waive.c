/* SPDX-License-Identifier: Apache-2.0 */
/* Waivers: findings that a site has accepted until a day. */

#include "result/assemble.h"

/* By the key as findings show it, "Ubuntu#2"; or by its value, where it is
 * written in another way ("1.0" and "1.0.0"). */
static bool waives_key(struct ar_arena *arena, const struct ar_waiver *waiver,
                       const struct ar_finding *finding)
{
    if (!waiver->has_key)
        return true;
    if (!finding->has_key)
        return false;
    ar_str wanted = ar_value_text(arena, waiver->key);
    if (ar_str_equal(wanted, finding->key_text))
        return true;
    ar_str plain = ar_value_text(arena, finding->key);
    return finding->key.state == AR_STATE_VALUE &&
           ar_str_equal(plain, finding->key_text) &&
           ar_value_same(waiver->key, finding->key);
}

static void waive_findings(struct ar_arena *arena, struct ar_result *result,
                           const struct ar_waiver *waiver)
{
    for (size_t rule_ix = 0; rule_ix < result->rules.count; rule_ix++) {
        struct ar_rule_result *rule = &result->rules.at[rule_ix];
        if (rule->rule != waiver->rule)
            continue;
        for (size_t ix = 0; ix < rule->findings.count; ix++) {
            struct ar_finding *finding = rule->findings.at[ix];
            if (!finding->waived_by && waives_key(arena, waiver, finding))
                finding->waived_by = waiver;
        }
    }
}

void ar_result_waive(struct ar_arena *arena, struct ar_result *result,
                     int64_t now)
{
    const struct ar_program *program = result->program;
    result->is_linked = program->waivers.count > 0;
    for (size_t ix = 0; ix < program->waivers.count; ix++) {
        const struct ar_waiver *waiver = program->waivers.at[ix];
        if (now != 0 && now >= waiver->until_end)
            ar_vector_push(arena, &result->expired_waivers, waiver);
        else
            waive_findings(arena, result, waiver);
    }
}
