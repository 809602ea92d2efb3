/* SPDX-License-Identifier: Apache-2.0 */
/* PE: programs and libraries of Windows, and those of .NET anywhere. */

#include "base/limits.h"
#include "probe/binary.h"

#include <string.h>

enum {
    MAGIC_32 = 0x10B,
    MAGIC_64 = 0x20B,
    MACHINE_AMD64 = 0x8664,
    SECTION_BYTES = 40,
    OPTIONAL_BYTES = 112, /* up to the directories, of the larger form */
    DIRECTORY_IMPORTS = 1,
    DIRECTORY_LOAD_CONFIG = 10,
    DIRECTORY_CLR = 14,
    /* Offset of CHPEMetadataPointer in the load configuration. */
    HYBRID_AT = 200,
    MOST_SECTIONS = 1024, /* the loader takes 96 */
    CLR_ONLY_IL = 1,
    CLR_NEEDS_32 = 2,
    CLR_PREFERS_32 = 0x20000
};

struct directory {
    uint32_t address;
    uint32_t size;
};

struct pe {
    struct ar_binary_file *file;
    uint16_t machine;
    bool is_64;
    uint64_t optional; /* offset of the optional header */
    uint64_t sections; /* of the section headers */
    uint16_t n_sections;
    uint32_t headers_size;
    uint32_t n_directories;
    uint32_t room; /* for directories in the optional header */
};

static ar_value find_arch(const struct pe *pe)
{
    static const struct {
        uint16_t number;
        int bits;
        const char *arch;
    } machines[] = {
#define AR_PE_MACHINE(number, bits, arch) {number, bits, arch},
#include "probe/binary.def"
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(machines); ix++) {
        if (machines[ix].number != pe->machine)
            continue;
        if ((machines[ix].bits == 64) != pe->is_64)
            return ar_binary_bad(pe->file,
                                 "it is said to be of %d bits and for %s",
                                 pe->is_64 ? 64 : 32, machines[ix].arch);
        return ar_binary_arch(machines[ix].arch);
    }
    return ar_binary_no_arch(pe->file, pe->machine);
}

/* ---- headers ---- */

static bool fail(struct pe *pe, ar_value lack)
{
    pe->file->lack = lack;
    return false;
}

/* The first program of DOS began with MZ, too. */
static bool find_header(struct pe *pe, uint64_t *header)
{
    unsigned char bytes[64];
    if (!ar_binary_read(pe->file, 0, bytes, sizeof(bytes), "its DOS header"))
        return false;
    *header = ar_binary_u32(pe->file, bytes + 60);
    if (!ar_binary_read(pe->file, *header, bytes, 4, "its PE header"))
        return false;
    if (memcmp(bytes, "PE\0\0", 4) == 0)
        return true;
    return fail(pe, ar_value_unknown(
                        AR_REASON_unsupported,
                        AR_STR("it begins with MZ and has no PE header, as "
                               "programs of DOS and 16-bit Windows")));
}

static bool read_optional(struct pe *pe, uint16_t size)
{
    unsigned char bytes[OPTIONAL_BYTES];
    const char *what = "its optional header";
    if (!ar_binary_read(pe->file, pe->optional, bytes, 2, what))
        return false;
    uint16_t magic = ar_binary_u16(pe->file, bytes);
    pe->is_64 = magic == MAGIC_64;
    uint16_t fixed = pe->is_64 ? 112 : 96;
    if ((magic != MAGIC_32 && magic != MAGIC_64) || size < fixed)
        return fail(pe, ar_binary_bad(pe->file,
                                      "its optional header begins with 0x%X "
                                      "and is said to have %d bytes",
                                      magic, size));
    if (!ar_binary_read(pe->file, pe->optional, bytes, fixed, what))
        return false;
    pe->headers_size = ar_binary_u32(pe->file, bytes + 60);
    pe->n_directories = ar_binary_u32(pe->file, bytes + fixed - 4);
    pe->room = (uint32_t)(size - fixed) / 8;
    return true;
}

