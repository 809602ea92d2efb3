/* SPDX-License-Identifier: Apache-2.0 */
/* What an expression may lack. Facts lack anything, constants nothing; in
 * between it follows what docs/language.md says of each operator. Lets and
 * functions are looked through, which may take exponentially many steps: there
 * is a bound on them, and behind it anything may be lacking. */

#include "sema/lacks.h"

#include "sema/program.h"

enum { MOST_STEPS = 10000, MOST_KNOWN = 256 };

struct search {
    struct ar_arena *arena;
    const ar_known_vector *known; /* or NULL */
    unsigned n_steps;
};

/* ---- what is the same whenever it is evaluated ---- */

static bool is_reference(const struct ar_expr *expr)
{
    return expr->kind == AR_EXPR_FACT || expr->kind == AR_EXPR_LOCAL ||
           expr->kind == AR_EXPR_FIELD || expr->kind == AR_EXPR_INDEX ||
           expr->kind == AR_EXPR_MAP_INDEX;
}

static bool is_same(const struct ar_expr *a, const struct ar_expr *b)
{
    if (a->kind != b->kind || a->ix != b->ix || a->n_operands != b->n_operands)
        return false;
    if (a->kind == AR_EXPR_CONSTANT)
        return ar_value_same(ar_expr_value(a), ar_expr_value(b));
    if (!is_reference(a) || (a->kind == AR_EXPR_FACT && a->fact != b->fact) ||
        (a->kind == AR_EXPR_LOCAL && a->local != b->local))
        return false;
    for (size_t i = 0; i < a->n_operands; i++) {
        if (!is_same(a->operands[i], b->operands[i]))
            return false;
    }
    return true;
}

static bool is_known(const ar_known_vector *known, const struct ar_expr *expr)
{
    for (size_t i = 0; known && i < known->count; i++) {
        if (is_same(known->at[i], expr))
            return true;
    }
    return false;
}

/* ---- what may be lacking ---- */

static unsigned find_lacks(struct search *search, const struct ar_expr *expr);

static unsigned join_operands(struct search *search, const struct ar_expr *expr)
{
    unsigned lacks = 0;
    for (size_t i = 0; i < expr->n_operands; i++)
        lacks |= find_lacks(search, expr->operands[i]);
    const struct ar_template *string = ar_expr_template(expr);
    for (size_t i = 0; string && i < string->n_parts; i++) {
        if (string->parts[i].expr)
            lacks |= find_lacks(search, string->parts[i].expr);
    }
    return lacks;
}

/* A row may be missing for values, too; a list of rows is empty then. */
static unsigned lacks_of_table(struct search *search,
                               const struct ar_expr *expr)
{
    unsigned lacks = join_operands(search, expr) & AR_LACK_UNKNOWN;
    return expr->table->policy == AR_HIT_COLLECT ? lacks
                                                 : lacks | AR_LACK_ABSENT;
}

static bool is_total(enum ar_function function)
{
    switch (function) {
    case AR_FUNCTION_LENGTH:
    case AR_FUNCTION_LOWER:
    case AR_FUNCTION_UPPER:
    case AR_FUNCTION_TRIM:
    case AR_FUNCTION_REMOVE_PREFIX:
    case AR_FUNCTION_REMOVE_SUFFIX:
    case AR_FUNCTION_BASENAME:
    case AR_FUNCTION_DIRNAME:
    case AR_FUNCTION_SORT:
    case AR_FUNCTION_UNIQUE:
    case AR_FUNCTION_KEYS:
    case AR_FUNCTION_OVERLAPS:
    case AR_FUNCTION_TO_STRING: return true;
    case AR_FUNCTION_REPLACE:
    case AR_FUNCTION_SPLIT:
    case AR_FUNCTION_JOIN:
    case AR_FUNCTION_WORD:
    case AR_FUNCTION_ABS:
    case AR_FUNCTION_MIN:
    case AR_FUNCTION_MAX:
    case AR_FUNCTION_SUM:
    case AR_FUNCTION_NOW:
    case AR_FUNCTION_CONVERT:
    case AR_N_FUNCTIONS: return false;
    }
    AR_UNREACHABLE();
}

