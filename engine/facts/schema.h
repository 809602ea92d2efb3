/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FACTS_SCHEMA_H
#define AR_FACTS_SCHEMA_H
/* The facts that are declared: names, types, groups. Filled by the checker,
 * read by whoever reads facts. */

#include "base/map.h"
#include "text/source.h"
#include "value/value.h"

enum ar_sensitivity {
    AR_SENSITIVITY_NONE,
    AR_SENSITIVITY_PERSONAL, /* names of users and machines */
    AR_SENSITIVITY_ADDRESS,  /* network addresses */
    AR_SENSITIVITY_SECRET    /* never printed */
};

/* The word of rule files; "none" where there is none. */
const char *ar_sensitivity_name(enum ar_sensitivity sensitivity);

struct ar_fact_decl {
    ar_str name; /* "docker.desktop.arch"; with arguments "file().exists" */
    ar_str head; /* before the arguments: "file"; else the whole name */
    ar_str tail; /* behind them: "exists"; or empty */
    const struct ar_field *parameters; /* scalar types */
    size_t n_parameters;
    const struct ar_type *type;
    ar_str module; /* "std.docker" or the pack's name */
    ar_str doc;
    ar_str unit;
    uint32_t number;    /* among the facts of its schema */
    uint64_t name_hash; /* ar_map_hash() */
    ar_span span;       /* of the signature */
    enum ar_sensitivity sensitivity;
    bool needs_admin;
    bool is_fixed;   /* nobody can change it on a given machine */
    bool is_log;     /* lines, oldest first, that are added at the end */
    bool is_derived; /* has definitions; a snapshot may still give it */
    bool is_input;   /* only a person knows it */
    ar_str question; /* of an input */
};

/* A proper prefix of fact names: "docker.desktop", "file()". */
struct ar_fact_group {
    ar_str name;
    const struct ar_field *parameters; /* if the name has (); of the first
                                          fact that was added */
    size_t n_parameters;
    /* Those below it, also deeper; derived ones are not in. */
    AR_VECTOR(const struct ar_fact_decl *) facts;
};

struct ar_snapshot_plan;

struct ar_schema {
    struct ar_map facts;  /* name -> struct ar_fact_decl * */
    struct ar_map groups; /* name -> struct ar_fact_group * */
    /* How snapshots are read quickly (facts/snapshot.h), or NULL. */
    const struct ar_snapshot_plan *plan;
};

/* Adds a declaration and the groups above it. The caller has made sure that
 * the name is new. */
void ar_schema_add(struct ar_arena *arena, struct ar_schema *schema,
                   struct ar_fact_decl *decl);
const struct ar_fact_decl *ar_schema_find(const struct ar_schema *schema,
                                          ar_str name);
const struct ar_fact_group *ar_schema_find_group(const struct ar_schema *schema,
                                                 ar_str name);

/* The key of a fact with arguments as the language writes it:
 * file("/etc/wsl.conf").exists. Without arguments it is the name. */
ar_str ar_fact_key(struct ar_arena *arena, const struct ar_fact_decl *decl,
                   const ar_value *arguments);

/* The same for a group with its arguments: file("/etc/wsl.conf"). */
ar_str ar_fact_group_key(struct ar_arena *arena,
                         const struct ar_fact_group *group,
                         const ar_value *arguments);

/* The nearest group around the fact or group of a canonical key or name, a
 * part of it: file("/x") of file("/x").exists. Empty if there is none. */
ar_str ar_fact_key_parent(ar_str key);

/* A key taken apart: the declaration or the group it names, and the values of
 * its arguments (parsed as the parameters' types). Blanks around arguments
 * are allowed. */
struct ar_fact_ref {
    const struct ar_fact_decl *decl;   /* or NULL */
    const struct ar_fact_group *group; /* or NULL; one of the two is set */
    const ar_value *arguments;
    size_t n_arguments;
    ar_str key; /* in its one canonical spelling */
};

enum ar_fact_ref_status {
    AR_FACT_REF_OK,
    AR_FACT_REF_MALFORMED,   /* not the form of a key */
    AR_FACT_REF_UNDECLARED,  /* no such fact or group */
    AR_FACT_REF_BAD_ARGUMENT /* wrong number or type */
};

/* Fills *out if the key is good. Of a bad argument only decl or group is
 * set, of the other failures nothing. */
enum ar_fact_ref_status ar_fact_ref_parse(struct ar_arena *arena,
                                          const struct ar_schema *schema,
                                          ar_str text, struct ar_fact_ref *out);

#endif
