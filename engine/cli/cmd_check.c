/* SPDX-License-Identifier: Apache-2.0 */
/* archrules check: what is wrong with rules. */

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
