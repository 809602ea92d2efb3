/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_BUILTIN_H
#define AR_PROBE_BUILTIN_H
/* Facts that code of this program finds out, without running a program:
 * builtin.def is the table, builtin_*.c have the functions. What could not be
 * found out is unknown with a reason; absent is only what is not there. */

#include "base/map.h"
#include "facts/schema.h"
#include "probe/host.h"

/* A fact that is asked for. */
struct ar_question {
    struct ar_arena *arena; /* of the answer */
    struct ar_host *host;
    const struct ar_fact_decl *decl;
    const ar_value *arguments;
    struct ar_map *kept; /* what functions keep for other facts of the same
                            run, by names that begin with their file's */
    int64_t deadline_us; /* of the run, by the host's clock; 0: none */
    ar_str how;          /* out: what was looked at; at first `where` */
};

/* A row of the table. */
struct ar_builtin {
    const char *name;
    const char *platforms; /* "all", or names with blanks between */
    const char *where;     /* where the value comes from */
    const char *lacks;     /* when it is absent or unknown */
    ar_value (*find)(struct ar_question *question);
};

/* NULL if no code finds it out. */
const struct ar_builtin *ar_builtin_of(const struct ar_fact_decl *decl);
/* False if no code finds it out on this platform. */
bool ar_builtin_find(struct ar_question *question, ar_value *out);

/* Whether this is WSL for certain: probes that are for it count then. */
bool ar_builtin_is_wsl(struct ar_question *question);

/* What is no answer of a host, as the lack of a value. */
ar_value ar_question_lack(const struct ar_host_output *output);
/* A text of a host as a value: unknown(bad_output) if it is not UTF-8. */
ar_value ar_question_string(ar_str text);
/* The line at *at without its end, LF or CRLF; *at moves behind it. */
ar_str ar_question_line(ar_str text, size_t *at);

#define AR_BUILTIN(function, name, platforms, where, lacks) \
    ar_value ar_builtin_##function(struct ar_question *question);
#include "probe/builtin.def"
#undef AR_BUILTIN

#endif
