/* SPDX-License-Identifier: Apache-2.0 */
/* The terms that assumptions are about, what is left of each, and how to go
 * back: every narrowing is noted on a trail. */
#include "sema/constraint.h"

enum {
    STEPS = 8000,   /* then an analysis knows no more than it does */
    ROUNDS = 4,     /* of drawing conclusions from relations */
    FEW_TEXTS = 64, /* a pattern is tried on each of so many at most */
    TEXT_FUEL = 20000,
    BYTES_OF_STEP = 32
};

struct ar_constraints *ar_constraints_create(struct ar_arena *arena)
{
    struct ar_constraints *constraints = AR_NEW(arena, struct ar_constraints);
    constraints->terms.arena = arena;
    constraints->terms.steps = STEPS;
    constraints->is_exact = true;
    return constraints;
}

bool ar_constraints_spent(const struct ar_constraints *constraints)
{
    return constraints->terms.steps <= 0;
}

/* ---- terms ---- */

size_t ar_constraints_named(struct ar_constraints *constraints, ar_str key,
                            const struct ar_type *type)
{
    struct ar_arena *arena = constraints->terms.arena;
    const size_t *known = ar_map_get(&constraints->ix_by_key, key);
    if (known)
        return *known;
    struct ar_term term = {.key = key, .states = AR_TERM_ANY};
    if (type && ar_type_is_scalar(type) && type->kind != AR_TYPE_POISON)
        term.domain = ar_domain_all(arena, type);
    size_t *ix = AR_NEW(arena, size_t);
    *ix = constraints->list.count;
    ar_vector_push(arena, &constraints->list, term);
    ar_map_put(arena, &constraints->ix_by_key, key, ix);
    return *ix;
}

/* What a table can give in one column. */
static struct ar_domain column_values(struct ar_terms *terms,
                                      const struct ar_table *table, size_t ix)
{
    ar_value *values = AR_NEW_ARRAY(terms->arena, ar_value, table->n_rows);
    size_t n = 0;
    for (size_t row = 0; row < table->n_rows; row++) {
        ar_value value = table->rows[row].result.as.list.items[ix];
        if (value.state == AR_STATE_VALUE)
            values[n++] = value;
    }
    terms->steps -= (long)(table->n_rows / 8);
    return ar_domain_of_set(terms->arena, table->output->fields[ix].type,
                            values, n);
}

static bool counts(const struct ar_expr *expr)
{
    if (expr->kind == AR_EXPR_FUNCTION)
        return expr->function == AR_FUNCTION_LENGTH ||
               expr->function == AR_FUNCTION_ABS;
    if (expr->kind == AR_EXPR_FACT)
        return expr->fact->definitions.count == 0 &&
               expr->type->kind == AR_TYPE_SIZE;
    return expr->kind == AR_EXPR_COUNT || expr->kind == AR_EXPR_PART;
}

/* What a term's value can be in the first place: no fact is a negative size,
 * no list has a negative length. */
static struct ar_domain first_domain(struct ar_terms *terms,
                                     const struct ar_expr *expr)
{
    struct ar_arena *arena = terms->arena;
    const struct ar_type *type = expr->type;
    bool is_of_table =
        expr->kind == AR_EXPR_FIELD && expr->operands[0]->kind == AR_EXPR_TABLE;
    if (is_of_table && terms->steps > 0)
        return column_values(terms, expr->operands[0]->table, expr->ix);
    bool is_whole = type->kind == AR_TYPE_INT || type->kind == AR_TYPE_SIZE ||
                    type->kind == AR_TYPE_DURATION;
    if (!is_whole || !counts(expr))
        return ar_domain_all(arena, type);
    ar_value zero = {.state = AR_STATE_VALUE, .type = type};
    return ar_domain_of(arena, AR_OPERATOR_GREATER_EQUAL, zero);
}

size_t ar_constraints_term(struct ar_constraints *constraints,
                           struct ar_closure closure)
{
    ar_str key;
    if (!ar_term_key(&constraints->terms, closure, &key)) {
        constraints->is_exact = false;
        return SIZE_MAX;
    }
    constraints->terms.steps -= (long)(key.len / BYTES_OF_STEP);
    size_t n_known = constraints->list.count;
    size_t ix = ar_constraints_named(constraints, key, closure.expr->type);
    struct ar_term *term = &constraints->list.at[ix];
    if (ix == n_known && term->domain.type)
        term->domain = first_domain(&constraints->terms, closure.expr);
    return ix;
}

/* ---- narrowing ---- */

