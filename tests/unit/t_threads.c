/* SPDX-License-Identifier: Apache-2.0 */
/* One engine, many threads: each has facts and a result of its own, and all
 * reports are what one thread alone gets. Built with the thread sanitizer it
 * also shows that nothing shared is written. */

#define _DEFAULT_SOURCE /* mkstemps() */

#include "archrules.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <unistd.h>
#include <cmocka.h>
/* clang-format on */

enum { N_THREADS = 4, N_MACHINES = 24, N_ROUNDS = 3 };

/* Every kind of thing that could be worked out late: patterns, predicates
 * that rules share, derived facts, tables, for each, messages, places. */
static const char rules[] =
    "pack shop\n"
    "use std.host\n"
    "fact shop.log : list of string\n"
    "fact shop.disks : list of { name : string, free : size }\n"
    "fact shop.is_old : bool = shop.release < 4.2.0\n"
    "fact shop.release : version\n"
    "fact shop.token : string sensitive secret\n"
    "rule slow\n"
    "  severity warning\n"
    "  when shop.log matches /took [0-9]{4,} ms/ and shop.is_old\n"
    "  then diagnose \"slow on {host.arch}\"\n"
    "rule slow_again\n"
    "  when shop.log matches /took [0-9]{4,} ms/ and host.arch == arm64\n"
    "  then diagnose \"slow\"\n"
    "rule full\n"
    "  severity critical\n"
    "  for each disk in shop.disks\n"
    "  key disk.name\n"
    "  when disk.free < 1GiB\n"
    "  then\n"
    "    diagnose \"{disk.name} is full\"\n"
    "    remedy \"Make room\"\n"
    "      step \"Delete something\"\n"
    "rule dark\n"
    "  applies host.os == windows\n"
    "  when shop.token starts with \"x\"\n"
    "  then diagnose \"dark\"\n";

struct text {
    char *at;
    size_t length;
};

struct worker {
    archrules_engine *engine;
    archrules_format format;
    struct text reports[N_MACHINES];
    size_t n_findings;
    size_t n_failures;
};

static int append(void *context, const char *bytes, size_t length)
{
    struct text *text = context;
    text->at = realloc(text->at, text->length + length + 1);
    if (!text->at)
        return 1;
    memcpy(text->at + text->length, bytes, length);
    text->length += length;
    text->at[text->length] = '\0';
    return 0;
}

/* The time of a report is that of the clock. */
static void forget_time(char *text)
{
    char *time = text ? strstr(text, "\"generated\":") : NULL;
    if (text && !time)
        time = strstr(text, "Report  ");
    for (; time && *time && *time != 'Z'; time++)
        *time = '.';
}

static void make_machine(unsigned number, char *out, size_t size)
{
    snprintf(out, size,
             "{\"host\": {\"arch\": \"%s\", \"os\": \"%s\"}, \"shop\": "
             "{\"release\": \"4.%u.0\", \"token\": \"xyz-%u\", "
             "\"log\": [\"start\", \"it took %u ms\"], \"disks\": "
             "[{\"name\": \"a\", \"free\": %u}, {\"name\": \"b\"}]}%s",
             number % 3 ? "arm64" : "amd64", number % 5 ? "linux" : "windows",
             number % 6, number, number * 97, number % 4 ? 4096 : 1U << 31,
             number % 7 ? "}" : ",");
}

static archrules_status look_at(struct worker *worker, archrules_facts *facts,
                                archrules_result **result, unsigned number)
{
    char machine[512];
    make_machine(number, machine, sizeof(machine));
    archrules_output output = {.format = worker->format,
                               .write = append,
                               .context = &worker->reports[number]};
    archrules_facts_clear(facts);
    archrules_status status = archrules_facts_read_line(
        facts, "fleet.ndjson", number + 1, machine, strlen(machine));
    if (status == ARCHRULES_INVALID)
        return archrules_facts_render_diagnostics(facts, &output);
    if (status == ARCHRULES_OK)
        status = *result
                     ? archrules_result_update(*result, NULL)
                     : archrules_evaluate(worker->engine, facts, NULL, result);
    if (status == ARCHRULES_OK)
        status = archrules_result_render(*result, NULL, &output);
    for (size_t i = 0; i < archrules_result_finding_count(*result); i++)
        worker->n_findings +=
            strlen(archrules_result_finding(*result, i)->diagnosis);
    for (size_t i = 0; i < archrules_result_rule_count(*result); i++)
        worker->n_findings += strlen(archrules_result_rule(*result, i)->id);
    return status;
}

