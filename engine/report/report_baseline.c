/* SPDX-License-Identifier: Apache-2.0 */
/* What has changed since an earlier report, for people and for programs. */

#include "report/report_compare.h"
#include "report/report_json.h"
#include "report/report_page.h"

/* ---- for people ---- */

static void put_line(struct ar_report_page *page, const char *what, ar_str name)
{
    ar_report_line(page, 2,
                   ar_str_printf(page->out->arena, "%-12s " AR_STR_FORMAT, what,
                                 AR_STR_ARG(name)));
}

static ar_str old_name(const struct ar_report_page *page,
                       const struct ar_earlier_finding *finding)
{
    if (!finding->has_key)
        return finding->rule;
    return ar_str_printf(page->out->arena, AR_STR_FORMAT " (" AR_STR_FORMAT ")",
                         AR_STR_ARG(finding->rule), AR_STR_ARG(finding->key));
}

static const char *status_of(const struct ar_compared *compared)
{
    return compared->state ? ar_status_table[compared->state->status].name
                           : "not evaluated";
}

static void put_old(struct ar_report_page *page,
                    const struct ar_comparison *comparison)
{
    for (size_t ix = 0; ix < comparison->gone.count; ix++)
        put_line(page, "gone", old_name(page, comparison->gone.at[ix].finding));
    for (size_t ix = 0; ix < comparison->undecided.count; ix++) {
        const struct ar_compared *compared = &comparison->undecided.at[ix];
        ar_str name = old_name(page, compared->finding);
        put_line(page, "undecided",
                 ar_str_printf(page->out->arena,
                               AR_STR_FORMAT ": now the rule is %s",
                               AR_STR_ARG(name), status_of(compared)));
    }
}

static void put_warnings(struct ar_report_page *page)
{
    const struct ar_earlier *earlier = page->plan->options->earlier;
    ar_str machine = page->plan->result->facts->machine;
    struct ar_buf text = AR_BUF(page->out->arena);
    if (earlier->machine.len > 0 && machine.len > 0 &&
        !ar_str_equal(earlier->machine, machine)) {
        ar_buf_put_c(&text, "The earlier report is of another machine: ");
        ar_buf_put(&text, earlier->machine);
        ar_report_wrap(page, 2, "", ar_buf_view(&text));
    }
    if (earlier->n_not_told > 0)
        ar_report_wrap(
            page, 2, "",
            ar_str_printf(page->out->arena,
                          "The earlier report does not name %zu of its "
                          "findings: what is new here may be one of them.",
                          earlier->n_not_told));
}

void ar_report_put_comparison(struct ar_report_page *page)
{
    const struct ar_earlier *earlier = page->plan->options->earlier;
    if (earlier == NULL)
        return;
    struct ar_comparison comparison =
        ar_report_compare(page->out->arena, page->plan->result, earlier);
    struct ar_buf title = AR_BUF(page->out->arena);
    ar_buf_put_c(&title, "Since the report");
    if (earlier->made.len > 0)
        ar_buf_put_c(&title, " of ");
    ar_buf_put(&title, earlier->made);
    ar_buf_put_char(&title, ':');
    ar_report_blank(page);
    ar_report_title(page, 0, AR_REPORT_BOLD, ar_buf_view(&title));
    ar_report_line(page, 2,
                   ar_str_printf(page->out->arena,
                                 "%zu new, %zu gone, %zu unchanged, %zu "
                                 "undecided",
                                 comparison.fresh.count, comparison.gone.count,
                                 comparison.unchanged.count,
                                 comparison.undecided.count));
    for (size_t ix = 0; ix < comparison.fresh.count; ix++)
        put_line(page, "new",
                 ar_report_finding_name(page->plan, comparison.fresh.at[ix]));
    put_old(page, &comparison);
    put_warnings(page);
}

/* ---- for programs ---- */

static void put_name(struct ar_report_json *json, ar_str rule, bool has_key,
                     ar_str key, ar_str fingerprint)
{
    ar_report_json_text(json, "rule", rule);
    if (has_key)
        ar_report_json_text(json, "key", key);
    else
        ar_report_json_null(json, "key");
    ar_report_json_text(json, "fingerprint", fingerprint);
}

/* new and unchanged: findings of this report. */
static void put_findings(struct ar_report_json *json, const char *key,
                         const struct ar_finding *const *findings, size_t count)
{
    ar_report_json_array(json, key);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_finding *finding = findings[ix];
        ar_report_json_object(json, "");
        put_name(json, finding->rule->id, finding->has_key, finding->key_text,
                 finding->fingerprint);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
}

/* gone and undecided: findings of the earlier one. */
static void put_compared(struct ar_report_json *json, const char *key,
                         const struct ar_compared *compared, size_t count)
{
    ar_report_json_array(json, key);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_earlier_finding *finding = compared[ix].finding;
        const struct ar_rule_result *state = compared[ix].state;
        ar_report_json_object(json, "");
        put_name(json, finding->rule, finding->has_key, finding->key,
                 finding->fingerprint);
        ar_report_json_text_or_null(json, "title", finding->title);
        ar_report_json_text_or_null(json, "severity", finding->severity);
        ar_report_json_text_or_null(
            json, "status",
            state ? ar_str_from_c(ar_status_table[state->status].name)
                  : AR_STR(""));
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
}

void ar_report_json_comparison(struct ar_report_json *json)
{
    const struct ar_earlier *earlier = json->plan->options->earlier;
    if (earlier == NULL)
        return;
    struct ar_comparison comparison =
        ar_report_compare(json->plan->arena, json->plan->result, earlier);
    ar_report_json_object(json, "baseline");
    ar_report_json_text_or_null(json, "machine", earlier->machine);
    ar_report_json_text_or_null(json, "made", earlier->made);
    ar_report_json_count(json, "not_told", earlier->n_not_told);
    put_findings(json, "new", comparison.fresh.at, comparison.fresh.count);
    put_compared(json, "gone", comparison.gone.at, comparison.gone.count);
    put_compared(json, "undecided", comparison.undecided.at,
                 comparison.undecided.count);
    put_findings(json, "unchanged", comparison.unchanged.at,
                 comparison.unchanged.count);
    ar_json_end_object(&json->writer);
}
