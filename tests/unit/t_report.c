/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of results built by hand: what the first line says, what stands
 * where, what must never be printed, and the exit status. */

#include "base/limits.h"
#include "report_sample.h"
#include "text/utf8.h"

static enum ar_report_exit exit_code(enum ar_rule_severity fail_level)
{
    const struct ar_report_exit_options options = {.fail_level = fail_level};
    return ar_report_exit_code(&sample.result, &options);
}

static enum ar_report_exit allowed_exit_code(enum ar_rule_severity fail_level)
{
    const struct ar_report_exit_options options = {.fail_level = fail_level,
                                                   .allow_undetermined = true};
    return ar_report_exit_code(&sample.result, &options);
}

static enum ar_report_exit zero_exit_code(enum ar_rule_severity fail_level)
{
    const struct ar_report_exit_options options = {.fail_level = fail_level,
                                                   .exit_zero = true};
    return ar_report_exit_code(&sample.result, &options);
}

static void says_no_problem_only_if_all_is_decided(void **state)
{
    (void)state;
    add_rule("a.clear", AR_RULE_ERROR, AR_STATUS_CLEAR);
    assert_begins(human(), "No problem found.\n");
    assert_int_equal(exit_code(AR_RULE_WARNING), 0);

    struct ar_rule *open =
        add_rule("b.open", AR_RULE_INFO, AR_STATUS_UNDETERMINED);
    add_cause(open, make_cause("x.y", AR_REASON_timeout, "after 5 s"));
    ar_str text = human();
    assert_begins(text, "No problem found so far, but 1 rule could not be "
                        "decided.\n");
    assert_has(text, "- b.open (info)");
    assert_has(text, "needs x.y: its probe did not answer in time (after 5 s)");
    assert_has(text, "find out why the command hangs");
    assert_int_equal(exit_code(AR_RULE_WARNING), 3);
    assert_int_equal(allowed_exit_code(AR_RULE_WARNING), 0);
    assert_int_equal(zero_exit_code(AR_RULE_WARNING), 0);
}

static void says_when_nothing_was_looked_at(void **state)
{
    (void)state;
    assert_begins(human(), "No rule was evaluated");
    add_rule("a.other", AR_RULE_ERROR, AR_STATUS_NOT_APPLICABLE);
    assert_begins(human(), "No problem found: no rule is about this machine.");
}

static void says_in_the_first_line_what_went_wrong(void **state)
{
    (void)state;
    add_rule("a.clear", AR_RULE_ERROR, AR_STATUS_CLEAR);
    sample.options.n_probes_failed = 1;
    assert_begins(human(), "No problem found. 1 probe failed.\n");
    sample.options.n_probes_failed = 3;
    sample.options.used_allow_run = true;
    assert_begins(human(), "No problem found. 3 probes failed. Programs of "
                           "packs that are not installed were run "
                           "(--allow-run).\n");
}

static void asks_questions_without_raising_3(void **state)
{
    (void)state;
    struct ar_rule *rule =
        add_rule("a.image", AR_RULE_ERROR, AR_STATUS_UNDETERMINED);
    add_cause(rule, make_cause("image.name", AR_REASON_not_given, ""));
    ar_str text = human();
    assert_begins(text, "No problem found so far, but 1 rule cannot be decided "
                        "without your answer.\n");
    assert_has(text, "\n      --input image.name=...\n");
    assert_lacks(text, "Could not be decided");
    assert_int_equal(exit_code(AR_RULE_INFO), 0);

    add_cause(rule, make_cause("image.arch", AR_REASON_denied, ""));
    assert_has(human(), "Could not be decided: 1 rule");
    assert_has(human(), "--input image.name=...");
    assert_int_equal(exit_code(AR_RULE_INFO), 3);
}

static void treats_no_cause_as_open(void **state)
{
    (void)state;
    add_rule("a.open", AR_RULE_ERROR, AR_STATUS_UNDETERMINED);
    assert_int_equal(exit_code(AR_RULE_INFO), 3);
}

static void raises_1_for_what_is_not_waived(void **state)
{
    (void)state;
    struct ar_rule *rule =
        add_rule("a.cause", AR_RULE_WARNING, AR_STATUS_MATCHED);
    struct ar_finding *finding = add_finding(rule, NULL, "x");
    assert_int_equal(exit_code(AR_RULE_WARNING), 1);
    assert_int_equal(exit_code(AR_RULE_ERROR), 0);
    assert_int_equal(allowed_exit_code(AR_RULE_INFO), 1);
    assert_int_equal(zero_exit_code(AR_RULE_INFO), 0);

    struct ar_rule *symptom =
        add_rule("b.symptom", AR_RULE_CRITICAL, AR_STATUS_MATCHED);
    struct ar_finding *folded = add_finding(symptom, NULL, "y");
    supersede(finding, folded);
    assert_int_equal(exit_code(AR_RULE_CRITICAL), 1);
    waive(finding);
    assert_int_equal(exit_code(AR_RULE_INFO), 1);
    assert_begins(human(), "Found: 1 critical.");
    waive(folded);
    assert_int_equal(exit_code(AR_RULE_INFO), 0);
}

