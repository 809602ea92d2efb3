/* SPDX-License-Identifier: Apache-2.0 */
/* Which facts to find out, and when: after each round of probes the rules are
 * evaluated again, so that nothing is asked that cannot matter any more. */

#include "probe/collect.h"

#include "base/limits.h"
#include "probe/builtin.h"
#include "probe/collect_parts.h"
#include "run/vm.h"

enum { MICROSECONDS = 1000000 };

/* A probe that is to run. */
struct job {
    struct ar_probe_use use;
    struct ar_probe_request request;
    struct ar_host_output output;
};

typedef AR_VECTOR(struct job) job_vector;

/* ---- who may be asked ---- */

static bool is_wsl(struct ar_collector *collector)
{
    struct ar_question question = {.arena = collector->arena,
                                   .host = collector->host,
                                   .kept = &collector->kept};
    return ar_builtin_is_wsl(&question);
}

static bool is_on_platform(struct ar_collector *collector,
                           const struct ar_probe *probe)
{
    for (size_t ix = 0; ix < probe->platforms.count; ix++) {
        ar_str platform = probe->platforms.at[ix];
        if (ar_str_equal_c(platform, collector->host->platform) ||
            (ar_str_equal_c(platform, "wsl") && is_wsl(collector)))
            return true;
    }
    return probe->platforms.count == 0;
}

static bool gives(const struct ar_probe *probe, const struct ar_fact_decl *decl)
{
    for (size_t ix = 0; ix < probe->gives.count; ix++) {
        if (probe->gives.at[ix] == decl)
            return true;
    }
    return false;
}

/* Which probe with which arguments. */
static ar_str make_run_key(struct ar_collector *collector,
                           const struct ar_probe *probe,
                           const struct ar_fact_ref *ref)
{
    struct ar_buf key = AR_BUF(collector->arena);
    ar_buf_put(&key, probe->pack->path);
    ar_buf_put_char(&key, '\n');
    ar_buf_put(&key, probe->name);
    for (size_t ix = 0; ix < probe->n_parameters; ix++) {
        ar_buf_put_char(&key, '\n');
        ar_value_put_literal(&key, ref->arguments[ix]);
    }
    return ar_buf_view(&key);
}

static bool could_tell(struct ar_collector *collector,
                       const struct ar_probe *probe,
                       const struct ar_fact_ref *ref)
{
    return gives(probe, ref->decl) && is_on_platform(collector, probe) &&
           probe->n_parameters <= ref->n_arguments;
}

static bool is_refused(const struct ar_collector *collector,
                       const struct ar_probe *probe)
{
    return !collector->allow_run && !probe->pack->is_trusted;
}

static bool can_run(struct ar_collector *collector,
                    const struct ar_probe *probe, const struct ar_fact_ref *ref)
{
    if (!could_tell(collector, probe, ref) || is_refused(collector, probe))
        return false;
    return !ar_map_has(&collector->ran, make_run_key(collector, probe, ref));
}

/* The first probe that has not run yet, or NULL. */
static const struct ar_probe *find_probe(struct ar_collector *collector,
                                         const struct ar_fact_ref *ref)
{
    const struct ar_program *program = collector->code->program;
    for (size_t ix = 0; ix < program->probes.count; ix++) {
        if (can_run(collector, program->probes.at[ix], ref))
            return program->probes.at[ix];
    }
    return NULL;
}

/* ---- setting facts ---- */

static const struct ar_origin no_origin = {.duration_ms = -1};

/* What another probe has found out below a group. */
static bool is_partly_known(const struct ar_collector *collector,
                            const struct ar_fact_ref *group)
{
    for (size_t ix = 0; ix < group->group->facts.count; ix++) {
        const struct ar_fact_decl *decl = group->group->facts.at[ix];
        if (decl->n_parameters != group->group->n_parameters)
            continue;
        ar_str key = ar_fact_key(collector->arena, decl, group->arguments);
        const struct ar_fact_entry *entry =
            ar_factset_entry(collector->set, key);
        if (entry && entry->value.state == AR_STATE_VALUE)
            return true;
    }
    return false;
}

