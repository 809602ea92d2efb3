/* SPDX-License-Identifier: Apache-2.0 */
/* What a POSIX system says of its disks and of the user: no program is run. */

/* getgrouplist() is in no standard; a compiler's default has it. */
#ifdef __linux__
#undef _POSIX_C_SOURCE
#define _DEFAULT_SOURCE
#endif

#include "probe/account_posix.h"

#include "base/buf.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

static void refuse(struct ar_host_output *out, int error, const char *detail)
{
    enum ar_host_status status = AR_HOST_FAILED;
    if (error == ENOENT || error == ENOTDIR)
        status = AR_HOST_NOT_FOUND;
    else if (error == EACCES || error == EPERM)
        status = AR_HOST_DENIED;
    ar_host_refuse(out, status, ar_str_from_c(detail));
}

void ar_posix_disk(struct ar_host *host, struct ar_arena *arena, ar_str path,
                   struct ar_host_output *out)
{
    struct statvfs disk;
    (void)host;
    *out = (struct ar_host_output){.exit_code = -1};
    if (path.len == 0 || path.ptr[0] != '/' ||
        memchr(path.ptr, '\0', path.len)) {
        ar_host_refuse(out, AR_HOST_FAILED, AR_STR("a path begins with '/'"));
        return;
    }
    if (statvfs(ar_str_copy(arena, path).ptr, &disk) != 0) {
        refuse(out, errno, "the system does not tell");
        return;
    }
    unsigned long long unit = disk.f_frsize ? disk.f_frsize : disk.f_bsize;
    out->out = ar_str_printf(
        arena, "%llu %llu %llu %llu", (unsigned long long)disk.f_bavail * unit,
        (unsigned long long)disk.f_blocks * unit,
        (unsigned long long)disk.f_favail, (unsigned long long)disk.f_files);
}

/* ---- the user ---- */

enum { TEXT_BYTES = 65536, MAX_GROUPS = 65536 };

static void put_group(struct ar_arena *arena, struct ar_buf *out, gid_t id)
{
    struct group entry;
    struct group *found = NULL;
    char *text = AR_NEW_ARRAY(arena, char, TEXT_BYTES);
    if (getgrgid_r(id, &entry, text, TEXT_BYTES, &found) == 0 && found)
        ar_buf_put_c(out, found->gr_name);
    else
        ar_buf_put(out, ar_str_printf(arena, "%lu", (unsigned long)id));
    ar_buf_put_char(out, '\n');
}

/* getgroups() need not name the effective group. */
static void find_groups(struct ar_arena *arena, struct ar_host_output *out)
{
    int count = getgroups(0, NULL);
    struct ar_buf names = AR_BUF(arena);
    gid_t own = getegid();
    bool has_own = false;
    gid_t *ids = AR_NEW_ARRAY(arena, gid_t, count > 0 ? (size_t)count : 1);
    count = count > 0 ? getgroups(count, ids) : count;
    if (count < 0) {
        refuse(out, errno, "the system does not tell");
        return;
    }
    for (int i = 0; i < count; i++) {
        put_group(arena, &names, ids[i]);
        has_own = has_own || ids[i] == own;
    }
    if (!has_own)
        put_group(arena, &names, own);
    out->out = ar_buf_view(&names);
}

/* Of a user without an entry in the database nothing is known. */
static bool find_entry(struct ar_arena *arena, struct passwd *entry,
                       struct ar_host_output *out)
{
    struct passwd *found = NULL;
    char *text = AR_NEW_ARRAY(arena, char, TEXT_BYTES);
    if (getpwuid_r(geteuid(), entry, text, TEXT_BYTES, &found) == 0 && found)
        return true;
    ar_host_refuse(out, AR_HOST_FAILED,
                   AR_STR("the system has no entry of this user"));
    return false;
}

#ifdef __APPLE__
typedef int group_number;
#else
typedef gid_t group_number;
#endif

static void find_login_groups(struct ar_arena *arena,
                              struct ar_host_output *out)
{
    struct passwd entry;
    struct ar_buf names = AR_BUF(arena);
    group_number first;
    int count = 64;
    if (!find_entry(arena, &entry, out))
        return;
    first = (group_number)entry.pw_gid;
    group_number *ids = AR_NEW_ARRAY(arena, group_number, (size_t)count);
    while (getgrouplist(entry.pw_name, first, ids, &count) < 0) {
        if (count >= MAX_GROUPS) {
            ar_host_refuse(out, AR_HOST_TOO_LARGE, (ar_str){0});
            return;
        }
        count *= 2;
        ids = AR_NEW_ARRAY(arena, group_number, (size_t)count);
    }
    for (int i = 0; i < count; i++)
        put_group(arena, &names, (gid_t)ids[i]);
    out->out = ar_buf_view(&names);
}

void ar_posix_user(struct ar_host *host, struct ar_arena *arena,
                   enum ar_host_user what, struct ar_host_output *out)
{
    struct passwd entry;
    (void)host;
    *out = (struct ar_host_output){.exit_code = -1};
    switch (what) {
    case AR_HOST_USER_ID:
        out->out = ar_str_printf(arena, "%lu", (unsigned long)geteuid());
        break;
    case AR_HOST_USER_NAME:
        if (find_entry(arena, &entry, out))
            out->out = ar_str_copy(arena, ar_str_from_c(entry.pw_name));
        break;
    case AR_HOST_USER_GROUPS: find_groups(arena, out); break;
    case AR_HOST_USER_GROUPS_OF_LOGIN: find_login_groups(arena, out); break;
    }
}
