/* SPDX-License-Identifier: Apache-2.0 */
/* Outcomes: making them, and the causes of those that are not decided. */

#include "reference/eval.h"

struct ar_outcome ar_outcome_of_bits(unsigned bits)
{
    AR_ASSERT(bits != 0 && bits <= AR_OUTCOME_OPEN);
    return (struct ar_outcome){.is_condition = true, .bits = bits};
}

struct ar_outcome ar_outcome_of_bool(bool value)
{
    return ar_outcome_of_bits(value ? AR_OUTCOME_TRUE : AR_OUTCOME_FALSE);
}

struct ar_outcome ar_outcome_of_value(ar_value value)
{
    return (struct ar_outcome){.value = value};
}

struct ar_outcome ar_outcome_unknown(ar_cause_vector causes)
{
    return (struct ar_outcome){.value = ar_outcome_unknown_value(&causes),
                               .causes = causes};
}

/* ---- causes ---- */

bool ar_causes_has(const ar_cause_vector *causes, const struct ar_cause *cause)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        const struct ar_cause *each = &causes->at[ix];
        bool is_alike = each->value.state == cause->value.state &&
                        (each->value.state != AR_STATE_UNKNOWN ||
                         each->value.reason == cause->value.reason);
        if (is_alike && ar_str_equal(each->name, cause->name))
            return true;
    }
    return false;
}

void ar_causes_add(struct ar_evaluator *evaluator, ar_cause_vector *causes,
                   const struct ar_outcome *outcome)
{
    if (ar_outcome_is_decided(outcome))
        return;
    if (causes->count == 0) {
        /* Shared, and full: the next one that is added moves it. */
        *causes = outcome->causes;
        causes->capacity = causes->count;
        return;
    }
    for (size_t ix = 0; ix < outcome->causes.count; ix++) {
        const struct ar_cause *cause = &outcome->causes.at[ix];
        if (!ar_causes_has(causes, cause))
            ar_vector_push(evaluator->scratch, causes, *cause);
    }
}

/* Most have no more than one: room for more would be wasted. */
ar_cause_vector ar_causes_of(struct ar_evaluator *evaluator,
                             struct ar_cause cause)
{
    struct ar_cause *at = AR_NEW(evaluator->scratch, struct ar_cause);
    *at = cause;
    return (ar_cause_vector){.at = at, .count = 1, .capacity = 1};
}

static ar_cause_vector make_cause(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr, ar_value value)
{
    struct ar_cause cause = {
        .name = ar_eval_source(evaluator, evaluator->scratch, expr->span),
        .value = value,
        .span = expr->span,
    };
    return ar_causes_of(evaluator, cause);
}

struct ar_outcome ar_outcome_lack(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr, ar_value value)
{
    AR_ASSERT(value.state != AR_STATE_VALUE);
    return (struct ar_outcome){.value = value,
                               .causes = make_cause(evaluator, expr, value)};
}

struct ar_outcome ar_outcome_bad(struct ar_evaluator *evaluator,
                                 const struct ar_expr *expr, const char *detail)
{
    return ar_outcome_lack(
        evaluator, expr,
        ar_value_unknown(AR_REASON_bad_value, ar_str_from_c(detail)));
}

struct ar_outcome ar_outcome_too_large(struct ar_evaluator *evaluator,
                                       const struct ar_expr *expr,
                                       const char *detail)
{
    return ar_outcome_lack(
        evaluator, expr,
        ar_value_unknown(AR_REASON_too_large, ar_str_from_c(detail)));
}

ar_str ar_outcome_path(struct ar_evaluator *evaluator,
                       const struct ar_outcome *whole,
                       const struct ar_field *field)
{
    if (!whole->decl)
        return whole->path;
    return ar_str_printf(evaluator->scratch, AR_STR_FORMAT "." AR_STR_FORMAT,
                         AR_STR_ARG(whole->path), AR_STR_ARG(field->name));
}

/* What is not known is blamed on what made the whole up, else on its place in
 * a fact, else on the text of expr. */
