/* SPDX-License-Identifier: Apache-2.0 */
/* The evaluators, and their answers as text. */

#include "evaluate.h"

#include "code/code.h"
#include "reference/reference.h"
#include "run/vm.h"

#include <string.h>

static struct ar_result *evaluate_reference(
    struct ar_arena *arena, const void *prepared,
    const struct ar_program *program, const struct ar_factset *facts,
    const struct ar_evaluation_options *options)
{
    (void)prepared;
    return ar_reference_evaluate(arena, program, facts, options);
}

static struct ar_outcome reference_expression(struct ar_arena *arena,
                                              const void *prepared,
                                              const struct ar_program *program,
                                              const struct ar_factset *facts,
                                              const struct ar_expr *expr)
{
    (void)prepared;
    return ar_reference_expression(arena, program, facts, NULL, expr);
}

static const void *compile(struct ar_arena *arena,
                           const struct ar_program *program,
                           const struct ar_expr *expr)
{
    return expr ? ar_code_generate_expression(arena, program, expr)
                : ar_code_generate(arena, program);
}

static struct ar_result *evaluate_code(
    struct ar_arena *arena, const void *prepared,
    const struct ar_program *program, const struct ar_factset *facts,
    const struct ar_evaluation_options *options)
{
    return ar_vm_evaluate(arena, prepared, program, facts, options);
}

static struct ar_outcome code_expression(struct ar_arena *arena,
                                         const void *prepared,
                                         const struct ar_program *program,
                                         const struct ar_factset *facts,
                                         const struct ar_expr *expr)
{
    (void)program;
    (void)expr;
    return ar_vm_expression(arena, prepared, facts, NULL);
}

static const struct law_evaluator rows[] = {
    {"reference", NULL, evaluate_reference, reference_expression},
    {"machine", compile, evaluate_code, code_expression},
};
struct law_evaluators law_evaluators = {rows, AR_COUNT_OF(rows)};

/* ---- loading ---- */

static struct ar_unit *add_unit(struct law_loaded *loaded,
                                const struct law_source *source)
{
    struct ar_arena *arena = &loaded->arena;
    struct ar_unit *unit = AR_NEW(arena, struct ar_unit);
    ar_str name = ar_str_from_c(source->name);
    uint32_t file = ar_sources_add(arena, &loaded->sources, name,
                                   ar_str_copy(arena, source->text));
    unit->path = name;
    ar_vector_push(arena, &unit->files, ar_parse(arena, &loaded->diags, file));
    ar_vector_push(arena, &unit->file_ids, file);
    return unit;
}

bool law_load(struct law_loaded *loaded, const struct law_source *sources,
              size_t n_sources)
{
    struct ar_unit *units[LAW_MAX_UNITS];
    struct ar_check_options options = {.engine_version = AR_STR("0.1.0")};
    AR_ASSERT(n_sources <= LAW_MAX_UNITS);
    *loaded = (struct law_loaded){0};
    loaded->diags.arena = &loaded->arena;
    loaded->diags.sources = &loaded->sources;
    for (size_t ix = 0; ix < n_sources; ix++)
        units[ix] = add_unit(loaded, &sources[ix]);
    loaded->program =
        ar_check(&loaded->arena, &loaded->diags, units, n_sources, &options);
    return loaded->diags.n_errors == 0;
}

void law_unload(struct law_loaded *loaded)
{
    ar_arena_free(&loaded->arena);
}

/* ---- values ---- */

static bool are_items(const struct ar_type *type)
{
    return type->kind == AR_TYPE_LIST || type->kind == AR_TYPE_MAP ||
           type->kind == AR_TYPE_RECORD;
}

static bool are_scalars_equal(const ar_value *a, const ar_value *b)
{
    if (a->type->kind == AR_TYPE_REAL) /* -0 too */
        return memcmp(&a->as.real, &b->as.real, sizeof(a->as.real)) == 0;
    if (a->type->kind == AR_TYPE_VERSION)
        return ar_str_equal(a->as.version->text, b->as.version->text);
    return ar_value_same(*a, *b);
}

/* may_learn: what is unknown in a may be anything in b. */
static bool compare_values(ar_value a, ar_value b, bool may_learn)
{
    if (may_learn && a.state == AR_STATE_UNKNOWN)
        return true;
    if (a.state != b.state)
        return false;
    if (a.state == AR_STATE_UNKNOWN)
        return a.reason == b.reason;
    if (a.state == AR_STATE_ABSENT)
        return true;
    if (a.type->kind != b.type->kind)
        return false;
    if (!are_items(a.type))
        return are_scalars_equal(&a, &b);
    if (a.as.list.count != b.as.list.count)
        return false;
    for (size_t ix = 0; ix < a.as.list.count; ix++) {
        if (a.type->kind == AR_TYPE_MAP &&
            !ar_str_equal(a.as.list.keys[ix], b.as.list.keys[ix]))
            return false;
        if (!compare_values(a.as.list.items[ix], b.as.list.items[ix],
                            may_learn))
            return false;
    }
    return true;
}

