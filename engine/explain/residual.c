/* SPDX-License-Identifier: Apache-2.0 */
/* Partial evaluation: what is decided becomes a constant, names of the rule
 * what they stand for, and operands that no longer count are dropped. What
 * stays is as the rules have it. */

#include "explain/residual.h"

enum {
    MAX_NODES = 400,
    MAX_EXPANDED = 8, /* elements of a list that are written out */
    MAX_WITHIN = 4 * AR_MAX_DERIVED_DEPTH
};

/* What of a condition matters where it stands. Neither counts as false where
 * only the truth matters, and as true where only the falsity does. */
enum aspect { EXACT, TRUTH, FALSITY };

struct substitution {
    const struct ar_local *local;
    const struct ar_expr *expr;
};

struct reduction {
    struct ar_explainer *explainer;
    AR_VECTOR(struct substitution) elements;
    AR_VECTOR(const struct ar_local *) unbound; /* variables around here */
    unsigned n_unfolded; /* not 0: nothing becomes a constant */
    unsigned next_slot;
    size_t n_nodes;
};

static const struct ar_expr *reduce(struct reduction *reduction,
                                    const struct ar_expr *expr,
                                    enum aspect aspect);

/* ---- what may become a constant ---- */

static bool asks_unknown(const struct ar_expr *expr, unsigned depth)
{
    if (!expr || depth == 0)
        return false;
    if (expr->kind == AR_EXPR_UNKNOWN)
        return true;
    if (expr->kind == AR_EXPR_DEF && asks_unknown(expr->def->body, depth - 1))
        return true;
    for (size_t ix = 0;
         expr->kind == AR_EXPR_FACT && ix < expr->fact->definitions.count;
         ix++) {
        const struct ar_definition *each = &expr->fact->definitions.at[ix];
        if (asks_unknown(each->expr, depth - 1) ||
            asks_unknown(each->guard, depth - 1))
            return true;
    }
    if (expr->kind == AR_EXPR_LOCAL &&
        (asks_unknown(expr->local->expr, depth - 1) ||
         (expr->local->match &&
          asks_unknown(expr->local->match->subject, depth - 1))))
        return true;
    for (size_t ix = 0; ix < expr->n_operands; ix++) {
        if (asks_unknown(expr->operands[ix], depth - 1))
            return true;
    }
    const struct ar_template *string = ar_expr_template(expr);
    for (size_t ix = 0; string && ix < string->n_parts; ix++) {
        if (asks_unknown(string->parts[ix].expr, depth - 1))
            return true;
    }
    return false;
}

bool ar_expr_asks_unknown(const struct ar_expr *expr)
{
    return asks_unknown(expr, MAX_WITHIN);
}

static bool is_unbound(const struct reduction *reduction,
                       const struct ar_local *local)
{
    for (size_t ix = 0; ix < reduction->unbound.count; ix++) {
        if (reduction->unbound.at[ix] == local)
            return true;
    }
    return false;
}

/* A variable of a quantifier that was entered cannot be evaluated; one of a
 * quantifier inside of expr can. */
static bool names_unbound(const struct reduction *reduction,
                          const struct ar_expr *expr)
{
    const struct ar_local *local =
        expr->kind == AR_EXPR_LOCAL ? expr->local : NULL;
    if (local && is_unbound(reduction, local))
        return true;
    if (local && local->kind == AR_LOCAL_LET)
        return names_unbound(reduction, local->expr);
    if (local && local->match)
        return names_unbound(reduction, local->match->subject);
    for (size_t ix = 0; ix < expr->n_operands; ix++) {
        if (names_unbound(reduction, expr->operands[ix]))
            return true;
    }
    const struct ar_template *string = ar_expr_template(expr);
    for (size_t ix = 0; string && ix < string->n_parts; ix++) {
        const struct ar_expr *part = string->parts[ix].expr;
        if (part && names_unbound(reduction, part))
            return true;
    }
    return false;
}

static bool is_constant(const struct ar_expr *expr)
{
    return expr->kind == AR_EXPR_CONSTANT;
}

