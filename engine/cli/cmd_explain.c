/* SPDX-License-Identifier: Apache-2.0 */
/* archrules explain, capabilities, version, completion: what the program
 * knows about itself. */

#include "cli/cli.h"

#include <string.h>

static bool has_arguments(const struct cli_options *options, size_t least,
                          size_t most)
{
    const struct cli_command_info *info = &cli_command_table[options->command];
    if (options->arguments.count > most) {
        cli_error("%s: too many arguments: '%s'", info->name,
                  options->arguments.at[most]);
        return false;
    }
    if (options->arguments.count < least) {
        cli_error("%s needs %s: 'archrules %s --help' says more", info->name,
                  info->arguments, info->name);
        return false;
    }
    return true;
}

/* ---- explain ---- */

static int explain_topic(const struct cli_options *options,
                         struct cli_output *output)
{
    archrules_engine *engine = NULL;
    int code = cli_engine_open(options, false, &engine);
    if (!engine || code == CLI_EXIT_INTERNAL) {
        archrules_engine_free(engine);
        return code;
    }
    archrules_status status =
        archrules_explain(engine, options->arguments.at[0], &output->to);
    if (status == ARCHRULES_INVALID)
        cli_show_problem(output);
    archrules_engine_free(engine);
    return cli_worse(code, cli_exit_of(status));
}

int cli_run_explain(const struct cli_options *options)
{
    struct cli_output output;
    bool all = cli_has(options, CLI_OPTION_ALL_CODES);
    if (!has_arguments(options, all ? 0 : 1, all ? 0 : 1))
        return CLI_EXIT_INVALID;
    if (!cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    if (!all && output.to.format == ARCHRULES_MARKDOWN &&
        cli_has(options, CLI_OPTION_EXPLAIN_FORMAT)) {
        cli_error("--format markdown goes with --all only");
        return CLI_EXIT_INVALID;
    }
    int code = all ? cli_exit_of(archrules_explain_codes(&output.to))
                   : explain_topic(options, &output);
    return cli_output_close(&output, code);
}

/* ---- capabilities and version ---- */

int cli_run_capabilities(const struct cli_options *options)
{
    struct cli_output output;
    archrules_engine *engine = NULL;
    if (!has_arguments(options, 0, 0) || !cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    int code = cli_engine_open(options, false, &engine);
    if (engine && code != CLI_EXIT_INTERNAL)
        code = cli_worse(
            code, cli_exit_of(archrules_capabilities(engine, &output.to)));
    archrules_engine_free(engine);
    return cli_output_close(&output, code);
}

int cli_run_version(const struct cli_options *options)
{
    struct cli_output output;
    if (!has_arguments(options, 0, 0) || !cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    bool json = output.to.format == ARCHRULES_JSON;
    cli_put(&output.text,
            json ? "{\"name\": \"archrules\", \"version\": \"" : "archrules ");
    cli_put(&output.text, archrules_version());
    cli_put(&output.text, json ? "\"}\n" : "\n");
    return cli_output_close(&output, CLI_EXIT_OK);
}

/* ---- completion ---- */

static bool put_man(const struct cli_options *options, struct cli_text *text)
{
    enum cli_command command = CLI_N_COMMANDS;
    if (options->arguments.count > 1) {
        command = cli_find_command(options->arguments.at[1]);
        if (command == CLI_N_COMMANDS) {
            cli_error("unknown command '%s'", options->arguments.at[1]);
            return false;
        }
    }
    cli_put_man(text, command);
    return true;
}

static bool put_completion(const struct cli_options *options,
                           struct cli_text *text)
{
    static const char *kinds[] = {"bash", "zsh", "fish", "man"};
    const struct cli_values candidates = {kinds, CLI_COUNT_OF(kinds)};
    const char *kind = options->arguments.at[0];
    if (strcmp(kind, "man") == 0)
        return put_man(options, text);
    if (options->arguments.count > 1) {
        cli_error("completion: too many arguments: '%s'",
                  options->arguments.at[1]);
        return false;
    }
    if (strcmp(kind, "bash") == 0)
        cli_put_bash(text);
    else if (strcmp(kind, "zsh") == 0)
        cli_put_zsh(text);
    else if (strcmp(kind, "fish") == 0)
        cli_put_fish(text);
    else
        cli_error_unknown("shell", kind, "", &candidates);
    return text->length > 0;
}

int cli_run_completion(const struct cli_options *options)
{
    struct cli_output output;
    if (!has_arguments(options, 1, 2) || !cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    if (!put_completion(options, &output.text))
        return CLI_EXIT_INVALID;
    return cli_output_close(&output, CLI_EXIT_OK);
}
