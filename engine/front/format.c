/* SPDX-License-Identifier: Apache-2.0 */
/* The formatter: reads the tokens a second time with their comments, lets the
 * tree say which gap is what, and prints them. Since tokens are printed as
 * they were written, the tree of the result is that of the source. */
#include "front/format.h"

#include "front/format_layout.h"

/* With diagnostics of its own, since those of the caller may hold errors of
 * the same text that are not syntax errors. */
static struct ar_node *parse_silently(struct ar_arena *arena,
                                      struct ar_sources *sources, uint32_t file)
{
    struct ar_diags diags = {.arena = arena, .sources = sources};
    struct ar_node *root = ar_parse(arena, &diags, file);
    return diags.n_errors > 0 ? NULL : root;
}

static void read_tokens(struct ar_format *format, struct ar_sources *sources,
                        uint32_t file)
{
    struct ar_diags diags = {.arena = format->arena, .sources = sources};
    struct ar_lexer *lexer = AR_NEW(format->arena, struct ar_lexer);
    if (ar_lexer_start(lexer, format->arena, &diags, file))
        ar_format_read(format, lexer);
}

bool ar_format(struct ar_arena *arena, struct ar_diags *diags, uint32_t file,
               struct ar_buf *out)
{
    struct ar_node *root = parse_silently(arena, diags->sources, file);
    if (!root) {
        ar_parse(arena, diags, file);
        return false;
    }
    struct ar_format format = {
        .arena = arena, .text = ar_sources_get(diags->sources, file)->text};
    read_tokens(&format, diags->sources, file);
    ar_format_file(&format, root);
    ar_format_print(&format, out);
    return true;
}
