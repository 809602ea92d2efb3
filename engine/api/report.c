/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of results and of test runs, and the exit codes they ask for. */

#include "report/report.h"

#include "api/handles.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MICROSECONDS = 1000000 };

/* ---- formats ---- */

#define AR_REPORT_FORMAT(id, name, endings, text, function)           \
    _Static_assert((int)ARCHRULES_##id == (int)AR_REPORT_FORMAT_##id, \
                   "archrules.h lists the formats in this order");
#include "report/formats.def"
#undef AR_REPORT_FORMAT

static bool is_format(archrules_format format)
{
    return (size_t)format < AR_N_REPORT_FORMATS;
}

const char *archrules_format_name(archrules_format format)
{
    return is_format(format) ? ar_report_format_table[format].name : NULL;
}

archrules_format archrules_format_of_file(const char *path)
{
    enum ar_report_format format = AR_N_REPORT_FORMATS;
    if (path)
        format = ar_report_format_of_file(ar_str_from_c(path));
    return format == AR_N_REPORT_FORMATS ? ARCHRULES_HUMAN
                                         : (archrules_format)format;
}

/* ---- results ---- */

static enum ar_rule_severity choose_severity(archrules_severity severity,
                                             enum ar_rule_severity preset)
{
    switch (severity) {
    case ARCHRULES_SEVERITY_DEFAULT: return preset;
    case ARCHRULES_SEVERITY_INFO: return AR_RULE_INFO;
    case ARCHRULES_SEVERITY_WARNING: return AR_RULE_WARNING;
    case ARCHRULES_SEVERITY_ERROR: return AR_RULE_ERROR;
    case ARCHRULES_SEVERITY_CRITICAL: return AR_RULE_CRITICAL;
    }
    return preset;
}

struct ar_report_filter ar_api_filter(const archrules_remedy_filter *from)
{
    struct ar_report_filter filter = {
        .has_max_risk = from->max_risk != ARCHRULES_RISK_DEFAULT,
        .max_risk = AR_RISK_HIGH,
        .no_restart = from->no_restart != 0,
        .no_admin = from->no_admin != 0,
        .shell = ar_str_from_c(from->shell),
    };
    if (from->max_risk == ARCHRULES_RISK_LOW)
        filter.max_risk = AR_RISK_LOW;
    else if (from->max_risk == ARCHRULES_RISK_MEDIUM)
        filter.max_risk = AR_RISK_MEDIUM;
    return filter;
}

static enum ar_report_detail choose_detail(archrules_detail detail)
{
    switch (detail) {
    case ARCHRULES_DETAIL_IDS: return AR_REPORT_IDS;
    case ARCHRULES_DETAIL_FINDINGS: return AR_REPORT_FINDINGS;
    case ARCHRULES_DETAIL_FULL: return AR_REPORT_FULL;
    }
    return AR_REPORT_FULL;
}

struct request {
    const struct ar_result *result;
    struct ar_api_moment *moment;
    struct ar_report_options options;
    enum ar_report_format format;
};

static const char *put_time(struct ar_arena *arena, int64_t now)
{
    if (now < 0 || now > AR_TIME_LAST / MICROSECONDS)
        return "";
    return ar_value_text(arena, ar_value_time(now * MICROSECONDS)).ptr;
}

const char *ar_api_time_text(struct ar_arena *arena)
{
    return put_time(arena, (int64_t)time(NULL));
}

/* Thousands of machines have their reports in one second. */
static const char *moment_text(struct ar_arena *arena,
                               struct ar_api_moment *moment)
{
    int64_t now = (int64_t)time(NULL);
    if (moment->text[0] == '\0' || moment->second != now) {
        ar_str text = ar_str_from_c(put_time(arena, now));
        AR_ASSERT(text.len < sizeof(moment->text));
        memcpy(moment->text, text.ptr, text.len + 1);
        moment->second = now;
    }
    return moment->text;
}

/* What is not there is an answer. */
size_t ar_api_count_failed(const struct archrules_facts *facts)
{
    size_t count = 0;
    for (size_t ix = 0; ix < facts->runs.count; ix++) {
        const struct ar_probe_run *run = &facts->runs.at[ix];
        count += run->is_lacking || (run->status != AR_HOST_DONE &&
                                     run->status != AR_HOST_NOT_FOUND &&
                                     run->status != AR_HOST_UNSUPPORTED);
    }
    return count;
}

static void put_report(struct ar_buf *out, void *context)
{
    struct request *request = context;
    request->options.generated = moment_text(out->arena, request->moment);
    ar_report_format_table[request->format].put(out, request->result,
                                                &request->options);
}

static bool shows_ids_only(const archrules_report_options *options,
                           const archrules_output *output)
{
    return options && options->detail == ARCHRULES_DETAIL_IDS &&
           (output->format == ARCHRULES_JSON ||
            output->format == ARCHRULES_NDJSON);
}

struct ar_report_options ar_api_report_options(
    const struct archrules_result *result,
    const archrules_report_options *options, const archrules_output *output)
{
    archrules_report_options chosen = {0};
    if (options)
        chosen = *options;
    return (struct ar_report_options){
        .color = output->color != 0,
        .width = output->width,
        .detail = choose_detail(chosen.detail),
        .all = chosen.show_all != 0,
        .min_severity = choose_severity(chosen.show_level, AR_RULE_INFO),
        .filter = ar_api_filter(&chosen.remedies),
        .earlier = result->facts->earlier,
        .tool = AR_STR("archrules " AR_VERSION),
        .n_probes_failed =
            result->facts->n_failed_taken + ar_api_count_failed(result->facts),
        .used_allow_run = result->facts->used_allow_run,
        .line = result->facts->line,
    };
}

