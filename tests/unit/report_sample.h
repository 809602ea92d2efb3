/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_REPORT_SAMPLE_H
#define AR_TESTS_REPORT_SAMPLE_H
/* Results built by hand, for the tests of reports: one set of globals, which
 * sample_begin() clears. Rules are added in the order of their ids. */

#include "report/report.h"

#include "json/json.h"
#include <string.h>

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
/* clang-format on */

static struct {
    struct ar_arena arena;
    struct ar_sources sources;
    struct ar_diags diags;
    struct ar_program program;
    struct ar_factset facts;
    struct ar_result result;
    struct ar_report_options options;
    uint32_t file;
} sample;

#define ARENA (&sample.arena)

static inline void sample_begin(void)
{
    ar_arena_free(&sample.arena);
    memset(&sample, 0, sizeof(sample));
    sample.file =
        ar_sources_add(ARENA, &sample.sources, AR_STR("rules/docker.rules"),
                       AR_STR("pack docker\n\nrule a\nrule b\n"));
    sample.diags.arena = ARENA;
    sample.diags.sources = &sample.sources;
    sample.program.arena = ARENA;
    sample.program.diags = &sample.diags;
    sample.facts.arena = ARENA;
    sample.result.program = &sample.program;
    sample.result.facts = &sample.facts;
    sample.options.detail = AR_REPORT_FULL;
    sample.options.tool = AR_STR("archrules 0.1.0");
}

static inline struct ar_rule_result *state_of(const struct ar_rule *rule)
{
    for (size_t ix = 0; ix < sample.result.rules.count; ix++) {
        if (sample.result.rules.at[ix].rule == rule)
            return &sample.result.rules.at[ix];
    }
    abort();
}

static inline struct ar_rule *add_rule(const char *id,
                                       enum ar_rule_severity severity,
                                       enum ar_status status)
{
    struct ar_rule *rule = AR_NEW(ARENA, struct ar_rule);
    rule->details = AR_NEW(ARENA, struct ar_rule_details);
    rule->id = ar_str_from_c(id);
    rule->severity = severity;
    rule->confidence = AR_CONFIDENCE_HIGH;
    rule->span = (ar_span){sample.file, 13, 17}; /* line 3 */
    ar_vector_push(ARENA, &sample.program.rules, rule);
    struct ar_rule_result state = {.rule = rule, .status = status};
    ar_vector_push(ARENA, &sample.result.rules, state);
    sample.result.counts[status]++;
    return rule;
}

static inline struct ar_finding *add_finding(struct ar_rule *rule,
                                             const char *key,
                                             const char *diagnosis)
{
    struct ar_finding *finding = AR_NEW(ARENA, struct ar_finding);
    finding->rule = rule;
    finding->has_key = key != NULL;
    if (key != NULL) {
        finding->key_text = ar_str_from_c(key);
        finding->key = ar_value_string(finding->key_text);
    }
    finding->fingerprint = AR_STR("0123456789abcdef");
    finding->diagnosis = ar_str_from_c(diagnosis);
    ar_vector_push(ARENA, &sample.result.findings, finding);
    ar_vector_push(ARENA, &state_of(rule)->findings, finding);
    return finding;
}

static inline void supersede(struct ar_finding *cause,
                             struct ar_finding *symptom)
{
    ar_vector_push(ARENA, &symptom->superseded_by, cause);
    sample.result.n_superseded += symptom->superseded_by.count == 1;
}

static inline struct ar_fact_decl *declare(const char *name,
                                           const struct ar_type *type)
{
    struct ar_fact_decl *decl = AR_NEW(ARENA, struct ar_fact_decl);
    decl->name = ar_str_from_c(name);
    decl->head = decl->name;
    decl->type = type;
    return decl;
}

/* A fact that finding's condition read, in the fact set too. */
static inline struct ar_evidence *add_fact(struct ar_finding *finding,
                                           struct ar_fact_decl *decl,
                                           ar_value value)
{
    struct ar_fact_ref ref = {.decl = decl, .key = decl->name};
    ar_factset_add(&sample.facts, &ref, value);
    struct ar_evidence fact = {.key = decl->name,
                               .decl = decl,
                               .value = value,
                               .origin = {.duration_ms = -1}};
    ar_vector_push(ARENA, &finding->facts, fact);
    return &finding->facts.at[finding->facts.count - 1];
}

