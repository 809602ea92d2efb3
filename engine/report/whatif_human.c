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

static bool is_linked(const struct ar_flip_remedy *linked, size_t ix)
{
    for (size_t nth = 0; nth < linked->steps.count; nth++) {
        if (linked->steps.at[nth] == ix)
            return true;
    }
    return false;
}

struct ar_flip_steps ar_report_flip_steps(struct ar_arena *arena,
                                          const struct ar_flip_report *report,
                                          const struct ar_flip_remedy *linked)
{
    const struct ar_finding *finding = report->why->finding;
    struct ar_flip_steps out = {0};
    for (size_t ix = 0; finding && ix < finding->remedies.count; ix++) {
        if (finding->remedies.at[ix].remedy == linked->remedy) {
            out.remedy = &finding->remedies.at[ix];
            out.way = ix + 1;
        }
    }
    /* A step may be left out here by its condition. */
    size_t n_steps = out.remedy ? out.remedy->steps.count : 0;
    for (size_t ix = 0; ix < n_steps; ix++) {
        if (is_linked(linked, out.remedy->steps.at[ix].ix))
            ar_vector_push(arena, &out.numbers, ix);
    }
    out.is_declared =
        linked->is_declared && out.numbers.count == linked->steps.count;
    if (out.is_declared)
        return out;
    out.numbers.count = 0;
    for (size_t ix = 0; ix < n_steps; ix++)
        ar_vector_push(arena, &out.numbers, ix);
    return out;
}

/* "its 3 steps together", "its step 2"; of a remedy with one step it is clear
 * which one. */
static ar_str describe_steps(struct ar_report_page *page,
                             const struct ar_flip_steps *steps)
{
    struct ar_arena *arena = page->out->arena;
    size_t count = steps->numbers.count;
    if (steps->remedy->steps.count == 1)
        return AR_STR("its only step makes the change");
    if (!steps->is_declared)
        return ar_str_printf(arena, "its %zu steps together make the change",
                             count);
    if (count == 1)
        return ar_str_printf(arena, "its step %zu makes the change",
                             steps->numbers.at[0] + 1);
    return ar_str_printf(arena, "%zu of its %zu steps make the change", count,
                         steps->remedy->steps.count);
}

static void put_remedy(struct ar_report_page *page,
                       const struct ar_flip_report *report,
                       const struct ar_flip_remedy *linked)
{
    struct ar_arena *arena = page->out->arena;
    struct ar_flip_steps steps = ar_report_flip_steps(arena, report, linked);
    if (!steps.remedy)
        return;
    struct ar_buf text = AR_BUF(arena);
    ar_buf_put(&text, steps.remedy->title);
    if (steps.numbers.count > 0) {
        ar_buf_put_c(&text, "; ");
        ar_buf_put(&text, describe_steps(page, &steps));
    }
    bool is_alone = report->why->finding->remedies.count == 1;
    ar_str lead = ar_str_printf(arena, "remedy (way %zu): ", steps.way);
    ar_report_wrap(page, INDENT + 4, is_alone ? "remedy: " : lead.ptr,
                   ar_buf_view(&text));
    bool is_whole = !steps.is_declared && steps.remedy->steps.count > 1;
    for (size_t ix = 0; !is_whole && ix < steps.numbers.count; ix++) {
        size_t number = steps.numbers.at[ix];
        ar_report_put_step(page, INDENT + 8, &steps.remedy->steps.at[number],
                           number + 1);
    }
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
    for (size_t ix = 0; ix < flip->remedies.count; ix++)
        put_remedy(page, report, &flip->remedies.at[ix]);
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
