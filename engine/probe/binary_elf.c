/* SPDX-License-Identifier: Apache-2.0 */
/* ELF: programs and libraries of Linux. The sections are not looked at, since
 * no loader does. */

#include "base/limits.h"
#include "probe/binary.h"

#include <string.h>

enum {
    CLASS_32 = 1,
    CLASS_64 = 2,
    ORDER_LITTLE = 1,
    ORDER_BIG = 2,
    SEGMENT_LOAD = 1,
    SEGMENT_DYNAMIC = 2,
    SEGMENT_INTERPRETER = 3,
    MANY_SEGMENTS = 0xFFFF, /* the first section has their number */
    TAG_END = 0,
    TAG_NEEDED = 1,
    TAG_TEXTS = 5,
    TAG_TEXTS_SIZE = 10,
    TAG_VERSIONS = 0x6FFFFFFE,
    TAG_VERSIONS_COUNT = 0x6FFFFFFF,
    VERSION_IS_WEAK = 2,
    /* Real files have some ten of each. */
    MOST_SEGMENTS = 4096,
    MOST_VERSIONS = 16384
};

struct segment {
    uint32_t type;
    uint64_t offset;
    uint64_t address;
    uint64_t size; /* in the file */
};

struct elf {
    struct ar_binary_file *file;
    bool is_64;
    AR_VECTOR(struct segment) segments;
    /* Of the dynamic section. */
    bool has_dynamic;
    AR_VECTOR(uint64_t) needed; /* offsets in the texts */
    uint64_t texts;             /* an address */
    uint64_t texts_size;
    uint64_t versions; /* an address; 0: none */
    uint64_t n_versions;
    size_t n_entries; /* of versions, looked at so far */
};

/* An address or offset: its place depends on the class. */
static uint64_t word(const struct elf *elf, const unsigned char *bytes,
                     size_t at_32, size_t at_64)
{
    return elf->is_64 ? ar_binary_u64(elf->file, bytes + at_64)
                      : ar_binary_u32(elf->file, bytes + at_32);
}

static uint16_t half(const struct elf *elf, const unsigned char *bytes,
                     size_t at_32, size_t at_64)
{
    return ar_binary_u16(elf->file, bytes + (elf->is_64 ? at_64 : at_32));
}

static ar_value find_arch(const struct elf *elf, uint16_t machine)
{
    enum { LITTLE = false, BIG = true };
    static const struct {
        uint16_t number;
        int bits;
        bool is_big_endian;
        const char *arch;
    } machines[] = {
#define AR_ELF_MACHINE(number, bits, order, arch) {number, bits, order, arch},
#include "probe/binary.def"
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(machines); ix++) {
        if (machines[ix].number == machine &&
            machines[ix].is_big_endian == elf->file->is_big_endian &&
            (machines[ix].bits == 0 || (machines[ix].bits == 64) == elf->is_64))
            return ar_binary_arch(machines[ix].arch);
    }
    return ar_binary_no_arch(elf->file, machine);
}

/* ---- segments ---- */

/* False with a lack if the header has more than it can say itself and the
 * first section does not tell. */
static bool count_segments(struct elf *elf, const unsigned char *header,
                           uint32_t *count)
{
    unsigned char section[64];
    *count = half(elf, header, 44, 56);
    if (*count != MANY_SEGMENTS)
        return true;
    uint64_t offset = word(elf, header, 32, 40);
    if (!ar_binary_read(elf->file, offset, section, elf->is_64 ? 64 : 40,
                        "its first section header"))
        return false;
    *count = ar_binary_u32(elf->file, section + (elf->is_64 ? 44 : 28));
    return true;
}

static bool read_segment(struct elf *elf, uint64_t offset)
{
    unsigned char bytes[56];
    if (!ar_binary_read(elf->file, offset, bytes, elf->is_64 ? 56 : 32,
                        "its program headers"))
        return false;
    struct segment segment = {
        .type = ar_binary_u32(elf->file, bytes),
        .offset = word(elf, bytes, 4, 8),
        .address = word(elf, bytes, 8, 16),
        .size = word(elf, bytes, 16, 32),
    };
    if (segment.type != SEGMENT_LOAD && segment.type != SEGMENT_DYNAMIC &&
        segment.type != SEGMENT_INTERPRETER)
        return true;
    if (elf->segments.count == MOST_SEGMENTS) {
        elf->file->lack = ar_value_unknown(AR_REASON_too_large,
                                           AR_STR("it has too many segments"));
        return false;
    }
    ar_vector_push(elf->file->arena, &elf->segments, segment);
    return true;
}