static void counts_findings_over_the_limit(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.many", AR_RULE_ERROR, AR_STATUS_MATCHED);
    waive(add_finding(rule, "k", "x"));
    state_of(rule)->n_findings_left_out = 7;
    assert_int_equal(exit_code(AR_RULE_ERROR), 1);
    assert_begins(human(), "Found: 7 not listed.");
    assert_has(human(), "a.many has 7 findings more");
    assert_json_int(json(), "counts.findings", 8);
}

static void takes_an_open_element_of_a_matched_rule_for_open(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.each", AR_RULE_ERROR, AR_STATUS_MATCHED);
    waive(add_finding(rule, "Debian", "x"));
    add_open_element(rule, "Ubuntu",
                     make_cause("u.kernel", AR_REASON_stale, ""));
    assert_int_equal(exit_code(AR_RULE_ERROR), 3);
    ar_str text = human();
    assert_has(text, "    for Ubuntu\n      needs u.kernel: it is too old");
    const struct ar_json *root = json();
    assert_json_text(root, "undetermined.0.status", "matched");
    assert_json_text(root, "undetermined.0.open_elements.0.key", "Ubuntu");
    assert_json_text(root, "undetermined.0.open_elements.0.needs.0.fact",
                     "u.kernel");
}

static void is_loud_about_what_did_not_run(void **state)
{
    (void)state;
    const char *ids[] = {"a.new", "b.new"};
    for (size_t ix = 0; ix < 2; ix++) {
        struct ar_rule *rule =
            add_rule(ids[ix], AR_RULE_ERROR, AR_STATUS_NOT_LOADED);
        state_of(rule)->reason = AR_STR("it needs archrules >= 9");
    }
    struct ar_rule *slow = add_rule("c.slow", AR_RULE_ERROR, AR_STATUS_ERROR);
    state_of(slow)->reason = AR_STR("over 200000 steps");
    ar_str text = human();
    assert_begins(text, "No problem found so far, but 2 rules could not be "
                        "loaded and 1 rule failed.");
    assert_has(text, "NOT LOADED: 2 rules did not run\n  - a.new, b.new\n"
                     "      it needs archrules >= 9\n");
    assert_has(text, "FAILED: 1 rule could not be evaluated\n  - c.slow\n"
                     "      over 200000 steps\n");
    assert_int_equal(exit_code(AR_RULE_INFO), 3);
    assert_json_text(json(), "rules.1.reason", "it needs archrules >= 9");
}

static void does_not_hold_disabled_rules_against_anyone(void **state)
{
    (void)state;
    add_rule("a.clear", AR_RULE_ERROR, AR_STATUS_CLEAR);
    struct ar_rule *rule =
        add_rule("b.off", AR_RULE_ERROR, AR_STATUS_NOT_LOADED);
    rule->details->disabled_because = AR_STR("wrong here");
    rule->details->disabled_at = (ar_span){sample.file, 20, 21};
    ar_str text = human();
    assert_begins(text, "No problem found.\n");
    assert_has(text, "- b.off: wrong here (rules/docker.rules:4)");
    assert_int_equal(exit_code(AR_RULE_INFO), 0);
}

/* What the sample's report says, in this order. */
static const char *const sample_parts[] = {
    "Found: 1 critical. There may be more: 1 rule could not be decided "
    "and 1 rule cannot be decided without your answer.\n",
    "  Machine    acer-swift\n",
    "  Collected  2026-11-22T10:00:00Z by archrules 0.1.0\n",
    "  Packs      docker 1.0.0 (5 rules)\n",
    "\nCRITICAL: Docker Desktop is built for another CPU\n",
    "  docker.wrong_build, rules/docker.rules:3\n",
    "  Docker Desktop is an arm64 build and this CPU is amd64. The ARM64 "
    "Docker build\n  crashes the WSL proxy.\n",
    "  Because:\n    docker.desktop.arch = arm64\n        from pe_header: "
    "C:\\Docker Desktop.exe, exit code 4, at 2026-11-22T10:00:00Z, 3 ms\n",
    "- docker.desktop.log matches /not started/\n",
    "  Also explains:\n    - ERROR docker.proxy_timeout (Ubuntu): The WSL "
    "proxy",
    "  Possible causes that are not ruled out:\n    - wsl.old_kernel: The "
    "WSL kernel is too old\n      needs wsl.kernel.version: reading it was "
    "not permitted",
    "  What to do: Install the build that matches the CPU\n",
    "    Risk: high\n",
    "    Data loss: Every image, container and volume is deleted.\n",
    "    Restart: the machine, under a condition\n",
    "    Rights: administrator\n",
    "    To undo it: Install the old build again.\n",
    "    1. Check the WSL configuration\n       In PowerShell:\n"
    "           wsl --status\n           wsl --shutdown\n       Restart "
    "WSL",
    "    2. Turn on the Windows features\n       Leave this out if "
    "windows.feature(\"VirtualMachinePlatform\").enabled",
    "       Tick Virtual Machine Platform.\n       Restart the machine.\n",
    "    3. Remove the broken distros\n       Only if any d in "
    "wsl.distros: d.name == \"docker-desktop-data\"; that could",
    "\n           wsl --unregister docker-desktop-data\n",
    "    4. Install Docker Desktop\n       Open:\n"
    "           https://example.org/install?a=b\n",
    "    Check that it worked:\n       This is true then: "
    "docker.desktop.arch == host.arch\n       Run:\n           docker "
    "version\n",
    "  Good to know:\n    - WSL 2 runs",
    "  See also:\n    https://example.org/wsl\n",
    "\nCould not be decided: 1 rule\n  - wsl.old_kernel (error): The WSL "
    "kernel",
    "\nQuestions that only you can answer:\n  - Which image fails?\n"
    "      --input image.name=...\n      for docker.wrong_image\n",
    "\nWaived: 1 finding\n  - docker.slow_disk: the lab needs it; owner "
    "ops; until 2027-01-31;\n    rules/docker.rules:4\n",
    "\nWaivers that have expired and waive nothing:\n  - "
    "docker.wrong_build:",
    "  - hyper_v\n",
    "\nRules: 6 = 3 matched + 2 undetermined + 1 clear + 0 not_applicable "
    "+ 0 not_loaded + 0 error. Findings: 3, of these 1 superseded, 1 "
    "waived.\n",
};

