/* SPDX-License-Identifier: Apache-2.0 */
/* Laws of the language on random conditions: what is known has one outcome;
 * what is open holds every world that it may turn out to be; the equations
 * between operators; and nothing comes out that the checker holds for
 * impossible. */

#include "reference_fixture.h"
#include "sema/constraint.h"
#include "sema/possible.h"

enum {
    N_ROUNDS = 12,
    N_CONDITIONS = 60,
    N_STATES = 8,
    N_WORLDS = 12,
    DEPTH = 4
};

static uint64_t seed;

/* Below limit; the constants are Knuth's for MMIX. */
static unsigned pick(unsigned limit)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % limit;
}

static const char *const declarations =
    "fact t.i : int  fact t.j : int  fact t.k : int\n"
    "fact t.b : bool fact t.c : bool\n"
    "fact t.l : list of int fact t.m : list of int\n"
    "fact d.sum : int = t.i + t.j\n"
    "fact d.both : bool = t.b and t.i == 1\n"
    "fact d.pick : int = t.i if t.b\n"
    "fact d.pick : int = t.j if not t.b\n"
    "def near(a : int, b : int) = a == b or a == b + 1\n"
    "def either(a : bool, b : bool) = a or b\n"
    "table first f (n : int, b : bool) -> r : int\n"
    "  0 .. 1, true -> 1\n  2, _ -> 2\n  absent, _ -> 1\n  _, absent -> 0\n"
    "table unique u (n : int) -> r : int\n"
    "  < 1 -> 0\n  >= 1 -> 1\n"
    "table collect c (n : int, b : bool) -> r : int\n"
    "  > 0, _ -> 1\n  > 1, true -> 2\n  _, absent -> 3\n";

/* ---- random texts ---- */

static void put_condition(struct ar_buf *out, unsigned depth);
static unsigned n_variables;

static void put_number(struct ar_buf *out, unsigned depth);

static void put_leaf(struct ar_buf *out)
{
    static const char *const leaves[] = {"t.i", "t.j",   "t.k",    "0",
                                         "1",   "d.sum", "d.pick", "2"};
    unsigned ix = pick(AR_COUNT_OF(leaves) + 2);
    if (ix < AR_COUNT_OF(leaves))
        ar_buf_put_c(out, leaves[ix]);
    else if (n_variables > 0)
        ar_buf_printf(out, "x%u", n_variables - 1);
    else
        ar_buf_put_c(out, "t.i");
}

static void put_list(struct ar_buf *out, unsigned depth)
{
    switch (pick(4)) {
    case 0: ar_buf_put_c(out, "t.l"); return;
    case 1: ar_buf_put_c(out, "t.m"); return;
    case 2:
        ar_buf_put_c(out, "[");
        put_number(out, depth);
        ar_buf_put_c(out, ", ");
        put_number(out, depth);
        ar_buf_put_c(out, "]");
        return;
    default: break;
    }
    ar_buf_put_c(out, "c(");
    put_number(out, depth);
    ar_buf_put_c(out, ", ");
    put_condition(out, depth);
    ar_buf_put_c(out, ").r");
}

/* "%" stands for an operand; n number, c condition, l list. */
static void put_form(struct ar_buf *out, const char *form, unsigned depth)
{
    for (; *form; form++) {
        if (*form != '%') {
            ar_buf_put_char(out, *form);
            continue;
        }
        form++;
        if (*form == 'n')
            put_number(out, depth);
        else if (*form == 'c')
            put_condition(out, depth);
        else
            put_list(out, depth);
    }
}

/* "word(x in LIST: CONDITION)" with a variable of its own. */
static void put_quantifier(struct ar_buf *out, const char *word, unsigned depth)
{
    ar_buf_printf(out, "%s(%s", word, "");
    ar_buf_printf(out, "x%u in ", n_variables);
    put_list(out, depth);
    ar_buf_put_c(out, ": ");
    n_variables++;
    put_condition(out, depth);
    n_variables--;
    ar_buf_put_c(out, ")");
}

