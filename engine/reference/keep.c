/* SPDX-License-Identifier: Apache-2.0 */
/* Copies from the memory of one rule into that of the result. Values of the
 * factset and constants of the program are copied, too: nobody can tell them
 * from what was worked out. */

#include "reference/eval.h"

ar_str ar_keep_str(struct ar_evaluator *evaluator, ar_str text)
{
    return text.len > 0 ? ar_str_copy(evaluator->arena, text) : (ar_str){"", 0};
}

static const struct ar_version *keep_version(struct ar_evaluator *evaluator,
                                             const struct ar_version *version)
{
    struct ar_version *copy = AR_NEW(evaluator->arena, struct ar_version);
    uint64_t *parts =
        AR_NEW_ARRAY(evaluator->arena, uint64_t, version->n_parts);
    for (size_t ix = 0; ix < version->n_parts; ix++)
        parts[ix] = version->parts[ix];
    *copy = *version;
    copy->parts = parts;
    copy->text = ar_keep_str(evaluator, version->text);
    copy->suffix = ar_keep_str(evaluator, version->suffix);
    return copy;
}

static void keep_items(struct ar_evaluator *evaluator, ar_value *value)
{
    size_t count = value->as.list.count;
    const ar_value *items = value->as.list.items;
    const ar_str *keys = value->as.list.keys;
    ar_value *new_items = AR_NEW_ARRAY(evaluator->arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        new_items[ix] = ar_keep_value(evaluator, items[ix]);
    value->as.list.items = new_items;
    if (value->type->kind != AR_TYPE_MAP)
        return;
    ar_str *new_keys = AR_NEW_ARRAY(evaluator->arena, ar_str, count);
    for (size_t ix = 0; ix < count; ix++)
        new_keys[ix] = ar_keep_str(evaluator, keys[ix]);
    value->as.list.keys = new_keys;
}

/* Types are the program's. */
ar_value ar_keep_value(struct ar_evaluator *evaluator, ar_value value)
{
    value.detail = ar_keep_str(evaluator, value.detail);
    if (value.state != AR_STATE_VALUE)
        return value;
    switch (value.type->kind) {
    case AR_TYPE_STRING:
        value.as.string = ar_keep_str(evaluator, value.as.string);
        break;
    case AR_TYPE_VERSION:
        value.as.version = keep_version(evaluator, value.as.version);
        break;
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: keep_items(evaluator, &value); break;
    case AR_TYPE_POISON:
    case AR_TYPE_BOOL:
    case AR_TYPE_INT:
    case AR_TYPE_REAL:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR:
    case AR_TYPE_ENUM: break;
    }
    return value;
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
