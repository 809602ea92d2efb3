/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TEXT_MARKUP_H
#define AR_TEXT_MARKUP_H
/* Text inside XML and HTML: shown as it is and never markup, in content and
 * in quoted attributes alike. Characters that are not safe to show, and those
 * that XML cannot hold, appear as ar_utf8_put_safe() writes them. */

#include "base/buf.h"

/* On one line: line ends and tabs become visible, too. */
void ar_markup_put_text(struct ar_buf *out, ar_str text);
/* As many lines as the text has, each as it is: of content only, since
 * attributes make blanks of line ends. */
void ar_markup_put_lines(struct ar_buf *out, ar_str text);

#endif
