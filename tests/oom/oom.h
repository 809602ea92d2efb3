/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_OOM_OOM_H
#define AR_TESTS_OOM_OOM_H
/* Stands between the program and what it takes from the system: counts, fails
 * what it is told to, and knows what was not given back. */

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>

/* main() of the program, in program.c. */
int oom_program(int argc, char **argv);

/* ---- scenarios.c ---- */

enum { OOM_ARGUMENTS = 16 };

/* A command line. OOM_OUT stands for the path of a file that is there,
 * OOM_FILE() for the same one with that content, OOM_PACK for the path of a
 * compiled pack. */
#define OOM_OUT           "@out="
#define OOM_FILE(content) OOM_OUT content
#define OOM_PACK          "@pack"
struct oom_scenario {
    const char *name;
    const char *input; /* a file for standard input, or NULL */
    const char *arguments[OOM_ARGUMENTS];
};
/* Writes OOM_PACK. */
extern const struct oom_scenario oom_pack;
extern const struct oom_scenario oom_scenarios[];
extern const size_t oom_n_scenarios;

/* ---- faults.c ---- */

enum oom_seam {
    OOM_SYSTEM, /* malloc() and its like, opendir(); qsort() without memory */
    OOM_OBJECTS /* every object of an arena */
};

enum { OOM_OUTPUT_BYTES = 1 << 20 };

/* What a run wrote. */
struct oom_text {
    size_t length;
    char bytes[OOM_OUTPUT_BYTES];
};
extern struct oom_text oom_stdout;
extern struct oom_text oom_stderr;

/* From here on output is kept, exit(code) jumps to *end with its code, and
 * the n-th request at seam fails, once or from then on; with n SIZE_MAX none
 * does. */
void oom_begin(enum oom_seam seam, size_t n, bool sticky, jmp_buf *end);
/* Back to normal; the number of requests there were. */
size_t oom_end(void);

/* How many blocks and folders were taken and not given back; releases them. */
size_t oom_release(void);

#endif
