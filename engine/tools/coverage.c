/* SPDX-License-Identifier: Apache-2.0 */
/* Collecting what tests can show, before they run: the list of nodes never
 * grows while an evaluation is observed, so the observer needs no memory. The
 * key in a map is the bytes of an address. */

#include "tools/coverage.h"

#include "sema/lacks.h"

#include <stdlib.h>

struct collector {
    struct ar_arena *arena;
    struct ar_arena *scratch; /* empty between conditions */
    struct ar_coverage *coverage;
    struct ar_map lets;  /* slots of the lets that were taken, of this rule */
    struct ar_map calls; /* address of a table -> struct call * */
    ar_known_vector *known; /* where the rule has matched; or NULL */
    bool is_text; /* which has calls of tables, and nothing to count */
};

/* How a table is called, all calls together. */
struct call {
    bool may_be_open; /* an input may be unknown */
};

static ar_str expr_key(const struct ar_expr *const *address)
{
    return (ar_str){(const char *)address, sizeof(*address)};
}

static ar_str table_key(const struct ar_table *const *address)
{
    return (ar_str){(const char *)address, sizeof(*address)};
}

/* ---- conditions ---- */

static unsigned judge_condition(const struct collector *collector,
                                const struct ar_expr *expr)
{
    unsigned possible = ar_possible_outcomes(collector->scratch, expr);
    ar_arena_reset(collector->scratch);
    if (ar_lacks(expr, collector->known) == 0)
        possible &= ~(unsigned)AR_SHOWN_UNDECIDED;
    return possible;
}

/* `a not in b` is the opposite of `a in b` and stands in the same place. */
static bool is_doubled(const struct ar_expr *expr, const struct ar_expr *parent)
{
    return parent && parent->kind == AR_EXPR_NOT &&
           parent->span.start == expr->span.start &&
           parent->span.end == expr->span.end;
}

static void add_condition(struct collector *collector,
                          const struct ar_expr *expr)
{
    struct ar_coverage_node node = {.expr = expr,
                                    .span = expr->span,
                                    .possible =
                                        judge_condition(collector, expr)};
    ar_vector_push(collector->arena, &collector->coverage->nodes, node);
}

static void take(struct collector *collector, const struct ar_expr *expr,
                 const struct ar_expr *parent);

/* A let counts once, in the place of its definition. */
static void take_let(struct collector *collector, const struct ar_local *let)
{
    ar_str key = {(const char *)&let->slot, sizeof(let->slot)};
    if (ar_map_has(&collector->lets, key))
        return;
    ar_map_put(collector->arena, &collector->lets, key, collector);
    take(collector, let->expr, NULL);
}

static void note_call(struct collector *collector, const struct ar_expr *expr)
{
    ar_str key = table_key(&expr->table);
    struct call *call = ar_map_get(&collector->calls, key);
    if (!call) {
        call = AR_NEW(collector->arena, struct call);
        ar_map_put(collector->arena, &collector->calls, key, call);
    }
    for (size_t i = 0; i < expr->n_operands; i++)
        call->may_be_open |= (ar_lacks(expr->operands[i], collector->known) &
                              AR_LACK_UNKNOWN) != 0;
}

static void take(struct collector *collector, const struct ar_expr *expr,
                 const struct ar_expr *parent)
{
    if (expr->type->kind == AR_TYPE_BOOL && !is_doubled(expr, parent) &&
        !collector->is_text)
        add_condition(collector, expr);
    if (expr->kind == AR_EXPR_TABLE)
        note_call(collector, expr);
    if (expr->kind == AR_EXPR_LOCAL && expr->local->kind == AR_LOCAL_LET)
        take_let(collector, expr->local);
    for (size_t i = 0; i < expr->n_operands; i++)
        take(collector, expr->operands[i], expr);
    const struct ar_template *string = ar_expr_template(expr);
    for (size_t i = 0; string && i < string->n_parts; i++) {
        if (string->parts[i].expr)
            take(collector, string->parts[i].expr, expr);
    }
}

