/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies: what a guard decides against is left out; what it leaves open is
 * kept with the condition in words. A value in a command is one argument of
 * the shell, or a question. */

#include "result/assemble.h"
#include "run/machine.h"

struct guard {
    uint32_t condition; /* or AR_BLOCK_NONE */
    bool is_unless;
};

/* False if the guard decides against what it guards; *words is its source
 * text if it is open. */
static bool pass_guard(struct ar_machine *machine, struct guard guard,
                       ar_str *words)
{
    *words = AR_STR("");
    if (guard.condition == AR_BLOCK_NONE)
        return true;
    const struct ar_block_condition *condition =
        &machine->code->block.condition_at[guard.condition];
    unsigned bits = ar_machine_run(machine, condition->routine).bits;
    if (guard.is_unless && bits == AR_OUTCOME_TRUE)
        return false;
    if (!guard.is_unless && !(bits & AR_OUTCOME_TRUE))
        return false;
    bool is_open = (bits & AR_OUTCOME_TRUE) && bits != AR_OUTCOME_TRUE;
    if (!is_open)
        return true;
    ar_str source =
        ar_machine_source(machine->scratch, machine, condition->place);
    *words = ar_str_concat(machine->arena,
                           guard.is_unless ? AR_STR("unless ") : AR_STR("if "),
                           source);
    return true;
}

/* ---- commands ---- */

static void put_question(struct ar_buf *out, ar_value value, ar_str source)
{
    const char *lead = "<";
    const char *what = "?>";
    if (value.state == AR_STATE_UNKNOWN)
        what = ": unknown?>";
    else if (value.state == AR_STATE_ABSENT)
        what = ": absent?>";
    else
        lead = "<value of ";
    ar_buf_put_c(out, lead);
    ar_buf_put(out, source);
    ar_buf_put_c(out, what);
}

/* False if it is a question. */
static bool put_argument(struct ar_machine *machine, struct ar_buf *out,
                         ar_str shell, const struct ar_block_part *part)
{
    struct ar_register reg = ar_machine_run(machine, part->routine);
    ar_value value = ar_register_value(&reg);
    if (value.state == AR_STATE_VALUE &&
        ar_result_quote(out, shell, ar_value_text(machine->scratch, value)))
        return true;
    put_question(out, value,
                 ar_machine_source(machine->scratch, machine, part->place));
    return false;
}

static void render_command(struct ar_machine *machine,
                           struct ar_result_item *item, uint32_t template)
{
    const struct ar_block *block = &machine->code->block;
    const struct ar_block_template *record = &block->template_at[template];
    struct ar_buf out = AR_BUF(machine->arena);
    for (uint32_t ix = 0; ix < record->n_parts; ix++) {
        const struct ar_block_part *part = &block->part_at[record->parts + ix];
        if (part->routine == AR_BLOCK_NONE)
            ar_buf_put(&out, ar_block_text(block, part->text));
        else if (!put_argument(machine, &out, item->shell, part))
            item->has_question = true;
    }
    item->text = ar_buf_view(&out);
}

/* ---- steps ---- */

static void render_item(struct ar_machine *machine,
                        const struct ar_block_step_item *item,
                        ar_result_item_vector *out)
{
    struct ar_result_item result = {
        .kind = (enum ar_step_item_kind)item->kind,
        .shell = ar_block_text(&machine->code->block, item->shell),
    };
    struct guard guard = {item->guard, item->is_unless};
    if (!pass_guard(machine, guard, &result.condition))
        return;
    switch (result.kind) {
    case AR_STEP_RUN: render_command(machine, &result, item->text); break;
    case AR_STEP_DO:
    case AR_STEP_OPEN:
        result.text = ar_machine_message(machine, item->text);
        break;
    case AR_STEP_RESTART: result.text = AR_STR(""); break;
    }
    ar_vector_push(machine->arena, out, result);
}

static void render_step(struct ar_machine *machine, size_t nth,
                        const struct ar_block_step *step,
                        struct ar_result_remedy *out)
{
    struct ar_result_step result = {.ix = nth};
    struct guard guard = {step->guard, step->is_unless};
    if (!pass_guard(machine, guard, &result.condition))
        return;
    result.sentence = ar_machine_message(machine, step->sentence);
    for (uint32_t ix = 0; ix < step->n_items; ix++)
        render_item(machine,
                    &machine->code->block.step_item_at[step->items + ix],
                    &result.items);
    ar_vector_push(machine->arena, &out->steps, result);
}

static struct ar_result_remedy render_remedy(
    struct ar_machine *machine, const struct ar_remedy *remedy,
    const struct ar_block_remedy *record)
{
    const struct ar_block *block = &machine->code->block;
    struct ar_result_remedy out = {.remedy = remedy};
    out.title = ar_machine_message(machine, record->title);
    out.data_loss = ar_machine_message(machine, record->data_loss);
    out.undo = ar_machine_message(machine, record->undo);
    for (uint32_t ix = 0; ix < record->n_steps; ix++)
        render_step(machine, ix, &block->step_at[record->steps + ix], &out);
    if (record->verify != AR_BLOCK_NONE)
        out.verify = ar_machine_source(
            machine->arena, machine, block->condition_at[record->verify].place);
    for (uint32_t ix = 0; ix < record->n_verify_runs; ix++)
        render_item(machine, &block->step_item_at[record->verify_runs + ix],
                    &out.verify_runs);
    return out;
}

void ar_machine_remedies(struct ar_machine *machine, const struct ar_rule *rule,
                         struct ar_finding *out)
{
    const struct ar_block *block = &machine->code->block;
    const struct ar_block_details *record =
        ar_block_details_of(block, &block->rule_at[rule->ix]);
    for (size_t ix = 0; ix < rule->details->remedies.count; ix++) {
        struct ar_result_remedy remedy =
            render_remedy(machine, rule->details->remedies.at[ix],
                          &block->remedy_at[record->remedies + ix]);
        ar_vector_push(machine->arena, &out->remedies, remedy);
    }
    ar_result_order_remedies(out);
}
