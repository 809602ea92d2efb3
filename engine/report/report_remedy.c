/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies in the human report. What a remedy may cost stands before its
 * steps, and a command stands alone on its line, so that it can be copied
 * with nothing before it. */

#include "report/report_page.h"

enum {
    INDENT_REMEDY = 2,
    INDENT_STEP = 4,
    ITEM = 3,    /* deeper than the step, below its text */
    COMMAND = 4, /* deeper than the item */
    INDENT_ITEM = INDENT_STEP + ITEM
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

static void put_condition(struct ar_report_page *page, size_t indent,
                          ar_str condition)
{
    if (condition.len > 0)
        ar_report_wrap(page, indent, "",
                       ar_report_condition_text(page->plan, condition));
}

static void put_item(struct ar_report_page *page, size_t indent,
                     const ar_result_item_vector *items, size_t ix)
{
    const struct ar_result_item *item = &items->at[ix];
    bool is_first = !ar_report_is_continued(items, ix);
    if (is_first)
        put_condition(page, indent, item->condition);
    if (is_first && item->has_question)
        ar_report_wrap(page, indent, "", ar_report_fill_in_text(item));
    switch (item->kind) {
    case AR_STEP_RUN:
        if (is_first)
            ar_report_line(page, indent,
                           ar_report_shell_label(page->plan, item->shell));
        ar_report_lines(page, indent + COMMAND, item->text);
        return;
    case AR_STEP_DO: ar_report_wrap(page, indent, "", item->text); return;
    case AR_STEP_OPEN:
        if (is_first)
            ar_report_line(page, indent, AR_STR("Open:"));
        ar_report_line(page, indent + COMMAND, item->text);
        return;
    case AR_STEP_RESTART:
        ar_report_wrap(page, indent, "", ar_report_restart_step(item->shell));
        return;
    }
    AR_UNREACHABLE();
}

static void put_items(struct ar_report_page *page, size_t indent,
                      const ar_result_item_vector *items)
{
    ar_result_item_vector shown = ar_report_items(page->plan, items);
    for (size_t ix = 0; ix < shown.count; ix++)
        put_item(page, indent, &shown, ix);
}

void ar_report_put_step(struct ar_report_page *page, size_t indent,
                        const struct ar_result_step *step, size_t number)
{
    ar_str lead = ar_str_printf(page->out->arena, "%zu. ", number);
    ar_report_wrap(page, indent, lead.ptr, step->sentence);
    put_condition(page, indent + ITEM, step->condition);
    put_items(page, indent + ITEM, &step->items);
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
    put_items(page, INDENT_ITEM, &remedy->verify_runs);
}

void ar_report_put_remedy(struct ar_report_page *page,
                          const struct ar_finding *finding, size_t ix)
{
    const struct ar_result_remedy *remedy = &finding->remedies.at[ix];
    ar_report_blank(page);
    ar_report_title(page, INDENT_REMEDY, AR_REPORT_BOLD,
                    ar_report_remedy_title(page->plan, finding, ix));
    put_cost(page, remedy);
    for (size_t nth = 0; nth < remedy->steps.count; nth++) {
        ar_report_blank(page);
        ar_report_put_step(page, INDENT_STEP, &remedy->steps.at[nth], nth + 1);
    }
    put_verify(page, remedy);
}

/* What the reader's filters hide is named. */
static void put_left_out(struct ar_report_page *page,
                         const struct ar_finding *finding)
{
    ar_str_vector texts = ar_report_filtered_texts(page->plan, finding);
    if (texts.count == 0)
        return;
    ar_report_blank(page);
    ar_report_heading(page, INDENT_REMEDY, "Ways that were left out:");
    for (size_t ix = 0; ix < texts.count; ix++)
        ar_report_wrap(page, INDENT_STEP, "- ", texts.at[ix]);
}

void ar_report_put_remedies(struct ar_report_page *page,
                            const struct ar_finding *finding)
{
    for (size_t ix = 0; ix < finding->remedies.count; ix++) {
        if (ar_report_is_shown(page->plan, &finding->remedies.at[ix]))
            ar_report_put_remedy(page, finding, ix);
    }
    put_left_out(page, finding);
}
