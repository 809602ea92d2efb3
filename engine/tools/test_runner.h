/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TOOLS_TEST_RUNNER_H
#define AR_TOOLS_TEST_RUNNER_H
/* Running the test blocks of packs: facts from what a test gives and from
 * nowhere else, an evaluation, and a comparison with what it expects. */

#include "base/file.h"
#include "code/code.h"
#include "result/result.h"
#include "tools/coverage.h"

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
    const struct ar_coverage *coverage; /* or NULL, if it is not counted */
};

struct ar_test_options {
    ar_str only; /* the name of the tests to run; empty: all */
    int64_t now; /* microseconds since 1970, for facts that have no time */
    bool coverage;
};

/* Runs the tests of the program of code: the machine decides whether they
 * pass, the reference evaluator shows what they cover. Everything in the
 * result lives in arena or in the program. */
struct ar_test_run *ar_test_run(struct ar_arena *arena,
                                const struct ar_code *code,
                                const struct ar_test_options *options);

struct ar_test_report_options {
    bool color;
    bool list_passed; /* the human report names them too */
    bool annotate;    /* the human report shows the sources that were covered,
                         with what was not shown */
};
/* Each failed test with its place, then "N passed, N failed"; with coverage,
 * what the tests of each rule have shown. */
void ar_test_report_human(struct ar_buf *out, const struct ar_test_run *run,
                          const struct ar_test_report_options *options);
void ar_test_report_json(struct ar_buf *out, const struct ar_test_run *run);
/* For CI servers: every test, and of those that failed what was expected. */
void ar_test_report_junit(struct ar_buf *out, const struct ar_test_run *run);
void ar_test_report_tap(struct ar_buf *out, const struct ar_test_run *run);

#endif
