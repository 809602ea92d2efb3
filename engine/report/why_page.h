/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_WHY_PAGE_H
#define AR_REPORT_WHY_PAGE_H
/* Parts of an explanation for people. */

#include "report/report_page.h"
#include "report/why.h"
#include "text/utf8.h"

/* ---- why_human.c ---- */

struct ar_report_page ar_why_page(struct ar_buf *out,
                                  const struct ar_report_plan *plan,
                                  const struct ar_report_options *options);
/* The rule, its status, its title and its place. */
void ar_why_put_head(struct ar_report_page *page, const struct ar_why *why);

/* ---- why_marks.c ---- */

/* A value on one line, safe, strings in quotes, what is long cut. */
ar_str ar_why_value_text(const struct ar_report_page *page, ar_value value,
                         bool is_secret);
/* The text of a proof with what stands behind it, and its values. */
void ar_why_put_text(struct ar_report_page *page, size_t indent,
                     const struct ar_proof *proof, const char *behind,
                     bool has_marks);

/* ---- why_proof.c ---- */

/* All of a proof. expected: what each part needs no word for. */
void ar_why_put_proof(struct ar_report_page *page, size_t indent,
                      const struct ar_proof *proof, unsigned expected);

#endif
