/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ARCHRULES_H
#define ARCHRULES_H
/* The public interface of libarchrules: read rules, read the facts of a
 * machine, say which rules hold and why.
 *
 *   archrules_engine *engine = NULL;
 *   archrules_facts *facts = NULL;
 *   archrules_result *result = NULL;
 *   if (archrules_engine_create(&engine) == ARCHRULES_OK &&
 *       archrules_engine_add_path(engine, "rules/") == ARCHRULES_OK &&
 *       archrules_engine_compile(engine) == ARCHRULES_OK &&
 *       archrules_facts_create(engine, &facts) == ARCHRULES_OK &&
 *       archrules_facts_read_file(facts, "snapshot.json") == ARCHRULES_OK &&
 *       archrules_evaluate(engine, facts, NULL, &result) == ARCHRULES_OK)
 *       for (size_t i = 0; i < archrules_result_finding_count(result); i++)
 *           puts(archrules_result_finding(result, i)->diagnosis);
 *
 * Ownership. Each handle is made by one function and released by the
 * _free() of its kind; NULL may be freed. Facts use their engine, results and
 * test reports use engine and facts: free in the opposite order. All strings
 * are UTF-8, end in NUL, and belong to the handle they were asked of; strings
 * given in are copied.
 *
 * Threads. The library starts none and has no global state that changes. An
 * engine that is compiled, with its rules chosen, may be shared: any number of
 * threads may at the same time make facts of it, evaluate them and use what
 * comes out, as long as each set of facts, with its result, belongs to one
 * thread at a time. All other functions that take an engine need it alone, as
 * does freeing it.
 *
 * Errors. Mistakes in rules and facts are diagnostics, not failures: the
 * function returns ARCHRULES_INVALID, the rest stays usable. After
 * ARCHRULES_NOMEM the handles that were passed can only be freed. No function
 * prints, exits, changes the locale or handles signals. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32) && defined(ARCHRULES_SHARED)
#ifdef ARCHRULES_BUILDING
#define ARCHRULES_API __declspec(dllexport)
#else
#define ARCHRULES_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define ARCHRULES_API __attribute__((visibility("default")))
#else
#define ARCHRULES_API
#endif

/* Of functions whose status must not be forgotten. */
#if defined(__GNUC__)
#define ARCHRULES_CHECKED ARCHRULES_API __attribute__((warn_unused_result))
#else
#define ARCHRULES_CHECKED ARCHRULES_API
#endif

typedef struct archrules_engine archrules_engine;
typedef struct archrules_facts archrules_facts;
typedef struct archrules_result archrules_result;
typedef struct archrules_session archrules_session;
typedef struct archrules_test_report archrules_test_report;
typedef struct archrules_layout archrules_layout;
typedef struct archrules_doc archrules_doc;

typedef enum archrules_status {
    ARCHRULES_OK,
    ARCHRULES_INVALID, /* the input has errors; see the diagnostics */
    ARCHRULES_NOMEM,   /* no memory, or a limit on memory was reached */
    ARCHRULES_MISUSE,  /* NULL where a handle is needed, or wrong order */
    ARCHRULES_STOPPED  /* a writer said so */
} archrules_status;

/* "0.1.0" */
ARCHRULES_API const char *archrules_version(void);

/* ---- output ---- */

/* Reports of results come in all of them; what else is rendered says which it
 * knows, and is human text in the others. */
typedef enum archrules_format {
    ARCHRULES_HUMAN,
    ARCHRULES_JSON,
    ARCHRULES_MARKDOWN,
    ARCHRULES_HTML, /* one page that needs nothing else */
    ARCHRULES_SARIF,
    ARCHRULES_JUNIT,
    ARCHRULES_TAP,
    ARCHRULES_NDJSON /* of reports only: JSON on one line */
} archrules_format;

/* "human", "sarif"; NULL past the last one. */
ARCHRULES_API const char *archrules_format_name(archrules_format format);
/* The format of a file by the ending of its name ("report.html");
 * ARCHRULES_HUMAN if that tells nothing. */
ARCHRULES_API archrules_format archrules_format_of_file(const char *path);

/* Takes length bytes of text; returns 0, or anything else to stop. Called
 * once or more for each rendering, on the caller's thread. */
typedef int (*archrules_writer)(void *context, const char *bytes,
                                size_t length);

/* How and where to render. */
typedef struct archrules_output {
    archrules_format format;
    int color;      /* of human text: with ANSI colours */
    unsigned width; /* of human reports, in cells; 0: 80 */
    archrules_writer write;
    void *context; /* given to write */
} archrules_output;

/* Writes text so that it can only be text on a terminal: control and bidi
 * characters and invalid bytes appear as escapes. Human renderings are made
 * so; the strings of findings are as they came. */
ARCHRULES_CHECKED archrules_status archrules_write_safe(const char *text,
                                                        size_t length,
                                                        archrules_writer write,
                                                        void *context);

