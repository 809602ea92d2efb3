/* SPDX-License-Identifier: Apache-2.0 */
/* Help for people: of the program and of each command. */

#include "cli/cli.h"

#include <string.h>

enum { OPTION_COLUMN = 28, TEXT_INDENT = 2 };

static void put_blanks(struct cli_text *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cli_put(text, " ");
}

static size_t column_of(const struct cli_text *text)
{
    size_t at = text->length;
    while (at > 0 && text->at[at - 1] != '\n')
        at--;
    return text->length - at;
}

/* name in the left column, then wrapped text. */
static void put_row(struct cli_text *text, const char *name, const char *row)
{
    put_blanks(text, TEXT_INDENT);
    cli_put(text, name);
    size_t column = column_of(text);
    if (column + 2 > OPTION_COLUMN) {
        cli_put(text, "\n");
        column = 0;
    }
    put_blanks(text, OPTION_COLUMN - column);
    cli_put_wrapped(text, row, OPTION_COLUMN, OPTION_COLUMN);
    cli_put(text, "\n");
}

void cli_put_usage(struct cli_text *text)
{
    cli_put(text, "Usage: archrules COMMAND [OPTION]... [ARGUMENT]...\n\n"
                  "Rules that say what is wrong with a machine, and prove it."
                  "\n\nCommands:\n");
    for (size_t i = 0; i < CLI_N_COMMANDS; i++)
        put_row(text, cli_command_table[i].name, cli_command_table[i].summary);
    cli_put(text, "\nExamples:\n"
                  "  archrules eval -f snapshot.json\n"
                  "  archrules check rules/\n\n"
                  "'archrules COMMAND --help' says more about a command.\n");
}

/* "-p, --pack PATH" */
static void put_option_name(struct cli_text *text,
                            const struct cli_option_info *info)
{
    char short_name[] = {'-', info->short_name, ',', ' ', '\0'};
    cli_put(text, info->short_name ? short_name : "    ");
    cli_put(text, "--");
    cli_put(text, info->name);
    if (!info->argument)
        return;
    cli_put(text, " ");
    cli_put(text, info->argument);
}

static void put_options(struct cli_text *text, enum cli_command command)
{
    cli_put(text, "\nOptions:\n");
    for (size_t i = 0; i < CLI_N_OPTIONS; i++) {
        const struct cli_option_info *info = &cli_option_table[i];
        struct cli_text name = {0};
        if (!(info->commands & 1U << command))
            continue;
        put_option_name(&name, info);
        put_row(text, name.at, info->text);
        cli_text_free(&name);
    }
}

static void put_examples(struct cli_text *text,
                         const struct cli_command_info *info)
{
    cli_put(text, "\nExamples:\n");
    for (size_t i = 0; i < CLI_COUNT_OF(info->examples); i++) {
        put_blanks(text, TEXT_INDENT);
        cli_put(text, info->examples[i].command);
        cli_put(text, "\n");
        put_blanks(text, 2 * TEXT_INDENT + 2);
        cli_put(text, info->examples[i].text);
        cli_put(text, "\n");
    }
}

static void put_exit_codes(struct cli_text *text, enum cli_command command)
{
    cli_put(text, "\nExit code: 0 ");
    if (command == CLI_COMMAND_EVAL)
        cli_put(text, "nothing found; 1 findings; 2 mistakes in the command "
                      "line,\nrules or facts; 3 something could not be "
                      "decided.\n");
    else if (command == CLI_COMMAND_FMT)
        cli_put(text, "done; 1 --check or --diff found something to rewrite; "
                      "2 mistakes in\nthe command line, errors in rules, or a "
                      "file that cannot be written.\n");
    else if (command == CLI_COMMAND_TEST)
        cli_put(text, "every test passed; 1 a test failed; 2 mistakes in the "
                      "command\nline or in rules.\n");
    else
        cli_put(text, "done; 2 mistakes in the command line, rules or facts."
                      "\n");
}

void cli_put_help(struct cli_text *text, enum cli_command command)
{
    const struct cli_command_info *info = &cli_command_table[command];
    cli_put(text, "Usage: archrules ");
    cli_put(text, info->name);
    cli_put(text, " [OPTION]...");
    if (info->arguments[0] != '\0') {
        cli_put(text, " ");
        cli_put(text, info->arguments);
    }
    cli_put(text, "\n\n");
    cli_put_wrapped(text, info->text, 0, 0);
    cli_put(text, "\n");
    put_options(text, command);
    put_examples(text, info);
    put_exit_codes(text, command);
}
