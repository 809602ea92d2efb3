/* SPDX-License-Identifier: Apache-2.0 */
/* Collecting facts for rules, on a host that is a table: what is asked, in
 * what order, and that nothing which could not be had counts as an answer. */

#include "code/code.h"
#include "probe/collect.h"
#include "run/vm.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "rules_fixture.h"

static const char *const library =
    "fact host.os : string\n"
    "fact host.arch : arch\n"
    "fact a.x : int fact a.y : int fact b.x : int fact c.x : int\n"
    "fact d.x : int fact f.text : string\n"
    "fact env(name : string) : string\n"
    "fact has.home : bool = env(\"HOME\") exists\n"
    "probe a run '/bin/a' parse key_value gives a.x : int = .x\n"
    "  gives a.y : int = .y?\n"
    "  if not found: a absent\n"
    "probe b run '/bin/b' parse key_value gives b.x : int = .x\n"
    "probe c run '/bin/c' parse key_value gives c.x : int = .x\n"
    "probe d_first run '/bin/d1' parse key_value gives d.x : int = .x\n"
    "probe d_second run '/bin/d2' parse key_value gives d.x : int = .x\n"
    "probe f file '/etc/f' parse text gives f.text : string\n"
    "fact g.text : string fact h.x : int\n"
    "probe g file \"/etc/g/{a.x}\" parse text gives g.text : string\n"
    "probe h run '/bin/h' \"{deep.text}/{env(\"HOME\") default \"\"}\" "
    "parse key_value gives h.x : int = .x\n"
    "fact deep.text : string = \"{g.text}{b.x}\"\n"
    "fact v.x : int fact v.y : int\n"
    "probe v run '/bin/v' parse key_value gives v.x : int = .x\n"
    "  if exit == 3 and deep.text == \"deep3\": v.x absent\n"
    "  if stdout == \"\" or v.y == 1: v.x unknown(denied)\n"
    "fact p(name : string).x : int\n"
    "fact p(name : string).y : int\n"
    "probe p (name : string) run '/bin/p' \"{name}\" parse key_value\n"
    "  gives p(name : string).x : int = .x gives p(name : string).y : int = "
    ".y\n"
    "  if exit == 3: p(name) absent\n"
    "  if exit == 4: p(name).y absent, p(name).x unknown(denied)\n"
    "fact total(name : string) : int = p(name).x + a.x\n"
    "fact q.x : int fact q.y : int\n"
    "probe q_first run '/bin/q1' parse key_value gives q.x : int = .x\n"
    "probe q_second run '/bin/q2' parse key_value gives q.y : int = .y\n"
    "  if not found: q absent\n"
    "fact u.x : int\n"
    "probe u_first registry 'HKLM\\A\\B' parse text gives u.x : int\n"
    "probe u_second run '/bin/u' parse key_value gives u.x : int = .x\n";

struct setting {
    struct fixture fixture;
    const struct ar_code *code;
    struct ar_fake_host fake;
    struct ar_collector collector;
    struct ar_factset set;
};

static struct setting setting;

static void start(const char *rules)
{
    struct fixture *fixture = &setting.fixture;
    fixture_start(fixture);
    struct ar_unit *module = fixture_unit(fixture, AR_STR("std.t"));
    module->is_trusted = true;
    fixture_add(fixture, module, AR_STR("t.rules"), ar_str_from_c(library));
    struct ar_unit *unit = fixture_unit(fixture, AR_STR(""));
    unit->path = AR_STR("given.rules");
    fixture_add(fixture, unit, AR_STR("given.rules"), ar_str_from_c(rules));
    fixture->program =
        ar_check(&fixture->arena, &fixture->diags, fixture->units,
                 fixture->n_units, &fixture->options);
    assert_int_equal(fixture->diags.n_errors, 0);
    setting.code = ar_code_generate(&fixture->arena, fixture->program);
}

static void end(void)
{
    fixture_end(&setting.fixture);
}

static struct ar_fake_answer command(const char *name, const char *output)
{
    return (struct ar_fake_answer){
        AR_FAKE_COMMAND,
        name,
        {.status = AR_HOST_DONE, .out = ar_str_from_c(output)}};
}

