/* SPDX-License-Identifier: Apache-2.0 */
/* What the names and calls of a condition stand for: definitions of lets,
 * functions and derived facts, rows of tables, the elements that were counted.
 * Each is told once. */

#include "explain/explainer.h"

enum { MAX_DEPTH = 12 };

/* ---- one meaning ---- */

/* The same function may be called for different values. */
static bool was_told(struct ar_explainer *explainer, ar_str text,
                     const struct ar_outcome *outcome)
{
    struct ar_buf key = AR_BUF(explainer->arena);
    ar_buf_put(&key, text);
    ar_buf_put_c(&key, " is ");
    ar_value_put(&key, ar_outcome_value(outcome));
    if (ar_map_has(&explainer->told, ar_buf_view(&key)))
        return true;
    ar_map_put(explainer->arena, &explainer->told, ar_buf_view(&key),
               explainer);
    return false;
}

/* "name = text", told for the first time; else NULL. */
static struct ar_proof *start_meaning(struct ar_explainer *explainer,
                                      ar_str name, const struct ar_expr *expr)
{
    ar_str text = ar_explain_text(explainer, expr->span);
    ar_str whole = text;
    if (name.len > 0)
        whole =
            ar_str_printf(explainer->arena, AR_STR_FORMAT " = " AR_STR_FORMAT,
                          AR_STR_ARG(name), AR_STR_ARG(text));
    struct ar_outcome out = ar_explain_eval(explainer, expr);
    if (explainer->depth >= MAX_DEPTH || was_told(explainer, whole, &out))
        return NULL;
    struct ar_proof *proof = ar_proof_create(explainer, AR_PROOF_MEANING, expr);
    ar_proof_mark(explainer, proof, expr);
    for (size_t ix = 0; ix < proof->marks.count; ix++) {
        proof->marks.at[ix].start += whole.len - text.len;
        proof->marks.at[ix].end += whole.len - text.len;
    }
    proof->text = whole;
    ar_proof_set_outcome(proof, &out);
    proof->is_secret = explainer->in_secret || ar_expr_is_secret(expr);
    return proof;
}

static void add_meaning(struct ar_explainer *explainer, struct ar_proof *parent,
                        ar_str name, const struct ar_expr *expr)
{
    struct ar_proof *proof = start_meaning(explainer, name, expr);
    if (!proof)
        return;
    explainer->depth++;
    if (ar_proof_is_joined(expr) && proof->bits != AR_OUTCOME_OPEN) {
        proof->marks.count = 0;
        ar_proof_add(explainer, proof, ar_prove(explainer, expr, proof->bits));
    } else {
        ar_proof_explain_names(explainer, proof, expr);
    }
    explainer->depth--;
    ar_proof_add(explainer, parent, proof);
}

/* ---- calls ---- */

/* "name(a, b)" */
static ar_str put_signature(struct ar_explainer *explainer, ar_str name,
                            struct ar_local *const *parameters, size_t count)
{
    struct ar_buf out = AR_BUF(explainer->arena);
    ar_buf_put(&out, name);
    for (size_t ix = 0; ix < count; ix++) {
        ar_buf_put_c(&out, ix == 0 ? "(" : ", ");
        ar_buf_put(&out, parameters[ix]->name);
    }
    ar_buf_put_c(&out, count > 0 ? ")" : "");
    return ar_buf_view(&out);
}

/* What a call is made of, seen from inside. */
struct call {
    struct ar_frame *outer;
    bool was_in_secret;
};

static struct call enter_call(struct ar_explainer *explainer,
                              const struct ar_expr *expr,
                              struct ar_local *const *parameters,
                              size_t n_parameters, unsigned n_slots)
{
    struct ar_evaluator *evaluator = &explainer->evaluator;
    struct call call = {evaluator->frame, explainer->in_secret};
    struct ar_outcome *arguments = ar_eval_operands(evaluator, expr);
    for (size_t ix = 0; ix < expr->n_operands; ix++)
        explainer->in_secret =
            explainer->in_secret || ar_expr_is_secret(expr->operands[ix]);
    evaluator->frame = ar_frame_create(evaluator, n_slots);
    for (size_t ix = 0; ix < n_parameters; ix++)
        ar_frame_bind(evaluator, parameters[ix], arguments[ix]);
    return call;
}