/* Of several probes the first that can tell wins, or that could have been
 * told. */
static bool is_better(const ar_value *known, const ar_value *value)
{
    if (known->state != AR_STATE_UNKNOWN)
        return false;
    return value->state != AR_STATE_UNKNOWN ||
           (known->reason == AR_REASON_unsupported &&
            value->reason != AR_REASON_unsupported);
}

static void set_fact(struct ar_collector *collector,
                     const struct ar_fact_ref *ref, ar_value value,
                     struct ar_origin origin)
{
    const struct ar_fact_entry *known =
        ar_factset_entry(collector->set, ref->key);
    bool is_own = known && ar_str_equal(known->key, ref->key);
    if (is_own && !is_better(&known->value, &value))
        return;
    if (ref->group && is_partly_known(collector, ref))
        return;
    ar_factset_add_from(collector->set, ref, value, &origin);
}

static ar_str time_text(struct ar_collector *collector)
{
    int64_t now = collector->host->functions->time_us(collector->host);
    return ar_value_text(collector->arena, ar_value_time(now));
}

static bool set_builtin(struct ar_collector *collector,
                        const struct ar_fact_ref *ref)
{
    ar_value value;
    struct ar_origin origin = {.probe = AR_STR("builtin"), .duration_ms = 0};
    struct ar_question question = {.arena = collector->arena,
                                   .host = collector->host,
                                   .decl = ref->decl,
                                   .arguments = ref->arguments,
                                   .kept = &collector->kept,
                                   .deadline_us = collector->deadline_us};
    if (!ar_builtin_find(&question, &value))
        return false;
    origin.how = question.how;
    origin.time = time_text(collector);
    set_fact(collector, ref, value, origin);
    return true;
}

static bool has_refused_probe(struct ar_collector *collector,
                              const struct ar_fact_ref *ref)
{
    const struct ar_program *program = collector->code->program;
    for (size_t ix = 0; ix < program->probes.count; ix++) {
        const struct ar_probe *probe = program->probes.at[ix];
        if (could_tell(collector, probe, ref) && is_refused(collector, probe))
            return true;
    }
    return false;
}

static void refuse(struct ar_collector *collector,
                   const struct ar_fact_ref *ref)
{
    ar_str detail = AR_STR("its pack is not trusted: see --allow-run");
    set_fact(collector, ref, ar_value_unknown(AR_REASON_denied, detail),
             no_origin);
}

/* Nothing is left that could tell, or nothing that may be run. */
static void give_up(struct ar_collector *collector,
                    const struct ar_fact_ref *ref)
{
    if (has_refused_probe(collector, ref)) {
        refuse(collector, ref);
        return;
    }
    ar_str detail = ar_str_printf(collector->arena, "no probe gives it on %s",
                                  collector->host->platform);
    set_fact(collector, ref, ar_value_unknown(AR_REASON_unsupported, detail),
             no_origin);
}

/* ---- running probes ---- */

static ar_str describe(struct ar_collector *collector,
                       const struct ar_probe_request *request)
{
    struct ar_buf text = AR_BUF(collector->arena);
    for (size_t ix = 0; ix < request->n_texts; ix++) {
        ar_buf_put_c(&text, ix > 0 ? " " : "");
        ar_buf_put(&text, request->texts[ix]);
    }
    return ar_buf_view(&text);
}

static int64_t choose_timeout(const struct ar_probe *probe)
{
    return probe->timeout_us > 0 ? probe->timeout_us
                                 : (int64_t)AR_MAX_PROBE_SECONDS * MICROSECONDS;
}

static void read_source(struct ar_collector *collector, struct job *job)
{
    struct ar_host *host = collector->host;
    const struct ar_host_functions *functions = host->functions;
    ar_str text = job->request.texts[0];
    switch (job->request.source) {
    case AR_PROBE_RUN:
    case AR_PROBE_EXEC:
    case AR_PROBE_HTTP: return;
    case AR_PROBE_FILE:
        functions->read_file(host, collector->arena, text, AR_MAX_VALUE_BYTES,
                             &job->output);
        return;
    case AR_PROBE_GLOB:
        functions->glob(host, collector->arena, text, AR_MAX_LIST_ELEMENTS,
                        &job->output);
        return;
    case AR_PROBE_REGISTRY:
        functions->registry(host, collector->arena, text, &job->output);
        return;
    case AR_PROBE_ENV:
        functions->variable(host, collector->arena, text, &job->output);
        return;
    }
    AR_UNREACHABLE();
}