static void puts_everything_in_its_place(void **state)
{
    (void)state;
    fill_sample();
    ar_str text = human();
    assert_order(text, sample_parts, AR_COUNT_OF(sample_parts));
    assert_lacks(text, "docker.disk_full");
    assert_lacks(text, "\033");
    assert_lacks(text, " \n");
    /* A folded finding has no part of its own. */
    assert_lacks(text, "\nERROR:");
    assert_int_equal(exit_code(AR_RULE_WARNING), 1);
}

static void lists_decided_rules_if_asked(void **state)
{
    (void)state;
    fill_sample();
    sample.options.all = true;
    assert_has(human(), "clear docker.disk_full (not there: docker.disk)\n");
}

static void has_a_short_form(void **state)
{
    (void)state;
    fill_sample();
    sample.options.detail = AR_REPORT_IDS;
    ar_str text = human();
    assert_has(text, "\n  CRITICAL docker.wrong_build 0123456789abcdef\n");
    assert_lacks(text, "What to do");
    assert_has(text, "\nRules: 6 = ");
}

static void colors_only_if_asked(void **state)
{
    (void)state;
    fill_sample();
    sample.options.color = true;
    ar_str text = human();
    assert_has(text, "\033[1;31mCRITICAL: Docker Desktop is built for another "
                     "CPU\033[0m\n");
    assert_has(text, "\n           wsl --status\n");
}

static size_t longest_line(ar_str text)
{
    size_t longest = 0;
    size_t start = 0;
    for (size_t ix = 0; ix < text.len; ix++) {
        if (text.ptr[ix] != '\n')
            continue;
        if (ix - start > longest)
            longest = ix - start;
        start = ix + 1;
    }
    return longest;
}

static void wraps_prose_and_never_a_command(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_buf words = AR_BUF(ARENA);
    for (size_t ix = 0; ix < 60; ix++)
        ar_buf_put_c(&words, "word ");
    struct ar_finding *finding =
        add_finding(rule, NULL, ar_buf_view(&words).ptr);
    sample.options.width = 50;
    sample.result.counts[AR_STATUS_MATCHED] = 0;
    ar_str text = human();
    size_t counts = ar_str_find(text, AR_STR("\nRules: "), 0);
    assert_true(counts != SIZE_MAX);
    size_t longest = longest_line(ar_str_slice(text, 0, counts));
    assert_true(longest <= 50 && longest > 44);

    struct ar_result_remedy *remedy = add_remedy(finding, "x");
    add_step(remedy, "y", "");
    add_item(remedy, AR_STEP_RUN, "bash", ar_buf_view(&words).ptr, "");
    add_item(remedy, AR_STEP_RUN, "bash", "cat <<A\n  b\n\nA\n", "");
    text = human();
    ar_str line =
        ar_str_concat(ARENA, AR_STR("\n           "), ar_buf_view(&words));
    assert_has(text, ar_str_concat(ARENA, line, AR_STR("\n")).ptr);
    assert_has(text, "\n           cat <<A\n             b\n\n           A\n");
}

/* ---- what a reader does not want ---- */

