/* SPDX-License-Identifier: Apache-2.0 */
/* Packs like those of the field: many rules that compare a few facts with
 * constants, some tasks among them, joined by and, or, not. */

#include "generate_flat.h"

#include "domain.h"

enum { MAX_DEPTH = 3, N_FACTS = 3 };

struct flat {
    struct law_choices *choices;
    struct ar_buf *out;
};

static unsigned pick(struct flat *flat, unsigned limit)
{
    return law_pick(flat->choices, limit);
}

static void put(struct flat *flat, const char *text)
{
    ar_buf_put_c(flat->out, text);
}

static const char declarations[] =
    "enum flavour = plain, spiced (\"hot\"), sweet\n"
    "fact b.f0 : bool\nfact b.f1 : bool\ninput b.f2 : bool ask \"b?\"\n"
    "fact i.f0 : int\nfact i.f1 : int\ninput i.f2 : int ask \"i?\"\n"
    "fact r.f0 : real\nfact r.f1 : real\nfact r.f2 : real\n"
    "fact s.f0 : string\nfact s.f1 : string\ninput s.f2 : string ask \"s?\"\n"
    "fact v.f0 : version\nfact v.f1 : version\nfact v.f2 : version\n"
    "fact z.f0 : size\nfact z.f1 : size\nfact z.f2 : size\n"
    "fact d.f0 : duration\nfact d.f1 : duration\nfact d.f2 : duration\n"
    "fact t.f0 : time\nfact t.f1 : time\nfact t.f2 : time\n"
    "fact a.f0 : arch\nfact a.f1 : arch\nfact a.f2 : arch\n"
    "fact e.f0 : flavour\nfact e.f1 : flavour\nfact e.f2 : flavour\n"
    "fact p.f0 : ip\nfact many.s : list of string\n"
    "fact many.r : list of { n : int, s : string, on : bool, o? : string,\n"
    "                     v : version }\n"
    "fact derived.b : bool = i.f0 > 1 and s.f0 == \"a\"\n"
    "fact derived.i : int = i.f1 + 1\n"
    "fact derived.s : string = s.f1 if b.f0\n"
    "fact derived.s : string = s.f2 if not b.f0\n"
    "def is_small(x : int) = x < 2\n"
    "table sizes (i : int, s : string) -> large : bool\n"
    "  1,      \"a\" -> true\n  2 .. 5, _   -> false\n"
    "  > 5,    \"b\" -> true\n\n";

struct kind {
    char letter;
    enum law_type type;
    bool is_ordered;
};
static const struct kind kinds[] = {
    {'b', LAW_BOOL, false},    {'i', LAW_INT, true},     {'r', LAW_REAL, true},
    {'s', LAW_STRING, true},   {'v', LAW_VERSION, true}, {'z', LAW_SIZE, true},
    {'d', LAW_DURATION, true}, {'t', LAW_TIME, true},    {'a', LAW_ARCH, false},
    {'e', LAW_ENUM, false},
};

static void put_fact(struct flat *flat, const struct kind *kind)
{
    ar_buf_printf(flat->out, "%c.f%u", kind->letter, pick(flat, N_FACTS));
}

static void put_constant(struct flat *flat, const struct kind *kind)
{
    put(flat, law_pick_value(flat->choices, kind->type)->hinted);
}

static const char *pick_order(struct flat *flat, bool is_ordered)
{
    static const char *const orders[] = {"==", "!=", "<", "<=", ">", ">="};
    return orders[pick(flat, is_ordered ? AR_COUNT_OF(orders) : 2)];
}

static void put_comparison(struct flat *flat)
{
    const struct kind *kind = &kinds[pick(flat, AR_COUNT_OF(kinds))];
    put_fact(flat, kind);
    ar_buf_printf(flat->out, " %s ", pick_order(flat, kind->is_ordered));
    if (pick(flat, 12) == 0)
        put_fact(flat, kind);
    else
        put_constant(flat, kind);
}

static void put_membership(struct flat *flat)
{
    const struct kind *kind = &kinds[1 + pick(flat, AR_COUNT_OF(kinds) - 1)];
    unsigned count = 1 + pick(flat, 4);
    put_fact(flat, kind);
    put(flat, pick(flat, 4) == 0 ? " not in [" : " in [");
    for (unsigned ix = 0; ix < count; ix++) {
        put(flat, ix > 0 ? ", " : "");
        put_constant(flat, kind);
    }
    put(flat, "]");
}

static void put_range(struct flat *flat)
{
    const struct kind *kind = &kinds[1 + pick(flat, 7)];
    put_fact(flat, kind);
    put(flat, " in ");
    put_constant(flat, kind);
    put(flat, pick(flat, 2) ? " .. <" : " .. ");
    put_constant(flat, kind);
}

static void put_presence(struct flat *flat)
{
    static const char *const facts[] = {"many.s", "many.r", "derived.i", "p.f0",
                                        "i",      "s",      "derived.b", "v"};
    static const char *const forms[] = {" exists", " absent"};
    if (pick(flat, 3) == 0)
        put(flat, facts[pick(flat, AR_COUNT_OF(facts))]);
    else
        put_fact(flat, &kinds[pick(flat, AR_COUNT_OF(kinds))]);
    put(flat, forms[pick(flat, AR_COUNT_OF(forms))]);
}

