/* SPDX-License-Identifier: Apache-2.0 */
/* The headers of programs: the files that tests/binary/make.py makes, each of
 * them whole, cut off everywhere and with every bit turned over. Runs in the
 * source folder. */

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
/* clang-format on */

#include "../fuzz/binary_law.h"
#include "base/file.h"

#define FOLDER "tests/fuzz/corpus/binary/"

#define BAD    "<unknown: bad_output>"
#define NO     "<absent>"
#define OTHER  "<unknown: unsupported>"
#define BOTH   "[libm.so.6, libc.so.6]"
#define SYSTEM "[/usr/lib/libSystem.B.dylib]"
#define TWO    "[KERNEL32.dll, USER32.dll]"

/* clang-format off */
static const struct {
    const char *name;
    const char *format, *arch, *archs, *bits, *interpreter, *needed, *glibc;
} files[] = {
    {"elf_amd64", "elf", "amd64", "[amd64]", "64", "/lib64/ld-linux-x86-64.so.2", BOTH, "2.34"},
    {"elf_s390x", "elf", "s390x", "[s390x]", "64", "/lib/ld64.so.1", BOTH, "2.34"},
    {"elf_i386", "elf", "i386", "[i386]", "32", "/lib/ld-linux.so.2", BOTH, "2.34"},
    {"elf_mips", "elf", OTHER, "[" OTHER "]", "32", "/lib/ld.so.1", BOTH, "2.34"},
    {"elf_x32", "elf", "amd64", "[amd64]", "32", "/libx32/ld-linux-x32.so.2", BOTH, "2.34"},
    {"elf_many_segments", "elf", "loong64", "[loong64]", "64", "/lib/ld.so.1", BOTH, "2.34"},
    {"elf_arm64_static", "elf", "arm64", "[arm64]", "64", NO, "[]", NO},
    {"elf_ppc64_static", "elf", "ppc64", "[ppc64]", "64", NO, "[]", NO},
    {"elf_ppc64le_static", "elf", "ppc64le", "[ppc64le]", "64", NO, "[]", NO},
    {"elf_arm64_big_endian", "elf", OTHER, "[" OTHER "]", "64", NO, "[]", NO},
    {"elf_riscv64_object", "elf", "riscv64", "[riscv64]", "64", NO, "[]", NO},
    {"elf_musl_library", "elf", "amd64", "[amd64]", "64", NO, "[libc.musl-x86_64.so.1]", NO},
    {"elf_name_not_utf8", "elf", "amd64", "[amd64]", "64", NO, "[libc.so.6, " BAD "]", NO},
    {"elf_dynamic_without_end", "elf", "amd64", "[amd64]", "64", NO, BAD, BAD},
    {"elf_segments_overlap", "elf", "amd64", "[amd64]", "64", "/lib64/ld-linux-x86-64.so.2", "[" BAD ", " BAD "]", BAD},
    {"elf_nothing_loaded", "elf", "amd64", "[amd64]", "64", NO, "[" BAD "]", NO},
    {"elf_class_3", BAD, BAD, BAD, BAD, BAD, BAD, BAD},
    {"elf_segments_far", "elf", "amd64", "[amd64]", "64", BAD, BAD, BAD},
    {"elf_entries_small", "elf", "amd64", "[amd64]", "64", BAD, BAD, BAD},
    {"pe_amd64", "pe", "amd64", "[amd64]", "64", NO, TWO, NO},
    {"pe_i386", "pe", "i386", "[i386]", "32", NO, TWO, NO},
    {"pe_arm64", "pe", "arm64", "[arm64]", "64", NO, TWO, NO},
    {"pe_arm", "pe", "arm", "[arm]", "32", NO, TWO, NO},
    {"pe_unknown", "pe", OTHER, "[" OTHER "]", "64", NO, TWO, NO},
    {"pe_contradicts_itself", "pe", BAD, "[" BAD "]", BAD, NO, TWO, NO},
    {"pe_arm64ec", "pe", "arm64", "[arm64]", "64", NO, "[]", NO},
    {"pe_load_config", "pe", "amd64", "[amd64]", "64", NO, "[]", NO},
    {"pe_load_config_far", "pe", BAD, BAD, BAD, NO, "[]", NO},
    {"pe_net_any", "pe", NO, "[]", NO, NO, "[mscoree.dll]", NO},
    {"pe_net_any_prefers_32", "pe", NO, "[]", "32", NO, "[mscoree.dll]", NO},
    {"pe_net_i386", "pe", "i386", "[i386]", "32", NO, "[mscoree.dll]", NO},
    {"pe_net_mixed", "pe", "i386", "[i386]", "32", NO, "[mscoree.dll]", NO},
    {"pe_name_not_utf8", "pe", "amd64", "[amd64]", "64", NO, "[KERNEL32.dll, " BAD "]", NO},
    {"pe_imports_nowhere", "pe", "amd64", "[amd64]", "64", NO, BAD, NO},
    {"pe_dos", OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER},
    {"pe_dos_short", BAD, BAD, BAD, BAD, BAD, BAD, BAD},
    {"macho_arm64", "macho", "arm64", "[arm64]", "64", "/usr/lib/dyld", SYSTEM, NO},
    {"macho_amd64", "macho", "amd64", "[amd64]", "64", "/usr/lib/dyld", "[/usr/lib/libSystem.B.dylib, @rpath/libx.dylib]", NO},
    {"macho_ppc", "macho", OTHER, "[" OTHER "]", "32", "/usr/lib/dyld", SYSTEM, NO},
    {"macho_i386", "macho", "i386", "[i386]", "32", "/usr/lib/dyld", SYSTEM, NO},
    {"macho_contradicts_itself", "macho", BAD, "[" BAD "]", BAD, NO, SYSTEM, NO},
    {"macho_command_empty", "macho", "arm64", "[arm64]", "64", BAD, BAD, NO},
    {"macho_command_long", "macho", "arm64", "[arm64]", "64", BAD, BAD, NO},
    {"macho_commands_many", "macho", "arm64", "[arm64]", "64", BAD, BAD, NO},
    {"macho_universal", "macho", "arm64", "[amd64, arm64]", "64", "/usr/lib/dyld", SYSTEM, NO},
    {"macho_universal_64", "macho", "arm64", "[amd64, arm64]", "64", "/usr/lib/dyld", SYSTEM, NO},
    {"macho_universal_arm64e", "macho", "arm64", "[arm64, amd64]", "64", "/usr/lib/dyld", SYSTEM, NO},
    {"macho_universal_lies", "macho", BAD, "[" BAD ", " BAD "]", BAD, BAD, BAD, NO},
    {"macho_universal_foreign", "macho", OTHER, "[" OTHER ", i386]", "32", "/usr/lib/dyld", SYSTEM, NO},
    {"macho_universal_empty", BAD, BAD, BAD, BAD, BAD, BAD, BAD},
    {"java_class", NO, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER},
    {"script", "script", NO, "[]", NO, "/bin/sh", "[]", NO},
    {"script_arguments", "script", NO, "[]", NO, "/usr/bin/env", "[]", NO},
    {"script_windows", "script", NO, "[]", NO, "/bin/sh\r", "[]", NO},
    {"script_without_line_end", "script", NO, "[]", NO, "/bin/sh", "[]", NO},
    {"script_long", "script", NO, "[]", NO, BAD, "[]", NO},
    {"script_names_nothing", "script", NO, "[]", NO, BAD, "[]", NO},
    {"script_not_utf8", "script", NO, "[]", NO, BAD, "[]", NO},
    {"text", NO, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER},
    {"text_mark_first", NO, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER},
    {"empty", NO, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER},
};
/* clang-format on */

