/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TEXT_DIAG_H
#define AR_TEXT_DIAG_H
/* Diagnostics: what is wrong with a text, where, and what to do. */

#include "base/buf.h"
#include "base/map.h"
#include "text/source.h"

enum ar_severity { AR_SEVERITY_ERROR, AR_SEVERITY_WARNING, AR_SEVERITY_NOTE };

#define AR_DIAG(code, severity, message, explanation) AR_##code,
enum ar_diag_code {
#include "text/diags.def"
    AR_N_DIAGS
};
#undef AR_DIAG

struct ar_diag_info {
    const char *code; /* "E0103" */
    enum ar_severity severity;
    const char *message; /* with {0} {1} {2} for the arguments */
    const char *explanation;
};
extern const struct ar_diag_info ar_diag_table[AR_N_DIAGS];

/* A second place, or with no place a second sentence. */
struct ar_diag_note {
    ar_span span;
    ar_str text;
    struct ar_diag_note *next;
};

struct ar_diag {
    enum ar_diag_code code;
    ar_span span;
    ar_str message;             /* arguments put in */
    ar_str expected;            /* "expected ..." or empty */
    ar_str suggestion;          /* "did you mean ..." or empty */
    struct ar_diag_note *notes; /* in the order added */
    size_t order;               /* how many were reported before it */
};

/* Collects diagnostics of one compilation. Set arena and sources, and zero
 * the rest. */
struct ar_diags {
    struct ar_arena *arena;
    struct ar_sources *sources;
    AR_VECTOR(struct ar_diag *) list; /* in the order reported until sorted */
    struct ar_map seen;               /* to find a second one */
    size_t n_errors;
    size_t n_warnings;
};

/* Reports code at span with arguments of type ar_str in place of {0}...:
 *   ar_diag(diags, AR_E0103, span, name);
 * A second diagnostic of the same code and span is dropped (the first is
 * returned, so adding to the result is always safe); if they have no place,
 * only one of the same message too. Copies all arguments. */
#define ar_diag(diags, code, span, ...)                                    \
    ar_diag_report((diags), (code), (span), (const ar_str[]){__VA_ARGS__}, \
                   sizeof((const ar_str[]){__VA_ARGS__}) / sizeof(ar_str))
/* The same for a message without arguments. */
#define ar_diag_plain(diags, code, span) \
    ar_diag_report((diags), (code), (span), NULL, 0)
struct ar_diag *ar_diag_report(struct ar_diags *diags, enum ar_diag_code code,
                               ar_span span, const ar_str *arguments,
                               size_t n_arguments);

/* Each of the next three copies its text. A second expectation, suggestion or
 * equal note is dropped, as a second diagnostic is. */

/* What stood to be expected, in words: "'then' or a clause of the rule". */
void ar_diag_expected(struct ar_diags *diags, struct ar_diag *diag,
                      ar_str expected);
/* The right thing to write instead: docker.arch */
void ar_diag_suggest(struct ar_diags *diags, struct ar_diag *diag,
                     ar_str suggestion);
/* A second place that matters: "first declared here". */
void ar_diag_note(struct ar_diags *diags, struct ar_diag *diag, ar_span span,
                  ar_str text);

/* Sorts by file, offset, code; then by end and the order reported. */
void ar_diags_sort(struct ar_diags *diags);

/* Where diag starts and ends, for tools; false, with line and column 0, if
 * it has no place. */
bool ar_diag_positions(struct ar_diags *diags, const struct ar_diag *diag,
                       struct ar_position *start, struct ar_position *end);

/* Renders one diagnostic for people:
 *   rules/docker.rules:14:31: error[E0103]: unknown fact 'docker.arhc'
 *      14 |   when host.arch == arm64 and docker.arhc == amd64
 *         |                               ^^^^^^^^^^^ did you mean
 * 'docker.arch'? A long line is shown as a window; control characters, bidi
 * controls and invisible characters as \u{..}. color: with ANSI colours.
 * Without a place: error[E2001]: cannot read 'a.rules': no such file */
void ar_diag_render(struct ar_buf *out, struct ar_diags *diags,
                    const struct ar_diag *diag, bool color);
/* All of them sorted (which sorts the list), at most
 * AR_MAX_DIAGNOSTICS_SHOWN, then "... and n more". */
void ar_diags_render(struct ar_buf *out, struct ar_diags *diags, bool color);

/* Index of the code "E0103" in the table (any case), or AR_N_DIAGS. */
enum ar_diag_code ar_diag_find(ar_str code);

#endif
