/* SPDX-License-Identifier: Apache-2.0 */
/* Derived facts of this machine: what they need is found out, and they are
 * worked out from that as rules would have it. */

#include "probe/collect_parts.h"
#include "run/vm.h"

/* Derived facts with the code of each: condition ix is refs->at[ix]. */
struct derivation {
    struct ar_collector *collector;
    const ar_ref_vector *refs;
    const struct ar_fact **facts;
    const struct ar_code *code;
};

static struct ar_expr *make_constant(struct ar_arena *arena, ar_value value)
{
    struct ar_expr *expr = AR_NEW(arena, struct ar_expr);
    expr->kind = AR_EXPR_CONSTANT;
    expr->type = value.type;
    ar_expr_set_value(arena, expr, value);
    return expr;
}

/* The fact as a rule would name it. */
static const struct ar_expr *make_reading(struct ar_arena *arena,
                                          const struct ar_fact *fact,
                                          const struct ar_fact_ref *ref)
{
    struct ar_expr *expr = AR_NEW(arena, struct ar_expr);
    expr->kind = AR_EXPR_FACT;
    expr->type = fact->decl.type;
    expr->fact = fact;
    expr->n_operands = (uint32_t)ref->n_arguments;
    expr->operands = AR_NEW_ARRAY(arena, struct ar_expr *, ref->n_arguments);
    for (size_t ix = 0; ix < ref->n_arguments; ix++)
        expr->operands[ix] = make_constant(arena, ref->arguments[ix]);
    return expr;
}

static struct derivation prepare(struct ar_collector *collector,
                                 const ar_ref_vector *refs)
{
    struct derivation out = {.collector = collector, .refs = refs};
    const struct ar_expr **readings =
        AR_NEW_ARRAY(collector->arena, const struct ar_expr *, refs->count);
    out.facts =
        AR_NEW_ARRAY(collector->arena, const struct ar_fact *, refs->count);
    for (size_t ix = 0; ix < refs->count; ix++) {
        out.facts[ix] = (const struct ar_fact *)refs->at[ix].decl;
        readings[ix] =
            make_reading(collector->arena, out.facts[ix], &refs->at[ix]);
    }
    out.code = ar_code_generate_expressions(
        collector->arena, collector->code->program, readings, refs->count);
    return out;
}

static struct ar_outcome work_out(const struct derivation *derivation,
                                  struct ar_arena *arena, size_t ix,
                                  ar_str_vector *read)
{
    const struct ar_vm_question question = {.condition = ix, .read = read};
    const struct ar_evaluation_options options = {
        .now = derivation->collector->now};
    return ar_vm_expression_with(arena, derivation->code, &question,
                                 derivation->collector->set, &options);
}

static ar_ref_vector find_needs(const struct derivation *derivation,
                                struct ar_arena *scratch)
{
    struct ar_collector *collector = derivation->collector;
    ar_ref_vector needs = {0};
    for (size_t ix = 0; ix < derivation->refs->count; ix++) {
        struct ar_outcome outcome = work_out(derivation, scratch, ix, NULL);
        struct ar_fact_ref need;
        if (ar_collect_find_cheapest(collector, derivation->facts[ix]->pack,
                                     &outcome.causes, &need))
            ar_vector_push(collector->arena, &needs, need);
    }
    ar_arena_reset(scratch);
    return needs;
}

/* ---- what comes of it ---- */

static ar_str list_read(struct ar_arena *arena, const ar_str_vector *read)
{
    struct ar_buf out = AR_BUF(arena);
    ar_buf_put_c(&out, "worked out");
    for (size_t ix = 0; ix < read->count; ix++) {
        ar_buf_put_c(&out, ix == 0 ? " from " : ", ");
        ar_buf_put(&out, read->at[ix]);
    }
    return ar_buf_view(&out);
}

