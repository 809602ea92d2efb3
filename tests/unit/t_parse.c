/* SPDX-License-Identifier: Apache-2.0 */
/* The lexer and the parser: the tree of every construct, going on after
 * errors, spans, documentation, strings, names that are words of the
 * language, and texts that are cut or changed at every place. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "rules_fixture.h"

#include <time.h>

enum {
    MIN_GOLDENS = 60,
    N_BROKEN = 50,
    SMALL_FILE_BYTES = 5000,
    MANY_STRAYS = 100000,
    LONG_LINE_BYTES = 1048576
};

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

static struct ar_node *parse(ar_str text)
{
    uint32_t file = ar_sources_add(&fixture.arena, &fixture.sources,
                                   AR_STR("t.rules"), text);
    return ar_parse(&fixture.arena, &fixture.diags, file);
}

static struct ar_node *parse_c(const char *text)
{
    return parse(ar_str_from_c(text));
}

/* Of a text without a fault. */
static struct ar_node *parse_good(ar_str text)
{
    struct ar_node *tree = parse(text);
    if (fixture.diags.list.count > 0)
        print_message("%s: " AR_STR_FORMAT "\n", fixture_reported(&fixture),
                      AR_STR_ARG(text));
    assert_int_equal(fixture.diags.list.count, 0);
    return tree;
}

static ar_str dump(const struct ar_node *tree)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_ast_dump(&out, tree);
    return ar_str_trim(ar_buf_view(&out));
}

static const struct ar_node *find(const struct ar_node *node,
                                  enum ar_node_kind kind)
{
    if (node->kind == kind)
        return node;
    for (struct ar_node *child = node->first; child; child = child->next) {
        const struct ar_node *found = find(child, kind);
        if (found)
            return found;
    }
    return NULL;
}

static void assert_text(ar_str text, const char *wanted)
{
    if (!ar_str_equal_c(text, wanted))
        fail_msg("\n  found  <" AR_STR_FORMAT ">\n  wanted <%s>",
                 AR_STR_ARG(text), wanted);
}

/* The value of the string that a rule diagnoses with, as spelt. */
static ar_str string_value(const char *spelling)
{
    ar_str text =
        ar_str_printf(&fixture.arena, "when a then diagnose %s", spelling);
    const struct ar_node *string = find(parse_good(text), AR_NODE_STRING);
    return string->text;
}

/* place with word for each W in it. */
static ar_str put_word(const char *place, const char *word)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    for (const char *p = place; *p; p++) {
        if (*p == 'W')
            ar_buf_put_c(&out, word);
        else
            ar_buf_put_char(&out, *p);
    }
    return ar_buf_view(&out);
}

/* ---- trees ---- */

static bool check_golden(ar_str text, ar_str wanted)
{
    struct ar_node *tree = parse(text);
    ar_str found = dump(tree);
    bool same = fixture.diags.list.count == 0 && ar_str_equal(found, wanted);
    if (!same)
        print_message("  text   " AR_STR_FORMAT "\n  wanted " AR_STR_FORMAT
                      "\n  found  " AR_STR_FORMAT "\n  %s\n",
                      AR_STR_ARG(text), AR_STR_ARG(wanted), AR_STR_ARG(found),
                      fixture_reported(&fixture));
    fixture.diags.list.count = 0;
    return same;
}

static void test_trees(void **state)
{
    (void)state;
    ar_str all = fixture_read(
        &fixture, AR_STR(AR_SOURCE_DIR "/tests/golden/syntax_tree.txt"));
    size_t n = 0;
    size_t n_failed = 0;
    size_t at = 0;
    while (at < all.len && all.ptr[at] == '#')
        at = ar_str_find(all, AR_STR("\n"), at) + 1;
    while (at < all.len) {
        size_t middle = ar_str_find(all, AR_STR("\n---\n"), at);
        size_t last = ar_str_find(all, AR_STR("\n===\n"), middle);
        assert_true(middle != SIZE_MAX && last != SIZE_MAX);
        n++;
        if (!check_golden(
                ar_str_copy(&fixture.arena, ar_str_slice(all, at, middle)),
                ar_str_slice(all, middle + 5, last)))
            n_failed++;
        at = last + 5;
    }
    assert_true(n >= MIN_GOLDENS);
    assert_int_equal(n_failed, 0);
}

/* ---- spans ---- */

