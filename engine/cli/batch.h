/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_CLI_BATCH_H
#define AR_CLI_BATCH_H
/* Many machines, one a line. Threads take turns at reading a chunk of whole
 * lines, evaluate it, and whoever finds that the oldest chunk is done writes
 * it: so the order is that of the input, and a fixed number of chunks bounds
 * the memory whatever is slow. */

#include "cli/cli.h"
#include "cli/platform.h"
#include "cli/threads.h"

#include <stdint.h>

/* What machines came to. */
struct batch_totals {
    size_t n_machines; /* lines that are not blank */
    size_t n_found;    /* machines by exit code */
    size_t n_open;
    size_t n_broken; /* lines that could not be read */
    size_t first_broken;
    int code; /* the worst */
};

struct batch_chunk {
    char *bytes; /* whole lines; the last one may lack its end */
    size_t length;
    size_t capacity;
    size_t first_line;
    size_t n_lines;
    size_t end; /* bytes of the input up to here */

    struct cli_text output;
    struct cli_text errors; /* what is said about values that were odd */
    size_t n_odd;           /* lines */
    size_t most_odd;        /* lines it is said of */
    struct batch_totals totals;
    bool is_done;
};

/* ---- batch_input.c ---- */

struct batch_input {
    struct cli_input *file;
    struct cli_text rest; /* of the last read, behind its last line end */
    size_t n_lines;
    size_t n_bytes; /* handed out */
    bool is_at_end;
    const char *problem; /* or NULL */
};
/* Fills the chunk with at least one line; false at the end, after an
 * interrupt, or with input->problem. */
bool batch_read(struct batch_input *input, struct batch_chunk *chunk);

/* ---- batch_machine.c ---- */

/* What all threads read. */
struct batch_work {
    const struct cli_options *options;
    const archrules_engine *engine;
    archrules_report_options report;
    archrules_format format;
    const char *name; /* of the file, in messages */
};

/* The handles of one thread. */
struct batch_worker {
    const struct batch_work *work;
    archrules_facts *facts;
    archrules_result *result;
    size_t *n_machines; /* of human reports: by rule, that it matched on */
    size_t n_rules;
};
/* Evaluates the lines of the chunk. CLI_EXIT_INTERNAL: it cannot go on. */
void batch_evaluate(struct batch_worker *worker, struct batch_chunk *chunk);
void batch_worker_free(struct batch_worker *worker);

/* ---- batch_table.c: the human report ---- */

void batch_put_head(struct cli_text *text);
void batch_put_row(struct cli_text *text, size_t line,
                   const archrules_result *result);
void batch_put_broken(struct cli_text *text, size_t line);
/* Notes which rules matched on the machine of the worker. */
void batch_count_rules(struct batch_worker *worker);
void batch_put_foot(struct cli_text *text, const struct batch_totals *totals,
                    const struct batch_worker *workers, size_t n_workers);

#endif
