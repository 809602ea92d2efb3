/* SPDX-License-Identifier: Apache-2.0 */
/* Pruned proofs. Each condition is proved for a goal: the outcomes that it
 * must not leave. Operands of `and` and `or` are dropped, the largest first,
 * for as long as what is left keeps to the goal; and what is asked of the
 * others is no more than that. */

#include "explain/explainer.h"
#include "front/excerpt.h"

enum {
    MAX_PARTS = 40,    /* of a condition */
    MAX_PROOFS = 2000, /* of a rule */
    OPEN = AR_OUTCOME_OPEN
};

ar_str ar_explain_text(struct ar_explainer *explainer, ar_span span)
{
    const struct ar_diags *diags = explainer->evaluator.program->diags;
    return ar_excerpt(explainer->arena, diags->sources, span);
}

struct ar_proof *ar_proof_create(struct ar_explainer *explainer,
                                 enum ar_proof_kind kind,
                                 const struct ar_expr *expr)
{
    struct ar_proof *proof = AR_NEW(explainer->arena, struct ar_proof);
    proof->kind = kind;
    proof->span = expr->span;
    proof->text = ar_explain_text(explainer, expr->span);
    explainer->n_proofs++;
    return proof;
}

void ar_proof_add(struct ar_explainer *explainer, struct ar_proof *proof,
                  struct ar_proof *part)
{
    ar_vector_push(explainer->arena, &proof->parts, part);
}

void ar_proof_set_outcome(struct ar_proof *proof,
                          const struct ar_outcome *outcome)
{
    if (outcome->is_condition)
        proof->bits = outcome->bits;
    proof->value = ar_outcome_value(outcome);
}

static bool is_within(unsigned bits, unsigned goal)
{
    return (bits & ~goal) == 0;
}

/* ---- a condition as a whole ---- */

/* What it reads is what the proof rests on. Names are worked out again, since
 * what they read counts, too. */
void ar_proof_note_read(struct ar_explainer *explainer,
                        const struct ar_expr *expr)
{
    struct ar_evaluator *evaluator = &explainer->evaluator;
    const struct ar_rule *rule = explainer->rule;
    struct ar_frame *frame = evaluator->frame;
    bool is_own = frame == explainer->rule_frame;
    for (size_t ix = 0; is_own && ix < rule->details->lets.count; ix++) {
        unsigned slot = rule->details->lets.at[ix]->slot;
        if (slot < frame->n_slots)
            frame->slots[slot].is_set = false;
    }
    evaluator->recording = &explainer->read;
    ar_eval(evaluator, expr);
    evaluator->recording = NULL;
}

struct ar_proof *ar_prove_whole(struct ar_explainer *explainer,
                                enum ar_proof_kind kind,
                                const struct ar_expr *expr)
{
    struct ar_proof *proof = ar_proof_create(explainer, kind, expr);
    struct ar_outcome out = ar_explain_eval(explainer, expr);
    ar_proof_set_outcome(proof, &out);
    proof->is_secret = explainer->in_secret || ar_expr_is_secret(expr);
    ar_proof_note_read(explainer, expr);
    ar_proof_mark(explainer, proof, expr);
    ar_proof_explain_names(explainer, proof, expr);
    return proof;
}

struct ar_proof *ar_proof_element(struct ar_explainer *explainer,
                                  const struct ar_local *variable,
                                  const struct ar_outcome *list,
                                  const struct ar_expr *list_expr, size_t ix)
{
    struct ar_proof *proof = AR_NEW(explainer->arena, struct ar_proof);
    proof->kind = AR_PROOF_ELEMENT;
    proof->text = variable->name;
    proof->span = variable->span;
    proof->value = list->value.as.list.items[ix];
    proof->is_secret = explainer->in_secret || ar_expr_is_secret(list_expr);
    proof->ix = ix;
    proof->n_of = list->value.as.list.count;
    return proof;
}

/* ---- and, or ---- */

static void count_node(struct ar_expr *expr, void *user)
{
    (void)expr;
    ++*(size_t *)user;
}

static size_t measure(struct ar_expr *expr)
{
    size_t size = 0;
    ar_expr_walk(expr, count_node, &size);
    return size;
}

/* A chain seen as one of `and`: of `or` everything is turned over. */
struct chain {
    bool is_or;
    size_t count;
    size_t *sizes; /* how much there would be to read */
    unsigned *bits;
    unsigned *goals; /* what is asked of each; OPEN: it is not needed */
    unsigned goal;
};

static unsigned turn(const struct chain *chain, unsigned bits)
{
    return chain->is_or ? ar_logic_not(bits) : bits;
}

/* What the chain may be if the goals of its operands are all that is known. */
static unsigned join_goals(const struct chain *chain)
{
    unsigned bits = AR_OUTCOME_TRUE;
    for (size_t ix = 0; ix < chain->count; ix++)
        bits = ar_logic_and(bits, chain->goals[ix]);
    return bits;
}

static bool can_ask(struct chain *chain, size_t ix, unsigned goal)
{
    unsigned before = chain->goals[ix];
    chain->goals[ix] = goal;
    if (is_within(join_goals(chain), chain->goal))
        return true;
    chain->goals[ix] = before;
    return false;
}

