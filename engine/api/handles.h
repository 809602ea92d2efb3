/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_API_HANDLES_H
#define AR_API_HANDLES_H
/* Private to api: what the public handles hold, and how their functions
 * survive running out of memory. Each handle owns one arena; everything it
 * gives out lives there. */

#include "archrules.h"
#include "code/code.h"
#include "explain/explain.h"
#include "facts/redact.h"
#include "pack/load.h"
#include "probe/collect.h"
#include "report/report.h"
#include "result/result.h"
#include "run/index.h"
#include "sema/check.h"
#include "tools/doc.h"
#include "tools/test_runner.h"

/* The memory of a handle. After running out it can only be released. */
struct ar_api_memory {
    struct ar_arena arena;
    bool is_broken;
};

struct archrules_engine {
    struct ar_api_memory memory;
    struct ar_api_memory trees; /* given back after compiling, if possible */
    struct ar_sources sources;
    struct ar_diags diags;
    struct ar_loader loader;
    struct ar_check_options options;
    const struct ar_program *program; /* NULL before compile */
    const struct ar_code *code;       /* of program */
    const struct ar_index *index;     /* of code; NULL: not prepared */
    bool is_compiled_pack;            /* read from a block */
    bool was_compiled;                /* or tried to */
    bool is_offline;                  /* nothing will be collected */
    bool has_only;
    struct ar_map only; /* ids of chosen rules */
    struct ar_map skip;
};

/* Of a compiled engine facts and results only read, since other threads do the
 * same. */
struct archrules_facts {
    struct ar_api_memory memory;
    const struct archrules_engine *engine;
    struct ar_sources sources;
    struct ar_diags diags;
    struct ar_factset set;
    const struct ar_earlier *earlier;    /* a report of before, or NULL */
    AR_VECTOR(struct ar_probe_run) runs; /* of collecting */
    size_t n_failed_taken;               /* of those of facts taken over */
    bool used_allow_run;                 /* of those that are not trusted */
    struct ar_redaction redaction;       /* of the last snapshot */
    size_t line;                         /* that was read, or 0 */
};

/* A result as plain structs, made when somebody first asks for one. */
struct ar_api_view {
    struct ar_api_memory memory;
    bool is_made;
    const char *machine;
    archrules_rule *rules;
    archrules_finding *findings;
    archrules_question *questions;
    size_t n_questions;
};

/* When the last report was made, in RFC 3339. */
struct ar_api_moment {
    int64_t second;
    char text[32];
};

struct archrules_result {
    struct ar_api_memory memory;
    struct ar_api_memory rendering; /* used by one report after the other */
    struct ar_api_memory keeping;   /* of scan */
    struct ar_scan *scan;           /* of the engine's index, or NULL */
    struct archrules_facts *facts;
    const struct ar_result *result; /* NULL after running out of memory */
    int64_t now; /* of the evaluation, microseconds; 0: not known */
    struct ar_api_moment moment;
    bool is_of_session; /* which alone brings it up to date and frees it */
    bool ids_only;      /* texts and causes may be missing */
    struct ar_api_view *view;
};

struct archrules_test_report {
    struct ar_api_memory memory;
    struct archrules_engine *engine;
    const struct ar_test_run *run;
};

/* One of the things that a layout is asked for. */
struct ar_api_layout_source {
    ar_str name; /* a path, or what stands for one */
    ar_str text; /* of rules in memory */
    bool in_memory;
};

struct archrules_layout {
    struct ar_api_memory memory; /* what was added, and what was seen */
    AR_VECTOR(struct ar_api_layout_source) added;
    size_t n_begun;
    ar_str_vector paths; /* of the one begun last */
    size_t n_read;       /* of paths */
    struct ar_map seen;

    struct ar_api_memory file_memory; /* of the last file, with the rest */
    struct ar_sources sources;
    struct ar_diags diags;
    ar_str before;
    archrules_layout_file file; /* its name is NULL if there is none */
};

struct archrules_doc {
    struct ar_api_memory memory;
    struct archrules_engine *engine;
    const struct ar_doc *doc;
};

/* The memories that a call may take from. */
struct ar_api_memories {
    struct ar_api_memory *at[8];
    size_t count;
};

typedef void (*ar_api_work)(void *context);

/* Calls work(context). ARCHRULES_NOMEM if it ran out of memory, or one of
 * the memories had before. */
