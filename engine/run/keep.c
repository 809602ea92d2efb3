/* SPDX-License-Identifier: Apache-2.0 */
/* Copies from the memory of one rule into memory that lasts. Values of the
 * facts and constants of the code are copied, too: nobody can tell them from
 * what was worked out. */

#include "run/machine.h"

static void copy_cause(struct ar_arena *arena, ar_cause_vector *into,
                       struct ar_cause cause)
{
    if (ar_causes_have(into, &cause))
        return;
    cause.name = ar_copy_str(arena, cause.name);
    cause.value = ar_copy_value(arena, cause.value);
    ar_vector_push(arena, into, cause);
}

void ar_copy_causes(struct ar_arena *arena, ar_cause_vector *into,
                    const ar_cause_vector *from, enum ar_state state)
{
    for (size_t ix = 0; ix < from->count; ix++) {
        if (from->at[ix].value.state == state)
            copy_cause(arena, into, from->at[ix]);
    }
}

static const struct ar_trace *copy_trace(struct ar_arena *arena,
                                         const struct ar_trace *trace)
{
    struct ar_trace *copy = AR_NEW(arena, struct ar_trace);
    copy->decl = trace->decl;
    copy->path = ar_copy_str(arena, trace->path);
    for (size_t ix = 0; ix < trace->causes.count; ix++)
        copy_cause(arena, &copy->causes, trace->causes.at[ix]);
    return copy;
}

struct ar_register ar_copy_register(struct ar_arena *arena,
                                    const struct ar_register *reg)
{
    struct ar_register copy = *reg;
    if (reg->value) {
        ar_value *value = AR_NEW(arena, ar_value);
        *value = ar_copy_value(arena, *reg->value);
        copy.value = value;
    }
    if (reg->trace)
        copy.trace = copy_trace(arena, reg->trace);
    return copy;
}
