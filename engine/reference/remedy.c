/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies: what a guard decides against is left out; what it leaves open is
 * kept with the condition in words. A value in a command is one argument of
 * the shell, or a question. */

#include "reference/eval.h"
#include "result/assemble.h"

/* False if the guard decides against what it guards; *condition is its source
 * text if it is open. */
static bool pass_guard(struct ar_evaluator *evaluator,
                       const struct ar_guard *guard, ar_str *condition)
{
    *condition = AR_STR("");
    if (!guard->expr)
        return true;
    unsigned bits = ar_eval(evaluator, guard->expr).bits;
    bool is_true = bits == AR_OUTCOME_TRUE;
    bool may_be_true = bits & AR_OUTCOME_TRUE;
    if (guard->is_unless ? is_true : !may_be_true)
        return false;
    if (guard->is_unless ? !may_be_true : is_true)
        return true;
    ar_str source =
        ar_eval_source(evaluator, evaluator->scratch, guard->expr->span);
    *condition = ar_str_concat(
        evaluator->arena, guard->is_unless ? AR_STR("unless ") : AR_STR("if "),
        source);
    return true;
}

/* ---- commands ---- */

static void put_question(struct ar_buf *out, ar_value value, ar_str source)
{
    switch (value.state) {
    case AR_STATE_UNKNOWN:
        ar_buf_printf(out, "<" AR_STR_FORMAT ": unknown?>", AR_STR_ARG(source));
        return;
    case AR_STATE_ABSENT:
        ar_buf_printf(out, "<" AR_STR_FORMAT ": absent?>", AR_STR_ARG(source));
        return;
    case AR_STATE_VALUE:
        ar_buf_printf(out, "<value of " AR_STR_FORMAT "?>", AR_STR_ARG(source));
        return;
    }
    AR_UNREACHABLE();
}

/* False if it is a question. */
static bool put_argument(struct ar_evaluator *evaluator, struct ar_buf *out,
                         ar_str shell, const struct ar_expr *expr)
{
    struct ar_outcome outcome = ar_eval(evaluator, expr);
    ar_value value = ar_outcome_value(&outcome);
    bool is_value = value.state == AR_STATE_VALUE;
    if (is_value &&
        ar_result_quote(out, shell, ar_value_text(evaluator->scratch, value)))
        return true;
    put_question(out, value,
                 ar_eval_source(evaluator, evaluator->scratch, expr->span));
    return false;
}

static void render_command(struct ar_evaluator *evaluator,
                           const struct ar_step_item *item,
                           struct ar_result_item *result)
{
    struct ar_buf out = AR_BUF(evaluator->arena);
    for (size_t ix = 0; ix < item->text->n_parts; ix++) {
        const struct ar_template_part *part = &item->text->parts[ix];
        if (!part->expr)
            ar_buf_put(&out, part->text);
        else if (!put_argument(evaluator, &out, item->shell, part->expr))
            result->has_question = true;
    }
    result->text = ar_buf_view(&out);
}

/* ---- steps ---- */

static void render_item(struct ar_evaluator *evaluator,
                        const struct ar_step_item *item,
                        ar_result_item_vector *out)
{
    struct ar_result_item result = {.kind = item->kind, .shell = item->shell};
    if (!pass_guard(evaluator, &item->guard, &result.condition))
        return;
    switch (item->kind) {
    case AR_STEP_RUN: render_command(evaluator, item, &result); break;
    case AR_STEP_DO:
    case AR_STEP_OPEN:
        result.text = ar_render_message(evaluator, item->text);
        break;
    case AR_STEP_RESTART: result.text = AR_STR(""); break;
    }
    ar_vector_push(evaluator->arena, out, result);
}

static void render_step(struct ar_evaluator *evaluator, size_t ix,
                        struct ar_result_remedy *out)
{
    const struct ar_step *step = &out->remedy->steps.at[ix];
    struct ar_result_step result = {.ix = ix};
    if (!pass_guard(evaluator, &step->guard, &result.condition))
        return;
    result.sentence = ar_render_message(evaluator, step->sentence);
    for (size_t nth = 0; nth < step->items.count; nth++)
        render_item(evaluator, &step->items.at[nth], &result.items);
    ar_vector_push(evaluator->arena, &out->steps, result);
}

static struct ar_result_remedy render_remedy(struct ar_evaluator *evaluator,
                                             const struct ar_remedy *remedy)
{
    struct ar_result_remedy out = {.remedy = remedy};
    out.title = ar_render_message(evaluator, remedy->title);
    out.data_loss = ar_render_message(evaluator, remedy->data_loss);
    out.undo = ar_render_message(evaluator, remedy->undo);
    for (size_t ix = 0; ix < remedy->steps.count; ix++)
        render_step(evaluator, ix, &out);
    if (remedy->verify)
        out.verify =
            ar_keep_str(evaluator, ar_eval_source(evaluator, evaluator->scratch,
                                                  remedy->verify->span));
    for (size_t ix = 0; ix < remedy->verify_runs.count; ix++)
        render_item(evaluator, &remedy->verify_runs.at[ix], &out.verify_runs);
    return out;
}

void ar_render_remedies(struct ar_evaluator *evaluator,
                        const struct ar_rule *rule, struct ar_finding *out)
{
    for (size_t ix = 0; ix < rule->details->remedies.count; ix++) {
        struct ar_result_remedy remedy =
            render_remedy(evaluator, rule->details->remedies.at[ix]);
        ar_vector_push(evaluator->arena, &out->remedies, remedy);
    }
    ar_result_order_remedies(out);
}
