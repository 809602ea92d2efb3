/* SPDX-License-Identifier: Apache-2.0 */
/* Of which rules the statuses are all there is to say. */

#include "run/scan_parts.h"

#include <string.h>

static void say(struct ar_scan *scan, uint32_t at, uint64_t columns,
                uint8_t status)
{
    for (; columns != 0; columns &= columns - 1) {
        uint32_t column = at * 64 + ar_scan_first_bit(columns);
        scan->said[scan->index->rule_of[column]] = status;
    }
}

/* Where lists are longer than the costs are for, only texts without anything
 * to work out can be left out. */
static void say_matched(struct ar_scan *scan, uint32_t at)
{
    const struct ar_index *index = scan->index;
    for (uint64_t bits = scan->matched[at]; bits != 0; bits &= bits - 1) {
        uint32_t rule = index->rule_of[at * 64 + ar_scan_first_bit(bits)];
        uint32_t steps = index->text_steps[rule];
        bool is_left_out =
            steps == 0 || (steps != AR_INDEX_TEXTS_NEEDED && !scan->is_long);
        scan->said[rule] =
            is_left_out ? (uint8_t)AR_STATUS_MATCHED : AR_SCAN_UNSAID;
        scan->text_steps += is_left_out ? steps : 0;
    }
}

/* The columns of a word that stand for a rule. */
static uint64_t used_columns(const struct ar_index *index, uint32_t at)
{
    uint32_t count = index->n_rules - at * 64;
    return count >= 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
}

static void say_word(struct ar_scan *scan, uint32_t at, bool ids_only)
{
    uint64_t blamed = scan->blamed[at];
    uint64_t more = scan->matched[at] | scan->failed[at] |
                    ~scan->index->is_loaded[at] |
                    (ids_only ? scan->open[at] & blamed : blamed);
    say(scan, at, scan->not_applicable[at], AR_STATUS_NOT_APPLICABLE);
    say(scan, at, scan->open[at],
        ids_only ? AR_STATUS_UNDETERMINED : AR_SCAN_UNSAID);
    more &= used_columns(scan->index, at);
    say(scan, at, more, AR_SCAN_UNSAID);
    scan->told[at] = scan->not_applicable[at] | scan->open[at] | more;
    if (ids_only)
        say_matched(scan, at);
}

const uint8_t *ar_scan_say(struct ar_scan *scan, bool ids_only)
{
    const struct ar_index *index = scan->index;
    ids_only = ids_only && !index->has_secrets;
    scan->text_steps = 0;
    memset(scan->said, scan->is_by_machine ? AR_SCAN_UNSAID : AR_STATUS_CLEAR,
           index->n_rules);
    if (scan->is_by_machine) {
        for (uint32_t at = 0; at < index->n_rule_words; at++)
            scan->told[at] = used_columns(index, at);
        return scan->said;
    }
    ar_scan_find_blame(scan, ids_only);
    for (uint32_t at = 0; at < index->n_rule_words; at++)
        say_word(scan, at, ids_only);
    return scan->said;
}

int64_t ar_scan_text_steps(const struct ar_scan *scan)
{
    return scan->text_steps;
}
