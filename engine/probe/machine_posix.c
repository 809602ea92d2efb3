/* SPDX-License-Identifier: Apache-2.0 */
/* Which machine this is: its architecture, and whether an emulator runs this
 * program. An emulator answers uname() itself and gives some files of /proc
 * another content, so their word alone proves nothing. */

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "probe/machine_posix.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static void set_machine(struct ar_host *host, const char *name,
                        const char *asked)
{
    size_t length = strlen(name);
    if (length >= sizeof(host->machine))
        return;
    memcpy(host->machine, name, length + 1);
    host->asked = asked;
}

#ifdef __linux__

#include <sys/personality.h>

/* ---- which program the kernel runs ---- */

/* Emulators know the name /proc/self/exe and answer with the program that
 * they run. By this name the kernel answers, with the emulator. */
static void name_own_file(char *path, size_t size)
{
    snprintf(path, size, "/proc/self/task/%ld/exe", (long)getpid());
}

enum { ELF_HEAD_BYTES = 20 };

/* The size of an address and the machine number, as one number; 0 if it is not
 * known. */
static unsigned read_elf_kind(const char *path)
{
    unsigned char head[ELF_HEAD_BYTES];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t count = read(file, head, sizeof(head));
    close(file);
    if (count != ELF_HEAD_BYTES || memcmp(head, "\177ELF", 4) != 0)
        return 0;
    unsigned low = head[5] == 2 ? head[19] : head[18];
    unsigned high = head[5] == 2 ? head[18] : head[19];
    return (unsigned)head[4] << 24 | (unsigned)head[5] << 16 | high << 8 | low;
}

#define KIND(bits_class, order, number) \
    ((unsigned)(bits_class) << 24 | (unsigned)(order) << 16 | (number))

/* A program of 64 bits runs on a kernel of its own architecture only. One of
 * 32 bits may run on another, and then NULL is the answer. */
static const char *name_elf_kind(unsigned kind)
{
    switch (kind) {
    case KIND(2, 1, 62): return "x86_64";
    case KIND(2, 1, 183): return "aarch64";
    case KIND(2, 2, 22): return "s390x";
    case KIND(2, 1, 21): return "ppc64le";
    case KIND(2, 2, 21): return "ppc64";
    case KIND(2, 1, 243): return "riscv64";
    case KIND(2, 1, 258): return "loongarch64";
    default: return NULL;
    }
}

/* What this program was built for. */
static unsigned own_elf_kind(void)
{
#if defined(__x86_64__) && defined(__LP64__)
    return KIND(2, 1, 62);
#elif defined(__aarch64__) && defined(__LP64__) && !defined(__AARCH64EB__)
    return KIND(2, 1, 183);
#elif defined(__i386__)
    return KIND(1, 1, 3);
#elif defined(__arm__) && !defined(__ARMEB__)
    return KIND(1, 1, 40);
#elif defined(__s390x__)
    return KIND(2, 2, 22);
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
    return KIND(2, 1, 21);
#elif defined(__powerpc64__)
    return KIND(2, 2, 21);
#elif defined(__riscv) && __riscv_xlen == 64
    return KIND(2, 1, 243);
#elif defined(__loongarch64)
    return KIND(2, 1, 258);
#else
    return 0;
#endif
}

/* An emulator that runs programs of its own architecture is known by the
 * other name of the file alone. */
static enum ar_emulation find_emulation(const char *kernels_file, unsigned kind)
{
    char kernels[PATH_MAX];
    char shown[PATH_MAX];
    ssize_t n_kernels = readlink(kernels_file, kernels, sizeof(kernels));
    ssize_t n_shown = readlink("/proc/self/exe", shown, sizeof(shown));
    unsigned own = own_elf_kind();
    if (own == 0 || kind == 0 || n_kernels <= 0 || n_shown <= 0)
        return AR_EMULATION_UNKNOWN;
    bool is_same =
        n_kernels == n_shown && memcmp(kernels, shown, (size_t)n_shown) == 0;
    return kind == own && is_same ? AR_EMULATION_NO : AR_EMULATION_YES;
}

/* uname() gives the kernel's own word to a program that runs natively, unless
 * setarch or its like asked the kernel for another one. */
static void find_machine(struct ar_host *host, const struct utsname *names)
{
    const unsigned long what_is_set = 0xFFFFFFFF;
    const int kind_mask = 0xFF;
    char file[64];
    name_own_file(file, sizeof(file));
    unsigned kind = read_elf_kind(file);
    host->emulation = find_emulation(file, kind);
    const char *proven = name_elf_kind(kind);
    if (proven)
        set_machine(host, proven, "the program that the kernel runs");
    else if (host->emulation == AR_EMULATION_NO &&
             (personality(what_is_set) & kind_mask) == PER_LINUX)
        set_machine(host, names->machine, "uname()");
}

#else

#ifdef __APPLE__

#include <sys/sysctl.h>

static bool is_set(const char *name)
{
    int value = 0;
    size_t size = sizeof(value);
    return sysctlbyname(name, &value, &size, NULL, 0) == 0 && value == 1;
}

/* To a program that Rosetta runs uname() says x86_64. */
static void find_machine(struct ar_host *host, const struct utsname *names)
{
    bool is_arm = is_set("hw.optional.arm64");
    set_machine(host, is_arm ? "arm64" : names->machine,
                is_arm ? "sysctl hw.optional.arm64" : "uname()");
    host->emulation =
        is_set("sysctl.proc_translated") ? AR_EMULATION_YES : AR_EMULATION_NO;
}

#else

static void find_machine(struct ar_host *host, const struct utsname *names)
{
    set_machine(host, names->machine, "uname()");
}

#endif
#endif

void ar_posix_name_machine(struct ar_host *host)
{
    struct utsname names;
    if (uname(&names) == 0)
        find_machine(host, &names);
}
