/* SPDX-License-Identifier: Apache-2.0 */
/* Which rules have to be evaluated again is told by the graph of who reads
 * what; the index, if there is one, says which of them have nothing but a
 * status, and the machine judges the others. */

#include "run/live.h"

#include "result/assemble.h"
#include "run/machine.h"

struct ar_live {
    struct ar_arena *arena;
    const struct ar_code *code;
    const struct ar_program *program;
    struct ar_scan *scan; /* or NULL */
    struct ar_reach *reach;
    uint32_t *place_of; /* by index of a rule: its place in program, plus 1 */
    int64_t *steps;     /* by place: what the machine took for it */
    int64_t n_steps;    /* of all */
    bool is_startable_only; /* fuel ran short: rules depend on each other */

    struct ar_arena *result_arena;
    struct ar_result *result;
    struct ar_factset *facts;
    struct ar_evaluation_options options;
    ar_value now;                  /* what now() gives */
    enum ar_reason missing_reason; /* of facts that nothing is said of */
    struct ar_arena memory;        /* of the machine */
    struct ar_machine *machine;    /* or NULL: not needed so far */
    bool is_machine_ready;         /* what it has worked out is still so */
    size_t n_evaluated;
};

static void free_memory(void *resource)
{
    ar_arena_free(resource);
}

struct ar_live *ar_live_create(struct ar_arena *arena,
                               const struct ar_code *code,
                               const struct ar_program *program,
                               struct ar_scan *scan)
{
    struct ar_live *live = AR_NEW(arena, struct ar_live);
    live->arena = arena;
    live->code = code;
    live->program = program;
    live->scan = scan;
    live->reach = ar_reach_create(arena, code);
    live->place_of = AR_NEW_ARRAY(arena, uint32_t, code->block.rule_count);
    live->steps = AR_NEW_ARRAY(arena, int64_t, program->rules.count);
    for (size_t ix = 0; ix < program->rules.count; ix++)
        live->place_of[program->rules.at[ix]->ix] = (uint32_t)ix + 1;
    ar_arena_defer(arena, free_memory, &live->memory);
    return live;
}

/* ---- rules ---- */

/* What it makes lives as long as the result; what it works out it keeps. */
static struct ar_machine *need_machine(struct ar_live *live)
{
    if (live->is_machine_ready)
        return live->machine;
    live->memory.out_of_memory = live->arena->out_of_memory;
    live->machine = ar_machine_again(live->machine, &live->memory, live->code,
                                     live->facts, &live->options);
    live->machine->arena = live->result_arena;
    live->is_machine_ready = true;
    return live->machine;
}

/* Unless it is worn, it is used again. */
static void rest_machine(struct ar_live *live)
{
    live->machine = ar_machine_rest(live->machine, &live->memory);
    live->is_machine_ready = live->is_machine_ready && live->machine;
}

static void set_steps(struct ar_live *live, size_t place, int64_t steps)
{
    live->n_steps += steps - live->steps[place];
    live->steps[place] = steps;
}

/* All there is to say of the rule, if the index knows. */
static unsigned say(const struct ar_live *live, const struct ar_rule *rule)
{
    return live->scan ? ar_scan_say_rule(live->scan, rule->ix) : AR_SCAN_UNSAID;
}

static struct ar_rule_result judge(struct ar_live *live, size_t place,
                                   unsigned said)
{
    const struct ar_rule *rule = live->program->rules.at[place];
    struct ar_rule_result out = {.rule = rule};
    int64_t steps = 0;
    if (said != AR_SCAN_UNSAID) {
        out.status = (enum ar_status)said;
    } else {
        struct ar_machine *machine = need_machine(live);
        int64_t left = machine->run_left;
        ar_machine_judge(machine, rule, &out);
        steps = left - machine->run_left;
    }
    set_steps(live, place, steps);
    return out;
}

/* While it is so, no rule could have run out of what all have together. */
static bool is_within_fuel(const struct ar_live *live)
{
    if (live->scan)
        return ar_scan_is_within_fuel(live->scan, live->n_steps);
    return live->n_steps <= AR_MAX_RUN_FUEL;
}

static int64_t clock_of(const struct ar_live *live)
{
    return ar_machine_clock(live->facts, &live->options);
}

/* ---- all of them ---- */

