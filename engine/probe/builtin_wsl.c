/* SPDX-License-Identifier: Apache-2.0 */
/* Whether this is the Windows Subsystem for Linux, and which one. Each sign may
 * stand alone for another reason: a container has the kernel of the machine it
 * is on, a kernel may be built by anybody, and variables are handed down. */

#include "probe/signs.h"

enum wsl { WSL_UNKNOWN, WSL_NO, WSL_YES };

struct signs {
    enum wsl answer;
    int64_t version;    /* 1, 2; 0: the signs do not say, or contradict */
    const char *detail; /* of an unknown */
    ar_str how;
    bool has_kernel;  /* what the kernel calls itself could be read */
    bool is_named;    /* it calls itself so */
    bool is_disputed; /* two files of it differ in that */
    unsigned n_traces;
    bool has_variable;
    bool is_first;
    bool is_second;
};

/* Kernels are 4.4.0-19041-Microsoft, which is WSL 1 and no Linux, and
 * 5.15.153.1-microsoft-standard-WSL2; those of Azure are not named so. */
static void read_kernel(struct ar_question *question, struct signs *signs,
                        struct ar_buf *how)
{
    ar_str release;
    ar_str text;
    signs->has_kernel =
        ar_sign_read(question, "/proc/sys/kernel/osrelease", &release);
    if (!signs->has_kernel)
        return;
    bool has_text = ar_sign_read(question, "/proc/version", &text);
    bool is_first = ar_sign_has(release, "-Microsoft");
    bool is_second = ar_sign_has(release, "microsoft");
    signs->is_named = is_first || is_second;
    signs->is_disputed =
        has_text && ar_sign_has(text, "icrosoft") != signs->is_named;
    if (!signs->is_named)
        return;
    ar_sign_note(how, "/proc/sys/kernel/osrelease");
    signs->is_first = is_first;
    signs->is_second = is_second;
}

static bool has_file_system(ar_str mounts, const char *name)
{
    for (ar_str line; ar_sign_line(&mounts, &line);) {
        ar_str word;
        for (int ix = 0; ix < 3 && ar_sign_word(&line, &word); ix++)
            if (ix == 2 && ar_str_equal_c(word, name))
                return true;
    }
    return false;
}

/* Disks of Windows: drvfs is a file system of WSL 1 and an option of WSL 2. */
static void read_mounts(struct ar_question *question, struct signs *signs,
                        struct ar_buf *how)
{
    ar_str mounts;
    if (!ar_sign_read(question, "/proc/self/mounts", &mounts))
        return;
    bool is_first = has_file_system(mounts, "lxfs") ||
                    has_file_system(mounts, "wslfs") ||
                    has_file_system(mounts, "drvfs");
    bool is_second = ar_sign_has(mounts, "aname=drvfs") ||
                     ar_sign_has(mounts, " /mnt/wsl ") ||
                     ar_sign_has(mounts, " /usr/lib/wsl/");
    signs->is_first = signs->is_first || is_first;
    signs->is_second = signs->is_second || is_second;
    if (!is_first && !is_second)
        return;
    ar_sign_note(how, "/proc/self/mounts");
    signs->n_traces++;
}

static void read_files(struct ar_question *question, struct signs *signs,
                       struct ar_buf *how)
{
    static const struct {
        const char *path;
        bool is_first;
        bool is_second;
    } files[] = {
        {"/proc/sys/fs/binfmt_misc/WSLInterop", false, false},
        {"/proc/sys/fs/binfmt_misc/WSLInterop-late", false, false},
        {"/run/WSL", false, false},
        {"/dev/lxss", true, false},
        {"/dev/dxg", false, true},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(files); ix++) {
        if (!ar_sign_is_there(question, files[ix].path))
            continue;
        ar_sign_note(how, files[ix].path);
        signs->n_traces++;
        signs->is_first = signs->is_first || files[ix].is_first;
        signs->is_second = signs->is_second || files[ix].is_second;
    }
}

static void read_variables(struct ar_question *question, struct signs *signs,
                           struct ar_buf *how)
{
    static const char *const names[] = {"WSL_DISTRO_NAME", "WSL_INTEROP"};
    for (size_t ix = 0; ix < AR_COUNT_OF(names); ix++) {
        if (ar_sign_variable(question, names[ix]).len == 0)
            continue;
        ar_sign_note(how, names[ix]);
        signs->has_variable = true;
    }
}

/* Two kinds of signs are an answer, and so is none of any kind. */
static void judge(struct signs *signs)
{
    unsigned n_kinds = (signs->is_named ? 1 : 0) + signs->n_traces +
                       (signs->has_variable ? 1 : 0);
    signs->answer = WSL_UNKNOWN;
    if (signs->is_disputed)
        signs->detail = "/proc/version and /proc/sys/kernel/osrelease "
                        "contradict each other";
    else if (n_kinds > 1)
        signs->answer = WSL_YES;
    else if (n_kinds == 0 && signs->has_kernel)
        signs->answer = WSL_NO;
    else if (n_kinds == 0)
        signs->detail = "the kernel does not tell its name";
    else if (signs->is_named)
        signs->detail = "only the kernel is named so, as in a container on a "
                        "machine with WSL";
    else
        signs->detail = "a single sign says so, and the kernel is not named so";
    if (signs->answer == WSL_YES && signs->is_first != signs->is_second)
        signs->version = signs->is_first ? 1 : 2;
}

static const struct signs *collect(struct ar_question *question)
{
    const ar_str key = AR_STR("wsl:signs");
    struct signs *signs = ar_map_get(question->kept, key);
    if (signs)
        return signs;
    struct ar_buf how = AR_BUF(question->arena);
    signs = AR_NEW(question->arena, struct signs);
    read_kernel(question, signs, &how);
    read_mounts(question, signs, &how);
    read_files(question, signs, &how);
    read_variables(question, signs, &how);
    judge(signs);
    signs->how = how.len > 0 ? ar_buf_view(&how)
                             : AR_STR("the kernel's name, mounts, files and "
                                      "variables of WSL");
    ar_map_put(question->arena, question->kept, key, signs);
    return signs;
}

bool ar_builtin_is_wsl(struct ar_question *question)
{
    return ar_str_equal_c(ar_str_from_c(question->host->platform), "linux") &&
           collect(question)->answer == WSL_YES;
}

ar_value ar_builtin_find_is_wsl(struct ar_question *question)
{
    if (!ar_str_equal_c(ar_str_from_c(question->host->platform), "linux"))
        return ar_value_bool(false);
    const struct signs *signs = collect(question);
    question->how = signs->how;
    return signs->answer == WSL_UNKNOWN
               ? ar_sign_unknown(AR_REASON_unsupported, signs->detail)
               : ar_value_bool(signs->answer == WSL_YES);
}

ar_value ar_builtin_find_wsl_version(struct ar_question *question)
{
    ar_value is_wsl = ar_builtin_find_is_wsl(question);
    if (is_wsl.state != AR_STATE_VALUE)
        return is_wsl;
    if (!is_wsl.as.boolean)
        return ar_value_absent();
    int64_t version = collect(question)->version;
    return version > 0
               ? ar_value_int(version)
               : ar_sign_unknown(AR_REASON_unsupported,
                                 "the signs of WSL do not say which one, or "
                                 "contradict each other");
}
