/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts, for people and for programs. */

#include "report/report_json.h"
#include "report/report_page.h"
#include "report/verify.h"

static enum ar_report_style style_of(enum ar_verdict verdict)
{
    switch (verdict) {
    case AR_VERDICT_FIXED: return AR_REPORT_BOLD;
    case AR_VERDICT_PENDING_RESTART:
    case AR_VERDICT_UNVERIFIED: return AR_REPORT_YELLOW;
    case AR_VERDICT_NOT_FIXED: return AR_REPORT_RED;
    case AR_N_VERDICTS: break;
    }
    AR_UNREACHABLE();
}

/* What writers need of a plan, made of a result that has no rules. */
static struct ar_result make_result(const struct ar_verification *verification)
{
    return (struct ar_result){.program = verification->program,
                              .facts = verification->facts};
}

static void put_verified(struct ar_report_page *page,
                         const struct ar_rule *rule,
                         const struct ar_verified *verified)
{
    struct ar_buf title = AR_BUF(page->out->arena);
    ar_buf_printf(&title, "%s: ", ar_verdict_table[verified->verdict].name);
    ar_buf_put(&title, rule->id);
    if (verified->has_key) {
        ar_buf_put_c(&title, " (");
        ar_buf_put(&title, verified->key);
        ar_buf_put_char(&title, ')');
    }
    ar_report_title(page, 0, style_of(verified->verdict), ar_buf_view(&title));
    ar_report_wrap(page, 2, "", verified->because);
    for (size_t ix = 0; ix < verified->needs.count; ix++)
        ar_report_wrap(
            page, 4, "needs ",
            ar_report_need_text(page->plan, &verified->needs.at[ix]));
}

void ar_verification_human(struct ar_buf *out,
                           const struct ar_verification *verification,
                           const struct ar_report_options *options)
{
    struct ar_result result = make_result(verification);
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, &result, options);
    struct ar_report_page page = {.out = out,
                                  .plan = &plan,
                                  .color = options->color,
                                  .width = ar_report_width(options)};
    for (size_t ix = 0; ix < verification->findings.count; ix++)
        put_verified(&page, verification->rule, &verification->findings.at[ix]);
    if (verification->note.len > 0)
        ar_report_wrap(&page, 0, "", verification->note);
}

static void put_json_verified(struct ar_report_json *json,
                              const struct ar_verified *verified)
{
    ar_report_json_object(json, "");
    if (verified->has_key)
        ar_report_json_text(json, "key", verified->key);
    else
        ar_report_json_null(json, "key");
    ar_report_json_text(json, "fingerprint", verified->fingerprint);
    ar_report_json_text(
        json, "verdict",
        ar_str_from_c(ar_verdict_table[verified->verdict].name));
    ar_report_json_text(json, "because", verified->because);
    ar_report_json_needs(json, &verified->needs);
    ar_json_end_object(&json->writer);
}

void ar_verification_json(struct ar_buf *out,
                          const struct ar_verification *verification,
                          const struct ar_report_options *options)
{
    struct ar_result result = make_result(verification);
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, &result, options);
    struct ar_report_json json = {.writer = {.out = out, .pretty = true},
                                  .plan = &plan};
    ar_report_json_object(&json, "");
    ar_report_json_text(&json, "schema", AR_STR("archrules.verification/1"));
    ar_report_json_text_or_null(&json, "tool", options->tool);
    ar_report_json_text_or_null(&json, "generated",
                                ar_str_from_c(options->generated));
    ar_report_json_text(&json, "rule", verification->rule->id);
    ar_report_json_array(&json, "findings");
    for (size_t ix = 0; ix < verification->findings.count; ix++)
        put_json_verified(&json, &verification->findings.at[ix]);
    ar_json_end_array(&json.writer);
    ar_report_json_text_or_null(&json, "note", verification->note);
    ar_json_end_object(&json.writer);
    ar_buf_put_char(out, '\n');
}
