/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody who reads a report does not want to do, or cannot. */

#include "report/report_plan.h"

ar_str ar_report_choose_shell(const struct ar_result *result,
                              const struct ar_report_filter *filter)
{
    const struct ar_factset *facts = result->facts;
    if (ar_str_equal_c(filter->shell, "all"))
        return AR_STR("");
    if (filter->shell.len > 0 || facts->schema == NULL)
        return filter->shell;
    const struct ar_fact_decl *decl =
        ar_schema_find(facts->schema, AR_STR("host.os"));
    if (decl == NULL || decl->type->kind != AR_TYPE_ENUM)
        return AR_STR("");
    ar_value os = ar_factset_get(facts, decl, decl->name);
    if (os.state != AR_STATE_VALUE)
        return AR_STR("");
    ar_str word = os.type->words[os.as.integer].name;
    return ar_str_equal_c(word, "windows") ? AR_STR("powershell")
                                           : AR_STR("bash");
}

static void add_reason(struct ar_buf *out, const char *reason)
{
    if (out->len > 0)
        ar_buf_put_c(out, ", ");
    ar_buf_put_c(out, reason);
}

static void add_restart(struct ar_buf *out,
                        const struct ar_result_remedy *remedy)
{
    bool is_conditional = false;
    ar_str restart = ar_report_restart(remedy, &is_conditional);
    if (ar_str_equal_c(restart, "none"))
        return;
    add_reason(out, is_conditional ? "it may ask to restart the "
                                   : "it asks to restart the ");
    if (ar_str_equal_c(restart, "app"))
        ar_buf_put_c(out, "application");
    else if (ar_str_equal_c(restart, "wsl"))
        ar_buf_put_c(out, "WSL machine");
    else
        ar_buf_put(out, restart);
}

ar_str ar_report_filtered(const struct ar_report_plan *plan,
                          const struct ar_result_remedy *remedy)
{
    const struct ar_report_filter *filter = &plan->options->filter;
    const struct ar_remedy *flags = remedy->remedy;
    struct ar_buf out = AR_BUF(plan->arena);
    if (filter->has_max_risk && flags->risk > filter->max_risk) {
        add_reason(&out, "its risk is ");
        ar_buf_put_c(&out, ar_risk_names[flags->risk]);
    }
    if (filter->no_restart)
        add_restart(&out, remedy);
    if (filter->no_admin && flags->needs_admin)
        add_reason(&out, "it needs an administrator");
    return ar_buf_view(&out);
}

bool ar_report_is_shown(const struct ar_report_plan *plan,
                        const struct ar_result_remedy *remedy)
{
    return ar_report_filtered(plan, remedy).len == 0;
}

ar_str_vector ar_report_remedy_titles(const struct ar_report_plan *plan,
                                      const struct ar_finding *finding)
{
    ar_str_vector titles = {0};
    for (size_t ix = 0; ix < finding->remedies.count; ix++) {
        if (ar_report_is_shown(plan, &finding->remedies.at[ix]))
            ar_vector_push(plan->arena, &titles,
                           finding->remedies.at[ix].title);
    }
    return titles;
}

ar_str_vector ar_report_filtered_texts(const struct ar_report_plan *plan,
                                       const struct ar_finding *finding)
{
    ar_str_vector texts = {0};
    for (size_t ix = 0; ix < finding->remedies.count; ix++) {
        const struct ar_result_remedy *remedy = &finding->remedies.at[ix];
        ar_str why = ar_report_filtered(plan, remedy);
        if (why.len == 0)
            continue;
        struct ar_buf text = AR_BUF(plan->arena);
        ar_buf_put(&text, remedy->title);
        ar_buf_put_c(&text, ": ");
        ar_buf_put(&text, why);
        ar_vector_push(plan->arena, &texts, ar_buf_view(&text));
    }
    return texts;
}

ar_str ar_report_fill_in_text(const struct ar_result_item *item)
{
    return item->has_question
               ? AR_STR("Fill in what stands in < > before you run this.")
               : AR_STR("");
}

bool ar_report_is_for_shell(const struct ar_report_plan *plan,
                            const ar_result_item_vector *items,
                            const struct ar_result_item *item)
{
    if (item->kind != AR_STEP_RUN || item->shell.len == 0 ||
        plan->shell.len == 0 || ar_str_equal(item->shell, plan->shell))
        return true;
    for (size_t ix = 0; ix < items->count; ix++) {
        if (items->at[ix].kind == AR_STEP_RUN &&
            ar_str_equal(items->at[ix].shell, plan->shell))
            return false;
    }
    return true;
}

ar_result_item_vector ar_report_items(const struct ar_report_plan *plan,
                                      const ar_result_item_vector *items)
{
    ar_result_item_vector shown = {0};
    for (size_t ix = 0; ix < items->count; ix++) {
        if (ar_report_is_for_shell(plan, items, &items->at[ix]))
            ar_vector_push(plan->arena, &shown, items->at[ix]);
    }
    return shown;
}
