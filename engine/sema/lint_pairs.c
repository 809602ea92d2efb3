/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that match wherever another one does, and rules that are decided by
 * the same text alone. A rule is compared only with those whose rarest term
 * it restricts too, so that the work grows with the number of rules. */
#include "sema/lint.h"

enum {
    MOST_COMPARED = 64, /* rules with one other */
    MOST_REPORTED = 3,  /* of one rule */
    MOST_FOLLOWED = 256 /* rules below one by supersession */
};

struct summary {
    const struct ar_rule *rule;
    AR_VECTOR(size_t) terms; /* that it restricts, as numbers of names */
    ar_str text_key;         /* of its text and applies; or empty */
    ar_str each_key;         /* of the list of `for each`; or empty */
};

/* The rules whose rarest term this is. */
struct name {
    size_t n_rules; /* that restrict it */
    AR_VECTOR(struct summary *) rarest;
};

struct pairs {
    struct ar_lint *lint;
    struct ar_map names; /* key of a term -> index in by_ix, plus 1 */
    AR_VECTOR(struct name *) by_ix;
    AR_VECTOR(size_t *) numbers;
    AR_VECTOR(struct summary *) summaries;
};

/* ---- supersession ---- */

static bool explains(struct ar_lint *lint, const struct ar_rule *cause,
                     const struct ar_rule *symptom)
{
    AR_VECTOR(const struct ar_rule *) queue = {0};
    ar_vector_push(lint->scratch, &queue, cause);
    for (size_t i = 0; i < queue.count && i < MOST_FOLLOWED; i++) {
        for (size_t k = 0; k < queue.at[i]->details->supersedes.count; k++) {
            const struct ar_rule *below =
                queue.at[i]->details->supersedes.at[k].rule;
            if (below == symptom)
                return true;
            if (below)
                ar_vector_push(lint->scratch, &queue, below);
        }
    }
    return false;
}

static bool are_ordered(struct ar_lint *lint, const struct ar_rule *a,
                        const struct ar_rule *b)
{
    return explains(lint, a, b) || explains(lint, b, a);
}

/* ---- what a rule says ---- */

static size_t name_of(struct pairs *pairs, ar_str key)
{
    struct ar_arena *kept = pairs->lint->kept;
    const size_t *known = ar_map_get(&pairs->names, key);
    if (known)
        return *known;
    size_t *ix = AR_NEW(kept, size_t);
    *ix = pairs->by_ix.count;
    ar_vector_push(kept, &pairs->by_ix, AR_NEW(kept, struct name));
    ar_map_put(kept, &pairs->names, ar_str_copy(kept, key), ix);
    return *ix;
}

static void add_term(struct pairs *pairs, struct summary *summary, ar_str key)
{
    size_t ix = name_of(pairs, key);
    for (size_t i = 0; i < summary->terms.count; i++) {
        if (summary->terms.at[i] == ix)
            return;
    }
    pairs->by_ix.at[ix]->n_rules++;
    ar_vector_push(pairs->lint->kept, &summary->terms, ix);
}

static bool is_text_test(enum ar_expr_kind kind)
{
    return kind == AR_EXPR_MATCHES || kind == AR_EXPR_CONTAINS ||
           kind == AR_EXPR_STARTS_WITH || kind == AR_EXPR_ENDS_WITH;
}

static bool is_plain(ar_str pattern)
{
    for (size_t i = 0; i < pattern.len; i++) {
        if (ar_str_find(AR_STR("\\^$.[]|()?*+{}"),
                        ar_str_slice(pattern, i, i + 1), 0) != SIZE_MAX)
            return false;
    }
    return true;
}

