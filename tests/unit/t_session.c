/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions as an embedder uses them. That they say what evaluating anew would
 * say is shown by t_live on random packs; here it is shown for reports, for
 * memory that is given back, and for everything that is called wrongly. */

#include "archrules.h"
#include "base/arena.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

static const char rules[] =
    "pack shop\n"
    "fact shop.name : string\n"
    "fact shop.release : version\n"
    "fact shop.lights : bool\n"
    "fact shop.door(name: string).open : bool\n"
    "fact shop.disks : list of { name : string, free : size }\n"
    "fact shop.is_old : bool = shop.release < 4.2.0\n"
    "rule slow\n"
    "  title \"Slow\"\n"
    "  severity warning\n"
    "  when shop.is_old\n"
    "  then diagnose \"{shop.name} is slow\"\n"
    "rule dark\n"
    "  severity critical\n"
    "  supersedes slow\n"
    "  when shop.lights == false\n"
    "  then diagnose \"dark\"\n"
    "rule draughty\n"
    "  when shop.door(\"back\").open\n"
    "  then diagnose \"draughty\"\n"
    "rule full\n"
    "  for each disk in shop.disks\n"
    "  key disk.name\n"
    "  when disk.free < 1GiB\n"
    "  then diagnose \"{disk.name} is full\"\n"
    "rule late\n"
    "  when now() > time(\"2026-06-01T00:00:00Z\")\n"
    "  then diagnose \"late\"\n"
    "waive rule shop.dark\n"
    "  because \"a night shop\" owner \"me\"\n"
    "  until 2026-06-30\n";

enum { JANUARY_2026 = 1767225600, DAY = 86400 };

static const archrules_evaluate_options in_january = {.now = JANUARY_2026};
static const archrules_evaluate_options in_july = {.now = JANUARY_2026 +
                                                          190 * DAY};

struct sink {
    char text[100000];
    size_t length;
};
static struct sink sinks[2];

static int collect(void *context, const char *bytes, size_t length)
{
    struct sink *sink = context;
    assert_true(sink->length + length < sizeof(sink->text));
    memcpy(sink->text + sink->length, bytes, length);
    sink->length += length;
    sink->text[sink->length] = '\0';
    return 0;
}

static archrules_output to_sink(struct sink *sink, archrules_format format)
{
    sink->length = 0;
    sink->text[0] = '\0';
    return (archrules_output){
        .format = format, .write = collect, .context = sink};
}

static archrules_engine *make_engine_of(const char *text, int is_prepared)
{
    archrules_engine *engine;
    assert_int_equal(archrules_engine_create(&engine), ARCHRULES_OK);
    assert_int_equal(
        archrules_engine_add_source(engine, "shop.rules", text, strlen(text)),
        ARCHRULES_OK);
    archrules_status status = archrules_engine_compile(engine);
    if (status != ARCHRULES_OK) {
        archrules_output output = to_sink(&sinks[0], ARCHRULES_HUMAN);
        assert_int_equal(archrules_engine_render_diagnostics(engine, &output),
                         ARCHRULES_OK);
        fail_msg("%s", sinks[0].text);
    }
    if (is_prepared)
        assert_int_equal(archrules_engine_prepare(engine), ARCHRULES_OK);
    return engine;
}

static archrules_engine *make_engine(int is_prepared)
{
    return make_engine_of(rules, is_prepared);
}

static archrules_session *make_session(const archrules_engine *engine)
{
    archrules_session *session;
    assert_int_equal(archrules_session_create(engine, &session), ARCHRULES_OK);
    return session;
}

static void set(archrules_session *session, const char *assignment)
{
    assert_int_equal(archrules_session_set(session, assignment), ARCHRULES_OK);
}

static void update(archrules_session *session)
{
    assert_int_equal(archrules_session_update(session, &in_january),
                     ARCHRULES_OK);
}

static const archrules_change *only_change(archrules_session *session)
{
    assert_int_equal(archrules_session_change_count(session), 1);
    return archrules_session_change(session, 0);
}

