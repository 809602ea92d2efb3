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

#include "front/format.h"
#include "rules.h"
#include "rules_fixture.h"

#define FIRST_SEED UINT64_C(0x9E3779B97F4A7C15)

enum {
    N_TORN = 2000,
    N_GENERATED = 1000,
    MIN_SAMPLES = 120,
    MAX_DECLARATIONS = 4
};

/* One text with a list of sources of its own. */
struct sample {
    struct ar_arena arena;
    struct ar_sources sources;
    struct ar_diags diags;
};

static void start(struct sample *sample)
{
    memset(sample, 0, sizeof(*sample));
    sample->diags.arena = &sample->arena;
    sample->diags.sources = &sample->sources;
}

static uint32_t add(struct sample *sample, ar_str text)
{
    text = ar_str_copy(&sample->arena, text);
    return ar_sources_add(&sample->arena, &sample->sources, AR_STR("t.rules"),
                          text);
}

static bool format_file(struct sample *sample, uint32_t file, ar_str *out)
{
    struct ar_buf buf = AR_BUF(&sample->arena);
    bool good = ar_format(&sample->arena, &sample->diags, file, &buf);
    *out = ar_buf_view(&buf);
    return good;
}

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

/* ---- what may not change ---- */

/* Tokens and comments, one a line, without the CR of line ends. */
struct content {
    struct ar_buf tokens;
    struct ar_buf comments;
    struct ar_buf tree;
    struct ar_buf docs;
    bool stray_blanks; /* at line ends, or more than one blank line */
};

static void put_line(struct ar_buf *buf, ar_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\r')
            ar_buf_put_char(buf, text.ptr[i]);
    }
    ar_buf_put_char(buf, '\n');
}

static bool has_stray_blanks(ar_str space)
{
    return ar_str_find(space, AR_STR(" \n"), 0) != SIZE_MAX ||
           ar_str_find(space, AR_STR("\n\n\n"), 0) != SIZE_MAX ||
           ar_str_find(space, AR_STR("\t"), 0) != SIZE_MAX;
}

static void read_tokens(struct sample *sample, uint32_t file,
                        struct content *content)
{
    ar_str text = ar_sources_get(&sample->sources, file)->text;
    struct ar_lexer *lexer = AR_NEW(&sample->arena, struct ar_lexer);
    assert_true(ar_lexer_start(lexer, &sample->arena, &sample->diags, file));
    uint32_t at = 0;
    struct ar_token token;
    int depth = 0;
    do {
        token = ar_lexer_next(lexer);
        if (depth == 0 && has_stray_blanks(ar_str_slice(text, at, token.start)))
            content->stray_blanks = true;
        depth += token.kind == AR_TOK_STRING_OPEN;
        depth -= token.kind == AR_TOK_STRING_CLOSE;
        put_line(&content->tokens, ar_str_slice(text, token.start, token.end));
        at = token.end;
    } while (token.kind != 0);
    for (size_t i = 0; i < lexer->comments.count; i++)
        put_line(&content->comments,
                 ar_str_trim(ar_str_slice(text, lexer->comments.at[i].start,
                                          lexer->comments.at[i].end)));
}

static struct content read_content(struct sample *sample, uint32_t file)
{
    struct ar_buf empty = AR_BUF(&sample->arena);
    struct content content = {empty, empty, empty, empty, false};
    const struct ar_node *root = ar_parse(&sample->arena, &sample->diags, file);
    read_tokens(sample, file, &content);
    ar_ast_dump(&content.tree, root);
    for (const struct ar_node *node = root->first; node; node = node->next)
        put_line(&content.docs, node->doc);
    return content;
}

static bool same(const char *what, struct ar_buf *a, struct ar_buf *b)
{
    ar_str left = ar_buf_view(a);
    ar_str right = ar_buf_view(b);
    if (ar_str_equal(left, right))
        return true;
    printf("%s differ:\n" AR_STR_FORMAT "\n--- and\n" AR_STR_FORMAT "\n", what,
           AR_STR_ARG(left), AR_STR_ARG(right));
    return false;
}

static bool says(bool good, const char *what)
{
    if (!good)
        printf("%s\n", what);
    return good;
}

