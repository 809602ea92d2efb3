/* SPDX-License-Identifier: Apache-2.0 */
/* Changes for people and for programs. A finding that is gone is not said to be
 * mended where nobody knows. */

#include "report/report_update.h"

#include "report/report_json.h"
#include "report/why_page.h"

#define SCHEMA_VERSION "1"

enum { INDENT = 2 };

static bool is_open(enum ar_status status)
{
    switch (status) {
    case AR_STATUS_UNDETERMINED:
    case AR_STATUS_ERROR:
    case AR_STATUS_NOT_LOADED: return true;
    case AR_STATUS_NOT_APPLICABLE:
    case AR_STATUS_CLEAR:
    case AR_STATUS_MATCHED:
    case AR_N_STATUSES: break;
    }
    return false;
}

static bool is_shown(const struct ar_change *change,
                     const struct ar_report_options *options)
{
    if (change->rule->rule->severity < options->min_severity)
        return false;
    return change->kind != AR_CHANGE_STATUS || options->all ||
           is_open(change->status_before) || is_open(change->rule->status);
}

/* ---- for people ---- */

static ar_str join_needs(const struct ar_report_page *page,
                         const struct ar_rule_result *rule)
{
    ar_str names = AR_STR("");
    for (size_t ix = 0; ix < rule->causes.count; ix++)
        names =
            ar_report_join(page->plan, names, ", ", rule->causes.at[ix].name);
    return names;
}

/* "undetermined, for want of docker.arch" */
static ar_str describe_status(const struct ar_report_page *page,
                              const struct ar_rule_result *rule)
{
    ar_str word = ar_str_from_c(ar_report_status_words[rule->status]);
    if (rule->status != AR_STATUS_UNDETERMINED)
        return ar_report_join(page->plan, word, ": ", rule->reason);
    return ar_report_join(page->plan, word, ", for want of ",
                          join_needs(page, rule));
}

/* "CRITICAL docker.wrong_build (key): What is wrong" */
static ar_str describe_finding(const struct ar_report_page *page,
                               const struct ar_change *change)
{
    const struct ar_rule *rule = change->rule->rule;
    struct ar_buf out = AR_BUF(page->out->arena);
    ar_buf_printf(&out, "%s ", ar_report_severity_words[rule->severity]);
    ar_buf_put(&out, rule->id);
    if (change->key_text.len > 0)
        ar_buf_printf(&out, " (" AR_STR_FORMAT ")",
                      AR_STR_ARG(change->key_text));
    ar_str text = change->after.diagnosis;
    if (change->kind == AR_CHANGE_GONE)
        text = rule->title.len > 0 ? rule->title : change->before.diagnosis;
    return ar_report_join(page->plan, ar_buf_view(&out), ": ",
                          ar_report_text(page->plan, text));
}

/* What has changed beside the text. */
static ar_str describe_standing(const struct ar_change *change)
{
    const struct ar_change_side *before = &change->before;
    const struct ar_change_side *after = &change->after;
    if (before->is_waived != after->is_waived)
        return after->is_waived ? AR_STR("waived") : AR_STR("no longer waived");
    if (before->is_superseded != after->is_superseded)
        return after->is_superseded ? AR_STR("explained by another finding now")
                                    : AR_STR("explained by no other finding");
    return AR_STR("");
}

static ar_str describe_end(const struct ar_report_page *page,
                           const struct ar_change *change)
{
    if (change->kind == AR_CHANGE_FINDING)
        return describe_standing(change);
    if (change->kind == AR_CHANGE_NEW)
        return change->after.is_waived       ? AR_STR("waived")
               : change->after.is_superseded ? AR_STR("explained by another "
                                                      "finding")
                                             : AR_STR("");
    if (change->rule->status == AR_STATUS_MATCHED)
        return AR_STR("");
    return ar_report_join(page->plan, AR_STR("now"), " ",
                          describe_status(page, change->rule));
}

static enum ar_report_style style_of(const struct ar_change *change)
{
    bool is_quiet = change->after.is_waived || change->after.is_superseded;
    if (change->kind == AR_CHANGE_NEW && !is_quiet)
        return AR_REPORT_RED;
    if (is_open(change->rule->status))
        return AR_REPORT_YELLOW;
    return change->kind == AR_CHANGE_GONE ? AR_REPORT_CYAN : AR_REPORT_PLAIN;
}