archrules_status ar_api_guard(const struct ar_api_memories *memories,
                              ar_api_work work, void *context);
archrules_status ar_api_guard_one(struct ar_api_memory *memory,
                                  ar_api_work work, void *context);

typedef void (*ar_api_put)(struct ar_buf *out, void *context);

/* Calls put with an empty buffer and gives what it holds to the output's
 * writer, if anything. memories may be empty. */
archrules_status ar_api_render(const struct ar_api_memories *memories,
                               const archrules_output *output, ar_api_put put,
                               void *context);
/* The same with memory that is kept for the next time. */
archrules_status ar_api_render_in(struct ar_api_memory *scratch,
                                  const struct ar_api_memories *memories,
                                  const archrules_output *output,
                                  ar_api_put put, void *context);

/* A set of facts for people: a line for each, and where it comes from. */
void ar_api_put_facts(struct ar_buf *out, const struct ar_factset *set);

struct ar_json_writer;
/* The list of all diagnostics, sorted. */
void ar_api_write_diags(struct ar_json_writer *writer, struct ar_diags *diags);
/* As the format of output says; color for people. line: of a file with a
 * machine in each, or 0. */
void ar_api_put_diags(struct ar_buf *out, struct ar_diags *diags, size_t line,
                      const archrules_output *output);

/* A result that nothing was evaluated for so far; NULL without memory. */
struct archrules_result *ar_api_result_create(struct archrules_facts *facts);
/* Also of a session. */
void ar_api_result_free(struct archrules_result *result);
/* Forgets what was evaluated and takes its memory up from the start. */
void ar_api_result_clear(struct archrules_result *result);
/* A rule of a result, and the names of what it needs. */
archrules_rule ar_api_rule(struct ar_arena *arena,
                           const struct ar_rule_result *from);
archrules_rule_status ar_api_status(enum ar_status status);

/* NULL if there is no memory for it, and for NULL. */
const struct ar_api_view *ar_api_view(const struct archrules_result *result);
/* Fills in the questions of the view. */
void ar_api_make_questions(struct ar_api_view *view,
                           const struct ar_result *result);

archrules_severity ar_api_severity(enum ar_rule_severity severity);
/* RFC 3339; empty if the clock is beyond the calendar. */
const char *ar_api_time_text(struct ar_arena *arena);
/* What now() gives: of the facts, else what options say, else the clock;
 * microseconds. options may be NULL. */
int64_t ar_api_now(const archrules_evaluate_options *options,
                   const struct ar_factset *set);
/* Probes that failed while the facts were collected. */
size_t ar_api_count_failed(const struct archrules_facts *facts);
/* options may be NULL. */
struct ar_report_options ar_api_report_options(
    const struct archrules_result *result,
    const archrules_report_options *options, const archrules_output *output);
struct ar_report_filter ar_api_filter(const archrules_remedy_filter *from);

/* The program with the chosen rules only. */
const struct ar_program *ar_api_choose_rules(
    struct ar_arena *arena, const struct archrules_engine *engine);

/* Of now, in RFC 3339; empty if the clock is beyond the calendar. */
const char *ar_api_time_text(struct ar_arena *arena);
/* A rule of a result by its name, or what is wrong with that. */
struct ar_api_choice {
    const struct ar_rule *rule;
    ar_str problem; /* without a rule: one line, with the nearest name */
};
struct ar_api_choice ar_api_choose_rule(struct ar_arena *arena,
                                        const struct archrules_result *result,
                                        const char *name);

/* Explains a rule of a result, or one element of it; key may be NULL. Empty, or
 * what is wrong with the name or the key. */
ar_str ar_api_explain_rule(struct ar_arena *arena,
                           const struct archrules_result *result,
                           const char *name, const char *key,
                           const struct ar_explain_options *how,
                           ar_why_vector *whys);
/* The chosen rules of an engine on other facts. */
const struct ar_result *ar_api_evaluate(struct ar_arena *arena,
                                        const struct archrules_engine *engine,
                                        struct ar_factset *facts, int64_t now);

/* A rule by its id, or by its name if no other has it; or NULL. */
const struct ar_rule *ar_api_find_rule(const struct ar_program *program,
                                       ar_str name);
/* Whether archrules_engine_select() leaves the rule in. */
bool ar_api_is_chosen(const struct archrules_engine *engine,
                      const struct ar_rule *rule);

#endif