static void assert_change(const archrules_change *change,
                          archrules_change_kind kind, const char *rule,
                          archrules_rule_status before,
                          archrules_rule_status after)
{
    assert_non_null(change);
    assert_int_equal(change->kind, kind);
    assert_string_equal(change->rule.id, rule);
    assert_int_equal(change->status_before, before);
    assert_int_equal(change->rule.status, after);
}

/* ---- what changes ---- */

static void test_says_what_changed(void **state)
{
    (void)state;
    archrules_engine *engine = make_engine(1);
    archrules_session *session = make_session(engine);
    assert_null(archrules_session_result(session));
    update(session);
    assert_int_equal(archrules_session_evaluated(session), 5);
    assert_int_equal(archrules_session_change_count(session), 0);
    assert_int_equal(archrules_result_count(archrules_session_result(session),
                                            ARCHRULES_UNDETERMINED),
                     4);

    set(session, "shop.release=4.1.0");
    update(session);
    assert_int_equal(archrules_session_evaluated(session), 1);
    const archrules_change *change = only_change(session);
    assert_change(change, ARCHRULES_CHANGE_NEW, "shop.slow",
                  ARCHRULES_UNDETERMINED, ARCHRULES_MATCHED);
    assert_string_equal(change->diagnosis,
                        "<unknown: not_in_snapshot> is slow");
    assert_string_equal(change->diagnosis_before, "");
    assert_string_equal(change->rule.title, "Slow");
    assert_null(archrules_session_change(session, 1));

    set(session, "shop.name=The shop");
    update(session);
    change = only_change(session);
    assert_change(change, ARCHRULES_CHANGE_OF_FINDING, "shop.slow",
                  ARCHRULES_MATCHED, ARCHRULES_MATCHED);
    assert_string_equal(change->diagnosis, "The shop is slow");
    assert_string_equal(change->diagnosis_before,
                        "<unknown: not_in_snapshot> is slow");

    set(session, "shop.release=unknown(denied)");
    update(session);
    change = only_change(session);
    assert_change(change, ARCHRULES_CHANGE_GONE, "shop.slow", ARCHRULES_MATCHED,
                  ARCHRULES_UNDETERMINED);
    assert_string_equal(change->diagnosis_before, "The shop is slow");
    assert_string_equal(change->diagnosis, "");
    assert_int_equal(change->rule.n_needs, 1);
    assert_string_equal(change->rule.needs[0], "shop.release");

    set(session, "shop.release=4.3.0");
    update(session);
    assert_change(only_change(session), ARCHRULES_CHANGE_STATUS, "shop.slow",
                  ARCHRULES_UNDETERMINED, ARCHRULES_CLEAR);
    archrules_session_free(session);
    archrules_engine_free(engine);
}

static void test_nothing_changed(void **state)
{
    (void)state;
    archrules_engine *engine = make_engine(0);
    archrules_session *session = make_session(engine);
    set(session, "shop.release=4.1.0");
    update(session);
    set(session, "shop.release=4.1.0");
    update(session);
    assert_int_equal(archrules_session_evaluated(session), 0);
    assert_int_equal(archrules_session_change_count(session), 0);
    /* Another text of the same version. */
    set(session, "shop.release=4.1");
    update(session);
    assert_int_equal(archrules_session_evaluated(session), 1);
    assert_int_equal(archrules_session_change_count(session), 0);
    archrules_session_free(session);
    archrules_engine_free(engine);
}

