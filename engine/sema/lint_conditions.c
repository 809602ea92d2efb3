/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions that never come out false, or never true, by themselves; and
 * branches that are never reached. The innermost place is reported, since
 * what stands around it follows from it. */
#include "sema/lint.h"

enum { STEPS = 16000, STEPS_OF_NODE = 50 };

/* What is known at a branch of `if`: the conditions around it. */
struct known {
    struct ar_closure condition;
    bool outcome;
};

struct visit {
    struct ar_lint *lint;
    AR_VECTOR(struct known) path;
    long steps; /* left for all questions about one root */
};

/* Nothing on scratch outlives a question: a chain may have many operands.
 * When the steps are used up, everything can be. */
static bool can_all_be(struct visit *visit, const struct known *all,
                       size_t count)
{
    ar_arena_reset(visit->lint->scratch);
    struct ar_constraints *constraints = ar_lint_constraints(visit->lint);
    if (constraints->terms.steps > visit->steps)
        constraints->terms.steps = visit->steps;
    long steps = constraints->terms.steps;
    bool can_be = true;
    for (size_t i = 0; i < count && can_be; i++)
        can_be = ar_assume(constraints, all[i].condition, all[i].outcome);
    visit->steps -= steps - constraints->terms.steps;
    return can_be;
}

static bool can_be(struct visit *visit, const struct ar_expr *expr,
                   bool outcome)
{
    struct known known = {{expr, NULL}, outcome};
    return can_all_be(visit, &known, 1);
}

/* Conditions that say something themselves. What a name stands for is judged
 * where it is declared; a function also for the arguments of a call. */
static bool is_judged(struct visit *visit, const struct ar_expr *expr)
{
    enum ar_expr_kind kind = expr->kind;
    if (expr->type->kind != AR_TYPE_BOOL)
        return false;
    if (kind == AR_EXPR_DEF)
        return expr->def->body && can_be(visit, expr->def->body, true) &&
               can_be(visit, expr->def->body, false);
    return kind != AR_EXPR_CONSTANT && kind != AR_EXPR_LOCAL &&
           kind != AR_EXPR_FACT && kind != AR_EXPR_FIELD &&
           kind != AR_EXPR_INDEX && kind != AR_EXPR_MAP_INDEX &&
           kind != AR_EXPR_FUNCTION && kind != AR_EXPR_FIRST;
}

/* Reports a condition that has not both outcomes; false if it has. */
static bool judge(struct visit *visit, const struct ar_expr *expr)
{
    struct ar_diags *diags = visit->lint->diags;
    if (!can_be(visit, expr, true))
        ar_diag_plain(diags, AR_W1011, expr->span);
    else if (!can_be(visit, expr, false))
        ar_diag_plain(diags, AR_W1010, expr->span);
    else
        return false;
    return true;
}

/* ---- branches ---- */

/* A literal condition, or one that the conditions around it decide. The last
 * entry of the path says what the branch needs. */
static bool is_reached(struct visit *visit, const struct ar_expr *condition)
{
    size_t n = visit->path.count;
    bool outcome = visit->path.at[n - 1].outcome;
    if (can_all_be(visit, visit->path.at, n))
        return true;
    if (condition->kind == AR_EXPR_CONSTANT)
        return false;
    return !can_be(visit, condition, outcome) ||
           !can_all_be(visit, visit->path.at, n - 1);
}

static void report_branch(struct visit *visit, const struct ar_expr *expr,
                          size_t branch)
{
    struct ar_diags *diags = visit->lint->diags;
    struct ar_diag *diag =
        ar_diag_plain(diags, AR_W1013, expr->operands[branch]->span);
    ar_diag_note(diags, diag, expr->operands[0]->span,
                 branch == 1 ? AR_STR("this is not true here")
                             : AR_STR("this is not false here"));
}

static bool visit_expr(struct visit *visit, const struct ar_expr *expr);

