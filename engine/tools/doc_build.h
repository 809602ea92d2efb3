/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TOOLS_DOC_BUILD_H
#define AR_TOOLS_DOC_BUILD_H
/* What the files that build the model of case studies offer each other. */

#include "tools/doc.h"

struct ar_doc_builder {
    struct ar_arena *arena;
    const struct ar_program *program;
    ar_doc_choose choose; /* or NULL */
    void *context;
};

/* Source text on one line; of an expression, which may be NULL. */
ar_str ar_doc_source(const struct ar_doc_builder *builder, ar_span span);
ar_str ar_doc_expression(const struct ar_doc_builder *builder,
                         const struct ar_expr *expr);
/* No parts if there is no template. */
ar_doc_text ar_doc_template(const struct ar_doc_builder *builder,
                            const struct ar_template *template);

struct ar_doc_remedy ar_doc_remedy(const struct ar_doc_builder *builder,
                                   const struct ar_remedy *remedy);
/* Collects what the rule reads and calls: facts, functions and tables. */
void ar_doc_read(const struct ar_doc_builder *builder,
                 const struct ar_rule *rule, struct ar_doc_rule *out);

#endif
