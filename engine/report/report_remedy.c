/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies in the human report. What a remedy may cost stands before its
 * steps, and a command stands alone on its line, so that it can be copied
 * with nothing before it. */

#include "report/report_page.h"

enum {
    INDENT_REMEDY = 2,
    INDENT_STEP = 4,
    INDENT_ITEM = 7,
    INDENT_COMMAND = 11
};

static void put_cost(struct ar_report_page *page,
                     const struct ar_result_remedy *remedy)
{
    const struct ar_remedy *flags = remedy->remedy;
    ar_report_wrap(page, INDENT_STEP,
                   "Risk: ", ar_str_from_c(ar_risk_names[flags->risk]));
    bool loses = remedy->data_loss.len > 0;
    if (loses)
        ar_report_title(page, INDENT_STEP, AR_REPORT_YELLOW,
                        ar_str_concat(page->out->arena, AR_STR("Data loss: "),
                                      remedy->data_loss));
    ar_report_wrap(page, INDENT_STEP,
                   "Restart: ", ar_report_restart_text(page->plan, remedy));
    ar_report_wrap(page, INDENT_STEP,
                   "Rights: ", ar_report_rights_text(remedy));
    if (remedy->undo.len > 0)
        ar_report_wrap(page, INDENT_STEP, "To undo it: ", remedy->undo);
}

static void put_condition(struct ar_report_page *page, ar_str condition)
{
    if (condition.len > 0)
        ar_report_wrap(page, INDENT_ITEM, "",
                       ar_report_condition_text(page->plan, condition));
}

static void put_item(struct ar_report_page *page,
                     const ar_result_item_vector *items, size_t ix)
{
    const struct ar_result_item *item = &items->at[ix];
    bool is_first = !ar_report_is_continued(items, ix);
    if (is_first)
        put_condition(page, item->condition);
    switch (item->kind) {
    case AR_STEP_RUN:
        if (is_first)
            ar_report_line(page, INDENT_ITEM,
                           ar_report_shell_label(page->plan, item->shell));
        ar_report_lines(page, INDENT_COMMAND, item->text);
        return;
    case AR_STEP_DO: ar_report_wrap(page, INDENT_ITEM, "", item->text); return;
    case AR_STEP_OPEN:
        if (is_first)
            ar_report_line(page, INDENT_ITEM, AR_STR("Open:"));
        ar_report_line(page, INDENT_COMMAND, item->text);
        return;
    case AR_STEP_RESTART:
        ar_report_wrap(page, INDENT_ITEM, "",
                       ar_report_restart_step(item->shell));
        return;
    }
    AR_UNREACHABLE();
}

static void put_step(struct ar_report_page *page,
                     const struct ar_result_step *step, size_t number)
{
    ar_str lead = ar_str_printf(page->out->arena, "%zu. ", number);
    ar_report_wrap(page, INDENT_STEP, lead.ptr, step->sentence);
    put_condition(page, step->condition);
    for (size_t ix = 0; ix < step->items.count; ix++)
        put_item(page, &step->items, ix);
}

static void put_verify(struct ar_report_page *page,
                       const struct ar_result_remedy *remedy)
{
    if (remedy->verify.len == 0 && remedy->verify_runs.count == 0)
        return;
    ar_report_blank(page);
    ar_report_heading(page, INDENT_STEP, "Check that it worked:");
    if (remedy->verify.len > 0)
        ar_report_wrap(page, INDENT_ITEM,
                       "This is true then: ", remedy->verify);
    for (size_t ix = 0; ix < remedy->verify_runs.count; ix++)
        put_item(page, &remedy->verify_runs, ix);
}

static void put_remedy(struct ar_report_page *page,
                       const struct ar_finding *finding, size_t ix)
{
    const struct ar_result_remedy *remedy = &finding->remedies.at[ix];
    ar_report_blank(page);
    ar_report_title(page, INDENT_REMEDY, AR_REPORT_BOLD,
                    ar_report_remedy_title(page->plan, finding, ix));
    put_cost(page, remedy);
    for (size_t nth = 0; nth < remedy->steps.count; nth++) {
        ar_report_blank(page);
        put_step(page, &remedy->steps.at[nth], nth + 1);
    }
    put_verify(page, remedy);
}

void ar_report_put_remedies(struct ar_report_page *page,
                            const struct ar_finding *finding)
{
    for (size_t ix = 0; ix < finding->remedies.count; ix++)
        put_remedy(page, finding, ix);
}
