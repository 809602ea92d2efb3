/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions as clauses: an `and` of `or`s of leaves and their negations. What
 * may be true and what must be are each joined as in ordinary logic, so that
 * this changes neither. */

#include "run/index_parts.h"

enum {
    MAX_CLAUSES = 64,
    MAX_PRODUCT = 16,
    MAX_LITERALS = 4096,
    MAX_DEPTH = 40
};

typedef AR_VECTOR(struct ar_index_clause) clause_vector;

struct rule_clauses {
    uint32_t first; /* of the builder's clauses */
    uint32_t count;
    uint32_t n_planes;
    bool is_run;         /* a part is opaque */
    bool is_applies_run; /* of `applies` */
    bool is_loaded;
    bool has_applies;
    bool is_sized;
};

/* ---- formulas to clauses ---- */

static void take(struct ar_index_builder *builder, uint32_t reference,
                 unsigned depth);

static const struct ar_index_node *node_at(
    const struct ar_index_builder *builder, uint32_t reference)
{
    return &builder->nodes.at[reference >> 1];
}

/* What a node is where it is negated: `and` and `or` change places. */
static enum ar_index_node_kind kind_at(const struct ar_index_builder *builder,
                                       uint32_t reference)
{
    enum ar_index_node_kind kind = node_at(builder, reference)->kind;
    if (kind < AR_INDEX_NODE_AND || !(reference & 1))
        return kind;
    return kind == AR_INDEX_NODE_AND ? AR_INDEX_NODE_OR : AR_INDEX_NODE_AND;
}

/* The next operand, in their order, of a tree of one operation, whatever its
 * shape; the tree was left open behind the first `end`. False at its end. */
static bool next_operand(struct ar_index_builder *builder, size_t end,
                         enum ar_index_node_kind kind, uint32_t *out)
{
    while (builder->open.count > end) {
        uint32_t at = builder->open.at[--builder->open.count];
        if (kind_at(builder, at) != kind) {
            *out = at;
            return true;
        }
        const struct ar_index_node *node = node_at(builder, at);
        ar_vector_push(builder->scratch, &builder->open, node->b ^ (at & 1));
        ar_vector_push(builder->scratch, &builder->open, node->a ^ (at & 1));
    }
    return false;
}

static void add_literal(struct ar_index_builder *builder,
                        struct ar_index_clause *clause, uint32_t reference)
{
    uint32_t literal = node_at(builder, reference)->a << 1 | (reference & 1);
    ar_vector_push(builder->scratch, &builder->clause_literals, literal);
    clause->n_literals++;
}

static struct ar_index_clause start_clause(
    const struct ar_index_builder *builder)
{
    return (struct ar_index_clause){
        .first = (uint32_t)builder->clause_literals.count};
}

/* What an `or` has beside literals. */
struct operands {
    size_t count;
    bool is_certain; /* one is true */
    AR_VECTOR(uint32_t) nested;
};

/* Of the tree that was left open behind end: its literals into the clause. */
static void read_operands(struct ar_index_builder *builder, size_t end,
                          struct ar_index_clause *clause,
                          struct operands *operands)
{
    uint32_t at;
    while (next_operand(builder, end, AR_INDEX_NODE_OR, &at)) {
        operands->count++;
        switch (kind_at(builder, at)) {
        case AR_INDEX_NODE_OPAQUE: clause->is_opaque = true; break;
        case AR_INDEX_NODE_TRUE:
            operands->is_certain = operands->is_certain || !(at & 1);
            break;
        case AR_INDEX_NODE_LEAF: add_literal(builder, clause, at); break;
        case AR_INDEX_NODE_AND:
        case AR_INDEX_NODE_OR:
            ar_vector_push(builder->scratch, &operands->nested, at);
            break;
        }
    }
}

static void copy_literals(struct ar_index_builder *builder,
                          struct ar_index_clause *to,
                          const struct ar_index_clause *from)
{
    to->is_opaque = to->is_opaque || from->is_opaque;
    for (uint32_t ix = 0; ix < from->n_literals; ix++) {
        uint32_t literal = builder->clause_literals.at[from->first + ix];
        ar_vector_push(builder->scratch, &builder->clause_literals, literal);
        to->n_literals++;
    }
}

/* Each clause of one side with each of the other, the builder's from `start`
 * on. */
