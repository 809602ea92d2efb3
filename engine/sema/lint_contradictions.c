/* SPDX-License-Identifier: Apache-2.0 */
/* Rules whose conditions contradict each other, and steps that are left out
 * wherever their rule matches. */
#include "sema/lint.h"

/* Longer chains are not searched for the few that contradict each other. */
enum { MOST_SEARCHED = 200 };

static bool can_all_hold(struct ar_lint *lint, const ar_conjuncts *conjuncts)
{
    return ar_lint_assume_all(ar_lint_constraints(lint), conjuncts);
}

/* Leaves out one after the other as long as the rest still cannot be. */
static void reduce(struct ar_lint *lint, ar_conjuncts *conjuncts)
{
    for (size_t i = 0; i < conjuncts->count;) {
        ar_conjuncts rest = {0};
        for (size_t k = 0; k < conjuncts->count; k++) {
            if (k != i)
                ar_vector_push(lint->scratch, &rest, conjuncts->at[k]);
        }
        if (rest.count > 0 && !can_all_hold(lint, &rest))
            *conjuncts = rest;
        else
            i++;
    }
}

/* One alone was reported where it stands. */
static void report_rule(struct ar_lint *lint, const struct ar_rule *rule,
                        ar_conjuncts *conjuncts)
{
    if (conjuncts->count <= MOST_SEARCHED)
        reduce(lint, conjuncts);
    if (conjuncts->count < 2)
        return;
    bool is_reduced = conjuncts->count <= MOST_SEARCHED;
    ar_span last = conjuncts->at[conjuncts->count - 1].expr->span;
    struct ar_diag *diag = ar_diag(lint->diags, AR_W1012,
                                   is_reduced ? last : rule->span, rule->id);
    for (size_t i = 0; is_reduced && i + 1 < conjuncts->count; i++)
        ar_diag_note(lint->diags, diag, conjuncts->at[i].expr->span,
                     AR_STR("both cannot hold at once"));
}

/* ---- what is shown where the rule matches ---- */

struct shown {
    struct ar_lint *lint;
    struct ar_constraints *constraints; /* the rule matches */
    const struct ar_binding *scope;     /* with the element of `for each` */
};

/* By itself it can be so; only the rule's conditions are against it. */
static bool is_possible_alone(struct ar_lint *lint, struct ar_closure closure,
                              bool outcome)
{
    return ar_assume(ar_lint_constraints(lint), closure, outcome);
}

static void check_shown(const struct ar_root *root, void *user)
{
    struct shown *shown = user;
    struct ar_closure closure = {root->expr, shown->scope};
    bool outcome = root->kind != AR_ROOT_UNLESS;
    if (root->kind != AR_ROOT_IF && root->kind != AR_ROOT_UNLESS &&
        root->kind != AR_ROOT_SYMPTOM)
        return;
    struct ar_constraints_mark mark = ar_constraints_mark(shown->constraints);
    bool is_possible = ar_assume(shown->constraints, closure, outcome);
    ar_constraints_undo(shown->constraints, mark);
    if (is_possible || !is_possible_alone(shown->lint, closure, outcome))
        return;
    struct ar_diag *diag =
        ar_diag(shown->lint->diags, AR_W1014, root->expr->span,
                outcome ? AR_STR("true") : AR_STR("false"));
    ar_diag_note(shown->lint->diags, diag, root->rule->when->span,
                 AR_STR("the rule matches where this holds"));
}

static void check_rule(struct ar_lint *lint, const struct ar_rule *rule)
{
    struct ar_constraints *constraints = ar_lint_constraints(lint);
    ar_conjuncts conjuncts = ar_lint_rule_conjuncts(lint, constraints, rule);
    if (!ar_lint_assume_all(constraints, &conjuncts)) {
        report_rule(lint, rule, &conjuncts);
        return;
    }
    struct shown shown = {lint, constraints,
                          conjuncts.at[conjuncts.count - 1].scope};
    ar_walk_rule(rule, check_shown, &shown);
}

void ar_lint_contradictions(struct ar_lint *lint)
{
    for (size_t i = 0; i < lint->program->rules.count; i++) {
        if (ar_lint_counts(lint->program->rules.at[i]))
            check_rule(lint, lint->program->rules.at[i]);
        ar_arena_reset(lint->scratch);
    }
}