/* Facts from these answers: what the rules need, or everything. */
static const struct ar_result *collect(const struct ar_fake_answer *answers,
                                       size_t count, bool everything,
                                       bool allow_run)
{
    struct ar_arena *arena = &setting.fixture.arena;
    ar_host_open_fake(&setting.fake, answers, count);
    setting.set = (struct ar_factset){
        .arena = arena,
        .schema = &setting.fixture.program->schema,
        .missing_reason = AR_REASON_not_in_snapshot,
    };
    setting.collector = (struct ar_collector){
        .arena = arena,
        .host = &setting.fake.host,
        .code = setting.code,
        .set = &setting.set,
        .allow_run = allow_run,
    };
    if (everything)
        ar_collect_all(&setting.collector, AR_STR(""));
    else
        ar_collect_for_rules(&setting.collector, setting.fixture.program);
    return ar_vm_evaluate(arena, setting.code, setting.fixture.program,
                          &setting.set, NULL);
}

static ar_value fact(const char *key)
{
    const struct ar_fact_decl *decl =
        ar_schema_find(&setting.fixture.program->schema, ar_str_from_c(key));
    assert_non_null(decl);
    return ar_factset_get(&setting.set, decl, decl->name);
}

/* ---- what is asked ---- */

static void asks_nothing_of_a_rule_that_does_not_apply(void **state)
{
    (void)state;
    start("rule r applies host.os == \"windows\" when a.x == 1 and b.x == 2 "
          "then diagnose \"r\"");
    const struct ar_result *result = collect(NULL, 0, false, false);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_NOT_APPLICABLE);
    assert_int_equal(setting.fake.n_commands, 0);
    end();
}

static void asks_cheap_facts_first(void **state)
{
    (void)state;
    start("rule r when a.x == 1 and host.arch == arm64 then diagnose \"r\"");
    const struct ar_result *result = collect(NULL, 0, false, false);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_CLEAR);
    assert_int_equal(setting.fake.n_commands, 0);
    end();
}

static void stops_where_the_status_is_decided(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {command("/bin/a", "x=1\ny=2\n"),
                                       command("/bin/b", "x=1\n")};
    start("rule r when a.x == 2 and b.x == 1 then diagnose \"r\"\n"
          "rule s when a.y == 2 then diagnose \"s\"");
    const struct ar_result *result = collect(answers, 2, false, false);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_CLEAR);
    assert_int_equal(result->rules.at[1].status, AR_STATUS_MATCHED);
    assert_int_equal(setting.fake.n_commands, 1);
    end();
}

static void asks_what_texts_read_of_rules_that_match(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {command("/bin/a", "x=1\n"),
                                       command("/bin/b", "x=7\n")};
    start("rule r when a.x == 1 then diagnose \"b is {b.x}\"\n"
          "rule s when a.x == 2 then diagnose \"c is {c.x}\"");
    const struct ar_result *result = collect(answers, 2, false, false);
    assert_int_equal(result->findings.count, 1);
    assert_true(ar_str_equal_c(result->findings.at[0]->diagnosis, "b is 7"));
    assert_int_equal(setting.fake.n_commands, 2);
    end();
}

static void takes_the_first_probe_that_can_tell(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {
        {AR_FAKE_COMMAND, "/bin/d1", {.status = AR_HOST_DENIED}},
        command("/bin/d2", "x=5\n")};
    start("rule r when d.x == 5 then diagnose \"r\"");
    const struct ar_result *result = collect(answers, 2, false, false);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_MATCHED);
    assert_int_equal(setting.fake.n_commands, 2);
    end();
}

/* What one had nothing to ask says nothing. */
static void prefers_the_reason_of_a_probe_that_asked(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {
        {AR_FAKE_REGISTRY, "HKLM\\A\\B", {.status = AR_HOST_UNSUPPORTED}},
        {AR_FAKE_COMMAND, "/bin/u", {.status = AR_HOST_DENIED}}};
    start("rule r when u.x == 5 then diagnose \"r\"");
    collect(answers, 2, false, false);
    assert_int_equal(fact("u.x").reason, AR_REASON_denied);
    answers[1].output.status = AR_HOST_UNSUPPORTED;
    answers[0].output.status = AR_HOST_TIMEOUT;
    collect(answers, 2, false, false);
    assert_int_equal(fact("u.x").reason, AR_REASON_timeout);
    end();
}

