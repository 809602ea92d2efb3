/* SPDX-License-Identifier: Apache-2.0 */
/* The formatter: the layout itself on small texts; and on every rule file and
 * example there is, as written and with its white space torn apart, that
 * tokens, comments, tree and documentation stay and that formatting the
 * result changes nothing. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "format_fixture.h"

#define FIRST_SEED UINT64_C(0x9E3779B97F4A7C15)

enum { N_TORN = 2000, MIN_SAMPLES = 400, MAX_DECLARATIONS = 4 };

static void expect_layout(const char *from, const char *to)
{
    struct sample sample;
    ar_str first;
    ar_str second;
    start(&sample);
    assert_true(
        format_file(&sample, add(&sample, ar_str_from_c(from)), &first));
    assert_string_equal(ar_str_copy(&sample.arena, first).ptr, to);
    assert_true(format_file(&sample, add(&sample, first), &second));
    assert_string_equal(ar_str_copy(&sample.arena, second).ptr, to);
    ar_arena_free(&sample.arena);
}

static void expect_kept(const char *text)
{
    expect_layout(text, text);
}

/* ---- samples ---- */

struct corpus {
    struct ar_arena arena;
    ar_str_vector names;
    ar_str_vector texts;
};

static struct corpus corpus;

static void add_sample(ar_str name, ar_str text)
{
    if (!has_no_errors(text))
        return;
    ar_vector_push(&corpus.arena, &corpus.names,
                   ar_str_copy(&corpus.arena, name));
    ar_vector_push(&corpus.arena, &corpus.texts,
                   ar_str_copy(&corpus.arena, text));
}

static ar_str read_file(ar_str path)
{
    ar_str text = {NULL, 0};
    assert_int_equal(
        ar_file_read(&corpus.arena, path, FIXTURE_FILE_BYTES, &text),
        AR_FILE_OK);
    return text;
}

static ar_str_vector list_files(const char *folder, ar_str suffix)
{
    ar_str_vector files = {0};
    ar_str path = ar_str_printf(&corpus.arena, AR_SOURCE_DIR "/%s", folder);
    assert_int_equal(
        ar_file_list(&corpus.arena, path, suffix, 8, 10000, &files),
        AR_FILE_OK);
    assert_true(files.count > 0);
    return files;
}

static void add_rule_files(const char *folder)
{
    ar_str_vector files = list_files(folder, AR_STR(".rules"));
    for (size_t i = 0; i < files.count; i++)
        add_sample(files.at[i], read_file(files.at[i]));
}

/* The blocks of a document that hold rule files. */
static void add_blocks(ar_str path)
{
    ar_str fence = AR_STR("\n```rules");
    ar_str text = read_file(path);
    size_t at = 0;
    while ((at = ar_str_find(text, fence, at)) != SIZE_MAX) {
        size_t start_at = ar_str_find(text, AR_STR("\n"), at + 1) + 1;
        size_t end = ar_str_find(text, AR_STR("\n```"), start_at);
        add_sample(path, ar_str_slice(text, start_at, end));
        at = end;
    }
}

static int fill_corpus(void **state)
{
    (void)state;
    add_rule_files("stdlib");
    add_rule_files("rules");
    add_rule_files("examples");
    add_rule_files("tests");
    ar_str_vector documents = list_files("docs", AR_STR(".md"));
    for (size_t i = 0; i < documents.count; i++)
        add_blocks(documents.at[i]);
    assert_true(corpus.texts.count >= MIN_SAMPLES);
    return 0;
}

static int empty_corpus(void **state)
{
    (void)state;
    ar_arena_free(&corpus.arena);
    return 0;
}

static void test_all_files(void **state)
{
    (void)state;
    size_t n_failed = 0;
    for (size_t i = 0; i < corpus.texts.count; i++)
        n_failed += !check_sample(corpus.names.at[i], corpus.texts.at[i]);
    assert_int_equal(n_failed, 0);
}

/* ---- torn layouts ---- */

/* A few declarations in a row, without the comments around them. */
static ar_str pick_text(struct sample *sample, uint64_t *seed)
{
    ar_str text = corpus.texts.at[below(seed, corpus.texts.count)];
    uint32_t file = add(sample, text);
    const struct ar_node *root = ar_parse(&sample->arena, &sample->diags, file);
    if (root->count == 0)
        return text;
    size_t first = below(seed, root->count);
    size_t end = first + 1 + below(seed, MAX_DECLARATIONS);
    const struct ar_node *behind = ar_node_at(root, end);
    return ar_str_slice(text, ar_node_at(root, first)->span.start,
                        behind ? behind->span.start : text.len);
}