/* Index of the candidate that was probably meant by name, or SIZE_MAX. */
ARCHRULES_API size_t archrules_nearest(const char *name,
                                       const char *const *candidates,
                                       size_t count);

/* ---- engine: rules ---- */

/* Makes an engine without rules in *out, which is NULL after a failure. */
ARCHRULES_CHECKED archrules_status
archrules_engine_create(archrules_engine **out);
ARCHRULES_API void archrules_engine_free(archrules_engine *engine);

/* The following say what archrules_engine_compile() is to read; after it
 * they return ARCHRULES_MISUSE. Nothing is opened before. */

/* Whether to report what is suspicious but not wrong, too (1) or not (0,
 * the default). */
ARCHRULES_CHECKED archrules_status
archrules_engine_set_lint(archrules_engine *engine, int lint);
/* Whether all facts come from snapshots and from archrules_facts_set() (1), so
 * that nothing is to be collected on this machine (0, the default). Then
 * compiling takes less; archrules_facts_collect() and what documents packs
 * return ARCHRULES_MISUSE. */
ARCHRULES_CHECKED archrules_status
archrules_engine_set_offline(archrules_engine *engine, int offline);
/* A folder to be used in place of the standard library that is built in. */
ARCHRULES_CHECKED archrules_status
archrules_engine_set_stdlib(archrules_engine *engine, const char *folder);
/* The data folder of an installation (PREFIX/share/archrules): where it has
 * a stdlib or rules folder, these are used in place of what is built in. */
ARCHRULES_CHECKED archrules_status
archrules_engine_set_data(archrules_engine *engine, const char *folder);
/* A rule file, or a folder with all *.rules files below it. */
ARCHRULES_CHECKED archrules_status
archrules_engine_add_path(archrules_engine *engine, const char *path);
/* Rules in memory; name stands for the file in diagnostics. */
ARCHRULES_CHECKED archrules_status
archrules_engine_add_source(archrules_engine *engine, const char *name,
                            const char *text, size_t length);
/* The packs that come with archrules. */
ARCHRULES_CHECKED archrules_status
archrules_engine_add_shipped(archrules_engine *engine);

/* Reads and checks everything, once. ARCHRULES_INVALID: something has errors
 * and was left out, the rest can be used. */
ARCHRULES_CHECKED archrules_status
archrules_engine_compile(archrules_engine *engine);

typedef enum archrules_select {
    ARCHRULES_ONLY, /* evaluate these rules and no others */
    ARCHRULES_SKIP  /* do not evaluate these */
} archrules_select;

/* After compile: chooses rules for later evaluations, by id
 * ("docker_desktop.wrong_build"), by name if it is the only one, or all of a
 * pack by its name. Repeatable; skip wins. ARCHRULES_INVALID, with a
 * diagnostic, if nothing is called so. */
ARCHRULES_CHECKED archrules_status archrules_engine_select(
    archrules_engine *engine, archrules_select how, const char *name);

/* The id of the rule of that id, or of that name if only one has it; else
 * NULL. */
ARCHRULES_API const char *archrules_engine_rule_id(
    const archrules_engine *engine, const char *name);

/* After compile, before threads share the engine: makes an index of all rules,
 * so that evaluating takes less time. It costs about as much as evaluating a
 * few machines without it, so it is worth it from some fifteen on.
 * Results are the same. Calling it again does nothing. */
ARCHRULES_CHECKED archrules_status
archrules_engine_prepare(archrules_engine *engine);

typedef enum archrules_counted {
    ARCHRULES_COUNT_ERRORS,   /* diagnostics */
    ARCHRULES_COUNT_WARNINGS, /* diagnostics */
    ARCHRULES_COUNT_PACKS,    /* loaded; without the standard library */
    ARCHRULES_COUNT_PACKS_NOT_LOADED,
    ARCHRULES_COUNT_RULES,
    ARCHRULES_COUNT_TESTS,
    ARCHRULES_COUNT_FACTS /* declared, the standard library's too */
} archrules_counted;

/* 0 before archrules_engine_compile(), and for NULL. */
ARCHRULES_API size_t archrules_engine_count(const archrules_engine *engine,
                                            archrules_counted what);

/* Renders the diagnostics so far, in order of file and place. Human: the
 * first 50, then how many more. Nothing is written if there are none, except
 * in JSON: an empty list. */
ARCHRULES_CHECKED archrules_status archrules_engine_render_diagnostics(
    archrules_engine *engine, const archrules_output *output);
/* After compile: what each pack holds. In JSON with the diagnostics. */
ARCHRULES_CHECKED archrules_status archrules_engine_render_packs(
    archrules_engine *engine, const archrules_output *output);

/* ---- compiled packs ---- */

/* After compile without errors: everything that was loaded as one compiled
 * pack, bytes for a file that archrules_engine_add_path() takes in place of
 * rule files. The same rules give the same bytes. ARCHRULES_INVALID, with
 * nothing written, if something has errors or the pack would be larger than
 * a compiled pack may be. */
