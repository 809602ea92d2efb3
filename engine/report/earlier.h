/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_EARLIER_H
#define AR_REPORT_EARLIER_H
/* A JSON report of an earlier run, read back: what was found then. */

#include "base/map.h"
#include "text/diag.h"
#include "value/value.h"

#include "json/json.h"

struct ar_earlier_finding {
    ar_str rule; /* its id then */
    bool has_key;
    ar_str key;
    ar_str fingerprint;
    ar_str title;    /* or empty */
    ar_str severity; /* "error" */
    bool is_waived;
    const struct ar_json *json; /* all of it */
};

struct ar_earlier {
    ar_str machine; /* or empty */
    ar_str made;    /* RFC 3339: when the facts were collected, if it says so,
                       else when it was written; or empty */
    bool has_time;
    int64_t time;      /* the same, in microseconds */
    size_t n_not_told; /* findings that it only counts */
    AR_VECTOR(struct ar_earlier_finding) findings;
    struct ar_map by_fingerprint; /* -> struct ar_earlier_finding * */
};

/* Reads a report of any detail. False after a diagnostic. What out points to
 * lives in arena and in the text of file, a source of diags. */
bool ar_earlier_read(struct ar_arena *arena, struct ar_diags *diags,
                     uint32_t file, struct ar_earlier *out);

const struct ar_earlier_finding *ar_earlier_find(
    const struct ar_earlier *earlier, ar_str fingerprint);

/* The lines of a log, a list of strings, that are newer than the report: those
 * behind the lines that its findings rest on; if they rest on none, those
 * with a time behind that of the report. Where a line is as old as one that is
 * known and could be another one, it counts as newer. *is_known is false if
 * nothing tells how old they are: then all lines are given. */
ar_value ar_earlier_newer_lines(struct ar_arena *arena,
                                const struct ar_earlier *earlier, ar_str key,
                                ar_value log, bool *is_known);

#endif
