/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FRONT_LEXER_ERRORS_H
#define AR_FRONT_LEXER_ERRORS_H
/* What the lexer's rules leave to plain C: scanning past a regex, and the
 * words for what is wrong. */

#include "front/lexer.h"

/* Behind the closing slash and the flags of the regex that starts at start,
 * or NULL if its line ends first. A slash in a class or behind a backslash
 * does not end it. */
const char *ar_lexer_regex_end(const struct ar_lexer *lexer, const char *start);
const char *ar_lexer_line_end(const struct ar_lexer *lexer, const char *start);

/* Each reports what its name says. */
void ar_lexer_name_too_long(struct ar_lexer *lexer, ar_span span);
void ar_lexer_bad_name(struct ar_lexer *lexer, ar_span span, ar_str text);
void ar_lexer_bad_number(struct ar_lexer *lexer, ar_span span);
void ar_lexer_bad_date(struct ar_lexer *lexer, ar_span span);
void ar_lexer_too_many_tokens(struct ar_lexer *lexer);
void ar_lexer_too_deep(struct ar_lexer *lexer, ar_span span);
/* A line, or the text, ends in the string at span; continued: behind an
 * expression of it. A string that was opened within an expression most likely
 * is the closing quote of the one around it, whose brace is blamed. */
void ar_lexer_string_ends(struct ar_lexer *lexer, ar_span span, bool continued);
void ar_lexer_string_unclosed(struct ar_lexer *lexer, ar_span span,
                              bool continued);
/* At a line end in code: false unless it stands in an expression of a string
 * of one line, which is reported and closed. */
bool ar_lexer_line_ends_string(struct ar_lexer *lexer);
/* Reports that the expression around the cursor is open, and leaves the
 * string, with all that are around it. */
void ar_lexer_leave_expression(struct ar_lexer *lexer);
/* At the end of the text: reports an expression that is still open. */
bool ar_lexer_file_ends(struct ar_lexer *lexer);
/* Also gives where to go on. */
const char *ar_lexer_stray_character(struct ar_lexer *lexer, const char *start);

#endif
