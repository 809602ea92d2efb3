/* SPDX-License-Identifier: Apache-2.0 */
/* Copies from the memory of one rule into that of the result. Values of the
 * factset and constants of the program are copied, too: nobody can tell them
 * from what was worked out. */

#include "reference/eval.h"
#include "value/copy.h"

ar_str ar_keep_str(struct ar_evaluator *evaluator, ar_str text)
{
    return ar_copy_str(evaluator->arena, text);
}

ar_value ar_keep_value(struct ar_evaluator *evaluator, ar_value value)
{
    return ar_copy_value(evaluator->arena, value);
}

static void keep_cause(struct ar_evaluator *evaluator, ar_cause_vector *into,
                       struct ar_cause cause)
{
    if (ar_causes_has(into, &cause))
        return;
    cause.name = ar_keep_str(evaluator, cause.name);
    cause.value = ar_keep_value(evaluator, cause.value);
    ar_vector_push(evaluator->arena, into, cause);
}

void ar_keep_causes(struct ar_evaluator *evaluator, ar_cause_vector *into,
                    const ar_cause_vector *from, enum ar_state state)
{
    for (size_t ix = 0; ix < from->count; ix++) {
        if (from->at[ix].value.state == state)
            keep_cause(evaluator, into, from->at[ix]);
    }
}

struct ar_outcome ar_keep_outcome(struct ar_evaluator *evaluator,
                                  const struct ar_outcome *outcome)
{
    struct ar_outcome copy = *outcome;
    copy.value = ar_keep_value(evaluator, outcome->value);
    copy.path = ar_keep_str(evaluator, outcome->path);
    copy.causes = (ar_cause_vector){0};
    for (size_t ix = 0; ix < outcome->causes.count; ix++)
        keep_cause(evaluator, &copy.causes, outcome->causes.at[ix]);
    return copy;
}

/* The value of a base fact is the factset's and stays; that of a derived fact
 * was kept when it was worked out. */
void ar_keep_evidence(struct ar_evaluator *evaluator, ar_evidence_vector *into,
                      const ar_evidence_vector *from)
{
    for (size_t ix = 0; ix < from->count; ix++) {
        struct ar_evidence evidence = from->at[ix];
        evidence.key = ar_keep_str(evaluator, evidence.key);
        ar_vector_push(evaluator->arena, into, evidence);
    }
}