static void *work(void *context)
{
    struct worker *worker = context;
    for (unsigned round = 0; round < N_ROUNDS; round++) {
        archrules_facts *facts = NULL;
        archrules_result *result = NULL;
        if (archrules_facts_create(worker->engine, &facts) != ARCHRULES_OK)
            worker->n_failures++;
        for (unsigned i = 0; facts && i < N_MACHINES; i++) {
            worker->reports[i].length = 0;
            worker->n_failures +=
                look_at(worker, facts, &result, i) != ARCHRULES_OK;
            forget_time(worker->reports[i].at);
        }
        archrules_result_free(result);
        archrules_facts_free(facts);
    }
    return NULL;
}

static archrules_engine *open_engine(void)
{
    archrules_engine *engine = NULL;
    archrules_output to_errors = {.write = append};
    struct text errors = {0};
    to_errors.context = &errors;
    assert_int_equal(archrules_engine_create(&engine), ARCHRULES_OK);
    assert_int_equal(
        archrules_engine_add_source(engine, "shop.rules", rules, strlen(rules)),
        ARCHRULES_OK);
    assert_int_equal(archrules_engine_add_shipped(engine), ARCHRULES_OK);
    if (archrules_engine_compile(engine) != ARCHRULES_OK &&
        archrules_engine_render_diagnostics(engine, &to_errors) == ARCHRULES_OK)
        fail_msg("%s", errors.at);
    return engine;
}

/* The same out of a file, whose patterns are compiled when they are needed. */
static archrules_engine *open_compiled(void)
{
    char path[] = "/tmp/archrules_threads_XXXXXX.arp";
    struct text bytes = {0};
    archrules_output to_bytes = {.write = append, .context = &bytes};
    archrules_engine *source = open_engine();
    archrules_engine *engine = NULL;
    assert_int_equal(archrules_engine_write_pack(source, &to_bytes),
                     ARCHRULES_OK);
    archrules_engine_free(source);
    int fd = mkstemps(path, 4);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.at, bytes.length), bytes.length);
    close(fd);
    free(bytes.at);
    assert_int_equal(archrules_engine_create(&engine), ARCHRULES_OK);
    assert_int_equal(archrules_engine_add_path(engine, path), ARCHRULES_OK);
    assert_int_equal(archrules_engine_compile(engine), ARCHRULES_OK);
    unlink(path);
    return engine;
}

static void release(struct worker *worker)
{
    for (size_t i = 0; i < N_MACHINES; i++)
        free(worker->reports[i].at);
}

static void compare(const struct worker *alone, const struct worker *other)
{
    assert_int_equal(other->n_failures, 0);
    assert_int_equal(other->n_findings, alone->n_findings);
    for (size_t i = 0; i < N_MACHINES; i++)
        assert_string_equal(other->reports[i].at, alone->reports[i].at);
}

enum from { SOURCE, SOURCE_WITH_INDEX, FILE_WITHOUT_INDEX, FILE_WITH_INDEX };

/* What one thread gets without an index is what all get with it. */
static void run_in_threads(archrules_format format, enum from from)
{
    archrules_engine *engine =
        from >= FILE_WITHOUT_INDEX ? open_compiled() : open_engine();
    archrules_engine *plain = from == SOURCE ? engine : open_engine();
    struct worker alone = {.engine = plain, .format = format};
    struct worker workers[N_THREADS];
    pthread_t threads[N_THREADS];
    if (from == SOURCE_WITH_INDEX || from == FILE_WITH_INDEX)
        assert_int_equal(archrules_engine_prepare(engine), ARCHRULES_OK);
    for (size_t i = 0; i < N_THREADS; i++) {
        workers[i] = (struct worker){.engine = engine, .format = format};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]),
                         0);
    }
    for (size_t i = 0; i < N_THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    /* Last, so that what is worked out late is worked out by the threads. */
    work(&alone);
    assert_true(alone.n_findings > 0);
    for (size_t i = 0; i < N_THREADS; i++) {
        compare(&alone, &workers[i]);
        release(&workers[i]);
    }
    release(&alone);
    if (plain != engine)
        archrules_engine_free(plain);
    archrules_engine_free(engine);
}

static void test_lines_of_json(void **state)
{
    (void)state;
    run_in_threads(ARCHRULES_NDJSON, SOURCE);
    run_in_threads(ARCHRULES_NDJSON, SOURCE_WITH_INDEX);
    run_in_threads(ARCHRULES_NDJSON, FILE_WITHOUT_INDEX);
    run_in_threads(ARCHRULES_NDJSON, FILE_WITH_INDEX);
}

static void test_reports_for_people(void **state)
{
    (void)state;
    run_in_threads(ARCHRULES_HUMAN, SOURCE);
    run_in_threads(ARCHRULES_HUMAN, SOURCE_WITH_INDEX);
    run_in_threads(ARCHRULES_HUMAN, FILE_WITHOUT_INDEX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_of_json),
        cmocka_unit_test(test_reports_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
