/* SPDX-License-Identifier: Apache-2.0 */
/* What a test run found, for CI servers: as JUnit XML and as TAP. */

#include "text/markup.h"
#include "tools/test_runner.h"

#include "json/tap.h"

static ar_str find_file(const struct ar_test_run *run, ar_span span,
                        uint32_t *line)
{
    const struct ar_diags *diags = run->program->diags;
    struct ar_source *source = ar_sources_get(diags->sources, span.file);
    *line = 0;
    if (!source)
        return AR_STR("");
    *line = ar_source_position(diags->arena, source, span.start).line;
    return source->name;
}

/* "rules/a.rules:3: expected x clear, got matched", and a line for each
 * cause. */
static ar_str failure_text(struct ar_arena *arena,
                           const struct ar_test_run *run,
                           const struct ar_test_failure *failure)
{
    struct ar_buf text = AR_BUF(arena);
    uint32_t line;
    ar_str file = find_file(run, failure->span, &line);
    ar_buf_put(&text, file);
    ar_buf_printf(&text, ":%u: expected ", (unsigned)line);
    ar_buf_put(&text, failure->expected);
    ar_buf_put_c(&text, ", got ");
    ar_buf_put(&text, failure->got);
    for (size_t ix = 0; ix < failure->causes.count; ix++) {
        ar_buf_put_c(&text, "\nbecause ");
        ar_buf_put(&text, failure->causes.at[ix]);
    }
    return ar_buf_view(&text);
}

/* ---- JUnit ---- */

static void put_attribute(struct ar_buf *out, const char *name, ar_str value)
{
    ar_buf_printf(out, " %s=\"", name);
    ar_markup_put_text(out, value);
    ar_buf_put_char(out, '"');
}

static void put_failures(struct ar_buf *out, const struct ar_test_run *run,
                         const struct ar_test_outcome *outcome)
{
    ar_buf_put_c(out, "      <failure type=\"expectation\"");
    put_attribute(
        out, "message",
        ar_str_printf(out->arena, "%zu not met", outcome->failures.count));
    ar_buf_put_char(out, '>');
    for (size_t ix = 0; ix < outcome->failures.count; ix++) {
        ar_markup_put_lines(
            out, failure_text(out->arena, run, &outcome->failures.at[ix]));
        ar_buf_put_char(out, '\n');
    }
    ar_buf_put_c(out, "</failure>\n");
}

static void put_case(struct ar_buf *out, const struct ar_test_run *run,
                     const struct ar_test_outcome *outcome)
{
    uint32_t line;
    ar_str file = find_file(run, outcome->test->span, &line);
    ar_buf_put_c(out, "    <testcase");
    put_attribute(out, "name", outcome->test->name);
    put_attribute(out, "classname", outcome->test->pack->name);
    put_attribute(out, "file", file);
    ar_buf_printf(out, " line=\"%u\" time=\"0\"", (unsigned)line);
    if (outcome->failures.count == 0) {
        ar_buf_put_c(out, "/>\n");
        return;
    }
    ar_buf_put_c(out, ">\n");
    put_failures(out, run, outcome);
    ar_buf_put_c(out, "    </testcase>\n");
}

static void put_counts(struct ar_buf *out, const struct ar_test_run *run)
{
    ar_buf_printf(out,
                  " tests=\"%zu\" failures=\"%zu\" errors=\"0\""
                  " skipped=\"0\" time=\"0\">\n",
                  run->n_passed + run->n_failed, run->n_failed);
}

void ar_test_report_junit(struct ar_buf *out, const struct ar_test_run *run)
{
    ar_buf_put_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<testsuites name=\"archrules test\"");
    put_counts(out, run);
    ar_buf_put_c(out, "  <testsuite name=\"tests of packs\"");
    put_counts(out, run);
    for (size_t ix = 0; ix < run->outcomes.count; ix++)
        put_case(out, run, &run->outcomes.at[ix]);
    ar_buf_put_c(out, "  </testsuite>\n</testsuites>\n");
}

/* ---- TAP ---- */

static void put_outcome(struct ar_buf *out, const struct ar_test_run *run,
                        const struct ar_test_outcome *outcome, size_t number)
{
    ar_buf_printf(out, "%sok %zu - ",
                  outcome->failures.count == 0 ? "" : "not ", number);
    ar_tap_put_words(out, outcome->test->name);
    ar_buf_put_char(out, '\n');
    if (outcome->failures.count == 0)
        return;
    ar_buf_put_c(out, "  ---\n  failures:\n");
    for (size_t ix = 0; ix < outcome->failures.count; ix++) {
        ar_buf_put_c(out, "    - ");
        ar_tap_put_string(
            out, failure_text(out->arena, run, &outcome->failures.at[ix]));
        ar_buf_put_char(out, '\n');
    }
    ar_buf_put_c(out, "  ...\n");
}

void ar_test_report_tap(struct ar_buf *out, const struct ar_test_run *run)
{
    ar_buf_put_c(out, "TAP version 14\n");
    for (size_t ix = 0; ix < run->outcomes.count; ix++)
        put_outcome(out, run, &run->outcomes.at[ix], ix + 1);
    ar_buf_printf(out, "1..%zu%s\n", run->outcomes.count,
                  run->outcomes.count == 0 ? " # SKIP no tests" : "");
}
