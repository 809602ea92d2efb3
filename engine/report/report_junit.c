/* SPDX-License-Identifier: Apache-2.0 */
/* The report as JUnit XML, for CI servers: a suite for each pack, a test case
 * for each rule, and for each finding of it. What is not decided is skipped,
 * what did not run is an error: nothing of it has passed. */

#include "report/report_words.h"
#include "text/markup.h"

#include <string.h>

enum verdict { PASSED, FAILURE, ERROR, SKIPPED, N_VERDICTS };

static const char *const tags[] = {NULL, "failure", "error", "skipped"};

struct junit {
    struct ar_buf *out;
    const struct ar_report_plan *plan;
    size_t counts[N_VERDICTS]; /* of the suite that is written */
    size_t sums[N_VERDICTS];
};

static void put_attribute(struct ar_buf *out, const struct ar_report_plan *plan,
                          const char *name, ar_str value)
{
    ar_buf_printf(out, " %s=\"", name);
    ar_markup_put_text(out, ar_report_mask(plan, value));
    ar_buf_put_char(out, '"');
}

struct test_case {
    const struct ar_rule *rule;
    ar_str name;
    enum verdict verdict;
    ar_str type;    /* "critical", "undetermined" */
    ar_str message; /* in one line */
    ar_str text;    /* more lines, or empty */
};

static void put_case(struct junit *junit, const struct test_case *test_case)
{
    const struct ar_report_plan *plan = junit->plan;
    struct ar_report_place place = ar_report_place(plan, test_case->rule->span);
    const char *tag = tags[test_case->verdict];
    junit->counts[test_case->verdict]++;
    ar_buf_put_c(junit->out, "    <testcase");
    put_attribute(junit->out, plan, "name", test_case->name);
    put_attribute(junit->out, plan, "classname", test_case->rule->id);
    if (place.line > 0) {
        put_attribute(junit->out, plan, "file", place.file);
        ar_buf_printf(junit->out, " line=\"%u\"", (unsigned)place.line);
    }
    ar_buf_put_c(junit->out, " time=\"0\"");
    if (tag == NULL) {
        ar_buf_put_c(junit->out, "/>\n");
        return;
    }
    ar_buf_printf(junit->out, ">\n      <%s", tag);
    if (test_case->verdict != SKIPPED)
        put_attribute(junit->out, plan, "type", test_case->type);
    put_attribute(junit->out, plan, "message", test_case->message);
    ar_buf_put_char(junit->out, '>');
    ar_markup_put_lines(junit->out, ar_report_mask(plan, test_case->text));
    ar_buf_printf(junit->out, "</%s>\n    </testcase>\n", tag);
}

/* ---- findings ---- */

static ar_str finding_text(const struct ar_report_plan *plan,
                           const struct ar_finding *finding)
{
    struct ar_buf text = AR_BUF(plan->arena);
    ar_buf_put(&text, ar_report_text(plan, finding->diagnosis));
    ar_buf_put_char(&text, '\n');
    for (size_t ix = 0; ix < finding->facts.count; ix++) {
        ar_buf_put(&text, ar_report_fact_text(plan, &finding->facts.at[ix]));
        ar_buf_put_char(&text, '\n');
    }
    for (size_t ix = 0; ix < finding->superseded_by.count; ix++) {
        ar_buf_put_c(&text, "explained by ");
        ar_buf_put(&text,
                   ar_report_finding_name(plan, finding->superseded_by.at[ix]));
        ar_buf_put_char(&text, '\n');
    }
    ar_str since = ar_report_since(plan, finding);
    if (since.len > 0)
        ar_buf_printf(&text, "baseline: " AR_STR_FORMAT "\n",
                      AR_STR_ARG(since));
    ar_str_vector titles = ar_report_remedy_titles(plan, finding);
    for (size_t ix = 0; ix < titles.count; ix++) {
        ar_buf_put_c(&text, "what to do: ");
        ar_buf_put(&text, titles.at[ix]);
        ar_buf_put_char(&text, '\n');
    }
    return ar_buf_view(&text);
}