static struct ar_arena arena;

static int reset(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return 0;
}

static ar_str read_bytes(const char *name)
{
    ar_str path = ar_str_printf(&arena, FOLDER "%s", name);
    ar_str bytes;
    if (ar_file_read(&arena, path, 65536, &bytes) != AR_FILE_OK)
        fail_msg("cannot read %s", path.ptr);
    return bytes;
}

static void compare(const char *name, const char *what, ar_value value,
                    const char *expected)
{
    ar_str text = ar_value_text(&arena, value);
    if (!ar_str_equal_c(text, expected))
        fail_msg("%s: %s is %s, not %s", name, what, text.ptr, expected);
}

static void test_each(void **state)
{
    (void)state;
    for (size_t ix = 0; ix < AR_COUNT_OF(files); ix++) {
        const char *name = files[ix].name;
        struct ar_binary binary;
        inspect_bytes(&arena, read_bytes(name), &binary);
        compare(name, "format", binary.format, files[ix].format);
        compare(name, "arch", binary.arch, files[ix].arch);
        compare(name, "archs", binary.archs, files[ix].archs);
        compare(name, "bits", binary.bits, files[ix].bits);
        compare(name, "interpreter", binary.interpreter, files[ix].interpreter);
        compare(name, "needed", binary.needed, files[ix].needed);
        compare(name, "glibc", binary.glibc, files[ix].glibc);
    }
}

