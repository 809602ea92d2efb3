/* SPDX-License-Identifier: Apache-2.0 */
/* The checker on what is right: types of expressions, names, tables, derived
 * facts, rules, tests. What several packs mean to each other is t_packs.c's;
 * what is wrong is in tests/bad. */

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

static struct fixture fixture;

static int start(void **state)
{
    (void)state;
    fixture_start(&fixture);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fixture_end(&fixture);
    return 0;
}

/* A fact of each type, for expressions. */
static const char *const preamble =
    "enum colour = red, green (\"vert\"), blue\n"
    "fact f.b : bool\nfact f.i : int\nfact f.r : real\nfact f.s : string\n"
    "fact f.v : version\nfact f.z : size\nfact f.d : duration\n"
    "fact f.t : time\nfact f.a : arch\nfact f.c : colour\n"
    "fact f.ip : ip\nfact f.net : cidr\n"
    "fact f.ls : list of string\nfact f.li : list of int\n"
    "fact f.lv : list of version\nfact f.lz : list of size\n"
    "fact f.m : map of int\nfact f.mm : map of map of string\n"
    "fact f.rec : { name : string, n? : int }\n"
    "fact f.lr : list of { name : string, n? : int, sub : list of int }\n"
    "fact g(path : string).x : string\n"
    "fact g(path : string).y : bool\n"
    "fact h(n : int) : size\n"
    "table t (a : arch) -> s : string, i : int\n  amd64 -> \"x\", 1\n"
    "table collect tc (a : arch) -> s : string\n  amd64 -> \"x\"\n"
    "def twice(n : int) = n * 2\n"
    "def either(c : bool, s : string) : string = if c then s else \"no\"\n";

/* One unit of the preamble and text, checked; it must be without a fault. */
static struct ar_program *check_good(const char *text)
{
    struct ar_unit *unit = fixture_unit(&fixture, AR_STR(""));
    fixture_add(&fixture, unit, AR_STR("preamble"), ar_str_from_c(preamble));
    fixture_add(&fixture, unit, AR_STR("t"), ar_str_from_c(text));
    fixture.options.lint = false;
    struct ar_program *program = fixture_check(&fixture);
    if (fixture.diags.list.count > 0)
        print_message("%s\n  %s\n", text, fixture_reported(&fixture));
    assert_int_equal(fixture.diags.list.count, 0);
    return program;
}

static void restart(void)
{
    fixture_end(&fixture);
    fixture_start(&fixture);
}

static const struct ar_rule *rule_of(const char *id)
{
    for (size_t i = 0; i < fixture.program->rules.count; i++) {
        if (ar_str_equal_c(fixture.program->rules.at[i]->id, id))
            return fixture.program->rules.at[i];
    }
    return NULL;
}

static const struct ar_fact *fact_of(const char *name)
{
    for (size_t i = 0; i < fixture.program->facts.count; i++) {
        if (ar_str_equal_c(fixture.program->facts.at[i]->decl.name, name))
            return fixture.program->facts.at[i];
    }
    return NULL;
}

static void assert_str(ar_str found, const char *wanted)
{
    if (!ar_str_equal_c(found, wanted))
        fail_msg("\n  found  <" AR_STR_FORMAT ">\n  wanted <%s>",
                 AR_STR_ARG(found), wanted);
}

/* ---- types ---- */

