/* SPDX-License-Identifier: Apache-2.0 */
/* What only a person knows and rules wait for: the questions of a result, and
 * their answers. */

#include "api/handles.h"
#include "facts/snapshot.h"

#include "json/json.h"
#include <stdlib.h>

/* ---- questions ---- */

/* "true, false"; "debian, alpine"; else what the value is. */
static ar_str describe_type(struct ar_arena *arena, const struct ar_type *type)
{
    struct ar_buf out = AR_BUF(arena);
    if (type->kind == AR_TYPE_BOOL)
        return AR_STR("true or false");
    if (type->kind != AR_TYPE_ENUM)
        return ar_type_text(arena, type);
    for (size_t ix = 0; ix < type->n_words; ix++) {
        ar_buf_put_c(&out, ix > 0 ? ", " : "");
        ar_buf_put(&out, type->words[ix].name);
    }
    return ar_buf_view(&out);
}

struct waiting {
    archrules_question question;
    size_t n_rules; /* that wait for it */
    size_t number;  /* in order of the rules */
};

struct collecting {
    struct ar_arena *arena;
    struct ar_map seen; /* name -> struct waiting * */
    AR_VECTOR(struct waiting *) list;
};

static bool is_waited_for(const struct ar_cause *cause)
{
    return cause->decl && cause->decl->is_input && cause->is_fact &&
           cause->value.state == AR_STATE_UNKNOWN &&
           cause->value.reason == AR_REASON_not_given;
}

static struct waiting *add_question(struct collecting *collecting,
                                    const struct ar_cause *cause)
{
    struct ar_arena *arena = collecting->arena;
    ar_str answers = describe_type(arena, cause->decl->type);
    struct waiting *waiting = AR_NEW(arena, struct waiting);
    waiting->number = collecting->list.count;
    waiting->question = (archrules_question){
        .name = ar_str_copy(arena, cause->name).ptr,
        .text = ar_str_copy(arena, cause->decl->question).ptr,
        .answers = ar_str_copy(arena, answers).ptr,
    };
    ar_map_put(arena, &collecting->seen, cause->name, waiting);
    ar_vector_push(arena, &collecting->list, waiting);
    return waiting;
}

static void add_causes(struct collecting *collecting,
                       const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        const struct ar_cause *cause = &causes->at[ix];
        if (!is_waited_for(cause))
            continue;
        struct waiting *waiting = ar_map_get(&collecting->seen, cause->name);
        if (!waiting)
            waiting = add_question(collecting, cause);
        waiting->n_rules++;
    }
}

/* What most rules wait for decides most. */
static int compare_waiting(const void *left, const void *right)
{
    const struct waiting *const *a = left;
    const struct waiting *const *b = right;
    if ((*a)->n_rules != (*b)->n_rules)
        return (*a)->n_rules > (*b)->n_rules ? -1 : 1;
    return (*a)->number < (*b)->number ? -1 : 1;
}

void ar_api_make_questions(struct ar_api_view *view,
                           const struct ar_result *result)
{
    struct ar_arena *arena = &view->memory.arena;
    struct collecting collecting = {.arena = arena};
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        const struct ar_rule_result *rule = &result->rules.at[ix];
        add_causes(&collecting, &rule->causes);
        for (size_t each = 0; each < rule->open_elements.count; each++)
            add_causes(&collecting, &rule->open_elements.at[each].causes);
    }
    size_t count = collecting.list.count;
    if (count > 1)
        qsort(collecting.list.at, count, sizeof(*collecting.list.at),
              compare_waiting);
    view->questions = AR_NEW_ARRAY(arena, archrules_question, count);
    view->n_questions = count;
    for (size_t ix = 0; ix < count; ix++)
        view->questions[ix] = collecting.list.at[ix]->question;
}

size_t archrules_result_question_count(const archrules_result *result)
{
    const struct ar_api_view *view = ar_api_view(result);
    return view ? view->n_questions : 0;
}

const archrules_question *archrules_result_question(
    const archrules_result *result, size_t ix)
{
    const struct ar_api_view *view = ar_api_view(result);
    return view && ix < view->n_questions ? &view->questions[ix] : NULL;
}

/* ---- answers ---- */

struct answering {
    struct archrules_facts *facts;
    const char *name;
    const char *answer;
    bool is_good;
};

/* What is typed is the text itself, also if it is the word "absent" or begins
 * with a bracket. */
static void answer(void *context)
{
    struct answering *answering = context;
    struct archrules_facts *facts = answering->facts;
    struct ar_arena *arena = &facts->memory.arena;
    const struct ar_fact_decl *decl =
        ar_schema_find(facts->set.schema, ar_str_from_c(answering->name));
    struct ar_buf assignment = AR_BUF(arena);
    struct ar_json_writer writer = {.out = &assignment};
    ar_buf_put_c(&assignment, answering->name);
    ar_buf_put_char(&assignment, '=');
    if (decl && decl->type->kind == AR_TYPE_STRING)
        ar_json_string(&writer, ar_str_from_c(answering->answer));
    else
        ar_buf_put_c(&assignment, answering->answer);
    answering->is_good = ar_snapshot_set(arena, &facts->diags, &facts->set,
                                         ar_buf_view(&assignment));
}

archrules_status archrules_facts_answer(archrules_facts *facts,
                                        const char *name, const char *text)
{
    if (!facts || !name || !text)
        return ARCHRULES_MISUSE;
    struct answering answering = {facts, name, text, false};
    archrules_status status =
        ar_api_guard_one(&facts->memory, answer, &answering);
    if (status == ARCHRULES_OK && !answering.is_good)
        return ARCHRULES_INVALID;
    return status;
}
