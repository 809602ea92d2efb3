/* SPDX-License-Identifier: Apache-2.0 */
/* archrules fmt: rule files in the one layout. */

#include "cli/cli.h"
#include "cli/platform.h"

#include <stdio.h>
#include <string.h>

struct formatting {
    const struct cli_options *options;
    struct cli_output output;
    archrules_layout *layout;
    bool writes; /* neither --check nor --diff */
    size_t n_files;
    size_t n_changed;
};

static bool check_paths(const struct cli_options *options)
{
    const struct cli_values *paths = &options->arguments;
    if (paths->count == 0) {
        cli_error("fmt needs a file, a folder, or - for standard input: "
                  "'archrules fmt --help' says more");
        return false;
    }
    for (size_t i = 0; i < paths->count; i++) {
        if (strcmp(paths->at[i], "-") != 0 || !cli_is_terminal(CLI_STDIN))
            continue;
        cli_error("standard input is a terminal: send rules to it, or name a "
                  "file");
        return false;
    }
    return true;
}

static void show_diagnostics(struct formatting *formatting)
{
    struct cli_text text = {0};
    archrules_output output = {.color = cli_color_errors(formatting->options),
                               .write = cli_text_writer,
                               .context = &text};
    if (archrules_layout_render_diagnostics(formatting->layout, &output) ==
        ARCHRULES_OK)
        cli_write_error(&text);
    cli_text_free(&text);
}

static int rewrite(const struct formatting *formatting,
                   const archrules_layout_file *file)
{
    const char *problem =
        cli_rewrite_file(file->path, file->text, file->length);
    if (problem) {
        cli_error("cannot write '%s': %s", file->path, problem);
        return CLI_EXIT_INVALID;
    }
    if (!cli_has(formatting->options, CLI_OPTION_QUIET))
        cli_note("'%s' was rewritten", file->path);
    return CLI_EXIT_OK;
}

/* What --check and --diff say of a file that would be rewritten. */
static int show_change(struct formatting *formatting,
                       const archrules_layout_file *file)
{
    struct cli_text *text = &formatting->output.text;
    archrules_status status;
    if (cli_has(formatting->options, CLI_OPTION_DIFF)) {
        status = archrules_layout_render_diff(formatting->layout,
                                              &formatting->output.to);
    } else {
        status = archrules_write_safe(file->name, strlen(file->name),
                                      cli_text_writer, text);
        cli_put(text, "\n");
    }
    return cli_worse(CLI_EXIT_FOUND, cli_exit_of(status));
}

static int take_file(struct formatting *formatting,
                     const archrules_layout_file *file)
{
    formatting->n_files++;
    formatting->n_changed += file->is_changed != 0;
    if (!formatting->writes)
        return file->is_changed ? show_change(formatting, file) : CLI_EXIT_OK;
    if (file->path[0] == '\0')
        cli_put_bytes(&formatting->output.text, file->text, file->length);
    else if (file->is_changed)
        return rewrite(formatting, file);
    return CLI_EXIT_OK;
}

static int take_files(struct formatting *formatting)
{
    int code = CLI_EXIT_OK;
    for (;;) {
        const archrules_layout_file *file = NULL;
        archrules_status status =
            archrules_layout_next(formatting->layout, &file);
        if (status == ARCHRULES_INVALID)
            show_diagnostics(formatting);
        else if (status == ARCHRULES_OK && !file)
            return code;
        else if (status == ARCHRULES_OK)
            code = cli_worse(code, take_file(formatting, file));
        code = cli_worse(code, cli_exit_of(status));
        if (code == CLI_EXIT_INTERNAL)
            return code;
    }
}

static int format_all(struct formatting *formatting)
{
    const struct cli_values *paths = &formatting->options->arguments;
    archrules_status status = archrules_layout_create(&formatting->layout);
    for (size_t i = 0; i < paths->count && status == ARCHRULES_OK; i++)
        status = archrules_layout_add_path(formatting->layout, paths->at[i]);
    int code =
        status == ARCHRULES_OK ? take_files(formatting) : cli_exit_of(status);
    archrules_layout_free(formatting->layout);
    return code;
}

static void note_changes(const struct formatting *formatting)
{
    char line[120];
    if (formatting->writes || formatting->n_changed == 0 ||
        cli_has(formatting->options, CLI_OPTION_QUIET))
        return;
    snprintf(line, sizeof(line), "%lu of %lu files would be rewritten",
             (unsigned long)formatting->n_changed,
             (unsigned long)formatting->n_files);
    cli_note("%s", line);
}

int cli_run_fmt(const struct cli_options *options)
{
    struct formatting formatting = {
        .options = options,
        .writes = !cli_has(options, CLI_OPTION_CHECK_LAYOUT) &&
                  !cli_has(options, CLI_OPTION_DIFF)};
    if (!check_paths(options) || !cli_output_open(options, &formatting.output))
        return CLI_EXIT_INVALID;
    int code = format_all(&formatting);
    if (code != CLI_EXIT_INTERNAL)
        note_changes(&formatting);
    return cli_output_close(&formatting.output, code);
}
