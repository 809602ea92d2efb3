/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of a finding: messages with the values of this machine put in.
 * What is not known stands in them as such. */

#include "reference/eval.h"
#include "result/assemble.h"

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

ar_str ar_render_message(struct ar_evaluator *evaluator,
                         const struct ar_template *message)
{
    struct ar_buf out = AR_BUF(evaluator->arena);
    if (!message)
        return AR_STR("");
    for (size_t ix = 0; ix < message->n_parts; ix++) {
        const struct ar_template_part *part = &message->parts[ix];
        if (!part->expr) {
            ar_buf_put(&out, part->text);
            continue;
        }
        struct ar_outcome value = ar_eval(evaluator, part->expr);
        put_value(&out, ar_outcome_value(&value));
    }
    return ar_buf_view(&out);
}

static void render_symptoms(struct ar_evaluator *evaluator,
                            const struct ar_rule *rule, struct ar_finding *out)
{
    for (size_t ix = 0; ix < rule->details->symptoms.count; ix++) {
        const struct ar_expr *symptom = rule->details->symptoms.at[ix];
        if (ar_eval(evaluator, symptom).bits != AR_OUTCOME_TRUE)
            continue;
        ar_str text =
            ar_eval_source(evaluator, evaluator->arena, symptom->span);
        ar_vector_push(evaluator->arena, &out->symptoms,
                       ar_keep_str(evaluator, text));
    }
}

static void render_lessons(struct ar_evaluator *evaluator,
                           const struct ar_rule *rule, struct ar_finding *out)
{
    for (size_t ix = 0; ix < rule->details->lessons.count; ix++)
        ar_vector_push(
            evaluator->arena, &out->lessons,
            ar_render_message(evaluator, rule->details->lessons.at[ix]));
    for (size_t ix = 0; ix < rule->details->links.count; ix++)
        ar_vector_push(
            evaluator->arena, &out->links,
            ar_render_message(evaluator, rule->details->links.at[ix]));
}

/* After the texts: the lets they use are evidence, too. */
static void keep_evidence(struct ar_evaluator *evaluator,
                          const struct ar_instance *instance,
                          const struct ar_recording *before,
                          struct ar_finding *out)
{
    struct ar_recording all = {0};
    for (size_t ix = 0; ix < before->list.count; ix++)
        ar_recording_add(evaluator, &all, &before->list.at[ix]);
    for (size_t ix = 0; ix < instance->recording->list.count; ix++)
        ar_recording_add(evaluator, &all, &instance->recording->list.at[ix]);
    ar_keep_evidence(evaluator, &out->facts, &all.list);
}

struct ar_finding *ar_render_finding(struct ar_evaluator *evaluator,
                                     const struct ar_rule *rule,
                                     const struct ar_instance *instance,
                                     const struct ar_recording *before)
{
    struct ar_finding *out = AR_NEW(evaluator->arena, struct ar_finding);
    out->rule = rule;
    out->has_key = rule->key != NULL;
    out->key = ar_keep_value(evaluator, instance->key);
    out->key_text = ar_keep_str(evaluator, instance->key_text);
    out->fingerprint = ar_result_fingerprint(evaluator->arena, rule,
                                             out->has_key, out->key_text);
    out->diagnosis = ar_render_message(evaluator, rule->diagnosis);
    render_symptoms(evaluator, rule, out);
    ar_render_remedies(evaluator, rule, out);
    render_lessons(evaluator, rule, out);
    keep_evidence(evaluator, instance, before, out);
    return out;
}