static void check_span(const char *condition, enum ar_node_kind kind,
                       const char *wanted, const char *wanted_name)
{
    ar_str text =
        ar_str_printf(&fixture.arena, "when %s then diagnose 'x'", condition);
    const struct ar_node *node = find(parse_good(text), kind);
    assert_non_null(node);
    assert_text(ar_source_text(&fixture.sources, node->span), wanted);
    assert_text(ar_source_text(&fixture.sources, node->name), wanted_name);
}

static void test_spans(void **state)
{
    (void)state;
    check_span("a.b == c.d", AR_NODE_COMPARE, "a.b == c.d", "==");
    check_span("a and b and c", AR_NODE_AND, "a and b and c", "and");
    check_span("a or b", AR_NODE_OR, "a or b", "or");
    check_span("not a.b", AR_NODE_NOT, "not a.b", "not");
    check_span("a + b == c", AR_NODE_ARITHMETIC, "a + b", "+");
    check_span("a in [1, 2]", AR_NODE_IN, "a in [1, 2]", "in");
    check_span("a not in b", AR_NODE_NOT_IN, "a not in b", "not");
    check_span("a in 1 .. <5", AR_NODE_RANGE_OPEN, "1 .. <5", "..");
    check_span("a matches /b/i", AR_NODE_MATCHES, "a matches /b/i", "matches");
    check_span("a starts with b", AR_NODE_STARTS_WITH, "a starts with b",
               "starts");
    check_span("a.b exists", AR_NODE_EXISTS, "a.b exists", "exists");
    check_span("a unknown(denied)", AR_NODE_UNKNOWN, "a unknown(denied)",
               "denied");
    check_span("(a default 1) == b", AR_NODE_DEFAULT, "a default 1", "default");
    check_span("(a)", AR_NODE_GROUP, "(a)", "(");
    check_span("a.b(1)[2].c", AR_NODE_INDEX, "a.b(1)[2]", "[");
    check_span("a.b(1)[2].c", AR_NODE_CALL, "a.b(1)", "b");
    check_span("a.b(1)[2].c", AR_NODE_MEMBER, "a.b(1)[2].c", "c");
    check_span("any d in l: d.e", AR_NODE_QUANTIFIER, "any d in l: d.e", "d");
    check_span("if a then b else c", AR_NODE_IF_ELSE, "if a then b else c",
               "if");
    check_span("a == [1, 2]", AR_NODE_LIST_LITERAL, "[1, 2]", "[");
    check_span("a == \"b {c} d\"", AR_NODE_STRING, "\"b {c} d\"", "\"b {");
}

static void test_span_of_rule(void **state)
{
    (void)state;
    const char *text = "# x\nrule a\n  when b\n  then diagnose \"c\"\n# y\n";
    const struct ar_node *rule =
        find(parse_good(ar_str_from_c(text)), AR_NODE_RULE);
    assert_text(ar_source_text(&fixture.sources, rule->span),
                "rule a\n  when b\n  then diagnose \"c\"");
    assert_text(ar_source_text(&fixture.sources, rule->name), "a");
}

/* ---- empty texts, line ends, marks ---- */

static void test_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",  "\n",   " \t\n\n", "# a",          "# a\n",
        "#", "## a", "\r\n",    "\xEF\xBB\xBF", "\xEF\xBB\xBF# a\r\n"};
    for (size_t i = 0; i < AR_COUNT_OF(texts); i++)
        assert_int_equal(parse_good(ar_str_from_c(texts[i]))->count, 0);
}

static ar_str with_crlf(ar_str text)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n')
            ar_buf_put_char(&out, '\r');
        ar_buf_put_char(&out, text.ptr[i]);
    }
    return ar_buf_view(&out);
}

/* Every rule file means the same with the other line end, and with a byte
 * order mark. */
static void test_line_ends(void **state)
{
    (void)state;
    ar_str_vector files = fixture_list(&fixture, "rules/docker_desktop");
    for (size_t i = 0; i < files.count; i++) {
        ar_str text = fixture_read(&fixture, files.at[i]);
        ar_str wanted = dump(parse_good(text));
        ar_str crlf = with_crlf(text);
        assert_true(ar_str_equal(dump(parse_good(crlf)), wanted));
        ar_str marked =
            ar_str_concat(&fixture.arena, AR_STR("\xEF\xBB\xBF"), crlf);
        assert_true(ar_str_equal(dump(parse_good(marked)), wanted));
    }
}

