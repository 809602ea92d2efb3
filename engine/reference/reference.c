/* SPDX-License-Identifier: Apache-2.0 */
/* The way in: one evaluation of all rules, or of one expression. */

#include "reference/reference.h"

#include "reference/eval.h"
#include "result/assemble.h"

static void free_scratch(void *resource)
{
    ar_arena_free(resource);
}

/* Goes with the result, also when memory runs out half way. */
static struct ar_arena *create_scratch(struct ar_arena *arena)
{
    struct ar_arena *scratch = AR_NEW(arena, struct ar_arena);
    scratch->out_of_memory = arena->out_of_memory;
    scratch->limit_bytes = AR_MAX_EVALUATION_BYTES;
    ar_arena_defer(arena, free_scratch, scratch);
    return scratch;
}

/* What now() gives. */
static ar_value choose_now(const struct ar_factset *facts, int64_t now)
{
    if (facts->has_now)
        return ar_value_time(facts->now);
    if (now != 0)
        return ar_value_time(now);
    return ar_value_unknown(facts->missing_reason,
                            AR_STR("the facts do not say when they were "
                                   "collected"));
}

struct ar_evaluator ar_evaluator_create(
    struct ar_arena *arena, const struct ar_program *program,
    const struct ar_factset *facts, const struct ar_evaluation_options *options)
{
    const struct ar_evaluation_options none = {0};
    if (!options)
        options = &none;
    return (struct ar_evaluator){
        .arena = arena,
        .scratch = create_scratch(arena),
        .program = program,
        .facts = facts,
        .rule_fuel =
            options->rule_fuel > 0 ? options->rule_fuel : AR_MAX_RULE_FUEL,
        .run_left = options->run_fuel > 0 ? options->run_fuel : AR_MAX_RUN_FUEL,
        .observer = options->observer,
        .now = choose_now(facts, options->now),
    };
}

/* The clock of waivers. */
static int64_t choose_clock(const struct ar_factset *facts,
                            const struct ar_evaluation_options *options)
{
    if (options && options->now != 0)
        return options->now;
    return facts->has_now ? facts->now : 0;
}

struct ar_result *ar_reference_evaluate(
    struct ar_arena *arena, const struct ar_program *program,
    const struct ar_factset *facts, const struct ar_evaluation_options *options)
{
    struct ar_evaluator evaluator =
        ar_evaluator_create(arena, program, facts, options);
    struct ar_result *result = ar_result_create(arena, program, facts);
    for (size_t ix = 0; ix < program->rules.count; ix++) {
        struct ar_rule_result rule;
        ar_eval_rule(&evaluator, program->rules.at[ix], &rule);
        ar_vector_push(arena, &result->rules, rule);
    }
    ar_arena_free(evaluator.scratch);
    ar_result_assemble(arena, result, choose_clock(facts, options));
    return result;
}

struct ar_outcome ar_reference_expression(
    struct ar_arena *arena, const struct ar_program *program,
    const struct ar_factset *facts, const struct ar_evaluation_options *options,
    const struct ar_expr *expr)
{
    struct ar_evaluator evaluator =
        ar_evaluator_create(arena, program, facts, options);
    evaluator.tank = (struct ar_tank){.steps = evaluator.rule_fuel,
                                      .regex = AR_MAX_REGEX_FUEL_RULE,
                                      .scratch_limit = AR_MAX_EVALUATION_BYTES};
    evaluator.frame = ar_frame_create(&evaluator, 0);
    evaluator.reader = ++evaluator.last_reader;
    struct ar_outcome out = ar_eval(&evaluator, expr);
    struct ar_outcome kept = ar_keep_outcome(&evaluator, &out);
    if (ar_outcome_is_decided(&kept))
        kept.causes = (ar_cause_vector){0};
    ar_arena_free(evaluator.scratch);
    return kept;
}