static bool read_headers(struct pe *pe)
{
    unsigned char bytes[20];
    uint64_t header = 0;
    if (!find_header(pe, &header) ||
        !ar_binary_read(pe->file, header + 4, bytes, sizeof(bytes),
                        "its PE header"))
        return false;
    pe->machine = ar_binary_u16(pe->file, bytes);
    pe->n_sections = ar_binary_u16(pe->file, bytes + 2);
    uint16_t size = ar_binary_u16(pe->file, bytes + 16);
    if (pe->n_sections > MOST_SECTIONS)
        return fail(pe, ar_value_unknown(AR_REASON_too_large,
                                         AR_STR("it has too many sections")));
    pe->optional = header + 24;
    pe->sections = pe->optional + size;
    return read_optional(pe, size);
}

/* A directory that is not there is all 0. */
static bool read_directory(struct pe *pe, uint32_t number,
                           struct directory *out)
{
    unsigned char bytes[8];
    *out = (struct directory){0};
    if (number >= pe->n_directories)
        return true;
    if (number >= pe->room)
        return fail(pe, ar_binary_bad(pe->file,
                                      "its optional header has no room for "
                                      "its %u directories",
                                      (unsigned)pe->n_directories));
    uint64_t offset = pe->optional + (pe->is_64 ? 112 : 96) +
                      (uint64_t)number * sizeof(bytes);
    if (!ar_binary_read(pe->file, offset, bytes, sizeof(bytes),
                        "its directories"))
        return false;
    out->address = ar_binary_u32(pe->file, bytes);
    out->size = ar_binary_u32(pe->file, bytes + 4);
    return true;
}

/* ---- addresses ---- */

/* What the loader reads of a section begins at a multiple of 512 bytes. */
static bool is_in_section(const struct pe *pe,
                          const unsigned char bytes[SECTION_BYTES],
                          uint64_t address, uint64_t *offset, uint64_t *size)
{
    uint32_t start = ar_binary_u32(pe->file, bytes + 12);
    uint32_t raw_size = ar_binary_u32(pe->file, bytes + 16);
    uint32_t raw = ar_binary_u32(pe->file, bytes + 20);
    if (address < start || address - start >= raw_size || address > UINT32_MAX)
        return false;
    if (raw >= 512)
        raw &= ~UINT32_C(511);
    *offset = (uint64_t)raw + (address - start);
    *size = raw_size - (address - start);
    return true;
}

/* Where in the file an address is, and how much follows there. */
static bool locate(struct pe *pe, uint64_t address, const char *what,
                   uint64_t *offset, uint64_t *size)
{
    unsigned char bytes[SECTION_BYTES];
    for (uint32_t ix = 0; ix < pe->n_sections; ix++) {
        if (!ar_binary_read(pe->file, pe->sections + ix * SECTION_BYTES, bytes,
                            sizeof(bytes), "its section headers"))
            return false;
        if (is_in_section(pe, bytes, address, offset, size))
            return true;
    }
    *offset = address;
    *size = address < pe->headers_size ? pe->headers_size - address : 0;
    return *size > 0 || fail(pe, ar_binary_bad(pe->file,
                                               "%s lies outside of its "
                                               "sections",
                                               what));
}

static bool read_at(struct pe *pe, uint64_t address, unsigned char *out,
                    size_t size, const char *what)
{
    uint64_t offset;
    uint64_t room;
    if (!locate(pe, address, what, &offset, &room))
        return false;
    if (room < size)
        return fail(pe,
                    ar_binary_bad(pe->file, "%s ends with its section", what));
    return ar_binary_read(pe->file, offset, out, size, what);
}

/* ---- architectures ---- */

/* Code of ARM64 that calls itself amd64 (ARM64EC) has a pointer to what says
 * so in its load configuration. */
