/* SPDX-License-Identifier: Apache-2.0 */
/* Memory and swap, and how much of it this process may use. */

#include "base/limits.h"
#include "probe/mounts.h"
#include "probe/signs.h"

#include <string.h>

/* ---- of the system ---- */

static ar_value make_size(ar_str digits, int64_t unit)
{
    int64_t number;
    if (!ar_str_to_int(digits, &number) || number < 0 ||
        number > INT64_MAX / unit)
        return ar_sign_unknown(AR_REASON_bad_output, "it is no size");
    return ar_value_size(number * unit);
}

/* Lines as "MemTotal:  16384 kB"; the unit is KiB, whatever it is called. */
static ar_value read_meminfo(struct ar_question *question, const char *name)
{
    ar_str text;
    ar_str value;
    ar_str number;
    question->how = AR_STR("/proc/meminfo");
    if (!ar_sign_read(question, "/proc/meminfo", &text))
        return ar_sign_unknown(AR_REASON_unsupported,
                               "the system does not tell");
    if (!ar_sign_field(text, name, &value) || !ar_sign_word(&value, &number))
        return ar_sign_unknown(AR_REASON_unsupported,
                               "the kernel does not tell this of its memory");
    return make_size(number, 1024);
}

static ar_value ask_system(struct ar_question *question, size_t which)
{
    struct ar_host_output output = {0};
    question->how = AR_STR("functions of the system");
    question->host->functions->tell(question->host, question->arena,
                                    AR_HOST_SYSTEM_MEMORY, &output);
    if (output.status != AR_HOST_DONE)
        return ar_question_lack(&output);
    ar_str rest = output.out;
    ar_str number = {"", 0};
    for (size_t ix = 0; ix <= which; ix++)
        ar_sign_word(&rest, &number);
    return make_size(number, 1);
}

static ar_value find_size(struct ar_question *question, size_t which)
{
    static const char *const names[] = {"MemTotal", "MemAvailable", "SwapTotal",
                                        "SwapFree"};
    return strcmp(question->host->platform, "linux") == 0
               ? read_meminfo(question, names[which])
               : ask_system(question, which);
}

ar_value ar_builtin_find_memory(struct ar_question *question)
{
    return find_size(question, 0);
}

ar_value ar_builtin_find_memory_available(struct ar_question *question)
{
    return find_size(question, 1);
}

ar_value ar_builtin_find_swap(struct ar_question *question)
{
    return find_size(question, 2);
}

ar_value ar_builtin_find_swap_free(struct ar_question *question)
{
    return find_size(question, 3);
}

/* ---- of the cgroups of this process ---- */

/* Where the controller of memory is. */
struct place {
    bool is_first; /* cgroup v1 */
    ar_str cgroup; /* as /proc/self/cgroup has it */
    ar_str folder; /* of that cgroup */
    size_t n_root; /* bytes of the folder that the hierarchy is mounted at */
};

static bool has_controller(ar_str names, const char *controller)
{
    for (size_t at = 0; at < names.len;) {
        size_t end = ar_str_find(names, AR_STR(","), at);
        ar_str name = ar_str_slice(names, at, end);
        if (ar_str_equal_c(name, controller))
            return true;
        at += name.len + 1;
    }
    return false;
}

/* Lines as "4:memory:/a" of v1 and "0::/a" of v2, which counts where v1 does
 * not have the controller. */
static bool find_cgroup(ar_str text, struct place *place)
{
    bool is_found = false;
    for (ar_str line; ar_sign_line(&text, &line);) {
        size_t first = ar_str_find(line, AR_STR(":"), 0);
        size_t second = first == SIZE_MAX
                            ? SIZE_MAX
                            : ar_str_find(line, AR_STR(":"), first + 1);
        if (second == SIZE_MAX)
            continue;
        ar_str names = ar_str_slice(line, first + 1, second);
        bool is_first = has_controller(names, "memory");
        if (!is_first && (names.len > 0 || place->is_first))
            continue;
        place->is_first = is_first;
        place->cgroup = ar_str_slice(line, second + 1, line.len);
        is_found = true;
    }
    return is_found;
}

static bool is_hierarchy(const struct ar_mount *mount,
                         const struct place *place)
{
    return place->is_first ? ar_str_equal_c(mount->format, "cgroup") &&
                                 has_controller(mount->super_options, "memory")
                           : ar_str_equal_c(mount->format, "cgroup2");
}