static const struct {
    const char *expr;
    const char *type;
} types[] = {
    {"1", "int"},
    {"0x10", "int"},
    {"-1", "int"},
    {"-9223372036854775808", "int"},
    {"1.5", "real"},
    {"-1e3", "real"},
    {"\"x\"", "string"},
    {"'x'", "string"},
    {"\"x {f.i} {f.ls}\"", "string"},
    {"1.2.3", "version"},
    {"v1.2", "version"},
    {"3GiB", "size"},
    {"3ms", "duration"},
    {"true", "bool"},
    {"[1, 2]", "list of int"},
    {"[f.v, \"1.2\", 4.30]", "list of version"},
    {"[f.a, amd64]", "list of arch"},
    {"f.a", "arch"},
    {"f.c", "colour"},
    {"f.rec", "{ name : string, n? : int }"},
    {"f.rec.name", "string"},
    {"f.rec.n", "int"},
    {"f.lr.name", "list of string"},
    {"f.lr.sub", "list of list of int"},
    {"f.lr[0]", "{ name : string, n? : int, sub : list of int }"},
    {"f.lr[-1].sub[0]", "int"},
    {"f.ls[0]", "string"},
    {"f.m[\"k\"]", "int"},
    {"f.mm[\"a\"][\"b\"]", "string"},
    {"f.v.major + f.v.minor + f.v.patch", "int"},
    {"f.net.first", "ip"},
    {"f.net.last", "ip"},
    {"f.net.length", "int"},
    {"g(\"a\").x", "string"},
    {"g(f.s).y", "bool"},
    {"h(3)", "size"},
    {"t(f.a)", "{ s : string, i : int }"},
    {"t(amd64).i", "int"},
    {"tc(f.a)", "list of { s : string }"},
    {"tc(f.a).s", "list of string"},
    {"twice(3)", "int"},
    {"twice(twice(f.i))", "int"},
    {"either(f.b, f.s)", "string"},
    {"f.i + 1", "int"},
    {"f.i + 1.5", "real"},
    {"f.r * 2", "real"},
    {"f.i / 2", "int"},
    {"f.i % 2", "int"},
    {"f.s + \"x\"", "string"},
    {"f.z + 1GiB", "size"},
    {"f.z - 1B", "size"},
    {"f.z * 2", "size"},
    {"2 * f.z", "size"},
    {"f.z / 2", "size"},
    {"f.z / 1GiB", "real"},
    {"f.d + 1s", "duration"},
    {"f.d / 1h", "real"},
    {"f.d * 1.5", "duration"},
    {"f.t - f.t", "duration"},
    {"f.t + 1h", "time"},
    {"f.t - 1h", "time"},
    {"now() - f.t", "duration"},
    {"-f.d", "duration"},
    {"-f.r", "real"},
    {"f.i == 1", "bool"},
    {"f.i == 1.5", "bool"},
    {"f.r >= 1", "bool"},
    {"f.s < \"x\"", "bool"},
    {"f.v > \"4.30\"", "bool"},
    {"f.v >= 4.30", "bool"},
    {"f.v != 4", "bool"},
    {"4.30.1 <= f.v", "bool"},
    {"f.a == arm64", "bool"},
    {"amd64 != f.a", "bool"},
    {"f.c == green", "bool"},
    {"f.t < \"2027-01-31\"", "bool"},
    {"f.t < \"2027-01-31T10:00:00Z\"", "bool"},
    {"f.ip == \"10.0.0.1\"", "bool"},
    {"f.net == \"10.0.0.0/8\"", "bool"},
    {"f.b == true", "bool"},
    {"f.d > 3min", "bool"},
    {"f.i in [1, 2]", "bool"},
    {"f.i in []", "bool"},
    {"f.a in [amd64, arm64]", "bool"},
    {"f.v in 1.0.0 .. <2.5.8", "bool"},
    {"f.v in \"1.0\" .. 2.5", "bool"},
    {"f.z not in 1GiB .. 2GiB", "bool"},
    {"f.s in f.ls", "bool"},
    {"f.s in f.m", "bool"},
    {"\"x\" not in f.ls", "bool"},
    {"f.ip in f.net", "bool"},
    {"f.ip in \"10.0.0.0/8\"", "bool"},
    {"f.net in \"10.0.0.0/8\"", "bool"},
    {"f.ls contains \"x\"", "bool"},
    {"f.s contains \"x\"", "bool"},
    {"f.s starts with \"x\" or f.s ends with f.s", "bool"},
    {"f.s matches /x/", "bool"},
    {"f.ls matches /x/i", "bool"},
    {"f.lr.name matches 'x'", "bool"},
    {"f.i exists", "bool"},
    {"f absent", "bool"},
    {"g(\"a\") exists", "bool"},
    {"f.i unknown(denied)", "bool"},
    {"f.i default 3", "int"},
    {"f.a default amd64", "arch"},
    {"f.rec.n default 0", "int"},
    {"f.ls default []", "list of string"},
    {"if f.b then 1 else 2", "int"},
    {"if f.b then f.a else arm64", "arch"},
    {"if f.b then f.b else not f.b", "bool"},
    {"any x in f.li: x > 1", "bool"},
    {"every x in f.lr: (any y in x.sub: y == x.n)", "bool"},
    {"no x in f.lr: x.n exists", "bool"},
    {"count(x in f.li: x > 1)", "int"},
    {"first(x in f.lr: x.name == \"a\")",
     "{ name : string, n? : int, sub : list of int }"},
    {"first(x in f.lr: x.name == \"a\").sub", "list of int"},
    {"filter(x in f.ls: x matches /a(?<n>b)/ and n == \"b\")",
     "list of string"},
    {"length(f.s) + length(f.ls) + length(f.m)", "int"},
    {"lower(upper(trim(f.s)))", "string"},
    {"replace(f.s, \"a\", \"b\")", "string"},
    {"split(f.s, \",\")", "list of string"},
    {"join(f.ls, \",\")", "string"},
    {"remove_prefix(remove_suffix(f.s, \"a\"), \"b\")", "string"},
    {"word(f.s, -1)", "string"},
    {"basename(dirname(f.s))", "string"},
    {"abs(f.i)", "int"},
    {"abs(f.r)", "real"},
    {"abs(f.d)", "duration"},
    {"min(f.lv)", "version"},
    {"max(f.li)", "int"},
    {"sum(f.lz)", "size"},
    {"sort(f.lv)", "list of version"},
    {"unique(f.ls)", "list of string"},
    {"keys(f.mm)", "list of string"},
    {"overlaps(f.net, \"10.0.0.0/8\")", "bool"},
    {"int(f.s)", "int"},
    {"version(f.s)", "version"},
    {"size(f.s)", "size"},
    {"time(f.s)", "time"},
    {"cidr(f.s)", "cidr"},
    {"ip(f.s)", "ip"},
    {"arch(f.s)", "arch"},
    {"colour(f.s)", "colour"},
    {"string(f.v)", "string"},
    {"string(f.a) + string(f.i)", "string"},
};

static bool has_type(size_t ix)
{
    ar_str text =
        ar_str_printf(&fixture.arena, "def it() = %s\n", types[ix].expr);
    struct ar_unit *unit = fixture_unit(&fixture, AR_STR(""));
    fixture_add(&fixture, unit, AR_STR("preamble"), ar_str_from_c(preamble));
    fixture_add(&fixture, unit, AR_STR("t"), text);
    fixture.options.lint = false;
    struct ar_program *program = fixture_check(&fixture);
    const struct ar_def *def = program->defs.at[program->defs.count - 1];
    ar_str type = ar_type_text(&fixture.arena, def->type);
    if (fixture.diags.list.count == 0 && ar_str_equal_c(type, types[ix].type) &&
        ar_type_equal(def->body->type, def->type))
        return true;
    print_message("  %s is " AR_STR_FORMAT ", not %s; %s\n", types[ix].expr,
                  AR_STR_ARG(type), types[ix].type, fixture_reported(&fixture));
    return false;
}

static void test_types(void **state)
{
    (void)state;
    size_t n_failed = 0;
    for (size_t i = 0; i < AR_COUNT_OF(types); i++) {
        n_failed += !has_type(i);
        restart();
    }
    assert_int_equal(n_failed, 0);
}

static const struct ar_expr *when_of(const char *condition)
{
    ar_str text = ar_str_printf(&fixture.arena,
                                "rule r when %s then diagnose 'x'", condition);
    check_good(text.ptr);
    return rule_of("r")->when;
}