static inline struct ar_cause make_cause(const char *name,
                                         enum ar_reason reason,
                                         const char *detail)
{
    return (struct ar_cause){
        .name = ar_str_from_c(name),
        .is_fact = true,
        .value = ar_value_unknown(reason, ar_str_from_c(detail))};
}

static inline void add_cause(struct ar_rule *rule, struct ar_cause cause)
{
    ar_vector_push(ARENA, &state_of(rule)->causes, cause);
}

static inline void add_open_element(struct ar_rule *rule, const char *key,
                                    struct ar_cause cause)
{
    struct ar_open_element element = {.key_text = ar_str_from_c(key)};
    ar_vector_push(ARENA, &element.causes, cause);
    ar_vector_push(ARENA, &state_of(rule)->open_elements, element);
}

static inline struct ar_result_remedy *add_remedy(struct ar_finding *finding,
                                                  const char *title)
{
    struct ar_remedy *flags = AR_NEW(ARENA, struct ar_remedy);
    flags->risk = AR_RISK_HIGH;
    flags->needs_admin = true;
    struct ar_result_remedy remedy = {.remedy = flags,
                                      .title = ar_str_from_c(title)};
    ar_vector_push(ARENA, &finding->remedies, remedy);
    return &finding->remedies.at[finding->remedies.count - 1];
}

static inline void add_step(struct ar_result_remedy *remedy,
                            const char *sentence, const char *condition)
{
    struct ar_result_step step = {.sentence = ar_str_from_c(sentence),
                                  .condition = ar_str_from_c(condition)};
    ar_vector_push(ARENA, &remedy->steps, step);
}

/* To the last step. */
static inline void add_item(struct ar_result_remedy *remedy,
                            enum ar_step_item_kind kind, const char *shell,
                            const char *text, const char *condition)
{
    struct ar_result_step *step = &remedy->steps.at[remedy->steps.count - 1];
    struct ar_result_item item = {.kind = kind,
                                  .shell = ar_str_from_c(shell),
                                  .text = ar_str_from_c(text),
                                  .condition = ar_str_from_c(condition)};
    ar_vector_push(ARENA, &step->items, item);
}

static inline struct ar_waiver *add_waiver(const struct ar_rule *rule)
{
    struct ar_waiver *waiver = AR_NEW(ARENA, struct ar_waiver);
    waiver->rule = rule;
    waiver->because = AR_STR("the lab needs it");
    waiver->owner = AR_STR("ops");
    waiver->until = AR_STR("2027-01-31");
    waiver->span = (ar_span){sample.file, 20, 24}; /* line 4 */
    return waiver;
}

static inline void waive(struct ar_finding *finding)
{
    finding->waived_by = add_waiver(finding->rule);
    sample.result.n_waived++;
}

static inline const struct ar_version *make_version(const char *text)
{
    const struct ar_version *version = NULL;
    if (!ar_version_parse(ARENA, ar_str_from_c(text), &version))
        abort();
    return version;
}

static inline void add_pack(const char *name, const char *version,
                            size_t n_rules)
{
    struct ar_pack *pack = AR_NEW(ARENA, struct ar_pack);
    pack->name = ar_str_from_c(name);
    pack->version = make_version(version);
    pack->n_rules = n_rules;
    ar_vector_push(ARENA, &sample.program.packs, pack);
}

