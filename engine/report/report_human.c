/* SPDX-License-Identifier: Apache-2.0 */
/* The report for people: what was found in one line, about which machine,
 * then root causes with their evidence and remedies, then what is not known.
 * The order never changes, so that two reports can be laid side by side. */

#include "report/report_page.h"

static enum ar_report_style severity_style(enum ar_rule_severity severity)
{
    switch (severity) {
    case AR_RULE_INFO: return AR_REPORT_CYAN;
    case AR_RULE_WARNING: return AR_REPORT_YELLOW;
    case AR_RULE_ERROR: return AR_REPORT_RED;
    case AR_RULE_CRITICAL: return AR_REPORT_LOUD;
    }
    AR_UNREACHABLE();
}

static void put_field(struct ar_report_page *page, const char *label,
                      ar_str value)
{
    struct ar_buf text = AR_BUF(page->out->arena);
    ar_buf_printf(&text, "%-10s ", label);
    ar_buf_put(&text, value);
    ar_report_line(page, 2, ar_buf_view(&text));
}

static void put_header(struct ar_report_page *page)
{
    const struct ar_result *result = page->plan->result;
    const struct ar_report_options *options = page->plan->options;
    ar_str packs = ar_report_packs_text(page->plan);
    ar_report_blank(page);
    if (result->facts->machine.len > 0)
        put_field(page, "Machine", result->facts->machine);
    ar_str collected = ar_report_join(page->plan, result->facts->collected,
                                      " by ", result->facts->tool);
    if (collected.len > 0)
        put_field(page, "Collected", collected);
    ar_str made = ar_report_join(page->plan, ar_str_from_c(options->generated),
                                 " by ", options->tool);
    if (made.len > 0)
        put_field(page, "Report", made);
    if (packs.len > 0)
        put_field(page, "Packs", packs);
}

static void put_fact(struct ar_report_page *page,
                     const struct ar_evidence *fact)
{
    ar_report_line(page, 4, ar_report_fact_text(page->plan, fact));
    ar_str origin = ar_report_origin_text(page->plan, fact);
    if (origin.len > 0)
        ar_report_line(page, 8, origin);
}

static void put_evidence(struct ar_report_page *page,
                         const struct ar_finding *finding)
{
    if (finding->facts.count > 0) {
        ar_report_blank(page);
        ar_report_heading(page, 2, "Because:");
    }
    for (size_t ix = 0; ix < finding->facts.count; ix++)
        put_fact(page, &finding->facts.at[ix]);
    if (finding->symptoms.count > 0) {
        ar_report_blank(page);
        ar_report_heading(page, 2, "Symptoms that are there too:");
    }
    for (size_t ix = 0; ix < finding->symptoms.count; ix++)
        ar_report_wrap(page, 4, "- ", finding->symptoms.at[ix]);
}

static void put_folded(struct ar_report_page *page,
                       const struct ar_finding *finding)
{
    struct ar_buf text = AR_BUF(page->out->arena);
    ar_buf_printf(&text, "%s ",
                  ar_report_severity_words[finding->rule->severity]);
    ar_buf_put(&text, ar_report_finding_name(page->plan, finding));
    ar_buf_put_c(&text, ": ");
    ar_buf_put(&text, finding->diagnosis);
    ar_report_wrap(page, 4, "- ", ar_buf_view(&text));
}

static void put_explained(struct ar_report_page *page,
                          const struct ar_report_entry *entry)
{
    if (entry->explains.count == 0)
        return;
    ar_report_blank(page);
    ar_report_heading(page, 2, "Also explains:");
    for (size_t ix = 0; ix < entry->explains.count; ix++)
        put_folded(page, entry->explains.at[ix]);
}

static void put_possible_cause(struct ar_report_page *page,
                               const struct ar_rule *rule)
{
    const struct ar_rule_result *state =
        ar_result_find_rule(page->plan->result, rule);
    ar_report_wrap(page, 4, "- ",
                   ar_report_join(page->plan, rule->id, ": ", rule->title));
    for (size_t ix = 0; state != NULL && ix < state->causes.count; ix++)
        ar_report_wrap(page, 6, "needs ",
                       ar_report_need_text(page->plan, &state->causes.at[ix]));
}

static void put_possible_causes(struct ar_report_page *page,
                                const struct ar_finding *finding)
{
    if (finding->possible_causes.count == 0)
        return;
    ar_report_blank(page);
    ar_report_heading(page, 2, "Possible causes that are not ruled out:");
    for (size_t ix = 0; ix < finding->possible_causes.count; ix++)
        put_possible_cause(page, finding->possible_causes.at[ix]);
}

