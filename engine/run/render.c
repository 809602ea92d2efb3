/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of a finding: messages with the values of this machine put in.
 * What is not known stands in them as such. */

#include "result/assemble.h"
#include "run/machine.h"

/* A list of values stands without brackets. */
static void put_value(struct ar_buf *out, ar_value value)
{
    bool is_list =
        value.state == AR_STATE_VALUE && value.type->kind == AR_TYPE_LIST;
    if (!is_list) {
        ar_value_put(out, value);
        return;
    }
    for (size_t ix = 0; ix < value.as.list.count; ix++) {
        ar_buf_put_c(out, ix > 0 ? ", " : "");
        ar_value_put(out, value.as.list.items[ix]);
    }
}

ar_str ar_machine_message(struct ar_machine *machine, uint32_t template)
{
    struct ar_buf out = AR_BUF(machine->arena);
    if (template == AR_BLOCK_NONE)
        return AR_STR("");
    const struct ar_block *block = &machine->code->block;
    const struct ar_block_template *record = &block->template_at[template];
    for (uint32_t ix = 0; ix < record->n_parts; ix++) {
        const struct ar_block_part *part = &block->part_at[record->parts + ix];
        if (part->routine == AR_BLOCK_NONE) {
            ar_buf_put(&out, ar_block_text(block, part->text));
            continue;
        }
        struct ar_register value = ar_machine_run(machine, part->routine);
        put_value(&out, ar_register_value(&value));
    }
    return ar_buf_view(&out);
}

static void render_symptoms(struct ar_machine *machine,
                            const struct ar_block_details *record,
                            struct ar_finding *out)
{
    const struct ar_block_condition *symptoms =
        &machine->code->block.condition_at[record->symptoms];
    for (uint32_t ix = 0; ix < record->n_symptoms; ix++) {
        struct ar_register symptom =
            ar_machine_run(machine, symptoms[ix].routine);
        if (symptom.bits != AR_OUTCOME_TRUE)
            continue;
        ar_str text =
            ar_machine_source(machine->arena, machine, symptoms[ix].place);
        ar_vector_push(machine->arena, &out->symptoms, text);
    }
}

static void render_lessons(struct ar_machine *machine,
                           const struct ar_block_details *record,
                           struct ar_finding *out)
{
    const struct ar_block_message *messages = machine->code->block.message_at;
    for (uint32_t ix = 0; ix < record->n_lessons; ix++)
        ar_vector_push(machine->arena, &out->lessons,
                       ar_machine_message(
                           machine, messages[record->lessons + ix].template));
    for (uint32_t ix = 0; ix < record->n_links; ix++)
        ar_vector_push(
            machine->arena, &out->links,
            ar_machine_message(machine, messages[record->links + ix].template));
}

/* ---- evidence ---- */

static struct ar_evidence make_evidence(struct ar_machine *machine,
                                        const struct ar_fact_state *state)
{
    struct ar_evidence evidence = {
        .key = ar_copy_str(machine->arena, state->key),
        .decl = state->decl,
        .value = state->value,
        .origin = {.duration_ms = -1},
    };
    if (state->is_derived)
        evidence.value = ar_copy_value(machine->arena, state->value);
    else if (state->entry)
        evidence.origin = *state->entry->origin;
    return evidence;
}

static void keep_reading(struct ar_machine *machine,
                         const struct ar_reading *reading, unsigned number,
                         struct ar_finding *out)
{
    for (size_t ix = 0; ix < reading->facts.count; ix++) {
        struct ar_fact_state *state = reading->facts.at[ix];
        if (state->noted_in == number)
            continue;
        state->noted_in = number;
        ar_vector_push(machine->arena, &out->facts,
                       make_evidence(machine, state));
    }
}

/* After the texts: the lets they use are evidence, too. Each fact once. */
static void keep_evidence(struct ar_machine *machine,
                          const struct ar_instance *instance,
                          const struct ar_reading *before,
                          struct ar_finding *out)
{
    unsigned number = ++machine->last_reading;
    keep_reading(machine, before, number, out);
    keep_reading(machine, instance->reading, number, out);
}

struct ar_finding *ar_machine_render(struct ar_machine *machine,
                                     const struct ar_rule *rule,
                                     const struct ar_instance *instance,
                                     const struct ar_reading *before)
{
    struct ar_arena *arena = machine->arena;
    const struct ar_block_rule *record =
        &machine->code->block.rule_at[rule->ix];
    const struct ar_block_details *details =
        ar_block_details_of(&machine->code->block, record);
    struct ar_finding *out = AR_NEW(arena, struct ar_finding);
    out->rule = rule;
    out->has_key = record->key != AR_BLOCK_NONE;
    out->key = ar_copy_value(arena, instance->key);
    out->key_text = ar_copy_str(arena, instance->key_text);
    out->fingerprint =
        ar_result_fingerprint(arena, rule, out->has_key, out->key_text);
    out->diagnosis = ar_machine_message(machine, record->diagnosis);
    render_symptoms(machine, details, out);
    ar_machine_remedies(machine, rule, out);
    render_lessons(machine, details, out);
    keep_evidence(machine, instance, before, out);
    return out;
}
