/* SPDX-License-Identifier: Apache-2.0 */
/* The names that a machine has for itself and for its users. */

#include "probe/identity.h"

enum { LEAST_BYTES = 3, MOST_FILE_BYTES = 1048576 };

/* ---- words ---- */

static bool is_common(ar_str text)
{
    static const char *const names[] = {
        "root",        "user",      "users",   "admin",    "administrator",
        "guest",       "nobody",    "daemon",  "system",   "localhost",
        "default",     "public",    "shared",  "ubuntu",   "debian",
        "fedora",      "centos",    "alpine",  "vagrant",  "docker",
        "podman",      "runner",    "builder", "build",    "jenkins",
        "ec2-user",    "azureuser", "node",    "postgres", "mysql",
        "git",         "www-data",  "nginx",   "service",  "systemd",
        "linux",       "windows",   "macos",   "home",     "local",
        "localdomain", "test"};
    for (size_t ix = 0; ix < AR_COUNT_OF(names); ix++) {
        if (ar_str_equal_ignore_case(text, ar_str_from_c(names[ix])))
            return true;
    }
    return false;
}

static bool is_known(const ar_secret_words *words, ar_str text)
{
    for (size_t ix = 0; ix < words->count; ix++) {
        if (ar_str_equal_ignore_case(words->at[ix].text, text))
            return true;
    }
    return false;
}

void ar_identity_add(struct ar_arena *arena, ar_secret_words *words,
                     ar_str text, enum ar_secret_kind kind)
{
    text = ar_str_trim(text);
    if (text.len < LEAST_BYTES || is_common(text) || is_known(words, text))
        return;
    struct ar_secret_word word = {ar_str_copy(arena, text), kind, false};
    ar_vector_push(arena, words, word);
}

struct search {
    struct ar_arena *arena;
    struct ar_host *host;
    ar_secret_words *words;
};

static void add_user(struct search *search, ar_str name)
{
    ar_identity_add(search->arena, search->words, name, AR_SECRET_user);
}

/* The short form of host.example.org is a name of its own. */
static void add_host(struct search *search, ar_str name)
{
    name = ar_str_trim(name);
    ar_identity_add(search->arena, search->words, name, AR_SECRET_host);
    size_t dot = ar_str_find(name, AR_STR("."), 0);
    ar_identity_add(search->arena, search->words, ar_str_slice(name, 0, dot),
                    AR_SECRET_host);
}

/* ---- where they stand ---- */

static ar_str read_variable(struct search *search, const char *name)
{
    struct ar_host_output output = {0};
    search->host->functions->variable(search->host, search->arena,
                                      ar_str_from_c(name), &output);
    return output.status == AR_HOST_DONE ? output.out : (ar_str){NULL, 0};
}

static ar_str read_file(struct search *search, const char *path)
{
    struct ar_host_output output = {0};
    search->host->functions->read_file(search->host, search->arena,
                                       ar_str_from_c(path), MOST_FILE_BYTES,
                                       &output);
    return output.status == AR_HOST_DONE ? output.out : (ar_str){NULL, 0};
}

static ar_str last_part(ar_str path)
{
    size_t start = path.len;
    while (start > 0 && path.ptr[start - 1] != '/' &&
           path.ptr[start - 1] != '\\')
        start--;
    return ar_str_slice(path, start, path.len);
}

static void search_environment(struct search *search)
{
    static const char *const users[] = {"USER", "LOGNAME", "USERNAME",
                                        "SUDO_USER", "DOAS_USER"};
    static const char *const homes[] = {"HOME", "USERPROFILE"};
    static const char *const hosts[] = {"HOSTNAME", "COMPUTERNAME",
                                        "USERDOMAIN"};
    for (size_t ix = 0; ix < AR_COUNT_OF(users); ix++)
        add_user(search, read_variable(search, users[ix]));
    for (size_t ix = 0; ix < AR_COUNT_OF(homes); ix++)
        add_user(search, last_part(read_variable(search, homes[ix])));
    for (size_t ix = 0; ix < AR_COUNT_OF(hosts); ix++)
        add_host(search, read_variable(search, hosts[ix]));
}

static ar_str take_field(ar_str line, size_t *at)
{
    size_t end = ar_str_find(line, AR_STR(":"), *at);
    ar_str field = ar_str_slice(line, *at, end);
    *at = end == SIZE_MAX ? line.len : end + 1;
    return field;
}

/* name:password:uid:gid:full name, room:home:shell. Numbers below 1000 are of
 * the system, as is nobody. */
static void add_account(struct search *search, ar_str line)
{
    enum { FIRST_USER = 1000, NOBODY = 65534 };
    ar_str fields[6];
    size_t at = 0;
    uint64_t uid = 0;
    for (size_t ix = 0; ix < AR_COUNT_OF(fields); ix++)
        fields[ix] = take_field(line, &at);
    if (!ar_str_to_u64(fields[2], &uid) || uid < FIRST_USER || uid == NOBODY)
        return;
    ar_str full_name =
        ar_str_slice(fields[4], 0, ar_str_find(fields[4], AR_STR(","), 0));
    add_user(search, fields[0]);
    add_user(search, full_name);
    add_user(search, last_part(fields[5]));
}

static void search_accounts(struct search *search)
{
    ar_str text = read_file(search, "/etc/passwd");
    for (size_t at = 0; at < text.len;) {
        size_t end = ar_str_find(text, AR_STR("\n"), at);
        add_account(search, ar_str_slice(text, at, end));
        at = end == SIZE_MAX ? text.len : end + 1;
    }
}

void ar_identity_find(struct ar_arena *arena, struct ar_host *host,
                      ar_secret_words *words)
{
    struct search search = {arena, host, words};
    search_environment(&search);
    search_accounts(&search);
    add_host(&search, read_file(&search, "/proc/sys/kernel/hostname"));
    add_host(&search, read_file(&search, "/etc/hostname"));
}
