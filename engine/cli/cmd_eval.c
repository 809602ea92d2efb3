/* SPDX-License-Identifier: Apache-2.0 */
/* archrules eval: rules, facts, a report, an exit code. */

#include "cli/cli.h"
#include "cli/platform.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static archrules_severity find_level(const struct cli_options *options,
                                     enum cli_option option)
{
    static const archrules_severity levels[] = {
        ARCHRULES_SEVERITY_INFO, ARCHRULES_SEVERITY_WARNING,
        ARCHRULES_SEVERITY_ERROR, ARCHRULES_SEVERITY_CRITICAL};
    const char *name = cli_value(options, option);
    if (!name)
        return ARCHRULES_SEVERITY_DEFAULT;
    return levels[cli_find_word(cli_option_table[option].words, name)];
}

static archrules_detail find_detail(const struct cli_options *options)
{
    static const archrules_detail details[] = {
        ARCHRULES_DETAIL_IDS, ARCHRULES_DETAIL_FINDINGS, ARCHRULES_DETAIL_FULL};
    const char *name = cli_value(options, CLI_OPTION_DETAIL);
    const char *words = cli_option_table[CLI_OPTION_DETAIL].words;
    return name ? details[cli_find_word(words, name)] : ARCHRULES_DETAIL_FULL;
}

archrules_remedy_filter cli_remedy_filter(const struct cli_options *options)
{
    static const archrules_risk risks[] = {
        ARCHRULES_RISK_LOW, ARCHRULES_RISK_MEDIUM, ARCHRULES_RISK_HIGH};
    const char *risk = cli_value(options, CLI_OPTION_MAX_RISK);
    const char *words = cli_option_table[CLI_OPTION_MAX_RISK].words;
    return (archrules_remedy_filter){
        .max_risk =
            risk ? risks[cli_find_word(words, risk)] : ARCHRULES_RISK_DEFAULT,
        .no_restart = cli_has(options, CLI_OPTION_NO_RESTART),
        .no_admin = cli_has(options, CLI_OPTION_NO_ADMIN),
        .shell = cli_value(options, CLI_OPTION_SHELL),
    };
}

archrules_report_options cli_report_options(const struct cli_options *options)
{
    return (archrules_report_options){
        .detail = find_detail(options),
        .show_level = find_level(options, CLI_OPTION_SEVERITY),
        .fail_level = find_level(options, CLI_OPTION_FAIL_LEVEL),
        .show_all = cli_has(options, CLI_OPTION_ALL),
        .allow_undetermined = cli_has(options, CLI_OPTION_ALLOW_UNDETERMINED),
        .exit_zero = cli_has(options, CLI_OPTION_EXIT_ZERO),
        .remedies = cli_remedy_filter(options),
        .fail_new = cli_has(options, CLI_OPTION_FAIL_NEW),
    };
}

/* ---- report ---- */

static void note_loaded(const struct cli_options *options,
                        const archrules_engine *engine)
{
    char line[120];
    if (archrules_engine_count(engine, ARCHRULES_COUNT_RULES) == 0 &&
        !cli_has(options, CLI_OPTION_QUIET))
        cli_note("there are no rules to evaluate");
    if (!cli_has(options, CLI_OPTION_VERBOSE))
        return;
    snprintf(
        line, sizeof(line), "%lu rules of %lu packs; %lu packs not loaded",
        (unsigned long)archrules_engine_count(engine, ARCHRULES_COUNT_RULES),
        (unsigned long)archrules_engine_count(engine, ARCHRULES_COUNT_PACKS),
        (unsigned long)archrules_engine_count(
            engine, ARCHRULES_COUNT_PACKS_NOT_LOADED));
    cli_note("%s", line);
}

static int report(const struct cli_options *options, archrules_engine *engine,
                  archrules_facts *facts, struct cli_output *output)
{
    archrules_result *result = NULL;
    archrules_report_options report_options = cli_report_options(options);
    archrules_status status = archrules_evaluate(engine, facts, NULL, &result);
    int code = CLI_EXIT_OK;
    if (status == ARCHRULES_OK) {
        code = archrules_result_exit_code(result, &report_options);
        status = archrules_result_render(result, &report_options, &output->to);
    }
    archrules_result_free(result);
    return cli_worse(code, cli_exit_of(status));
}