ARCHRULES_CHECKED archrules_status archrules_engine_write_pack(
    archrules_engine *engine, const archrules_output *output);
/* After compile: what each pack may look at on a machine: every command, file,
 * key of the registry and variable that its probes and rules name, or the
 * standard library's for them. ARCHRULES_INVALID if a compiled pack was
 * loaded, which does not tell. */
ARCHRULES_CHECKED archrules_status archrules_engine_render_uses(
    archrules_engine *engine, const archrules_output *output);
/* What the modules of the standard library declare that are loaded, and what
 * finds it out, in Markdown. ARCHRULES_INVALID if a compiled pack was loaded,
 * which does not tell. */
ARCHRULES_CHECKED archrules_status archrules_engine_render_reference(
    archrules_engine *engine, const archrules_output *output);
/* The code of all rules in words, or of the rule that is called rule (an id,
 * or a name that is unique) if it is not NULL. ARCHRULES_INVALID if
 * there is none. */
ARCHRULES_CHECKED archrules_status archrules_engine_render_bytecode(
    archrules_engine *engine, const char *rule, const archrules_output *output);
/* All instructions with what they do, in Markdown. */
ARCHRULES_CHECKED archrules_status
archrules_render_opcodes(const archrules_output *output);

/* ---- facts ---- */

/* After compile: an empty set of facts, each unknown(not_in_snapshot), or
 * unknown(not_given) if it is an input. */
ARCHRULES_CHECKED archrules_status
archrules_facts_create(const archrules_engine *engine, archrules_facts **out);
ARCHRULES_API void archrules_facts_free(archrules_facts *facts);

/* Reads a JSON report of an earlier run on the same machine: reports then say
 * what is new, gone and unchanged since, and archrules_verify() knows what was
 * found. ARCHRULES_INVALID, with a diagnostic, if it cannot be read. */
ARCHRULES_CHECKED archrules_status
archrules_facts_read_earlier(archrules_facts *facts, const char *path);

/* Reads a snapshot (JSON) in place of all facts so far. "-" is standard
 * input. ARCHRULES_INVALID, with a diagnostic and no fact changed, if it
 * cannot be read; single bad values are only warnings. */
ARCHRULES_CHECKED archrules_status
archrules_facts_read_file(archrules_facts *facts, const char *path);
ARCHRULES_CHECKED archrules_status archrules_facts_read_text(
    archrules_facts *facts, const char *name, const char *text, size_t length);
/* The same for line number line, from 1, of a file that has a machine in each:
 * diagnostics name that line, and so do reports as NDJSON. */
ARCHRULES_CHECKED archrules_status
archrules_facts_read_line(archrules_facts *facts, const char *name, size_t line,
                          const char *text, size_t length);
/* Forgets everything, as if the facts had just been made; the memory is kept
 * for the next machine. A result of these facts can then only be updated or
 * freed. */
ARCHRULES_API void archrules_facts_clear(archrules_facts *facts);
/* "host.arch=arm64", "docker.desktop=absent", "docker.arch=unknown(denied)":
 * replaces one fact. */
ARCHRULES_CHECKED archrules_status archrules_facts_set(archrules_facts *facts,
                                                       const char *assignment);
/* The same, but only for what is declared as an input. */
ARCHRULES_CHECKED archrules_status
archrules_facts_set_input(archrules_facts *facts, const char *assignment);

/* Sets an input to what a person typed, read as its type; of a string the text
 * itself, whatever it is. ARCHRULES_INVALID, with a diagnostic, if it is not
 * of that type. */
ARCHRULES_CHECKED archrules_status archrules_facts_answer(
    archrules_facts *facts, const char *name, const char *text);

/* Zero is a good start. */
typedef struct archrules_collect_options {
    unsigned timeout_seconds; /* of everything; 0: AR_MAX_RUN_SECONDS, which
                                 archrules_capabilities() prints */
    int allow_run;    /* packs that are not trusted may run their probes, and
                         name files, variables and registry keys */
    int everything;   /* collect all that there is: facts without arguments,
                         and those that the chosen rules name; name does not
                         count then */
    const char *name; /* collect this fact, or the facts below it, whatever
                         rules need; "": all without arguments; NULL: what
                         the chosen rules need */
    /* Called now and then while programs run, with the one that has run
     * longest; not 0 stops. May be NULL. */
    int (*progress)(void *context, const char *program, unsigned elapsed_ms);
    void *context;
    const char *verify; /* a rule, by id or name: in place of all that, what
                           archrules_verify() needs for it */
} archrules_collect_options;

/* Finds out facts of this machine that are not set yet; options may be NULL.
 * Only probes of what is built in or installed run, if options do not say
 * otherwise. ARCHRULES_INVALID, with a diagnostic, if nothing is called name.
 * ARCHRULES_STOPPED if progress said so: what was found out until
 * then is set. */
ARCHRULES_CHECKED archrules_status archrules_facts_collect(
    archrules_facts *facts, const archrules_collect_options *options);
