/* SPDX-License-Identifier: Apache-2.0 */
/* Reads paths, one to a line, and prints for each what its headers say: path,
 * format, arch, archs, bits, interpreter, needed, glibc, with tabs between. Of
 * universal files the part for amd64. */

#include "probe/binary.h"

#include <stdio.h>
#include <string.h>

static void put(struct ar_arena *arena, ar_value value)
{
    printf("\t%s", ar_value_text(arena, value).ptr);
    if (value.state == AR_STATE_UNKNOWN)
        printf(" (" AR_STR_FORMAT ")", AR_STR_ARG(value.detail));
}

static void show(struct ar_arena *arena, struct ar_host *host, const char *path)
{
    struct ar_binary binary;
    ar_binary_inspect(arena, host, ar_str_from_c(path), ar_binary_arch("amd64"),
                      &binary);
    printf("%s", path);
    put(arena, binary.format);
    put(arena, binary.arch);
    put(arena, binary.archs);
    put(arena, binary.bits);
    put(arena, binary.interpreter);
    put(arena, binary.needed);
    put(arena, binary.glibc);
    printf("\n");
    ar_arena_reset(arena);
}

int main(void)
{
    static char path[8192];
    struct ar_arena arena = {0};
    struct ar_host host;
    ar_host_open(&host);
    while (fgets(path, sizeof(path), stdin)) {
        path[strcspn(path, "\n")] = '\0';
        show(&arena, &host, path);
    }
    ar_arena_free(&arena);
    return ferror(stdout) ? 1 : 0;
}
