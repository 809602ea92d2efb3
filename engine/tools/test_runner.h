/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TOOLS_TEST_RUNNER_H
#define AR_TOOLS_TEST_RUNNER_H
/* Running the test blocks of packs: facts from what a test gives and from
 * nowhere else, an evaluation, and a comparison with what it expects. */

#include "base/file.h"
#include "result/result.h"

/* One expectation that does not hold, or a given that cannot be used. */
struct ar_test_failure {
    ar_span span;
    ar_str expected;      /* "wrong_build not_applicable" */
    ar_str got;           /* "clear" */
    ar_str_vector causes; /* "docker.desktop.arch is <absent>" */
};

struct ar_test_outcome {
    const struct ar_test *test;
    AR_VECTOR(struct ar_test_failure) failures;
};

struct ar_test_run {
    const struct ar_program *program;
    AR_VECTOR(struct ar_test_outcome) outcomes; /* in the program's order */
    size_t n_passed;
    size_t n_failed;
};

/* Runs the tests whose name is only, or all if it is empty. now, microseconds
 * since 1970, stands for the time of facts that have none. Everything in the
 * result lives in arena or in the program. */
struct ar_test_run *ar_test_run(struct ar_arena *arena,
                                const struct ar_program *program, ar_str only,
                                int64_t now);

struct ar_test_report_options {
    bool color;
    bool list_passed; /* the human report names them too */
};
/* Each failed test with its place, then "N passed, N failed". */
void ar_test_report_human(struct ar_buf *out, const struct ar_test_run *run,
                          const struct ar_test_report_options *options);
void ar_test_report_json(struct ar_buf *out, const struct ar_test_run *run);

#endif