static void test_position_behind_mark(void **state)
{
    (void)state;
    parse_c("\xEF\xBB\xBFrule");
    assert_string_equal(fixture_reported(&fixture), "E0201 1:5");
}

static void test_tab_is_one_column(void **state)
{
    (void)state;
    parse_c("rule a\r\n\t\twhen\t@");
    assert_string_equal(fixture_reported(&fixture), "E0125 2:8");
}

/* ---- documentation ---- */

static void check_doc(const char *text, const char *wanted)
{
    const struct ar_node *tree = parse_good(ar_str_from_c(text));
    assert_true(tree->count > 0);
    assert_text(ar_node_doc(tree->last), wanted);
}

static void test_documentation(void **state)
{
    (void)state;
    check_doc("## One line.\nfact a.b : int", "One line.");
    check_doc("## One.\n## Two.\nfact a.b : int", "One.\nTwo.");
    check_doc("##One.\n##\n##   Three.  \nfact a.b : int", "One.\n\nThree.");
    check_doc("# not this\nfact a.b : int", "");
    check_doc("## not this\n\nfact a.b : int", "");
    check_doc("## not this\n# nor this\nfact a.b : int", "");
    check_doc("# not this\n## this\nfact a.b : int", "this");
    check_doc("## before\n\n## this\nfact a.b : int", "this");
    check_doc("## CRLF.\r\n## Two.\r\nfact a.b : int", "CRLF.\nTwo.");
    check_doc("  ## Indented.\n  fact a.b : int", "Indented.");
    check_doc("## first\nfact a.b : int\nfact a.c : int", "");
    check_doc("fact a.a : int ## behind\nfact a.b : int", "");
    check_doc("## of the rule\nrule a when b then diagnose 'x'", "of the rule");
    check_doc("## of the test\ntest 'x' expect none", "of the test");
    check_doc("## {not} \"a\" 'string'\nuse a", "{not} \"a\" 'string'");
}

/* ---- strings ---- */

static void test_escapes(void **state)
{
    (void)state;
    assert_text(string_value("\"a\\tb\\nc\\rd\\\\e\\\"f\\'g\""),
                "a\tb\nc\rd\\e\"f'g");
    assert_text(string_value("\"\\{a\\}\""), "{a}");
    assert_text(string_value("\"\\e[0m\""), "\033[0m");
    assert_text(string_value("\"\\u{41}\\u{e9}\\u{1F600}\\u{10FFFF}\""),
                "A\xC3\xA9\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF");
    assert_text(string_value("\"\\u{000041}\""), "A");
    assert_text(string_value("\"}\""), "}");
    assert_text(string_value("'\\n {a} \\u{41} \"'"), "\\n {a} \\u{41} \"");
    assert_text(string_value("\"\xC3\xA9 \xE2\x80\x9Cx\xE2\x80\x9D\""),
                "\xC3\xA9 \xE2\x80\x9Cx\xE2\x80\x9D");
    assert_text(string_value("\"\""), "");
    assert_text(string_value("''"), "");
    assert_text(string_value("\"# no comment\""), "# no comment");
}

static void test_long_strings(void **state)
{
    (void)state;
    assert_text(string_value("\"\"\"\"\"\""), "");
    assert_text(string_value("''''''"), "");
    assert_text(string_value("\"\"\"a\"\"\""), "a");
    assert_text(string_value("\"\"\"\na\nb\n\"\"\""), "a\nb");
    assert_text(string_value("\"\"\"\n  a\n   b\n  \"\"\""), "a\n b");
    assert_text(string_value("\"\"\"\n   a\n  b\n  \"\"\""), " a\nb");
    assert_text(string_value("\"\"\"\n  a\n\n  b\n  \"\"\""), "a\n\nb");
    assert_text(string_value("\"\"\"\n  a\n \n  b\n  \"\"\""), "a\n\nb");
    assert_text(string_value("\"\"\"\r\n  a\r\n  b\r\n  \"\"\""), "a\nb");
    assert_text(string_value("\"\"\"\n  a \"b\" \"\"c\"\" d\n  \"\"\""),
                "a \"b\" \"\"c\"\" d");
    assert_text(string_value("\"\"\"\n  a\\tb\\u{41}\n  \\{c\\}\n  \"\"\""),
                "a\tbA\n{c}");
    assert_text(string_value("'''\n  a 'b' ''c'' \\t {d}\n  '''"),
                "a 'b' ''c'' \\t {d}");
    assert_text(string_value("\"\"\"\n\ta\n\t\tb\n\t\"\"\""), "a\n\tb");
    /* An escape is no indentation, and stays. */
    assert_text(string_value("\"\"\"\n  \\ta\n    b\n  \"\"\""), "\ta\n  b");
    /* A line end in the text is not one of the source. */
    assert_text(string_value("\"\"\"\n    a\\n    b\n    c\n\"\"\""),
                "a\n    b\nc");
}

