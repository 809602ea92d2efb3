/* SPDX-License-Identifier: Apache-2.0 */
/* One trial: a program and facts, and each check on all that the program
 * holds. */

#include "laws.h"

#include "explanations.h"
#include "relations.h"
#include "sema/constraint.h"
#include "sema/possible.h"

#include <string.h>

const char *const law_check_names[LAW_N_CHECKS] = {
    [LAW_CHECK_LAW] = "a law between expressions",
    [LAW_CHECK_EVALUATORS] = "the evaluators agree on an expression",
    [LAW_CHECK_CAUSES] = "what is not decided has causes",
    [LAW_CHECK_LEARNING] = "learning only removes outcomes",
    [LAW_CHECK_KNOWN] = "what is known has one outcome",
    [LAW_CHECK_POSSIBLE] = "the checker holds what comes out for possible",
    [LAW_CHECK_RESULTS] = "the evaluators agree on a rule",
    [LAW_CHECK_STATUSES] = "learning leaves a status that is decided",
    [LAW_CHECK_ORDER] = "the order of rules and packs does not matter",
    [LAW_CHECK_PROOF] = "the facts of a proof alone give the status",
    [LAW_CHECK_NEEDED] = "no fact of a proof can be left out",
    [LAW_CHECK_RESIDUAL] = "what is left of a rule means the same",
    [LAW_CHECK_FLIP] = "what is said to flip a rule does",
};

enum { MAX_EVALUATORS = 4 };

/* A let that is evaluated by itself. */
struct law_subject {
    const struct law_instance *instance;
    const struct ar_local *let;
    bool asks_unknown;
    const void *prepared[MAX_EVALUATORS];
    /* Of a condition, as the checker sees it. */
    unsigned possible;         /* AR_POSSIBLE_ bits */
    bool can_be[2];            /* false, true */
    bool can_be_if_derived[2]; /* the same, if no derived fact is given */
};

/* ---- loading ---- */

static struct ar_rule *find_rule(const struct law_loaded *loaded,
                                 const char *name)
{
    return ar_program_find_rule(loaded->program, ar_str_from_c(name));
}

static void prepare(struct law_loaded *loaded, struct law_subject *subject)
{
    for (size_t ix = 0; ix < law_evaluators.count; ix++) {
        const struct law_evaluator *row = &law_evaluators.rows[ix];
        if (row->prepare)
            subject->prepared[ix] = row->prepare(
                &loaded->arena, loaded->program, subject->let->expr);
    }
}

static bool can_be(struct ar_arena *arena, const struct ar_expr *expr,
                   bool outcome, bool inlines_derived)
{
    struct ar_constraints *constraints = ar_constraints_create(arena);
    struct ar_closure closure = {expr, NULL};
    constraints->terms.inlines_derived = inlines_derived;
    return ar_assume(constraints, closure, outcome);
}

static void judge_possible(struct law_subject *subject)
{
    const struct ar_expr *expr = subject->let->expr;
    if (expr->type->kind != AR_TYPE_BOOL)
        return;
    struct ar_arena arena = {0};
    subject->possible = ar_possible_outcomes(&arena, expr);
    for (int outcome = 0; outcome < 2; outcome++) {
        subject->can_be[outcome] = can_be(&arena, expr, outcome == 1, false);
        subject->can_be_if_derived[outcome] =
            can_be(&arena, expr, outcome == 1, true);
    }
    ar_arena_free(&arena);
}

static void add_subjects(struct law_bench *bench)
{
    struct law_loaded *loaded = &bench->loaded;
    AR_VECTOR(struct law_subject) subjects = {0};
    AR_ASSERT(law_evaluators.count <= MAX_EVALUATORS);
    for (size_t ix = 0; ix < bench->program->instances.count; ix++) {
        const struct law_instance *each = &bench->program->instances.at[ix];
        const struct ar_rule *rule = find_rule(loaded, each->rule);
        for (size_t at = 0; rule && at < rule->details->lets.count; at++) {
            struct law_subject subject = {.instance = each,
                                          .let = rule->details->lets.at[at]};
            subject.asks_unknown = law_asks_unknown(subject.let->expr);
            prepare(loaded, &subject);
            judge_possible(&subject);
            ar_vector_push(&loaded->arena, &subjects, subject);
        }
    }
    bench->subjects = subjects.at;
    bench->n_subjects = subjects.count;
}

