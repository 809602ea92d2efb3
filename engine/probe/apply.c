/* SPDX-License-Identifier: Apache-2.0 */
/* From what a probe saw to facts. Only an answer is looked at, only what a
 * clause says is absent is, and only what succeeded is parsed. */
#include "probe/apply.h"

#include "probe/answer.h"
#include "probe/conditions.h"
#include "probe/decode.h"
#include "probe/select.h"
#include "text/utf8.h"

enum { LINE_SHOWN_BYTES = 200, HTTP_OK = 200 };

/* An answer while facts are made of it. */
struct applying {
    struct ar_arena *arena;   /* of the facts */
    struct ar_arena *scratch; /* of everything else */
    const struct ar_probe_use *use;
    const struct ar_host_output *output;
    struct ar_decoded out;
    struct ar_decoded err;
    ar_probe_settled_vector settled;
    const struct ar_datum *parsed; /* NULL: lack holds for all */
    ar_value lack;
    ar_probe_fact_vector *facts;
};

static void add_fact(struct ar_arena *arena, const struct ar_probe_use *use,
                     const struct ar_fact_decl *decl, ar_value value,
                     ar_probe_fact_vector *out)
{
    struct ar_probe_fact fact = {
        .decl = decl,
        .key = ar_fact_key(arena, decl, use->arguments),
        .value = value,
    };
    ar_vector_push(arena, out, fact);
}

void ar_probe_refuse(struct ar_arena *arena, const struct ar_probe_use *use,
                     ar_value unknown, ar_probe_fact_vector *out)
{
    for (size_t ix = 0; ix < use->probe->parts.count; ix++)
        add_fact(arena, use, use->probe->parts.at[ix].decl, unknown, out);
}

/* ---- what is no answer ---- */

static enum ar_reason reason_of(enum ar_host_status status)
{
    switch (status) {
    case AR_HOST_DENIED: return AR_REASON_denied;
    case AR_HOST_TIMEOUT: return AR_REASON_timeout;
    case AR_HOST_TOO_LARGE: return AR_REASON_too_large;
    case AR_HOST_UNSUPPORTED: return AR_REASON_unsupported;
    case AR_HOST_BAD_ANSWER: return AR_REASON_bad_output;
    case AR_HOST_DONE:
    case AR_HOST_NOT_FOUND:
    case AR_HOST_FAILED:
    case AR_HOST_STOPPED: return AR_REASON_probe_failed;
    }
    AR_UNREACHABLE();
}

static ar_value no_answer(struct ar_arena *arena,
                          const struct ar_host_output *output)
{
    ar_str detail = ar_str_copy(arena, output->detail);
    if (detail.len == 0 && output->status == AR_HOST_STOPPED)
        detail = AR_STR("the run was stopped");
    else if (detail.len == 0 && output->signal != 0)
        detail = ar_str_printf(arena, "ended by signal %d", output->signal);
    return ar_value_unknown(reason_of(output->status), detail);
}

/* Not to be there is an answer only where a clause says what it means. */
static ar_value not_found(struct ar_arena *arena, const struct ar_probe *probe,
                          const struct ar_host_output *output)
{
    ar_str detail = ar_probe_is_program(probe)
                        ? AR_STR("the program is not installed or not found")
                        : AR_STR("it is not there");
    if (probe->source == AR_PROBE_HTTP && output->detail.len > 0)
        detail = output->detail;
    return ar_value_unknown(AR_REASON_probe_failed, ar_str_copy(arena, detail));
}

/* ---- failed commands ---- */

static bool is_answer(const struct ar_probe *probe,
                      const struct ar_host_output *output)
{
    int usual = probe->source == AR_PROBE_HTTP ? HTTP_OK : 0;
    if (!ar_probe_is_awaited(probe))
        return true;
    if (probe->exits.count == 0)
        return output->exit_code == usual;
    for (size_t ix = 0; ix < probe->exits.count; ix++) {
        if (probe->exits.at[ix] == output->exit_code)
            return true;
    }
    return false;
}