static void take_root(struct collector *collector, const struct ar_expr *expr)
{
    if (expr)
        take(collector, expr, NULL);
}

static void take_text(struct collector *collector,
                      const struct ar_template *text)
{
    for (size_t i = 0; text && i < text->n_parts; i++)
        take_root(collector, text->parts[i].expr);
}

/* ---- rows ---- */

/* One that fits everything. */
static bool is_open_row(const struct ar_table *table, const struct ar_row *row)
{
    for (size_t i = 0; i < table->n_inputs; i++) {
        if (row->cells[i].kind != AR_CELL_ANY)
            return false;
    }
    return true;
}

/* Passed over is what does not fit, or stands behind what fits. */
static void add_row(struct collector *collector, const struct ar_table *table,
                    size_t ix)
{
    bool is_taken_always = is_open_row(table, &table->rows[ix]) &&
                           (ix == 0 || table->policy == AR_HIT_COLLECT);
    struct ar_coverage_node node = {.table = table,
                                    .span = table->rows[ix].span,
                                    .possible = AR_SHOWN_TRUE};
    if (!is_taken_always)
        node.possible |= AR_SHOWN_FALSE | AR_SHOWN_UNDECIDED;
    ar_vector_push(collector->arena, &collector->coverage->nodes, node);
}

/* ---- declarations ---- */

static void start_part(struct collector *collector, enum ar_coverage_kind kind,
                       ar_str name, ar_span span)
{
    struct ar_coverage *coverage = collector->coverage;
    struct ar_coverage_part part = {.kind = kind, .name = name, .span = span};
    const struct ar_map none = {0};
    part.first_ix = coverage->nodes.count;
    ar_vector_push(collector->arena, &coverage->parts, part);
    collector->lets = none;
}

static int order_nodes(const void *left, const void *right)
{
    const struct ar_coverage_node *a = left;
    const struct ar_coverage_node *b = right;
    return ar_span_compare(a->span, b->span);
}

/* What has nothing to show is not listed. */
static void end_part(struct collector *collector)
{
    struct ar_coverage *coverage = collector->coverage;
    struct ar_coverage_part *part =
        &coverage->parts.at[coverage->parts.count - 1];
    part->n_nodes = coverage->nodes.count - part->first_ix;
    if (part->n_nodes == 0)
        coverage->parts.count--;
    else if (part->kind != AR_COVERAGE_TABLE)
        qsort(&coverage->nodes.at[part->first_ix], part->n_nodes,
              sizeof(struct ar_coverage_node), order_nodes);
}

static void take_item(struct collector *collector,
                      const struct ar_step_item *item)
{
    if (collector->is_text)
        take_text(collector, item->text);
    else
        take_root(collector, item->guard.expr);
}

/* Its guards, or its texts. */
static void take_remedy(struct collector *collector,
                        const struct ar_remedy *remedy)
{
    for (size_t i = 0; i < remedy->steps.count; i++) {
        const struct ar_step *step = &remedy->steps.at[i];
        if (collector->is_text)
            take_text(collector, step->sentence);
        else
            take_root(collector, step->guard.expr);
        for (size_t k = 0; k < step->items.count; k++)
            take_item(collector, &step->items.at[k]);
    }
    for (size_t i = 0; i < remedy->verify_runs.count; i++)
        take_item(collector, &remedy->verify_runs.at[i]);
    if (!collector->is_text)
        return;
    take_text(collector, remedy->title);
    take_text(collector, remedy->data_loss);
    take_text(collector, remedy->undo);
}

static void take_remedies(struct collector *collector,
                          const struct ar_rule *rule)
{
    for (size_t i = 0; i < rule->details->remedies.count; i++)
        take_remedy(collector, rule->details->remedies.at[i]);
}