/* The one operand that decides alone and is the shortest, or SIZE_MAX. */
static size_t find_decider(const struct chain *chain)
{
    size_t best = SIZE_MAX;
    for (size_t ix = 0; ix < chain->count; ix++) {
        bool decides =
            is_within(ar_logic_and(chain->bits[ix], OPEN), chain->goal);
        if (decides &&
            (best == SIZE_MAX || chain->sizes[ix] < chain->sizes[best]))
            best = ix;
    }
    return best;
}

/* The largest that is still asked for whole and was not tried; the last of
 * equals. */
static size_t find_largest(const struct chain *chain, const bool *tried)
{
    size_t best = SIZE_MAX;
    for (size_t ix = 0; ix < chain->count; ix++) {
        if (!tried[ix] &&
            (best == SIZE_MAX || chain->sizes[ix] >= chain->sizes[best]))
            best = ix;
    }
    return best;
}

static void ask_less(struct ar_explainer *explainer, struct chain *chain)
{
    static const unsigned wider[] = {
        AR_OUTCOME_FALSE | AR_OUTCOME_NEITHER,
        AR_OUTCOME_TRUE | AR_OUTCOME_NEITHER,
        AR_OUTCOME_TRUE | AR_OUTCOME_FALSE,
    };
    bool *tried = AR_NEW_ARRAY(explainer->arena, bool, chain->count);
    for (size_t n = 0; n < chain->count; n++) {
        size_t ix = find_largest(chain, tried);
        tried[ix] = true;
        can_ask(chain, ix, OPEN);
    }
    for (size_t ix = 0; ix < chain->count; ix++) {
        if (chain->goals[ix] == OPEN)
            continue;
        for (size_t k = 0; k < AR_COUNT_OF(wider); k++) {
            if (is_within(chain->goals[ix], wider[k]) &&
                can_ask(chain, ix, wider[k]))
                break;
        }
    }
}

/* Fills goals. One that decides is enough, and where all must be true, all
 * are needed: only in between there is a choice. */
static void choose_goals(struct ar_explainer *explainer, struct chain *chain)
{
    size_t decider = find_decider(chain);
    for (size_t ix = 0; ix < chain->count; ix++)
        chain->goals[ix] = decider == SIZE_MAX ? chain->bits[ix] : OPEN;
    if (decider != SIZE_MAX)
        chain->goals[decider] =
            chain->goal & (AR_OUTCOME_FALSE | AR_OUTCOME_NEITHER);
    else if (chain->goal != AR_OUTCOME_TRUE)
        ask_less(explainer, chain);
}

static struct chain start_chain(struct ar_explainer *explainer, size_t count,
                                bool is_or, unsigned goal)
{
    struct chain chain = {
        .is_or = is_or,
        .count = count,
        .sizes = AR_NEW_ARRAY(explainer->arena, size_t, count),
        .bits = AR_NEW_ARRAY(explainer->arena, unsigned, count),
        .goals = AR_NEW_ARRAY(explainer->arena, unsigned, count),
    };
    chain.goal = turn(&chain, goal);
    return chain;
}

static bool has_room(const struct ar_explainer *explainer,
                     const struct ar_proof *proof, size_t most)
{
    return proof->parts.count < most && explainer->n_proofs < MAX_PROOFS;
}

static struct ar_proof *prove_chain(struct ar_explainer *explainer,
                                    const struct ar_expr *expr, unsigned goal)
{
    struct chain chain = start_chain(explainer, expr->n_operands,
                                     expr->kind == AR_EXPR_OR, goal);
    size_t n_needed = 0;
    size_t last = 0;
    for (size_t ix = 0; ix < chain.count; ix++) {
        struct ar_outcome each = ar_explain_eval(explainer, expr->operands[ix]);
        chain.bits[ix] = turn(&chain, each.bits);
        chain.sizes[ix] = measure(expr->operands[ix]);
    }
    choose_goals(explainer, &chain);
    for (size_t ix = 0; ix < chain.count; ix++) {
        n_needed += chain.goals[ix] != OPEN;
        last = chain.goals[ix] != OPEN ? ix : last;
    }
    if (n_needed == 1)
        return ar_prove(explainer, expr->operands[last],
                        turn(&chain, chain.goals[last]));
    struct ar_proof *proof = ar_proof_create(explainer, AR_PROOF_ALL, expr);
    struct ar_outcome out = ar_explain_eval(explainer, expr);
    ar_proof_set_outcome(proof, &out);
    for (size_t ix = 0; ix < chain.count; ix++) {
        if (chain.goals[ix] == OPEN)
            continue;
        if (has_room(explainer, proof, MAX_PARTS)) {
            ar_proof_add(explainer, proof,
                         ar_prove(explainer, expr->operands[ix],
                                  turn(&chain, chain.goals[ix])));
        } else {
            ar_proof_note_read(explainer, expr->operands[ix]);
            proof->n_left_out++;
        }
    }
    return proof;
}

/* ---- if ---- */