static bool read_is_hybrid(struct pe *pe, bool *is_hybrid)
{
    unsigned char bytes[8];
    struct directory config;
    *is_hybrid = false;
    if (pe->machine != MACHINE_AMD64 || !pe->is_64)
        return true;
    if (!read_directory(pe, DIRECTORY_LOAD_CONFIG, &config))
        return false;
    if (config.address == 0 || config.size == 0)
        return true;
    const char *what = "its load configuration";
    if (!read_at(pe, config.address, bytes, 4, what))
        return false;
    if (ar_binary_u32(pe->file, bytes) < HYBRID_AT + sizeof(bytes))
        return true;
    if (!read_at(pe, (uint64_t)config.address + HYBRID_AT, bytes, sizeof(bytes),
                 what))
        return false;
    *is_hybrid = ar_binary_u64(pe->file, bytes) != 0;
    return true;
}

/* *is_any: only IL that is compiled for whatever runs it. *is_32: even so
 * only in processes of 32 bits. */
static bool read_clr(struct pe *pe, bool *is_any, bool *is_32)
{
    unsigned char bytes[20];
    struct directory clr;
    *is_any = false;
    *is_32 = !pe->is_64;
    if (!read_directory(pe, DIRECTORY_CLR, &clr))
        return false;
    if (clr.address == 0 || clr.size == 0)
        return true;
    if (!read_at(pe, clr.address, bytes, sizeof(bytes), "its CLR header"))
        return false;
    uint32_t flags = ar_binary_u32(pe->file, bytes + 16);
    *is_32 = flags & CLR_NEEDS_32;
    *is_any = !pe->is_64 && (flags & CLR_ONLY_IL) &&
              (!(flags & CLR_NEEDS_32) || (flags & CLR_PREFERS_32));
    return true;
}

static void set_arch(struct pe *pe, struct ar_binary *out)
{
    bool is_hybrid = false;
    bool is_any = false;
    bool is_32 = false;
    ar_value *archs = AR_NEW(pe->file->arena, ar_value);
    out->bits = ar_value_int(pe->is_64 ? 64 : 32);
    if (!read_is_hybrid(pe, &is_hybrid) || !read_clr(pe, &is_any, &is_32)) {
        out->arch = out->archs = out->bits = pe->file->lack;
        return;
    }
    if (!is_any)
        out->arch = is_hybrid ? ar_binary_arch("arm64") : find_arch(pe);
    if (out->arch.state == AR_STATE_UNKNOWN &&
        out->arch.reason != AR_REASON_unsupported)
        out->bits = out->arch;
    if (is_any && !is_32)
        out->bits = ar_value_absent();
    *archs = out->arch;
    out->archs = ar_binary_archs(pe->file->arena, archs, is_any ? 0 : 1);
}

/* ---- imports ---- */

static ar_value read_name(struct pe *pe, uint32_t address)
{
    uint64_t offset;
    uint64_t size;
    const char *what = "the name of a library it needs";
    if (!locate(pe, address, what, &offset, &size))
        return pe->file->lack;
    return ar_binary_text(pe->file, offset, size, what);
}

/* The list ends with an entry without a name or without addresses. */
static ar_value read_needed(struct pe *pe)
{
    unsigned char bytes[20];
    struct directory imports;
    ar_value_vector names = {0};
    if (!read_directory(pe, DIRECTORY_IMPORTS, &imports))
        return pe->file->lack;
    for (uint64_t at = imports.address; imports.address != 0;
         at += sizeof(bytes)) {
        if (!read_at(pe, at, bytes, sizeof(bytes), "its import table"))
            return pe->file->lack;
        uint32_t name = ar_binary_u32(pe->file, bytes + 12);
        if (name == 0 || ar_binary_u32(pe->file, bytes + 16) == 0)
            break;
        if (names.count == AR_MAX_LIST_ELEMENTS)
            return ar_value_unknown(AR_REASON_too_large,
                                    AR_STR("it names too many libraries"));
        ar_vector_push(pe->file->arena, &names, read_name(pe, name));
    }
    return ar_binary_texts(pe->file->arena, &names);
}

void ar_binary_read_pe(struct ar_binary_file *file, struct ar_binary *out)
{
    struct pe pe = {.file = file};
    if (!read_headers(&pe)) {
        ar_binary_set_all(out, file->lack);
        return;
    }
    ar_binary_set_all(out, ar_value_absent());
    out->format = ar_value_string(AR_STR("pe"));
    set_arch(&pe, out);
    out->needed = read_needed(&pe);
}
