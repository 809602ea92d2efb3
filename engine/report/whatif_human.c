/* SPDX-License-Identifier: Apache-2.0 */
/* What would be if facts were others, for people. */

#include "report/whatif.h"
#include "report/why_page.h"

enum { INDENT = 4 };

/* ---- other facts ---- */

static ar_str status_words(const struct ar_report_page *page,
                           enum ar_status status)
{
    struct ar_buf out = AR_BUF(page->out->arena);
    for (const char *at = ar_status_table[status].name; *at; at++)
        ar_buf_put_char(&out, *at == '_' ? ' ' : *at);
    return ar_buf_view(&out);
}

static void put_findings(struct ar_report_page *page, const char *lead,
                         const struct ar_finding *const *findings, size_t count)
{
    for (size_t ix = 0; ix < count; ix++) {
        if (findings[ix]->has_key)
            ar_report_wrap(page, INDENT, lead,
                           ar_report_finding_name(page->plan, findings[ix]));
    }
}

static void put_change(struct ar_report_page *page,
                       const struct ar_status_change *change)
{
    ar_str before = status_words(page, change->before->status);
    ar_str after = status_words(page, change->after->status);
    enum ar_report_style style = change->after->status == AR_STATUS_MATCHED
                                     ? AR_REPORT_RED
                                     : AR_REPORT_BOLD;
    ar_report_styled(page, 2, style,
                     ar_str_printf(page->out->arena,
                                   AR_STR_FORMAT ": " AR_STR_FORMAT
                                                 " -> " AR_STR_FORMAT,
                                   AR_STR_ARG(change->rule->id),
                                   AR_STR_ARG(before), AR_STR_ARG(after)));
    if (change->rule->title.len > 0)
        ar_report_wrap(page, INDENT, "", change->rule->title);
    put_findings(page, "gone: ", change->gone.at, change->gone.count);
    put_findings(page, "new: ", change->come.at, change->come.count);
}

static ar_str describe_count(const struct ar_report_page *page,
                             const struct ar_what_if_report *report)
{
    size_t n_changed = report->changes.count;
    size_t n_same = report->after->rules.count - n_changed;
    ar_str same = ar_report_count_text(page->plan, n_same, "rule");
    ar_str changed = ar_report_count_text(page->plan, n_changed, "rule");
    if (n_changed == 0)
        return ar_str_printf(page->out->arena,
                             "Nothing changes: " AR_STR_FORMAT " looked at.",
                             AR_STR_ARG(same));
    return ar_str_printf(page->out->arena,
                         AR_STR_FORMAT " would change, " AR_STR_FORMAT
                                       " would not.",
                         AR_STR_ARG(changed), AR_STR_ARG(same));
}

void ar_report_what_if_human(struct ar_buf *out,
                             const struct ar_what_if_report *report,
                             const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, report->after, options);
    struct ar_report_page page = ar_why_page(out, &plan, options);
    for (size_t ix = 0; ix < report->assignments.count; ix++)
        ar_report_wrap(&page, 0, ix == 0 ? "With " : "and ",
                       report->assignments.at[ix]);
    ar_report_blank(&page);
    for (size_t ix = 0; ix < report->changes.count; ix++)
        put_change(&page, &report->changes.at[ix]);
    if (report->changes.count > 0)
        ar_report_blank(&page);
    ar_report_headline(&page, describe_count(&page, report));
}

/* ---- what would flip a rule ---- */

static void put_fact_change(struct ar_report_page *page,
                            const struct ar_fact_change *change)
{
    struct ar_buf line = AR_BUF(page->out->arena);
    bool is_secret = ar_report_is_secret(change->decl);
    ar_str after = ar_why_value_text(page, change->after, is_secret);
    ar_str before = ar_why_value_text(page, change->before, is_secret);
    ar_buf_put(&line, change->key);
    if (change->decl)
        ar_buf_printf(&line, " = " AR_STR_FORMAT "   (now " AR_STR_FORMAT ")",
                      AR_STR_ARG(after), AR_STR_ARG(before));
    else
        ar_buf_put_c(&line, " = <absent>   (now it exists)");
    ar_report_styled(page, INDENT, AR_REPORT_CYAN, ar_buf_view(&line));
}

static ar_str remedy_title(const struct ar_flip_report *report,
                           const struct ar_remedy *remedy)
{
    const struct ar_finding *finding = report->why->finding;
    for (size_t ix = 0; finding && ix < finding->remedies.count; ix++) {
        if (finding->remedies.at[ix].remedy == remedy)
            return finding->remedies.at[ix].title;
    }
    return (ar_str){NULL, 0};
}

static void put_flip(struct ar_report_page *page,
                     const struct ar_flip_report *report,
                     const struct ar_flip *flip)
{
    for (size_t ix = 0; ix < flip->changes.count; ix++)
        put_fact_change(page, &flip->changes.at[ix]);
    if (report->why->status == AR_STATUS_MATCHED)
        ar_report_wrap(page, INDENT + 4, "then it is ",
                       status_words(page, flip->status));
    for (size_t ix = 0; ix < flip->remedies.count; ix++) {
        ar_str title = remedy_title(report, flip->remedies.at[ix]);
        if (title.len > 0)
            ar_report_wrap(page, INDENT + 4, "remedy: ", title);
    }
}

static void put_flips(struct ar_report_page *page,
                      const struct ar_flip_report *report)
{
    bool matches = report->why->status == AR_STATUS_MATCHED;
    for (size_t ix = 0; ix < report->flips.count; ix++) {
        ar_report_blank(page);
        if (ix > 0)
            ar_report_heading(page, 2, "or with:");
        else
            ar_report_heading(page, 2,
                              matches ? "It would not match with:"
                                      : "It would match with:");
        put_flip(page, report, &report->flips.at[ix]);
    }
}

static void put_none(struct ar_report_page *page,
                     const struct ar_flip_report *report)
{
    const struct ar_why *why = report->why;
    ar_report_blank(page);
    if (why->residual_text.len > 0) {
        ar_report_heading(page, 2, "It would match if:");
        ar_report_wrap(page, INDENT, "", why->residual_text);
        return;
    }
    ar_report_wrap(page, 2, "",
                   AR_STR("No change of up to three facts was found that "
                          "would give it another status."));
    for (size_t ix = 0; ix < why->facts.count; ix++) {
        const struct ar_fact_decl *decl = why->facts.at[ix].decl;
        if (decl && decl->is_fixed)
            ar_report_wrap(page, INDENT, "- ",
                           ar_str_concat(page->out->arena,
                                         why->facts.at[ix].key,
                                         AR_STR(" cannot be changed")));
    }
}

void ar_report_flips_human(struct ar_buf *out,
                           const struct ar_flip_report *report,
                           const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, report->result, options);
    struct ar_report_page page = ar_why_page(out, &plan, options);
    ar_why_put_head(&page, report->why);
    if (report->flips.count > 0)
        put_flips(&page, report);
    else
        put_none(&page, report);
}
