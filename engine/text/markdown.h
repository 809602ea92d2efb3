/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TEXT_MARKDOWN_H
#define AR_TEXT_MARKDOWN_H
/* Text as Markdown: CommonMark with GitHub's tables. What is put as text is
 * shown as it is and is never markup, whatever stands in it; characters that
 * are not safe to show appear as ar_utf8_put_safe() writes them. */

#include "base/buf.h"

/* On one line: line ends and tabs become spaces. It may stand anywhere: in a
 * paragraph, a heading, an item of a list, the cell of a table. */
void ar_markdown_put_text(struct ar_buf *out, ar_str text);
/* Paragraphs. Lines that begin with two blanks or a tab are shown as they
 * are, in a fenced block. Ends with a line end; no blank line around it. */
void ar_markdown_put_paragraphs(struct ar_buf *out, ar_str text);
/* `code`, on one line; puts nothing for empty code. */
void ar_markdown_put_code(struct ar_buf *out, ar_str code);
/* The same where a pipe would end the cell of a table. */
void ar_markdown_put_cell_code(struct ar_buf *out, ar_str code);
/* A fenced block; language may be empty. */
void ar_markdown_put_block(struct ar_buf *out, const char *language,
                           ar_str code);
/* Whether url is http or https and made of the characters of URLs. */
bool ar_markdown_is_link(ar_str url);
/* A link if it is one, else code. */
void ar_markdown_put_link(struct ar_buf *out, ar_str url);

#endif