static bool read_segments(struct elf *elf, const unsigned char *header)
{
    uint64_t offset = word(elf, header, 28, 32);
    size_t entry_size = elf->is_64 ? 56 : 32;
    uint32_t count = 0;
    if (!count_segments(elf, header, &count))
        return false;
    if (count > 0 && half(elf, header, 42, 54) != entry_size) {
        elf->file->lack = ar_binary_bad(
            elf->file, "its program headers are said to have %d bytes each",
            half(elf, header, 42, 54));
        return false;
    }
    for (uint32_t ix = 0; ix < count; ix++) {
        /* A read that far behind the end fails before this can wrap. */
        if (!read_segment(elf, offset + (uint64_t)ix * entry_size))
            return false;
    }
    return true;
}

static const struct segment *find_segment(const struct elf *elf, uint32_t type)
{
    for (size_t ix = 0; ix < elf->segments.count; ix++) {
        if (elf->segments.at[ix].type == type)
            return &elf->segments.at[ix];
    }
    return NULL;
}

/* Where in the file an address is, and how much follows there. False if that
 * is nowhere, or in two places. */
static bool locate(const struct elf *elf, uint64_t address, uint64_t *offset,
                   uint64_t *size)
{
    size_t n_found = 0;
    for (size_t ix = 0; ix < elf->segments.count; ix++) {
        const struct segment *segment = &elf->segments.at[ix];
        if (segment->type != SEGMENT_LOAD || address < segment->address ||
            address - segment->address >= segment->size)
            continue;
        uint64_t inside = address - segment->address;
        if (segment->offset > UINT64_MAX - inside)
            return false;
        *offset = segment->offset + inside;
        *size = segment->size - inside;
        n_found++;
    }
    return n_found == 1;
}

static ar_value read_interpreter(struct elf *elf)
{
    const struct segment *segment = find_segment(elf, SEGMENT_INTERPRETER);
    if (!segment)
        return ar_value_absent();
    ar_value name = ar_binary_text(elf->file, segment->offset, segment->size,
                                   "the name of its interpreter");
    if (name.state == AR_STATE_VALUE && name.as.string.len == 0)
        return ar_binary_bad(elf->file, "the name of its interpreter is empty");
    return name;
}

/* ---- the dynamic section ---- */

static void take_entry(struct elf *elf, uint64_t tag, uint64_t value)
{
    switch (tag) {
    case TAG_NEEDED:
        ar_vector_push(elf->file->arena, &elf->needed, value);
        return;
    case TAG_TEXTS: elf->texts = value; return;
    case TAG_TEXTS_SIZE: elf->texts_size = value; return;
    case TAG_VERSIONS: elf->versions = value; return;
    case TAG_VERSIONS_COUNT: elf->n_versions = value; return;
    default: return;
    }
}

/* False, with a lack, if it has no end. */
static bool read_dynamic(struct elf *elf)
{
    const struct segment *segment = find_segment(elf, SEGMENT_DYNAMIC);
    unsigned char bytes[16];
    uint64_t entry_size = elf->is_64 ? 16 : 8;
    elf->has_dynamic = segment != NULL;
    if (!segment)
        return true;
    for (uint64_t at = 0; at + entry_size <= segment->size; at += entry_size) {
        if (segment->offset > UINT64_MAX - at ||
            !ar_binary_read(elf->file, segment->offset + at, bytes,
                            (size_t)entry_size, "its dynamic section"))
            return false;
        uint64_t tag = word(elf, bytes, 0, 0);
        if (tag == TAG_END)
            return true;
        take_entry(elf, tag, word(elf, bytes, 4, 8));
    }
    elf->file->lack =
        ar_binary_bad(elf->file, "its dynamic section has no end");
    return false;
}

/* A text of the dynamic section. */
static ar_value read_text(struct elf *elf, uint64_t at, const char *what)
{
    uint64_t offset;
    uint64_t size;
    if (at >= elf->texts_size || elf->texts > UINT64_MAX - at ||
        !locate(elf, elf->texts + at, &offset, &size))
        return ar_binary_bad(elf->file, "%s lies outside of its texts", what);
    uint64_t rest = elf->texts_size - at;
    return ar_binary_text(elf->file, offset, size < rest ? size : rest, what);
}

static ar_value read_needed(struct elf *elf)
{
    ar_value_vector names = {0};
    if (elf->needed.count > AR_MAX_LIST_ELEMENTS)
        return ar_value_unknown(AR_REASON_too_large,
                                AR_STR("it names too many libraries"));
    for (size_t ix = 0; ix < elf->needed.count; ix++) {
        ar_value name = read_text(elf, elf->needed.at[ix],
                                  "the name of a library it needs");
        ar_vector_push(elf->file->arena, &names, name);
    }
    return ar_binary_texts(elf->file->arena, &names);
}

/* ---- versions of symbols ---- */

/* Keeps the newer one; of other names than GLIBC_2.34, such as GLIBC_PRIVATE,
 * nothing. What is no version stays, and nothing is known then. */