static void blame_item(struct ar_evaluator *evaluator,
                       const struct ar_outcome *whole,
                       const struct ar_expr *expr, struct ar_outcome *item)
{
    if (whole->causes.count > 0) {
        item->causes = whole->causes;
        return;
    }
    item->causes = make_cause(evaluator, expr, item->value);
    if (!whole->decl)
        return;
    item->causes.at->name = item->path;
    item->causes.at->decl = whole->decl;
    item->causes.at->is_fact =
        expr->kind == AR_EXPR_FACT && item->path.len == whole->path.len;
}

struct ar_outcome ar_outcome_element(struct ar_evaluator *evaluator,
                                     const struct ar_outcome *whole,
                                     ar_value element,
                                     const struct ar_expr *expr)
{
    struct ar_outcome out = ar_outcome_of_value(element);
    out.decl = whole->decl;
    out.path = whole->path;
    if (element.state != AR_STATE_VALUE)
        blame_item(evaluator, whole, expr, &out);
    return out;
}

struct ar_outcome ar_outcome_field(struct ar_evaluator *evaluator,
                                   const struct ar_outcome *record, size_t ix,
                                   const struct ar_expr *expr)
{
    AR_ASSERT(ix < record->value.as.list.count);
    ar_value field = record->value.as.list.items[ix];
    struct ar_outcome out = ar_outcome_of_value(field);
    out.decl = record->decl;
    /* Of a scalar nothing can be taken, and most are never asked for. */
    if (field.state == AR_STATE_VALUE && ar_type_is_scalar(field.type))
        return out;
    out.path =
        ar_outcome_path(evaluator, record, &record->value.type->fields[ix]);
    if (field.state != AR_STATE_VALUE)
        blame_item(evaluator, record, expr, &out);
    return out;
}

/* ---- operands ---- */

static struct ar_outcome make_absent(struct ar_evaluator *evaluator,
                                     const struct ar_outcome *operands,
                                     size_t count)
{
    struct ar_outcome out = ar_outcome_of_value(ar_value_absent());
    for (size_t ix = 0; ix < count; ix++) {
        if (ar_outcome_value(&operands[ix]).state == AR_STATE_ABSENT)
            ar_causes_add(evaluator, &out.causes, &operands[ix]);
    }
    return out;
}

bool ar_outcome_are_values(struct ar_evaluator *evaluator,
                           const struct ar_outcome *operands, size_t count,
                           struct ar_outcome *out)
{
    ar_cause_vector causes = {0};
    bool is_open = false;
    for (size_t ix = 0; ix < count; ix++) {
        enum ar_state state = ar_outcome_value(&operands[ix]).state;
        if (state == AR_STATE_ABSENT) {
            *out = make_absent(evaluator, operands, count);
            return false;
        }
        is_open = is_open || state == AR_STATE_UNKNOWN;
        ar_causes_add(evaluator, &causes, &operands[ix]);
    }
    if (!is_open)
        return true;
    *out = ar_outcome_unknown(causes);
    return false;
}

/* ---- source texts ---- */

ar_str ar_eval_source(struct ar_evaluator *evaluator, struct ar_arena *arena,
                      ar_span span)
{
    const struct ar_diags *diags = evaluator->program->diags;
    return ar_source_text_joined(arena, diags->sources, span);
}

/* The source keeps what it learns about its lines, and is shared. */
ar_str ar_eval_place(struct ar_evaluator *evaluator, struct ar_arena *arena,
                     ar_span span)
{
    const struct ar_diags *diags = evaluator->program->diags;
    const struct ar_source *source = ar_sources_get(diags->sources, span.file);
    if (!source)
        return AR_STR("?");
    struct ar_source own = {.name = source->name, .text = source->text};
    struct ar_position position = ar_source_position(arena, &own, span.start);
    return ar_str_printf(arena, AR_STR_FORMAT ":%u", AR_STR_ARG(own.name),
                         (unsigned)position.line);
}
