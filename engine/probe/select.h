/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_SELECT_H
#define AR_PROBE_SELECT_H
/* Values of facts out of what a parser gave (docs/probes.md, "Selectors"). */

#include "probe/parse.h"

struct ar_selection {
    const struct ar_node *selector; /* AR_NODE_SELECTOR, or NULL for all */
    const struct ar_type *type;
    bool is_guess;  /* letters that are not ASCII may be wrong */
    bool is_secret; /* what was read must not get into a detail */
};

/* A value of the type in which single elements may be unknown; absent only
 * if the selector has a `?`; else unknown. Keeps nothing of root. */
ar_value ar_probe_select(struct ar_arena *arena, const struct ar_datum *root,
                         const struct ar_selection *selection);

#endif