static unsigned lacks_of_local(struct search *search,
                               const struct ar_local *local)
{
    if (local->kind == AR_LOCAL_LET && local->expr)
        return find_lacks(search, local->expr);
    return AR_LACK_ANY;
}

static unsigned lacks_of_value(ar_value value)
{
    switch (value.state) {
    case AR_STATE_UNKNOWN: return AR_LACK_UNKNOWN;
    case AR_STATE_ABSENT: return AR_LACK_ABSENT;
    case AR_STATE_VALUE: return 0;
    }
    AR_UNREACHABLE();
}

static unsigned lacks_of_node(struct search *search, const struct ar_expr *expr)
{
    switch (expr->kind) {
    case AR_EXPR_CONSTANT: return lacks_of_value(ar_expr_value(expr));
    case AR_EXPR_LOCAL: return lacks_of_local(search, expr->local);
    case AR_EXPR_DEF: return find_lacks(search, expr->def->body);
    case AR_EXPR_TABLE: return lacks_of_table(search, expr);
    case AR_EXPR_FUNCTION:
        return is_total(expr->function) ? join_operands(search, expr)
                                        : AR_LACK_ANY;
    case AR_EXPR_FACT:
    case AR_EXPR_FIELD:
    case AR_EXPR_LIST_FIELD:
    case AR_EXPR_MAP_INDEX: return AR_LACK_ANY;
    case AR_EXPR_TEMPLATE:
    case AR_EXPR_LIST:
    case AR_EXPR_AND:
    case AR_EXPR_OR:
    case AR_EXPR_NOT:
    case AR_EXPR_COMPARE:
    case AR_EXPR_IN_LIST:
    case AR_EXPR_IN_MAP:
    case AR_EXPR_IN_RANGE:
    case AR_EXPR_IN_CIDR:
    case AR_EXPR_MATCHES:
    case AR_EXPR_CONTAINS:
    case AR_EXPR_STARTS_WITH:
    case AR_EXPR_ENDS_WITH:
    case AR_EXPR_IF:
    case AR_EXPR_ANY:
    case AR_EXPR_EVERY:
    case AR_EXPR_NO:
    case AR_EXPR_COUNT:
    case AR_EXPR_FILTER:
    case AR_EXPR_PART: return join_operands(search, expr);
    case AR_EXPR_FIRST:
    case AR_EXPR_INDEX: return join_operands(search, expr) | AR_LACK_ABSENT;
    case AR_EXPR_ARITHMETIC: /* an overflow */
    case AR_EXPR_NEGATE: return join_operands(search, expr) | AR_LACK_UNKNOWN;
    case AR_EXPR_EXISTS:
    case AR_EXPR_ABSENT:
    case AR_EXPR_UNKNOWN: return join_operands(search, expr) & AR_LACK_UNKNOWN;
    case AR_EXPR_GROUP_EXISTS:
    case AR_EXPR_GROUP_ABSENT: return AR_LACK_UNKNOWN;
    case AR_EXPR_DEFAULT:
        return (find_lacks(search, expr->operands[0]) & AR_LACK_UNKNOWN) |
               find_lacks(search, expr->operands[1]);
    }
    AR_UNREACHABLE();
}

static unsigned find_lacks(struct search *search, const struct ar_expr *expr)
{
    if (++search->n_steps > MOST_STEPS)
        return AR_LACK_ANY;
    return is_known(search->known, expr) ? 0 : lacks_of_node(search, expr);
}

unsigned ar_lacks(const struct ar_expr *expr, const ar_known_vector *known)
{
    struct search search = {.known = known};
    return find_lacks(&search, expr);
}

/* ---- what is known where a condition is true ---- */

static void add_values(struct search *search, ar_known_vector *known,
                       const struct ar_expr *expr);