static void put_finding(struct junit *junit, const struct ar_finding *finding)
{
    const struct ar_report_plan *plan = junit->plan;
    const struct ar_rule *rule = finding->rule;
    struct test_case test_case = {
        .rule = rule,
        .name = ar_report_finding_name(plan, finding),
        .verdict = FAILURE,
        .type = ar_str_from_c(ar_rule_severity_names[rule->severity]),
        .message = ar_report_finding_title(plan, finding),
        .text = finding_text(plan, finding),
    };
    if (finding->waived_by != NULL) {
        test_case.verdict = SKIPPED;
        test_case.message =
            ar_str_concat(plan->arena, AR_STR("waived: "),
                          ar_report_waiver_text(plan, finding->waived_by));
    } else if (rule->severity < plan->options->min_severity) {
        test_case.verdict = SKIPPED;
        test_case.message = AR_STR("found, and not shown: below --severity");
        test_case.text = AR_STR("");
    }
    put_case(junit, &test_case);
}

/* ---- rules ---- */

static ar_str needs_text(const struct ar_report_plan *plan,
                         const ar_cause_vector *causes)
{
    struct ar_buf text = AR_BUF(plan->arena);
    for (size_t ix = 0; ix < causes->count; ix++) {
        ar_buf_put_c(&text, "needs ");
        ar_buf_put(&text, ar_report_need_text(plan, &causes->at[ix]));
        ar_buf_put_char(&text, '\n');
    }
    return ar_buf_view(&text);
}

static void put_open(struct junit *junit, const struct ar_rule_result *state)
{
    for (size_t ix = 0; ix < state->open_elements.count; ix++) {
        const struct ar_open_element *element = &state->open_elements.at[ix];
        struct test_case test_case = {
            .rule = state->rule,
            .name = ar_str_printf(
                junit->plan->arena, AR_STR_FORMAT " (" AR_STR_FORMAT ")",
                AR_STR_ARG(state->rule->id), AR_STR_ARG(element->key_text)),
            .verdict = SKIPPED,
            .message = AR_STR("could not be decided"),
            .text = needs_text(junit->plan, &element->causes),
        };
        put_case(junit, &test_case);
    }
}

static ar_str reason_of(const struct ar_rule_result *state)
{
    if (state->reason.len > 0)
        return state->reason;
    return ar_str_from_c(ar_status_table[state->status].text);
}

static void put_state(struct junit *junit, const struct ar_rule_result *state)
{
    struct test_case test_case = {
        .rule = state->rule,
        .name = state->rule->id,
        .type = ar_str_from_c(ar_status_table[state->status].name),
        .message = reason_of(state),
    };
    switch (state->status) {
    case AR_STATUS_MATCHED: return;
    case AR_STATUS_CLEAR: test_case.verdict = PASSED; break;
    case AR_STATUS_NOT_APPLICABLE: test_case.verdict = SKIPPED; break;
    case AR_STATUS_ERROR: test_case.verdict = ERROR; break;
    case AR_STATUS_UNDETERMINED:
        test_case.verdict = SKIPPED;
        test_case.message = AR_STR("could not be decided");
        test_case.text = needs_text(junit->plan, &state->causes);
        break;
    case AR_STATUS_NOT_LOADED:
        test_case.verdict = ar_report_is_disabled(state) ? SKIPPED : ERROR;
        if (ar_report_is_disabled(state))
            test_case.message =
                ar_str_concat(junit->plan->arena, AR_STR("disabled: "),
                              state->rule->details->disabled_because);
        break;
    case AR_N_STATUSES: AR_UNREACHABLE();
    }
    put_case(junit, &test_case);
}

static void put_rule(struct junit *junit, const struct ar_rule_result *state)
{
    put_state(junit, state);
    for (size_t ix = 0; ix < state->findings.count; ix++)
        put_finding(junit, state->findings.at[ix]);
    if (state->n_findings_left_out > 0) {
        struct test_case test_case = {
            .rule = state->rule,
            .name = state->rule->id,
            .verdict = FAILURE,
            .type =
                ar_str_from_c(ar_rule_severity_names[state->rule->severity]),
            .message =
                ar_str_printf(junit->plan->arena,
                              "%zu findings more, over the limit of the rule",
                              state->n_findings_left_out)};
        put_case(junit, &test_case);
    }
    put_open(junit, state);
}

/* ---- suites ---- */

static void put_counts(struct ar_buf *out, const size_t counts[N_VERDICTS])
{
    size_t all = 0;
    for (size_t ix = 0; ix < N_VERDICTS; ix++)
        all += counts[ix];
    ar_buf_printf(out,
                  " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\""
                  " skipped=\"%zu\" time=\"0\"",
                  all, counts[FAILURE], counts[ERROR], counts[SKIPPED]);
}

