/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_ACCOUNT_POSIX_H
#define AR_PROBE_ACCOUNT_POSIX_H
/* What a POSIX system says of its disks and of the user. */

#include "probe/host_parts.h"

void ar_posix_disk(struct ar_host *host, struct ar_arena *arena, ar_str path,
                   struct ar_host_output *out);
void ar_posix_user(struct ar_host *host, struct ar_arena *arena,
                   enum ar_host_user what, struct ar_host_output *out);

#endif
