/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TOOLS_FACTS_MARKDOWN_H
#define AR_TOOLS_FACTS_MARKDOWN_H
/* docs/facts.md: the facts of the standard library and what finds them out. */

#include "base/buf.h"
#include "sema/program.h"

/* Appends what the modules that program has declare, in Markdown: each fact
 * with its type and what gives it, each probe with its conditions. program
 * was not compiled. */
void ar_facts_put_markdown(struct ar_buf *out,
                           const struct ar_program *program);

#endif
