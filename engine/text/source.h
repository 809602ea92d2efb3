/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TEXT_SOURCE_H
#define AR_TEXT_SOURCE_H
/* Source texts and places in them. Places are byte offsets until a person
 * reads them. */

#include "base/str.h"

/* Bytes [start, end) of the source numbered file; file 0 is no place. */
typedef struct ar_span {
    uint32_t file;
    uint32_t start;
    uint32_t end;
} ar_span;

struct ar_source {
    ar_str name;           /* as given; "<stdlib>/std/host.rules" if built in */
    ar_str text;           /* NUL-terminated beyond its length */
    uint32_t *line_starts; /* made on first use by ar_source_position() */
    uint32_t n_lines;
    bool is_private; /* its lines may hold secrets: none of them is shown */
    uint32_t lines_before; /* of the file, before this text */
};

struct ar_sources {
    AR_VECTOR(struct ar_source *) list; /* file number f is list.at[f - 1] */
};

/* Adds a source; name and text must live as long, and text be below 4 GiB.
 * Returns its file number. */
uint32_t ar_sources_add(struct ar_arena *arena, struct ar_sources *sources,
                        ar_str name, ar_str text);
/* NULL for 0 and for a number never given. */
struct ar_source *ar_sources_get(const struct ar_sources *sources,
                                 uint32_t file);

struct ar_position {
    uint32_t line;   /* of the file, from 1 */
    uint32_t column; /* from 1, in code points; a tab counts one */
};

/* Where offset is; past the end it is the place after the last byte. Inside a
 * character it is the start of it, inside a line end the end of the line. A
 * byte order mark at the start of the text counts no column. */
struct ar_position ar_source_position(struct ar_arena *arena,
                                      struct ar_source *source,
                                      uint32_t offset);
/* Text of a line of the file (from 1) without its line end (LF or CR LF) and
 * without a byte order mark at the start of the text; empty past the last line.
 */
ar_str ar_source_line(struct ar_arena *arena, struct ar_source *source,
                      uint32_t line);
/* The bytes of span, cut at the end of the text; empty for no place. */
ar_str ar_source_text(const struct ar_sources *sources, ar_span span);
/* The same on one line: blanks with a line end among them become one space.
 * Points into the source, or is made in arena. */
ar_str ar_source_text_joined(struct ar_arena *arena,
                             const struct ar_sources *sources, ar_span span);
/* From the start of a to the end of b; either may be no place, which gives
 * the other. Of two files, a. */
ar_span ar_span_join(ar_span a, ar_span b);
/* Orders by file and start; where both are equal, the longer one first. */
int ar_span_compare(ar_span a, ar_span b);

#endif
