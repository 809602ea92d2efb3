/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_SCRIPT_H
#define AR_REPORT_SCRIPT_H
/* A remedy as a script that a person reviews and then runs: it stops at the
 * first failure, says what it is about to do, asks before what is hard to undo,
 * and waits while something is done by hand. archrules itself runs nothing. */

#include "report/report_plan.h"

struct ar_script {
    const struct ar_report_plan *plan;
    const struct ar_finding *finding;
    const struct ar_result_remedy *remedy;
};

void ar_script_bash(struct ar_buf *out, const struct ar_script *script);
/* ASCII only, so that no version of PowerShell takes it for text in another
 * encoding, in which bytes of a letter could be a quote. */
void ar_script_powershell(struct ar_buf *out, const struct ar_script *script);

/* ---- what both need ---- */

/* A way to write a script in one language. Texts are as they come: each
 * function makes them inert. */
struct ar_script_writer {
    struct ar_buf *out;
    const struct ar_script *script;
    const char *shell; /* whose commands can be run */
    const struct ar_script_words *words;
};

struct ar_script_words {
    /* A step begins; its commands follow up to end_step. decide: a question
     * that leaves the step out unless it is answered with yes; or empty. */
    void (*begin_step)(struct ar_script_writer *writer, size_t number,
                       ar_str sentence, ar_str decide);
    void (*end_step)(struct ar_script_writer *writer);
    /* Shows the command and runs it; asks before if must_ask. decide as
     * above. */
    void (*run)(struct ar_script_writer *writer, ar_str command, bool must_ask,
                ar_str decide);
    /* Shows a text and waits until it is done. */
    void (*by_hand)(struct ar_script_writer *writer, ar_str lead, ar_str text,
                    ar_str decide);
    /* Ends the script until what was restarted is up again; next: the step to
     * go on with, or 0. */
    void (*restart)(struct ar_script_writer *writer, ar_str what, size_t next,
                    ar_str decide);
};

/* Writes all steps of the remedy. */
void ar_script_put_steps(struct ar_script_writer *writer);
/* Whether every command has to be confirmed. */
bool ar_script_is_risky(const struct ar_script *script);
/* "Title: ...", "Risk: ...": what a person must know before. One line each,
 * safe for a terminal. */
ar_str_vector ar_script_facts(struct ar_arena *arena,
                              const struct ar_script *script);
/* "archrules verify docker_desktop.wrong_build", with the key if it has one;
 * quoted for shell. */
ar_str ar_script_verify_command(struct ar_arena *arena,
                                const struct ar_script *script, ar_str shell);
/* Text on one line that can only be text on a terminal. */
ar_str ar_script_safe(struct ar_arena *arena, const struct ar_script *script,
                      ar_str text);

#endif