/* What ran, how long it took and how it ended, as text; nothing if nothing
 * was collected. */
ARCHRULES_CHECKED archrules_status archrules_facts_render_timings(
    archrules_facts *facts, const archrules_output *output);
typedef struct archrules_snapshot_options {
    int no_redact; /* take nothing out */
    /* What is left in although it is redacted otherwise. */
    int keep_secrets;
    int keep_personal;
    int keep_addresses;
} archrules_snapshot_options;

/* The facts that are set as a snapshot, which archrules_facts_read_file()
 * takes. Secrets, names of people and machines, and addresses are redacted:
 * placeholders stand in their place. options may be NULL. Human: what the
 * snapshot would hold, for a person to look at. */
ARCHRULES_CHECKED archrules_status archrules_facts_write_snapshot(
    archrules_facts *facts, const archrules_snapshot_options *options,
    const archrules_output *output);
/* In which facts two sets of one engine differ. *n_different and
 * *n_incomparable (redacted, so that nobody can tell) may be NULL. */
ARCHRULES_CHECKED archrules_status
archrules_facts_diff(archrules_facts *before, archrules_facts *after,
                     const archrules_output *output, size_t *n_different,
                     size_t *n_incomparable);
/* What was redacted by the last call of archrules_facts_write_snapshot(): how
 * often, of what kind, and in which facts, as text; nothing if nothing was. */
ARCHRULES_CHECKED archrules_status archrules_facts_render_redaction(
    archrules_facts *facts, const archrules_output *output);
/* The facts that are set: value or state, where from, when. Human: a table;
 * JSON: a list. */
ARCHRULES_CHECKED archrules_status
archrules_facts_render(archrules_facts *facts, const archrules_output *output);

/* Diagnostics of reading and setting since the last call of this function. As
 * NDJSON: one line that stands in place of a report of what could not be
 * read, with the first error; nothing if there is none. */
ARCHRULES_CHECKED archrules_status archrules_facts_render_diagnostics(
    archrules_facts *facts, const archrules_output *output);

/* ---- evaluation ---- */

typedef enum archrules_detail {
    ARCHRULES_DETAIL_FULL,     /* JSON: every rule with its status, too */
    ARCHRULES_DETAIL_FINDINGS, /* JSON: without the list of rules */
    ARCHRULES_DETAIL_IDS       /* which findings, and the counts */
} archrules_detail;

typedef struct archrules_evaluate_options {
    /* Seconds since 1970 for now() and waivers, if the facts do not say when
     * they were collected; 0: the clock of the system. */
    int64_t now;
    /* ARCHRULES_DETAIL_IDS, of an engine that is prepared: statuses, and the
     * findings with rule, severity, key and fingerprint, in less time. Texts
     * and what is needed may be left out of them; JSON and NDJSON with that
     * detail are all that can be made of the result. */
    archrules_detail detail;
} archrules_evaluate_options;

/* Evaluates every chosen rule; options may be NULL. The facts must not be
 * changed while the result is used. */
ARCHRULES_CHECKED archrules_status archrules_evaluate(
    const archrules_engine *engine, archrules_facts *facts,
    const archrules_evaluate_options *options, archrules_result **out);
/* Evaluates the same facts again, after they were changed: gives what
 * archrules_evaluate() would give, in the memory of result. What the result
 * gave out before is no longer valid. */
ARCHRULES_CHECKED archrules_status archrules_result_update(
    archrules_result *result, const archrules_evaluate_options *options);
ARCHRULES_API void archrules_result_free(archrules_result *result);

typedef enum archrules_rule_status {
    ARCHRULES_NOT_LOADED,     /* a requirement is not met */
    ARCHRULES_ERROR,          /* evaluating failed or exceeded its budget */
    ARCHRULES_NOT_APPLICABLE, /* not about this machine */
    ARCHRULES_CLEAR,          /* the condition cannot be true */
    ARCHRULES_MATCHED,        /* the condition is true */
    ARCHRULES_UNDETERMINED    /* a fact that decides is not known */
} archrules_rule_status;

typedef enum archrules_severity {
    ARCHRULES_SEVERITY_DEFAULT, /* in options: warning to fail, info to show */
    ARCHRULES_SEVERITY_INFO,
    ARCHRULES_SEVERITY_WARNING,
    ARCHRULES_SEVERITY_ERROR,
    ARCHRULES_SEVERITY_CRITICAL
} archrules_severity;

/* "not_applicable", "warning": as the language and reports spell them. */
ARCHRULES_API const char *archrules_rule_status_name(
    archrules_rule_status status);
ARCHRULES_API const char *archrules_severity_name(archrules_severity severity);

/* New members may be added at the end; the library makes these. */
typedef struct archrules_rule {
    const char *id;
    const char *title; /* or "" */
    archrules_severity severity;
    archrules_rule_status status;
    const char *reason; /* of not_loaded and error, or "" */
    size_t n_needs;     /* of undetermined: the facts that are missing */
    const char *const *needs;
} archrules_rule;

