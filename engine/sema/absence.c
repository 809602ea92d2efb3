/* SPDX-License-Identifier: Apache-2.0 */
/* A condition followed with some things absent and all others there: the
 * outcomes that are left, by the rules for true, false and neither. */
#include "sema/absence.h"

#include "sema/constraint.h"

enum {
    THERE = 1,
    NOT_THERE = 2,
    IS_TRUE = 1,
    IS_FALSE = 2,
    IS_NEITHER = 4,
    STEPS = 5000
};

struct absence {
    struct ar_terms terms;
    const struct ar_expr *field; /* that is absent; NULL: all facts are */
};

static unsigned states_of(struct absence *absence, struct ar_closure closure);
static unsigned outcomes_of(struct absence *absence, struct ar_closure closure);

static bool is_field(const struct absence *absence, const struct ar_expr *expr)
{
    const struct ar_expr *field = absence->field;
    return field && expr->kind == AR_EXPR_FIELD && expr->ix == field->ix &&
           expr->operands[0]->kind == AR_EXPR_LOCAL &&
           expr->operands[0]->local == field->operands[0]->local;
}

/* ---- whether there is a value ---- */

/* An operator gives nothing if one of its operands is absent. */
static unsigned states_of_operands(struct absence *absence,
                                   struct ar_closure closure)
{
    unsigned out = THERE;
    for (size_t i = 0; i < closure.expr->n_operands; i++) {
        unsigned states = states_of(absence, ar_closure_operand(closure, i));
        if (states == NOT_THERE)
            return NOT_THERE;
        out |= states & NOT_THERE;
    }
    return out;
}

static unsigned states_of_default(struct absence *absence,
                                  struct ar_closure closure)
{
    unsigned states = states_of(absence, ar_closure_operand(closure, 0));
    if (!(states & NOT_THERE))
        return states;
    return (states & THERE) |
           states_of(absence, ar_closure_operand(closure, 1));
}

static unsigned states_of_if(struct absence *absence, struct ar_closure closure)
{
    unsigned choice = outcomes_of(absence, ar_closure_operand(closure, 0));
    unsigned out = choice & IS_NEITHER ? NOT_THERE : 0;
    if (choice & IS_TRUE)
        out |= states_of(absence, ar_closure_operand(closure, 1));
    if (choice & IS_FALSE)
        out |= states_of(absence, ar_closure_operand(closure, 2));
    return out;
}

static unsigned states_of(struct absence *absence, struct ar_closure closure)
{
    closure = ar_term_resolve(&absence->terms, closure);
    const struct ar_expr *expr = closure.expr;
    bool all = !absence->field;
    if (absence->terms.steps-- <= 0)
        return all ? THERE | NOT_THERE : THERE;
    if (is_field(absence, expr))
        return NOT_THERE;
    if (expr->kind == AR_EXPR_CONSTANT || expr->kind == AR_EXPR_LIST)
        return THERE;
    if (expr->kind == AR_EXPR_DEFAULT)
        return states_of_default(absence, closure);
    if (expr->kind == AR_EXPR_IF)
        return states_of_if(absence, closure);
    if (all && expr->kind == AR_EXPR_FACT)
        return expr->fact->definitions.count > 0 ? THERE | NOT_THERE
                                                 : NOT_THERE;
    if (all && (expr->kind == AR_EXPR_LOCAL || expr->kind == AR_EXPR_TABLE ||
                expr->kind == AR_EXPR_TEMPLATE))
        return THERE | NOT_THERE;
    return states_of_operands(absence, closure);
}

/* ---- outcomes ---- */

static unsigned swap(unsigned bits)
{
    return (bits & IS_NEITHER) | (bits & IS_TRUE ? IS_FALSE : 0u) |
           (bits & IS_FALSE ? IS_TRUE : 0u);
}

