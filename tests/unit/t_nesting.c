/* SPDX-License-Identifier: Apache-2.0 */
/* Depth: every construct that can stand in itself, at every depth from 1 to
 * 1000, closed and not closed. Up to the limit it is read; beyond it there is
 * exactly one E0901; what is not closed is never accepted, although each text
 * ends in a complete expression (a parser whose stack overflows may start
 * anew and accept the rest). Chains may be long without being deep. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "base/limits.h"
#include "rules_fixture.h"

#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    MAX_DEPTH = 1000,
    MANY = 1000000,
    CHAIN_TERMS = 100000,
    CHAIN_DECLARATIONS = 10000,
    SMALL_STACK_BYTES = 262144
};

/* head open*n middle close*n tail. */
struct shape {
    const char *name;
    const char *head;
    const char *open;
    const char *middle;
    const char *close;
    const char *tail;
    const char *wrong;      /* what the checker says within the limit, or "" */
    unsigned wrong_from;    /* the depth from which it says so */
    bool unclosed_is_whole; /* without `close` it is still an expression */
};

static const struct shape shapes[] = {
    {"brackets", "when ", "(", "a.b", ")", " then diagnose 'x'", "", 0, false},
    {"list", "when 1 in ", "[", "1", "]", " then diagnose 'x'", "E0415", 2,
     false},
    {"not", "when ", "not ", "a.b", "", " then diagnose 'x'", "", 0, true},
    {"minus", "when 1 == ", "-", "a.n", "", " then diagnose 'x'", "", 0, true},
    {"minus with blanks", "when 1 == ", "- ", "a.n", "", " then diagnose 'x'",
     "", 0, true},
    {"if in then", "when ", "if a.b then ", "a.b", " else a.b",
     " then diagnose 'x'", "", 0, false},
    {"if in else", "when ", "if a.b then a.b else ", "a.b", "",
     " then diagnose 'x'", "", 0, true},
    {"if in if", "when ", "if ", "a.b", " then a.b else a.b",
     " then diagnose 'x'", "", 0, false},
    {"any", "when ", "any x in a.l: ", "a.b", "", " then diagnose 'x'", "E0315",
     2, true},
    {"count", "when 1 == ", "count(x in a.l: 1 == ", "1", ")",
     " then diagnose 'x'", "E0315", 2, false},
    {"list of a list", "when any x in ", "filter(x in ", "a.l", ": a.b)",
     ": a.b then diagnose 'x'", "", 0, false},
    {"call", "when 1 == ", "abs(", "a.n", ")", " then diagnose 'x'", "", 0,
     false},
    {"index", "when 1 == ", "a.i[", "0", "]", " then diagnose 'x'", "", 0,
     false},
    {"expression in a string", "when a.s == ", "\"{", "a.s", "}\"",
     " then diagnose 'x'", "", 0, false},
    {"expression in a long string", "when a.s == ", "\"\"\"{", "a.s", "}\"\"\"",
     " then diagnose 'x'", "", 0, false},
    {"exists", "when ", "", "a.b", " exists", " then diagnose 'x'", "", 0,
     true},
    {"default", "when ", "", "a.b", " default a.b", " then diagnose 'x'", "", 0,
     true},
    {"plus", "when 1 == ", "", "a.n", " + 1", " then diagnose 'x'", "", 0,
     true},
    {"member", "when ", "", "a.b", ".c", " then diagnose 'x'", "E0303", 1,
     true},
    {"list type", "fact a.t : ", "list of ", "int", "", "", "", 0, true},
    {"map type", "fact a.t : ", "map of ", "int", "", "", "", 0, true},
    {"record type", "fact a.t : ", "{ f : ", "int", "}", "", "", 0, false},
    {"list given", "test 't' given a.t = ", "[", "1", "]", " expect none",
     "E0403", 2, false},
    {"record given", "test 't' given a.t = ", "{ f = ", "1", "}",
     " expect none", "E0403", 1, false},
    {"record of a selector", "probe p run 'a' parse json gives a.t : int = .a",
     " { f = .b", "", "}", "", "", 0, false},
};

static const char *const declarations =
    "fact a.b : bool\nfact a.n : int\nfact a.s : string\n"
    "fact a.l : list of int\nfact a.i : list of int\n";

