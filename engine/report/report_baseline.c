/* SPDX-License-Identifier: Apache-2.0 */
/* What has changed since an earlier report, for people and for programs. */

#include "report/report_compare.h"
#include "report/report_json.h"
#include "report/report_page.h"

/* ---- for people ---- */

static void add_line(const struct ar_report_plan *plan,
                     struct ar_report_changes *changes, const char *what,
                     ar_str name)
{
    ar_vector_push(plan->arena, &changes->lines,
                   ar_str_printf(plan->arena, "%-12s " AR_STR_FORMAT, what,
                                 AR_STR_ARG(name)));
}

static ar_str old_name(const struct ar_report_plan *plan,
                       const struct ar_earlier_finding *finding)
{
    if (!finding->has_key)
        return finding->rule;
    return ar_str_printf(plan->arena, AR_STR_FORMAT " (" AR_STR_FORMAT ")",
                         AR_STR_ARG(finding->rule), AR_STR_ARG(finding->key));
}

static const char *status_of(const struct ar_compared *compared)
{
    return compared->state ? ar_status_table[compared->state->status].name
                           : "not evaluated";
}

static void add_old(const struct ar_report_plan *plan,
                    struct ar_report_changes *changes,
                    const struct ar_comparison *comparison)
{
    for (size_t ix = 0; ix < comparison->gone.count; ix++)
        add_line(plan, changes, "gone",
                 old_name(plan, comparison->gone.at[ix].finding));
    for (size_t ix = 0; ix < comparison->undecided.count; ix++) {
        const struct ar_compared *compared = &comparison->undecided.at[ix];
        ar_str name = old_name(plan, compared->finding);
        add_line(plan, changes, "undecided",
                 ar_str_printf(plan->arena,
                               AR_STR_FORMAT ": now the rule is %s",
                               AR_STR_ARG(name), status_of(compared)));
    }
}

static void add_warnings(const struct ar_report_plan *plan,
                         struct ar_report_changes *changes)
{
    const struct ar_earlier *earlier = plan->options->earlier;
    ar_str machine = plan->result->facts->machine;
    if (earlier->machine.len > 0 && machine.len > 0 &&
        !ar_str_equal(earlier->machine, machine))
        ar_vector_push(
            plan->arena, &changes->warnings,
            ar_str_concat(plan->arena,
                          AR_STR("The earlier report is of another machine: "),
                          earlier->machine));
    if (earlier->n_not_told > 0)
        ar_vector_push(
            plan->arena, &changes->warnings,
            ar_str_printf(plan->arena,
                          "The earlier report does not name %zu of its "
                          "findings: what is new here may be one of them.",
                          earlier->n_not_told));
}

const struct ar_report_changes *ar_report_changes(
    const struct ar_report_plan *plan)
{
    const struct ar_earlier *earlier = plan->options->earlier;
    if (earlier == NULL)
        return NULL;
    struct ar_report_changes *changes =
        AR_NEW(plan->arena, struct ar_report_changes);
    struct ar_comparison comparison =
        ar_report_compare(plan->arena, plan->result, earlier);
    changes->title = ar_str_concat(
        plan->arena,
        ar_report_join(plan, AR_STR("Since the report"), " of ", earlier->made),
        AR_STR(":"));
    ar_vector_push(
        plan->arena, &changes->lines,
        ar_str_printf(plan->arena,
                      "%zu new, %zu gone, %zu unchanged, %zu undecided",
                      comparison.fresh.count, comparison.gone.count,
                      comparison.unchanged.count, comparison.undecided.count));
    for (size_t ix = 0; ix < comparison.fresh.count; ix++)
        add_line(plan, changes, "new",
                 ar_report_finding_name(plan, comparison.fresh.at[ix]));
    add_old(plan, changes, &comparison);
    add_warnings(plan, changes);
    return changes;
}

ar_str ar_report_since(const struct ar_report_plan *plan,
                       const struct ar_finding *finding)
{
    const struct ar_earlier *earlier = plan->options->earlier;
    if (earlier == NULL)
        return AR_STR("");
    return ar_report_is_new(earlier, finding) ? AR_STR("new")
                                              : AR_STR("unchanged");
}

void ar_report_put_comparison(struct ar_report_page *page)
{
    const struct ar_report_changes *changes = ar_report_changes(page->plan);
    if (changes == NULL)
        return;
    ar_report_blank(page);
    ar_report_title(page, 0, AR_REPORT_BOLD, changes->title);
    for (size_t ix = 0; ix < changes->lines.count; ix++)
        ar_report_line(page, 2, changes->lines.at[ix]);
    for (size_t ix = 0; ix < changes->warnings.count; ix++)
        ar_report_wrap(page, 2, "", changes->warnings.at[ix]);
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