static bool load(struct ar_arena *arena, const struct law_program *program,
                 struct law_loaded *out)
{
    struct law_source sources[LAW_MAX_UNITS];
    size_t n_sources = law_program_sources(arena, program, sources);
    return law_load(out, sources, n_sources);
}

/* The order is for whole rules. */
static bool load_shuffled(struct law_bench *bench,
                          const struct law_trial *trial)
{
    struct ar_arena arena = {0};
    struct law_choices choices = law_choices_of_seed(trial->order);
    bench->is_shuffled = true;
    bool is_good =
        load(&arena, law_program_shuffle(&arena, &choices, trial->program),
             &bench->shuffled);
    ar_arena_free(&arena);
    return is_good;
}

bool law_bench_start(struct law_bench *bench, const struct law_trial *trial,
                     struct ar_buf *said)
{
    *bench = (struct law_bench){.program = trial->program};
    struct ar_arena arena = {0};
    bool is_good = load(&arena, trial->program, &bench->loaded);
    ar_arena_free(&arena);
    if (!is_good)
        ar_diags_render(said, &bench->loaded.diags, false);
    if (is_good && trial->program->instances.count == 0)
        is_good = load_shuffled(bench, trial);
    if (is_good)
        add_subjects(bench);
    return is_good;
}

void law_bench_end(struct law_bench *bench)
{
    law_unload(&bench->loaded);
    if (bench->is_shuffled)
        law_unload(&bench->shuffled);
}

void law_trial_make_facts(struct ar_arena *arena, struct law_choices *choices,
                          const struct law_bench *bench,
                          struct law_trial *trial)
{
    const struct ar_schema *schema = &bench->loaded.program->schema;
    trial->facts = law_facts_generate(arena, choices, schema);
    trial->knows_all = law_pick(choices, 2) == 0;
    trial->world = law_facts_refine(arena, choices, schema, &trial->facts,
                                    trial->knows_all);
    if (law_pick(choices, 3) == 0)
        law_facts_redact(arena, choices, &trial->facts);
}

/* ---- telling ---- */

struct trying {
    struct ar_arena *arena;
    const struct law_bench *bench;
    const struct law_trial *trial;
    const struct law_watch *watch;
    struct ar_factset facts;
    struct ar_factset world;
    struct ar_outcome *outcomes; /* of the subjects */
    struct law_failure failure;
};

static bool is_wanted(const struct trying *trying, enum law_check check,
                      const char *rule)
{
    const struct law_failure *only = trying->watch->only;
    return !only || (only->check == check && strcmp(only->rule, rule) == 0);
}

static void count(const struct trying *trying, enum law_check check)
{
    if (trying->watch->counts)
        trying->watch->counts->checks[check]++;
}

static const char *name_of(const struct trying *trying,
                           const struct law_subject *subject)
{
    return ar_str_copy(trying->arena, subject->let->name).ptr;
}

static void fail(struct trying *trying, enum law_check check, const char *rule)
{
    trying->failure = (struct law_failure){check, rule};
    ar_buf_printf(trying->watch->why, "broken: %s\n", law_check_names[check]);
}

static void tell_text(const struct trying *trying, const char *what,
                      ar_str text)
{
    ar_buf_printf(trying->watch->why, "%s: ", what);
    ar_buf_put(trying->watch->why, text);
    ar_buf_put_c(trying->watch->why, "\n");
}

static void tell_outcome(const struct trying *trying, const char *what,
                         const struct ar_outcome *outcome)
{
    struct ar_buf text = AR_BUF(trying->arena);
    law_outcome_put(&text, outcome);
    tell_text(trying, what, ar_buf_view(&text));
}

static void tell_subject(const struct trying *trying,
                         const struct law_subject *subject)
{
    const struct ar_sources *sources = &trying->bench->loaded.sources;
    tell_text(trying, name_of(trying, subject),
              ar_source_text(sources, subject->let->expr->span));
}

/* ---- one expression ---- */

static struct ar_outcome evaluate(const struct trying *trying,
                                  const struct law_subject *subject,
                                  size_t evaluator,
                                  const struct ar_factset *facts)
{
    return law_evaluators.rows[evaluator].expression(
        trying->arena, subject->prepared[evaluator],
        trying->bench->loaded.program, facts, subject->let->expr);
}