static void test_arguments_and_keys(void **state)
{
    (void)state;
    archrules_engine *engine = make_engine(1);
    archrules_session *session = make_session(engine);
    set(session, "shop.disks=[{\"name\":\"a\",\"free\":\"1MiB\"},"
                 "{\"name\":\"b\",\"free\":\"2GiB\"}]");
    set(session, "shop.door(\"back\").open=false");
    update(session);
    set(session, "shop.door(\"front\").open=true");
    update(session);
    assert_int_equal(archrules_session_evaluated(session), 0);
    set(session, "shop.door( \"back\" ).open=true");
    update(session);
    assert_change(only_change(session), ARCHRULES_CHANGE_NEW, "shop.draughty",
                  ARCHRULES_CLEAR, ARCHRULES_MATCHED);
    set(session, "shop.disks=[{\"name\":\"a\",\"free\":\"3GiB\"},"
                 "{\"name\":\"b\",\"free\":\"2MiB\"}]");
    update(session);
    assert_int_equal(archrules_session_change_count(session), 2);
    const archrules_change *gone = archrules_session_change(session, 0);
    const archrules_change *come = archrules_session_change(session, 1);
    assert_change(gone, ARCHRULES_CHANGE_GONE, "shop.full", ARCHRULES_MATCHED,
                  ARCHRULES_MATCHED);
    assert_string_equal(gone->key, "a");
    assert_change(come, ARCHRULES_CHANGE_NEW, "shop.full", ARCHRULES_MATCHED,
                  ARCHRULES_MATCHED);
    assert_string_equal(come->key, "b");
    assert_string_not_equal(come->fingerprint, gone->fingerprint);
    archrules_session_free(session);
    archrules_engine_free(engine);
}

static void test_forgets(void **state)
{
    (void)state;
    archrules_engine *engine = make_engine(1);
    archrules_session *session = make_session(engine);
    set(session, "shop.release=4.1.0");
    set(session, "shop.door(\"back\").open=true");
    update(session);
    assert_int_equal(archrules_session_forget(session, "shop.release"),
                     ARCHRULES_OK);
    assert_int_equal(archrules_session_forget(session, "shop.lights"),
                     ARCHRULES_OK);
    update(session);
    const archrules_change *change = only_change(session);
    assert_change(change, ARCHRULES_CHANGE_GONE, "shop.slow", ARCHRULES_MATCHED,
                  ARCHRULES_UNDETERMINED);
    assert_int_equal(archrules_session_evaluated(session), 1);
    assert_int_equal(archrules_session_forget(session, "shop"), ARCHRULES_OK);
    update(session);
    assert_change(only_change(session), ARCHRULES_CHANGE_GONE, "shop.draughty",
                  ARCHRULES_MATCHED, ARCHRULES_UNDETERMINED);
    archrules_session_free(session);
    archrules_engine_free(engine);
}

/* A group that is absent speaks for all facts below it, whatever they were. */
static void test_groups(void **state)
{
    (void)state;
    archrules_engine *engine = make_engine(1);
    archrules_session *session = make_session(engine);
    set(session, "shop.release=4.1.0");
    set(session, "shop.lights=false");
    update(session);
    set(session, "shop=absent");
    update(session);
    assert_int_equal(archrules_result_count(archrules_session_result(session),
                                            ARCHRULES_MATCHED),
                     0);
    assert_int_equal(archrules_result_count(archrules_session_result(session),
                                            ARCHRULES_UNDETERMINED),
                     0);
    archrules_session_free(session);
    archrules_engine_free(engine);
}

/* Another finding that explains one, a waiver that ends, a time that comes. */
static void test_what_others_change(void **state)
{
    (void)state;
    archrules_engine *engine = make_engine(1);
    archrules_session *session = make_session(engine);
    set(session, "shop.release=4.1.0");
    set(session, "shop.lights=false");
    update(session);
    assert_int_equal(archrules_session_update(session, &in_july), ARCHRULES_OK);
    assert_int_equal(archrules_session_evaluated(session), 1);
    assert_int_equal(archrules_session_change_count(session), 3);
    const archrules_change *dark = archrules_session_change(session, 0);
    assert_change(dark, ARCHRULES_CHANGE_OF_FINDING, "shop.dark",
                  ARCHRULES_MATCHED, ARCHRULES_MATCHED);
    assert_true(dark->was_waived && !dark->is_waived);
    assert_change(archrules_session_change(session, 1), ARCHRULES_CHANGE_NEW,
                  "shop.late", ARCHRULES_CLEAR, ARCHRULES_MATCHED);
    const archrules_change *slow = archrules_session_change(session, 2);
    assert_change(slow, ARCHRULES_CHANGE_OF_FINDING, "shop.slow",
                  ARCHRULES_MATCHED, ARCHRULES_MATCHED);
    assert_true(!slow->was_superseded && slow->is_superseded);
    archrules_session_free(session);
    archrules_engine_free(engine);
}