static void test_torn_layouts(void **state)
{
    (void)state;
    uint64_t seed = FIRST_SEED;
    printf("first seed 0x%llx\n", (unsigned long long)seed);
    for (size_t i = 0; i < N_TORN; i++) {
        struct sample sample;
        start(&sample);
        ar_str text = pick_text(&sample, &seed);
        bool good = check_torn(&sample, text, i, &seed);
        ar_arena_free(&sample.arena);
        assert_true(good);
    }
}

/* ---- the layout ---- */

static void test_rule(void **state)
{
    (void)state;
    expect_layout(
        "rule a title \"A\" severity error keywords \"x\" ,\"y\"\n"
        "applies host.os==windows when   not ( a.b>-1 )and c.d [0] exists\n"
        "let  n=f( 1,2 ).x default  -3 supersedes b , c with same key\n"
        "for each d in l key d . name then\n"
        "diagnose \"d {a . b}\" remedy \"r\" risk low data_loss \"l\"\n"
        "step \"s\" if a.b exists run powershell 'x' unless a.c absent do "
        "\"y\"\n"
        "needs admin undo \"u\" verify a.b == 1 run 'z' lesson \"l\" see \"s\"",
        "rule a\n"
        "  title    \"A\"\n"
        "  severity error\n"
        "  keywords \"x\", \"y\"\n"
        "  applies  host.os == windows\n"
        "  when     not (a.b > -1) and c.d[0] exists\n"
        "  let      n = f(1, 2).x default -3\n"
        "  supersedes b, c with same key\n"
        "  for each d in l key d.name\n"
        "  then\n"
        "    diagnose \"d {a . b}\"\n"
        "    remedy \"r\"\n"
        "      risk      low\n"
        "      data_loss \"l\"\n"
        "      step \"s\" if a.b exists\n"
        "        run powershell 'x' unless a.c absent\n"
        "        do \"y\"\n"
        "      needs admin\n"
        "      undo  \"u\"\n"
        "      verify a.b == 1\n"
        "        run 'z'\n"
        "    lesson \"l\"\n"
        "    see \"s\"\n");
}

static void test_short_rules(void **state)
{
    (void)state;
    expect_layout("when a.b then diagnose \"x\" remedy \"y\"",
                  "when a.b\n"
                  "then diagnose \"x\"\n"
                  "     remedy   \"y\"\n");
    expect_layout("when a.b then diagnose \"x\" remedy \"y\" risk low",
                  "when a.b\n"
                  "then\n"
                  "  diagnose \"x\"\n"
                  "  remedy \"y\"\n"
                  "    risk low\n");
    expect_layout("rule r severity info when a.b then see \"x\"",
                  "rule r\n"
                  "  severity info\n"
                  "  when     a.b\n"
                  "  then     see \"x\"\n");
    expect_kept("rule r\n"
                "  confidence low\n"
                "  when       a.b\n"
                "  supersedes q\n"
                "  then\n"
                "    diagnose \"x\"\n");
}

static void test_long_conditions(void **state)
{
    (void)state;
    /* 100 columns, and 101. */
    expect_kept("when aaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbb exists "
                "and aaaaaaaaaaaaa.bbbbbbbbbbbbbbbb exists\n"
                "then diagnose \"x\"\n");
    expect_layout("when aaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbb exists "
                  "and aaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb exists\n"
                  "then diagnose \"x\"\n",
                  "when aaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbb exists\n"
                  "     and aaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb exists\n"
                  "then diagnose \"x\"\n");
    /* The comma behind it makes the 101st column. */
    expect_layout("use aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, "
                  "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, c\n",
                  "use aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,\n"
                  "    bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, c\n");
    /* One break of a chain breaks all of it, but not those inside. */
    expect_layout("when a.a or b.b and c.c or\n(d.d or\ne.e) then see \"x\"",
                  "when a.a\n"
                  "     or b.b and c.c\n"
                  "     or (d.d\n"
                  "         or e.e)\n"
                  "then see \"x\"\n");
    expect_layout("when a.b ==\n1 then see \"x\"",
                  "when a.b == 1\nthen see \"x\"\n");
    expect_kept("when any d in l: d.a\n"
                "                 and d.b\n"
                "then see \"x\"\n");
    expect_kept("rule r\n"
                "  let  x = if a.b\n"
                "             then 1\n"
                "             else 2\n"
                "  when a.b + 1\n"
                "       - 2 == x\n"
                "  then see \"x\"\n");
}

