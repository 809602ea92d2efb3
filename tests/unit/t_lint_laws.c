/* SPDX-License-Identifier: Apache-2.0 */
/* What the checker says of rules, held against the evaluator: on random rules
 * and random facts no warning that a rule cannot match, that a condition is
 * never true or never false, or that a rule matches only where another one
 * does may turn out wrong. */

#include "reference_fixture.h"

enum { N_ROUNDS = 48, N_CONDITIONS = 60, N_STATES = 24 };

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
    return outcome.bits;
}

/* ---- what the checker says of rules ---- */

static void load_rules_of_conditions(void)
{
    struct ar_buf text = AR_BUF(&fixture.arena);
    ar_buf_put_c(&text, declarations);
    for (unsigned ix = 0; ix < N_CONDITIONS; ix++) {
        ar_buf_printf(&text, "rule r%u\n when ", ix);
        put_condition(&text, 1 + ix % 3);
        if (ix % 4 == 0) {
            ar_buf_put_c(&text, " and ");
            put_condition(&text, 1);
        }
        ar_buf_put_c(&text, "\n then diagnose \"x\"\n");
    }
    fixture.options.lint = true;
    load_rules(ar_buf_view(&text).ptr);
}

/* The rule whose name or condition stands there. */
static const struct ar_rule *rule_at(ar_span span)
{
    for (size_t ix = 0; ix < fixture.program->rules.count; ix++) {
        const struct ar_rule *rule = fixture.program->rules.at[ix];
        bool is_name = rule->span.start == span.start;
        if (is_name || (rule->when->span.start <= span.start &&
                        span.end <= rule->when->span.end))
            return rule;
    }
    return NULL;
}

/* Whether the facts as they stand are against what was said. */
static bool is_refuted(const struct ar_diag *diag)
{
    const struct ar_rule *rule = rule_at(diag->span);
    if (!rule || (diag->code != AR_W1012 && diag->code != AR_W1020 &&
                  diag->code != AR_W1010 && diag->code != AR_W1011))
        return false;
    unsigned bits = bits_of(rule->when);
    bool is_whole = diag->span.start == rule->when->span.start &&
                    diag->span.end == rule->when->span.end;
    if (diag->code == AR_W1010)
        return is_whole && bits == AR_OUTCOME_FALSE;
    if (diag->code == AR_W1011)
        return is_whole && bits == AR_OUTCOME_TRUE;
    if (diag->code == AR_W1012)
        return bits == AR_OUTCOME_TRUE;
    const struct ar_rule *wide = rule_at(diag->notes->span);
    return bits == AR_OUTCOME_TRUE && bits_of(wide->when) != AR_OUTCOME_TRUE;
}

static void warns_only_of_what_is_so(void **state)
{
    size_t n_implied = 0;
    for (unsigned round = 0; round < N_ROUNDS; round++) {
        end_test(state);
        start_test(state);
        seed = 1000 + round;
        load_rules_of_conditions();
        for (size_t ix = 0; ix < N_STATES; ix++) {
            for (size_t fact = 0; fact < N_FACTS; fact++)
                set_state(names[fact], pick_open(fact));
            for (size_t at = 0; at < fixture.diags.list.count; at++) {
                const struct ar_diag *diag = fixture.diags.list.at[at];
                n_implied += ix == 0 && diag->code == AR_W1020;
                if (is_refuted(diag))
                    fail_msg("round %u: %s", round,
                             fixture_diag_text(&fixture, diag).ptr);
            }
        }
    }
    assert_true(n_implied > N_CONDITIONS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(warns_only_of_what_is_so, start_test,
                                        end_test),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