/* ---- other sets ---- */

static archrules_facts *read_facts(const archrules_engine *engine,
                                   const char *text)
{
    archrules_facts *facts;
    assert_int_equal(archrules_facts_create(engine, &facts), ARCHRULES_OK);
    assert_int_equal(
        archrules_facts_read_text(facts, "facts", text, strlen(text)),
        ARCHRULES_OK);
    return facts;
}

static void test_takes_other_sets(void **state)
{
    (void)state;
    archrules_engine *engine = make_engine(1);
    archrules_session *session = make_session(engine);
    archrules_facts *facts = read_facts(
        engine, "{\"shop\":{\"release\":\"4.1.0\",\"lights\":true}}");
    assert_int_equal(archrules_session_take(session, facts), ARCHRULES_OK);
    archrules_facts_free(facts);
    update(session);
    facts = read_facts(engine,
                       "{\"shop\":{\"release\":\"4.1.0\",\"lights\":false}}");
    assert_int_equal(archrules_session_take(session, facts), ARCHRULES_OK);
    archrules_facts_clear(facts);
    update(session);
    assert_int_equal(archrules_session_evaluated(session), 1);
    assert_change(only_change(session), ARCHRULES_CHANGE_NEW, "shop.dark",
                  ARCHRULES_CLEAR, ARCHRULES_MATCHED);
    /* What the other set does not have is forgotten. */
    assert_int_equal(archrules_session_take(session, facts), ARCHRULES_OK);
    archrules_facts_free(facts);
    update(session);
    assert_int_equal(archrules_session_change_count(session), 2);
    archrules_session_free(session);
    archrules_engine_free(engine);
}

/* ---- as if evaluated anew ---- */

/* The line with the time of the report is left out. */
static void cut_time(char *text)
{
    char *at = strstr(text, "\"generated\":");
    assert_non_null(at);
    for (; *at != '\n' && *at != ','; at++)
        *at = '-';
}

static void assert_same_report(const archrules_engine *engine,
                               archrules_session *session,
                               archrules_facts *facts)
{
    archrules_output outputs[2];
    archrules_result *fresh;
    assert_int_equal(archrules_evaluate(engine, facts, &in_january, &fresh),
                     ARCHRULES_OK);
    archrules_result *results[2] = {fresh, archrules_session_result(session)};
    for (size_t ix = 0; ix < 2; ix++) {
        outputs[ix] = to_sink(&sinks[ix], ARCHRULES_JSON);
        assert_int_equal(
            archrules_result_render(results[ix], NULL, &outputs[ix]),
            ARCHRULES_OK);
        cut_time(sinks[ix].text);
    }
    assert_string_equal(sinks[0].text, sinks[1].text);
    archrules_result_free(fresh);
}

/* So many changes that all has to be evaluated from the start now and then,
 * for what was replaced takes memory. */
static void change_often(int is_prepared)
{
    archrules_engine *engine = make_engine(is_prepared);
    archrules_session *session = make_session(engine);
    archrules_facts *facts;
    assert_int_equal(archrules_facts_create(engine, &facts), ARCHRULES_OK);
    size_t n_whole = 0;
    char *name = malloc(20001);
    assert_non_null(name);
    for (unsigned round = 0; round < 400; round++) {
        int length = snprintf(name, 100, "shop.name=%u", round);
        memset(name + length, 'x', (size_t)(20000 - length));
        name[20000] = '\0';
        set(session, name);
        assert_int_equal(archrules_facts_set(facts, name), ARCHRULES_OK);
        const char *release =
            round % 7 == 0 ? "shop.release=5.0" : "shop.release=4.0";
        set(session, release);
        assert_int_equal(archrules_facts_set(facts, release), ARCHRULES_OK);
        update(session);
        n_whole += archrules_session_evaluated(session) == 5;
        if (round % 7 == 1)
            assert_change(only_change(session), ARCHRULES_CHANGE_NEW,
                          "shop.slow", ARCHRULES_CLEAR, ARCHRULES_MATCHED);
        if (round % 20 == 0)
            assert_same_report(engine, session, facts);
    }
    assert_in_range(n_whole, 3, 60);
    free(name);
    archrules_facts_free(facts);
    archrules_session_free(session);
    archrules_engine_free(engine);
}

