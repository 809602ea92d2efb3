/* SPDX-License-Identifier: Apache-2.0 */
/* Text in the Test Anything Protocol. */

#include "json/tap.h"

#include "text/utf8.h"

#include "json/json.h"

static ar_str make_safe(struct ar_arena *arena, ar_str text, bool keep_newlines)
{
    struct ar_buf safe = AR_BUF(arena);
    ar_utf8_put_safe(&safe, text, keep_newlines);
    return ar_buf_view(&safe);
}

/* A hash would begin a directive. */
void ar_tap_put_words(struct ar_buf *out, ar_str text)
{
    ar_str safe = make_safe(out->arena, text, false);
    for (size_t ix = 0; ix < safe.len; ix++) {
        if (safe.ptr[ix] == '#' || safe.ptr[ix] == '\\')
            ar_buf_put_char(out, '\\');
        ar_buf_put_char(out, safe.ptr[ix]);
    }
}

void ar_tap_put_string(struct ar_buf *out, ar_str text)
{
    struct ar_json_writer writer = {.out = out};
    ar_json_string(&writer, make_safe(out->arena, text, true));
}
