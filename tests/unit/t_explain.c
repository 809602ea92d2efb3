/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs of statuses: what is in them, what is left out, and the facts they
 * rest on. */

#include "explain/explain.h"
#include "reference_fixture.h"

static const char *const declarations =
    "enum color = red, green\n"
    "fact t.a : int  fact t.b : int  fact t.c : int\n"
    "fact t.yes : bool  fact t.no : bool\n"
    "fact t.s : string  fact t.v : version  fact t.color : color\n"
    "fact t.secret : string sensitive secret\n"
    "fact t.words : list of string\n"
    "fact t.list : list of { name : string, size? : int }\n"
    "fact g.x.a : int  fact g.x.b : int\n"
    "fact f(path : string).size : int\n"
    "fact t.sum : int = t.a + t.b\n"
    "fact t.one : int = 1 if t.yes\n"
    "fact t.one : int = 2 if not t.yes\n"
    "def is_big(n : int) = n > 5 and n != 7\n"
    "table grade (n : int) -> name : string\n"
    "  < 3  -> \"low\"\n"
    "  3..9 -> \"high\"\n";

static void load(const char *rule)
{
    ar_str text = ar_str_printf(&fixture.arena, "%s%s", declarations, rule);
    load_rules(text.ptr);
}

/* ---- a proof as text ---- */

static void put_bits(struct ar_buf *out, unsigned bits)
{
    ar_buf_put_c(out, bits & AR_OUTCOME_TRUE ? "T" : "");
    ar_buf_put_c(out, bits & AR_OUTCOME_FALSE ? "F" : "");
    ar_buf_put_c(out, bits & AR_OUTCOME_NEITHER ? "N" : "");
}

static void put_marks(struct ar_buf *out, const struct ar_proof *proof)
{
    for (size_t ix = 0; ix < proof->marks.count; ix++) {
        const struct ar_proof_mark *mark = &proof->marks.at[ix];
        ar_buf_put_c(out, ix == 0 ? " | " : ", ");
        ar_buf_put(out, ar_str_slice(proof->text, mark->start, mark->end));
        ar_buf_put_char(out, '=');
        if (mark->is_secret)
            ar_buf_put_c(out, "<secret>");
        else
            ar_value_put(out, mark->value);
    }
}

static void put_head(struct ar_buf *out, const struct ar_proof *proof)
{
    switch (proof->kind) {
    case AR_PROOF_TEST: break;
    case AR_PROOF_ALL:
        ar_buf_put_c(out, "all ");
        put_bits(out, proof->bits);
        return;
    case AR_PROOF_ELEMENTS: ar_buf_printf(out, "%zu of ", proof->n_of); break;
    case AR_PROOF_ELEMENT: ar_buf_printf(out, "%zu: ", proof->ix); break;
    case AR_PROOF_MEANING: ar_buf_put_c(out, "where "); break;
    case AR_PROOF_ROW: ar_buf_printf(out, "row %zu: ", proof->ix); break;
    }
    ar_buf_put(out, proof->text);
    if (proof->kind == AR_PROOF_ELEMENT)
        ar_buf_put_c(out, " = ");
    if (proof->kind == AR_PROOF_ELEMENT)
        ar_value_put(out, proof->value);
    if (proof->kind == AR_PROOF_TEST || proof->kind == AR_PROOF_ELEMENTS) {
        ar_buf_put_c(out, " is ");
        put_bits(out, proof->bits);
    }
}

static void put_proof(struct ar_buf *out, const struct ar_proof *proof,
                      size_t depth)
{
    if (!proof)
        return;
    ar_buf_put_repeated(out, ' ', 2 * depth);
    put_head(out, proof);
    put_marks(out, proof);
    if (proof->n_left_out > 0)
        ar_buf_printf(out, " and %zu more", proof->n_left_out);
    ar_buf_put_char(out, '\n');
    for (size_t ix = 0; ix < proof->parts.count; ix++)
        put_proof(out, proof->parts.at[ix], depth + 1);
}