/* ---- many machines ---- */

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text);
    size_t n = strlen(ending);
    return length >= n && strcmp(text + length - n, ending) == 0;
}

/* Whether the file of facts has a machine in each line. */
static bool has_many_machines(const struct cli_options *options,
                              const struct cli_output *output)
{
    const char *path = cli_value(options, CLI_OPTION_FACTS);
    if (!path)
        return false;
    if (cli_has(options, CLI_OPTION_JOBS) || ends_with(path, ".ndjson") ||
        ends_with(path, ".jsonl"))
        return true;
    return strcmp(path, "-") == 0 && output->to.format == ARCHRULES_NDJSON;
}

/* False after a message. */
static bool check_batch(const struct cli_options *options,
                        const struct cli_output *output)
{
    const char *path = cli_value(options, CLI_OPTION_FACTS);
    if (!path && cli_has(options, CLI_OPTION_JOBS)) {
        cli_error("-j needs a file that has a machine in each line: -f FILE");
        return false;
    }
    if (output->to.format != ARCHRULES_HUMAN &&
        output->to.format != ARCHRULES_NDJSON &&
        has_many_machines(options, output)) {
        cli_error("a report as %s is about one machine: for many use "
                  "--format ndjson",
                  archrules_format_name(output->to.format));
        return false;
    }
    if (cli_has(options, CLI_OPTION_WATCH) &&
        has_many_machines(options, output)) {
        cli_error("--watch looks at one machine, and '%s' has one in each line",
                  path);
        return false;
    }
    if (cli_has(options, CLI_OPTION_BASELINE) &&
        has_many_machines(options, output)) {
        cli_error("--baseline is the report of one machine");
        return false;
    }
    return true;
}

static int evaluate_facts(const struct cli_options *options,
                          archrules_engine *engine, struct cli_output *output)
{
    archrules_facts *facts = NULL;
    const archrules_report_options report_options = cli_report_options(options);
    if (cli_has(options, CLI_OPTION_WATCH))
        return cli_run_watch(options, engine, &report_options, output);
    if (has_many_machines(options, output)) {
        return cli_can_read_facts(cli_value(options, CLI_OPTION_FACTS))
                   ? cli_run_batch(options, engine, &report_options, output)
                   : CLI_EXIT_INVALID;
    }
    int code = cli_facts_open(options, engine, NULL, &facts);
    if (code == CLI_EXIT_OK)
        code = report(options, engine, facts, output);
    archrules_facts_free(facts);
    return code;
}

static int evaluate(const struct cli_options *options,
                    struct cli_output *output)
{
    archrules_engine *engine = NULL;
    int code =
        cli_engine_open(options, cli_has(options, CLI_OPTION_VERBOSE), &engine);
    bool is_usable = engine != NULL && code != CLI_EXIT_INTERNAL;
    if (is_usable && code == CLI_EXIT_INVALID &&
        archrules_engine_count(engine, ARCHRULES_COUNT_RULES) == 0 &&
        output->to.format == ARCHRULES_HUMAN) {
        cli_error("no rules were loaded: nothing was evaluated");
        is_usable = false;
    }
    if (is_usable) {
        note_loaded(options, engine);
        code = cli_worse(code, evaluate_facts(options, engine, output));
    }
    archrules_engine_free(engine);
    return code;
}

int cli_run_eval(const struct cli_options *options)
{
    struct cli_output output;
    if (cli_has(options, CLI_OPTION_FAIL_NEW) &&
        !cli_has(options, CLI_OPTION_BASELINE)) {
        cli_error("--fail-new needs --baseline: new since when?");
        return CLI_EXIT_INVALID;
    }
    if (!cli_output_open(options, &output) ||
        !cli_check_watch(options, &output) || !check_batch(options, &output))
        return CLI_EXIT_INVALID;
    return cli_output_close(&output, evaluate(options, &output));
}
