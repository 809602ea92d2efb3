/* SPDX-License-Identifier: Apache-2.0 */
/* The architecture of the machine and of this program. */

#include "probe/builtin.h"

/* The kernel's own word: an emulator of programs gives another one to
 * uname(). Kernels before 6.1 lack the file. */
static ar_str read_kernel_arch(struct ar_question *question)
{
    struct ar_host_output output = {0};
    question->how = AR_STR("/proc/sys/kernel/arch");
    question->host->functions->read_file(question->host, question->arena,
                                         question->how, 256, &output);
    if (output.status == AR_HOST_DONE)
        return ar_str_trim(output.out);
    question->how = ar_str_from_c(question->host->asked);
    return ar_str_from_c(question->host->machine);
}

ar_value ar_builtin_find_arch(struct ar_question *question)
{
    ar_str name = read_kernel_arch(question);
    if (name.len == 0)
        return ar_value_unknown(
            AR_REASON_unsupported,
            AR_STR("nothing proves it: this may run under an emulator"));
    return ar_value_parse(question->arena, question->decl->type, name,
                          AR_REASON_unsupported);
}

ar_value ar_builtin_find_process_arch(struct ar_question *question)
{
#if defined(__x86_64__) || defined(_M_X64)
    const char *arch = "amd64";
#elif defined(__aarch64__) || defined(_M_ARM64)
    const char *arch = "arm64";
#elif defined(__i386__) || defined(_M_IX86)
    const char *arch = "i386";
#elif defined(__arm__) || defined(_M_ARM)
    const char *arch = "arm";
#elif defined(__s390x__)
    const char *arch = "s390x";
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
    const char *arch = "ppc64le";
#elif defined(__powerpc64__)
    const char *arch = "ppc64";
#elif defined(__riscv) && __riscv_xlen == 64
    const char *arch = "riscv64";
#elif defined(__loongarch64)
    const char *arch = "loong64";
#else
    const char *arch = "";
#endif
    question->how = AR_STR("the system this program is built for");
    return ar_value_parse(question->arena, question->decl->type,
                          ar_str_from_c(arch), AR_REASON_unsupported);
}

ar_value ar_builtin_find_emulated(struct ar_question *question)
{
    if (question->host->emulation == AR_EMULATION_UNKNOWN)
        return ar_value_unknown(AR_REASON_unsupported,
                                AR_STR("the system does not tell which program "
                                       "it runs"));
    return ar_value_bool(question->host->emulation == AR_EMULATION_YES);
}
