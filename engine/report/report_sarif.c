/* SPDX-License-Identifier: Apache-2.0 */
/* The report as SARIF 2.1.0 (OASIS), for code scanning services. A finding is
 * a result that fails, a rule that is not decided an open one. The services
 * refuse a log over their limits as a whole, so the severest results are kept
 * and the log says how many are not in it. */

#include "base/limits.h"
#include "report/report_json.h"
#include "report/report_words.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

struct sarif {
    struct ar_report_json json;
    const struct ar_report_plan *plan;
    struct ar_map indices;                   /* rule id -> its number + 1 */
    AR_VECTOR(const struct ar_rule *) rules; /* that have results */
    size_t n_results;
    size_t n_left_out;
};

/* "[text](target)" is a link in a message (3.11.6 of the standard), and a
 * backslash is not understood by all who read it. */
static ar_str break_links(struct ar_arena *arena, ar_str text)
{
    ar_str joint = AR_STR("](");
    struct ar_buf out = AR_BUF(arena);
    size_t kept = 0;
    size_t at = ar_str_find(text, joint, 0);
    for (; at != SIZE_MAX; at = ar_str_find(text, joint, kept)) {
        ar_buf_put(&out, ar_str_slice(text, kept, at + 1));
        ar_buf_put_char(&out, ' ');
        kept = at + 1;
    }
    ar_buf_put(&out, ar_str_slice(text, kept, text.len));
    return ar_buf_view(&out);
}

static void put_message(struct sarif *sarif, const char *key, ar_str text)
{
    text = ar_report_mask(sarif->plan, text);
    ar_report_json_object(&sarif->json, key);
    ar_report_json_text(&sarif->json, "text",
                        break_links(sarif->plan->arena, text));
    ar_json_end_object(&sarif->json.writer);
}

static const char *level_of(enum ar_rule_severity severity)
{
    switch (severity) {
    case AR_RULE_INFO: return "note";
    case AR_RULE_WARNING: return "warning";
    case AR_RULE_ERROR:
    case AR_RULE_CRITICAL: return "error";
    }
    AR_UNREACHABLE();
}

/* ---- which results ---- */

static bool is_reported(const struct ar_report_plan *plan, size_t ix)
{
    return plan->entries[ix].is_shown;
}

static size_t count_open(const struct ar_rule_result *state)
{
    return (state->status == AR_STATUS_UNDETERMINED) +
           state->open_elements.count;
}

/* False if the log is full. */
static bool take_result(struct sarif *sarif, const struct ar_rule *rule)
{
    struct ar_arena *arena = sarif->plan->arena;
    if (sarif->n_results == AR_MAX_SARIF_RESULTS) {
        sarif->n_left_out++;
        return false;
    }
    sarif->n_results++;
    if (ar_map_has(&sarif->indices, rule->id))
        return true;
    ar_vector_push(arena, &sarif->rules, rule);
    ar_map_put(arena, &sarif->indices, rule->id,
               (void *)(uintptr_t)sarif->rules.count);
    return true;
}

/* Findings come severest first; what is open comes after all of them. */
static void choose_results(struct sarif *sarif)
{
    const struct ar_result *result = sarif->plan->result;
    for (size_t ix = 0; ix < result->findings.count; ix++) {
        if (is_reported(sarif->plan, ix))
            take_result(sarif, result->findings.at[ix]->rule);
    }
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        const struct ar_rule_result *state = &result->rules.at[ix];
        for (size_t n = count_open(state); n > 0; n--)
            take_result(sarif, state->rule);
    }
}

/* ---- the tool and its rules ---- */