static bool multiply(struct ar_index_builder *builder, clause_vector *product,
                     size_t start)
{
    clause_vector out = {0};
    if (product->count * (builder->clauses.count - start) > MAX_PRODUCT)
        return false;
    for (size_t a = 0; a < product->count; a++) {
        for (size_t b = start; b < builder->clauses.count; b++) {
            struct ar_index_clause clause = start_clause(builder);
            copy_literals(builder, &clause, &product->at[a]);
            copy_literals(builder, &clause, &builder->clauses.at[b]);
            ar_vector_push(builder->scratch, &out, clause);
        }
    }
    *product = out;
    return true;
}

/* What has several clauses is distributed over the literals. */
static bool distribute(struct ar_index_builder *builder, clause_vector *product,
                       const struct operands *operands, unsigned depth)
{
    bool is_good = true;
    for (size_t ix = 0; is_good && ix < operands->nested.count; ix++) {
        size_t start = builder->clauses.count;
        take(builder, operands->nested.at[ix], depth + 1);
        is_good = multiply(builder, product, start);
        builder->clauses.count = start;
    }
    return is_good;
}

static void add_clause(struct ar_index_builder *builder,
                       struct ar_index_clause clause)
{
    ar_vector_push(builder->scratch, &builder->clauses, clause);
}

/* `or`: the literals are one clause. */
static void take_or(struct ar_index_builder *builder, uint32_t reference,
                    unsigned depth)
{
    struct ar_index_clause clause = start_clause(builder);
    struct operands operands = {0};
    clause_vector product = {0};
    size_t end = builder->open.count;
    ar_vector_push(builder->scratch, &builder->open, reference);
    read_operands(builder, end, &clause, &operands);
    bool is_good = depth < MAX_DEPTH && operands.count <= MAX_LITERALS;
    if (is_good && operands.is_certain)
        return;
    if (is_good && operands.nested.count == 0) {
        add_clause(builder, clause);
        return;
    }
    ar_vector_push(builder->scratch, &product, clause);
    if (!is_good || !distribute(builder, &product, &operands, depth)) {
        add_clause(builder, (struct ar_index_clause){.is_opaque = true});
        return;
    }
    for (size_t ix = 0; ix < product.count; ix++)
        add_clause(builder, product.at[ix]);
}

/* Adds the clauses of a formula. */
static void take(struct ar_index_builder *builder, uint32_t reference,
                 unsigned depth)
{
    size_t end = builder->open.count;
    uint32_t at;
    ar_vector_push(builder->scratch, &builder->open, reference);
    while (next_operand(builder, end, AR_INDEX_NODE_AND, &at)) {
        if (kind_at(builder, at) != AR_INDEX_NODE_LEAF) {
            take_or(builder, at, depth);
            continue;
        }
        struct ar_index_clause clause = start_clause(builder);
        add_literal(builder, &clause, at);
        add_clause(builder, clause);
    }
}

/* ---- rules ---- */

/* What the clause reads. */
static void count_facts(const struct ar_index_builder *builder,
                        struct ar_index_clause *clause)
{
    uint32_t slot = 0;
    for (uint32_t ix = 0; ix < clause->n_literals; ix++) {
        uint32_t literal = builder->clause_literals.at[clause->first + ix];
        const struct ar_index_leaf *leaf = &builder->leaves.at[literal >> 1];
        if (leaf->test == AR_INDEX_TASK) {
            clause->has_tasks = true;
            continue;
        }
        if (clause->n_facts == 0 ||
            (clause->n_facts == 1 && leaf->number != slot))
            clause->n_facts++;
        slot = leaf->number;
    }
}

static void take_condition(struct ar_index_builder *builder,
                           struct rule_clauses *rule, uint32_t condition,
                           bool is_applies)
{
    const struct ar_block *block = &builder->code->block;
    uint32_t routine = block->condition_at[condition].routine;
    uint32_t reference = ar_index_read_condition(builder, routine);
    size_t start = builder->clauses.count;
    take(builder, reference, 0);
    size_t kept = start;
    for (size_t ix = start; ix < builder->clauses.count; ix++) {
        struct ar_index_clause clause = builder->clauses.at[ix];
        clause.is_applies = is_applies;
        if (clause.is_opaque || rule->count == MAX_CLAUSES) {
            rule->is_run = true;
            rule->is_applies_run |= is_applies;
            continue;
        }
        count_facts(builder, &clause);
        builder->clauses.at[kept++] = clause;
        rule->count++;
    }
    builder->clauses.count = kept;
}

static struct ar_index_cost condition_cost(
    const struct ar_index_builder *builder, uint32_t condition)
{
    const struct ar_block *block = &builder->code->block;
    if (condition == AR_BLOCK_NONE)
        return (struct ar_index_cost){0};
    return builder->costs[block->condition_at[condition].routine];
}

