/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of commands and options, and taking a command line apart.
 * getopt_long() is asked to keep the order of the arguments, so that
 * POSIXLY_CORRECT changes nothing, and abbreviations are refused: a script
 * that uses one would break when an option is added. */

#include "cli/cli.h"

#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define AR_COMMAND(id, name, arguments, summary, text, e1, t1, e2, t2) \
    {name, arguments, summary, text, {{e1, t1}, {e2, t2}}},
const struct cli_command_info cli_command_table[] = {
#include "cli/commands.def"
};
#undef AR_COMMAND

#define AR_OPTION(id, name, short_name, argument, words, repeatable, commands, \
                  text)                                                        \
    {name, short_name, argument, words, repeatable, commands, text},
const struct cli_option_info cli_option_table[] = {
#include "cli/options.def"
};
#undef AR_OPTION

enum {
    FIRST_LONG = 256,  /* behind every short option */
    PLAIN_ARGUMENT = 1 /* what getopt_long() returns for it */
};

/* What getopt_long() is given: the options of one command. */
struct spelling {
    struct option longs[CLI_N_OPTIONS + 1];
    char shorts[2 * CLI_N_OPTIONS + 3];
    const char *names[CLI_N_OPTIONS];
    size_t n_names;
};

enum cli_command cli_find_command(const char *name)
{
    if (strcmp(name, "doctor") == 0)
        return CLI_COMMAND_EVAL;
    for (size_t i = 0; i < CLI_N_COMMANDS; i++) {
        if (strcmp(name, cli_command_table[i].name) == 0)
            return (enum cli_command)i;
    }
    return CLI_N_COMMANDS;
}

static bool belongs(size_t option_ix, enum cli_command command)
{
    return (cli_option_table[option_ix].commands & 1U << command) != 0;
}

static void spell(enum cli_command command, struct spelling *out)
{
    size_t n_shorts = 0;
    out->shorts[n_shorts++] = '-'; /* keep the order */
    out->shorts[n_shorts++] = ':'; /* tell a missing argument apart */
    for (size_t i = 0; i < CLI_N_OPTIONS; i++) {
        const struct cli_option_info *info = &cli_option_table[i];
        if (!belongs(i, command))
            continue;
        out->longs[out->n_names] = (struct option){
            .name = info->name,
            .has_arg = info->argument ? required_argument : no_argument,
            .val = FIRST_LONG + (int)i,
        };
        out->names[out->n_names++] = info->name;
        if (!info->short_name)
            continue;
        out->shorts[n_shorts++] = info->short_name;
        if (info->argument)
            out->shorts[n_shorts++] = ':';
    }
}

static void add_value(struct cli_values *values, const char *value)
{
    const char **larger = cli_allocate(values->count + 1, sizeof(*larger));
    for (size_t i = 0; i < values->count; i++)
        larger[i] = values->at[i];
    larger[values->count] = value;
    free(values->at);
    values->at = larger;
    values->count++;
}

size_t cli_find_word(const char *words, const char *text)
{
    size_t ix = 0;
    size_t text_length = strlen(text);
    for (const char *at = words; *at; ix++) {
        size_t length = strcspn(at, " ");
        if (length == text_length && strncmp(at, text, length) == 0)
            return ix;
        at += length + strspn(at + length, " ");
    }
    return SIZE_MAX;
}

/* The words as candidates for a suggestion. */
static void report_word(const struct cli_option_info *info, const char *value)
{
    struct cli_values words = {0};
    char *copy = cli_allocate(strlen(info->words) + 1, 1);
    struct cli_text what = {0};
    memcpy(copy, info->words, strlen(info->words));
    for (char *at = copy; *at;) {
        add_value(&words, at);
        at += strcspn(at, " ");
        if (*at)
            *at++ = '\0';
    }
    cli_put(&what, "value of --");
    cli_put(&what, info->name);
    cli_error_unknown(what.at, value, "", &words);
    cli_text_free(&what);
    free(words.at);
    free(copy);
}

static bool take_option(struct cli_options *options, size_t ix,
                        const char *value)
{
    const struct cli_option_info *info = &cli_option_table[ix];
    struct cli_values *values = &options->values[ix];
    if (info->argument && value[0] == '\0') {
        cli_error("--%s needs %s, and it is empty", info->name, info->argument);
        return false;
    }
    if (info->words && cli_find_word(info->words, value) == SIZE_MAX) {
        report_word(info, value);
        return false;
    }
    if (values->count > 0 && !info->repeatable && !info->words) {
        cli_error("--%s is given twice", info->name);
        return false;
    }
    add_value(values, value);
    return true;
}