/* All programs and services of a round side by side. */
static void run_commands(struct ar_collector *collector, job_vector *jobs)
{
    struct ar_arena *arena = collector->arena;
    struct ar_host_command *commands =
        AR_NEW_ARRAY(arena, struct ar_host_command, jobs->count);
    struct ar_host_output *outputs =
        AR_NEW_ARRAY(arena, struct ar_host_output, jobs->count);
    struct job **owners = AR_NEW_ARRAY(arena, struct job *, jobs->count);
    size_t count = 0;
    for (size_t ix = 0; ix < jobs->count; ix++) {
        struct job *job = &jobs->at[ix];
        if (!ar_probe_is_awaited(job->use.probe))
            continue;
        commands[count] = (struct ar_host_command){
            .is_request = job->request.source == AR_PROBE_HTTP,
            .argv = job->request.texts,
            .n_argv = job->request.n_texts,
            .input = job->request.input,
            .timeout_us = choose_timeout(job->use.probe),
            .max_stdout = AR_MAX_PROBE_OUTPUT_BYTES,
            .max_stderr = AR_MAX_PROBE_ERROR_BYTES,
        };
        owners[count++] = job;
    }
    if (count > 0)
        collector->host->functions->run(collector->host, arena, commands, count,
                                        outputs, collector->deadline_us);
    for (size_t ix = 0; ix < count; ix++)
        owners[ix]->output = outputs[ix];
}

static void take_output(struct ar_collector *collector, const struct job *job)
{
    struct ar_arena *arena = collector->arena;
    ar_probe_fact_vector facts = {0};
    struct ar_probe_run run = {
        .probe = job->use.probe->name,
        .how = describe(collector, &job->request),
        .status = job->output.status,
        .duration_us = job->output.duration_us,
    };
    struct ar_origin origin = {
        .probe = run.probe,
        .how = run.how,
        .time = time_text(collector),
        .duration_ms = run.duration_us / 1000,
        .exit_code = job->output.exit_code,
        .has_exit_code = ar_probe_is_program(job->use.probe) &&
                         job->output.status == AR_HOST_DONE,
    };
    ar_probe_apply(arena, &job->use, &job->output, &facts);
    for (size_t ix = 0; ix < facts.count; ix++) {
        struct ar_fact_ref ref = {.decl = facts.at[ix].decl,
                                  .group = facts.at[ix].group,
                                  .arguments = job->use.arguments,
                                  .key = facts.at[ix].key};
        run.is_lacking = run.is_lacking ||
                         (facts.at[ix].value.state == AR_STATE_UNKNOWN &&
                          facts.at[ix].value.reason != AR_REASON_unsupported);
        origin.how = run.how;
        if (facts.at[ix].origin.len > 0)
            origin.how = ar_str_printf(arena, AR_STR_FORMAT ": " AR_STR_FORMAT,
                                       AR_STR_ARG(run.how),
                                       AR_STR_ARG(facts.at[ix].origin));
        set_fact(collector, &ref, facts.at[ix].value, origin);
    }
    if (job->output.status == AR_HOST_STOPPED)
        collector->was_stopped = true;
    if (!job->use.probe->pack->is_trusted)
        collector->used_allowed = true;
    ar_vector_push(arena, &collector->runs, run);
}

static void run_jobs(struct ar_collector *collector, job_vector *jobs)
{
    run_commands(collector, jobs);
    for (size_t ix = 0; ix < jobs->count; ix++) {
        read_source(collector, &jobs->at[ix]);
        take_output(collector, &jobs->at[ix]);
    }
}

/* ---- what rules need ---- */

enum {
    COST_BUILTIN = 1,
    COST_READ = 2,
    COST_ASK = 3,
    COST_RUN = 4,
    COST_NONE = 9
};

