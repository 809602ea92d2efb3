/* SPDX-License-Identifier: Apache-2.0 */
/* archrules test: the tests of packs, and how much they show. */

#include "cli/cli.h"

#include <stdint.h>
#include <stdio.h>

/* Percentages are counted in these, so that the comparison is exact. */
enum { MILLIONTHS = 1000000, DECIMALS = 6 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "100", "99.5": millionths of a percent, at most 100 percent. */
static bool parse_percent(const char *text, uint64_t *out)
{
    const char *at = text;
    uint64_t value = 0;
    unsigned n_decimals = 0;
    for (; is_digit(*at) && at - text < 3; at++)
        value = 10 * value + (uint64_t)(*at - '0');
    if (at == text)
        return false;
    if (*at == '.') {
        for (at++; is_digit(*at) && n_decimals < DECIMALS; at++, n_decimals++)
            value = 10 * value + (uint64_t)(*at - '0');
        if (n_decimals == 0)
            return false;
    }
    for (; n_decimals < DECIMALS; n_decimals++)
        value *= 10;
    *out = value;
    return *at == '\0' && value <= 100ULL * MILLIONTHS;
}

/* 0 without the option. False after a message. */
static bool find_minimum(const struct cli_options *options, uint64_t *out)
{
    const char *text = cli_value(options, CLI_OPTION_MIN_COVERAGE);
    *out = 0;
    if (!text || parse_percent(text, out))
        return true;
    cli_error("--min-coverage needs a number from 0 to 100, not '%s'", text);
    return false;
}

static bool wants_coverage(const struct cli_options *options)
{
    return cli_has(options, CLI_OPTION_COVERAGE) ||
           cli_has(options, CLI_OPTION_MIN_COVERAGE) ||
           cli_has(options, CLI_OPTION_ANNOTATE);
}

/* Whether the tests show as much as is asked for; else after a message. */
static bool check_coverage(const struct cli_options *options,
                           const archrules_test_report *report,
                           uint64_t minimum)
{
    uint64_t n_possible = archrules_test_report_possible(report);
    uint64_t n_shown = archrules_test_report_shown(report);
    char counts[64];
    if (n_shown * 100 * MILLIONTHS >= minimum * n_possible)
        return true;
    snprintf(counts, sizeof(counts), "%lu of %lu", (unsigned long)n_shown,
             (unsigned long)n_possible);
    cli_error("the tests show %s possible outcomes: less than "
              "--min-coverage %s",
              counts, cli_value(options, CLI_OPTION_MIN_COVERAGE));
    return false;
}

static int run_tests(const struct cli_options *options, uint64_t minimum,
                     archrules_engine *engine, struct cli_output *output)
{
    archrules_test_options how = {.only =
                                      cli_value(options, CLI_OPTION_ONLY_TEST),
                                  .coverage = wants_coverage(options)};
    archrules_test_report_options shown = {
        .list_passed = cli_has(options, CLI_OPTION_VERBOSE),
        .annotate = cli_has(options, CLI_OPTION_ANNOTATE)};
    archrules_test_report *report = NULL;
    archrules_status status = archrules_test_run(engine, &how, &report);
    int code = CLI_EXIT_OK;
    if (status == ARCHRULES_INVALID && how.only)
        cli_error("no test is called '%s'", how.only);
    else if (status == ARCHRULES_INVALID)
        cli_error("a compiled pack holds no tests: give the rule files that "
                  "it was built from");
    if (status == ARCHRULES_OK) {
        status = archrules_test_report_render(report, &shown, &output->to);
        if (archrules_test_report_failed(report) > 0 ||
            !check_coverage(options, report, minimum))
            code = CLI_EXIT_FOUND;
    }
    archrules_test_report_free(report);
    return cli_worse(code, cli_exit_of(status));
}

int cli_run_test(const struct cli_options *options)
{
    struct cli_output output;
    uint64_t minimum;
    archrules_engine *engine = NULL;
    if (!find_minimum(options, &minimum) || !cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    int code = cli_engine_open(options, false, &engine);
    if (engine && code != CLI_EXIT_INTERNAL)
        code = cli_worse(code, run_tests(options, minimum, engine, &output));
    archrules_engine_free(engine);
    return cli_output_close(&output, code);
}