static void check_pieces(const char *spelling, const char *wanted)
{
    ar_str text =
        ar_str_printf(&fixture.arena, "when a then diagnose %s", spelling);
    const struct ar_node *diagnose = find(parse_good(text), AR_NODE_DIAGNOSE);
    assert_text(dump(diagnose->first), wanted);
}

static void test_interpolation(void **state)
{
    (void)state;
    check_pieces("\"{b}\"", "(string \"\" (text \"\") (name b) (text \"\"))");
    check_pieces(
        "\"{ b . c }\"",
        "(string \"\" (text \"\") (member-of c (name b)) (text \"\"))");
    check_pieces("\"x\\{{b}\\}y\"",
                 "(string \"\" (text \"x{\") (name b) (text \"}y\"))");
    check_pieces("\"{b}}\"", "(string \"\" (text \"\") (name b) (text \"}\"))");
    check_pieces("\"{\"{\"{b}\"}\"}\"",
                 "(string \"\" (text \"\") (string \"\" (text \"\") "
                 "(string \"\" (text \"\") (name b) (text \"\")) (text \"\")) "
                 "(text \"\"))");
    check_pieces("\"{f(\"}\")}\"", "(string \"\" (text \"\") (call (name f) "
                                   "(string \"}\")) (text \"\"))");
    check_pieces("\"{f('{')}\"", "(string \"\" (text \"\") (call (name f) "
                                 "(string \"{\")) (text \"\"))");
    check_pieces("\"\\t{b}\\n{c}\\u{41}\"",
                 "(string \"\" (text \"\t\") (name b) (text \"\n\") (name c) "
                 "(text \"A\"))");
    check_pieces("\"\"\"\n    {b}\n      {c} d\n    \"\"\"",
                 "(string \"\" (text \"\") (name b) (text \"\n  \") (name c) "
                 "(text \" d\"))");
    check_pieces("\"\"\"{\"\"\"{b}\"\"\"}\"\"\"",
                 "(string \"\" (text \"\") (string \"\" (text \"\") (name b) "
                 "(text \"\")) (text \"\"))");
}

/* ---- names ---- */

/* Words of the language that are names everywhere else. */
static const char *const free_words[] = {"default",   "for",
                                         "title",     "version",
                                         "requires",  "license",
                                         "severity",  "confidence",
                                         "keywords",  "context",
                                         "applies",   "symptom",
                                         "let",       "supersedes",
                                         "diagnose",  "remedy",
                                         "risk",      "data_loss",
                                         "needs",     "undo",
                                         "step",      "run",
                                         "do",        "open",
                                         "restart",   "verify",
                                         "lesson",    "see",
                                         "unique",    "collect",
                                         "complete",  "list",
                                         "map",       "of",
                                         "each",      "same",
                                         "needing",   "superseded_by",
                                         "from",      "text",
                                         "lines",     "exit",
                                         "env",       "gives",
                                         "key",       "snapshot",
                                         "none",      "only",
                                         "timeout",   "parse",
                                         "decode",    "file",
                                         "glob",      "registry",
                                         "on",        "found",
                                         "replaces",  "since",
                                         "because",   "owner",
                                         "until",     "starts",
                                         "ends",      "with",
                                         "diagnosis", "ask",
                                         "unit",      "fixed",
                                         "sensitive", "first",
                                         "count",     "filter"};

static const char *const reserved_words[] = {
    "pack",     "use",    "enum",   "def",     "fact",  "input",    "table",
    "rule",     "when",   "then",   "probe",   "test",  "override", "disable",
    "waive",    "given",  "expect", "if",      "else",  "unless",   "and",
    "or",       "not",    "in",     "any",     "every", "no",       "matches",
    "contains", "exists", "absent", "unknown", "true",  "false"};