/* With one evaluator: that it says the same twice. */
static bool agree(struct trying *trying, const struct law_subject *subject,
                  const struct ar_outcome *outcome)
{
    const char *rule = subject->instance->rule;
    if (!is_wanted(trying, LAW_CHECK_EVALUATORS, rule))
        return true;
    size_t n_rounds = law_evaluators.count > 1 ? law_evaluators.count : 2;
    for (size_t ix = 1; ix < n_rounds; ix++) {
        size_t row = ix % law_evaluators.count;
        struct ar_outcome other =
            evaluate(trying, subject, row, &trying->facts);
        count(trying, LAW_CHECK_EVALUATORS);
        if (law_outcomes_equal(outcome, &other))
            continue;
        fail(trying, LAW_CHECK_EVALUATORS, rule);
        tell_subject(trying, subject);
        tell_outcome(trying, law_evaluators.rows[0].name, outcome);
        tell_outcome(trying, law_evaluators.rows[row].name, &other);
        return false;
    }
    return true;
}

static bool has_cause(const struct ar_outcome *outcome, enum ar_state state)
{
    bool is_found = false;
    for (size_t ix = 0; ix < outcome->causes.count; ix++)
        is_found |= outcome->causes.at[ix].value.state == state;
    return is_found;
}

static bool explain_themselves(const struct ar_outcome *outcome)
{
    if (has_cause(outcome, AR_STATE_VALUE))
        return false;
    enum ar_state state = ar_outcome_value(outcome).state;
    if (state == AR_STATE_VALUE)
        return outcome->causes.count == 0;
    return has_cause(outcome, state);
}

static bool have_causes(struct trying *trying,
                        const struct law_subject *subject,
                        const struct ar_outcome *outcome)
{
    const char *rule = subject->instance->rule;
    if (!is_wanted(trying, LAW_CHECK_CAUSES, rule))
        return true;
    count(trying, LAW_CHECK_CAUSES);
    if (explain_themselves(outcome))
        return true;
    fail(trying, LAW_CHECK_CAUSES, rule);
    tell_subject(trying, subject);
    tell_outcome(trying, "outcome", outcome);
    return false;
}

/* What the evaluation itself could not work out stays open for good, and so
 * does a fact with arguments that nobody thought of, and a group of such. */
static bool is_final(const struct ar_cause *cause)
{
    switch (cause->value.reason) {
    case AR_REASON_bad_value:
    case AR_REASON_unsupported:
    case AR_REASON_conflict:
    case AR_REASON_too_large: return true;
    case AR_REASON_not_in_snapshot:
        return ar_str_find(cause->name, AR_STR("("), 0) != SIZE_MAX ||
               ar_str_equal_c(cause->name, "net");
    case AR_REASON_timeout:
    case AR_REASON_denied:
    case AR_REASON_probe_failed:
    case AR_REASON_bad_output:
    case AR_REASON_budget:
    case AR_REASON_redacted:
    case AR_REASON_stale:
    case AR_REASON_not_given:
    case AR_N_REASONS: break;
    }
    return false;
}

static bool is_lost(const struct ar_outcome *outcome)
{
    for (size_t ix = 0; ix < outcome->causes.count; ix++) {
        const struct ar_cause *cause = &outcome->causes.at[ix];
        if (cause->value.state == AR_STATE_UNKNOWN && is_final(cause))
            return true;
    }
    return false;
}

static bool is_single(const struct ar_outcome *outcome)
{
    if (!outcome->is_condition)
        return outcome->value.state != AR_STATE_UNKNOWN;
    return (outcome->bits & (outcome->bits - 1)) == 0;
}

static void tell_worlds(struct trying *trying,
                        const struct law_subject *subject,
                        const struct ar_outcome *before,
                        const struct ar_outcome *after)
{
    tell_subject(trying, subject);
    tell_outcome(trying, "before", before);
    tell_outcome(trying, "when more is known", after);
}

static bool learns(struct trying *trying, const struct law_subject *subject,
                   const struct ar_outcome *before)
{
    const char *rule = subject->instance->rule;
    bool is_learning =
        is_wanted(trying, LAW_CHECK_LEARNING, rule) && !subject->asks_unknown;
    bool is_known =
        is_wanted(trying, LAW_CHECK_KNOWN, rule) && trying->trial->knows_all;
    if (!is_learning && !is_known)
        return true;
    struct ar_outcome after = evaluate(trying, subject, 0, &trying->world);
    if (is_learning) {
        count(trying, LAW_CHECK_LEARNING);
        if (!law_is_within(&after, before)) {
            fail(trying, LAW_CHECK_LEARNING, rule);
            tell_worlds(trying, subject, before, &after);
            return false;
        }
    }
    if (!is_known)
        return true;
    count(trying, LAW_CHECK_KNOWN);
    if (is_single(&after) || is_lost(&after))
        return true;
    fail(trying, LAW_CHECK_KNOWN, rule);
    tell_worlds(trying, subject, before, &after);
    return false;
}

