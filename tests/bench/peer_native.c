/* SPDX-License-Identifier: Apache-2.0 */
/* The limit: every rule as C, compiled together with this, PCRE2 with its JIT
 * for patterns.
 *
 *   peer_native check|warm MACHINES.tsv PASSES */

#define PCRE2_CODE_UNIT_WIDTH 8

#include "rules.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

static pcre2_code **patterns;
static pcre2_match_data *match_data;

static void compile_patterns(void)
{
    patterns = calloc(N_PATTERNS + 1, sizeof(*patterns));
    match_data = pcre2_match_data_create(1, NULL);
    for (size_t i = 0; patterns && i < N_PATTERNS; i++) {
        int error = 0;
        PCRE2_SIZE offset = 0;
        patterns[i] =
            pcre2_compile((PCRE2_SPTR)pattern_texts[i], PCRE2_ZERO_TERMINATED,
                          0, &error, &offset, NULL);
        if (!patterns[i] ||
            pcre2_jit_compile(patterns[i], PCRE2_JIT_COMPLETE) != 0)
            exit(2);
    }
}

int log_matches(const struct facts *facts, size_t pattern)
{
    for (size_t i = 0; i < facts->n_lines; i++) {
        const struct text *line = &facts->log[i];
        if (pcre2_jit_match(patterns[pattern], (PCRE2_SPTR)line->at,
                            line->length, 0, 0, match_data, NULL) >= 0)
            return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    double start = now_seconds();
    compile_patterns();
    double seconds = now_seconds() - start;
    struct fleet fleet = read_fleet(argv[2]);
    int status = run_peer("native", argv[1], argv[3], &fleet, N_RULES, seconds,
                          evaluate_rules);
    free_fleet(&fleet);
    for (size_t i = 0; i < N_PATTERNS; i++)
        pcre2_code_free(patterns[i]);
    pcre2_match_data_free(match_data);
    free(patterns);
    return status;
}
