/* SPDX-License-Identifier: Apache-2.0 */
/* A line, and what becomes of its machine: a report, a row of a table, or the
 * note that it is broken. */

#include "cli/batch.h"

#include <stdlib.h>
#include <string.h>

static bool is_blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
            return false;
    }
    return true;
}

static archrules_status render_diagnostics(struct batch_worker *worker,
                                           archrules_format format, bool color,
                                           struct cli_text *text)
{
    archrules_output output = {.format = format,
                               .color = color,
                               .write = cli_text_writer,
                               .context = text};
    return archrules_facts_render_diagnostics(worker->facts, &output);
}

static archrules_status read_machine(struct batch_worker *worker, size_t line,
                                     const char *text, size_t length)
{
    const struct batch_work *work = worker->work;
    const struct cli_options *options = work->options;
    archrules_status status = ARCHRULES_OK;
    if (worker->facts)
        archrules_facts_clear(worker->facts);
    else
        status = archrules_facts_create(work->engine, &worker->facts);
    if (status == ARCHRULES_OK)
        status = archrules_facts_read_line(worker->facts, work->name, line,
                                           text, length);
    if (status == ARCHRULES_OK)
        status = cli_set_facts(worker->facts, &options->values[CLI_OPTION_SET],
                               archrules_facts_set);
    if (status == ARCHRULES_OK)
        status =
            cli_set_facts(worker->facts, &options->values[CLI_OPTION_INPUT],
                          archrules_facts_set_input);
    return status;
}

static archrules_status evaluate(struct batch_worker *worker)
{
    const struct batch_work *work = worker->work;
    archrules_evaluate_options options = {.detail = work->report.detail};
    if (work->format != ARCHRULES_NDJSON)
        options.detail = ARCHRULES_DETAIL_IDS; /* the table has no texts */
    if (worker->result)
        return archrules_result_update(worker->result, &options);
    return archrules_evaluate(work->engine, worker->facts, &options,
                              &worker->result);
}

static archrules_status put_machine(struct batch_worker *worker,
                                    struct cli_text *text, size_t line)
{
    const struct batch_work *work = worker->work;
    archrules_output output = {
        .format = work->format, .write = cli_text_writer, .context = text};
    if (work->format == ARCHRULES_NDJSON)
        return archrules_result_render(worker->result, &work->report, &output);
    batch_put_row(text, line, worker->result);
    batch_count_rules(worker);
    return ARCHRULES_OK;
}

static archrules_status put_broken(struct batch_worker *worker,
                                   struct batch_chunk *chunk, size_t line)
{
    if (chunk->totals.n_broken++ == 0)
        chunk->totals.first_broken = line;
    if (worker->work->format == ARCHRULES_NDJSON)
        return render_diagnostics(worker, ARCHRULES_NDJSON, false,
                                  &chunk->output);
    batch_put_broken(&chunk->output, line);
    if (chunk->n_odd >= chunk->most_odd)
        return ARCHRULES_OK;
    chunk->n_odd++;
    return render_diagnostics(worker, ARCHRULES_HUMAN,
                              cli_color_errors(worker->work->options),
                              &chunk->errors);
}

static archrules_status say_what_is_odd(struct batch_worker *worker,
                                        struct batch_chunk *chunk)
{
    size_t before = chunk->errors.length;
    if (chunk->n_odd >= chunk->most_odd)
        return ARCHRULES_OK;
    archrules_status status = render_diagnostics(
        worker, ARCHRULES_HUMAN, cli_color_errors(worker->work->options),
        &chunk->errors);
    chunk->n_odd += chunk->errors.length > before;
    return status;
}

static void add_code(struct batch_totals *totals, int code)
{
    totals->n_found += code == CLI_EXIT_FOUND;
    totals->n_open += code == CLI_EXIT_OPEN;
    totals->code = cli_worse(totals->code, code);
}

static archrules_status evaluate_line(struct batch_worker *worker,
                                      struct batch_chunk *chunk, size_t line,
                                      const char *text, size_t length)
{
    chunk->totals.n_machines++;
    archrules_status status = read_machine(worker, line, text, length);
    if (status == ARCHRULES_INVALID) {
        add_code(&chunk->totals, CLI_EXIT_INVALID);
        return put_broken(worker, chunk, line);
    }
    if (status == ARCHRULES_OK)
        status = say_what_is_odd(worker, chunk);
    if (status == ARCHRULES_OK)
        status = evaluate(worker);
    if (status == ARCHRULES_OK)
        status = put_machine(worker, &chunk->output, line);
    if (status == ARCHRULES_OK)
        add_code(&chunk->totals, archrules_result_exit_code(
                                     worker->result, &worker->work->report));
    return status;
}

void batch_evaluate(struct batch_worker *worker, struct batch_chunk *chunk)
{
    const char *at = chunk->bytes;
    const char *end = chunk->bytes + chunk->length;
    for (size_t i = 0; i < chunk->n_lines; i++) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((line_end ? line_end : end) - at);
        size_t line = chunk->first_line + i;
        size_t whole = chunk->output.length;
        archrules_status status = ARCHRULES_OK;
        if (!is_blank(at, length))
            status = evaluate_line(worker, chunk, line, at, length);
        if (status != ARCHRULES_OK) {
            chunk->output.length = whole;
            chunk->totals.code =
                cli_worse(chunk->totals.code, cli_exit_of(status));
            return;
        }
        at += length + 1;
    }
}

void batch_worker_free(struct batch_worker *worker)
{
    archrules_result_free(worker->result);
    archrules_facts_free(worker->facts);
    free(worker->n_machines);
}
