/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_COMMANDS_H
#define AR_SEMA_COMMANDS_H
/* Where in a command of a remedy a value may stand. */

#include "base/str.h"

/* Whether a shell that has read before, the text of a command, is about to
 * read an argument. False where it cannot be told for every shell: inside
 * quotes, a here-document, arithmetic, backquotes. */
bool ar_command_holds_argument(ar_str before);

/* Whether what follows before is the name of a program, or is read as code by
 * the program that it is given to (`eval`, `bash -c`, `cmd /c`, `ssh`). */
bool ar_command_reads_code(struct ar_arena *arena, ar_str shell, ar_str before);

#endif