static void put_rule_properties(struct sarif *sarif, const struct ar_rule *rule)
{
    struct ar_report_json *json = &sarif->json;
    size_t n_tags = rule->details->keywords.count;
    if (n_tags > AR_MAX_SARIF_TAGS)
        n_tags = AR_MAX_SARIF_TAGS;
    ar_report_json_object(json, "properties");
    ar_report_json_array(json, "tags");
    for (size_t ix = 0; ix < n_tags; ix++)
        ar_report_json_text(json, "", rule->details->keywords.at[ix]);
    ar_json_end_array(&json->writer);
    ar_report_json_text(json, "severity",
                        ar_str_from_c(ar_rule_severity_names[rule->severity]));
    ar_report_json_text(json, "confidence",
                        ar_str_from_c(ar_confidence_names[rule->confidence]));
    ar_json_end_object(&json->writer);
}

static void put_rule(struct sarif *sarif, const struct ar_rule *rule)
{
    struct ar_report_json *json = &sarif->json;
    ar_report_json_object(json, "");
    ar_report_json_text(json, "id", rule->id);
    put_message(sarif, "shortDescription",
                rule->title.len > 0 ? rule->title : rule->id);
    if (rule->details->doc.len > 0)
        put_message(sarif, "fullDescription",
                    ar_report_text(sarif->plan, rule->details->doc));
    ar_report_json_object(json, "defaultConfiguration");
    ar_report_json_text(json, "level", ar_str_from_c(level_of(rule->severity)));
    ar_json_end_object(&json->writer);
    put_rule_properties(sarif, rule);
    ar_json_end_object(&json->writer);
}

static void put_tool(struct sarif *sarif)
{
    struct ar_report_json *json = &sarif->json;
    ar_str tool = sarif->plan->options->tool; /* "archrules 0.1.0" */
    size_t blank = ar_str_find(tool, AR_STR(" "), 0);
    ar_report_json_object(json, "tool");
    ar_report_json_object(json, "driver");
    ar_report_json_text(json, "name", ar_str_slice(tool, 0, blank));
    if (blank != SIZE_MAX)
        ar_report_json_text(json, "version",
                            ar_str_slice(tool, blank + 1, tool.len));
    ar_report_json_array(json, "rules");
    for (size_t ix = 0; ix < sarif->rules.count; ix++)
        put_rule(sarif, sarif->rules.at[ix]);
    ar_json_end_array(&json->writer);
    ar_json_end_object(&json->writer);
    ar_json_end_object(&json->writer);
}

/* ---- how it ran ---- */

static void put_notification(struct sarif *sarif, const char *level,
                             ar_str text)
{
    ar_report_json_object(&sarif->json, "");
    ar_report_json_text(&sarif->json, "level", ar_str_from_c(level));
    put_message(sarif, "message", text);
    ar_json_end_object(&sarif->json.writer);
}

static void put_reasons(struct sarif *sarif, enum ar_status status)
{
    ar_report_groups groups = ar_report_group_reasons(sarif->plan, status);
    for (size_t ix = 0; ix < groups.count; ix++) {
        ar_str names = ar_buf_view(&groups.at[ix]->names);
        put_notification(
            sarif, "error",
            ar_report_join(sarif->plan, names, ": ", groups.at[ix]->text));
    }
}

static void put_invocation(struct sarif *sarif)
{
    struct ar_report_json *json = &sarif->json;
    const struct ar_report_plan *plan = sarif->plan;
    ar_report_packs broken = ar_report_broken_packs(plan);
    const char *generated = plan->options->generated;
    ar_report_json_object(json, "");
    ar_json_member_bool(&json->writer, "executionSuccessful",
                        broken.count == 0 &&
                            plan->result->counts[AR_STATUS_ERROR] == 0);
    if (generated != NULL && generated[0] != '\0')
        ar_report_json_text(json, "endTimeUtc", ar_str_from_c(generated));
    ar_report_json_array(json, "toolExecutionNotifications");
    put_notification(sarif, "note", ar_report_verdict(plan));
    put_reasons(sarif, AR_STATUS_NOT_LOADED);
    put_reasons(sarif, AR_STATUS_ERROR);
    for (size_t ix = 0; ix < broken.count; ix++)
        put_notification(sarif, "error",
                         ar_report_join(plan,
                                        ar_report_pack_name(broken.at[ix]),
                                        ": ", broken.at[ix]->not_loaded));
    if (sarif->n_left_out > 0)
        put_notification(
            sarif, "warning",
            ar_str_printf(plan->arena,
                          "%zu results are left out, the least severe ones: a "
                          "log holds %zu.",
                          sarif->n_left_out, (size_t)AR_MAX_SARIF_RESULTS));
    ar_json_end_array(&json->writer);
    ar_json_end_object(&json->writer);
}

