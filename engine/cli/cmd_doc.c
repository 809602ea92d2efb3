/* SPDX-License-Identifier: Apache-2.0 */
/* archrules doc: packs as case studies, on one page or in a folder with a
 * page for each rule. */

#include "cli/cli.h"
#include "cli/platform.h"

#include <string.h>

static bool ends_in_slash(const char *path)
{
    size_t length = strlen(path);
    return length > 0 && path[length - 1] == '/';
}

static bool wants_pages(const struct cli_options *options)
{
    const char *target = cli_value(options, CLI_OPTION_DOC_OUTPUT);
    return cli_has(options, CLI_OPTION_SPLIT) ||
           (target && (ends_in_slash(target) || cli_is_folder(target)));
}

/* False after a message. */
static bool check_options(const struct cli_options *options)
{
    const char *format = cli_value(options, CLI_OPTION_DOC_FORMAT);
    if (!wants_pages(options))
        return true;
    if (!cli_value(options, CLI_OPTION_DOC_OUTPUT)) {
        cli_error("--split needs a folder: -o FOLDER");
        return false;
    }
    if (format && strcmp(format, "json") == 0) {
        cli_error("JSON is one document: give a file with -o, no folder");
        return false;
    }
    return true;
}

/* The engine, or NULL where nothing may be written: what is missing in a case
 * study cannot be seen in it. */
static archrules_engine *open_engine(const struct cli_options *options,
                                     int *code)
{
    archrules_engine *engine = NULL;
    *code = cli_engine_open(options, false, &engine);
    if (*code == CLI_EXIT_OK)
        return engine;
    archrules_engine_free(engine);
    return NULL;
}

/* ---- one page ---- */

static int write_document(const struct cli_options *options, archrules_doc *doc)
{
    struct cli_output output;
    if (!cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    int code = cli_exit_of(archrules_doc_render(doc, &output.to));
    return cli_output_close(&output, code);
}

/* ---- pages ---- */

static int write_page(const char *folder, archrules_doc *doc, size_t ix)
{
    struct cli_output page = {0};
    struct cli_text path = {0};
    cli_put(&path, folder);
    cli_put(&path, ends_in_slash(folder) ? "" : "/");
    cli_put(&path, archrules_doc_page_name(doc, ix));
    page.path = path.at;
    page.to = (archrules_output){.format = ARCHRULES_MARKDOWN,
                                 .write = cli_text_writer,
                                 .context = &page.text};
    int code = cli_exit_of(archrules_doc_render_page(doc, ix, &page.to));
    code = cli_output_close(&page, code);
    cli_text_free(&path);
    return code;
}

/* The index last: where it is, all that it leads to is. */
static int write_pages(const char *folder, archrules_doc *doc)
{
    const char *problem = cli_make_folder(folder);
    if (problem) {
        cli_error("cannot make the folder '%s': %s", folder, problem);
        return CLI_EXIT_INVALID;
    }
    int code = CLI_EXIT_OK;
    for (size_t i = archrules_doc_page_count(doc);
         i-- > 0 && code == CLI_EXIT_OK;)
        code = write_page(folder, doc, i);
    return code;
}

/* ---- facts ---- */

static int write_reference(const struct cli_options *options,
                           archrules_engine *engine)
{
    struct cli_output output;
    const char *format = cli_value(options, CLI_OPTION_DOC_FORMAT);
    if (wants_pages(options) || (format && strcmp(format, "json") == 0)) {
        cli_error("--facts is one page of Markdown");
        return CLI_EXIT_INVALID;
    }
    if (!cli_output_open(options, &output))
        return CLI_EXIT_INVALID;
    archrules_status status =
        archrules_engine_render_reference(engine, &output.to);
    if (status == ARCHRULES_INVALID)
        cli_error("a compiled pack does not hold what it declares");
    return cli_output_close(&output, cli_exit_of(status));
}

static void report_nothing(const struct cli_options *options,
                           const archrules_engine *engine)
{
    if (archrules_engine_count(engine, ARCHRULES_COUNT_RULES) > 0 &&
        !cli_has(options, CLI_OPTION_SKIP))
        cli_error(
            "a compiled pack does not hold all that its rules say: give the "
            "rule files that it was built from");
    else
        cli_error("there is no rule to write about");
}

int cli_run_doc(const struct cli_options *options)
{
    archrules_doc *doc = NULL;
    int code = CLI_EXIT_INVALID;
    if (!check_options(options))
        return code;
    archrules_engine *engine = open_engine(options, &code);
    if (!engine)
        return code;
    if (cli_has(options, CLI_OPTION_FACT_REFERENCE)) {
        code = write_reference(options, engine);
        archrules_engine_free(engine);
        return code;
    }
    archrules_status status = archrules_doc_create(engine, &doc);
    code = cli_exit_of(status);
    if (status == ARCHRULES_INVALID)
        report_nothing(options, engine);
    else if (doc && wants_pages(options))
        code = write_pages(cli_value(options, CLI_OPTION_DOC_OUTPUT), doc);
    else if (doc)
        code = write_document(options, doc);
    archrules_doc_free(doc);
    archrules_engine_free(engine);
    return code;
}
