/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RESULT_ASSEMBLE_H
#define AR_RESULT_ASSEMBLE_H
/* What every evaluator does with its findings: names that stay the same from
 * run to run, waivers, supersession, order, counts. It never changes a
 * status. */

#include "result/result.h"

/* A result without rules: the evaluator adds one entry for each rule of
 * program, in their order, and then has it assembled. */
struct ar_result *ar_result_create(struct ar_arena *arena,
                                   const struct ar_program *program,
                                   const struct ar_factset *facts);

/* Fills what follows from the rule results together. now, in microseconds,
 * decides which waivers have expired; 0: none has. */
void ar_result_assemble(struct ar_arena *arena, struct ar_result *result,
                        int64_t now);

/* Of a result that is assembled, replaces what was found for a rule, of each at
 * most once and in their order; and fills what follows from all of them again,
 * after some were replaced. */
void ar_result_replace(struct ar_arena *arena, struct ar_result *result,
                       size_t ix, const struct ar_rule_result *rule);
void ar_result_reassemble(struct ar_arena *arena, struct ar_result *result,
                          int64_t now);

/* The steps of ar_result_assemble(), in their order. */
void ar_result_gather(struct ar_arena *arena, struct ar_result *result);
void ar_result_find_absent_packs(struct ar_arena *arena,
                                 struct ar_result *result);
void ar_result_waive(struct ar_arena *arena, struct ar_result *result,
                     int64_t now);
void ar_result_supersede(struct ar_arena *arena, struct ar_result *result);
void ar_result_order(struct ar_arena *arena, struct ar_result *result);
void ar_result_count(struct ar_result *result);

/* Notes a rule as it is, before it is replaced. */
void ar_result_note_rule(struct ar_result_before *before, size_t rule_ix);

/* Where in noted a rule result is, or would be. */
size_t ar_result_noted_place(const struct ar_result *result,
                             const struct ar_rule_result *rule);

/* 16 hexadecimal digits of the rule's id and the key: the oldest id, so that
 * they outlast a renaming, and no value but the key. */
ar_str ar_result_fingerprint(struct ar_arena *arena, const struct ar_rule *rule,
                             bool has_key, ar_str key_text);

/* The order of remedies; 0 if only that in which they are written counts. */
int ar_result_compare_remedies(const struct ar_remedy *a,
                               const struct ar_remedy *b);
/* Sorts the remedies: lower risk first, without loss of data first, then as
 * written. */
void ar_result_order_remedies(struct ar_finding *finding);

/* Whether a person sees all there is to text, and no terminal acts on it. */
bool ar_result_is_visible(ar_str text);
/* Puts argument as one whole argument of a command for shell (powershell, cmd,
 * bash, or empty: the same in all). False, with nothing put, if that cannot
 * be done safely. */
bool ar_result_quote(struct ar_buf *out, ar_str shell, ar_str argument);

#endif