static void test_constants(void **state)
{
    (void)state;
    const struct ar_expr *when = when_of("f.v > 4.30");
    assert_int_equal(when->kind, AR_EXPR_COMPARE);
    assert_int_equal(when->op, AR_OPERATOR_GREATER);
    assert_int_equal(when->operands[0]->kind, AR_EXPR_FACT);
    assert_int_equal(when->operands[1]->kind, AR_EXPR_CONSTANT);
    assert_str(ar_expr_value(when->operands[1]).as.version->text, "4.30");
    restart();
    when = when_of("f.i == -0x80070020");
    assert_int_equal(ar_expr_value(when->operands[1]).as.integer, -2147942432);
    restart();
    when = when_of("f.i == -9223372036854775808");
    assert_int_equal(ar_expr_value(when->operands[1]).as.integer, INT64_MIN);
    restart();
    when = when_of("f.z == 1.5KiB");
    assert_int_equal(ar_expr_value(when->operands[1]).as.integer, 1536);
    restart();
    when = when_of("f.d == 1_000ms");
    assert_int_equal(ar_expr_value(when->operands[1]).as.integer, 1000000);
    restart();
    when = when_of("arm64 == f.a");
    assert_int_equal(when->operands[0]->kind, AR_EXPR_CONSTANT);
    assert_ptr_equal(when->operands[0]->type, &ar_type_arch);
    restart();
    when = when_of("f.r == 1");
    assert_int_equal(when->operands[1]->type->kind, AR_TYPE_REAL);
}

/* ---- locals ---- */

static const struct ar_expr *find_local(struct ar_expr *expr)
{
    if (expr->kind == AR_EXPR_LOCAL)
        return expr;
    for (size_t i = 0; i < expr->n_operands; i++) {
        const struct ar_expr *found = find_local(expr->operands[i]);
        if (found)
            return found;
    }
    return NULL;
}

static void test_captures(void **state)
{
    (void)state;
    check_good("rule r\n"
               "  when a == \"1\" and (f.s matches /(?<a>\\d)(?<b>\\d)/ and\n"
               "       f.ls matches /(x)(?<c>y)/)\n"
               "  let d = a + b\n  symptom f.s matches /(?<e>z)/\n"
               "  key b\n  then diagnose \"{a}{b}{c}{d}{e}\"\n");
    const struct ar_rule *rule = rule_of("r");
    const struct ar_expr *a = find_local(rule->when);
    assert_non_null(a);
    assert_int_equal(a->local->kind, AR_LOCAL_CAPTURE);
    assert_int_equal(a->local->group_ix, 1);
    assert_int_equal(a->type->kind, AR_TYPE_STRING);
    assert_int_equal(rule->diagnosis->n_parts, 11);
    const struct ar_local *locals[5];
    for (size_t i = 0; i < 5; i++) {
        const struct ar_expr *expr = rule->diagnosis->parts[2 * i + 1].expr;
        assert_int_equal(expr->kind, AR_EXPR_LOCAL);
        locals[i] = expr->local;
        assert_true(locals[i]->slot < rule->n_slots);
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(locals[i]->slot, locals[k]->slot);
    }
    assert_ptr_equal(locals[0], a->local);
    assert_int_equal(locals[1]->group_ix, 2);
    assert_int_equal(locals[2]->group_ix, 2);
    assert_int_equal(locals[3]->kind, AR_LOCAL_LET);
    assert_ptr_equal(locals[0]->match, locals[1]->match);
    assert_ptr_not_equal(locals[0]->match, locals[4]->match);
    assert_non_null(locals[4]->match->subject);
    assert_ptr_equal(find_local(rule->key)->local, locals[1]);
}

static void test_same_name_in_two_quantifiers(void **state)
{
    (void)state;
    check_good("rule r\n"
               "  when (any x in f.ls: x matches /(?<n>a)/ and n == \"a\")\n"
               "   and (any x in f.ls: x matches /(?<n>b)/ and n == \"b\")\n"
               "  then diagnose 'x'\n"
               "rule s when f.s matches /(?<n>c)/ then diagnose \"{n}\"\n");
    assert_non_null(rule_of("r"));
}

static void test_lets(void **state)
{
    (void)state;
    check_good("rule r\n  let a = f.i\n  let b = a + 1\n"
               "  for each e in f.lr key e.name\n  let c = e.n == b\n"
               "  when c and e.name == \"x\"\n"
               "  then diagnose \"{a}{e.name}\"\n");
    const struct ar_rule *rule = rule_of("r");
    assert_int_equal(rule->details->lets.count, 3);
    assert_str(rule->details->lets.at[0]->name, "a");
    assert_int_equal(rule->details->lets.at[1]->type->kind, AR_TYPE_INT);
    assert_int_equal(rule->details->lets.at[2]->type->kind, AR_TYPE_BOOL);
    assert_int_equal(rule->details->lets.at[2]->expr->kind, AR_EXPR_COMPARE);
    assert_non_null(rule->element);
    assert_str(rule->element->name, "e");
    assert_int_equal(rule->element->type->kind, AR_TYPE_RECORD);
    assert_int_equal(rule->each->type->kind, AR_TYPE_LIST);
    assert_int_equal(rule->key->type->kind, AR_TYPE_STRING);
}

static void test_lint_of_lets(void **state)
{
    (void)state;
    static const char *const text =
        "input f.i : int ask 'i'\nrule r\n  let a = f.i\n  let _b = f.i\n"
        "  let c = a\n  when c == 1 then diagnose 'x'\n"
        "rule s\n  let unused = 1\n  when f.i == 2 then diagnose 'x'\n";
    fixture_text(&fixture, "t", text);
    fixture_check(&fixture);
    assert_string_equal(fixture_reported(&fixture), "W1001 8:7");
    assert_int_equal(fixture.program->rules.count, 2);
}

static void test_quantifier_depth(void **state)
{
    (void)state;
    check_good("rule r when any a in f.li: (any b in f.li: (any c in f.li: "
               "(any d in f.li: d == a))) then diagnose 'x'\n"
               "def deep(n : int) = any a in f.li: a == n\n"
               "rule s when any a in f.li: deep(a) then diagnose 'x'");
}

/* ---- derived facts and functions ---- */