typedef struct archrules_finding {
    const char *rule; /* its id */
    const char *title;
    archrules_severity severity;
    const char *diagnosis;
    const char *key;         /* as text, or "" */
    const char *fingerprint; /* of rule and key: the same in every run */
    int is_waived;
    size_t n_superseded_by; /* ids of the rules that explain it */
    const char *const *superseded_by;
} archrules_finding;

/* The name of the machine, as the snapshot has it, or "". */
ARCHRULES_API const char *archrules_result_machine(
    const archrules_result *result);
/* Every rule once, in order of id; findings in the order to show them. NULL
 * past the end, and if memory runs out. */
ARCHRULES_API size_t
archrules_result_rule_count(const archrules_result *result);
ARCHRULES_API const archrules_rule *archrules_result_rule(
    const archrules_result *result, size_t ix);
ARCHRULES_API size_t
archrules_result_finding_count(const archrules_result *result);
ARCHRULES_API const archrules_finding *archrules_result_finding(
    const archrules_result *result, size_t ix);
/* What rules wait for that only a person knows: an input that nobody has
 * given. New members may be added at the end; the library makes these. */
typedef struct archrules_question {
    const char *name;    /* of the input: "image.name" */
    const char *text;    /* "Which image fails?", or "" */
    const char *answers; /* what an answer may be: "string", "glibc, musl" */
} archrules_question;

/* Each once; what most rules wait for comes first. NULL past the end. */
ARCHRULES_API size_t
archrules_result_question_count(const archrules_result *result);
ARCHRULES_API const archrules_question *archrules_result_question(
    const archrules_result *result, size_t ix);

/* Rules with that status. */
ARCHRULES_API size_t archrules_result_count(const archrules_result *result,
                                            archrules_rule_status status);

typedef enum archrules_risk {
    ARCHRULES_RISK_DEFAULT, /* in filters: high */
    ARCHRULES_RISK_LOW,
    ARCHRULES_RISK_MEDIUM,
    ARCHRULES_RISK_HIGH
} archrules_risk;

/* Which remedies are shown; reports say what was left out, and why. Zero: all
 * of them. */
typedef struct archrules_remedy_filter {
    archrules_risk max_risk;
    int no_restart; /* none that asks for a restart */
    int no_admin;   /* none that needs an administrator */
    /* "powershell", "cmd", "bash": of commands of one step that are for
     * different shells only those for this one; "all"; NULL: the shell of the
     * machine's system, if the facts say which it is. Of text for people. */
    const char *shell;
} archrules_remedy_filter;

/* Zero is a good start. */
typedef struct archrules_report_options {
    archrules_detail detail;
    archrules_severity show_level; /* leave out findings below */
    archrules_severity fail_level; /* findings that make the exit code 1 */
    int show_all;           /* human: list clear and not applicable rules */
    int allow_undetermined; /* exit code 0 in place of 3 */
    int exit_zero;          /* exit code 0 in place of 1 and 3 */
    archrules_remedy_filter remedies;
    int fail_new; /* with an earlier report: findings that are in it do not make
                     the exit code 1 */
} archrules_report_options;

/* Renders the report; options may be NULL. */
ARCHRULES_CHECKED archrules_status archrules_result_render(
    archrules_result *result, const archrules_report_options *options,
    const archrules_output *output);
/* 0 nothing found, 1 findings at or above fail_level, 3 nothing found but
 * something undetermined, not loaded or failed. */
ARCHRULES_API int archrules_result_exit_code(
    const archrules_result *result, const archrules_report_options *options);

/* ---- sessions: one evaluation that goes on ---- */

/* Keeps the facts of one machine and what they came to. When facts change,
 * archrules_session_update() evaluates only the rules that these can reach, and
 * says what is different. Statuses, findings and causes are those that
 * archrules_evaluate() would give. A session belongs to one thread at a time;
 * others may use the same engine meanwhile, as for facts.
 *
 *   archrules_session *session = NULL;
 *   archrules_session_create(engine, &session);
 *   archrules_session_take(session, facts);
 *   archrules_session_update(session, NULL);
 *   archrules_session_set(session, "docker.client.version=29.1.0");
 *   archrules_session_update(session, NULL);
 *   for (size_t i = 0; i < archrules_session_change_count(session); i++)
 *       puts(archrules_session_change(session, i)->rule);
 */

/* After compile, with the rules chosen: a session that knows no fact yet. It
 * uses the index of archrules_engine_prepare() if there is one, which makes
 * updates faster. */
ARCHRULES_CHECKED archrules_status archrules_session_create(
    const archrules_engine *engine, archrules_session **out);
ARCHRULES_API void archrules_session_free(archrules_session *session);

