/* SPDX-License-Identifier: Apache-2.0 */
/* Docker Desktop on machines that are tables, since none of them is here: its
 * facts by the standard library, and the case study decided by the header of
 * the installed program. Runs in the source folder. */

#include "base/file.h"
#include "code/code.h"
#include "probe/collect.h"
#include "run/vm.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "rules_fixture.h"

#define UNINSTALL                                                     \
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\" \
    "Docker Desktop\\"
#define OF_USER                                                       \
    "HKCU\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\" \
    "Docker Desktop\\"
#define FOLDER  "C:\\Program Files\\Docker\\Docker"
#define BACKEND "\\resources\\com.docker.backend.exe"
#define LOG     "C:\\u\\Local\\Docker\\log\\host\\com.docker.backend.exe.log"
#define MESSAGE                                                            \
    "[E] running proxy: docker-desktop-user-distro proxy has not started " \
    "after 4 minutes, killing it"

static struct fixture fixture;
static const struct ar_code *code;
static struct ar_fake_host fake;
static struct ar_factset set;

static void add_pack(const char *folder, ar_str module, bool is_trusted)
{
    ar_str_vector files = fixture_list(&fixture, folder);
    struct ar_unit *unit = fixture_unit(&fixture, module);
    unit->is_trusted = is_trusted;
    unit->path = ar_str_from_c(folder);
    for (size_t ix = 0; ix < files.count; ix++)
        fixture_add(&fixture, unit, files.at[ix],
                    fixture_read(&fixture, files.at[ix]));
}

static int start(void **state)
{
    (void)state;
    fixture_start(&fixture);
    fixture_add_stdlib(&fixture);
    for (size_t ix = 0; ix < fixture.n_units; ix++)
        fixture.units[ix]->is_trusted = true;
    add_pack("rules/docker_desktop", AR_STR(""), true);
    fixture.program = ar_check(&fixture.arena, &fixture.diags, fixture.units,
                               fixture.n_units, &fixture.options);
    assert_int_equal(fixture.diags.n_errors, 0);
    code = ar_code_generate(&fixture.arena, fixture.program);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fixture_end(&fixture);
    return 0;
}

static struct ar_fake_answer row(enum ar_fake_kind kind, const char *name,
                                 const char *content)
{
    return (struct ar_fake_answer){
        kind, name, {.status = AR_HOST_DONE, .out = ar_str_from_c(content)}};
}

/* A file that tests/binary/make.py has made, at a place of the machine. */
static struct ar_fake_answer program(const char *name, const char *made)
{
    struct ar_fake_answer answer = row(AR_FAKE_FILE, name, "");
    answer.output.out = fixture_read(&fixture, ar_str_from_c(made));
    return answer;
}

static void collect(const char *platform, const char *machine, bool is_elevated,
                    const struct ar_fake_answer *answers, size_t count)
{
    struct ar_collector collector = {
        .arena = &fixture.arena, .host = &fake.host, .code = code, .set = &set};
    ar_host_open_fake(&fake, answers, count);
    fake.host.platform = platform;
    fake.host.is_elevated = is_elevated;
    strcpy(fake.host.machine, machine);
    set = (struct ar_factset){.arena = &fixture.arena,
                              .schema = &fixture.program->schema,
                              .missing_reason = AR_REASON_not_in_snapshot};
    ar_collect_all(&collector, AR_STR("docker.desktop"));
    ar_collect_all(&collector, AR_STR("host.os"));
    ar_collect_all(&collector, AR_STR("host.arch"));
}

static void assert_fact(const char *name, const char *expected)
{
    const struct ar_fact_decl *decl =
        ar_schema_find(&fixture.program->schema, ar_str_from_c(name));
    assert_non_null(decl);
    ar_value value = ar_factset_get(&set, decl, decl->name);
    assert_string_equal(ar_value_text(&fixture.arena, value).ptr, expected);
}

static enum ar_status status_of(const char *name)
{
    const struct ar_result *result =
        ar_vm_evaluate(&fixture.arena, code, fixture.program, &set, NULL);
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        if (ar_str_equal_c(result->rules.at[ix].rule->name, name))
            return result->rules.at[ix].status;
    }
    fail_msg("no rule %s", name);
    return AR_STATUS_CLEAR;
}

/* ---- the case study ---- */

