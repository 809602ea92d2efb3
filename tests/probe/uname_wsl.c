/* SPDX-License-Identifier: Apache-2.0 */
/* A uname() by which a program believes to run inside of WSL. To be loaded
 * before the C library. */

#define _GNU_SOURCE
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

__attribute__((visibility("default"))) int uname(struct utsname *names)
{
    static const char release[] = "5.15.167.4-microsoft-standard-WSL2";
    if (syscall(SYS_uname, names) != 0)
        return -1;
    memcpy(names->release, release, sizeof(release));
    return 0;
}