static void test_derived_facts(void **state)
{
    (void)state;
    check_good("fact d.one : bool = f.i == 1\n"
               "fact d.libc : colour = red if f.i == 1\n"
               "fact d.libc : colour = green if f.i == 2 and d.one\n"
               "fact d.libc : colour = blue if f absent\n"
               "fact d.at(n : int).x : int = n + f.i\n"
               "fact d.use : int = d.at(3).x unit \"x\" fixed\n");
    const struct ar_fact *one = fact_of("d.one");
    assert_true(one->decl.is_derived);
    assert_int_equal(one->definitions.count, 1);
    assert_null(one->definitions.at[0].guard);
    const struct ar_fact *libc = fact_of("d.libc");
    assert_int_equal(libc->definitions.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_non_null(libc->definitions.at[i].guard);
        assert_int_equal(libc->definitions.at[i].guard->type->kind,
                         AR_TYPE_BOOL);
        assert_int_equal(ar_expr_value(libc->definitions.at[i].expr).as.integer,
                         i);
    }
    const struct ar_fact *at = fact_of("d.at().x");
    assert_int_equal(at->decl.n_parameters, 1);
    assert_str(at->parameters[0]->name, "n");
    assert_true(at->n_slots >= 1);
    const struct ar_fact *use = fact_of("d.use");
    assert_int_equal(use->definitions.at[0].expr->kind, AR_EXPR_FACT);
    assert_int_equal(use->definitions.at[0].expr->n_operands, 1);
    assert_str(use->decl.unit, "x");
    assert_true(use->decl.is_fixed);
    assert_false(fact_of("f.i")->decl.is_derived);
}

/* A derived fact is in no group: it is not what a probe finds or misses. */
static void test_attributes(void **state)
{
    (void)state;
    check_good("## The owner.\nfact a.owner : string sensitive personal\n"
               "fact a.key : string sensitive secret needs admin\n"
               "fact a.size : size unit \"bytes\" fixed\n"
               "input a.tag : string ask \"Which tag?\"\n");
    assert_int_equal(fact_of("a.owner")->decl.sensitivity,
                     AR_SENSITIVITY_PERSONAL);
    assert_str(fact_of("a.owner")->decl.doc, "The owner.");
    assert_int_equal(fact_of("a.key")->decl.sensitivity, AR_SENSITIVITY_SECRET);
    assert_true(fact_of("a.key")->decl.needs_admin);
    assert_str(fact_of("a.size")->decl.unit, "bytes");
    assert_true(fact_of("a.tag")->decl.is_input);
    assert_str(fact_of("a.tag")->decl.question, "Which tag?");
}

static void test_chain_of_derived_facts(void **state)
{
    (void)state;
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, "fact c.f0 : int = f.i\n");
    for (unsigned i = 1; i < AR_MAX_DERIVED_DEPTH; i++)
        ar_buf_printf(&out, "fact c.f%u : int = c.f%u\n", i, i - 1);
    check_good(ar_buf_view(&out).ptr);
}

/* Used before it is declared, in any order of files. */
static void test_functions(void **state)
{
    (void)state;
    check_good("def a(n : int) = b(n) + 1\n"
               "def b(n : int) = if n > 1 then c(n, f.ls) else 2\n"
               "def c(n : int, l : list of string) = n + length(l)\n"
               "def is_new(v : version) : bool = v >= 4.30 and f.b\n"
               "def row(x : arch) = t(x)\n"
               "rule r when a(f.i) > 1 and is_new(\"4.31\") and\n"
               "  row(amd64).i == 1 then diagnose 'x'\n");
    const struct ar_rule *rule = rule_of("r");
    const struct ar_expr *call = rule->when->operands[0]->operands[0];
    assert_int_equal(call->kind, AR_EXPR_DEF);
    assert_str(call->def->name, "a");
    assert_int_equal(call->def->n_parameters, 1);
    assert_int_equal(call->def->type->kind, AR_TYPE_INT);
}

/* ---- tables ---- */

