/* SPDX-License-Identifier: Apache-2.0 */
/* archrules pack: compiled packs. */

#include "cli/cli.h"

#include <string.h>

static bool is_usable(const struct cli_options *options)
{
    const char *verbs[] = {"build"};
    const struct cli_values candidates = {verbs, CLI_COUNT_OF(verbs)};
    const struct cli_values *arguments = &options->arguments;
    if (arguments->count == 0)
        cli_error("'pack' needs a verb: archrules pack build PATH -o FILE");
    else if (strcmp(arguments->at[0], "build") != 0)
        cli_error_unknown("verb of 'pack'", arguments->at[0], "", &candidates);
    else if (arguments->count == 1)
        cli_error("'pack build' needs the rules to compile: a file or folder");
    else if (!cli_has(options, CLI_OPTION_OUTPUT))
        cli_error("'pack build' needs a file to write: -o NAME.arp");
    else
        return true;
    return false;
}

/* What has errors is not written. */
int cli_run_pack(const struct cli_options *options)
{
    struct cli_output output;
    archrules_engine *engine = NULL;
    if (!is_usable(options) || !cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    int code = cli_engine_open(options, false, &engine);
    if (code == CLI_EXIT_OK) {
        archrules_status status =
            archrules_engine_write_pack(engine, &output.to);
        if (status == ARCHRULES_INVALID)
            cli_error("the rules are more than a compiled pack can hold: "
                      "`archrules capabilities` prints its limit");
        code = cli_exit_of(status);
    }
    archrules_engine_free(engine);
    if (code == CLI_EXIT_OK)
        return cli_output_close(&output, code);
    cli_text_free(&output.text);
    return code;
}
