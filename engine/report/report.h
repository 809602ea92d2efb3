/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_REPORT_H
#define AR_REPORT_REPORT_H
/* What an evaluation found, written down: for people and for programs
 * (docs/reports.md). A report reads a result and changes nothing. */

#include "base/buf.h"
#include "result/result.h"

enum ar_report_detail {
    AR_REPORT_IDS,      /* which findings, and the counts */
    AR_REPORT_FINDINGS, /* JSON: all but the list of rules */
    AR_REPORT_FULL
};
extern const char *const ar_report_detail_names[3]; /* "ids", ... */

struct ar_earlier;

/* Which remedies, and which of their commands, are shown. Zero: all. */
struct ar_report_filter {
    bool has_max_risk;
    enum ar_risk max_risk;
    bool no_restart; /* none that asks for a restart, be it under a condition */
    bool no_admin;
    ar_str shell; /* powershell cmd bash; "all"; empty: that of the machine's
                     system, if the facts say which it is */
};

struct ar_report_options {
    bool color;     /* of the human report: ANSI sequences */
    unsigned width; /* of the human report in cells; 0: 80, below 40: 40 */
    enum ar_report_detail detail;
    bool all; /* the human report also lists the rules that are clear or not
                 applicable */
    enum ar_rule_severity min_severity; /* of the findings that are shown; the
                                           cause of a shown one is shown */
    struct ar_report_filter filter;
    const struct ar_earlier *earlier; /* to compare with; or NULL */
    ar_str tool;                      /* "archrules 0.1.0" */
    const char *generated;            /* RFC 3339; NULL or empty: not said */
    size_t n_probes_failed;           /* while the facts were collected */
    bool used_allow_run; /* what ran then included programs of packs that are
                            not trusted */
    size_t line; /* of a file with a machine in each, or 0; NDJSON says it */
    /* Of secret facts, of before: texts of then may hold them. */
    const ar_value *former_secrets;
    size_t n_former_secrets;
};

/* Each appends the report to out. Whatever comes from outside can only be
 * text in it, and the values of facts that are secret are never in it. */
#define AR_REPORT_FORMAT(id, name, endings, text, function)           \
    void function(struct ar_buf *out, const struct ar_result *result, \
                  const struct ar_report_options *options);
#include "report/formats.def"
#undef AR_REPORT_FORMAT

#define AR_REPORT_FORMAT(id, name, endings, text, function) \
    AR_REPORT_FORMAT_##id,
enum ar_report_format {
#include "report/formats.def"
    AR_N_REPORT_FORMATS
};
#undef AR_REPORT_FORMAT

struct ar_report_format_info {
    const char *name;
    const char *endings; /* of file names, separated by blanks */
    const char *text;
    void (*put)(struct ar_buf *out, const struct ar_result *result,
                const struct ar_report_options *options);
};
extern const struct ar_report_format_info
    ar_report_format_table[AR_N_REPORT_FORMATS];
enum ar_report_format ar_report_format_find(ar_str name); /* AR_N_... if none */
/* The format that a file of that name holds by its ending, upper or lower
 * case; AR_N_REPORT_FORMATS if it tells nothing. */
enum ar_report_format ar_report_format_of_file(ar_str path);

/* The exit status that a result asks for; 2 is decided elsewhere and goes
 * before all of them. */
enum ar_report_exit {
    AR_REPORT_EXIT_NOTHING = 0, /* every rule decided, nothing to act on */
    AR_REPORT_EXIT_FOUND = 1,   /* a finding at or above fail_level, also a
                                   superseded one, that is not waived */
    AR_REPORT_EXIT_OPEN = 3     /* none, but a rule or an element of one is not
                                   decided, not loaded or failed. Questions (a
                                   rule that only needs inputs that were not
                                   given) and disabled rules do not count. */
};
struct ar_report_exit_options {
    enum ar_rule_severity fail_level;
    const struct ar_earlier *only_newer; /* findings that are in it do not
                                            count; or NULL: all do */
    bool allow_undetermined;             /* 0 in place of 3 */
    bool exit_zero;                      /* 0 in place of 1 and 3 */
};
enum ar_report_exit ar_report_exit_code(
    const struct ar_result *result,
    const struct ar_report_exit_options *options);

#endif
