/* SPDX-License-Identifier: Apache-2.0 */
/* Small services for whoever talks to people: safe text, nearest names. */

#include "api/handles.h"
#include "text/utf8.h"

static void put_safe(struct ar_buf *out, void *context)
{
    const ar_str *text = context;
    ar_utf8_put_safe(out, *text, true);
}

archrules_status archrules_write_safe(const char *text, size_t length,
                                      archrules_writer write, void *context)
{
    struct ar_api_memories memories = {.count = 0};
    archrules_output output = {.write = write, .context = context};
    ar_str bytes = {text, length};
    if (!text && length > 0)
        return ARCHRULES_MISUSE;
    return ar_api_render(&memories, &output, put_safe, &bytes);
}

/* One candidate after the other: takes no memory, so it cannot fail. */
size_t archrules_nearest(const char *name, const char *const *candidates,
                         size_t count)
{
    size_t nearest = SIZE_MAX;
    if (!name || (!candidates && count > 0))
        return SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        ar_str names[2];
        size_t n = 0;
        if (nearest != SIZE_MAX)
            names[n++] = ar_str_from_c(candidates[nearest]);
        names[n++] = ar_str_from_c(candidates[i]);
        if (ar_str_nearest(ar_str_from_c(name), names, n) == n - 1)
            nearest = i;
    }
    return nearest;
}