static void put_properties(struct ar_buf *out,
                           const struct ar_report_plan *plan)
{
    const struct ar_factset *facts = plan->result->facts;
    const struct ar_report_changes *changes = ar_report_changes(plan);
    const struct {
        const char *name;
        ar_str value;
    } rows[] = {{"verdict", ar_report_verdict(plan)},
                {"machine", facts->machine},
                {"collected", facts->collected},
                {"tool", plan->options->tool},
                {"baseline", changes ? changes->lines.at[0] : AR_STR("")}};
    ar_buf_put_c(out, "    <properties>\n");
    for (size_t ix = 0; ix < AR_COUNT_OF(rows); ix++) {
        if (rows[ix].value.len == 0)
            continue;
        ar_buf_printf(out, "      <property name=\"%s\"", rows[ix].name);
        put_attribute(out, plan, "value", rows[ix].value);
        ar_buf_put_c(out, "/>\n");
    }
    ar_buf_put_c(out, "    </properties>\n");
}

static void put_suite_tag(struct ar_buf *out, const struct junit *junit,
                          ar_str name)
{
    ar_str host = junit->plan->result->facts->machine;
    ar_buf_put_c(out, "  <testsuite");
    put_attribute(out, junit->plan, "name", name);
    put_counts(out, junit->counts);
    if (host.len > 0)
        put_attribute(out, junit->plan, "hostname", host);
    ar_buf_put_c(out, ">\n");
    put_properties(out, junit->plan);
}

/* The counts of a suite stand before its cases, so these are written aside. */
static void put_suite(struct junit *junit, ar_str name, ar_str cases)
{
    for (size_t ix = 0; ix < N_VERDICTS; ix++)
        junit->sums[ix] += junit->counts[ix];
    put_suite_tag(junit->out, junit, name);
    ar_buf_put(junit->out, cases);
    ar_buf_put_c(junit->out, "  </testsuite>\n");
    memset(junit->counts, 0, sizeof(junit->counts));
}

/* pack may be NULL. */
static void put_rules(struct junit *junit, const struct ar_pack *pack)
{
    const struct ar_result *result = junit->plan->result;
    struct ar_buf *out = junit->out;
    struct ar_buf cases = AR_BUF(out->arena);
    junit->out = &cases;
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        if (result->rules.at[ix].rule->pack == pack)
            put_rule(junit, &result->rules.at[ix]);
    }
    junit->out = out;
    if (cases.len > 0)
        put_suite(junit,
                  pack == NULL ? AR_STR("rules") : ar_report_pack_name(pack),
                  ar_buf_view(&cases));
}

static void put_broken_pack(struct junit *junit, const struct ar_pack *pack)
{
    struct ar_buf text = AR_BUF(junit->out->arena);
    ar_str name = ar_report_pack_name(pack);
    ar_buf_put_c(&text, "    <testcase");
    put_attribute(&text, junit->plan, "name", name);
    put_attribute(&text, junit->plan, "classname", name);
    ar_buf_put_c(&text, " time=\"0\">\n      <error type=\"not_loaded\"");
    put_attribute(&text, junit->plan, "message", pack->not_loaded);
    ar_buf_put_c(&text, "></error>\n    </testcase>\n");
    junit->counts[ERROR] = 1;
    put_suite(junit, name, ar_buf_view(&text));
}

void ar_report_junit(struct ar_buf *out, const struct ar_result *result,
                     const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, result, options);
    struct ar_buf suites = AR_BUF(out->arena);
    struct junit junit = {.out = &suites, .plan = &plan};
    ar_report_packs broken = ar_report_broken_packs(&plan);
    put_rules(&junit, NULL);
    for (size_t ix = 0; ix < result->program->packs.count; ix++)
        put_rules(&junit, result->program->packs.at[ix]);
    for (size_t ix = 0; ix < broken.count; ix++)
        put_broken_pack(&junit, broken.at[ix]);
    ar_buf_put_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<testsuites name=\"archrules\"");
    put_counts(out, junit.sums);
    ar_buf_put_c(out, ">\n");
    ar_buf_put(out, ar_buf_view(&suites));
    ar_buf_put_c(out, "</testsuites>\n");
}
