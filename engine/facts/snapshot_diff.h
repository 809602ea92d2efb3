/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FACTS_SNAPSHOT_DIFF_H
#define AR_FACTS_SNAPSHOT_DIFF_H
/* In which facts two snapshots differ. */

#include "facts/factset.h"

enum ar_fact_change {
    AR_FACT_SAME,
    AR_FACT_CHANGED,      /* two values */
    AR_FACT_STATE,        /* a value, absent, unknown for a reason: another */
    AR_FACT_CAME,         /* only the second snapshot mentions it */
    AR_FACT_WENT,         /* only the first one does */
    AR_FACT_INCOMPARABLE, /* a part of it was redacted */
    AR_N_FACT_CHANGES
};

struct ar_fact_difference {
    ar_str key;
    const struct ar_fact_decl *decl;
    enum ar_fact_change change;
    ar_value before;
    ar_value after;
};

struct ar_snapshot_diff {
    AR_VECTOR(struct ar_fact_difference) list; /* in order of keys */
    size_t counts[AR_N_FACT_CHANGES];
};

/* Of two sets for one schema: declared facts without arguments, those of
 * groups that are absent too, and all others that one of the sets has. A
 * placeholder can be compared only within snapshots of one redaction. */
struct ar_snapshot_diff ar_snapshot_compare(struct ar_arena *arena,
                                            const struct ar_factset *before,
                                            const struct ar_factset *after);

#endif
