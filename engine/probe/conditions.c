/* SPDX-License-Identifier: Apache-2.0 */
/* The failure clauses of a probe, and the expressions in it. Conditions are
 * compiled and run by the evaluator of rules, so that they mean the same. */
#include "probe/conditions.h"

/* ---- expressions ---- */

static struct ar_vm_local *bind_locals(struct ar_arena *arena,
                                       const struct ar_probe_use *use,
                                       const struct ar_probe_seen *seen,
                                       size_t *count)
{
    const struct ar_probe *probe = use->probe;
    bool is_service = probe->source == AR_PROBE_HTTP;
    const struct ar_vm_local fixed[] = {
        {is_service ? AR_STR("status") : AR_STR("exit"), seen->exit_code},
        {AR_STR("stdout"), seen->out},
        {AR_STR("stderr"), seen->err}};
    *count = AR_COUNT_OF(fixed) + probe->n_parameters;
    struct ar_vm_local *locals =
        AR_NEW_ARRAY(arena, struct ar_vm_local, *count);
    for (size_t ix = 0; ix < AR_COUNT_OF(fixed); ix++)
        locals[ix] = fixed[ix];
    for (size_t ix = 0; ix < probe->n_parameters; ix++) {
        const struct ar_local *parameter = probe->parameters[ix];
        AR_ASSERT(parameter->slot < *count);
        locals[parameter->slot] =
            (struct ar_vm_local){parameter->name, use->arguments[ix]};
    }
    return locals;
}

struct ar_outcome *ar_probe_evaluate(struct ar_arena *arena,
                                     const struct ar_probe_use *use,
                                     const struct ar_probe_seen *seen,
                                     const ar_probe_expressions *expressions)
{
    struct ar_outcome *outcomes =
        AR_NEW_ARRAY(arena, struct ar_outcome, expressions->count);
    if (expressions->count == 0)
        return outcomes;
    struct ar_vm_question question = {0};
    question.locals = bind_locals(arena, use, seen, &question.n_locals);
    const struct ar_code *code = ar_code_generate_expressions(
        arena, use->program, expressions->at, expressions->count);
    for (; question.condition < expressions->count; question.condition++)
        outcomes[question.condition] =
            ar_vm_expression_with(arena, code, &question, use->set, NULL);
    return outcomes;
}

/* ---- failure clauses ---- */

static struct ar_outcome of_bool(bool value)
{
    return (struct ar_outcome){.is_condition = true,
                               .bits =
                                   value ? AR_OUTCOME_TRUE : AR_OUTCOME_FALSE};
}

static ar_probe_expressions take_conditions(struct ar_arena *arena,
                                            const struct ar_probe *probe)
{
    ar_probe_expressions conditions = {0};
    for (size_t ix = 0; ix < probe->failures.count; ix++) {
        if (probe->failures.at[ix].kind == AR_PROBE_IF_EXPR)
            ar_vector_push(arena, &conditions,
                           probe->failures.at[ix].condition);
    }
    return conditions;
}

ar_cause_vector ar_probe_needs(struct ar_arena *arena,
                               const struct ar_probe_use *use)
{
    const ar_value unseen = ar_value_unknown(AR_REASON_not_given, AR_STR(""));
    const struct ar_probe_seen nothing = {
        .exit_code = unseen, .out = unseen, .err = unseen};
    ar_cause_vector needs = {0};
    if (!use->probe->has_facts_in_conditions)
        return needs;
    const ar_probe_expressions conditions = take_conditions(arena, use->probe);
    const struct ar_outcome *outcomes =
        ar_probe_evaluate(arena, use, &nothing, &conditions);
    for (size_t ix = 0; ix < conditions.count; ix++) {
        for (size_t each = 0; each < outcomes[ix].causes.count; each++)
            ar_vector_push(arena, &needs, outcomes[ix].causes.at[each]);
    }
    return needs;
}