/* The choice, and each branch that it leaves. */
static struct ar_proof *prove_if(struct ar_explainer *explainer,
                                 const struct ar_expr *expr, unsigned goal)
{
    struct ar_proof *proof = ar_proof_create(explainer, AR_PROOF_ALL, expr);
    struct ar_outcome out = ar_explain_eval(explainer, expr);
    struct ar_outcome choice = ar_explain_eval(explainer, expr->operands[0]);
    ar_proof_set_outcome(proof, &out);
    if (choice.bits != OPEN)
        ar_proof_add(explainer, proof,
                     ar_prove(explainer, expr->operands[0], choice.bits));
    if (choice.bits & AR_OUTCOME_TRUE)
        ar_proof_add(explainer, proof,
                     ar_prove(explainer, expr->operands[1], goal));
    if (choice.bits & AR_OUTCOME_FALSE)
        ar_proof_add(explainer, proof,
                     ar_prove(explainer, expr->operands[2], goal));
    return proof;
}

/* ---- any, every, no ---- */

static struct ar_proof *prove_element(struct ar_explainer *explainer,
                                      const struct ar_expr *expr,
                                      const struct ar_outcome *list, size_t ix,
                                      unsigned goal)
{
    struct ar_proof *proof =
        ar_proof_element(explainer, expr->local, list, expr->operands[0], ix);
    ar_bind_element(&explainer->evaluator, expr->local, list, expr->operands[0],
                    ix);
    ar_proof_add(explainer, proof,
                 ar_prove(explainer, expr->operands[1], goal));
    return proof;
}

static void find_bits(struct ar_explainer *explainer,
                      const struct ar_expr *expr, const struct ar_outcome *list,
                      struct chain *chain)
{
    size_t size = measure(expr->operands[1]);
    for (size_t ix = 0; ix < chain->count; ix++) {
        ar_bind_element(&explainer->evaluator, expr->local, list,
                        expr->operands[0], ix);
        struct ar_outcome each = ar_explain_eval(explainer, expr->operands[1]);
        chain->bits[ix] = turn(chain, each.bits);
        chain->sizes[ix] = size;
    }
}

static void prove_each(struct ar_explainer *explainer,
                       const struct ar_expr *expr,
                       const struct ar_outcome *list, unsigned goal,
                       struct ar_proof *proof)
{
    struct chain chain = start_chain(explainer, list->value.as.list.count,
                                     expr->kind != AR_EXPR_EVERY, goal);
    find_bits(explainer, expr, list, &chain);
    choose_goals(explainer, &chain);
    for (size_t ix = 0; ix < chain.count; ix++) {
        if (chain.goals[ix] == OPEN)
            continue;
        if (!has_room(explainer, proof, AR_MAX_ELEMENTS_SHOWN)) {
            proof->n_left_out++;
            continue;
        }
        ar_proof_add(explainer, proof,
                     prove_element(explainer, expr, list, ix,
                                   turn(&chain, chain.goals[ix])));
    }
}

static struct ar_proof *prove_fold(struct ar_explainer *explainer,
                                   const struct ar_expr *expr, unsigned goal)
{
    struct ar_outcome list = ar_explain_eval(explainer, expr->operands[0]);
    if (list.value.state != AR_STATE_VALUE)
        return ar_prove_whole(explainer, AR_PROOF_TEST, expr);
    struct ar_proof *proof = ar_prove_whole(explainer, AR_PROOF_ELEMENTS, expr);
    proof->n_of = list.value.as.list.count;
    unsigned generation = explainer->evaluator.frame->generation;
    if (expr->kind == AR_EXPR_NO)
        goal = ar_logic_not(goal);
    prove_each(explainer, expr, &list, goal, proof);
    explainer->evaluator.frame->generation = generation;
    return proof;
}

/* ---- a condition ---- */

bool ar_proof_is_joined(const struct ar_expr *expr)
{
    enum ar_expr_kind kind = expr->kind;
    return kind == AR_EXPR_AND || kind == AR_EXPR_OR || kind == AR_EXPR_NOT ||
           (kind == AR_EXPR_IF && expr->type->kind == AR_TYPE_BOOL) ||
           kind == AR_EXPR_ANY || kind == AR_EXPR_EVERY || kind == AR_EXPR_NO;
}

struct ar_proof *ar_prove(struct ar_explainer *explainer,
                          const struct ar_expr *condition, unsigned goal)
{
    enum ar_expr_kind kind = condition->kind;
    if (kind == AR_EXPR_AND || kind == AR_EXPR_OR)
        return prove_chain(explainer, condition, goal);
    if (kind == AR_EXPR_NOT && ar_proof_is_joined(condition->operands[0]))
        return ar_prove(explainer, condition->operands[0], ar_logic_not(goal));
    if (kind == AR_EXPR_IF)
        return prove_if(explainer, condition, goal);
    if (kind == AR_EXPR_ANY || kind == AR_EXPR_EVERY || kind == AR_EXPR_NO)
        return prove_fold(explainer, condition, goal);
    return ar_prove_whole(explainer, AR_PROOF_TEST, condition);
}