static void test_comments(void **state)
{
    (void)state;
    expect_layout("# top\nrule r # name\n# before when\nwhen a.b   # why  \n"
                  "\n\n  # about the outputs\nthen # t\ndiagnose \"x\"\n# end",
                  "# top\n"
                  "rule r  # name\n"
                  "  # before when\n"
                  "  when a.b  # why\n"
                  "\n"
                  "  # about the outputs\n"
                  "  then  # t\n"
                  "    diagnose \"x\"\n"
                  "# end\n");
    /* What stands behind an operator goes before it. */
    expect_layout("when a.a and # one\n # two\n b.b then see \"x\"",
                  "when a.a  # one\n"
                  "     # two\n"
                  "     and b.b\n"
                  "then see \"x\"\n");
    expect_kept("when a.a  # one\n"
                "     and  # two\n"
                "     b.b\n"
                "then see \"x\"\n");
    expect_kept("fact a.b :  # why\n"
                "  int\n");
    expect_kept("test \"t\"\n"
                "  given a.b = [\n"
                "    1,  # one\n"
                "    # two\n"
                "    2\n"
                "  ]\n");
    expect_kept("when a.b in [\n"
                "  x  # x\n"
                "  # y\n"
                "]\n"
                "then see \"x\"\n");
    /* Those at the end of a line part nothing from what it is aligned to. */
    expect_kept("fact a.b : int = 1  if x  # one\n"
                "fact a.b : int = 22 if y  # two\n");
    expect_kept("fact a.b : int = 1 if x\n"
                "\n"
                "# two\n"
                "fact a.b : int = 22 if y\n");
    expect_layout("", "");
    expect_layout("  \n\n", "");
    expect_layout("\n\n# a\n\n\n\n# b\n\n", "# a\n\n# b\n");
}

/* What is indented below a declaration, with a blank line behind it, belongs
 * to the declaration. */
static void test_trailing_comments(void **state)
{
    (void)state;
    expect_layout("rule r when a.b then # t\n    see \"x\"\n"
                  "\t# tab\n     # five\n           # deep\n\n"
                  "  # of the next\nuse a\n   # of use\n",
                  "rule r\n"
                  "  when a.b\n"
                  "  then  # t\n"
                  "    see \"x\"\n"
                  "  # tab\n"
                  "    # five\n"
                  "    # deep\n"
                  "\n"
                  "# of the next\n"
                  "use a\n"
                  "  # of use\n");
    expect_layout("rule r\n  when a.b\n       and c.d\n  then\n"
                  "    see \"x\"\n   # see\n  \n\nuse a",
                  "rule r\n"
                  "  when a.b\n"
                  "       and c.d\n"
                  "  then\n"
                  "    see \"x\"\n"
                  "  # see\n"
                  "\n"
                  "use a\n");
    /* Below a blank line, at the margin, or above a declaration. */
    expect_layout("use a\n\n  # b\n\nuse b", "use a\n\n# b\n\nuse b\n");
    expect_layout("use a\n  # b\n# c\n\nuse b", "use a\n# b\n# c\n\nuse b\n");
    expect_layout("use a\n  ## b\nuse b", "use a\n\n## b\nuse b\n");
    expect_layout("  # a\n\nuse a", "# a\n\nuse a\n");
}

static void test_blank_lines(void **state)
{
    (void)state;
    expect_layout("use a.b\nfact a.b : int\nfact a.c : int\n\n\n\n"
                  "fact a.d : int\n## doc\nfact a.e : int\n"
                  "test \"x\"\n\n\n\nexpect none\ntest \"y\" expect none",
                  "use a.b\n\n"
                  "fact a.b : int\n"
                  "fact a.c : int\n\n"
                  "fact a.d : int\n\n"
                  "## doc\n"
                  "fact a.e : int\n\n"
                  "test \"x\"\n\n"
                  "  expect none\n\n"
                  "test \"y\"\n"
                  "  expect none\n");
    /* A blank line would part a comment from what it documents, or join. */
    expect_kept("use a.b  ## doc\nfact a.b : int\n");
    expect_kept("use a.b\n\n## no doc\n\nfact a.b : int\n");
}