static void assert_case(const char *machine, const char *made,
                        const char *build, enum ar_status status)
{
    const struct ar_fake_answer answers[] = {
        row(AR_FAKE_REGISTRY, UNINSTALL "InstallLocation", FOLDER),
        row(AR_FAKE_REGISTRY, UNINSTALL "DisplayVersion", "4.38.0"),
        program(FOLDER BACKEND, made),
        row(AR_FAKE_VARIABLE, "LOCALAPPDATA", "C:\\u\\Local"),
        row(AR_FAKE_VARIABLE, "APPDATA", "C:\\u\\Roaming"),
        row(AR_FAKE_FILE, "C:\\u\\Roaming\\Docker\\settings-store.json",
            "{\"WslEngineEnabled\":true,\"IntegratedWslDistros\":[\"Ubuntu\"]"
            "}"),
        row(AR_FAKE_FILE, LOG, "[I] starting\r\n" MESSAGE "\r\n")};
    collect("windows", machine, false, answers, AR_COUNT_OF(answers));
    assert_fact("docker.desktop.arch", build);
    assert_fact("docker.desktop.version", "4.38.0");
    assert_fact("docker.desktop.path", FOLDER);
    assert_fact("docker.desktop.wsl_engine", "true");
    assert_fact("docker.desktop.rosetta", "<absent>");
    assert_fact("docker.desktop.integrated_distros", "[Ubuntu]");
    assert_fact("docker.desktop.log", "[[I] starting, " MESSAGE "]");
    assert_int_equal(status_of("wrong_build"), status);
    assert_int_equal(status_of("proxy_timeout"), AR_STATUS_MATCHED);
}

static void decides_the_case_by_the_header(void **state)
{
    (void)state;
    static const char arm64[] = "tests/fuzz/corpus/binary/pe_arm64";
    static const char amd64[] = "tests/fuzz/corpus/binary/pe_amd64";
    assert_case("AMD64", arm64, "arm64", AR_STATUS_MATCHED);
    assert_case("ARM64", amd64, "amd64", AR_STATUS_MATCHED);
    assert_case("AMD64", amd64, "amd64", AR_STATUS_CLEAR);
    assert_case("ARM64", arm64, "arm64", AR_STATUS_CLEAR);
}

/* ---- where it is ---- */

static void is_absent_if_it_is_not_installed(void **state)
{
    (void)state;
    static const char *const platforms[] = {"windows", "macos", "linux",
                                            "freebsd"};
    for (size_t ix = 0; ix < AR_COUNT_OF(platforms); ix++) {
        collect(platforms[ix], "x86_64", false, NULL, 0);
        assert_fact("docker.desktop.arch", "<absent>");
        assert_fact("docker.desktop.version", "<absent>");
        assert_fact("docker.desktop.log", "<absent>");
        assert_fact("docker.desktop.running", "<absent>");
        assert_int_equal(status_of("wrong_build"), AR_STATUS_NOT_APPLICABLE);
    }
}

/* What is installed for one user is not believed with more rights. */
static void looks_below_the_user(void **state)
{
    (void)state;
    const struct ar_fake_answer answers[] = {
        row(AR_FAKE_REGISTRY, OF_USER "InstallLocation", "C:\\u\\Docker"),
        row(AR_FAKE_REGISTRY, OF_USER "DisplayVersion", "4.50.0"),
        program("C:\\u\\Docker\\com.docker.backend.exe",
                "tests/fuzz/corpus/binary/pe_arm64")};
    collect("windows", "ARM64", false, answers, AR_COUNT_OF(answers));
    assert_fact("docker.desktop.path", "C:\\u\\Docker");
    assert_fact("docker.desktop.arch", "arm64");
    assert_fact("docker.desktop.version", "4.50.0");
    collect("windows", "ARM64", true, answers, AR_COUNT_OF(answers));
    assert_fact("docker.desktop.path", "<unknown: unsupported>");
    assert_fact("docker.desktop.arch", "<unknown: unsupported>");
}

static void passes_over_a_program_for_any_cpu(void **state)
{
    (void)state;
    const struct ar_fake_answer answers[] = {
        row(AR_FAKE_FILE, FOLDER, ""),
        program(FOLDER "\\com.docker.backend.exe",
                "tests/fuzz/corpus/binary/pe_net_any"),
        program(FOLDER "\\Docker Desktop.exe",
                "tests/fuzz/corpus/binary/pe_amd64")};
    collect("windows", "ARM64", false, answers, AR_COUNT_OF(answers));
    assert_fact("docker.desktop.path", FOLDER);
    assert_fact("docker.desktop.arch", "amd64");
    collect("windows", "ARM64", false, answers, 2);
    assert_fact("docker.desktop.arch", "<unknown: unsupported>");
    assert_int_equal(status_of("wrong_build"), AR_STATUS_UNDETERMINED);
}