/* In the order false, neither, true the least of each pair. */
static unsigned join_and(unsigned a, unsigned b)
{
    unsigned out = (a | b) & IS_FALSE;
    if (a & b & IS_TRUE)
        out |= IS_TRUE;
    if (((a & IS_NEITHER) && (b & ~(unsigned)IS_FALSE)) ||
        ((b & IS_NEITHER) && (a & IS_TRUE)))
        out |= IS_NEITHER;
    return out;
}

static unsigned outcomes_of_chain(struct absence *absence,
                                  struct ar_closure closure)
{
    bool is_or = closure.expr->kind == AR_EXPR_OR;
    unsigned out = IS_TRUE;
    for (size_t i = 0; i < closure.expr->n_operands; i++) {
        unsigned each = outcomes_of(absence, ar_closure_operand(closure, i));
        out = join_and(out, is_or ? swap(each) : each);
    }
    return is_or ? swap(out) : out;
}

/* What is left of an operand, if that is a constant or a list of them. */
static struct ar_expr *constant_of(struct absence *absence,
                                   struct ar_closure closure)
{
    closure = ar_term_resolve(&absence->terms, closure);
    while (closure.expr->kind == AR_EXPR_DEFAULT &&
           states_of(absence, ar_closure_operand(closure, 0)) == NOT_THERE)
        closure =
            ar_term_resolve(&absence->terms, ar_closure_operand(closure, 1));
    bool is_constant = closure.expr->kind == AR_EXPR_CONSTANT ||
                       closure.expr->kind == AR_EXPR_LIST;
    if (!is_constant)
        return NULL;
    struct ar_expr *out = AR_NEW(absence->terms.arena, struct ar_expr);
    *out = *closure.expr;
    return out;
}

/* A test of values that are there: what constants make of it. */
static unsigned outcomes_of_constants(struct absence *absence,
                                      struct ar_closure closure)
{
    struct ar_arena *arena = absence->terms.arena;
    struct ar_expr expr = *closure.expr;
    struct ar_closure copy = {&expr, NULL};
    expr.operands = AR_NEW_ARRAY(arena, struct ar_expr *, expr.n_operands);
    for (size_t i = 0; i < expr.n_operands; i++) {
        expr.operands[i] = constant_of(absence, ar_closure_operand(closure, i));
        if (!expr.operands[i])
            return IS_TRUE | IS_FALSE;
    }
    unsigned out = 0;
    if (ar_assume(ar_constraints_create(arena), copy, true))
        out |= IS_TRUE;
    if (ar_assume(ar_constraints_create(arena), copy, false))
        out |= IS_FALSE;
    return out != 0 ? out : IS_TRUE | IS_FALSE;
}

static unsigned outcomes_of_test(struct absence *absence,
                                 struct ar_closure closure)
{
    unsigned states = states_of_operands(absence, closure);
    unsigned out = states & NOT_THERE ? IS_NEITHER : 0;
    if (states & THERE)
        out |= outcomes_of_constants(absence, closure);
    return out;
}

/* Asking for absence is evidence of its own: where all is absent it leaves
 * open what comes of it. */
static unsigned outcomes_of_presence(struct absence *absence,
                                     struct ar_closure closure)
{
    bool is_exists = closure.expr->kind == AR_EXPR_EXISTS;
    if (!absence->field)
        return IS_TRUE | IS_FALSE;
    unsigned states = states_of(absence, ar_closure_operand(closure, 0));
    unsigned out =
        (states & THERE ? IS_TRUE : 0u) | (states & NOT_THERE ? IS_FALSE : 0u);
    return is_exists ? out : swap(out);
}

static unsigned outcomes_of_quantifier(struct absence *absence,
                                       struct ar_closure closure)
{
    unsigned states = states_of(absence, ar_closure_operand(closure, 0));
    unsigned out = states & NOT_THERE ? IS_NEITHER : 0;
    struct ar_closure body = ar_closure_operand(closure, 1);
    body.scope = ar_bind_variable(&absence->terms, closure.expr->local,
                                  ar_closure_operand(closure, 0));
    if (states & THERE)
        out |= IS_TRUE | IS_FALSE | outcomes_of(absence, body);
    return out;
}

