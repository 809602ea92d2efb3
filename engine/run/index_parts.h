/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RUN_INDEX_PARTS_H
#define AR_RUN_INDEX_PARTS_H
/* Private to the index: what it consists of, and what its files share.
 *
 * A condition becomes clauses that are joined by `and`; a clause is literals
 * joined by `or`, and a literal is a leaf or its negation. A leaf tests one
 * fact against constants, or has to be worked out (a task).
 *
 * A row of bits has a bit for each clause. The values of a fact fall into
 * classes, such that the tests of it agree on all values of a class, and each
 * class has a row: 0 where it decides a clause, 1 where it does not. All rows
 * of a machine ANDed say what its facts decide. */

#include "base/regex.h"
#include "run/index.h"
#include "run/machine.h"

#include <string.h>

enum {
    /* A rule is left to the machine if it might take more steps than this,
     * where no list has more elements than AR_INDEX_LONGEST, and no text more
     * KiB: then no fuel can run out, whatever the order of evaluation. */
    AR_INDEX_STEPS = 50000,
    AR_INDEX_LONGEST = 1024,
    AR_INDEX_SHORT = 32,     /* the usual length of lists */
    AR_INDEX_MATCHES = 16,   /* patterns of a rule */
    AR_INDEX_PLANES = 8,     /* clauses of several literals of a rule */
    AR_INDEX_CUTS = 256,     /* constants that one fact is ordered by */
    AR_INDEX_WORDS_APART = 4 /* rows are a multiple of so many words */
};

/* A rule may have findings with keys, or texts that take too many steps: only
 * the machine can tell what a report of ids says of it if it matches. */
#define AR_INDEX_TEXTS_NEEDED UINT32_MAX

/* ---- leaves ---- */

enum ar_index_test {
    AR_INDEX_EQUAL,      /* constant */
    AR_INDEX_LESS,       /* constant */
    AR_INDEX_LESS_EQUAL, /* constant */
    AR_INDEX_IN,         /* constant: a list */
    AR_INDEX_BOOL,
    AR_INDEX_EXISTS,
    AR_INDEX_TASK /* number: of a task */
};

struct ar_index_leaf {
    enum ar_index_test test;
    uint32_t number; /* of the slot, or the task */
    uint32_t constant;
};

enum ar_index_task_kind {
    AR_INDEX_TASK_ROUTINE, /* a condition that rules share */
    AR_INDEX_TASK_SLOT,    /* a derived fact that is a bool */
    AR_INDEX_TASK_MATCH,   /* pattern regex in slot */
    AR_INDEX_TASK_ANY      /* any element of slot with body */
};

/* A test of a field of an element. */
struct ar_index_field_test {
    enum ar_index_test test;
    uint32_t field;
    uint32_t constant;
    bool is_negated;
    bool is_last; /* of its clause */
};

/* What has to be worked out, at most once in an evaluation. */
struct ar_index_task {
    enum ar_index_task_kind kind;
    uint32_t routine; /* that gives the same, or none */
    bool is_inverse;  /* the routine gives the opposite */
    bool is_filtered; /* of TASK_MATCH: in the filter of the slot */
    uint32_t slot;
    uint32_t regex;
    const struct ar_index_field_test *tests; /* of all clauses of body */
    uint32_t n_tests;
};

/* ---- filters ---- */

enum { AR_INDEX_GRAM = 4, AR_INDEX_STEP = 2 };

/* A text without which some patterns cannot match. */
struct ar_index_filter_text {
    ar_str text;
    uint32_t first_task; /* plus 1 */
};

/* Bytes of a text that are looked for. */
struct ar_index_filter_gram {
    uint32_t bytes; /* of ar_index_gram() */
    uint32_t text;
    uint32_t at;   /* in the text */
    uint32_t next; /* gram with that hash, plus 1 */
};

struct ar_index_filter_task {
    uint32_t task;
    uint32_t next; /* of the text, plus 1 */
};

/* For all patterns that look at a fact, which is a string or a list. Each text
 * has `step` grams, one behind the other, so that one of them is at a place
 * that is a multiple of it. */
struct ar_index_filter {
    uint32_t slot;
    unsigned step;         /* places that are looked at are so far apart */
    unsigned shift;        /* of the hash: what is left is an index */
    const uint8_t *seen;   /* by hash: 1 if the table has a gram, 0 if not */
    const uint32_t *table; /* of grams, plus 1 */
    const struct ar_index_filter_gram *grams;
    const struct ar_index_filter_text *texts;
    uint32_t n_texts;
    const struct ar_index_filter_task *tasks;
    uint32_t n_tasks;
};

