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

typedef AR_VECTOR(uint32_t) number_vector;

struct clause {
    number_vector literals; /* leaf << 1 | is negated */
    bool is_opaque;
    bool is_applies;
};
typedef AR_VECTOR(struct clause) clause_vector;

struct rule_clauses {
    clause_vector clauses;
    uint32_t n_planes;
    bool is_run;         /* a part is opaque */
    bool is_applies_run; /* of `applies` */
    bool is_loaded;
    bool has_applies;
    bool is_sized;
};

/* ---- formulas to clauses ---- */

static void add_opaque(struct ar_index_builder *builder, clause_vector *out)
{
    struct clause clause = {.is_opaque = true};
    ar_vector_push(builder->scratch, out, clause);
}

static void take(struct ar_index_builder *builder, uint32_t reference,
                 clause_vector *out, unsigned depth);

/* The operands of a tree of one operation, whatever its shape. */
static void flatten(struct ar_index_builder *builder, uint32_t reference,
                    enum ar_index_node_kind kind, number_vector *out)
{
    number_vector open = {0};
    ar_vector_push(builder->scratch, &open, reference);
    while (open.count > 0) {
        uint32_t at = open.at[--open.count];
        const struct ar_index_node *node = &builder->nodes.at[at >> 1];
        enum ar_index_node_kind other =
            kind == AR_INDEX_NODE_AND ? AR_INDEX_NODE_OR : AR_INDEX_NODE_AND;
        if (node->kind == (at & 1 ? other : kind)) {
            ar_vector_push(builder->scratch, &open, node->b ^ (at & 1));
            ar_vector_push(builder->scratch, &open, node->a ^ (at & 1));
        } else {
            ar_vector_push(builder->scratch, out, at);
        }
    }
}

/* Each clause of one side with each of the other. */
static bool multiply(struct ar_index_builder *builder, clause_vector *product,
                     const clause_vector *other)
{
    clause_vector out = {0};
    if (product->count * other->count > MAX_PRODUCT)
        return false;
    for (size_t a = 0; a < product->count; a++) {
        for (size_t b = 0; b < other->count; b++) {
            struct clause clause = {0};
            const struct clause *sides[2] = {&product->at[a], &other->at[b]};
            for (size_t side = 0; side < 2; side++) {
                clause.is_opaque |= sides[side]->is_opaque;
                for (size_t ix = 0; ix < sides[side]->literals.count; ix++)
                    ar_vector_push(builder->scratch, &clause.literals,
                                   sides[side]->literals.at[ix]);
            }
            ar_vector_push(builder->scratch, &out, clause);
        }
    }
    *product = out;
    return true;
}

/* `or`: the literals are one clause, and what has several clauses is
 * distributed over them. */
static void take_or(struct ar_index_builder *builder, uint32_t reference,
                    clause_vector *out, unsigned depth)
{
    number_vector operands = {0};
    clause_vector product = {0};
    struct clause first = {0};
    bool is_good = depth < MAX_DEPTH;
    flatten(builder, reference, AR_INDEX_NODE_OR, &operands);
    is_good = is_good && operands.count <= MAX_LITERALS;
    for (size_t ix = 0; is_good && ix < operands.count; ix++) {
        uint32_t operand = operands.at[ix];
        const struct ar_index_node *node = &builder->nodes.at[operand >> 1];
        if (node->kind == AR_INDEX_NODE_TRUE && !(operand & 1))
            return;
        if (node->kind == AR_INDEX_NODE_OPAQUE)
            first.is_opaque = true;
        if (node->kind == AR_INDEX_NODE_LEAF)
            ar_vector_push(builder->scratch, &first.literals,
                           node->a << 1 | (operand & 1));
    }
    ar_vector_push(builder->scratch, &product, first);
    for (size_t ix = 0; is_good && ix < operands.count; ix++) {
        clause_vector clauses = {0};
        enum ar_index_node_kind kind =
            builder->nodes.at[operands.at[ix] >> 1].kind;
        if (kind != AR_INDEX_NODE_AND && kind != AR_INDEX_NODE_OR)
            continue;
        take(builder, operands.at[ix], &clauses, depth + 1);
        is_good = multiply(builder, &product, &clauses);
    }
    if (!is_good) {
        add_opaque(builder, out);
        return;
    }
    for (size_t ix = 0; ix < product.count; ix++)
        ar_vector_push(builder->scratch, out, product.at[ix]);
}

static void take(struct ar_index_builder *builder, uint32_t reference,
                 clause_vector *out, unsigned depth)
{
    number_vector operands = {0};
    flatten(builder, reference, AR_INDEX_NODE_AND, &operands);
    for (size_t ix = 0; ix < operands.count; ix++)
        take_or(builder, operands.at[ix], out, depth);
}

