/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FRONT_FORMAT_LAYOUT_H
#define AR_FRONT_FORMAT_LAYOUT_H
/* Inside the formatter: the tokens of a file, and what the layout says about
 * the gap before each.
 *
 * Formatting twice must change nothing, so that each decision has to come out
 * the same on its own result. Breaks between lines come from three sources:
 * the structure of the file, breaks that the author made where one may stand,
 * and lines that would be too long. A break of the third kind looks like one
 * of the second in the result, and breaks farther on only ever make a line
 * shorter, so nothing is decided differently then. Whatever depends on breaks
 * in any other way (a width that others are aligned to, say) would not be
 * stable; such things are worked out from tokens and comments alone. */

#include "front/ast.h"

enum {
    AR_FORMAT_LINE_COLUMNS = 100,
    AR_FORMAT_INDENT = 2,
    AR_FORMAT_DEEP_INDENT = 4,     /* of what is no level of its own */
    AR_FORMAT_ALIGNED_COLUMNS = 40 /* wider cells do not push others */
};

#define AR_FORMAT_NONE SIZE_MAX

enum ar_format_gap {
    AR_FORMAT_JOIN,    /* no break */
    AR_FORMAT_LINE,    /* always a break */
    AR_FORMAT_ELEMENT, /* a break if it was there, or else what follows up to
                        * element_end would not fit */
    AR_FORMAT_GROUP    /* a break if the group is broken */
};

/* A column: so many behind the start of a token, or of the line that the
 * token stands on. */
struct ar_format_anchor {
    size_t token; /* AR_FORMAT_NONE: the left margin */
    size_t columns;
    bool of_line;
};

struct ar_format_comment {
    ar_str text;
    bool own_line;
    bool blank;     /* a blank line stands before it */
    size_t columns; /* blanks before it, if it has a line of its own */
};

/* An interpolated string is one token, so that it stays as it was written. */
struct ar_format_token {
    int kind;
    uint32_t start;
    uint32_t end;
    size_t columns; /* of its first line */
    bool long_text; /* has more than one line */
    /* What stood in the gap before it. */
    size_t first_comment;
    size_t n_comments;
    bool breaks;
    bool blank;
    /* What the layout makes of the gap. */
    enum ar_format_gap gap;
    bool tight;       /* no space unless there is a break */
    bool wants_blank; /* a blank line unless there is one */
    size_t padding;   /* spaces more, unless there is a break */
    size_t element_end;
    size_t group; /* AR_FORMAT_NONE, or that which a break here breaks */
    struct ar_format_anchor anchor; /* where it stands if there is a break */
    size_t comment_columns;         /* so much deeper stand its comments */
    /* Where it was put. */
    size_t column;
    size_t line_column;
};

/* Tokens start to end on one line, or all gaps of the group are breaks. */
struct ar_format_group {
    size_t start;
    size_t end;
    bool broken;
};

struct ar_format {
    struct ar_arena *arena;
    ar_str text;
    AR_VECTOR(struct ar_format_token) tokens; /* the last has kind 0 */
    AR_VECTOR(struct ar_format_comment) comments;
    AR_VECTOR(struct ar_format_group) groups; /* by start, outer ones first */
};

/* ---- tokens ---- */

/* Reads all tokens and comments of a text that has no syntax errors. */
void ar_format_read(struct ar_format *format, struct ar_lexer *lexer);
struct ar_format_token *ar_format_at(struct ar_format *format, size_t token);
/* The token at or right before a byte offset. */
size_t ar_format_find(const struct ar_format *format, uint32_t offset);
size_t ar_format_first(const struct ar_format *format,
                       const struct ar_node *node);
size_t ar_format_last(const struct ar_format *format,
                      const struct ar_node *node);
/* Columns of tokens first to last on one line; AR_FORMAT_NONE if a comment or
 * a text of several lines stands there. */
size_t ar_format_columns(struct ar_format *format, size_t first, size_t last);
size_t ar_format_text_columns(ar_str text);
/* Whether a comment on a line of its own stands right before the token. */
bool ar_format_has_line_comment(struct ar_format *format, size_t token);

/* ---- gaps ---- */

struct ar_format_anchor ar_format_from(size_t token, size_t columns);
void ar_format_line(struct ar_format *format, size_t token,
                    struct ar_format_anchor anchor);
/* Tokens that join, and where comments between them put them. */
void ar_format_region(struct ar_format *format, size_t first, size_t last,
                      struct ar_format_anchor anchor);
void ar_format_element(struct ar_format *format, size_t first, size_t last,
                       struct ar_format_anchor anchor);
/* Groups must be made in the order of their starts. */
size_t ar_format_group(struct ar_format *format, size_t start, size_t end);
void ar_format_in_group(struct ar_format *format, size_t token, size_t group,
                        struct ar_format_anchor anchor);
/* A break behind an operator goes before it, with its comments. */
void ar_format_hoist(struct ar_format *format, size_t operator_token);

/* ---- layout ---- */

void ar_format_file(struct ar_format *format, const struct ar_node *file);
void ar_format_rule(struct ar_format *format, const struct ar_node *rule);
void ar_format_table(struct ar_format *format, const struct ar_node *table);
void ar_format_probe(struct ar_format *format, const struct ar_node *probe);
void ar_format_test(struct ar_format *format, const struct ar_node *test);

/* A clause on a line of its own, whose content begins width + 1 columns
 * behind the start of its keyword, or more if the keyword is longer. Returns
 * where the content stands. */
struct ar_format_anchor ar_format_clause(struct ar_format *format,
                                         const struct ar_node *clause,
                                         struct ar_format_anchor anchor,
                                         size_t width);
/* The width of the longest keyword of the siblings from first to before end;
 * those that is_aligned (may be NULL) does not name do not count. */
size_t ar_format_keyword_columns(struct ar_format *format,
                                 const struct ar_node *first,
                                 const struct ar_node *end,
                                 bool (*is_aligned)(enum ar_node_kind kind));
/* Spaces that bring tokens first to last up to width columns. */
size_t ar_format_padding(struct ar_format *format, size_t first, size_t last,
                         size_t width);
/* The larger of width and the columns of tokens first to last; those that are
 * not to push others do not count. */
size_t ar_format_widen(struct ar_format *format, size_t first, size_t last,
                       size_t width);

void ar_format_expression(struct ar_format *format,
                          const struct ar_node *expression);
/* An expression whose `and` and `or` stand at anchor when it is broken. */
void ar_format_condition(struct ar_format *format,
                         const struct ar_node *expression,
                         struct ar_format_anchor anchor);
/* An if or unless behind what it guards. */
void ar_format_guard(struct ar_format *format, const struct ar_node *guard,
                     struct ar_format_anchor anchor);
void ar_format_type(struct ar_format *format, const struct ar_node *type);
/* A signature, with its parameters. */
void ar_format_signature(struct ar_format *format,
                         const struct ar_node *signature);
void ar_format_parameters(struct ar_format *format,
                          const struct ar_node *fields);
/* The siblings behind child, with commas between them. */
void ar_format_rest(struct ar_format *format, const struct ar_node *child,
                    struct ar_format_anchor anchor);
/* Elements between brackets, on lines of their own if the group breaks. */
void ar_format_brackets(struct ar_format *format, size_t open,
                        const struct ar_node *child, size_t close);

/* ---- result ---- */

void ar_format_print(struct ar_format *format, struct ar_buf *out);

#endif
