/* SPDX-License-Identifier: Apache-2.0 */
/* Making an engine of what the options ask for, and what its statuses mean
 * for the exit code. */

#include "cli/cli.h"
#include "cli/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cli_exit_of(archrules_status status)
{
    switch (status) {
    case ARCHRULES_OK: return CLI_EXIT_OK;
    case ARCHRULES_INVALID: return CLI_EXIT_INVALID;
    case ARCHRULES_NOMEM:
        cli_error("out of memory, or a limit on memory was reached "
                  "('archrules capabilities' lists them)");
        return CLI_EXIT_INTERNAL;
    case ARCHRULES_MISUSE:
    case ARCHRULES_STOPPED:
        cli_error("internal error: please report what you did");
        return CLI_EXIT_INTERNAL;
    }
    return CLI_EXIT_INTERNAL;
}

int cli_worse(int a, int b)
{
    static const int order[] = {CLI_EXIT_INTERNAL, CLI_EXIT_INVALID,
                                CLI_EXIT_FOUND, CLI_EXIT_OPEN};
    if (a > CLI_EXIT_SIGNAL || b > CLI_EXIT_SIGNAL)
        return a > b ? a : b;
    for (size_t i = 0; i < CLI_COUNT_OF(order); i++) {
        if (a == order[i] || b == order[i])
            return order[i];
    }
    return CLI_EXIT_OK;
}

static archrules_status set_data(archrules_engine *engine)
{
#ifdef AR_DATA_FROM_PROGRAM
    char *folder = cli_program_folder();
    struct cli_text path = {0};
    if (!folder)
        return ARCHRULES_OK;
    cli_put(&path, folder);
    cli_put(&path, "/" AR_DATA_FROM_PROGRAM);
    archrules_status status = archrules_engine_set_data(engine, path.at);
    cli_text_free(&path);
    free(folder);
    return status;
#else
    (void)engine;
    return ARCHRULES_OK;
#endif
}

static archrules_status add_paths(archrules_engine *engine,
                                  const struct cli_values *paths)
{
    archrules_status status = ARCHRULES_OK;
    for (size_t i = 0; i < paths->count && status == ARCHRULES_OK; i++)
        status = archrules_engine_add_path(engine, paths->at[i]);
    return status;
}

/* "-e", or with several of them "-e#2". */
static archrules_status add_rules(archrules_engine *engine,
                                  const struct cli_values *rules)
{
    archrules_status status = ARCHRULES_OK;
    for (size_t i = 0; i < rules->count && status == ARCHRULES_OK; i++) {
        char name[32] = "-e";
        if (rules->count > 1)
            snprintf(name, sizeof(name), "-e#%u", (unsigned)(i + 1));
        status = archrules_engine_add_source(engine, name, rules->at[i],
                                             strlen(rules->at[i]));
    }
    return status;
}

/* Some have a topic, a rule, snapshots or names of facts where the others have
 * paths; pack has a verb before them. */
static struct cli_values find_paths(const struct cli_options *options)
{
    struct cli_values paths = options->arguments;
    if (options->command == CLI_COMMAND_EXPLAIN ||
        options->command == CLI_COMMAND_FACTS ||
        options->command == CLI_COMMAND_SNAPSHOT ||
        options->command == CLI_COMMAND_REMEDY ||
        options->command == CLI_COMMAND_VERIFY ||
        options->command == CLI_COMMAND_WHY ||
        options->command == CLI_COMMAND_WHY_NOT ||
        options->command == CLI_COMMAND_WHAT_IF)
        paths.count = 0;
    if (options->command == CLI_COMMAND_PACK && paths.count > 0) {
        paths.at++;
        paths.count--;
    }
    return paths;
}

static archrules_status add_all(const struct cli_options *options,
                                archrules_engine *engine)
{
    const struct cli_values *packs = &options->values[CLI_OPTION_PACK];
    const struct cli_values *rules = &options->values[CLI_OPTION_RULE];
    const struct cli_values paths = find_paths(options);
    const char *stdlib = cli_value(options, CLI_OPTION_STDLIB);
    archrules_status status = set_data(engine);
    if (status == ARCHRULES_OK && stdlib)
        status = archrules_engine_set_stdlib(engine, stdlib);
    if (status == ARCHRULES_OK)
        status = add_paths(engine, packs);
    if (status == ARCHRULES_OK)
        status = add_paths(engine, &paths);
    if (status == ARCHRULES_OK)
        status = add_rules(engine, rules);
    if (status == ARCHRULES_OK && packs->count == 0 && rules->count == 0 &&
        paths.count == 0)
        status = archrules_engine_add_shipped(engine);
    return status;
}

