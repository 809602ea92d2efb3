/* SPDX-License-Identifier: Apache-2.0 */
/* Measures archrules on a pack and snapshots, one of them a line:
 *
 *   bench_pack check PACK SNAPSHOTS          the rules that match, by line
 *   bench_pack reference PACK SNAPSHOTS      the same by the other evaluator
 *   bench_pack index PACK SNAPSHOTS          the same by the index alone
 *   bench_pack agree PACK SNAPSHOTS          whether the three give every rule
 *                                            the same status
 *   bench_pack warm PACK SNAPSHOTS PASSES    times, as one line of JSON
 *   bench_pack run WHAT PACK SNAPSHOTS       one pass, to count instructions:
 *                                            compile, read, index, report
 *
 * Times are the best of the passes: compiling from text to what can run, and
 * evaluating every snapshot, with the facts in memory or read from JSON. */

#include "base/file.h"
#include "base/limits.h"
#include "code/code.h"
#include "facts/snapshot.h"
#include "reference/reference.h"
#include "run/index.h"
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
    const struct ar_index *index;
    struct ar_scan *scan;
    double parse_seconds;
    double check_seconds;
    double generate_seconds;
    double index_seconds;
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
    double generated = now();
    pack->index = ar_index_build(&pack->arena, pack->code);
    pack->scan = ar_scan_create(&pack->arena, pack->index);
    pack->generate_seconds = generated - checked;
    pack->index_seconds = now() - generated;
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
    ar_str *lines;
    size_t count;
};

static size_t count_lines(ar_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    return count;
}

static void read_machine(struct ar_arena *arena, const struct pack *pack,
                         ar_str line, struct ar_factset *out)
{
    struct ar_sources sources = {0};
    struct ar_diags diags = {.arena = arena, .sources = &sources};
    uint32_t file = ar_sources_add(arena, &sources, AR_STR("snapshot"), line);
    *out =
        (struct ar_factset){.arena = arena, .schema = &pack->program->schema};
    if (!ar_snapshot_read(arena, &diags, file, &pack->program->schema, out))
        fail("a snapshot cannot be read");
    ar_factset_bind(out, ar_index_layout(pack->index));
}

static struct machines read_machines(struct ar_arena *arena,
                                     const struct pack *pack, ar_str text)
{
    struct machines out = {.count = count_lines(text)};
    out.at = AR_NEW_ARRAY(arena, struct ar_factset, out.count);
    out.lines = AR_NEW_ARRAY(arena, ar_str, out.count);
    size_t start = 0;
    for (size_t i = 0; i < out.count; i++) {
        size_t end = ar_str_find(text, AR_STR("\n"), start);
        out.lines[i] = ar_str_slice(text, start, end);
        read_machine(arena, pack, out.lines[i], &out.at[i]);
        start = end + 1;
    }
    return out;
}

/* ---- evaluating ---- */

/* Evaluates machine ix; NULL for one that gives statuses only, in the scan. */
typedef const struct ar_result *(*evaluator)(struct ar_arena *arena,
                                             const struct pack *pack,
                                             const struct machines *machines,
                                             size_t ix);

static const struct ar_result *run_linear(struct ar_arena *arena,
                                          const struct pack *pack,
                                          const struct machines *machines,
                                          size_t ix)
{
    return ar_vm_evaluate(arena, pack->code, pack->program, &machines->at[ix],
                          NULL);
}

static const struct ar_result *run_report(struct ar_arena *arena,
                                          const struct pack *pack,
                                          const struct machines *machines,
                                          size_t ix)
{
    struct ar_evaluation_options options = {.scan = pack->scan};
    return ar_vm_evaluate(arena, pack->code, pack->program, &machines->at[ix],
                          &options);
}

static const struct ar_result *run_index(struct ar_arena *arena,
                                         const struct pack *pack,
                                         const struct machines *machines,
                                         size_t ix)
{
    (void)arena;
    ar_scan_run(pack->scan, &machines->at[ix], NULL);
    return NULL;
}

static const struct ar_result *run_json(struct ar_arena *arena,
                                        const struct pack *pack,
                                        const struct machines *machines,
                                        size_t ix)
{
    struct ar_factset set;
    read_machine(arena, pack, machines->lines[ix], &set);
    ar_scan_run(pack->scan, &set, NULL);
    return NULL;
}

static const struct ar_result *run_reference(struct ar_arena *arena,
                                             const struct pack *pack,
                                             const struct machines *machines,
                                             size_t ix)
{
    return ar_reference_evaluate(arena, pack->program, &machines->at[ix], NULL);
}