static void add_ways(void)
{
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_finding *finding = add_finding(rule, NULL, "x");
    add_remedy(finding, "Dangerous");
    struct ar_result_remedy *second = add_remedy(finding, "Slow");
    ((struct ar_remedy *)(uintptr_t)second->remedy)->risk = AR_RISK_LOW;
    ((struct ar_remedy *)(uintptr_t)second->remedy)->needs_admin = false;
    add_step(second, "y", "");
    add_item(second, AR_STEP_RESTART, "session", "", "if x");
    struct ar_result_remedy *third = add_remedy(finding, "Easy");
    ((struct ar_remedy *)(uintptr_t)third->remedy)->risk = AR_RISK_MEDIUM;
    ((struct ar_remedy *)(uintptr_t)third->remedy)->needs_admin = false;
}

static void leaves_out_what_is_not_wanted(void **state)
{
    (void)state;
    add_ways();
    ar_str text = human();
    assert_has(text, "(way 1 of 3): Dangerous\n");
    assert_lacks(text, "left out");

    sample.options.filter.has_max_risk = true;
    sample.options.filter.max_risk = AR_RISK_MEDIUM;
    text = human();
    assert_lacks(text, "(way 1 of 3)");
    assert_has(text, "(way 2 of 3): Slow\n");
    assert_has(text, "(way 3 of 3): Easy\n");
    assert_has(text, "\n  Ways that were left out:\n"
                     "    - Dangerous: its risk is high\n");

    sample.options.filter.max_risk = AR_RISK_LOW;
    sample.options.filter.no_restart = true;
    sample.options.filter.no_admin = true;
    text = human();
    assert_lacks(text, "What to do");
    assert_has(text,
               "    - Dangerous: its risk is high, it needs an administrator\n"
               "    - Slow: it may ask to restart the session\n"
               "    - Easy: its risk is medium\n");
}

static void shows_commands_of_one_shell(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_finding *finding = add_finding(rule, NULL, "x");
    struct ar_result_remedy *remedy = add_remedy(finding, "y");
    add_step(remedy, "alternatives", "");
    add_item(remedy, AR_STEP_RUN, "powershell", "in-ps", "");
    add_item(remedy, AR_STEP_RUN, "bash", "in-bash", "");
    add_item(remedy, AR_STEP_RUN, "", "in-all", "");
    add_step(remedy, "no choice", "");
    add_item(remedy, AR_STEP_RUN, "bash", "only-bash", "");
    ar_str text = human();
    assert_has(text, "in-ps\n");
    assert_has(text, "in-bash\n");

    sample.options.filter.shell = AR_STR("powershell");
    text = human();
    assert_has(text, "in-ps\n");
    assert_lacks(text, "in-bash");
    assert_has(text, "in-all\n");
    assert_has(text, "only-bash\n");

    sample.options.filter.shell = AR_STR("all");
    assert_has(human(), "in-bash\n");

    static const struct ar_enum_word words[] = {{.name = {"linux", 5}},
                                                {.name = {"windows", 7}}};
    static const struct ar_type os = {
        .kind = AR_TYPE_ENUM, .words = words, .n_words = 2};
    struct ar_schema schema = {0};
    sample.facts.schema = &schema;
    sample.options.filter.shell = AR_STR("");
    struct ar_fact_decl *decl = declare("host.os", &os);
    ar_schema_add(ARENA, &schema, decl);
    assert_has(human(), "in-bash\n"); /* nobody knows */
    add_fact(finding, decl, ar_value_enum(&os, 1));
    assert_lacks(human(), "in-bash");
    add_fact(finding, decl, ar_value_enum(&os, 0));
    text = human();
    assert_has(text, "in-bash\n");
    assert_lacks(text, "in-ps");
}

static void says_what_to_fill_in(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_result_remedy *remedy =
        add_remedy(add_finding(rule, NULL, "x"), "y");
    add_step(remedy, "z", "");
    add_item(remedy, AR_STEP_RUN, "bash", "ls", "");
    add_item(remedy, AR_STEP_RUN, "bash", "rm <a.b: unknown?>", "");
    remedy->steps.at[0].items.at[1].has_question = true;
    assert_has(human(),
               "           ls\n"
               "       Fill in what stands in < > before you run this.\n"
               "       In a terminal (bash):\n"
               "           rm <a.b: unknown?>\n");
}

static void measures_wide_characters(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    /* 6 cells each: with the indentation of 2, five and their blanks fit
     * into 40 cells. */
    add_finding(rule, NULL,
                "\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97 "
                "\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97 "
                "\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97 "
                "\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97 "
                "\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97 last");
    sample.options.width = 1; /* means 40 */
    assert_has(human(), "\xe5\xad\x97\n  last\n");
}