/* ARCHRULES_INVALID if a name fits nothing; the diagnostics say which. */
static archrules_status select_rules(const struct cli_options *options,
                                     archrules_engine *engine)
{
    static const struct {
        enum cli_option option;
        archrules_select how;
    } kinds[] = {{CLI_OPTION_ONLY, ARCHRULES_ONLY},
                 {CLI_OPTION_SKIP, ARCHRULES_SKIP}};
    archrules_status result = ARCHRULES_OK;
    for (size_t k = 0; k < CLI_COUNT_OF(kinds); k++) {
        const struct cli_values *names = &options->values[kinds[k].option];
        for (size_t i = 0; i < names->count; i++) {
            archrules_status status =
                archrules_engine_select(engine, kinds[k].how, names->at[i]);
            if (status != ARCHRULES_OK)
                result = status;
        }
    }
    return result;
}

/* In JSON `check` has them in its result. */
static archrules_status show_diagnostics(const struct cli_options *options,
                                         archrules_engine *engine)
{
    struct cli_text text = {0};
    archrules_output output = {.color = cli_color_errors(options),
                               .write = cli_text_writer,
                               .context = &text};
    bool is_in_result = options->command == CLI_COMMAND_CHECK &&
                        cli_format(options) == ARCHRULES_JSON;
    bool is_quiet = cli_has(options, CLI_OPTION_QUIET) &&
                    archrules_engine_count(engine, ARCHRULES_COUNT_ERRORS) == 0;
    if (is_in_result || is_quiet)
        return ARCHRULES_OK;
    archrules_status status =
        archrules_engine_render_diagnostics(engine, &output);
    if (status == ARCHRULES_OK)
        cli_write_error(&text);
    cli_text_free(&text);
    return status;
}

int cli_show_engine_diagnostics(const struct cli_options *options,
                                archrules_engine *engine)
{
    return cli_exit_of(show_diagnostics(options, engine));
}

static bool check_paths(const struct cli_options *options)
{
    const struct cli_values *lists[] = {&options->values[CLI_OPTION_PACK],
                                        &options->arguments};
    for (size_t k = 0; k < CLI_COUNT_OF(lists); k++) {
        for (size_t i = 0; i < lists[k]->count; i++) {
            if (strcmp(lists[k]->at[i], "-") != 0)
                continue;
            cli_error("'-' stands for standard input only behind -f");
            return false;
        }
    }
    return true;
}

/* Whether the command looks at nothing but what it is given. */
static bool is_offline(const struct cli_options *options)
{
    static const enum cli_command commands[] = {
        CLI_COMMAND_EVAL,   CLI_COMMAND_WHY,    CLI_COMMAND_WHY_NOT,
        CLI_COMMAND_REMEDY, CLI_COMMAND_VERIFY, CLI_COMMAND_WHAT_IF};
    bool has_facts = cli_has(options, CLI_OPTION_FACTS) ||
                     cli_has(options, CLI_OPTION_NO_PROBE);
    for (size_t i = 0; has_facts && i < CLI_COUNT_OF(commands); i++) {
        if (options->command == commands[i])
            return true;
    }
    return options->command == CLI_COMMAND_TEST;
}

int cli_engine_open(const struct cli_options *options, bool lint,
                    archrules_engine **out)
{
    *out = NULL;
    if (!check_paths(options))
        return CLI_EXIT_INVALID;
    archrules_status status = archrules_engine_create(out);
    if (status == ARCHRULES_OK)
        status = archrules_engine_set_lint(*out, lint);
    if (status == ARCHRULES_OK)
        status = archrules_engine_set_offline(*out, is_offline(options));
    if (status == ARCHRULES_OK)
        status = add_all(options, *out);
    if (status == ARCHRULES_OK)
        status = archrules_engine_compile(*out);
    if (status != ARCHRULES_OK && status != ARCHRULES_INVALID)
        return cli_exit_of(status);
    archrules_status selected = select_rules(options, *out);
    archrules_status shown = show_diagnostics(options, *out);
    if (shown != ARCHRULES_OK)
        return cli_exit_of(shown);
    if (selected == ARCHRULES_OK)
        return cli_exit_of(status);
    /* Without the rule that was meant, nothing found would mean nothing. */
    archrules_engine_free(*out);
    *out = NULL;
    return cli_exit_of(selected);
}
