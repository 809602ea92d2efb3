/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: the headers of programs. What is known of the beginning of a
 * file is what is known of all of it; texts are UTF-8; a lack has its reason
 * and words. */

#include "binary_law.h"
#include "fuzz.h"
#include "text/utf8.h"

static void require_good(ar_value value)
{
    if (value.state == AR_STATE_UNKNOWN)
        fuzz_require(value.detail.len > 0 &&
                     (value.reason == AR_REASON_bad_output ||
                      value.reason == AR_REASON_unsupported ||
                      value.reason == AR_REASON_too_large));
    if (value.state != AR_STATE_VALUE)
        return;
    if (value.type->kind == AR_TYPE_STRING)
        fuzz_require(ar_utf8_invalid_at(value.as.string) == SIZE_MAX);
    if (value.type->kind != AR_TYPE_LIST)
        return;
    for (size_t ix = 0; ix < value.as.list.count; ix++)
        require_good(value.as.list.items[ix]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ar_arena arena;
    struct ar_binary whole;
    struct ar_binary part;
    ar_str bytes = fuzz_text(&arena, data, size);
    inspect_bytes(&arena, bytes, &whole);
    require_good(whole.format);
    require_good(whole.arch);
    require_good(whole.archs);
    require_good(whole.bits);
    require_good(whole.interpreter);
    require_good(whole.needed);
    require_good(whole.glibc);
    /* Where to cut differs from input to input, and not from run to run. */
    size_t sum = 0;
    for (size_t ix = 0; ix < size; ix++)
        sum = sum * 31 + data[ix];
    ar_str cut = ar_str_copy(&arena, ar_str_slice(bytes, 0, sum % (size + 1)));
    inspect_bytes(&arena, cut, &part);
    fuzz_require(is_consistent(&part, &whole));
    ar_arena_reset(&arena);
    return 0;
}
