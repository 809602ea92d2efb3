/* SPDX-License-Identifier: Apache-2.0 */
/* The statuses by name, fingerprints, and the steps that make a result out of
 * what was found for each rule. */

#include "result/assemble.h"

#include <inttypes.h>
#include <string.h>

enum { FINGERPRINT_DIGITS = 16 };

#define AR_STATUS(id, word, what) {.name = (word), .text = (what)},
const struct ar_status_info ar_status_table[AR_N_STATUSES] = {
#include "result/statuses.def"
};
#undef AR_STATUS

enum ar_status ar_status_find(ar_str name)
{
    unsigned ix = 0;
    while (ix < AR_N_STATUSES &&
           !ar_str_equal_c(name, ar_status_table[ix].name))
        ix++;
    return (enum ar_status)ix;
}

struct ar_result *ar_result_create(struct ar_arena *arena,
                                   const struct ar_program *program,
                                   const struct ar_factset *facts)
{
    struct ar_result *result = AR_NEW(arena, struct ar_result);
    result->program = program;
    result->facts = facts;
    result->rules.capacity = program->rules.count;
    result->rules.at =
        AR_NEW_ARRAY(arena, struct ar_rule_result, program->rules.count);
    return result;
}

const struct ar_rule_result *ar_result_find_rule(const struct ar_result *result,
                                                 const struct ar_rule *rule)
{
    size_t first = 0;
    size_t end = result->rules.count;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        const struct ar_rule_result *found = &result->rules.at[middle];
        int order = ar_str_compare(found->rule->id, rule->id);
        if (order == 0)
            return found;
        if (order < 0)
            first = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

static bool is_worth_a_note(const struct ar_rule_result *rule)
{
    bool is_ruled_out = rule->status == AR_STATUS_CLEAR ||
                        rule->status == AR_STATUS_NOT_APPLICABLE;
    return !is_ruled_out || rule->findings.count > 0 ||
           rule->open_elements.count > 0 || rule->n_findings_left_out > 0;
}

/* Most rules are ruled out: they are looked at this once. */
void ar_result_gather(struct ar_arena *arena, struct ar_result *result)
{
    size_t count = ar_result_count_told(result);
    result->noted.count = 0;
    result->counts[AR_STATUS_CLEAR] = result->rules.count - count;
    for (size_t ix = 0; ix < count; ix++) {
        struct ar_rule_result *rule = ar_result_told(result, ix);
        result->counts[rule->status]++;
        if (is_worth_a_note(rule))
            ar_vector_push(arena, &result->noted, rule);
    }
}

size_t ar_result_noted_place(const struct ar_result *result,
                             const struct ar_rule_result *rule)
{
    size_t first = 0;
    size_t end = result->noted.count;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (result->noted.at[middle] < rule)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

static void note(struct ar_arena *arena, struct ar_result *result,
                 struct ar_rule_result *rule)
{
    size_t at = ar_result_noted_place(result, rule);
    ar_vector_push(arena, &result->noted, rule);
    memmove(result->noted.at + at + 1, result->noted.at + at,
            (result->noted.count - 1 - at) * sizeof(*result->noted.at));
    result->noted.at[at] = rule;
}

static void forget_note(struct ar_result *result,
                        const struct ar_rule_result *rule)
{
    size_t at = ar_result_noted_place(result, rule);
    result->noted.count--;
    memmove(result->noted.at + at, result->noted.at + at + 1,
            (result->noted.count - at) * sizeof(*result->noted.at));
}

void ar_result_replace(struct ar_arena *arena, struct ar_result *result,
                       size_t ix, const struct ar_rule_result *rule)
{
    struct ar_rule_result *at = &result->rules.at[ix];
    bool was_noted = is_worth_a_note(at);
    if (result->before)
        ar_result_note_rule(result->before, ix);
    result->counts[at->status]--;
    result->counts[rule->status]++;
    *at = *rule;
    if (was_noted && !is_worth_a_note(at))
        forget_note(result, at);
    else if (!was_noted && is_worth_a_note(at))
        note(arena, result, at);
}

void ar_result_count(struct ar_result *result)
{
    for (size_t ix = 0; ix < result->findings.count; ix++) {
        const struct ar_finding *finding = result->findings.at[ix];
        result->n_waived += finding->waived_by != NULL;
        result->n_superseded += finding->superseded_by.count > 0;
    }
}

/* What was assembled before: the memory of lists is used again. */
static void take_apart(struct ar_result *result)
{
    bool are_marked = result->is_linked || result->was_linked;
    for (size_t ix = 0; are_marked && ix < result->findings.count; ix++) {
        struct ar_finding *finding = result->findings.at[ix];
        finding->was_waived = finding->waived_by != NULL;
        finding->was_superseded = finding->superseded_by.count > 0;
        finding->waived_by = NULL;
        finding->superseded_by.count = 0;
        finding->possible_causes.count = 0;
    }
    result->was_linked = result->is_linked;
    result->is_linked = false;
    result->findings.count = 0;
    result->expired_waivers.count = 0;
    result->n_waived = 0;
    result->n_superseded = 0;
}

static void join_rules(struct ar_arena *arena, struct ar_result *result,
                       int64_t now)
{
    ar_result_waive(arena, result, now);
    ar_result_supersede(arena, result);
    ar_result_order(arena, result);
    ar_result_count(result);
}

void ar_result_assemble(struct ar_arena *arena, struct ar_result *result,
                        int64_t now)
{
    memset(result->counts, 0, sizeof(result->counts));
    ar_result_gather(arena, result);
    if (!result->ids_only)
        ar_result_find_absent_packs(arena, result);
    join_rules(arena, result, now);
}

void ar_result_reassemble(struct ar_arena *arena, struct ar_result *result,
                          int64_t now)
{
    take_apart(result);
    join_rules(arena, result, now);
}

/* FNV-1a with 64 bits: stable for ever, and nothing secret goes in. */
static uint64_t mix(uint64_t hash, ar_str text)
{
    for (size_t ix = 0; ix < text.len; ix++) {
        hash ^= (unsigned char)text.ptr[ix];
        hash *= UINT64_C(0x100000001b3);
    }
    return hash;
}

/* Of the ids that are replaced the one that was so first, as it is written if
 * nothing else tells. */
static ar_str find_oldest_id(const struct ar_rule *rule)
{
    const struct ar_replaces *oldest = NULL;
    for (size_t ix = 0; ix < rule->details->replaces.count; ix++) {
        const struct ar_replaces *each = &rule->details->replaces.at[ix];
        bool is_older = oldest && each->since && oldest->since &&
                        ar_version_compare(each->since, oldest->since) < 0;
        if (!oldest || is_older)
            oldest = each;
    }
    return oldest ? oldest->id : rule->id;
}

static ar_str put_hexadecimal(struct ar_arena *arena, uint64_t hash)
{
    char digits[FINGERPRINT_DIGITS];
    for (size_t ix = FINGERPRINT_DIGITS; ix-- > 0; hash >>= 4)
        digits[ix] = "0123456789abcdef"[hash & 0xf];
    return ar_str_copy(arena, (ar_str){digits, sizeof(digits)});
}

ar_str ar_result_fingerprint(struct ar_arena *arena, const struct ar_rule *rule,
                             bool has_key, ar_str key_text)
{
    uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), find_oldest_id(rule));
    if (has_key) {
        hash = mix(hash, (ar_str){"\0", 1});
        hash = mix(hash, key_text);
    }
    return put_hexadecimal(arena, hash);
}
