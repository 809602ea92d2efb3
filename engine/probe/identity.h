/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_IDENTITY_H
#define AR_PROBE_IDENTITY_H
/* By which words a machine and the people who use it can be known. */

#include "facts/redact_scan.h"
#include "probe/host.h"

/* Adds the names of users and of the machine: of the environment, of
 * /etc/passwd, of the kernel. Names that every machine has, such as root and
 * ubuntu, tell nothing and are left out, and so are those of less than three
 * bytes. What lives in arena. */
void ar_identity_find(struct ar_arena *arena, struct ar_host *host,
                      ar_secret_words *words);
/* Adds one word, unless it is such a name. */
void ar_identity_add(struct ar_arena *arena, ar_secret_words *words,
                     ar_str text, enum ar_secret_kind kind);

#endif
