/* SPDX-License-Identifier: Apache-2.0 */
/* What the CPU is and can do. x86 tells it this program, of all others the
 * system does. Names of flags are those of /proc/cpuinfo. */

#include "probe/signs.h"

#include <string.h>

/* ---- flags of x86 ---- */

/* What a bit of a register means. The registers that AVX and AVX-512 need must
 * be kept by the system, too. */
enum { EAX, EBX, ECX, EDX, N_REGISTERS };
enum { KEEPS_AVX = 0x06, KEEPS_AVX512 = 0xE6 };
struct flag {
    const char *name;
    unsigned which;
    unsigned bit;
    unsigned kept; /* bits of XCR0 */
};

static const struct flag basic_flags[] = {
    {"cx8", EDX, 8, 0},           {"cmov", EDX, 15, 0},
    {"mmx", EDX, 23, 0},          {"fxsr", EDX, 24, 0},
    {"sse", EDX, 25, 0},          {"sse2", EDX, 26, 0},
    {"pni", ECX, 0, 0},           {"pclmulqdq", ECX, 1, 0},
    {"vmx", ECX, 5, 0},           {"ssse3", ECX, 9, 0},
    {"fma", ECX, 12, KEEPS_AVX},  {"cx16", ECX, 13, 0},
    {"sse4_1", ECX, 19, 0},       {"sse4_2", ECX, 20, 0},
    {"movbe", ECX, 22, 0},        {"popcnt", ECX, 23, 0},
    {"aes", ECX, 25, 0},          {"avx", ECX, 28, KEEPS_AVX},
    {"f16c", ECX, 29, KEEPS_AVX}, {"rdrand", ECX, 30, 0},
    {"hypervisor", ECX, 31, 0},
};
static const struct flag more_flags[] = {
    {"bmi1", EBX, 3, 0},
    {"avx2", EBX, 5, KEEPS_AVX},
    {"bmi2", EBX, 8, 0},
    {"avx512f", EBX, 16, KEEPS_AVX512},
    {"avx512dq", EBX, 17, KEEPS_AVX512},
    {"rdseed", EBX, 18, 0},
    {"adx", EBX, 19, 0},
    {"avx512cd", EBX, 28, KEEPS_AVX512},
    {"sha_ni", EBX, 29, 0},
    {"avx512bw", EBX, 30, KEEPS_AVX512},
    {"avx512vl", EBX, 31, KEEPS_AVX512},
};
static const struct flag extended_flags[] = {
    {"lahf_lm", ECX, 0, 0}, {"svm", ECX, 2, 0}, {"abm", ECX, 5, 0},
    {"nx", EDX, 20, 0},     {"lm", EDX, 29, 0},
};
static const struct {
    uint32_t leaf;
    const struct flag *flags;
    size_t count;
} leaves[] = {
    {1, basic_flags, AR_COUNT_OF(basic_flags)},
    {7, more_flags, AR_COUNT_OF(more_flags)},
    {0x80000001, extended_flags, AR_COUNT_OF(extended_flags)},
};

typedef AR_VECTOR(ar_value) name_vector;

static bool ask_cpu(struct ar_question *question, uint32_t leaf,
                    uint32_t registers[N_REGISTERS])
{
    return question->host->functions->cpuid(question->host, leaf, registers);
}

static void add_flags(struct ar_question *question, size_t ix, unsigned kept,
                      name_vector *names)
{
    uint32_t registers[N_REGISTERS];
    if (!ask_cpu(question, leaves[ix].leaf, registers))
        return;
    for (size_t i = 0; i < leaves[ix].count; i++) {
        const struct flag *flag = &leaves[ix].flags[i];
        if ((registers[flag->which] >> flag->bit & 1) &&
            (kept & flag->kept) == flag->kept)
            ar_vector_push(question->arena, names,
                           ar_value_string(ar_str_from_c(flag->name)));
    }
}

static ar_value list_x86_flags(struct ar_question *question)
{
    uint32_t registers[N_REGISTERS];
    name_vector names = {0};
    unsigned kept =
        ask_cpu(question, AR_HOST_CPUID_XCR0, registers) ? registers[EAX] : 0;
    for (size_t ix = 0; ix < AR_COUNT_OF(leaves); ix++)
        add_flags(question, ix, kept, &names);
    return ar_value_list(question->decl->type, names.at, names.count);
}

/* An emulator may show this file as the machine's own, which has no such
 * line. */
static ar_value list_features(struct ar_question *question)
{
    ar_str text;
    ar_str words;
    name_vector names = {0};
    question->how = AR_STR("/proc/cpuinfo");
    if (!ar_sign_read(question, "/proc/cpuinfo", &text) ||
        !ar_sign_field(text, "Features", &words))
        return ar_sign_unknown(AR_REASON_unsupported,
                               "the system does not list them");
    for (ar_str word; ar_sign_word(&words, &word);)
        ar_vector_push(question->arena, &names, ar_value_string(word));
    return ar_value_list(question->decl->type, names.at, names.count);
}

