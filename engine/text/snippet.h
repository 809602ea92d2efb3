/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TEXT_SNIPPET_H
#define AR_TEXT_SNIPPET_H
/* A line of a source as people see it, with a part of it marked:
 *    14 |   when docker.arhc == amd64
 *       |        ^^^^^^^^^^^
 * Control characters, bidi controls and invisible characters appear as \u{..}.
 */

#include "base/buf.h"
#include "text/source.h"

enum { AR_SNIPPET_GUTTER = 5 }; /* columns of the line number, or more */

/* mark and window are bytes in the line; what is outside of the window is not
 * shown. */
struct ar_snippet {
    ar_str line;
    uint32_t line_number;
    size_t mark_start;
    size_t mark_end;
    size_t window_start;
    size_t window_end;
};

/* The line on which span starts; the mark ends where the line does. The window
 * is all of it, or a part round the mark if it is long. */
struct ar_snippet ar_snippet_make(struct ar_arena *arena,
                                  struct ar_source *source, ar_span span);
/* The first of the lines above, with its line end. */
void ar_snippet_put_line(struct ar_buf *out, const struct ar_snippet *snippet);
/* The second, without its line end; at least one caret. color is what starts
 * a colour, or NULL. */
void ar_snippet_put_marks(struct ar_buf *out, const struct ar_snippet *snippet,
                          const char *color);

#endif
