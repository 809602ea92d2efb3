/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RUN_SCAN_PARTS_H
#define AR_RUN_SCAN_PARTS_H
/* Private to the scan: its state while the rules of a machine are decided. */

#include "base/scan.h"
#include "run/index_parts.h"

/* What a task came to: outcomes that are possible, or that only the machine
 * can tell, rule by rule. */
enum { AR_SCAN_NOT_TRIED = 0, AR_SCAN_LEFT = 8 };

enum { AR_SCAN_STATUSES = 4 };

struct ar_scan {
    const struct ar_index *index;
    struct ar_arena *arena;
    const struct ar_factset *facts;
    struct ar_evaluation_options options;
    bool is_by_machine;
    bool is_long; /* a list or text is longer than the costs are for */
    const ar_value *const *values; /* by slot of the block */
    const uint32_t *classes;       /* of them */
    const ar_value **looked_up;    /* room for the values */
    uint32_t *classified;
    const uint64_t **rows; /* of the machine */
    uint32_t *unknown;     /* slots of the index */
    uint64_t *possible;    /* a row: what may be true */
    uint64_t *certain;     /* what must be */
    uint8_t *kept;         /* bits that an exception keeps */
    uint8_t *tasks;        /* what they came to */
    uint64_t *candidates;  /* by task: a bit for each text that may match, the
                              64th and those behind it share bits with others */
    struct ar_regex_scratch *regex;
    uint8_t *filters; /* enum ar_scan_filter, of each */
    /* by column: one behind the other */
    uint64_t *matched;
    uint64_t *open;
    uint64_t *not_applicable;
    uint64_t *failed;
    uint64_t *reached; /* in an update */
    uint64_t *unsaid;  /* there is more to say than a status */
    uint64_t *odd; /* left to the machine because of redacted facts: they are
                      there, and yet not known */
    bool has_odd;
    uint64_t *blamed; /* there may be more to say than the status */
    uint8_t *said;    /* by rule: of ar_scan_say() */
    uint64_t *told;   /* by column: said to be something else than clear */
    struct ar_scan_results *results; /* or NULL: not asked for so far */
    uint64_t *opaque;                /* by column: a task may read any fact */
    uint32_t *task_slots; /* of the block, that the other tasks read */
    uint32_t n_task_slots;
    uint32_t *first_task; /* by slot of the block: of those, plus 1 */
    uint32_t *next_task;  /* by task, plus 1 */
    uint32_t *opaque_tasks;
    uint32_t n_opaque_tasks;
    bool *has_gaps; /* by slot of the block, of those: something is absent */
    struct ar_scan_counters *counters; /* or NULL: not needed so far */
    bool is_counted;                   /* they say what the facts decide */
    bool is_followed;      /* the last update did not decide all anew */
    int64_t earlier_steps; /* of the machine, before the last update */
    int64_t text_steps;
    uint64_t *by_rule; /* room for a list */
    size_t counts[AR_N_STATUSES];
    uint32_t *list;
    struct ar_arena memory;     /* of the machine */
    struct ar_machine *machine; /* or NULL: not needed so far */
    bool is_machine_ready;      /* it knows the facts as they are */
};

enum ar_scan_filter {
    AR_SCAN_FILTER_IDLE,
    AR_SCAN_FILTER_DONE,
    AR_SCAN_FILTER_ODD /* not all are texts that patterns look at */
};

/* ---- scan.c ---- */

struct ar_scan_bits {
    const uint32_t *at;
    uint32_t count;
};

/* Of a slot that has no rows: the bits of a class. */
static inline struct ar_scan_bits ar_scan_bits_of(
    const struct ar_index_slot *slot, uint32_t class_ix)
{
    uint32_t start = class_ix == 0 ? 0 : slot->bit_ends[class_ix - 1];
    return (struct ar_scan_bits){slot->bits + start,
                                 slot->bit_ends[class_ix] - start};
}
/* The bits that some class of it may change. */
static inline struct ar_scan_bits ar_scan_touched_bits(
    const struct ar_index_slot *slot)
{
    return ar_scan_bits_of(slot, slot->n_classes + 1);
}

static inline bool ar_scan_has_bit(const uint64_t *words, uint32_t bit)
{
    return words[bit / 64] >> (bit % 64) & 1;
}

/* The words of a row that have columns, before the planes. */
static inline uint32_t ar_scan_column_words(const struct ar_index *index)
{
    return index->n_rule_words * (index->has_applies ? 2 : 1);
}
/* Which word of columns the rules of a word of a row are in. */
uint32_t ar_scan_column_word(const struct ar_index *index, uint32_t word);

/* Decides columns of a word of columns, by the row of the machine. */
void ar_scan_settle(struct ar_scan *scan, uint32_t at, uint64_t columns);

/* Before some rules are decided again: looks up the facts. False if it takes
 * more than the row of the machine to decide them. */
bool ar_scan_begin_again(struct ar_scan *scan);
/* Whether no rule can have run out of fuel so far. */
bool ar_scan_is_affordable(const struct ar_scan *scan);

/* Adds the columns of rules that read the fact. */
void ar_scan_mark_slot(const struct ar_index *index, uint64_t *columns,
                       const struct ar_index_slot *slot);

/* Columns as rules, in their order; list has room for all. */
struct ar_scan_list ar_scan_list_rules(struct ar_scan *scan,
                                       const uint64_t *columns, uint32_t *list);

/* Whether it is known what the task reads: one fact. */
static inline bool ar_scan_is_of_slot(const struct ar_index_task *task)
{
    return task->kind == AR_INDEX_TASK_MATCH || task->kind == AR_INDEX_TASK_ANY;
}

/* ---- scan_blame.c ---- */

/* Which tasks read which facts: once for a scan. */
void ar_scan_list_tasks(struct ar_scan *scan);
/* Finds out whether something is absent in a fact that tasks read. */
void ar_scan_find_gaps(struct ar_scan *scan, uint32_t slot);
/* Marks in blamed the columns of rules that have causes if they do not match;
 * with ids_only, such as wait for an answer of a person. */
void ar_scan_find_blame(struct ar_scan *scan, bool ids_only);

/* ---- scan_match.c ---- */

/* Whether the pattern of the task matches: outcomes, or AR_SCAN_LEFT. */
unsigned ar_scan_match(struct ar_scan *scan, uint32_t task);

/* ---- scan_task.c ---- */

/* The same as ar_scan_try_task() by the machine alone. */
unsigned ar_scan_run_task(struct ar_scan *scan,
                          const struct ar_index_task *task);

/* What the task comes to: outcomes, or AR_SCAN_LEFT. */
unsigned ar_scan_try_task(struct ar_scan *scan, uint32_t task);
/* What the machine says of a rule. */
enum ar_status ar_scan_judge(struct ar_scan *scan, uint32_t rule_ix);

#endif