static uint32_t condition_matches(const struct ar_index_builder *builder,
                                  uint32_t condition)
{
    const struct ar_block *block = &builder->code->block;
    if (condition == AR_BLOCK_NONE)
        return 0;
    return builder->n_matches[block->condition_at[condition].routine];
}

static void add_to_total(struct ar_index *index, struct ar_index_cost cost)
{
    index->short_steps += cost.at_short;
    index->long_steps += cost.at_long;
}

/* The elements of for each have `when` of their own: what the list is comes
 * first. */
static void read_rule(struct ar_index_builder *builder, uint32_t rule_ix,
                      struct rule_clauses *out)
{
    const struct ar_block_rule *record = &builder->code->block.rule_at[rule_ix];
    struct ar_index_cost cost = condition_cost(builder, record->applies);
    uint32_t n_matches = condition_matches(builder, record->applies);
    bool is_each = record->each != AR_BLOCK_NONE;
    out->is_run = is_each;
    out->has_applies = record->applies != AR_BLOCK_NONE;
    if (cost.at_long > AR_INDEX_STEPS || n_matches > AR_INDEX_MATCHES) {
        out->is_run = true;
        out->is_applies_run = true;
        return;
    }
    if (out->has_applies)
        take_condition(builder, out, record->applies, true);
    out->is_sized = cost.at_long != cost.at_short;
    if (!is_each) {
        cost = ar_index_add_costs(cost, condition_cost(builder, record->when));
        n_matches += condition_matches(builder, record->when);
        if (record->key != AR_BLOCK_NONE)
            cost = ar_index_add_costs(cost, builder->costs[record->key]);
    }
    bool is_cheap =
        cost.at_long <= AR_INDEX_STEPS && n_matches <= AR_INDEX_MATCHES;
    if (is_each || !is_cheap) {
        out->is_run = true;
        add_to_total(builder->index, condition_cost(builder, record->applies));
        return;
    }
    out->is_sized = cost.at_long != cost.at_short;
    take_condition(builder, out, record->when, false);
    add_to_total(builder->index, cost);
}

static bool is_loaded(const struct ar_code *code, uint32_t rule_ix)
{
    const struct ar_rule *rule = code->program->rules.at[rule_ix];
    return rule->pack->not_loaded.len == 0 &&
           rule->details->not_loaded.len == 0 &&
           rule->details->disabled_because.len == 0 &&
           ar_block_details_of(&code->block, &code->block.rule_at[rule_ix])
                   ->disabled_at.source == 0;
}

/* ---- what a clause reads ---- */

static bool is_task(const struct ar_index_builder *builder, uint32_t literal)
{
    return builder->leaves.at[literal >> 1].test == AR_INDEX_TASK;
}

static bool needs_plane(const struct ar_index_clause *clause)
{
    return clause->n_facts > 1 || (clause->n_facts == 1 && clause->has_tasks);
}

/* Drops what would need more planes than there are: the machine does it. */
static void count_planes(const struct ar_index_builder *builder,
                         struct rule_clauses *rule)
{
    uint32_t kept = rule->first;
    for (uint32_t ix = rule->first; ix < rule->first + rule->count; ix++) {
        const struct ar_index_clause *clause = &builder->clauses.at[ix];
        bool is_plane = needs_plane(clause);
        if (is_plane && rule->n_planes == AR_INDEX_PLANES) {
            rule->is_run = true;
            rule->is_applies_run |= clause->is_applies;
            continue;
        }
        rule->n_planes += is_plane;
        builder->clauses.at[kept++] = *clause;
    }
    rule->count = kept - rule->first;
}

/* ---- columns ---- */

static void set_bit(uint64_t *words, uint32_t bit)
{
    words[bit / 64] |= UINT64_C(1) << (bit % 64);
}

/* Rules with many planes first, in their order. */
static void order_columns(struct ar_index_builder *builder,
                          const struct rule_clauses *rules)
{
    struct ar_index *index = builder->index;
    uint32_t *rule_of = AR_NEW_ARRAY(builder->arena, uint32_t, index->n_rules);
    uint32_t *column_of =
        AR_NEW_ARRAY(builder->arena, uint32_t, index->n_rules);
    uint32_t count = 0;
    for (uint32_t n_planes = AR_INDEX_PLANES + 1; n_planes-- > 0;) {
        for (uint32_t ix = 0; ix < index->n_rules; ix++) {
            if (rules[ix].n_planes != n_planes)
                continue;
            column_of[ix] = count;
            rule_of[count++] = ix;
        }
        if (n_planes > 0 && count > 0) {
            index->planes[n_planes - 1].n_words = (count + 63) / 64;
            if (n_planes > index->n_planes)
                index->n_planes = n_planes;
        }
    }
    index->rule_of = rule_of;
    index->column_of = column_of;
}