static unsigned outcomes_of_branches(struct absence *absence,
                                     struct ar_closure closure)
{
    bool is_if = closure.expr->kind == AR_EXPR_IF;
    unsigned first = outcomes_of(absence, ar_closure_operand(closure, 0));
    if (!is_if)
        return first & IS_NEITHER
                   ? (first & (IS_TRUE | IS_FALSE)) |
                         outcomes_of(absence, ar_closure_operand(closure, 1))
                   : first;
    unsigned out = first & IS_NEITHER;
    if (first & IS_TRUE)
        out |= outcomes_of(absence, ar_closure_operand(closure, 1));
    if (first & IS_FALSE)
        out |= outcomes_of(absence, ar_closure_operand(closure, 2));
    return out;
}

/* A bool that is read or worked out. */
static unsigned outcomes_of_value(struct absence *absence,
                                  struct ar_closure closure)
{
    unsigned states = states_of(absence, closure);
    return (states & NOT_THERE ? IS_NEITHER : 0u) |
           (states & THERE ? IS_TRUE | IS_FALSE : 0u);
}

static bool is_test(enum ar_expr_kind kind)
{
    return kind == AR_EXPR_COMPARE || kind == AR_EXPR_IN_LIST ||
           kind == AR_EXPR_IN_MAP || kind == AR_EXPR_IN_RANGE ||
           kind == AR_EXPR_IN_CIDR || kind == AR_EXPR_MATCHES ||
           kind == AR_EXPR_CONTAINS || kind == AR_EXPR_STARTS_WITH ||
           kind == AR_EXPR_ENDS_WITH;
}

static unsigned outcomes_of(struct absence *absence, struct ar_closure closure)
{
    closure = ar_term_resolve(&absence->terms, closure);
    enum ar_expr_kind kind = closure.expr->kind;
    if (absence->terms.steps-- <= 0)
        return IS_TRUE | IS_FALSE;
    if (kind == AR_EXPR_CONSTANT)
        return ar_expr_value(closure.expr).as.boolean ? IS_TRUE : IS_FALSE;
    if (kind == AR_EXPR_AND || kind == AR_EXPR_OR)
        return outcomes_of_chain(absence, closure);
    if (kind == AR_EXPR_NOT)
        return swap(outcomes_of(absence, ar_closure_operand(closure, 0)));
    if (is_test(kind))
        return outcomes_of_test(absence, closure);
    if (kind == AR_EXPR_EXISTS || kind == AR_EXPR_ABSENT)
        return outcomes_of_presence(absence, closure);
    if (kind == AR_EXPR_UNKNOWN || kind == AR_EXPR_GROUP_EXISTS ||
        kind == AR_EXPR_GROUP_ABSENT)
        return IS_TRUE | IS_FALSE;
    if (kind == AR_EXPR_ANY || kind == AR_EXPR_EVERY || kind == AR_EXPR_NO)
        return outcomes_of_quantifier(absence, closure);
    if (kind == AR_EXPR_IF || kind == AR_EXPR_DEFAULT)
        return outcomes_of_branches(absence, closure);
    return outcomes_of_value(absence, closure);
}

static unsigned outcomes_with(struct ar_arena *arena,
                              const struct ar_expr *condition,
                              const struct ar_expr *field)
{
    struct absence absence = {
        .terms = {.arena = arena, .inlines_derived = true, .steps = STEPS},
        .field = field};
    return outcomes_of(&absence, (struct ar_closure){condition, NULL});
}

bool ar_absence_spoils(struct ar_arena *arena, const struct ar_expr *condition,
                       const struct ar_expr *field)
{
    return outcomes_with(arena, condition, field) & IS_NEITHER;
}

bool ar_absence_decides(struct ar_arena *arena, const struct ar_expr *condition)
{
    return outcomes_with(arena, condition, NULL) == IS_TRUE;
}
