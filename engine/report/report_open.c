/* SPDX-License-Identifier: Apache-2.0 */
/* The second half of the human report: rules that did not run, what could not
 * be decided and how to decide it, questions, waivers. */

#include "report/report_page.h"

static void put_groups(struct ar_report_page *page, enum ar_status status)
{
    ar_report_groups groups = ar_report_group_reasons(page->plan, status);
    for (size_t ix = 0; ix < groups.count; ix++) {
        struct ar_report_group *group = groups.at[ix];
        ar_report_wrap(page, 2, "- ", ar_buf_view(&group->names));
        ar_report_wrap(page, 6, "", group->text);
    }
}

static void put_loud(struct ar_report_page *page, const char *word,
                     size_t count, const char *text)
{
    ar_str rules = ar_report_count_text(page->plan, count, "rule");
    ar_report_blank(page);
    ar_report_title(page, 0, AR_REPORT_LOUD,
                    ar_str_printf(page->out->arena, "%s: " AR_STR_FORMAT " %s",
                                  word, AR_STR_ARG(rules), text));
}

void ar_report_put_not_run(struct ar_report_page *page)
{
    size_t n_errors = page->plan->result->counts[AR_STATUS_ERROR];
    if (page->plan->n_not_loaded > 0) {
        put_loud(page, "NOT LOADED", page->plan->n_not_loaded, "did not run");
        put_groups(page, AR_STATUS_NOT_LOADED);
    }
    if (n_errors > 0) {
        put_loud(page, "FAILED", n_errors, "could not be evaluated");
        put_groups(page, AR_STATUS_ERROR);
    }
}

static void put_needs(struct ar_report_page *page,
                      const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++)
        ar_report_wrap(page, 6, "needs ",
                       ar_report_need_text(page->plan, &causes->at[ix]));
}

static void put_undecided_rule(struct ar_report_page *page,
                               const struct ar_rule_result *state)
{
    const struct ar_rule *rule = state->rule;
    struct ar_buf line = AR_BUF(page->out->arena);
    ar_buf_put(&line, rule->id);
    ar_buf_printf(&line, " (%s)", ar_rule_severity_names[rule->severity]);
    if (rule->title.len > 0) {
        ar_buf_put_c(&line, ": ");
        ar_buf_put(&line, rule->title);
    }
    ar_report_wrap(page, 2, "- ", ar_buf_view(&line));
    if (state->status == AR_STATUS_UNDETERMINED)
        put_needs(page, &state->causes);
    for (size_t ix = 0; ix < state->open_elements.count; ix++) {
        const struct ar_open_element *element = &state->open_elements.at[ix];
        ar_report_wrap(page, 4, "for ", element->key_text);
        put_needs(page, &element->causes);
    }
}

static void put_advice(struct ar_report_page *page)
{
    ar_report_groups groups = ar_report_group_advice(page->plan);
    if (groups.count > 0) {
        ar_report_blank(page);
        ar_report_heading(page, 2, "To decide them:");
    }
    for (size_t ix = 0; ix < groups.count; ix++) {
        struct ar_report_group *group = groups.at[ix];
        ar_report_wrap(page, 4, "- ", group->text);
        ar_report_wrap(page, 8, "for ", ar_buf_view(&group->names));
    }
}

void ar_report_put_undecided(struct ar_report_page *page)
{
    if (page->plan->n_undecided == 0)
        return;
    size_t n_more = 0;
    ar_str count =
        ar_report_count_text(page->plan, page->plan->n_undecided, "rule");
    ar_report_blank(page);
    ar_report_title(page, 0, AR_REPORT_YELLOW,
                    ar_str_concat(page->out->arena,
                                  AR_STR("Could not be decided: "), count));
    for (size_t ix = 0; ix < page->plan->result->rules.count; ix++) {
        const struct ar_rule_result *rule = &page->plan->result->rules.at[ix];
        if (!ar_report_is_undecided(rule))
            continue;
        if (ar_report_is_full(page->out))
            n_more++;
        else
            put_undecided_rule(page, rule);
    }
    if (n_more > 0)
        ar_report_title(page, 2, AR_REPORT_BOLD,
                        ar_report_full_text(page->plan, n_more, "rule"));
    put_advice(page);
}

static void put_question(struct ar_report_page *page,
                         const struct ar_report_question *question)
{
    const struct ar_cause *cause = question->cause;
    ar_report_wrap(page, 2, "- ", ar_report_question_text(question));
    ar_report_line(page, 6,
                   ar_str_printf(page->out->arena,
                                 "--input " AR_STR_FORMAT "=...",
                                 AR_STR_ARG(cause->name)));
    ar_report_wrap(page, 6, "for ",
                   ar_report_waiting_text(page->plan, question));
}

void ar_report_put_questions(struct ar_report_page *page)
{
    if (page->plan->questions.count == 0)
        return;
    ar_report_blank(page);
    ar_report_title(page, 0, AR_REPORT_CYAN,
                    AR_STR("Questions that only you can answer:"));
    for (size_t ix = 0; ix < page->plan->questions.count; ix++)
        put_question(page, page->plan->questions.at[ix]);
}

void ar_report_put_exceptions(struct ar_report_page *page)
{
    ar_report_sections sections = ar_report_exceptions(page->plan);
    for (size_t ix = 0; ix < sections.count; ix++) {
        const struct ar_report_section *section = sections.at[ix];
        ar_report_blank(page);
        ar_report_title(page, 0,
                        section->is_warning ? AR_REPORT_YELLOW : AR_REPORT_BOLD,
                        section->title);
        for (size_t nth = 0; nth < section->texts.count; nth++)
            ar_report_wrap(page, 2, "- ", section->texts.at[nth]);
    }
}

static void put_decided_rule(struct ar_report_page *page,
                             const struct ar_rule_result *state)
{
    struct ar_buf line = AR_BUF(page->out->arena);
    ar_buf_printf(&line, "%s  ", ar_status_table[state->status].name);
    ar_buf_put(&line, state->rule->id);
    for (size_t ix = 0; ix < state->causes.count; ix++) {
        ar_buf_put_c(&line, ix == 0 ? "  (not there: " : ", ");
        ar_buf_put(&line, state->causes.at[ix].name);
    }
    ar_buf_put_c(&line, state->causes.count > 0 ? ")" : "");
    ar_report_wrap(page, 2, "", ar_buf_view(&line));
}

static bool is_decided(const struct ar_rule_result *rule)
{
    return rule->status == AR_STATUS_CLEAR ||
           rule->status == AR_STATUS_NOT_APPLICABLE;
}

void ar_report_put_decided(struct ar_report_page *page)
{
    const struct ar_result *result = page->plan->result;
    if (result->counts[AR_STATUS_CLEAR] +
            result->counts[AR_STATUS_NOT_APPLICABLE] ==
        0)
        return;
    ar_report_blank(page);
    ar_report_heading(page, 0, "Rules that found nothing:");
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        if (is_decided(&result->rules.at[ix]))
            put_decided_rule(page, &result->rules.at[ix]);
    }
}
