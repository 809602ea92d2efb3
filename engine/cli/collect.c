/* SPDX-License-Identifier: Apache-2.0 */
/* Setting facts, looking at this machine, and what a person sees of it
 * meanwhile. */

#include "cli/cli.h"
#include "cli/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOW_MS = 1000 };

archrules_status cli_set_facts(archrules_facts *facts,
                               const struct cli_values *values,
                               archrules_status (*set)(archrules_facts *,
                                                       const char *))
{
    archrules_status result = ARCHRULES_OK;
    for (size_t i = 0; i < values->count; i++) {
        archrules_status status = set(facts, values->at[i]);
        if (status != ARCHRULES_OK)
            result = status;
    }
    return result;
}

archrules_status cli_show_fact_diagnostics(const struct cli_options *options,
                                           archrules_facts *facts,
                                           bool has_errors)
{
    struct cli_text text = {0};
    archrules_output output = {.color = cli_color_errors(options),
                               .write = cli_text_writer,
                               .context = &text};
    if (cli_has(options, CLI_OPTION_QUIET) && !has_errors)
        return ARCHRULES_OK;
    archrules_status status =
        archrules_facts_render_diagnostics(facts, &output);
    if (status == ARCHRULES_OK)
        cli_write_error(&text);
    cli_text_free(&text);
    return status;
}

struct watching {
    bool is_shown; /* on a terminal */
    bool has_line;
};

static void put_line(const char *text)
{
    struct cli_text line = {0};
    cli_put(&line, "\r\033[K");
    cli_put_safe(&line, text);
    cli_write_error(&line);
    cli_text_free(&line);
}

/* One line that is written over, for what takes longer than a moment. */
static int watch(void *context, const char *program, unsigned elapsed_ms)
{
    struct watching *watching = context;
    char text[120];
    if (watching->is_shown && elapsed_ms >= SLOW_MS) {
        snprintf(text, sizeof(text), "%s ... %u s", program, elapsed_ms / 1000);
        put_line(text);
        watching->has_line = true;
    }
    return cli_interrupt_signal() != 0;
}

/* False after a message. */
static bool read_timeout(const struct cli_options *options, unsigned *seconds)
{
    const char *text = cli_value(options, CLI_OPTION_TIMEOUT);
    unsigned value = 0;
    *seconds = 0;
    if (!text)
        return true;
    size_t length = strlen(text);
    for (size_t ix = 0; ix < length; ix++) {
        if (text[ix] < '0' || text[ix] > '9' || length > 6) {
            cli_error("--timeout takes whole seconds, not '%s'", text);
            return false;
        }
        value = 10 * value + (unsigned)(text[ix] - '0');
    }
    if (value == 0)
        cli_error("--timeout takes whole seconds, at least 1");
    *seconds = value;
    return value > 0;
}

void cli_show_timings(const struct cli_options *options, archrules_facts *facts)
{
    struct cli_text text = {0};
    archrules_output output = {.write = cli_text_writer, .context = &text};
    if (cli_has(options, CLI_OPTION_TIMINGS) &&
        archrules_facts_render_timings(facts, &output) == ARCHRULES_OK)
        cli_write_error(&text);
    cli_text_free(&text);
}

/* how: what to collect. */
static int collect(const struct cli_options *options, archrules_facts *facts,
                   archrules_collect_options how)
{
    struct watching watching = {
        .is_shown =
            cli_is_terminal(CLI_STDERR) && !cli_has(options, CLI_OPTION_QUIET),
    };
    how.allow_run = cli_has(options, CLI_OPTION_ALLOW_RUN);
    how.progress = watch;
    how.context = &watching;
    if (!read_timeout(options, &how.timeout_seconds))
        return CLI_EXIT_INVALID;
    cli_catch_interrupts();
    archrules_status status = archrules_facts_collect(facts, &how);
    if (watching.has_line)
        put_line("");
    if (status == ARCHRULES_STOPPED)
        return CLI_EXIT_SIGNAL + cli_interrupt_signal();
    return cli_exit_of(status);
}

int cli_collect(const struct cli_options *options, archrules_facts *facts,
                const char *name)
{
    return collect(options, facts, (archrules_collect_options){.name = name});
}

int cli_collect_everything(const struct cli_options *options,
                           archrules_facts *facts)
{
    return collect(options, facts,
                   (archrules_collect_options){.everything = 1});
}

/* ---- all that a command wants to know ---- */

bool cli_can_read_facts(const char *path)
{
    if (strcmp(path, "-") != 0 || !cli_is_terminal(CLI_STDIN))
        return true;
    cli_error("standard input is a terminal: send a snapshot to it, or name "
              "a file");
    return false;
}

/* A report of before; `eval` compares with it, `verify` looks into it. */
static archrules_status read_earlier(const struct cli_options *options,
                                     archrules_facts *facts)
{
    const char *path = cli_value(options, CLI_OPTION_BASELINE);
    if (!path)
        path = cli_value(options, CLI_OPTION_BEFORE);
    return path ? archrules_facts_read_earlier(facts, path) : ARCHRULES_OK;
}

static archrules_status read_facts(const struct cli_options *options,
                                   archrules_facts *facts)
{
    const char *path = cli_value(options, CLI_OPTION_FACTS);
    archrules_status status = ARCHRULES_OK;
    if (path)
        status = archrules_facts_read_file(facts, path);
    if (status != ARCHRULES_OK)
        return status;
    status = read_earlier(options, facts);
    archrules_status set = cli_set_facts(
        facts, &options->values[CLI_OPTION_SET], archrules_facts_set);
    archrules_status inputs = cli_set_facts(
        facts, &options->values[CLI_OPTION_INPUT], archrules_facts_set_input);
    if (status == ARCHRULES_OK)
        status = set;
    return status != ARCHRULES_OK ? status : inputs;
}

/* A snapshot is of another machine, or of another time. */
static int collect_facts(const struct cli_options *options,
                         archrules_facts *facts, const char *verify)
{
    if (cli_has(options, CLI_OPTION_FACTS) ||
        cli_has(options, CLI_OPTION_NO_PROBE))
        return CLI_EXIT_OK;
    int code =
        collect(options, facts, (archrules_collect_options){.verify = verify});
    cli_show_timings(options, facts);
    return code;
}

int cli_facts_collect(const struct cli_options *options, archrules_facts *facts)
{
    return collect_facts(options, facts, NULL);
}

int cli_facts_read(const struct cli_options *options, archrules_engine *engine,
                   archrules_facts **out)
{
    const char *path = cli_value(options, CLI_OPTION_FACTS);
    *out = NULL;
    if (path && !cli_can_read_facts(path))
        return CLI_EXIT_INVALID;
    archrules_status status = archrules_facts_create(engine, out);
    if (status == ARCHRULES_OK)
        status = read_facts(options, *out);
    return cli_exit_of(status);
}

int cli_facts_open(const struct cli_options *options, archrules_engine *engine,
                   const char *verify, archrules_facts **out)
{
    int code = cli_facts_read(options, engine, out);
    if (!*out)
        return code;
    archrules_status shown =
        cli_show_fact_diagnostics(options, *out, code != CLI_EXIT_OK);
    if (shown != ARCHRULES_OK)
        return cli_exit_of(shown);
    if (code != CLI_EXIT_OK)
        return code;
    code = collect_facts(options, *out, verify);
    shown = cli_show_fact_diagnostics(options, *out, false);
    if (shown != ARCHRULES_OK)
        return cli_exit_of(shown);
    if (code == CLI_EXIT_OK && !verify)
        code = cli_ask(options, engine, *out, cli_facts_collect);
    return code;
}