static void says_what_could_not_be_read(void **state)
{
    (void)state;
    struct ar_fake_answer answers[] = {
        row(AR_FAKE_REGISTRY, UNINSTALL "InstallLocation", FOLDER),
        row(AR_FAKE_FILE, FOLDER BACKEND, ""),
        row(AR_FAKE_VARIABLE, "LOCALAPPDATA", "C:\\u\\Local"),
        row(AR_FAKE_FILE, LOG,
            "good\nb\xFF"
            "d\n")};
    answers[1].output.status = AR_HOST_DENIED;
    collect("windows", "ARM64", false, answers, AR_COUNT_OF(answers));
    assert_fact("docker.desktop.arch", "<unknown: denied>");
    assert_fact("docker.desktop.log", "[good, <unknown: bad_output>]");
    answers[0].output.status = AR_HOST_DENIED;
    collect("windows", "ARM64", false, answers, AR_COUNT_OF(answers));
    assert_fact("docker.desktop.path", "<unknown: denied>");
    assert_fact("docker.desktop.arch", "<unknown: denied>");
}

static void reads_the_bundle_of_a_mac(void **state)
{
    (void)state;
    const struct ar_fake_answer answers[] = {
        row(AR_FAKE_FILE, "/Applications/Docker.app", ""),
        program("/Applications/Docker.app/Contents/MacOS/com.docker.backend",
                "tests/fuzz/corpus/binary/macho_amd64"),
        row(AR_FAKE_FILE, "/Applications/Docker.app/Contents/Info.plist",
            "<plist><dict>\n\t<key>CFBundleShortVersionString</key>\n"
            "\t<string>4.41.2</string>\n</dict></plist>\n"),
        row(AR_FAKE_VARIABLE, "HOME", "/h"),
        row(AR_FAKE_FILE,
            "/h/Library/Group Containers/group.com.docker/"
            "settings.json",
            "{\"useVirtualizationFrameworkRosetta\": true}")};
    collect("macos", "arm64", false, answers, AR_COUNT_OF(answers));
    assert_fact("docker.desktop.arch", "amd64");
    assert_fact("docker.desktop.version", "4.41.2");
    assert_fact("docker.desktop.rosetta", "true");
    assert_fact("docker.desktop.log", "<absent>");
}

/* ---- its log ---- */

static void reads_the_end_of_a_long_log(void **state)
{
    (void)state;
    enum { LINES = 40000 };
    struct ar_buf text = AR_BUF(&fixture.arena);
    for (unsigned ix = 0; ix < LINES; ix++)
        ar_buf_printf(&text, "line %05u\n", ix);
    struct ar_fake_answer answers[] = {
        row(AR_FAKE_REGISTRY, UNINSTALL "InstallLocation", FOLDER),
        row(AR_FAKE_VARIABLE, "LOCALAPPDATA", "C:\\u\\Local"),
        row(AR_FAKE_FILE, LOG, "")};
    answers[2].output.out = ar_buf_view(&text);
    collect("windows", "ARM64", false, answers, AR_COUNT_OF(answers));
    const struct ar_fact_decl *decl =
        ar_schema_find(&fixture.program->schema, AR_STR("docker.desktop.log"));
    ar_value log = ar_factset_get(&set, decl, decl->name);
    assert_int_equal(log.state, AR_STATE_VALUE);
    ar_str shown = ar_value_text(&fixture.arena, log);
    assert_true(ar_str_starts_with(shown, AR_STR("[line 39500, ")));
    assert_true(ar_str_ends_with(shown, AR_STR("line 39999]")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides_the_case_by_the_header),
        cmocka_unit_test(is_absent_if_it_is_not_installed),
        cmocka_unit_test(looks_below_the_user),
        cmocka_unit_test(passes_over_a_program_for_any_cpu),
        cmocka_unit_test(says_what_could_not_be_read),
        cmocka_unit_test(reads_the_bundle_of_a_mac),
        cmocka_unit_test(reads_the_end_of_a_long_log),
    };
    return cmocka_run_group_tests(tests, start, end);
}