/* Places where a name stands; W is the word. */
static const char *const name_places[] = {
    "pack W",
    "use a.W, W.b",
    "enum W = x",
    "enum e = W, x",
    "enum e = x, W (\"a\")",
    "def W(n : int) = 1",
    "def f(W : int) = 1",
    "fact a.W : int",
    "fact W.b : int",
    "fact W(n : int).b : int",
    "fact a(W : int).b : int",
    "fact a(n : int).W : int",
    "fact a.b : { W : int, x? : int }",
    "fact a.b : { x : int, W? : int }",
    "input a.W : int ask \"x\"",
    "table t (W : int) -> b : int 1 -> 1",
    "table t (a : int) -> W : int 1 -> 1",
    "table t (a : e) -> b : e x -> W",
    "table t (a : e) -> b : e {x, W} -> x",
    "rule W when a then diagnose \"x\"",
    "rule r let W = 1 when a then diagnose \"x\"",
    "rule r supersedes W, p.W when a then diagnose \"x\"",
    "rule r when any W in l: a then diagnose \"x\"",
    "rule r when count(W in l: a) == 1 then diagnose \"x\"",
    "rule r for each W in l key a when b then diagnose \"x\"",
    "rule r when a.W == b.W then diagnose \"x\"",
    "rule r when a unknown(W) then diagnose \"x\"",
    "override rule W severity info",
    "probe W run 'a'",
    "probe p (W : int) run 'a'",
    "probe p run 'a' gives a.W : int = .W.b",
    "probe p run 'a' if found: W.a absent, a.W absent",
    "test \"t\" given a.W = W, a.W.b absent expect a.W clear",
    "test \"t\" given a.b = { W = 1, c absent } expect none",
    "test \"t\" given a.b = { c = 1, W absent } expect none",
};

/* The tree is that of any name, with the word in its place. */
static bool is_name_at(const char *place, const char *word)
{
    ar_str wanted = dump(parse(put_word(place, "w_w")));
    struct ar_buf expected = AR_BUF(&fixture.arena);
    for (size_t at = 0; at < wanted.len; at++) {
        bool here = ar_str_starts_with(ar_str_slice(wanted, at, wanted.len),
                                       AR_STR("w_w"));
        if (!here) {
            ar_buf_put_char(&expected, wanted.ptr[at]);
            continue;
        }
        ar_buf_put_c(&expected, word);
        at += 2;
    }
    ar_str text = put_word(place, word);
    ar_str found = dump(parse(text));
    if (fixture.diags.list.count == 0 &&
        ar_str_equal(found, ar_buf_view(&expected)))
        return true;
    print_message("  " AR_STR_FORMAT "\n    %s\n", AR_STR_ARG(text),
                  fixture_reported(&fixture));
    fixture.diags.list.count = 0;
    return false;
}

static void test_free_words(void **state)
{
    (void)state;
    size_t n_failed = 0;
    for (size_t i = 0; i < AR_COUNT_OF(name_places); i++) {
        for (size_t k = 0; k < AR_COUNT_OF(free_words); k++) {
            if (!is_name_at(name_places[i], free_words[k]))
                n_failed++;
        }
    }
    assert_int_equal(n_failed, 0);
}

/* The hit policy stands before the name, so its words are no names there. */
static bool is_policy(const char *word)
{
    return strcmp(word, "unique") == 0 || strcmp(word, "first") == 0 ||
           strcmp(word, "collect") == 0 || strcmp(word, "complete") == 0;
}

static void test_free_words_of_tables(void **state)
{
    (void)state;
    size_t n_failed = 0;
    for (size_t k = 0; k < AR_COUNT_OF(free_words); k++) {
        const char *word = free_words[k];
        if (!is_policy(word) &&
            !is_name_at("table W (a : int) -> b : int 1 -> 1", word))
            n_failed++;
        if (strcmp(word, "complete") != 0 &&
            !is_name_at("table first W (a : int) -> b : int 1 -> 1", word))
            n_failed++;
    }
    assert_int_equal(n_failed, 0);
}

/* A bare word of an expression: `count(` and the like begin something else,
 * so there these three are no names. */
static void test_free_words_in_expressions(void **state)
{
    (void)state;
    static const char *const places[] = {
        "rule r when a == W then diagnose \"x\"",
        "rule r when W == a and b then diagnose \"x\"",
        "rule r when W and W or not W then diagnose \"x\"",
        "rule r when W.a then diagnose \"x\"",
        "rule r when a then diagnose \"{W}\"",
        "rule r when a in [W, b] then diagnose \"x\"",
        "rule r when f(W, b) then diagnose \"x\"",
    };
    size_t n_failed = 0;
    for (size_t i = 0; i < AR_COUNT_OF(places); i++) {
        for (size_t k = 0; k < AR_COUNT_OF(free_words) - 3; k++) {
            if (!is_name_at(places[i], free_words[k]))
                n_failed++;
        }
    }
    assert_int_equal(n_failed, 0);
}

