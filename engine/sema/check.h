/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_CHECK_H
#define AR_SEMA_CHECK_H
/* From syntax trees to the checked program: names, types, tables, graphs. */

#include "sema/program.h"

/* Files that form one pack, or one module of the standard library. */
struct ar_unit {
    ar_str name; /* of a module: "std.host"; else empty */
    ar_str path; /* folder or file, for messages */
    bool is_stdlib;
    bool is_trusted; /* built in or installed: its probes may run */
    AR_VECTOR(struct ar_node *) files; /* of ar_parse() */
    AR_VECTOR(uint32_t) file_ids;      /* of the same files */
    bool failed; /* out: has an error, or uses a unit that has one */
};

/* The text of a file that a rule file names, of at most AR_MAX_SOURCE_BYTES;
 * false, with why in words, if it cannot be had. */
typedef bool (*ar_read_file)(struct ar_arena *arena, ar_str path, ar_str *out,
                             ar_str *why);

struct ar_check_options {
    ar_read_file read_file; /* NULL: none can be read */
    bool lint;              /* report what is suspicious, too */
    ar_str engine_version;  /* what `requires archrules` is held against */
};

/* Whether the unit declares a probe or a derived fact: something that asks for
 * other facts. */
bool ar_unit_asks(const struct ar_unit *unit);

/* Checks all units together. Always gives a program; the rules, tests and
 * waivers of units with errors are not in it. */
struct ar_program *ar_check(struct ar_arena *arena, struct ar_diags *diags,
                            struct ar_unit *const *units, size_t n_units,
                            const struct ar_check_options *options);

#endif
