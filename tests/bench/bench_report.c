/* SPDX-License-Identifier: Apache-2.0 */
/* Size of a report in each format, and the least processor time of seven that
 * were made:
 *
 *   bench_report [RULES]
 *
 * Of 10 rules 1 has a finding with evidence, remedy and links, 2 are open, and
 * the others are clear. */

#include "report_sample.h"

#include <time.h>

enum { RULES_USUAL = 10000, RUNS = 7 };

static enum ar_status choose_status(size_t ix)
{
    if (ix % 10 == 0)
        return AR_STATUS_MATCHED;
    return ix % 10 < 8 ? AR_STATUS_CLEAR : AR_STATUS_UNDETERMINED;
}

static struct ar_rule *make_rule(size_t ix)
{
    struct ar_rule *rule = AR_NEW(ARENA, struct ar_rule);
    rule->details = AR_NEW(ARENA, struct ar_rule_details);
    rule->id = ar_str_printf(ARENA, "large.rule_%06zu", ix);
    rule->title = AR_STR("A rule of a large pack that says something");
    rule->severity = (enum ar_rule_severity)(ix % 4);
    rule->confidence = AR_CONFIDENCE_HIGH;
    rule->span = (ar_span){sample.file, 13, 17};
    return rule;
}

static void fill_result(size_t n_rules)
{
    for (size_t ix = 0; ix < n_rules; ix++) {
        struct ar_rule *rule = make_rule(ix);
        struct ar_rule_result state = {.rule = rule,
                                       .status = choose_status(ix)};
        if (state.status == AR_STATUS_UNDETERMINED)
            ar_vector_push(
                ARENA, &state.causes,
                make_cause("host.os", AR_REASON_not_in_snapshot, ""));
        if (state.status == AR_STATUS_MATCHED) {
            struct ar_finding *finding = AR_NEW(ARENA, struct ar_finding);
            finding->rule = rule;
            finding->fingerprint = AR_STR("0123456789abcdef");
            finding->diagnosis = AR_STR("This machine is not what it seems.");
            fill_cause(finding);
            ar_vector_push(ARENA, &sample.result.findings, finding);
            ar_vector_push(ARENA, &state.findings, finding);
        }
        ar_vector_push(ARENA, &sample.result.rules, state);
        sample.result.counts[state.status]++;
    }
}

static void measure(enum ar_report_format format)
{
    clock_t least = 0;
    size_t length = 0;
    for (size_t run = 0; run < RUNS; run++) {
        clock_t start = clock();
        length = render(format).len;
        clock_t taken = clock() - start;
        least = run == 0 || taken < least ? taken : least;
    }
    printf("%-9s %9zu bytes %8.1f ms\n", ar_report_format_table[format].name,
           length, (double)least * 1000 / (double)CLOCKS_PER_SEC);
}

int main(int argc, char **argv)
{
    int64_t n_rules = RULES_USUAL;
    if (argc > 1 && !ar_str_to_int(ar_str_from_c(argv[1]), &n_rules))
        return 2;
    sample_begin();
    fill_result((size_t)n_rules);
    for (size_t ix = 0; ix < AR_N_REPORT_FORMATS; ix++)
        measure((enum ar_report_format)ix);
    ar_arena_free(ARENA);
    return 0;
}