static bool gives_derived(const struct law_facts *facts)
{
    for (size_t ix = 0; ix < facts->states.count; ix++) {
        if (facts->states.at[ix].is_derived)
            return true;
    }
    return false;
}

static bool is_possible(struct trying *trying,
                        const struct law_subject *subject,
                        const struct ar_outcome *outcome)
{
    const char *rule = subject->instance->rule;
    if (!outcome->is_condition || !is_wanted(trying, LAW_CHECK_POSSIBLE, rule))
        return true;
    bool is_true = outcome->bits == AR_OUTCOME_TRUE;
    unsigned wanted = is_true ? AR_POSSIBLE_TRUE
                      : outcome->bits == AR_OUTCOME_FALSE
                          ? AR_POSSIBLE_FALSE
                          : AR_POSSIBLE_UNDECIDED;
    bool holds = (subject->possible & wanted) != 0;
    if (ar_outcome_is_decided(outcome))
        holds = holds && subject->can_be[is_true] &&
                (subject->can_be_if_derived[is_true] ||
                 gives_derived(&trying->trial->facts));
    count(trying, LAW_CHECK_POSSIBLE);
    if (trying->watch->counts)
        trying->watch->counts->n_narrow += subject->possible != AR_POSSIBLE_ALL;
    if (holds)
        return true;
    fail(trying, LAW_CHECK_POSSIBLE, rule);
    tell_subject(trying, subject);
    tell_outcome(trying, "outcome", outcome);
    ar_buf_printf(trying->watch->why, "held for possible: %x\n",
                  subject->possible);
    return false;
}

static void cover(struct trying *trying, const struct law_subject *subject,
                  const struct ar_outcome *outcome)
{
    const struct ar_expr *expr = subject->let->expr;
    struct law_coverage *coverage = trying->watch->coverage;
    if (!coverage)
        return;
    law_cover_outcome(coverage, expr, outcome);
    if (expr->kind != AR_EXPR_TABLE)
        return;
    for (size_t ix = 0; ix < expr->n_operands; ix++) {
        struct ar_outcome input = law_evaluators.rows[0].expression(
            trying->arena, NULL, trying->bench->loaded.program, &trying->facts,
            expr->operands[ix]);
        law_cover_cell(coverage, expr->table, ix, &input);
    }
}

static bool try_subjects(struct trying *trying)
{
    const struct law_bench *bench = trying->bench;
    trying->outcomes =
        AR_NEW_ARRAY(trying->arena, struct ar_outcome, bench->n_subjects);
    for (size_t ix = 0; ix < bench->n_subjects; ix++) {
        const struct law_subject *subject = &bench->subjects[ix];
        const struct law_failure *only = trying->watch->only;
        if (only && strcmp(only->rule, subject->instance->rule) != 0)
            continue;
        struct ar_outcome *outcome = &trying->outcomes[ix];
        *outcome = evaluate(trying, subject, 0, &trying->facts);
        cover(trying, subject, outcome);
        if (!agree(trying, subject, outcome) ||
            !have_causes(trying, subject, outcome) ||
            !is_possible(trying, subject, outcome) ||
            !learns(trying, subject, outcome))
            return false;
    }
    return true;
}

/* ---- laws ---- */

/* How many of a law's operands have a let; shrinking may have dropped it. */
static size_t count_operands(const struct law_row *row)
{
    size_t count = 0;
    for (const char *at = row->operands; *at; at++) {
        bool is_last = at[1] == ' ' || at[1] == '\0';
        count += is_last && *at != 'b' && *at != 'G' && *at != '@';
    }
    return count;
}

