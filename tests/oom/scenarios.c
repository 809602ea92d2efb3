/* SPDX-License-Identifier: Apache-2.0 */
/* What is run without memory. The files are small: every allocation of a run
 * is another run. Paths are seen from the root of the checkout; the standard
 * library and the shipped packs are those of tests/oom/share. */

#include "base/base.h"
#include "oom.h"

#define HERE    "tests/oom/"
#define SHOP    HERE "share/rules/shop"
#define MACHINE HERE "machine.json"

#define UNTIDY                                                  \
    "rule  a when host.arch==arm64\n then diagnose \"b\" # c\n" \
    "table t (a : int) -> b : int\n  1 -> 2\n 100 -> 3\n\n\n# end\n"
#define TIDY  "rule a\n  when host.arch == arm64\n  then diagnose \"b\"\n"
#define WRONG "rule a when host.arch == then diagnose \"b\"\n"

const struct oom_scenario oom_pack = {
    "pack", NULL, {"pack", "build", SHOP, "-o", OOM_PACK}};

const struct oom_scenario oom_scenarios[] = {
    /* ---- check ---- */
    {"check", NULL, {"check"}},
    {"check_json", NULL, {"check", "--format", "json", "-o", OOM_OUT, SHOP}},
    {"check_site", NULL, {"check", SHOP, HERE "site"}},
    {"check_errors", NULL, {"check", "--color", "always", HERE "wrong"}},
    {"check_errors_json", NULL, {"check", "--format", "json", HERE "wrong"}},
    {"check_warning", NULL, {"check", HERE "explained.rules"}},
    {"check_no_file", NULL, {"check", HERE "explaned.rules"}},
    {"check_rule", NULL, {"check", "-e", "when host.arch == arm46 then"}},
    /* ---- eval ---- */
    {"eval", NULL, {"eval", "--all", "--verbose", "-f", MACHINE}},
    {"eval_output", NULL, {"eval", "-o", OOM_OUT, "-p", SHOP, "-f", MACHINE}},
    {"eval_json",
     NULL,
     {"eval", "--format", "json", SHOP, HERE "site", "-f", MACHINE}},
    {"eval_json_output",
     NULL,
     {"eval", "--format", "json", "-o", OOM_OUT, SHOP, "-f", MACHINE}},
    {"eval_input",
     MACHINE,
     {"eval", "-f", "-", "--skip", "shop.settings", "--input",
      "container.image=alpine", "--color", "always"}},
    {"eval_set",
     NULL,
     {"eval", "--no-probe", "--only", "wrong_build", "--set", "host.arch=arm64",
      "--set", "docker.arch=unknown(denied)", "--format", "json"}},
    {"eval_rule",
     NULL,
     {"eval", "--no-probe", "-e",
      "when host.arch == arm64 then diagnose \"It is ARM.\"", "-e",
      "when host.memory < 4GiB then diagnose \"{host.memory}\"", "--set",
      "host.arch=arm64", "--set", "host.memory=1GiB"}},
    {"eval_rule_snapshot",
     NULL,
     {"eval", "-e",
      "when docker.log matches /token is (?<t>\\w+)/ then diagnose \"{t}\"",
      "-f", MACHINE, "--format", "json"}},
    {"eval_odd", NULL, {"eval", "-f", HERE "odd.json"}},
    {"eval_odd_json",
     NULL,
     {"eval", "--format", "json", "-f", HERE "odd.json"}},
    {"eval_broken", NULL, {"eval", "-f", HERE "broken.json"}},
    {"eval_no_snapshot", NULL, {"eval", "-f", HERE "machin.json"}},
    {"eval_wrong_set",
     NULL,
     {"eval", "--no-probe", "--set", "host.arch=arm46", "--set",
      "host.aarch=arm64"}},
    {"eval_wrong_rules", NULL, {"eval", HERE "wrong", "-f", MACHINE}},
    {"eval_half_wrong", NULL, {"eval", SHOP, HERE "wrong", "-f", MACHINE}},
    {"eval_wrong_only", NULL, {"eval", "--no-probe", "--only", "wrong_biuld"}},
    /* ---- test ---- */
    {"test", NULL, {"test", "--verbose"}},
    {"test_output", NULL, {"test", "-o", OOM_OUT, SHOP, HERE "site"}},
    {"test_failing", NULL, {"test", HERE "failing.rules"}},
    {"test_failing_json",
     NULL,
     {"test", "--format", "json", HERE "failing.rules"}},
    {"test_coverage", NULL, {"test", "--annotate", "--min-coverage", "99"}},
    {"test_coverage_json",
     NULL,
     {"test", "--coverage", "--format", "json", HERE "failing.rules"}},
    {"test_pack", NULL, {"test", OOM_PACK}},
    {"test_wrong", NULL, {"test", HERE "wrong"}},
    {"test_only", NULL, {"test", "--only", "nobody knows"}},
    {"test_wrong_only", NULL, {"test", "--only", "nobody"}},
    /* ---- doc ---- */
    {"doc", NULL, {"doc"}},
    {"doc_json_output",
     NULL,
     {"doc", "--format", "json", "-o", OOM_OUT, SHOP, HERE "site"}},
    {"doc_some", NULL, {"doc", SHOP, "--skip", "shop.settings"}},
    {"doc_wrong", NULL, {"doc", SHOP, HERE "wrong", "-o", OOM_OUT}},
    {"doc_nothing", NULL, {"doc", "--skip", "shop"}},
    /* ---- fmt ---- */
    {"fmt", NULL, {"fmt", OOM_FILE(UNTIDY)}},
    {"fmt_tidy", NULL, {"fmt", OOM_FILE(TIDY)}},
    {"fmt_wrong", NULL, {"fmt", OOM_FILE(WRONG), HERE "none.rules"}},
    {"fmt_check", NULL, {"fmt", "--check", SHOP, OOM_FILE(UNTIDY)}},
    {"fmt_diff",
     NULL,
     {"fmt", "--diff", HERE "explained.rules", OOM_FILE(UNTIDY)}},
    {"fmt_input", HERE "explained.rules", {"fmt", "-"}},
    {"fmt_no_file", NULL, {"fmt", HERE "explaned.rules"}},
    /* ---- compiled packs ---- */
    {"pack_build", NULL, {"pack", "build", SHOP, "-o", OOM_OUT}},
    {"pack_build_wrong", NULL, {"pack", "build", HERE "wrong", "-o", OOM_OUT}},
    {"eval_pack", NULL, {"eval", OOM_PACK, "-f", MACHINE}},
    {"eval_pack_json",
     NULL,
     {"eval", "--format", "json", "-o", OOM_OUT, OOM_PACK, "-f", MACHINE}},
    {"eval_pack_wrong", NULL, {"eval", OOM_PACK, HERE "wrong", "-f", MACHINE}},
    {"eval_pack_none", NULL, {"eval", "--no-probe", HERE "none.arp"}},
    {"check_pack", NULL, {"check", OOM_PACK}},
    {"dump", NULL, {"dump", SHOP}},
    {"dump_rule",
     NULL,
     {"dump", "--only", "shop.wrong_build", SHOP, "-o", OOM_OUT}},
    {"dump_pack", NULL, {"dump", OOM_PACK, "--format", "json"}},
    {"dump_opcodes", NULL, {"dump", "--opcodes"}},
    /* ---- explain, capabilities and the rest ---- */
    {"explain_code", NULL, {"explain", "E0103"}},
    {"explain_rule",
     NULL,
     {"explain", "little", "-p", HERE "explained.rules", "--format", "json"}},
    {"explain_fact", NULL, {"explain", "docker.emulated", "-o", OOM_OUT}},
    {"explain_group", NULL, {"explain", "docker"}},
    {"explain_unknown", NULL, {"explain", "docker.verison"}},
    {"explain_all", NULL, {"explain", "--all", "--format", "markdown"}},
    {"capabilities", NULL, {"capabilities"}},
    {"capabilities_json", NULL, {"capabilities", "--json", "-o", OOM_OUT}},
    {"version", NULL, {"version"}},
    {"help", NULL, {"help", "eval"}},
    {"completion", NULL, {"completion", "bash"}},
    {"man", NULL, {"completion", "man", "eval"}},
    {"wrong_command", NULL, {"evall"}},
    {"wrong_option", NULL, {"eval", "--no-probe", "--fromat", "json"}},
    {"wrong_word", NULL, {"eval", "--no-probe", "--format", "jsno"}},
    /* ---- what is shipped ---- */
    {"shipped_check",
     NULL,
     {"check", "--stdlib", "stdlib", "rules/docker_desktop"}},
    {"shipped_eval",
     NULL,
     {"eval", "--stdlib", "stdlib", "rules/docker_desktop", "-f",
      "examples/docker_desktop/asus-vivobook-snapdragon.json"}},
    {"shipped_test",
     NULL,
     {"test", "--stdlib", "stdlib", "rules/docker_desktop"}},
};
const size_t oom_n_scenarios = AR_COUNT_OF(oom_scenarios);
