/* SPDX-License-Identifier: Apache-2.0 */
/* archrules snapshot: the facts of this machine in a file, for somebody
 * else. */

#include "cli/cli.h"
#include "cli/platform.h"

#include <string.h>

/* ---- what is taken out ---- */

static archrules_snapshot_options choose_redaction(
    const struct cli_options *options)
{
    archrules_snapshot_options out = {
        .no_redact = cli_has(options, CLI_OPTION_NO_REDACT)};
    int *const kept[] = {&out.keep_addresses, &out.keep_personal,
                         &out.keep_secrets};
    const struct cli_values *words = &options->values[CLI_OPTION_KEEP];
    for (size_t i = 0; i < words->count; i++)
        *kept[cli_find_word(cli_option_table[CLI_OPTION_KEEP].words,
                            words->at[i])] = 1;
    return out;
}

static archrules_status show_redaction(const struct cli_options *options,
                                       archrules_facts *facts)
{
    struct cli_text text = {0};
    archrules_output output = {.write = cli_text_writer, .context = &text};
    if (cli_has(options, CLI_OPTION_QUIET) ||
        cli_has(options, CLI_OPTION_PREVIEW))
        return ARCHRULES_OK;
    archrules_status status = archrules_facts_render_redaction(facts, &output);
    if (status == ARCHRULES_OK)
        cli_write_error(&text);
    cli_text_free(&text);
    return status;
}

/* ---- the snapshot ---- */

static int collect(const struct cli_options *options, archrules_facts *facts)
{
    archrules_status status = cli_set_facts(
        facts, &options->values[CLI_OPTION_SET], archrules_facts_set);
    archrules_status inputs = cli_set_facts(
        facts, &options->values[CLI_OPTION_INPUT], archrules_facts_set_input);
    if (status == ARCHRULES_OK)
        status = inputs;
    archrules_status shown =
        cli_show_fact_diagnostics(options, facts, status != ARCHRULES_OK);
    if (status != ARCHRULES_OK || shown != ARCHRULES_OK)
        return cli_worse(cli_exit_of(status), cli_exit_of(shown));
    int code = cli_collect_everything(options, facts);
    cli_show_timings(options, facts);
    return code;
}

static int write_facts(const struct cli_options *options,
                       archrules_facts *facts, struct cli_output *output)
{
    archrules_snapshot_options how = choose_redaction(options);
    if (!cli_has(options, CLI_OPTION_PREVIEW))
        output->to.format = ARCHRULES_JSON;
    archrules_status status =
        archrules_facts_write_snapshot(facts, &how, &output->to);
    if (status == ARCHRULES_OK)
        status = show_redaction(options, facts);
    return cli_exit_of(status);
}

static int take_snapshot(const struct cli_options *options,
                         archrules_engine *engine, struct cli_output *output)
{
    archrules_facts *facts = NULL;
    int code = cli_exit_of(archrules_facts_create(engine, &facts));
    if (code == CLI_EXIT_OK)
        code = collect(options, facts);
    if (code == CLI_EXIT_OK)
        code = write_facts(options, facts, output);
    archrules_facts_free(facts);
    return code;
}

/* A file of a pack that has errors is reported; what could be found out is in
 * the snapshot nevertheless. */
static int run_snapshot(const struct cli_options *options,
                        struct cli_output *output)
{
    archrules_engine *engine = NULL;
    int code = cli_engine_open(options, false, &engine);
    if (engine && code != CLI_EXIT_INTERNAL)
        code = cli_worse(code, take_snapshot(options, engine, output));
    archrules_engine_free(engine);
    return code;
}

/* ---- comparing two ---- */

static int read_snapshot(const struct cli_options *options,
                         archrules_engine *engine, const char *path,
                         archrules_facts **out)
{
    archrules_status status = archrules_facts_create(engine, out);
    if (status == ARCHRULES_OK)
        status = archrules_facts_read_file(*out, path);
    if (!*out)
        return cli_exit_of(status);
    archrules_status shown =
        cli_show_fact_diagnostics(options, *out, status != ARCHRULES_OK);
    return cli_worse(cli_exit_of(status), cli_exit_of(shown));
}