/* AR_OUTCOME_ bits of a condition that is a constant; 0 of any other. */
static unsigned constant_bits(const struct ar_expr *expr)
{
    bool is_known = is_constant(expr) && expr->type->kind == AR_TYPE_BOOL;
    return is_known ? ar_outcome_bits(ar_expr_value(expr)) : 0;
}

static struct ar_expr *make(struct reduction *reduction, enum ar_expr_kind kind,
                            const struct ar_type *type)
{
    struct ar_expr *expr = AR_NEW(reduction->explainer->arena, struct ar_expr);
    expr->kind = kind;
    expr->type = type;
    reduction->n_nodes++;
    return expr;
}

static const struct ar_expr *make_constant(struct reduction *reduction,
                                           const struct ar_type *type,
                                           ar_value value)
{
    struct ar_expr *expr = make(reduction, AR_EXPR_CONSTANT, type);
    ar_expr_set_value(reduction->explainer->arena, expr, value);
    return expr;
}

static const struct ar_expr *make_bool(struct reduction *reduction, bool value)
{
    return make_constant(reduction, &ar_type_bool, ar_value_bool(value));
}

/* Neither, seen from where it stands. */
static const struct ar_expr *settle(struct reduction *reduction,
                                    const struct ar_expr *expr,
                                    enum aspect aspect)
{
    if (constant_bits(expr) != AR_OUTCOME_NEITHER || aspect == EXACT)
        return expr;
    return make_bool(reduction, aspect == FALSITY);
}

/* A value that is known for good; NULL if it is not, or must not be shown. */
static const struct ar_expr *fold(struct reduction *reduction,
                                  const struct ar_expr *expr)
{
    if (reduction->n_unfolded > 0 || names_unbound(reduction, expr) ||
        ar_expr_asks_unknown(expr) || ar_expr_is_secret(expr) ||
        !ar_type_is_scalar(expr->type))
        return NULL;
    struct ar_outcome out = ar_explain_eval(reduction->explainer, expr);
    ar_value value = ar_outcome_value(&out);
    if (value.state == AR_STATE_UNKNOWN)
        return NULL;
    return make_constant(reduction, expr->type, value);
}

/* ---- parts ---- */

static struct ar_expr *copy_of(struct reduction *reduction,
                               const struct ar_expr *expr)
{
    struct ar_expr *copy = make(reduction, expr->kind, expr->type);
    *copy = *expr;
    copy->span = (ar_span){0}; /* it stands nowhere as it is */
    return copy;
}

static struct ar_expr **copy_operands(struct reduction *reduction,
                                      const struct ar_expr *expr)
{
    struct ar_expr **operands = AR_NEW_ARRAY(
        reduction->explainer->arena, struct ar_expr *, expr->n_operands);
    for (size_t ix = 0; ix < expr->n_operands; ix++)
        operands[ix] = expr->operands[ix];
    return operands;
}

/* With another operand; expr itself if it is the same one. *copy is what
 * came of it before. */
static void set_operand(struct reduction *reduction, struct ar_expr **copy,
                        const struct ar_expr *expr, size_t ix,
                        const struct ar_expr *operand)
{
    if (operand == expr->operands[ix])
        return;
    if (!*copy) {
        *copy = copy_of(reduction, expr);
        (*copy)->operands = copy_operands(reduction, expr);
    }
    /* Nobody writes to what it points to from here on. */
    (*copy)->operands[ix] = (struct ar_expr *)(uintptr_t)operand;
}

static const struct ar_match *reduce_match(struct reduction *reduction,
                                           const struct ar_match *match)
{
    const struct ar_expr *subject = reduce(reduction, match->subject, EXACT);
    if (subject == match->subject)
        return match;
    struct ar_match *copy =
        AR_NEW(reduction->explainer->arena, struct ar_match);
    *copy = *match;
    copy->subject = (struct ar_expr *)(uintptr_t)subject;
    return copy;
}

