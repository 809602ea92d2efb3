/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PACK_LOAD_H
#define AR_PACK_LOAD_H
/* Finding and reading rule files, and grouping them into units: packs,
 * modules of the standard library, scratch files. Knows files and which of
 * them declare a pack, nothing else of what is in them. */

#include "base/file.h"
#include "sema/check.h"

/* A text that is not in a file: of the command line, of the embedder. */
struct ar_load_text {
    ar_str name; /* shown in diagnostics */
    ar_str text;
};

/* What to read. Set arena and diags, add the rest as wanted, call
 * ar_load_units() once. */
struct ar_loader {
    struct ar_arena *arena;
    struct ar_arena *nodes; /* of large syntax trees; NULL: arena */
    struct ar_diags *diags;
    ar_str stdlib;    /* folder in place of the built-in standard library */
    ar_str data;      /* folder of an installation: its stdlib/ and rules/ are
                         used in place of what is built in, where they exist */
    ar_str installed; /* out: the folder of shipped packs, if it was used */
    bool shipped;     /* the shipped packs are wanted */
    bool lint;        /* warn of files that declare nothing */
    bool no_probes;   /* those of the standard library need not be read */
    ar_str_vector paths; /* files and folders, as given */
    AR_VECTOR(struct ar_load_text) texts;
    AR_VECTOR(struct ar_unit *) units; /* out */
    bool failed; /* out: something that was asked for could not be read */
};

/* Reads and parses everything and fills units; a file is read once, however
 * often it is named. Whatever cannot be used is reported and its unit is
 * marked failed; the others go on. In a folder the files belong to the pack
 * that one file of their own folder, or of the nearest folder above it,
 * declares; without one each is a scratch unit. */
void ar_load_units(struct ar_loader *loader);

/* Whether the nodes of the source were taken from nodes, and not from arena. */
bool ar_load_is_tree_apart(const struct ar_loader *loader, uint32_t source);

/* The bytes of a compiled pack, if it is the one thing that is asked for. */
struct ar_load_compiled {
    ar_str path; /* empty: nothing compiled was asked for */
    ar_str bytes;
};
/* Looks whether the only path names a compiled pack. False, with a diagnostic,
 * if it cannot be read. */
bool ar_load_compiled(struct ar_loader *loader, struct ar_load_compiled *out);

/* The rule files that a path stands for: itself, or all below it if it is a
 * folder. False after a report. Of the loader arena and diags count, here and
 * below. */
bool ar_load_list_files(struct ar_loader *loader, ar_str path,
                        ar_str_vector *out);
/* The text of a rule file; false after a report. */
bool ar_load_read_text(struct ar_loader *loader, ar_str path, ar_str *out);
/* The text of a file beside a rule file, built in or not: ar_read_file of
 * the checker. */
bool ar_load_read_beside(struct ar_arena *arena, ar_str path, ar_str *out,
                         ar_str *why);
/* The text of a file that is built in, by the name its source is shown with
 * ("<builtin>/rules/..."); false if there is none. */
bool ar_load_builtin_text(struct ar_arena *arena, ar_str shown_name,
                          ar_str *out);

#endif