/* In a container the hierarchy may be mounted from the cgroup of the container
 * on, and then its paths begin there. */
static bool find_folder(struct ar_question *question, ar_str text,
                        struct place *place)
{
    ar_mount_vector mounts = {0};
    ar_mounts_read(question->arena, text, &mounts);
    for (size_t ix = 0; ix < mounts.count; ix++) {
        const struct ar_mount *mount = &mounts.at[ix];
        ar_str below = place->cgroup;
        if (!is_hierarchy(mount, place))
            continue;
        if (!ar_str_equal_c(mount->root, "/"))
            below = ar_str_starts_with(below, mount->root)
                        ? ar_str_slice(below, mount->root.len, below.len)
                        : AR_STR("");
        while (ar_str_ends_with(below, AR_STR("/")))
            below.len--;
        place->folder = ar_str_concat(question->arena, mount->target, below);
        place->n_root = mount->target.len;
        return true;
    }
    return false;
}

/* What a file of limits says; false if it cannot be read for another reason
 * than that it is not there. */
static bool read_limit(struct ar_question *question, ar_str path,
                       int64_t *limit)
{
    /* "No limit" of v1 is the greatest number of whole pages. */
    const int64_t no_limit = INT64_MAX - (1 << 20);
    struct ar_host_output output = {0};
    int64_t number;
    question->host->functions->read_file(question->host, question->arena, path,
                                         256, &output);
    if (output.status == AR_HOST_NOT_FOUND)
        return true;
    if (output.status != AR_HOST_DONE)
        return false;
    ar_str text = ar_str_trim(output.out);
    if (ar_str_equal_c(text, "max"))
        return true;
    if (!ar_str_to_int(text, &number))
        return false;
    if (number < no_limit && number < *limit)
        *limit = number;
    return true;
}

/* Limits of cgroups that lie above what is mounted are told by v1 only. */
static void read_hierarchical(struct ar_question *question,
                              const struct place *place, int64_t *limit)
{
    const int64_t no_limit = INT64_MAX - (1 << 20);
    ar_str text;
    ar_str path =
        ar_str_concat(question->arena, place->folder, AR_STR("/memory.stat"));
    ar_sign_read(question, path.ptr, &text);
    for (ar_str line; ar_sign_line(&text, &line);) {
        ar_str name;
        ar_str digits;
        int64_t number;
        if (ar_sign_word(&line, &name) &&
            ar_str_equal_c(name, "hierarchical_memory_limit") &&
            ar_sign_word(&line, &digits) && ar_str_to_int(digits, &number) &&
            number < no_limit && number < *limit)
            *limit = number;
    }
}

/* From the cgroup up to the one that is mounted. */
static bool read_limits(struct ar_question *question, const struct place *place,
                        int64_t *limit)
{
    ar_str name = place->is_first ? AR_STR("/memory.limit_in_bytes")
                                  : AR_STR("/memory.max");
    ar_str folder = place->folder;
    for (bool goes_on = true; goes_on;) {
        if (!read_limit(question, ar_str_concat(question->arena, folder, name),
                        limit))
            return false;
        goes_on = folder.len > place->n_root;
        while (folder.len > place->n_root && folder.ptr[folder.len - 1] != '/')
            folder.len--;
        if (folder.len > place->n_root)
            folder.len--;
    }
    if (place->is_first)
        read_hierarchical(question, place, limit);
    return true;
}

ar_value ar_builtin_find_memory_limit(struct ar_question *question)
{
    struct place place = {0};
    int64_t limit = INT64_MAX;
    ar_str mounts;
    ar_str cgroups;
    question->how = AR_STR("/proc/self/cgroup");
    if (!ar_sign_read(question, "/proc/self/mountinfo", &mounts))
        return ar_sign_unknown(AR_REASON_unsupported,
                               "the system does not list what is mounted");
    /* A kernel without cgroups has no such file. */
    if (!ar_sign_read(question, "/proc/self/cgroup", &cgroups) ||
        !find_cgroup(cgroups, &place))
        return ar_value_absent();
    if (!find_folder(question, mounts, &place))
        return ar_sign_unknown(AR_REASON_unsupported,
                               "the cgroups of this process are not mounted");
    question->how = place.folder;
    if (!read_limits(question, &place, &limit))
        return ar_sign_unknown(AR_REASON_denied,
                               "a limit of a cgroup cannot be read");
    return limit < INT64_MAX ? ar_value_size(limit) : ar_value_absent();
}