/* COST_NONE: nothing that was not tried can tell. */
static unsigned find_cost(struct ar_collector *collector,
                          const struct ar_fact_ref *ref)
{
    bool was_asked = ar_map_has(&collector->asked, ref->key);
    if (!was_asked && ar_builtin_of(ref->decl))
        return COST_BUILTIN;
    const struct ar_probe *probe = find_probe(collector, ref);
    if (!probe)
        return was_asked ? COST_NONE : COST_BUILTIN;
    if (probe->source == AR_PROBE_HTTP)
        return COST_ASK;
    return ar_probe_is_program(probe) ? COST_RUN : COST_READ;
}

static void keep_cheapest(struct ar_collector *collector,
                          const struct ar_fact_ref *ref, unsigned *least,
                          struct ar_fact_ref *best)
{
    if (!ref->decl || ref->decl->is_derived || ref->decl->is_input)
        return;
    unsigned cost = find_cost(collector, ref);
    if (cost >= *least)
        return;
    *least = cost;
    *best = *ref;
}

/* Of a group: the facts under it that have as many arguments. */
static void weigh_group(struct ar_collector *collector,
                        const struct ar_fact_ref *group, unsigned *least,
                        struct ar_fact_ref *best)
{
    for (size_t ix = 0; ix < group->group->facts.count; ix++) {
        const struct ar_fact_decl *decl = group->group->facts.at[ix];
        if (decl->n_parameters != group->n_arguments)
            continue;
        struct ar_fact_ref ref = {
            .decl = decl,
            .arguments = group->arguments,
            .n_arguments = group->n_arguments,
            .key = ar_fact_key(collector->arena, decl, group->arguments),
        };
        if (!ar_factset_entry(collector->set, ref.key))
            keep_cheapest(collector, &ref, least, best);
    }
}

/* The cheapest of the facts that leave something of the pack open. */
bool ar_collect_find_cheapest(struct ar_collector *collector,
                              const struct ar_pack *pack,
                              const ar_cause_vector *causes,
                              struct ar_fact_ref *best)
{
    unsigned least = COST_NONE;
    for (size_t ix = 0; ix < causes->count; ix++) {
        const struct ar_cause *cause = &causes->at[ix];
        struct ar_fact_ref ref;
        if (!cause->is_fact ||
            ar_fact_ref_parse(collector->arena, collector->set->schema,
                              cause->name, &ref) != AR_FACT_REF_OK)
            continue;
        if (!ar_collect_may_name(collector, pack, &ref))
            refuse(collector, &ref);
        else if (ref.group)
            weigh_group(collector, &ref, &least, best);
        else
            keep_cheapest(collector, &ref, &least, best);
    }
    return least < COST_NONE;
}

static void ask_for_rule(struct ar_collector *collector,
                         const struct ar_rule_result *rule,
                         ar_ref_vector *wanted)
{
    struct ar_fact_ref best;
    if (ar_collect_find_cheapest(collector, rule->rule->pack, &rule->causes,
                                 &best))
        ar_vector_push(collector->arena, wanted, best);
}

/* ---- what a probe needs itself ---- */

static void ask(struct ar_collector *collector, const struct ar_fact_ref *ref,
                job_vector *jobs);

static void mark_ran(struct ar_collector *collector,
                     const struct ar_probe *probe,
                     const struct ar_fact_ref *ref)
{
    ar_map_put(collector->arena, &collector->ran,
               make_run_key(collector, probe, ref), collector);
}

static void give_lack(struct ar_collector *collector,
                      const struct ar_probe *probe,
                      const struct ar_fact_ref *ref, ar_value lack)
{
    struct ar_origin origin = {.probe = probe->name, .duration_ms = -1};
    if (lack.state == AR_STATE_ABSENT)
        lack = ar_value_unknown(AR_REASON_unsupported,
                                AR_STR("what the probe would look at is not "
                                       "there"));
    mark_ran(collector, probe, ref);
    set_fact(collector, ref, lack, origin);
}

