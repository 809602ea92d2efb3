/* SPDX-License-Identifier: Apache-2.0 */
/* Where results go, and in which form: formats, colours, files. */

#include "cli/cli.h"
#include "cli/platform.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value && value[0] != '\0';
}

static bool use_color(const struct cli_options *options, enum cli_stream stream,
                      bool to_file)
{
    const char *when = cli_value(options, CLI_OPTION_COLOR);
    const char *force = getenv("CLICOLOR_FORCE");
    const char *terminal = getenv("TERM");
    if (when && strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    if (is_set("NO_COLOR") || to_file)
        return false;
    if (force && force[0] != '\0' && strcmp(force, "0") != 0)
        return true;
    if (terminal && strcmp(terminal, "dumb") == 0)
        return false;
    return cli_is_terminal(stream);
}

bool cli_color_errors(const struct cli_options *options)
{
    return use_color(options, CLI_STDERR, false);
}

static const char *target_of(const struct cli_options *options)
{
    const char *path = cli_value(options, CLI_OPTION_OUTPUT);
    return path ? path : cli_value(options, CLI_OPTION_DOC_OUTPUT);
}

static archrules_format find_format(const char *name)
{
    int format = ARCHRULES_HUMAN;
    while (strcmp(archrules_format_name((archrules_format)format), name) != 0)
        format++;
    return (archrules_format)format;
}

/* --format of the command, or CLI_N_OPTIONS. */
static enum cli_option find_format_option(enum cli_command command)
{
    for (size_t i = 0; i < CLI_N_OPTIONS; i++) {
        if (strcmp(cli_option_table[i].name, "format") == 0 &&
            (cli_option_table[i].commands & 1U << command) != 0)
            return (enum cli_option)i;
    }
    return CLI_N_OPTIONS;
}

archrules_format cli_format(const struct cli_options *options)
{
    enum cli_option option = find_format_option(options->command);
    if (cli_has(options, CLI_OPTION_JSON))
        return ARCHRULES_JSON;
    if (option == CLI_N_OPTIONS)
        return ARCHRULES_HUMAN;
    if (cli_has(options, option))
        return find_format(cli_value(options, option));
    archrules_format format = archrules_format_of_file(target_of(options));
    bool is_known = cli_find_word(cli_option_table[option].words,
                                  archrules_format_name(format)) != SIZE_MAX;
    return is_known ? format : ARCHRULES_HUMAN;
}

bool cli_output_open(const struct cli_options *options,
                     struct cli_output *output)
{
    const char *problem = NULL;
    *output = (struct cli_output){.path = target_of(options)};
    output->to = (archrules_output){
        .format = cli_format(options),
        .color = use_color(options, CLI_STDOUT, output->path != NULL),
        .write = cli_text_writer,
        .context = &output->text,
    };
    if (output->path)
        problem = cli_check_target(output->path,
                                   cli_value(options, CLI_OPTION_FACTS));
    if (problem)
        cli_error("cannot write '%s': %s", output->path, problem);
    return problem == NULL;
}

void cli_show_problem(struct cli_output *output)
{
    struct cli_text message = {0};
    cli_put(&message, "archrules: ");
    cli_put(&message, output->text.at);
    cli_write_error(&message);
    cli_text_free(&message);
    cli_text_free(&output->text);
}

int cli_output_close(struct cli_output *output, int code)
{
    struct cli_text *text = &output->text;
    const char *problem = NULL;
    bool is_whole = text->length > 0 && code != CLI_EXIT_INTERNAL;
    if (is_whole && output->path && output->is_private)
        problem = cli_write_private_file(output->path, text->at, text->length);
    else if (is_whole && output->path)
        problem = cli_write_file(output->path, text->at, text->length);
    else if (is_whole)
        problem = cli_write_stream(CLI_STDOUT, text->at, text->length);
    if (problem)
        cli_error("cannot write %s: %s",
                  output->path ? output->path : "the result", problem);
    cli_text_free(text);
    return problem ? cli_worse(code, CLI_EXIT_INVALID) : code;
}