/* What is only evaluated where the rule has matched. */
static void take_finding(struct collector *collector,
                         const struct ar_rule *rule)
{
    ar_known_vector known = {0};
    if (rule->applies)
        ar_known_if_true(collector->arena, &known, rule->applies);
    ar_known_if_true(collector->arena, &known, rule->when);
    collector->known = &known;
    for (size_t i = 0; i < rule->details->symptoms.count; i++)
        take_root(collector, rule->details->symptoms.at[i]);
    take_remedies(collector, rule);
    collector->is_text = true;
    take_text(collector, rule->diagnosis);
    for (size_t i = 0; i < rule->details->lessons.count; i++)
        take_text(collector, rule->details->lessons.at[i]);
    for (size_t i = 0; i < rule->details->links.count; i++)
        take_text(collector, rule->details->links.at[i]);
    take_remedies(collector, rule);
    collector->is_text = false;
    collector->known = NULL;
}

static void collect_rule(struct collector *collector,
                         const struct ar_rule *rule)
{
    start_part(collector, AR_COVERAGE_RULE, rule->id, rule->span);
    take_root(collector, rule->applies);
    take_root(collector, rule->each);
    take_root(collector, rule->key);
    take_root(collector, rule->when);
    take_finding(collector, rule);
    end_part(collector);
}

static void collect_fact(struct collector *collector,
                         const struct ar_fact *fact)
{
    start_part(collector, AR_COVERAGE_FACT, fact->decl.name, fact->decl.span);
    for (size_t i = 0; i < fact->definitions.count; i++) {
        take_root(collector, fact->definitions.at[i].expr);
        take_root(collector, fact->definitions.at[i].guard);
    }
    end_part(collector);
}

static ar_str join_name(struct collector *collector, const struct ar_pack *pack,
                        ar_str name)
{
    if (pack->name.len == 0)
        return name;
    return ar_str_printf(collector->arena, AR_STR_FORMAT "." AR_STR_FORMAT,
                         AR_STR_ARG(pack->name), AR_STR_ARG(name));
}

static void collect_def(struct collector *collector, const struct ar_def *def)
{
    start_part(collector, AR_COVERAGE_FUNCTION,
               join_name(collector, def->pack, def->name), def->span);
    take_root(collector, def->body);
    end_part(collector);
}

static void collect_table(struct collector *collector,
                          const struct ar_table *table)
{
    start_part(collector, AR_COVERAGE_TABLE,
               join_name(collector, table->pack, table->name), table->span);
    for (size_t i = 0; i < table->n_rows; i++)
        add_row(collector, table, i);
    end_part(collector);
}

/* ---- packs ---- */

/* The standard library is no matter of those who use it. */
static bool is_counted(const struct ar_program *program,
                       const struct ar_pack *pack)
{
    bool has_tests = false;
    for (size_t i = 0; i < program->tests.count && !has_tests; i++)
        has_tests = program->tests.at[i]->pack == pack;
    return pack->not_loaded.len == 0 && (!pack->is_stdlib || has_tests);
}

/* What is never evaluated has nothing to show. */
static bool is_evaluated(const struct ar_rule *rule)
{
    return rule->details->not_loaded.len == 0 &&
           rule->details->disabled_because.len == 0 &&
           rule->details->disabled_at.file == 0;
}

static void collect_pack(struct collector *collector,
                         const struct ar_program *program,
                         const struct ar_pack *pack)
{
    for (size_t i = 0; i < program->rules.count; i++) {
        const struct ar_rule *rule = program->rules.at[i];
        if (rule->pack == pack && is_evaluated(rule))
            collect_rule(collector, rule);
    }
    for (size_t i = 0; i < program->facts.count; i++) {
        if (program->facts.at[i]->pack == pack)
            collect_fact(collector, program->facts.at[i]);
    }
    for (size_t i = 0; i < program->defs.count; i++) {
        if (program->defs.at[i]->pack == pack)
            collect_def(collector, program->defs.at[i]);
    }
    for (size_t i = 0; i < program->tables.count; i++) {
        if (program->tables.at[i]->pack == pack)
            collect_table(collector, program->tables.at[i]);
    }
}

