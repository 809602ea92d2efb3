/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_MACHINE_POSIX_H
#define AR_PROBE_MACHINE_POSIX_H
/* Which machine a POSIX system runs on. */

#include "probe/host.h"

/* Sets machine, asked and emulation. */
void ar_posix_name_machine(struct ar_host *host);

/* ---- system_posix.c ---- */

void ar_posix_system(struct ar_host *host, struct ar_arena *arena,
                     enum ar_host_system what, struct ar_host_output *out);

#endif
