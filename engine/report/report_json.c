/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON report: one document, its keys always in the same order, every
 * rule in it exactly once. As NDJSON it is one line, and says which line of
 * the input the machine stood in. docs/report.schema.json describes it; a
 * change that is not an addition changes schema_version. */

#include "report/report_json.h"

#include "report/report_words.h"

#include <string.h>

#define SCHEMA_VERSION "1"

static ar_str name_of(const char *const *names, size_t ix)
{
    return ar_str_from_c(names[ix]);
}

static void put_strings(struct ar_report_json *json, const char *key,
                        const ar_str *texts, size_t count)
{
    ar_report_json_array(json, key);
    for (size_t ix = 0; ix < count; ix++)
        ar_report_json_text(json, "", texts[ix]);
    ar_json_end_array(&json->writer);
}

static void put_machine(struct ar_report_json *json)
{
    const struct ar_factset *facts = json->plan->result->facts;
    ar_report_json_object(json, "machine");
    ar_report_json_text_or_null(json, "name", facts->machine);
    ar_report_json_text_or_null(json, "collected", facts->collected);
    ar_report_json_text_or_null(json, "tool", facts->tool);
    ar_json_member_bool(&json->writer, "allowed_run",
                        json->plan->options->used_allow_run);
    ar_json_end_object(&json->writer);
}

static void put_pack(struct ar_report_json *json, const struct ar_pack *pack)
{
    ar_str version = {NULL, 0};
    if (pack->version != NULL)
        version = pack->version->text;
    ar_report_json_object(json, "");
    ar_report_json_text_or_null(json, "name", pack->name);
    ar_report_json_text_or_null(json, "version", version);
    ar_report_json_count(json, "rules", pack->n_rules);
    ar_report_json_text_or_null(json, "not_loaded", pack->not_loaded);
    ar_json_end_object(&json->writer);
}

static void put_packs(struct ar_report_json *json)
{
    const struct ar_program *program = json->plan->result->program;
    ar_report_json_array(json, "packs");
    for (size_t ix = 0; ix < program->packs.count; ix++) {
        if (!program->packs.at[ix]->is_stdlib)
            put_pack(json, program->packs.at[ix]);
    }
    ar_json_end_array(&json->writer);
}

static void put_counts(struct ar_report_json *json)
{
    const struct ar_result *result = json->plan->result;
    ar_report_json_object(json, "counts");
    ar_report_json_count(json, "rules", result->rules.count);
    for (size_t status = 0; status < AR_N_STATUSES; status++)
        ar_report_json_count(json, ar_status_table[status].name,
                             result->counts[status]);
    ar_report_json_count(json, "findings",
                         result->findings.count + json->plan->n_left_out);
    ar_report_json_count(json, "superseded", result->n_superseded);
    ar_report_json_count(json, "waived", result->n_waived);
    ar_report_json_count(json, "not_shown", json->plan->n_not_shown);
    ar_report_json_count(json, "left_out", json->plan->n_left_out);
    ar_json_end_object(&json->writer);
}

static bool is_nothing_found(enum ar_status status)
{
    return status == AR_STATUS_CLEAR || status == AR_STATUS_NOT_APPLICABLE;
}

static void put_absent(struct ar_report_json *json,
                       const struct ar_rule_result *state)
{
    ar_report_json_array(json, "absent");
    for (size_t ix = 0;
         is_nothing_found(state->status) && ix < state->causes.count; ix++)
        ar_report_json_text(json, "", state->causes.at[ix].name);
    ar_json_end_array(&json->writer);
}

static void put_rule(struct ar_report_json *json,
                     const struct ar_rule_result *state)
{
    const struct ar_rule *rule = state->rule;
    ar_report_json_object(json, "");
    ar_report_json_text(json, "id", rule->id);
    ar_report_json_text(json, "severity",
                        name_of(ar_rule_severity_names, rule->severity));
    ar_report_json_text_or_null(json, "title", rule->title);
    ar_report_json_text(json, "confidence",
                        name_of(ar_confidence_names, rule->confidence));
    ar_report_json_text(json, "status",
                        ar_str_from_c(ar_status_table[state->status].name));
    ar_report_json_text_or_null(json, "reason", state->reason);
    ar_report_json_text_or_null(json, "disabled_because",
                                rule->details->disabled_because);
    ar_report_json_place(json, rule->span);
    put_absent(json, state);
    ar_json_end_object(&json->writer);
}

