/* SPDX-License-Identifier: Apache-2.0 */
/* Verification for embedders: what became of the findings of a rule. */

#include "report/verify.h"

#include "api/handles.h"
#include "base/limits.h"
#include "run/vm.h"

#include <stdlib.h>

struct archrules_verification {
    struct ar_api_memory memory;
    archrules_facts *facts;
    struct ar_verification verification;
    archrules_verified *findings;
};

struct request {
    struct archrules_verification *verification;
    const struct ar_rule *rule;
    const archrules_verify_options *options;
    int64_t now;
};

static archrules_verdict make_verdict(enum ar_verdict verdict)
{
    switch (verdict) {
    case AR_VERDICT_FIXED: return ARCHRULES_FIXED;
    case AR_VERDICT_PENDING_RESTART: return ARCHRULES_PENDING_RESTART;
    case AR_VERDICT_UNVERIFIED: return ARCHRULES_UNVERIFIED;
    case AR_VERDICT_NOT_FIXED: return ARCHRULES_NOT_FIXED;
    case AR_N_VERDICTS: break;
    }
    AR_UNREACHABLE();
}

const char *archrules_verdict_name(archrules_verdict verdict)
{
    for (int ix = 0; ix < AR_N_VERDICTS; ix++) {
        if (make_verdict((enum ar_verdict)ix) == verdict)
            return ar_verdict_table[ix].name;
    }
    return "";
}

static archrules_verified make_verified(struct ar_arena *arena,
                                        const struct ar_verified *from)
{
    const char **needs = AR_NEW_ARRAY(arena, const char *, from->needs.count);
    for (size_t ix = 0; ix < from->needs.count; ix++)
        needs[ix] = ar_str_copy(arena, from->needs.at[ix].name).ptr;
    return (archrules_verified){
        .key = ar_str_copy(arena, from->key).ptr,
        .fingerprint = ar_str_copy(arena, from->fingerprint).ptr,
        .verdict = make_verdict(from->verdict),
        .because = ar_str_copy(arena, from->because).ptr,
        .n_needs = from->needs.count,
        .needs = needs,
    };
}

static void verify(void *context)
{
    struct request *request = context;
    struct archrules_verification *out = request->verification;
    struct archrules_facts *facts = out->facts;
    struct ar_arena *arena = &out->memory.arena;
    const struct ar_code *code = facts->engine->code;
    ar_str note;
    const struct ar_factset *set =
        ar_verify_trim_logs(arena, &facts->set, facts->earlier, &note);
    struct ar_evaluation_options evaluation = {.now = request->now};
    const struct ar_rule_check *check =
        ar_vm_check(arena, code, request->rule, set, &evaluation);
    struct ar_verify_request wanted = {
        .check = check,
        .facts = set,
        .program = code->program,
        .earlier = facts->earlier,
        .has_key = request->options->key != NULL,
        .key = ar_str_copy(arena, ar_str_from_c(request->options->key)),
        .way = request->options->way,
        .was_restarted = request->options->was_restarted != 0,
    };
    out->verification = ar_verify(arena, &wanted);
    out->verification.note = note;
    size_t count = out->verification.findings.count;
    out->findings = AR_NEW_ARRAY(arena, archrules_verified, count);
    for (size_t ix = 0; ix < count; ix++)
        out->findings[ix] =
            make_verified(arena, &out->verification.findings.at[ix]);
}

archrules_status archrules_verify(archrules_engine *engine,
                                  archrules_facts *facts, const char *rule,
                                  const archrules_verify_options *options,
                                  archrules_verification **out)
{
    const archrules_verify_options none = {0};
    if (out)
        *out = NULL;
    if (!out || !engine || !facts || facts->engine != engine || !rule)
        return ARCHRULES_MISUSE;
    struct request request = {
        .rule = ar_api_find_rule(engine->program, ar_str_from_c(rule)),
        .options = options ? options : &none,
        .now = ar_api_now(NULL, &facts->set),
    };
    if (!request.rule)
        return ARCHRULES_INVALID;
    struct archrules_verification *verification =
        calloc(1, sizeof(*verification));
    if (!verification)
        return ARCHRULES_NOMEM;
    verification->facts = facts;
    verification->memory.arena.limit_bytes = AR_MAX_EVALUATION_BYTES;
    request.verification = verification;
    struct ar_api_memories memories = {
        .at = {&verification->memory, &facts->memory, &engine->memory},
        .count = 3};
    archrules_status status = ar_api_guard(&memories, verify, &request);
    if (status != ARCHRULES_OK)
        archrules_verification_free(verification);
    else
        *out = verification;
    return status;
}

void archrules_verification_free(archrules_verification *verification)
{
    if (!verification)
        return;
    ar_arena_free(&verification->memory.arena);
    free(verification);
}

size_t archrules_verification_count(const archrules_verification *verification)
{
    return verification ? verification->verification.findings.count : 0;
}

const archrules_verified *archrules_verification_finding(
    const archrules_verification *verification, size_t ix)
{
    return ix < archrules_verification_count(verification)
               ? &verification->findings[ix]
               : NULL;
}

int archrules_verification_exit_code(const archrules_verification *verification)
{
    int code = AR_REPORT_EXIT_NOTHING;
    for (size_t ix = 0; ix < archrules_verification_count(verification); ix++) {
        archrules_verdict verdict = verification->findings[ix].verdict;
        if (verdict == ARCHRULES_NOT_FIXED)
            return AR_REPORT_EXIT_FOUND;
        if (verdict != ARCHRULES_FIXED)
            code = AR_REPORT_EXIT_OPEN;
    }
    return code;
}

struct rendering {
    const struct archrules_verification *verification;
    struct ar_report_options options;
    bool is_json;
};

static void put_verification(struct ar_buf *out, void *context)
{
    struct rendering *rendering = context;
    rendering->options.generated = ar_api_time_text(out->arena);
    const struct ar_verification *verification =
        &rendering->verification->verification;
    if (rendering->is_json)
        ar_verification_json(out, verification, &rendering->options);
    else
        ar_verification_human(out, verification, &rendering->options);
}

archrules_status archrules_verification_render(
    archrules_verification *verification, const archrules_output *output)
{
    if (!verification || !output)
        return ARCHRULES_MISUSE;
    struct rendering rendering = {
        .verification = verification,
        .options = {.color = output->color != 0,
                    .width = output->width,
                    .detail = AR_REPORT_FULL,
                    .tool = AR_STR("archrules " AR_VERSION)},
        .is_json = output->format == ARCHRULES_JSON,
    };
    struct ar_api_memories memories = {
        .at = {&verification->memory, &verification->facts->memory},
        .count = 2};
    return ar_api_render(&memories, output, put_verification, &rendering);
}
