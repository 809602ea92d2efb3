/* SPDX-License-Identifier: Apache-2.0 */
/* One expression to its outcome: the step that every node takes, what it
 * costs, and the names of a rule. What each kind of node means is in the
 * other files. */

#include "reference/eval.h"

/* The checker bounds the depth of expressions, and how deep derived facts and
 * functions use each other; both together must not exhaust the stack. */
enum { MAX_DEPTH = 2000, BYTES_PER_STEP = 1024 };

/* ---- what it costs ---- */

static void exhaust(struct ar_evaluator *evaluator, const char *what)
{
    if (!evaluator->exhausted)
        evaluator->exhausted = what;
}

bool ar_eval_spend(struct ar_evaluator *evaluator, int64_t steps)
{
    const struct ar_tank *tank = &evaluator->tank;
    evaluator->tank.steps -= steps;
    evaluator->run_left -= steps;
    if (evaluator->run_left < 0)
        exhaust(evaluator, "the evaluation took too many steps");
    else if (tank->steps < 0)
        exhaust(evaluator, "the rule took too many steps");
    else if (evaluator->scratch->used_bytes > tank->scratch_limit)
        exhaust(evaluator, "the rule took too much memory");
    return !evaluator->exhausted;
}

bool ar_eval_spend_bytes(struct ar_evaluator *evaluator, size_t bytes)
{
    return ar_eval_spend(evaluator, (int64_t)(bytes / BYTES_PER_STEP));
}

/* ---- names ---- */

struct ar_frame *ar_frame_create(struct ar_evaluator *evaluator, size_t n_slots)
{
    struct ar_frame *frame = AR_NEW(evaluator->scratch, struct ar_frame);
    frame->slots = AR_NEW_ARRAY(evaluator->scratch, struct ar_binding, n_slots);
    frame->n_slots = n_slots;
    frame->generation = ++evaluator->last_generation;
    return frame;
}

/* An expression on its own does not say how many locals it has. */
struct ar_binding *ar_frame_binding(struct ar_evaluator *evaluator,
                                    unsigned slot)
{
    struct ar_frame *frame = evaluator->frame;
    if (slot >= frame->n_slots) {
        size_t n_slots = (size_t)slot + 1;
        struct ar_binding *slots =
            AR_NEW_ARRAY(evaluator->scratch, struct ar_binding, n_slots);
        for (size_t ix = 0; ix < frame->n_slots; ix++)
            slots[ix] = frame->slots[ix];
        frame->slots = slots;
        frame->n_slots = n_slots;
    }
    return &frame->slots[slot];
}

void ar_frame_bind(struct ar_evaluator *evaluator, const struct ar_local *local,
                   struct ar_outcome outcome)
{
    struct ar_frame *frame = evaluator->frame;
    frame->generation = ++evaluator->last_generation;
    *ar_frame_binding(evaluator, local->slot) = (struct ar_binding){
        .is_set = true, .generation = frame->generation, .outcome = outcome};
}

/* A let sees the names of the rule only, so its value stays good. */
static struct ar_outcome eval_let(struct ar_evaluator *evaluator,
                                  const struct ar_local *local)
{
    struct ar_binding *binding = ar_frame_binding(evaluator, local->slot);
    if (binding->is_set)
        return binding->outcome;
    struct ar_recording *outer = evaluator->recording;
    if (!outer)
        evaluator->recording = evaluator->let_recording;
    struct ar_outcome out = ar_eval(evaluator, local->expr);
    evaluator->recording = outer;
    if (!evaluator->exhausted) {
        binding = ar_frame_binding(evaluator, local->slot);
        *binding = (struct ar_binding){.is_set = true, .outcome = out};
    }
    return out;
}

static struct ar_outcome eval_capture(struct ar_evaluator *evaluator,
                                      const struct ar_expr *expr)
{
    unsigned slot = expr->local->slot;
    unsigned generation = evaluator->frame->generation;
    struct ar_binding *binding = ar_frame_binding(evaluator, slot);
    if (binding->is_set && binding->generation == generation)
        return binding->outcome;
    struct ar_outcome out = ar_eval_capture(evaluator, expr);
    *ar_frame_binding(evaluator, slot) = (struct ar_binding){
        .is_set = true, .generation = generation, .outcome = out};
    return out;
}

static struct ar_outcome eval_local(struct ar_evaluator *evaluator,
                                    const struct ar_expr *expr)
{
    const struct ar_local *local = expr->local;
    switch (local->kind) {
    case AR_LOCAL_LET: return eval_let(evaluator, local);
    case AR_LOCAL_CAPTURE: return eval_capture(evaluator, expr);
    case AR_LOCAL_VARIABLE:
    case AR_LOCAL_PARAMETER: break;
    }
    const struct ar_binding *binding = ar_frame_binding(evaluator, local->slot);
    AR_ASSERT(binding->is_set);
    return binding->outcome;
}

/* The arguments are evaluated once, outside the function's own names. */
static struct ar_outcome eval_def(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr)
{
    const struct ar_def *def = expr->def;
    struct ar_outcome *arguments = ar_eval_operands(evaluator, expr);
    struct ar_frame *outer = evaluator->frame;
    evaluator->frame = ar_frame_create(evaluator, def->n_slots);
    for (size_t ix = 0; ix < def->n_parameters; ix++)
        ar_frame_bind(evaluator, def->parameters[ix], arguments[ix]);
    struct ar_outcome out = ar_eval(evaluator, def->body);
    evaluator->frame = outer;
    return out;
}

/* ---- a node ---- */

