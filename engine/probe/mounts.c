/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/mounts.h"

#include "probe/signs.h"

static bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

/* The kernel writes blanks and backslashes as \040. */
static ar_str unescape(struct ar_arena *arena, ar_str text)
{
    struct ar_buf out = AR_BUF(arena);
    if (ar_str_find(text, AR_STR("\\"), 0) == SIZE_MAX)
        return text;
    for (size_t at = 0; at < text.len; at++) {
        const char *c = text.ptr + at;
        if (*c != '\\' || at + 3 >= text.len || !is_octal(c[1]) ||
            !is_octal(c[2]) || !is_octal(c[3])) {
            ar_buf_put_char(&out, *c);
            continue;
        }
        ar_buf_put_char(
            &out, (char)((c[1] - '0') << 6 | (c[2] - '0') << 3 | (c[3] - '0')));
        at += 3;
    }
    return ar_buf_view(&out);
}

/* Between the options of the mount and "-" stand any number of words. */
static bool read_line(struct ar_arena *arena, ar_str line,
                      struct ar_mount *mount)
{
    ar_str ignored;
    bool is_whole = ar_sign_word(&line, &mount->id) &&
                    ar_sign_word(&line, &mount->parent) &&
                    ar_sign_word(&line, &ignored) &&
                    ar_sign_word(&line, &mount->root) &&
                    ar_sign_word(&line, &mount->target) &&
                    ar_sign_word(&line, &mount->options);
    for (ignored = AR_STR(""); is_whole && !ar_str_equal_c(ignored, "-");)
        is_whole = ar_sign_word(&line, &ignored);
    is_whole = is_whole && ar_sign_word(&line, &mount->format) &&
               ar_sign_word(&line, &mount->source);
    if (!is_whole)
        return false;
    ar_sign_word(&line, &mount->super_options);
    mount->root = unescape(arena, mount->root);
    mount->target = unescape(arena, mount->target);
    mount->source = unescape(arena, mount->source);
    return true;
}

void ar_mounts_read(struct ar_arena *arena, ar_str text,
                    ar_mount_vector *mounts)
{
    for (ar_str line; ar_sign_line(&text, &line);) {
        struct ar_mount mount = {0};
        if (read_line(arena, line, &mount))
            ar_vector_push(arena, mounts, mount);
    }
}

/* What is mounted on top of a place of another mount; the last one, if several
 * say so of themselves. */
static const struct ar_mount *find_on(const ar_mount_vector *mounts,
                                      const struct ar_mount *below,
                                      ar_str place)
{
    const struct ar_mount *found = NULL;
    for (size_t ix = 0; ix < mounts->count; ix++) {
        const struct ar_mount *mount = &mounts->at[ix];
        if (mount != below && ar_str_equal(mount->parent, below->id) &&
            ar_str_equal(mount->target, place))
            found = mount;
    }
    return found;
}

static bool has_id(const ar_mount_vector *mounts, ar_str id,
                   const struct ar_mount *but)
{
    for (size_t ix = 0; ix < mounts->count; ix++)
        if (&mounts->at[ix] != but && ar_str_equal(mounts->at[ix].id, id))
            return true;
    return false;
}

static const struct ar_mount *find_root(const ar_mount_vector *mounts)
{
    for (size_t ix = 0; ix < mounts->count; ix++) {
        const struct ar_mount *mount = &mounts->at[ix];
        if (ar_str_equal_c(mount->target, "/") &&
            !has_id(mounts, mount->parent, mount))
            return mount;
    }
    return NULL;
}

/* Mounts lie on top of each other, at most as many as there are. */
static const struct ar_mount *climb(const ar_mount_vector *mounts,
                                    const struct ar_mount *mount, ar_str place)
{
    for (size_t ix = 0; mount && ix < mounts->count; ix++) {
        const struct ar_mount *upper = find_on(mounts, mount, place);
        if (!upper)
            break;
        mount = upper;
    }
    return mount;
}

const struct ar_mount *ar_mounts_find(const ar_mount_vector *mounts,
                                      ar_str path)
{
    const struct ar_mount *mount = find_root(mounts);
    mount = climb(mounts, mount, AR_STR("/"));
    for (size_t at = 1; mount && at < path.len;) {
        size_t end = ar_str_find(path, AR_STR("/"), at);
        end = end == SIZE_MAX ? path.len : end;
        mount = climb(mounts, mount, ar_str_slice(path, 0, end));
        at = end + 1;
    }
    return mount;
}