static size_t find_short(char name, enum cli_command command)
{
    for (size_t i = 0; i < CLI_N_OPTIONS; i++) {
        if (cli_option_table[i].short_name == name && belongs(i, command))
            return i;
    }
    return SIZE_MAX;
}

/* Whether the argument spells the option's name out. */
static bool is_spelt_out(const char *argument, const char *name)
{
    size_t length = strlen(name);
    return strncmp(argument, "--", 2) == 0 &&
           strncmp(argument + 2, name, length) == 0 &&
           (argument[2 + length] == '\0' || argument[2 + length] == '=');
}

static void report_unknown(const struct spelling *spelling, char *argument)
{
    struct cli_values names = {
        .at = cli_allocate(spelling->n_names, sizeof(*names.at)),
        .count = spelling->n_names};
    char short_name[] = {'-', (char)optopt, '\0'};
    bool is_long = strncmp(argument, "--", 2) == 0;
    char *equals = is_long ? strchr(argument, '=') : NULL;
    if (equals)
        *equals = '\0';
    for (size_t i = 0; i < spelling->n_names; i++)
        names.at[i] = spelling->names[i];
    if (!is_long)
        names.count = strlen(argument) > 2 ? names.count : 0;
    cli_error_unknown("option",
                      is_long || strlen(argument) > 2 ? argument : short_name,
                      "--", &names);
    free(names.at);
}

/* One step of getopt_long(): its result, and the argument it looked at. */
struct step {
    int result;
    int long_ix;
    char *argument;
};

static bool take_step(const struct spelling *spelling, const struct step *step,
                      struct cli_options *options)
{
    if (step->result == PLAIN_ARGUMENT) {
        add_value(&options->arguments, optarg);
        return true;
    }
    if (step->result == ':') {
        cli_error("%s needs an argument", step->argument);
        return false;
    }
    if (step->result == '?' && optopt >= FIRST_LONG) {
        cli_error("--%s takes no argument",
                  cli_option_table[optopt - FIRST_LONG].name);
        return false;
    }
    if (step->result == '?' ||
        (step->result >= FIRST_LONG &&
         !is_spelt_out(step->argument,
                       cli_option_table[step->result - FIRST_LONG].name))) {
        report_unknown(spelling, step->argument);
        return false;
    }
    size_t ix = step->result >= FIRST_LONG
                    ? (size_t)(step->result - FIRST_LONG)
                    : find_short((char)step->result, options->command);
    return take_option(options, ix, optarg ? optarg : "");
}

static bool check_arguments(const struct cli_options *options)
{
    for (size_t i = 0; i < options->arguments.count; i++) {
        if (options->arguments.at[i][0] == '\0') {
            cli_error("an argument is empty");
            return false;
        }
    }
    return true;
}

static void hint_at_help(enum cli_command command)
{
    cli_error("'archrules %s --help' lists the options",
              cli_command_table[command].name);
}

bool cli_parse(int argc, char **argv, struct cli_options *options)
{
    struct spelling spelling = {0};
    spell(options->command, &spelling);
    opterr = 0;
    optind = 2;
    for (;;) {
        struct step step = {.argument = optind < argc ? argv[optind] : NULL};
        optarg = NULL;
        step.result = getopt_long(argc, argv, spelling.shorts, spelling.longs,
                                  &step.long_ix);
        if (step.result == -1)
            break;
        if (!take_step(&spelling, &step, options)) {
            hint_at_help(options->command);
            return false;
        }
    }
    for (int i = optind; i < argc; i++)
        add_value(&options->arguments, argv[i]);
    return check_arguments(options);
}

void cli_options_free(struct cli_options *options)
{
    for (size_t i = 0; i < CLI_N_OPTIONS; i++)
        free(options->values[i].at);
    free(options->arguments.at);
}

bool cli_has(const struct cli_options *options, enum cli_option option)
{
    return options->values[option].count > 0;
}

const char *cli_value(const struct cli_options *options, enum cli_option option)
{
    const struct cli_values *values = &options->values[option];
    return values->count > 0 ? values->at[values->count - 1] : NULL;
}
