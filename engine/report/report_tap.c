/* SPDX-License-Identifier: Apache-2.0 */
/* The report in the Test Anything Protocol, version 14: a line for each rule
 * and for each finding of it. Only what is known to be sound is ok: what is
 * waived or waits for an answer is a not ok that is to be done, which harnesses
 * do not count as a failure. */

#include "report/report_words.h"

#include "json/tap.h"

struct tap {
    struct ar_buf *out;
    const struct ar_report_plan *plan;
    size_t n;
};

static void put_words(struct tap *tap, ar_str text)
{
    ar_tap_put_words(tap->out, ar_report_mask(tap->plan, text));
}

/* directive: "SKIP", "TODO" or NULL. */
static void put_point(struct tap *tap, bool is_ok, ar_str name, ar_str text,
                      const char *directive, ar_str why)
{
    ar_buf_printf(tap->out, "%s %zu - ", is_ok ? "ok" : "not ok", ++tap->n);
    put_words(tap, ar_report_join(tap->plan, name, ": ", text));
    if (directive != NULL) {
        ar_buf_printf(tap->out, " # %s ", directive);
        put_words(tap, why);
    }
    ar_buf_put_char(tap->out, '\n');
}

/* ---- diagnostics ---- */

static void begin_diagnostic(struct tap *tap)
{
    ar_buf_put_c(tap->out, "  ---\n");
}

static void end_diagnostic(struct tap *tap)
{
    ar_buf_put_c(tap->out, "  ...\n");
}

static void put_string(struct tap *tap, ar_str text)
{
    ar_tap_put_string(tap->out, ar_report_mask(tap->plan, text));
    ar_buf_put_char(tap->out, '\n');
}

static void put_member(struct tap *tap, const char *key, ar_str text)
{
    if (text.len == 0)
        return;
    ar_buf_printf(tap->out, "  %s: ", key);
    put_string(tap, text);
}

static void put_element(struct tap *tap, const char *key, bool is_first,
                        ar_str text)
{
    if (is_first)
        ar_buf_printf(tap->out, "  %s:\n", key);
    ar_buf_put_c(tap->out, "    - ");
    put_string(tap, text);
}

static void put_needs(struct tap *tap, const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++)
        put_element(tap, "needs", ix == 0,
                    ar_report_need_text(tap->plan, &causes->at[ix]));
}

static void put_rule_members(struct tap *tap, const struct ar_rule *rule,
                             const char *status)
{
    put_member(tap, "status", ar_str_from_c(status));
    put_member(tap, "severity",
               ar_str_from_c(ar_rule_severity_names[rule->severity]));
    put_member(tap, "at", ar_report_place_text(tap->plan, rule->span));
}

/* ---- findings ---- */

static void put_diagnostic(struct tap *tap, const struct ar_finding *finding)
{
    const struct ar_report_plan *plan = tap->plan;
    begin_diagnostic(tap);
    put_rule_members(tap, finding->rule, "matched");
    put_member(tap, "baseline", ar_report_since(plan, finding));
    put_member(tap, "diagnosis", ar_report_text(plan, finding->diagnosis));
    for (size_t ix = 0; ix < finding->facts.count; ix++)
        put_element(tap, "facts", ix == 0,
                    ar_report_fact_text(plan, &finding->facts.at[ix]));
    for (size_t ix = 0; ix < finding->superseded_by.count; ix++)
        put_element(
            tap, "explained_by", ix == 0,
            ar_report_finding_name(plan, finding->superseded_by.at[ix]));
    ar_str_vector titles = ar_report_remedy_titles(plan, finding);
    for (size_t ix = 0; ix < titles.count; ix++)
        put_element(tap, "remedies", ix == 0, titles.at[ix]);
    put_member(tap, "fingerprint", finding->fingerprint);
    end_diagnostic(tap);
}

static void put_finding(struct tap *tap, const struct ar_finding *finding)
{
    const struct ar_report_plan *plan = tap->plan;
    const char *directive = NULL;
    ar_str why = AR_STR("");
    if (finding->waived_by != NULL) {
        directive = "TODO";
        why = ar_str_concat(plan->arena, AR_STR("waived: "),
                            ar_report_waiver_text(plan, finding->waived_by));
    } else if (finding->rule->severity < plan->options->min_severity) {
        directive = "TODO";
        why = AR_STR("below --severity");
    }
    put_point(tap, false, ar_report_finding_name(plan, finding),
              finding->rule->title, directive, why);
    put_diagnostic(tap, finding);
}

/* ---- rules ---- */