static void gives_up_on_what_no_probe_gives(void **state)
{
    (void)state;
    start("fact gone.x : int\nrule r when gone.x == 1 then diagnose \"r\"");
    const struct ar_result *result = collect(NULL, 0, false, false);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_UNDETERMINED);
    assert_int_equal(fact("gone.x").reason, AR_REASON_unsupported);
    end();
}

/* ---- what could not be had ---- */

static void never_says_clear_of_what_failed(void **state)
{
    static const enum ar_host_status lost[] = {
        AR_HOST_DENIED, AR_HOST_TIMEOUT, AR_HOST_TOO_LARGE, AR_HOST_UNSUPPORTED,
        AR_HOST_FAILED};
    (void)state;
    for (size_t ix = 0; ix < AR_COUNT_OF(lost); ix++) {
        struct ar_fake_answer answers[] = {
            {AR_FAKE_COMMAND,
             "/bin/b",
             {.status = lost[ix], .out = AR_STR("x=2\n")}}};
        start("rule r when b.x == 1 then diagnose \"r\"");
        const struct ar_result *result = collect(answers, 1, false, false);
        assert_int_equal(result->rules.at[0].status, AR_STATUS_UNDETERMINED);
        assert_int_equal(fact("b.x").state, AR_STATE_UNKNOWN);
        end();
    }
}

static void says_timeout_of_what_there_was_no_time_for(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {command("/bin/b", "x=1\n")};
    start("rule r when b.x == 1 and c.x == 1 then diagnose \"r\"");
    answers[0].output.duration_us = 2000000;
    struct ar_arena *arena = &setting.fixture.arena;
    ar_host_open_fake(&setting.fake, answers, 1);
    setting.set = (struct ar_factset){
        .arena = arena, .schema = &setting.fixture.program->schema};
    setting.collector = (struct ar_collector){.arena = arena,
                                              .host = &setting.fake.host,
                                              .code = setting.code,
                                              .set = &setting.set,
                                              .deadline_us = 1000000};
    ar_collect_for_rules(&setting.collector, setting.fixture.program);
    assert_int_equal(fact("c.x").state, AR_STATE_UNKNOWN);
    assert_int_equal(fact("c.x").reason, AR_REASON_timeout);
    end();
}

/* ---- what a probe needs itself ---- */

static bool has_run(const char *probe)
{
    for (size_t ix = 0; ix < setting.collector.runs.count; ix++) {
        if (ar_str_equal_c(setting.collector.runs.at[ix].probe, probe))
            return true;
    }
    return false;
}

static void finds_out_first_what_a_source_names(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {
        command("/bin/a", "x=7\n"),
        {AR_FAKE_FILE,
         "/etc/g/7",
         {.status = AR_HOST_DONE, .out = AR_STR("deep")}},
        command("/bin/b", "x=3\n"),
        {AR_FAKE_VARIABLE,
         "HOME",
         {.status = AR_HOST_DONE, .out = AR_STR("home")}},
        command("/bin/h deep3/home", "x=9\n")};
    start("rule r when h.x == 9 then diagnose \"r\"");
    const struct ar_result *result = collect(answers, 5, false, false);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_MATCHED);
    assert_int_equal(setting.fake.n_commands, 3);
    end();
}

static void finds_out_first_what_a_condition_names(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {
        command("/bin/a", "x=7\n"),
        {AR_FAKE_FILE,
         "/etc/g/7",
         {.status = AR_HOST_DONE, .out = AR_STR("deep")}},
        command("/bin/b", "x=3\n"),
        {AR_FAKE_COMMAND,
         "/bin/v",
         {.status = AR_HOST_DONE, .exit_code = 3, .out = AR_STR("x=1\n")}}};
    start("rule r when v.x absent then diagnose \"r\"");
    const struct ar_result *result = collect(answers, 4, false, false);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_MATCHED);
    assert_int_equal(setting.fake.n_commands, 3);
    end();
}

static void runs_a_probe_though_a_condition_is_not_known(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {command("/bin/v", "x=1\n")};
    start("rule r when v.x == 1 then diagnose \"r\"");
    const struct ar_result *result = collect(answers, 1, false, false);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_UNDETERMINED);
    assert_true(has_run("v"));
    end();
}