/* What is unknown says for want of which fact. */
static ar_value name_lack(struct ar_arena *arena, ar_value value,
                          const ar_cause_vector *causes)
{
    for (size_t ix = 0; value.state == AR_STATE_UNKNOWN && ix < causes->count;
         ix++) {
        const struct ar_cause *cause = &causes->at[ix];
        if (cause->value.state != AR_STATE_UNKNOWN)
            continue;
        const char *colon = cause->value.detail.len > 0 ? ": " : "";
        value.detail = ar_str_printf(arena, AR_STR_FORMAT "%s" AR_STR_FORMAT,
                                     AR_STR_ARG(cause->name), colon,
                                     AR_STR_ARG(cause->value.detail));
        return value;
    }
    return value;
}

struct derived {
    ar_value value;
    struct ar_origin origin;
};

static struct derived derive(const struct derivation *derivation, size_t ix)
{
    struct ar_arena *arena = derivation->collector->arena;
    ar_str_vector read = {0};
    struct ar_outcome outcome = work_out(derivation, arena, ix, &read);
    return (struct derived){
        .value = name_lack(arena, ar_outcome_value(&outcome), &outcome.causes),
        .origin = {.probe = AR_STR("derived"),
                   .how = list_read(arena, &read),
                   .duration_ms = -1},
    };
}

/* None is set before all are worked out, so that each is worked out from what
 * was found. */
static void set_all(const struct derivation *derivation)
{
    struct ar_collector *collector = derivation->collector;
    size_t count = derivation->refs->count;
    struct derived *derived =
        AR_NEW_ARRAY(collector->arena, struct derived, count);
    for (size_t ix = 0; ix < count; ix++)
        derived[ix] = derive(derivation, ix);
    for (size_t ix = 0; ix < count; ix++)
        ar_factset_add_from(collector->set, &derivation->refs->at[ix],
                            derived[ix].value, &derived[ix].origin);
}

static void derive_all(struct ar_collector *collector,
                       const ar_ref_vector *refs)
{
    if (refs->count == 0)
        return;
    struct derivation derivation = prepare(collector, refs);
    struct ar_arena *scratch = ar_collect_scratch(collector);
    while (!ar_collect_is_over(collector)) {
        ar_ref_vector needs = find_needs(&derivation, scratch);
        if (needs.count == 0)
            break;
        ar_collect_run(collector, &needs);
    }
    ar_arena_free(scratch);
    ar_collect_note_deadline(collector);
    set_all(&derivation);
}

/* ---- which ---- */

/* What was given stays. */
static void add_unknown(struct ar_collector *collector,
                        const struct ar_fact_ref *ref, ar_ref_vector *out)
{
    if (!ar_factset_own(collector->set, ref->key))
        ar_vector_push(collector->arena, out, *ref);
}

void ar_collect_derived(struct ar_collector *collector,
                        const struct ar_fact_ref *ref)
{
    ar_ref_vector refs = {0};
    add_unknown(collector, ref, &refs);
    derive_all(collector, &refs);
}

void ar_collect_derived_below(struct ar_collector *collector, ar_str name)
{
    const struct ar_program *program = collector->code->program;
    ar_ref_vector refs = {0};
    for (size_t ix = 0; ix < program->facts.count; ix++) {
        const struct ar_fact_decl *decl = &program->facts.at[ix]->decl;
        struct ar_fact_ref ref = {.decl = decl, .key = decl->name};
        if (decl->is_derived && decl->n_parameters == 0 &&
            ar_collect_is_below(decl->name, name))
            add_unknown(collector, &ref, &refs);
    }
    derive_all(collector, &refs);
}

void ar_collect_derived_group(struct ar_collector *collector,
                              const struct ar_fact_ref *group)
{
    const struct ar_program *program = collector->code->program;
    ar_ref_vector refs = {0};
    for (size_t ix = 0; ix < program->facts.count; ix++) {
        const struct ar_fact_decl *decl = &program->facts.at[ix]->decl;
        if (!decl->is_derived || decl->n_parameters != group->n_arguments ||
            !ar_collect_is_below(decl->name, group->group->name))
            continue;
        struct ar_fact_ref ref = *group;
        ref.decl = decl;
        ref.group = NULL;
        ref.key = ar_fact_key(collector->arena, decl, group->arguments);
        add_unknown(collector, &ref, &refs);
    }
    derive_all(collector, &refs);
}