static bool has_arguments(const struct ar_probe_use *use,
                          const struct ar_fact_ref *ref)
{
    for (size_t ix = 0; ix < use->probe->n_parameters; ix++) {
        if (!ar_value_same(use->arguments[ix], ref->arguments[ix]))
            return false;
    }
    return true;
}

/* Whether a probe of this round may tell. */
static bool is_awaited(const struct ar_fact_ref *ref, const job_vector *jobs)
{
    for (size_t ix = 0; ix < jobs->count; ix++) {
        const struct ar_probe_use *use = &jobs->at[ix].use;
        if (gives(use->probe, ref->decl) && has_arguments(use, ref))
            return true;
    }
    return false;
}

/* Whether a later round may know more of it. */
static bool is_open(struct ar_collector *collector,
                    const struct ar_fact_ref *ref, const job_vector *jobs)
{
    ar_value value = ar_factset_get(collector->set, ref->decl, ref->key);
    return value.state == AR_STATE_UNKNOWN &&
           (is_awaited(ref, jobs) || find_cost(collector, ref) < COST_NONE);
}

/* Asks for the cheapest of what is unknown. False if there is nothing left to
 * ask for; *waits if that takes a round. */
static bool ask_need(struct ar_collector *collector,
                     const struct ar_probe *probe,
                     const ar_cause_vector *causes, job_vector *jobs,
                     bool *waits)
{
    struct ar_fact_ref need;
    if (!ar_collect_find_cheapest(collector, probe->pack, causes, &need))
        return false;
    ask(collector, &need, jobs);
    *waits = is_open(collector, &need, jobs);
    return true;
}

/* What its source and its conditions name is found out first: if that takes a
 * round, the probe has to be asked for again. */
static void add_probe(struct ar_collector *collector,
                      const struct ar_probe *probe,
                      const struct ar_fact_ref *ref, job_vector *jobs)
{
    struct job job = {.use = {.program = collector->code->program,
                              .probe = probe,
                              .arguments = ref->arguments,
                              .set = collector->set,
                              .diags = collector->diags}};
    ar_value lack;
    bool waits = false;
    while (!ar_probe_request(collector->arena, &job.use, &job.request, &lack)) {
        if (!ask_need(collector, probe, &job.request.causes, jobs, &waits)) {
            give_lack(collector, probe, ref, lack);
            return;
        }
        if (waits)
            return;
    }
    ar_cause_vector needs;
    do {
        needs = ar_probe_needs(collector->arena, &job.use);
    } while (ask_need(collector, probe, &needs, jobs, &waits) && !waits);
    if (waits)
        return;
    mark_ran(collector, probe, ref);
    ar_vector_push(collector->arena, jobs, job);
}

/* Sets the fact, or adds the probe that may tell, or gives up. */
static void ask(struct ar_collector *collector, const struct ar_fact_ref *ref,
                job_vector *jobs)
{
    if (is_awaited(ref, jobs))
        return;
    if (!ar_map_has(&collector->asked, ref->key)) {
        ar_map_put(collector->arena, &collector->asked, ref->key, collector);
        /* A probe may know what code could not find out. */
        if (set_builtin(collector, ref) &&
            ar_factset_entry(collector->set, ref->key)->value.state !=
                AR_STATE_UNKNOWN)
            return;
    }
    const struct ar_probe *probe = find_probe(collector, ref);
    if (probe)
        add_probe(collector, probe, ref, jobs);
    else if (!ar_factset_entry(collector->set, ref->key))
        give_up(collector, ref);
}

/* What texts read and nobody has set. */
struct missing {
    struct ar_collector *collector;
    ar_str_vector keys;
    struct ar_map seen;
};

static void see_missing(void *context, const struct ar_fact_decl *decl,
                        ar_str key)
{
    struct missing *missing = context;
    struct ar_arena *arena = missing->collector->arena;
    if (decl->is_input || ar_map_has(&missing->seen, key))
        return;
    ar_str kept = ar_str_copy(arena, key);
    ar_map_put(arena, &missing->seen, kept, missing);
    ar_vector_push(arena, &missing->keys, kept);
}