static void runs_nothing_whose_source_is_not_known(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {
        {AR_FAKE_COMMAND, "/bin/a", {.status = AR_HOST_DENIED}},
        command("/bin/h deep3/", "x=9\n")};
    start("rule r when h.x == 9 then diagnose \"r\"");
    const struct ar_result *result = collect(answers, 2, false, false);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_UNDETERMINED);
    assert_int_equal(fact("h.x").reason, AR_REASON_denied);
    assert_false(has_run("h"));
    end();
}

/* A rule that is decided without it starts nothing for it either. */
static void needs_nothing_for_a_probe_that_is_not_wanted(void **state)
{
    (void)state;
    start("rule r when host.arch == arm64 and h.x == 9 then diagnose \"r\"");
    collect(NULL, 0, false, false);
    assert_int_equal(setting.fake.n_commands, 0);
    end();
}

/* ---- derived facts ---- */

static const struct ar_fact_entry *derive(const struct ar_fake_answer *answers,
                                          size_t count, const char *key)
{
    struct ar_fact_ref ref;
    collect(answers, count, false, false);
    assert_int_equal(ar_fact_ref_parse(&setting.fixture.arena,
                                       &setting.fixture.program->schema,
                                       ar_str_from_c(key), &ref),
                     AR_FACT_REF_OK);
    ar_collect_derived(&setting.collector, &ref);
    return ar_factset_entry(&setting.set, ref.key);
}

static void works_out_a_derived_fact(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {command("/bin/a", "x=7\n"),
                                       command("/bin/p it", "x=3\ny=1\n")};
    start("");
    const struct ar_fact_entry *entry = derive(answers, 2, "total(\"it\")");
    assert_int_equal(entry->value.state, AR_STATE_VALUE);
    assert_int_equal(entry->value.as.integer, 10);
    assert_true(ar_str_equal_c(entry->origin->probe, "derived"));
    assert_true(
        ar_str_equal_c(entry->origin->how, "worked out from p(\"it\").x, a.x"));
    end();
}

static void says_for_want_of_what_it_is_unknown(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {
        {AR_FAKE_COMMAND, "/bin/a", {.status = AR_HOST_TIMEOUT}},
        command("/bin/p it", "x=3\ny=1\n")};
    start("");
    const struct ar_fact_entry *entry = derive(answers, 2, "total(\"it\")");
    assert_int_equal(entry->value.state, AR_STATE_UNKNOWN);
    assert_int_equal(entry->value.reason, AR_REASON_timeout);
    assert_true(ar_str_starts_with(entry->value.detail, AR_STR("a.x")));
    end();
}

static void keeps_a_derived_fact_that_was_given(void **state)
{
    (void)state;
    start("");
    collect(NULL, 0, false, false);
    struct ar_fact_ref ref;
    ar_fact_ref_parse(&setting.fixture.arena, &setting.fixture.program->schema,
                      AR_STR("total(\"it\")"), &ref);
    ar_factset_set(&setting.set, &ref, ar_value_int(1));
    ar_collect_derived(&setting.collector, &ref);
    assert_int_equal(ar_factset_entry(&setting.set, ref.key)->value.as.integer,
                     1);
    assert_int_equal(setting.fake.n_asked, 0);
    end();
}

/* ---- what `if` sets ---- */

static enum ar_status status_of_p(const char *rule, int exit_code)
{
    struct ar_fake_answer answers[] = {
        {AR_FAKE_COMMAND,
         "/bin/p it",
         {.status = AR_HOST_DONE, .exit_code = exit_code}}};
    start(rule);
    enum ar_status status =
        collect(answers, 1, false, false)->rules.at[0].status;
    end();
    return status;
}

static void sets_facts_with_arguments(void **state)
{
    (void)state;
    const char *group = "rule r when p(\"it\") absent then diagnose \"r\"";
    const char *other = "rule r when p(\"other\") absent then diagnose \"r\"";
    const char *single = "rule r when p(\"it\").y absent then diagnose \"r\"";
    const char *denied =
        "rule r when p(\"it\").x unknown(denied) then diagnose \"r\"";
    assert_int_equal(status_of_p(group, 3), AR_STATUS_MATCHED);
    assert_int_equal(status_of_p(other, 3), AR_STATUS_UNDETERMINED);
    assert_int_equal(status_of_p(single, 3), AR_STATUS_MATCHED);
    assert_int_equal(status_of_p(single, 4), AR_STATUS_MATCHED);
    assert_int_equal(status_of_p(denied, 4), AR_STATUS_MATCHED);
    assert_int_equal(status_of_p(group, 4), AR_STATUS_UNDETERMINED);
    assert_int_equal(status_of_p(group, 5), AR_STATUS_UNDETERMINED);
}

