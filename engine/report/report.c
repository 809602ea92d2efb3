/* SPDX-License-Identifier: Apache-2.0 */
/* The table of formats, and the exit status that a result asks for. */

#include "report/report.h"

#include "report/report_compare.h"
#include "report/report_plan.h"

const char *const ar_report_detail_names[3] = {"ids", "findings", "full"};

#define AR_REPORT_FORMAT(id, name, endings, text, function) \
    {name, endings, text, function},
const struct ar_report_format_info ar_report_format_table[] = {
#include "report/formats.def"
};
#undef AR_REPORT_FORMAT

enum ar_report_format ar_report_format_find(ar_str name)
{
    for (size_t ix = 0; ix < AR_N_REPORT_FORMATS; ix++) {
        if (ar_str_equal_c(name, ar_report_format_table[ix].name))
            return (enum ar_report_format)ix;
    }
    return AR_N_REPORT_FORMATS;
}

static bool ends_with(ar_str text, ar_str ending)
{
    return text.len > ending.len &&
           ar_str_equal_ignore_case(
               ar_str_slice(text, text.len - ending.len, text.len), ending);
}

/* The length of the longest of endings that path ends with, or 0. */
static size_t match_ending(ar_str path, ar_str endings)
{
    size_t longest = 0;
    size_t start = 0;
    while (start < endings.len) {
        size_t blank = ar_str_find(endings, AR_STR(" "), start);
        ar_str ending = ar_str_slice(endings, start, blank);
        if (ends_with(path, ending) && ending.len > longest)
            longest = ending.len;
        start += ending.len + 1;
    }
    return longest;
}

enum ar_report_format ar_report_format_of_file(ar_str path)
{
    enum ar_report_format best = AR_N_REPORT_FORMATS;
    size_t longest = 0;
    for (size_t ix = 0; ix < AR_N_REPORT_FORMATS; ix++) {
        size_t length = match_ending(
            path, ar_str_from_c(ar_report_format_table[ix].endings));
        if (length > longest) {
            longest = length;
            best = (enum ar_report_format)ix;
        }
    }
    return best;
}

/* A finding that is folded under its cause is there all the same. Findings
 * over the limit of their rule are not known to be waived, so they count. */
static bool has_failure(const struct ar_result *result,
                        const struct ar_report_exit_options *options)
{
    enum ar_rule_severity fail_level = options->fail_level;
    for (size_t ix = 0; ix < result->findings.count; ix++) {
        const struct ar_finding *finding = result->findings.at[ix];
        bool counts = options->only_newer == NULL ||
                      ar_report_is_new(options->only_newer, finding);
        if (finding->rule->severity >= fail_level &&
            finding->waived_by == NULL && counts)
            return true;
    }
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        const struct ar_rule_result *rule = &result->rules.at[ix];
        if (rule->n_findings_left_out > 0 && rule->rule->severity >= fail_level)
            return true;
    }
    return false;
}

static bool is_open(const struct ar_rule_result *rule)
{
    switch (rule->status) {
    case AR_STATUS_NOT_LOADED: return !ar_report_is_disabled(rule);
    case AR_STATUS_ERROR: return true;
    case AR_STATUS_NOT_APPLICABLE:
    case AR_STATUS_CLEAR:
    case AR_STATUS_MATCHED:
    case AR_STATUS_UNDETERMINED: return ar_report_is_undecided(rule);
    case AR_N_STATUSES: break;
    }
    AR_UNREACHABLE();
}

static bool has_open_rule(const struct ar_result *result)
{
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        if (is_open(&result->rules.at[ix]))
            return true;
    }
    return false;
}

enum ar_report_exit ar_report_exit_code(
    const struct ar_result *result,
    const struct ar_report_exit_options *options)
{
    if (options->exit_zero)
        return AR_REPORT_EXIT_NOTHING;
    if (has_failure(result, options))
        return AR_REPORT_EXIT_FOUND;
    if (!options->allow_undetermined && has_open_rule(result))
        return AR_REPORT_EXIT_OPEN;
    return AR_REPORT_EXIT_NOTHING;
}