/* Groups by any name, and none at all, look for the same text. */
static ar_str without_names(struct ar_arena *arena, ar_str pattern)
{
    struct ar_buf out = AR_BUF(arena);
    for (size_t at = 0; at < pattern.len;) {
        ar_str rest = ar_str_slice(pattern, at, pattern.len);
        size_t end = ar_str_find(rest, AR_STR(">"), 0);
        bool is_name = ar_str_starts_with(rest, AR_STR("(?<")) &&
                       !ar_str_starts_with(rest, AR_STR("(?<=")) &&
                       !ar_str_starts_with(rest, AR_STR("(?<!")) &&
                       end != SIZE_MAX;
        ar_buf_put_char(&out, pattern.ptr[at]);
        at += is_name ? end + 1 : 1;
    }
    return ar_buf_view(&out);
}

/* The text that a condition looks for, and where; false if it is about
 * something else. */
static bool text_key(struct ar_constraints *constraints,
                     struct ar_closure closure, ar_str *out)
{
    struct ar_terms *terms = &constraints->terms;
    closure = ar_term_resolve(terms, closure);
    const struct ar_expr *expr = closure.expr;
    ar_value text;
    ar_str subject;
    bool is_equal = expr->kind == AR_EXPR_COMPARE &&
                    expr->op == AR_OPERATOR_EQUAL &&
                    expr->operands[0]->type->kind == AR_TYPE_STRING;
    if (!is_equal && !is_text_test(expr->kind))
        return false;
    if (!ar_term_key(terms, ar_closure_operand(closure, 0), &subject))
        return false;
    enum ar_expr_kind kind = expr->kind;
    ar_str flags = AR_STR("");
    if (kind == AR_EXPR_MATCHES) {
        text.as.string = without_names(terms->arena, expr->match->pattern);
        flags = expr->match->flags;
        if (flags.len == 0 && is_plain(text.as.string))
            kind = AR_EXPR_CONTAINS;
    } else if (!ar_term_fold(terms, ar_closure_operand(closure, 1), &text)) {
        return false;
    }
    *out = ar_str_printf(
        terms->arena,
        "%d " AR_STR_FORMAT " " AR_STR_FORMAT " of " AR_STR_FORMAT, (int)kind,
        AR_STR_ARG(text.as.string), AR_STR_ARG(flags), AR_STR_ARG(subject));
    return true;
}

/* Empty unless `when` is about one text and nothing else. */
static ar_str rule_text_key(struct ar_lint *lint,
                            struct ar_constraints *constraints,
                            const struct ar_rule *rule,
                            const ar_conjuncts *conjuncts)
{
    struct ar_buf out = AR_BUF(lint->kept);
    ar_str key;
    struct ar_closure last = conjuncts->at[conjuncts->count - 1];
    ar_conjuncts of_when = {0};
    struct ar_closure when = {rule->when, last.scope};
    ar_lint_conjuncts(lint, when, &of_when);
    if (of_when.count != 1 || !text_key(constraints, last, &key))
        return ar_buf_view(&out);
    ar_buf_put(&out, key);
    for (size_t i = 0; i + 1 < conjuncts->count; i++) {
        ar_buf_put_c(&out, " and ");
        if (!ar_term_key(&constraints->terms, conjuncts->at[i], &key))
            return (ar_str){NULL, 0};
        ar_buf_put(&out, key);
    }
    return ar_buf_view(&out);
}

/* False if the rule cannot match, which is said elsewhere. */
static bool assume_rule(struct pairs *pairs, struct ar_constraints *constraints,
                        const struct ar_rule *rule, ar_conjuncts *conjuncts)
{
    struct ar_closure each = {rule->each, NULL};
    *conjuncts = ar_lint_rule_conjuncts(pairs->lint, constraints, rule);
    return (!rule->each || ar_assume_value(constraints, each)) &&
           ar_lint_assume_all(constraints, conjuncts) &&
           !ar_constraints_spent(constraints);
}