static void makes_hostile_text_inert(void **state)
{
    (void)state;
    static const char bad[] = "a\033]52;c;x\a\033[2J\r\nNo problem found.\n"
                              "\xe2\x80\xae\xc2\x9b\xff\x7f";
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_finding *finding = add_finding(rule, bad, bad);
    struct ar_evidence *fact =
        add_fact(finding, declare("x.y", &ar_type_string),
                 ar_value_string(ar_str_from_c(bad)));
    fact->origin.how = ar_str_from_c(bad);
    struct ar_result_remedy *remedy = add_remedy(finding, bad);
    add_step(remedy, bad, bad);
    add_item(remedy, AR_STEP_RUN, bad, bad, bad);
    add_item(remedy, AR_STEP_OPEN, "", bad, "");
    ar_vector_push(ARENA, &finding->links, ar_str_from_c(bad));
    sample.facts.machine = ar_str_from_c(bad);
    struct ar_rule *open =
        add_rule("b.c", AR_RULE_ERROR, AR_STATUS_UNDETERMINED);
    add_cause(open, make_cause("p.q", AR_REASON_probe_failed, bad));
    sample.options.generated = bad;
    sample.options.color = false;
    ar_str text = human();
    for (size_t at = 0; at < text.len;) {
        uint32_t c = ar_utf8_next(text, &at);
        assert_true(c == '\n' || (c >= ' ' && c != 0x7f && c <= 0x10FFFF));
        assert_false(c >= 0x80 && c <= 0x9f);
        assert_false(ar_utf8_is_bidi_control(c));
    }
    assert_has(text, "x.y = a\\u{1B}]52;c;x\\u{7}\\u{1B}[2J\\u{D}\\u{A}No "
                     "problem found.\\u{A}\\u{202E}\\u{9B}\\x{FF}\\u{7F}\n");
    assert_lacks(text, "\nNo problem found.");

    ar_str raw = render(AR_REPORT_FORMAT_JSON);
    assert_int_equal(ar_utf8_invalid_at(raw), SIZE_MAX);
    assert_lacks(raw, "\033");
    assert_lacks(raw, "\xe2\x80\xae");
    const struct ar_json *value = json_at(json(), "findings.0.facts.0.value");
    assert_has(value->text, "a\033]52;c;x\a\033[2J\r\nNo problem found.\n");
    assert_has(value->text, "\xef\xbf\xbd\x7f");
}

static void never_prints_a_secret(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_finding *finding =
        add_finding(rule, "hunter22", "The token hunter22 is in the open.");
    struct ar_fact_decl *decl = declare("env.token", &ar_type_string);
    decl->sensitivity = AR_SENSITIVITY_SECRET;
    struct ar_evidence *fact =
        add_fact(finding, decl, ar_value_string(AR_STR("hunter22")));
    fact->origin.how = AR_STR("login --token hunter22");
    add_fact(finding, declare("env.copy", &ar_type_string),
             ar_value_string(AR_STR("x=hunter22")));
    struct ar_result_remedy *remedy = add_remedy(finding, "hunter22");
    remedy->verify = AR_STR("x == hunter22");
    add_step(remedy, "hunter22", "if hunter22");
    add_item(remedy, AR_STEP_RUN, "", "revoke hunter22", "");
    struct ar_rule *open =
        add_rule("b.c", AR_RULE_ERROR, AR_STATUS_UNDETERMINED);
    struct ar_cause cause =
        make_cause("env.pin", AR_REASON_bad_output, "swordfish");
    struct ar_fact_decl *pin = declare("env.pin", &ar_type_int);
    pin->sensitivity = AR_SENSITIVITY_SECRET;
    cause.decl = pin;
    add_cause(open, cause);

    for (size_t format = 0; format < AR_N_REPORT_FORMATS; format++) {
        for (size_t detail = 0; detail < 3; detail++) {
            sample.options.detail = (enum ar_report_detail)detail;
            ar_str text = render((enum ar_report_format)format);
            assert_lacks(text, "hunter22");
            assert_lacks(text, "swordfish");
        }
    }
    assert_has(human(), "env.token = <secret>\n        from login --token "
                        "<secret>\n");
    assert_has(human(), "revoke <secret>\n");
    assert_json_text(json(), "findings.0.facts.0.value", "<secret>");
    assert_json_text(json(), "findings.0.facts.0.text", "<secret>");
    assert_int_equal(json_at(json(), "undetermined.0.needs.0.detail")->kind,
                     AR_JSON_NULL);
}

static void hides_the_longer_secret_whole(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_finding *finding = add_finding(rule, NULL, "It is abcdefgh.");
    const struct ar_type *type = ar_type_list_of(ARENA, &ar_type_string);
    struct ar_fact_decl *decl = declare("env.all", type);
    decl->sensitivity = AR_SENSITIVITY_SECRET;
    static ar_value items[2];
    items[0] = ar_value_string(AR_STR("abcd"));
    items[1] = ar_value_string(AR_STR("abcdefgh"));
    add_fact(finding, decl, ar_value_list(type, items, 2));
    assert_has(human(), "\n  It is <secret>.\n");
}

