/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_MACHINE_POSIX_H
#define AR_PROBE_MACHINE_POSIX_H
/* Which machine a POSIX system runs on. */

#include "probe/host.h"

/* Sets machine, asked, emulation and is_wsl. */
void ar_posix_name_machine(struct ar_host *host);

#endif