static void leave_call(struct ar_explainer *explainer, struct call call)
{
    explainer->evaluator.frame = call.outer;
    explainer->in_secret = call.was_in_secret;
}

static void explain_def(struct ar_explainer *explainer, struct ar_proof *parent,
                        const struct ar_expr *expr)
{
    const struct ar_def *def = expr->def;
    ar_str name =
        put_signature(explainer, def->name, def->parameters, def->n_parameters);
    struct call call = enter_call(explainer, expr, def->parameters,
                                  def->n_parameters, def->n_slots);
    add_meaning(explainer, parent, name, def->body);
    leave_call(explainer, call);
}

/* ---- derived facts ---- */

static bool is_given(struct ar_explainer *explainer, const struct ar_expr *expr)
{
    struct ar_outcome out = ar_explain_eval(explainer, expr);
    const struct ar_fact_entry *entry =
        ar_factset_entry(explainer->evaluator.facts, out.path);
    return entry && ar_str_equal(entry->key, out.path);
}

/* The definition that counts, if it is certain which. */
static const struct ar_definition *find_definition(
    struct ar_explainer *explainer, const struct ar_fact *fact)
{
    const struct ar_definition *found = NULL;
    for (size_t ix = 0; ix < fact->definitions.count; ix++) {
        const struct ar_definition *each = &fact->definitions.at[ix];
        unsigned bits = AR_OUTCOME_TRUE;
        if (each->guard)
            bits = ar_explain_eval(explainer, each->guard).bits;
        if (!(bits & AR_OUTCOME_TRUE))
            continue;
        if (found || bits != AR_OUTCOME_TRUE)
            return NULL;
        found = each;
    }
    return found;
}

static void explain_derived(struct ar_explainer *explainer,
                            struct ar_proof *parent, const struct ar_expr *expr)
{
    const struct ar_fact *fact = expr->fact;
    if (fact->definitions.count == 0 || is_given(explainer, expr))
        return;
    struct call call = enter_call(explainer, expr, fact->parameters,
                                  fact->decl.n_parameters, fact->n_slots);
    const struct ar_definition *definition = find_definition(explainer, fact);
    if (definition)
        add_meaning(explainer, parent, fact->decl.name, definition->expr);
    if (definition && definition->guard)
        add_meaning(explainer, parent, AR_STR("if"), definition->guard);
    leave_call(explainer, call);
}

/* ---- tables ---- */

struct rows {
    const struct ar_table *table;
    AR_VECTOR(size_t) taken;
    struct ar_arena *arena;
};

static void see_condition(void *context, const struct ar_expr *expr,
                          unsigned bits)
{
    (void)context;
    (void)expr;
    (void)bits;
}

static void see_row(void *context, const struct ar_table *table, size_t ix,
                    unsigned bits)
{
    struct rows *rows = context;
    if (table == rows->table && bits == AR_OUTCOME_TRUE)
        ar_vector_push(rows->arena, &rows->taken, ix);
}

static void add_row(struct ar_explainer *explainer, struct ar_proof *parent,
                    const struct ar_table *table, size_t ix)
{
    struct ar_proof *proof = AR_NEW(explainer->arena, struct ar_proof);
    proof->kind = AR_PROOF_ROW;
    proof->span = table->rows[ix].span;
    proof->text = ar_explain_text(explainer, proof->span);
    proof->value = table->rows[ix].result;
    proof->is_secret = explainer->in_secret;
    proof->ix = ix;
    proof->n_of = table->n_rows;
    ar_proof_add(explainer, parent, proof);
}

