/* SPDX-License-Identifier: Apache-2.0 */
/* The table of diagnostics and the list of those of one compilation: puts the
 * arguments into the message, drops what was said already, sorts. How they
 * look is the business of diag_render.c. */

#include "text/diag.h"

#define AR_DIAG(code, severity, message, explanation) \
    {#code, AR_SEVERITY_##severity, message, explanation},
const struct ar_diag_info ar_diag_table[AR_N_DIAGS] = {
#include "text/diags.def"
};
#undef AR_DIAG

enum ar_diag_code ar_diag_find(ar_str code)
{
    for (int i = 0; i < AR_N_DIAGS; i++) {
        ar_str known = ar_str_from_c(ar_diag_table[i].code);
        if (ar_str_equal_ignore_case(known, code))
            return (enum ar_diag_code)i;
    }
    return AR_N_DIAGS;
}

static bool is_placeholder(const char *text)
{
    return text[0] == '{' && ar_char_is_digit(text[1]) && text[2] == '}';
}

static ar_str format_message(struct ar_arena *arena, const char *format,
                             const ar_str *arguments, size_t n_arguments)
{
    struct ar_buf message = AR_BUF(arena);
    while (*format != '\0') {
        if (!is_placeholder(format)) {
            ar_buf_put_char(&message, *format++);
            continue;
        }
        size_t ix = (size_t)(format[1] - '0');
        AR_ASSERT(ix < n_arguments);
        if (ix < n_arguments)
            ar_buf_put(&message, arguments[ix]);
        format += 3;
    }
    return ar_buf_view(&message);
}

static void count_severity(struct ar_diags *diags, enum ar_diag_code code)
{
    switch (ar_diag_table[code].severity) {
    case AR_SEVERITY_ERROR: diags->n_errors++; return;
    case AR_SEVERITY_WARNING: diags->n_warnings++; return;
    case AR_SEVERITY_NOTE: return;
    }
    AR_UNREACHABLE();
}

struct ar_diag *ar_diag_report(struct ar_diags *diags, enum ar_diag_code code,
                               ar_span span, const ar_str *arguments,
                               size_t n_arguments)
{
    struct ar_arena *arena = diags->arena;
    ar_str message = format_message(arena, ar_diag_table[code].message,
                                    arguments, n_arguments);
    uint32_t place[] = {(uint32_t)code, span.file, span.start, span.end};
    ar_str key = {(const char *)place, sizeof(place)};
    if (span.file == 0)
        key = ar_str_concat(arena, key, message);
    struct ar_diag *diag = ar_map_get(&diags->seen, key);
    if (diag)
        return diag;

    diag = AR_NEW(arena, struct ar_diag);
    diag->code = code;
    diag->span = span;
    diag->message = message;
    diag->order = diags->list.count;
    ar_vector_push(arena, &diags->list, diag);
    ar_map_put(arena, &diags->seen, ar_str_copy(arena, key), diag);
    count_severity(diags, code);
    return diag;
}

void ar_diag_expected(struct ar_diags *diags, struct ar_diag *diag,
                      ar_str expected)
{
    if (diag->expected.len == 0)
        diag->expected = ar_str_copy(diags->arena, expected);
}

void ar_diag_suggest(struct ar_diags *diags, struct ar_diag *diag,
                     ar_str suggestion)
{
    if (diag->suggestion.len == 0)
        diag->suggestion = ar_str_copy(diags->arena, suggestion);
}

static bool equal_spans(ar_span a, ar_span b)
{
    return a.file == b.file && a.start == b.start && a.end == b.end;
}

void ar_diag_note(struct ar_diags *diags, struct ar_diag *diag, ar_span span,
                  ar_str text)
{
    struct ar_diag_note **link = &diag->notes;
    for (; *link; link = &(*link)->next) {
        if (equal_spans((*link)->span, span) &&
            ar_str_equal((*link)->text, text))
            return;
    }
    struct ar_diag_note *note = AR_NEW(diags->arena, struct ar_diag_note);
    note->span = span;
    note->text = ar_str_copy(diags->arena, text);
    *link = note;
}

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_diags(const void *left, const void *right)
{
    const struct ar_diag *a = *(const struct ar_diag *const *)left;
    const struct ar_diag *b = *(const struct ar_diag *const *)right;
    if (a->span.file != b->span.file)
        return compare_sizes(a->span.file, b->span.file);
    if (a->span.start != b->span.start)
        return compare_sizes(a->span.start, b->span.start);
    if (a->code != b->code)
        return compare_sizes(a->code, b->code);
    if (a->span.end != b->span.end)
        return compare_sizes(a->span.end, b->span.end);
    return compare_sizes(a->order, b->order);
}

void ar_diags_sort(struct ar_diags *diags)
{
    if (diags->list.count > 1)
        qsort(diags->list.at, diags->list.count, sizeof(*diags->list.at),
              compare_diags);
}

bool ar_diag_positions(struct ar_diags *diags, const struct ar_diag *diag,
                       struct ar_position *start, struct ar_position *end)
{
    *start = *end = (struct ar_position){0, 0};
    struct ar_source *source = ar_sources_get(diags->sources, diag->span.file);
    if (!source)
        return false;
    *start = ar_source_position(diags->arena, source, diag->span.start);
    *end = ar_source_position(diags->arena, source, diag->span.end);
    return true;
}