static void a_group_hides_nothing_that_was_found(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {command("/bin/q1", "x=1\n")};
    start("rule r when q.x == 1 and q.y absent then diagnose \"r\"");
    const struct ar_result *result = collect(answers, 1, false, false);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_MATCHED);
    assert_int_equal(fact("q.x").as.integer, 1);
    collect(answers, 1, true, false);
    assert_int_equal(fact("q.x").as.integer, 1);
    assert_int_equal(fact("q.y").state, AR_STATE_ABSENT);
    end();
}

/* ---- trust ---- */

static const char *const own_probe =
    "fact own.x : int\n"
    "probe own run '/bin/own' parse key_value gives own.x : int = .x\n"
    "rule r when own.x == 1 then diagnose \"r\"\n"
    "rule s when env(\"SECRET\") == \"1\" then diagnose \"s\"";

static void runs_no_probe_of_a_stranger(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {
        command("/bin/own", "x=1\n"),
        {AR_FAKE_VARIABLE,
         "SECRET",
         {.status = AR_HOST_DONE, .out = AR_STR("1")}}};
    start(own_probe);
    const struct ar_result *result = collect(answers, 2, false, false);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_UNDETERMINED);
    assert_int_equal(result->rules.at[1].status, AR_STATUS_UNDETERMINED);
    assert_int_equal(setting.fake.n_asked, 0);
    assert_false(setting.collector.used_allowed);
    result = collect(answers, 2, false, true);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_MATCHED);
    assert_int_equal(result->rules.at[1].status, AR_STATUS_MATCHED);
    assert_true(setting.collector.used_allowed);
    end();
}

/* What derived facts of the library look at they look at for everybody. */
static void names_for_a_stranger_what_the_library_names(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {
        {AR_FAKE_VARIABLE,
         "HOME",
         {.status = AR_HOST_DONE, .out = AR_STR("/x")}},
        {AR_FAKE_VARIABLE,
         "SECRET",
         {.status = AR_HOST_DONE, .out = AR_STR("1")}}};
    start("rule r when has.home then diagnose \"r\"\n"
          "rule s when env(\"SECRET\") exists then diagnose \"s\"\n"
          "rule t applies has.home when env(\"S{1}\") exists "
          "then diagnose \"t\"");
    const struct ar_result *result = collect(answers, 2, false, false);
    assert_int_equal(result->rules.at[0].status, AR_STATUS_MATCHED);
    assert_int_equal(result->rules.at[1].status, AR_STATUS_UNDETERMINED);
    assert_int_equal(result->rules.at[2].status, AR_STATUS_UNDETERMINED);
    assert_int_equal(setting.fake.n_asked, 1);
    assert_false(setting.collector.used_allowed);
    end();
}

/* ---- lazy and eager ---- */

static const char *const many_rules =
    "rule a when a.x == 1 and b.x == 1 then diagnose \"{c.x}\"\n"
    "rule b when a.x == 1 or b.x == 2 or c.x == 1 then diagnose \"b\"\n"
    "rule c applies a exists when c.x > 1 then diagnose \"c\"\n"
    "rule d applies b.x == 1 when not (a.y == 2 and d.x == 1) "
    "then diagnose \"d\"\n"
    "rule e when a absent and b.x == 1 then diagnose \"e\"\n"
    "rule f when f.text == \"1\" and d.x default 3 > 1 then diagnose \"f\"\n"
    "rule g when (if a.x == 1 then b.x == 2 else c.x == 1) "
    "then diagnose \"g\"\n"
    "rule h when d.x exists and f.text exists and a.y exists "
    "then diagnose \"{a.x} {b.x}\"\n"
    "rule i when g.text == \"1\" or h.x == 2 then diagnose \"i\"\n"
    "rule j applies q exists when h.x exists and q.y absent "
    "then diagnose \"{g.text}\"\n";

static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