static void test_reserved_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < AR_COUNT_OF(reserved_words); i++) {
        assert_true(is_name_at("rule r when a.W.b == 1 then diagnose \"x\"",
                               reserved_words[i]));
        assert_true(is_name_at("fact a.W : int", reserved_words[i]));
        assert_true(is_name_at("probe p run 'a' gives a.b : int = .W.W",
                               reserved_words[i]));
        parse(put_word("fact W.a : int", reserved_words[i]));
        assert_true(fixture.diags.n_errors > 0);
        fixture_end(&fixture);
        fixture_start(&fixture);
    }
}

/* ---- going on after errors ---- */

static void test_recovery(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "rule W when a == then diagnose \"x\"",
        "rule W severity when a then diagnose \"x\"",
        "rule W when (a then diagnose \"x\" remedy \"y\" step \"z\"",
        "fact broken.W",
        "table W (a : int) b : int 1 -> 2",
        "test \"W\" given a.b expect none",
        "probe W run timeout 3s parse json gives a.b : int",
        "rule W when a b then diagnose \"when x then y\"",
        "enum W red, green",
        "waive rule W because \"x\" until 2027-01-31",
    };
    struct ar_buf text = AR_BUF(&fixture.arena);
    for (unsigned i = 0; i < N_BROKEN; i++) {
        ar_buf_printf(&text, "rule good%u when a then diagnose \"x\"\n", i);
        ar_str name = ar_str_printf(&fixture.arena, "broken%u", i);
        ar_buf_put(&text, put_word(broken[i % 10], name.ptr));
        ar_buf_put_char(&text, '\n');
    }
    ar_buf_put_c(&text, "rule good50 when a then diagnose \"x\"\n");
    struct ar_node *tree = parse(ar_buf_view(&text));
    size_t n_good = 0;
    for (struct ar_node *node = tree->first; node; node = node->next) {
        bool good = node->kind == AR_NODE_RULE &&
                    ar_str_starts_with(node->text, AR_STR("good"));
        n_good += good;
        assert_true(good || node->kind == AR_NODE_BROKEN);
    }
    assert_int_equal(n_good, N_BROKEN + 1);
    ar_diags_sort(&fixture.diags);
    assert_int_equal(fixture.diags.n_errors, N_BROKEN);
    /* One for each broken line, in order: every second line, from 2. */
    for (size_t i = 0; i < N_BROKEN; i++) {
        struct ar_position at;
        struct ar_position last;
        ar_diag_positions(&fixture.diags, fixture.diags.list.at[i], &at, &last);
        bool next_line = at.line == 2 * i + 3 && at.column == 1;
        assert_true(at.line == 2 * i + 2 || next_line);
    }
}

/* broken: the word behind the one that begins a declaration that was left
 * out, so that nothing else is said about its name; or "". */
static void check_recovery(const char *text, const char *reported,
                           const char *tree, const char *broken)
{
    struct ar_node *file = parse_c(text);
    assert_string_equal(fixture_reported(&fixture), reported);
    assert_text(dump(file), tree);
    const struct ar_node *node = ar_node_child(file, AR_NODE_BROKEN);
    assert_text(node ? node->text : AR_STR(""), broken);
    fixture_end(&fixture);
    fixture_start(&fixture);
}

static void test_recovery_places(void **state)
{
    (void)state;
    const char *good = "(fact fact (signature (path c.d)) (type int))";
    check_recovery("fact a.b fact c.d : int", "E0201 1:10", good, "a");
    check_recovery("rule a when then diagnose \"x\" fact c.d : int",
                   "E0201 1:13", good, "a");
    check_recovery("rule a when \"{b\nfact c.d : int", "E0129 1:14", good, "a");
    check_recovery("rule a when \"{b fact c.d : int", "E0129 1:14", good, "a");
    check_recovery("a b c", "E0201 1:1", "", "");
    /* What stands before an error in the last declaration is kept, too. */
    check_recovery("fact c.d : int\nrule a when b", "E0201 2:14", good, "a");
    check_recovery("fact c.d : int rule a when b then diagnose }", "E0201 1:44",
                   good, "a");
    check_recovery("fact c.d : int\nenum a = b,", "E0201 2:12", good, "a");
    check_recovery("fact c.d : int\nrule a when \"b", "E0106 2:13", good, "a");
    /* The rest of a rule behind an error in its when is not a rule. */
    check_recovery("rule a when b ) when c then diagnose \"x\"", "E0201 1:15",
                   "", "a");
    /* A string that is not closed does not swallow what follows. */
    check_recovery("rule a when b == \"x\n then diagnose \"y\"\n"
                   "fact c.d : int",
                   "E0124 1:18", good, "a");
}