static const struct {
    const char *head;
    const char *rows;
    const char *reported; /* codes with the rows' numbers */
} tables[] = {
    {"(c : colour)", "red\ngreen\nblue", ""},
    {"(c : colour)", "red\ngreen\nred", "E0501 3"},
    {"(c : colour)", "_\nred", "E0501 2"},
    {"(c : colour)", "{red, green}\nblue", ""},
    {"(c : colour)", "{red, green}\n{green, blue}", "E0501 2"},
    {"(c : colour)", "absent\nred", ""},
    {"(c : colour)", "absent\n_", "E0501 2"},
    {"complete (c : colour)", "red\ngreen\nblue", ""},
    {"complete (c : colour)", "red\n{blue, green}", ""},
    {"complete (c : colour)", "red\ngreen", "E0503 0"},
    {"complete (c : colour)", "_", ""},
    {"first complete (c : colour)", "red\n_", ""},
    {"first (c : colour)", "_\nred", "E0502 2"},
    {"first (c : colour)", "red\ngreen\nblue\nabsent\n_", "E0502 5"},
    {"first (c : colour)", "red\ngreen\nblue\n_", ""},
    {"collect (c : colour)", "red\nred\n_", ""},
    {"collect complete (c : colour)", "red\nred", "E0503 0"},
    {"(n : int)", "1\n2\n3", ""},
    {"(n : int)", "1 .. 3\n4 .. 6", ""},
    {"(n : int)", "1 .. 3\n3 .. 6", "E0501 2"},
    {"(n : int)", "1 .. <3\n3 .. 6", ""},
    {"(n : int)", "< 1\n>= 1", ""},
    {"(n : int)", "<= 1\n>= 1", "E0501 2"},
    {"(n : int)", "< 2\n> 0", "E0501 2"},
    {"(n : int)", "< 2\n> 1", ""},
    {"(n : int)", "0x10\n16", "E0501 2"},
    {"(n : int)", "-1 .. 1\n0", "E0501 2"},
    {"complete (n : int)", "< 1\n1\n> 1", ""},
    {"complete (n : int)", "<= 1\n>= 2", ""},
    {"complete (n : int)", "<= 1\n>= 3", "E0503 0"},
    {"complete (n : int)", "<= 1\n2\n3\n4 .. 9\n>= 10", ""},
    {"first complete (n : int)", "1 .. 5\n_", ""},
    {"first (n : int)", "1 .. 5\n2 .. 4", "E0502 2"},
    {"first (n : int)", "1 .. 3\n4 .. 6\n2 .. 5", "E0502 3"},
    {"first (n : int)", "1 .. 3\n5 .. 6\n2 .. 5", ""},
    {"first (n : int)", "< 5\n>= 5\nabsent\n_", "E0502 4"},
    {"(v : version)", "4.30\n4.3", ""},
    {"(v : version)", "4.30.0\n4.30", "E0501 2"},
    {"(v : version)", "< 2.0.0\n>= 2", ""},
    {"(v : version)", "< 2.0.0\n>= 2.0.0-rc1", "E0501 2"},
    {"(v : version)", "1.0.0 .. <2.0.0\n2.0.0 .. <3.0.0", ""},
    {"(v : version)", "1.0.0 .. 2.0.0\n2.0.0 .. 3.0.0", "E0501 2"},
    {"complete (v : version)", "< 2.0.0\n>= 2.0.0", ""},
    {"complete (v : version)", "< 2.0.0\n> 2.0.0", "E0503 0"},
    {"complete (v : version)", "< 1.0.0\n1.0.0 .. <2.0.0\n>= 2.0.0", ""},
    {"complete (v : version)", "< 1.0.0\n1.0.0 .. <2.0.0\n>= 2.0.1", "E0503 0"},
    {"(z : size)", "<= 1GiB\n> 1024MiB", ""},
    {"(z : size)", "< 1GiB\n>= 1GB", "E0501 2"},
    {"complete (z : size)", "0B .. <1GiB\n>= 1GiB", ""},
    {"complete (z : size)", "1B .. <1GiB\n>= 1GiB", "E0503 0"},
    {"(d : duration)", "60s\n1min", "E0501 2"},
    {"complete (d : duration)", "< 0s\n0s\n> 0s", ""},
    {"(s : string)", "\"a\"\n\"b\"", ""},
    {"(s : string)", "\"a\"\n'a'", "E0501 2"},
    {"(s : string)", "\"a\" .. \"c\"\n\"b\"", "E0501 2"},
    {"(s : string)", "< \"b\"\n\"b\"", ""},
    {"complete (s : string)", "\"a\"\n\"b\"", "E0503 0"},
    {"first complete (s : string)", "\"a\"\n_", ""},
    {"complete (s : string)", "< \"a\"\n>= \"a\"", ""},
    {"(b : bool)", "true\nfalse", ""},
    {"(b : bool)", "true\nfalse\ntrue", "E0501 3"},
    {"complete (b : bool)", "true\nfalse", ""},
    {"complete (b : bool)", "true", "E0503 0"},
    {"first (b : bool)", "true\nfalse\nabsent\n_", "E0502 4"},
    {"(i : ip)", "\"10.0.0.1\"\n\"10.0.0.2\"", ""},
    {"(i : ip)", "\"10.0.0.1\"\n\"10.0.0.1\"", "E0501 2"},
    {"complete (i : ip)", "\"10.0.0.1\"", "E0503 0"},
    {"(t : time)", "< \"2027-01-01\"\n>= \"2027-01-01\"", ""},
    {"(t : time)", "\"2027-01-01\"\n\"2027-01-01T00:00:00Z\"", "E0501 2"},
    {"(r : real)", "< 0.5\n>= 0.5", ""},
    {"complete (r : real)", "< 0.5\n> 0.5", "E0503 0"},
    {"(a : bool, b : bool)", "true, _\nfalse, true", ""},
    {"(a : bool, b : bool)", "true, _\n_, true", "E0501 2"},
    {"complete (a : bool, b : bool)", "true, _\nfalse, true\nfalse, false", ""},
    {"complete (a : bool, b : bool)", "true, true\nfalse, false", "E0503 0"},
    {"first complete (a : bool, b : bool)", "true, _\n_, true\n_, _", ""},
    {"first (a : bool, b : bool)", "true, _\n_, true\nfalse, false\ntrue, true",
     "E0502 4"},
    {"(c : colour, n : int)", "red, < 5\nred, >= 5\n{green, blue}, _", ""},
    {"complete (c : colour, n : int)", "red, < 5\nred, >= 5\n{green, blue}, _",
     ""},
    {"complete (c : colour, n : int)", "red, < 5\nred, > 5\n{green, blue}, _",
     "E0503 0"},
    {"(c : colour, v : version, b : bool)",
     "red, < 2.0.0, true\nred, < 2.0.0, false\n_, >= 2.0.0, _", ""},
    {"(c : colour, v : version, b : bool)",
     "red, < 2.0.0, true\n_, >= 1.9.0, _", "E0501 2"},
    {"first complete (a : bool, b : bool, c : bool, d : bool)",
     "true, _, _, _\n_, true, _, _\n_, _, true, _\n_, _, _, true\n_, _, _, _",
     ""},
};

/* "E0501 3" of a diagnostic in the third row; row 0 is the table's name. */
static ar_str rows_reported(void)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    for (size_t i = 0; i < fixture.diags.list.count; i++) {
        struct ar_position at;
        struct ar_position last;
        const struct ar_diag *diag = fixture.diags.list.at[i];
        ar_diag_positions(&fixture.diags, diag, &at, &last);
        ar_buf_printf(&out, "%s%s %u", i == 0 ? "" : ", ",
                      ar_diag_table[diag->code].code, at.line - 2);
    }
    return ar_buf_view(&out);
}

static ar_str table_text(const char *head, const char *rows)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    const char *open = strchr(head, '(');
    ar_buf_put_c(&out, "enum colour = red, green, blue\ntable ");
    ar_buf_put(&out, (ar_str){head, (size_t)(open - head)});
    ar_buf_printf(&out, "it %s -> x : int\n", open);
    for (const char *p = rows; *p; p++) {
        if (*p == '\n')
            ar_buf_put_c(&out, " -> 1");
        ar_buf_put_char(&out, *p);
    }
    ar_buf_put_c(&out, " -> 1\n");
    return ar_buf_view(&out);
}