static void cuts_long_values_between_characters(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_finding *finding = add_finding(rule, NULL, "x");
    struct ar_fact_decl *decl = declare("x.y", &ar_type_string);
    struct ar_buf text = AR_BUF(ARENA);
    ar_buf_put_repeated(&text, 'a', 511);
    ar_buf_put_c(&text, "\xc3\xa4");
    struct ar_evidence *fact =
        add_fact(finding, decl, ar_value_string(ar_buf_view(&text)));
    assert_has(human(), "aaa\xe2\x80\xa6 2 bytes more\n");
    assert_json_text(json(), "findings.0.facts.0.value",
                     ar_buf_view(&text).ptr);

    fact->value = ar_value_string(ar_str_slice(ar_buf_view(&text), 0, 511));
    assert_lacks(human(), "bytes more");
    struct ar_buf exact = AR_BUF(ARENA);
    ar_buf_put_repeated(&exact, 'b', 512);
    fact->value = ar_value_string(ar_buf_view(&exact));
    assert_lacks(human(), "bytes more");
    ar_buf_put_char(&exact, 'b');
    fact->value = ar_value_string(ar_buf_view(&exact));
    assert_has(human(), "b\xe2\x80\xa6 1 bytes more\n");
    /* Bytes that are no character at all. */
    struct ar_buf junk = AR_BUF(ARENA);
    ar_buf_put_repeated(&junk, '\x80', 600);
    fact->value = ar_value_string(ar_buf_view(&junk));
    assert_has(human(), "bytes more\n");
}

static void shows_states_and_odd_values(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    rule->confidence = AR_CONFIDENCE_LOW;
    struct ar_finding *finding = add_finding(rule, "", "x");
    add_fact(finding, declare("x.absent", &ar_type_int), ar_value_absent());
    add_fact(finding, declare("x.unknown", &ar_type_int),
             ar_value_unknown(AR_REASON_denied, AR_STR("why")));
    add_fact(finding, declare("x.empty", &ar_type_string),
             ar_value_string(AR_STR("")));
    struct ar_fact_decl *derived = declare("x.derived", &ar_type_bool);
    derived->is_derived = true;
    add_fact(finding, derived, ar_value_bool(false));
    ar_str text = human();
    assert_has(text, "\nERROR: a.b ()\n  a.b, rules/docker.rules:3, "
                     "confidence low\n");
    assert_has(text, "x.absent = <absent>\n    x.unknown = <unknown: denied>\n"
                     "    x.empty = \"\"\n    x.derived = false\n        "
                     "worked out from other facts\n");
    const struct ar_json *facts = json_at(json(), "findings.0.facts");
    assert_json_text(facts, "0.state", "absent");
    assert_int_equal(json_at(facts, "0.value")->kind, AR_JSON_NULL);
    assert_json_text(facts, "1.state", "unknown");
    assert_json_text(facts, "1.reason", "denied");
    assert_json_text(facts, "1.detail", "why");
    assert_json_text(facts, "2.value", "");
    assert_json_text(json(), "findings.0.key", "");
    assert_int_equal(json_at(facts, "3.origin.ms")->kind, AR_JSON_NULL);
}

