/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_CLI_CLI_H
#define AR_CLI_CLI_H
/* What the files of the program share. It knows the library by its public
 * header only, like any other embedder. */

#include "archrules.h"

#include <stdbool.h>
#include <stddef.h>

#define CLI_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* docs/architecture.md: one table for every command. 128 and more is left to
 * the system: the number of a signal. */
enum {
    CLI_EXIT_OK = 0,
    CLI_EXIT_FOUND = 1,
    CLI_EXIT_INVALID = 2,
    CLI_EXIT_OPEN = 3,
    CLI_EXIT_INTERNAL = 70,
    CLI_EXIT_SIGNAL = 128 /* and its number */
};

#define AR_COMMAND(id, name, arguments, summary, text, e1, t1, e2, t2) \
    CLI_COMMAND_##id,
enum cli_command {
#include "cli/commands.def"
    CLI_N_COMMANDS
};
#undef AR_COMMAND

#define AR_COMMAND(id, name, arguments, summary, text, e1, t1, e2, t2) \
    CLI_IN_##id = 1 << CLI_COMMAND_##id,
enum {
#include "cli/commands.def"
    CLI_IN_QUESTIONS = CLI_IN_WHY | CLI_IN_WHY_NOT | CLI_IN_WHAT_IF,
    CLI_IN_ALL = (1 << CLI_N_COMMANDS) - 1
};
#undef AR_COMMAND

#define AR_OPTION(id, name, short_name, argument, words, repeatable, commands, \
                  text)                                                        \
    CLI_OPTION_##id,
enum cli_option {
#include "cli/options.def"
    CLI_N_OPTIONS
};
#undef AR_OPTION

struct cli_command_info {
    const char *name;
    const char *arguments;
    const char *summary;
    const char *text;
    struct {
        const char *command;
        const char *text;
    } examples[2];
};
extern const struct cli_command_info cli_command_table[CLI_N_COMMANDS];

struct cli_option_info {
    const char *name;
    char short_name;      /* or 0 */
    const char *argument; /* or NULL */
    const char *words;    /* that the argument can be, or NULL */
    bool repeatable;
    unsigned commands;
    const char *text;
};
extern const struct cli_option_info cli_option_table[CLI_N_OPTIONS];

/* ---- options.c ---- */

struct cli_values {
    const char **at;
    size_t count;
};

/* A command line taken apart. */
struct cli_options {
    enum cli_command command;
    struct cli_values values[CLI_N_OPTIONS]; /* NULL for one without a value */
    struct cli_values arguments;
};

/* The command of that name, an alias too, or CLI_N_COMMANDS. */
enum cli_command cli_find_command(const char *name);
/* Takes apart what follows the command, argv[1]. False after a message. */
bool cli_parse(int argc, char **argv, struct cli_options *options);
void cli_options_free(struct cli_options *options);
bool cli_has(const struct cli_options *options, enum cli_option option);
/* The last value, or NULL. */
const char *cli_value(const struct cli_options *options,
                      enum cli_option option);
/* Index of text among words, which are separated by blanks, or SIZE_MAX. */
size_t cli_find_word(const char *words, const char *text);

/* ---- text.c ---- */

/* A growable text; running out of memory ends the program. */
struct cli_text {
    char *at;
    size_t length;
    size_t capacity;
};
void cli_put(struct cli_text *text, const char *string);
void cli_put_bytes(struct cli_text *text, const char *bytes, size_t length);
/* A blank before each word but the first; lines of at most 79 columns that
 * start after indent blanks; column is where the text stands now. */
void cli_put_wrapped(struct cli_text *text, const char *string, size_t indent,
                     size_t column);
/* As archrules_write_safe(), cut after 200 bytes. */
void cli_put_safe(struct cli_text *text, const char *string);
void cli_text_free(struct cli_text *text);
/* An archrules_writer into the struct cli_text that is its context. */
int cli_text_writer(void *context, const char *bytes, size_t length);
/* Memory of count times size bytes, zeroed; ends the program if there is
 * none. */
void *cli_allocate(size_t count, size_t size);

/* "archrules: " and format on standard error, where each %s is shown as
 * cli_put_safe() shows it; no other conversion. Ends the line. */
void cli_error(const char *format, ...);
void cli_note(const char *format, ...);
/* The same, and the nearest of candidates, if any, with prefix before it. */
void cli_error_unknown(const char *what, const char *name, const char *prefix,
                       const struct cli_values *candidates);
/* Text on standard error; it is never a failure if nobody listens. */
void cli_write_error(const struct cli_text *text);

/* ---- output.c ---- */

/* Where results go: collected, and written at the very end. */
struct cli_output {
    struct cli_text text;
    const char *path;    /* of -o, or NULL: standard output */
    bool is_private;     /* the file is for its owner only */
    archrules_output to; /* writes into text */
};
/* What --format says; else what the name of the file behind -o says, if the
 * command knows that format; else human. */
archrules_format cli_format(const struct cli_options *options);
/* Takes format, colours and target from the options. False after a message:
 * the target cannot be written. */
bool cli_output_open(const struct cli_options *options,
                     struct cli_output *output);
/* Writes what was collected; code, or CLI_EXIT_INVALID after a message if it
 * cannot be written. The target stays as it is without any text, and if code
 * is CLI_EXIT_INTERNAL, since then it may not be all. Releases the text. */
int cli_output_close(struct cli_output *output, int code);
/* Shows what the library wrote in place of a result as a message, and takes it
 * out of the output. */