static void put_rules(struct ar_report_json *json)
{
    const struct ar_result *result = json->plan->result;
    ar_report_json_array(json, "rules");
    for (size_t ix = 0; ix < result->rules.count; ix++)
        put_rule(json, &result->rules.at[ix]);
    ar_json_end_array(&json->writer);
}

void ar_report_json_origin(struct ar_report_json *json,
                           const struct ar_origin *origin)
{
    ar_report_json_object(json, "origin");
    ar_report_json_text_or_null(json, "probe", origin->probe);
    ar_report_json_text_or_null(json, "how", origin->how);
    ar_report_json_text_or_null(json, "time", origin->time);
    if (origin->has_exit_code)
        ar_json_member_int(&json->writer, "exit", origin->exit_code);
    else
        ar_report_json_null(json, "exit");
    if (origin->duration_ms < 0)
        ar_report_json_null(json, "ms");
    else
        ar_json_member_int(&json->writer, "ms", origin->duration_ms);
    ar_json_end_object(&json->writer);
}

void ar_report_json_facts(struct ar_report_json *json,
                          const ar_evidence_vector *facts)
{
    ar_report_json_array(json, "facts");
    for (size_t ix = 0; ix < facts->count; ix++) {
        const struct ar_evidence *fact = &facts->at[ix];
        ar_report_json_object(json, "");
        ar_report_json_text(json, "name", fact->key);
        ar_report_json_state(json, fact->decl, fact->value);
        ar_report_json_origin(json, &fact->origin);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
}

static void put_key(struct ar_report_json *json,
                    const struct ar_finding *finding)
{
    if (finding->has_key) {
        ar_report_json_text(json, "key", finding->key_text);
        ar_report_json_value(json, "key_value", NULL, finding->key);
    } else {
        ar_report_json_null(json, "key");
        ar_report_json_null(json, "key_value");
    }
}

void ar_report_json_names(struct ar_report_json *json, const char *key,
                          const struct ar_finding *const *findings,
                          size_t count)
{
    ar_report_json_array(json, key);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_finding *each = findings[ix];
        ar_report_json_object(json, "");
        ar_report_json_text(json, "rule", each->rule->id);
        ar_report_json_text_or_null(
            json, "key", each->has_key ? each->key_text : AR_STR(""));
        ar_report_json_text(json, "fingerprint", each->fingerprint);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
}

void ar_report_json_needs(struct ar_report_json *json,
                          const ar_cause_vector *causes)
{
    ar_report_json_array(json, "needs");
    for (size_t ix = 0; ix < causes->count; ix++) {
        const struct ar_cause *cause = &causes->at[ix];
        const char *how = "";
        if (cause->value.state == AR_STATE_UNKNOWN)
            how = ar_reason_table[cause->value.reason].how;
        ar_report_json_object(json, "");
        ar_report_json_text(json, "fact", cause->name);
        ar_json_member_bool(&json->writer, "is_fact", cause->is_fact);
        ar_report_json_state(json, cause->decl, cause->value);
        ar_report_json_text_or_null(json, "how", ar_str_from_c(how));
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
}

static void put_possible_causes(struct ar_report_json *json,
                                const struct ar_finding *finding)
{
    static const ar_cause_vector none = {0};
    ar_report_json_array(json, "possible_causes");
    for (size_t ix = 0; ix < finding->possible_causes.count; ix++) {
        const struct ar_rule *rule = finding->possible_causes.at[ix];
        const struct ar_rule_result *state =
            ar_result_find_rule(json->plan->result, rule);
        ar_report_json_object(json, "");
        ar_report_json_text(json, "rule", rule->id);
        ar_report_json_text_or_null(json, "title", rule->title);
        ar_report_json_needs(json, state == NULL ? &none : &state->causes);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
}

static void put_waiver(struct ar_report_json *json,
                       const struct ar_waiver *waiver)
{
    ar_report_json_text_or_null(json, "because", waiver->because);
    ar_report_json_text_or_null(json, "owner", waiver->owner);
    ar_report_json_text_or_null(json, "until", waiver->until);
    ar_report_json_place(json, waiver->span);
}

static void put_waived_by(struct ar_report_json *json,
                          const struct ar_finding *finding)
{
    if (finding->waived_by == NULL) {
        ar_report_json_null(json, "waived_by");
        return;
    }
    ar_report_json_object(json, "waived_by");
    put_waiver(json, finding->waived_by);
    ar_json_end_object(&json->writer);
}

static void put_finding(struct ar_report_json *json,
                        const struct ar_finding *finding)
{
    const struct ar_rule *rule = finding->rule;
    ar_report_json_text(json, "rule", rule->id);
    ar_report_json_text(json, "severity",
                        name_of(ar_rule_severity_names, rule->severity));
    ar_report_json_text(json, "confidence",
                        name_of(ar_confidence_names, rule->confidence));
    ar_report_json_text_or_null(json, "title", rule->title);
    ar_report_json_place(json, rule->span);
    ar_report_json_text_or_null(json, "diagnosis", finding->diagnosis);
    put_key(json, finding);
    ar_report_json_text(json, "fingerprint", finding->fingerprint);
    ar_report_json_facts(json, &finding->facts);
    put_strings(json, "symptoms", finding->symptoms.at,
                finding->symptoms.count);
    ar_report_json_remedies(json, finding);
    put_strings(json, "lessons", finding->lessons.at, finding->lessons.count);
    put_strings(json, "links", finding->links.at, finding->links.count);
    ar_report_json_names(json, "superseded_by", finding->superseded_by.at,
                         finding->superseded_by.count);
    put_possible_causes(json, finding);
    put_waived_by(json, finding);
}

static void put_id(struct ar_report_json *json,
                   const struct ar_finding *finding)
{
    ar_report_json_text(json, "rule", finding->rule->id);
    if (finding->has_key)
        ar_report_json_text(json, "key", finding->key_text);
    else
        ar_report_json_null(json, "key");
    ar_report_json_text(json, "fingerprint", finding->fingerprint);
    ar_report_json_text(
        json, "severity",
        name_of(ar_rule_severity_names, finding->rule->severity));
    ar_json_member_bool(&json->writer, "superseded",
                        finding->superseded_by.count > 0);
    ar_json_member_bool(&json->writer, "waived", finding->waived_by != NULL);
}

/* Of a literal. */
#define APPEND(at, text) \
    ((char *)memcpy((at), "" text, sizeof(text) - 1) + sizeof(text) - 1)

static inline char *append_bool(char *at, bool value)
{
    return value ? APPEND(at, "true") : APPEND(at, "false");
}

/* Bytes of an entry without those of its texts, at most. */
enum { PLAIN_ID_BYTES = 128 };

/* put_id() of a finding without a key, of which no byte has to be looked at:
 * reports of many machines are little else. */
static bool put_plain_id(struct ar_report_json *json,
                         const struct ar_finding *finding)
{
    ar_str id = finding->rule->id;
    ar_str severity = name_of(ar_rule_severity_names, finding->rule->severity);
    if (json->writer.pretty || json->plan->secrets.count > 0 ||
        finding->has_key || !ar_json_is_plain(id))
        return false;
    char *start =
        ar_json_raw(&json->writer, PLAIN_ID_BYTES + id.len +
                                       finding->fingerprint.len + severity.len);
    char *at = ar_str_put_bytes(APPEND(start, "{\"rule\":\""), id);
    at = APPEND(at, "\",\"key\":null,\"fingerprint\":\"");
    at = ar_str_put_bytes(at, finding->fingerprint);
    at = APPEND(at, "\",\"severity\":\"");
    at = ar_str_put_bytes(at, severity);
    at = APPEND(at, "\",\"superseded\":");
    at = append_bool(at, finding->superseded_by.count > 0);
    at = APPEND(at, ",\"waived\":");
    at = append_bool(at, finding->waived_by != NULL);
    *at++ = '}';
    ar_json_raw_end(&json->writer, at);
    return true;
}

static void put_findings(struct ar_report_json *json)
{
    const struct ar_report_plan *plan = json->plan;
    ar_report_json_array(json, "findings");
    for (size_t ix = 0; ix < plan->result->findings.count; ix++) {
        if (!plan->entries[ix].is_shown)
            continue;
        if (plan->options->detail == AR_REPORT_IDS &&
            put_plain_id(json, plan->entries[ix].finding))
            continue;
        ar_report_json_object(json, "");
        if (plan->options->detail == AR_REPORT_IDS)
            put_id(json, plan->entries[ix].finding);
        else
            put_finding(json, plan->entries[ix].finding);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
}

static void put_undetermined_rule(struct ar_report_json *json,
                                  const struct ar_rule_result *state)
{
    static const ar_cause_vector none = {0};
    bool is_undetermined = state->status == AR_STATUS_UNDETERMINED;
    ar_report_json_object(json, "");
    ar_report_json_text(json, "rule", state->rule->id);
    ar_report_json_text(json, "status",
                        ar_str_from_c(ar_status_table[state->status].name));
    ar_json_member_bool(&json->writer, "is_question",
                        ar_report_is_question(state));
    ar_report_json_needs(json, is_undetermined ? &state->causes : &none);
    ar_report_json_array(json, "open_elements");
    for (size_t ix = 0; ix < state->open_elements.count; ix++) {
        const struct ar_open_element *element = &state->open_elements.at[ix];
        ar_report_json_object(json, "");
        ar_report_json_text(json, "key", element->key_text);
        ar_report_json_needs(json, &element->causes);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
    ar_json_end_object(&json->writer);
}

static void put_undetermined(struct ar_report_json *json)
{
    const struct ar_result *result = json->plan->result;
    ar_report_json_array(json, "undetermined");
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        const struct ar_rule_result *state = &result->rules.at[ix];
        if (ar_report_is_undecided(state) || ar_report_is_question(state))
            put_undetermined_rule(json, state);
    }
    ar_json_end_array(&json->writer);
}

static void put_question(struct ar_report_json *json,
                         const struct ar_report_question *question)
{
    const struct ar_fact_decl *decl = question->cause->decl;
    ar_report_json_object(json, "");
    ar_report_json_text(json, "fact", question->cause->name);
    ar_report_json_text_or_null(json, "question",
                                decl == NULL ? AR_STR("") : decl->question);
    ar_report_json_array(json, "rules");
    for (size_t ix = 0; ix < question->rules.count; ix++)
        ar_report_json_text(json, "", question->rules.at[ix]->id);
    ar_json_end_array(&json->writer);
    ar_json_end_object(&json->writer);
}

static void put_questions(struct ar_report_json *json)
{
    const struct ar_report_plan *plan = json->plan;
    ar_report_json_array(json, "questions");
    for (size_t ix = 0; ix < plan->questions.count; ix++)
        put_question(json, plan->questions.at[ix]);
    ar_json_end_array(&json->writer);
}

static void put_expired_waivers(struct ar_report_json *json)
{
    const struct ar_result *result = json->plan->result;
    ar_report_json_array(json, "expired_waivers");
    for (size_t ix = 0; ix < result->expired_waivers.count; ix++) {
        const struct ar_waiver *waiver = result->expired_waivers.at[ix];
        ar_report_json_object(json, "");
        ar_report_json_text(json, "rule", waiver->rule->id);
        if (waiver->has_key)
            ar_report_json_value(json, "key", NULL, waiver->key);
        else
            ar_report_json_null(json, "key");
        put_waiver(json, waiver);
        ar_json_end_object(&json->writer);
    }
    ar_json_end_array(&json->writer);
}

static void put_details(struct ar_report_json *json)
{
    const struct ar_result *result = json->plan->result;
    put_undetermined(json);
    put_questions(json);
    put_expired_waivers(json);
    put_strings(json, "packs_not_found", result->absent_packs.at,
                result->absent_packs.count);
}

static void put_document(struct ar_report_json *json)
{
    const struct ar_report_options *options = json->plan->options;
    ar_report_json_object(json, "");
    ar_report_json_text(json, "schema_version", AR_STR(SCHEMA_VERSION));
    ar_report_json_text(json, "detail",
                        name_of(ar_report_detail_names, options->detail));
    ar_report_json_text_or_null(json, "tool", options->tool);
    ar_report_json_text_or_null(json, "generated",
                                ar_str_from_c(options->generated));
    ar_report_json_text(json, "verdict", ar_report_verdict(json->plan));
    ar_report_json_count(json, "probes_failed", options->n_probes_failed);
    ar_json_member_bool(&json->writer, "used_allow_run",
                        options->used_allow_run);
    if (!json->writer.pretty && options->line > 0)
        ar_report_json_count(json, "line", options->line);
    put_machine(json);
    if (options->detail != AR_REPORT_IDS)
        put_packs(json);
    put_counts(json);
    ar_report_json_comparison(json);
    if (options->detail == AR_REPORT_FULL)
        put_rules(json);
    put_findings(json);
    if (options->detail != AR_REPORT_IDS)
        put_details(json);
    ar_json_end_object(&json->writer);
}

static void put_report(struct ar_buf *out, const struct ar_result *result,
                       const struct ar_report_options *options, bool pretty)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, result, options);
    struct ar_report_json json = {.writer = {.out = out, .pretty = pretty},
                                  .plan = &plan};
    put_document(&json);
    ar_buf_put_char(out, '\n');
}

void ar_report_json(struct ar_buf *out, const struct ar_result *result,
                    const struct ar_report_options *options)
{
    put_report(out, result, options, true);
}

void ar_report_ndjson(struct ar_buf *out, const struct ar_result *result,
                      const struct ar_report_options *options)
{
    put_report(out, result, options, false);
}