static void add_declarations(struct fixture *fixture, const struct shape *shape,
                             struct ar_unit *unit)
{
    fixture_add(fixture, unit, AR_STR("declarations"),
                ar_str_from_c(declarations));
    if (strncmp(shape->head, "test", 4) == 0)
        fixture_add(fixture, unit, AR_STR("given"),
                    AR_STR("fact a.t : list of int"));
}

static void put_times(struct ar_buf *out, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ar_buf_put_c(out, text);
}

static struct ar_unit *add_shape(struct fixture *fixture,
                                 const struct shape *shape, size_t n,
                                 bool closed)
{
    struct ar_unit *unit = fixture_unit(fixture, AR_STR(""));
    struct ar_buf out = AR_BUF(&fixture->arena);
    ar_buf_put_c(&out, shape->head);
    put_times(&out, shape->open, n);
    ar_buf_put_c(&out, shape->middle);
    if (closed)
        put_times(&out, shape->close, n);
    ar_buf_put_c(&out, shape->tail);
    fixture_add(fixture, unit, AR_STR("t"), ar_buf_view(&out));
    return unit;
}

static bool complain(const struct shape *shape, size_t n, bool closed,
                     struct fixture *fixture, const char *wanted)
{
    char reported[200];
    snprintf(reported, sizeof(reported), "%s", fixture_reported(fixture));
    print_message("  %s, %u deep, %s: %s; reported <%s>\n", shape->name,
                  (unsigned)n, closed ? "closed" : "not closed", wanted,
                  reported);
    return false;
}

/* How often it says the code; *n_others counts what else it says. */
static size_t count_code(const struct fixture *fixture, const char *code,
                         size_t *n_others)
{
    size_t n = 0;
    *n_others = 0;
    for (size_t i = 0; i < fixture->diags.list.count; i++) {
        const struct ar_diag *diag = fixture->diags.list.at[i];
        if (ar_diag_table[diag->code].severity != AR_SEVERITY_ERROR)
            continue;
        if (strcmp(ar_diag_table[diag->code].code, code) == 0)
            n++;
        else
            (*n_others)++;
    }
    return n;
}

/* The deepest that is read, or 0 as long as nothing has been refused. */
struct limit {
    size_t last_read;
    bool passed;
};

static bool check_closed(const struct shape *shape, size_t n,
                         struct limit *limit)
{
    struct fixture fixture;
    fixture_start(&fixture);
    struct ar_unit *unit = add_shape(&fixture, shape, n, true);
    size_t n_others;
    size_t n_deep = count_code(&fixture, "E0901", &n_others);
    bool good = true;
    if (n_deep == 0 && n_others == 0 && !limit->passed) {
        limit->last_read = n;
        add_declarations(&fixture, shape, unit);
        fixture_check(&fixture);
        size_t n_wrong = count_code(&fixture, shape->wrong, &n_others);
        bool wrong = shape->wrong[0] != '\0' && n >= shape->wrong_from;
        bool deep_quantifiers =
            strcmp(shape->wrong, "E0315") == 0 && n > AR_MAX_QUANTIFIER_DEPTH;
        if ((!deep_quantifiers && n_others > 0) || (n_wrong > 0) != wrong)
            good = complain(shape, n, true, &fixture, shape->wrong);
    } else if (n_deep != 1 || n_others != 0) {
        good = complain(shape, n, true, &fixture, "one E0901 wanted");
    } else {
        limit->passed = true;
    }
    fixture_end(&fixture);
    return good;
}

static bool check_unclosed(const struct shape *shape, size_t n)
{
    struct fixture fixture;
    fixture_start(&fixture);
    add_shape(&fixture, shape, n, false);
    size_t n_others;
    size_t n_deep = count_code(&fixture, "E0901", &n_others);
    bool good = n_deep + n_others == 1;
    if (!good)
        good = complain(shape, n, false, &fixture, "one error wanted");
    fixture_end(&fixture);
    return good;
}

