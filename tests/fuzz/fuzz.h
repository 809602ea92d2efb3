/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_FUZZ_H
#define AR_TESTS_FUZZ_H
/* What the fuzz targets share: claims, and a small library of facts. */

#include "sema/check.h"

/* Of each target; libFuzzer, or replay_main.c, calls it. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts unless the claim holds: that is a find. */
void fuzz_require(bool claim);

/* A copy that ends where the input ends, as every text in an arena does. */
ar_str fuzz_text(struct ar_arena *arena, const uint8_t *data, size_t size);
/* The line from *at on without its end; *at is then behind it. */
ar_str fuzz_line(ar_str text, size_t *at);

/* Every diagnostic has words, and a place in a source or none. */
void fuzz_require_places(const struct ar_diags *diags);

/* The modules std.host, std.docker, std.wsl and std.file, parsed once for all
 * runs. Adds their sources to those of diags, which must be empty, and gives
 * fresh units for them. */
enum { FUZZ_N_MODULES = 4 };
void fuzz_add_library(struct ar_diags *diags,
                      struct ar_unit *units[FUZZ_N_MODULES]);

#endif