/* All that holds of the result, whatever the text. */
static bool keeps_content(struct sample *sample, uint32_t file, ar_str out)
{
    uint32_t out_file = add(sample, out);
    struct content before = read_content(sample, file);
    struct content after = read_content(sample, out_file);
    ar_str again;
    return same("tokens", &before.tokens, &after.tokens) &&
           same("comments", &before.comments, &after.comments) &&
           same("trees", &before.tree, &after.tree) &&
           same("documentation", &before.docs, &after.docs) &&
           says(!after.stray_blanks, "stray blanks") &&
           says(out.len == 0 || ar_str_ends_with(out, AR_STR("\n")),
                "no line end at the end") &&
           says(!ar_str_ends_with(out, AR_STR("\n\n")), "blank line at end") &&
           says(ar_str_find(out, AR_STR("\r"), 0) == SIZE_MAX, "a CR") &&
           says(format_file(sample, out_file, &again), "refuses its result") &&
           says(ar_str_equal(out, again), "not stable");
}

static bool check_sample(ar_str name, ar_str text)
{
    struct sample sample;
    ar_str out;
    start(&sample);
    uint32_t file = add(&sample, text);
    bool good =
        format_file(&sample, file, &out) && keeps_content(&sample, file, out);
    if (!good)
        printf("in " AR_STR_FORMAT ":\n" AR_STR_FORMAT
               "\n--- formatted\n" AR_STR_FORMAT "\n",
               AR_STR_ARG(name), AR_STR_ARG(text), AR_STR_ARG(out));
    ar_arena_free(&sample.arena);
    return good;
}

/* ---- samples ---- */

struct corpus {
    struct ar_arena arena;
    ar_str_vector names;
    ar_str_vector texts;
};

static struct corpus corpus;