static void filters_by_severity_but_keeps_causes(void **state)
{
    (void)state;
    struct ar_rule *cause =
        add_rule("a.cause", AR_RULE_INFO, AR_STATUS_MATCHED);
    struct ar_rule *minor =
        add_rule("b.minor", AR_RULE_WARNING, AR_STATUS_MATCHED);
    struct ar_rule *symptom =
        add_rule("c.symptom", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_finding *first = add_finding(cause, NULL, "The cause.");
    add_finding(minor, NULL, "Minor.");
    supersede(first, add_finding(symptom, NULL, "The symptom."));
    sample.options.min_severity = AR_RULE_ERROR;
    ar_str text = human();
    assert_begins(text, "Found: 1 warning and 1 info.\n");
    assert_has(text, "INFO: a.cause\n");
    assert_has(text, "- ERROR c.symptom: The symptom.");
    assert_lacks(text, "Minor.");
    assert_has(text, "\n1 finding below error not shown.\n");
    const struct ar_json *root = json();
    assert_int_equal(json_at(root, "findings")->count, 2);
    assert_json_int(root, "counts.not_shown", 1);
    assert_json_int(root, "counts.findings", 3);
}

static void folds_chains_under_the_root(void **state)
{
    (void)state;
    struct ar_rule *a = add_rule("a.a", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_rule *b = add_rule("b.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_rule *c = add_rule("c.c", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_finding *root = add_finding(a, NULL, "A.");
    struct ar_finding *middle = add_finding(b, NULL, "B.");
    struct ar_finding *leaf = add_finding(c, NULL, "C.");
    supersede(root, middle);
    supersede(middle, leaf);
    supersede(root, leaf);
    ar_str text = human();
    assert_begins(text, "Found: 1 error.\n");
    assert_has(text, "  Also explains:\n    - ERROR b.b: B.\n    - ERROR c.c: "
                     "C.\n\n");
    const struct ar_json *last = json_at(json(), "findings.2.superseded_by");
    assert_json_text(last, "0.rule", "b.b");
    assert_json_text(last, "1.rule", "a.a");
}

static void loses_no_finding_of_a_broken_result(void **state)
{
    (void)state;
    struct ar_rule *a = add_rule("a.a", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_finding *first = add_finding(a, "1", "First.");
    struct ar_finding *second = add_finding(a, "2", "Second.");
    supersede(first, second);
    supersede(second, first);
    assert_has(human(), "\n  First.\n");
    assert_has(human(), "\n  Second.\n");
}

static void knows_the_formats(void **state)
{
    (void)state;
    assert_int_equal(ar_report_format_find(AR_STR("human")),
                     AR_REPORT_FORMAT_HUMAN);
    assert_int_equal(ar_report_format_find(AR_STR("json")),
                     AR_REPORT_FORMAT_JSON);
    assert_int_equal(ar_report_format_find(AR_STR("JSON")),
                     AR_N_REPORT_FORMATS);
}

static void knows_formats_by_names_of_files(void **state)
{
    (void)state;
    const struct {
        const char *path;
        enum ar_report_format format;
    } cases[] = {
        {"report.html", AR_REPORT_FORMAT_HTML},
        {"a/b.HTM", AR_REPORT_FORMAT_HTML},
        {"x.json", AR_REPORT_FORMAT_JSON},
        {"x.sarif", AR_REPORT_FORMAT_SARIF},
        {"x.sarif.json", AR_REPORT_FORMAT_SARIF},
        {"x.json.sarif", AR_REPORT_FORMAT_SARIF},
        {"x.markdown", AR_REPORT_FORMAT_MARKDOWN},
        {"x.md", AR_REPORT_FORMAT_MARKDOWN},
        {"x.xml", AR_REPORT_FORMAT_JUNIT},
        {"x.tap", AR_REPORT_FORMAT_TAP},
        {"x.txt", AR_REPORT_FORMAT_HUMAN},
        {".html", AR_N_REPORT_FORMATS},
        {"html", AR_N_REPORT_FORMATS},
        {"x.htmlx", AR_N_REPORT_FORMATS},
        {"", AR_N_REPORT_FORMATS},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++)
        assert_int_equal(
            ar_report_format_of_file(ar_str_from_c(cases[ix].path)),
            cases[ix].format);
}

/* A log over the limit of the services is refused as a whole. */
static void keeps_the_severest_results_of_a_sarif_log(void **state)
{
    (void)state;
    struct ar_rule *worst =
        add_rule("a.worst", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_rule *mild = add_rule("b.mild", AR_RULE_INFO, AR_STATUS_MATCHED);
    for (size_t ix = 0; ix < AR_MAX_SARIF_RESULTS - 1; ix++)
        add_finding(worst, NULL, "x");
    add_finding(mild, NULL, "last");
    ar_str text = render(AR_REPORT_FORMAT_SARIF);
    assert_has(text, "\"resultsLeftOut\": 0");
    assert_has(text, "\"text\": \"last\"");

    ar_vector_push(ARENA, &sample.result.findings,
                   sample.result.findings.at[AR_MAX_SARIF_RESULTS - 1]);
    add_rule("c.open", AR_RULE_ERROR, AR_STATUS_UNDETERMINED);
    text = render(AR_REPORT_FORMAT_SARIF);
    assert_has(text, "\"resultsLeftOut\": 2");
    assert_has(text, "2 results are left out, the least severe ones: a log "
                     "holds 5000.");
    assert_lacks(text, "c.open\",\n          \"ruleIndex");
}

/* A text of a fact never becomes a link, not even one that looks like the
 * pack's. */
static void links_only_to_what_a_pack_says(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    static const struct ar_template_part constant = {
        .text = {"https://example.org/a", 21}};
    static const struct ar_template said = {.parts = &constant, .n_parts = 1};
    static const struct ar_template_part plain = {
        .text = {"http://example.org/a", 20}};
    static const struct ar_template insecure = {.parts = &plain, .n_parts = 1};
    ar_vector_push(ARENA, &rule->details->links, &said);
    ar_vector_push(ARENA, &rule->details->links, &insecure);
    struct ar_finding *finding = add_finding(rule, NULL, "x");
    ar_vector_push(ARENA, &finding->links, AR_STR("https://example.org/a"));
    ar_vector_push(ARENA, &finding->links, AR_STR("http://example.org/a"));
    ar_vector_push(ARENA, &finding->links, AR_STR("https://example.org/b"));
    ar_str html = render(AR_REPORT_FORMAT_HTML);
    assert_has(html, "href=\"https://example.org/a\"");
    assert_lacks(html, "href=\"http:");
    assert_lacks(html, "href=\"https://example.org/b");
    assert_has(html, "<code>https://example.org/b</code>");
    ar_str markdown = render(AR_REPORT_FORMAT_MARKDOWN);
    assert_has(markdown, "- <https://example.org/a>\n");
    assert_has(markdown, "- `https://example.org/b`\n");
}

static void cuts_long_texts_of_findings(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    char text[AR_MAX_FINDING_TEXT_BYTES + 2];
    memset(text, 'x', sizeof(text));
    text[AR_MAX_FINDING_TEXT_BYTES + 1] = '\0';
    struct ar_finding *finding = add_finding(rule, NULL, text);
    finding->diagnosis.len = AR_MAX_FINDING_TEXT_BYTES;
    assert_lacks(human(), "bytes more");
    finding->diagnosis.len++;
    static const enum ar_report_format formats[] = {
        AR_REPORT_FORMAT_HUMAN, AR_REPORT_FORMAT_MARKDOWN,
        AR_REPORT_FORMAT_HTML,  AR_REPORT_FORMAT_TAP,
        AR_REPORT_FORMAT_JUNIT, AR_REPORT_FORMAT_SARIF};
    for (size_t ix = 0; ix < AR_COUNT_OF(formats); ix++)
        assert_has(render(formats[ix]), "1 bytes more");
    assert_lacks(render(AR_REPORT_FORMAT_JSON), "bytes more");
}

static void ends_before_it_is_too_long(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    char text[AR_MAX_FINDING_TEXT_BYTES];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    size_t count = AR_MAX_REPORT_BYTES / sizeof(text) + 2;
    for (size_t ix = 0; ix < count; ix++)
        add_finding(rule, NULL, text);
    add_cause(add_rule("b.open", AR_RULE_ERROR, AR_STATUS_UNDETERMINED),
              make_cause("x.y", AR_REASON_timeout, ""));
    static const enum ar_report_format formats[] = {AR_REPORT_FORMAT_HUMAN,
                                                    AR_REPORT_FORMAT_MARKDOWN,
                                                    AR_REPORT_FORMAT_HTML};
    for (size_t ix = 0; ix < AR_COUNT_OF(formats); ix++) {
        ar_str report = render(formats[ix]);
        assert_has(report, " more not shown: a report for people has at most "
                           "10 MiB.");
        assert_has(report, "1 rule more not shown");
        assert_true(report.len < AR_MAX_REPORT_BYTES + 500000);
    }
    assert_lacks(render(AR_REPORT_FORMAT_JSON), "not shown");
}

/* What is not known to be sound has not passed. */
static void passes_nothing_that_is_not_clear(void **state)
{
    (void)state;
    fill_sample();
    add_rule("z.failed", AR_RULE_ERROR, AR_STATUS_ERROR);
    ar_str tap = render(AR_REPORT_FORMAT_TAP);
    assert_has(tap, "\nok 1 - docker.disk_full\n");
    assert_has(tap, "\nnot ok 2 - docker.proxy_timeout (Ubuntu)\n");
    assert_has(tap, "not ok 3 - docker.slow_disk # TODO waived: ");
    assert_has(tap, "not ok 4 - docker.wrong_build: Docker Desktop is");
    assert_has(tap, "not ok 5 - docker.wrong_image: could not be decided "
                    "# TODO needs your answer\n");
    assert_has(tap, "not ok 6 - wsl.old_kernel: could not be decided\n");
    assert_has(tap, "not ok 7 - z.failed: ");
    assert_has(tap, "\n1..7\n");
    assert_has(render(AR_REPORT_FORMAT_JUNIT),
               "<testsuites name=\"archrules\" tests=\"7\" failures=\"2\" "
               "errors=\"1\" skipped=\"3\" time=\"0\">");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(says_no_problem_only_if_all_is_decided),
        TEST(says_when_nothing_was_looked_at),
        TEST(says_in_the_first_line_what_went_wrong),
        TEST(says_in_the_first_line_what_went_wrong),
        TEST(asks_questions_without_raising_3),
        TEST(treats_no_cause_as_open),
        TEST(raises_1_for_what_is_not_waived),
        TEST(counts_findings_over_the_limit),
        TEST(takes_an_open_element_of_a_matched_rule_for_open),
        TEST(is_loud_about_what_did_not_run),
        TEST(does_not_hold_disabled_rules_against_anyone),
        TEST(puts_everything_in_its_place),
        TEST(lists_decided_rules_if_asked),
        TEST(has_a_short_form),
        TEST(colors_only_if_asked),
        TEST(wraps_prose_and_never_a_command),
        TEST(leaves_out_what_is_not_wanted),
        TEST(shows_commands_of_one_shell),
        TEST(says_what_to_fill_in),
        TEST(measures_wide_characters),
        TEST(makes_hostile_text_inert),
        TEST(never_prints_a_secret),
        TEST(hides_the_longer_secret_whole),
        TEST(cuts_long_values_between_characters),
        TEST(shows_states_and_odd_values),
        TEST(filters_by_severity_but_keeps_causes),
        TEST(folds_chains_under_the_root),
        TEST(loses_no_finding_of_a_broken_result),
        TEST(knows_the_formats),
        TEST(knows_formats_by_names_of_files),
        TEST(keeps_the_severest_results_of_a_sarif_log),
        TEST(links_only_to_what_a_pack_says),
        TEST(cuts_long_texts_of_findings),
        TEST(ends_before_it_is_too_long),
        TEST(passes_nothing_that_is_not_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