static void summarize(struct pairs *pairs, const struct ar_rule *rule)
{
    struct ar_lint *lint = pairs->lint;
    struct ar_constraints *constraints = ar_lint_constraints(lint);
    struct summary *summary = AR_NEW(lint->kept, struct summary);
    struct ar_closure each = {rule->each, NULL};
    ar_conjuncts conjuncts;
    ar_str key;
    summary->rule = rule;
    if (!assume_rule(pairs, constraints, rule, &conjuncts))
        return;
    summary->text_key = rule_text_key(lint, constraints, rule, &conjuncts);
    if (rule->each && ar_term_key(&constraints->terms, each, &key))
        summary->each_key = ar_str_copy(lint->kept, key);
    for (size_t i = 0; i < constraints->trail.count; i++)
        add_term(pairs, summary,
                 constraints->list.at[constraints->trail.at[i].ix].key);
    ar_vector_push(lint->kept, &pairs->summaries, summary);
}

static void file_by_rarest(struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->summaries.count; i++) {
        struct summary *summary = pairs->summaries.at[i];
        struct name *rarest = NULL;
        for (size_t k = 0; k < summary->terms.count; k++) {
            struct name *name = pairs->by_ix.at[summary->terms.at[k]];
            if (!rarest || name->n_rules < rarest->n_rules)
                rarest = name;
        }
        if (rarest)
            ar_vector_push(pairs->lint->kept, &rarest->rarest, summary);
    }
}

/* ---- one rule implies another ---- */

/* The condition holds wherever the constraints do: to assume it changes
 * nothing. */
static bool follows(struct ar_constraints *constraints,
                    struct ar_closure closure, bool outcome)
{
    closure = ar_term_resolve(&constraints->terms, closure);
    enum ar_expr_kind kind = closure.expr->kind;
    if (kind == AR_EXPR_NOT)
        return follows(constraints, ar_closure_operand(closure, 0), !outcome);
    if (kind == AR_EXPR_AND || kind == AR_EXPR_OR) {
        bool needs_all = (kind == AR_EXPR_AND) == outcome;
        for (size_t i = 0; i < closure.expr->n_operands; i++) {
            if (follows(constraints, ar_closure_operand(closure, i), outcome) !=
                needs_all)
                return !needs_all;
        }
        return needs_all;
    }
    struct ar_constraints_mark mark = ar_constraints_mark(constraints);
    constraints->is_exact = true;
    bool holds = ar_assume(constraints, closure, outcome) &&
                 constraints->is_exact && !ar_constraints_spent(constraints) &&
                 constraints->trail.count == mark.n_changes;
    ar_constraints_undo(constraints, mark);
    return holds;
}

static bool all_follow(struct pairs *pairs, struct ar_constraints *constraints,
                       const struct ar_rule *rule)
{
    ar_conjuncts conjuncts =
        ar_lint_rule_conjuncts(pairs->lint, constraints, rule);
    for (size_t i = 0; i < conjuncts.count; i++) {
        if (!follows(constraints, conjuncts.at[i], true))
            return false;
    }
    return true;
}

static bool has_terms(const struct summary *outer, const struct summary *inner)
{
    for (size_t i = 0; i < inner->terms.count; i++) {
        size_t k = 0;
        while (k < outer->terms.count &&
               outer->terms.at[k] != inner->terms.at[i])
            k++;
        if (k == outer->terms.count)
            return false;
    }
    return true;
}

static bool is_same_text(const struct summary *a, const struct summary *b)
{
    return a->text_key.len > 0 && ar_str_equal(a->text_key, b->text_key);
}

/* Whether it is worth to look closer. */
static bool may_imply(const struct summary *narrow, const struct summary *wide)
{
    return narrow != wide && !is_same_text(narrow, wide) &&
           (wide->each_key.len == 0 ||
            ar_str_equal(wide->each_key, narrow->each_key)) &&
           (!wide->rule->each || wide->each_key.len > 0) &&
           has_terms(narrow, wide);
}

/* Of two that match together the one that comes later is told. */
static bool comes_before(const struct ar_rule *a, const struct ar_rule *b)
{
    return a->span.file != b->span.file ? a->span.file < b->span.file
                                        : a->span.start < b->span.start;
}

static bool implies(struct pairs *pairs, const struct summary *narrow,
                    const struct summary *wide)
{
    struct ar_constraints *constraints = ar_lint_constraints(pairs->lint);
    ar_conjuncts conjuncts;
    return may_imply(narrow, wide) &&
           assume_rule(pairs, constraints, narrow->rule, &conjuncts) &&
           all_follow(pairs, constraints, wide->rule);
}

