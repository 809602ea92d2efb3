/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TOOLS_DIFF_H
#define AR_TOOLS_DIFF_H
/* What changes from one text to another, line by line. */

#include "base/buf.h"

/* Puts the change as a unified diff with three lines of context, which
 * `patch -p0` applies to the file called name; nothing if the texts are the
 * same. Time and memory are bounded by a constant for each line: of texts
 * that differ nearly everywhere the diff is right, but may not be the
 * shortest. */
void ar_diff_put(struct ar_buf *out, ar_str name, ar_str before, ar_str after);

#endif
