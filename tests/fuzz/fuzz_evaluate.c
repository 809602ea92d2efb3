/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: the bytes are the choices of a generator of rules and facts.
 * The checker must accept what it makes, the evaluators must agree on it, and
 * the laws of evaluation must hold. What fails is made small and printed. */

#include "shrink.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FACT_SETS = 2 };

static struct law_program *generate(struct ar_arena *arena,
                                    struct law_choices *choices)
{
    if (law_pick(choices, 2) == 1)
        return law_generate_rules(arena, choices);
    struct law_share share = {
        .rows = law_rows,
        .n_rows = law_n_rows,
        .first_law = law_pick(choices, (unsigned)law_n_rows),
        .n_laws = 1 + law_pick(choices, 3),
        .first_root = law_pick(choices, (unsigned)law_count_roots()),
        .n_roots = 1 + law_pick(choices, 4),
    };
    return law_generate_laws(arena, choices, &share);
}

static void stop(struct ar_buf *out)
{
    ar_str text = ar_buf_view(out);
    fwrite(text.ptr, 1, text.len, stderr);
    abort();
}

static void try_facts(struct ar_arena *arena, struct law_choices *choices,
                      const struct law_bench *bench, struct law_trial *trial)
{
    struct ar_buf why = AR_BUF(arena);
    struct ar_buf out = AR_BUF(arena);
    struct law_watch watch = {.why = &why};
    law_trial_make_facts(arena, choices, bench, trial);
    struct law_failure failure = law_try(arena, bench, trial, &watch);
    if (failure.check == LAW_N_CHECKS)
        return;
    law_report(&out, trial, &failure);
    stop(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ar_arena arena = {0};
    struct ar_buf said = AR_BUF(&arena);
    struct law_choices choices = law_choices_of_bytes(data, size);
    struct law_trial trial = {.program = generate(&arena, &choices),
                              .order = size};
    struct law_bench bench;
    if (!law_bench_start(&bench, &trial, &said)) {
        law_trial_put(&said, &trial, false);
        stop(&said);
    }
    for (unsigned ix = 0; ix < FACT_SETS; ix++)
        try_facts(&arena, &choices, &bench, &trial);
    law_bench_end(&bench);
    ar_arena_free(&arena);
    return 0;
}