static void reduce_string(struct reduction *reduction, struct ar_expr **copy,
                          const struct ar_expr *expr)
{
    struct ar_arena *arena = reduction->explainer->arena;
    const struct ar_template *string = expr->string;
    struct ar_template_part *parts =
        AR_NEW_ARRAY(arena, struct ar_template_part, string->n_parts);
    bool is_same = true;
    for (size_t ix = 0; ix < string->n_parts; ix++) {
        parts[ix] = string->parts[ix];
        if (!parts[ix].expr)
            continue;
        const struct ar_expr *part = reduce(reduction, parts[ix].expr, EXACT);
        is_same = is_same && part == parts[ix].expr;
        parts[ix].expr = (struct ar_expr *)(uintptr_t)part;
    }
    if (is_same)
        return;
    struct ar_template *new_string = AR_NEW(arena, struct ar_template);
    *new_string =
        (struct ar_template){.parts = parts, .n_parts = string->n_parts};
    *copy = copy_of(reduction, expr);
    (*copy)->string = new_string;
}

/* Operands, each by itself. */
static const struct ar_expr *reduce_parts(struct reduction *reduction,
                                          const struct ar_expr *expr)
{
    struct ar_expr *copy = NULL;
    for (size_t ix = 0; ix < expr->n_operands; ix++)
        set_operand(reduction, &copy, expr, ix,
                    reduce(reduction, expr->operands[ix], EXACT));
    if (expr->kind == AR_EXPR_TEMPLATE)
        reduce_string(reduction, &copy, expr);
    if (copy && expr->kind == AR_EXPR_MATCHES)
        copy->match = reduce_match(reduction, expr->match);
    return copy ? copy : expr;
}

/* ---- and, or, not ---- */

typedef AR_VECTOR(const struct ar_expr *) expr_vector;

static void add_joined(struct reduction *reduction, expr_vector *operands,
                       enum ar_expr_kind kind, const struct ar_expr *expr)
{
    struct ar_arena *arena = reduction->explainer->arena;
    if (expr->kind != kind) {
        ar_vector_push(arena, operands, expr);
        return;
    }
    for (size_t ix = 0; ix < expr->n_operands; ix++)
        ar_vector_push(arena, operands, expr->operands[ix]);
}

/* True if *out decides the chain. */
static bool add_operand(struct reduction *reduction, expr_vector *operands,
                        enum ar_expr_kind kind, const struct ar_expr *expr,
                        const struct ar_expr **out)
{
    bool is_and = kind == AR_EXPR_AND;
    unsigned bits = constant_bits(expr);
    *out = expr;
    if (bits == (is_and ? AR_OUTCOME_FALSE : AR_OUTCOME_TRUE))
        return true;
    if (bits != (is_and ? AR_OUTCOME_TRUE : AR_OUTCOME_FALSE))
        add_joined(reduction, operands, kind, expr);
    return false;
}

static const struct ar_expr *make_chain(struct reduction *reduction,
                                        enum ar_expr_kind kind,
                                        const expr_vector *operands)
{
    if (operands->count == 0)
        return make_bool(reduction, kind == AR_EXPR_AND);
    if (operands->count == 1)
        return operands->at[0];
    struct ar_expr *chain = make(reduction, kind, &ar_type_bool);
    chain->n_operands = (uint32_t)operands->count;
    chain->operands = AR_NEW_ARRAY(reduction->explainer->arena,
                                   struct ar_expr *, operands->count);
    for (size_t ix = 0; ix < operands->count; ix++)
        chain->operands[ix] = (struct ar_expr *)(uintptr_t)operands->at[ix];
    return chain;
}

static bool is_same_chain(const struct ar_expr *expr,
                          const expr_vector *operands)
{
    if (operands->count != expr->n_operands)
        return false;
    for (size_t ix = 0; ix < operands->count; ix++) {
        if (operands->at[ix] != expr->operands[ix])
            return false;
    }
    return true;
}

