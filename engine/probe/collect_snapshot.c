/* SPDX-License-Identifier: Apache-2.0 */
/* What is collected for a snapshot: all that is known to exist. */

#include "probe/collect.h"

static bool are_all_trusted(const struct ar_collector *collector,
                            const struct ar_program *program)
{
    for (size_t ix = 0; ix < program->packs.count; ix++) {
        if (!program->packs.at[ix]->is_trusted)
            return collector->allow_run;
    }
    return true;
}

static void collect_ref(struct ar_collector *collector,
                        const struct ar_fact_ref *ref)
{
    if (!ref->decl->is_derived && !ref->decl->is_input)
        ar_collect_fact(collector, ref);
}

void ar_collect_group(struct ar_collector *collector,
                      const struct ar_fact_ref *group)
{
    for (size_t ix = 0; ix < group->group->facts.count; ix++) {
        const struct ar_fact_decl *decl = group->group->facts.at[ix];
        if (decl->n_parameters != group->n_arguments)
            continue;
        struct ar_fact_ref each = *group;
        each.decl = decl;
        each.group = NULL;
        each.key = ar_fact_key(collector->arena, decl, group->arguments);
        collect_ref(collector, &each);
    }
}

static void collect_key(struct ar_collector *collector, ar_str key)
{
    struct ar_fact_ref ref;
    if (ar_fact_ref_parse(collector->arena, collector->set->schema, key,
                          &ref) != AR_FACT_REF_OK)
        return;
    if (ref.decl)
        collect_ref(collector, &ref);
    else
        ar_collect_group(collector, &ref);
}

/* Which pack names what is not written down in code, so all of them must be
 * trusted; what the rules of trusted ones need is found out in any case. */
static void collect_named_by_rules(struct ar_collector *collector,
                                   const struct ar_program *program)
{
    const struct ar_block *block = &collector->code->block;
    if (!are_all_trusted(collector, program))
        return;
    for (uint32_t ix = 0; ix < block->slot_count; ix++)
        collect_key(collector, ar_block_text(block, block->slot_at[ix].key));
    for (uint32_t ix = 0; ix < block->group_slot_count; ix++)
        collect_key(collector,
                    ar_block_text(block, block->group_slot_at[ix].key));
}

void ar_collect_everything(struct ar_collector *collector,
                           const struct ar_program *program)
{
    ar_collect_all(collector, AR_STR(""));
    collect_named_by_rules(collector, program);
    ar_collect_for_rules(collector, program);
    ar_collect_give_up_in_time(collector);
}
