/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_REPORT_HTML_H
#define AR_REPORT_REPORT_HTML_H
/* Parts of the HTML report. Text passes through ar_report_html_text() and its
 * companions, where secrets are masked and nothing can be markup; what is put
 * with ar_report_html_c() are our own words. */

#include "report/report_words.h"

struct ar_report_html {
    struct ar_buf *out;
    const struct ar_report_plan *plan;
};

extern const ar_str ar_report_page_css;
extern const ar_str ar_report_page_js;

void ar_report_html_c(struct ar_report_html *html, const char *markup);
void ar_report_html_text(struct ar_report_html *html, ar_str text);
/* <tag>text</tag>, cut at AR_MAX_FINDING_TEXT_BYTES; nothing for an empty
 * text. tag may have attributes. */
void ar_report_html_element(struct ar_report_html *html, const char *tag,
                            ar_str text);
/* A row of a <dl>; nothing for an empty text. */
void ar_report_html_row(struct ar_report_html *html, const char *label,
                        ar_str text);
/* A link if the rule's pack says it, else code. */
void ar_report_html_link(struct ar_report_html *html,
                         const struct ar_rule *rule, ar_str link);
/* What a rule that is not decided needs, and how to get it. */
void ar_report_html_needs(struct ar_report_html *html,
                          const ar_cause_vector *causes);
/* A finding with all that belongs to it; number is that of its anchor. */
void ar_report_html_finding(struct ar_report_html *html,
                            const struct ar_report_entry *entry, size_t number);
/* The way from facts to the finding and to what it explains, drawn. */
void ar_report_html_graph(struct ar_report_html *html,
                          const struct ar_report_entry *entry, size_t number);

#endif
