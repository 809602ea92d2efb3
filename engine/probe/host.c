/* SPDX-License-Identifier: Apache-2.0 */
/* What the hosts of all systems have in common: patterns of names, which
 * variables programs get, and the answers of files and folders. */

#include "probe/host.h"

#include "base/file.h"
#include "probe/host_parts.h"
#include "text/utf8.h"

#include <string.h>

/* ---- patterns ---- */

/* Behind the ']' that closes the class at start, or 0. */
static size_t class_end(ar_str pattern, size_t start)
{
    size_t at = start + 1;
    if (at < pattern.len && (pattern.ptr[at] == '!' || pattern.ptr[at] == '^'))
        at++;
    /* One in front is a member. */
    for (size_t i = at + 1; i < pattern.len; i++)
        if (pattern.ptr[i] == ']')
            return i + 1;
    return 0;
}

/* class: what stands between the brackets. */
static bool class_has(ar_str class, uint32_t character)
{
    bool is_opposite = class.ptr[0] == '!' || class.ptr[0] == '^';
    size_t at = is_opposite ? 1 : 0;
    bool found = false;
    while (at < class.len) {
        uint32_t first = ar_utf8_next(class, &at);
        uint32_t last = first;
        if (at + 1 < class.len && class.ptr[at] == '-') {
            at++;
            last = ar_utf8_next(class, &at);
        }
        found = found || (first <= character && character <= last);
    }
    return found != is_opposite;
}

/* One element of the pattern that is no '*' against the character at
 * *name_at; both move on. */
static bool step(ar_str pattern, size_t *pattern_at, ar_str name,
                 size_t *name_at)
{
    size_t at = *pattern_at;
    size_t end = pattern.ptr[at] == '[' ? class_end(pattern, at) : 0;
    if (*name_at == name.len)
        return false;
    if (pattern.ptr[at] == '?' || end > 0) {
        uint32_t character = ar_utf8_next(name, name_at);
        *pattern_at = end > 0 ? end : at + 1;
        return end == 0 ||
               class_has(ar_str_slice(pattern, at + 1, end - 1), character);
    }
    (*pattern_at)++;
    return name.ptr[(*name_at)++] == pattern.ptr[at];
}

/* After a mismatch the last '*' takes one byte more: no more work than the
 * product of the lengths. */
bool ar_host_name_fits(ar_str pattern, ar_str name)
{
    size_t pattern_at = 0;
    size_t name_at = 0;
    size_t star = SIZE_MAX;
    size_t star_took = 0;
    if (name.len > 0 && name.ptr[0] == '.' &&
        (pattern.len == 0 || pattern.ptr[0] != '.'))
        return false;
    while (pattern_at < pattern.len || name_at < name.len) {
        if (pattern_at < pattern.len && pattern.ptr[pattern_at] == '*') {
            star = ++pattern_at;
            star_took = name_at;
            continue;
        }
        if (pattern_at < pattern.len &&
            step(pattern, &pattern_at, name, &name_at))
            continue;
        if (star == SIZE_MAX || star_took == name.len)
            return false;
        pattern_at = star;
        name_at = ++star_took;
    }
    return true;
}

bool ar_host_is_pattern(ar_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '*' || text.ptr[i] == '?' || text.ptr[i] == '[')
            return true;
    return false;
}

/* ---- the environment ---- */

bool ar_host_passes_variable(ar_str name, bool is_elevated)
{
    static const struct {
        bool is_for_all;
        const char *pattern;
    } held_back[] = {
#define AR_ENVIRONMENT(is_for_all, pattern) {is_for_all, pattern},
#include "probe/environment.def"
#undef AR_ENVIRONMENT
    };
    for (size_t i = 0; i < AR_COUNT_OF(held_back); i++)
        if ((held_back[i].is_for_all || is_elevated) &&
            ar_host_name_fits(ar_str_from_c(held_back[i].pattern), name))
            return false;
    return true;
}

/* ---- answers ---- */

void ar_host_refuse(struct ar_host_output *output, enum ar_host_status status,
                    ar_str detail)
{
    output->status = status;
    output->detail = detail;
}

