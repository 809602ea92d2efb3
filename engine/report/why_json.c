/* SPDX-License-Identifier: Apache-2.0 */
/* Explanations for programs; docs/why.schema.json describes them. */

#include "report/report_json.h"
#include "report/why.h"

#define SCHEMA_VERSION "1"

/* What one proof may still put into another before the writer is full. */
enum { LEVELS_LEFT = 12 };

static const char *kind_name(enum ar_proof_kind kind)
{
    switch (kind) {
    case AR_PROOF_TEST: return "test";
    case AR_PROOF_ALL: return "all";
    case AR_PROOF_ELEMENTS: return "elements";
    case AR_PROOF_ELEMENT: return "element";
    case AR_PROOF_MEANING: return "meaning";
    case AR_PROOF_ROW: return "row";
    }
    AR_UNREACHABLE();
}

static void put_outcomes(struct ar_report_json *json, unsigned bits)
{
    ar_report_json_array(json, "outcomes");
    if (bits & AR_OUTCOME_TRUE)
        ar_report_json_text(json, "", AR_STR("true"));
    if (bits & AR_OUTCOME_FALSE)
        ar_report_json_text(json, "", AR_STR("false"));
    if (bits & AR_OUTCOME_NEITHER)
        ar_report_json_text(json, "", AR_STR("neither"));
    ar_json_end_array(&json->writer);
}

/* A declaration that stands for all that must not be printed. */
static const struct ar_fact_decl *hide(bool is_secret)
{
    static const struct ar_fact_decl secret = {.sensitivity =
                                                   AR_SENSITIVITY_SECRET};
    return is_secret ? &secret : NULL;
}

/* Where it stands is left to programs that know the source; the text of the
 * part says more. */
static void put_marks(struct ar_report_json *json, const struct ar_proof *proof)
{
    ar_report_json_array(json, "values");
    for (size_t ix = 0; ix < proof->marks.count; ix++) {
        const struct ar_proof_mark *mark = &proof->marks.at[ix];
        ar_report_json_object(json, "");
        ar_report_json_text(json, "of",
                            ar_str_slice(proof->text, mark->start, mark->end));
        ar_report_json_count(json, "start", mark->start);
        ar_report_json_state(json, hide(mark->is_secret), mark->value);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
}

static bool is_of_list(const struct ar_proof *proof)
{
    return proof->kind == AR_PROOF_ELEMENTS ||
           proof->kind == AR_PROOF_ELEMENT || proof->kind == AR_PROOF_ROW;
}

static void put_number(struct ar_report_json *json, const char *key,
                       bool is_there, size_t number)
{
    if (is_there)
        ar_report_json_count(json, key, number);
    else
        ar_report_json_null(json, key);
}

static void put_proof(struct ar_report_json *json, const char *key,
                      const struct ar_proof *proof)
{
    if (!proof) {
        ar_report_json_null(json, key);
        return;
    }
    bool is_full =
        json->writer.depth + LEVELS_LEFT > AR_COUNT_OF(json->writer.in_array);
    size_t n_parts = is_full ? 0 : proof->parts.count;
    ar_report_json_object(json, key);
    ar_report_json_text(json, "kind", ar_str_from_c(kind_name(proof->kind)));
    ar_report_json_text(json, "text", proof->text);
    ar_report_json_place(json, proof->span);
    put_outcomes(json, proof->bits);
    ar_report_json_state(json, hide(proof->is_secret), proof->value);
    put_number(json, "index",
               proof->kind == AR_PROOF_ELEMENT || proof->kind == AR_PROOF_ROW,
               proof->ix);
    put_number(json, "count", is_of_list(proof), proof->n_of);
    put_marks(json, proof);
    ar_report_json_array(json, "parts");
    for (size_t ix = 0; ix < n_parts; ix++)
        put_proof(json, "", proof->parts.at[ix]);
    ar_json_end_array(&json->writer);
    ar_report_json_count(json, "left_out",
                         proof->n_left_out + proof->parts.count - n_parts);
    ar_json_end_object(&json->writer);
}

static void put_advice(struct ar_report_json *json,
                       const struct ar_missing *missing)
{
    ar_report_json_array(json, "how");
    for (size_t ix = 0; ix < missing->how.count; ix++) {
        const struct ar_advice *advice = &missing->how.at[ix];
        ar_report_json_object(json, "");
        ar_report_json_text(json, "text", advice->text);
        ar_report_json_text_or_null(json, "command", advice->command);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
}

static void put_missing(struct ar_report_json *json, const struct ar_why *why)
{
    ar_report_json_array(json, "missing");
    for (size_t ix = 0; ix < why->missing.count; ix++) {
        const struct ar_missing *missing = &why->missing.at[ix];
        const struct ar_cause *cause = &missing->cause;
        ar_report_json_object(json, "");
        ar_report_json_text(json, "fact", cause->name);
        ar_json_member_bool(&json->writer, "is_fact", cause->is_fact);
        ar_report_json_state(json, cause->decl, cause->value);
        ar_report_json_origin(json, &missing->origin);
        put_advice(json, missing);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
}

static void put_relations(struct ar_report_json *json, const struct ar_why *why)
{
    const struct ar_finding *finding = why->finding;
    ar_report_json_names(json, "supersedes", why->supersedes.at,
                         why->supersedes.count);
    ar_report_json_names(json, "superseded_by",
                         finding ? finding->superseded_by.at : NULL,
                         finding ? finding->superseded_by.count : 0);
    ar_json_member_bool(&json->writer, "waived", finding && finding->waived_by);
}

static void put_why(struct ar_report_json *json, const struct ar_why *why)
{
    const struct ar_rule *rule = why->rule;
    ar_report_json_object(json, "");
    ar_report_json_text(json, "rule", rule->id);
    ar_report_json_text_or_null(json, "title", rule->title);
    ar_report_json_text(json, "severity",
                        ar_str_from_c(ar_rule_severity_names[rule->severity]));
    ar_report_json_place(json, rule->span);
    ar_report_json_text(json, "status",
                        ar_str_from_c(ar_status_table[why->status].name));
    ar_report_json_text_or_null(json, "reason", why->state->reason);
    if (why->has_key)
        ar_report_json_text(json, "key", why->key_text);
    else
        ar_report_json_null(json, "key");
    put_proof(json, "applies", why->applies);
    put_proof(json, "when", why->when);
    put_proof(json, "each", why->each);
    ar_report_json_facts(json, &why->facts);
    ar_report_json_text_or_null(json, "residual", why->residual_text);
    put_missing(json, why);
    put_relations(json, why);
    ar_json_member_bool(&json->writer, "is_cut", why->is_cut);
    ar_json_end_object(&json->writer);
}

void ar_report_why_json(struct ar_buf *out, const struct ar_why_report *report,
                        const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, report->result, options);
    struct ar_report_json json = {.writer = {.out = out, .pretty = true},
                                  .plan = &plan};
    ar_report_json_object(&json, "");
    ar_report_json_text(&json, "schema_version", AR_STR(SCHEMA_VERSION));
    ar_report_json_text(&json, "question", ar_str_from_c(report->question));
    ar_report_json_text_or_null(&json, "tool", options->tool);
    ar_report_json_text_or_null(&json, "generated",
                                ar_str_from_c(options->generated));
    ar_report_json_array(&json, "explanations");
    for (size_t ix = 0; ix < report->whys.count; ix++)
        put_why(&json, report->whys.at[ix]);
    ar_json_end_array(&json.writer);
    ar_json_end_object(&json.writer);
    ar_buf_put_char(out, '\n');
}
