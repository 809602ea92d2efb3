/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_HOST_PARTS_H
#define AR_PROBE_HOST_PARTS_H
/* What the hosts of all systems have in common. */

#include "probe/host.h"

/* Whether a name fits a pattern of * ? and [...] ([!...] for the opposite,
 * ranges of ASCII characters, ']' right behind the bracket is itself); a '['
 * that is not closed stands for itself. A '*' or '?' in front never takes a
 * dot in front. '?' takes a character of UTF-8, or a byte that is none. */
bool ar_host_name_fits(ar_str pattern, ar_str name);
bool ar_host_is_pattern(ar_str text);

/* Whether a program gets a variable of this name from the caller. */
bool ar_host_passes_variable(ar_str name, bool is_elevated);

/* Sets a status that is no answer. */
void ar_host_refuse(struct ar_host_output *output, enum ar_host_status status,
                    ar_str detail);

/* Does what ar_file_read() does. */
void ar_host_read_file(struct ar_arena *arena, ar_str path, size_t max_bytes,
                       struct ar_host_output *out);

/* Sorts paths and puts them one to a line into out->out; NOT_FOUND if there
 * are none. A path with a line end in it is FAILED. */
void ar_host_put_paths(struct ar_arena *arena, ar_str_vector *paths,
                       struct ar_host_output *out);

#endif
