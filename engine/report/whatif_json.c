/* SPDX-License-Identifier: Apache-2.0 */
/* What would be if facts were others, for programs;
 * docs/what_if.schema.json describes it. */

#include "report/report_json.h"
#include "report/whatif.h"

#define SCHEMA_VERSION "1"

static struct ar_report_json begin(struct ar_buf *out,
                                   const struct ar_report_plan *plan)
{
    struct ar_report_json json = {.writer = {.out = out, .pretty = true},
                                  .plan = plan};
    ar_report_json_object(&json, "");
    ar_report_json_text(&json, "schema_version", AR_STR(SCHEMA_VERSION));
    ar_report_json_text(&json, "question", AR_STR("what-if"));
    ar_report_json_text_or_null(&json, "tool", plan->options->tool);
    ar_report_json_text_or_null(&json, "generated",
                                ar_str_from_c(plan->options->generated));
    return json;
}

static void end(struct ar_report_json *json)
{
    ar_json_end_object(&json->writer);
    ar_buf_put_char(json->writer.out, '\n');
}

static void put_status(struct ar_report_json *json, const char *key,
                       enum ar_status status)
{
    ar_report_json_text(json, key, ar_str_from_c(ar_status_table[status].name));
}

/* ---- other facts ---- */

static void put_change(struct ar_report_json *json,
                       const struct ar_status_change *change)
{
    ar_report_json_object(json, "");
    ar_report_json_text(json, "rule", change->rule->id);
    ar_report_json_text_or_null(json, "title", change->rule->title);
    ar_report_json_text(
        json, "severity",
        ar_str_from_c(ar_rule_severity_names[change->rule->severity]));
    put_status(json, "before", change->before->status);
    put_status(json, "after", change->after->status);
    ar_report_json_names(json, "gone", change->gone.at, change->gone.count);
    ar_report_json_names(json, "new", change->come.at, change->come.count);
    ar_json_end_object(&json->writer);
}

void ar_report_what_if_json(struct ar_buf *out,
                            const struct ar_what_if_report *report,
                            const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, report->after, options);
    struct ar_report_json json = begin(out, &plan);
    ar_report_json_array(&json, "with");
    for (size_t ix = 0; ix < report->assignments.count; ix++)
        ar_report_json_text(&json, "", report->assignments.at[ix]);
    ar_json_end_array(&json.writer);
    ar_report_json_count(&json, "rules", report->after->rules.count);
    ar_report_json_array(&json, "changes");
    for (size_t ix = 0; ix < report->changes.count; ix++)
        put_change(&json, &report->changes.at[ix]);
    ar_json_end_array(&json.writer);
    end(&json);
}

/* ---- what would flip a rule ---- */

static void put_state(struct ar_report_json *json, const char *key,
                      const struct ar_fact_decl *decl, ar_value value)
{
    ar_report_json_object(json, key);
    ar_report_json_state(json, decl, value);
    ar_json_end_object(&json->writer);
}

static void put_fact_change(struct ar_report_json *json,
                            const struct ar_fact_change *change)
{
    ar_report_json_object(json, "");
    ar_report_json_text(json, "fact", change->key);
    ar_json_member_bool(&json->writer, "is_group", change->decl == NULL);
    put_state(json, "before", change->decl, change->before);
    put_state(json, "after", change->decl, change->after);
    ar_json_end_object(&json->writer);
}

static void put_remedy(struct ar_report_json *json,
                       const struct ar_flip_steps *steps)
{
    ar_report_json_object(json, "");
    ar_report_json_text(json, "title", steps->remedy->title);
    ar_report_json_count(json, "way", steps->way);
    ar_json_member_bool(&json->writer, "is_declared", steps->is_declared);
    ar_report_json_array(json, "steps");
    for (size_t ix = 0; ix < steps->numbers.count; ix++) {
        size_t number = steps->numbers.at[ix];
        ar_report_json_object(json, "");
        ar_report_json_count(json, "number", number + 1);
        ar_report_json_step(json, &steps->remedy->steps.at[number]);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
    ar_json_end_object(&json->writer);
}

static void put_remedies(struct ar_report_json *json,
                         const struct ar_flip_report *report,
                         const struct ar_flip *flip)
{
    ar_report_json_array(json, "remedies");
    for (size_t ix = 0; ix < flip->remedies.count; ix++) {
        struct ar_flip_steps steps = ar_report_flip_steps(
            json->writer.out->arena, report, &flip->remedies.at[ix]);
        if (steps.remedy)
            put_remedy(json, &steps);
    }
    ar_json_end_array(&json->writer);
}

static void put_flip(struct ar_report_json *json,
                     const struct ar_flip_report *report,
                     const struct ar_flip *flip)
{
    ar_report_json_object(json, "");
    put_status(json, "status", flip->status);
    ar_report_json_array(json, "changes");
    for (size_t ix = 0; ix < flip->changes.count; ix++)
        put_fact_change(json, &flip->changes.at[ix]);
    ar_json_end_array(&json->writer);
    put_remedies(json, report, flip);
    ar_json_end_object(&json->writer);
}

void ar_report_flips_json(struct ar_buf *out,
                          const struct ar_flip_report *report,
                          const struct ar_report_options *options)
{
    const struct ar_why *why = report->why;
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, report->result, options);
    struct ar_report_json json = begin(out, &plan);
    ar_report_json_text(&json, "rule", why->rule->id);
    if (why->has_key)
        ar_report_json_text(&json, "key", why->key_text);
    else
        ar_report_json_null(&json, "key");
    put_status(&json, "status", why->status);
    ar_report_json_text_or_null(&json, "residual", why->residual_text);
    ar_report_json_array(&json, "flips");
    for (size_t ix = 0; ix < report->flips.count; ix++)
        put_flip(&json, report, &report->flips.at[ix]);
    ar_json_end_array(&json.writer);
    end(&json);
}