static const struct ar_expr *reduce_chain(struct reduction *reduction,
                                          const struct ar_expr *expr,
                                          enum aspect aspect)
{
    expr_vector operands = {0};
    const struct ar_expr *decided;
    for (size_t ix = 0; ix < expr->n_operands; ix++) {
        const struct ar_expr *each =
            reduce(reduction, expr->operands[ix], aspect);
        if (add_operand(reduction, &operands, expr->kind, each, &decided))
            return decided;
    }
    return is_same_chain(expr, &operands)
               ? expr
               : make_chain(reduction, expr->kind, &operands);
}

static enum aspect turn(enum aspect aspect)
{
    switch (aspect) {
    case EXACT: return EXACT;
    case TRUTH: return FALSITY;
    case FALSITY: return TRUTH;
    }
    AR_UNREACHABLE();
}

static const struct ar_expr *make_not(struct reduction *reduction,
                                      const struct ar_expr *expr)
{
    unsigned bits = constant_bits(expr);
    if (bits == AR_OUTCOME_NEITHER)
        return expr;
    if (bits != 0)
        return make_bool(reduction, bits == AR_OUTCOME_FALSE);
    struct ar_expr *out = make(reduction, AR_EXPR_NOT, &ar_type_bool);
    out->n_operands = 1;
    out->operands = AR_NEW(reduction->explainer->arena, struct ar_expr *);
    out->operands[0] = (struct ar_expr *)(uintptr_t)expr;
    return out;
}

static const struct ar_expr *reduce_not(struct reduction *reduction,
                                        const struct ar_expr *expr,
                                        enum aspect aspect)
{
    const struct ar_expr *operand =
        reduce(reduction, expr->operands[0], turn(aspect));
    return operand == expr->operands[0] ? expr : make_not(reduction, operand);
}

/* ---- if, default ---- */

static const struct ar_expr *reduce_if(struct reduction *reduction,
                                       const struct ar_expr *expr,
                                       enum aspect aspect)
{
    const struct ar_expr *choice = reduce(reduction, expr->operands[0], EXACT);
    unsigned bits = constant_bits(choice);
    if (bits == AR_OUTCOME_TRUE)
        return reduce(reduction, expr->operands[1], aspect);
    if (bits == AR_OUTCOME_FALSE)
        return reduce(reduction, expr->operands[2], aspect);
    struct ar_expr *copy = NULL;
    set_operand(reduction, &copy, expr, 0, choice);
    for (size_t ix = 1; ix <= 2; ix++)
        set_operand(reduction, &copy, expr, ix,
                    reduce(reduction, expr->operands[ix], EXACT));
    return copy ? copy : expr;
}

static const struct ar_expr *reduce_default(struct reduction *reduction,
                                            const struct ar_expr *expr,
                                            enum aspect aspect)
{
    const struct ar_expr *value = reduce(reduction, expr->operands[0], EXACT);
    if (is_constant(value) && ar_expr_value(value).state == AR_STATE_VALUE)
        return value;
    if (is_constant(value))
        return reduce(reduction, expr->operands[1], aspect);
    return reduce_parts(reduction, expr);
}

/* ---- names ---- */

/* The group is looked for in what the text is now, so it is another name. */
static const struct ar_expr *reduce_capture(struct reduction *reduction,
                                            const struct ar_expr *expr)
{
    const struct ar_match *match = reduce_match(reduction, expr->local->match);
    if (match == expr->local->match)
        return expr;
    struct ar_expr *copy = copy_of(reduction, expr);
    struct ar_local *local =
        AR_NEW(reduction->explainer->arena, struct ar_local);
    *local = *expr->local;
    local->match = match;
    local->slot = reduction->next_slot++;
    copy->local = local;
    return copy;
}

static const struct ar_expr *reduce_local(struct reduction *reduction,
                                          const struct ar_expr *expr,
                                          enum aspect aspect)
{
    const struct ar_local *local = expr->local;
    if (local->kind == AR_LOCAL_LET)
        return reduce(reduction, local->expr, aspect);
    if (local->kind == AR_LOCAL_CAPTURE)
        return reduce_capture(reduction, expr);
    for (size_t ix = reduction->elements.count; ix-- > 0;) {
        if (reduction->elements.at[ix].local == local)
            return reduction->elements.at[ix].expr;
    }
    return expr;
}