static void test_tables(void **state)
{
    (void)state;
    size_t n_failed = 0;
    for (size_t i = 0; i < AR_COUNT_OF(tables); i++) {
        ar_str text = table_text(tables[i].head, tables[i].rows);
        fixture_text(&fixture, "t", text.ptr);
        fixture_check(&fixture);
        ar_diags_sort(&fixture.diags);
        ar_str reported = rows_reported();
        if (!ar_str_equal_c(reported, tables[i].reported)) {
            print_message("  " AR_STR_FORMAT "    reported <" AR_STR_FORMAT
                          ">, wanted <%s>\n",
                          AR_STR_ARG(text), AR_STR_ARG(reported),
                          tables[i].reported);
            n_failed++;
        }
        restart();
    }
    assert_int_equal(n_failed, 0);
}

static void test_table_contents(void **state)
{
    (void)state;
    check_good("## Doc.\ntable first complete it (a : arch, n : int)"
               " -> s : string, i : int\n"
               "  {amd64, arm64}, 1 .. <5 -> \"x\", -1\n"
               "  absent, >= 7 -> \"y\", 2\n  _, _ -> \"z\", 0x10\n");
    const struct ar_table *table = fixture.program->tables.at[2];
    assert_str(table->name, "it");
    assert_str(table->doc, "Doc.");
    assert_int_equal(table->policy, AR_HIT_FIRST);
    assert_true(table->is_complete);
    assert_int_equal(table->n_inputs, 2);
    assert_int_equal(table->output->n_fields, 2);
    assert_int_equal(table->n_rows, 3);
    const struct ar_cell *cells = table->rows[0].cells;
    assert_int_equal(cells[0].kind, AR_CELL_SET);
    assert_int_equal(cells[0].n_values, 2);
    assert_int_equal(cells[1].kind, AR_CELL_RANGE);
    assert_true(cells[1].open_end);
    assert_int_equal(cells[1].values[1].as.integer, 5);
    assert_int_equal(table->rows[1].cells[0].kind, AR_CELL_ABSENT);
    assert_int_equal(table->rows[1].cells[1].kind, AR_CELL_COMPARE);
    assert_int_equal(table->rows[1].cells[1].op, AR_OPERATOR_GREATER_EQUAL);
    assert_int_equal(table->rows[2].cells[0].kind, AR_CELL_ANY);
    assert_int_equal(table->rows[0].result.as.list.items[1].as.integer, -1);
}

static const char *table_file;
static ar_str table_file_path;

static bool read_table_file(struct ar_arena *arena, ar_str path, ar_str *out,
                            ar_str *why)
{
    (void)why;
    table_file_path = path;
    *out = ar_str_copy(arena, ar_str_from_c(table_file));
    return true;
}

static const struct ar_table *read_table(const char *declaration,
                                         const char *file)
{
    ar_str text =
        ar_str_printf(&fixture.arena, "table %s from \"t.csv\"", declaration);
    table_file = file;
    fixture.options.read_file = read_table_file;
    struct ar_unit *unit = fixture_unit(&fixture, AR_STR(""));
    fixture_add(&fixture, unit, AR_STR("folder/t.rules"), text);
    fixture_check(&fixture);
    assert_string_equal(fixture_reported(&fixture), "");
    assert_str(table_file_path, "folder/t.csv");
    return fixture.program->tables.at[0];
}

static void test_table_files(void **state)
{
    (void)state;
    const struct ar_table *table = read_table(
        "first t (a : arch, n : int, s : string) -> v : version, s2 : string",
        "# a comment\r\na,n,s,v,s2\r\n\r\namd64,1 .. <5,\"x, \"\"y\"\"\","
        "4.30, a b \r\n\"{arm64, i386}\",>= 7,_,1.2.3,\"\"\r\n_,_,absent,"
        "4,\"two\nlines\"");
    assert_int_equal(table->n_rows, 3);
    const struct ar_cell *cells = table->rows[0].cells;
    assert_int_equal(cells[0].kind, AR_CELL_SET);
    assert_int_equal(cells[1].kind, AR_CELL_RANGE);
    assert_true(cells[1].open_end);
    assert_str(cells[2].values[0].as.string, "x, \"y\"");
    const ar_value *results = table->rows[0].result.as.list.items;
    assert_str(results[0].as.version->text, "4.30");
    assert_str(results[1].as.string, "a b");
    cells = table->rows[1].cells;
    assert_int_equal(cells[0].n_values, 2);
    assert_int_equal(cells[1].kind, AR_CELL_COMPARE);
    assert_int_equal(cells[2].kind, AR_CELL_ANY);
    assert_int_equal(table->rows[2].cells[2].kind, AR_CELL_ABSENT);
    assert_str(table->rows[2].result.as.list.items[1].as.string, "two\nlines");
}

/* As programs for spreadsheets write them. */
static void test_table_file_with_mark(void **state)
{
    (void)state;
    const struct ar_table *table = read_table(
        "t (n : int) -> m : int", "\xEF\xBB\xBFn,m\r\n1,2\r\n-3,0x10\r\n");
    assert_int_equal(table->n_rows, 2);
    assert_int_equal(table->rows[1].cells[0].values[0].as.integer, -3);
}

/* ---- rules ---- */

