/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FRONT_LEXER_H
#define AR_FRONT_LEXER_H
/* Text to tokens. Yields spans; copies nothing. */

#include "base/limits.h"
#include "text/diag.h"

struct ar_token {
    int kind; /* AR_TOK_... of the generated rules.h; 0 at the end */
    uint32_t start;
    uint32_t end;
};

/* A comment, kept for documentation and the formatter. */
struct ar_comment {
    uint32_t start; /* at the '#' */
    uint32_t end;   /* before the line end */
    bool doc;       /* "##" */
};

struct ar_lexer {
    struct ar_arena *arena;
    struct ar_diags *diags;
    uint32_t file;
    const char *start;
    const char *cursor;
    const char *limit;       /* the NUL behind the text */
    const char *token_start; /* of the last token, which ends at cursor */
    int previous; /* kind of the token before; decides on regex and names */
    size_t n_tokens;
    /* Strings that are open around the cursor: each holds the braces open
     * in its current {expression}. */
    struct {
        uint32_t brace; /* the { of that expression */
        unsigned braces;
        bool multiline;
    } strings[AR_MAX_NESTING + 1];
    unsigned n_strings;
    AR_VECTOR(struct ar_comment) comments;
};

/* Checks encoding (UTF-8, NUL, bidi controls, lone CR, line separators) and
 * reports each fault; false if the text cannot be lexed at all (UTF-16, too
 * large). Skips a BOM at the start. */
bool ar_lexer_start(struct ar_lexer *lexer, struct ar_arena *arena,
                    struct ar_diags *diags, uint32_t file);
/* The next token. A fault is reported and gives AR_TOK_BAD. */
struct ar_token ar_lexer_next(struct ar_lexer *lexer);

#endif