static int compare(archrules_facts *before, archrules_facts *after,
                   const struct cli_output *output)
{
    size_t n_different = 0;
    size_t n_incomparable = 0;
    archrules_status status = archrules_facts_diff(
        before, after, &output->to, &n_different, &n_incomparable);
    if (status != ARCHRULES_OK)
        return cli_exit_of(status);
    if (n_different > 0)
        return CLI_EXIT_FOUND;
    return n_incomparable > 0 ? CLI_EXIT_OPEN : CLI_EXIT_OK;
}

static int run_diff(const struct cli_options *options,
                    struct cli_output *output)
{
    const char *const *paths = &options->arguments.at[1];
    archrules_engine *engine = NULL;
    archrules_facts *facts[2] = {NULL, NULL};
    int code = cli_engine_open(options, false, &engine);
    bool is_usable = engine && code != CLI_EXIT_INTERNAL;
    for (size_t i = 0; i < 2 && is_usable; i++) {
        int read = read_snapshot(options, engine, paths[i], &facts[i]);
        is_usable = read == CLI_EXIT_OK;
        code = cli_worse(code, read);
    }
    if (is_usable)
        code = cli_worse(code, compare(facts[0], facts[1], output));
    archrules_facts_free(facts[0]);
    archrules_facts_free(facts[1]);
    archrules_engine_free(engine);
    return code;
}

/* ---- the command ---- */

static bool is_diff(const struct cli_options *options)
{
    return options->arguments.count > 0 &&
           strcmp(options->arguments.at[0], "diff") == 0;
}

/* Options that look at this machine, or at what is written of it. */
static bool check_diff(const struct cli_options *options)
{
    static const enum cli_option others[] = {
        CLI_OPTION_SET,     CLI_OPTION_INPUT,     CLI_OPTION_TIMEOUT,
        CLI_OPTION_PREVIEW, CLI_OPTION_NO_REDACT, CLI_OPTION_KEEP,
        CLI_OPTION_TIMINGS, CLI_OPTION_ALLOW_RUN};
    if (options->arguments.count != 3) {
        cli_error("'snapshot diff' needs two snapshots: archrules snapshot "
                  "diff A B");
        return false;
    }
    if (strcmp(options->arguments.at[1], "-") == 0 &&
        strcmp(options->arguments.at[2], "-") == 0) {
        cli_error("only one of two snapshots can be standard input");
        return false;
    }
    for (size_t i = 0; i < CLI_COUNT_OF(others); i++) {
        if (!cli_has(options, others[i]))
            continue;
        cli_error("'snapshot diff' takes no --%s",
                  cli_option_table[others[i]].name);
        return false;
    }
    return true;
}

static bool check_snapshot(const struct cli_options *options)
{
    const char *verbs[] = {"diff"};
    const struct cli_values candidates = {verbs, CLI_COUNT_OF(verbs)};
    if (options->arguments.count > 0) {
        cli_error_unknown("verb of 'snapshot'", options->arguments.at[0], "",
                          &candidates);
        cli_error("packs stand behind -p, and the file behind -o");
        return false;
    }
    if (cli_has(options, CLI_OPTION_PREVIEW) &&
        cli_has(options, CLI_OPTION_OUTPUT)) {
        cli_error("--preview writes nothing, so it goes without -o");
        return false;
    }
    if (cli_has(options, CLI_OPTION_FORMAT)) {
        cli_error("a snapshot has one format; --format is for 'snapshot diff'");
        return false;
    }
    return true;
}

int cli_run_snapshot(const struct cli_options *options)
{
    struct cli_output output;
    bool compares = is_diff(options);
    if (!(compares ? check_diff(options) : check_snapshot(options)) ||
        !cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    output.is_private = true;
    int code =
        compares ? run_diff(options, &output) : run_snapshot(options, &output);
    return cli_output_close(&output, code);
}