static inline void fill_remedy(struct ar_finding *finding)
{
    struct ar_result_remedy *remedy =
        add_remedy(finding, "Install the build that matches the CPU");
    remedy->data_loss = AR_STR("Every image, container and volume is deleted.");
    remedy->undo = AR_STR("Install the old build again.");
    add_step(remedy, "Check the WSL configuration", "");
    add_item(remedy, AR_STEP_RUN, "powershell", "wsl --status", "");
    add_item(remedy, AR_STEP_RUN, "powershell", "wsl --shutdown", "");
    add_item(remedy, AR_STEP_RESTART, "wsl", "", "");
    add_step(remedy, "Turn on the Windows features",
             "unless windows.feature(\"VirtualMachinePlatform\").enabled");
    add_item(remedy, AR_STEP_DO, "", "Tick Virtual Machine Platform.", "");
    add_item(remedy, AR_STEP_RESTART, "machine", "", "");
    add_step(remedy, "Remove the broken distros", "");
    add_item(remedy, AR_STEP_RUN, "powershell",
             "wsl --unregister docker-desktop-data",
             "if any d in wsl.distros: d.name == \"docker-desktop-data\"");
    add_step(remedy, "Install Docker Desktop", "");
    add_item(remedy, AR_STEP_OPEN, "", "https://example.org/install?a=b", "");
    remedy->verify = AR_STR("docker.desktop.arch == host.arch");
    struct ar_result_item check = {.kind = AR_STEP_RUN,
                                   .text = AR_STR("docker version")};
    ar_vector_push(ARENA, &remedy->verify_runs, check);
}

static inline void fill_cause(struct ar_finding *finding)
{
    size_t arm64 = ar_type_enum_find(&ar_type_arch, AR_STR("arm64"));
    struct ar_evidence *fact =
        add_fact(finding, declare("docker.desktop.arch", &ar_type_arch),
                 ar_value_enum(&ar_type_arch, arm64));
    fact->origin = (struct ar_origin){.probe = AR_STR("pe_header"),
                                      .how = AR_STR("C:\\Docker Desktop.exe"),
                                      .time = AR_STR("2026-11-22T10:00:00Z"),
                                      .duration_ms = 3,
                                      .exit_code = 4,
                                      .has_exit_code = true};
    ar_vector_push(ARENA, &finding->symptoms,
                   AR_STR("docker.desktop.log matches /not started/"));
    fill_remedy(finding);
    ar_vector_push(ARENA, &finding->lessons,
                   AR_STR("WSL 2 runs with the architecture of the host."));
    ar_vector_push(ARENA, &finding->links, AR_STR("https://example.org/wsl"));
}

static inline void fill_rest(void)
{
    struct ar_rule *image =
        add_rule("docker.wrong_image", AR_RULE_WARNING, AR_STATUS_UNDETERMINED);
    struct ar_cause question =
        make_cause("image.name", AR_REASON_not_given, "");
    struct ar_fact_decl *decl = declare("image.name", &ar_type_string);
    decl->is_input = true;
    decl->question = AR_STR("Which image fails?");
    question.decl = decl;
    add_cause(image, question);
    struct ar_rule *kernel =
        add_rule("wsl.old_kernel", AR_RULE_ERROR, AR_STATUS_UNDETERMINED);
    kernel->title = AR_STR("The WSL kernel is too old");
    add_cause(kernel, make_cause("wsl.kernel.version", AR_REASON_denied,
                                 "Access is denied."));
    ar_vector_push(ARENA, &sample.result.findings.at[0]->possible_causes,
                   (const struct ar_rule *)kernel);
    ar_vector_push(ARENA, &sample.result.absent_packs, AR_STR("hyper_v"));
}

