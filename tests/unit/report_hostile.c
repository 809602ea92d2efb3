/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a report in which every text is one of the texts on standard input,
 * which are separated by NUL bytes:
 *
 *   report_hostile FORMAT [color]
 *
 * tests/report/hostile.py looks at what becomes of them. */

#include "report_sample.h"

enum { INPUT_MOST = 1 << 24 };

static void add_everything(const char *text, size_t ix)
{
    ar_str words = ar_str_from_c(text);
    char id[32];
    snprintf(id, sizeof(id), "x.r%04zu", ix);
    struct ar_rule *rule = add_rule(ar_str_copy(ARENA, ar_str_from_c(id)).ptr,
                                    AR_RULE_ERROR, AR_STATUS_MATCHED);
    rule->title = words;
    struct ar_finding *finding = add_finding(rule, text, text);
    finding->fingerprint = AR_STR("0123456789abcdef");
    struct ar_fact_decl *decl = declare("f.a", &ar_type_string);
    struct ar_evidence *fact = add_fact(finding, decl, ar_value_string(words));
    fact->origin = (struct ar_origin){
        .probe = words, .how = words, .time = words, .duration_ms = 1};
    ar_vector_push(ARENA, &finding->symptoms, words);
    ar_vector_push(ARENA, &finding->lessons, words);
    ar_vector_push(ARENA, &finding->links, words);
    struct ar_result_remedy *remedy = add_remedy(finding, text);
    remedy->data_loss = words;
    remedy->undo = words;
    remedy->verify = words;
    add_step(remedy, text, text);
    add_item(remedy, AR_STEP_RUN, "bash", text, text);
    add_item(remedy, AR_STEP_RUN, text, text, "");
    add_item(remedy, AR_STEP_DO, "", text, "");
    add_item(remedy, AR_STEP_OPEN, "", text, "");
}

static void add_open(const char *text, size_t ix)
{
    char id[32];
    snprintf(id, sizeof(id), "y.r%04zu", ix);
    const char *copied = ar_str_copy(ARENA, ar_str_from_c(id)).ptr;
    struct ar_rule *open =
        add_rule(copied, AR_RULE_ERROR, AR_STATUS_UNDETERMINED);
    open->title = ar_str_from_c(text);
    struct ar_cause cause = make_cause(text, AR_REASON_denied, text);
    add_cause(open, cause);
    add_open_element(open, text, cause);
    struct ar_cause question = make_cause("q.a", AR_REASON_not_given, "");
    question.decl = declare("q.a", &ar_type_string);
    ((struct ar_fact_decl *)(uintptr_t)question.decl)->question =
        ar_str_from_c(text);
    add_cause(open, question);
    ar_vector_push(ARENA, &sample.result.findings.at[0]->possible_causes,
                   (const struct ar_rule *)open);
}

static void add_others(const char *text, size_t ix)
{
    char id[32];
    snprintf(id, sizeof(id), "z.r%04zu", ix);
    const char *copied = ar_str_copy(ARENA, ar_str_from_c(id)).ptr;
    struct ar_rule *failed = add_rule(copied, AR_RULE_INFO, AR_STATUS_ERROR);
    state_of(failed)->reason = ar_str_from_c(text);
    if (ix % 2 == 0)
        failed->details->disabled_because = ar_str_from_c(text);
    if (ix % 2 == 0)
        state_of(failed)->status = AR_STATUS_NOT_LOADED;
    struct ar_waiver *waiver = add_waiver(failed);
    waiver->because = ar_str_from_c(text);
    waiver->owner = ar_str_from_c(text);
    ar_vector_push(ARENA, &sample.result.expired_waivers,
                   (const struct ar_waiver *)waiver);
    ar_vector_push(ARENA, &sample.result.absent_packs, ar_str_from_c(text));
    struct ar_pack *pack = AR_NEW(ARENA, struct ar_pack);
    pack->name = ar_str_from_c(text);
    pack->not_loaded = ar_str_from_c(text);
    ar_vector_push(ARENA, &sample.program.packs, pack);
}

/* Rules are looked up in order of their ids. */
static void fill(ar_str input)
{
    void (*const parts[])(const char *, size_t) = {add_everything, add_open,
                                                   add_others};
    for (size_t part = 0; part < AR_COUNT_OF(parts); part++) {
        size_t ix = 0;
        for (size_t at = 0; at < input.len; ix++) {
            parts[part](input.ptr + at, ix);
            at += strlen(input.ptr + at) + 1;
        }
    }
}

int main(int argc, char **argv)
{
    char *text = calloc(1, INPUT_MOST + 1);
    if (argc < 2 || text == NULL)
        return 2;
    size_t length = fread(text, 1, INPUT_MOST, stdin);
    ar_str input = {text, length};
    enum ar_report_format format =
        ar_report_format_find(ar_str_from_c(argv[1]));
    if (format == AR_N_REPORT_FORMATS)
        return 2;
    sample_begin();
    sample.file = ar_sources_add(ARENA, &sample.sources, ar_str_from_c(text),
                                 AR_STR("pack docker\n\nrule a\nrule b\n"));
    sample.facts.machine = ar_str_from_c(text);
    sample.facts.collected = ar_str_from_c(text);
    sample.facts.tool = ar_str_from_c(text);
    sample.options.color = argc > 2;
    sample.options.all = true;
    fill(input);
    ar_str report = render(format);
    size_t written = fwrite(report.ptr, 1, report.len, stdout);
    ar_arena_free(ARENA);
    free(text);
    return written == report.len && fflush(stdout) == 0 ? 0 : 1;
}
