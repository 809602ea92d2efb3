/* SPDX-License-Identifier: Apache-2.0 */
/* archrules facts: what can be found out about this machine. */

#include "cli/cli.h"

static archrules_status set_facts(const struct cli_options *options,
                                  archrules_facts *facts)
{
    const struct cli_values *values = &options->values[CLI_OPTION_SET];
    archrules_status result = ARCHRULES_OK;
    for (size_t ix = 0; ix < values->count; ix++) {
        archrules_status status = archrules_facts_set(facts, values->at[ix]);
        if (status != ARCHRULES_OK)
            result = status;
    }
    return result;
}

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

static void show_diagnostics(const struct cli_options *options,
                             archrules_facts *facts)
{
    struct cli_text text = {0};
    archrules_output output = {.color = cli_color_errors(options),
                               .write = cli_text_writer,
                               .context = &text};
    if (archrules_facts_render_diagnostics(facts, &output) == ARCHRULES_OK)
        cli_write_error(&text);
    cli_text_free(&text);
}

static int show_facts(const struct cli_options *options,
                      archrules_engine *engine, struct cli_output *output)
{
    archrules_facts *facts = NULL;
    archrules_status status = archrules_facts_create(engine, &facts);
    int code = cli_exit_of(status);
    if (status == ARCHRULES_OK) {
        code = cli_exit_of(set_facts(options, facts));
        show_diagnostics(options, facts);
        cli_show_timings(options, facts);
    }
    if (code == CLI_EXIT_OK) {
        code = collect_names(options, facts);
        show_diagnostics(options, facts);
    }
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