/* ---- lists ---- */

/* A list as it is named, whatever is known of it. */
static const struct ar_expr *spell(struct reduction *reduction,
                                   const struct ar_expr *expr)
{
    reduction->n_unfolded++;
    const struct ar_expr *out = reduce(reduction, expr, EXACT);
    reduction->n_unfolded--;
    return out;
}

/* list[ix] in place of the variable. */
static void push_element(struct reduction *reduction,
                         const struct ar_local *variable,
                         const struct ar_expr *list, size_t ix)
{
    struct ar_arena *arena = reduction->explainer->arena;
    struct ar_expr *element = make(reduction, AR_EXPR_INDEX, variable->type);
    element->n_operands = 2;
    element->operands = AR_NEW_ARRAY(arena, struct ar_expr *, 2);
    element->operands[0] = (struct ar_expr *)(uintptr_t)list;
    element->operands[1] = (struct ar_expr *)(uintptr_t)make_constant(
        reduction, &ar_type_int, ar_value_int((int64_t)ix));
    struct substitution substitution = {variable, element};
    ar_vector_push(arena, &reduction->elements, substitution);
}

/* A condition for each element, joined. */
static const struct ar_expr *expand(struct reduction *reduction,
                                    const struct ar_expr *expr,
                                    const struct ar_outcome *list,
                                    enum aspect aspect)
{
    struct ar_evaluator *evaluator = &reduction->explainer->evaluator;
    enum ar_expr_kind kind =
        expr->kind == AR_EXPR_EVERY ? AR_EXPR_AND : AR_EXPR_OR;
    const struct ar_expr *spelt = spell(reduction, expr->operands[0]);
    const struct ar_expr *decided = NULL;
    expr_vector operands = {0};
    unsigned generation = evaluator->frame->generation;
    bool is_over = false;
    for (size_t ix = 0; ix < list->value.as.list.count && !is_over; ix++) {
        ar_bind_element(evaluator, expr->local, list, expr->operands[0], ix);
        push_element(reduction, expr->local, spelt, ix);
        const struct ar_expr *each =
            reduce(reduction, expr->operands[1], aspect);
        reduction->elements.count--;
        is_over = add_operand(reduction, &operands, kind, each, &decided);
    }
    evaluator->frame->generation = generation;
    return is_over ? decided : make_chain(reduction, kind, &operands);
}

/* With its variable; inside of it nothing that names that is known. */
static const struct ar_expr *keep_loop(struct reduction *reduction,
                                       const struct ar_expr *expr,
                                       enum aspect aspect)
{
    struct ar_expr *copy = NULL;
    set_operand(reduction, &copy, expr, 0,
                reduce(reduction, expr->operands[0], EXACT));
    ar_vector_push(reduction->explainer->arena, &reduction->unbound,
                   expr->local);
    set_operand(reduction, &copy, expr, 1,
                reduce(reduction, expr->operands[1], aspect));
    reduction->unbound.count--;
    return copy ? copy : expr;
}

static const struct ar_expr *reduce_fold(struct reduction *reduction,
                                         const struct ar_expr *expr,
                                         enum aspect aspect)
{
    bool is_no = expr->kind == AR_EXPR_NO;
    enum aspect within = is_no ? turn(aspect) : aspect;
    if (names_unbound(reduction, expr->operands[0]))
        return keep_loop(reduction, expr, within);
    struct ar_outcome list =
        ar_explain_eval(reduction->explainer, expr->operands[0]);
    if (list.value.state != AR_STATE_VALUE ||
        list.value.as.list.count > MAX_EXPANDED || reduction->n_unfolded > 0)
        return keep_loop(reduction, expr, within);
    const struct ar_expr *joined = expand(reduction, expr, &list, within);
    return is_no ? make_not(reduction, joined) : joined;
}

/* ---- an expression ---- */

