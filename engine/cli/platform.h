/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_CLI_PLATFORM_H
#define AR_CLI_PLATFORM_H
/* What the program asks of the operating system beyond the C library; one
 * file for each. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Before anything else: a closed standard stream must not become a file that
 * is opened later, and a reader that goes away must not kill the program.
 * Where main() does not get its arguments in UTF-8 they are replaced. */
void cli_platform_start(int *argc, char ***argv);

enum cli_stream { CLI_STDIN, CLI_STDOUT, CLI_STDERR };
bool cli_is_terminal(enum cli_stream stream);

/* From now on an interrupt (Ctrl-C) does not end the program but is told by
 * cli_interrupt_signal(): its number, or 0. The second one ends it. */
void cli_catch_interrupts(void);
int cli_interrupt_signal(void);
/* From now on an interrupt ends the program at once, again: for waiting where
 * nobody would ask. */
void cli_release_interrupts(void);

/* Writes everything; NULL, or what is wrong ("No space left on device"). */
const char *cli_write_stream(enum cli_stream stream, const char *bytes,
                             size_t length);

/* Whether path can be the target of cli_write_file(); NULL, or what is
 * wrong: it is a link, a folder, or the same file as input (or NULL). */
const char *cli_check_target(const char *path, const char *input);
/* Replaces path by a new file with these bytes, whole or not at all; into
 * something that is no regular file they are written as they are. NULL, or
 * what is wrong. A signal leaves nothing behind. */
const char *cli_write_file(const char *path, const char *bytes, size_t length);
/* The same, and only its owner can read or write the new file. */
const char *cli_write_private_file(const char *path, const char *bytes,
                                   size_t length);
/* Replaces what stands in the regular file that path leads to, whole or not
 * at all. Its mode stays, and its owner where the system permits it; of a
 * link, what it points to is replaced. NULL, or what is wrong: one that may
 * not be written is refused. */
const char *cli_rewrite_file(const char *path, const char *bytes,
                             size_t length);

/* The same piece by piece: standard output if path is NULL. Opening and
 * writing give NULL, or what is wrong. */
struct cli_sink;
const char *cli_sink_open(const char *path, struct cli_sink **out);
const char *cli_sink_write(struct cli_sink *sink, const char *bytes,
                           size_t length);
/* Without keep the file stays as it was. Releases the sink. */
const char *cli_sink_close(struct cli_sink *sink, bool keep);
/* Removes what is written of a file that will not be closed: before the program
 * ends in the middle of it. */
void cli_drop_unfinished(void);

/* A file to be read piece by piece; "-" is standard input. NULL, or what is
 * wrong. */
struct cli_input;
const char *cli_input_open(const char *path, struct cli_input **out);
void cli_input_close(struct cli_input *input);
size_t cli_input_size(const struct cli_input *input); /* 0: nobody knows */
/* Waits for some bytes; *n_read is 0 at the end, and after an interrupt. */
const char *cli_input_read(struct cli_input *input, char *bytes, size_t size,
                           size_t *n_read);

/* Of a clock that only goes forward. */
uint64_t cli_now_ms(void);
/* Waits, at most so long: a signal may end it sooner. */
void cli_sleep_ms(unsigned ms);

/* What tells two states of a file apart, as far as the system knows. */
struct cli_stamp {
    uint64_t size;
    uint64_t file;    /* which one stands under the name */
    int64_t seconds;  /* since 1970: when it was last written */
    int64_t fraction; /* of a second, in some unit */
};
/* False, with zeros, if there is no such file. */
bool cli_stamp_file(const char *path, struct cli_stamp *out);

bool cli_is_folder(const char *path);
/* Makes a folder, unless it is there; NULL, or what is wrong. */
const char *cli_make_folder(const char *path);

/* The folder the running program lies in, to be freed; NULL if nobody
 * knows. */
char *cli_program_folder(void);

#endif