static void put_facts(struct ar_buf *out, const struct ar_why *why)
{
    ar_buf_put_c(out, "facts");
    for (size_t ix = 0; ix < why->facts.count; ix++) {
        const struct ar_evidence *fact = &why->facts.at[ix];
        ar_buf_put_char(out, ' ');
        ar_buf_put(out, fact->key);
    }
    ar_buf_put_char(out, '\n');
}

static void put_missing(struct ar_buf *out, const struct ar_why *why)
{
    for (size_t ix = 0; ix < why->missing.count; ix++) {
        const struct ar_missing *missing = &why->missing.at[ix];
        ar_buf_put_c(out, "needs ");
        ar_buf_put(out, missing->cause.name);
        ar_buf_put_char(out, '\n');
        for (size_t nth = 0; nth < missing->how.count; nth++) {
            ar_buf_put_c(out, "  ");
            ar_buf_put(out, missing->how.at[nth].text);
            ar_buf_put_c(out, missing->how.at[nth].command.len > 0 ? ": " : "");
            ar_buf_put(out, missing->how.at[nth].command);
            ar_buf_put_char(out, '\n');
        }
    }
}

static ar_why_vector explain(const char *key)
{
    struct ar_explain_options how = {0};
    struct ar_result *result = evaluate();
    return ar_explain_rule(&fixture.arena, result, result_of(result, "r")->rule,
                           ar_str_from_c(key), &how);
}

static const char *text_of(const struct ar_why *why)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, ar_status_table[why->status].name);
    if (why->has_key) {
        ar_buf_put_char(&out, ' ');
        ar_buf_put(&out, why->key_text);
    }
    ar_buf_put_char(&out, '\n');
    put_proof(&out, why->applies, 0);
    put_proof(&out, why->when, 0);
    put_proof(&out, why->each, 0);
    if (why->residual)
        ar_buf_printf(&out, "if " AR_STR_FORMAT "\n",
                      AR_STR_ARG(why->residual_text));
    put_missing(&out, why);
    put_facts(&out, why);
    return ar_buf_view(&out).ptr;
}

static void assert_why(const char *expected)
{
    ar_why_vector whys = explain("");
    assert_int_equal(whys.count, 1);
    assert_string_equal(text_of(whys.at[0]), expected);
}

/* ---- and, or, not ---- */

static void and_that_holds_has_all_parts(void **state)
{
    (void)state;
    load("rule r applies t.yes when t.a > 1 and t.b == t.c then diagnose \"\"");
    set_fact("t.yes=true");
    set_fact("t.a=5");
    set_fact("t.b=2");
    set_fact("t.c=2");
    assert_why("matched\n"
               "t.yes is T | t.yes=true\n"
               "all T\n"
               "  t.a > 1 is T | t.a=5\n"
               "  t.b == t.c is T | t.b=2, t.c=2\n"
               "facts t.yes t.a t.b t.c\n");
}

static void one_false_part_is_enough(void **state)
{
    (void)state;
    load("rule r when t.a + t.b > 100 and t.c == 1 and t.no then diagnose "
         "\"\"");
    set_fact("t.a=5");
    set_fact("t.b=2");
    set_fact("t.c=2");
    set_fact("t.no=false");
    assert_why("clear\nt.no is F | t.no=false\nfacts t.no\n");
}

static void one_true_part_is_enough(void **state)
{
    (void)state;
    load("rule r when t.a > 3 or t.b > 1 or t.yes then diagnose \"\"");
    set_fact("t.a=5");
    set_fact("t.b=2");
    set_fact("t.yes=unknown(denied)");
    assert_why("matched\nt.a > 3 is T | t.a=5\nfacts t.a\n");
}

static void absence_decides(void **state)
{
    (void)state;
    load("rule r when t.b > 3 and t.a > 3 and t.c > 3 then diagnose \"\"");
    set_fact("t.a=absent");
    assert_why("clear\nt.a > 3 is N | t.a=<absent>\nfacts t.a\n");
}