static struct ar_fake_answer random_answer(uint64_t *random, const char *name,
                                           enum ar_fake_kind kind)
{
    static const char *const outputs[] = {"x=1\n", "x=2\ny=2\n", "x=3\ny=1\n",
                                          "", "1"};
    static const enum ar_host_status statuses[] = {
        AR_HOST_DONE, AR_HOST_DONE,    AR_HOST_DONE,     AR_HOST_NOT_FOUND,
        AR_HOST_DONE, AR_HOST_TIMEOUT, AR_HOST_TOO_LARGE};
    struct ar_fake_answer answer = {kind, name, {.status = AR_HOST_DONE}};
    answer.output.out =
        ar_str_from_c(outputs[next_random(random) % AR_COUNT_OF(outputs)]);
    answer.output.status =
        statuses[next_random(random) % AR_COUNT_OF(statuses)];
    answer.output.exit_code = next_random(random) % 8 == 0;
    return answer;
}

static void gives_the_same_lazily_as_eagerly(void **state)
{
    uint64_t random = 20261122;
    size_t n_fewer = 0;
    (void)state;
    start(many_rules);
    for (int round = 0; round < 600; round++) {
        struct ar_fake_answer answers[] = {
            random_answer(&random, "/bin/a", AR_FAKE_COMMAND),
            random_answer(&random, "/bin/b", AR_FAKE_COMMAND),
            random_answer(&random, "/bin/c", AR_FAKE_COMMAND),
            random_answer(&random, "/bin/d1", AR_FAKE_COMMAND),
            random_answer(&random, "/bin/d2", AR_FAKE_COMMAND),
            random_answer(&random, "/etc/f", AR_FAKE_FILE),
            random_answer(&random, "/etc/g/1", AR_FAKE_FILE),
            random_answer(&random, "/etc/g/2", AR_FAKE_FILE),
            random_answer(&random, "/bin/h 11/", AR_FAKE_COMMAND),
            random_answer(&random, "/bin/h 12/", AR_FAKE_COMMAND),
            random_answer(&random, "/bin/q1", AR_FAKE_COMMAND),
            random_answer(&random, "/bin/q2", AR_FAKE_COMMAND),
        };
        const size_t count = AR_COUNT_OF(answers);
        const struct ar_result *lazy = collect(answers, count, false, false);
        size_t n_lazy = setting.fake.n_commands;
        const struct ar_result *eager = collect(answers, count, true, false);
        n_fewer += n_lazy < setting.fake.n_commands;
        assert_true(n_lazy <= setting.fake.n_commands);
        for (size_t ix = 0; ix < lazy->rules.count; ix++) {
            if (lazy->rules.at[ix].status != eager->rules.at[ix].status)
                fail_msg("round %d: rule %u is %s lazily, %s eagerly", round,
                         (unsigned)ix,
                         ar_status_table[lazy->rules.at[ix].status].name,
                         ar_status_table[eager->rules.at[ix].status].name);
        }
    }
    assert_true(n_fewer > 50);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_nothing_of_a_rule_that_does_not_apply),
        cmocka_unit_test(asks_cheap_facts_first),
        cmocka_unit_test(stops_where_the_status_is_decided),
        cmocka_unit_test(asks_what_texts_read_of_rules_that_match),
        cmocka_unit_test(takes_the_first_probe_that_can_tell),
        cmocka_unit_test(prefers_the_reason_of_a_probe_that_asked),
        cmocka_unit_test(gives_up_on_what_no_probe_gives),
        cmocka_unit_test(never_says_clear_of_what_failed),
        cmocka_unit_test(says_timeout_of_what_there_was_no_time_for),
        cmocka_unit_test(finds_out_first_what_a_source_names),
        cmocka_unit_test(finds_out_first_what_a_condition_names),
        cmocka_unit_test(runs_a_probe_though_a_condition_is_not_known),
        cmocka_unit_test(runs_nothing_whose_source_is_not_known),
        cmocka_unit_test(needs_nothing_for_a_probe_that_is_not_wanted),
        cmocka_unit_test(works_out_a_derived_fact),
        cmocka_unit_test(says_for_want_of_what_it_is_unknown),
        cmocka_unit_test(keeps_a_derived_fact_that_was_given),
        cmocka_unit_test(sets_facts_with_arguments),
        cmocka_unit_test(a_group_hides_nothing_that_was_found),
        cmocka_unit_test(runs_no_probe_of_a_stranger),
        cmocka_unit_test(names_for_a_stranger_what_the_library_names),
        cmocka_unit_test(gives_the_same_lazily_as_eagerly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
