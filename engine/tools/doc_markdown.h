/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TOOLS_DOC_MARKDOWN_H
#define AR_TOOLS_DOC_MARKDOWN_H
/* What the files of the Markdown writer share. */

#include "tools/doc.h"

struct ar_doc_page {
    struct ar_buf *out;
    const struct ar_doc *doc;
    unsigned level; /* of a rule's heading */
    bool is_split;  /* each rule has a page of its own */
};

/* A blank line and the marks of a heading, so many levels below a rule's;
 * its text is to follow. */
void ar_doc_put_heading(const struct ar_doc_page *page, unsigned below);
/* The same with its text. */
void ar_doc_put_section(const struct ar_doc_page *page, unsigned below,
                        const char *text);
/* On one line. The value of an expression is `{expression}`. */
void ar_doc_put_text(struct ar_buf *out, const ar_doc_text *text);
/* A text that is an address: as a link, if it is one that may be followed. */
void ar_doc_put_target(struct ar_buf *out, const ar_doc_text *text);
/* "- **Label:** ", which is to be followed by the rest of the line. */
void ar_doc_put_label(const struct ar_doc_page *page, const char *label);
/* A sentence and code in a block of its own, each with a blank line before. */
void ar_doc_put_code(const struct ar_doc_page *page, const char *sentence,
                     ar_str code);

/* The section of a rule with its remedies. */
void ar_doc_put_remedies(const struct ar_doc_page *page,
                         const struct ar_doc_rule *rule);

#endif