static void not_is_turned_over(void **state)
{
    (void)state;
    load("rule r when not (t.a > 3 or t.b > 3) and not (t.c == 1) then "
         "diagnose \"\"");
    set_fact("t.a=1");
    set_fact("t.b=2");
    set_fact("t.c=3");
    assert_why("matched\n"
               "all T\n"
               "  all F\n"
               "    t.a > 3 is F | t.a=1\n"
               "    t.b > 3 is F | t.b=2\n"
               "  not (t.c == 1) is T | t.c=3\n"
               "facts t.a t.b t.c\n");
}

static void guard_decides_alone(void **state)
{
    (void)state;
    load("rule r applies t.no and t.a > 1 when t.b > 1 then diagnose \"\"");
    set_fact("t.no=false");
    set_fact("t.a=0");
    set_fact("t.b=0");
    assert_why("not_applicable\nt.no is F | t.no=false\nfacts t.no\n");
}

/* ---- names ---- */

static void names_are_told(void **state)
{
    (void)state;
    load("rule r let low = t.sum * 2 when low < 20 and is_big(t.c) then "
         "diagnose \"\"");
    set_fact("t.a=1");
    set_fact("t.b=2");
    set_fact("t.c=8");
    assert_why("matched\n"
               "all T\n"
               "  low < 20 is T | low=6\n"
               "    where low = t.sum * 2 | t.sum=3\n"
               "      where t.sum = t.a + t.b | t.a=1, t.b=2\n"
               "  is_big(t.c) is T | is_big(t.c)=true, t.c=8\n"
               "    where is_big(n) = n > 5 and n != 7\n"
               "      all T\n"
               "        n > 5 is T | n=8\n"
               "        n != 7 is T | n=8\n"
               "facts t.a t.b t.c\n");
}

static void row_of_a_table_is_told(void **state)
{
    (void)state;
    load("rule r let g = grade(t.a) when g.name == \"high\" then diagnose "
         "\"\"");
    set_fact("t.a=4");
    assert_why("matched\n"
               "g.name == \"high\" is T | g.name=high\n"
               "  where g = grade(t.a) | grade(t.a)={ name = high }, t.a=4\n"
               "    row 1: 3..9 -> \"high\"\n"
               "facts t.a\n");
}

static void definition_that_counts_is_told(void **state)
{
    (void)state;
    load("rule r when t.one == 2 then diagnose \"\"");
    set_fact("t.yes=false");
    assert_why("matched\n"
               "t.one == 2 is T | t.one=2\n"
               "  where t.one = 2\n"
               "  where if = not t.yes\n"
               "    not t.yes is T | t.yes=false\n"
               "facts t.yes\n");
}

/* ---- lists ---- */

/* Before other facts. What is of the wrong type is unknown. */
static void set_list(const char *json)
{
    ar_str text =
        ar_str_printf(&fixture.arena, "{\"t\": {\"list\": %s}}", json);
    uint32_t file = ar_sources_add(&fixture.arena, &fixture.sources,
                                   AR_STR("s.json"), text);
    assert_true(ar_snapshot_read(&fixture.arena, &fixture.diags, file,
                                 facts.schema, &facts));
}

static void witness_is_told(void **state)
{
    (void)state;
    load("rule r when any x in t.list: x.size > 3 then diagnose \"\"");
    set_list("[{\"name\": \"a\", \"size\": 1}, {\"name\": \"b\", \"size\": "
             "9}, {\"name\": \"c\", \"size\": 8}]");
    assert_why("matched\n"
               "3 of any x in t.list: x.size > 3 is T | t.list=[{ name = a, "
               "size = 1 }, { name = b, size = 9 }, { name = c, size = 8 }]\n"
               "  1: x = { name = b, size = 9 }\n"
               "    x.size > 3 is T | x.size=9\n"
               "facts t.list\n");
}

static void every_element_counts_against(void **state)
{
    (void)state;
    load("rule r when any x in t.list: x.size > 3 and x.name == \"z\" then "
         "diagnose \"\"");
    set_list("[{\"name\": \"a\", \"size\": 9}, {\"name\": \"z\", \"size\": "
             "null}]");
    assert_why("clear\n"
               "2 of any x in t.list: x.size > 3 and x.name == \"z\" is N | "
               "t.list=[{ name = a, size = 9 }, { name = z, size = <absent> "
               "}]\n"
               "  0: x = { name = a, size = 9 }\n"
               "    x.name == \"z\" is F | x.name=a\n"
               "  1: x = { name = z, size = <absent> }\n"
               "    x.size > 3 is N | x.size=<absent>\n"
               "facts t.list\n");
}

