/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: the JSON reader and writer. A refusal must say where and why;
 * what is accepted must be the same after it is written and read again. */

#include "../unit/json_tree.h"
#include "fuzz.h"

#include "json/json.h"

static void check_refusal(const struct ar_json_error *error, size_t size)
{
    fuzz_require(error->code != AR_JSON_OK);
    fuzz_require(error->offset <= size);
    fuzz_require(error->other_offset <= error->offset);
    fuzz_require(error->text.len > 0);
}

static void check_round_trip(struct ar_arena *arena,
                             const struct ar_json *value, bool pretty)
{
    struct ar_json_error error;
    ar_str text = tree_text(arena, value, pretty);
    const struct ar_json *again =
        ar_json_read(arena, text, &ar_json_default_limits, &error);
    fuzz_require(again != NULL);
    fuzz_require(tree_equal(value, again));
    fuzz_require(ar_str_equal(text, tree_text(arena, again, pretty)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ar_arena arena;
    struct ar_json_error error;
    ar_str text = {(const char *)data, size};
    const struct ar_json *value =
        ar_json_read(&arena, text, &ar_json_default_limits, &error);
    if (value) {
        check_round_trip(&arena, value, false);
        check_round_trip(&arena, value, true);
    } else {
        check_refusal(&error, size);
    }
    ar_arena_reset(&arena);
    return 0;
}