static int order_parts(const void *left, const void *right)
{
    const struct ar_coverage_part *a = left;
    const struct ar_coverage_part *b = right;
    return ar_span_compare(a->span, b->span);
}

/* Rows of tables that are never called with what is not known. */
static void settle_rows(struct collector *collector)
{
    for (size_t i = 0; i < collector->coverage->nodes.count; i++) {
        struct ar_coverage_node *node = &collector->coverage->nodes.at[i];
        const struct call *call =
            node->table ? ar_map_get(&collector->calls, table_key(&node->table))
                        : NULL;
        if (call && !call->may_be_open)
            node->possible &= ~(unsigned)AR_SHOWN_UNDECIDED;
    }
}

/* ---- observing ---- */

static unsigned shown_by(unsigned bits)
{
    return bits == AR_OUTCOME_TRUE    ? AR_SHOWN_TRUE
           : bits == AR_OUTCOME_FALSE ? AR_SHOWN_FALSE
                                      : AR_SHOWN_UNDECIDED;
}

static void see_condition(void *context, const struct ar_expr *expr,
                          unsigned bits)
{
    const struct ar_coverage *coverage = context;
    struct ar_coverage_node *node =
        ar_map_get(&coverage->conditions, expr_key(&expr));
    if (node)
        node->shown |= shown_by(bits);
}

static void see_row(void *context, const struct ar_table *table, size_t ix,
                    unsigned bits)
{
    const struct ar_coverage *coverage = context;
    struct ar_coverage_node *first =
        ar_map_get(&coverage->rows, table_key(&table));
    if (first)
        first[ix].shown |= shown_by(bits);
}

/* Once the list of nodes moves no more. */
static void make_maps(struct ar_arena *arena, struct ar_coverage *coverage)
{
    for (size_t i = 0; i < coverage->nodes.count; i++) {
        struct ar_coverage_node *node = &coverage->nodes.at[i];
        if (node->expr)
            ar_map_put(arena, &coverage->conditions, expr_key(&node->expr),
                       node);
        else if (!ar_map_has(&coverage->rows, table_key(&node->table)))
            ar_map_put(arena, &coverage->rows, table_key(&node->table), node);
    }
}

struct ar_coverage *ar_coverage_create(struct ar_arena *arena,
                                       struct ar_arena *scratch,
                                       const struct ar_program *program)
{
    struct ar_coverage *coverage = AR_NEW(arena, struct ar_coverage);
    struct collector collector = {
        .arena = arena, .scratch = scratch, .coverage = coverage};
    for (size_t i = 0; i < program->packs.count; i++) {
        if (is_counted(program, program->packs.at[i]))
            collect_pack(&collector, program, program->packs.at[i]);
    }
    settle_rows(&collector);
    if (coverage->parts.count > 1)
        qsort(coverage->parts.at, coverage->parts.count,
              sizeof(struct ar_coverage_part), order_parts);
    make_maps(arena, coverage);
    coverage->observer = (struct ar_observer){.context = coverage,
                                              .see_condition = see_condition,
                                              .see_row = see_row};
    return coverage;
}

static size_t count_bits(unsigned bits)
{
    size_t count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

void ar_coverage_count(struct ar_coverage *coverage)
{
    for (size_t i = 0; i < coverage->parts.count; i++) {
        struct ar_coverage_part *part = &coverage->parts.at[i];
        for (size_t k = 0; k < part->n_nodes; k++) {
            struct ar_coverage_node *node =
                &coverage->nodes.at[part->first_ix + k];
            node->possible |= node->shown;
            part->n_possible += count_bits(node->possible);
            part->n_shown += count_bits(node->shown);
        }
        coverage->n_possible += part->n_possible;
        coverage->n_shown += part->n_shown;
    }
}