static void put_number(struct ar_buf *out, unsigned depth)
{
    static const char *const forms[] = {
        "(%n + %n)",       "(%n - %n)",
        "(%n default %n)", "f(%n, %c).r",
        "u(%n).r",         "length(%l)",
        "t.l[%n]",         "max(%l)",
        "sum(%l)",         "(if %c then %n else %n)",
    };
    unsigned ix = pick(AR_COUNT_OF(forms) + 8);
    if (depth == 0 || ix >= AR_COUNT_OF(forms) + 2)
        put_leaf(out);
    else if (ix < AR_COUNT_OF(forms))
        put_form(out, forms[ix], depth - 1);
    else if (n_variables < 3)
        put_quantifier(out, ix % 2 ? "count" : "first", depth - 1);
    else
        put_leaf(out);
}

/* any, every and no have no brackets of their own. */
static void put_fold(struct ar_buf *out, unsigned depth)
{
    static const char *const words[] = {"any", "every", "no"};
    ar_buf_printf(out, "(%s x%u in ", words[pick(3)], n_variables);
    put_list(out, depth);
    ar_buf_put_c(out, ": ");
    n_variables++;
    put_condition(out, depth);
    n_variables--;
    ar_buf_put_c(out, ")");
}

static void put_condition(struct ar_buf *out, unsigned depth)
{
    static const char *const leaves[] = {"t.b", "t.c", "d.both"};
    static const char *const forms[] = {
        "(%c and %c)",
        "(%c or %c)",
        "(not %c)",
        "(%n == %n)",
        "(%n < %n)",
        "(%n in %l)",
        "(%n in 0 .. <2)",
        "(%n exists)",
        "(%c absent)",
        "(%l exists)",
        "(%c default %c)",
        "(%c == %c)",
        "near(%n, %n)",
        "either(%c, %c)",
        "(%c and %c and %c)",
        "(%n != %n)",
        "(if %c then %c else %c)",
    };
    unsigned ix = pick(AR_COUNT_OF(forms) + 3);
    if (depth == 0)
        ar_buf_put_c(out, leaves[pick(3)]);
    else if (ix < AR_COUNT_OF(forms))
        put_form(out, forms[ix], depth - 1);
    else if (n_variables < 3)
        put_fold(out, depth - 1);
    else
        ar_buf_put_c(out, leaves[pick(3)]);
}

/* ---- random facts ---- */

static const char *const names[] = {"t.i", "t.j", "t.k", "t.b",
                                    "t.c", "t.l", "t.m"};
enum { N_FACTS = AR_COUNT_OF(names) };