static void evaluate_all(struct ar_live *live)
{
    struct ar_arena *arena = live->result_arena;
    live->result = ar_result_create(arena, live->program, live->facts);
    if (live->scan)
        ar_scan_start(live->scan, live->facts, &live->options);
    for (size_t ix = 0; ix < live->program->rules.count; ix++) {
        unsigned said = say(live, live->program->rules.at[ix]);
        ar_vector_push(arena, &live->result->rules, judge(live, ix, said));
    }
    rest_machine(live);
}

struct ar_result *ar_live_start(struct ar_live *live, struct ar_arena *arena,
                                struct ar_factset *facts, int64_t now)
{
    live->result_arena = arena;
    live->facts = facts;
    live->options = (struct ar_evaluation_options){.now = now};
    live->now = ar_machine_now(facts, now);
    live->missing_reason = facts->missing_reason;
    live->n_evaluated = live->program->rules.count;
    live->is_machine_ready = false;
    ar_reach_forget(live->reach);
    evaluate_all(live);
    live->is_startable_only = !is_within_fuel(live);
    if (live->is_startable_only)
        live->result = ar_vm_evaluate(arena, live->code, live->program, facts,
                                      &live->options);
    else
        ar_result_assemble(arena, live->result, clock_of(live));
    return live->result;
}

/* ---- what changed ---- */

void ar_live_touch(struct ar_live *live, const struct ar_fact_ref *ref)
{
    ar_reach_touch(live->reach, ref);
}

static void take_time(struct ar_live *live, int64_t now)
{
    live->options.now = now;
    ar_value what_it_is = ar_machine_now(live->facts, now);
    if (ar_value_same(live->now, what_it_is))
        return;
    live->now = what_it_is;
    ar_reach_touch_time(live->reach);
}

/* Whether the result of the rule is this status, and nothing else. */
static bool is_as_said(const struct ar_rule_result *rule, unsigned said)
{
    return said == (unsigned)rule->status && rule->causes.count == 0 &&
           rule->findings.count == 0 && rule->open_elements.count == 0;
}

static void update_rule(struct ar_live *live, size_t place)
{
    unsigned said = say(live, live->program->rules.at[place]);
    if (is_as_said(&live->result->rules.at[place], said)) {
        set_steps(live, place, 0);
        return;
    }
    struct ar_rule_result rule = judge(live, place, said);
    ar_result_replace(live->result_arena, live->result, place, &rule);
}

/* Until it is done, nothing is known of what the machine has worked out: there
 * may not be memory for it. */
static void follow_with_machine(struct ar_live *live,
                                const struct ar_reached *reached)
{
    bool was_ready = live->is_machine_ready;
    live->is_machine_ready = false;
    if (!was_ready || reached->is_wide)
        return;
    live->memory.out_of_memory = live->arena->out_of_memory;
    ar_machine_follow(live->machine, reached, &live->options);
    live->is_machine_ready = true;
}

static size_t count_chosen(const struct ar_live *live,
                           struct ar_reach_list rules)
{
    size_t count = 0;
    for (size_t ix = 0; ix < rules.count; ix++)
        count += live->place_of[rules.at[ix]] > 0;
    return count;
}

static void update_reached(struct ar_live *live)
{
    struct ar_reached reached = ar_reach_take(live->reach);
    struct ar_scan_list rules = {reached.rules.at, reached.rules.count};
    follow_with_machine(live, &reached);
    if (live->scan)
        rules = ar_scan_update(live->scan, &live->options, &reached);
    live->n_evaluated = count_chosen(live, reached.rules);
    for (size_t ix = 0; ix < rules.count; ix++) {
        uint32_t place = live->place_of[rules.at[ix]];
        if (place > 0)
            update_rule(live, place - 1);
    }
    rest_machine(live);
}

bool ar_live_update(struct ar_live *live, int64_t now,
                    struct ar_result_before *before)
{
    take_time(live, now);
    if (live->is_startable_only ||
        live->facts->missing_reason != live->missing_reason)
        return false;
    live->result->before = before;
    update_reached(live);
    live->result->before = NULL;
    if (!is_within_fuel(live))
        return false;
    ar_result_reassemble(live->result_arena, live->result, clock_of(live));
    return true;
}

size_t ar_live_count(const struct ar_live *live)
{
    return live->n_evaluated;
}
