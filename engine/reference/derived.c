/* SPDX-License-Identifier: Apache-2.0 */
/* Derived facts: the definition in the fact's place. What one comes to is
 * worked out once; every rule that reads it pays what that took, so that no
 * rule gains or loses by the order of the rules. */

#include "reference/eval.h"

/* What a derived fact came to. */
struct derived {
    struct ar_outcome outcome;
    ar_evidence_vector evidence; /* itself first */
    int64_t steps;
    int64_t regex;
    unsigned reader; /* who has paid last */
};

/* ---- which definition ---- */

/* The guards, weighed. */
struct choice {
    const struct ar_definition *certain[2]; /* the first two */
    size_t n_certain;
    size_t n_possible;
    ar_cause_vector causes; /* of the guards that are open */
};

static void weigh(struct ar_evaluator *evaluator,
                  const struct ar_definition *definition, struct choice *choice)
{
    struct ar_outcome guard = ar_outcome_of_bool(true);
    if (definition->guard)
        guard = ar_eval(evaluator, definition->guard);
    if (!(guard.bits & AR_OUTCOME_TRUE))
        return;
    choice->n_possible++;
    ar_causes_add(evaluator, &choice->causes, &guard);
    if (guard.bits != AR_OUTCOME_TRUE)
        return;
    if (choice->n_certain < AR_COUNT_OF(choice->certain))
        choice->certain[choice->n_certain] = definition;
    choice->n_certain++;
}

/* The fact itself is the cause: its definitions do not agree on it. */
static struct ar_outcome blame_fact(struct ar_evaluator *evaluator,
                                    const struct ar_expr *expr, ar_str key,
                                    ar_value value)
{
    struct ar_outcome out = ar_outcome_of_value(value);
    struct ar_cause cause = {.name = key,
                             .is_fact = true,
                             .decl = &expr->fact->decl,
                             .value = value,
                             .span = expr->span};
    out.causes = ar_causes_of(evaluator, cause);
    return out;
}

static ar_value make_conflict(struct ar_evaluator *evaluator,
                              const struct choice *choice)
{
    struct ar_arena *scratch = evaluator->scratch;
    ar_str first = ar_eval_place(evaluator, scratch, choice->certain[0]->span);
    ar_str second = ar_eval_place(evaluator, scratch, choice->certain[1]->span);
    ar_str detail = ar_str_printf(
        scratch, "the definitions at " AR_STR_FORMAT " and " AR_STR_FORMAT,
        AR_STR_ARG(first), AR_STR_ARG(second));
    return ar_value_unknown(AR_REASON_conflict, detail);
}

static struct ar_outcome eval_definitions(struct ar_evaluator *evaluator,
                                          const struct ar_expr *expr,
                                          ar_str key)
{
    const struct ar_fact *fact = expr->fact;
    struct choice choice = {0};
    for (size_t ix = 0; ix < fact->definitions.count; ix++)
        weigh(evaluator, &fact->definitions.at[ix], &choice);
    if (choice.n_certain > 1)
        return blame_fact(evaluator, expr, key,
                          make_conflict(evaluator, &choice));
    if (choice.n_possible == 0)
        return blame_fact(
            evaluator, expr, key,
            ar_value_unknown(AR_REASON_unsupported,
                             AR_STR("no definition of it applies")));
    if (choice.n_possible > 1 || choice.n_certain == 0)
        return ar_outcome_unknown(choice.causes);
    return ar_eval(evaluator, choice.certain[0]->expr);
}

/* ---- working it out, once ---- */

static void bind_arguments(struct ar_evaluator *evaluator,
                           const struct ar_fact *fact,
                           const struct ar_outcome *arguments)
{
    evaluator->frame = ar_frame_create(evaluator, fact->n_slots);
    for (size_t ix = 0; ix < fact->decl.n_parameters; ix++)
        ar_frame_bind(evaluator, fact->parameters[ix], arguments[ix]);
}

/* Alone, so that it costs the same whatever was read before. */
static struct ar_outcome work_out(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr,
                                  const struct ar_outcome *arguments,
                                  ar_str key, struct ar_recording *recording)
{
    struct ar_frame *frame = evaluator->frame;
    struct ar_recording *outer = evaluator->recording;
    unsigned reader = evaluator->reader;
    evaluator->reader = ++evaluator->last_reader;
    evaluator->recording = recording;
    bind_arguments(evaluator, expr->fact, arguments);
    struct ar_outcome out = eval_definitions(evaluator, expr, key);
    evaluator->frame = frame;
    evaluator->recording = outer;
    evaluator->reader = reader;
    if (expr->type->kind == AR_TYPE_BOOL && !out.is_condition) {
        out.is_condition = true;
        out.bits = ar_outcome_bits(out.value);
    }
    out.decl = &expr->fact->decl;
    out.path = key;
    return out;
}

static struct derived *make_derived(struct ar_evaluator *evaluator,
                                    const struct ar_expr *expr,
                                    const struct ar_outcome *arguments,
                                    ar_str key)
{
    struct derived *derived = AR_NEW(evaluator->arena, struct derived);
    struct ar_recording recording = {0};
    int64_t steps = evaluator->tank.steps;
    int64_t regex = evaluator->tank.regex;
    struct ar_outcome outcome =
        work_out(evaluator, expr, arguments, key, &recording);
    derived->outcome = ar_keep_outcome(evaluator, &outcome);
    derived->steps = steps - evaluator->tank.steps;
    derived->regex = regex - evaluator->tank.regex;
    derived->reader = evaluator->reader;
    struct ar_evidence itself = {.key = key,
                                 .decl = &expr->fact->decl,
                                 .value = ar_outcome_value(&derived->outcome),
                                 .origin = {.duration_ms = -1}};
    ar_evidence_vector first = {.at = &itself, .count = 1, .capacity = 1};
    ar_keep_evidence(evaluator, &derived->evidence, &first);
    ar_keep_evidence(evaluator, &derived->evidence, &recording.list);
    return derived;
}

/* What was worked out before, if this reader can pay for it. Where the
 * patterns would run out of fuel, they do so again. */
static struct derived *find_derived(struct ar_evaluator *evaluator, ar_str key)
{
    struct derived *derived = ar_map_get(&evaluator->derived, key);
    if (!derived || derived->reader == evaluator->reader)
        return derived;
    if (derived->regex > evaluator->tank.regex)
        return NULL;
    derived->reader = evaluator->reader;
    evaluator->tank.regex -= derived->regex;
    ar_eval_spend(evaluator, derived->steps);
    return derived;
}

struct ar_outcome ar_eval_derived(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr,
                                  const struct ar_outcome *arguments,
                                  ar_str key)
{
    struct derived *derived = find_derived(evaluator, key);
    if (!derived) {
        unsigned n_regex_budget = evaluator->n_regex_budget;
        derived = make_derived(evaluator, expr, arguments, key);
        bool is_final = !evaluator->exhausted &&
                        n_regex_budget == evaluator->n_regex_budget;
        if (is_final)
            ar_map_put(evaluator->arena, &evaluator->derived,
                       derived->evidence.at[0].key, derived);
    }
    for (size_t ix = 0; ix < derived->evidence.count; ix++)
        ar_recording_add(evaluator, evaluator->recording,
                         &derived->evidence.at[ix]);
    return derived->outcome;
}
