/* SPDX-License-Identifier: Apache-2.0 */
/* Source texts and the way from byte offsets to lines and columns. Nothing
 * counts lines while compiling; the starts of the lines are found when the
 * first message needs them. A line ends with LF or CR LF. */

#include "text/source.h"

#include "base/buf.h"
#include "text/utf8.h"

#include <string.h>

uint32_t ar_sources_add(struct ar_arena *arena, struct ar_sources *sources,
                        ar_str name, ar_str text)
{
    AR_ASSERT(text.len < UINT32_MAX);
    struct ar_source *source = AR_NEW(arena, struct ar_source);
    source->name = name;
    source->text = text.ptr ? text : AR_STR("");
    ar_vector_push(arena, &sources->list, source);
    return (uint32_t)sources->list.count;
}

struct ar_source *ar_sources_get(const struct ar_sources *sources,
                                 uint32_t file)
{
    if (file == 0 || file > sources->list.count)
        return NULL;
    return sources->list.at[file - 1];
}

static uint32_t text_length(const struct ar_source *source)
{
    return (uint32_t)source->text.len;
}

/* The line end at offset from or behind it, or NULL. */
static const char *next_line_end(ar_str text, size_t from)
{
    if (from >= text.len)
        return NULL;
    return memchr(text.ptr + from, '\n', text.len - from);
}

static uint32_t count_lines(ar_str text)
{
    uint32_t n_lines = 1;
    const char *end = next_line_end(text, 0);
    for (; end; end = next_line_end(text, (size_t)(end - text.ptr) + 1))
        n_lines++;
    return n_lines;
}

static void find_lines(struct ar_arena *arena, struct ar_source *source)
{
    ar_str text = source->text;
    source->n_lines = count_lines(text);
    uint32_t *starts = AR_NEW_ARRAY(arena, uint32_t, source->n_lines);
    starts[0] = ar_str_starts_with(text, AR_STR("\xEF\xBB\xBF")) ? 3 : 0;
    const char *end = next_line_end(text, 0);
    for (uint32_t line = 1; end; end = next_line_end(text, starts[line++]))
        starts[line] = (uint32_t)(end - text.ptr) + 1;
    source->line_starts = starts;
}

static void need_lines(struct ar_arena *arena, struct ar_source *source)
{
    if (!source->line_starts)
        find_lines(arena, source);
}

/* Index of the last line that starts at or before offset. */
static uint32_t find_line(const struct ar_source *source, uint32_t offset)
{
    uint32_t low = 0;
    uint32_t high = source->n_lines;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Offset behind the last byte of the line that is not its line end. */
static uint32_t find_line_end(const struct ar_source *source, uint32_t line_ix)
{
    if (line_ix + 1 == source->n_lines)
        return text_length(source);
    uint32_t start = source->line_starts[line_ix];
    uint32_t end = source->line_starts[line_ix + 1] - 1;
    if (end > start && source->text.ptr[end - 1] == '\r')
        end--;
    return end;
}

struct ar_position ar_source_position(struct ar_arena *arena,
                                      struct ar_source *source, uint32_t offset)
{
    need_lines(arena, source);
    uint32_t line_ix = find_line(source, offset);
    uint32_t end = find_line_end(source, line_ix);
    if (offset > end)
        offset = end;

    uint32_t column = 1;
    size_t at = source->line_starts[line_ix];
    while (at < offset) {
        ar_utf8_next(source->text, &at);
        column += at <= offset;
    }
    return (struct ar_position){.line = source->lines_before + line_ix + 1,
                                .column = column};
}

ar_str ar_source_line(struct ar_arena *arena, struct ar_source *source,
                      uint32_t line)
{
    need_lines(arena, source);
    line = line > source->lines_before ? line - source->lines_before : 0;
    if (line == 0 || line > source->n_lines)
        return (ar_str){NULL, 0};
    return ar_str_slice(source->text, source->line_starts[line - 1],
                        find_line_end(source, line - 1));
}

ar_str ar_source_text(const struct ar_sources *sources, ar_span span)
{
    const struct ar_source *source = ar_sources_get(sources, span.file);
    if (!source || span.end <= span.start)
        return (ar_str){NULL, 0};
    return ar_str_slice(source->text, span.start, span.end);
}

static bool has_line_end(ar_str text)
{
    return ar_str_find(text, AR_STR("\n"), 0) != SIZE_MAX;
}

/* Blanks with a line end among them become one space. */
static ar_str join_lines(struct ar_arena *arena, ar_str text)
{
    struct ar_buf out = AR_BUF(arena);
    size_t at = 0;
    while (at < text.len) {
        size_t end = at;
        while (end < text.len && ar_char_is_blank(text.ptr[end]))
            end++;
        ar_str blanks = ar_str_slice(text, at, end);
        if (end == at)
            ar_buf_put_char(&out, text.ptr[end++]);
        else if (has_line_end(blanks))
            ar_buf_put_char(&out, ' ');
        else
            ar_buf_put(&out, blanks);
        at = end;
    }
    return ar_buf_view(&out);
}

ar_str ar_source_text_joined(struct ar_arena *arena,
                             const struct ar_sources *sources, ar_span span)
{
    ar_str text = ar_source_text(sources, span);
    return has_line_end(text) ? join_lines(arena, text) : text;
}

ar_span ar_span_join(ar_span a, ar_span b)
{
    if (a.file == 0)
        return b;
    if (b.file != a.file)
        return a;
    if (b.end > a.start)
        a.end = b.end;
    return a;
}

int ar_span_compare(ar_span a, ar_span b)
{
    if (a.file != b.file)
        return a.file < b.file ? -1 : 1;
    if (a.start != b.start)
        return a.start < b.start ? -1 : 1;
    if (a.end != b.end)
        return a.end > b.end ? -1 : 1;
    return 0;
}