static bool set(struct ar_constraints *constraints, size_t ix, unsigned states,
                struct ar_domain domain)
{
    struct ar_term *term = &constraints->list.at[ix];
    struct ar_term_change change = {ix, term->states, term->domain};
    if (domain.type && domain.count == 0)
        states &= ~(unsigned)AR_TERM_VALUE;
    if (domain.type && !(states & AR_TERM_VALUE))
        domain = ar_domain_none(domain.type);
    ar_vector_push(constraints->terms.arena, &constraints->trail, change);
    term->states = states;
    term->domain = domain;
    return states != 0;
}

bool ar_constraints_states(struct ar_constraints *constraints, size_t ix,
                           unsigned states)
{
    if (ix == SIZE_MAX)
        return true;
    const struct ar_term *term = &constraints->list.at[ix];
    if ((term->states & ~states) == 0)
        return true;
    return set(constraints, ix, term->states & states, term->domain);
}

bool ar_constraints_domain(struct ar_constraints *constraints, size_t ix,
                           struct ar_domain domain)
{
    struct ar_arena *arena = constraints->terms.arena;
    if (ix == SIZE_MAX)
        return true;
    const struct ar_term *term = &constraints->list.at[ix];
    if (!term->domain.type || term->domain.type->kind != domain.type->kind)
        return true;
    constraints->terms.steps -= (long)(domain.count / 8);
    if (ar_domain_is_within(arena, term->domain, domain))
        return term->states != 0;
    return set(constraints, ix, term->states,
               ar_domain_meet(arena, term->domain, domain));
}

struct ar_constraints_mark ar_constraints_mark(
    const struct ar_constraints *constraints)
{
    return (struct ar_constraints_mark){constraints->trail.count,
                                        constraints->relations.count,
                                        constraints->tests.count};
}

void ar_constraints_undo(struct ar_constraints *constraints,
                         struct ar_constraints_mark mark)
{
    while (constraints->trail.count > mark.n_changes) {
        const struct ar_term_change *change =
            &constraints->trail.at[--constraints->trail.count];
        constraints->list.at[change->ix].states = change->states;
        constraints->list.at[change->ix].domain = change->domain;
    }
    constraints->relations.count = mark.n_relations;
    constraints->tests.count = mark.n_tests;
}

/* ---- relations ---- */

static bool may_be(const struct ar_constraints *constraints, size_t order,
                   int64_t number)
{
    const struct ar_domain *domain = &constraints->list.at[order].domain;
    for (size_t i = 0; i < domain->count; i++) {
        if (domain->at[i].low.as.integer <= number &&
            number <= domain->at[i].high.as.integer)
            return true;
    }
    return false;
}

/* What the left one can be if it is less, equal or greater than something of
 * other. */
static struct ar_domain reach(struct ar_constraints *constraints,
                              struct ar_domain other, size_t order, int sign)
{
    struct ar_arena *arena = constraints->terms.arena;
    bool equal = may_be(constraints, order, 0);
    struct ar_domain out = equal ? other : ar_domain_none(other.type);
    if (other.count == 0)
        return out;
    struct ar_interval first = other.at[0];
    struct ar_interval last = other.at[other.count - 1];
    if (may_be(constraints, order, -sign)) {
        struct ar_domain below =
            last.high.state == AR_STATE_VALUE
                ? ar_domain_of(arena, AR_OPERATOR_LESS, last.high)
                : ar_domain_all(arena, other.type);
        out = ar_domain_join(arena, out, below);
    }
    if (may_be(constraints, order, sign)) {
        struct ar_domain above =
            first.low.state == AR_STATE_VALUE
                ? ar_domain_of(arena, AR_OPERATOR_GREATER, first.low)
                : ar_domain_all(arena, other.type);
        out = ar_domain_join(arena, out, above);
    }
    return out;
}

static bool apply_relation(struct ar_constraints *constraints,
                           struct ar_term_relation relation)
{
    struct ar_domain left = constraints->list.at[relation.left].domain;
    struct ar_domain right = constraints->list.at[relation.right].domain;
    if (!left.type || !right.type || left.type->kind != right.type->kind)
        return true;
    return ar_constraints_domain(
               constraints, relation.left,
               reach(constraints, right, relation.order, 1)) &&
           ar_constraints_domain(constraints, relation.right,
                                 reach(constraints, left, relation.order, -1));
}

/* ---- tests of text ---- */