/* A value or absence. */
static ar_value pick_known(size_t fact_ix)
{
    const struct ar_fact_decl *decl =
        ar_schema_find(facts.schema, ar_str_from_c(names[fact_ix]));
    if (pick(4) == 0)
        return ar_value_absent();
    if (decl->type->kind == AR_TYPE_BOOL)
        return ar_value_bool(pick(2) == 1);
    if (decl->type->kind == AR_TYPE_INT)
        return ar_value_int(pick(3));
    size_t count = pick(4);
    ar_value *items = AR_NEW_ARRAY(&fixture.arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = pick(6) == 0 ? ar_value_absent() : ar_value_int(pick(3));
    return ar_value_list(decl->type, items, count);
}

/* One of the worlds that an open state may turn out to be. */
static ar_value pick_world(size_t fact_ix, ar_value open)
{
    if (open.state == AR_STATE_UNKNOWN)
        return pick_known(fact_ix);
    if (open.state == AR_STATE_ABSENT || open.type->kind != AR_TYPE_LIST)
        return open;
    size_t count = open.as.list.count;
    ar_value *items = AR_NEW_ARRAY(&fixture.arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++) {
        items[ix] = open.as.list.items[ix];
        if (items[ix].state == AR_STATE_UNKNOWN)
            items[ix] =
                pick(3) == 0 ? ar_value_absent() : ar_value_int(pick(3));
    }
    return ar_value_list(open.type, items, count);
}

/* Some facts, and some elements of lists, are not known. */
static ar_value pick_open(size_t fact_ix)
{
    ar_value unknown = ar_value_unknown(AR_REASON_denied, AR_STR(""));
    ar_value value = pick(3) == 0 ? unknown : pick_known(fact_ix);
    if (value.state != AR_STATE_VALUE || value.type->kind != AR_TYPE_LIST)
        return value;
    size_t count = value.as.list.count;
    ar_value *items = AR_NEW_ARRAY(&fixture.arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = pick(4) == 0 ? unknown : value.as.list.items[ix];
    return ar_value_list(value.type, items, count);
}

/* ---- the laws ---- */

static unsigned bits_of(const struct ar_expr *expr)
{
    struct ar_outcome outcome = ar_reference_expression(
        &fixture.arena, fixture.program, &facts, &options, expr);
    assert_true(outcome.is_condition);
    bool is_decided =
        outcome.bits == AR_OUTCOME_TRUE || outcome.bits == AR_OUTCOME_FALSE;
    assert_int_equal(is_decided, outcome.causes.count == 0);
    return outcome.bits;
}

static bool is_single(unsigned bits)
{
    return (bits & (bits - 1)) == 0;
}

static void load_conditions(const char *form)
{
    struct ar_buf text = AR_BUF(&fixture.arena);
    ar_buf_put_c(&text, declarations);
    ar_buf_put_c(&text, "rule r\n when t.b\n");
    for (unsigned ix = 0; ix < N_CONDITIONS; ix++) {
        struct ar_buf a = AR_BUF(&fixture.arena);
        struct ar_buf b = AR_BUF(&fixture.arena);
        put_condition(&a, DEPTH);
        put_condition(&b, DEPTH - 1);
        ar_buf_printf(&text, " let v%u = ", ix);
        for (const char *at = form; *at; at++) {
            if (*at == 'A')
                ar_buf_put(&text, ar_buf_view(&a));
            else if (*at == 'B')
                ar_buf_put(&text, ar_buf_view(&b));
            else
                ar_buf_put_char(&text, *at);
        }
        ar_buf_put_c(&text, "\n");
    }
    ar_buf_put_c(&text, " then diagnose \"x\"\n");
    load_rules(ar_buf_view(&text).ptr);
}

static void fail_at(const struct ar_expr *expr, unsigned open, unsigned world)
{
    ar_str text = ar_source_text(&fixture.sources, expr->span);
    fail_msg("open %x, world %x: " AR_STR_FORMAT, open, world,
             AR_STR_ARG(text));
}

static void try_worlds(const struct ar_rule *rule, const ar_value *open)
{
    unsigned bits[N_CONDITIONS];
    for (size_t ix = 0; ix < N_FACTS; ix++)
        set_state(names[ix], open[ix]);
    for (size_t ix = 0; ix < N_CONDITIONS; ix++)
        bits[ix] = bits_of(rule->lets.at[ix]->expr);
    for (size_t world = 0; world < N_WORLDS; world++) {
        for (size_t ix = 0; ix < N_FACTS; ix++)
            set_state(names[ix], pick_world(ix, open[ix]));
        for (size_t ix = 0; ix < N_CONDITIONS; ix++) {
            const struct ar_expr *expr = rule->lets.at[ix]->expr;
            unsigned known = bits_of(expr);
            /* d.pick is unknown(unsupported) while t.b is absent. */
            bool is_bound = is_single(known) || open[3].state != AR_STATE_VALUE;
            if (!is_bound || (known & ~bits[ix]) != 0)
                fail_at(expr, bits[ix], known);
        }
    }
}

static void learning_only_removes_outcomes(void **state)
{
    for (unsigned round = 0; round < N_ROUNDS; round++) {
        end_test(state);
        start_test(state);
        seed = round;
        load_conditions("A");
        const struct ar_rule *rule = fixture.program->rules.at[0];
        for (size_t ix = 0; ix < N_STATES; ix++) {
            ar_value open[N_FACTS];
            for (size_t fact = 0; fact < N_FACTS; fact++)
                open[fact] = pick_open(fact);
            try_worlds(rule, open);
        }
    }
}

/* Both sides of each equation have the same outcomes in every state. */
static void holds_equations(void **state)
{
    static const struct {
        const char *left;
        const char *right;
    } equations[] = {
        {"A and B", "B and A"},
        {"A or B", "B or A"},
        {"not (A and B)", "(not A) or (not B)"},
        {"not (A or B)", "(not A) and (not B)"},
        {"not not A", "A"},
        {"not (A == B)", "A != B"},
        {"A and A", "A"},
        {"not (A exists)", "A absent"},
    };
    for (size_t each = 0; each < AR_COUNT_OF(equations); each++) {
        end_test(state);
        start_test(state);
        unsigned bits[2][N_STATES * N_CONDITIONS];
        for (unsigned side = 0; side < 2; side++) {
            fixture_end(&fixture);
            start_test(state);
            seed = each;
            load_conditions(side == 0 ? equations[each].left
                                      : equations[each].right);
            const struct ar_rule *rule = fixture.program->rules.at[0];
            for (size_t ix = 0; ix < N_STATES; ix++) {
                for (size_t fact = 0; fact < N_FACTS; fact++)
                    set_state(names[fact], pick_open(fact));
                for (size_t at = 0; at < N_CONDITIONS; at++)
                    bits[side][ix * N_CONDITIONS + at] =
                        bits_of(rule->lets.at[at]->expr);
            }
        }
        for (size_t ix = 0; ix < N_STATES * N_CONDITIONS; ix++) {
            if (bits[0][ix] != bits[1][ix])
                fail_msg("%s: %x, %x", equations[each].left, bits[0][ix],
                         bits[1][ix]);
        }
    }
}

/* With derived facts in place: here nobody gives them another state. */
static bool can_be(const struct ar_expr *expr, bool outcome)
{
    struct ar_constraints *constraints = ar_constraints_create(&fixture.arena);
    struct ar_closure closure = {expr, NULL};
    constraints->terms.inlines_derived = true;
    return ar_assume(constraints, closure, outcome);
}

static unsigned possible_bit(unsigned outcome)
{
    if (outcome == AR_OUTCOME_TRUE)
        return AR_POSSIBLE_TRUE;
    return outcome == AR_OUTCOME_FALSE ? AR_POSSIBLE_FALSE
                                       : AR_POSSIBLE_UNDECIDED;
}

static void check_possible(const struct ar_expr *expr, unsigned possible)
{
    unsigned outcome = bits_of(expr);
    bool is_decided = outcome == AR_OUTCOME_TRUE || outcome == AR_OUTCOME_FALSE;
    bool holds = (possible & possible_bit(outcome)) != 0;
    if (is_decided)
        holds = holds && can_be(expr, outcome == AR_OUTCOME_TRUE);
    if (!holds)
        fail_at(expr, possible, outcome);
}

/* Returns how many conditions have an outcome that is not possible. */
static unsigned check_outcomes(const struct ar_rule *rule)
{
    unsigned n_narrow = 0;
    for (size_t at = 0; at < N_CONDITIONS; at++) {
        const struct ar_expr *expr = rule->lets.at[at]->expr;
        unsigned possible = ar_possible_outcomes(&fixture.arena, expr);
        n_narrow += possible != AR_POSSIBLE_ALL;
        for (size_t ix = 0; ix < N_STATES; ix++) {
            for (size_t fact = 0; fact < N_FACTS; fact++)
                set_state(names[fact], pick_open(fact));
            check_possible(expr, possible);
        }
    }
    return n_narrow;
}

static void holds_no_outcome_for_impossible(void **state)
{
    static const char *const forms[] = {"A",           "A and not B",
                                        "A and B",     "A or B",
                                        "A and not A", "A or not A or B"};
    unsigned n_narrow = 0;
    for (unsigned round = 0; round < 5 * AR_COUNT_OF(forms); round++) {
        end_test(state);
        start_test(state);
        seed = 100 + round;
        load_conditions(forms[round % AR_COUNT_OF(forms)]);
        n_narrow += check_outcomes(fixture.program->rules.at[0]);
    }
    assert_true(n_narrow > N_CONDITIONS);
}

int main(void)
{
#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, start_test, end_test)
    const struct CMUnitTest tests[] = {
        TEST(learning_only_removes_outcomes),
        TEST(holds_equations),
        TEST(holds_no_outcome_for_impossible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
