/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_CHECKER_H
#define AR_SEMA_CHECKER_H
/* Private to sema: the state of one check, and what its files offer each
 * other. After an error an expression has the type poison, which agrees with
 * everything, so that each fault is reported once. */

#include "sema/check.h"

/* A unit while it is checked: its names, and whose names it sees. */
struct ar_scope {
    struct ar_unit *unit;
    struct ar_pack *pack;
    bool is_partial;      /* declarations are missing: they had syntax errors */
    struct ar_map enums;  /* name -> struct ar_type * */
    struct ar_map tables; /* name -> struct ar_table * */
    struct ar_map defs;   /* name -> struct ar_def_source * */
    AR_VECTOR(struct ar_scope *) uses;
    bool has_unknown_use; /* `use` named a module that there is not */
};

/* A def before and after its body is checked. */
struct ar_def_source {
    struct ar_def *def;
    const struct ar_node *node;
    struct ar_scope *scope;
    enum { AR_DEF_NEW, AR_DEF_CHECKING, AR_DEF_DONE } state;
};

/* An override or disable, applied when its pack turned out sound. */
struct ar_site_action {
    const struct ar_pack *pack;
    struct ar_rule *rule;
    bool is_disable;
    enum ar_rule_severity severity;
    ar_str because;
    ar_span span;
};

/* A named group that other conditions or texts may use. */
struct ar_capture {
    const struct ar_pack *pack;
    const struct ar_local *local;
};

struct ar_pattern_site {
    ar_span span;
    ar_str pattern;
    ar_str flags;
};

/* A fact that was named before. */
struct ar_named_fact {
    ar_str name;
    struct ar_fact *fact; /* or NULL */
};

enum { AR_N_NAMED_FACTS = 256 };

struct ar_checker {
    struct ar_arena *arena;
    struct ar_diags *diags;
    struct ar_program *program;
    const struct ar_check_options *options;
    AR_VECTOR(struct ar_scope *) scopes;
    struct ar_map scopes_by_name;
    struct ar_map rules_by_id;  /* -> struct ar_rule * */
    struct ar_map old_rule_ids; /* of `replaces` -> struct ar_rule * */
    ar_str_vector fact_names;   /* for suggestions */
    AR_VECTOR(struct ar_rule *)
    declared;           /* one for each RULE node, in order;
                           NULL for the second of a name */
    unsigned def_depth; /* of functions whose bodies are being checked */
    size_t n_visited;   /* of declared, in the walk that is under way */
    AR_VECTOR(struct ar_site_action) site_actions;
    struct ar_map tests; /* pack and name -> struct ar_test * */
    AR_VECTOR(struct ar_capture) captures;
    AR_VECTOR(struct ar_pattern_site) patterns;
    struct ar_named_fact named_facts[AR_N_NAMED_FACTS]; /* by a few letters */
};

/* A named group in a pattern of a conjunctive position, before the match
 * itself has been checked. */
struct ar_capture_site {
    const struct ar_node *node;
    struct ar_match *match;
};

/* Where an expression stands: what its names mean there. */
struct ar_context {
    struct ar_checker *checker;
    struct ar_scope *scope;
    AR_VECTOR(struct ar_local *) locals; /* innermost last */
    AR_VECTOR(struct ar_capture_site) captures;
    unsigned n_slots;
    unsigned quantifier_depth;
    bool in_when;         /* and what it may use: `unknown` needs a reason */
    ar_str_vector closed; /* variables whose quantifier has ended */
};

/* ---- names.c ---- */
/* Reports that nothing has this name, and the nearest that has. Says nothing
 * of names that a declaration with a syntax error may have made. */
void ar_check_undeclared(struct ar_checker *checker,
                         const struct ar_scope *scope, enum ar_diag_code code,
                         ar_span span, ar_str name, ar_str_vector names);
struct ar_diag *ar_check_unknown(struct ar_checker *checker,
                                 enum ar_diag_code code, ar_span span,
                                 ar_str name, const ar_str *candidates,
                                 size_t count);
void ar_check_twice(struct ar_checker *checker, ar_span span, ar_str name,
                    ar_span first);
/* One of words, or SIZE_MAX after reporting that text is not `what`. */
size_t ar_check_word(struct ar_checker *checker, const struct ar_node *node,
                     const char *what, const char *const *words, size_t count);
bool ar_check_sees(const struct ar_scope *scope, const struct ar_pack *pack);
const struct ar_type *ar_check_find_enum(const struct ar_scope *scope,
                                         ar_str name);
struct ar_table *ar_check_find_table(const struct ar_scope *scope, ar_str name);
struct ar_def_source *ar_check_find_def(const struct ar_scope *scope,
                                        ar_str name);