/* ---- places ---- */

static bool is_plain(char c)
{
    return ar_char_is_digit(c) || ar_char_is_letter(c) || c == '-' ||
           c == '.' || c == '_' || c == '~' || c == '/';
}

/* A path as a reference: RFC 3986, file: if it is absolute. */
static ar_str make_uri(const struct ar_report_plan *plan, ar_str path)
{
    struct ar_buf uri = AR_BUF(plan->arena);
    bool is_drive =
        path.len > 2 && ar_char_is_letter(path.ptr[0]) && path.ptr[1] == ':';
    if (path.len > 0 && path.ptr[0] == '/')
        ar_buf_put_c(&uri, "file://");
    else if (is_drive)
        ar_buf_put_c(&uri, "file:///");
    for (size_t ix = 0; ix < path.len; ix++) {
        char c = path.ptr[ix] == '\\' ? '/' : path.ptr[ix];
        if (is_plain(c) || (is_drive && ix == 1))
            ar_buf_put_char(&uri, c);
        else
            ar_buf_printf(&uri, "%%%02X", (unsigned)(unsigned char)c);
    }
    return ar_buf_view(&uri);
}

static void put_physical(struct sarif *sarif, const struct ar_rule *rule)
{
    struct ar_report_json *json = &sarif->json;
    struct ar_report_place place = ar_report_place(sarif->plan, rule->span);
    if (place.line == 0)
        return;
    ar_report_json_object(json, "physicalLocation");
    ar_report_json_object(json, "artifactLocation");
    ar_report_json_text(json, "uri", make_uri(sarif->plan, place.file));
    ar_json_end_object(&json->writer);
    ar_report_json_object(json, "region");
    ar_json_member_int(&json->writer, "startLine", place.line);
    ar_json_end_object(&json->writer);
    ar_json_end_object(&json->writer);
}

static void put_logical(struct sarif *sarif, ar_str fact)
{
    ar_report_json_object(&sarif->json, "");
    ar_report_json_text(&sarif->json, "fullyQualifiedName", fact);
    ar_report_json_text(&sarif->json, "kind", AR_STR("fact"));
    ar_json_end_object(&sarif->json.writer);
}

static size_t at_most(size_t count, size_t limit)
{
    return count < limit ? count : limit;
}

static void begin_location(struct sarif *sarif, const struct ar_rule *rule)
{
    struct ar_report_json *json = &sarif->json;
    ar_report_json_array(json, "locations");
    ar_report_json_object(json, "");
    put_physical(sarif, rule);
    ar_report_json_array(json, "logicalLocations");
}

static void end_location(struct sarif *sarif)
{
    ar_json_end_array(&sarif->json.writer);
    ar_json_end_object(&sarif->json.writer);
    ar_json_end_array(&sarif->json.writer);
}

/* ---- results ---- */

static void begin_result(struct sarif *sarif, const struct ar_rule *rule,
                         const char *kind, const char *level, ar_str message)
{
    struct ar_report_json *json = &sarif->json;
    uintptr_t number = (uintptr_t)ar_map_get(&sarif->indices, rule->id);
    ar_report_json_object(json, "");
    ar_report_json_text(json, "ruleId", rule->id);
    ar_json_member_int(&json->writer, "ruleIndex", (int64_t)number - 1);
    ar_report_json_text(json, "kind", ar_str_from_c(kind));
    ar_report_json_text(json, "level", ar_str_from_c(level));
    put_message(sarif, "message", message);
}