static void put_reading(struct ar_report_page *page,
                        const struct ar_finding *finding)
{
    if (finding->lessons.count > 0) {
        ar_report_blank(page);
        ar_report_heading(page, 2, "Good to know:");
    }
    for (size_t ix = 0; ix < finding->lessons.count; ix++)
        ar_report_wrap(page, 4, "- ", finding->lessons.at[ix]);
    if (finding->links.count > 0) {
        ar_report_blank(page);
        ar_report_heading(page, 2, "See also:");
    }
    for (size_t ix = 0; ix < finding->links.count; ix++)
        ar_report_line(page, 4, finding->links.at[ix]);
}

static void put_title(struct ar_report_page *page,
                      const struct ar_finding *finding)
{
    const struct ar_rule *rule = finding->rule;
    struct ar_buf title = AR_BUF(page->out->arena);
    ar_buf_printf(&title, "%s: ", ar_report_severity_words[rule->severity]);
    ar_buf_put(&title, ar_report_finding_title(page->plan, finding));
    ar_report_title(page, 0, severity_style(rule->severity),
                    ar_buf_view(&title));
    ar_str place = ar_report_place_text(page->plan, rule->span);
    struct ar_buf line = AR_BUF(page->out->arena);
    ar_buf_put(&line, ar_report_join(page->plan, rule->id, ", ", place));
    if (rule->confidence != AR_CONFIDENCE_HIGH)
        ar_buf_printf(&line, ", confidence %s",
                      ar_confidence_names[rule->confidence]);
    ar_report_line(page, 2, ar_buf_view(&line));
}

static void put_finding(struct ar_report_page *page,
                        const struct ar_report_entry *entry)
{
    const struct ar_finding *finding = entry->finding;
    ar_report_blank(page);
    put_title(page, finding);
    if (finding->diagnosis.len > 0) {
        ar_report_blank(page);
        ar_report_wrap(page, 2, "", finding->diagnosis);
    }
    put_evidence(page, finding);
    put_explained(page, entry);
    put_possible_causes(page, finding);
    ar_report_put_remedies(page, finding);
    put_reading(page, finding);
}

static void put_id(struct ar_report_page *page,
                   const struct ar_report_entry *entry)
{
    const struct ar_finding *finding = entry->finding;
    struct ar_buf line = AR_BUF(page->out->arena);
    ar_buf_printf(&line, "%-8s ",
                  ar_report_severity_words[finding->rule->severity]);
    ar_buf_put(&line, ar_report_finding_name(page->plan, finding));
    ar_buf_put_char(&line, ' ');
    ar_buf_put(&line, finding->fingerprint);
    ar_report_line(page, 2, ar_buf_view(&line));
}

static void put_findings(struct ar_report_page *page)
{
    const struct ar_report_plan *plan = page->plan;
    size_t n_more = 0;
    bool is_short = plan->options->detail == AR_REPORT_IDS;
    if (is_short && plan->n_active > 0)
        ar_report_blank(page);
    for (size_t ix = 0; ix < plan->result->findings.count; ix++) {
        const struct ar_report_entry *entry = &plan->entries[ix];
        if (!ar_report_stands_alone(entry))
            continue;
        if (ar_report_is_full(page->out)) {
            n_more++;
            continue;
        }
        if (is_short)
            put_id(page, entry);
        else
            put_finding(page, entry);
    }
    if (n_more > 0) {
        ar_report_blank(page);
        ar_report_title(page, 0, AR_REPORT_BOLD,
                        ar_report_full_text(plan, n_more, "finding"));
    }
}

static void put_left_out(struct ar_report_page *page)
{
    ar_str_vector texts = ar_report_left_out_texts(page->plan);
    if (texts.count > 0)
        ar_report_blank(page);
    for (size_t ix = 0; ix < texts.count; ix++)
        ar_report_title(page, 0, AR_REPORT_BOLD, texts.at[ix]);
}

static void put_counts(struct ar_report_page *page)
{
    ar_report_blank(page);
    ar_report_line(page, 0, ar_report_counts_text(page->plan));
}

void ar_report_human(struct ar_buf *out, const struct ar_result *result,
                     const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, result, options);
    struct ar_report_page page = {.out = out,
                                  .plan = &plan,
                                  .color = options->color,
                                  .width = ar_report_width(options)};
    ar_report_headline(&page, ar_report_verdict(&plan));
    if (options->detail != AR_REPORT_IDS)
        put_header(&page);
    ar_report_put_comparison(&page);
    put_findings(&page);
    put_left_out(&page);
    if (options->detail != AR_REPORT_IDS) {
        ar_report_put_not_run(&page);
        ar_report_put_undecided(&page);
        ar_report_put_questions(&page);
        ar_report_put_exceptions(&page);
    }
    if (options->all)
        ar_report_put_decided(&page);
    put_counts(&page);
}