bool law_values_equal(ar_value a, ar_value b)
{
    return compare_values(a, b, false);
}

bool law_value_refines(ar_value open, ar_value world)
{
    return compare_values(open, world, true);
}

/* ---- outcomes ---- */

static bool are_causes_equal(const ar_cause_vector *a, const ar_cause_vector *b)
{
    if (a->count != b->count)
        return false;
    for (size_t ix = 0; ix < a->count; ix++) {
        const struct ar_cause *left = &a->at[ix];
        const struct ar_cause *right = &b->at[ix];
        if (!ar_str_equal(left->name, right->name) ||
            left->is_fact != right->is_fact ||
            !law_values_equal(left->value, right->value))
            return false;
    }
    return true;
}

bool law_outcomes_equal(const struct ar_outcome *a, const struct ar_outcome *b)
{
    if (a->is_condition != b->is_condition)
        return false;
    bool is_same = a->is_condition ? a->bits == b->bits
                                   : law_values_equal(a->value, b->value);
    return is_same && are_causes_equal(&a->causes, &b->causes);
}

static void put_value(struct ar_buf *out, ar_value value)
{
    if (value.state == AR_STATE_VALUE) {
        ar_type_put(out, value.type);
        ar_buf_put_c(out, " ");
    }
    ar_value_put(out, value);
}

static void put_causes(struct ar_buf *out, const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        const struct ar_cause *cause = &causes->at[ix];
        ar_buf_printf(out, "%s%s " AR_STR_FORMAT " ", ix == 0 ? " <- " : ", ",
                      cause->is_fact ? "fact" : "part",
                      AR_STR_ARG(cause->name));
        ar_value_put(out, cause->value);
    }
}

void law_outcome_put(struct ar_buf *out, const struct ar_outcome *outcome)
{
    if (outcome->is_condition) {
        ar_buf_put_c(out, outcome->bits & AR_OUTCOME_TRUE ? "true " : "");
        ar_buf_put_c(out, outcome->bits & AR_OUTCOME_FALSE ? "false " : "");
        ar_buf_put_c(out, outcome->bits & AR_OUTCOME_NEITHER ? "neither " : "");
    } else {
        put_value(out, outcome->value);
    }
    put_causes(out, &outcome->causes);
}

/* ---- results ---- */

static void put_line(struct ar_buf *out, const char *what, ar_str text)
{
    ar_buf_printf(out, "  %s ", what);
    ar_buf_put(out, text);
    ar_buf_put_c(out, "\n");
}

static void put_items(struct ar_buf *out, const ar_result_item_vector *items)
{
    for (size_t ix = 0; ix < items->count; ix++) {
        const struct ar_result_item *item = &items->at[ix];
        ar_buf_printf(out,
                      "    item %d " AR_STR_FORMAT "|" AR_STR_FORMAT
                      "|" AR_STR_FORMAT "%s\n",
                      (int)item->kind, AR_STR_ARG(item->shell),
                      AR_STR_ARG(item->text), AR_STR_ARG(item->condition),
                      item->has_question ? "|?" : "");
    }
}

static void put_remedy(struct ar_buf *out,
                       const struct ar_result_remedy *remedy)
{
    put_line(out, "remedy", remedy->title);
    put_line(out, "data_loss", remedy->data_loss);
    put_line(out, "undo", remedy->undo);
    for (size_t ix = 0; ix < remedy->steps.count; ix++) {
        put_line(out, "step", remedy->steps.at[ix].sentence);
        put_line(out, "only", remedy->steps.at[ix].condition);
        put_items(out, &remedy->steps.at[ix].items);
    }
    put_line(out, "verify", remedy->verify);
    put_items(out, &remedy->verify_runs);
}

static void put_evidence(struct ar_buf *out, const ar_evidence_vector *facts)
{
    for (size_t ix = 0; ix < facts->count; ix++) {
        put_line(out, "fact", facts->at[ix].key);
        ar_buf_put_c(out, "    ");
        put_value(out, facts->at[ix].value);
        ar_buf_put_c(out, "\n");
    }
}