static void test_many_changes(void **state)
{
    (void)state;
    change_often(0);
    change_often(1);
}

/* A fact with so many constants that the index keeps one row for all of them,
 * and how each differs from it. */
static char *write_many_rules(void)
{
    enum { N_RULES = 150, BYTES = 200 };
    char *text = malloc((size_t)(N_RULES + 1) * BYTES);
    assert_non_null(text);
    char *at = text + sprintf(text, "pack site\nfact site.name : string\n"
                                    "fact site.mode : string\n"
                                    "fact site.size : int\n");
    for (int ix = 0; ix < N_RULES; ix++) {
        at += sprintf(at, "rule r%d\n  when ", ix);
        if (ix % 3 == 0)
            at += sprintf(at, "site.name == \"n%d\" or site.mode == \"m%d\"",
                          ix, ix);
        else if (ix % 3 == 1)
            at +=
                sprintf(at, "site.name == \"n%d\" and site.size > %d", ix, ix);
        else
            at +=
                sprintf(at, "site.name != \"n%d\" and site.size == %d", ix, ix);
        at += sprintf(at, "\n  then diagnose \"{site.name}\"\n");
    }
    return text;
}

/* A number as the value of one of the facts, or now and then a state. */
static const char *next_assignment(unsigned round)
{
    static char text[40];
    static const char *const values[] = {"site.name=n", "site.mode=m",
                                         "site.size="};
    static const char *const states[] = {
        "site.name=absent", "site.name=unknown(denied)", "site.mode=absent",
        "site.size=unknown(denied)", "site.size=absent"};
    if (round % 6 == 5)
        return states[round / 6 % 5];
    snprintf(text, sizeof(text), "%s%u", values[round % 3], round * 37 % 160);
    return text;
}

static void test_many_values(void **state)
{
    (void)state;
    char *text = write_many_rules();
    archrules_engine *engine = make_engine_of(text, 1);
    archrules_session *session = make_session(engine);
    archrules_facts *facts;
    assert_int_equal(archrules_facts_create(engine, &facts), ARCHRULES_OK);
    for (unsigned round = 0; round < 120; round++) {
        const char *assignment = next_assignment(round);
        set(session, assignment);
        assert_int_equal(archrules_facts_set(facts, assignment), ARCHRULES_OK);
        update(session);
        assert_same_report(engine, session, facts);
    }
    free(text);
    archrules_facts_free(facts);
    archrules_session_free(session);
    archrules_engine_free(engine);
}

/* ---- what is called wrongly ---- */

static void test_mistakes(void **state)
{
    (void)state;
    archrules_engine *engine = make_engine(0);
    archrules_session *session = make_session(engine);
    set(session, "shop.lights=false");
    update(session);
    assert_int_equal(archrules_session_set(session, "shop.light=true"),
                     ARCHRULES_INVALID);
    archrules_output output = to_sink(&sinks[0], ARCHRULES_HUMAN);
    assert_int_equal(archrules_session_render_diagnostics(session, &output),
                     ARCHRULES_OK);
    assert_non_null(strstr(sinks[0].text, "shop.lights"));
    assert_int_equal(archrules_session_set(session, "shop.release=old"),
                     ARCHRULES_INVALID);
    assert_int_equal(archrules_session_forget(session, "shop.nothing"),
                     ARCHRULES_INVALID);
    update(session);
    assert_int_equal(archrules_session_evaluated(session), 0);
    output = to_sink(&sinks[0], ARCHRULES_HUMAN);
    assert_int_equal(archrules_session_render_diagnostics(session, &output),
                     ARCHRULES_OK);
    assert_non_null(strstr(sinks[0].text, "shop.nothing"));

    archrules_result *result = archrules_session_result(session);
    assert_int_equal(archrules_result_update(result, NULL), ARCHRULES_MISUSE);
    archrules_result_free(result); /* does nothing */
    assert_int_equal(archrules_result_rule_count(result), 5);
    archrules_session_free(session);
    archrules_engine_free(engine);
}

