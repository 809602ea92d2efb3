/* SPDX-License-Identifier: Apache-2.0 */
/* The threads of a batch, what a person sees of it meanwhile, and its end. */

#include "cli/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNKS_PER_THREAD = 4,
    MOST_THREADS = 256,
    ODD_LINES_SHOWN = 10,
    PROGRESS_MS = 500
};

struct batch {
    struct cli_monitor *monitor;
    struct batch_chunk *chunks; /* number n is at n % n_chunks */
    size_t n_chunks;
    size_t n_read;
    size_t n_written;
    size_t n_odd; /* lines that were odd, in what is written */
    bool is_reading;
    bool is_writing;
    bool is_at_end; /* nothing more is read */
    const struct batch_work *work;
    struct batch_input input;

    /* of whoever writes */
    struct cli_sink *sink;
    const char *problem; /* of writing, or NULL */
    struct batch_totals totals;
    bool shows_progress;
    bool has_progress; /* it is on the terminal */
    uint64_t started_ms;
    uint64_t shown_ms;
    size_t input_bytes; /* 0: not known */
};

/* One thread. */
struct member {
    struct batch *batch;
    struct batch_worker worker;
};

/* ---- progress ---- */

static void erase_progress(struct batch *batch)
{
    static const char erase[] = "\r\033[K";
    if (batch->has_progress)
        cli_write_stream(CLI_STDERR, erase, sizeof(erase) - 1);
    batch->has_progress = false;
}

static void show_progress(struct batch *batch, size_t n_bytes)
{
    char line[160];
    uint64_t now = cli_now_ms();
    if (!batch->shows_progress || now - batch->shown_ms < PROGRESS_MS)
        return;
    double seconds = (double)(now - batch->started_ms) / 1000;
    double speed = (double)batch->totals.n_machines / seconds;
    int length =
        snprintf(line, sizeof(line), "\r\033[K%lu machines, %.0f a second",
                 (unsigned long)batch->totals.n_machines, speed);
    if (batch->input_bytes > n_bytes && n_bytes > 0) {
        double left = (double)(batch->input_bytes - n_bytes);
        length += snprintf(line + length, sizeof(line) - (size_t)length,
                           ", %.0f s left", left / (double)n_bytes * seconds);
    }
    cli_write_stream(CLI_STDERR, line, (size_t)length);
    batch->shown_ms = now;
    batch->has_progress = true;
}

/* ---- writing ---- */

static void add_totals(struct batch_totals *sum,
                       const struct batch_totals *part)
{
    if (sum->n_broken == 0)
        sum->first_broken = part->first_broken;
    sum->n_machines += part->n_machines;
    sum->n_found += part->n_found;
    sum->n_open += part->n_open;
    sum->n_broken += part->n_broken;
    sum->code = cli_worse(sum->code, part->code);
}

/* By one thread at a time, outside of the monitor. */
static void write_chunk(struct batch *batch, struct batch_chunk *chunk)
{
    if (chunk->errors.length > 0 && batch->n_odd < ODD_LINES_SHOWN) {
        erase_progress(batch);
        cli_write_error(&chunk->errors);
    }
    if (!batch->problem && chunk->output.length > 0)
        batch->problem =
            cli_sink_write(batch->sink, chunk->output.at, chunk->output.length);
    add_totals(&batch->totals, &chunk->totals);
    show_progress(batch, chunk->end);
}

/* ---- what a thread does next; all are called in the monitor ---- */

static struct batch_chunk *chunk_at(struct batch *batch, size_t number)
{
    return &batch->chunks[number % batch->n_chunks];
}

static bool can_write(struct batch *batch)
{
    return !batch->is_writing && batch->n_written < batch->n_read &&
           chunk_at(batch, batch->n_written)->is_done;
}

static void take_turn_at_writing(struct batch *batch)
{
    struct batch_chunk *chunk = chunk_at(batch, batch->n_written);
    batch->is_writing = true;
    cli_monitor_leave(batch->monitor);
    write_chunk(batch, chunk);
    cli_monitor_enter(batch->monitor);
    batch->n_odd += chunk->n_odd;
    chunk->is_done = false;
    batch->is_writing = false;
    batch->n_written++;
    batch->is_at_end = batch->is_at_end || batch->problem != NULL ||
                       batch->totals.code == CLI_EXIT_INTERNAL;
    cli_monitor_wake(batch->monitor);
}

static bool can_read(const struct batch *batch)
{
    return !batch->is_at_end && !batch->is_reading &&
           batch->n_read - batch->n_written < batch->n_chunks;
}

