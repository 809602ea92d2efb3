/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TOOLS_TEST_EXPECT_H
#define AR_TOOLS_TEST_EXPECT_H
/* Private to tools: comparing a result with what a test expects. */

#include "tools/test_runner.h"

/* A test while it runs. */
struct ar_test_case {
    struct ar_arena *arena;   /* of what is kept */
    struct ar_arena *scratch; /* of everything else */
    const struct ar_program *program;
    const struct ar_code *code; /* of program */
    struct ar_factset facts;
    const struct ar_result *result;
    struct ar_test_outcome *outcome;
};

/* `none` and `only` look at rules of the test's pack and of the packs that it
 * uses. */
bool ar_test_looks_at(const struct ar_test *test, const struct ar_rule *rule);

/* Adds a failure to the outcome for each part that does not hold. */
void ar_test_expect(struct ar_test_case *current,
                    const struct ar_expectation *expectation);

#endif