/* Replaces one fact, or all of a group: as archrules_facts_set(). */
ARCHRULES_CHECKED archrules_status
archrules_session_set(archrules_session *session, const char *assignment);
/* Forgets a fact ("docker.arch", "file(\"/etc/hosts\").exists") or everything
 * of a group, as if nobody had said anything of it. ARCHRULES_INVALID, with a
 * diagnostic, if nothing is called name; what was not set may be forgotten. */
ARCHRULES_CHECKED archrules_status
archrules_session_forget(archrules_session *session, const char *name);
/* Makes the facts those of another set of the same engine, which was read,
 * collected or set, and may then be cleared, changed or freed. What is the same
 * in both, and found in the same way, does not count as changed: evidence then
 * tells when it was found first. */
ARCHRULES_CHECKED archrules_status archrules_session_take(
    archrules_session *session, const archrules_facts *facts);
/* Diagnostics of the last call of the three functions above. */
ARCHRULES_CHECKED archrules_status archrules_session_render_diagnostics(
    archrules_session *session, const archrules_output *output);

/* Evaluates: the first time every chosen rule, then those that the facts that
 * changed can reach, and those that read now() if that is another. options may
 * be NULL. */
ARCHRULES_CHECKED archrules_status archrules_session_update(
    archrules_session *session, const archrules_evaluate_options *options);
/* How many rules the last update has evaluated. */
ARCHRULES_API size_t
archrules_session_evaluated(const archrules_session *session);
/* The result, good until the next call of archrules_session_set(), _forget(),
 * _take() or _update(): to be read, rendered and explained, but neither
 * updated nor freed. NULL before the first update. */
ARCHRULES_API archrules_result *archrules_session_result(
    archrules_session *session);

typedef enum archrules_change_kind {
    ARCHRULES_CHANGE_STATUS,    /* of a rule that had and has no finding */
    ARCHRULES_CHANGE_NEW,       /* a finding that was not there */
    ARCHRULES_CHANGE_GONE,      /* a finding that is no longer there; status
                                   says whether that is known to be so */
    ARCHRULES_CHANGE_OF_FINDING /* it says something else, or is waived or
                                   explained by others where it was not, or no
                                   longer */
} archrules_change_kind;

/* "status", "new", "gone", "changed": as reports spell it. */
ARCHRULES_API const char *archrules_change_kind_name(
    archrules_change_kind kind);

/* New members may be added at the end; the library makes these. */
typedef struct archrules_change {
    archrules_change_kind kind;
    archrules_rule rule; /* as it is now, with what it needs */
    archrules_rule_status status_before;
    const char *key;              /* of a finding, or "" */
    const char *fingerprint;      /* of a finding, or "" */
    const char *diagnosis_before; /* of a finding that was there, or "" */
    const char *diagnosis;        /* of a finding that is there, or "" */
    int was_waived;
    int is_waived;
    int was_superseded; /* other findings explained it */
    int is_superseded;
} archrules_change;

/* What the last update changed, in order of rule id; nothing after the first
 * one. Good until the next update. NULL past the end, and if memory runs
 * out. */
ARCHRULES_API size_t
archrules_session_change_count(const archrules_session *session);
ARCHRULES_API const archrules_change *archrules_session_change(
    archrules_session *session, size_t ix);
/* Renders them: human a line for each that a person has to know of, NDJSON all
 * of them on one line (docs/changes.schema.json), secrets of before masked,
 * too. Nothing is written if there is none. options may be NULL. */
ARCHRULES_CHECKED archrules_status archrules_session_render_changes(
    archrules_session *session, const archrules_report_options *options,
    const archrules_output *output);

/* ---- remedies of one rule ---- */

typedef enum archrules_script {
    ARCHRULES_SCRIPT_NONE, /* show the steps */
    ARCHRULES_SCRIPT_BASH,
    ARCHRULES_SCRIPT_POWERSHELL
} archrules_script;

typedef struct archrules_remedy_options {
    const char *rule; /* by id or name */
    const char *key;  /* only of the finding with that key; NULL: of all */
    unsigned way;     /* only this remedy, counted as reports do, from 1; 0:
                         all that the filter lets through */
    archrules_script script;
    archrules_remedy_filter filter;
} archrules_remedy_options;

/* What to do about the findings of one rule of the result: text, JSON (a
 * report of detail findings), or a script for a person to review and run, which
 * is the same whatever the format. Nothing is run. ARCHRULES_INVALID if
 * what was asked for is not there, or is no single remedy to make a script of:
 * then one line that says why is written instead. */
ARCHRULES_CHECKED archrules_status archrules_result_render_remedies(
    archrules_result *result, const archrules_remedy_options *options,
    const archrules_output *output);

/* ---- verification ---- */

typedef struct archrules_verification archrules_verification;

typedef enum archrules_verdict {
    ARCHRULES_FIXED,
    ARCHRULES_PENDING_RESTART, /* not fixed so far; a restart may be to come */
    ARCHRULES_UNVERIFIED,      /* it cannot be told */
    ARCHRULES_NOT_FIXED
} archrules_verdict;