/* The case that the project began with, and one of everything else. */
static inline void fill_sample(void)
{
    sample_begin();
    sample.facts.machine = AR_STR("acer-swift");
    sample.facts.collected = AR_STR("2026-11-22T10:00:00Z");
    sample.facts.tool = AR_STR("archrules 0.1.0");
    add_pack("docker", "1.0.0", 5);
    struct ar_rule *clear =
        add_rule("docker.disk_full", AR_RULE_ERROR, AR_STATUS_CLEAR);
    struct ar_cause absent = {.name = AR_STR("docker.disk"),
                              .is_fact = true,
                              .value = ar_value_absent()};
    add_cause(clear, absent);
    struct ar_rule *timeout =
        add_rule("docker.proxy_timeout", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_rule *slow =
        add_rule("docker.slow_disk", AR_RULE_WARNING, AR_STATUS_MATCHED);
    struct ar_rule *wrong =
        add_rule("docker.wrong_build", AR_RULE_CRITICAL, AR_STATUS_MATCHED);
    wrong->title = AR_STR("Docker Desktop is built for another CPU");
    struct ar_finding *cause = add_finding(
        wrong, NULL,
        "Docker Desktop is an arm64 build and this CPU is amd64. The ARM64 "
        "Docker build crashes the WSL proxy.");
    fill_cause(cause);
    supersede(cause, add_finding(timeout, "Ubuntu",
                                 "The WSL proxy had not started after 4 "
                                 "minutes."));
    waive(add_finding(slow, NULL, "The disk is slow."));
    ar_vector_push(ARENA, &sample.result.expired_waivers,
                   (const struct ar_waiver *)add_waiver(wrong));
    fill_rest();
}

static inline ar_str render(enum ar_report_format format)
{
    struct ar_buf out = AR_BUF(ARENA);
    ar_report_format_table[format].put(&out, &sample.result, &sample.options);
    return ar_buf_view(&out);
}

static inline ar_str human(void)
{
    return render(AR_REPORT_FORMAT_HUMAN);
}

static inline const struct ar_json *json(void)
{
    ar_str text = render(AR_REPORT_FORMAT_JSON);
    struct ar_json_error error = {0};
    const struct ar_json *root =
        ar_json_read(ARENA, text, &ar_json_default_limits, &error);
    if (root == NULL)
        fail_msg("%s at %zu in\n%s", error.text.ptr, error.offset, text.ptr);
    return root;
}

/* "findings.0.facts.1.name" */
static inline const struct ar_json *json_at(const struct ar_json *node,
                                            const char *path)
{
    ar_str rest = ar_str_from_c(path);
    while (rest.len > 0 && node != NULL) {
        size_t dot = ar_str_find(rest, AR_STR("."), 0);
        ar_str key = ar_str_slice(rest, 0, dot);
        rest = dot == SIZE_MAX ? AR_STR("")
                               : ar_str_slice(rest, dot + 1, rest.len);
        int64_t nth = 0;
        if (node->kind == AR_JSON_OBJECT) {
            node = ar_json_get(node, key);
        } else if (ar_str_to_int(key, &nth)) {
            node = node->first;
            for (; nth > 0 && node != NULL; nth--)
                node = node->next;
        } else {
            node = NULL;
        }
    }
    if (node == NULL)
        fail_msg("no %s", path);
    return node;
}

static inline void assert_json_text(const struct ar_json *root,
                                    const char *path, const char *expected)
{
    const struct ar_json *node = json_at(root, path);
    assert_int_equal(node->kind, AR_JSON_STRING);
    if (!ar_str_equal_c(node->text, expected))
        fail_msg("%s is %s, not %s", path, node->text.ptr, expected);
}

static inline void assert_json_int(const struct ar_json *root, const char *path,
                                   int64_t expected)
{
    const struct ar_json *node = json_at(root, path);
    assert_int_equal(node->kind, AR_JSON_INT);
    assert_int_equal(node->integer, expected);
}

static inline int begin(void **state)
{
    (void)state;
    sample_begin();
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    ar_arena_free(ARENA);
    return 0;
}

static inline bool has(ar_str text, const char *part)
{
    return ar_str_find(text, ar_str_from_c(part), 0) != SIZE_MAX;
}

#define assert_has(text, part) assert_has_at((text), (part), __LINE__)
static inline void assert_has_at(ar_str text, const char *part, int line)
{
    if (!has(text, part))
        fail_msg("line %d: no \"%s\" in\n%s", line, part, text.ptr);
}

#define assert_lacks(text, part) assert_lacks_at((text), (part), __LINE__)
static inline void assert_lacks_at(ar_str text, const char *part, int line)
{
    if (has(text, part))
        fail_msg("line %d: \"%s\" in\n%s", line, part, text.ptr);
}

#define assert_begins(text, part)                                        \
    do {                                                                 \
        if (!ar_str_starts_with((text), AR_STR(part)))                   \
            fail_msg("no \"%s\" at the start of\n%s", part, (text).ptr); \
    } while (0)

/* Each part stands behind the one before it. */
static inline void assert_order(ar_str text, const char *const *parts,
                                size_t count)
{
    size_t at = 0;
    for (size_t ix = 0; ix < count; ix++) {
        ar_str part = ar_str_from_c(parts[ix]);
        size_t found = ar_str_find(text, part, at);
        if (found == SIZE_MAX)
            fail_msg("no \"%s\" in its place in\n%s", parts[ix], text.ptr);
        at = found + part.len;
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

#endif
