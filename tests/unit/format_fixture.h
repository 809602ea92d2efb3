/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_FORMAT_FIXTURE_H
#define AR_TESTS_FORMAT_FIXTURE_H
/* For tests of the formatter: what may not change, whatever the text (tokens,
 * comments, tree, documentation, the result of formatting again), and texts
 * whose white space is torn apart. Includes cmocka's headers first. */

#include "front/format.h"
#include "rules.h"
#include "rules_fixture.h"

/* One text with a list of sources of its own. */
struct sample {
    struct ar_arena arena;
    struct ar_sources sources;
    struct ar_diags diags;
};

static inline void start(struct sample *sample)
{
    memset(sample, 0, sizeof(*sample));
    sample->diags.arena = &sample->arena;
    sample->diags.sources = &sample->sources;
}

static inline uint32_t add(struct sample *sample, ar_str text)
{
    text = ar_str_copy(&sample->arena, text);
    return ar_sources_add(&sample->arena, &sample->sources, AR_STR("t.rules"),
                          text);
}

static inline bool format_file(struct sample *sample, uint32_t file,
                               ar_str *out)
{
    struct ar_buf buf = AR_BUF(&sample->arena);
    bool good = ar_format(&sample->arena, &sample->diags, file, &buf);
    *out = ar_buf_view(&buf);
    return good;
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

static inline void put_line(struct ar_buf *buf, ar_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\r')
            ar_buf_put_char(buf, text.ptr[i]);
    }
    ar_buf_put_char(buf, '\n');
}

static inline bool has_stray_blanks(ar_str space)
{
    return ar_str_find(space, AR_STR(" \n"), 0) != SIZE_MAX ||
           ar_str_find(space, AR_STR("\n\n\n"), 0) != SIZE_MAX ||
           ar_str_find(space, AR_STR("\t"), 0) != SIZE_MAX;
}

static inline void read_tokens(struct sample *sample, uint32_t file,
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

static inline struct content read_content(struct sample *sample, uint32_t file)
{
    struct ar_buf empty = AR_BUF(&sample->arena);
    struct content content = {empty, empty, empty, empty, false};
    const struct ar_node *root = ar_parse(&sample->arena, &sample->diags, file);
    read_tokens(sample, file, &content);
    ar_ast_dump(&content.tree, root);
    for (const struct ar_node *node = root->first; node; node = node->next)
        put_line(&content.docs, ar_node_doc(node));
    return content;
}

static inline bool same(const char *what, struct ar_buf *a, struct ar_buf *b)
{
    ar_str left = ar_buf_view(a);
    ar_str right = ar_buf_view(b);
    if (ar_str_equal(left, right))
        return true;
    printf("%s differ:\n" AR_STR_FORMAT "\n--- and\n" AR_STR_FORMAT "\n", what,
           AR_STR_ARG(left), AR_STR_ARG(right));
    return false;
}

static inline bool says(bool good, const char *what)
{
    if (!good)
        printf("%s\n", what);
    return good;
}

/* All that holds of the result, whatever the text. */
static inline bool keeps_content(struct sample *sample, uint32_t file,
                                 ar_str out)
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

static inline bool check_sample(ar_str name, ar_str text)
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

static inline bool has_no_errors(ar_str text)
{
    struct sample sample;
    start(&sample);
    ar_parse(&sample.arena, &sample.diags, add(&sample, text));
    bool good = sample.diags.n_errors == 0;
    ar_arena_free(&sample.arena);
    return good;
}

/* ---- torn layouts ---- */

static inline uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static inline size_t below(uint64_t *seed, size_t limit)
{
    return (size_t)(next_random(seed) >> 11) % limit;
}

/* How deep in strings a token stands, and how many of them must end on the
 * line on which they start. */
struct depth {
    bool long_text[AR_MAX_NESTING + 1];
    size_t n_strings;
    size_t n_short;
};

static inline void track_strings(struct depth *depth, ar_str text, int kind)
{
    if (kind == AR_TOK_STRING_OPEN) {
        bool long_text = ar_str_starts_with(text, AR_STR("\"\"\""));
        depth->long_text[depth->n_strings++] = long_text;
        depth->n_short += !long_text;
    } else if (kind == AR_TOK_STRING_CLOSE) {
        depth->n_short -= !depth->long_text[--depth->n_strings];
    }
}

static inline void put_torn_gap(struct ar_buf *out, uint64_t *seed,
                                bool one_line, size_t wildness)
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
        "\n    # deep\n\n",
        " # end\n\t# tab\n   # odd\n\n",
        "\n # odd\n         # very deep\n\n# margin\n",
    };
    size_t n_choices = one_line ? 2 : AR_COUNT_OF(gaps);
    if (below(seed, 100) >= wildness)
        ar_buf_put_char(out, ' ');
    else
        ar_buf_put_c(out, gaps[below(seed, n_choices)]);
}

static inline ar_str tear(struct sample *sample, ar_str text, uint64_t *seed)
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

static inline bool check_torn(struct sample *sample, ar_str text, size_t ix,
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

#endif
