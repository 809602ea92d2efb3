/* SPDX-License-Identifier: Apache-2.0 */
/* Whether this is a container, and of what kind. A single sign may be left over
 * from elsewhere: images that became machines have /.dockerenv, and processes
 * are numbered apart in WSL and in sandboxes, too. */

#include "probe/signs.h"

enum { ENOUGH = 2 }; /* of the weights of all signs */

struct signs {
    unsigned weight;
    const char *kind; /* a word of the enum; NULL: no sign names one */
    bool is_disputed; /* two signs name different kinds */
    bool has_namespace;
    bool is_apart; /* processes are numbered apart from those of the system */
    ar_str how;
    struct ar_buf seen;
};

/* What runs containers for Kubernetes leaves its own signs, too. */
static bool is_below_kubernetes(const char *kind)
{
    ar_str name = ar_str_from_c(kind);
    return ar_str_equal_c(name, "docker") || ar_str_equal_c(name, "containerd");
}

static void name_kind(struct signs *signs, const char *kind)
{
    const ar_str kubernetes = AR_STR("kubernetes");
    ar_str new_kind = ar_str_from_c(kind);
    ar_str old_kind = ar_str_from_c(signs->kind);
    if (new_kind.len == 0 || ar_str_equal(new_kind, old_kind))
        return;
    if (old_kind.len == 0 || (ar_str_equal(new_kind, kubernetes) &&
                              is_below_kubernetes(signs->kind)))
        signs->kind = kind;
    else if (!ar_str_equal(old_kind, kubernetes) || !is_below_kubernetes(kind))
        signs->is_disputed = true;
}

static void add(struct signs *signs, const char *sign, unsigned weight,
                const char *kind)
{
    ar_sign_note(&signs->seen, sign);
    signs->weight += weight;
    name_kind(signs, kind);
}

struct mark {
    const char *text;
    const char *kind;
};

/* The first of the marks that a text has, or NULL. */
static const struct mark *find_mark(ar_str text, const struct mark *marks,
                                    size_t count)
{
    for (size_t ix = 0; ix < count; ix++)
        if (ar_sign_has(text, marks[ix].text))
            return &marks[ix];
    return NULL;
}

static void read_files(struct ar_question *question, struct signs *signs)
{
    static const struct mark files[] = {
        {"/.dockerenv", "docker"},
        {"/run/.containerenv", "podman"},
        {"/var/run/secrets/kubernetes.io", "kubernetes"},
        {"/dev/lxd", "lxc"},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(files); ix++)
        if (ar_sign_is_there(question, files[ix].text))
            add(signs, files[ix].text, 1, files[ix].kind);
}

/* Paths below which the engines put their cgroups. */
static void read_cgroups(struct ar_question *question, struct signs *signs)
{
    static const struct mark marks[] = {
        {"/kubepods", "kubernetes"},
        {"/libpod", "podman"},
        {"/docker/", "docker"},
        {"/docker-", "docker"},
        {"/lxc/", "lxc"},
        {"/lxc.payload", "lxc"},
        {"/buildkit/", "docker"},
        {"/cri-containerd-", "containerd"},
    };
    ar_str text;
    ar_sign_read(question, "/proc/self/cgroup", &text);
    const struct mark *mark = find_mark(text, marks, AR_COUNT_OF(marks));
    if (mark)
        add(signs, "/proc/self/cgroup", 2, mark->kind);
}

/* The engines mount files of their own over /etc/hosts and its like, and join
 * the root out of layers. */
static void read_mounts(struct ar_question *question, struct signs *signs)
{
    static const struct mark marks[] = {
        {"/kubelet/pods/", "kubernetes"},
        {"/docker/containers/", "docker"},
        {"/overlay-containers/", "podman"},
        {"/vfs-containers/", "podman"},
        {"lxcfs", "lxc"},
        {"/io.containerd.", "containerd"},
    };
    ar_str text;
    bool has_own_root = false;
    const struct mark *found = NULL;
    ar_sign_read(question, "/proc/self/mountinfo", &text);
    for (ar_str line; ar_sign_line(&text, &line);) {
        bool is_root = ar_sign_has(line, " / / ");
        bool is_file = ar_sign_has(line, " /etc/hosts ") ||
                       ar_sign_has(line, " /etc/hostname ") ||
                       ar_sign_has(line, " /etc/resolv.conf ") ||
                       ar_sign_has(line, " /proc/meminfo ");
        has_own_root =
            has_own_root || (is_root && ar_sign_has(line, " - overlay "));
        if ((is_root || is_file) && !found)
            found = find_mark(line, marks, AR_COUNT_OF(marks));
    }
    if (found)
        add(signs, "/proc/self/mountinfo", 2, found->kind);
    else if (has_own_root)
        add(signs, "an overlay as the root", 1, NULL);
}