static ar_str first_line(ar_str text)
{
    ar_str line = {NULL, 0};
    while (line.len == 0 && ar_parse_line(&text, &line))
        line = ar_str_trim(line);
    if (line.len <= LINE_SHOWN_BYTES)
        return line;
    line.len = LINE_SHOWN_BYTES;
    size_t invalid = ar_utf8_invalid_at(line);
    return invalid == SIZE_MAX ? line : ar_str_slice(line, 0, invalid);
}

static ar_value failed(const struct applying *applying)
{
    ar_str line = first_line(applying->err.text);
    if (line.len == 0)
        line = first_line(applying->out.text);
    return ar_value_unknown(
        AR_REASON_probe_failed,
        ar_str_printf(applying->arena, "%s %d%s" AR_STR_FORMAT,
                      applying->use->probe->source == AR_PROBE_HTTP ? "status"
                                                                    : "exit",
                      applying->output->exit_code, line.len > 0 ? ": " : "",
                      AR_STR_ARG(line)));
}

/* ---- answers ---- */

static ar_value value_of(const struct ar_decoded *decoded)
{
    if (!decoded->detail)
        return ar_value_string(decoded->text);
    return ar_value_unknown(AR_REASON_bad_output,
                            ar_str_from_c(decoded->detail));
}

/* What is missing may be what a clause asks for. */
static ar_value cut_off(void)
{
    return ar_value_unknown(AR_REASON_too_large,
                            AR_STR("not all of standard error was read"));
}

static struct ar_probe_seen see(struct applying *applying)
{
    const struct ar_host_output *output = applying->output;
    const struct ar_probe *probe = applying->use->probe;
    struct ar_probe_seen seen = {
        .is_found = output->status == AR_HOST_DONE,
        .exit_code = ar_value_absent(),
        .out = ar_value_absent(),
        .err = ar_value_absent(),
    };
    if (!seen.is_found)
        return seen;
    ar_probe_decode(applying->scratch, probe->encoding, output->out,
                    &applying->out);
    seen.out = value_of(&applying->out);
    if (ar_probe_is_awaited(probe))
        seen.exit_code = ar_value_int(output->exit_code);
    if (!ar_probe_is_program(probe))
        return seen;
    ar_probe_decode(applying->scratch, probe->encoding, output->err,
                    &applying->err);
    seen.err = output->is_err_cut ? cut_off() : value_of(&applying->err);
    return seen;
}

/* JSON is UTF-8, so what is not is no JSON. */
static const char *refuse_encoding(const struct ar_probe *probe,
                                   const struct ar_decoded *decoded)
{
    bool is_json = probe->parser == AR_PARSER_JSON ||
                   probe->parser == AR_PARSER_JSONL ||
                   probe->parser == AR_PARSER_ANSWER;
    return is_json && decoded->is_guess ? "it is not valid UTF-8"
                                        : decoded->detail;
}

static const struct ar_decoded *parsed_stream(const struct applying *applying)
{
    return applying->use->probe->from_stderr ? &applying->err : &applying->out;
}

static void parse(struct applying *applying)
{
    const struct ar_probe *probe = applying->use->probe;
    const struct ar_decoded *decoded = parsed_stream(applying);
    const char *detail = refuse_encoding(probe, decoded);
    if (applying->output->status == AR_HOST_NOT_FOUND)
        applying->lack = not_found(applying->arena, probe, applying->output);
    else if (!is_answer(probe, applying->output))
        applying->lack = failed(applying);
    else if (probe->from_stderr && applying->output->is_err_cut)
        applying->lack = cut_off();
    else if (detail)
        applying->lack = ar_value_unknown(
            AR_REASON_bad_output,
            ar_str_copy(applying->arena, ar_str_from_c(detail)));
    else
        applying->parsed =
            ar_probe_parse(applying->scratch, probe, decoded->text);
}

/* ---- facts ---- */

static bool is_given(const struct ar_probe *probe,
                     const struct ar_fact_decl *decl)
{
    for (size_t ix = 0; ix < probe->parts.count; ix++) {
        if (probe->parts.at[ix].decl == decl)
            return true;
    }
    return false;
}