static inline uint32_t ar_index_gram(const char *bytes)
{
    uint32_t gram;
    memcpy(&gram, bytes, sizeof(gram));
    return gram;
}
static inline uint32_t ar_index_gram_hash(uint32_t gram, unsigned shift)
{
    return gram * UINT32_C(2654435761) >> shift;
}

/* ---- slots ---- */

enum ar_index_kind {
    AR_INDEX_KIND_NONE, /* no test */
    AR_INDEX_KIND_ANY,  /* all values are one class */
    AR_INDEX_KIND_BOOL,
    AR_INDEX_KIND_ENUM,
    AR_INDEX_KIND_TEXT,
    AR_INDEX_KIND_NUMBER, /* int, size, duration, time */
    AR_INDEX_KIND_REAL,
    AR_INDEX_KIND_VERSION
};

enum ar_index_form {
    AR_INDEX_ROWS,  /* a row for each class */
    AR_INDEX_KILLS, /* for each class the bits that are 0 */
    AR_INDEX_EXCEPT /* the row of class 0, and for each class how it differs */
};

struct ar_index_text {
    ar_str text;
    uint32_t hash;
    uint32_t class_ix;
};

/* Classes of values are 0 .. n_classes - 1, absent is n_classes. */
struct ar_index_slot {
    uint32_t slot; /* of the block */
    enum ar_index_kind kind;
    enum ar_index_form form;
    bool has_presence; /* a test asks whether it exists */
    uint32_t n_classes;
    const int64_t *cuts;         /* ordered: a value is in class n if n cuts
                                    are at most its number */
    const ar_value **cut_values; /* of versions whose number is no number */
    const uint8_t *cut_sides;
    uint32_t n_cuts;
    const uint32_t *words;             /* of an enum: its classes */
    const struct ar_index_text *texts; /* a hash table; class 0 is the rest */
    uint32_t text_mask;
    const uint64_t *rows;
    const uint64_t *touched;  /* of rows: 0 where a clause reads the fact */
    const uint32_t *bits;     /* of kills and exceptions; the low bit of an
                                 exception is its value */
    const uint32_t *bit_ends; /* of each class, then of what is touched */
};

/* ---- the index ---- */

/* Clauses of one literal, or of several of one fact, have the bit of their
 * rule: a column. The others have a plane of bits each, 1 where none of their
 * literals can be true; plane k is as wide as there are rules with more than k
 * of them, which come first. */
struct ar_index_plane {
    uint32_t at; /* words */
    uint32_t n_words;
    uint64_t *is_applies; /* the clause belongs to `applies` */
    uint64_t *is_mixed;   /* it has tasks, too */
};

/* A clause that has tasks. */
struct ar_index_rest {
    uint32_t first; /* literal: task << 1 | is negated */
    uint16_t n_literals;
    uint8_t is_applies;
    uint8_t plane; /* of its other literals, plus 1; 0: none */
};

struct ar_index {
    struct ar_fact_layout layout; /* first; by slot of the block */
    const struct ar_code *code;
    uint32_t n_rules;
    uint32_t n_rule_words;
    uint32_t n_words; /* of a row */
    bool has_applies; /* then its columns are in words n_rule_words on */
    struct ar_index_plane planes[AR_INDEX_PLANES];
    uint32_t n_planes;
    uint64_t *start;           /* a row: all bits that mean something */
    const uint64_t *is_loaded; /* by column */
    const uint32_t *rule_of;   /* by column */
    const uint32_t *column_of; /* by rule */
    /* by column, a bit each: */
    const uint64_t *has_rest;         /* clauses with tasks */
    const uint64_t *has_applies_rest; /* those in `applies` */
    const uint64_t *is_run;           /* the machine must decide what is open */
    const uint64_t *is_applies_run;   /* also whether it applies */
    const uint64_t *is_sized;         /* ... where a list or text is long */
    const uint32_t *rest_ends;        /* by column */
    const struct ar_index_rest *rests;
    const uint32_t *rest_literals;
    const struct ar_index_slot *slots;
    uint32_t n_slots;
    const uint32_t *slot_of; /* by slot of the block: number + 1, or 0 */
    const struct ar_index_task *tasks;
    uint32_t n_tasks;
    const struct ar_index_filter *filters;
    uint32_t n_filters;
    const uint32_t *filter_of;  /* by slot of the block: number + 1, or 0 */
    const uint32_t *text_steps; /* of the finding of a rule, or
                                   AR_INDEX_TEXTS_NEEDED */
    bool has_secrets; /* a derived fact is secret: only the facts that a
                         finding rests on tell which texts to mask */
    const uint32_t *not_loaded; /* rules */
    uint32_t n_not_loaded;
    uint64_t short_steps; /* of all rules, where lists are short */
    uint64_t long_steps;
};