static void lay_out_row(struct ar_index_builder *builder)
{
    struct ar_index *index = builder->index;
    uint32_t at = index->n_rule_words * (index->has_applies ? 2 : 1);
    for (uint32_t ix = 0; ix < index->n_planes; ix++) {
        struct ar_index_plane *plane = &index->planes[ix];
        plane->at = at;
        plane->is_applies =
            AR_NEW_ARRAY(builder->arena, uint64_t, plane->n_words);
        plane->is_mixed =
            AR_NEW_ARRAY(builder->arena, uint64_t, plane->n_words);
        at += plane->n_words;
    }
    uint32_t apart = AR_INDEX_WORDS_APART;
    index->n_words = (at + apart - 1) / apart * apart;
    index->start = AR_NEW_ARRAY(builder->arena, uint64_t, index->n_words);
}

/* ---- entries ---- */

static void add_entry(struct ar_index_builder *builder, uint32_t slot,
                      const struct ar_index_clause *clause, uint32_t bit,
                      bool is_plane)
{
    struct ar_index_entry entry = {
        .bit = bit,
        .first = (uint32_t)builder->literals.count,
        .next = builder->first_entry[slot],
        .is_plane = is_plane,
    };
    for (uint32_t ix = 0; ix < clause->n_literals; ix++) {
        uint32_t literal = builder->clause_literals.at[clause->first + ix];
        const struct ar_index_leaf *leaf = &builder->leaves.at[literal >> 1];
        if (leaf->test == AR_INDEX_TASK || leaf->number != slot)
            continue;
        ar_vector_push(builder->scratch, &builder->literals, literal);
        entry.n_literals++;
    }
    ar_vector_push(builder->scratch, &builder->entries, entry);
    builder->first_entry[slot] = (uint32_t)builder->entries.count;
}

/* One for each fact that the clause reads. */
static void add_entries(struct ar_index_builder *builder,
                        const struct ar_index_clause *clause, uint32_t bit,
                        bool is_plane)
{
    size_t first = builder->entries.count;
    for (uint32_t ix = 0; ix < clause->n_literals; ix++) {
        uint32_t literal = builder->clause_literals.at[clause->first + ix];
        uint32_t slot = builder->leaves.at[literal >> 1].number;
        if (is_task(builder, literal))
            continue;
        bool is_new = true;
        for (size_t each = first; each < builder->entries.count; each++) {
            uint32_t other =
                builder->literals.at[builder->entries.at[each].first];
            is_new = is_new && builder->leaves.at[other >> 1].number != slot;
        }
        if (is_new)
            add_entry(builder, slot, clause, bit, is_plane);
    }
}

/* Two words of a rule that hold what the machine or tasks must do. */
struct columns {
    uint64_t *has_rest;
    uint64_t *has_applies_rest;
    uint64_t *is_run;
    uint64_t *is_applies_run;
    uint64_t *is_sized;
    uint64_t *is_loaded;
    uint32_t *rest_ends;
    uint64_t *start;
    AR_VECTOR(struct ar_index_rest) rests;
};

static void add_rest(struct ar_index_builder *builder, struct columns *columns,
                     const struct ar_index_clause *clause, uint32_t column,
                     uint32_t plane)
{
    struct ar_index_rest rest = {
        .first = (uint32_t)builder->rest_literals.count,
        .is_applies = clause->is_applies,
        .plane = (uint8_t)plane,
    };
    for (uint32_t ix = 0; ix < clause->n_literals; ix++) {
        uint32_t literal = builder->clause_literals.at[clause->first + ix];
        if (!is_task(builder, literal))
            continue;
        uint32_t task = builder->leaves.at[literal >> 1].number;
        uint32_t number = task << 1 | (literal & 1);
        ar_vector_push(builder->scratch, &builder->rest_literals, number);
        rest.n_literals++;
    }
    ar_vector_push(builder->arena, &columns->rests, rest);
    set_bit(columns->has_rest, column);
    if (clause->is_applies)
        set_bit(columns->has_applies_rest, column);
}

