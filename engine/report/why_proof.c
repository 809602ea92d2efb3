/* SPDX-License-Identifier: Apache-2.0 */
/* A proof for people: conditions with their values, and below each what its
 * names stand for. */

#include "report/why_page.h"

enum { MOST_INDENT = 32 };

static size_t deeper(size_t indent)
{
    return indent < MOST_INDENT ? indent + 2 : indent;
}

static const char *outcome_words(unsigned bits)
{
    switch (bits) {
    case AR_OUTCOME_TRUE: return "   is true";
    case AR_OUTCOME_FALSE: return "   is false";
    case AR_OUTCOME_NEITHER: return "   is neither true nor false";
    case AR_OUTCOME_FALSE | AR_OUTCOME_NEITHER: return "   cannot be true";
    case AR_OUTCOME_TRUE | AR_OUTCOME_NEITHER: return "   cannot be false";
    case AR_OUTCOME_TRUE | AR_OUTCOME_FALSE: return "   is true or false";
    }
    return "   is open";
}

static const char *words_of(const struct ar_proof *proof, unsigned expected)
{
    return proof->bits == expected || proof->bits == 0
               ? ""
               : outcome_words(proof->bits);
}

static void put_parts(struct ar_report_page *page, size_t indent,
                      const struct ar_proof *proof, unsigned expected)
{
    for (size_t ix = 0; ix < proof->parts.count; ix++) {
        if (ix > 0 && proof->kind == AR_PROOF_ALL)
            ar_report_blank(page);
        ar_why_put_proof(page, indent, proof->parts.at[ix], expected);
    }
    if (proof->n_left_out > 0)
        ar_report_line(
            page, indent,
            ar_str_printf(page->out->arena, "and %zu more", proof->n_left_out));
}

static void put_test(struct ar_report_page *page, size_t indent,
                     const struct ar_proof *proof, unsigned expected)
{
    ar_why_put_text(page, indent, proof, words_of(proof, expected), true);
    put_parts(page, deeper(indent), proof, 0);
}

/* "any d in wsl.distros: d.version == 1", and the elements that count. */
static void put_elements(struct ar_report_page *page, size_t indent,
                         const struct ar_proof *proof, unsigned expected)
{
    bool is_value = proof->value.state == AR_STATE_VALUE || proof->bits != 0;
    ar_why_put_text(page, indent, proof, words_of(proof, expected), !is_value);
    if (is_value && proof->n_of == 0)
        ar_report_styled(page, deeper(indent), AR_REPORT_CYAN,
                         AR_STR("the list is empty"));
    put_parts(page, deeper(indent), proof, 0);
}

static void put_element(struct ar_report_page *page, size_t indent,
                        const struct ar_proof *proof)
{
    struct ar_buf line = AR_BUF(page->out->arena);
    ar_buf_put_c(&line, "for ");
    ar_buf_put(&line, ar_report_safe(page, proof->text, false));
    ar_buf_put_c(&line, " = ");
    ar_buf_put(&line, ar_why_value_text(page, proof->value, proof->is_secret));
    ar_buf_printf(&line, "   (%zu of %zu)", proof->ix + 1, proof->n_of);
    ar_report_styled(page, indent, AR_REPORT_PLAIN, ar_buf_view(&line));
    put_parts(page, deeper(indent), proof, 0);
}

static void put_meaning(struct ar_report_page *page, size_t indent,
                        const struct ar_proof *proof)
{
    ar_why_put_text(page, indent, proof, "", true);
    put_parts(page, deeper(indent), proof, 0);
}

static void put_row(struct ar_report_page *page, size_t indent,
                    const struct ar_proof *proof)
{
    ar_str place = ar_report_place_text(page->plan, proof->span);
    ar_report_line(page, indent,
                   ar_str_printf(page->out->arena,
                                 "row %zu of %zu: " AR_STR_FORMAT
                                 "   (" AR_STR_FORMAT ")",
                                 proof->ix + 1, proof->n_of,
                                 AR_STR_ARG(proof->text), AR_STR_ARG(place)));
}

void ar_why_put_proof(struct ar_report_page *page, size_t indent,
                      const struct ar_proof *proof, unsigned expected)
{
    switch (proof->kind) {
    case AR_PROOF_TEST: put_test(page, indent, proof, expected); return;
    case AR_PROOF_ALL: put_parts(page, indent, proof, expected); return;
    case AR_PROOF_ELEMENTS: put_elements(page, indent, proof, expected); return;
    case AR_PROOF_ELEMENT: put_element(page, indent, proof); return;
    case AR_PROOF_MEANING: put_meaning(page, indent, proof); return;
    case AR_PROOF_ROW: put_row(page, indent, proof); return;
    }
    AR_UNREACHABLE();
}
