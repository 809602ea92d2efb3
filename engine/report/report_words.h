/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_REPORT_WORDS_H
#define AR_REPORT_REPORT_WORDS_H
/* The sentences that reports for people have in common, whatever they look
 * like. They hold text from outside as it came: masking secrets and making it
 * safe is for the format that writes it. */

#include "report/report_plan.h"

extern const char *const ar_report_severity_words[4]; /* "INFO", ... */
/* Statuses as reports list them: what matters first. */
extern const enum ar_status ar_report_status_order[AR_N_STATUSES];

/* "not applicable": as people read them. */
extern const char *const ar_report_status_words[AR_N_STATUSES];

/* The first line of every report: what was found, what is open, and what
 * went wrong on the way. */
ar_str ar_report_verdict(const struct ar_report_plan *plan);
/* "Rules: 4 = 2 matched + ... Findings: 2, of these 1 superseded, ..." */
ar_str ar_report_counts_text(const struct ar_report_plan *plan);

/* "value", "value, more"; what is empty is left out. */
ar_str ar_report_join(const struct ar_report_plan *plan, ar_str value,
                      const char *between, ar_str more);
/* "1 rule", "2 rules". */
ar_str ar_report_count_text(const struct ar_report_plan *plan, size_t count,
                            const char *noun);
/* "docker 1.0.0 (4 rules)", "broken.rules (0 rules, not loaded)". */
ar_str ar_report_pack_text(const struct ar_report_plan *plan,
                           const struct ar_pack *pack);
/* Its name, or the path it was read from. */
ar_str ar_report_pack_name(const struct ar_pack *pack);
typedef AR_VECTOR(const struct ar_pack *) ar_report_packs;
/* Packs with errors: their rules are not in the result at all. */
ar_report_packs ar_report_broken_packs(const struct ar_report_plan *plan);
/* All packs but the standard library, as ar_report_pack_text() has them. */
ar_str ar_report_packs_text(const struct ar_report_plan *plan);
/* "docker.wrong_build", "wsl.old_kernel (Ubuntu)". */
ar_str ar_report_finding_name(const struct ar_report_plan *plan,
                              const struct ar_finding *finding);
/* The rule's title, or its id without one; and the key in parentheses. */
ar_str ar_report_finding_title(const struct ar_report_plan *plan,
                               const struct ar_finding *finding);
/* "rules/docker.rules:12", or empty. */
ar_str ar_report_place_text(const struct ar_report_plan *plan, ar_span span);
/* "docker.arch = arm64". */
ar_str ar_report_fact_text(const struct ar_report_plan *plan,
                           const struct ar_evidence *fact);
/* "from docker: docker version, 3 ms", or empty. */
ar_str ar_report_origin_text(const struct ar_report_plan *plan,
                             const struct ar_evidence *fact);
/* "its probe did not answer in time (15 s); reading it needs administrator
 * rights": of a fact that is needed. */
ar_str ar_report_why_text(const struct ar_report_plan *plan,
                          const struct ar_cause *cause);
/* The same with "docker.arch: " before it. */
ar_str ar_report_need_text(const struct ar_report_plan *plan,
                           const struct ar_cause *cause);
/* "the lab needs it; owner ops; until 2027-01-31; site.rules:4". */
ar_str ar_report_waiver_text(const struct ar_report_plan *plan,
                             const struct ar_waiver *waiver);
/* The id of the rule it waives, with the key. */
ar_str ar_report_waiver_name(const struct ar_report_plan *plan,
                             const struct ar_waiver *waiver);
/* "1 finding below warning not shown.", "a.b has 3 findings more, over its
 * limit.": a text for each; none if nothing is left out. */
ar_str_vector ar_report_left_out_texts(const struct ar_report_plan *plan);

/* What a person is asked, and the ids of the rules that wait for it. */
ar_str ar_report_question_text(const struct ar_report_question *question);
ar_str ar_report_waiting_text(const struct ar_report_plan *plan,
                              const struct ar_report_question *question);

/* A list of texts with a title. */
struct ar_report_section {
    ar_str title;
    bool is_warning;
    ar_str_vector texts;
};
typedef AR_VECTOR(struct ar_report_section *) ar_report_sections;
/* Rules that are disabled, findings that are waived, waivers that have expired,
 * packs that are not there: those of which there are any. */
ar_report_sections ar_report_exceptions(const struct ar_report_plan *plan);

/* What has changed since the earlier report that the options name: counts, then
 * a line for each finding that is new, gone or undecided. */
struct ar_report_changes {
    ar_str title;
    ar_str_vector lines;
    ar_str_vector warnings; /* why the comparison may mislead */
};
/* NULL without an earlier report. */
const struct ar_report_changes *ar_report_changes(
    const struct ar_report_plan *plan);
/* "new" or "unchanged" since then; empty without an earlier report. */
ar_str ar_report_since(const struct ar_report_plan *plan,
                       const struct ar_finding *finding);

/* The rule's pack itself says that link, with no value of a fact in it, and
 * it is one that may be followed: https. */
bool ar_report_is_pack_link(const struct ar_rule *rule, ar_str link);

/* A report for people is as long as it may be. */
bool ar_report_is_full(const struct ar_buf *out);
/* "3 findings more are not shown: ...": of what a full report leaves out. */
ar_str ar_report_full_text(const struct ar_report_plan *plan, size_t count,
                           const char *noun);

/* ---- remedies ---- */

/* "What to do: Install it", "What to do (way 1 of 2): Install it". */
ar_str ar_report_remedy_title(const struct ar_report_plan *plan,
                              const struct ar_finding *finding, size_t ix);

/* "the machine, under a condition", "none". */
ar_str ar_report_restart_text(const struct ar_report_plan *plan,
                              const struct ar_result_remedy *remedy);
/* "administrator", "those of the user". */
ar_str ar_report_rights_text(const struct ar_result_remedy *remedy);
/* Of a guard that is open, as it is written ("if x", "unless x"): "Only if x;
 * that could not be decided." Empty without one. */
ar_str ar_report_condition_text(const struct ar_report_plan *plan,
                                ar_str condition);
/* What stands before commands for a shell: "In PowerShell:". */
ar_str ar_report_shell_label(const struct ar_report_plan *plan, ar_str shell);
/* "Restart the machine." */
ar_str ar_report_restart_step(ar_str what);
/* The item continues those before it: commands for one shell, or links, under
 * one condition stand below one label. */
bool ar_report_is_continued(const ar_result_item_vector *items, size_t ix);

/* ---- groups ---- */

/* What several rules or facts have in common, and their names: "a, b". */
struct ar_report_group {
    ar_str text;
    struct ar_buf names;
};
typedef AR_VECTOR(struct ar_report_group *) ar_report_groups;

/* Rules of a status (not_loaded: without those that are disabled), by the
 * reason. A pack that is not loaded gives one reason for all its rules. */
ar_report_groups ar_report_group_reasons(const struct ar_report_plan *plan,
                                         enum ar_status status);
/* The facts that undecided rules need, by what one has to do to get them. */
ar_report_groups ar_report_group_advice(const struct ar_report_plan *plan);

#endif
