/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BENCH_FACTS_H
#define AR_BENCH_FACTS_H
/* The facts of the workload in fixed places, for the peers that are written in
 * C. peers.py writes slots.h beside the pack: how many there are of each kind,
 * and what the columns of lists hold. */

#include "slots.h"

#include <stddef.h>
#include <stdint.h>

enum { MOST_ELEMENTS = 16, MOST_LINES = 32, MOST_FIELDS = 8 };

struct text {
    const char *at;
    size_t length;
};

/* A field of an element: a text, or a number. */
struct field {
    struct text text;
    int64_t number;
};

struct facts {
    struct text text[N_TEXT];
    int64_t number[N_NUMBER];
    int64_t version[N_VERSION]; /* three parts as one number */
    int64_t flag[N_FLAG];
    size_t list_count[N_LISTS];
    struct field list[N_LISTS][MOST_ELEMENTS][MOST_FIELDS];
    size_t n_lines;
    struct text log[MOST_LINES];
    struct text whole_log; /* the lines, joined */
};

struct fleet {
    struct facts *at;
    size_t count;
    char *bytes; /* that the texts point into */
};

/* Reads machines.tsv; ends the program if it cannot. */
struct fleet read_fleet(const char *path);
void free_fleet(struct fleet *fleet);
double now_seconds(void);
/* argv: MODE ... PASSES. The best of the passes over all machines as a line of
 * JSON, or for "check" the rules that fired on each machine. */
typedef size_t (*evaluator)(const struct facts *facts, uint32_t *fired);
int run_peer(const char *name, const char *mode, const char *passes,
             const struct fleet *fleet, size_t n_rules, double compile_seconds,
             evaluator evaluate);

#endif