/* "pending_restart", as reports spell it. */
ARCHRULES_API const char *archrules_verdict_name(archrules_verdict verdict);

/* New members may be added at the end; the library makes these. */
typedef struct archrules_verified {
    const char *key; /* as text, or "" */
    const char *fingerprint;
    archrules_verdict verdict;
    const char *because; /* a sentence */
    size_t n_needs;      /* facts that are missing */
    const char *const *needs;
} archrules_verified;

/* Zero is a good start. */
typedef struct archrules_verify_options {
    const char *key; /* only the finding with that key; NULL: all */
    unsigned way;    /* the remedy that was chosen, counted as reports do, from
                        1; 0: any that worked counts */
    int was_restarted; /* the restarts that it asks for have happened */
} archrules_verify_options;

/* What became of the findings of a rule (an id, or a name that is unique):
 * those of the report that archrules_facts_read_earlier() has read, else all
 * elements the rule is evaluated for now. facts are new ones; of logs only
 * lines that are newer than the report count. options may be NULL.
 * ARCHRULES_INVALID if there is no such rule. */
ARCHRULES_CHECKED archrules_status archrules_verify(
    archrules_engine *engine, archrules_facts *facts, const char *rule,
    const archrules_verify_options *options, archrules_verification **out);
ARCHRULES_API void archrules_verification_free(
    archrules_verification *verification);
ARCHRULES_API size_t
archrules_verification_count(const archrules_verification *verification);
/* NULL past the end. */
ARCHRULES_API const archrules_verified *archrules_verification_finding(
    const archrules_verification *verification, size_t ix);
/* 0 all are fixed, 1 one is not, 3 none is known not to be. */
ARCHRULES_API int archrules_verification_exit_code(
    const archrules_verification *verification);
ARCHRULES_CHECKED archrules_status archrules_verification_render(
    archrules_verification *verification, const archrules_output *output);

/* ---- explanations ---- */

typedef enum archrules_why {
    ARCHRULES_WHY,    /* without a rule: all findings */
    ARCHRULES_WHY_NOT /* without a rule: all that could not be decided */
} archrules_why;

/* Zero is a good start. */
typedef struct archrules_explain_options {
    archrules_why why;
    const char *rule; /* its id, or its name if no other has it; or NULL */
    const char *key;  /* of one element of its `for each`; NULL: those that
                         matched or are open */
    int is_live;      /* the facts are of this machine: advice is another for a
                         snapshot */
} archrules_explain_options;

/* Explains statuses: what decided them, the facts that rests on, and for what
 * is undetermined what is missing and how to get it. Nothing of that is
 * recorded by evaluating; it is worked out here. Human or JSON
 * (docs/why.schema.json). options may be NULL. ARCHRULES_INVALID if there is
 * no such rule or element: then one line that says it, with the nearest name,
 * is written instead. */
ARCHRULES_CHECKED archrules_status archrules_result_explain(
    archrules_result *result, const archrules_explain_options *options,
    const archrules_output *output);
/* As archrules_result_exit_code(), as if there were no other rule; NULL: all
 * of them. */
ARCHRULES_API int archrules_result_rule_exit_code(
    const archrules_result *result, const char *rule,
    const archrules_report_options *options);

/* Zero is a good start. */
typedef struct archrules_what_if_options {
    /* As archrules_facts_set() takes them: on top of the facts, which stay as
     * they are. */
    const char *const *assignments;
    size_t n_assignments;
    const char *rule; /* without assignments: what would change this rule */
    const char *key;  /* of one element of its `for each`, or NULL */
} archrules_what_if_options;

/* With assignments: every rule whose status or findings would be others.
 * With a rule: the smallest changes that would make it match, or not match;
 * facts that are declared `fixed` are left as they are. Human or JSON
 * (docs/what_if.schema.json). *exit_code, if it is not NULL, is that of the
 * changed facts, or of the rule as it is. ARCHRULES_INVALID as
 * archrules_result_explain() has it; of assignments there are diagnostics of
 * the facts, and nothing is written. */
ARCHRULES_CHECKED archrules_status archrules_result_what_if(
    archrules_result *result, const archrules_what_if_options *options,
    const archrules_output *output, int *exit_code);

/* ---- tests in packs ---- */

/* Zero is a good start. */
typedef struct archrules_test_options {
    const char *only; /* run the tests of this name; NULL: all */
    int coverage;     /* count which outcomes the tests show */
} archrules_test_options;

/* Runs the test blocks of all packs; options may be NULL. Nothing is probed.
 * ARCHRULES_INVALID, without a report, of a compiled pack, which holds none,
 * and if no test has the name. */
ARCHRULES_CHECKED archrules_status archrules_test_run(
    archrules_engine *engine, const archrules_test_options *options,
    archrules_test_report **out);
ARCHRULES_API void archrules_test_report_free(archrules_test_report *report);
ARCHRULES_API size_t
archrules_test_report_passed(const archrules_test_report *report);
ARCHRULES_API size_t
archrules_test_report_failed(const archrules_test_report *report);
/* Of the conditions and table rows of the packs: how many outcomes (true,
 * false, undecided) they can have, and how many of these the tests have shown.
 * 0 without coverage. */
