/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_LINT_H
#define AR_SEMA_LINT_H
/* Private to the files lint*.c: what is looked for, file by file. */

#include "sema/checker.h"
#include "sema/constraint.h"
#include "sema/walk.h"

struct ar_lint {
    struct ar_checker *checker;
    struct ar_diags *diags;
    const struct ar_program *program;
    struct ar_arena *scratch; /* for one rule or pattern: reset in between */
    struct ar_arena *kept;    /* until all is looked at */
};

/* Constraints on scratch, with derived facts meaning their definitions. */
struct ar_constraints *ar_lint_constraints(struct ar_lint *lint);
/* The operands that `and` alone connects with the whole, through lets. */
typedef AR_VECTOR(struct ar_closure) ar_conjuncts;
void ar_lint_conjuncts(struct ar_lint *lint, struct ar_closure condition,
                       ar_conjuncts *out);
/* What must hold for the rule to match: of applies, then of when. The element
 * of `for each` is bound, so that it is known in other rules, too. */
ar_conjuncts ar_lint_rule_conjuncts(struct ar_lint *lint,
                                    struct ar_constraints *constraints,
                                    const struct ar_rule *rule);
bool ar_lint_assume_all(struct ar_constraints *constraints,
                        const ar_conjuncts *conjuncts);
/* Whether rules are evaluated at all. */
bool ar_lint_counts(const struct ar_rule *rule);

/* Names that nothing uses. */
void ar_lint_unused(struct ar_lint *lint);
/* Conditions and branches whose outcome is known. */
void ar_lint_conditions(struct ar_lint *lint);
/* Rules that cannot match, and what cannot be shown where they match. */
void ar_lint_contradictions(struct ar_lint *lint);
/* Rules that match with others. */
void ar_lint_pairs(struct ar_lint *lint);
/* Patterns that take far more work than their text is long. */
void ar_lint_patterns(struct ar_lint *lint);
/* Conditions that hold for want of evidence, or not for an unexpected one. */
void ar_lint_evidence(struct ar_lint *lint);

#endif