static double time_pass(const struct pack *pack,
                        const struct machines *machines, evaluator evaluate)
{
    struct ar_arena arena = {0};
    double start = now();
    for (size_t i = 0; i < machines->count; i++) {
        evaluate(&arena, pack, machines, i);
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

/* Of a rule, by its number in the program. */
static enum ar_status status_of(const struct pack *pack,
                                const struct ar_result *result, size_t ix)
{
    return result ? result->rules.at[ix].status
                  : ar_scan_status(pack->scan, pack->program->rules.at[ix]->ix);
}

static void print_matched(const struct pack *pack,
                          const struct machines *machines, evaluator evaluate)
{
    struct ar_arena arena = {0};
    for (size_t i = 0; i < machines->count; i++) {
        const struct ar_result *result = evaluate(&arena, pack, machines, i);
        printf("%u", (unsigned)i);
        for (size_t k = 0; k < pack->program->rules.count; k++) {
            if (status_of(pack, result, k) == AR_STATUS_MATCHED)
                printf(" " AR_STR_FORMAT,
                       AR_STR_ARG(pack->program->rules.at[k]->name));
        }
        printf("\n");
        ar_arena_reset(&arena);
    }
    ar_arena_free(&arena);
}

/* How many rules on how many machines have which status; ends the program if
 * one differs. */
static void compare(const struct pack *pack, const struct machines *machines)
{
    static const evaluator others[] = {run_linear, run_report, run_index};
    size_t counts[AR_N_STATUSES] = {0};
    struct ar_arena arena = {0};
    for (size_t i = 0; i < machines->count; i++) {
        const struct ar_result *wanted =
            run_reference(&arena, pack, machines, i);
        for (size_t n = 0; n < AR_COUNT_OF(others); n++) {
            const struct ar_result *got = others[n](&arena, pack, machines, i);
            for (size_t k = 0; k < wanted->rules.count; k++) {
                if (status_of(pack, got, k) != wanted->rules.at[k].status)
                    fail("the evaluators do not agree");
            }
        }
        for (size_t k = 0; k < wanted->rules.count; k++)
            counts[wanted->rules.at[k].status]++;
        ar_arena_reset(&arena);
    }
    ar_arena_free(&arena);
    for (size_t status = 0; status < AR_N_STATUSES; status++)
        printf("%s %lu\n", ar_status_table[status].name,
               (unsigned long)counts[status]);
}

/* ---- figures ---- */

struct phases {
    double parse;
    double check;
    double generate;
    double index;
};

static void keep_less(double *best, double seconds)
{
    *best = seconds < *best ? seconds : *best;
}

static struct phases best_compile(ar_str text, int passes)
{
    struct phases best = {1e9, 1e9, 1e9, 1e9};
    for (int i = 0; i < passes; i++) {
        struct pack *pack = compile(text);
        keep_less(&best.parse, pack->parse_seconds);
        keep_less(&best.check, pack->check_seconds);
        keep_less(&best.generate, pack->generate_seconds);
        keep_less(&best.index, pack->index_seconds);
        release(pack);
    }
    return best;
}

static void print_times(ar_str text, const struct pack *pack,
                        const struct machines *machines, int passes)
{
    static const struct {
        const char *name;
        evaluator evaluate;
    } kinds[] = {{"index_ns", run_index},
                 {"json_ns", run_json},
                 {"report_ns", run_report},
                 {"linear_ns", run_linear},
                 {"reference_ns", run_reference}};
    double n_rules = (double)pack->program->rules.count;
    double n_pairs = n_rules * (double)machines->count;
    struct phases compiling = best_compile(text, passes);
    printf("{\"peer\":\"archrules\",\"rules\":%.0f,\"snapshots\":%u,"
           "\"parse_us\":%.3f,\"check_us\":%.3f,\"generate_us\":%.3f,"
           "\"prepare_us\":%.3f,\"routines\":%u,\"instructions\":%u",
           n_rules, (unsigned)machines->count, compiling.parse / n_rules * 1e6,
           compiling.check / n_rules * 1e6, compiling.generate / n_rules * 1e6,
           compiling.index / n_rules * 1e6,
           (unsigned)pack->code->block.routine_count,
           (unsigned)pack->code->block.instruction_count);
    for (size_t i = 0; i < AR_COUNT_OF(kinds); i++) {
        int n_passes = kinds[i].evaluate == run_reference ? 1 : passes;
        double best = best_of(pack, machines, kinds[i].evaluate, n_passes);
        printf(",\"%s\":%.2f", kinds[i].name, best / n_pairs * 1e9);
    }
    printf("}\n");
}

/* Reading alone, to be told apart from the rest. */
static const struct ar_result *run_read(struct ar_arena *arena,
                                        const struct pack *pack,
                                        const struct machines *machines,
                                        size_t ix)
{
    struct ar_factset set;
    read_machine(arena, pack, machines->lines[ix], &set);
    return NULL;
}

static void run_once(const char *what, const struct pack *pack,
                     const struct machines *machines)
{
    if (strcmp(what, "read") == 0)
        time_pass(pack, machines, run_read);
    if (strcmp(what, "index") == 0)
        time_pass(pack, machines, run_index);
    if (strcmp(what, "report") == 0)
        time_pass(pack, machines, run_report);
}

static void answer(const char *mode, char **arguments, ar_str text,
                   const struct pack *pack, const struct machines *machines)
{
    if (strcmp(mode, "check") == 0)
        print_matched(pack, machines, run_linear);
    else if (strcmp(mode, "reference") == 0)
        print_matched(pack, machines, run_reference);
    else if (strcmp(mode, "index") == 0)
        print_matched(pack, machines, run_index);
    else if (strcmp(mode, "agree") == 0)
        compare(pack, machines);
    else if (strcmp(mode, "run") == 0)
        run_once(arguments[0], pack, machines);
    else
        print_times(text, pack, machines,
                    arguments[2] ? arguments[2][0] - '0' : 5);
}

int main(int argc, char **argv)
{
    struct ar_arena arena = {0};
    jmp_buf out_of_memory;
    if (argc < 4 || (strcmp(argv[1], "run") == 0 && argc < 5))
        fail("usage: bench_pack MODE PACK SNAPSHOTS [PASSES]");
    arena.out_of_memory = &out_of_memory;
    if (setjmp(out_of_memory))
        fail("out of memory");
    char **files = argv + (strcmp(argv[1], "run") == 0 ? 3 : 2);
    ar_str text = read_text(&arena, files[0]);
    struct pack *pack = compile(text);
    struct machines machines =
        read_machines(&arena, pack, read_text(&arena, files[1]));
    answer(argv[1], argv + 2, text, pack, &machines);
    release(pack);
    ar_arena_free(&arena);
    return 0;
}