static void explain_table(struct ar_explainer *explainer,
                          struct ar_proof *parent, const struct ar_expr *expr)
{
    struct rows rows = {.table = expr->table, .arena = explainer->arena};
    struct ar_observer observer = {&rows, see_condition, see_row};
    /* "name = table(...)" has been said. */
    bool is_told = parent->kind == AR_PROOF_MEANING &&
                   ar_span_compare(parent->span, expr->span) == 0;
    struct ar_proof *proof =
        is_told ? parent : start_meaning(explainer, (ar_str){NULL, 0}, expr);
    if (!proof)
        return;
    explainer->evaluator.observer = &observer;
    ar_explain_eval(explainer, expr);
    explainer->evaluator.observer = NULL;
    for (size_t ix = 0; ix < rows.taken.count; ix++) {
        if (proof->parts.count < AR_MAX_ELEMENTS_SHOWN)
            add_row(explainer, proof, expr->table, rows.taken.at[ix]);
        else
            proof->n_left_out++;
    }
    explainer->depth++;
    for (size_t ix = 0; ix < expr->n_operands; ix++)
        ar_proof_explain_names(explainer, proof, expr->operands[ix]);
    explainer->depth--;
    if (!is_told)
        ar_proof_add(explainer, parent, proof);
}

/* ---- count, first, filter ---- */

/* Those for which the condition is true. */
static void explain_selection(struct ar_explainer *explainer,
                              struct ar_proof *parent,
                              const struct ar_expr *expr)
{
    struct ar_outcome list = ar_explain_eval(explainer, expr->operands[0]);
    struct ar_proof *proof = start_meaning(explainer, (ar_str){NULL, 0}, expr);
    if (!proof || list.value.state != AR_STATE_VALUE)
        return;
    proof->kind = AR_PROOF_ELEMENTS;
    proof->n_of = list.value.as.list.count;
    unsigned generation = explainer->evaluator.frame->generation;
    for (size_t ix = 0; ix < proof->n_of; ix++) {
        ar_bind_element(&explainer->evaluator, expr->local, &list,
                        expr->operands[0], ix);
        struct ar_outcome each = ar_explain_eval(explainer, expr->operands[1]);
        if (each.bits != AR_OUTCOME_TRUE)
            continue;
        if (proof->parts.count < AR_MAX_ELEMENTS_SHOWN)
            ar_proof_add(explainer, proof,
                         ar_proof_element(explainer, expr->local, &list,
                                          expr->operands[0], ix));
        else
            proof->n_left_out++;
        if (expr->kind == AR_EXPR_FIRST)
            break;
    }
    explainer->evaluator.frame->generation = generation;
    ar_proof_add(explainer, parent, proof);
}

/* ---- a name ---- */

static void explain_local(struct ar_explainer *explainer,
                          struct ar_proof *parent, const struct ar_expr *expr)
{
    const struct ar_local *local = expr->local;
    if (local->kind == AR_LOCAL_LET)
        add_meaning(explainer, parent, local->name, local->expr);
    if (local->kind == AR_LOCAL_CAPTURE)
        ar_proof_explain_names(explainer, parent, local->match->subject);
}

void ar_proof_explain_names(struct ar_explainer *explainer,
                            struct ar_proof *proof, const struct ar_expr *expr)
{
    enum ar_expr_kind kind = expr->kind;
    bool selects = kind == AR_EXPR_COUNT || kind == AR_EXPR_FIRST ||
                   kind == AR_EXPR_FILTER;
    bool has_body = selects || kind == AR_EXPR_ANY || kind == AR_EXPR_EVERY ||
                    kind == AR_EXPR_NO;
    size_t count = has_body ? 1 : expr->n_operands;
    if (kind == AR_EXPR_LOCAL)
        explain_local(explainer, proof, expr);
    else if (kind == AR_EXPR_DEF)
        explain_def(explainer, proof, expr);
    else if (kind == AR_EXPR_FACT)
        explain_derived(explainer, proof, expr);
    else if (selects)
        explain_selection(explainer, proof, expr);
    if (kind == AR_EXPR_TABLE) {
        explain_table(explainer, proof, expr);
        return;
    }
    for (size_t ix = 0; ix < count; ix++)
        ar_proof_explain_names(explainer, proof, expr->operands[ix]);
    const struct ar_template *string = ar_expr_template(expr);
    for (size_t ix = 0; string && ix < string->n_parts; ix++) {
        if (string->parts[ix].expr)
            ar_proof_explain_names(explainer, proof, string->parts[ix].expr);
    }
}
