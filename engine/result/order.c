/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which findings and remedies are shown. Every comparison ends
 * in something unique, so that qsort() gives the same everywhere. */

#include "result/assemble.h"

static int order_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int order_findings(const void *left, const void *right)
{
    const struct ar_finding *a = *(struct ar_finding *const *)left;
    const struct ar_finding *b = *(struct ar_finding *const *)right;
    int order = (int)b->rule->severity - (int)a->rule->severity;
    if (order == 0)
        order = order_sizes(a->rule->depth, b->rule->depth);
    if (order == 0)
        order = order_sizes(a->rule->ix, b->rule->ix); /* as their ids */
    if (order == 0)
        order = ar_str_compare(a->key_text, b->key_text);
    return order;
}

/* Makes room for all findings at once. */
static void make_room(struct ar_arena *arena, struct ar_result *result)
{
    size_t count = 0;
    for (size_t ix = 0; ix < result->noted.count; ix++)
        count += result->noted.at[ix]->findings.count;
    if (count <= result->findings.capacity)
        return;
    result->findings.at = AR_NEW_ARRAY(arena, struct ar_finding *, count);
    result->findings.capacity = count;
}

/* Mostly they are in order: rules come in that of their ids. */
void ar_result_order(struct ar_arena *arena, struct ar_result *result)
{
    bool is_in_order = true;
    size_t count = 0;
    make_room(arena, result);
    struct ar_finding **at = result->findings.at;
    for (size_t ix = 0; ix < result->noted.count; ix++) {
        const struct ar_rule_result *rule = result->noted.at[ix];
        for (size_t each = 0; each < rule->findings.count; each++, count++) {
            at[count] = rule->findings.at[each];
            is_in_order =
                is_in_order &&
                (count == 0 || order_findings(&at[count - 1], &at[count]) <= 0);
        }
    }
    result->findings.count = count;
    if (!is_in_order)
        qsort(result->findings.at, result->findings.count,
              sizeof(*result->findings.at), order_findings);
}

int ar_result_compare_remedies(const struct ar_remedy *a,
                               const struct ar_remedy *b)
{
    int order = (int)a->risk - (int)b->risk;
    if (order != 0)
        return order;
    return (a->data_loss != NULL) - (b->data_loss != NULL);
}

/* By insertion: there are few, and equal ones must keep their order. */
void ar_result_order_remedies(struct ar_finding *finding)
{
    struct ar_result_remedy *at = finding->remedies.at;
    for (size_t ix = 1; ix < finding->remedies.count; ix++) {
        struct ar_result_remedy moved = at[ix];
        size_t to = ix;
        for (; to > 0 &&
               ar_result_compare_remedies(moved.remedy, at[to - 1].remedy) < 0;
             to--)
            at[to] = at[to - 1];
        at[to] = moved;
    }
}
