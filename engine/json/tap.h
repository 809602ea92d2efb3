/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_JSON_TAP_H
#define AR_JSON_TAP_H
/* Text in the Test Anything Protocol, version 14. */

#include "base/buf.h"

/* A description, or the reason of a directive: on one line, safe to show, and
 * never a directive itself. */
void ar_tap_put_words(struct ar_buf *out, ar_str text);
/* A string of the YAML in a diagnostic: written as JSON, which YAML reads. */
void ar_tap_put_string(struct ar_buf *out, ar_str text);

#endif