/* A new file in the folder has its line here. */
static void test_all_are_listed(void **state)
{
    ar_str_vector names = {0};
    (void)state;
    assert_int_equal(ar_file_names(&arena, AR_STR(FOLDER), 1000, &names),
                     AR_FILE_OK);
    assert_int_equal(names.count, AR_COUNT_OF(files));
}

static void test_cut_off(void **state)
{
    struct ar_arena scratch = {0};
    (void)state;
    for (size_t ix = 0; ix < AR_COUNT_OF(files); ix++) {
        ar_str bytes = read_bytes(files[ix].name);
        struct ar_binary whole;
        inspect_bytes(&arena, bytes, &whole);
        for (size_t len = 0; len < bytes.len; len++) {
            struct ar_binary part;
            /* A copy, so that a sanitizer sees a byte read behind it. */
            ar_str cut = ar_str_copy(&scratch, ar_str_slice(bytes, 0, len));
            inspect_bytes(&scratch, cut, &part);
            if (!is_consistent(&part, &whole))
                fail_msg("%s: its first %zu bytes say something else",
                         files[ix].name, len);
            ar_arena_reset(&scratch);
        }
    }
    ar_arena_free(&scratch);
}

/* Any answer will do that is one. */
static void test_bits_turned(void **state)
{
    struct ar_arena scratch = {0};
    (void)state;
    for (size_t ix = 0; ix < AR_COUNT_OF(files); ix++) {
        ar_str bytes = read_bytes(files[ix].name);
        for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
            struct ar_binary binary;
            char *turned = ar_arena_alloc(&scratch, bytes.len);
            memcpy(turned, bytes.ptr, bytes.len);
            turned[bit / 8] = (char)(turned[bit / 8] ^ 1 << bit % 8);
            inspect_bytes(&scratch, (ar_str){turned, bytes.len}, &binary);
            assert_true(binary.format.state != AR_STATE_UNKNOWN ||
                        binary.format.detail.len > 0);
            ar_arena_reset(&scratch);
        }
    }
    ar_arena_free(&scratch);
}

/* ---- what is no file, or changes ---- */

static ar_value format_of(const struct ar_host_output *output)
{
    const struct ar_fake_answer answers[] = {{AR_FAKE_FILE, "/x", *output}};
    struct ar_fake_host fake;
    struct ar_binary binary;
    ar_host_open_fake(&fake, answers, 1);
    ar_binary_inspect(&arena, &fake.host, AR_STR("/x"), ar_value_absent(),
                      &binary);
    assert_true(ar_value_same(binary.format, binary.needed));
    return binary.format;
}

static void test_no_file(void **state)
{
    (void)state;
    compare("x", "not found",
            format_of(&(struct ar_host_output){.status = AR_HOST_NOT_FOUND}),
            NO);
    compare("x", "denied",
            format_of(&(struct ar_host_output){.status = AR_HOST_DENIED}),
            "<unknown: denied>");
    compare("x", "failed",
            format_of(&(struct ar_host_output){.status = AR_HOST_FAILED}),
            "<unknown: probe_failed>");
}

/* A host that gives another file from its third read on. */
static ar_str first_bytes;
static ar_str other_bytes;
static size_t n_reads;

