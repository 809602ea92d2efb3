/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_PROGRAM_H
#define AR_SEMA_PROGRAM_H
/* The checked program: all packs that were loaded together. */

#include "front/ast.h"
#include "sema/expr.h"

struct ar_rule;

enum ar_rule_severity { /* least first */
                        AR_RULE_INFO,
                        AR_RULE_WARNING,
                        AR_RULE_ERROR,
                        AR_RULE_CRITICAL
};
enum ar_confidence {
    AR_CONFIDENCE_LOW,
    AR_CONFIDENCE_MEDIUM,
    AR_CONFIDENCE_HIGH
};
enum ar_risk { AR_RISK_LOW, AR_RISK_MEDIUM, AR_RISK_HIGH };

/* As the language spells them; NULL-free tables indexed by the enum. */
extern const char *const ar_rule_severity_names[4];
extern const char *const ar_confidence_names[3];
extern const char *const ar_risk_names[3];

/* A folder or file of rules, or the standard library's module. */
struct ar_pack {
    ar_str name; /* of the pack declaration; a module's "std.docker"; empty */
    ar_str title;
    ar_str license;
    const struct ar_version *version; /* or NULL */
    ar_span span;                     /* of the pack declaration, or no place */
    ar_str path;                      /* folder or file it was read from */
    bool is_stdlib;
    bool is_trusted;   /* built in or installed: its probes may run */
    bool is_scratch;   /* has no pack declaration: sees all of std */
    ar_str not_loaded; /* why its rules are not; empty if they are */
    AR_VECTOR(ar_str) uses;
    size_t n_rules;
};

struct ar_def {
    ar_str name;
    const struct ar_pack *pack;
    ar_span span;
    ar_str doc;
    struct ar_local **parameters;
    size_t n_parameters;
    unsigned n_slots;
    const struct ar_type *type;
    struct ar_expr *body;
};

/* One definition of a derived fact; guard may be NULL. */
struct ar_definition {
    struct ar_expr *expr;
    struct ar_expr *guard;
    ar_span span;
};

struct ar_fact {
    struct ar_fact_decl decl; /* first, so that a decl can be cast back */
    const struct ar_pack *pack;
    struct ar_local **parameters; /* of a derived fact with arguments */
    unsigned n_slots;
    AR_VECTOR(struct ar_definition) definitions;
    bool is_used;
};

enum ar_cell_kind {
    AR_CELL_ANY,     /* _ */
    AR_CELL_SET,     /* values[0..n): a constant, or {a, b} */
    AR_CELL_RANGE,   /* values[0] .. values[1], open_end */
    AR_CELL_COMPARE, /* op values[0] */
    AR_CELL_ABSENT
};

struct ar_cell {
    enum ar_cell_kind kind;
    const ar_value *values;
    size_t n_values;
    enum ar_operator op;
    bool open_end;
    ar_span span;
};

struct ar_row {
    const struct ar_cell *cells; /* one for each input */
    ar_value result;             /* a record of the outputs */
    ar_span span;
};

enum ar_hit_policy { AR_HIT_UNIQUE, AR_HIT_FIRST, AR_HIT_COLLECT };

struct ar_table {
    ar_str name;
    const struct ar_pack *pack;
    ar_span span;
    ar_str doc;
    enum ar_hit_policy policy;
    bool is_complete;
    const struct ar_field *inputs;
    size_t n_inputs;
    const struct ar_type *output; /* a record */
    const struct ar_row *rows;
    size_t n_rows;
};

/* `if` or `unless`; expr is NULL where there is none. */
struct ar_guard {
    struct ar_expr *expr;
    bool is_unless;
};

enum ar_step_item_kind {
    AR_STEP_RUN,
    AR_STEP_DO,
    AR_STEP_OPEN,
    AR_STEP_RESTART
};

struct ar_step_item {
    enum ar_step_item_kind kind;
    ar_str shell; /* of run: powershell cmd bash or empty; of restart: app wsl
                     session machine */
    const struct ar_template *text; /* NULL for restart */
    struct ar_guard guard;
    ar_span span;
};

/* A fact that a step changes, with whatever arguments; or all below a group. */
struct ar_step_change {
    ar_str name;
    const struct ar_fact_decl *decl; /* of a group NULL */
};

