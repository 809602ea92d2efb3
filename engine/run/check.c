/* SPDX-License-Identifier: Apache-2.0 */
/* The conditions of a rule and of its remedies, each evaluated whatever the
 * others come to. */

#include "run/machine.h"

static struct ar_remedy_check check_remedy(struct ar_machine *machine,
                                           const struct ar_remedy *remedy,
                                           const struct ar_block_remedy *record)
{
    struct ar_remedy_check check = {.remedy = remedy};
    if (record->verify == AR_BLOCK_NONE)
        return check;
    struct ar_register verify = ar_machine_run(
        machine, machine->code->block.condition_at[record->verify].routine);
    check.has_verify = true;
    check.bits = verify.bits;
    ar_copy_causes(machine->arena, &check.causes, ar_register_causes(&verify),
                   AR_STATE_UNKNOWN);
    return check;
}

void ar_machine_check_element(struct ar_machine *machine,
                              struct ar_rule_check *out,
                              const struct ar_instance *instance,
                              const struct ar_register *when)
{
    const struct ar_rule *rule = out->rule;
    const struct ar_block *block = &machine->code->block;
    const struct ar_block_rule *record = &block->rule_at[rule->ix];
    const struct ar_block_details *details = ar_block_details_of(block, record);
    struct ar_element_check element = {
        .has_key = record->key != AR_BLOCK_NONE,
        .key_is_open = record->key != AR_BLOCK_NONE &&
                       instance->key.state == AR_STATE_UNKNOWN,
        .key_text = ar_copy_str(machine->arena, instance->key_text),
        .when = when->bits,
    };
    ar_copy_causes(machine->arena, &element.causes, ar_register_causes(when),
                   AR_STATE_UNKNOWN);
    for (size_t ix = 0; ix < rule->details->remedies.count; ix++) {
        struct ar_remedy_check remedy =
            check_remedy(machine, rule->details->remedies.at[ix],
                         &block->remedy_at[details->remedies + ix]);
        ar_vector_push(machine->arena, &element.remedies, remedy);
    }
    ar_vector_push(machine->arena, &out->elements, element);
}
