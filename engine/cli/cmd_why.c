/* SPDX-License-Identifier: Apache-2.0 */
/* archrules why, why-not, what-if: why rules have the statuses that they have,
 * and what would change them. */

#include "cli/cli.h"

#include <string.h>

static int explain(const struct cli_options *options, archrules_engine *engine,
                   archrules_facts *facts, struct cli_output *output)
{
    const struct cli_values *names = &options->arguments;
    archrules_explain_options how = {
        .why = options->command == CLI_COMMAND_WHY ? ARCHRULES_WHY
                                                   : ARCHRULES_WHY_NOT,
        .rule = names->count > 0 ? names->at[0] : NULL,
        .key = cli_value(options, CLI_OPTION_KEY),
        .is_live = !cli_has(options, CLI_OPTION_FACTS) &&
                   !cli_has(options, CLI_OPTION_NO_PROBE),
    };
    archrules_report_options report = cli_report_options(options);
    archrules_result *result = NULL;
    archrules_status status = archrules_evaluate(engine, facts, NULL, &result);
    int code = CLI_EXIT_OK;
    if (status == ARCHRULES_OK)
        status = archrules_result_explain(result, &how, &output->to);
    if (status == ARCHRULES_INVALID)
        cli_show_problem(output);
    if (status == ARCHRULES_OK)
        code = archrules_result_rule_exit_code(result, how.rule, &report);
    archrules_result_free(result);
    return cli_worse(code, cli_exit_of(status));
}

/* ---- what-if ---- */

/* "NAME=VALUE" and not the name of a rule. */
static bool is_assignment(const char *argument)
{
    return strchr(argument, '=') != NULL;
}

static int ask_what_if(const struct cli_options *options,
                       archrules_engine *engine, archrules_facts *facts,
                       struct cli_output *output)
{
    const struct cli_values *arguments = &options->arguments;
    archrules_what_if_options how = {.key = cli_value(options, CLI_OPTION_KEY)};
    if (is_assignment(arguments->at[0])) {
        how.assignments = arguments->at;
        how.n_assignments = arguments->count;
    } else {
        how.rule = arguments->at[0];
    }
    archrules_result *result = NULL;
    archrules_status status = archrules_evaluate(engine, facts, NULL, &result);
    int code = CLI_EXIT_OK;
    if (status == ARCHRULES_OK)
        status = archrules_result_what_if(result, &how, &output->to, &code);
    if (status == ARCHRULES_INVALID && how.rule)
        cli_show_problem(output);
    else if (status == ARCHRULES_INVALID)
        code = cli_exit_of(cli_show_fact_diagnostics(options, facts, true));
    archrules_result_free(result);
    return cli_worse(code, cli_exit_of(status));
}

/* All facts, or one rule. */
static bool has_good_changes(const struct cli_options *options)
{
    const struct cli_values *arguments = &options->arguments;
    if (arguments->count == 0) {
        cli_error("what-if needs NAME=VALUE, or a rule: 'archrules what-if "
                  "--help' says more");
        return false;
    }
    for (size_t i = 1; i < arguments->count; i++) {
        if (is_assignment(arguments->at[0]) && is_assignment(arguments->at[i]))
            continue;
        cli_error("what-if takes facts, or one rule: '%s'", arguments->at[i]);
        return false;
    }
    if (is_assignment(arguments->at[0]) && cli_has(options, CLI_OPTION_KEY)) {
        cli_error("what-if: --key goes with a rule");
        return false;
    }
    return true;
}

/* ---- the commands ---- */

static bool has_good_arguments(const struct cli_options *options)
{
    const char *name = cli_command_table[options->command].name;
    if (options->command == CLI_COMMAND_WHAT_IF)
        return has_good_changes(options);
    if (options->arguments.count > 1) {
        cli_error("%s: too many arguments: '%s' (packs are given with -p)",
                  name, options->arguments.at[1]);
        return false;
    }
    if (cli_has(options, CLI_OPTION_KEY) && options->arguments.count == 0) {
        cli_error("%s: --key goes with a rule", name);
        return false;
    }
    return true;
}

int cli_run_why(const struct cli_options *options)
{
    struct cli_output output;
    archrules_engine *engine = NULL;
    archrules_facts *facts = NULL;
    bool is_what_if = options->command == CLI_COMMAND_WHAT_IF;
    if (!has_good_arguments(options) || !cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    int code = cli_engine_open(options, false, &engine);
    if (engine && code != CLI_EXIT_INTERNAL) {
        int facts_code = cli_facts_open(options, engine, NULL, &facts);
        code = cli_worse(code, facts_code);
        if (facts_code == CLI_EXIT_OK)
            code = cli_worse(
                code, is_what_if ? ask_what_if(options, engine, facts, &output)
                                 : explain(options, engine, facts, &output));
    }
    archrules_facts_free(facts);
    archrules_engine_free(engine);
    return cli_output_close(&output, code);
}