static bool check_shape(const struct shape *shape)
{
    struct limit limit = {0, false};
    size_t n_failed = 0;
    for (size_t n = 1; n <= MAX_DEPTH && n_failed < 5; n++) {
        n_failed += !check_closed(shape, n, &limit);
        if (!shape->unclosed_is_whole)
            n_failed += !check_unclosed(shape, n);
    }
    if (!limit.passed || limit.last_read < AR_MAX_NESTING / 2 ||
        limit.last_read > AR_MAX_AST_DEPTH) {
        print_message("  %s: %u levels are read\n", shape->name,
                      (unsigned)limit.last_read);
        return false;
    }
    return n_failed == 0;
}

static void test_every_depth(void **state)
{
    (void)state;
    size_t n_failed = 0;
    for (size_t i = 0; i < AR_COUNT_OF(shapes); i++)
        n_failed += !check_shape(&shapes[i]);
    assert_int_equal(n_failed, 0);
}

/* The limit itself, to the level: what `archrules capabilities` prints. */
static void test_limit_of_brackets(void **state)
{
    (void)state;
    static const unsigned depths[] = {AR_MAX_NESTING - 1, AR_MAX_NESTING,
                                      AR_MAX_NESTING + 1};
    for (size_t i = 0; i < 3; i++) {
        struct fixture fixture;
        fixture_start(&fixture);
        add_shape(&fixture, &shapes[0], depths[i], true);
        assert_string_equal(fixture_reported(&fixture),
                            i < 2 ? "" : "E0901 1:70");
        fixture_end(&fixture);
    }
}

/* A bracket that is closed takes no room. */
static void test_side_by_side(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_start(&fixture);
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, "when (a)");
    put_times(&out, " and (a) and [1] == [f(2)] and \"{b}\" == 'c'", 1000);
    ar_buf_put_c(&out, " then diagnose 'x'");
    fixture_add(&fixture, fixture_unit(&fixture, AR_STR("")), AR_STR("t"),
                ar_buf_view(&out));
    assert_string_equal(fixture_reported(&fixture), "");
    fixture_end(&fixture);
}

/* One declaration that is too deep takes only itself along. */
static void test_others_are_kept(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_start(&fixture);
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, "rule deep when ");
    put_times(&out, "(", 100);
    ar_buf_put_c(&out, "a");
    put_times(&out, ")", 100);
    ar_buf_put_c(&out, " then diagnose 'x'\nrule broken when ) then\n");
    fixture_add(&fixture, fixture_unit(&fixture, AR_STR("")), AR_STR("t"),
                ar_buf_view(&out));
    size_t n_others;
    assert_int_equal(count_code(&fixture, "E0901", &n_others), 1);
    fixture_end(&fixture);
}

/* ---- with a small stack ---- */

/* In a child with that stack; its exit status, or 1000 + a signal. */
static int run_small(void (*body)(void))
{
    pid_t child = fork();
    int status = 0;
    if (child == 0) {
        struct rlimit stack = {SMALL_STACK_BYTES, SMALL_STACK_BYTES};
        setrlimit(RLIMIT_STACK, &stack);
        body();
        _exit(0);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void expect_small(struct fixture *fixture, bool condition)
{
    if (condition)
        return;
    ar_diags_sort(&fixture->diags);
    fixture->diags.list.count =
        fixture->diags.list.count < 5 ? fixture->diags.list.count : 5;
    fprintf(stderr, "%s\n", fixture_reported(fixture));
    _exit(3);
}

static void check_chain(const char *word, const char *term)
{
    struct fixture fixture;
    fixture_start(&fixture);
    struct ar_unit *unit = fixture_unit(&fixture, AR_STR(""));
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, declarations);
    ar_buf_printf(&out, "when %s", term);
    for (size_t i = 1; i < CHAIN_TERMS; i++)
        ar_buf_printf(&out, " %s %s", word, term);
    ar_buf_put_c(&out, " then diagnose 'x'\n");
    fixture_add(&fixture, unit, AR_STR("t"), ar_buf_view(&out));
    fixture_check(&fixture);
    size_t n_others;
    size_t n_deep = count_code(&fixture, "E0901", &n_others);
    if (n_deep == 0 && n_others > 0) /* the limit of tokens */
        n_deep = count_code(&fixture, "E0126", &n_others);
    /* It works, or there is one error of a limit. */
    expect_small(&fixture, n_others == 0 && n_deep <= 1);
    expect_small(&fixture, n_deep == 1 || fixture.program->rules.count == 1);
    fixture_end(&fixture);
}

static void chain_of_and(void)
{
    check_chain("and", "a.b");
}

static void chain_of_or(void)
{
    check_chain("or", "a.b");
}

static void chain_of_mixed(void)
{
    check_chain("and a.n == 1 or", "a.b");
}

static void chain_of_plus(void)
{
    check_chain("+", "a.n");
}

static void test_chains(void **state)
{
    (void)state;
    assert_int_equal(run_small(chain_of_and), 0);
    assert_int_equal(run_small(chain_of_or), 0);
    assert_int_equal(run_small(chain_of_mixed), 0);
    assert_int_equal(run_small(chain_of_plus), 0);
}

/* Exactly one error, and it is E0901 or one of syntax. */
static void check_many(const char *head, const char *piece)
{
    struct fixture fixture;
    fixture_start(&fixture);
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, head);
    put_times(&out, piece, MANY);
    ar_buf_put_c(&out, "1");
    fixture_add(&fixture, fixture_unit(&fixture, AR_STR("")), AR_STR("t"),
                ar_buf_view(&out));
    expect_small(&fixture, fixture.diags.n_errors == 1);
    size_t n_others;
    expect_small(&fixture, count_code(&fixture, "E0901", &n_others) == 1);
    fixture_end(&fixture);
}

