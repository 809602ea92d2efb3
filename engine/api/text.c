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

struct search {
    const char *name;
    const char *const *candidates;
    size_t count;
    size_t ix;
};

static void find_nearest(struct ar_buf *out, void *context)
{
    struct search *search = context;
    ar_str *names = AR_NEW_ARRAY(out->arena, ar_str, search->count);
    for (size_t i = 0; i < search->count; i++)
        names[i] = ar_str_from_c(search->candidates[i]);
    search->ix =
        ar_str_nearest(ar_str_from_c(search->name), names, search->count);
}

static int write_nothing(void *context, const char *bytes, size_t length)
{
    (void)context;
    (void)bytes;
    (void)length;
    return 0;
}

size_t archrules_nearest(const char *name, const char *const *candidates,
                         size_t count)
{
    struct ar_api_memories memories = {.count = 0};
    archrules_output output = {.write = write_nothing};
    struct search search = {name, candidates, count, SIZE_MAX};
    if (!name || (!candidates && count > 0))
        return SIZE_MAX;
    if (ar_api_render(&memories, &output, find_nearest, &search) !=
        ARCHRULES_OK)
        return SIZE_MAX;
    return search.ix;
}