void cli_show_problem(struct cli_output *output);
/* Whether to use colours on standard error. */
bool cli_color_errors(const struct cli_options *options);

/* ---- engine.c ---- */

/* An engine with what the options ask for, compiled; its diagnostics are on
 * standard error. CLI_EXIT_OK, CLI_EXIT_INVALID if something has errors (what
 * has none can be used, unless *out is NULL), or CLI_EXIT_INTERNAL. */
int cli_engine_open(const struct cli_options *options, bool lint,
                    archrules_engine **out);
/* The diagnostics of the engine so far, on standard error. */
int cli_show_engine_diagnostics(const struct cli_options *options,
                                archrules_engine *engine);
/* What a status that is no success of the library asks for, with a message
 * where the library cannot have given one. */
int cli_exit_of(archrules_status status);
/* The worse of two exit codes: that of a signal, 70, 2, 1, 3, 0. */
int cli_worse(int a, int b);

/* ---- collect.c ---- */

/* Sets each of values: set is archrules_facts_set() or its like. */
archrules_status cli_set_facts(archrules_facts *facts,
                               const struct cli_values *values,
                               archrules_status (*set)(archrules_facts *,
                                                       const char *));
/* Whether path, if it is "-", stands for more than a terminal. False after a
 * message. */
bool cli_can_read_facts(const char *path);
/* What was wrong with facts, on standard error; with -q only if there are
 * errors. */
archrules_status cli_show_fact_diagnostics(const struct cli_options *options,
                                           archrules_facts *facts,
                                           bool has_errors);

/* Collects facts of this machine: name as archrules_collect_options has it.
 * Shows what runs for long on a terminal. CLI_EXIT_OK, the exit code of an
 * interrupt, or what a failure asks for. */
int cli_collect(const struct cli_options *options, archrules_facts *facts,
                const char *name);
/* The same, for everything that a snapshot holds. */
int cli_collect_everything(const struct cli_options *options,
                           archrules_facts *facts);
/* The facts that the options name: a snapshot, settings, a report of before, or
 * else this machine, and what a person answers; verify: a rule that is to be
 * verified, or NULL. CLI_EXIT_OK, or another code after a message. */
int cli_facts_open(const struct cli_options *options, archrules_engine *engine,
                   const char *verify, archrules_facts **out);
/* The two parts of it, without asking anybody: the snapshot and the settings,
 * whose diagnostics are left in *out, which is NULL if there is none; and what
 * the rules need of this machine, unless the options have a snapshot. */
int cli_facts_read(const struct cli_options *options, archrules_engine *engine,
                   archrules_facts **out);
int cli_facts_collect(const struct cli_options *options,
                      archrules_facts *facts);
/* What ran so far, on standard error, if --timings asks for it. */
void cli_show_timings(const struct cli_options *options,
                      archrules_facts *facts);

/* ---- ask.c ---- */

/* Asks on the terminal for each input that rules wait for, unless there is no
 * terminal or options say not to; after each answer collect(). CLI_EXIT_OK,
 * or what collecting, an interrupt or a failure asks for. */
int cli_ask(const struct cli_options *options, archrules_engine *engine,
            archrules_facts *facts,
            int (*collect)(const struct cli_options *options,
                           archrules_facts *facts));

/* ---- cmd_eval.c ---- */

/* Which remedies the options leave in. */
archrules_remedy_filter cli_remedy_filter(const struct cli_options *options);

/* ---- batch.c ---- */

/* Evaluates every line of the file of facts as a machine of its own, on
 * several threads, and writes the reports in the order of the lines. */
int cli_run_batch(const struct cli_options *options, archrules_engine *engine,
                  const archrules_report_options *report,
                  struct cli_output *output);

/* ---- watch.c ---- */

/* Whether --watch and --interval go with the other options. False after a
 * message. */
bool cli_check_watch(const struct cli_options *options,
                     const struct cli_output *output);
/* Reports, and then what changes, until it is interrupted: the exit code of
 * that, or of what went wrong. It writes to standard output by itself. */
int cli_run_watch(const struct cli_options *options, archrules_engine *engine,
                  const archrules_report_options *report,
                  const struct cli_output *output);

/* ---- commands ---- */

/* What of the options is about reports and exit codes. */
archrules_report_options cli_report_options(const struct cli_options *options);
int cli_run_eval(const struct cli_options *options);
int cli_run_check(const struct cli_options *options);
int cli_run_fmt(const struct cli_options *options);
int cli_run_test(const struct cli_options *options);
int cli_run_facts(const struct cli_options *options);
int cli_run_snapshot(const struct cli_options *options);
int cli_run_remedy(const struct cli_options *options);
int cli_run_verify(const struct cli_options *options);
int cli_run_pack(const struct cli_options *options);
int cli_run_dump(const struct cli_options *options);
int cli_run_doc(const struct cli_options *options);
int cli_run_explain(const struct cli_options *options);
int cli_run_capabilities(const struct cli_options *options);
int cli_run_why(const struct cli_options *options);
int cli_run_version(const struct cli_options *options);
int cli_run_completion(const struct cli_options *options);

/* ---- help.c, man.c, shells.c ---- */

void cli_put_usage(struct cli_text *text);
void cli_put_help(struct cli_text *text, enum cli_command command);
/* CLI_N_COMMANDS: of the program. */
void cli_put_man(struct cli_text *text, enum cli_command command);
void cli_put_bash(struct cli_text *text);
void cli_put_zsh(struct cli_text *text);
void cli_put_fish(struct cli_text *text);

#endif