static void put_finding(struct ar_buf *out, const struct ar_finding *finding)
{
    put_line(out, "finding", finding->rule->id);
    put_line(out, "key", finding->key_text);
    ar_buf_put_c(out, "    ");
    put_value(out, finding->key);
    ar_buf_put_c(out, "\n");
    put_line(out, "fingerprint", finding->fingerprint);
    put_line(out, "diagnosis", finding->diagnosis);
    put_evidence(out, &finding->facts);
    for (size_t ix = 0; ix < finding->symptoms.count; ix++)
        put_line(out, "symptom", finding->symptoms.at[ix]);
    for (size_t ix = 0; ix < finding->remedies.count; ix++)
        put_remedy(out, &finding->remedies.at[ix]);
    for (size_t ix = 0; ix < finding->lessons.count; ix++)
        put_line(out, "lesson", finding->lessons.at[ix]);
    for (size_t ix = 0; ix < finding->links.count; ix++)
        put_line(out, "link", finding->links.at[ix]);
    for (size_t ix = 0; ix < finding->superseded_by.count; ix++)
        put_line(out, "superseded by",
                 finding->superseded_by.at[ix]->fingerprint);
    for (size_t ix = 0; ix < finding->possible_causes.count; ix++)
        put_line(out, "possible cause", finding->possible_causes.at[ix]->id);
    if (finding->waived_by)
        put_line(out, "waived because", finding->waived_by->because);
}

static void put_rule(struct ar_buf *out, const struct ar_rule_result *rule)
{
    ar_buf_printf(out, "rule " AR_STR_FORMAT " %s " AR_STR_FORMAT,
                  AR_STR_ARG(rule->rule->id),
                  ar_status_table[rule->status].name, AR_STR_ARG(rule->reason));
    put_causes(out, &rule->causes);
    ar_buf_put_c(out, "\n");
    for (size_t ix = 0; ix < rule->open_elements.count; ix++) {
        const struct ar_open_element *element = &rule->open_elements.at[ix];
        ar_buf_printf(out, "  open " AR_STR_FORMAT,
                      AR_STR_ARG(element->key_text));
        put_causes(out, &element->causes);
        ar_buf_put_c(out, "\n");
    }
    for (size_t ix = 0; ix < rule->findings.count; ix++)
        put_finding(out, rule->findings.at[ix]);
}

void law_result_put(struct ar_buf *out, const struct ar_result *result)
{
    for (size_t ix = 0; ix < result->rules.count; ix++)
        put_rule(out, &result->rules.at[ix]);
    for (size_t ix = 0; ix < result->findings.count; ix++)
        put_line(out, "shown", result->findings.at[ix]->fingerprint);
    for (size_t ix = 0; ix < result->absent_packs.count; ix++)
        put_line(out, "absent pack", result->absent_packs.at[ix]);
    ar_buf_printf(out, "  waived %u superseded %u\n",
                  (unsigned)result->n_waived, (unsigned)result->n_superseded);
}

/* ---- walking ---- */

static void visit_definitions(const struct ar_fact *fact,
                              void (*visit)(const struct ar_expr *, void *),
                              void *user)
{
    for (size_t ix = 0; ix < fact->definitions.count; ix++) {
        law_visit(fact->definitions.at[ix].expr, visit, user);
        if (fact->definitions.at[ix].guard)
            law_visit(fact->definitions.at[ix].guard, visit, user);
    }
}

void law_visit(const struct ar_expr *expr,
               void (*visit)(const struct ar_expr *expr, void *user),
               void *user)
{
    visit(expr, user);
    for (size_t ix = 0; ix < expr->n_operands; ix++)
        law_visit(expr->operands[ix], visit, user);
    const struct ar_template *string = ar_expr_template(expr);
    for (size_t ix = 0; string && ix < string->n_parts; ix++) {
        if (string->parts[ix].expr)
            law_visit(string->parts[ix].expr, visit, user);
    }
    if (expr->kind == AR_EXPR_DEF)
        law_visit(expr->def->body, visit, user);
    if (expr->kind == AR_EXPR_FACT)
        visit_definitions(expr->fact, visit, user);
    if (expr->kind != AR_EXPR_LOCAL)
        return;
    if (expr->local->expr)
        law_visit(expr->local->expr, visit, user);
    if (expr->local->match)
        law_visit(expr->local->match->subject, visit, user);
}

static void note_unknown(const struct ar_expr *expr, void *user)
{
    bool *asks = user;
    if (expr->kind == AR_EXPR_UNKNOWN)
        *asks = true;
}

bool law_asks_unknown(const struct ar_expr *expr)
{
    bool asks = false;
    law_visit(expr, note_unknown, &asks);
    return asks;
}
