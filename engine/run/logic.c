/* SPDX-License-Identifier: Apache-2.0 */
/* and, or and not of sets of outcomes. In the order false < neither < true,
 * `and` is the least of two outcomes and `or` the greatest. An outcome of one
 * side is the least of a pair if the other side has one that is not below
 * it, so nothing but the extremes of each side matters. */

#include "run/machine.h"

/* All outcomes up to the greatest of the set. */
static unsigned reach_up_to(unsigned set)
{
    if (set & AR_OUTCOME_TRUE)
        return AR_OUTCOME_TRUE | AR_OUTCOME_NEITHER | AR_OUTCOME_FALSE;
    if (set & AR_OUTCOME_NEITHER)
        return AR_OUTCOME_NEITHER | AR_OUTCOME_FALSE;
    return set;
}

/* All outcomes down to the least of the set. */
static unsigned reach_down_to(unsigned set)
{
    if (set & AR_OUTCOME_FALSE)
        return AR_OUTCOME_TRUE | AR_OUTCOME_NEITHER | AR_OUTCOME_FALSE;
    if (set & AR_OUTCOME_NEITHER)
        return AR_OUTCOME_TRUE | AR_OUTCOME_NEITHER;
    return set;
}

unsigned ar_bits_and(unsigned a, unsigned b)
{
    return (a & reach_up_to(b)) | (b & reach_up_to(a));
}

unsigned ar_bits_or(unsigned a, unsigned b)
{
    return (a & reach_down_to(b)) | (b & reach_down_to(a));
}

unsigned ar_bits_not(unsigned a)
{
    const unsigned both = AR_OUTCOME_TRUE | AR_OUTCOME_FALSE;
    bool has_one =
        (a & both) == AR_OUTCOME_TRUE || (a & both) == AR_OUTCOME_FALSE;
    return has_one ? a ^ both : a;
}