static void many_brackets(void)
{
    check_many("when ", "(");
}

static void many_lists(void)
{
    check_many("when ", "[");
}

static void many_nots(void)
{
    check_many("when ", "not ");
}

static void many_minuses(void)
{
    check_many("when ", "-");
}

static void many_strings(void)
{
    check_many("when ", "\"{");
}

static void many_lists_of(void)
{
    check_many("fact a.b : ", "list of ");
}

static void many_braces(void)
{
    check_many("test 't' given a.b = ", "{ f = ");
}

static void test_a_million(void **state)
{
    (void)state;
    assert_int_equal(run_small(many_brackets), 0);
    assert_int_equal(run_small(many_lists), 0);
    assert_int_equal(run_small(many_nots), 0);
    assert_int_equal(run_small(many_minuses), 0);
    assert_int_equal(run_small(many_strings), 0);
    assert_int_equal(run_small(many_lists_of), 0);
    assert_int_equal(run_small(many_braces), 0);
}

/* ---- declarations that use each other ---- */

/* No more than one error, of one of these codes; or it works. */
static void check_declarations(const char *first, const char *format_a,
                               const char *format_b, const char *last)
{
    struct fixture fixture;
    fixture_start(&fixture);
    struct ar_unit *unit = fixture_unit(&fixture, AR_STR(""));
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, declarations);
    ar_buf_put_c(&out, first);
    for (unsigned i = 1; i < CHAIN_DECLARATIONS; i++) {
        ar_buf_put_c(&out, format_a);
        ar_buf_printf(&out, "%u", i);
        ar_buf_put_c(&out, format_b);
        ar_buf_printf(&out, "%u", i - 1);
        ar_buf_put_c(&out, last);
    }
    fixture_add(&fixture, unit, AR_STR("t"), ar_buf_view(&out));
    expect_small(&fixture, fixture.diags.n_errors == 0);
    fixture_check(&fixture);
    size_t n_others;
    count_code(&fixture, "E0904", &n_others);
    expect_small(&fixture, n_others == 0);
    fixture_end(&fixture);
}

static void chain_of_facts(void)
{
    check_declarations("fact c.f0 : int = a.n\n", "fact c.f", " : int = c.f",
                       "\n");
}

static void chain_of_defs(void)
{
    check_declarations("def f0() = 1\n", "def f", "() = f", "()\n");
}