ARCHRULES_API size_t
archrules_test_report_possible(const archrules_test_report *report);
ARCHRULES_API size_t
archrules_test_report_shown(const archrules_test_report *report);

/* Zero is a good start. */
typedef struct archrules_test_report_options {
    int list_passed; /* human: name the tests that passed, too */
    int annotate;    /* human, with coverage: show the sources, and in them the
                        outcomes that no test has shown */
} archrules_test_report_options;

/* Human: each failed test with what it expected, then "N passed, N failed";
 * with coverage a table of it. JSON has everything, JUnit and TAP every test.
 * options may be NULL. */
ARCHRULES_CHECKED archrules_status archrules_test_report_render(
    archrules_test_report *report, const archrules_test_report_options *options,
    const archrules_output *output);

/* ---- layout of rule files ---- */

/* Rule files and how they are in the one layout, one after the other. Nothing
 * is written, and no engine is needed: the files need not be free of errors
 * but of those in the grammar. */
ARCHRULES_CHECKED archrules_status
archrules_layout_create(archrules_layout **out);
ARCHRULES_API void archrules_layout_free(archrules_layout *layout);

/* A rule file, or a folder with all *.rules files below it; "-" is standard
 * input. What is named twice is given once. */
ARCHRULES_CHECKED archrules_status
archrules_layout_add_path(archrules_layout *layout, const char *path);
/* Rules in memory; name stands for the file in diagnostics. */
ARCHRULES_CHECKED archrules_status
archrules_layout_add_text(archrules_layout *layout, const char *name,
                          const char *text, size_t length);

/* New members may be added at the end; the library makes these. */
typedef struct archrules_layout_file {
    const char *path; /* of a file that can be written, or "" */
    const char *name; /* in diagnostics: the path, "<stdin>" */
    const char *text; /* in the one layout: the same tokens and comments */
    size_t length;
    int is_changed; /* it was written otherwise */
} archrules_layout_file;

/* Reads the next file, in the order added, in *out; NULL behind the last one.
 * ARCHRULES_INVALID, with diagnostics, if it cannot be read or has errors in
 * the grammar: *out is NULL then, and the next call goes on with the next
 * one. The file and its diagnostics last until the next call. */
ARCHRULES_CHECKED archrules_status archrules_layout_next(
    archrules_layout *layout, const archrules_layout_file **out);

/* Of the last call of archrules_layout_next(): its diagnostics, and its file
 * as a unified diff for `patch -p0`; nothing if there is none or it is not
 * changed. */
ARCHRULES_CHECKED archrules_status archrules_layout_render_diagnostics(
    archrules_layout *layout, const archrules_output *output);
ARCHRULES_CHECKED archrules_status archrules_layout_render_diff(
    archrules_layout *layout, const archrules_output *output);

/* ---- knowledge ---- */

/* Explains a diagnostic's code, a rule's id, a fact or a group, a status, or
 * a reason for not knowing. With an engine that was not compiled, rules and
 * facts are not known. ARCHRULES_INVALID if nothing is called so: then one
 * line that says it, with the nearest name, is written instead. */
ARCHRULES_CHECKED archrules_status
archrules_explain(archrules_engine *engine, const char *topic,
                  const archrules_output *output);
/* All diagnostics with their explanations. */
ARCHRULES_CHECKED archrules_status
archrules_explain_codes(const archrules_output *output);

/* Version, limits, formats, types, functions, statuses, reasons, and (of an
 * engine that was compiled) modules with their facts. */
ARCHRULES_CHECKED archrules_status archrules_capabilities(
    archrules_engine *engine, const archrules_output *output);

/* ---- case studies ---- */

/* After compile: what the chosen rules say, as case studies for people. The
 * document uses its engine. ARCHRULES_INVALID if there is no rule, and of a
 * compiled pack, which does not hold all that they say. */
ARCHRULES_CHECKED archrules_status
archrules_doc_create(archrules_engine *engine, archrules_doc **out);
ARCHRULES_API void archrules_doc_free(archrules_doc *doc);
/* All of it on one page: JSON (docs/doc.schema.json), else Markdown. */
ARCHRULES_CHECKED archrules_status
archrules_doc_render(archrules_doc *doc, const archrules_output *output);

/* The same with a page for each rule, always Markdown. Page 0 is the index;
 * pages link to each other by their names, which are those of files in one
 * folder. NULL past the end. */
ARCHRULES_API size_t archrules_doc_page_count(const archrules_doc *doc);
ARCHRULES_API const char *archrules_doc_page_name(const archrules_doc *doc,
                                                  size_t ix);
ARCHRULES_CHECKED archrules_status archrules_doc_render_page(
    archrules_doc *doc, size_t ix, const archrules_output *output);

#ifdef __cplusplus
}
#endif

#endif