static struct ar_outcome *judge(struct ar_arena *arena,
                                const struct ar_probe_use *use,
                                const struct ar_probe_seen *seen)
{
    const struct ar_probe *probe = use->probe;
    size_t count = probe->failures.count;
    struct ar_outcome *verdicts = AR_NEW_ARRAY(arena, struct ar_outcome, count);
    const ar_probe_expressions conditions = take_conditions(arena, probe);
    const struct ar_outcome *outcomes =
        ar_probe_evaluate(arena, use, seen, &conditions);
    size_t next = 0;
    for (size_t ix = 0; ix < count; ix++) {
        switch (probe->failures.at[ix].kind) {
        case AR_PROBE_IF_EXPR: verdicts[ix] = outcomes[next++]; break;
        case AR_PROBE_IF_FOUND: verdicts[ix] = of_bool(seen->is_found); break;
        case AR_PROBE_IF_NOT_FOUND:
            verdicts[ix] = of_bool(!seen->is_found);
            break;
        }
    }
    return verdicts;
}

static size_t name_length(const struct ar_probe_settled *settled)
{
    return settled->decl ? settled->decl->name.len : settled->group->name.len;
}

static bool is_settled(const ar_probe_settled_vector *settled,
                       const struct ar_probe_setting *setting)
{
    for (size_t ix = 0; ix < settled->count; ix++) {
        if (settled->at[ix].decl == setting->decl &&
            settled->at[ix].group == setting->group)
            return true;
    }
    return false;
}

/* Sorted by the length of names, so that what a group holds comes behind
 * it. */
static void add_setting(struct ar_arena *arena,
                        const struct ar_probe_setting *setting,
                        const ar_value *doubt, ar_probe_settled_vector *out)
{
    if (is_settled(out, setting))
        return;
    struct ar_probe_settled settled = {
        .decl = setting->decl,
        .group = setting->group,
        .value = setting->is_absent
                     ? ar_value_absent()
                     : ar_value_unknown(setting->reason, AR_STR("")),
    };
    if (doubt)
        settled.value = *doubt;
    ar_vector_push(arena, out, settled);
    size_t ix = out->count - 1;
    for (; ix > 0 && name_length(&out->at[ix - 1]) > name_length(&settled);
         ix--)
        out->at[ix] = out->at[ix - 1];
    out->at[ix] = settled;
}

void ar_probe_settle(struct ar_arena *arena, const struct ar_probe_use *use,
                     const struct ar_probe_seen *seen,
                     ar_probe_settled_vector *out)
{
    const struct ar_probe *probe = use->probe;
    const struct ar_outcome *verdicts = judge(arena, use, seen);
    const ar_value *doubt = NULL;
    bool is_done = false;
    for (size_t ix = 0; ix < probe->failures.count && !is_done; ix++) {
        const struct ar_probe_failure *failure = &probe->failures.at[ix];
        bool may_hold = (verdicts[ix].bits & AR_OUTCOME_TRUE) != 0;
        is_done = verdicts[ix].bits == AR_OUTCOME_TRUE;
        if (may_hold && !is_done && !doubt) {
            ar_value *why = AR_NEW(arena, ar_value);
            *why = ar_outcome_unknown_value(&verdicts[ix].causes);
            doubt = why;
        }
        for (size_t each = 0; may_hold && each < failure->settings.count;
             each++)
            add_setting(arena, &failure->settings.at[each], doubt, out);
    }
}

static bool covers(const struct ar_probe_settled *settled,
                   const struct ar_fact_decl *decl)
{
    if (settled->decl)
        return settled->decl == decl;
    for (size_t ix = 0; ix < settled->group->facts.count; ix++) {
        if (settled->group->facts.at[ix] == decl)
            return true;
    }
    return false;
}

const struct ar_probe_settled *ar_probe_find_settled(
    const ar_probe_settled_vector *settled, const struct ar_fact_decl *decl)
{
    for (size_t ix = settled->count; ix > 0; ix--) {
        if (covers(&settled->at[ix - 1], decl))
            return &settled->at[ix - 1];
    }
    return NULL;
}