static void test_misuse(void **state)
{
    (void)state;
    archrules_engine *engine = make_engine(0);
    archrules_engine *other = make_engine(0);
    archrules_engine *empty;
    archrules_facts *facts = read_facts(other, "{}");
    archrules_session *session = make_session(engine);
    archrules_session *none = session;
    archrules_output output = to_sink(&sinks[0], ARCHRULES_HUMAN);
    assert_int_equal(archrules_engine_create(&empty), ARCHRULES_OK);
    assert_int_equal(archrules_session_create(empty, &none), ARCHRULES_MISUSE);
    assert_null(none);
    assert_int_equal(archrules_session_create(NULL, &none), ARCHRULES_MISUSE);
    assert_int_equal(archrules_session_create(engine, NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_session_take(session, facts), ARCHRULES_MISUSE);
    assert_int_equal(archrules_session_take(session, NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_session_take(NULL, facts), ARCHRULES_MISUSE);
    assert_int_equal(archrules_session_set(NULL, "a=b"), ARCHRULES_MISUSE);
    assert_int_equal(archrules_session_set(session, NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_session_forget(NULL, "a"), ARCHRULES_MISUSE);
    assert_int_equal(archrules_session_forget(session, NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_session_update(NULL, NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_session_render_diagnostics(NULL, &output),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_session_evaluated(NULL), 0);
    assert_int_equal(archrules_session_change_count(NULL), 0);
    assert_null(archrules_session_change(NULL, 0));
    assert_null(archrules_session_result(NULL));
    assert_string_equal(archrules_change_kind_name((archrules_change_kind)99),
                        "");
    archrules_session_free(NULL);
    archrules_session_free(session);
    archrules_facts_free(facts);
    archrules_engine_free(empty);
    archrules_engine_free(other);
    archrules_engine_free(engine);
}

/* ---- no memory ---- */

/* A session and some changes; the first status that is not OK. */
static archrules_status use_session(const archrules_engine *engine)
{
    static const char *const steps[] = {"shop.release=4.1.0",
                                        "shop.lights=false", "shop=absent"};
    archrules_session *session = NULL;
    archrules_status status = archrules_session_create(engine, &session);
    for (size_t ix = 0; status == ARCHRULES_OK && ix < 3; ix++) {
        status = archrules_session_set(session, steps[ix]);
        if (status == ARCHRULES_OK)
            status = archrules_session_update(session, &in_january);
        bool has_change = archrules_session_change_count(session) > 0;
        if (status == ARCHRULES_OK && has_change &&
            !archrules_session_change(session, 0))
            status = ARCHRULES_NOMEM;
    }
    if (status == ARCHRULES_NOMEM && session) {
        assert_int_equal(archrules_session_update(session, NULL),
                         ARCHRULES_NOMEM);
        assert_null(archrules_session_result(session));
    }
    archrules_session_free(session);
    return status;
}

static void test_without_memory(void **state)
{
    (void)state;
    for (int is_prepared = 0; is_prepared < 2; is_prepared++) {
        archrules_engine *engine = make_engine(is_prepared);
        size_t nth = 1;
        archrules_status status;
        do {
            ar_arena_fail_at_object(nth++, true);
            status = use_session(engine);
            ar_arena_fail_at_object(0, false);
            assert_true(status == ARCHRULES_OK || status == ARCHRULES_NOMEM);
        } while (status != ARCHRULES_OK);
        assert_true(nth > 100);
        archrules_engine_free(engine);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_says_what_changed),
        cmocka_unit_test(test_nothing_changed),
        cmocka_unit_test(test_arguments_and_keys),
        cmocka_unit_test(test_forgets),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_what_others_change),
        cmocka_unit_test(test_takes_other_sets),
        cmocka_unit_test(test_many_changes),
        cmocka_unit_test(test_many_values),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_misuse),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
