/* SPDX-License-Identifier: Apache-2.0 */
/* Completions for shells, from the tables of commands and options. No text
 * in the tables needs more quoting than a single quote. */

#include "cli/cli.h"

#include <string.h>

static bool belongs(size_t option_ix, size_t command_ix)
{
    return (cli_option_table[option_ix].commands & 1U << command_ix) != 0;
}

static bool takes_folder(const struct cli_option_info *info)
{
    return info->argument && strcmp(info->argument, "DIR") == 0;
}

static bool takes_file(const struct cli_option_info *info)
{
    return info->argument && (strcmp(info->argument, "FILE") == 0 ||
                              strcmp(info->argument, "PATH") == 0);
}

/* Between single quotes; ending, escaping and starting them again is the
 * same in all three shells. */
static void put_quoted(struct cli_text *text, const char *string)
{
    cli_put(text, "'");
    for (const char *at = string; *at; at++) {
        if (*at == '\'')
            cli_put(text, "'\\''");
        else
            cli_put_bytes(text, at, 1);
    }
    cli_put(text, "'");
}

static void put_command_names(struct cli_text *text)
{
    for (size_t i = 0; i < CLI_N_COMMANDS; i++) {
        cli_put(text, i > 0 ? " " : "");
        cli_put(text, cli_command_table[i].name);
    }
}

/* ---- bash ---- */

/* What follows an option that takes words or a folder. */
static void put_bash_values(struct cli_text *text)
{
    cli_put(text, "    case $command:$previous in\n");
    for (size_t c = 0; c < CLI_N_COMMANDS; c++) {
        for (size_t i = 0; i < CLI_N_OPTIONS; i++) {
            const struct cli_option_info *info = &cli_option_table[i];
            if (!belongs(i, c) || !info->argument || takes_file(info))
                continue;
            cli_put(text, "    ");
            cli_put(text, cli_command_table[c].name);
            cli_put(text, ":--");
            cli_put(text, info->name);
            if (takes_folder(info)) {
                cli_put(text, ") local IFS=$'\\n' ; "
                              "COMPREPLY=($(compgen -d -- \"$word\")) ; "
                              "return ;;\n");
            } else {
                cli_put(text, ") COMPREPLY=($(compgen -W '");
                cli_put(text, info->words ? info->words : "");
                cli_put(text, "' -- \"$word\")) ; return ;;\n");
            }
        }
    }
    cli_put(text, "    esac\n");
}

static void put_bash_options(struct cli_text *text)
{
    cli_put(text, "    if [[ $word == -* ]]; then\n"
                  "        case $command in\n");
    for (size_t c = 0; c < CLI_N_COMMANDS; c++) {
        cli_put(text, "        ");
        cli_put(text, cli_command_table[c].name);
        cli_put(text, ") words='");
        const char *separator = "";
        for (size_t i = 0; i < CLI_N_OPTIONS; i++) {
            if (!belongs(i, c))
                continue;
            cli_put(text, separator);
            cli_put(text, "--");
            cli_put(text, cli_option_table[i].name);
            separator = " ";
        }
        cli_put(text, "' ;;\n");
    }
    cli_put(text, "        esac\n"
                  "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
                  "        return\n"
                  "    fi\n");
}

void cli_put_bash(struct cli_text *text)
{
    cli_put(text, "# bash completion for archrules\n"
                  "_archrules()\n"
                  "{\n"
                  "    local word=${COMP_WORDS[COMP_CWORD]}\n"
                  "    local previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
                  "    local command=${COMP_WORDS[1]} words=\n"
                  "    COMPREPLY=()\n"
                  "    if [[ $COMP_CWORD -eq 1 ]]; then\n"
                  "        COMPREPLY=($(compgen -W '");
    put_command_names(text);
    cli_put(text, "' -- \"$word\"))\n"
                  "        return\n"
                  "    fi\n"
                  "    [[ $command == doctor ]] && command='eval'\n");
    put_bash_values(text);
    put_bash_options(text);
    cli_put(text, "    if [[ $command == completion ]]; then\n"
                  "        COMPREPLY=($(compgen -W 'bash zsh fish man' -- "
                  "\"$word\"))\n"
                  "    else\n"
                  "        local IFS=$'\\n'\n"
                  "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
                  "    fi\n"
                  "}\n"
                  "complete -o filenames -F _archrules archrules\n");
}

/* ---- zsh ---- */

