/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TEXT_UTF8_H
#define AR_TEXT_UTF8_H
/* UTF-8: validation, decoding, and what is safe to show. */

#include "base/buf.h"

/* Offset of the first byte that is not part of valid UTF-8 (overlong forms,
 * surrogates and values over U+10FFFF are invalid), or SIZE_MAX. */
size_t ar_utf8_invalid_at(ar_str s);
/* Whether all of it is valid, and nothing is NUL. */
bool ar_utf8_is_text(ar_str s);
/* Decodes the code point at *offset and moves behind it. An invalid byte
 * gives 0xFFFFFFFF and moves by one. */
uint32_t ar_utf8_next(ar_str s, size_t *offset);
size_t ar_utf8_length(ar_str s); /* code points; an invalid byte counts one */
/* The 12 characters with the property Bidi_Control. */
bool ar_utf8_is_bidi_control(uint32_t code_point);
/* Characters that show nothing: zero width, soft hyphen, BOM inside text. */
bool ar_utf8_is_invisible(uint32_t code_point);
/* Cells it takes on a terminal: 0 (combining), 1 or 2 (wide East Asian). */
unsigned ar_utf8_cells(uint32_t code_point);
/* The ASCII letter a Cyrillic, Greek or full-width letter looks like, or 0. */
char ar_utf8_look_alike(uint32_t code_point);
/* What a message calls it: 'x' (U+0078), or U+200B if it does not show. */
ar_str ar_utf8_describe(struct ar_arena *arena, uint32_t code_point);

/* Puts s so that it can only be text on a terminal: C0 (newline too unless
 * keep_newlines), DEL, C1, bidi controls, U+2028/9 and invalid bytes appear
 * as \u{..} or \x{..}. */
void ar_utf8_put_safe(struct ar_buf *out, ar_str s, bool keep_newlines);

#endif
