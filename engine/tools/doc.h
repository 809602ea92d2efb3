/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TOOLS_DOC_H
#define AR_TOOLS_DOC_H
/* Packs as case studies: what their rules say, taken apart for writers. Each
 * member comes from one thing of the rule and is empty where the rule does
 * not have it, so that a change of the rule changes that member alone.
 * Expressions are their source text on one line. */

#include "base/buf.h"
#include "sema/program.h"

/* A piece of a text: what was written, or the source of an expression whose
 * value is put in. */
struct ar_doc_part {
    ar_str text;
    bool is_value;
};

typedef struct ar_doc_text {
    const struct ar_doc_part *parts;
    size_t n_parts; /* 0: there is no such text */
} ar_doc_text;

struct ar_doc_guard {
    ar_str condition; /* empty: there is none */
    bool is_unless;
};

struct ar_doc_item {
    enum ar_step_item_kind kind;
    ar_str word; /* of run the shell or empty, of restart what to restart */
    ar_doc_text text;
    struct ar_doc_guard guard;
};
typedef AR_VECTOR(struct ar_doc_item) ar_doc_item_vector;

struct ar_doc_step {
    ar_doc_text sentence;
    struct ar_doc_guard guard;
    ar_doc_item_vector items;
    ar_str_vector changes; /* names of facts and groups */
};

struct ar_doc_remedy {
    ar_doc_text title;
    ar_str risk;
    ar_doc_text data_loss;
    ar_doc_text undo;
    bool needs_admin;
    AR_VECTOR(struct ar_doc_step) steps;
    ar_str verify;
    ar_doc_item_vector verify_runs;
};

/* NAME = EXPRESSION, or a guarded expression without a name. */
struct ar_doc_definition {
    ar_str name;
    ar_str expression;
    ar_str guard;
};
typedef AR_VECTOR(struct ar_doc_definition) ar_doc_definition_vector;

struct ar_doc_probe {
    ar_str name;
    ar_str module;
    ar_str_vector platforms; /* none: everywhere */
    ar_str source;           /* "run 'docker' 'version'" */
};

enum ar_doc_fact_kind {
    AR_DOC_FACT,
    AR_DOC_DERIVED,
    AR_DOC_INPUT,
    AR_DOC_GROUP /* it has a name only */
};

struct ar_doc_fact {
    enum ar_doc_fact_kind kind;
    ar_str name; /* "file(path : string).exists" */
    ar_str type;
    ar_str unit;
    ar_str doc;
    ar_str module;
    ar_str question; /* of an input */
    enum ar_sensitivity sensitivity;
    bool needs_admin;
    bool is_fixed;
    ar_doc_definition_vector definitions; /* of a derived fact */
    AR_VECTOR(struct ar_doc_probe) probes;
};
typedef AR_VECTOR(struct ar_doc_fact) ar_doc_fact_vector;

struct ar_doc_function {
    ar_str signature; /* "spare(path : string) : size" */
    ar_str doc;
    ar_str body;
};
typedef AR_VECTOR(struct ar_doc_function) ar_doc_function_vector;

struct ar_doc_column {
    ar_str name;
    ar_str type;
    bool is_output;
};

struct ar_doc_cell {
    ar_str text;  /* "amd64", ">= 4.30"; of an output the value */
    bool is_text; /* a string, not code */
};

struct ar_doc_table {
    ar_str name;
    ar_str doc;
    enum ar_hit_policy policy;
    bool is_complete;
    const struct ar_doc_column *columns; /* inputs, then outputs */
    size_t n_columns;
    const struct ar_doc_cell *cells; /* n_rows times n_columns */
    size_t n_rows;
};
typedef AR_VECTOR(struct ar_doc_table) ar_doc_table_vector;

struct ar_doc_rule;

/* Another rule, in the order of the clause or of ids. */
struct ar_doc_reference {
    ar_str id;
    ar_str title;   /* or empty */
    bool is_loaded; /* its pack is */
    bool is_same_key;
    const struct ar_doc_rule *target; /* NULL: it is not in the document */
};
typedef AR_VECTOR(struct ar_doc_reference) ar_doc_reference_vector;

struct ar_doc_replaced {
    ar_str id;
    ar_str since;
};

/* A test that says something about the rule. */
struct ar_doc_test {
    const struct ar_test *source;
    ar_str name;
    ar_str_vector givens;
    ar_str_vector expectations; /* about this rule only */
};

struct ar_doc_rule {
    ar_str id;
    ar_str page;  /* the file of its page: unique, also where letters of both
                     cases are the same */
    ar_str title; /* or empty */
    ar_str severity;
    ar_str confidence;
    ar_str not_loaded; /* why, or empty */
    ar_str disabled_because;
    AR_VECTOR(struct ar_doc_replaced) replaces;
    ar_str about; /* its documentation comment */
    ar_str context;
    ar_str_vector symptoms;
    ar_doc_text diagnosis;
    ar_str applies;
    ar_str condition;
    ar_str element; /* of for each, or empty */
    ar_str each;
    ar_str key;
    ar_doc_definition_vector names; /* of let */
    ar_doc_reference_vector supersedes;
    ar_doc_reference_vector superseded_by;
    ar_doc_fact_vector facts; /* by name; those behind derived facts too */
    ar_doc_function_vector functions;
    ar_doc_table_vector tables;
    AR_VECTOR(struct ar_doc_remedy) remedies;
    AR_VECTOR(ar_doc_text) lessons;
    AR_VECTOR(ar_doc_text) links;
    AR_VECTOR(struct ar_doc_test) tests;
    ar_str_vector keywords;
};

struct ar_doc_pack {
    ar_str name; /* or empty: a scratch file */
    ar_str title;
    ar_str version;
    ar_str license;
    AR_VECTOR(struct ar_doc_rule *) rules; /* by id */
};

struct ar_doc {
    AR_VECTOR(struct ar_doc_pack *) packs; /* that have a rule in it */
    AR_VECTOR(struct ar_doc_rule *) rules; /* of all packs, in their order */
};

/* Whether a rule belongs into the document; NULL: all do. */
typedef bool (*ar_doc_choose)(const struct ar_rule *rule, void *context);

/* Everything in it lives in arena or in the program. */
struct ar_doc *ar_doc_build(struct ar_arena *arena,
                            const struct ar_program *program,
                            ar_doc_choose choose, void *context);

/* The whole document on one page; the index of a document with a page for
 * each rule; such a page. */
void ar_doc_markdown(struct ar_buf *out, const struct ar_doc *doc);
void ar_doc_markdown_index(struct ar_buf *out, const struct ar_doc *doc);
void ar_doc_markdown_page(struct ar_buf *out, const struct ar_doc *doc,
                          const struct ar_doc_rule *rule);

/* docs/doc.schema.json describes it. */
void ar_doc_json(struct ar_buf *out, const struct ar_doc *doc);

#endif