/* '(-p --pack)'{-p,--pack}'[text]:PATH:_files' */
static void put_zsh_option(struct cli_text *text,
                           const struct cli_option_info *info)
{
    char short_name[] = {'-', info->short_name, '\0'};
    cli_put(text, " \\\n            ");
    cli_put(text, info->repeatable && info->argument ? "'*'" : "");
    if (info->short_name) {
        cli_put(text, "{");
        cli_put(text, short_name);
        cli_put(text, ",--");
        cli_put(text, info->name);
        cli_put(text, "}");
    } else {
        cli_put(text, "--");
        cli_put(text, info->name);
    }
    struct cli_text rest = {0};
    cli_put(&rest, "[");
    cli_put(&rest, info->text);
    cli_put(&rest, "]");
    if (info->argument) {
        cli_put(&rest, ":");
        cli_put(&rest, info->argument);
        cli_put(&rest, ":");
    }
    if (takes_folder(info))
        cli_put(&rest, "_files -/");
    else if (takes_file(info))
        cli_put(&rest, "_files");
    else if (info->words) {
        cli_put(&rest, "(");
        cli_put(&rest, info->words);
        cli_put(&rest, ")");
    }
    put_quoted(text, rest.at);
    cli_text_free(&rest);
}

static void put_zsh_command(struct cli_text *text, size_t command_ix)
{
    const struct cli_command_info *info = &cli_command_table[command_ix];
    cli_put(text, "    ");
    cli_put(text, info->name);
    cli_put(text, command_ix == CLI_COMMAND_EVAL ? "|doctor)\n" : ")\n");
    cli_put(text, "        _arguments");
    for (size_t i = 0; i < CLI_N_OPTIONS; i++) {
        if (belongs(i, command_ix))
            put_zsh_option(text, &cli_option_table[i]);
    }
    if (command_ix == CLI_COMMAND_COMPLETION)
        cli_put(text, " \\\n            '1:shell:(bash zsh fish man)'");
    else if (info->arguments[0] != '\0')
        cli_put(text, " \\\n            '*:path:_files'");
    cli_put(text, "\n        ;;\n");
}

void cli_put_zsh(struct cli_text *text)
{
    cli_put(text, "#compdef archrules\n"
                  "local -a commands\n"
                  "commands=(\n");
    for (size_t i = 0; i < CLI_N_COMMANDS; i++) {
        struct cli_text row = {0};
        cli_put(&row, cli_command_table[i].name);
        cli_put(&row, ":");
        cli_put(&row, cli_command_table[i].summary);
        cli_put(text, "    ");
        put_quoted(text, row.at);
        cli_put(text, "\n");
        cli_text_free(&row);
    }
    cli_put(text, ")\n"
                  "if (( CURRENT == 2 )); then\n"
                  "    _describe command commands\n"
                  "    return\n"
                  "fi\n"
                  "local command=$words[2]\n"
                  "shift words\n"
                  "(( CURRENT-- ))\n"
                  "case $command in\n");
    for (size_t i = 0; i < CLI_N_COMMANDS; i++)
        put_zsh_command(text, i);
    cli_put(text, "esac\n");
}

/* ---- fish ---- */

static void put_fish_option(struct cli_text *text, size_t command_ix,
                            const struct cli_option_info *info)
{
    char short_name[] = {' ', '-', 's', ' ', info->short_name, '\0'};
    cli_put(text, "complete -c archrules -n '__fish_seen_subcommand_from ");
    cli_put(text, cli_command_table[command_ix].name);
    cli_put(text, command_ix == CLI_COMMAND_EVAL ? " doctor'" : "'");
    cli_put(text, info->short_name ? short_name : "");
    cli_put(text, " -l ");
    cli_put(text, info->name);
    if (takes_file(info))
        cli_put(text, " -r -F");
    else if (takes_folder(info))
        cli_put(text, " -x -a '(__fish_complete_directories)'");
    else if (info->argument)
        cli_put(text, " -x");
    if (info->words) {
        cli_put(text, " -a ");
        put_quoted(text, info->words);
    }
    cli_put(text, " -d ");
    put_quoted(text, info->text);
    cli_put(text, "\n");
}

void cli_put_fish(struct cli_text *text)
{
    cli_put(text, "# fish completion for archrules\n");
    for (size_t i = 0; i < CLI_N_COMMANDS; i++) {
        cli_put(text, "complete -c archrules -n __fish_use_subcommand -f -a ");
        cli_put(text, cli_command_table[i].name);
        cli_put(text, " -d ");
        put_quoted(text, cli_command_table[i].summary);
        cli_put(text, "\n");
    }
    for (size_t c = 0; c < CLI_N_COMMANDS; c++) {
        for (size_t i = 0; i < CLI_N_OPTIONS; i++) {
            if (belongs(i, c))
                put_fish_option(text, c, &cli_option_table[i]);
        }
    }
    cli_put(text, "complete -c archrules -n '__fish_seen_subcommand_from "
                  "completion' -f -a 'bash zsh fish man'\n");
}
