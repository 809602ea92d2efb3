/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FRONT_PARSER_H
#define AR_FRONT_PARSER_H
/* Between the generated parser and the tree: driving it, and its errors. */

#include "front/ast.h"

/* Defined in rules.y: feeds all tokens of front->lexer to the parser. */
void ar_parser_run(struct ar_front *front);

/* Of the same text, from its start on; says nothing of errors. */
struct ar_front *ar_parser_again(const struct ar_front *front);

/* Next token; counts brackets and stops when they nest too deeply. */
struct ar_token ar_parser_next_token(struct ar_front *front);
/* Reports that the source nests too deeply, once, and stops. */
void ar_parser_too_deep(struct ar_front *front);

/* A syntax error at token: begin, each terminal that could stand there, end.
 * is_fallback: a word that also serves as a name. */
void ar_parser_error_begin(struct ar_front *front);
void ar_parser_error_expects(struct ar_front *front, int kind,
                             bool is_fallback);
void ar_parser_error_end(struct ar_front *front, struct ar_token token);

/* The declarations go on after an error; what is left of a broken rule (a
 * rule without a name) is dropped. */
struct ar_node *ar_parser_resume(struct ar_front *front, struct ar_node *file,
                                 struct ar_node *declaration);

#endif
