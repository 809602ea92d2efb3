/* SPDX-License-Identifier: Apache-2.0 */
/* One rule on one set of facts, evaluated again expression by expression. */

#include "explain/explainer.h"

enum {
    BUDGET = 16
}; /* times what a rule may take: parts are evaluated again
      for each that they are a part of */

void ar_explainer_start(struct ar_explainer *explainer, struct ar_arena *arena,
                        const struct ar_program *program,
                        const struct ar_rule *rule,
                        const struct ar_factset *facts, int64_t now)
{
    struct ar_evaluation_options options = {
        .now = now,
        .rule_fuel = (int64_t)BUDGET * AR_MAX_RULE_FUEL,
    };
    *explainer = (struct ar_explainer){.arena = arena, .rule = rule};
    explainer->evaluator = ar_evaluator_create(arena, program, facts, &options);
    explainer->evaluator.tank = (struct ar_tank){
        .steps = options.rule_fuel,
        .regex = (int64_t)BUDGET * AR_MAX_REGEX_FUEL_RULE,
        .scratch_limit = SIZE_MAX,
    };
    explainer->evaluator.reader = ++explainer->evaluator.last_reader;
    ar_explainer_enter(explainer, AR_NO_ELEMENT);
}

struct ar_outcome ar_explain_eval(struct ar_explainer *explainer,
                                  const struct ar_expr *expr)
{
    return ar_eval(&explainer->evaluator, expr);
}

/* Fresh names, as for each element. */
static void start_frame(struct ar_explainer *explainer)
{
    struct ar_evaluator *evaluator = &explainer->evaluator;
    evaluator->frame = ar_frame_create(evaluator, explainer->rule->n_slots);
    explainer->rule_frame = evaluator->frame;
}

bool ar_explainer_enter(struct ar_explainer *explainer, ptrdiff_t element)
{
    const struct ar_rule *rule = explainer->rule;
    start_frame(explainer);
    if (element == AR_NO_ELEMENT)
        return true;
    explainer->each = ar_explain_eval(explainer, rule->each);
    if (explainer->each.value.state != AR_STATE_VALUE ||
        (size_t)element >= explainer->each.value.as.list.count)
        return false;
    start_frame(explainer);
    ar_bind_element(&explainer->evaluator, rule->element, &explainer->each,
                    rule->each, (size_t)element);
    return true;
}

ar_str_vector ar_explainer_keys(struct ar_explainer *explainer)
{
    const struct ar_rule *rule = explainer->rule;
    ar_str_vector keys = {0};
    struct ar_map seen = {0};
    for (ptrdiff_t ix = 0; rule->each && ar_explainer_enter(explainer, ix);
         ix++) {
        struct ar_outcome key = ar_explain_eval(explainer, rule->key);
        ar_str text = ar_eval_key_text(&explainer->evaluator, &seen,
                                       ar_outcome_value(&key));
        ar_vector_push(explainer->arena, &keys, text);
    }
    return keys;
}

bool ar_explainer_enter_key(struct ar_explainer *explainer, ar_str key)
{
    ar_str_vector keys = ar_explainer_keys(explainer);
    for (size_t ix = 0; ix < keys.count; ix++) {
        if (ar_str_equal(keys.at[ix], key))
            return ar_explainer_enter(explainer, (ptrdiff_t)ix);
    }
    return false;
}