archrules_status archrules_result_render(
    archrules_result *result, const archrules_report_options *options,
    const archrules_output *output)
{
    if (!result || !result->result || !output || !is_format(output->format) ||
        (result->ids_only && !shows_ids_only(options, output)))
        return ARCHRULES_MISUSE;
    struct request request = {
        .result = result->result,
        .moment = &result->moment,
        .format = (enum ar_report_format)output->format,
        .options = ar_api_report_options(result, options, output)};
    struct ar_api_memories memories = {
        .at = {&result->memory, &result->facts->memory}, .count = 2};
    return ar_api_render_in(&result->rendering, &memories, output, put_report,
                            &request);
}

int archrules_result_exit_code(const archrules_result *result,
                               const archrules_report_options *options)
{
    archrules_report_options chosen = {0};
    if (!result || !result->result)
        return AR_REPORT_EXIT_OPEN;
    if (options)
        chosen = *options;
    const struct ar_report_exit_options how = {
        .fail_level = choose_severity(chosen.fail_level, AR_RULE_WARNING),
        .only_newer = chosen.fail_new ? result->facts->earlier : NULL,
        .allow_undetermined = chosen.allow_undetermined != 0,
        .exit_zero = chosen.exit_zero != 0,
    };
    return (int)ar_report_exit_code(result->result, &how);
}

/* ---- tests ---- */

struct test_request {
    struct archrules_test_report *report;
    struct ar_test_options options;
};

static void run_tests(void *context)
{
    struct test_request *request = context;
    struct archrules_test_report *report = request->report;
    request->options.now = (int64_t)time(NULL) * MICROSECONDS;
    report->run = ar_test_run(&report->memory.arena, report->engine->code,
                              &request->options);
}

archrules_status archrules_test_run(archrules_engine *engine,
                                    const archrules_test_options *options,
                                    archrules_test_report **out)
{
    archrules_test_options chosen = {0};
    if (out)
        *out = NULL;
    if (!out || !engine || !engine->program)
        return ARCHRULES_MISUSE;
    if (engine->is_compiled_pack)
        return ARCHRULES_INVALID;
    if (options)
        chosen = *options;
    struct archrules_test_report *report = calloc(1, sizeof(*report));
    if (!report)
        return ARCHRULES_NOMEM;
    report->engine = engine;
    struct test_request request = {.report = report};
    request.options = (struct ar_test_options){
        .only = ar_str_from_c(chosen.only), .coverage = chosen.coverage != 0};
    struct ar_api_memories memories = {.at = {&report->memory, &engine->memory},
                                       .count = 2};
    archrules_status status = ar_api_guard(&memories, run_tests, &request);
    if (status == ARCHRULES_OK && chosen.only &&
        report->run->outcomes.count == 0)
        status = ARCHRULES_INVALID;
    if (status != ARCHRULES_OK)
        archrules_test_report_free(report);
    else
        *out = report;
    return status;
}

void archrules_test_report_free(archrules_test_report *report)
{
    if (!report)
        return;
    ar_arena_free(&report->memory.arena);
    free(report);
}

size_t archrules_test_report_passed(const archrules_test_report *report)
{
    return report ? report->run->n_passed : 0;
}

size_t archrules_test_report_failed(const archrules_test_report *report)
{
    return report ? report->run->n_failed : 0;
}

static const struct ar_coverage *get_coverage(
    const archrules_test_report *report)
{
    return report ? report->run->coverage : NULL;
}

size_t archrules_test_report_possible(const archrules_test_report *report)
{
    const struct ar_coverage *coverage = get_coverage(report);
    return coverage ? coverage->n_possible : 0;
}

size_t archrules_test_report_shown(const archrules_test_report *report)
{
    const struct ar_coverage *coverage = get_coverage(report);
    return coverage ? coverage->n_shown : 0;
}

struct test_rendering {
    const struct ar_test_run *run;
    struct ar_test_report_options options;
    archrules_format format;
};

static void put_tests(struct ar_buf *out, void *context)
{
    struct test_rendering *rendering = context;
    switch (rendering->format) {
    case ARCHRULES_JSON: ar_test_report_json(out, rendering->run); return;
    case ARCHRULES_JUNIT: ar_test_report_junit(out, rendering->run); return;
    case ARCHRULES_TAP: ar_test_report_tap(out, rendering->run); return;
    case ARCHRULES_HUMAN:
    case ARCHRULES_MARKDOWN:
    case ARCHRULES_HTML:
    case ARCHRULES_SARIF:
    case ARCHRULES_NDJSON: break;
    }
    ar_test_report_human(out, rendering->run, &rendering->options);
}

archrules_status archrules_test_report_render(
    archrules_test_report *report, const archrules_test_report_options *options,
    const archrules_output *output)
{
    archrules_test_report_options chosen = {0};
    if (!report || !output)
        return ARCHRULES_MISUSE;
    if (options)
        chosen = *options;
    struct test_rendering rendering = {
        .run = report->run,
        .options = {.color = output->color != 0,
                    .list_passed = chosen.list_passed != 0,
                    .annotate = chosen.annotate != 0},
        .format = output->format,
    };
    struct ar_api_memories memories = {
        .at = {&report->memory, &report->engine->memory}, .count = 2};
    return ar_api_render(&memories, output, put_tests, &rendering);
}