ar_value ar_builtin_find_cpu_flags(struct ar_question *question)
{
    uint32_t registers[N_REGISTERS];
    question->how = AR_STR("CPUID");
    return ask_cpu(question, 0, registers) ? list_x86_flags(question)
                                           : list_features(question);
}

/* ---- names ---- */

/* The maker's name is spread over the registers in an order of its own. */
static ar_str read_x86_vendor(struct ar_question *question)
{
    uint32_t registers[N_REGISTERS];
    char text[13] = {0};
    if (!ask_cpu(question, 0, registers))
        return (ar_str){"", 0};
    memcpy(text, &registers[EBX], 4);
    memcpy(text + 4, &registers[EDX], 4);
    memcpy(text + 8, &registers[ECX], 4);
    return ar_str_copy(question->arena, ar_str_trim(ar_str_from_c(text)));
}

static ar_str read_x86_model(struct ar_question *question)
{
    enum { COUNT = 3 };
    const uint32_t first = 0x80000002;
    char text[COUNT * 16 + 1] = {0};
    for (uint32_t ix = 0; ix < COUNT; ix++) {
        uint32_t registers[N_REGISTERS];
        if (!ask_cpu(question, first + ix, registers))
            return (ar_str){"", 0};
        memcpy(text + 16 * ix, registers, 16);
    }
    return ar_str_copy(question->arena, ar_str_trim(ar_str_from_c(text)));
}

static bool read_number(ar_str text, const char *name, unsigned *number)
{
    ar_str value;
    *number = 0;
    if (!ar_sign_field(text, name, &value) || value.len < 3 ||
        !ar_str_starts_with(value, AR_STR("0x")))
        return false;
    for (size_t ix = 2; ix < value.len; ix++) {
        int digit = ar_char_hex_value(value.ptr[ix]);
        if (digit < 0 || ix > 6)
            return false;
        *number = *number << 4 | (unsigned)digit;
    }
    return true;
}

/* Of several kinds of cores those of the first one count. */
static ar_str name_arm(struct ar_question *question, bool is_model)
{
    unsigned maker;
    unsigned part;
    ar_str text;
    question->how = AR_STR("/proc/cpuinfo");
    if (!ar_sign_read(question, "/proc/cpuinfo", &text) ||
        !read_number(text, "CPU implementer", &maker) ||
        !read_number(text, "CPU part", &part))
        return (ar_str){"", 0};
    const char *name = "";
#define AR_CPU_MAKER(number, maker_name) \
    if (!is_model && maker == (number))  \
        name = (maker_name);
#define AR_CPU_PART(of_maker, number, part_name)             \
    if (is_model && maker == (of_maker) && part == (number)) \
        name = (part_name);
#include "probe/cpu.def"
#undef AR_CPU_MAKER
#undef AR_CPU_PART
    return ar_str_from_c(name);
}

static ar_str read_system(struct ar_question *question, bool is_model)
{
    struct ar_host_output output = {0};
    question->host->functions->tell(question->host, question->arena,
                                    AR_HOST_SYSTEM_CPU, &output);
    ar_str rest = output.out;
    ar_str line = {"", 0};
    if (output.status != AR_HOST_DONE)
        return line;
    question->how = AR_STR("sysctl machdep.cpu or the registry");
    ar_sign_line(&rest, &line);
    if (is_model && !ar_sign_line(&rest, &line))
        return (ar_str){"", 0};
    return ar_str_trim(line);
}

/* The first that knows: the CPU, what the system says of it, its numbers. */
static ar_value find_name(struct ar_question *question, bool is_model)
{
    ar_str name = {"", 0};
    const struct ar_host *host = question->host;
    question->how = AR_STR("CPUID");
    if (host->emulation == AR_EMULATION_NO)
        name = is_model ? read_x86_model(question) : read_x86_vendor(question);
    if (name.len == 0 && (host->emulation == AR_EMULATION_NO ||
                          strcmp(host->platform, "windows") == 0))
        name = read_system(question, is_model);
    if (name.len == 0 && host->emulation == AR_EMULATION_NO)
        name = name_arm(question, is_model);
    if (name.len > 0)
        return ar_value_string(name);
    return ar_sign_unknown(AR_REASON_unsupported,
                           host->emulation == AR_EMULATION_NO
                               ? "the system does not name it"
                               : "what tells may be an emulator");
}

ar_value ar_builtin_find_cpu_vendor(struct ar_question *question)
{
    return find_name(question, false);
}

ar_value ar_builtin_find_cpu_model(struct ar_question *question)
{
    return find_name(question, true);
}