static void keep_newest(struct elf *elf, ar_str name, ar_value *newest)
{
    if (!ar_str_starts_with(name, AR_STR("GLIBC_")) || name.len == 6 ||
        !ar_char_is_digit(name.ptr[6]))
        return;
    ar_value version =
        ar_value_parse(elf->file->arena, &ar_type_version,
                       ar_str_slice(name, 6, name.len), AR_REASON_bad_output);
    if (newest->state == AR_STATE_ABSENT ||
        (newest->state == AR_STATE_VALUE &&
         (version.state != AR_STATE_VALUE ||
          ar_version_compare(version.as.version, newest->as.version) > 0)))
        *newest = version;
}

/* False, with a lack, if it is not there. */
static bool read_version_entry(struct elf *elf, uint64_t address,
                               unsigned char bytes[16])
{
    uint64_t offset;
    uint64_t size;
    if (elf->n_entries++ == MOST_VERSIONS) {
        elf->file->lack = ar_value_unknown(
            AR_REASON_too_large, AR_STR("it needs too many versions"));
        return false;
    }
    if (!locate(elf, address, &offset, &size) || size < 16) {
        elf->file->lack = ar_binary_bad(
            elf->file, "the versions it needs lie outside of its segments");
        return false;
    }
    return ar_binary_read(elf->file, offset, bytes, 16,
                          "the versions it needs");
}

/* The versions of one library. */
static bool read_versions_of(struct elf *elf, uint64_t address, uint32_t count,
                             ar_value *newest)
{
    unsigned char bytes[16];
    for (uint32_t ix = 0; ix < count; ix++) {
        if (!read_version_entry(elf, address, bytes))
            return false;
        bool is_weak = ar_binary_u16(elf->file, bytes + 4) & VERSION_IS_WEAK;
        ar_value name = read_text(elf, ar_binary_u32(elf->file, bytes + 8),
                                  "the name of a version it needs");
        if (name.state != AR_STATE_VALUE) {
            elf->file->lack = name;
            return false;
        }
        if (!is_weak)
            keep_newest(elf, name.as.string, newest);
        uint32_t next = ar_binary_u32(elf->file, bytes + 12);
        if (next == 0)
            return true;
        address += next;
    }
    return true;
}

static ar_value read_glibc(struct elf *elf)
{
    unsigned char bytes[16];
    ar_value newest = ar_value_absent();
    uint64_t address = elf->versions;
    if (elf->versions == 0 || elf->n_versions == 0)
        return newest;
    for (uint64_t ix = 0; ix < elf->n_versions; ix++) {
        if (!read_version_entry(elf, address, bytes) ||
            !read_versions_of(elf,
                              address + ar_binary_u32(elf->file, bytes + 8),
                              ar_binary_u16(elf->file, bytes + 2), &newest))
            return elf->file->lack;
        uint32_t next = ar_binary_u32(elf->file, bytes + 12);
        if (next == 0)
            break;
        address += next;
    }
    return newest;
}

/* ---- the file ---- */

static bool read_header(struct elf *elf, unsigned char header[64])
{
    struct ar_binary_file *file = elf->file;
    if (!ar_binary_read(file, 0, header, 16, "its ELF header"))
        return false;
    if ((header[4] != CLASS_32 && header[4] != CLASS_64) ||
        (header[5] != ORDER_LITTLE && header[5] != ORDER_BIG) ||
        header[6] != 1) {
        file->lack = ar_binary_bad(
            file, "its ELF header has class %d, byte order %d, version %d",
            header[4], header[5], header[6]);
        return false;
    }
    elf->is_64 = header[4] == CLASS_64;
    file->is_big_endian = header[5] == ORDER_BIG;
    return ar_binary_read(file, 0, header, elf->is_64 ? 64 : 52,
                          "its ELF header");
}

static void read_segments_facts(struct elf *elf, struct ar_binary *out)
{
    out->interpreter = read_interpreter(elf);
    if (read_dynamic(elf)) {
        out->needed = read_needed(elf);
        out->glibc = read_glibc(elf);
    } else {
        out->needed = elf->file->lack;
        out->glibc = elf->file->lack;
    }
}

void ar_binary_read_elf(struct ar_binary_file *file, struct ar_binary *out)
{
    struct elf elf = {.file = file};
    unsigned char header[64];
    if (!read_header(&elf, header)) {
        ar_binary_set_all(out, file->lack);
        return;
    }
    ar_value arch = find_arch(&elf, ar_binary_u16(file, header + 18));
    ar_value *archs = AR_NEW(file->arena, ar_value);
    *archs = arch;
    bool has_segments = read_segments(&elf, header);
    ar_binary_set_all(out, file->lack);
    if (has_segments)
        read_segments_facts(&elf, out);
    out->format = ar_value_string(AR_STR("elf"));
    out->arch = arch;
    out->archs = ar_binary_archs(file->arena, archs, 1);
    out->bits = ar_value_int(elf.is_64 ? 64 : 32);
}
