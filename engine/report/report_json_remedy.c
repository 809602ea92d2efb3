/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies in the JSON report. */

#include "report/report_json.h"

static const char *item_kind_name(enum ar_step_item_kind kind)
{
    switch (kind) {
    case AR_STEP_RUN: return "run";
    case AR_STEP_DO: return "do";
    case AR_STEP_OPEN: return "open";
    case AR_STEP_RESTART: return "restart";
    }
    AR_UNREACHABLE();
}

static void put_item(struct ar_report_json *json,
                     const struct ar_result_item *item)
{
    ar_report_json_object(json, "");
    ar_report_json_text(json, "kind",
                        ar_str_from_c(item_kind_name(item->kind)));
    ar_report_json_text_or_null(json, "shell", item->shell);
    ar_report_json_text_or_null(json, "text", item->text);
    ar_report_json_text_or_null(json, "condition", item->condition);
    ar_json_member_bool(&json->writer, "has_question", item->has_question);
    ar_json_end_object(&json->writer);
}

static void put_items(struct ar_report_json *json, const char *key,
                      const ar_result_item_vector *items)
{
    ar_report_json_array(json, key);
    for (size_t ix = 0; ix < items->count; ix++)
        put_item(json, &items->at[ix]);
    ar_json_end_array(&json->writer);
}

void ar_report_json_step(struct ar_report_json *json,
                         const struct ar_result_step *step)
{
    ar_report_json_text(json, "sentence", step->sentence);
    ar_report_json_text_or_null(json, "condition", step->condition);
    put_items(json, "items", &step->items);
}

static void put_remedy(struct ar_report_json *json,
                       const struct ar_result_remedy *remedy)
{
    bool is_conditional = false;
    const struct ar_remedy *flags = remedy->remedy;
    ar_report_json_object(json, "");
    ar_report_json_text(json, "title", remedy->title);
    ar_report_json_text(json, "risk",
                        ar_str_from_c(ar_risk_names[flags->risk]));
    ar_report_json_text_or_null(json, "data_loss", remedy->data_loss);
    ar_report_json_text_or_null(json, "undo", remedy->undo);
    ar_json_member_bool(&json->writer, "needs_admin", flags->needs_admin);
    ar_report_json_text(json, "restart",
                        ar_report_restart(remedy, &is_conditional));
    ar_report_json_array(json, "steps");
    for (size_t ix = 0; ix < remedy->steps.count; ix++) {
        ar_report_json_object(json, "");
        ar_report_json_step(json, &remedy->steps.at[ix]);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
    ar_report_json_text_or_null(json, "verify", remedy->verify);
    put_items(json, "verify_runs", &remedy->verify_runs);
    ar_json_end_object(&json->writer);
}

static void put_left_out(struct ar_report_json *json,
                         const struct ar_finding *finding)
{
    ar_report_json_array(json, "remedies_left_out");
    for (size_t ix = 0; ix < finding->remedies.count; ix++) {
        const struct ar_result_remedy *remedy = &finding->remedies.at[ix];
        ar_str why = ar_report_filtered(json->plan, remedy);
        if (why.len == 0)
            continue;
        ar_report_json_object(json, "");
        ar_report_json_text(json, "title", remedy->title);
        ar_report_json_text(json, "because", why);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
}

void ar_report_json_remedies(struct ar_report_json *json,
                             const struct ar_finding *finding)
{
    ar_report_json_array(json, "remedies");
    for (size_t ix = 0; ix < finding->remedies.count; ix++) {
        if (ar_report_is_shown(json->plan, &finding->remedies.at[ix]))
            put_remedy(json, &finding->remedies.at[ix]);
    }
    ar_json_end_array(&json->writer);
    put_left_out(json, finding);
}
