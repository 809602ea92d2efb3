/* SPDX-License-Identifier: Apache-2.0 */
/* The workload in YARA: facts are external variables, the log is what is
 * scanned. It has no lists, so conditions over lists are worked out here, like
 * native C does, and are not timed; nor is setting the variables.
 *
 *   peer_yara check|warm MACHINES.tsv PASSES PACK.yara */

#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yara.h>

static YR_SCANNER *scanner;
static uint32_t *fired_rules;
static size_t n_fired;

/* Patterns are YARA's own. */
int log_matches(const struct facts *facts, size_t pattern)
{
    (void)facts;
    (void)pattern;
    return 0;
}

static int note_match(YR_SCAN_CONTEXT *context, int message, void *data,
                      void *user)
{
    (void)context;
    (void)user;
    if (message == CALLBACK_MSG_RULE_MATCHING) {
        const YR_RULE *rule = data;
        fired_rules[n_fired++] =
            (uint32_t)strtoul(rule->identifier + 1, NULL, 10);
    }
    return CALLBACK_CONTINUE;
}

static void report(int level, const char *file, int line, const YR_RULE *rule,
                   const char *message, void *user)
{
    (void)file;
    (void)rule;
    (void)user;
    if (level == YARA_ERROR_LEVEL_ERROR)
        fprintf(stderr, "peer_yara: line %d: %s\n", line, message);
}

/* The names of variables: a letter for the kind, and a number. */
static void name(char *out, size_t size, char kind, size_t ix)
{
    snprintf(out, size, "%c%zu", kind, ix);
}

static void declare(YR_COMPILER *compiler)
{
    static const struct {
        char kind;
        size_t count;
    } kinds[] = {
        {'n', N_NUMBER}, {'v', N_VERSION}, {'f', N_FLAG}, {'a', N_ANY}};
    char text[32];
    for (size_t i = 0; i < N_TEXT; i++) {
        name(text, sizeof(text), 't', i);
        yr_compiler_define_string_variable(compiler, text, "");
    }
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        for (size_t i = 0; i < kinds[k].count; i++) {
            name(text, sizeof(text), kinds[k].kind, i);
            yr_compiler_define_integer_variable(compiler, text, 0);
        }
    }
}

static void compile(const char *path)
{
    YR_COMPILER *compiler = NULL;
    YR_RULES *rules = NULL;
    FILE *file = fopen(path, "rb");
    if (!file || yr_initialize() || yr_compiler_create(&compiler))
        exit(2);
    yr_compiler_set_callback(compiler, report, NULL);
    declare(compiler);
    if (yr_compiler_add_file(compiler, file, NULL, path) ||
        yr_compiler_get_rules(compiler, &rules) ||
        yr_scanner_create(rules, &scanner))
        exit(2);
    yr_compiler_destroy(compiler);
    fclose(file);
    yr_scanner_set_callback(scanner, note_match, NULL);
    yr_scanner_set_flags(scanner, SCAN_FLAGS_FAST_MODE |
                                      SCAN_FLAGS_REPORT_RULES_MATCHING);
}

static void set_numbers(char kind, const int64_t *numbers, size_t count)
{
    char text[32];
    for (size_t i = 0; i < count; i++) {
        name(text, sizeof(text), kind, i);
        yr_scanner_define_integer_variable(scanner, text, numbers[i]);
    }
}

static void load(const struct facts *facts)
{
    static int64_t any[N_ANY + 1];
    char text[32];
    char value[256];
    for (size_t i = 0; i < N_TEXT; i++) {
        name(text, sizeof(text), 't', i);
        snprintf(value, sizeof(value), "%.*s", (int)facts->text[i].length,
                 facts->text[i].at);
        yr_scanner_define_string_variable(scanner, text, value);
    }
    set_numbers('n', facts->number, N_NUMBER);
    set_numbers('v', facts->version, N_VERSION);
    set_numbers('f', facts->flag, N_FLAG);
    evaluate_lists(facts, any);
    set_numbers('a', any, N_ANY);
}

static size_t scan(const struct facts *facts, uint32_t *fired)
{
    fired_rules = fired;
    n_fired = 0;
    if (yr_scanner_scan_mem(scanner, (const uint8_t *)facts->whole_log.at,
                            facts->whole_log.length))
        exit(2);
    return n_fired;
}

static size_t load_and_scan(const struct facts *facts, uint32_t *fired)
{
    load(facts);
    return scan(facts, fired);
}

static double time_scans(const struct fleet *fleet, long passes)
{
    uint32_t *fired = calloc(N_RULES + 1, sizeof(*fired));
    double sum = 0;
    for (size_t i = 0; fired && i < fleet->count; i++) {
        double best = 1e9;
        load(&fleet->at[i]);
        for (long pass = 0; pass < passes; pass++) {
            double start = now_seconds();
            scan(&fleet->at[i], fired);
            double seconds = now_seconds() - start;
            best = seconds < best ? seconds : best;
        }
        sum += best;
    }
    free(fired);
    return sum;
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return 2;
    double start = now_seconds();
    compile(argv[4]);
    double seconds = now_seconds() - start;
    struct fleet fleet = read_fleet(argv[2]);
    if (strcmp(argv[1], "check") == 0)
        return run_peer("yara", argv[1], argv[3], &fleet, N_RULES, seconds,
                        load_and_scan);
    printf("{\"peer\":\"yara\",\"compile_us\":%.3f,\"warm_ns\":%.3f}\n",
           seconds / N_RULES * 1e6,
           time_scans(&fleet, strtol(argv[3], NULL, 10)) /
               ((double)N_RULES * (double)fleet.count) * 1e9);
    return 0;
}
