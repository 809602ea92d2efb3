/* SPDX-License-Identifier: Apache-2.0 */
/* Mach-O: programs and libraries of macOS, for one architecture or several. */

#include "base/limits.h"
#include "probe/binary.h"

#include <string.h>

enum {
    MAGIC_UNIVERSAL_64 = 0xBF, /* last byte of the mark */
    MOST_PARTS = 44,           /* more is a class of Java */
    COMMAND_NEEDED = 0xC,
    COMMAND_LOADER = 0xE,
    /* These must be understood: the upper bit says so. */
    COMMAND_REEXPORTED = 0x1F,
    COMMAND_UPWARD = 0x23
};
#define MUST_UNDERSTAND UINT32_C(0x80000000)
#define CPU_IS_64       UINT32_C(0x01000000)

/* A part of a universal file, or a file of one part. */
struct part {
    struct ar_binary_file *file;
    uint64_t offset;
    uint64_t size;
    uint32_t cpu; /* as it is listed until its header is read */
    bool is_64;
    bool is_big_endian;
    uint32_t n_commands;
    uint32_t commands_size;
};

static ar_value find_arch(const struct part *part)
{
    static const struct {
        uint32_t number;
        int bits;
        const char *arch;
    } cpus[] = {
#define AR_MACHO_CPU(number, bits, arch) {number, bits, arch},
#include "probe/binary.def"
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cpus); ix++) {
        if (cpus[ix].number != part->cpu)
            continue;
        if ((cpus[ix].bits == 64) != part->is_64)
            return ar_binary_bad(part->file,
                                 "it is said to be of %d bits and for %s",
                                 part->is_64 ? 64 : 32, cpus[ix].arch);
        return ar_binary_arch(cpus[ix].arch);
    }
    return ar_binary_no_arch(part->file, part->cpu);
}

/* What lies in the part. */
static bool read_inside(struct part *part, uint64_t at, unsigned char *out,
                        size_t size, const char *what)
{
    if (at > part->size || part->size - at < size) {
        part->file->lack =
            ar_binary_bad(part->file, "%s ends behind its part", what);
        return false;
    }
    return ar_binary_read(part->file, part->offset + at, out, size, what);
}

static bool read_header(struct part *part)
{
    unsigned char bytes[28];
    struct ar_binary_file *file = part->file;
    if (!read_inside(part, 0, bytes, sizeof(bytes), "its Mach-O header"))
        return false;
    file->is_big_endian = bytes[0] == 0xFE;
    uint32_t magic = ar_binary_u32(file, bytes);
    if (magic != UINT32_C(0xFEEDFACE) && magic != UINT32_C(0xFEEDFACF)) {
        file->lack = ar_binary_bad(file, "a part begins with no Mach-O header");
        return false;
    }
    part->is_big_endian = file->is_big_endian;
    part->is_64 = magic == UINT32_C(0xFEEDFACF);
    part->cpu = ar_binary_u32(file, bytes + 4);
    part->n_commands = ar_binary_u32(file, bytes + 16);
    part->commands_size = ar_binary_u32(file, bytes + 20);
    return true;
}

/* ---- load commands ---- */

/* The text of a command, which begins at an offset that stands in it. */
static ar_value read_name(struct part *part, uint64_t at, uint32_t size)
{
    unsigned char bytes[12];
    const char *what = "a name in its load commands";
    if (size < sizeof(bytes))
        return ar_binary_bad(part->file, "%s has no room", what);
    if (!read_inside(part, at, bytes, sizeof(bytes), what))
        return part->file->lack;
    uint32_t start = ar_binary_u32(part->file, bytes + 8);
    if (start < sizeof(bytes) || start >= size)
        return ar_binary_bad(part->file, "%s lies outside of them", what);
    return ar_binary_text(part->file, part->offset + at + start, size - start,
                          what);
}

static void take_command(struct part *part, uint64_t at, uint32_t command,
                         uint32_t size, ar_value_vector *needed,
                         ar_value *loader)
{
    if (command == COMMAND_LOADER) {
        *loader = read_name(part, at, size);
    } else if (command == COMMAND_NEEDED ||
               command == (COMMAND_REEXPORTED | MUST_UNDERSTAND) ||
               command == (COMMAND_UPWARD | MUST_UNDERSTAND)) {
        ar_value name = read_name(part, at, size);
        ar_vector_push(part->file->arena, needed, name);
    }
}

/* False, with a lack, if one of them does not fit. */
static bool read_commands(struct part *part, ar_value_vector *needed,
                          ar_value *loader)
{
    unsigned char bytes[8];
    struct ar_binary_file *file = part->file;
    uint64_t at = part->is_64 ? 32 : 28;
    uint64_t end = at + part->commands_size;
    for (uint32_t ix = 0; ix < part->n_commands; ix++) {
        if (end - at < sizeof(bytes)) {
            file->lack =
                ar_binary_bad(file, "it has no room for its %u load commands",
                              (unsigned)part->n_commands);
            return false;
        }
        if (!read_inside(part, at, bytes, sizeof(bytes), "its load commands"))
            return false;
        uint32_t size = ar_binary_u32(file, bytes + 4);
        if (size < sizeof(bytes) || size > end - at || part->size - at < size ||
            needed->count == AR_MAX_LIST_ELEMENTS) {
            file->lack =
                ar_binary_bad(file, "load command %u is said to have %u bytes",
                              (unsigned)ix + 1, (unsigned)size);
            return false;
        }
        take_command(part, at, ar_binary_u32(file, bytes), size, needed,
                     loader);
        at += size;
    }
    return true;
}