/* ---- texts that are cut or changed ---- */

/* In memory of its own, so that a byte read behind its end is seen. */
static void parse_piece(ar_str text)
{
    struct fixture piece;
    char *copy = malloc(text.len + 1);
    assert_non_null(copy);
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    fixture_start(&piece);
    uint32_t file = ar_sources_add(&piece.arena, &piece.sources,
                                   AR_STR("piece"), (ar_str){copy, text.len});
    const struct ar_node *tree = ar_parse(&piece.arena, &piece.diags, file);
    assert_int_equal(tree->kind, AR_NODE_FILE);
    for (size_t i = 0; i < piece.diags.list.count; i++)
        assert_true(piece.diags.list.at[i]->span.end <= text.len);
    fixture_end(&piece);
    free(copy);
}

static void cut_everywhere(const char *folder)
{
    ar_str_vector files = fixture_list(&fixture, folder);
    for (size_t i = 0; i < files.count; i++) {
        ar_str text = fixture_read(&fixture, files.at[i]);
        size_t step = text.len <= SMALL_FILE_BYTES ? 1 : 11;
        for (size_t n = 0; n < text.len; n += step)
            parse_piece(ar_str_slice(text, 0, n));
    }
}

static void test_cut(void **state)
{
    (void)state;
    cut_everywhere("stdlib/std");
    cut_everywhere("rules/docker_desktop");
}

/* Every text of the trees, cut at every byte and from every byte on. */
static void test_cut_trees(void **state)
{
    (void)state;
    ar_str all = fixture_read(
        &fixture, AR_STR(AR_SOURCE_DIR "/tests/golden/syntax_tree.txt"));
    for (size_t at = 0; at < all.len;) {
        size_t middle = ar_str_find(all, AR_STR("\n---\n"), at);
        size_t last = ar_str_find(all, AR_STR("\n===\n"), at);
        if (last == SIZE_MAX)
            break;
        for (size_t n = at; n < middle; n++) {
            parse_piece(ar_str_slice(all, at, n));
            parse_piece(ar_str_slice(all, n, middle));
        }
        at = last + 5;
    }
}

static void test_every_byte_pair(void **state)
{
    (void)state;
    char text[] = "when a matches /x/ then diagnose \"..\"";
    for (unsigned a = 0; a < 256; a += 3) {
        for (unsigned b = 0; b < 256; b += 5) {
            size_t at = sizeof(text) - 4;
            text[at] = (char)a;
            text[at + 1] = (char)b;
            parse_piece((ar_str){text, sizeof(text) - 1});
            parse_piece((ar_str){text + at, 2});
        }
    }
}

typedef AR_VECTOR(struct ar_token) token_vector;

static token_vector tokens_of(ar_str text)
{
    token_vector tokens = {0};
    struct ar_lexer *lexer = AR_NEW(&fixture.arena, struct ar_lexer);
    uint32_t file = ar_sources_add(&fixture.arena, &fixture.sources,
                                   AR_STR("t.rules"), text);
    assert_true(ar_lexer_start(lexer, &fixture.arena, &fixture.diags, file));
    for (;;) {
        struct ar_token token = ar_lexer_next(lexer);
        if (token.kind == 0)
            return tokens;
        ar_vector_push(&fixture.arena, &tokens, token);
    }
}

static ar_str join3(ar_str a, ar_str b, ar_str c)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put(&out, a);
    ar_buf_put(&out, b);
    ar_buf_put_char(&out, ' ');
    ar_buf_put(&out, c);
    return ar_buf_view(&out);
}