static void ask_for_texts(struct ar_collector *collector,
                          const struct missing *missing, ar_ref_vector *wanted)
{
    for (size_t ix = 0; ix < missing->keys.count; ix++) {
        struct ar_fact_ref ref;
        if (ar_fact_ref_parse(collector->arena, collector->set->schema,
                              missing->keys.at[ix], &ref) == AR_FACT_REF_OK &&
            ref.decl && find_cost(collector, &ref) < COST_NONE)
            ar_vector_push(collector->arena, wanted, ref);
    }
}

static void release(void *resource)
{
    ar_arena_free(resource);
}

struct ar_arena *ar_collect_scratch(struct ar_collector *collector)
{
    struct ar_arena *scratch = AR_NEW(collector->arena, struct ar_arena);
    scratch->out_of_memory = collector->arena->out_of_memory;
    ar_arena_defer(collector->arena, release, scratch);
    return scratch;
}

struct round {
    struct ar_collector *collector;
    const struct ar_program *program;
    struct ar_arena *scratch;
    ar_ref_vector wanted;
};

/* What an evaluation with what is known leaves open. */
static void find_causes(struct round *round, bool applies_first)
{
    struct ar_collector *collector = round->collector;
    struct missing missing = {.collector = collector};
    struct ar_missing_facts see = {.context = &missing, .see = see_missing};
    struct ar_evaluation_options options = {
        .now = collector->now, .applies_first = applies_first, .missing = &see};
    const struct ar_result *result =
        ar_vm_evaluate(round->scratch, collector->code, round->program,
                       collector->set, &options);
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        if (result->rules.at[ix].status == AR_STATUS_UNDETERMINED)
            ask_for_rule(collector, &result->rules.at[ix], &round->wanted);
    }
    if (round->wanted.count == 0 && !applies_first)
        ask_for_texts(collector, &missing, &round->wanted);
    ar_arena_reset(round->scratch);
}

/* `when` of a rule whose `applies` stays open may still be false. */
static ar_ref_vector find_wanted(struct ar_collector *collector,
                                 const struct ar_program *program,
                                 struct ar_arena *scratch)
{
    struct round round = {collector, program, scratch, {0}};
    find_causes(&round, true);
    if (round.wanted.count == 0)
        find_causes(&round, false);
    return round.wanted;
}

/* ---- what verifying a rule needs ---- */

static void ask_for_causes(struct round *round, const struct ar_rule *rule,
                           unsigned bits, const ar_cause_vector *causes)
{
    struct ar_rule_result open = {.rule = rule, .causes = *causes};
    if ((bits & AR_OUTCOME_TRUE) && bits != AR_OUTCOME_TRUE)
        ask_for_rule(round->collector, &open, &round->wanted);
}

static void ask_for_element(struct round *round, const struct ar_rule *rule,
                            const struct ar_element_check *element)
{
    ask_for_causes(round, rule, element->when, &element->causes);
    for (size_t ix = 0; ix < element->remedies.count; ix++)
        ask_for_causes(round, rule, element->remedies.at[ix].bits,
                       &element->remedies.at[ix].causes);
}

static ar_ref_vector find_unverified(struct ar_collector *collector,
                                     const struct ar_program *program,
                                     struct ar_arena *scratch)
{
    struct round round = {collector, program, scratch, {0}};
    struct ar_evaluation_options options = {.now = collector->now};
    for (size_t ix = 0; ix < program->rules.count; ix++) {
        const struct ar_rule *rule = program->rules.at[ix];
        const struct ar_rule_check *check = ar_vm_check(
            scratch, collector->code, rule, collector->set, &options);
        ask_for_causes(&round, rule, check->applies, &check->causes);
        if (check->list_is_open)
            ask_for_causes(&round, rule, AR_OUTCOME_OPEN, &check->list_causes);
        for (size_t each = 0; each < check->elements.count; each++)
            ask_for_element(&round, rule, &check->elements.at[each]);
    }
    ar_arena_reset(scratch);
    return round.wanted;
}

bool ar_collect_is_over(const struct ar_collector *collector)
{
    struct ar_host *host = collector->host;
    return collector->was_stopped ||
           (collector->deadline_us > 0 &&
            host->functions->now_us(host) >= collector->deadline_us);
}