struct ar_step {
    const struct ar_template *sentence;
    struct ar_guard guard;
    AR_VECTOR(struct ar_step_item) items;
    AR_VECTOR(struct ar_step_change) changes; /* of a compiled pack empty */
};

struct ar_remedy {
    const struct ar_template *title;
    enum ar_risk risk;
    const struct ar_template *data_loss; /* or NULL */
    const struct ar_template *undo;      /* or NULL */
    bool needs_admin;
    AR_VECTOR(struct ar_step) steps;
    struct ar_expr *verify; /* or NULL */
    AR_VECTOR(struct ar_step_item) verify_runs;
    ar_span span;
};

struct ar_supersedes {
    ar_str id;                  /* full: pack.rule */
    const struct ar_rule *rule; /* NULL: its pack is not loaded */
    bool same_key;
    ar_span span;
};

struct ar_replaces {
    ar_str id;
    const struct ar_version *since;
};

/* What few rules have, or few readers look at. */
struct ar_rule_details {
    ar_str doc;
    ar_str context;
    AR_VECTOR(ar_str) keywords;
    AR_VECTOR(struct ar_local *) lets;
    AR_VECTOR(struct ar_expr *) symptoms;
    AR_VECTOR(struct ar_supersedes) supersedes;
    AR_VECTOR(struct ar_replaces) replaces;
    AR_VECTOR(struct ar_remedy *) remedies;
    AR_VECTOR(const struct ar_template *) lessons;
    AR_VECTOR(const struct ar_template *) links;
    ar_str not_loaded;       /* an unmet requires, or empty */
    ar_str disabled_because; /* of a site pack's disable, or empty */
    ar_span disabled_at;
    ar_span override_at; /* of a site pack's severity, or no place */
};

/* Of a compiled pack conditions, symptoms and diagnosis are missing; where they
 * stand is in the code (ar_code_describe()). */
struct ar_rule {
    size_t ix;   /* among the rules of its program */
    ar_str id;   /* "docker_desktop.wrong_build"; a nameless one "file:line" */
    ar_str name; /* or empty */
    struct ar_pack *pack;
    ar_str title; /* or empty */
    ar_span span;
    enum ar_rule_severity severity; /* after overrides */
    enum ar_confidence confidence;
    unsigned n_slots;
    unsigned depth;          /* rules above it in supersession */
    struct ar_expr *applies; /* or NULL */
    struct ar_expr *when;
    struct ar_expr *each;     /* the list of for each, or NULL */
    struct ar_local *element; /* of for each, or NULL */
    struct ar_expr *key;      /* or NULL */
    const struct ar_template *diagnosis;
    struct ar_rule_details *details; /* rules that have none share one */
};

struct ar_waiver {
    const struct ar_pack *pack; /* that waives */
    const struct ar_rule *rule;
    bool has_key;
    ar_value key;
    ar_str because;
    ar_str owner;
    ar_str until;      /* 2027-01-31 */
    int64_t until_end; /* microseconds: the end of that day, UTC */
    ar_span span;
};

enum ar_given_kind { AR_GIVEN_SNAPSHOT, AR_GIVEN_VALUE };

struct ar_given {
    enum ar_given_kind kind;
    ar_str path; /* of a snapshot, resolved against the rule file's folder */
    const struct ar_fact_decl *decl;   /* of a value; or */
    const struct ar_fact_group *group; /* of an absent or unknown group */
    const ar_value *arguments;
    ar_str key;
    ar_value value;
    ar_span span;
};

struct ar_expectation {
    enum { AR_EXPECT_STATUS, AR_EXPECT_NONE, AR_EXPECT_ONLY } kind;
    const struct ar_rule *rule;
    ar_str status; /* "matched" */
    bool has_key;
    ar_value key;
    AR_VECTOR(ar_str) needing; /* fact keys or group names */
    const struct ar_rule *superseded_by;
    const struct ar_regex *diagnosis;
    ar_str diagnosis_pattern;
    AR_VECTOR(const struct ar_rule *) only;
    ar_span span;
};

struct ar_test {
    ar_str name;
    const struct ar_pack *pack;
    ar_span span;
    AR_VECTOR(struct ar_given) givens;
    AR_VECTOR(struct ar_expectation) expectations;
};

