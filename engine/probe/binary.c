/* SPDX-License-Identifier: Apache-2.0 */
/* Programs and libraries: which format, reading in windows, scripts. */

#include "probe/binary.h"

#include "base/limits.h"
#include "probe/builtin.h"
#include "text/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    WINDOW_BYTES = 16384,
    /* Real files need five windows or fewer; tables that are strewn about, or
     * made to be, end here. */
    MOST_WINDOWS = 256,
    MARK_BYTES = 8,
    SCRIPT_BYTES = 256 /* as much as the kernel of Linux looks at */
};

/* ---- what is wrong ---- */

ar_value ar_binary_bad(const struct ar_binary_file *file, const char *format,
                       ...)
{
    char detail[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof(detail), format, arguments);
    va_end(arguments);
    return ar_value_unknown(AR_REASON_bad_output,
                            ar_str_copy(file->arena, ar_str_from_c(detail)));
}

void ar_binary_set_all(struct ar_binary *out, ar_value lack)
{
    *out = (struct ar_binary){.format = lack,
                              .arch = lack,
                              .archs = lack,
                              .bits = lack,
                              .interpreter = lack,
                              .needed = lack,
                              .glibc = lack};
}

/* ---- windows ---- */

static bool read_window(struct ar_binary_file *file, uint64_t number,
                        ar_str *bytes)
{
    struct ar_host_output output = {0};
    file->host->functions->read_part(file->host, file->arena, file->path,
                                     number * WINDOW_BYTES, WINDOW_BYTES,
                                     &output);
    *bytes = output.out;
    if (output.status == AR_HOST_DONE)
        return true;
    file->lack = ar_question_lack(&output);
    return false;
}

/* NULL, with lack set, if it cannot be had. */
static const struct ar_binary_window *find_window(struct ar_binary_file *file,
                                                  uint64_t number)
{
    struct ar_binary_window window = {.number = number};
    for (size_t ix = 0; ix < file->windows.count; ix++) {
        if (file->windows.at[ix].number == number)
            return &file->windows.at[ix];
    }
    if (file->windows.count == MOST_WINDOWS) {
        file->lack = ar_value_unknown(
            AR_REASON_too_large,
            AR_STR("its tables are larger than what is looked at"));
        return NULL;
    }
    if (!read_window(file, number, &window.bytes))
        return NULL;
    ar_vector_push(file->arena, &file->windows, window);
    return &file->windows.at[file->windows.count - 1];
}

/* What there is from offset on, up to the end of a window: nothing behind the
 * end of the file. */
static bool view(struct ar_binary_file *file, uint64_t offset, ar_str *out)
{
    const struct ar_binary_window *window =
        find_window(file, offset / WINDOW_BYTES);
    if (window)
        *out = ar_str_slice(window->bytes, (size_t)(offset % WINDOW_BYTES),
                            WINDOW_BYTES);
    return window != NULL;
}

static bool set_short(struct ar_binary_file *file, const char *what)
{
    file->lack = ar_binary_bad(file, "the file ends within %s", what);
    return false;
}

bool ar_binary_read(struct ar_binary_file *file, uint64_t offset,
                    unsigned char *out, size_t size, const char *what)
{
    size_t done = 0;
    if (offset > INT64_MAX - size)
        return set_short(file, what);
    while (done < size) {
        ar_str bytes;
        if (!view(file, offset + done, &bytes))
            return false;
        if (bytes.len == 0)
            return set_short(file, what);
        size_t count = bytes.len < size - done ? bytes.len : size - done;
        memcpy(out + done, bytes.ptr, count);
        done += count;
    }
    return true;
}

static ar_value finish_text(struct ar_binary_file *file, ar_str text,
                            const char *what)
{
    file->n_text_bytes += text.len;
    if (file->n_text_bytes > AR_MAX_VALUE_BYTES)
        return ar_value_unknown(AR_REASON_too_large,
                                AR_STR("its texts are too long"));
    if (ar_utf8_invalid_at(text) != SIZE_MAX)
        return ar_binary_bad(file, "%s is not UTF-8", what);
    return ar_value_string(text);
}

ar_value ar_binary_text(struct ar_binary_file *file, uint64_t offset,
                        uint64_t size, const char *what)
{
    enum { TEXT_BYTES = 4096 };
    struct ar_buf text = AR_BUF(file->arena);
    uint64_t limit = size < TEXT_BYTES ? size : TEXT_BYTES;
    ar_str bytes;
    while (text.len < limit && offset <= (uint64_t)INT64_MAX - TEXT_BYTES) {
        if (!view(file, offset + text.len, &bytes))
            return file->lack;
        bytes = ar_str_slice(bytes, 0, (size_t)(limit - text.len));
        if (bytes.len == 0)
            break;
        const char *end = memchr(bytes.ptr, '\0', bytes.len);
        ar_buf_put(&text,
                   ar_str_slice(bytes, 0,
                                end ? (size_t)(end - bytes.ptr) : bytes.len));
        if (!end)
            continue;
        return finish_text(file, ar_buf_view(&text), what);
    }
    return ar_binary_bad(file, "%s has no end", what);
}

/* ---- numbers ---- */

uint16_t ar_binary_u16(const struct ar_binary_file *file,
                       const unsigned char *bytes)
{
    return file->is_big_endian ? (uint16_t)(bytes[0] << 8 | bytes[1])
                               : (uint16_t)(bytes[1] << 8 | bytes[0]);
}

uint32_t ar_binary_u32(const struct ar_binary_file *file,
                       const unsigned char *bytes)
{
    uint32_t first = ar_binary_u16(file, bytes);
    uint32_t second = ar_binary_u16(file, bytes + 2);
    return file->is_big_endian ? first << 16 | second : second << 16 | first;
}