static void test_declarations(void **state)
{
    (void)state;
    expect_layout("pack p title \"T\" version 1.0.0 requires archrules>=0.1\n"
                  "license \"L\"\n",
                  "pack p\n"
                  "  title    \"T\"\n"
                  "  version  1.0.0\n"
                  "  requires archrules >= 0.1\n"
                  "  license  \"L\"\n");
    expect_layout("enum e=a,b(\"x\" ,\"y\"),c",
                  "enum e = a, b (\"x\", \"y\"), c\n");
    expect_layout("enum e = a,\nlonger(\"x\"), b(\"y\"), longest_of_all",
                  "enum e =\n"
                  "  a,\n"
                  "  longer (\"x\"),\n"
                  "  b      (\"y\"),\n"
                  "  longest_of_all\n");
    expect_layout(
        "fact a.b(p:string , q : int) . c:list of{x:int,y ? :map of int}"
        " unit \"u\"fixed",
        "fact a.b(p : string, q : int).c :"
        " list of { x : int, y? : map of int } unit \"u\" fixed\n");
    expect_layout("fact a.b : int=1 if c.d fact a.b : int = 234 if e.f",
                  "fact a.b : int = 1   if c.d\n"
                  "fact a.b : int = 234 if e.f\n");
    expect_kept("fact a.b : int = 1   if c.d\n"
                "fact a.b : int = 234 if e.f\n");
    expect_layout("def f(a:int):int=a*2 def g ( ) = [1,2]",
                  "def f(a : int) : int = a * 2\n"
                  "def g() = [1, 2]\n");
    expect_layout("input a.b:string ask \"q\"",
                  "input a.b : string ask \"q\"\n");
    expect_layout(
        "override rule a.b severity info disable rule c because \"x\""
        "waive rule d key -1 because \"y\"\nowner \"z\"until 2027-01-31",
        "override rule a.b severity info\n"
        "disable rule c because \"x\"\n"
        "waive rule d key -1 because \"y\"\n"
        "  owner \"z\" until 2027-01-31\n");
}

static void test_tables(void **state)
{
    (void)state;
    expect_layout("table first t(a:arch,b : version)->c:string,d : bool\n"
                  "{amd64,arm64},_->\"x\",true\narm,1.0..<2.0->\"long\",false\n"
                  "absent,>=3->\"\",true",
                  "table first t (a : arch, b : version) ->"
                  " c : string, d : bool\n"
                  "  {amd64, arm64}, _           -> \"x\",    true\n"
                  "  arm,            1.0 .. <2.0 -> \"long\", false\n"
                  "  absent,         >= 3        -> \"\",     true\n");
    /* A cell of more than 40 columns does not push the others. */
    expect_kept("table t (a : string) -> b : int\n"
                "  \"x\"  -> 1\n"
                "  \"0123456789012345678901234567890123456789\" -> 2\n"
                "  \"yy\" -> 3\n");
    expect_layout("table t (a : int) -> b : int from \"t.csv\"",
                  "table t (a : int) -> b : int from \"t.csv\"\n");
}

static void test_probes(void **state)
{
    (void)state;
    expect_layout(
        "probe p(n:string)on linux,macos run 'a' \"{n}\" exit 0,1\n"
        "parse lines matches /x y/ gives a.b:int=.x.\"y z\"[]?\n"
        "gives c(n:string):version gives a.long:string=.[].A\n"
        "gives l.l:list of{n:int}=.[]{n=.N,m=.M?}\n"
        "if exit==1 or exit==2:a absent,b unknown(denied)\n"
        "if not found:\na absent",
        "probe p (n : string) on linux, macos\n"
        "  run     'a' \"{n}\"\n"
        "  exit    0, 1\n"
        "  parse   lines matches /x y/\n"
        "  gives   a.b           : int    = .x.\"y z\"[]?\n"
        "  gives   c(n : string) : version\n"
        "  gives   a.long        : string = .[].A\n"
        "  gives   l.l : list of { n : int } = .[] { n = .N, m = .M? }\n"
        "  if exit == 1 or exit == 2: a absent, b unknown(denied)\n"
        "  if not found:\n"
        "    a absent\n");
    /* 101 columns. */
    expect_layout(
        "probe p (aaaaaaaaaaaaaaaaaaaaaa : string, bbbbbbbbbbbbbbbbbb "
        ": string) on windows, linux, macos, freebsd run 'a'",
        "probe p (aaaaaaaaaaaaaaaaaaaaaa : string, bbbbbbbbbbbbbbbbbb "
        ": string)\n"
        "    on windows, linux, macos, freebsd\n"
        "  run     'a'\n");
}

