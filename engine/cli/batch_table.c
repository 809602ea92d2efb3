/* SPDX-License-Identifier: Apache-2.0 */
/* Many machines for people: a row for each, then which rules matched on how
 * many of them. */

#include "cli/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_CELLS = 30, RULES_SHOWN = 20 };

static const archrules_severity columns[] = {
    ARCHRULES_SEVERITY_CRITICAL, ARCHRULES_SEVERITY_ERROR,
    ARCHRULES_SEVERITY_WARNING, ARCHRULES_SEVERITY_INFO};

void batch_put_head(struct cli_text *text)
{
    char line[120];
    snprintf(line, sizeof(line), "%8s  %-*s %8s %8s %8s %8s %8s\n", "LINE",
             NAME_CELLS, "MACHINE", "CRITICAL", "ERROR", "WARNING", "INFO",
             "OPEN");
    cli_put(text, line);
}

static bool is_inside(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Cut and filled up to NAME_CELLS characters. */
static void put_name(struct cli_text *text, const char *name)
{
    struct cli_text safe = {0};
    size_t n_cells = 0;
    size_t length = 0;
    cli_put_safe(&safe, name);
    for (; length < safe.length && n_cells < NAME_CELLS; n_cells++) {
        length++;
        while (length < safe.length && is_inside(safe.at[length]))
            length++;
    }
    bool is_cut = length < safe.length;
    while (is_cut && is_inside(safe.at[--length]))
        continue;
    if (safe.length > 0)
        cli_put_bytes(text, safe.at, length);
    if (is_cut)
        cli_put(text, "…");
    for (; n_cells < NAME_CELLS; n_cells++)
        cli_put(text, " ");
    cli_text_free(&safe);
}

static void put_number(struct cli_text *text, size_t number)
{
    char cell[24];
    if (number == 0)
        snprintf(cell, sizeof(cell), " %8s", "-");
    else
        snprintf(cell, sizeof(cell), " %8lu", (unsigned long)number);
    cli_put(text, cell);
}

static void put_line_number(struct cli_text *text, size_t line)
{
    char cell[24];
    snprintf(cell, sizeof(cell), "%8lu  ", (unsigned long)line);
    cli_put(text, cell);
}

/* Neither waived nor explained by another one. */
static size_t count_findings(const archrules_result *result,
                             archrules_severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < archrules_result_finding_count(result); i++) {
        const archrules_finding *finding = archrules_result_finding(result, i);
        count += finding && finding->severity == severity &&
                 !finding->is_waived && finding->n_superseded_by == 0;
    }
    return count;
}

void batch_put_row(struct cli_text *text, size_t line,
                   const archrules_result *result)
{
    static const archrules_rule_status open[] = {
        ARCHRULES_UNDETERMINED, ARCHRULES_ERROR, ARCHRULES_NOT_LOADED};
    size_t n_open = 0;
    for (size_t i = 0; i < CLI_COUNT_OF(open); i++)
        n_open += archrules_result_count(result, open[i]);
    put_line_number(text, line);
    put_name(text, archrules_result_machine(result));
    for (size_t i = 0; i < CLI_COUNT_OF(columns); i++)
        put_number(text, count_findings(result, columns[i]));
    put_number(text, n_open);
    cli_put(text, "\n");
}

void batch_put_broken(struct cli_text *text, size_t line)
{
    put_line_number(text, line);
    cli_put(text, "(cannot be read)\n");
}

/* ---- rules ---- */

void batch_count_rules(struct batch_worker *worker)
{
    const archrules_result *result = worker->result;
    if (!worker->n_machines) {
        worker->n_rules = archrules_result_rule_count(result);
        worker->n_machines = cli_allocate(worker->n_rules + 1, sizeof(size_t));
    }
    for (size_t i = 0; i < worker->n_rules; i++) {
        const archrules_rule *rule = archrules_result_rule(result, i);
        worker->n_machines[i] += rule && rule->status == ARCHRULES_MATCHED;
    }
}

static size_t sum_of(const struct batch_worker *workers, size_t n_workers,
                     size_t rule)
{
    size_t sum = 0;
    for (size_t i = 0; i < n_workers; i++)
        sum += workers[i].n_machines ? workers[i].n_machines[rule] : 0;
    return sum;
}

/* The rule with the most machines among those with less than `below`, or of
 * as many and behind `last`. */
static size_t find_next(const struct batch_worker *workers, size_t n_workers,
                        size_t n_rules, size_t below, size_t last)
{
    size_t best = n_rules;
    size_t most = 0;
    for (size_t i = 0; i < n_rules; i++) {
        size_t sum = sum_of(workers, n_workers, i);
        bool is_later = sum < below || (sum == below && i > last);
        if (is_later && sum > most) {
            most = sum;
            best = i;
        }
    }
    return best;
}

static const struct batch_worker *find_worker(
    const struct batch_worker *workers, size_t n_workers)
{
    for (size_t i = 0; i < n_workers; i++) {
        if (workers[i].n_machines)
            return &workers[i];
    }
    return NULL;
}

static void put_rules(struct cli_text *text, const struct batch_worker *workers,
                      size_t n_workers)
{
    const struct batch_worker *any = find_worker(workers, n_workers);
    size_t below = SIZE_MAX;
    size_t ix = 0;
    char cell[24];
    for (size_t n = 0; any && n < RULES_SHOWN; n++) {
        ix = find_next(workers, n_workers, any->n_rules, below, ix);
        const archrules_rule *rule = archrules_result_rule(any->result, ix);
        if (!rule)
            return;
        below = sum_of(workers, n_workers, ix);
        if (n == 0)
            cli_put(text, "\nMACHINES  RULE THAT MATCHED\n");
        snprintf(cell, sizeof(cell), "%8lu  ", (unsigned long)below);
        cli_put(text, cell);
        cli_put_safe(text, rule->id);
        cli_put(text, "\n");
    }
}

void batch_put_foot(struct cli_text *text, const struct batch_totals *totals,
                    const struct batch_worker *workers, size_t n_workers)
{
    char line[200];
    size_t n_read = totals->n_machines - totals->n_broken;
    put_rules(text, workers, n_workers);
    snprintf(line, sizeof(line),
             "\n%lu machines: %lu with findings, %lu with none so far but "
             "something undecided, %lu without\n",
             (unsigned long)n_read, (unsigned long)totals->n_found,
             (unsigned long)totals->n_open,
             (unsigned long)(n_read - totals->n_found - totals->n_open));
    cli_put(text, line);
}