static void put_field_test(struct flat *flat)
{
    static const char *const tests[] = {
        "x.n == 1",     "x.n < 2",       "x.n >= 2",        "x.s == \"a\"",
        "x.s != \"b\"", "x.on",          "not x.on",        "x.o == \"a\"",
        "x.v >= 1.2",   "x.o exists",    "x.n in [1, 2]",   "x.s == s.f0",
        "b.f1",         "x.n in 1 .. 3", "x.s matches /a/", "i.f0 == 1"};
    put(flat, tests[pick(flat, AR_COUNT_OF(tests))]);
}

static void put_quantifier(struct flat *flat)
{
    static const char *const words[] = {"any", "every", "no"};
    static const char *const joins[] = {" and ", " or ", " and not "};
    ar_buf_printf(flat->out, "(%s x in many.r: ", words[pick(flat, 3)]);
    put_field_test(flat);
    for (unsigned left = pick(flat, 3); left > 0; left--) {
        put(flat, joins[pick(flat, 3)]);
        put_field_test(flat);
    }
    put(flat, ")");
}

static void put_other(struct flat *flat)
{
    static const char *const others[] = {
        "many.s matches /^a/",
        "s.f0 matches /a b|ab/",
        "many.s matches /PLAIN/i",
        "s.f1 matches /rm6.$/",
        "many.s matches /(a|b)[ ,]?b/",
        "s.f0 contains \"a\"",
        "s.f1 starts with \"1\"",
        "s.f2 ends with \"B\"",
        "i.f0 unknown(denied)",
        "s.f1 unknown(timeout)",
        "derived.b",
        "derived.i > 2",
        "derived.s == \"a\"",
        "is_small(i.f2)",
        "sizes(i.f0, s.f1).large",
        "(i.f0 default 7) > 3",
        "(if b.f0 then i.f0 > 1 else s.f0 == \"a\")",
        "(b.f1 default true)",
        "length(many.s) > 1",
        "p.f0 in \"10.0.0.0/8\"",
        "p.f0 == \"10.0.0.1\"",
        "lower(s.f0) == \"a\"",
        "count(x in many.r: x.on) > 1",
        "i.f0 + i.f1 > 3",
        "b.f0 == b.f1",
        "b.f2 == true",
        "derived.b != true",
        "false == derived.b",
        "(i.f0 > 1) == (i.f1 > 1)",
        "\"a\" in many.s",
        "true",
        "v.f0 == v.f1",
        "any y in many.s: y == s.f0",
    };
    ar_buf_printf(flat->out, "(%s)", others[pick(flat, AR_COUNT_OF(others))]);
}

static void put_leaf(struct flat *flat)
{
    unsigned choice = pick(flat, 20);
    if (choice < 9)
        put_comparison(flat);
    else if (choice < 11)
        put_membership(flat);
    else if (choice < 12)
        put_range(flat);
    else if (choice < 13)
        ar_buf_printf(flat->out, "b.f%u", pick(flat, N_FACTS));
    else if (choice < 15)
        put_presence(flat);
    else if (choice < 17)
        put_quantifier(flat);
    else
        put_other(flat);
}

static void put_condition(struct flat *flat, unsigned depth)
{
    unsigned choice = pick(flat, 8);
    if (depth == 0 || choice == 0) {
        put_leaf(flat);
        return;
    }
    if (choice == 1) {
        put(flat, "not (");
        put_condition(flat, depth - 1);
        put(flat, ")");
        return;
    }
    const char *word = choice < 5 ? " and " : " or ";
    put(flat, "(");
    put_condition(flat, depth - 1);
    for (unsigned left = 1 + pick(flat, 3); left > 0; left--) {
        put(flat, word);
        put_condition(flat, depth - 1);
    }
    put(flat, ")");
}

static void put_rule(struct flat *flat, unsigned number)
{
    ar_buf_printf(flat->out, "rule r%u\n", number);
    if (pick(flat, 2) == 0) {
        put(flat, "  applies ");
        put_condition(flat, 1);
        put(flat, "\n");
    }
    if (pick(flat, 12) == 0) {
        put(flat, "  for each g in many.r key g.s\n"
                  "  when g.n <= 2 and ");
    } else {
        if (pick(flat, 12) == 0)
            put(flat, "  key s.f0\n");
        if (pick(flat, 6) == 0) {
            put(flat, "  let l = ");
            put_leaf(flat);
            put(flat, "\n  when l and ");
        } else if (pick(flat, 12) == 0) {
            put(flat, "  when s.f0 matches /(?<w>[a-z]+)/ and w != \"b\" and ");
        } else {
            put(flat, "  when ");
        }
    }
    put_condition(flat, 1 + pick(flat, MAX_DEPTH));
    put(flat, "\n");
    if (number > 0 && pick(flat, 6) == 0)
        ar_buf_printf(flat->out, "  supersedes r%u\n", number - 1);
    put(flat, "  then diagnose \"it is {s.f0}\"\n");
}

ar_str law_generate_flat(struct ar_arena *arena, struct law_choices *choices)
{
    struct ar_buf out = AR_BUF(arena);
    struct flat flat = {choices, &out};
    unsigned n_rules = 1 + pick(&flat, 12);
    if (pick(&flat, 20) == 0)
        n_rules = 60 + pick(&flat, 100);
    put(&flat, declarations);
    for (unsigned ix = 0; ix < n_rules; ix++)
        put_rule(&flat, ix);
    return ar_buf_view(&out);
}
