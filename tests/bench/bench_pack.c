/* SPDX-License-Identifier: Apache-2.0 */
/* Measures archrules on a pack and snapshots, one of them a line:
 *
 *   bench_pack check PACK SNAPSHOTS          the rules that match, by line
 *   bench_pack reference PACK SNAPSHOTS      the same by the other evaluator
 *   bench_pack warm PACK SNAPSHOTS PASSES    times, as one line of JSON
 *   bench_pack compile PACK SNAPSHOTS PASSES the same of compiling alone
 *   bench_pack read PACK SNAPSHOTS PASSES    the same of reading snapshots
 *
 * Times are the best of the passes: compiling from text to bytecode, and
 * evaluating every snapshot with the facts in memory, by the machine and by
 * the reference evaluator. */

#include "base/file.h"
#include "base/limits.h"
#include "code/code.h"
#include "facts/snapshot.h"
#include "reference/reference.h"
#include "run/vm.h"
#include "sema/check.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct pack {
    struct ar_arena arena;
    struct ar_sources sources;
    struct ar_diags diags;
    struct ar_program *program;
    const struct ar_code *code;
    double parse_seconds;
    double check_seconds;
    double generate_seconds;
};

static void fail(const char *what)
{
    fprintf(stderr, "bench_pack: %s\n", what);
    exit(2);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static ar_str read_text(struct ar_arena *arena, const char *path)
{
    ar_str text;
    if (ar_file_read(arena, ar_str_from_c(path), SIZE_MAX / 2, &text) !=
        AR_FILE_OK)
        fail(path);
    return text;
}

static struct pack *compile(ar_str text)
{
    struct pack *pack = calloc(1, sizeof(*pack));
    if (!pack)
        fail("out of memory");
    pack->diags =
        (struct ar_diags){.arena = &pack->arena, .sources = &pack->sources};
    double start = now();
    struct ar_unit unit = {.path = AR_STR("bench")};
    struct ar_unit *units[] = {&unit};
    uint32_t file = ar_sources_add(&pack->arena, &pack->sources,
                                   AR_STR("bench.rules"), text);
    ar_vector_push(&pack->arena, &unit.files,
                   ar_parse(&pack->arena, &pack->diags, file));
    ar_vector_push(&pack->arena, &unit.file_ids, file);
    double parsed = now();
    struct ar_check_options options = {.engine_version = AR_STR(AR_VERSION)};
    pack->program = ar_check(&pack->arena, &pack->diags, units, 1, &options);
    double checked = now();
    pack->code = ar_code_generate(&pack->arena, pack->program);
    pack->parse_seconds = parsed - start;
    pack->check_seconds = checked - parsed;
    pack->generate_seconds = now() - checked;
    if (pack->diags.n_errors > 0)
        fail("the pack has errors");
    return pack;
}

static void release(struct pack *pack)
{
    ar_arena_free(&pack->arena);
    free(pack);
}

/* ---- snapshots ---- */

struct machines {
    struct ar_factset *at;
    size_t count;
};

static size_t count_lines(ar_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    return count;
}

static struct machines read_machines(struct ar_arena *arena,
                                     const struct pack *pack, ar_str text)
{
    struct machines out = {.count = count_lines(text)};
    struct ar_sources sources = {0};
    struct ar_diags diags = {.arena = arena, .sources = &sources};
    out.at = AR_NEW_ARRAY(arena, struct ar_factset, out.count);
    size_t start = 0;
    for (size_t i = 0; i < out.count; i++) {
        size_t end = ar_str_find(text, AR_STR("\n"), start);
        uint32_t file = ar_sources_add(arena, &sources, AR_STR("snapshot"),
                                       ar_str_slice(text, start, end));
        if (!ar_snapshot_read(arena, &diags, file, &pack->program->schema,
                              &out.at[i]))
            fail("a snapshot cannot be read");
        start = end + 1;
    }
    return out;
}

/* ---- evaluating ---- */

typedef const struct ar_result *(*evaluator)(struct ar_arena *arena,
                                             const struct pack *pack,
                                             const struct ar_factset *facts);

static const struct ar_result *run_machine(struct ar_arena *arena,
                                           const struct pack *pack,
                                           const struct ar_factset *facts)
{
    return ar_vm_evaluate(arena, pack->code, pack->program, facts, NULL);
}

static const struct ar_result *run_reference(struct ar_arena *arena,
                                             const struct pack *pack,
                                             const struct ar_factset *facts)
{
    return ar_reference_evaluate(arena, pack->program, facts, NULL);
}

static double time_pass(const struct pack *pack,
                        const struct machines *machines, evaluator evaluate)
{
    struct ar_arena arena = {0};
    double start = now();
    for (size_t i = 0; i < machines->count; i++) {
        evaluate(&arena, pack, &machines->at[i]);
        ar_arena_reset(&arena);
    }
    double seconds = now() - start;
    ar_arena_free(&arena);
    return seconds;
}

static double best_of(const struct pack *pack, const struct machines *machines,
                      evaluator evaluate, int passes)
{
    double best = 1e9;
    for (int i = 0; i < passes; i++) {
        double seconds = time_pass(pack, machines, evaluate);
        best = seconds < best ? seconds : best;
    }
    return best;
}

static void print_matched(const struct pack *pack,
                          const struct machines *machines, evaluator evaluate)
{
    struct ar_arena arena = {0};
    for (size_t i = 0; i < machines->count; i++) {
        const struct ar_result *result =
            evaluate(&arena, pack, &machines->at[i]);
        printf("%u", (unsigned)i);
        for (size_t k = 0; k < result->rules.count; k++) {
            const struct ar_rule_result *rule = &result->rules.at[k];
            if (rule->status == AR_STATUS_MATCHED)
                printf(" " AR_STR_FORMAT, AR_STR_ARG(rule->rule->name));
        }
        printf("\n");
        ar_arena_reset(&arena);
    }
    ar_arena_free(&arena);
}

struct phases {
    double parse;
    double check;
    double generate;
};

static struct phases best_compile(ar_str text, int passes)
{
    struct phases best = {1e9, 1e9, 1e9};
    for (int i = 0; i < passes; i++) {
        struct pack *pack = compile(text);
        if (pack->parse_seconds < best.parse)
            best.parse = pack->parse_seconds;
        if (pack->check_seconds < best.check)
            best.check = pack->check_seconds;
        if (pack->generate_seconds < best.generate)
            best.generate = pack->generate_seconds;
        release(pack);
    }
    return best;
}

static void print_times(ar_str text, const struct pack *pack,
                        const struct machines *machines, int passes)
{
    double n_rules = (double)pack->program->rules.count;
    double n_pairs = n_rules * (double)machines->count;
    struct phases compiling = best_compile(text, passes);
    double machine = best_of(pack, machines, run_machine, passes);
    double reference = best_of(pack, machines, run_reference, 1);
    printf("{\"peer\":\"archrules\",\"rules\":%.0f,\"snapshots\":%u,"
           "\"parse_us\":%.3f,\"check_us\":%.3f,\"generate_us\":%.3f,"
           "\"warm_ns\":%.1f,\"reference_ns\":%.1f,\"predicates\":%u,"
           "\"instructions\":%u}\n",
           n_rules, (unsigned)machines->count, compiling.parse / n_rules * 1e6,
           compiling.check / n_rules * 1e6, compiling.generate / n_rules * 1e6,
           machine / n_pairs * 1e9, reference / n_pairs * 1e9,
           (unsigned)pack->code->block.routine_count,
           (unsigned)pack->code->block.instruction_count);
}

static void print_compiling(ar_str text, const struct pack *pack, int passes)
{
    double n_rules = (double)pack->program->rules.count;
    struct phases best = best_compile(text, passes);
    printf("{\"peer\":\"archrules\",\"rules\":%.0f,\"parse_us\":%.3f,"
           "\"check_us\":%.3f,\"generate_us\":%.3f,\"arena_kib\":%.0f}\n",
           n_rules, best.parse / n_rules * 1e6, best.check / n_rules * 1e6,
           best.generate / n_rules * 1e6,
           (double)pack->arena.used_bytes / 1024);
}

/* One set of facts and one arena serve for all. */
static double time_reading(const struct pack *pack, ar_str text)
{
    struct ar_arena arena = {0};
    double start = now();
    for (size_t at = 0; at < text.len;) {
        size_t end = ar_str_find(text, AR_STR("\n"), at);
        struct ar_sources sources = {0};
        struct ar_diags diags = {.arena = &arena, .sources = &sources};
        struct ar_factset facts;
        uint32_t file = ar_sources_add(&arena, &sources, AR_STR("snapshot"),
                                       ar_str_slice(text, at, end));
        if (!ar_snapshot_read(&arena, &diags, file, &pack->program->schema,
                              &facts))
            fail("a snapshot cannot be read");
        ar_arena_reset(&arena);
        at = end == SIZE_MAX ? text.len : end + 1;
    }
    double seconds = now() - start;
    ar_arena_free(&arena);
    return seconds;
}

static void print_reading(ar_str text, const struct pack *pack, int passes)
{
    double n_machines = (double)count_lines(text);
    double best = 1e9;
    for (int i = 0; i < passes; i++) {
        double seconds = time_reading(pack, text);
        best = seconds < best ? seconds : best;
    }
    printf("{\"peer\":\"archrules\",\"snapshots\":%.0f,\"bytes\":%.0f,"
           "\"read_us\":%.3f,\"mb_per_s\":%.0f}\n",
           n_machines, (double)text.len / n_machines, best / n_machines * 1e6,
           (double)text.len / best / 1e6);
}

int main(int argc, char **argv)
{
    struct ar_arena arena = {0};
    jmp_buf out_of_memory;
    if (argc < 4)
        fail("usage: bench_pack check|reference|warm|compile|read PACK "
             "SNAPSHOTS [PASSES]");
    arena.out_of_memory = &out_of_memory;
    if (setjmp(out_of_memory))
        fail("out of memory");
    ar_str text = read_text(&arena, argv[2]);
    struct pack *pack = compile(text);
    int passes = argc > 4 ? argv[4][0] - '0' : 5;
    ar_str snapshots = read_text(&arena, argv[3]);
    struct machines machines = read_machines(&arena, pack, snapshots);
    if (strcmp(argv[1], "check") == 0)
        print_matched(pack, &machines, run_machine);
    else if (strcmp(argv[1], "reference") == 0)
        print_matched(pack, &machines, run_reference);
    else if (strcmp(argv[1], "compile") == 0)
        print_compiling(text, pack, passes);
    else if (strcmp(argv[1], "read") == 0)
        print_reading(snapshots, pack, passes);
    else
        print_times(text, pack, &machines, passes);
    release(pack);
    ar_arena_free(&arena);
    return 0;
}