static void put_undecided(struct tap *tap, const struct ar_rule_result *state,
                          ar_str name, const ar_cause_vector *causes)
{
    bool is_question = ar_report_is_question(state);
    put_point(tap, false, name, AR_STR("could not be decided"),
              is_question ? "TODO" : NULL, AR_STR("needs your answer"));
    begin_diagnostic(tap);
    put_rule_members(tap, state->rule, ar_status_table[state->status].name);
    put_needs(tap, causes);
    end_diagnostic(tap);
}

static void put_not_run(struct tap *tap, const struct ar_rule_result *state)
{
    if (ar_report_is_disabled(state)) {
        put_point(tap, true, state->rule->id, state->rule->title, "SKIP",
                  ar_str_concat(tap->plan->arena, AR_STR("disabled: "),
                                state->rule->details->disabled_because));
        return;
    }
    const struct ar_status_info *status = &ar_status_table[state->status];
    put_point(tap, false, state->rule->id, ar_str_from_c(status->text), NULL,
              AR_STR(""));
    begin_diagnostic(tap);
    put_rule_members(tap, state->rule, status->name);
    put_member(tap, "reason", state->reason);
    end_diagnostic(tap);
}

static void put_state(struct tap *tap, const struct ar_rule_result *state)
{
    const struct ar_rule *rule = state->rule;
    switch (state->status) {
    case AR_STATUS_MATCHED: return;
    case AR_STATUS_CLEAR:
        put_point(tap, true, rule->id, rule->title, NULL, AR_STR(""));
        return;
    case AR_STATUS_NOT_APPLICABLE:
        put_point(tap, true, rule->id, rule->title, "SKIP",
                  AR_STR("not about this machine"));
        return;
    case AR_STATUS_UNDETERMINED:
        put_undecided(tap, state, rule->id, &state->causes);
        return;
    case AR_STATUS_NOT_LOADED:
    case AR_STATUS_ERROR: put_not_run(tap, state); return;
    case AR_N_STATUSES: break;
    }
    AR_UNREACHABLE();
}

static void put_rule(struct tap *tap, const struct ar_rule_result *state)
{
    put_state(tap, state);
    for (size_t ix = 0; ix < state->findings.count; ix++)
        put_finding(tap, state->findings.at[ix]);
    if (state->n_findings_left_out > 0)
        put_point(tap, false, state->rule->id,
                  ar_str_printf(tap->plan->arena,
                                "%zu findings more, over its limit",
                                state->n_findings_left_out),
                  NULL, AR_STR(""));
    for (size_t ix = 0; ix < state->open_elements.count; ix++) {
        const struct ar_open_element *element = &state->open_elements.at[ix];
        ar_str name = ar_str_printf(
            tap->plan->arena, AR_STR_FORMAT " (" AR_STR_FORMAT ")",
            AR_STR_ARG(state->rule->id), AR_STR_ARG(element->key_text));
        put_undecided(tap, state, name, &element->causes);
    }
}

static void put_comments(struct tap *tap, ar_str_vector texts)
{
    for (size_t ix = 0; ix < texts.count; ix++) {
        ar_buf_put_c(tap->out, "# ");
        put_words(tap, texts.at[ix]);
        ar_buf_put_char(tap->out, '\n');
    }
}

static void put_changes(struct tap *tap)
{
    const struct ar_report_changes *changes = ar_report_changes(tap->plan);
    if (changes == NULL)
        return;
    ar_buf_put_c(tap->out, "# ");
    put_words(tap, changes->title);
    ar_buf_put_char(tap->out, '\n');
    put_comments(tap, changes->lines);
    put_comments(tap, changes->warnings);
}

void ar_report_tap(struct ar_buf *out, const struct ar_result *result,
                   const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, result, options);
    struct tap tap = {.out = out, .plan = &plan};
    ar_buf_put_c(out, "TAP version 14\n# ");
    put_words(&tap, ar_report_verdict(&plan));
    ar_buf_put_c(out, result->facts->machine.len > 0 ? "\n# machine: " : "");
    put_words(&tap, result->facts->machine);
    ar_buf_put_char(out, '\n');
    put_changes(&tap);
    for (size_t ix = 0; ix < result->rules.count; ix++)
        put_rule(&tap, &result->rules.at[ix]);
    ar_report_packs broken = ar_report_broken_packs(&plan);
    for (size_t ix = 0; ix < broken.count; ix++)
        put_point(&tap, false, ar_report_pack_name(broken.at[ix]),
                  broken.at[ix]->not_loaded, NULL, AR_STR(""));
    /* Without a test a plan must say that all is skipped. */
    ar_buf_printf(out, "1..%zu%s\n", tap.n,
                  tap.n == 0 ? " # SKIP no rule was evaluated" : "");
}
