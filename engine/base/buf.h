/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_BUF_H
#define AR_BASE_BUF_H
/* A growable byte buffer on an arena, for text output. */

#include "base/str.h"

struct ar_buf {
    struct ar_arena *arena;
    char *ptr;
    size_t len;
    size_t capacity;
};

/* Starts empty; takes no memory until something is put. */
#define AR_BUF(arena_pointer) ((struct ar_buf){.arena = (arena_pointer)})

void ar_buf_put(struct ar_buf *buf, ar_str s);
/* Puts count bytes that the caller fills in at once, where it says. */
char *ar_buf_add(struct ar_buf *buf, size_t count);
void ar_buf_put_c(struct ar_buf *buf, const char *c_string);
void ar_buf_put_char(struct ar_buf *buf, char c);
void ar_buf_put_repeated(struct ar_buf *buf, char c, size_t count);
/* As UTF-8; U+FFFD for what is no code point, and for surrogates. */
void ar_buf_put_code_point(struct ar_buf *buf, uint32_t code_point);
void ar_buf_printf(struct ar_buf *buf, const char *format, ...)
    AR_PRINTF_LIKE(2, 3);
/* What was put so far; NUL-terminated; stale after the next put. */
ar_str ar_buf_view(struct ar_buf *buf);

#endif