static void test_tests(void **state)
{
    (void)state;
    expect_layout(
        "test \"t\" given snapshot \"s\" given a.b=1,c(\"x\").d absent,\n"
        "e.f unknown(denied) given l=[{n=1,\"k\"=2},{n absent}]\n"
        "expect r matched key \"k\" needing a.b,c.d diagnosis matches /x/\n"
        "expect only a,b expect none",
        "test \"t\"\n"
        "  given snapshot \"s\"\n"
        "  given a.b = 1, c(\"x\").d absent,\n"
        "        e.f unknown(denied)\n"
        "  given l = [{ n = 1, \"k\" = 2 }, { n absent }]\n"
        "  expect r matched key \"k\" needing a.b, c.d\n"
        "    diagnosis matches /x/\n"
        "  expect only a, b\n"
        "  expect none\n");
    expect_layout("test \"t\" given a.b = 1, l = [\n{n=1},\n{n=2}]",
                  "test \"t\"\n"
                  "  given a.b = 1, l = [\n"
                  "    { n = 1 },\n"
                  "    { n = 2 }\n"
                  "  ]\n");
}

/* ---- strings and the form of the file ---- */

static void test_strings(void **state)
{
    (void)state;
    expect_layout("rule r when a.b then diagnose \"\"\"\n  x\n    {a . b} \n"
                  "   \"\"\" see '''\n y  \n'''",
                  "rule r\n"
                  "  when a.b\n"
                  "  then diagnose \"\"\"\n  x\n    {a . b} \n   \"\"\"\n"
                  "       see      '''\n y  \n'''\n");
    expect_kept("rule r\n"
                "  when a.b matches /\\/  [/] \"#/i\n"
                "  then see \"{f(\"#\",  \"{ 'x' }\")}  # no comment\"\n");
}

static void test_line_ends(void **state)
{
    (void)state;
    expect_layout("\xEF\xBB\xBF# a\r\n\r\nuse a.b\r\n"
                  "rule r\r\n when a.b\r\n then\r\n see \"\"\"\r\n x\r\n\"\"\"",
                  "# a\n\n"
                  "use a.b\n\n"
                  "rule r\n"
                  "  when a.b\n"
                  "  then\n"
                  "    see \"\"\"\n x\n\"\"\"\n");
}

static void test_wide_characters(void **state)
{
    (void)state;
    expect_layout("table t (a : string) -> b : int\n"
                  "\"\xE6\x97\xA5\" -> 1 \"xyz\" -> 2",
                  "table t (a : string) -> b : int\n"
                  "  \"\xE6\x97\xA5\"  -> 1\n"
                  "  \"xyz\" -> 2\n");
}

static void test_syntax_errors(void **state)
{
    (void)state;
    static const char *const texts[] = {"rule",
                                        "fact a.b int",
                                        "use a.b \"x",
                                        "rule r when 4G then",
                                        "\xFF",
                                        "when a.b = 1 then see \"x\"",
                                        "\xFF\xFEu",
                                        "fact a.b : int }",
                                        "use a.b /* no */",
                                        "# \xE2\x80\xAE"};
    for (size_t i = 0; i < AR_COUNT_OF(texts); i++) {
        struct sample sample;
        start(&sample);
        struct ar_buf out = AR_BUF(&sample.arena);
        ar_buf_put_c(&out, "before");
        uint32_t file = add(&sample, ar_str_from_c(texts[i]));
        for (int n = 0; n < 2; n++) {
            assert_false(ar_format(&sample.arena, &sample.diags, file, &out));
            assert_true(ar_str_equal_c(ar_buf_view(&out), "before"));
            assert_true(sample.diags.n_errors > 0);
        }
        ar_arena_free(&sample.arena);
    }
}

/* Errors that the checker found do not stand in the way. */
static void test_other_errors(void **state)
{
    (void)state;
    struct sample sample;
    ar_str out;
    start(&sample);
    uint32_t file = add(&sample, AR_STR("use  a.b"));
    ar_diag(&sample.diags, AR_E0103, ((ar_span){file, 5, 8}), AR_STR("a.b"));
    assert_true(format_file(&sample, file, &out));
    assert_true(ar_str_equal_c(out, "use a.b\n"));
    ar_arena_free(&sample.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rule),
        cmocka_unit_test(test_short_rules),
        cmocka_unit_test(test_long_conditions),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_trailing_comments),
        cmocka_unit_test(test_blank_lines),
        cmocka_unit_test(test_declarations),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_probes),
        cmocka_unit_test(test_tests),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_wide_characters),
        cmocka_unit_test(test_syntax_errors),
        cmocka_unit_test(test_other_errors),
        cmocka_unit_test(test_all_files),
        cmocka_unit_test(test_torn_layouts),
    };
    return cmocka_run_group_tests(tests, fill_corpus, empty_corpus);
}
