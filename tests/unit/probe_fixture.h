/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_PROBE_FIXTURE_H
#define AR_TESTS_PROBE_FIXTURE_H
/* For tests of probes: a probe from text, what a host answered, and the facts
 * that come of it as one line of text. */

#include "facts/snapshot.h"
#include "probe/apply.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "rules_fixture.h"

static struct fixture fixture;
static struct ar_factset facts;

static inline int start_test(void **state)
{
    (void)state;
    fixture_start(&fixture);
    fixture.options.lint = false;
    return 0;
}

static inline int end_test(void **state)
{
    (void)state;
    fixture_end(&fixture);
    return 0;
}

/* Checks what was added and starts an empty factset. */
static inline void finish_rules(void)
{
    struct ar_program *program = fixture_check(&fixture);
    facts = (struct ar_factset){.arena = &fixture.arena,
                                .schema = &program->schema,
                                .missing_reason = AR_REASON_not_in_snapshot};
    if (fixture.diags.n_errors == 0)
        return;
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_diags_render(&out, &fixture.diags, false);
    fail_msg("%s", ar_buf_view(&out).ptr);
}

static inline void load_rules(const char *text)
{
    end_test(NULL);
    start_test(NULL);
    fixture_text(&fixture, "t.rules", text);
    finish_rules();
}

static inline const struct ar_probe *find_probe(const char *name)
{
    for (size_t ix = 0; ix < fixture.program->probes.count; ix++) {
        const struct ar_probe *probe = fixture.program->probes.at[ix];
        if (ar_str_equal_c(probe->name, name))
            return probe;
    }
    fprintf(stderr, "no probe %s\n", name);
    abort();
}

static inline struct ar_probe_use use_of(const struct ar_probe *probe,
                                         const ar_value *arguments)
{
    return (struct ar_probe_use){.program = fixture.program,
                                 .probe = probe,
                                 .arguments = arguments,
                                 .set = &facts};
}

static inline struct ar_host_output output_of(const char *out, const char *err,
                                              int exit_code)
{
    return (struct ar_host_output){.out = ar_str_from_c(out),
                                   .err = ar_str_from_c(err),
                                   .exit_code = exit_code};
}

/* "t.a=5; t.b=<unknown: denied>". */
static inline const char *facts_text(const ar_probe_fact_vector *given)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    for (size_t ix = 0; ix < given->count; ix++) {
        ar_buf_put_c(&out, ix > 0 ? "; " : "");
        ar_buf_put(&out, given->at[ix].key);
        ar_buf_put_char(&out, '=');
        ar_value_put(&out, given->at[ix].value);
    }
    return ar_buf_view(&out).ptr;
}

/* What the only probe of the rules makes of an output. */
static inline ar_probe_fact_vector apply_output(
    const struct ar_host_output *output)
{
    ar_probe_fact_vector given = {0};
    struct ar_probe_use use = use_of(fixture.program->probes.at[0], NULL);
    ar_probe_apply(&fixture.arena, &use, output, &given);
    return given;
}

static inline const char *apply_text(const struct ar_host_output *output)
{
    ar_probe_fact_vector given = apply_output(output);
    return facts_text(&given);
}

/* The details of the unknown ones, joined: "exit 3: no; exit 3: no". */
static inline const char *details_text(const struct ar_host_output *output)
{
    ar_probe_fact_vector given = apply_output(output);
    struct ar_buf out = AR_BUF(&fixture.arena);
    for (size_t ix = 0; ix < given.count; ix++) {
        ar_buf_put_c(&out, ix > 0 ? "; " : "");
        ar_buf_put(&out, given.at[ix].value.detail);
    }
    return ar_buf_view(&out).ptr;
}

static inline void assert_same(const char *what, const char *actual,
                               const char *expected)
{
    if (strcmp(actual, expected) != 0)
        fail_msg("%s:\n  \"%s\" is not\n  \"%s\"", what, actual, expected);
}

#endif
