/* SPDX-License-Identifier: Apache-2.0 */
/* What is allowed but is hardly what was meant: the way in, and what the
 * files lint_*.c share. */
#include "sema/lint.h"

static void free_arena(void *arena)
{
    ar_arena_free(arena);
}

/* Also freed where memory runs out: that jumps out of here. */
static struct ar_arena *open_arena(struct ar_checker *checker)
{
    struct ar_arena *arena = AR_NEW(checker->arena, struct ar_arena);
    arena->limit_bytes = checker->arena->limit_bytes;
    arena->out_of_memory = checker->arena->out_of_memory;
    ar_arena_defer(checker->arena, free_arena, arena);
    return arena;
}

struct ar_constraints *ar_lint_constraints(struct ar_lint *lint)
{
    struct ar_constraints *constraints = ar_constraints_create(lint->scratch);
    constraints->terms.inlines_derived = true;
    return constraints;
}

void ar_lint_conjuncts(struct ar_lint *lint, struct ar_closure condition,
                       ar_conjuncts *out)
{
    const struct ar_expr *expr = condition.expr;
    bool is_let =
        expr->kind == AR_EXPR_LOCAL && expr->local->kind == AR_LOCAL_LET;
    struct ar_closure let = {is_let ? expr->local->expr : expr,
                             condition.scope};
    if (let.expr->kind != AR_EXPR_AND) {
        ar_vector_push(lint->scratch, out, condition);
        return;
    }
    for (size_t i = 0; i < let.expr->n_operands; i++)
        ar_lint_conjuncts(lint, ar_closure_operand(let, i), out);
}

ar_conjuncts ar_lint_rule_conjuncts(struct ar_lint *lint,
                                    struct ar_constraints *constraints,
                                    const struct ar_rule *rule)
{
    ar_conjuncts out = {0};
    struct ar_closure applies = {rule->applies, NULL};
    struct ar_closure when = {rule->when, NULL};
    struct ar_closure each = {rule->each, NULL};
    if (rule->each)
        when.scope = ar_bind_variable(&constraints->terms, rule->element, each);
    if (rule->applies)
        ar_lint_conjuncts(lint, applies, &out);
    ar_lint_conjuncts(lint, when, &out);
    return out;
}

/* Twice, so that those that leave a choice are seen with all that decides
 * it. */
bool ar_lint_assume_all(struct ar_constraints *constraints,
                        const ar_conjuncts *conjuncts)
{
    for (size_t i = 0; i < 2 * conjuncts->count; i++) {
        if (!ar_assume(constraints, conjuncts->at[i % conjuncts->count], true))
            return false;
    }
    return true;
}

bool ar_lint_counts(const struct ar_rule *rule)
{
    return rule->pack->not_loaded.len == 0 &&
           rule->details->not_loaded.len == 0 &&
           rule->details->disabled_because.len == 0 && rule->when != NULL;
}

void ar_check_lint(struct ar_checker *checker)
{
    struct ar_lint lint = {.checker = checker,
                           .diags = checker->diags,
                           .program = checker->program};
    lint.scratch = open_arena(checker);
    lint.kept = open_arena(checker);
    ar_lint_unused(&lint);
    ar_lint_conditions(&lint);
    ar_lint_contradictions(&lint);
    ar_lint_pairs(&lint);
    ar_lint_patterns(&lint);
    ar_lint_evidence(&lint);
    ar_arena_free(lint.scratch);
    ar_arena_free(lint.kept);
}