/* ---- rules ---- */

static void take_condition(struct ar_index_builder *builder,
                           struct rule_clauses *rule, uint32_t condition,
                           bool is_applies)
{
    clause_vector clauses = {0};
    const struct ar_block *block = &builder->code->block;
    uint32_t routine = block->condition_at[condition].routine;
    take(builder, ar_index_read_condition(builder, routine), &clauses, 0);
    for (size_t ix = 0; ix < clauses.count; ix++) {
        struct clause *clause = &clauses.at[ix];
        clause->is_applies = is_applies;
        if (clause->is_opaque || rule->clauses.count == MAX_CLAUSES) {
            rule->is_run = true;
            rule->is_applies_run |= is_applies;
            continue;
        }
        ar_vector_push(builder->scratch, &rule->clauses, *clause);
    }
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
    return rule->pack->not_loaded.len == 0 && rule->not_loaded.len == 0 &&
           rule->disabled_because.len == 0 &&
           code->block.rule_at[rule_ix].disabled_at.source == 0;
}

/* ---- what a clause reads ---- */

static bool is_task(const struct ar_index_builder *builder, uint32_t literal)
{
    return builder->leaves.at[literal >> 1].test == AR_INDEX_TASK;
}

/* How many facts, up to 2; and whether there are tasks. */
static uint32_t count_facts(const struct ar_index_builder *builder,
                            const struct clause *clause, bool *has_tasks)
{
    uint32_t count = 0;
    uint32_t slot = 0;
    *has_tasks = false;
    for (size_t ix = 0; ix < clause->literals.count; ix++) {
        uint32_t literal = clause->literals.at[ix];
        uint32_t number = builder->leaves.at[literal >> 1].number;
        if (is_task(builder, literal))
            *has_tasks = true;
        else if (count == 0 || (count == 1 && number != slot))
            count++;
        if (!is_task(builder, literal))
            slot = number;
    }
    return count;
}

static bool needs_plane(const struct ar_index_builder *builder,
                        const struct clause *clause)
{
    bool has_tasks;
    uint32_t n_facts = count_facts(builder, clause, &has_tasks);
    return n_facts > 1 || (n_facts == 1 && has_tasks);
}

/* Drops what would need more planes than there are: the machine does it. */
static void count_planes(const struct ar_index_builder *builder,
                         struct rule_clauses *rule)
{
    size_t kept = 0;
    for (size_t ix = 0; ix < rule->clauses.count; ix++) {
        struct clause *clause = &rule->clauses.at[ix];
        bool is_plane = needs_plane(builder, clause);
        if (is_plane && rule->n_planes == AR_INDEX_PLANES) {
            rule->is_run = true;
            rule->is_applies_run |= clause->is_applies;
            continue;
        }
        rule->n_planes += is_plane;
        rule->clauses.at[kept++] = *clause;
    }
    rule->clauses.count = kept;
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
                      const struct clause *clause, uint32_t bit, bool is_plane)
{
    struct ar_index_entry entry = {
        .bit = bit,
        .first = (uint32_t)builder->literals.count,
        .next = builder->first_entry[slot],
        .is_plane = is_plane,
    };
    for (size_t ix = 0; ix < clause->literals.count; ix++) {
        uint32_t literal = clause->literals.at[ix];
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
                        const struct clause *clause, uint32_t bit,
                        bool is_plane)
{
    size_t first = builder->entries.count;
    for (size_t ix = 0; ix < clause->literals.count; ix++) {
        uint32_t literal = clause->literals.at[ix];
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
                     const struct clause *clause, uint32_t column,
                     uint32_t plane)
{
    struct ar_index_rest rest = {
        .first = (uint32_t)builder->rest_literals.count,
        .is_applies = clause->is_applies,
        .plane = (uint8_t)plane,
    };
    for (size_t ix = 0; ix < clause->literals.count; ix++) {
        uint32_t literal = clause->literals.at[ix];
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
                         struct columns *columns, const struct clause *clause,
                         uint32_t column, uint32_t *plane)
{
    struct ar_index *index = builder->index;
    bool has_tasks;
    uint32_t n_facts = count_facts(builder, clause, &has_tasks);
    uint32_t bit = column;
    if (clause->is_applies)
        bit += index->n_rule_words * 64;
    if (n_facts == 0 && !has_tasks)
        columns->start[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
    if (n_facts == 1 && !has_tasks)
        add_entries(builder, clause, bit, false);
    uint32_t number = 0;
    if (needs_plane(builder, clause)) {
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
    for (size_t ix = 0; ix < rule->clauses.count; ix++)
        place_clause(builder, columns, &rule->clauses.at[ix], column, &plane);
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
