/* SPDX-License-Identifier: Apache-2.0 */
/* A condition with each value below the part that came to it:
 *
 *     docker.desktop.arch != host.arch
 *     arm64                  amd64
 *
 * Values that would run into each other go to lines of their own, with a bar
 * where they belong. */

#include "report/why_page.h"

enum { GAP = 2, MOST_BELOW = 60, MOST_BESIDE = 200 };

/* A value and the cell where it stands. */
struct label {
    size_t column;
    ar_str text; /* safe */
    size_t cells;
    bool is_placed;
};

struct labels {
    struct label *at;
    size_t count;
};

/* Cut at the end of a character. */
static ar_str shorten(const struct ar_report_page *page, ar_str safe,
                      size_t most)
{
    size_t offset = 0;
    size_t cells = 0;
    while (offset < safe.len) {
        size_t before = offset;
        cells += ar_utf8_cells(ar_utf8_next(safe, &offset));
        if (cells > most)
            return ar_str_printf(page->out->arena, AR_STR_FORMAT "\xe2\x80\xa6",
                                 AR_STR_ARG(ar_str_slice(safe, 0, before)));
    }
    return safe;
}

static ar_str value_text(const struct ar_report_page *page, ar_value value,
                         bool is_secret, size_t most)
{
    struct ar_arena *arena = page->out->arena;
    bool is_value = value.state == AR_STATE_VALUE;
    if (is_value && is_secret)
        return AR_STR("<secret>");
    ar_str text = ar_report_value_text(page->plan, NULL, value);
    if (is_value && value.type->kind == AR_TYPE_STRING)
        text = ar_str_printf(arena, "\"" AR_STR_FORMAT "\"", AR_STR_ARG(text));
    return shorten(page, ar_report_safe(page, text, false), most);
}

ar_str ar_why_value_text(const struct ar_report_page *page, ar_value value,
                         bool is_secret)
{
    return value_text(page, value, is_secret, MOST_BELOW);
}

/* Of marks that begin at one place, which would cover each other, the first. */
static struct labels make_labels(const struct ar_report_page *page,
                                 const struct ar_proof *proof)
{
    struct labels labels = {0};
    labels.at =
        AR_NEW_ARRAY(page->out->arena, struct label, proof->marks.count);
    for (size_t ix = 0; ix < proof->marks.count; ix++) {
        const struct ar_proof_mark *mark = &proof->marks.at[ix];
        ar_str before = ar_str_slice(proof->text, 0, mark->start);
        struct label label = {
            .column = ar_report_cells(ar_report_safe(page, before, false)),
            .text = ar_why_value_text(page, mark->value, mark->is_secret),
        };
        label.cells = ar_report_cells(label.text);
        if (labels.count == 0 ||
            labels.at[labels.count - 1].column < label.column)
            labels.at[labels.count++] = label;
    }
    return labels;
}

/* From the right: what fits before what stands behind it. The others have a
 * bar, and at least one is placed. */
static void place_row(struct labels *labels)
{
    size_t end = SIZE_MAX;
    for (size_t ix = labels->count; ix-- > 0;) {
        struct label *label = &labels->at[ix];
        if (label->is_placed)
            continue;
        size_t needed = label->column + label->cells + GAP;
        label->is_placed = end == SIZE_MAX || needed <= end;
        end = label->column;
    }
}

static void put_row(struct ar_report_page *page, size_t indent,
                    const struct labels *labels, const bool *was_placed)
{
    struct ar_buf line = AR_BUF(page->out->arena);
    size_t column = 0;
    for (size_t ix = 0; ix < labels->count; ix++) {
        const struct label *label = &labels->at[ix];
        if (was_placed[ix])
            continue;
        ar_buf_put_repeated(&line, ' ', label->column - column);
        ar_buf_put(&line, label->is_placed ? label->text : AR_STR("|"));
        column = label->column + (label->is_placed ? label->cells : 1);
    }
    ar_report_styled(page, indent, AR_REPORT_CYAN, ar_buf_view(&line));
}

static void put_rows(struct ar_report_page *page, size_t indent,
                     struct labels *labels)
{
    bool *was_placed = AR_NEW_ARRAY(page->out->arena, bool, labels->count);
    size_t n_placed = 0;
    while (n_placed < labels->count) {
        place_row(labels);
        put_row(page, indent, labels, was_placed);
        n_placed = 0;
        for (size_t ix = 0; ix < labels->count; ix++) {
            was_placed[ix] = labels->at[ix].is_placed;
            n_placed += was_placed[ix];
        }
    }
}

/* "part = value", where the text is too long to have values below it. */
static void put_list(struct ar_report_page *page, size_t indent,
                     const struct ar_proof *proof)
{
    for (size_t ix = 0; ix < proof->marks.count; ix++) {
        const struct ar_proof_mark *mark = &proof->marks.at[ix];
        ar_str part = ar_str_slice(proof->text, mark->start, mark->end);
        ar_str value =
            value_text(page, mark->value, mark->is_secret, MOST_BESIDE);
        struct ar_buf line = AR_BUF(page->out->arena);
        ar_buf_put(&line, ar_report_safe(page, part, false));
        ar_buf_put_c(&line, " = ");
        ar_buf_put(&line, value);
        ar_report_styled(page, indent, AR_REPORT_CYAN, ar_buf_view(&line));
    }
}

void ar_why_put_text(struct ar_report_page *page, size_t indent,
                     const struct ar_proof *proof, const char *behind,
                     bool has_marks)
{
    ar_str safe = ar_report_safe(page, proof->text, false);
    ar_str text =
        ar_str_concat(page->out->arena, proof->text, ar_str_from_c(behind));
    bool is_masked =
        !ar_str_equal(ar_report_mask(page->plan, proof->text), proof->text);
    bool fits = !is_masked && indent + ar_report_cells(safe) <= page->width;
    if (!fits)
        ar_report_wrap(page, indent, "", text);
    else
        ar_report_line(page, indent, text);
    if (!has_marks)
        return;
    struct labels labels = make_labels(page, proof);
    if (fits)
        put_rows(page, indent, &labels);
    else
        put_list(page, indent + 2, proof);
}
