/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_REPORT_PLAN_H
#define AR_REPORT_REPORT_PLAN_H
/* What all formats need to know of a result before they write a line: which
 * finding is shown where, what is still open, what must not be printed. */

#include "report/report.h"

typedef AR_VECTOR(const struct ar_finding *) ar_report_findings;

/* A finding, in the order of the result. */
struct ar_report_entry {
    const struct ar_finding *finding;
    bool is_shown;
    bool is_folded;              /* shown under its causes only */
    ar_report_findings explains; /* those folded under it that are shown */
};

/* Neither folded under another one, nor waived, nor below min_severity. */
bool ar_report_stands_alone(const struct ar_report_entry *entry);

/* An input that nobody has given. */
struct ar_report_question {
    const struct ar_cause *cause;
    AR_VECTOR(const struct ar_rule *) rules; /* that wait for it */
};

struct ar_report_plan {
    struct ar_arena *arena;
    const struct ar_result *result;
    const struct ar_report_options *options;
    struct ar_report_entry *entries; /* one for each of result->findings */
    AR_VECTOR(struct ar_report_question *) questions;
    AR_VECTOR(ar_str) secrets; /* longest first */
    ar_str shell;              /* whose commands are shown; empty: all */
    struct ar_source *sources; /* copies of the program's, whose lines are
                                  counted here: other threads read those */
    size_t n_by_severity[4];   /* findings neither waived nor folded */
    size_t n_active;           /* their sum */
    size_t n_not_shown;        /* findings below min_severity */
    size_t n_left_out;         /* findings over the limit of their rule */
    size_t n_undecided;        /* rules with something open that is more than
                                  a question */
    size_t n_waiting;          /* rules that are only questions */
    size_t n_not_loaded;       /* without the disabled ones */
    size_t n_disabled;
};

struct ar_report_plan ar_report_plan_make(
    struct ar_arena *arena, const struct ar_result *result,
    const struct ar_report_options *options);

/* text with <secret> in place of every secret in it. */
ar_str ar_report_mask(const struct ar_report_plan *plan, ar_str text);
/* The value as people read it, masked, cut at AR_MAX_VALUE_SHOWN_BYTES. Not
 * yet safe for a terminal. decl may be NULL. */
ar_str ar_report_value_text(const struct ar_report_plan *plan,
                            const struct ar_fact_decl *decl, ar_value value);
/* A text of a finding: masked, cut at AR_MAX_FINDING_TEXT_BYTES. */
ar_str ar_report_text(const struct ar_report_plan *plan, ar_str text);
bool ar_report_is_secret(const struct ar_fact_decl *decl);

struct ar_report_place {
    ar_str file; /* empty: no place */
    uint32_t line;
};
struct ar_report_place ar_report_place(const struct ar_report_plan *plan,
                                       ar_span span);

/* An element or the rule itself is open, and every need is an input that was
 * not given. */
bool ar_report_is_question(const struct ar_rule_result *rule);
/* An element or the rule itself is open, for more than an input. */
bool ar_report_is_undecided(const struct ar_rule_result *rule);
/* A site pack leaves it out on purpose. */
bool ar_report_is_disabled(const struct ar_rule_result *rule);
bool ar_report_is_not_given(const struct ar_cause *cause);

/* ---- report_filter.c: which remedies and commands are shown ---- */

/* The shell whose commands are shown; empty: all. */
ar_str ar_report_choose_shell(const struct ar_result *result,
                              const struct ar_report_filter *filter);
/* Why the filter leaves a remedy out: "its risk is high, it restarts the
 * machine". Empty if it does not. */
ar_str ar_report_filtered(const struct ar_report_plan *plan,
                          const struct ar_result_remedy *remedy);
bool ar_report_is_shown(const struct ar_report_plan *plan,
                        const struct ar_result_remedy *remedy);
/* The titles of those that are shown. */
ar_str_vector ar_report_remedy_titles(const struct ar_report_plan *plan,
                                      const struct ar_finding *finding);
/* "Title: its risk is high", for each that is left out. */
ar_str_vector ar_report_filtered_texts(const struct ar_report_plan *plan,
                                       const struct ar_finding *finding);
/* What stands before a command with a question in it; or empty. */
ar_str ar_report_fill_in_text(const struct ar_result_item *item);
/* The commands of one step for different shells are alternatives: where there
 * is one for the shell that is wanted, those for others are left out. */
bool ar_report_is_for_shell(const struct ar_report_plan *plan,
                            const ar_result_item_vector *items,
                            const struct ar_result_item *item);
/* Those of items that are shown. */
ar_result_item_vector ar_report_items(const struct ar_report_plan *plan,
                                      const ar_result_item_vector *items);

/* The strongest restart that a remedy asks for: its name ("none", "app",
 * "wsl", "session", "machine") and whether that is under a condition. */
ar_str ar_report_restart(const struct ar_result_remedy *remedy,
                         bool *is_conditional);

#endif