/* Each is declared before what it uses. */
static void chain_of_defs_upwards(void)
{
    struct fixture fixture;
    fixture_start(&fixture);
    struct ar_unit *unit = fixture_unit(&fixture, AR_STR(""));
    struct ar_buf out = AR_BUF(&fixture.arena);
    for (unsigned i = 0; i < CHAIN_DECLARATIONS; i++)
        ar_buf_printf(&out, "def f%u() = f%u()\n", i, i + 1);
    ar_buf_printf(&out, "def f%u() = 1\n", (unsigned)CHAIN_DECLARATIONS);
    fixture_add(&fixture, unit, AR_STR("t"), ar_buf_view(&out));
    fixture_check(&fixture);
    size_t n_others;
    count_code(&fixture, "E0904", &n_others);
    expect_small(&fixture, n_others == 0);
    fixture_end(&fixture);
}

static void chain_of_facts_upwards(void)
{
    struct fixture fixture;
    fixture_start(&fixture);
    struct ar_unit *unit = fixture_unit(&fixture, AR_STR(""));
    struct ar_buf out = AR_BUF(&fixture.arena);
    for (unsigned i = 0; i < CHAIN_DECLARATIONS; i++)
        ar_buf_printf(&out, "fact c.f%u : int = c.f%u\n", i, i + 1);
    ar_buf_printf(&out, "fact c.f%u : int\n", (unsigned)CHAIN_DECLARATIONS);
    fixture_add(&fixture, unit, AR_STR("t"), ar_buf_view(&out));
    fixture_check(&fixture);
    size_t n_others;
    count_code(&fixture, "E0904", &n_others);
    expect_small(&fixture, n_others == 0);
    fixture_end(&fixture);
}

static void chain_of_rules(void)
{
    check_declarations("rule r0 when a.b then diagnose 'x'\n", "rule r",
                       " when a.b supersedes r", " then diagnose 'x'\n");
}

static void chain_of_rules_upwards(void)
{
    struct fixture fixture;
    fixture_start(&fixture);
    struct ar_unit *unit = fixture_unit(&fixture, AR_STR(""));
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, declarations);
    for (unsigned i = 0; i < CHAIN_DECLARATIONS; i++)
        ar_buf_printf(&out,
                      "rule r%u when a.b supersedes r%u then diagnose 'x'\n", i,
                      i + 1);
    ar_buf_printf(&out, "rule r%u when a.b then diagnose 'x'\n",
                  (unsigned)CHAIN_DECLARATIONS);
    fixture_add(&fixture, unit, AR_STR("t"), ar_buf_view(&out));
    fixture_check(&fixture);
    expect_small(&fixture, fixture.diags.n_errors == 0);
    fixture_end(&fixture);
}

static void test_declarations_in_chains(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void (*body)(void);
    } chains[] = {
        {"facts", chain_of_facts},
        {"facts, upwards", chain_of_facts_upwards},
        {"functions", chain_of_defs},
        {"functions, upwards", chain_of_defs_upwards},
        {"rules", chain_of_rules},
        {"rules, upwards", chain_of_rules_upwards},
    };
    size_t n_failed = 0;
    for (size_t i = 0; i < AR_COUNT_OF(chains); i++) {
        int status = run_small(chains[i].body);
        if (status == 0)
            continue;
        print_message("  chain of %s: %d\n", chains[i].name, status);
        n_failed++;
    }
    assert_int_equal(n_failed, 0);
}

/* Brackets that open nothing are errors, not depth. */
static void test_closing_brackets(void **state)
{
    (void)state;
    static const char *const pieces[] = {")", "]", "}", "then ", "else "};
    for (size_t i = 0; i < AR_COUNT_OF(pieces); i++) {
        struct fixture fixture;
        fixture_start(&fixture);
        struct ar_buf out = AR_BUF(&fixture.arena);
        ar_buf_put_c(&out, "when a.b ");
        put_times(&out, pieces[i], 10000);
        fixture_add(&fixture, fixture_unit(&fixture, AR_STR("")), AR_STR("t"),
                    ar_buf_view(&out));
        assert_int_equal(fixture.diags.n_errors, 1);
        fixture_end(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_depth),
        cmocka_unit_test(test_limit_of_brackets),
        cmocka_unit_test(test_side_by_side),
        cmocka_unit_test(test_others_are_kept),
        cmocka_unit_test(test_chains),
        cmocka_unit_test(test_a_million),
        cmocka_unit_test(test_declarations_in_chains),
        cmocka_unit_test(test_closing_brackets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