static void each_element_is_explained(void **state)
{
    (void)state;
    load("rule r for each x in t.list key x.name when x.size > t.a then "
         "diagnose \"\"");
    set_list("[{\"name\": \"a\", \"size\": 9}, {\"name\": \"b\", \"size\": "
             "1}, {\"name\": \"a\", \"size\": 8}]");
    set_fact("t.a=3");
    ar_why_vector whys = explain("");
    assert_int_equal(whys.count, 2);
    assert_string_equal(text_of(whys.at[0]), "matched a\n"
                                             "x.size > t.a is T | x.size=9, "
                                             "t.a=3\n"
                                             "facts t.list t.a\n");
    assert_text(whys.at[1]->key_text, "a#2");
    assert_ptr_equal(whys.at[1]->finding, whys.at[1]->state->findings.at[1]);
    whys = explain("b");
    assert_int_equal(whys.count, 1);
    assert_string_equal(text_of(whys.at[0]), "clear b\n"
                                             "x.size > t.a is F | x.size=1, "
                                             "t.a=3\n"
                                             "facts t.list t.a\n");
    assert_int_equal(explain("c").count, 0);
}

static void list_that_is_clear_is_explained(void **state)
{
    (void)state;
    load("rule r for each x in t.list key x.name when x.size > t.a then "
         "diagnose \"\"");
    set_list("[{\"name\": \"b\", \"size\": 1}]");
    set_fact("t.a=3");
    assert_why("clear\n"
               "1 of t.list is  | t.list=[{ name = b, size = 1 }]\n"
               "  0: x = { name = b, size = 1 }\n"
               "    x.size > t.a is F | x.size=1, t.a=3\n"
               "facts t.list t.a\n");
}

/* ---- groups ---- */

static void group_rests_on_what_decides_it(void **state)
{
    (void)state;
    load("rule r when g.x exists then diagnose \"\"");
    set_fact("g.x.a=absent");
    set_fact("g.x.b=absent");
    set_fact("t.a=1");
    assert_why("clear\ng.x exists is F\nfacts g.x.a g.x.b\n");
    set_fact("g.x=absent");
    assert_why("clear\ng.x exists is F\nfacts g.x\n");
    set_fact("g.x.b=4");
    assert_why("matched\ng.x exists is T\nfacts g.x.b\n");
}

/* ---- texts and secrets ---- */

static void line_that_matches_is_shown(void **state)
{
    (void)state;
    load("rule r when t.s matches /b+/ and t.words matches /^y/ then diagnose "
         "\"\"");
    set_fact("t.s=\"one\\ntwo bbb\\nthree\"");
    set_fact("t.words=[\"x\", \"yy\"]");
    assert_why("matched\n"
               "all T\n"
               "  t.s matches /b+/ is T | t.s=two bbb\n"
               "  t.words matches /^y/ is T | t.words=yy\n"
               "facts t.s t.words\n");
}

static void secrets_are_marked(void **state)
{
    (void)state;
    load("def same(a : string, b : string) = lower(a) == b\n"
         "rule r let l = length(t.secret) when l > 3 and same(t.secret, t.s) "
         "then diagnose \"\"");
    set_fact("t.secret=Hush");
    set_fact("t.s=hush");
    assert_why("matched\n"
               "all T\n"
               "  l > 3 is T | l=<secret>\n"
               "    where l = length(t.secret) | length(t.secret)=<secret>, "
               "t.secret=<secret>\n"
               "  same(t.secret, t.s) is T | same(t.secret, t.s)=<secret>, "
               "t.secret=<secret>, t.s=hush\n"
               "    where same(a, b) = lower(a) == b | lower(a)=<secret>, "
               "a=<secret>, b=<secret>\n"
               "facts t.secret t.s\n");
}

/* ---- what is left ---- */

