/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TOOLS_INSPECT_H
#define AR_TOOLS_INSPECT_H
/* What a pack may look at on a machine, before it is let: every command,
 * file, key of the registry and variable. */

#include "base/buf.h"
#include "sema/program.h"

/* Appends what each pack of program uses that is no module of the standard
 * library: by its own probes and names, which --allow-run is for unless it is
 * trusted, and by the standard library's. program was not compiled. */
void ar_inspect_human(struct ar_buf *out, const struct ar_program *program);
void ar_inspect_json(struct ar_buf *out, const struct ar_program *program);

#endif
