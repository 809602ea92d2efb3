/* SPDX-License-Identifier: Apache-2.0 */
/* archrules check and archrules test: what is wrong with rules. */

#include "cli/cli.h"

int cli_run_check(const struct cli_options *options)
{
    struct cli_output output;
    archrules_engine *engine = NULL;
    if (!cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    int code = cli_engine_open(options, true, &engine);
    if (engine && code != CLI_EXIT_INTERNAL)
        code = cli_worse(code, cli_exit_of(archrules_engine_render_packs(
                                   engine, &output.to)));
    archrules_engine_free(engine);
    return cli_output_close(&output, code);
}

static int run_tests(const struct cli_options *options,
                     archrules_engine *engine, struct cli_output *output)
{
    const char *only = cli_value(options, CLI_OPTION_ONLY_TEST);
    archrules_test_report *report = NULL;
    archrules_status status = archrules_test_run(engine, only, &report);
    int code = CLI_EXIT_OK;
    if (status == ARCHRULES_INVALID && only)
        cli_error("no test is called '%s'", only);
    else if (status == ARCHRULES_INVALID)
        cli_error("a compiled pack holds no tests: give the rule files that "
                  "it was built from");
    if (status == ARCHRULES_OK) {
        status = archrules_test_report_render(
            report, cli_has(options, CLI_OPTION_VERBOSE), &output->to);
        if (archrules_test_report_failed(report) > 0)
            code = CLI_EXIT_FOUND;
    }
    archrules_test_report_free(report);
    return cli_worse(code, cli_exit_of(status));
}

int cli_run_test(const struct cli_options *options)
{
    struct cli_output output;
    archrules_engine *engine = NULL;
    if (!cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    int code = cli_engine_open(options, false, &engine);
    if (engine && code != CLI_EXIT_INTERNAL)
        code = cli_worse(code, run_tests(options, engine, &output));
    archrules_engine_free(engine);
    return cli_output_close(&output, code);
}