/* What is asked of one part; archs is left to others. */
static void read_part(struct part *part, struct ar_binary *out)
{
    ar_value_vector needed = {0};
    ar_value loader = ar_value_absent();
    out->arch = find_arch(part);
    out->bits = ar_value_int(part->is_64 ? 64 : 32);
    if (out->arch.state == AR_STATE_UNKNOWN &&
        out->arch.reason != AR_REASON_unsupported)
        out->bits = out->arch;
    if (read_commands(part, &needed, &loader)) {
        out->interpreter = loader;
        out->needed = ar_binary_texts(part->file->arena, &needed);
    } else {
        out->interpreter = part->file->lack;
        out->needed = part->file->lack;
    }
}

static void start(struct ar_binary *out)
{
    ar_binary_set_all(out, ar_value_absent());
    out->format = ar_value_string(AR_STR("macho"));
}

void ar_binary_read_macho(struct ar_binary_file *file, struct ar_binary *out)
{
    struct part part = {.file = file, .size = INT64_MAX};
    if (!read_header(&part)) {
        ar_binary_set_all(out, file->lack);
        return;
    }
    start(out);
    read_part(&part, out);
    ar_value *archs = AR_NEW(file->arena, ar_value);
    *archs = out->arch;
    out->archs = ar_binary_archs(file->arena, archs, 1);
}

/* ---- universal files ---- */

/* The parts as they are listed; what they are themselves may be another thing.
 * False, with a lack, if the list does not stand in the file. */
static bool read_list(struct ar_binary_file *file, struct part *parts,
                      size_t *count)
{
    unsigned char bytes[32];
    const char *what = "its list of parts";
    if (!ar_binary_read(file, 0, bytes, 8, what))
        return false;
    bool is_64 = bytes[3] == MAGIC_UNIVERSAL_64;
    size_t entry_size = is_64 ? 32 : 20;
    file->is_big_endian = true;
    uint32_t n_parts = ar_binary_u32(file, bytes + 4);
    if (n_parts == 0 || n_parts > MOST_PARTS) {
        file->lack = ar_binary_bad(file, "it is said to have %u parts",
                                   (unsigned)n_parts);
        return false;
    }
    for (*count = 0; *count < n_parts; (*count)++) {
        if (!ar_binary_read(file, 8 + *count * entry_size, bytes, entry_size,
                            what))
            return false;
        uint32_t cpu = ar_binary_u32(file, bytes);
        parts[*count] = (struct part){
            .file = file,
            .offset = is_64 ? ar_binary_u64(file, bytes + 8)
                            : ar_binary_u32(file, bytes + 8),
            .size = is_64 ? ar_binary_u64(file, bytes + 16)
                          : ar_binary_u32(file, bytes + 12),
            .cpu = cpu,
            .is_64 = cpu & CPU_IS_64,
        };
    }
    return true;
}

/* Its architecture, or what is wrong with it. */
static ar_value check_part(struct part *part)
{
    uint32_t listed = part->cpu;
    if (!read_header(part))
        return part->file->lack;
    if (part->cpu != listed)
        return ar_binary_bad(part->file,
                             "a part for processor 0x%X is one for 0x%X",
                             (unsigned)listed, (unsigned)part->cpu);
    return find_arch(part);
}

static size_t find_arch_in(const ar_value *archs, size_t count, ar_value arch)
{
    for (size_t ix = 0; ix < count; ix++) {
        if (ar_value_same(archs[ix], arch))
            return ix;
    }
    return SIZE_MAX;
}

/* A Mac with a processor of ARM runs amd64 as well. Where nothing would run
 * it is the first part. By the list, as the system chooses. */
static size_t choose_part(const struct ar_binary_file *file,
                          const ar_value *listed, size_t count)
{
    size_t ix = find_arch_in(listed, count, file->host_arch);
    if (ix == SIZE_MAX && strcmp(file->host->platform, "macos") == 0)
        ix = find_arch_in(listed, count, ar_binary_arch("amd64"));
    return ix == SIZE_MAX ? 0 : ix;
}

/* One architecture may have two parts, as arm64 and arm64e. */
static ar_value list_once(struct ar_arena *arena, const ar_value *listed,
                          const ar_value *archs, size_t count)
{
    ar_value_vector once = {0};
    for (size_t ix = 0; ix < count; ix++) {
        if (listed[ix].state != AR_STATE_VALUE ||
            find_arch_in(listed, ix, listed[ix]) == SIZE_MAX)
            ar_vector_push(arena, &once, archs[ix]);
    }
    return ar_binary_archs(arena, once.at, once.count);
}

void ar_binary_read_universal(struct ar_binary_file *file,
                              struct ar_binary *out)
{
    struct part parts[MOST_PARTS];
    ar_value listed[MOST_PARTS];
    ar_value archs[MOST_PARTS];
    size_t count = 0;
    if (!read_list(file, parts, &count)) {
        ar_binary_set_all(out, file->lack);
        return;
    }
    start(out);
    for (size_t ix = 0; ix < count; ix++) {
        listed[ix] = find_arch(&parts[ix]);
        archs[ix] = check_part(&parts[ix]);
    }
    size_t chosen = choose_part(file, listed, count);
    if (file->host_arch.state != AR_STATE_VALUE && count > 1) {
        ar_value lack = ar_value_lack(file->host_arch);
        out->arch = out->bits = out->interpreter = out->needed = lack;
    } else if (archs[chosen].state == AR_STATE_UNKNOWN &&
               archs[chosen].reason != AR_REASON_unsupported) {
        out->arch = out->bits = out->interpreter = out->needed = archs[chosen];
    } else {
        file->is_big_endian = parts[chosen].is_big_endian;
        read_part(&parts[chosen], out);
    }
    out->archs = list_once(file->arena, listed, archs, count);
}