static void add_operands(struct search *search, ar_known_vector *known,
                         const struct ar_expr *expr)
{
    for (size_t i = 0; i < expr->n_operands; i++)
        add_values(search, known, expr->operands[i]);
}

/* Whether expr has a value only if all of its operands have. */
static bool is_strict(const struct ar_expr *expr)
{
    bool is_comparison =
        expr->kind >= AR_EXPR_COMPARE && expr->kind <= AR_EXPR_ENDS_WITH;
    bool is_sum =
        expr->kind == AR_EXPR_ARITHMETIC || expr->kind == AR_EXPR_NEGATE;
    bool is_part = expr->kind >= AR_EXPR_FIELD && expr->kind <= AR_EXPR_PART;
    return is_comparison || is_sum || is_part || expr->kind == AR_EXPR_FACT ||
           expr->kind == AR_EXPR_FUNCTION;
}

/* expr has a value. */
static void add_values(struct search *search, ar_known_vector *known,
                       const struct ar_expr *expr)
{
    const struct ar_local *local = expr->local;
    bool is_quantifier =
        expr->kind >= AR_EXPR_ANY && expr->kind <= AR_EXPR_FILTER;
    if (++search->n_steps > MOST_STEPS)
        return;
    if (is_reference(expr) && known->count < MOST_KNOWN &&
        !is_known(known, expr))
        ar_vector_push(search->arena, known, expr);
    if (is_strict(expr))
        add_operands(search, known, expr);
    else if (is_quantifier)
        add_values(search, known, expr->operands[0]);
    else if (expr->kind == AR_EXPR_LOCAL && local->kind == AR_LOCAL_LET)
        add_values(search, known, local->expr);
}

static void add_known(struct search *search, ar_known_vector *known,
                      const struct ar_expr *condition, bool truth);

/* What each of the operands makes known on its own. */
static void add_common(struct search *search, ar_known_vector *known,
                       const struct ar_expr *expr, bool truth)
{
    ar_known_vector first = {0};
    add_known(search, &first, expr->operands[0], truth);
    for (size_t i = 1; i < expr->n_operands; i++) {
        ar_known_vector other = {0};
        ar_known_vector both = {0};
        add_known(search, &other, expr->operands[i], truth);
        for (size_t k = 0; k < first.count; k++) {
            if (is_known(&other, first.at[k]))
                ar_vector_push(search->arena, &both, first.at[k]);
        }
        first = both;
    }
    for (size_t k = 0; k < first.count; k++)
        ar_vector_push(search->arena, known, first.at[k]);
}

/* condition comes to truth. */
static void add_known(struct search *search, ar_known_vector *known,
                      const struct ar_expr *condition, bool truth)
{
    bool is_chain =
        condition->kind == AR_EXPR_AND || condition->kind == AR_EXPR_OR;
    bool needs_all = (condition->kind == AR_EXPR_AND) == truth;
    bool is_presence =
        condition->kind == AR_EXPR_EXISTS || condition->kind == AR_EXPR_ABSENT;
    bool is_let = condition->kind == AR_EXPR_LOCAL &&
                  condition->local->kind == AR_LOCAL_LET;
    if (++search->n_steps > MOST_STEPS)
        return;
    if (condition->kind == AR_EXPR_NOT) {
        add_known(search, known, condition->operands[0], !truth);
    } else if (is_chain && needs_all) {
        for (size_t i = 0; i < condition->n_operands; i++)
            add_known(search, known, condition->operands[i], truth);
    } else if (is_chain) {
        add_common(search, known, condition, truth);
    } else if (is_presence && (condition->kind == AR_EXPR_EXISTS) == truth) {
        add_values(search, known, condition->operands[0]);
    } else if (is_let) {
        add_known(search, known, condition->local->expr, truth);
    } else if (!is_presence) {
        add_values(search, known, condition);
    }
}

void ar_known_if_true(struct ar_arena *arena, ar_known_vector *known,
                      const struct ar_expr *condition)
{
    struct search search = {.arena = arena};
    add_known(&search, known, condition, true);
}