/* The subjects of one instance stand together. */
static bool try_law(struct trying *trying, size_t first, size_t count_of)
{
    const struct law_subject *subjects = &trying->bench->subjects[first];
    const struct law_row *row = subjects[0].instance->row;
    const char *rule = subjects[0].instance->rule;
    struct law_sides sides = {0};
    for (size_t ix = 0; ix < count_of; ix++) {
        const struct ar_outcome *outcome = &trying->outcomes[first + ix];
        ar_str name = subjects[ix].let->name;
        if (ar_str_equal_c(name, "left"))
            sides.left = outcome;
        else if (ar_str_equal_c(name, "right"))
            sides.right = outcome;
        else if (sides.n_operands < AR_COUNT_OF(sides.operands))
            sides.operands[sides.n_operands++] = outcome;
    }
    if (!row || !sides.left || !sides.right ||
        sides.n_operands != count_operands(row))
        return true;
    enum law_verdict verdict = law_judge(row->relation, &sides);
    if (verdict != LAW_DOES_NOT_APPLY) {
        count(trying, LAW_CHECK_LAW);
        if (trying->watch->counts && trying->watch->counts->rows)
            trying->watch->counts->rows[row - law_rows]++;
    }
    if (verdict != LAW_FAILS)
        return true;
    fail(trying, LAW_CHECK_LAW, rule);
    tell_text(trying, "law", ar_str_from_c(row->name));
    for (size_t ix = 0; ix < count_of; ix++) {
        tell_subject(trying, &subjects[ix]);
        tell_outcome(trying, "  is", &trying->outcomes[first + ix]);
    }
    return false;
}

static bool try_laws(struct trying *trying)
{
    const struct law_bench *bench = trying->bench;
    size_t first = 0;
    while (first < bench->n_subjects) {
        const struct law_instance *instance = bench->subjects[first].instance;
        size_t end = first;
        while (end < bench->n_subjects &&
               bench->subjects[end].instance == instance)
            end++;
        if (is_wanted(trying, LAW_CHECK_LAW, instance->rule) &&
            !try_law(trying, first, end - first))
            return false;
        first = end;
    }
    return true;
}

/* ---- whole rules ---- */

static struct ar_result *run(const struct trying *trying, size_t evaluator,
                             const struct ar_program *program,
                             const struct ar_factset *facts)
{
    const struct law_evaluator *row = &law_evaluators.rows[evaluator];
    struct ar_evaluation_options options = {
        .rule_fuel = trying->trial->program->rule_fuel};
    const void *prepared =
        row->prepare ? row->prepare(trying->arena, program, NULL) : NULL;
    return row->evaluate(trying->arena, prepared, program, facts, &options);
}

static ar_str text_of(const struct trying *trying,
                      const struct ar_result *result)
{
    struct ar_buf text = AR_BUF(trying->arena);
    law_result_put(&text, result);
    return ar_buf_view(&text);
}

/* Counts a case for each rule. */
static bool compare_results(struct trying *trying, enum law_check check,
                            const struct ar_result *result,
                            const struct ar_result *other)
{
    ar_str text = text_of(trying, result);
    ar_str other_text = text_of(trying, other);
    for (size_t ix = 0; ix < result->rules.count; ix++)
        count(trying, check);
    if (ar_str_equal(text, other_text))
        return true;
    fail(trying, check, "");
    tell_text(trying, "one", text);
    tell_text(trying, "other", other_text);
    return false;
}

static bool agree_on_rules(struct trying *trying,
                           const struct ar_result *result)
{
    const struct ar_program *program = trying->bench->loaded.program;
    if (!is_wanted(trying, LAW_CHECK_RESULTS, ""))
        return true;
    size_t n_rounds = law_evaluators.count > 1 ? law_evaluators.count : 2;
    for (size_t ix = 1; ix < n_rounds; ix++) {
        const struct ar_result *other =
            run(trying, ix % law_evaluators.count, program, &trying->facts);
        if (!compare_results(trying, LAW_CHECK_RESULTS, result, other))
            return false;
    }
    return true;
}

/* Two rules without a name are called by their lines. */
static bool is_order_kept(struct trying *trying, const struct ar_result *result)
{
    const struct law_bench *bench = trying->bench;
    bool has_names = true;
    for (size_t ix = 0; ix < result->rules.count; ix++)
        has_names = has_names && result->rules.at[ix].rule->name.len > 0;
    if (!is_wanted(trying, LAW_CHECK_ORDER, "") || !bench->is_shuffled ||
        !has_names)
        return true;
    struct ar_factset facts = law_facts_apply(
        trying->arena, &bench->shuffled.program->schema, &trying->trial->facts);
    const struct ar_result *other =
        run(trying, 0, bench->shuffled.program, &facts);
    return compare_results(trying, LAW_CHECK_ORDER, result, other);
}

static bool rule_asks_unknown(const struct ar_rule *rule)
{
    return law_asks_unknown(rule->when) ||
           (rule->applies && law_asks_unknown(rule->applies)) ||
           (rule->each && law_asks_unknown(rule->each));
}

