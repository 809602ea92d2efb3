/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: any bytes as a rule file. Lexer and parser must end, every
 * node and diagnostic must have its place in the text, and what is drawn for
 * people must be printable. */

#include "front/ast.h"
#include "fuzz.h"
#include "text/utf8.h"

/* A node has a place in the file, or none. */
static void require_spans(const struct ar_node *node, ar_span file)
{
    const ar_span spans[] = {node->span, node->name};
    for (size_t i = 0; i < AR_COUNT_OF(spans); i++) {
        fuzz_require(spans[i].file == 0 || spans[i].file == file.file);
        fuzz_require(spans[i].start <= spans[i].end);
        fuzz_require(spans[i].end <= file.end);
    }
    for (const struct ar_node *child = node->first; child; child = child->next)
        require_spans(child, file);
}

/* Nothing in it has to be escaped, but for tabs, which a terminal may have. */
static void require_printable(struct ar_arena *arena, ar_str text)
{
    struct ar_buf safe = AR_BUF(arena);
    char *plain = AR_NEW_ARRAY(arena, char, text.len);
    for (size_t i = 0; i < text.len; i++)
        plain[i] = text.ptr[i] == '\t' ? ' ' : text.ptr[i];
    text.ptr = plain;
    ar_utf8_put_safe(&safe, text, true);
    fuzz_require(ar_str_equal(ar_buf_view(&safe), text));
}

/* One is drawn as the other; a few, because that takes most of the time. */
static void draw_some(struct ar_diags *diags)
{
    enum { DRAWN = 3 };
    struct ar_buf out = AR_BUF(diags->arena);
    ar_diags_sort(diags);
    for (size_t i = 0; i < diags->list.count && i < DRAWN; i++)
        ar_diag_render(&out, diags, diags->list.at[i], false);
    fuzz_require((out.len > 0) == (diags->list.count > 0));
    require_printable(diags->arena, ar_buf_view(&out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ar_arena arena;
    struct ar_sources sources = {0};
    struct ar_diags diags = {.arena = &arena, .sources = &sources};
    uint32_t file = ar_sources_add(&arena, &sources, AR_STR("fuzz.rules"),
                                   fuzz_text(&arena, data, size));
    const struct ar_node *root = ar_parse(&arena, &diags, file);
    require_spans(root, (ar_span){file, 0, (uint32_t)size});
    fuzz_require_places(&diags);
    draw_some(&diags);
    ar_arena_reset(&arena);
    return 0;
}
