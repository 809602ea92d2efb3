/* SPDX-License-Identifier: Apache-2.0 */
/* Explanations for people: the status, what decided it, the facts that rests
 * on; or what is still missing and how to get it. */

#include "report/why_page.h"

enum { WIDTH_USUAL = 80, WIDTH_LEAST = 40, INDENT = 4 };

static enum ar_report_style status_style(enum ar_status status)
{
    switch (status) {
    case AR_STATUS_MATCHED: return AR_REPORT_RED;
    case AR_STATUS_UNDETERMINED: return AR_REPORT_YELLOW;
    case AR_STATUS_ERROR:
    case AR_STATUS_NOT_LOADED: return AR_REPORT_LOUD;
    case AR_STATUS_CLEAR:
    case AR_STATUS_NOT_APPLICABLE:
    case AR_N_STATUSES: return AR_REPORT_BOLD;
    }
    AR_UNREACHABLE();
}

/* "docker.old (Ubuntu) is undetermined" */
void ar_why_put_head(struct ar_report_page *page, const struct ar_why *why)
{
    struct ar_buf line = AR_BUF(page->out->arena);
    const char *status = ar_status_table[why->status].name;
    ar_str place = ar_report_place_text(page->plan, why->rule->span);
    ar_buf_put(&line, why->rule->id);
    if (why->has_key)
        ar_buf_printf(&line, " (" AR_STR_FORMAT ")", AR_STR_ARG(why->key_text));
    ar_buf_put_c(&line, ": ");
    for (const char *at = status; *at; at++)
        ar_buf_put_char(&line, *at == '_' ? ' ' : *at);
    ar_report_styled(page, 0, status_style(why->status), ar_buf_view(&line));
    if (why->rule->title.len > 0)
        ar_report_wrap(page, 2, "", why->rule->title);
    if (place.len > 0)
        ar_report_line(page, 2, place);
}

static void put_section(struct ar_report_page *page, const char *heading)
{
    ar_report_blank(page);
    ar_report_heading(page, 2, heading);
}

/* ---- what decided it ---- */

static void put_decision(struct ar_report_page *page, const char *heading,
                         const struct ar_proof *proof)
{
    if (!proof)
        return;
    put_section(page, heading);
    ar_why_put_proof(page, INDENT, proof, AR_OUTCOME_TRUE);
}

static void put_decisions(struct ar_report_page *page, const struct ar_why *why)
{
    bool matches = why->status == AR_STATUS_MATCHED;
    put_decision(page,
                 matches ? "It is about this machine, because:"
                         : "It is not about this machine, because:",
                 why->applies);
    put_decision(
        page,
        matches ? "It matches, because:" : "It is clear, because:", why->when);
    put_decision(page, "It is clear, because no element matches:", why->each);
    if (why->status == AR_STATUS_NOT_LOADED || why->status == AR_STATUS_ERROR) {
        put_section(page, "It was not evaluated:");
        ar_report_wrap(page, INDENT, "", why->state->reason);
    }
    if (why->is_cut) {
        put_section(page, "There is no explanation:");
        ar_report_wrap(page, INDENT, "",
                       AR_STR("working it out takes too much work"));
    }
}

/* ---- what is missing ---- */

static void put_advice(struct ar_report_page *page,
                       const struct ar_missing *missing)
{
    for (size_t ix = 0; ix < missing->how.count; ix++) {
        const struct ar_advice *advice = &missing->how.at[ix];
        ar_str text = advice->text;
        if (advice->command.len > 0)
            text = ar_str_concat(page->out->arena, text, AR_STR(":"));
        ar_report_wrap(page, INDENT + 2, "- ", text);
        if (advice->command.len > 0)
            ar_report_line(page, INDENT + 8, advice->command);
    }
}

static void put_missing(struct ar_report_page *page,
                        const struct ar_missing *missing)
{
    struct ar_evidence tried = {.key = missing->cause.name,
                                .value = missing->cause.value,
                                .origin = missing->origin};
    ar_str origin = ar_report_origin_text(page->plan, &tried);
    ar_report_wrap(page, INDENT, "",
                   ar_report_need_text(page->plan, &missing->cause));
    if (origin.len > 0)
        ar_report_line(page, INDENT + 4, origin);
    put_advice(page, missing);
}