enum ar_probe_source {
    AR_PROBE_RUN,
    AR_PROBE_EXEC, /* a program that knows the protocol of docs/probes.md */
    AR_PROBE_FILE,
    AR_PROBE_GLOB,
    AR_PROBE_REGISTRY,
    AR_PROBE_ENV,
    AR_PROBE_HTTP /* a local service, asked with GET */
};

enum ar_probe_parser {
    AR_PARSER_TEXT, /* also if nothing is said */
    AR_PARSER_JSON,
    AR_PARSER_JSONL,
    AR_PARSER_LINES,
    AR_PARSER_KEY_VALUE,
    AR_PARSER_INI,
    AR_PARSER_COLUMNS,
    AR_PARSER_ANSWER /* of exec */
};

enum ar_probe_encoding {
    AR_ENCODING_AUTO, /* also if nothing is said */
    AR_ENCODING_UTF8,
    AR_ENCODING_UTF16LE,
    AR_ENCODING_LATIN1
};

/* One fact that a probe gives. */
struct ar_probe_gives {
    const struct ar_fact_decl *decl;
    const struct ar_node *selector; /* AR_NODE_SELECTOR, or NULL */
    ar_span span;
};

/* A fact or group that a failure clause sets. */
struct ar_probe_setting {
    const struct ar_fact_decl *decl;   /* or NULL */
    const struct ar_fact_group *group; /* or NULL */
    bool is_absent;
    enum ar_reason reason; /* of unknown */
};

/* `if CONDITION: docker.server absent, ...` */
struct ar_probe_failure {
    enum { AR_PROBE_IF_EXPR, AR_PROBE_IF_FOUND, AR_PROBE_IF_NOT_FOUND } kind;
    struct ar_expr *condition; /* over exit or status, stdout, stderr,
                                  parameters and facts */
    AR_VECTOR(struct ar_probe_setting) settings;
};

/* A probe in the language. */
struct ar_probe {
    ar_str name;
    const struct ar_pack *pack;
    ar_span span;
    const struct ar_node *node; /* NULL if it was skipped */
    AR_VECTOR(const struct ar_fact_decl *) gives;
    AR_VECTOR(ar_str) platforms; /* of `on`; none: all */
    struct ar_local **parameters;
    size_t n_parameters;
    unsigned n_slots; /* exit or status, stdout, stderr are the first locals */
    enum ar_probe_source source;
    AR_VECTOR(const struct ar_template *)
    texts;                    /* argv of run and exec; address and path of
                                 http; else one */
    int64_t timeout_us;       /* 0: the default */
    AR_VECTOR(int64_t) exits; /* that are answers; none: 0, of http 200 */
    bool from_stderr;
    enum ar_probe_encoding encoding;
    enum ar_probe_parser parser;
    const struct ar_regex *regex; /* of lines and text, or NULL */
    AR_VECTOR(struct ar_probe_gives) parts;
    AR_VECTOR(struct ar_probe_failure) failures;
    bool has_facts_in_conditions;
    ar_span skipped; /* all of it, if no more is known than name, pack, span */
};

struct ar_program {
    struct ar_arena *arena;
    struct ar_diags *diags;
    struct ar_schema schema;
    AR_VECTOR(struct ar_pack *) packs;
    AR_VECTOR(struct ar_fact *) facts;
    AR_VECTOR(struct ar_def *) defs;
    AR_VECTOR(struct ar_table *) tables;
    AR_VECTOR(struct ar_rule *) rules; /* in order of id */
    AR_VECTOR(struct ar_test *) tests; /* in order of file and place */
    AR_VECTOR(struct ar_probe *) probes;
    AR_VECTOR(struct ar_waiver *) waivers;
};

/* The rule with that id, once all are in their order; or NULL. */
struct ar_rule *ar_program_find_rule(const struct ar_program *program,
                                     ar_str id);

/* What a probe that was skipped gives, out of what source, and its timeout;
 * NULL if it certainly does not give the fact. The rest is not read. */
const struct ar_probe *ar_probe_outline(struct ar_arena *arena,
                                        const struct ar_program *program,
                                        const struct ar_probe *skipped,
                                        const struct ar_fact_decl *decl);

/* Calls visit for every expression of a rule: in its conditions, names, texts
 * and remedies. Not for those in functions it calls or facts it reads. */
void ar_rule_walk(const struct ar_rule *rule, ar_expr_visit visit, void *user);

#endif