static bool visit_if(struct visit *visit, const struct ar_expr *expr)
{
    const struct ar_expr *condition = expr->operands[0];
    bool reported = visit_expr(visit, condition);
    for (size_t branch = 1; branch <= 2; branch++) {
        struct known known = {{condition, NULL}, branch == 1};
        ar_vector_push(visit->lint->kept, &visit->path, known);
        if (!reported && !is_reached(visit, condition)) {
            report_branch(visit, expr, branch);
            reported = true;
        }
        reported = visit_expr(visit, expr->operands[branch]) || reported;
        visit->path.count--;
    }
    return reported;
}

/* ---- expressions ---- */

static bool is_not_in(const struct ar_expr *expr)
{
    return expr->kind == AR_EXPR_NOT &&
           expr->span.start == expr->operands[0]->span.start &&
           expr->span.end == expr->operands[0]->span.end;
}

static bool visit_parts(struct visit *visit, const struct ar_expr *expr)
{
    bool reported = false;
    if (expr->kind == AR_EXPR_IF)
        return visit_if(visit, expr);
    if (is_not_in(expr)) /* one operator: its inner half is not judged */
        return visit_parts(visit, expr->operands[0]);
    for (size_t i = 0; i < expr->n_operands; i++)
        reported = visit_expr(visit, expr->operands[i]) || reported;
    const struct ar_template *string = ar_expr_template(expr);
    for (size_t i = 0; string && i < string->n_parts; i++) {
        if (string->parts[i].expr)
            reported = visit_expr(visit, string->parts[i].expr) || reported;
    }
    return reported;
}

static bool visit_expr(struct visit *visit, const struct ar_expr *expr)
{
    bool reported = visit_parts(visit, expr);
    if (reported || !is_judged(visit, expr))
        return reported;
    return judge(visit, expr);
}

/* Chains of applies and when are judged together, elsewhere. */
static bool visit_chain(struct visit *visit, const struct ar_expr *expr)
{
    bool reported = false;
    for (size_t i = 0; i < expr->n_operands; i++) {
        const struct ar_expr *operand = expr->operands[i];
        bool is_chain = operand->kind == AR_EXPR_AND;
        reported = (is_chain ? visit_chain(visit, operand)
                             : visit_expr(visit, operand)) ||
                   reported;
    }
    return reported;
}

static bool is_chain_of_rule(const struct ar_root *root)
{
    return (root->kind == AR_ROOT_APPLIES || root->kind == AR_ROOT_WHEN) &&
           root->expr->kind == AR_EXPR_AND;
}

/* `when true` makes a finding of each element of `for each`. */
static bool is_bare_constant(const struct ar_root *root)
{
    if (root->expr->kind != AR_EXPR_CONSTANT ||
        root->expr->type->kind != AR_TYPE_BOOL)
        return false;
    bool is_all_elements = root->rule && root->rule->each &&
                           root->kind == AR_ROOT_WHEN &&
                           ar_expr_value(root->expr).as.boolean;
    return root->kind != AR_ROOT_LET && root->kind != AR_ROOT_DEF &&
           root->kind != AR_ROOT_DEFINITION && root->kind != AR_ROOT_TEXT &&
           root->kind != AR_ROOT_KEY && !is_all_elements;
}

static void count_node(struct ar_expr *expr, void *user)
{
    long *n_nodes = user;
    (void)expr;
    (*n_nodes)++;
}

static void visit_root(const struct ar_root *root, void *user)
{
    struct visit visit = {.lint = user};
    long n_nodes = 0;
    ar_expr_walk(root->expr, count_node, &n_nodes);
    visit.steps = STEPS + STEPS_OF_NODE * n_nodes;
    if (is_bare_constant(root))
        judge(&visit, root->expr);
    else if (!is_chain_of_rule(root))
        visit_expr(&visit, root->expr);
    else if (!visit_chain(&visit, root->expr) &&
             !can_be(&visit, root->expr, false))
        ar_diag_plain(visit.lint->diags, AR_W1010, root->expr->span);
}

void ar_lint_conditions(struct ar_lint *lint)
{
    ar_walk_program(lint->program, visit_root, lint);
}