static const struct ar_expr *reduce_unknown(struct reduction *reduction,
                                            const struct ar_expr *expr)
{
    const struct ar_expr *operand = reduce(reduction, expr->operands[0], EXACT);
    if (is_constant(operand))
        return make_bool(reduction, false);
    return reduce_parts(reduction, expr);
}

static const struct ar_expr *reduce_node(struct reduction *reduction,
                                         const struct ar_expr *expr,
                                         enum aspect aspect)
{
    enum ar_expr_kind kind = expr->kind;
    if (kind == AR_EXPR_AND || kind == AR_EXPR_OR)
        return reduce_chain(reduction, expr, aspect);
    if (kind == AR_EXPR_NOT)
        return reduce_not(reduction, expr, aspect);
    if (kind == AR_EXPR_IF)
        return reduce_if(reduction, expr, aspect);
    if (kind == AR_EXPR_DEFAULT)
        return reduce_default(reduction, expr, aspect);
    if (kind == AR_EXPR_LOCAL)
        return reduce_local(reduction, expr, aspect);
    if (kind == AR_EXPR_UNKNOWN)
        return reduce_unknown(reduction, expr);
    if (kind == AR_EXPR_ANY || kind == AR_EXPR_EVERY || kind == AR_EXPR_NO)
        return reduce_fold(reduction, expr, aspect);
    if (kind == AR_EXPR_COUNT || kind == AR_EXPR_FIRST ||
        kind == AR_EXPR_FILTER)
        return keep_loop(reduction, expr, EXACT);
    return reduce_parts(reduction, expr);
}

static const struct ar_expr *reduce(struct reduction *reduction,
                                    const struct ar_expr *expr,
                                    enum aspect aspect)
{
    if (is_constant(expr) || reduction->n_nodes > MAX_NODES)
        return expr;
    const struct ar_expr *folded = fold(reduction, expr);
    if (!folded)
        folded = reduce_node(reduction, expr, aspect);
    return settle(reduction, folded, aspect);
}

/* ---- a rule ---- */

/* Of `for each` as a whole, while its list is not known. */
static const struct ar_expr *reduce_list(struct reduction *reduction)
{
    const struct ar_rule *rule = reduction->explainer->rule;
    struct ar_expr *any = make(reduction, AR_EXPR_ANY, &ar_type_bool);
    any->local = rule->element;
    any->n_operands = 2;
    any->operands =
        AR_NEW_ARRAY(reduction->explainer->arena, struct ar_expr *, 2);
    any->operands[0] = rule->each;
    any->operands[1] = rule->when;
    return keep_loop(reduction, any, TRUTH);
}

static const struct ar_expr *reduce_when(struct reduction *reduction,
                                         ptrdiff_t element)
{
    const struct ar_rule *rule = reduction->explainer->rule;
    ar_explainer_enter(reduction->explainer, AR_NO_ELEMENT);
    if (rule->each) {
        const struct ar_expr *list = spell(reduction, rule->each);
        if (element == AR_NO_ELEMENT ||
            !ar_explainer_enter(reduction->explainer, element))
            return reduce_list(reduction);
        push_element(reduction, rule->element, list, (size_t)element);
    }
    return reduce(reduction, rule->when, TRUTH);
}

const struct ar_expr *ar_residual(struct ar_explainer *explainer,
                                  ptrdiff_t element)
{
    struct reduction reduction = {.explainer = explainer,
                                  .next_slot = explainer->rule->n_slots};
    const struct ar_expr *applies = explainer->rule->applies;
    const struct ar_expr *decided = NULL;
    expr_vector operands = {0};
    ar_explainer_enter(explainer, AR_NO_ELEMENT);
    bool is_over =
        applies && add_operand(&reduction, &operands, AR_EXPR_AND,
                               reduce(&reduction, applies, TRUTH), &decided);
    is_over =
        is_over || add_operand(&reduction, &operands, AR_EXPR_AND,
                               reduce_when(&reduction, element), &decided);
    if (reduction.n_nodes > MAX_NODES || explainer->evaluator.exhausted)
        return NULL;
    return is_over ? decided : make_chain(&reduction, AR_EXPR_AND, &operands);
}