static bool has_no_errors(ar_str text)
{
    struct sample sample;
    start(&sample);
    ar_parse(&sample.arena, &sample.diags, add(&sample, text));
    bool good = sample.diags.n_errors == 0;
    ar_arena_free(&sample.arena);
    return good;
}

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
    assert_int_equal(ar_file_list(&corpus.arena, path, suffix, 1, 1000, &files),
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
    add_rule_files("tests/bad");
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

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static size_t below(uint64_t *seed, size_t limit)
{
    return (size_t)(next_random(seed) >> 11) % limit;
}

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

/* How deep in strings a token stands, and how many of them must end on the
 * line on which they start. */
struct depth {
    bool long_text[AR_MAX_NESTING + 1];
    size_t n_strings;
    size_t n_short;
};

static void track_strings(struct depth *depth, ar_str text, int kind)
{
    if (kind == AR_TOK_STRING_OPEN) {
        bool long_text = ar_str_starts_with(text, AR_STR("\"\"\""));
        depth->long_text[depth->n_strings++] = long_text;
        depth->n_short += !long_text;
    } else if (kind == AR_TOK_STRING_CLOSE) {
        depth->n_short -= !depth->long_text[--depth->n_strings];
    }
}

static void put_torn_gap(struct ar_buf *out, uint64_t *seed, bool one_line,
                         size_t wildness)
{
    static const char *const gaps[] = {
        "\t",
        "   ",
        "\n",
        "\n    ",
        "\n\n",
        "\r\n  ",
        "\n\n\n ",
        "  # end of line\n",
        "#\n",
        "\n# own line  \n",
        "\n## d\r\n",
        " ## e\n",
        "\n\n  # far \n\n",
        "#1\n#2\n\n\n#3\n",
    };
    size_t n_choices = one_line ? 2 : AR_COUNT_OF(gaps);
    if (below(seed, 100) >= wildness)
        ar_buf_put_char(out, ' ');
    else
        ar_buf_put_c(out, gaps[below(seed, n_choices)]);
}

static ar_str tear(struct sample *sample, ar_str text, uint64_t *seed)
{
    static const size_t wildnesses[] = {2, 8, 25, 60, 100};
    size_t wildness = wildnesses[below(seed, AR_COUNT_OF(wildnesses))];
    uint32_t file = add(sample, text);
    struct ar_buf out = AR_BUF(&sample->arena);
    struct ar_lexer *lexer = AR_NEW(&sample->arena, struct ar_lexer);
    assert_true(ar_lexer_start(lexer, &sample->arena, &sample->diags, file));
    struct depth depth = {.n_strings = 0};
    uint32_t at = 0;
    struct ar_token token;
    do {
        token = ar_lexer_next(lexer);
        ar_str token_text = ar_str_slice(text, token.start, token.end);
        if (token.start > at || below(seed, 200) < wildness)
            put_torn_gap(&out, seed, depth.n_short > 0, wildness);
        ar_buf_put(&out, token_text);
        track_strings(&depth, token_text, token.kind);
        at = token.end;
    } while (token.kind != 0);
    return ar_buf_view(&out);
}

static bool check_torn(struct sample *sample, ar_str text, size_t ix,
                       uint64_t *seed)
{
    uint64_t case_seed = *seed;
    ar_str torn = tear(sample, text, seed);
    ar_str name = ar_str_printf(&sample->arena, "case %zu, seed 0x%llx", ix,
                                (unsigned long long)case_seed);
    struct content was = read_content(sample, add(sample, text));
    struct content is = read_content(sample, add(sample, torn));
    return same("torn trees", &was.tree, &is.tree) && check_sample(name, torn);
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

/* ---- generated texts, with long lines ---- */

static void put_expression(struct ar_buf *out, uint64_t *seed, unsigned depth);

/* Each # stands for an expression, each $ for a name. */
static void put_form(struct ar_buf *out, const char *form, uint64_t *seed,
                     unsigned depth)
{
    for (; *form; form++) {
        if (*form == '#')
            put_expression(out, seed, depth);
        else if (*form == '$')
            ar_buf_put_repeated(out, 'n', 1 + below(seed, 24));
        else
            ar_buf_put_char(out, *form);
    }
}

static void put_expression(struct ar_buf *out, uint64_t *seed, unsigned depth)
{
    static const char *const leaves[] = {"$", "$.$", "1", "\"$\"", "\"{$.$}\""};
    static const char *const forms[] = {
        "(# and # and # and #)",
        "(# or # and # or #)",
        "[#, #, #, #]",
        "$(#, #, #)",
        "# + # - # * #",
        "(if # then # else #)",
        "(any $ in #: #)",
        "count($ in #: #)",
        "$(#)[#].$ default #",
        "not ($ == # and $ in # .. <#)",
        "(-# >= #)",
        "$ matches /$ $/ and #",
        "\"\"\"\n  $ {$}\n  \"\"\"",
        "$[#] exists",
        "($ unknown($))",
    };
    if (depth == 0 || below(seed, 3) == 0)
        put_form(out, leaves[below(seed, AR_COUNT_OF(leaves))], seed, 0);
    else
        put_form(out, forms[below(seed, AR_COUNT_OF(forms))], seed, depth - 1);
}

static ar_str generate(struct sample *sample, uint64_t *seed)
{
    static const char *const declarations[] = {
        "rule $ when # let $ = # symptom # then diagnose \"$\"\n",
        "rule $ for each $ in # key # supersedes $, $, $ with same key when # "
        "then remedy \"$\" step \"$\" if # and # run $ '$' unless # verify #\n",
        "when # and # and # then diagnose \"$\" see \"$\"\n",
        "fact $.$ : int = # if # or #\nfact $.$ : list of { $ : $, $ : $ }\n",
        "fact a.b : $ = # if # fact a.b : $ = # if #\n",
        "def $($ : $, $ : $, $ : $) : bool = #\n",
        "enum $ = $, $ (\"$\", \"$\"), $, $ (\"$\"), $\n",
        "table $ ($ : $, $ : $) -> $ : $, $ : $\n  $, {$, $} -> \"$\", 1\n"
        "  >= 1, 1 .. <2 -> \"$ $ $\", $\n",
        "test \"$\" given $.$ = [\"$\", { $ = 1, $ absent }], $($).$ absent, "
        "$ = [1] expect $ $ needing $, $.$, $ diagnosis matches /$/\n",
        "probe $ on $, $ run '$' '$' '$' exit 1 parse $ gives $.$ : $ = .$.$\n"
        "gives $ : $ = .[] { $ = .$, $ = .$ } gives $.$ : list of $ = .$\n"
        "if # and #: $.$ absent, $ unknown($)\n",
    };
    struct ar_buf out = AR_BUF(&sample->arena);
    for (size_t n = 1 + below(seed, 3); n > 0; n--)
        put_form(&out, declarations[below(seed, AR_COUNT_OF(declarations))],
                 seed, 3);
    return ar_buf_view(&out);
}

static void test_generated(void **state)
{
    (void)state;
    uint64_t seed = FIRST_SEED;
    size_t n_checked = 0;
    for (size_t i = 0; i < N_GENERATED; i++) {
        struct sample sample;
        start(&sample);
        ar_str text = generate(&sample, &seed);
        bool good = true;
        if (has_no_errors(text)) {
            good = check_sample(AR_STR("generated"), text) &&
                   check_torn(&sample, text, i, &seed);
            n_checked++;
        }
        ar_arena_free(&sample.arena);
        assert_true(good);
    }
    assert_true(n_checked > N_GENERATED / 2);
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
    expect_layout("", "");
    expect_layout("  \n\n", "");
    expect_layout("\n\n# a\n\n\n\n# b\n\n", "# a\n\n# b\n");
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
        cmocka_unit_test(test_generated),
    };
    return cmocka_run_group_tests(tests, fill_corpus, empty_corpus);
}