static ar_value keep(struct ar_arena *arena, ar_value value)
{
    if (value.state == AR_STATE_UNKNOWN)
        value.detail = ar_str_copy(arena, value.detail);
    return value;
}

/* The arguments are those of the probe. */
static ar_str make_key(const struct applying *applying,
                       const struct ar_probe_settled *settled)
{
    const ar_value *arguments = applying->use->arguments;
    return settled->decl
               ? ar_fact_key(applying->arena, settled->decl, arguments)
               : ar_fact_group_key(applying->arena, settled->group, arguments);
}

static void add_settled(struct applying *applying)
{
    for (size_t ix = 0; ix < applying->settled.count; ix++) {
        const struct ar_probe_settled *settled = &applying->settled.at[ix];
        if (settled->decl && is_given(applying->use->probe, settled->decl))
            continue;
        struct ar_probe_fact fact = {
            .decl = settled->decl,
            .group = settled->group,
            .key = make_key(applying, settled),
            .value = keep(applying->arena, settled->value),
        };
        ar_vector_push(applying->arena, applying->facts, fact);
    }
}

static ar_value find_value(const struct applying *applying,
                           const struct ar_probe_gives *part)
{
    bool is_secret = part->decl->sensitivity == AR_SENSITIVITY_SECRET;
    const struct ar_probe_settled *settled =
        ar_probe_find_settled(&applying->settled, part->decl);
    struct ar_selection selection = {
        .selector = part->selector,
        .type = part->decl->type,
        .is_guess = parsed_stream(applying)->is_guess,
        .is_secret = is_secret,
    };
    if (settled)
        return keep(applying->arena, settled->value);
    if (applying->parsed && applying->use->probe->source == AR_PROBE_EXEC)
        return ar_answer_value(applying->arena, applying->parsed, &selection,
                               part->decl->name);
    if (applying->parsed)
        return ar_probe_select(applying->arena, applying->parsed, &selection);
    if (is_secret)
        return ar_value_unknown(applying->lack.reason, AR_STR(""));
    return applying->lack;
}

static void free_arena(void *resource)
{
    ar_arena_free(resource);
}

/* Goes with the facts, also when memory runs out half way. */
static struct ar_arena *create_scratch(struct ar_arena *owner)
{
    struct ar_arena *arena = AR_NEW(owner, struct ar_arena);
    arena->out_of_memory = owner->out_of_memory;
    arena->limit_bytes = owner->limit_bytes;
    ar_arena_defer(owner, free_arena, arena);
    return arena;
}

void ar_probe_apply(struct ar_arena *arena, const struct ar_probe_use *use,
                    const struct ar_host_output *output,
                    ar_probe_fact_vector *out)
{
    const struct ar_probe *probe = use->probe;
    if (output->status != AR_HOST_DONE && output->status != AR_HOST_NOT_FOUND) {
        ar_probe_refuse(arena, use, no_answer(arena, output), out);
        return;
    }
    struct applying applying = {
        .arena = arena,
        .scratch = create_scratch(arena),
        .use = use,
        .output = output,
        .facts = out,
    };
    struct ar_probe_seen seen = see(&applying);
    ar_probe_settle(applying.scratch, use, &seen, &applying.settled);
    add_settled(&applying);
    parse(&applying);
    if (applying.parsed && probe->source == AR_PROBE_EXEC)
        ar_answer_check(use, applying.parsed);
    size_t n_settled = out->count;
    for (size_t ix = 0; ix < probe->parts.count; ix++) {
        const struct ar_probe_gives *part = &probe->parts.at[ix];
        add_fact(arena, use, part->decl, find_value(&applying, part), out);
    }
    if (applying.parsed && probe->source == AR_PROBE_EXEC)
        for (size_t ix = n_settled; ix < out->count; ix++)
            out->at[ix].origin = ar_answer_origin(arena, applying.parsed);
    ar_arena_free(applying.scratch);
}