/* Names of tables, defs and built-in functions a unit sees. */
ar_str_vector ar_check_callables(struct ar_context *context);
bool ar_check_is_function_name(ar_str name);
/* Without a dot a rule of the own pack, else pack.rule. */
ar_str ar_check_full_id(struct ar_checker *checker,
                        const struct ar_scope *scope, ar_str text);
struct ar_rule *ar_check_find_rule(struct ar_checker *checker,
                                   const struct ar_scope *scope,
                                   const struct ar_node *path, bool *absent);

/* Whether a declaration of that name had a syntax error. Of a dotted name
 * the first word counts, or the last: pack.rule. */
bool ar_check_is_broken(const struct ar_scope *scope, ar_str name);
/* Children of a kind that may stand once stand once. */
void ar_check_repeats(struct ar_checker *checker, const struct ar_node *node);
/* Nothing secret may be printed, however it got there. */
void ar_check_not_secret(struct ar_checker *checker,
                         const struct ar_expr *expr);
/* A pattern outside of an expression; NULL after an error. */
const struct ar_regex *ar_check_pattern(struct ar_checker *checker,
                                        const struct ar_node *node);
/* count, first and filter begin an expression of their own, and snapshot an
 * item of a test: nothing else can be read by such a name. */
void ar_check_not_keyword(struct ar_checker *checker, ar_str name,
                          ar_span span);
/* A word that is no reason of unknown(...). */
void ar_check_unknown_reason(struct ar_checker *checker, ar_span span,
                             ar_str text);
/* A field that a record, or the records of a list, do not have. */
void ar_check_no_field(struct ar_checker *checker, ar_span span, ar_str name,
                       const struct ar_type *type);

/* ---- types.c ---- */
const struct ar_type *ar_check_type(struct ar_checker *checker,
                                    const struct ar_scope *scope,
                                    const struct ar_node *node);
/* The FIELDS of a record type, a table or parameters. */
const struct ar_field *ar_check_fields(struct ar_checker *checker,
                                       const struct ar_scope *scope,
                                       const struct ar_node *fields);
void ar_check_enum(struct ar_checker *checker, struct ar_scope *scope,
                   const struct ar_node *node);

/* ---- literals.c ---- */
/* A constant, list or record written out, as a value of type. Poison (a
 * value of type poison) after an error. */
ar_value ar_check_literal(struct ar_checker *checker,
                          const struct ar_node *node,
                          const struct ar_type *type);
/* A whole number as rule files write it: 12, -3, 0x1F, 524_288. */
bool ar_check_parse_int(struct ar_arena *arena, ar_str text, int64_t *out);
bool ar_check_is_literal(const struct ar_node *node);
/* The literal's own type: INT is int, "..." is string; poison for a word. */
const struct ar_type *ar_check_literal_type(const struct ar_node *node);

/* ---- expressions.c, references.c, operators.c, calls.c ---- */
void ar_context_start(struct ar_context *context, struct ar_checker *checker,
                      struct ar_scope *scope);
struct ar_local *ar_context_add(struct ar_context *context,
                                enum ar_local_kind kind, ar_str name,
                                const struct ar_type *type, ar_span span);
struct ar_local *ar_context_find(const struct ar_context *context, ar_str name);
/* Makes locals of FIELDS, whose types are parameters; returns them in order.
 * A name that stands twice was reported with the fields. */
struct ar_local **ar_context_add_parameters(struct ar_context *context,
                                            const struct ar_node *fields,
                                            const struct ar_field *parameters);
/* Makes locals of the named groups that `and` alone connects to the root. */
void ar_context_add_captures(struct ar_context *context,
                             const struct ar_node *node);

/* An expression; expected, or NULL, decides what a bare word or a literal
 * means, but is not enforced. */
struct ar_expr *ar_check_expr(struct ar_context *context,
                              const struct ar_node *node,
                              const struct ar_type *expected);
/* The same, with an error unless it is of that type. */
struct ar_expr *ar_check_expr_of(struct ar_context *context,
                                 const struct ar_node *node,
                                 const struct ar_type *type);
struct ar_expr *ar_check_condition(struct ar_context *context,
                                   const struct ar_node *node);
/* x exists, x absent: x may be a group. */
struct ar_expr *ar_check_presence(struct ar_context *context,
                                  const struct ar_node *node);
struct ar_expr *ar_check_reference(struct ar_context *context,
                                   const struct ar_node *node,
                                   const struct ar_type *expected);
struct ar_expr *ar_check_call(struct ar_context *context,
                              const struct ar_node *node);
struct ar_expr *ar_check_operator(struct ar_context *context,
                                  const struct ar_node *node);
const struct ar_match *ar_check_match(struct ar_context *context,
                                      const struct ar_node *node,
                                      struct ar_expr *subject);
