/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_BINARY_LAW_H
#define AR_TESTS_BINARY_LAW_H
/* Bytes as a program that is inspected, and the law of those that are cut off:
 * what is still known is what the whole file says. */

#include "probe/binary.h"

#include <string.h>

/* As on a machine of arm64. */
static inline void inspect_bytes(struct ar_arena *arena, ar_str bytes,
                                 struct ar_binary *out)
{
    const struct ar_fake_answer answers[] = {
        {AR_FAKE_FILE, "/x", {.out = bytes}}};
    struct ar_fake_host fake;
    ar_host_open_fake(&fake, answers, 1);
    ar_binary_inspect(arena, &fake.host, AR_STR("/x"), ar_binary_arch("arm64"),
                      out);
}

static inline bool is_unknown_or_same(ar_value part, ar_value whole)
{
    if (part.state == AR_STATE_UNKNOWN)
        return true;
    if (part.state != AR_STATE_VALUE || part.type->kind != AR_TYPE_LIST)
        return ar_value_same(part, whole);
    if (whole.state != AR_STATE_VALUE ||
        part.as.list.count > whole.as.list.count)
        return false;
    for (size_t ix = 0; ix < part.as.list.count; ix++) {
        if (!is_unknown_or_same(part.as.list.items[ix],
                                whole.as.list.items[ix]))
            return false;
    }
    return true;
}

/* The end of a script's file is the end of its first line; and where the mark
 * is cut off nothing can be said of it. */
static inline bool is_consistent(const struct ar_binary *part,
                                 const struct ar_binary *whole)
{
    if (part->format.state == AR_STATE_ABSENT ||
        (whole->format.state == AR_STATE_VALUE &&
         ar_str_equal_c(whole->format.as.string, "script")))
        return true;
    return is_unknown_or_same(part->format, whole->format) &&
           is_unknown_or_same(part->arch, whole->arch) &&
           is_unknown_or_same(part->archs, whole->archs) &&
           is_unknown_or_same(part->bits, whole->bits) &&
           is_unknown_or_same(part->interpreter, whole->interpreter) &&
           is_unknown_or_same(part->needed, whole->needed) &&
           is_unknown_or_same(part->glibc, whole->glibc);
}

#endif