static void put_fingerprints(struct sarif *sarif, ar_str fingerprint)
{
    struct ar_report_json *json = &sarif->json;
    ar_str machine = sarif->plan->result->facts->machine;
    ar_report_json_object(json, "partialFingerprints");
    ar_report_json_text(json, "archrulesFinding/v1", fingerprint);
    if (machine.len > 0)
        ar_report_json_text(json, "archrulesMachine/v1", machine);
    ar_json_end_object(&json->writer);
}

/* Findings that are gone stand among the properties of the run: services show
 * each result as something to be mended, "absent" or not. */
static void put_baseline_state(struct sarif *sarif,
                               const struct ar_finding *finding)
{
    ar_str since = ar_report_since(sarif->plan, finding);
    if (since.len > 0)
        ar_report_json_text(&sarif->json, "baselineState", since);
}

static void put_suppression(struct sarif *sarif,
                            const struct ar_finding *finding)
{
    struct ar_report_json *json = &sarif->json;
    if (finding->waived_by == NULL)
        return;
    ar_report_json_array(json, "suppressions");
    ar_report_json_object(json, "");
    ar_report_json_text(json, "kind", AR_STR("external"));
    ar_report_json_text(json, "justification",
                        ar_report_waiver_text(sarif->plan, finding->waived_by));
    ar_json_end_object(&json->writer);
    ar_json_end_array(&json->writer);
}

static void put_properties(struct sarif *sarif,
                           const struct ar_finding *finding)
{
    struct ar_report_json *json = &sarif->json;
    const struct ar_report_plan *plan = sarif->plan;
    ar_report_json_object(json, "properties");
    ar_report_json_array(json, "facts");
    for (size_t ix = 0; ix < finding->facts.count; ix++) {
        const struct ar_evidence *fact = &finding->facts.at[ix];
        ar_report_json_text(json, "", ar_report_fact_text(plan, fact));
    }
    ar_json_end_array(&json->writer);
    ar_report_json_array(json, "remedies");
    ar_str_vector titles = ar_report_remedy_titles(plan, finding);
    for (size_t ix = 0; ix < titles.count; ix++)
        ar_report_json_text(json, "", titles.at[ix]);
    ar_json_end_array(&json->writer);
    ar_report_json_array(json, "supersededBy");
    for (size_t ix = 0; ix < finding->superseded_by.count; ix++)
        ar_report_json_text(
            json, "",
            ar_report_finding_name(plan, finding->superseded_by.at[ix]));
    ar_json_end_array(&json->writer);
    ar_json_end_object(&json->writer);
}

static ar_str finding_message(const struct ar_report_plan *plan,
                              const struct ar_finding *finding)
{
    struct ar_buf text = AR_BUF(plan->arena);
    ar_buf_put(&text, finding->diagnosis.len > 0
                          ? ar_report_text(plan, finding->diagnosis)
                          : ar_report_finding_title(plan, finding));
    if (finding->has_key) {
        ar_buf_put_c(&text, " [");
        ar_buf_put(&text, finding->key_text);
        ar_buf_put_char(&text, ']');
    }
    ar_str_vector titles = ar_report_remedy_titles(plan, finding);
    if (titles.count > 0) {
        ar_buf_put_c(&text, "\n\nWhat to do: ");
        ar_buf_put(&text, titles.at[0]);
    }
    return ar_buf_view(&text);
}

static void put_finding(struct sarif *sarif, const struct ar_finding *finding)
{
    const struct ar_rule *rule = finding->rule;
    size_t n_facts = at_most(finding->facts.count, AR_MAX_SARIF_LOCATIONS);
    begin_result(sarif, rule, "fail", level_of(rule->severity),
                 finding_message(sarif->plan, finding));
    begin_location(sarif, rule);
    for (size_t ix = 0; ix < n_facts; ix++)
        put_logical(sarif, finding->facts.at[ix].key);
    end_location(sarif);
    put_fingerprints(sarif, finding->fingerprint);
    put_baseline_state(sarif, finding);
    put_suppression(sarif, finding);
    put_properties(sarif, finding);
    ar_json_end_object(&sarif->json.writer);
}

