/* SPDX-License-Identifier: Apache-2.0 */
/* Facts and groups as the factset has them, and the note of what was read. */

#include "reference/eval.h"

void ar_recording_add(struct ar_evaluator *evaluator,
                      struct ar_recording *recording,
                      const struct ar_evidence *evidence)
{
    if (!recording || ar_map_has(&recording->seen, evidence->key))
        return;
    /* The map wants some pointer that is not NULL. */
    ar_map_put(evaluator->scratch, &recording->seen, evidence->key, recording);
    ar_vector_push(evaluator->scratch, &recording->list, *evidence);
}

static void record_fact(struct ar_evaluator *evaluator,
                        const struct ar_fact_decl *decl, ar_str key,
                        ar_value value)
{
    const struct ar_fact_entry *entry = ar_factset_entry(evaluator->facts, key);
    struct ar_evidence evidence = {.key = key, .decl = decl, .value = value};
    evidence.origin = entry ? *entry->origin : ar_no_origin;
    ar_recording_add(evaluator, evaluator->recording, &evidence);
}

static struct ar_cause make_cause(const struct ar_expr *expr,
                                  const struct ar_fact_decl *decl, ar_str key,
                                  ar_value value)
{
    return (struct ar_cause){.name = key,
                             .is_fact = true,
                             .decl = decl,
                             .value = value,
                             .span = expr->span};
}

static struct ar_outcome read_fact(struct ar_evaluator *evaluator,
                                   const struct ar_expr *expr, ar_str key)
{
    const struct ar_fact_decl *decl = &expr->fact->decl;
    ar_value value = ar_factset_get(evaluator->facts, decl, key);
    struct ar_outcome out = ar_outcome_of_value(value);
    record_fact(evaluator, decl, key, value);
    out.decl = decl;
    out.path = key;
    if (value.state != AR_STATE_VALUE)
        out.causes =
            ar_causes_of(evaluator, make_cause(expr, decl, key, value));
    return out;
}

/* The arguments as values; false, with *out, if one of them is none. */
static bool eval_arguments(struct ar_evaluator *evaluator,
                           const struct ar_expr *expr,
                           struct ar_outcome **operands, ar_value **values,
                           struct ar_outcome *out)
{
    size_t count = expr->n_operands;
    if (count == 0)
        return true;
    *operands = ar_eval_operands(evaluator, expr);
    if (!ar_outcome_are_values(evaluator, *operands, count, out))
        return false;
    *values = AR_NEW_ARRAY(evaluator->scratch, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        (*values)[ix] = ar_outcome_value(&(*operands)[ix]);
    return true;
}

/* An entry of its own; what a group says is not about derived facts. */
static bool is_given(const struct ar_evaluator *evaluator, ar_str key)
{
    const struct ar_fact_entry *entry = ar_factset_entry(evaluator->facts, key);
    return entry && ar_str_equal(entry->key, key);
}

struct ar_outcome ar_eval_fact(struct ar_evaluator *evaluator,
                               const struct ar_expr *expr)
{
    const struct ar_fact *fact = expr->fact;
    struct ar_outcome *operands = NULL;
    ar_value *values = NULL;
    struct ar_outcome out;
    if (!eval_arguments(evaluator, expr, &operands, &values, &out))
        return out;
    ar_str key = ar_fact_key(evaluator->scratch, &fact->decl, values);
    if (fact->definitions.count > 0 && !is_given(evaluator, key))
        return ar_eval_derived(evaluator, expr, operands, key);
    return read_fact(evaluator, expr, key);
}

/* ---- groups ---- */

/* A group's name with values between its brackets: "file()" is spelt as a
 * fact would be. */
static ar_str make_group_key(struct ar_evaluator *evaluator,
                             const struct ar_expr *expr, const ar_value *values)
{
    ar_str name = expr->group->name;
    size_t brackets = ar_str_find(name, AR_STR("()"), 0);
    if (brackets == SIZE_MAX || expr->n_operands == 0)
        return name;
    struct ar_fact_decl like = {
        .name = name,
        .head = ar_str_slice(name, 0, brackets),
        .tail = ar_str_slice(name, brackets + 3, name.len),
        .n_parameters = expr->n_operands,
    };
    return ar_fact_key(evaluator->scratch, &like, values);
}

/* Evidence is always a fact: the first one under the group that has the state
 * that was found. */
static void record_group(struct ar_evaluator *evaluator,
                         const struct ar_expr *expr, const ar_value *values,
                         enum ar_state state)
{
    const struct ar_fact_group *group = expr->group;
    for (size_t ix = 0; ix < group->facts.count; ix++) {
        const struct ar_fact_decl *decl = group->facts.at[ix];
        if (decl->n_parameters != expr->n_operands)
            continue;
        ar_str key = ar_fact_key(evaluator->scratch, decl, values);
        ar_value value = ar_factset_get(evaluator->facts, decl, key);
        bool fits = value.state == state ||
                    (state == AR_STATE_VALUE && ar_value_is_there(&value));
        if (!fits)
            continue;
        record_fact(evaluator, decl, key, value);
        return;
    }
}

struct ar_outcome ar_eval_group(struct ar_evaluator *evaluator,
                                const struct ar_expr *expr)
{
    struct ar_outcome *operands = NULL;
    ar_value *values = NULL;
    struct ar_outcome out;
    if (!eval_arguments(evaluator, expr, &operands, &values, &out))
        return out;
    ar_str key = make_group_key(evaluator, expr, values);
    ar_eval_spend(evaluator, (int64_t)expr->group->facts.count);
    ar_value value = ar_factset_group(evaluator->facts, expr->group, key);
    out = ar_outcome_of_value(value);
    record_group(evaluator, expr, values, value.state);
    if (value.state != AR_STATE_VALUE)
        out.causes =
            ar_causes_of(evaluator, make_cause(expr, NULL, key, value));
    return out;
}
