/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_BINARY_H
#define AR_PROBE_BINARY_H
/* What the headers of a program or library say: ELF (System V ABI), PE (PE
 * Format of Microsoft), Mach-O (<mach-o/loader.h>, <mach-o/fat.h>), scripts.
 * Nothing in a file is believed: an offset that leads out of the file, or what
 * contradicts itself, makes what depends on it unknown(bad_output) and nothing
 * else. */

#include "probe/host.h"
#include "value/value.h"

/* Each is a value, absent or unknown; docs/facts.md says when. */
struct ar_binary {
    ar_value format; /* a string: "pe", "elf", "macho", "script" */
    ar_value arch;
    ar_value archs; /* list of arch */
    ar_value bits;
    ar_value interpreter;
    ar_value needed; /* list of string */
    ar_value glibc;  /* version */
};

/* host_arch chooses the part of a universal file; it may be unknown. Reads
 * at most a few MiB, and what it needs of them. */
void ar_binary_inspect(struct ar_arena *arena, struct ar_host *host,
                       ar_str path, ar_value host_arch, struct ar_binary *out);

/* ---- for binary_*.c ---- */

typedef AR_VECTOR(ar_value) ar_value_vector;

/* A part of a file that was read. */
struct ar_binary_window {
    uint64_t number;
    ar_str bytes;
};

/* A file that is read in windows, each of them once. */
struct ar_binary_file {
    struct ar_arena *arena;
    struct ar_host *host;
    ar_str path;
    ar_value host_arch;
    AR_VECTOR(struct ar_binary_window) windows;
    size_t n_text_bytes; /* of all texts, NUL not counted */
    bool is_big_endian;  /* how numbers are read */
    ar_value lack;       /* why the last read failed */
};

/* The bytes from offset on; false, with lack set, if not all are there. what
 * is named in the lack: "its program headers". */
bool ar_binary_read(struct ar_binary_file *file, uint64_t offset,
                    unsigned char *out, size_t size, const char *what);
/* A text that ends with NUL within size bytes, the NUL counted. */
ar_value ar_binary_text(struct ar_binary_file *file, uint64_t offset,
                        uint64_t size, const char *what);
/* Unknown(bad_output). */
ar_value ar_binary_bad(const struct ar_binary_file *file, const char *format,
                       ...) AR_PRINTF_LIKE(2, 3);

uint16_t ar_binary_u16(const struct ar_binary_file *file,
                       const unsigned char *bytes);
uint32_t ar_binary_u32(const struct ar_binary_file *file,
                       const unsigned char *bytes);
uint64_t ar_binary_u64(const struct ar_binary_file *file,
                       const unsigned char *bytes);

/* The value of type arch; name is a word of it. */
ar_value ar_binary_arch(const char *name);
/* For a machine that binary.def does not have. */
ar_value ar_binary_no_arch(const struct ar_binary_file *file, uint32_t number);
ar_value ar_binary_archs(struct ar_arena *arena, const ar_value *archs,
                         size_t count);
ar_value ar_binary_texts(struct ar_arena *arena, const ar_value_vector *texts);
/* Sets everything to one lack. */
void ar_binary_set_all(struct ar_binary *out, ar_value lack);

/* Each reads a file that begins with the mark of its format. */
void ar_binary_read_elf(struct ar_binary_file *file, struct ar_binary *out);
void ar_binary_read_pe(struct ar_binary_file *file, struct ar_binary *out);
/* One architecture, or a universal file. */
void ar_binary_read_macho(struct ar_binary_file *file, struct ar_binary *out);
void ar_binary_read_universal(struct ar_binary_file *file,
                              struct ar_binary *out);

#endif
