/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_API_SESSION_H
#define AR_API_SESSION_H
/* Private to api: what a session holds. */

#include "api/handles.h"
#include "result/change.h"
#include "run/live.h"

typedef AR_VECTOR(ar_value) ar_api_values;

/* Facts and what they came to, in memory of their own. */
struct ar_api_side {
    struct archrules_facts *facts;
    struct archrules_result *result;
    size_t facts_bytes; /* when all was evaluated */
    size_t result_bytes;
};

struct archrules_session {
    struct ar_api_memory memory; /* of live */
    const struct archrules_engine *engine;
    struct ar_live *live;
    struct ar_api_side sides[2];
    size_t current;                /* of sides */
    bool has_left;                 /* changes point into the other side */
    struct archrules_facts *input; /* what the last call was given */
    struct ar_api_memory changing; /* of changes */
    ar_change_vector changes;      /* by the last update */
    const archrules_change *view;  /* of them, when somebody has asked */
    /* Secret values that texts of before may hold: as the last update but one
     * saw them, and as the last one did. They lie with the facts. */
    ar_api_values former_secrets;
    ar_api_values secrets;
    bool has_secrets;      /* since the last update */
    bool may_have_secrets; /* a fact is declared so */
};

#endif
