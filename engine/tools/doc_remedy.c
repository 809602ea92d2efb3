/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies in the model of case studies. */

#include "tools/doc_build.h"

static struct ar_doc_guard make_guard(const struct ar_doc_builder *builder,
                                      const struct ar_guard *guard)
{
    return (struct ar_doc_guard){ar_doc_expression(builder, guard->expr),
                                 guard->is_unless};
}

static struct ar_doc_item make_item(const struct ar_doc_builder *builder,
                                    const struct ar_step_item *item)
{
    return (struct ar_doc_item){
        .kind = item->kind,
        .word = item->shell,
        .text = ar_doc_template(builder, item->text),
        .guard = make_guard(builder, &item->guard),
    };
}

static struct ar_doc_step make_step(const struct ar_doc_builder *builder,
                                    const struct ar_step *step)
{
    struct ar_doc_step out = {.sentence =
                                  ar_doc_template(builder, step->sentence),
                              .guard = make_guard(builder, &step->guard)};
    for (size_t i = 0; i < step->items.count; i++)
        ar_vector_push(builder->arena, &out.items,
                       make_item(builder, &step->items.at[i]));
    for (size_t i = 0; i < step->changes.count; i++)
        ar_vector_push(builder->arena, &out.changes, step->changes.at[i].name);
    return out;
}

struct ar_doc_remedy ar_doc_remedy(const struct ar_doc_builder *builder,
                                   const struct ar_remedy *remedy)
{
    struct ar_doc_remedy out = {
        .title = ar_doc_template(builder, remedy->title),
        .risk = ar_str_from_c(ar_risk_names[remedy->risk]),
        .data_loss = ar_doc_template(builder, remedy->data_loss),
        .undo = ar_doc_template(builder, remedy->undo),
        .needs_admin = remedy->needs_admin,
        .verify = ar_doc_expression(builder, remedy->verify),
    };
    for (size_t i = 0; i < remedy->steps.count; i++)
        ar_vector_push(builder->arena, &out.steps,
                       make_step(builder, &remedy->steps.at[i]));
    for (size_t i = 0; i < remedy->verify_runs.count; i++)
        ar_vector_push(builder->arena, &out.verify_runs,
                       make_item(builder, &remedy->verify_runs.at[i]));
    return out;
}