uint64_t ar_binary_u64(const struct ar_binary_file *file,
                       const unsigned char *bytes)
{
    uint64_t first = ar_binary_u32(file, bytes);
    uint64_t second = ar_binary_u32(file, bytes + 4);
    return file->is_big_endian ? first << 32 | second : second << 32 | first;
}

/* ---- values ---- */

ar_value ar_binary_arch(const char *name)
{
    size_t word_ix = ar_type_enum_find(&ar_type_arch, ar_str_from_c(name));
    AR_ASSERT(word_ix != SIZE_MAX);
    return ar_value_enum(&ar_type_arch, word_ix);
}

ar_value ar_binary_no_arch(const struct ar_binary_file *file, uint32_t number)
{
    ar_str detail = ar_str_printf(
        file->arena, "its header names processor 0x%X", (unsigned)number);
    return ar_value_unknown(AR_REASON_unsupported, detail);
}

ar_value ar_binary_archs(struct ar_arena *arena, const ar_value *archs,
                         size_t count)
{
    return ar_value_list(ar_type_list_of(arena, &ar_type_arch), archs, count);
}

ar_value ar_binary_texts(struct ar_arena *arena, const ar_value_vector *texts)
{
    return ar_value_list(ar_type_list_of(arena, &ar_type_string), texts->at,
                         texts->count);
}

/* ---- scripts ---- */

static bool ends_interpreter(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\0';
}

/* As the kernel reads it: a CR in front of the line's end belongs to the
 * name, and then there is no such program. */
static ar_value find_interpreter(const struct ar_binary_file *file, ar_str line,
                                 bool is_cut)
{
    size_t start = 2;
    while (start < line.len &&
           (line.ptr[start] == ' ' || line.ptr[start] == '\t'))
        start++;
    size_t end = start;
    while (end < line.len && !ends_interpreter(line.ptr[end]))
        end++;
    if (end == line.len && is_cut)
        return ar_binary_bad(file,
                             "its first line names no program within "
                             "%d bytes",
                             SCRIPT_BYTES);
    ar_str name = ar_str_slice(line, start, end);
    if (name.len == 0)
        return ar_binary_bad(file, "no program stands behind its #!");
    if (ar_utf8_invalid_at(name) != SIZE_MAX)
        return ar_binary_bad(file, "what stands behind its #! is not UTF-8");
    return ar_value_string(ar_str_copy(file->arena, name));
}

static void read_script(struct ar_binary_file *file, ar_str start,
                        struct ar_binary *out)
{
    ar_value_vector none = {0};
    ar_binary_set_all(out, ar_value_absent());
    out->format = ar_value_string(AR_STR("script"));
    out->archs = ar_binary_archs(file->arena, NULL, 0);
    out->needed = ar_binary_texts(file->arena, &none);
    out->interpreter = find_interpreter(
        file, ar_str_slice(start, 0, SCRIPT_BYTES), start.len > SCRIPT_BYTES);
}

/* ---- which format ---- */

static bool begins_with(ar_str bytes, const char *mark, size_t size)
{
    return bytes.len >= size && memcmp(bytes.ptr, mark, size) == 0;
}

/* A class of Java begins like a universal file of macOS, with its version
 * where the count of parts would be: that is 45 or more. */
static bool is_universal(ar_str bytes)
{
    return begins_with(bytes, "\xCA\xFE\xBA\xBF", 4) ||
           (begins_with(bytes, "\xCA\xFE\xBA\xBE\0\0\0", 7) &&
            bytes.len >= MARK_BYTES && (unsigned char)bytes.ptr[7] < 45);
}

static bool is_macho(ar_str bytes)
{
    return begins_with(bytes, "\xFE\xED\xFA\xCE", 4) ||
           begins_with(bytes, "\xFE\xED\xFA\xCF", 4) ||
           begins_with(bytes, "\xCE\xFA\xED\xFE", 4) ||
           begins_with(bytes, "\xCF\xFA\xED\xFE", 4);
}

static void read_format(struct ar_binary_file *file, ar_str start,
                        struct ar_binary *out)
{
    if (begins_with(start,
                    "\x7F"
                    "ELF",
                    4)) {
        ar_binary_read_elf(file, out);
    } else if (begins_with(start, "MZ", 2)) {
        ar_binary_read_pe(file, out);
    } else if (is_macho(start)) {
        ar_binary_read_macho(file, out);
    } else if (is_universal(start)) {
        ar_binary_read_universal(file, out);
    } else if (begins_with(start, "#!", 2)) {
        read_script(file, start, out);
    } else {
        ar_binary_set_all(
            out, ar_value_unknown(AR_REASON_unsupported,
                                  AR_STR("it does not begin as ELF, PE or "
                                         "Mach-O, nor with #!")));
        out->format = ar_value_absent();
    }
}

/* Whoever replaces the file in between must not make two halves into one. */
static bool has_changed(struct ar_binary_file *file)
{
    ar_str again;
    return !read_window(file, 0, &again) ||
           !ar_str_equal(again, file->windows.at[0].bytes);
}

void ar_binary_inspect(struct ar_arena *arena, struct ar_host *host,
                       ar_str path, ar_value host_arch, struct ar_binary *out)
{
    struct ar_binary_file file = {
        .arena = arena, .host = host, .path = path, .host_arch = host_arch};
    ar_str start;
    if (!view(&file, 0, &start)) {
        ar_binary_set_all(out, file.lack);
        return;
    }
    read_format(&file, start, out);
    if (file.windows.count > 1 && has_changed(&file))
        ar_binary_set_all(
            out, ar_value_unknown(AR_REASON_probe_failed,
                                  AR_STR("it changed while it was read")));
}