static void put_open(struct sarif *sarif, const struct ar_rule *rule,
                     ar_str key, const ar_cause_vector *causes)
{
    struct ar_buf text = AR_BUF(sarif->plan->arena);
    size_t n_causes = at_most(causes->count, AR_MAX_SARIF_LOCATIONS);
    ar_buf_put_c(&text, "Could not be decided");
    if (key.len > 0)
        ar_buf_printf(&text, " for " AR_STR_FORMAT, AR_STR_ARG(key));
    for (size_t ix = 0; ix < n_causes; ix++) {
        ar_buf_put_c(&text, ix == 0 ? ": needs " : "; ");
        ar_buf_put(&text, ar_report_need_text(sarif->plan, &causes->at[ix]));
    }
    begin_result(sarif, rule, "open", "none", ar_buf_view(&text));
    begin_location(sarif, rule);
    for (size_t ix = 0; ix < n_causes; ix++) {
        if (causes->at[ix].is_fact)
            put_logical(sarif, causes->at[ix].name);
    }
    end_location(sarif);
    ar_json_end_object(&sarif->json.writer);
}

/* As many as were chosen: n_results of them, in the same order. */
static void put_results(struct sarif *sarif)
{
    const struct ar_result *result = sarif->plan->result;
    size_t left = sarif->n_results;
    ar_report_json_array(&sarif->json, "results");
    for (size_t ix = 0; ix < result->findings.count && left > 0; ix++) {
        if (!is_reported(sarif->plan, ix))
            continue;
        put_finding(sarif, result->findings.at[ix]);
        left--;
    }
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        const struct ar_rule_result *state = &result->rules.at[ix];
        if (state->status == AR_STATUS_UNDETERMINED && left > 0) {
            put_open(sarif, state->rule, AR_STR(""), &state->causes);
            left--;
        }
        for (size_t nth = 0; nth < state->open_elements.count && left > 0;
             nth++, left--) {
            const struct ar_open_element *element =
                &state->open_elements.at[nth];
            put_open(sarif, state->rule, element->key_text, &element->causes);
        }
    }
    ar_json_end_array(&sarif->json.writer);
}

static void put_run_properties(struct sarif *sarif)
{
    struct ar_report_json *json = &sarif->json;
    const struct ar_factset *facts = sarif->plan->result->facts;
    ar_report_json_object(json, "properties");
    ar_report_json_text_or_null(json, "machine", facts->machine);
    ar_report_json_text_or_null(json, "collected", facts->collected);
    ar_report_json_text(json, "verdict", ar_report_verdict(sarif->plan));
    ar_report_json_text(json, "counts", ar_report_counts_text(sarif->plan));
    ar_report_json_count(json, "resultsLeftOut", sarif->n_left_out);
    ar_report_json_comparison(json);
    ar_json_end_object(&json->writer);
}

static void put_run(struct sarif *sarif)
{
    struct ar_report_json *json = &sarif->json;
    ar_report_json_object(json, "");
    put_tool(sarif);
    ar_report_json_array(json, "invocations");
    put_invocation(sarif);
    ar_json_end_array(&json->writer);
    put_results(sarif);
    put_run_properties(sarif);
    ar_json_end_object(&json->writer);
}

void ar_report_sarif(struct ar_buf *out, const struct ar_result *result,
                     const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, result, options);
    struct sarif sarif = {
        .json = {.writer = {.out = out, .pretty = true}, .plan = &plan},
        .plan = &plan};
    struct ar_report_json *json = &sarif.json;
    choose_results(&sarif);
    ar_report_json_object(json, "");
    ar_report_json_text(json, "$schema", AR_STR(SCHEMA));
    ar_report_json_text(json, "version", AR_STR("2.1.0"));
    ar_report_json_array(json, "runs");
    put_run(&sarif);
    ar_json_end_array(&json->writer);
    ar_json_end_object(&json->writer);
    ar_buf_put_char(out, '\n');
}
