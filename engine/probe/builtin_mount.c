/* SPDX-License-Identifier: Apache-2.0 */
/* The mount that a path lies on. */

#include "base/limits.h"
#include "probe/mounts.h"
#include "probe/signs.h"

enum { MAX_LINKS = 40 }; /* as the kernel has it */

/* Takes the last part of a path away. */
static ar_str go_up(ar_str path)
{
    while (path.len > 0 && path.ptr[path.len - 1] != '/')
        path.len--;
    if (path.len > 0)
        path.len--;
    return path;
}

/* The path without links, "." and ".."; false if there are too many links.
 * Whatever does not exist stays as it is. */
static bool resolve(struct ar_question *question, ar_str path, ar_str *out)
{
    struct ar_arena *arena = question->arena;
    ar_str done = {"", 0};
    ar_str rest = path;
    for (unsigned n_links = 0; rest.len > 0;) {
        size_t end = ar_str_find(rest, AR_STR("/"), 0);
        ar_str name = ar_str_slice(rest, 0, end);
        rest = ar_str_slice(rest, name.len + 1, rest.len);
        if (name.len == 0 || ar_str_equal_c(name, "."))
            continue;
        if (ar_str_equal_c(name, "..")) {
            done = go_up(done);
            continue;
        }
        ar_str next = ar_str_join(arena, done, AR_STR("/"), name);
        ar_str target = ar_sign_target(question, next);
        if (target.len == 0) {
            done = next;
            continue;
        }
        if (++n_links > MAX_LINKS)
            return false;
        rest = ar_str_join(arena, target, AR_STR("/"), rest);
        if (target.ptr[0] == '/')
            done = AR_STR("");
    }
    *out = done.len > 0 ? done : AR_STR("/");
    return true;
}

/* NULL, with the reason, if it is not known. */
static const struct ar_mount *find_mount(struct ar_question *question,
                                         ar_value *lack)
{
    const struct ar_host_functions *functions = question->host->functions;
    struct ar_host_output output = {0};
    struct ar_host_entry entry = {0};
    ar_mount_vector mounts = {0};
    ar_str path = question->arguments[0].as.string;
    question->how = AR_STR("/proc/self/mountinfo");
    functions->look(question->host, question->arena, path, true, &entry);
    *lack = ar_question_lack(&(struct ar_host_output){.status = entry.status,
                                                      .detail = entry.detail});
    if (entry.status != AR_HOST_DONE)
        return NULL;
    functions->read_file(question->host, question->arena, question->how,
                         AR_MAX_VALUE_BYTES, &output);
    *lack = ar_sign_unknown(AR_REASON_unsupported,
                            "the system does not list what is mounted");
    if (output.status != AR_HOST_DONE || !resolve(question, path, &path))
        return NULL;
    ar_mounts_read(question->arena, output.out, &mounts);
    return ar_mounts_find(&mounts, path);
}

ar_value ar_builtin_find_mount_target(struct ar_question *question)
{
    ar_value lack;
    const struct ar_mount *mount = find_mount(question, &lack);
    return mount ? ar_question_string(mount->target) : lack;
}

ar_value ar_builtin_find_mount_source(struct ar_question *question)
{
    ar_value lack;
    const struct ar_mount *mount = find_mount(question, &lack);
    return mount ? ar_question_string(mount->source) : lack;
}

ar_value ar_builtin_find_mount_format(struct ar_question *question)
{
    ar_value lack;
    const struct ar_mount *mount = find_mount(question, &lack);
    return mount ? ar_question_string(mount->format) : lack;
}

typedef AR_VECTOR(ar_value) option_vector;

static bool has_option(const option_vector *options, ar_str option)
{
    for (size_t ix = 0; ix < options->count; ix++)
        if (ar_str_equal(options->at[ix].as.string, option))
            return true;
    return false;
}

static bool is_read_only(ar_str options)
{
    return ar_str_equal_c(options, "ro") ||
           ar_str_starts_with(options, AR_STR("ro,"));
}

static void add_options(struct ar_question *question, ar_str text,
                        option_vector *options)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = ar_str_find(text, AR_STR(","), at);
        ar_str option = ar_str_slice(text, at, end);
        at += option.len + 1;
        if (!ar_str_equal_c(option, "rw") && !ar_str_equal_c(option, "ro") &&
            !has_option(options, option))
            ar_vector_push(question->arena, options,
                           ar_question_string(option));
    }
}

/* Nobody can write through a mount of either kind that is read-only. */
ar_value ar_builtin_find_mount_options(struct ar_question *question)
{
    ar_value lack;
    option_vector options = {0};
    const struct ar_mount *mount = find_mount(question, &lack);
    if (!mount)
        return lack;
    bool is_shut =
        is_read_only(mount->options) || is_read_only(mount->super_options);
    ar_vector_push(question->arena, &options,
                   ar_value_string(is_shut ? AR_STR("ro") : AR_STR("rw")));
    add_options(question, mount->options, &options);
    add_options(question, mount->super_options, &options);
    return ar_value_list(question->decl->type, options.at, options.count);
}