static void assert_residual(const char *expected)
{
    ar_why_vector whys = explain("");
    assert_int_equal(whys.count, 1);
    assert_text(whys.at[0]->residual_text, expected);
}

static void known_parts_are_put_in(void **state)
{
    (void)state;
    load("rule r applies t.yes when t.a > 3 and (t.b == t.c or t.no) and "
         "t.color != red then diagnose \"\"");
    set_fact("t.yes=true");
    set_fact("t.a=4");
    set_fact("t.c=7");
    set_fact("t.no=false");
    assert_why("undetermined\n"
               "if t.b == 7 and t.color != red\n"
               "needs t.b\n"
               "  find it out by hand: nothing that is loaded looks for it\n"
               "  collect a new snapshot on the machine\n"
               "  say what it is: --set t.b=VALUE\n"
               "needs t.color\n"
               "  find it out by hand: nothing that is loaded looks for it\n"
               "  collect a new snapshot on the machine\n"
               "  say what it is: --set t.color=VALUE\n"
               "facts t.yes t.a t.c t.no\n");
}

static void names_of_the_rule_are_put_in(void **state)
{
    (void)state;
    load("rule r let big = t.a + t.b let other = is_big(big) when other and "
         "not (big in 1 .. t.c) and \"{t.color}-{t.b}\" == t.s then diagnose "
         "\"\"");
    set_fact("t.a=4");
    set_fact("t.c=7");
    set_fact("t.color=red");
    assert_residual("is_big(4 + t.b) and 4 + t.b not in 1 .. 7 and "
                    "\"red-{t.b}\" == t.s");
}

static void elements_are_written_out(void **state)
{
    (void)state;
    load("rule r when any x in t.list: x.size > t.a and x.name != \"z\" then "
         "diagnose \"\"");
    set_list("[{\"name\": \"a\", \"size\": 1}, {\"name\": \"z\", \"size\": "
             "9}, {\"name\": \"c\", \"size\": \"?\"}]");
    assert_residual("1 > t.a or t.list[2].size > t.a");
    set_fact("t.list=unknown(denied)");
    set_fact("t.a=4");
    assert_residual("any x in t.list: x.size > 4 and x.name != \"z\"");
}

static void open_elements_are_named(void **state)
{
    (void)state;
    load("rule r for each x in t.list key x.name let n = x.size when n > t.a "
         "then diagnose \"\"");
    set_list("[{\"name\": \"a\", \"size\": 1}, {\"name\": \"c\", \"size\": "
             "\"?\"}]");
    set_fact("t.a=4");
    ar_why_vector whys = explain("");
    assert_int_equal(whys.count, 1);
    assert_text(whys.at[0]->key_text, "c");
    assert_text(whys.at[0]->residual_text, "t.list[1].size > 4");
    set_fact("t.list=unknown(denied)");
    assert_residual("any x in t.list: x.size > 4");
}

static void neither_is_no_way_to_match(void **state)
{
    (void)state;
    load("rule r when t.a > 1 or t.b > 1 or not (t.a > 1 and t.no) then "
         "diagnose \"\"");
    set_fact("t.a=absent");
    assert_residual("t.b > 1 or not t.no");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start_test, end_test)
    const struct CMUnitTest tests[] = {
        TEST(and_that_holds_has_all_parts),
        TEST(one_false_part_is_enough),
        TEST(one_true_part_is_enough),
        TEST(absence_decides),
        TEST(not_is_turned_over),
        TEST(guard_decides_alone),
        TEST(names_are_told),
        TEST(row_of_a_table_is_told),
        TEST(definition_that_counts_is_told),
        TEST(witness_is_told),
        TEST(every_element_counts_against),
        TEST(each_element_is_explained),
        TEST(list_that_is_clear_is_explained),
        TEST(group_rests_on_what_decides_it),
        TEST(line_that_matches_is_shown),
        TEST(secrets_are_marked),
        TEST(known_parts_are_put_in),
        TEST(names_of_the_rule_are_put_in),
        TEST(elements_are_written_out),
        TEST(open_elements_are_named),
        TEST(neither_is_no_way_to_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
