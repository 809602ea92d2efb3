/* SPDX-License-Identifier: Apache-2.0 */
/* What the CPU can do, as it tells this program. Names are those of
 * /proc/cpuinfo. */

#include "probe/builtin.h"

#if defined(__x86_64__) || defined(__i386__)

#include <cpuid.h>

/* What a bit of a register means, for all of CPUID that is asked for. The
 * registers that AVX and AVX-512 need must be kept by the system, too. */
enum { EBX, ECX, EDX };
enum { KEEPS_NOTHING = 0, KEEPS_AVX = 0x06, KEEPS_AVX512 = 0xE6 };
static const struct {
    const char *name;
    unsigned leaf;
    unsigned which;
    unsigned bit;
    unsigned kept; /* bits of XCR0 */
} flags[] = {
    {"cx8", 1, EDX, 8, 0},
    {"cmov", 1, EDX, 15, 0},
    {"mmx", 1, EDX, 23, 0},
    {"fxsr", 1, EDX, 24, 0},
    {"sse", 1, EDX, 25, 0},
    {"sse2", 1, EDX, 26, 0},
    {"pni", 1, ECX, 0, 0},
    {"pclmulqdq", 1, ECX, 1, 0},
    {"vmx", 1, ECX, 5, 0},
    {"ssse3", 1, ECX, 9, 0},
    {"fma", 1, ECX, 12, KEEPS_AVX},
    {"cx16", 1, ECX, 13, 0},
    {"sse4_1", 1, ECX, 19, 0},
    {"sse4_2", 1, ECX, 20, 0},
    {"movbe", 1, ECX, 22, 0},
    {"popcnt", 1, ECX, 23, 0},
    {"aes", 1, ECX, 25, 0},
    {"avx", 1, ECX, 28, KEEPS_AVX},
    {"f16c", 1, ECX, 29, KEEPS_AVX},
    {"rdrand", 1, ECX, 30, 0},
    {"hypervisor", 1, ECX, 31, 0},
    {"bmi1", 7, EBX, 3, 0},
    {"avx2", 7, EBX, 5, KEEPS_AVX},
    {"bmi2", 7, EBX, 8, 0},
    {"avx512f", 7, EBX, 16, KEEPS_AVX512},
    {"avx512dq", 7, EBX, 17, KEEPS_AVX512},
    {"rdseed", 7, EBX, 18, 0},
    {"adx", 7, EBX, 19, 0},
    {"avx512cd", 7, EBX, 28, KEEPS_AVX512},
    {"sha_ni", 7, EBX, 29, 0},
    {"avx512bw", 7, EBX, 30, KEEPS_AVX512},
    {"avx512vl", 7, EBX, 31, KEEPS_AVX512},
    {"lahf_lm", 0x80000001, ECX, 0, 0},
    {"svm", 0x80000001, ECX, 2, 0},
    {"abm", 0x80000001, ECX, 5, 0},
    {"nx", 0x80000001, EDX, 20, 0},
    {"lm", 0x80000001, EDX, 29, 0},
};

/* XCR0, if the system lets programs ask for it. */
static unsigned read_kept(void)
{
    enum { OSXSAVE = 27 };
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> OSXSAVE & 1))
        return KEEPS_NOTHING;
    __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
    return a;
}

static bool has_flag(size_t ix, unsigned kept)
{
    unsigned ignored;
    unsigned registers[3] = {0, 0, 0};
    return __get_cpuid_count(flags[ix].leaf, 0, &ignored, &registers[EBX],
                             &registers[ECX], &registers[EDX]) &&
           (registers[flags[ix].which] >> flags[ix].bit & 1) &&
           (kept & flags[ix].kept) == flags[ix].kept;
}

ar_value ar_builtin_find_cpu_flags(struct ar_question *question)
{
    AR_VECTOR(ar_value) names = {0};
    unsigned kept = read_kept();
    question->how = AR_STR("CPUID");
    for (size_t ix = 0; ix < AR_COUNT_OF(flags); ix++) {
        if (has_flag(ix, kept))
            ar_vector_push(question->arena, &names,
                           ar_value_string(ar_str_from_c(flags[ix].name)));
    }
    return ar_value_list(question->decl->type, names.at, names.count);
}

#else

/* The text behind the colon of the first line that begins with "Features". An
 * emulator may show this file as the machine's own, which has no such line. */
static bool find_features(ar_str text, ar_str *out)
{
    size_t at = ar_str_find(text, AR_STR("\nFeatures"), 0);
    size_t end = at == SIZE_MAX ? at : ar_str_find(text, AR_STR("\n"), at + 1);
    if (end == SIZE_MAX)
        return false;
    ar_str line = ar_str_slice(text, at, end);
    size_t colon = ar_str_find(line, AR_STR(":"), 0);
    *out = ar_str_trim(ar_str_slice(line, colon + 1, line.len));
    return colon != SIZE_MAX;
}

ar_value ar_builtin_find_cpu_flags(struct ar_question *question)
{
    enum { MAX_BYTES = 1 << 20 };
    struct ar_host_output output = {0};
    AR_VECTOR(ar_value) names = {0};
    ar_str words;
    question->how = AR_STR("/proc/cpuinfo");
    question->host->functions->read_file(question->host, question->arena,
                                         question->how, MAX_BYTES, &output);
    if (output.status != AR_HOST_DONE || !find_features(output.out, &words))
        return ar_value_unknown(AR_REASON_unsupported,
                                AR_STR("the system does not list them"));
    for (size_t at = 0; at < words.len;) {
        size_t end = ar_str_find(words, AR_STR(" "), at);
        end = end == SIZE_MAX ? words.len : end;
        ar_vector_push(question->arena, &names,
                       ar_value_string(ar_str_slice(words, at, end)));
        at = end + 1;
    }
    return ar_value_list(question->decl->type, names.at, names.count);
}

#endif
