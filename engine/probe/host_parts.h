/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_HOST_PARTS_H
#define AR_PROBE_HOST_PARTS_H
/* What the hosts of all systems have in common. */

#include "base/file.h"
#include "probe/host.h"
#include "probe/http.h"

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

enum ar_host_status ar_host_file_status(enum ar_file_status status);
/* Does what ar_file_read() does. */
void ar_host_read_file(struct ar_arena *arena, ar_str path, size_t max_bytes,
                       struct ar_host_output *out);
/* Does what ar_file_read_part() does. */
void ar_host_read_part(struct ar_arena *arena, ar_str path, uint64_t offset,
                       size_t size, struct ar_host_output *out);

/* The parts of text between separators, empty ones too. */
void ar_host_split(struct ar_arena *arena, ar_str text, char separator,
                   ar_str_vector *parts);

/* What is behind the scheme of an address of this machine: "unix://",
 * "npipe://". False, with status and detail, for any other scheme. */
bool ar_host_address(ar_str address, ar_str scheme, ar_str *rest,
                     struct ar_host_output *out);

/* Puts what came of a request into out. */
void ar_host_take_answer(const struct ar_http *http,
                         struct ar_host_output *out);

/* The time of a request is over: a whole answer counts, else it is a TIMEOUT
 * whose detail says how far it came. */
void ar_host_give_up_answer(const struct ar_http *http, bool is_connected,
                            struct ar_host_output *out);

/* For what this system does not have. */
void ar_host_unsupported(struct ar_host_output *out, ar_str detail);

/* ---- host_cpuid.c ---- */

bool ar_host_cpuid(struct ar_host *host, uint32_t leaf, uint32_t registers[4]);

/* ---- host_glob.c ---- */

/* Does what glob() of a host does with a pattern whose first n_root bytes, up
 * to a separator, are the root: "/" or "C:\". Both '/' and '\\' separate
 * if ignores_case, as on Windows. */
void ar_host_glob(struct ar_arena *arena, ar_str pattern, size_t n_root,
                  bool ignores_case, size_t max_matches,
                  struct ar_host_output *out);

#endif