static void test_rule_parts(void **state)
{
    (void)state;
    check_good("## Doc.\nrule z when f.b then diagnose 'x'\n"
               "rule r\n  title \"T\"\n  severity warning\n"
               "  confidence low\n  keywords \"a\", \"b\"\n"
               "  keywords \"c\"\n  context \"C\"\n"
               "  applies f.a == arm64\n  when f.b\n"
               "  symptom f.i == 1\n  symptom f.i == 2\n"
               "  supersedes z\n"
               "  then diagnose \"d\" lesson \"l\" see \"s\" see \"t\"\n"
               "    remedy \"m\" risk high data_loss \"D\" needs admin\n"
               "      undo \"U\" step \"one\" if f.b\n"
               "        run powershell 'p' unless f.b\n        run 'q'\n"
               "        do \"e\"\n        open \"h\"\n        restart wsl\n"
               "      step \"two\"\n      verify not f.b\n        run 'v'\n"
               "    remedy \"n\" step \"three\"\n");
    const struct ar_rule *rule = rule_of("r");
    assert_str(rule->title, "T");
    assert_str(rule->details->context, "C");
    assert_int_equal(rule->severity, AR_RULE_WARNING);
    assert_int_equal(rule->confidence, AR_CONFIDENCE_LOW);
    assert_int_equal(rule->details->keywords.count, 3);
    assert_non_null(rule->applies);
    assert_int_equal(rule->details->symptoms.count, 2);
    assert_int_equal(rule->details->supersedes.count, 1);
    assert_int_equal(rule->details->lessons.count, 1);
    assert_int_equal(rule->details->links.count, 2);
    assert_int_equal(rule->details->remedies.count, 2);
    const struct ar_remedy *remedy = rule->details->remedies.at[0];
    assert_int_equal(remedy->risk, AR_RISK_HIGH);
    assert_true(remedy->needs_admin);
    assert_non_null(remedy->data_loss);
    assert_non_null(remedy->undo);
    assert_int_equal(remedy->steps.count, 2);
    assert_non_null(remedy->verify);
    assert_int_equal(remedy->verify_runs.count, 1);
    const struct ar_step *step = &remedy->steps.at[0];
    assert_non_null(step->guard.expr);
    assert_false(step->guard.is_unless);
    assert_int_equal(step->items.count, 5);
    assert_str(step->items.at[0].shell, "powershell");
    assert_true(step->items.at[0].guard.is_unless);
    assert_str(step->items.at[1].shell, "");
    assert_int_equal(step->items.at[2].kind, AR_STEP_DO);
    assert_int_equal(step->items.at[3].kind, AR_STEP_OPEN);
    assert_int_equal(step->items.at[4].kind, AR_STEP_RESTART);
    assert_str(step->items.at[4].shell, "wsl");
    assert_int_equal(rule->details->remedies.at[1]->risk, AR_RISK_MEDIUM);
    assert_str(rule_of("z")->details->doc, "Doc.");
    assert_int_equal(rule_of("z")->severity, AR_RULE_ERROR);
    assert_int_equal(rule_of("z")->confidence, AR_CONFIDENCE_HIGH);
}

/* Values that may stand in commands: whole arguments. */
static void test_commands(void **state)
{
    (void)state;
    static const char *const commands[] = {
        "\"x y {f.s}\"",    "\"rm {f.s}\"",
        "\"rm {f.s} x\"",   "\"rm {f.s} {f.i}\"",
        "\"rm 'a' {f.s}\"", "\"rm \\\"a b\\\" {f.s}\"",
        "\"x {f.s} 'it'\"", "\"x {\"--n=\" + f.s}\"",
        "\"rm\\t{f.s}\"",   "\"it's {f.i}'\"",
    };
    for (size_t i = 0; i + 1 < AR_COUNT_OF(commands); i++) {
        ar_str text = ar_str_printf(&fixture.arena,
                                    "rule r when f.b then diagnose 'x' "
                                    "remedy 'y' step 'z' run bash %s",
                                    commands[i]);
        check_good(text.ptr);
        restart();
    }
}

static void test_order_of_rules(void **state)
{
    (void)state;
    check_good("rule c when f.b then diagnose 'x'\n"
               "rule a when f.b then diagnose 'x'\n"
               "rule b when f.b then diagnose 'x'\n");
    assert_str(fixture.program->rules.at[0]->id, "a");
    assert_str(fixture.program->rules.at[1]->id, "b");
    assert_str(fixture.program->rules.at[2]->id, "c");
}

static void test_nameless_rules(void **state)
{
    (void)state;
    check_good("when f.b then diagnose 'x'\n\n"
               "when f.i == 1 then diagnose 'y'  when f.b then diagnose 'z'");
    assert_int_equal(fixture.program->rules.count, 3);
    assert_non_null(rule_of("t:1"));
    assert_non_null(rule_of("t:3"));
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(fixture.program->rules.at[i]->name.len, 0);
}

static void test_supersession_depth(void **state)
{
    (void)state;
    check_good("rule a supersedes b, c when f.b then diagnose 'x'\n"
               "rule b supersedes c when f.b then diagnose 'x'\n"
               "rule c supersedes d when f.b then diagnose 'x'\n"
               "rule d when f.b then diagnose 'x'\n"
               "rule e supersedes d when f.b then diagnose 'x'\n"
               "rule f1 when f.b then diagnose 'x'\n");
    assert_int_equal(rule_of("a")->depth, 0);
    assert_int_equal(rule_of("b")->depth, 1);
    assert_int_equal(rule_of("c")->depth, 2);
    assert_int_equal(rule_of("d")->depth, 3);
    assert_int_equal(rule_of("e")->depth, 0);
    assert_int_equal(rule_of("f1")->depth, 0);
    assert_ptr_equal(rule_of("a")->details->supersedes.at[1].rule,
                     rule_of("c"));
}

static void test_same_key(void **state)
{
    (void)state;
    check_good("rule a for each e in f.lr key e.name when e.n == 1\n"
               "  supersedes b with same key then diagnose 'x'\n"
               "rule b key f.s when f.b then diagnose 'x'\n");
    assert_true(rule_of("a")->details->supersedes.at[0].same_key);
}

static void test_tests(void **state)
{
    (void)state;
    check_good(
        "rule r for each e in f.lr key e.name when e.n == 1\n"
        "  then diagnose 'x'\nrule s when g(\"a\").y then diagnose 'x'\n"
        "test \"one\"\n"
        "  given snapshot \"../s.json\"\n"
        "  given f.v = 4.30, f.a = arm64, f.m = { a = 1, \"b c\" = 2 },\n"
        "        f.lr = [{ name = \"a\", n absent, sub unknown(denied) },\n"
        "                { name = \"b\" }],\n"
        "        g('a\"').y = true, f.ls = [], f.b unknown(timeout)\n"
        "  expect r matched key \"a\" needing f.lr, g(\"a\").y\n"
        "    superseded_by s diagnosis matches /x/i\n"
        "  expect s clear\n"
        "test \"two\" given f absent expect none\n"
        "test \"three\" expect only r, s\n");
}