static void start_chunk(struct batch *batch, struct batch_chunk *chunk)
{
    chunk->output.length = 0;
    chunk->errors.length = 0;
    chunk->n_odd = 0;
    chunk->totals = (struct batch_totals){0};
    chunk->most_odd = 0;
    if (batch->n_odd < ODD_LINES_SHOWN &&
        !cli_has(batch->work->options, CLI_OPTION_QUIET))
        chunk->most_odd = ODD_LINES_SHOWN;
}

static void take_turn_at_reading(struct batch *batch,
                                 struct batch_worker *worker)
{
    struct batch_chunk *chunk = chunk_at(batch, batch->n_read);
    batch->is_reading = true;
    cli_monitor_leave(batch->monitor);
    bool is_there = batch_read(&batch->input, chunk);
    cli_monitor_enter(batch->monitor);
    batch->is_reading = false;
    batch->is_at_end = batch->is_at_end || !is_there;
    batch->n_read += is_there;
    if (is_there)
        start_chunk(batch, chunk);
    cli_monitor_wake(batch->monitor);
    if (!is_there)
        return;
    cli_monitor_leave(batch->monitor);
    batch_evaluate(worker, chunk);
    cli_monitor_enter(batch->monitor);
    chunk->is_done = true;
    cli_monitor_wake(batch->monitor);
}

static void run_member(void *context)
{
    struct member *member = context;
    struct batch *batch = member->batch;
    cli_monitor_enter(batch->monitor);
    while (!batch->is_at_end || batch->n_written < batch->n_read) {
        if (can_write(batch))
            take_turn_at_writing(batch);
        else if (can_read(batch))
            take_turn_at_reading(batch, &member->worker);
        else
            cli_monitor_wait(batch->monitor);
    }
    cli_monitor_leave(batch->monitor);
}

/* ---- all of them ---- */

static void run_members(struct batch *batch, struct member *members,
                        size_t n_members)
{
    void **contexts = cli_allocate(n_members, sizeof(*contexts));
    for (size_t i = 0; i < n_members; i++) {
        members[i] =
            (struct member){.batch = batch, .worker = {.work = batch->work}};
        contexts[i] = &members[i];
    }
    batch->n_chunks = CHUNKS_PER_THREAD * n_members;
    batch->chunks = cli_allocate(batch->n_chunks, sizeof(*batch->chunks));
    batch->monitor = cli_monitor_create();
    batch->started_ms = cli_now_ms();
    batch->shown_ms = batch->started_ms;
    cli_run_together(run_member, contexts, n_members);
    cli_monitor_free(batch->monitor);
    free(contexts);
}

static void free_chunks(struct batch *batch)
{
    for (size_t i = 0; i < batch->n_chunks; i++) {
        free(batch->chunks[i].bytes);
        cli_text_free(&batch->chunks[i].output);
        cli_text_free(&batch->chunks[i].errors);
    }
    free(batch->chunks);
    cli_text_free(&batch->input.rest);
}

/* ---- beginning and end ---- */

static void write_head(struct batch *batch)
{
    struct cli_text text = {0};
    if (batch->work->format != ARCHRULES_HUMAN)
        return;
    batch_put_head(&text);
    batch->problem = cli_sink_write(batch->sink, text.at, text.length);
    cli_text_free(&text);
}

static void write_foot(struct batch *batch, const struct member *members,
                       size_t n_members)
{
    struct cli_text text = {0};
    struct batch_worker *workers = cli_allocate(n_members, sizeof(*workers));
    for (size_t i = 0; i < n_members; i++)
        workers[i] = members[i].worker;
    if (batch->work->format == ARCHRULES_HUMAN && !batch->problem) {
        batch_put_foot(&text, &batch->totals, workers, n_members);
        batch->problem = cli_sink_write(batch->sink, text.at, text.length);
    }
    cli_text_free(&text);
    free(workers);
}

/* Of a line that was cut by an error nothing was written. */
static void say_what_was_wrong(struct batch *batch)
{
    char counts[80];
    const struct batch_totals *totals = &batch->totals;
    if (batch->input.problem)
        cli_error("cannot read '%s': %s", batch->work->name,
                  batch->input.problem);
    if (totals->n_broken > 0) {
        snprintf(counts, sizeof(counts), "%lu of %lu lines",
                 (unsigned long)totals->n_broken,
                 (unsigned long)totals->n_machines);
        cli_error("%s of '%s' could not be read", counts, batch->work->name);
        snprintf(counts, sizeof(counts), "%lu",
                 (unsigned long)totals->first_broken);
        cli_error("the first of them is line %s", counts);
    }
    if (totals->n_machines == 0 && !batch->input.problem &&
        cli_interrupt_signal() == 0)
        cli_error("there is no machine in '%s'", batch->work->name);
}

