/* SPDX-License-Identifier: Apache-2.0 */
/* The question to a program that `exec` starts, and its answer. */
#include "probe/answer.h"

#include "text/diag.h"
#include "text/utf8.h"

enum { NAME_BYTES = 200 };

/* ---- the question ---- */

static void write_arguments(struct ar_json_writer *writer,
                            const struct ar_probe_use *use)
{
    ar_json_key(writer, AR_STR("arguments"));
    ar_json_begin_object(writer);
    for (size_t ix = 0; ix < use->probe->n_parameters; ix++) {
        ar_value value = use->arguments[ix];
        ar_json_key(writer, use->probe->parameters[ix]->name);
        if (value.type->kind == AR_TYPE_INT)
            ar_json_int(writer, value.as.integer);
        else if (value.type->kind == AR_TYPE_BOOL)
            ar_json_bool(writer, value.as.boolean);
        else
            ar_json_string(writer, ar_value_text(writer->out->arena, value));
    }
    ar_json_end_object(writer);
}

static void write_facts(struct ar_json_writer *writer,
                        const struct ar_probe *probe)
{
    ar_json_key(writer, AR_STR("facts"));
    ar_json_begin_object(writer);
    for (size_t ix = 0; ix < probe->parts.count; ix++) {
        const struct ar_fact_decl *decl = probe->parts.at[ix].decl;
        ar_json_key(writer, decl->name);
        ar_json_string(writer, ar_type_text(writer->out->arena, decl->type));
    }
    ar_json_end_object(writer);
}

ar_str ar_answer_question(struct ar_arena *arena,
                          const struct ar_probe_use *use)
{
    struct ar_buf out = AR_BUF(arena);
    struct ar_json_writer writer = {.out = &out};
    ar_json_begin_object(&writer);
    ar_json_member_int(&writer, "archrules_probe", AR_PROBE_PROTOCOL);
    ar_json_member(&writer, "probe", use->probe->name);
    write_arguments(&writer, use);
    write_facts(&writer, use->probe);
    ar_json_end_object(&writer);
    ar_buf_put_char(&out, '\n');
    return ar_buf_view(&out);
}

/* ---- the answer ---- */

static const struct ar_datum *member(const struct ar_datum *map,
                                     const char *name)
{
    const struct ar_datum *each = map->first;
    while (each && !ar_str_equal_c(each->key, name))
        each = each->next;
    return each;
}

static bool is_string(const struct ar_datum *datum)
{
    return datum && datum->kind == AR_DATUM_JSON &&
           datum->json->kind == AR_JSON_STRING;
}

static const char *find_fault(const struct ar_datum *answer)
{
    if (answer->kind != AR_DATUM_MAP)
        return "the answer is no object";
    const struct ar_datum *version = member(answer, "archrules_probe");
    const struct ar_datum *facts = member(answer, "facts");
    const struct ar_datum *origin = member(answer, "origin");
    if (!version || version->kind != AR_DATUM_JSON ||
        version->json->kind != AR_JSON_INT)
        return "the answer lacks \"archrules_probe\": 1";
    if (version->json->integer != AR_PROBE_PROTOCOL)
        return "the answer is of another version of the protocol than 1";
    if (!facts || facts->kind != AR_DATUM_MAP)
        return "the answer has no object \"facts\"";
    if (origin && !is_string(origin))
        return "\"origin\" of the answer is no string";
    for (const struct ar_datum *each = answer->first; each; each = each->next)
        if (each != version && each != facts && each != origin)
            return "the answer has a member that the protocol does not know";
    return NULL;
}

struct ar_datum *ar_parse_answer(struct ar_arena *arena, ar_str text)
{
    struct ar_datum *answer = ar_parse_json(arena, text);
    if (answer->kind == AR_DATUM_BAD)
        return answer;
    const char *fault = find_fault(answer);
    return fault ? ar_datum_bad(arena, AR_REASON_bad_output, fault) : answer;
}

/* The first. */
static const struct ar_datum *facts_of(const struct ar_datum *answer)
{
    const struct ar_datum *facts = member(answer, "facts");
    return facts ? facts->first : NULL;
}

static bool gives(const struct ar_probe *probe, ar_str name)
{
    for (size_t ix = 0; ix < probe->parts.count; ix++)
        if (ar_str_equal(probe->parts.at[ix].decl->name, name))
            return true;
    return false;
}

static ar_str shown(struct ar_arena *arena, ar_str text)
{
    struct ar_buf out = AR_BUF(arena);
    ar_utf8_put_safe(&out, ar_str_slice(text, 0, NAME_BYTES), false);
    return ar_buf_view(&out);
}

void ar_answer_check(const struct ar_probe_use *use,
                     const struct ar_datum *answer)
{
    const ar_span no_place = {0};
    if (answer->kind != AR_DATUM_MAP || !use->diags)
        return;
    for (const struct ar_datum *each = facts_of(answer); each;
         each = each->next)
        if (!gives(use->probe, each->key))
            ar_diag(use->diags, AR_W2040, no_place, use->probe->name,
                    shown(use->diags->arena, each->key));
}

static ar_value bad(const char *detail)
{
    return ar_value_unknown(AR_REASON_bad_output, ar_str_from_c(detail));
}

static ar_value read_unknown(struct ar_arena *arena,
                             const struct ar_datum *fact, bool is_secret)
{
    const struct ar_datum *reason = member(fact, "unknown");
    const struct ar_datum *detail = member(fact, "detail");
    if (!is_string(reason) || (detail && !is_string(detail)) ||
        fact->count != (detail ? 2 : 1))
        return bad("the answer has an unknown in another form");
    enum ar_reason found = ar_reason_find(reason->json->text);
    if (found == AR_N_REASONS)
        return bad("the answer gives a reason that there is not");
    ar_str text = AR_STR("");
    if (detail && !is_secret)
        text = shown(arena, detail->json->text);
    return ar_value_unknown(found, text);
}

static bool is_true(const struct ar_datum *datum)
{
    return datum->kind == AR_DATUM_JSON && datum->json->kind == AR_JSON_BOOL &&
           datum->json->boolean;
}

ar_value ar_answer_value(struct ar_arena *arena, const struct ar_datum *answer,
                         const struct ar_selection *selection, ar_str name)
{
    const struct ar_datum *fact = NULL;
    if (answer->kind == AR_DATUM_BAD)
        return ar_probe_select(arena, answer, selection);
    for (const struct ar_datum *each = facts_of(answer); each && !fact;
         each = each->next)
        fact = ar_str_equal(each->key, name) ? each : NULL;
    if (!fact)
        return bad("the answer says nothing of it");
    if (fact->kind != AR_DATUM_MAP || fact->count == 0)
        return bad("the answer has it in another form");
    if (member(fact, "unknown"))
        return read_unknown(arena, fact, selection->is_secret);
    if (fact->count != 1)
        return bad("the answer has it in another form");
    if (ar_str_equal_c(fact->first->key, "absent") && is_true(fact->first))
        return ar_value_absent();
    if (ar_str_equal_c(fact->first->key, "value"))
        return ar_probe_select(arena, fact->first, selection);
    return bad("the answer has it in another form");
}

ar_str ar_answer_origin(struct ar_arena *arena, const struct ar_datum *answer)
{
    const struct ar_datum *origin =
        answer->kind == AR_DATUM_MAP ? member(answer, "origin") : NULL;
    return origin ? shown(arena, origin->json->text) : AR_STR("");
}