/* Both say that the fault is not there, and the first line of the table
 * counts: `applies` may be decided later. */
static bool may_follow(const struct ar_rule_result *before,
                       const struct ar_rule_result *after)
{
    switch (before->status) {
    case AR_STATUS_UNDETERMINED: return after->status != AR_STATUS_NOT_LOADED;
    case AR_STATUS_CLEAR:
        return after->status == AR_STATUS_CLEAR ||
               after->status == AR_STATUS_NOT_APPLICABLE;
    case AR_STATUS_MATCHED:
        return after->status == AR_STATUS_MATCHED &&
               after->findings.count >= before->findings.count;
    case AR_STATUS_NOT_APPLICABLE:
    case AR_STATUS_NOT_LOADED: return after->status == before->status;
    case AR_STATUS_ERROR:
    case AR_N_STATUSES: return true;
    }
    AR_UNREACHABLE();
}

static bool keeps_statuses(struct trying *trying,
                           const struct ar_result *result)
{
    if (!is_wanted(trying, LAW_CHECK_STATUSES, ""))
        return true;
    const struct ar_result *world =
        run(trying, 0, trying->bench->loaded.program, &trying->world);
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        const struct ar_rule_result *before = &result->rules.at[ix];
        const struct ar_rule_result *after = &world->rules.at[ix];
        if (rule_asks_unknown(before->rule))
            continue;
        count(trying, LAW_CHECK_STATUSES);
        if (may_follow(before, after))
            continue;
        fail(trying, LAW_CHECK_STATUSES, "");
        tell_text(trying, "rule", before->rule->id);
        tell_text(trying, "before", text_of(trying, result));
        tell_text(trying, "when more is known", text_of(trying, world));
        return false;
    }
    return true;
}

/* The fuel of explanations is another. */
static bool is_explained(struct trying *trying, const struct ar_result *result)
{
    const struct law_watch *watch = trying->watch;
    struct law_explaining explaining = {
        .arena = trying->arena,
        .program = trying->bench->loaded.program,
        .facts = &trying->facts,
        .world = &trying->world,
        .result = result,
        .only = watch->only ? watch->only->check : LAW_N_CHECKS,
        .counts = watch->counts ? watch->counts->checks : NULL,
        .why = watch->why,
    };
    if (trying->trial->program->rule_fuel != 0)
        return true;
    enum law_check failed = law_explain(&explaining);
    if (failed != LAW_N_CHECKS)
        fail(trying, failed, "");
    return failed == LAW_N_CHECKS;
}

static void try_rules(struct trying *trying)
{
    const struct ar_result *result =
        run(trying, 0, trying->bench->loaded.program, &trying->facts);
    if (trying->watch->coverage)
        law_cover_result(trying->watch->coverage, result);
    if (agree_on_rules(trying, result) && is_order_kept(trying, result) &&
        keeps_statuses(trying, result))
        is_explained(trying, result);
}

struct law_failure law_try(struct ar_arena *arena,
                           const struct law_bench *bench,
                           const struct law_trial *trial,
                           const struct law_watch *watch)
{
    const struct ar_schema *schema = &bench->loaded.program->schema;
    struct trying trying = {
        .arena = arena,
        .bench = bench,
        .trial = trial,
        .watch = watch,
        .facts = law_facts_apply(arena, schema, &trial->facts),
        .world = law_facts_apply(arena, schema, &trial->world),
        .failure = {LAW_N_CHECKS, ""},
    };
    if (trial->program->instances.count == 0)
        try_rules(&trying);
    else if (try_subjects(&trying))
        try_laws(&trying);
    return trying.failure;
}

/* ---- replaying ---- */

void law_trial_put(struct ar_buf *out, const struct law_trial *trial,
                   bool has_world)
{
    struct law_source sources[LAW_MAX_UNITS];
    size_t n_sources = law_program_sources(out->arena, trial->program, sources);
    for (size_t ix = 0; ix < n_sources; ix++) {
        ar_buf_printf(out, "---- %s\n", sources[ix].name);
        ar_buf_put(out, sources[ix].text);
    }
    ar_buf_put_c(out, "---- facts.json\n");
    law_facts_put(out, &trial->facts);
    if (!has_world)
        return;
    ar_buf_put_c(out, "---- more.json: the same when more is known\n");
    law_facts_put(out, &trial->world);
}