/* What a manager of containers tells the first process, and systemd writes
 * down for all. */
static void take_word(struct signs *signs, const char *sign, unsigned weight,
                      ar_str word)
{
    static const struct mark words[] = {
        {"docker", "docker"},
        {"podman", "podman"},
        {"lxc", "lxc"},
        {"systemd-nspawn", "nspawn"},
        {"kubernetes", "kubernetes"},
    };
    const struct mark *mark = find_mark(word, words, AR_COUNT_OF(words));
    if (word.len > 0 && !ar_str_equal_c(word, "wsl"))
        add(signs, sign, weight, mark ? mark->kind : NULL);
}

static void read_words(struct ar_question *question, struct signs *signs)
{
    const ar_str name = AR_STR("container=");
    ar_str text;
    ar_sign_read(question, "/run/systemd/container", &text);
    take_word(signs, "/run/systemd/container", 2, ar_str_trim(text));
    ar_sign_read(question, "/proc/1/environ", &text);
    for (size_t at = 0; at < text.len;) {
        size_t end = ar_str_find(text, (ar_str){"", 1}, at);
        ar_str variable = ar_str_slice(text, at, end);
        if (ar_str_starts_with(variable, name))
            take_word(signs, "/proc/1/environ", 2,
                      ar_str_slice(variable, name.len, variable.len));
        at += variable.len + 1;
    }
    take_word(signs, "the variable container", 1,
              ar_sign_variable(question, "container"));
    if (ar_sign_variable(question, "KUBERNETES_SERVICE_HOST").len > 0)
        add(signs, "the variable KUBERNETES_SERVICE_HOST", 1, "kubernetes");
}

/* The numbers of the system's own namespaces are part of what the kernel
 * promises (include/linux/proc_ns.h). A distribution of WSL 2 has another
 * one. */
static void read_namespace(struct ar_question *question, struct signs *signs)
{
    ar_str name = ar_sign_target(question, AR_STR("/proc/self/ns/pid"));
    signs->has_namespace = name.len > 0;
    signs->is_apart = name.len > 0 && !ar_str_equal_c(name, "pid:[4026531836]");
    if (signs->is_apart && !ar_builtin_is_wsl(question))
        add(signs, "a namespace of processes", 1, NULL);
}

static const struct signs *collect(struct ar_question *question)
{
    const ar_str key = AR_STR("container:signs");
    struct signs *signs = ar_map_get(question->kept, key);
    if (signs)
        return signs;
    signs = AR_NEW(question->arena, struct signs);
    signs->seen = AR_BUF(question->arena);
    read_files(question, signs);
    read_cgroups(question, signs);
    read_mounts(question, signs);
    read_words(question, signs);
    read_namespace(question, signs);
    signs->how = signs->seen.len > 0
                     ? ar_buf_view(&signs->seen)
                     : AR_STR("files, cgroups, mounts, variables and "
                              "namespaces of containers");
    ar_map_put(question->arena, question->kept, key, signs);
    return signs;
}

ar_value ar_builtin_find_is_container(struct ar_question *question)
{
    if (ar_str_equal_c(ar_str_from_c(question->host->platform), "macos"))
        return ar_value_bool(false);
    const struct signs *signs = collect(question);
    question->how = signs->how;
    if (signs->weight >= ENOUGH)
        return ar_value_bool(true);
    if (signs->weight > 0)
        return ar_sign_unknown(AR_REASON_unsupported,
                               "a single sign says so, and it may be left over "
                               "from elsewhere");
    return signs->has_namespace
               ? ar_value_bool(false)
               : ar_sign_unknown(AR_REASON_unsupported,
                                 "the system does not tell its namespaces");
}

ar_value ar_builtin_find_container(struct ar_question *question)
{
    ar_value is_container = ar_builtin_find_is_container(question);
    const struct signs *signs = collect(question);
    if (is_container.state != AR_STATE_VALUE)
        return is_container;
    if (!is_container.as.boolean)
        return ar_value_absent();
    if (signs->is_disputed)
        return ar_sign_unknown(AR_REASON_conflict,
                               "its signs name different engines");
    return signs->kind ? ar_sign_parse(question, ar_str_from_c(signs->kind))
                       : ar_sign_unknown(AR_REASON_unsupported,
                                         "no sign names what runs it");
}
