/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a rule file: if it has no syntax error, its layout must have
 * the same syntax tree and be laid out already; if it has one, nothing may be
 * put. */
#include "front/ast.h"
#include "front/format.h"
#include "fuzz.h"

struct bench {
    struct ar_arena *arena;
    struct ar_sources sources;
    struct ar_diags diags;
};

static uint32_t add(struct bench *bench, ar_str text)
{
    return ar_sources_add(bench->arena, &bench->sources, AR_STR("fuzz.rules"),
                          ar_str_copy(bench->arena, text));
}

/* The tree with the documentation of its declarations; false after a syntax
 * error. */
static bool read_tree(struct bench *bench, uint32_t file, ar_str *tree)
{
    struct ar_buf out = AR_BUF(bench->arena);
    size_t n_errors = bench->diags.n_errors;
    const struct ar_node *root = ar_parse(bench->arena, &bench->diags, file);
    ar_ast_dump(&out, root);
    for (const struct ar_node *node = root->first; node; node = node->next) {
        ar_buf_put(&out, ar_node_doc(node));
        ar_buf_put_char(&out, '\n');
    }
    *tree = ar_buf_view(&out);
    return bench->diags.n_errors == n_errors;
}

static ar_str format(struct bench *bench, uint32_t file, bool is_good)
{
    struct ar_buf out = AR_BUF(bench->arena);
    bool was_formatted = ar_format(bench->arena, &bench->diags, file, &out);
    fuzz_require(was_formatted == is_good && (is_good || out.len == 0));
    return ar_buf_view(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ar_arena arena;
    struct bench bench = {.arena = &arena};
    bench.diags = (struct ar_diags){.arena = &arena, .sources = &bench.sources};
    uint32_t file = add(&bench, (ar_str){(const char *)data, size});
    ar_str tree;
    ar_str tree_again;
    bool is_good = read_tree(&bench, file, &tree);
    ar_str text = format(&bench, file, is_good);
    if (is_good) {
        file = add(&bench, text);
        fuzz_require(read_tree(&bench, file, &tree_again));
        fuzz_require(ar_str_equal(tree, tree_again));
        fuzz_require(ar_str_equal(format(&bench, file, true), text));
    }
    ar_arena_reset(&arena);
    return 0;
}
