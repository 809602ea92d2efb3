/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FRONT_FORMAT_H
#define AR_FRONT_FORMAT_H
/* The one layout of rule files. Only white space changes: the text that comes
 * out has the same tokens and comments, and formatting it changes nothing. */

#include "base/buf.h"
#include "text/diag.h"

/* Puts source number file of diags->sources in its formatted form, with LF
 * at the end of each line. False if it has syntax errors: they are reported
 * and nothing is put. */
bool ar_format(struct ar_arena *arena, struct ar_diags *diags, uint32_t file,
               struct ar_buf *out);

#endif
