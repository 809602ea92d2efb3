/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: values as text. The first line names a type, the others are
 * values of it. What a value is shown as is the same value; versions have one
 * order. */

#include "fuzz.h"
#include "value/version.h"

enum { MOST_VALUES = 4 };

static void require_round_trip(struct ar_arena *arena,
                               const struct ar_type *type, ar_value value)
{
    ar_str shown = ar_value_text(arena, value);
    ar_value again = ar_value_parse(arena, type, shown, AR_REASON_bad_value);
    fuzz_require(again.state == AR_STATE_VALUE);
    fuzz_require(ar_value_same(value, again));
    fuzz_require(ar_str_equal(ar_value_text(arena, again), shown));
}

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

static void require_order(const ar_value *values, size_t count)
{
    int order[MOST_VALUES][MOST_VALUES];
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++)
            order[i][k] = sign(
                ar_version_compare(values[i].as.version, values[k].as.version));
    }
    for (size_t i = 0; i < count; i++) {
        fuzz_require(order[i][i] == 0);
        for (size_t k = 0; k < count; k++) {
            fuzz_require(order[i][k] == -order[k][i]);
            for (size_t m = 0; m < count; m++)
                fuzz_require(order[i][k] > 0 || order[k][m] > 0 ||
                             order[i][m] ==
                                 (order[i][k] < 0 ? -1 : order[k][m]));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ar_arena arena;
    ar_value values[MOST_VALUES];
    size_t count = 0;
    size_t at = 0;
    ar_str text = fuzz_text(&arena, data, size);
    const struct ar_type *type = ar_type_find(fuzz_line(text, &at));
    while (type && at < text.len && count < MOST_VALUES) {
        ar_value value = ar_value_parse(&arena, type, fuzz_line(text, &at),
                                        AR_REASON_bad_value);
        fuzz_require(value.state != AR_STATE_ABSENT);
        if (value.state != AR_STATE_VALUE)
            continue;
        fuzz_require(value.type == type);
        require_round_trip(&arena, type, value);
        values[count++] = value;
    }
    if (type == &ar_type_version)
        require_order(values, count);
    ar_arena_reset(&arena);
    return 0;
}