const struct ar_template *ar_check_template(struct ar_context *context,
                                            const struct ar_node *node);

struct ar_expr *ar_expr_new(struct ar_context *context, enum ar_expr_kind kind,
                            const struct ar_type *type, ar_span span);
struct ar_expr *ar_expr_with(struct ar_context *context, struct ar_expr *expr,
                             struct ar_expr *operand);
struct ar_expr *ar_expr_poison(struct ar_context *context, ar_span span);
struct ar_expr *ar_expr_constant(struct ar_context *context, ar_value value,
                                 ar_span span);
bool ar_expr_is_poison(const struct ar_expr *expr);
/* Reports that found is not wanted. */
void ar_check_mismatch(struct ar_checker *checker, ar_span span,
                       const struct ar_type *wanted,
                       const struct ar_type *found);

/* The type of the elements of a list, or of a map; poison, with an error, of
 * a list that is [] and nothing else. */
const struct ar_type *ar_check_element(struct ar_context *context,
                                       const struct ar_expr *list);

/* A fact or group named by a reference without computed arguments, as tests
 * and probes name them. */
struct ar_fact_target {
    const struct ar_fact_decl *decl;
    const struct ar_fact_group *group;
    const ar_value *arguments;
    ar_str key;
};
bool ar_check_fact_target(struct ar_checker *checker, struct ar_scope *scope,
                          const struct ar_node *node,
                          struct ar_fact_target *out);
bool ar_check_fact_path(struct ar_checker *checker, struct ar_scope *scope,
                        const struct ar_node *path, struct ar_fact_target *out);
void ar_check_unknown_fact(struct ar_checker *checker,
                           const struct ar_scope *scope, ar_span span,
                           ar_str name);

/* ---- declarations, one file each ---- */
void ar_check_fact(struct ar_checker *checker, struct ar_scope *scope,
                   const struct ar_node *node);
void ar_check_fact_definition(struct ar_checker *checker,
                              struct ar_scope *scope,
                              const struct ar_node *node);
void ar_check_input(struct ar_checker *checker, struct ar_scope *scope,
                    const struct ar_node *node);
/* Declares what a probe gives, where nothing else declares it. */
void ar_check_probe_gives(struct ar_checker *checker, struct ar_scope *scope,
                          const struct ar_node *node);
void ar_check_skipped_probe(struct ar_checker *checker, struct ar_scope *scope,
                            const struct ar_node *node);
void ar_check_probe(struct ar_checker *checker, struct ar_scope *scope,
                    const struct ar_node *node);
void ar_check_table(struct ar_checker *checker, struct ar_scope *scope,
                    const struct ar_node *node);
/* The rows of a CSV file; false after an error. */
bool ar_check_table_file(struct ar_checker *checker, struct ar_scope *scope,
                         const struct ar_node *node, struct ar_table *table);
void ar_check_table_cover(struct ar_checker *checker,
                          const struct ar_table *table);
/* A path beside the rule file that node stands in. */
ar_str ar_check_path_beside(struct ar_checker *checker,
                            const struct ar_node *node);
void ar_check_def_declare(struct ar_checker *checker, struct ar_scope *scope,
                          const struct ar_node *node);
void ar_check_def(struct ar_checker *checker, struct ar_def_source *source);
void ar_check_rule_declare(struct ar_checker *checker, struct ar_scope *scope,
                           const struct ar_node *node);
void ar_check_rule(struct ar_checker *checker, struct ar_scope *scope,
                   const struct ar_node *node, struct ar_rule *rule);
void ar_check_supersedes(struct ar_checker *checker, struct ar_scope *scope,
                         const struct ar_node *node, struct ar_rule *rule);
void ar_check_remedy(struct ar_context *context, const struct ar_node *node,
                     struct ar_rule *rule);
void ar_check_test(struct ar_checker *checker, struct ar_scope *scope,
                   const struct ar_node *node);
void ar_check_site(struct ar_checker *checker, struct ar_scope *scope,
                   const struct ar_node *node);
void ar_check_apply_site(struct ar_checker *checker,
                         bool (*is_sound)(const struct ar_checker *checker,
                                          const struct ar_pack *pack));
bool ar_check_requires(struct ar_checker *checker, const struct ar_node *node,
                       ar_str *not_loaded);

/* ---- graph.c, lint.c ---- */
void ar_check_fact_cycles(struct ar_checker *checker);
void ar_check_rule_cycles(struct ar_checker *checker);
/* Forgets superseded rules that were left out, and counts for each of the
 * others how many stand above it. */
void ar_check_rule_depths(struct ar_checker *checker);
void ar_check_lint(struct ar_checker *checker);

#endif