static void put_open(struct ar_report_page *page, const struct ar_why *why)
{
    if (why->residual_text.len > 0) {
        put_section(page, "It would match if:");
        ar_report_wrap(page, INDENT, "", why->residual_text);
    }
    if (why->missing.count > 0)
        put_section(page, "What is missing:");
    for (size_t ix = 0; ix < why->missing.count; ix++)
        put_missing(page, &why->missing.at[ix]);
}

/* ---- facts, and other rules ---- */

/* One line however long the value is: what counts of it stands above. */
static void put_fact(struct ar_report_page *page,
                     const struct ar_evidence *fact)
{
    struct ar_buf line = AR_BUF(page->out->arena);
    ar_buf_put(&line, fact->key);
    ar_buf_put_c(&line, " = ");
    ar_buf_put(&line, ar_why_value_text(page, fact->value,
                                        ar_report_is_secret(fact->decl)));
    ar_report_line(page, INDENT, ar_buf_view(&line));
    ar_str origin = ar_report_origin_text(page->plan, fact);
    if (origin.len > 0)
        ar_report_line(page, INDENT + 4, origin);
}

static void put_facts(struct ar_report_page *page, const struct ar_why *why)
{
    if (why->facts.count > 0)
        put_section(page, why->status == AR_STATUS_UNDETERMINED
                              ? "What is known so far:"
                              : "The facts:");
    for (size_t ix = 0; ix < why->facts.count; ix++)
        put_fact(page, &why->facts.at[ix]);
}

static void put_findings(struct ar_report_page *page, const char *heading,
                         const struct ar_finding *const *findings, size_t count)
{
    if (count > 0)
        put_section(page, heading);
    for (size_t ix = 0; ix < count; ix++)
        ar_report_wrap(
            page, INDENT, "- ",
            ar_report_join(page->plan,
                           ar_report_finding_name(page->plan, findings[ix]),
                           ": ", findings[ix]->rule->title));
}

static void put_relations(struct ar_report_page *page, const struct ar_why *why)
{
    const struct ar_finding *finding = why->finding;
    put_findings(page, "It explains:", why->supersedes.at,
                 why->supersedes.count);
    if (!finding)
        return;
    put_findings(page, "It is explained by:", finding->superseded_by.at,
                 finding->superseded_by.count);
    if (finding->possible_causes.count > 0)
        put_section(page, "Possible causes that are not ruled out:");
    for (size_t ix = 0; ix < finding->possible_causes.count; ix++) {
        const struct ar_rule *rule = finding->possible_causes.at[ix];
        ar_report_wrap(page, INDENT, "- ",
                       ar_report_join(page->plan, rule->id, ": ", rule->title));
    }
    if (finding->waived_by) {
        put_section(page, "It is waived:");
        ar_report_wrap(page, INDENT, "",
                       ar_report_waiver_text(page->plan, finding->waived_by));
    }
}

static void put_why(struct ar_report_page *page, const struct ar_why *why)
{
    ar_why_put_head(page, why);
    put_decisions(page, why);
    put_open(page, why);
    put_facts(page, why);
    put_relations(page, why);
}

/* ---- all of them ---- */

struct ar_report_page ar_why_page(struct ar_buf *out,
                                  const struct ar_report_plan *plan,
                                  const struct ar_report_options *options)
{
    struct ar_report_page page = {.out = out,
                                  .plan = plan,
                                  .color = options->color,
                                  .width = options->width};
    if (page.width == 0)
        page.width = WIDTH_USUAL;
    if (page.width < WIDTH_LEAST)
        page.width = WIDTH_LEAST;
    return page;
}

static const char *describe_nothing(const struct ar_why_report *report)
{
    if (report->question[3] == '\0')
        return "There is no finding to explain.";
    return "There is no rule that could not be decided.";
}

void ar_report_why_human(struct ar_buf *out, const struct ar_why_report *report,
                         const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, report->result, options);
    struct ar_report_page page = ar_why_page(out, &plan, options);
    for (size_t ix = 0; ix < report->whys.count; ix++) {
        if (ix > 0)
            ar_report_blank(&page);
        put_why(&page, report->whys.at[ix]);
    }
    if (report->whys.count == 0)
        ar_report_headline(&page, ar_str_from_c(describe_nothing(report)));
}