/* ---- while it is built ---- */

/* What a condition comes to. A reference is the index of a node << 1, plus 1
 * if it is negated. */
enum ar_index_node_kind {
    AR_INDEX_NODE_OPAQUE, /* only the machine can tell */
    AR_INDEX_NODE_TRUE,
    AR_INDEX_NODE_LEAF,
    AR_INDEX_NODE_AND,
    AR_INDEX_NODE_OR
};

struct ar_index_node {
    enum ar_index_node_kind kind;
    uint32_t a; /* a leaf, or a reference */
    uint32_t b;
};

/* A bit of a row that a fact may decide. */
struct ar_index_entry {
    uint32_t bit;
    uint32_t first; /* literal: leaf << 1 | is negated */
    uint32_t n_literals;
    uint32_t next; /* entry of the slot, plus 1 */
    bool is_plane; /* the bit is 0 where a literal is true, else where none */
};

/* Literals joined by `or`. */
struct ar_index_clause {
    uint32_t first; /* of clause_literals: leaf << 1 | is negated */
    uint32_t n_literals;
    uint8_t n_facts; /* that it reads, up to 2 */
    bool has_tasks;
    bool is_opaque;
    bool is_applies;
};

/* Classes from .. to - 1; to is 0 as long as they are not known. */
struct ar_index_range {
    uint32_t from;
    uint32_t to;
};

struct ar_index_cost {
    uint32_t at_short;
    uint32_t at_long;
};

struct ar_index_builder {
    struct ar_arena *arena;   /* of the index */
    struct ar_arena *scratch; /* of the building */
    const struct ar_code *code;
    struct ar_index *index;
    struct ar_index_cost *costs; /* by routine */
    uint32_t *n_matches;         /* by routine */
    AR_VECTOR(struct ar_index_node) nodes;
    AR_VECTOR(struct ar_index_leaf) leaves;
    AR_VECTOR(struct ar_index_task) tasks;
    AR_VECTOR(struct ar_index_entry) entries;
    AR_VECTOR(struct ar_index_clause) clauses; /* of one rule after the other */
    AR_VECTOR(uint32_t) clause_literals;
    AR_VECTOR(uint32_t) open;     /* references that are still to be taken */
    AR_VECTOR(uint32_t) literals; /* of entries */
    AR_VECTOR(uint32_t) rest_literals;
    uint32_t *node_of;             /* by routine: a reference + 1, or 0 */
    uint32_t *node_of_slot;        /* of bool facts, the same */
    uint32_t *n_constants;         /* by slot */
    uint32_t *first_entry;         /* by slot, plus 1 */
    struct ar_index_range *ranges; /* by leaf: where it holds */
};

/* ---- index_cost.c ---- */

/* How many steps each routine takes at most, and how many patterns it has. */
void ar_index_count_costs(struct ar_index_builder *builder);
struct ar_index_cost ar_index_add_costs(struct ar_index_cost a,
                                        struct ar_index_cost b);

/* ---- index_text.c ---- */

/* How many steps the texts of each rule take at most. */
void ar_index_count_text_steps(struct ar_index_builder *builder);

/* ---- index_formula.c ---- */

/* What the condition of a routine comes to: a reference. */
uint32_t ar_index_read_condition(struct ar_index_builder *builder,
                                 uint32_t routine);

/* ---- index_clauses.c ---- */

/* The clauses of every rule: columns, planes, entries and rests. */
void ar_index_make_clauses(struct ar_index_builder *builder);

/* ---- index_rows.c ---- */

/* Classes and rows of every slot that has entries. */
void ar_index_make_rows(struct ar_index_builder *builder);

/* ---- index_filter.c ---- */

/* Filters for all tasks that match patterns. */
void ar_index_make_filters(struct ar_index_builder *builder);

/* ---- index_class.c ---- */

/* The number by which a value of a kind that has an order is ordered; false
 * if it has none. */
bool ar_index_number(enum ar_index_kind kind, const ar_value *value,
                     int64_t *out);
uint32_t ar_index_hash(ar_str text);
/* The class of an unknown fact. */
#define AR_INDEX_UNKNOWN UINT32_MAX
/* The class of whatever state a fact is in. */
uint32_t ar_index_classify(const struct ar_fact_layout *layout, size_t slot,
                           const ar_value *value);
/* The same for many, as layouts have it. */
void ar_index_classify_many(const struct ar_fact_layout *layout, size_t first,
                            size_t count, const ar_value *const *values,
                            uint32_t *classes);
/* The class of a value. */
uint32_t ar_index_class(const struct ar_index_slot *slot,
                        const ar_value *value);

#endif
