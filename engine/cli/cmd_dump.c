/* SPDX-License-Identifier: Apache-2.0 */
/* archrules dump: what rules are compiled to. */

#include "cli/cli.h"

static int dump_opcodes(struct cli_output *output)
{
    int code = cli_exit_of(archrules_render_opcodes(&output->to));
    return cli_output_close(output, code);
}

int cli_run_dump(const struct cli_options *options)
{
    struct cli_output output;
    archrules_engine *engine = NULL;
    if (!cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    if (cli_has(options, CLI_OPTION_OPCODES))
        return dump_opcodes(&output);
    const char *only = cli_value(options, CLI_OPTION_ONLY_RULE);
    int code = cli_engine_open(options, false, &engine);
    if (engine && code != CLI_EXIT_INTERNAL) {
        archrules_status status =
            archrules_engine_render_bytecode(engine, only, &output.to);
        if (status == ARCHRULES_INVALID)
            cli_error("no rule is called '%s'", only);
        code = cli_worse(code, cli_exit_of(status));
    }
    archrules_engine_free(engine);
    return cli_output_close(&output, code);
}