static int finish(struct batch *batch)
{
    const struct batch_totals *totals = &batch->totals;
    int code = totals->code;
    erase_progress(batch);
    say_what_was_wrong(batch);
    if (batch->input.problem || totals->n_machines == 0)
        code = cli_worse(code, CLI_EXIT_INVALID);
    if (cli_interrupt_signal() != 0)
        code = CLI_EXIT_SIGNAL + cli_interrupt_signal();
    return code;
}

/* False after a message. */
static bool read_thread_count(const struct cli_options *options, size_t *count)
{
    const char *given = cli_value(options, CLI_OPTION_JOBS);
    const char *text = given;
    if (!text) {
        size_t processors = cli_processor_count();
        *count = processors < MOST_THREADS ? processors : MOST_THREADS;
        return true;
    }
    size_t value = 0;
    while (text[0] >= '0' && text[0] <= '9' && value <= MOST_THREADS)
        value = 10 * value + (size_t)(*text++ - '0');
    if (value >= 1 && value <= MOST_THREADS && *text == '\0') {
        *count = value;
        return true;
    }
    cli_error("-j takes a number of threads, 1 to 256, not '%s'", given);
    return false;
}

/* Assignments that are wrong are wrong for every machine. */
static int check_assignments(const struct batch_work *work)
{
    const struct cli_options *options = work->options;
    archrules_facts *facts = NULL;
    archrules_status status = archrules_facts_create(work->engine, &facts);
    if (status == ARCHRULES_OK)
        status = cli_set_facts(facts, &options->values[CLI_OPTION_SET],
                               archrules_facts_set);
    if (status == ARCHRULES_OK)
        status = cli_set_facts(facts, &options->values[CLI_OPTION_INPUT],
                               archrules_facts_set_input);
    archrules_status shown = ARCHRULES_OK;
    if (facts)
        shown =
            cli_show_fact_diagnostics(options, facts, status != ARCHRULES_OK);
    archrules_facts_free(facts);
    return cli_worse(cli_exit_of(status), cli_exit_of(shown));
}

static void close_sink(struct batch *batch, int code)
{
    bool is_whole = !batch->problem && code != CLI_EXIT_INTERNAL;
    const char *problem = cli_sink_close(batch->sink, is_whole);
    if (!batch->problem)
        batch->problem = problem;
}

static int run_batch(struct batch *batch, const struct cli_output *output)
{
    size_t n_members = 0;
    if (!read_thread_count(batch->work->options, &n_members))
        return CLI_EXIT_INVALID;
    struct member *members = cli_allocate(n_members, sizeof(*members));
    batch->problem = cli_sink_open(output->path, &batch->sink);
    int code = CLI_EXIT_OK;
    if (!batch->problem) {
        write_head(batch);
        run_members(batch, members, n_members);
        code = finish(batch);
        write_foot(batch, members, n_members);
        close_sink(batch, code);
    }
    if (batch->problem) {
        cli_error("cannot write %s: %s",
                  output->path ? output->path : "the result", batch->problem);
        code = cli_worse(code, CLI_EXIT_INVALID);
    }
    for (size_t i = 0; i < n_members; i++)
        batch_worker_free(&members[i].worker);
    free(members);
    free_chunks(batch);
    return code;
}

int cli_run_batch(const struct cli_options *options, archrules_engine *engine,
                  const archrules_report_options *report,
                  struct cli_output *output)
{
    struct batch_work work = {
        .options = options,
        .engine = engine,
        .report = *report,
        .format = output->to.format,
        .name = cli_value(options, CLI_OPTION_FACTS),
    };
    struct batch batch = {.work = &work};
    int code = check_assignments(&work);
    if (code == CLI_EXIT_OK)
        code = cli_exit_of(archrules_engine_prepare(engine));
    if (code != CLI_EXIT_OK)
        return code;
    const char *problem = cli_input_open(work.name, &batch.input.file);
    if (problem) {
        cli_error("cannot read '%s': %s", work.name, problem);
        return CLI_EXIT_INVALID;
    }
    if (strcmp(work.name, "-") == 0)
        work.name = "<stdin>";
    /* A file that is not whole is removed by the signal. */
    if (!output->path)
        cli_catch_interrupts();
    batch.input_bytes = cli_input_size(batch.input.file);
    batch.shows_progress = cli_is_terminal(CLI_STDERR) &&
                           !cli_has(options, CLI_OPTION_QUIET) &&
                           (output->path || !cli_is_terminal(CLI_STDOUT));
    code = run_batch(&batch, output);
    cli_input_close(batch.input.file);
    return code;
}
