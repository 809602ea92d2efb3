/* SPDX-License-Identifier: Apache-2.0 */
/* archrules facts: what can be found out about this machine. */

#include "cli/cli.h"

static int collect_names(const struct cli_options *options,
                         archrules_facts *facts)
{
    const struct cli_values *names = &options->arguments;
    int code = CLI_EXIT_OK;
    if (names->count == 0)
        return cli_collect(options, facts, "");
    for (size_t ix = 0; ix < names->count && code == CLI_EXIT_OK; ix++)
        code = cli_collect(options, facts, names->at[ix]);
    return code;
}

/* What is wrong with the names and settings is never lost for want of
 * memory: that is an error of its own. */
static int show_wrong(const struct cli_options *options, archrules_facts *facts,
                      int code)
{
    return cli_worse(code, cli_exit_of(cli_show_fact_diagnostics(
                               options, facts, code != CLI_EXIT_OK)));
}

static int find_out(const struct cli_options *options, archrules_facts *facts)
{
    archrules_status status = cli_set_facts(
        facts, &options->values[CLI_OPTION_SET], archrules_facts_set);
    int code = show_wrong(options, facts, cli_exit_of(status));
    if (code != CLI_EXIT_OK)
        return code;
    code = show_wrong(options, facts, collect_names(options, facts));
    cli_show_timings(options, facts);
    return code;
}

static int show_facts(const struct cli_options *options,
                      archrules_engine *engine, struct cli_output *output)
{
    archrules_facts *facts = NULL;
    int code = cli_exit_of(archrules_facts_create(engine, &facts));
    if (code == CLI_EXIT_OK)
        code = find_out(options, facts);
    if (code == CLI_EXIT_OK)
        code = cli_exit_of(archrules_facts_render(facts, &output->to));
    archrules_facts_free(facts);
    return code;
}

int cli_run_facts(const struct cli_options *options)
{
    struct cli_output output;
    archrules_engine *engine = NULL;
    if (!cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    int code = cli_engine_open(options, false, &engine);
    if (engine && code != CLI_EXIT_INTERNAL)
        code = cli_worse(code, show_facts(options, engine, &output));
    archrules_engine_free(engine);
    return cli_output_close(&output, code);
}