static void test_test_contents(void **state)
{
    (void)state;
    check_good("rule r key f.v when f.b then diagnose 'x'\n"
               "test \"one\" given snapshot \"a/s.json\", f.v = 4.30,\n"
               "  f.lr = [{ name = \"b\", n absent, sub unknown(denied) }],\n"
               "  g('a\"').y = true, f unknown(timeout)\n"
               "  expect r undetermined key 4.1 needing g(\"a\").y, f\n");
    assert_int_equal(fixture.program->tests.count, 1);
    const struct ar_test *test = fixture.program->tests.at[0];
    assert_str(test->name, "one");
    assert_int_equal(test->givens.count, 5);
    const struct ar_given *givens = test->givens.at;
    assert_int_equal(givens[0].kind, AR_GIVEN_SNAPSHOT);
    assert_str(givens[0].path, "a/s.json");
    assert_str(givens[1].value.as.version->text, "4.30");
    const ar_value *fields = givens[2].value.as.list.items[0].as.list.items;
    assert_int_equal(fields[0].state, AR_STATE_VALUE);
    assert_int_equal(fields[1].state, AR_STATE_ABSENT);
    assert_int_equal(fields[2].state, AR_STATE_UNKNOWN);
    assert_int_equal(fields[2].reason, AR_REASON_denied);
    assert_str(givens[3].key, "g(\"a\\\"\").y");
    assert_str(givens[3].arguments[0].as.string, "a\"");
    assert_non_null(givens[4].group);
    assert_int_equal(givens[4].value.reason, AR_REASON_timeout);
    const struct ar_expectation *expectation = &test->expectations.at[0];
    assert_ptr_equal(expectation->rule, rule_of("r"));
    assert_str(expectation->status, "undetermined");
    assert_true(expectation->has_key);
    assert_int_equal(expectation->key.type->kind, AR_TYPE_VERSION);
    assert_int_equal(expectation->needing.count, 2);
    assert_str(expectation->needing.at[0], "g(\"a\").y");
    assert_str(expectation->needing.at[1], "f");
}

/* Fields that are left out: unknown, or absent if they may be. */
static void test_records_given(void **state)
{
    (void)state;
    check_good("test \"one\" given f.lr = [{ name = \"b\" }] expect none\n");
    const ar_value *fields = fixture.program->tests.at[0]
                                 ->givens.at[0]
                                 .value.as.list.items[0]
                                 .as.list.items;
    assert_int_equal(fields[1].state, AR_STATE_ABSENT);
    assert_int_equal(fields[2].state, AR_STATE_UNKNOWN);
    assert_int_equal(fields[2].reason, AR_REASON_not_in_snapshot);
}

/* ---- what we ship ---- */

static void test_shipped_rules(void **state)
{
    (void)state;
    fixture_add_stdlib(&fixture);
    struct ar_unit *unit = fixture_unit(&fixture, AR_STR(""));
    ar_str_vector files = fixture_list(&fixture, "rules/docker_desktop");
    for (size_t i = 0; i < files.count; i++)
        fixture_add(&fixture, unit, files.at[i],
                    fixture_read(&fixture, files.at[i]));
    fixture_check(&fixture);
    assert_string_equal(fixture_reported(&fixture), "");
    assert_non_null(rule_of("docker_desktop.wrong_build"));
    assert_true(fixture.program->tests.count >= 16);
}

/* ---- texts that are changed ---- */

/* Whatever is left out or stands twice, the checker ends, and says where. */
static void check_changed(ar_str before, ar_str middle, ar_str behind)
{
    struct fixture changed;
    fixture_start(&changed);
    fixture_add_stdlib(&changed);
    struct ar_buf out = AR_BUF(&changed.arena);
    ar_buf_put(&out, before);
    ar_buf_put(&out, middle);
    ar_buf_put(&out, behind);
    fixture_add(&changed, fixture_unit(&changed, AR_STR("")), AR_STR("t"),
                ar_buf_view(&out));
    fixture_check(&changed);
    for (size_t i = 0; i < changed.diags.list.count; i++)
        assert_int_equal(changed.diags.list.at[i]->span.file,
                         changed.sources.list.count);
    struct ar_buf rendered = AR_BUF(&changed.arena);
    ar_diags_render(&rendered, &changed.diags, true);
    fixture_end(&changed);
}

static void test_changed_tokens(void **state)
{
    (void)state;
    ar_str text = fixture_read(
        &fixture,
        AR_STR(AR_SOURCE_DIR "/rules/docker_desktop/not_a_linux_distro.rules"));
    struct ar_lexer *lexer = AR_NEW(&fixture.arena, struct ar_lexer);
    uint32_t file =
        ar_sources_add(&fixture.arena, &fixture.sources, AR_STR("t"), text);
    assert_true(ar_lexer_start(lexer, &fixture.arena, &fixture.diags, file));
    size_t n = 0;
    for (;; n++) {
        struct ar_token token = ar_lexer_next(lexer);
        if (token.kind == 0)
            break;
        ar_str before = ar_str_slice(text, 0, token.start);
        ar_str itself = ar_str_slice(text, token.start, token.end);
        ar_str behind = ar_str_slice(text, token.end, text.len);
        check_changed(before, AR_STR(" "), behind);
        check_changed(ar_str_slice(text, 0, token.end), AR_STR(" "),
                      ar_str_concat(&fixture.arena, itself, behind));
    }
    assert_true(n > 100);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
    const struct CMUnitTest tests[] = {
        TEST(test_types),
        TEST(test_constants),
        TEST(test_captures),
        TEST(test_same_name_in_two_quantifiers),
        TEST(test_lets),
        TEST(test_lint_of_lets),
        TEST(test_quantifier_depth),
        TEST(test_derived_facts),
        TEST(test_attributes),
        TEST(test_chain_of_derived_facts),
        TEST(test_functions),
        TEST(test_tables),
        TEST(test_table_contents),
        TEST(test_table_files),
        TEST(test_table_file_with_mark),
        TEST(test_rule_parts),
        TEST(test_commands),
        TEST(test_order_of_rules),
        TEST(test_nameless_rules),
        TEST(test_supersession_depth),
        TEST(test_same_key),
        TEST(test_tests),
        TEST(test_test_contents),
        TEST(test_records_given),
        TEST(test_shipped_rules),
        TEST(test_changed_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
