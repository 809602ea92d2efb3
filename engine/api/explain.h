/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_API_EXPLAIN_H
#define AR_API_EXPLAIN_H
/* Private to api: an explanation before it is written down. */

#include "api/handles.h"

struct ar_explanation_part {
    const char *label; /* "when"; empty: text without a heading */
    ar_str text;       /* of one line or more */
    bool is_source;    /* text of a rule file: its lines are not broken */
};

/* What a name stands for. */
struct ar_explanation {
    struct ar_arena *arena;
    const char *kind; /* "rule", "fact", "error" */
    ar_str name;
    ar_str summary;
    AR_VECTOR(struct ar_explanation_part) parts;
};

/* Empty text is left out. */
void ar_explanation_add(struct ar_explanation *explanation, const char *label,
                        ar_str text);
void ar_explanation_add_source(struct ar_explanation *explanation,
                               const char *label, ar_str text);

/* A rule, fact or group of the engine; false if nothing is called so. */
bool ar_explain_declared(struct ar_explanation *explanation,
                         const struct archrules_engine *engine, ar_str name);

/* The diagnostic's message with an ellipsis for what is put in. */
ar_str ar_explain_message(struct ar_arena *arena, const char *message);

#endif
