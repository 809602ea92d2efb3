/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_REPORT_PAGE_H
#define AR_REPORT_REPORT_PAGE_H
/* Lines of the human report. Everything passes through here, where secrets
 * are masked and control characters become visible. */

#include "report/report_words.h"

struct ar_report_page {
    struct ar_buf *out;
    const struct ar_report_plan *plan;
    bool color;
    size_t width;
};

enum ar_report_style {
    AR_REPORT_PLAIN,
    AR_REPORT_BOLD,
    AR_REPORT_LOUD, /* bold red */
    AR_REPORT_RED,
    AR_REPORT_YELLOW,
    AR_REPORT_CYAN
};

/* In cells: what is asked for, at least 40; 80 if nothing is. */
size_t ar_report_width(const struct ar_report_options *options);

void ar_report_blank(struct ar_report_page *page);
/* A paragraph, broken at blanks and line ends, cut at
 * AR_MAX_FINDING_TEXT_BYTES. lead stands before it; the
 * other lines start below the text if lead is short. */
void ar_report_wrap(struct ar_report_page *page, size_t indent,
                    const char *lead, ar_str text);
/* The one line that says it all: bold, and never broken. */
void ar_report_headline(struct ar_report_page *page, ar_str text);
/* A paragraph without lead, in a style. */
void ar_report_title(struct ar_report_page *page, size_t indent,
                     enum ar_report_style style, ar_str text);
/* One line however long; line ends in it become visible. */
void ar_report_line(struct ar_report_page *page, size_t indent, ar_str text);
/* The same in a style. */
void ar_report_styled(struct ar_report_page *page, size_t indent,
                      enum ar_report_style style, ar_str text);
/* As many lines as the text has, each as it is. */
void ar_report_lines(struct ar_report_page *page, size_t indent, ar_str text);
/* Our own words on a line, bold. */
void ar_report_heading(struct ar_report_page *page, size_t indent,
                       const char *text);

/* Text with secrets masked and nothing in it but text, and the cells that such
 * a text takes. */
ar_str ar_report_safe(const struct ar_report_page *page, ar_str text,
                      bool keep_newlines);
size_t ar_report_cells(ar_str safe);

/* Sections; each puts a blank line before what it has to say. */
void ar_report_put_remedies(struct ar_report_page *page,
                            const struct ar_finding *finding);
/* Remedy ix alone. */
void ar_report_put_remedy(struct ar_report_page *page,
                          const struct ar_finding *finding, size_t ix);
/* One step of a remedy, with what is done in it. */
void ar_report_put_step(struct ar_report_page *page, size_t indent,
                        const struct ar_result_step *step, size_t number);
/* What has changed since an earlier report; nothing without one. */
void ar_report_put_comparison(struct ar_report_page *page);
void ar_report_put_not_run(struct ar_report_page *page);
void ar_report_put_undecided(struct ar_report_page *page);
void ar_report_put_questions(struct ar_report_page *page);
void ar_report_put_exceptions(struct ar_report_page *page);
void ar_report_put_decided(struct ar_report_page *page);

#endif