/* True if text may pass. */
static bool may_pass(struct ar_constraints *constraints,
                     const struct ar_term_test *test, ar_str text)
{
    const struct ar_expr *expr = test->test.expr;
    if (expr->kind == AR_EXPR_MATCHES) {
        int64_t fuel = TEXT_FUEL;
        if (!expr->match->regex)
            return true;
        enum ar_regex_verdict verdict =
            ar_regex_match(expr->match->regex, text, NULL, &fuel);
        if (verdict == AR_REGEX_NO_MEMORY)
            ar_arena_fail(constraints->terms.arena);
        return verdict == AR_REGEX_BUDGET ||
               (verdict == AR_REGEX_MATCH) == test->outcome;
    }
    ar_value part;
    if (!ar_term_fold(&constraints->terms, ar_closure_operand(test->test, 1),
                      &part))
        return true;
    bool holds = expr->kind == AR_EXPR_ENDS_WITH
                     ? ar_str_ends_with(text, part.as.string)
                     : ar_str_find(text, part.as.string, 0) != SIZE_MAX;
    return holds == test->outcome;
}

static bool apply_test(struct ar_constraints *constraints,
                       const struct ar_term_test *test)
{
    struct ar_arena *arena = constraints->terms.arena;
    struct ar_domain texts = constraints->list.at[test->subject].domain;
    ar_value left[FEW_TEXTS];
    size_t n = 0;
    if (!texts.type || !ar_domain_is_finite(texts, FEW_TEXTS))
        return true;
    for (size_t i = 0; i < texts.count; i++) {
        ar_value text = texts.at[i].low;
        constraints->terms.steps--;
        if (may_pass(constraints, test, text.as.string))
            left[n++] = text;
    }
    return ar_constraints_domain(
        constraints, test->subject,
        ar_domain_of_set(arena, &ar_type_string, left, n));
}

bool ar_constraints_propagate(struct ar_constraints *constraints)
{
    size_t n_changes;
    unsigned n_rounds = 0;
    do {
        n_changes = constraints->trail.count;
        for (size_t i = 0; i < constraints->relations.count; i++) {
            if (constraints->terms.steps-- <= 0)
                return true;
            if (!apply_relation(constraints, constraints->relations.at[i]))
                return false;
        }
        for (size_t i = 0; i < constraints->tests.count; i++) {
            if (constraints->terms.steps-- <= 0)
                return true;
            if (!apply_test(constraints, &constraints->tests.at[i]))
                return false;
        }
    } while (constraints->trail.count > n_changes && ++n_rounds < ROUNDS);
    return true;
}

/* ---- branches ---- */

typedef AR_VECTOR(struct ar_term_change) change_vector;

/* What the trail did since mark: each term once, as it stands now. */
static change_vector changes_since(struct ar_constraints *constraints,
                                   size_t mark)
{
    change_vector out = {0};
    struct ar_map seen = {0};
    for (size_t i = mark; i < constraints->trail.count; i++) {
        size_t ix = constraints->trail.at[i].ix;
        const struct ar_term *term = &constraints->list.at[ix];
        struct ar_term_change now = {ix, term->states, term->domain};
        if (ar_map_has(&seen, term->key))
            continue;
        ar_map_put(constraints->terms.arena, &seen, term->key, constraints);
        ar_vector_push(constraints->terms.arena, &out, now);
    }
    return out;
}

static const struct ar_term_change *find_change(const change_vector *changes,
                                                size_t ix)
{
    for (size_t i = 0; i < changes->count; i++) {
        if (changes->at[i].ix == ix)
            return &changes->at[i];
    }
    return NULL;
}

/* Keeps the terms that both branches narrowed, to what either leaves. */
static void join_changes(struct ar_constraints *constraints,
                         change_vector *joined, const change_vector *other)
{
    size_t n = 0;
    for (size_t i = 0; i < joined->count; i++) {
        struct ar_term_change change = joined->at[i];
        const struct ar_term_change *same = find_change(other, change.ix);
        constraints->terms.steps--;
        if (!same)
            continue;
        change.states |= same->states;
        if (change.domain.type)
            change.domain = ar_domain_join(constraints->terms.arena,
                                           change.domain, same->domain);
        joined->at[n++] = change;
    }
    joined->count = n;
}

bool ar_constraints_branch(struct ar_constraints *constraints, size_t n,
                           bool (*assume)(struct ar_constraints *constraints,
                                          const void *user, size_t ix),
                           const void *user)
{
    struct ar_constraints_mark mark = ar_constraints_mark(constraints);
    change_vector joined = {0};
    size_t n_live = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_live = assume(constraints, user, i) &&
                       ar_constraints_propagate(constraints);
        change_vector changes = {0};
        if (is_live)
            changes = changes_since(constraints, mark.n_changes);
        ar_constraints_undo(constraints, mark);
        if (!is_live)
            continue;
        if (n_live++ == 0)
            joined = changes;
        else
            join_changes(constraints, &joined, &changes);
    }
    constraints->is_exact = constraints->is_exact && n_live == 1;
    for (size_t i = 0; i < joined.count; i++) {
        if (!set(constraints, joined.at[i].ix, joined.at[i].states,
                 joined.at[i].domain))
            return false;
    }
    return n_live > 0;
}
