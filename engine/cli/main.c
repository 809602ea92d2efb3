/* SPDX-License-Identifier: Apache-2.0 */
/* The program: finds the command, takes its options apart, runs it. */

#include "cli/cli.h"
#include "cli/platform.h"

#include <string.h>

static int show_usage(const char *problem)
{
    struct cli_text text = {0};
    if (problem)
        cli_error(problem);
    cli_put_usage(&text);
    cli_write_error(&text);
    cli_text_free(&text);
    return CLI_EXIT_INVALID;
}

static int print(struct cli_text *text)
{
    struct cli_output output = {.text = *text};
    return cli_output_close(&output, CLI_EXIT_OK);
}

static int print_usage(void)
{
    struct cli_text text = {0};
    cli_put_usage(&text);
    return print(&text);
}

static int print_help(enum cli_command command)
{
    struct cli_text text = {0};
    cli_put_help(&text, command);
    return print(&text);
}

static int report_unknown(const char *name)
{
    const char *names[CLI_N_COMMANDS];
    struct cli_values candidates = {names, CLI_N_COMMANDS};
    for (size_t i = 0; i < CLI_N_COMMANDS; i++)
        names[i] = cli_command_table[i].name;
    cli_error_unknown("command", name, "", &candidates);
    return CLI_EXIT_INVALID;
}

static int run(const struct cli_options *options)
{
    switch (options->command) {
    case CLI_COMMAND_EVAL: return cli_run_eval(options);
    case CLI_COMMAND_CHECK: return cli_run_check(options);
    case CLI_COMMAND_FMT: return cli_run_fmt(options);
    case CLI_COMMAND_TEST: return cli_run_test(options);
    case CLI_COMMAND_FACTS: return cli_run_facts(options);
    case CLI_COMMAND_SNAPSHOT: return cli_run_snapshot(options);
    case CLI_COMMAND_REMEDY: return cli_run_remedy(options);
    case CLI_COMMAND_VERIFY: return cli_run_verify(options);
    case CLI_COMMAND_PACK: return cli_run_pack(options);
    case CLI_COMMAND_DUMP: return cli_run_dump(options);
    case CLI_COMMAND_DOC: return cli_run_doc(options);
    case CLI_COMMAND_EXPLAIN: return cli_run_explain(options);
    case CLI_COMMAND_WHAT_IF:
    case CLI_COMMAND_WHY:
    case CLI_COMMAND_WHY_NOT: return cli_run_why(options);
    case CLI_COMMAND_CAPABILITIES: return cli_run_capabilities(options);
    case CLI_COMMAND_VERSION: return cli_run_version(options);
    case CLI_COMMAND_COMPLETION: return cli_run_completion(options);
    case CLI_N_COMMANDS: break;
    }
    return CLI_EXIT_INTERNAL;
}

static int run_command(enum cli_command command, int argc, char **argv)
{
    struct cli_options options = {.command = command};
    int code = CLI_EXIT_INVALID;
    if (cli_parse(argc, argv, &options))
        code = cli_has(&options, CLI_OPTION_HELP) ? print_help(command)
                                                  : run(&options);
    cli_options_free(&options);
    return code;
}

/* help, help COMMAND, and the options that need no command. */
static int run_help(int argc, char **argv)
{
    if (argc < 3)
        return print_usage();
    enum cli_command command = cli_find_command(argv[2]);
    return command == CLI_N_COMMANDS ? report_unknown(argv[2])
                                     : print_help(command);
}

int main(int argc, char **argv)
{
    cli_platform_start(&argc, &argv);
    if (argc < 2)
        return show_usage(NULL);
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return print_usage();
    if (strcmp(name, "help") == 0)
        return run_help(argc, argv);
    if (strcmp(name, "--version") == 0)
        name = "version";
    enum cli_command command = cli_find_command(name);
    if (command != CLI_N_COMMANDS)
        return run_command(command, argc, argv);
    if (name[0] == '-' || name[0] == '\0')
        return show_usage("the first argument must be a command");
    return report_unknown(name);
}
