/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TOOLS_COVERAGE_H
#define AR_TOOLS_COVERAGE_H
/* Outcome coverage: which outcomes of the conditions and table rows of packs
 * their tests have shown. docs/packs.md says what counts. */

#include "base/map.h"
#include "result/outcome.h"
#include "sema/possible.h"

/* What a test can show of a condition or a row. */
enum {
    AR_SHOWN_TRUE = AR_POSSIBLE_TRUE,   /* of a row: it was taken */
    AR_SHOWN_FALSE = AR_POSSIBLE_FALSE, /* of a row: it was passed over */
    /* Neither, or more than one was possible. */
    AR_SHOWN_UNDECIDED = AR_POSSIBLE_UNDECIDED,
    AR_N_SHOWN = 3
};

/* A condition, or a part of one that is one itself; or a row. */
struct ar_coverage_node {
    const struct ar_expr *expr;   /* NULL: a row */
    const struct ar_table *table; /* of a row */
    ar_span span;
    unsigned possible;
    unsigned shown; /* a part of possible */
};

enum ar_coverage_kind {
    AR_COVERAGE_RULE,
    AR_COVERAGE_FACT, /* a derived one */
    AR_COVERAGE_FUNCTION,
    AR_COVERAGE_TABLE
};

/* A declaration that has conditions or rows. */
struct ar_coverage_part {
    enum ar_coverage_kind kind;
    ar_str name; /* with its pack: docker_desktop.mismatch */
    ar_span span;
    size_t first_ix; /* of its nodes, which are sorted by place, the whole
                        before its parts */
    size_t n_nodes;
    size_t n_possible; /* outcomes */
    size_t n_shown;
};

struct ar_coverage {
    AR_VECTOR(struct ar_coverage_part) parts; /* by place */
    AR_VECTOR(struct ar_coverage_node) nodes;
    size_t n_possible;
    size_t n_shown;
    struct ar_observer observer; /* fills in what is shown */
    struct ar_map conditions;    /* address of an expr -> its node */
    struct ar_map rows;          /* address of a table -> node of its first */
};

/* What there is to show in the packs of program: those of the standard library
 * only if they hold tests. The result must not be moved: the observer points
 * to it. Leaves scratch empty. */
struct ar_coverage *ar_coverage_create(struct ar_arena *arena,
                                       struct ar_arena *scratch,
                                       const struct ar_program *program);
/* Counts what was shown, after the last test. */
void ar_coverage_count(struct ar_coverage *coverage);

/* ---- coverage_report.c ---- */

/* A line for each part, then the total. */
void ar_coverage_put_table(struct ar_buf *out,
                           const struct ar_coverage *coverage, bool color);
/* The sources with each outcome that was not shown below its place; one line
 * of a source where all were. */
void ar_coverage_put_sources(struct ar_buf *out, struct ar_diags *diags,
                             const struct ar_coverage *coverage, bool color);
struct ar_json_writer;
/* An object with every part and every node. */
void ar_coverage_write(struct ar_json_writer *writer, struct ar_diags *diags,
                       const struct ar_coverage *coverage);

#endif
