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

static ar_str restart_sentence(const struct ar_report_page *page,
                               const struct ar_result_remedy *remedy)
{
    static const struct {
        const char *name;
        const char *text;
    } sentences[] = {
        {"app", "the application"},
        {"wsl", "WSL"},
        {"session", "your session (log out and in again)"},
        {"machine", "the machine"},
    };
    bool is_conditional = false;
    ar_str name = ar_report_restart(remedy, &is_conditional);
    for (size_t ix = 0; ix < AR_COUNT_OF(sentences); ix++) {
        if (ar_str_equal_c(name, sentences[ix].name))
            return ar_str_printf(page->out->arena, "%s%s", sentences[ix].text,
                                 is_conditional ? ", under a condition" : "");
    }
    return AR_STR("none");
}

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
                   "Restart: ", restart_sentence(page, remedy));
    ar_report_wrap(page, INDENT_STEP, "Rights: ",
                   flags->needs_admin ? AR_STR("administrator")
                                      : AR_STR("those of the user"));
    if (remedy->undo.len > 0)
        ar_report_wrap(page, INDENT_STEP, "To undo it: ", remedy->undo);
}

/* condition is a guard as it is written: "if x", "unless x". */
static void put_condition(struct ar_report_page *page, ar_str condition)
{
    ar_str unless = AR_STR("unless ");
    struct ar_buf text = AR_BUF(page->out->arena);
    if (condition.len == 0)
        return;
    if (ar_str_starts_with(condition, unless)) {
        ar_buf_put_c(&text, "Leave this out if ");
        condition = ar_str_slice(condition, unless.len, condition.len);
    } else {
        ar_buf_put_c(&text, "Only ");
        if (!ar_str_starts_with(condition, AR_STR("if ")))
            ar_buf_put_c(&text, "if ");
    }
    ar_buf_put(&text, condition);
    ar_buf_put_c(&text, "; that could not be decided.");
    ar_report_wrap(page, INDENT_ITEM, "", ar_buf_view(&text));
}

static ar_str shell_label(const struct ar_report_page *page, ar_str shell)
{
    if (shell.len == 0)
        return AR_STR("Run:");
    if (ar_str_equal_c(shell, "powershell"))
        return AR_STR("In PowerShell:");
    if (ar_str_equal_c(shell, "cmd"))
        return AR_STR("In the command prompt (cmd):");
    return ar_str_printf(page->out->arena, "In a terminal (" AR_STR_FORMAT "):",
                         AR_STR_ARG(shell));
}

static ar_str restart_text(ar_str what)
{
    if (ar_str_equal_c(what, "app"))
        return AR_STR("Restart the application.");
    if (ar_str_equal_c(what, "wsl"))
        return AR_STR("Restart WSL (shut it down, then start it again).");
    if (ar_str_equal_c(what, "session"))
        return AR_STR("Log out and in again.");
    return AR_STR("Restart the machine.");
}

/* Commands for one shell under one condition stand below one label. */
static bool is_continued(const ar_result_item_vector *items, size_t ix)
{
    if (ix == 0)
        return false;
    const struct ar_result_item *item = &items->at[ix];
    const struct ar_result_item *before = &items->at[ix - 1];
    return item->kind == before->kind &&
           (item->kind == AR_STEP_RUN || item->kind == AR_STEP_OPEN) &&
           ar_str_equal(item->shell, before->shell) &&
           ar_str_equal(item->condition, before->condition);
}

static void put_item(struct ar_report_page *page,
                     const ar_result_item_vector *items, size_t ix)
{
    const struct ar_result_item *item = &items->at[ix];
    bool is_first = !is_continued(items, ix);
    if (is_first)
        put_condition(page, item->condition);
    switch (item->kind) {
    case AR_STEP_RUN:
        if (is_first)
            ar_report_line(page, INDENT_ITEM, shell_label(page, item->shell));
        ar_report_lines(page, INDENT_COMMAND, item->text);
        return;
    case AR_STEP_DO: ar_report_wrap(page, INDENT_ITEM, "", item->text); return;
    case AR_STEP_OPEN:
        if (is_first)
            ar_report_line(page, INDENT_ITEM, AR_STR("Open:"));
        ar_report_line(page, INDENT_COMMAND, item->text);
        return;
    case AR_STEP_RESTART:
        ar_report_wrap(page, INDENT_ITEM, "", restart_text(item->shell));
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
    struct ar_buf title = AR_BUF(page->out->arena);
    ar_buf_put_c(&title, "What to do");
    if (finding->remedies.count > 1)
        ar_buf_printf(&title, " (way %zu of %zu)", ix + 1,
                      finding->remedies.count);
    ar_buf_put_c(&title, ": ");
    ar_buf_put(&title, remedy->title);
    ar_report_blank(page);
    ar_report_title(page, INDENT_REMEDY, AR_REPORT_BOLD, ar_buf_view(&title));
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
