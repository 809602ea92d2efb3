/* SPDX-License-Identifier: Apache-2.0 */
/* Manual pages in roff, from the same tables as the help. */

#include "cli/cli.h"

/* Text at the start of a line or inside one: no character of it is a
 * request or an escape. */
static void put_text(struct cli_text *text, const char *string)
{
    for (const char *at = string; *at; at++) {
        if (*at == '\\')
            cli_put(text, "\\e");
        else if (*at == '-')
            cli_put(text, "\\-");
        else if (*at == '\'')
            cli_put(text, "\\(aq");
        else if (*at == '.' && (at == string || at[-1] == '\n'))
            cli_put(text, "\\&.");
        else
            cli_put_bytes(text, at, 1);
    }
}

static void put_line(struct cli_text *text, const char *string)
{
    put_text(text, string);
    cli_put(text, "\n");
}

static void put_section(struct cli_text *text, const char *name)
{
    cli_put(text, ".SH ");
    cli_put(text, name);
    cli_put(text, "\n");
}

static void put_title(struct cli_text *text, const char *name,
                      const char *summary)
{
    cli_put(text, ".TH \"");
    cli_put(text, name);
    cli_put(text, "\" 1 \"\" \"archrules ");
    cli_put(text, archrules_version());
    cli_put(text, "\" \"archrules\"\n");
    put_section(text, "NAME");
    put_text(text, name);
    cli_put(text, " \\- ");
    put_line(text, summary);
    put_section(text, "SYNOPSIS");
}

static void put_option(struct cli_text *text,
                       const struct cli_option_info *info)
{
    char short_name[] = {info->short_name, '\0'};
    cli_put(text, ".TP\n");
    if (info->short_name) {
        cli_put(text, "\\fB\\-");
        cli_put(text, short_name);
        cli_put(text, "\\fR, ");
    }
    cli_put(text, "\\fB\\-\\-");
    put_text(text, info->name);
    cli_put(text, "\\fR");
    if (info->argument) {
        cli_put(text, " \\fI");
        put_text(text, info->argument);
        cli_put(text, "\\fR");
    }
    cli_put(text, "\n");
    put_line(text, info->text);
}

static void put_examples(struct cli_text *text,
                         const struct cli_command_info *info)
{
    put_section(text, "EXAMPLES");
    for (size_t i = 0; i < CLI_COUNT_OF(info->examples); i++) {
        cli_put(text, ".PP\n");
        put_line(text, info->examples[i].text);
        cli_put(text, ".PP\n.nf\n");
        put_line(text, info->examples[i].command);
        cli_put(text, ".fi\n");
    }
}

static void put_exit_codes(struct cli_text *text)
{
    static const char *const rows[][2] = {
        {"0", "every rule is decided, and nothing was found"},
        {"1", "something was found; of test: a test failed; of fmt: "
              "--check or --diff found something to rewrite"},
        {"2", "the command line, rules, facts or the output are invalid; "
              "what could run did"},
        {"3", "nothing was found, but something could not be decided"},
        {"70", "an internal error"},
    };
    put_section(text, "EXIT STATUS");
    for (size_t i = 0; i < CLI_COUNT_OF(rows); i++) {
        cli_put(text, ".TP\n");
        put_line(text, rows[i][0]);
        put_line(text, rows[i][1]);
    }
}

static void put_program(struct cli_text *text)
{
    put_title(text, "archrules",
              "rules that say what is wrong with a machine, and prove it");
    cli_put(text, "\\fBarchrules\\fR \\fICOMMAND\\fR "
                  "[\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n");
    put_section(text, "COMMANDS");
    for (size_t i = 0; i < CLI_N_COMMANDS; i++) {
        cli_put(text, ".TP\n\\fB");
        put_text(text, cli_command_table[i].name);
        cli_put(text, "\\fR\n");
        put_line(text, cli_command_table[i].summary);
    }
    put_section(text, "ENVIRONMENT");
    cli_put(text, ".TP\nNO_COLOR\n");
    put_line(text, "If it is set and not empty, no colours.");
    cli_put(text, ".TP\nCLICOLOR_FORCE\n");
    put_line(text, "If it is set and neither empty nor 0, colours off a "
                   "terminal, too.");
    put_exit_codes(text);
    put_section(text, "SEE ALSO");
    for (size_t i = 0; i < CLI_N_COMMANDS; i++) {
        cli_put(text, ".BR archrules\\-");
        put_text(text, cli_command_table[i].name);
        cli_put(text, i + 1 < CLI_N_COMMANDS ? " (1),\n" : " (1)\n");
    }
}

static void put_command(struct cli_text *text, enum cli_command command)
{
    const struct cli_command_info *info = &cli_command_table[command];
    struct cli_text name = {0};
    cli_put(&name, "archrules-");
    cli_put(&name, info->name);
    put_title(text, name.at, info->summary);
    cli_text_free(&name);
    cli_put(text, "\\fBarchrules ");
    put_text(text, info->name);
    cli_put(text, "\\fR [\\fIOPTION\\fR]... ");
    put_line(text, info->arguments);
    put_section(text, "DESCRIPTION");
    put_line(text, info->text);
    put_section(text, "OPTIONS");
    for (size_t i = 0; i < CLI_N_OPTIONS; i++) {
        if (cli_option_table[i].commands & 1U << command)
            put_option(text, &cli_option_table[i]);
    }
    put_examples(text, info);
    put_exit_codes(text);
    put_section(text, "SEE ALSO");
    cli_put(text, ".BR archrules (1)\n");
}

void cli_put_man(struct cli_text *text, enum cli_command command)
{
    if (command == CLI_N_COMMANDS)
        put_program(text);
    else
        put_command(text, command);
}