static void change_tokens(ar_str text)
{
    token_vector tokens = tokens_of(text);
    assert_true(tokens.count > 100);
    for (size_t i = 0; i < tokens.count; i++) {
        struct ar_token token = tokens.at[i];
        ar_str before = ar_str_slice(text, 0, token.start);
        ar_str itself = ar_str_slice(text, token.start, token.end);
        ar_str behind = ar_str_slice(text, token.end, text.len);
        parse_piece(join3(before, AR_STR(""), behind));
        ar_str twice = join3(AR_STR(""), itself, itself);
        parse_piece(join3(before, twice, behind));
        if (i + 1 == tokens.count)
            continue;
        struct ar_token next = tokens.at[i + 1];
        ar_str other = ar_str_slice(text, next.start, next.end);
        ar_str swapped = join3(AR_STR(""), other, itself);
        parse_piece(
            join3(before, swapped, ar_str_slice(text, next.end, text.len)));
    }
}

static void test_changed_tokens(void **state)
{
    (void)state;
    static const char *const files[] = {
        "stdlib/std/windows.rules", "rules/docker_desktop/pack.rules",
        "rules/docker_desktop/not_a_linux_distro.rules",
        "stdlib/std/linux.rules"};
    for (size_t i = 0; i < AR_COUNT_OF(files); i++) {
        ar_str path =
            ar_str_printf(&fixture.arena, AR_SOURCE_DIR "/%s", files[i]);
        ar_str text = fixture_read(&fixture, path);
        if (i != 1)
            change_tokens(text);
    }
}

/* ---- size ---- */

static double seconds_of(ar_str text)
{
    clock_t before = clock();
    parse(text);
    return (double)(clock() - before) / CLOCKS_PER_SEC;
}

static ar_str repeat(const char *piece, size_t count)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    for (size_t i = 0; i < count; i++)
        ar_buf_put_c(&out, piece);
    return ar_buf_view(&out);
}

static void test_many_strays(void **state)
{
    (void)state;
    double seconds = seconds_of(repeat("@ ", MANY_STRAYS));
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_diags_render(&out, &fixture.diags, false);
    ar_str text = ar_buf_view(&out);
    assert_int_equal(fixture.diags.n_errors, MANY_STRAYS);
    assert_true(ar_str_find(text, AR_STR("99950 more"), 0) != SIZE_MAX);
    assert_true(text.len < 50000);
    assert_true(seconds < 5);
}

static void test_long_line(void **state)
{
    (void)state;
    double seconds = seconds_of(repeat("a ", LONG_LINE_BYTES / 2));
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_diags_render(&out, &fixture.diags, false);
    assert_string_equal(fixture_reported(&fixture), "E0201 1:1");
    assert_true(ar_buf_view(&out).len < 1000);
    assert_true(seconds < 5);
}

/* Neither time nor memory grows with the square of the length. */
static void test_long_paths(void **state)
{
    (void)state;
    ar_str words = repeat(".a", 10000);
    double seconds =
        seconds_of(ar_str_concat(&fixture.arena, AR_STR("use a"), words));
    assert_string_equal(fixture_reported(&fixture), "E0122 1:5");
    assert_true(seconds < 5);
    assert_true(fixture.arena.used_bytes < 50000000);
}

static void test_many_comments(void **state)
{
    (void)state;
    struct ar_buf out = AR_BUF(&fixture.arena);
    for (unsigned i = 0; i < 20000; i++)
        ar_buf_printf(&out, "## doc %u\nfact a.f%u : int # x\n", i, i);
    clock_t before = clock();
    const struct ar_node *tree = parse_good(ar_buf_view(&out));
    assert_int_equal(tree->count, 20000);
    assert_text(ar_node_doc(tree->last), "doc 19999");
    assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
    const struct CMUnitTest tests[] = {
        TEST(test_trees),
        TEST(test_spans),
        TEST(test_span_of_rule),
        TEST(test_nothing),
        TEST(test_line_ends),
        TEST(test_position_behind_mark),
        TEST(test_tab_is_one_column),
        TEST(test_documentation),
        TEST(test_escapes),
        TEST(test_long_strings),
        TEST(test_interpolation),
        TEST(test_free_words),
        TEST(test_free_words_of_tables),
        TEST(test_free_words_in_expressions),
        TEST(test_reserved_words),
        TEST(test_recovery),
        TEST(test_recovery_places),
        TEST(test_cut),
        TEST(test_cut_trees),
        TEST(test_every_byte_pair),
        TEST(test_changed_tokens),
        TEST(test_many_strays),
        TEST(test_long_line),
        TEST(test_long_paths),
        TEST(test_many_comments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
