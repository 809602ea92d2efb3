/* SPDX-License-Identifier: Apache-2.0 */
/* What a test run found, for people and as JSON. */

#include "text/utf8.h"
#include "tools/test_runner.h"

#include "json/json.h"

#define RED   "\033[1;31m"
#define GREEN "\033[1;32m"
#define PLAIN "\033[0m"

struct printer {
    struct ar_buf *out;
    const struct ar_test_run *run;
    bool color;
};

static ar_str find_place(const struct ar_test_run *run, ar_span span,
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

static void put_place(struct printer *printer, ar_span span)
{
    uint32_t line;
    ar_str name = find_place(printer->run, span, &line);
    ar_utf8_put_safe(printer->out, name, false);
    ar_buf_printf(printer->out, ":%u: ", (unsigned)line);
}

static void put_word(struct printer *printer, const char *color,
                     const char *word)
{
    ar_buf_put_c(printer->out, printer->color ? color : "");
    ar_buf_put_c(printer->out, word);
    ar_buf_put_c(printer->out, printer->color ? PLAIN : "");
}

static void put_test(struct printer *printer,
                     const struct ar_test_outcome *outcome)
{
    bool passed = outcome->failures.count == 0;
    put_word(printer, passed ? GREEN : RED, passed ? "pass" : "FAIL");
    ar_buf_put_char(printer->out, ' ');
    put_place(printer, outcome->test->span);
    ar_utf8_put_safe(printer->out, outcome->test->name, false);
    ar_buf_put_char(printer->out, '\n');
}

static void put_failure(struct printer *printer,
                        const struct ar_test_failure *failure)
{
    struct ar_buf *out = printer->out;
    ar_buf_put_c(out, "  ");
    put_place(printer, failure->span);
    ar_buf_put_c(out, "expected ");
    ar_utf8_put_safe(out, failure->expected, false);
    ar_buf_put_c(out, "\n    got ");
    ar_utf8_put_safe(out, failure->got, false);
    ar_buf_put_char(out, '\n');
    for (size_t i = 0; i < failure->causes.count; i++) {
        ar_buf_put_c(out, "      because ");
        ar_utf8_put_safe(out, failure->causes.at[i], false);
        ar_buf_put_char(out, '\n');
    }
}

void ar_test_report_human(struct ar_buf *out, const struct ar_test_run *run,
                          const struct ar_test_report_options *options)
{
    struct printer printer = {.out = out, .run = run, .color = options->color};
    for (size_t i = 0; i < run->outcomes.count; i++) {
        const struct ar_test_outcome *outcome = &run->outcomes.at[i];
        if (outcome->failures.count > 0 || options->list_passed)
            put_test(&printer, outcome);
        for (size_t j = 0; j < outcome->failures.count; j++)
            put_failure(&printer, &outcome->failures.at[j]);
    }
    ar_buf_printf(out, "%lu passed, %lu failed\n", (unsigned long)run->n_passed,
                  (unsigned long)run->n_failed);
    if (run->coverage && options->annotate)
        ar_coverage_put_sources(out, run->program->diags, run->coverage,
                                options->color);
    if (run->coverage)
        ar_coverage_put_table(out, run->coverage, options->color);
}

static void write_place(struct ar_json_writer *writer,
                        const struct ar_test_run *run, ar_span span)
{
    uint32_t line;
    ar_str name = find_place(run, span, &line);
    ar_json_member(writer, "file", name);
    ar_json_member_int(writer, "line", line);
}

static void write_failure(struct ar_json_writer *writer,
                          const struct ar_test_run *run,
                          const struct ar_test_failure *failure)
{
    ar_json_begin_object(writer);
    write_place(writer, run, failure->span);
    ar_json_member(writer, "expected", failure->expected);
    ar_json_member(writer, "got", failure->got);
    ar_json_key(writer, AR_STR("because"));
    ar_json_begin_array(writer);
    for (size_t i = 0; i < failure->causes.count; i++)
        ar_json_string(writer, failure->causes.at[i]);
    ar_json_end_array(writer);
    ar_json_end_object(writer);
}

static void write_test(struct ar_json_writer *writer,
                       const struct ar_test_run *run,
                       const struct ar_test_outcome *outcome)
{
    ar_json_begin_object(writer);
    ar_json_member(writer, "name", outcome->test->name);
    ar_json_member(writer, "pack", outcome->test->pack->name);
    write_place(writer, run, outcome->test->span);
    ar_json_member_bool(writer, "passed", outcome->failures.count == 0);
    ar_json_key(writer, AR_STR("failures"));
    ar_json_begin_array(writer);
    for (size_t i = 0; i < outcome->failures.count; i++)
        write_failure(writer, run, &outcome->failures.at[i]);
    ar_json_end_array(writer);
    ar_json_end_object(writer);
}

void ar_test_report_json(struct ar_buf *out, const struct ar_test_run *run)
{
    struct ar_json_writer writer = {.out = out, .pretty = true};
    ar_json_begin_object(&writer);
    ar_json_member(&writer, "schema", AR_STR("archrules.tests/1"));
    ar_json_key(&writer, AR_STR("tests"));
    ar_json_begin_array(&writer);
    for (size_t i = 0; i < run->outcomes.count; i++)
        write_test(&writer, run, &run->outcomes.at[i]);
    ar_json_end_array(&writer);
    ar_json_member_int(&writer, "passed", (int64_t)run->n_passed);
    ar_json_member_int(&writer, "failed", (int64_t)run->n_failed);
    if (run->coverage) {
        ar_json_key(&writer, AR_STR("coverage"));
        ar_coverage_write(&writer, run->program->diags, run->coverage);
    }
    ar_json_end_object(&writer);
    ar_buf_put_char(out, '\n');
}
