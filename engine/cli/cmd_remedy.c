/* SPDX-License-Identifier: Apache-2.0 */
/* archrules remedy and archrules verify: what to do about one rule, and
 * whether it worked. */

#include "cli/cli.h"

#include <string.h>

static const char *rule_of(const struct cli_options *options)
{
    return options->arguments.at[0];
}

/* "--way 2"; 0 if not said. False after a message. */
static bool read_way(const struct cli_options *options, unsigned *way)
{
    const char *text = cli_value(options, CLI_OPTION_WAY);
    *way = 0;
    if (!text)
        return true;
    size_t length = strlen(text);
    for (size_t ix = 0; ix < length && length <= 3; ix++) {
        if (text[ix] < '0' || text[ix] > '9') {
            *way = 0;
            break;
        }
        *way = 10 * *way + (unsigned)(text[ix] - '0');
    }
    if (*way == 0)
        cli_error("--way takes the number of a way, as reports count them, "
                  "not '%s'",
                  text);
    return *way > 0;
}

/* An engine in which only the rule is evaluated. NULL after a message. */
static archrules_engine *open_engine(const struct cli_options *options,
                                     int *code)
{
    archrules_engine *engine = NULL;
    *code = cli_engine_open(options, false, &engine);
    if (!engine || *code == CLI_EXIT_INTERNAL) {
        archrules_engine_free(engine);
        return NULL;
    }
    archrules_status status =
        archrules_engine_select(engine, ARCHRULES_ONLY, rule_of(options));
    bool is_rule = archrules_engine_rule_id(engine, rule_of(options)) != NULL;
    if (status == ARCHRULES_OK && is_rule)
        return engine;
    if (status == ARCHRULES_INVALID)
        *code = cli_worse(*code, cli_show_engine_diagnostics(options, engine));
    if (status == ARCHRULES_OK)
        cli_error("'%s' is a pack: name one of its rules", rule_of(options));
    *code = cli_worse(*code, status == ARCHRULES_OK ? CLI_EXIT_INVALID
                                                    : cli_exit_of(status));
    archrules_engine_free(engine);
    return NULL;
}

static bool has_one_rule(const struct cli_options *options)
{
    const char *command = cli_command_table[options->command].name;
    if (options->arguments.count > 1)
        cli_error("%s: too many arguments: '%s'; packs are named with -p",
                  command, options->arguments.at[1]);
    if (options->arguments.count == 0)
        cli_error("%s needs a RULE: 'archrules %s --help' says more", command,
                  command);
    return options->arguments.count == 1;
}

/* ---- remedy ---- */

static archrules_script find_script(const struct cli_options *options)
{
    const char *name = cli_value(options, CLI_OPTION_SCRIPT);
    if (!name)
        return ARCHRULES_SCRIPT_NONE;
    return strcmp(name, "bash") == 0 ? ARCHRULES_SCRIPT_BASH
                                     : ARCHRULES_SCRIPT_POWERSHELL;
}

/* What could not be given is a message. */
static int show_refusal(struct cli_output *output)
{
    struct cli_text message = {0};
    cli_put(&message, "archrules: ");
    cli_put(&message, output->text.at);
    cli_write_error(&message);
    cli_text_free(&message);
    cli_text_free(&output->text);
    return CLI_EXIT_INVALID;
}

static int advise(const struct cli_options *options, archrules_engine *engine,
                  archrules_facts *facts, unsigned way,
                  struct cli_output *output)
{
    archrules_result *result = NULL;
    archrules_remedy_options how = {
        .rule = rule_of(options),
        .key = cli_value(options, CLI_OPTION_KEY),
        .way = way,
        .script = find_script(options),
        .filter = cli_remedy_filter(options),
    };
    archrules_status status = archrules_evaluate(engine, facts, NULL, &result);
    int code = CLI_EXIT_OK;
    if (status == ARCHRULES_OK)
        status = archrules_result_render_remedies(result, &how, &output->to);
    if (status == ARCHRULES_INVALID)
        code = show_refusal(output);
    else
        code = cli_exit_of(status);
    if (archrules_result_finding_count(result) == 0) {
        archrules_report_options all = {.fail_level =
                                            ARCHRULES_SEVERITY_CRITICAL};
        code = cli_worse(code, archrules_result_exit_code(result, &all));
    }
    archrules_result_free(result);
    return code;
}

static int run_remedy(const struct cli_options *options,
                      struct cli_output *output)
{
    archrules_facts *facts = NULL;
    int code = CLI_EXIT_OK;
    unsigned way = 0;
    if (!read_way(options, &way))
        return CLI_EXIT_INVALID;
    archrules_engine *engine = open_engine(options, &code);
    if (!engine)
        return code;
    int facts_code = cli_facts_open(options, engine, NULL, &facts);
    code = cli_worse(code, facts_code);
    if (facts_code == CLI_EXIT_OK)
        code = cli_worse(code, advise(options, engine, facts, way, output));
    archrules_facts_free(facts);
    archrules_engine_free(engine);
    return code;
}

int cli_run_remedy(const struct cli_options *options)
{
    struct cli_output output;
    if (!has_one_rule(options) || !cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    return cli_output_close(&output, run_remedy(options, &output));
}

/* ---- verify ---- */

static int judge(const struct cli_options *options, archrules_engine *engine,
                 archrules_facts *facts, unsigned way,
                 struct cli_output *output)
{
    archrules_verification *verification = NULL;
    archrules_verify_options how = {
        .key = cli_value(options, CLI_OPTION_KEY),
        .way = way,
        .was_restarted = cli_has(options, CLI_OPTION_RESTARTED),
    };
    archrules_status status =
        archrules_verify(engine, facts, rule_of(options), &how, &verification);
    int code = CLI_EXIT_OK;
    if (status == ARCHRULES_OK) {
        code = archrules_verification_exit_code(verification);
        status = archrules_verification_render(verification, &output->to);
    }
    archrules_verification_free(verification);
    return cli_worse(code, cli_exit_of(status));
}

static int run_verify(const struct cli_options *options,
                      struct cli_output *output)
{
    archrules_facts *facts = NULL;
    int code = CLI_EXIT_OK;
    unsigned way = 0;
    if (!read_way(options, &way))
        return CLI_EXIT_INVALID;
    archrules_engine *engine = open_engine(options, &code);
    if (!engine)
        return code;
    int facts_code = cli_facts_open(options, engine, rule_of(options), &facts);
    code = cli_worse(code, facts_code);
    if (facts_code == CLI_EXIT_OK)
        code = cli_worse(code, judge(options, engine, facts, way, output));
    archrules_facts_free(facts);
    archrules_engine_free(engine);
    return code;
}

int cli_run_verify(const struct cli_options *options)
{
    struct cli_output output;
    if (!has_one_rule(options) || !cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    return cli_output_close(&output, run_verify(options, &output));
}