struct ar_outcome *ar_eval_operands(struct ar_evaluator *evaluator,
                                    const struct ar_expr *expr)
{
    struct ar_outcome *operands =
        AR_NEW_ARRAY(evaluator->scratch, struct ar_outcome, expr->n_operands);
    for (size_t ix = 0; ix < expr->n_operands; ix++)
        operands[ix] = ar_eval(evaluator, expr->operands[ix]);
    return operands;
}

static struct ar_outcome eval_node(struct ar_evaluator *evaluator,
                                   const struct ar_expr *expr)
{
    switch (expr->kind) {
    case AR_EXPR_CONSTANT: return ar_outcome_of_value(ar_expr_value(expr));
    case AR_EXPR_FACT: return ar_eval_fact(evaluator, expr);
    case AR_EXPR_LOCAL: return eval_local(evaluator, expr);
    case AR_EXPR_DEF: return eval_def(evaluator, expr);
    case AR_EXPR_TABLE: return ar_eval_table(evaluator, expr);
    case AR_EXPR_FUNCTION: return ar_eval_function(evaluator, expr);
    case AR_EXPR_TEMPLATE: return ar_eval_template(evaluator, expr);
    case AR_EXPR_LIST: return ar_eval_list(evaluator, expr);
    case AR_EXPR_AND: return ar_eval_and(evaluator, expr);
    case AR_EXPR_OR: return ar_eval_or(evaluator, expr);
    case AR_EXPR_NOT: return ar_eval_not(evaluator, expr);
    case AR_EXPR_COMPARE: return ar_eval_compare(evaluator, expr);
    case AR_EXPR_IN_LIST: return ar_eval_in_list(evaluator, expr);
    case AR_EXPR_IN_MAP: return ar_eval_in_map(evaluator, expr);
    case AR_EXPR_IN_RANGE: return ar_eval_in_range(evaluator, expr);
    case AR_EXPR_IN_CIDR: return ar_eval_in_cidr(evaluator, expr);
    case AR_EXPR_MATCHES: return ar_eval_matches(evaluator, expr);
    case AR_EXPR_CONTAINS:
    case AR_EXPR_STARTS_WITH:
    case AR_EXPR_ENDS_WITH: return ar_eval_affix(evaluator, expr);
    case AR_EXPR_ARITHMETIC: return ar_eval_arithmetic(evaluator, expr);
    case AR_EXPR_NEGATE: return ar_eval_negate(evaluator, expr);
    case AR_EXPR_EXISTS: return ar_eval_exists(evaluator, expr);
    case AR_EXPR_ABSENT: return ar_eval_absent(evaluator, expr);
    case AR_EXPR_UNKNOWN: return ar_eval_unknown(evaluator, expr);
    case AR_EXPR_GROUP_EXISTS: return ar_eval_group_exists(evaluator, expr);
    case AR_EXPR_GROUP_ABSENT: return ar_eval_group_absent(evaluator, expr);
    case AR_EXPR_DEFAULT: return ar_eval_default(evaluator, expr);
    case AR_EXPR_IF: return ar_eval_if(evaluator, expr);
    case AR_EXPR_ANY:
    case AR_EXPR_EVERY:
    case AR_EXPR_NO: return ar_eval_fold(evaluator, expr);
    case AR_EXPR_COUNT:
    case AR_EXPR_FIRST:
    case AR_EXPR_FILTER: return ar_eval_select(evaluator, expr);
    case AR_EXPR_FIELD: return ar_eval_field(evaluator, expr);
    case AR_EXPR_LIST_FIELD: return ar_eval_list_field(evaluator, expr);
    case AR_EXPR_INDEX: return ar_eval_index(evaluator, expr);
    case AR_EXPR_MAP_INDEX: return ar_eval_map_index(evaluator, expr);
    case AR_EXPR_PART: return ar_eval_part(evaluator, expr);
    }
    AR_UNREACHABLE();
}

/* A bool is a set of outcomes from here on, whatever it was read from; and
 * what is decided needs no causes. */
static struct ar_outcome settle(struct ar_outcome out,
                                const struct ar_type *type)
{
    const ar_cause_vector none = {0};
    if (type->kind == AR_TYPE_BOOL && !out.is_condition) {
        out.is_condition = true;
        out.bits = ar_outcome_bits(out.value);
    }
    bool is_list = type->kind == AR_TYPE_LIST;
    if (!is_list && ar_outcome_is_decided(&out))
        out.causes = none;
    return out;
}

/* Also of a node that ran out half way: what it has so far is not its
 * result. */
static struct ar_outcome make_exhausted(struct ar_evaluator *evaluator,
                                        const struct ar_expr *expr)
{
    ar_str what = ar_str_from_c(evaluator->exhausted);
    return ar_outcome_lack(evaluator, expr,
                           ar_value_unknown(AR_REASON_budget, what));
}

static void observe(const struct ar_evaluator *evaluator,
                    const struct ar_expr *expr, const struct ar_outcome *out)
{
    const struct ar_observer *observer = evaluator->observer;
    if (observer && out->is_condition && !evaluator->exhausted)
        observer->see_condition(observer->context, expr, out->bits);
}

struct ar_outcome ar_eval(struct ar_evaluator *evaluator,
                          const struct ar_expr *expr)
{
    struct ar_outcome out = {0};
    if (evaluator->depth >= MAX_DEPTH)
        exhaust(evaluator, "the rule is nested too deep");
    if (ar_eval_spend(evaluator, 1)) {
        evaluator->depth++;
        out = eval_node(evaluator, expr);
        evaluator->depth--;
    }
    if (evaluator->exhausted)
        out = make_exhausted(evaluator, expr);
    out = settle(out, expr->type);
    observe(evaluator, expr, &out);
    return out;
}