static void report_implied(struct pairs *pairs, const struct summary *narrow,
                           const struct summary *wide, bool both)
{
    struct ar_diags *diags = pairs->lint->diags;
    struct ar_diag *diag = ar_diag(
        diags, AR_W1020, narrow->rule->span, narrow->rule->id, wide->rule->id,
        both ? AR_STR("exactly where") : AR_STR("only where"));
    ar_diag_note(diags, diag, wide->rule->span,
                 AR_STR("which matches there, too"));
    ar_str advice =
        ar_str_printf(pairs->lint->scratch,
                      "if '" AR_STR_FORMAT
                      "' knows the cause, add: supersedes " AR_STR_FORMAT,
                      AR_STR_ARG(narrow->rule->id), AR_STR_ARG(wide->rule->id));
    if (!both)
        ar_diag_note(diags, diag, (ar_span){0, 0, 0}, advice);
}

/* Returns whether the pair was reported. */
static bool compare(struct pairs *pairs, struct ar_constraints *constraints,
                    const struct summary *narrow, const struct summary *wide)
{
    if (!may_imply(narrow, wide) ||
        are_ordered(pairs->lint, narrow->rule, wide->rule) ||
        !all_follow(pairs, constraints, wide->rule))
        return false;
    bool both = implies(pairs, wide, narrow);
    if (both && comes_before(narrow->rule, wide->rule))
        return false;
    report_implied(pairs, narrow, wide, both);
    return true;
}

static void compare_with_others(struct pairs *pairs,
                                const struct summary *narrow)
{
    struct ar_constraints *constraints = ar_lint_constraints(pairs->lint);
    ar_conjuncts conjuncts;
    size_t n_compared = 0;
    size_t n_reported = 0;
    if (!assume_rule(pairs, constraints, narrow->rule, &conjuncts))
        return;
    for (size_t i = 0; i < narrow->terms.count; i++) {
        const struct name *name = pairs->by_ix.at[narrow->terms.at[i]];
        for (size_t k = 0; k < name->rarest.count; k++) {
            if (n_compared++ == MOST_COMPARED || n_reported == MOST_REPORTED)
                return;
            if (compare(pairs, constraints, narrow, name->rarest.at[k]))
                n_reported++;
        }
    }
}

/* ---- the same text ---- */

static void report_same_texts(struct pairs *pairs)
{
    struct ar_lint *lint = pairs->lint;
    struct ar_map first = {0}; /* text key -> struct summary * */
    for (size_t i = 0; i < pairs->summaries.count; i++) {
        struct summary *summary = pairs->summaries.at[i];
        const struct ar_rule *rule = summary->rule;
        if (summary->text_key.len == 0)
            continue;
        const struct summary *other = ar_map_get(&first, summary->text_key);
        if (!other) {
            ar_map_put(lint->kept, &first, summary->text_key, summary);
            continue;
        }
        if (are_ordered(lint, rule, other->rule))
            continue;
        struct ar_diag *diag = ar_diag(lint->diags, AR_W1021, rule->when->span,
                                       rule->id, other->rule->id);
        ar_diag_note(lint->diags, diag, other->rule->when->span,
                     AR_STR("the same text decides here"));
    }
}

void ar_lint_pairs(struct ar_lint *lint)
{
    struct pairs pairs = {.lint = lint};
    for (size_t i = 0; i < lint->program->rules.count; i++) {
        if (ar_lint_counts(lint->program->rules.at[i]))
            summarize(&pairs, lint->program->rules.at[i]);
        ar_arena_reset(lint->scratch);
    }
    file_by_rarest(&pairs);
    for (size_t i = 0; i < pairs.summaries.count; i++) {
        compare_with_others(&pairs, pairs.summaries.at[i]);
        ar_arena_reset(lint->scratch);
    }
    report_same_texts(&pairs);
}