/* What could not be asked any more was not found out in time. */
void ar_collect_note_deadline(const struct ar_collector *collector)
{
    if (ar_collect_is_over(collector))
        collector->set->missing_reason = AR_REASON_timeout;
}

void ar_collect_run(struct ar_collector *collector, const ar_ref_vector *wanted)
{
    job_vector jobs = {0};
    for (size_t ix = 0; ix < wanted->count; ix++)
        ask(collector, &wanted->at[ix], &jobs);
    run_jobs(collector, &jobs);
}

typedef ar_ref_vector (*find_function)(struct ar_collector *collector,
                                       const struct ar_program *program,
                                       struct ar_arena *scratch);

static void collect_rounds(struct ar_collector *collector,
                           const struct ar_program *program, find_function find)
{
    struct ar_arena *scratch = ar_collect_scratch(collector);
    while (!ar_collect_is_over(collector)) {
        ar_ref_vector wanted = find(collector, program, scratch);
        if (wanted.count == 0)
            break;
        ar_collect_run(collector, &wanted);
    }
    ar_arena_free(scratch);
    ar_collect_note_deadline(collector);
}

void ar_collect_for_rules(struct ar_collector *collector,
                          const struct ar_program *program)
{
    collect_rounds(collector, program, find_wanted);
}

void ar_collect_to_verify(struct ar_collector *collector,
                          const struct ar_program *program)
{
    collect_rounds(collector, program, find_unverified);
}

/* ---- everything ---- */

bool ar_collect_is_below(ar_str fact, ar_str name)
{
    if (name.len == 0 || ar_str_equal(fact, name))
        return true;
    return ar_str_starts_with(fact, name) && fact.ptr[name.len] == '.';
}

/* Rounds, because a fact may have several probes. */
void ar_collect_all(struct ar_collector *collector, ar_str name)
{
    const struct ar_program *program = collector->code->program;
    for (bool goes_on = true; goes_on && !ar_collect_is_over(collector);) {
        ar_ref_vector wanted = {0};
        for (size_t ix = 0; ix < program->facts.count; ix++) {
            const struct ar_fact_decl *decl = &program->facts.at[ix]->decl;
            struct ar_fact_ref ref = {.decl = decl, .key = decl->name};
            if (decl->n_parameters > 0 || decl->is_derived || decl->is_input ||
                !ar_collect_is_below(decl->name, name))
                continue;
            ar_value value = ar_factset_get(collector->set, decl, decl->name);
            if (value.state == AR_STATE_UNKNOWN &&
                find_cost(collector, &ref) < COST_NONE)
                ar_vector_push(collector->arena, &wanted, ref);
        }
        goes_on = wanted.count > 0;
        ar_collect_run(collector, &wanted);
    }
    ar_collect_note_deadline(collector);
}

void ar_collect_fact(struct ar_collector *collector,
                     const struct ar_fact_ref *ref)
{
    while (!ar_collect_is_over(collector) &&
           find_cost(collector, ref) < COST_NONE) {
        ar_ref_vector wanted = {0};
        ar_value value = ar_factset_get(collector->set, ref->decl, ref->key);
        if (value.state != AR_STATE_UNKNOWN)
            break;
        ar_vector_push(collector->arena, &wanted, *ref);
        ar_collect_run(collector, &wanted);
    }
    ar_collect_note_deadline(collector);
}

void ar_collect_give_up_in_time(struct ar_collector *collector)
{
    const struct ar_program *program = collector->code->program;
    for (size_t ix = 0;
         ar_collect_is_over(collector) && ix < program->facts.count; ix++) {
        const struct ar_fact_decl *decl = &program->facts.at[ix]->decl;
        struct ar_fact_ref ref = {.decl = decl, .key = decl->name};
        if (decl->n_parameters > 0 || decl->is_derived || decl->is_input ||
            ar_factset_entry(collector->set, decl->name))
            continue;
        set_fact(collector, &ref,
                 ar_value_unknown(AR_REASON_timeout, (ar_str){NULL, 0}),
                 no_origin);
    }
}