static void read_changing(struct ar_host *host, struct ar_arena *out_arena,
                          ar_str path, uint64_t offset, size_t size,
                          struct ar_host_output *out)
{
    (void)host;
    (void)out_arena;
    (void)path;
    ar_str bytes = ++n_reads < 3 ? first_bytes : other_bytes;
    *out = (struct ar_host_output){
        .out = ar_str_slice(bytes, (size_t)offset, (size_t)offset + size)};
}

static void test_changes(void **state)
{
    static const struct ar_host_functions functions = {.read_part =
                                                           read_changing};
    struct ar_host host = {.functions = &functions, .platform = "linux"};
    struct ar_binary binary;
    ar_str amd64 = read_bytes("elf_amd64");
    char *far = ar_arena_alloc(&arena, 40000);
    (void)state;
    /* Its segments are listed in another window. */
    memcpy(far, amd64.ptr, amd64.len);
    memcpy(far + 33000, amd64.ptr + 64, 56 * 3);
    memcpy(far + 32, "\xE8\x80\0\0\0\0\0\0", 8);
    first_bytes = (ar_str){far, 40000};
    other_bytes = first_bytes;
    ar_binary_inspect(&arena, &host, AR_STR("/x"), ar_value_absent(), &binary);
    compare("far", "needed", binary.needed, BOTH);
    assert_int_equal(n_reads, 3);
    n_reads = 0;
    other_bytes = read_bytes("elf_s390x");
    ar_binary_inspect(&arena, &host, AR_STR("/x"), ar_value_absent(), &binary);
    compare("changes", "arch", binary.arch, "<unknown: probe_failed>");
    compare("changes", "needed", binary.needed, "<unknown: probe_failed>");
}

/* Only parts of a universal file depend on the machine. */
static void test_machine_not_known(void **state)
{
    const struct ar_fake_answer answers[] = {
        {AR_FAKE_FILE, "/x", {.out = read_bytes("macho_universal")}}};
    struct ar_fake_host fake;
    struct ar_binary binary;
    (void)state;
    ar_host_open_fake(&fake, answers, 1);
    ar_binary_inspect(&arena, &fake.host, AR_STR("/x"),
                      ar_value_unknown(AR_REASON_denied, AR_STR("no")),
                      &binary);
    compare("universal", "archs", binary.archs, "[amd64, arm64]");
    compare("universal", "arch", binary.arch, "<unknown: denied>");
    compare("universal", "needed", binary.needed, "<unknown: denied>");
    ar_binary_inspect(&arena, &fake.host, AR_STR("/x"), ar_binary_arch("s390x"),
                      &binary);
    compare("universal", "arch", binary.arch, "amd64");
}

/* A Mac of ARM runs what is built for amd64. */
static void test_translated(void **state)
{
    static struct ar_fake_answer answers[] = {{AR_FAKE_FILE, "/x", {0}}};
    struct ar_fake_host fake;
    struct ar_binary binary;
    (void)state;
    /* Its first part is for another processor. */
    ar_str bytes = read_bytes("macho_universal");
    char *copy = ar_arena_alloc(&arena, bytes.len);
    memcpy(copy, bytes.ptr, bytes.len);
    uint32_t second = (uint32_t)(unsigned char)copy[8 + 20 + 10] << 8 |
                      (unsigned char)copy[8 + 20 + 11];
    memcpy(copy + 8 + 20, "\1\0\0\x12", 4);
    memcpy(copy + second + 4, "\x12\0\0\1", 4);
    answers[0].output.out = (ar_str){copy, bytes.len};
    ar_host_open_fake(&fake, answers, 1);
    fake.host.platform = "macos";
    ar_binary_inspect(&arena, &fake.host, AR_STR("/x"), ar_binary_arch("arm64"),
                      &binary);
    compare("universal", "archs", binary.archs, "[amd64, ppc64]");
    compare("universal", "arch", binary.arch, "amd64");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_each, reset),
        cmocka_unit_test_teardown(test_all_are_listed, reset),
        cmocka_unit_test_teardown(test_cut_off, reset),
        cmocka_unit_test_teardown(test_bits_turned, reset),
        cmocka_unit_test_teardown(test_no_file, reset),
        cmocka_unit_test_teardown(test_changes, reset),
        cmocka_unit_test_teardown(test_machine_not_known, reset),
        cmocka_unit_test_teardown(test_translated, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