/* A clause without literals is false. */
static void place_clause(struct ar_index_builder *builder,
                         struct columns *columns,
                         const struct ar_index_clause *clause, uint32_t column,
                         uint32_t *plane)
{
    struct ar_index *index = builder->index;
    bool has_tasks = clause->has_tasks;
    uint32_t bit = column;
    if (clause->is_applies)
        bit += index->n_rule_words * 64;
    if (clause->n_facts == 0 && !has_tasks)
        columns->start[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
    if (clause->n_facts == 1 && !has_tasks)
        add_entries(builder, clause, bit, false);
    uint32_t number = 0;
    if (needs_plane(clause)) {
        struct ar_index_plane *to = &index->planes[(*plane)++];
        number = *plane;
        set_bit(columns->start + to->at, column);
        add_entries(builder, clause, to->at * 64 + column, true);
        if (clause->is_applies)
            set_bit(to->is_applies, column);
        if (has_tasks)
            set_bit(to->is_mixed, column);
    }
    if (has_tasks)
        add_rest(builder, columns, clause, column, number);
}

static void place_rule(struct ar_index_builder *builder,
                       struct columns *columns, const struct rule_clauses *rule,
                       uint32_t column)
{
    uint32_t plane = 0;
    if (rule->is_loaded) {
        set_bit(columns->is_loaded, column);
        set_bit(columns->start, column);
        if (builder->index->has_applies)
            set_bit(columns->start + builder->index->n_rule_words, column);
    }
    if (rule->is_run)
        set_bit(columns->is_run, column);
    if (rule->is_applies_run)
        set_bit(columns->is_applies_run, column);
    if (rule->is_sized)
        set_bit(columns->is_sized, column);
    for (uint32_t ix = rule->first; ix < rule->first + rule->count; ix++)
        place_clause(builder, columns, &builder->clauses.at[ix], column,
                     &plane);
    columns->rest_ends[column] = (uint32_t)columns->rests.count;
}

static uint64_t *new_columns(struct ar_index_builder *builder)
{
    return AR_NEW_ARRAY(builder->arena, uint64_t, builder->index->n_rule_words);
}

static void place_rules(struct ar_index_builder *builder,
                        const struct rule_clauses *rules)
{
    struct ar_index *index = builder->index;
    struct columns columns = {
        .has_rest = new_columns(builder),
        .has_applies_rest = new_columns(builder),
        .is_run = new_columns(builder),
        .is_applies_run = new_columns(builder),
        .is_sized = new_columns(builder),
        .is_loaded = new_columns(builder),
        .rest_ends = AR_NEW_ARRAY(builder->arena, uint32_t, index->n_rules),
        .start = index->start,
    };
    for (uint32_t column = 0; column < index->n_rules; column++)
        place_rule(builder, &columns, &rules[index->rule_of[column]], column);
    index->has_rest = columns.has_rest;
    index->has_applies_rest = columns.has_applies_rest;
    index->is_run = columns.is_run;
    index->is_applies_run = columns.is_applies_run;
    index->is_sized = columns.is_sized;
    index->is_loaded = columns.is_loaded;
    index->rest_ends = columns.rest_ends;
    index->rests = columns.rests.at;
    uint32_t *literals =
        AR_NEW_ARRAY(builder->arena, uint32_t, builder->rest_literals.count);
    for (size_t ix = 0; ix < builder->rest_literals.count; ix++)
        literals[ix] = builder->rest_literals.at[ix];
    index->rest_literals = literals;
}

void ar_index_make_clauses(struct ar_index_builder *builder)
{
    struct ar_index *index = builder->index;
    struct rule_clauses *rules =
        AR_NEW_ARRAY(builder->scratch, struct rule_clauses, index->n_rules);
    AR_VECTOR(uint32_t) not_loaded = {0};
    for (uint32_t ix = 0; ix < index->n_rules; ix++) {
        rules[ix].is_loaded = is_loaded(builder->code, ix);
        if (!rules[ix].is_loaded) {
            ar_vector_push(builder->arena, &not_loaded, ix);
            continue;
        }
        rules[ix].first = (uint32_t)builder->clauses.count;
        read_rule(builder, ix, &rules[ix]);
        count_planes(builder, &rules[ix]);
        index->has_applies = index->has_applies || rules[ix].has_applies;
    }
    index->not_loaded = not_loaded.at;
    index->n_not_loaded = (uint32_t)not_loaded.count;
    order_columns(builder, rules);
    lay_out_row(builder);
    place_rules(builder, rules);
}