enum ar_host_status ar_host_file_status(enum ar_file_status status)
{
    switch (status) {
    case AR_FILE_OK: return AR_HOST_DONE;
    case AR_FILE_NOT_FOUND: return AR_HOST_NOT_FOUND;
    case AR_FILE_DENIED: return AR_HOST_DENIED;
    case AR_FILE_TOO_LARGE: return AR_HOST_TOO_LARGE;
    case AR_FILE_IS_FOLDER:
    case AR_FILE_NOT_REGULAR:
    case AR_FILE_FAILED: return AR_HOST_FAILED;
    }
    AR_UNREACHABLE();
}

static void set_file_status(struct ar_arena *arena, ar_str path,
                            enum ar_file_status status,
                            struct ar_host_output *out)
{
    out->path = ar_str_copy(arena, path);
    out->status = ar_host_file_status(status);
    if (status != AR_FILE_OK)
        out->detail = ar_str_from_c(ar_file_status_text(status));
}

void ar_host_read_file(struct ar_arena *arena, ar_str path, size_t max_bytes,
                       struct ar_host_output *out)
{
    set_file_status(arena, path,
                    ar_file_read(arena, path, max_bytes, &out->out), out);
}

void ar_host_read_part(struct ar_arena *arena, ar_str path, uint64_t offset,
                       size_t size, struct ar_host_output *out)
{
    set_file_status(arena, path,
                    ar_file_read_part(arena, path, offset, size, &out->out),
                    out);
}

void ar_host_split(struct ar_arena *arena, ar_str text, char separator,
                   ar_str_vector *parts)
{
    const ar_str mark = {&separator, 1};
    for (size_t start = 0, end = 0; end != SIZE_MAX; start = end + 1) {
        end = ar_str_find(text, mark, start);
        ar_vector_push(arena, parts, ar_str_slice(text, start, end));
    }
}

/* What is elsewhere learns who asks, and may take for ever. */
bool ar_host_address(ar_str address, ar_str scheme, ar_str *rest,
                     struct ar_host_output *out)
{
    *rest = ar_str_slice(address, scheme.len, address.len);
    if (ar_str_starts_with(address, scheme) && rest->len > 0 &&
        !memchr(rest->ptr, '\0', rest->len))
        return true;
    bool is_local = ar_str_starts_with(address, AR_STR("unix://")) ||
                    ar_str_starts_with(address, AR_STR("npipe://"));
    ar_host_unsupported(out, is_local
                                 ? AR_STR("this system has no such address")
                                 : AR_STR("only what is on this machine is "
                                          "asked: unix:// or npipe://"));
    return false;
}

void ar_host_take_answer(const struct ar_http *http, struct ar_host_output *out)
{
    switch (http->state) {
    case AR_HTTP_DONE:
        out->status = AR_HOST_DONE;
        out->exit_code = http->status;
        out->out = (ar_str){http->content.ptr, http->content.len};
        return;
    case AR_HTTP_TOO_LARGE:
        ar_host_refuse(out, AR_HOST_TOO_LARGE, ar_str_from_c(http->detail));
        return;
    case AR_HTTP_READING:
    case AR_HTTP_BAD:
        ar_host_refuse(out, AR_HOST_BAD_ANSWER, ar_str_from_c(http->detail));
        return;
    }
    AR_UNREACHABLE();
}

void ar_host_give_up_answer(const struct ar_http *http, bool is_connected,
                            struct ar_host_output *out)
{
    const char *detail = "it did not take the connection in time";
    if (http->state == AR_HTTP_DONE) {
        ar_host_take_answer(http, out);
        return;
    }
    if (http->status != 0)
        detail = "it did not finish its answer in time";
    else if (is_connected)
        detail = "it did not answer in time";
    ar_host_refuse(out, AR_HOST_TIMEOUT, ar_str_from_c(detail));
}

void ar_host_unsupported(struct ar_host_output *out, ar_str detail)
{
    *out = (struct ar_host_output){
        .status = AR_HOST_UNSUPPORTED, .detail = detail, .exit_code = -1};
}