static void put_change(struct ar_report_page *page,
                       const struct ar_change *change)
{
    struct ar_arena *arena = page->out->arena;
    ar_str text;
    if (change->kind == AR_CHANGE_STATUS) {
        text = ar_str_printf(arena,
                             "changed: " AR_STR_FORMAT ": %s -> " AR_STR_FORMAT,
                             AR_STR_ARG(change->rule->rule->id),
                             ar_report_status_words[change->status_before],
                             AR_STR_ARG(describe_status(page, change->rule)));
    } else {
        ar_str end = describe_end(page, change);
        text = ar_str_printf(arena, "%s: " AR_STR_FORMAT,
                             ar_change_name(change->kind),
                             AR_STR_ARG(describe_finding(page, change)));
        if (end.len > 0)
            text = ar_str_printf(arena, AR_STR_FORMAT " [" AR_STR_FORMAT "]",
                                 AR_STR_ARG(text), AR_STR_ARG(end));
    }
    ar_report_styled(page, INDENT, style_of(change), text);
}

void ar_report_update_human(struct ar_buf *out,
                            const struct ar_report_update *update,
                            const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, update->result, options);
    struct ar_report_page page = ar_why_page(out, &plan, options);
    bool has_head = false;
    for (size_t ix = 0; ix < update->changes->count; ix++) {
        const struct ar_change *change = &update->changes->at[ix];
        if (!is_shown(change, options))
            continue;
        if (!has_head)
            ar_report_headline(
                &page, ar_report_join(&plan, ar_str_from_c(options->generated),
                                      "  ", ar_report_verdict(&plan)));
        has_head = true;
        put_change(&page, change);
    }
}

/* ---- for programs ---- */

static void put_side(struct ar_report_json *json, const char *key,
                     const struct ar_change_side *side)
{
    ar_report_json_object(json, key);
    ar_report_json_text(json, "diagnosis", side->diagnosis);
    ar_json_member_bool(&json->writer, "waived", side->is_waived);
    ar_json_member_bool(&json->writer, "superseded", side->is_superseded);
    ar_json_end_object(&json->writer);
}

static void put_finding(struct ar_report_json *json,
                        const struct ar_change *change)
{
    ar_report_json_text_or_null(json, "key", change->key_text);
    ar_report_json_text(json, "fingerprint", change->fingerprint);
    if (change->kind == AR_CHANGE_NEW)
        ar_report_json_null(json, "before");
    else
        put_side(json, "before", &change->before);
    if (change->kind == AR_CHANGE_GONE)
        ar_report_json_null(json, "after");
    else
        put_side(json, "after", &change->after);
}

static void put_change_json(struct ar_report_json *json,
                            const struct ar_change *change)
{
    const struct ar_rule *rule = change->rule->rule;
    ar_report_json_object(json, "");
    ar_report_json_text(json, "change",
                        ar_str_from_c(ar_change_name(change->kind)));
    ar_report_json_text(json, "rule", rule->id);
    ar_report_json_text_or_null(json, "title", rule->title);
    ar_report_json_text(json, "severity",
                        ar_str_from_c(ar_rule_severity_names[rule->severity]));
    ar_report_json_text(
        json, "status_before",
        ar_str_from_c(ar_status_table[change->status_before].name));
    ar_report_json_text(
        json, "status",
        ar_str_from_c(ar_status_table[change->rule->status].name));
    ar_report_json_array(json, "needs");
    bool has_needs = change->rule->status == AR_STATUS_UNDETERMINED;
    for (size_t ix = 0; has_needs && ix < change->rule->causes.count; ix++)
        ar_report_json_text(json, "", change->rule->causes.at[ix].name);
    ar_json_end_array(&json->writer);
    if (change->kind != AR_CHANGE_STATUS)
        put_finding(json, change);
    ar_json_end_object(&json->writer);
}

static void put_counts(struct ar_report_json *json,
                       const struct ar_result *result)
{
    ar_report_json_object(json, "counts");
    for (size_t ix = 0; ix < AR_N_STATUSES; ix++)
        ar_report_json_count(json, ar_status_table[ix].name,
                             result->counts[ix]);
    ar_json_end_object(&json->writer);
}

void ar_report_update_ndjson(struct ar_buf *out,
                             const struct ar_report_update *update,
                             const struct ar_report_options *options)
{
    if (update->changes->count == 0)
        return;
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, update->result, options);
    struct ar_report_json json = {.writer = {.out = out}, .plan = &plan};
    ar_report_json_object(&json, "");
    ar_report_json_text(&json, "schema_version", AR_STR(SCHEMA_VERSION));
    ar_report_json_text_or_null(&json, "tool", options->tool);
    ar_report_json_text_or_null(&json, "generated",
                                ar_str_from_c(options->generated));
    ar_report_json_text_or_null(&json, "machine",
                                update->result->facts->machine);
    ar_report_json_count(&json, "exit_code", (size_t)update->exit_code);
    put_counts(&json, update->result);
    ar_report_json_array(&json, "changes");
    for (size_t ix = 0; ix < update->changes->count; ix++)
        put_change_json(&json, &update->changes->at[ix]);
    ar_json_end_array(&json.writer);
    ar_json_end_object(&json.writer);
    ar_buf_put_char(out, '\n');
}
