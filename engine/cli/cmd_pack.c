/* SPDX-License-Identifier: Apache-2.0 */
/* archrules pack: compiled packs. */

#include "cli/cli.h"

#include <string.h>

enum verb { VERB_BUILD, VERB_INSPECT, N_VERBS };

static const char *const verbs[N_VERBS] = {"build", "inspect"};

/* N_VERBS after a message. */
static enum verb find_verb(const struct cli_options *options)
{
    const char *names[N_VERBS];
    const struct cli_values candidates = {names, N_VERBS};
    const struct cli_values *arguments = &options->arguments;
    if (arguments->count == 0) {
        cli_error("'pack' needs a verb: archrules pack build PATH -o FILE, or "
                  "archrules pack inspect PATH");
        return N_VERBS;
    }
    for (size_t i = 0; i < N_VERBS; i++) {
        names[i] = verbs[i];
        if (strcmp(arguments->at[0], verbs[i]) == 0)
            return (enum verb)i;
    }
    cli_error_unknown("verb of 'pack'", arguments->at[0], "", &candidates);
    return N_VERBS;
}

static bool is_usable(const struct cli_options *options, enum verb verb)
{
    if (verb == N_VERBS)
        return false;
    if (options->arguments.count == 1)
        cli_error("'pack %s' needs the rules: a file or folder", verbs[verb]);
    else if (verb == VERB_BUILD && !cli_has(options, CLI_OPTION_OUTPUT))
        cli_error("'pack build' needs a file to write: -o NAME.arp");
    else
        return true;
    return false;
}

static int build(archrules_engine *engine, struct cli_output *output)
{
    archrules_status status = archrules_engine_write_pack(engine, &output->to);
    if (status == ARCHRULES_INVALID)
        cli_error("the rules are more than a compiled pack can hold: "
                  "`archrules capabilities` prints its limit");
    return cli_exit_of(status);
}

static int inspect(archrules_engine *engine, struct cli_output *output)
{
    archrules_status status = archrules_engine_render_uses(engine, &output->to);
    if (status == ARCHRULES_INVALID)
        cli_error("a compiled pack does not tell what it was made from; it "
                  "runs nothing");
    return cli_exit_of(status);
}

/* What has errors is not written. */
int cli_run_pack(const struct cli_options *options)
{
    struct cli_output output;
    archrules_engine *engine = NULL;
    enum verb verb = find_verb(options);
    if (!is_usable(options, verb) || !cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    int code = cli_engine_open(options, false, &engine);
    if (code == CLI_EXIT_OK)
        code = verb == VERB_BUILD ? build(engine, &output)
                                  : inspect(engine, &output);
    archrules_engine_free(engine);
    if (code == CLI_EXIT_OK)
        return cli_output_close(&output, code);
    cli_text_free(&output.text);
    return code;
}
