/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_SIGNS_H
#define AR_PROBE_SIGNS_H
/* What the functions of builtin.def have in common: small files of the system,
 * word by word, and several signs that together make an answer. */

#include "probe/builtin.h"

/* The content of a file; false, with an empty text, if it cannot be read. */
bool ar_sign_read(struct ar_question *question, const char *path, ar_str *text);
/* Whether there is anything under the path, for all that can be seen. */
bool ar_sign_is_there(struct ar_question *question, const char *path);
/* Where a link points, or the empty string. */
ar_str ar_sign_target(struct ar_question *question, ar_str path);
/* A variable of the environment, or the empty string. */
ar_str ar_sign_variable(struct ar_question *question, const char *name);

bool ar_sign_has(ar_str text, const char *part);
/* Takes the next line, which LF ends; false behind the last. */
bool ar_sign_line(ar_str *rest, ar_str *line);
/* Takes the next word between blanks; false if there is none. */
bool ar_sign_word(ar_str *rest, ar_str *word);
/* What stands behind the first ':' of the first line that begins so, without
 * blanks around; false if there is none. */
bool ar_sign_field(ar_str text, const char *name, ar_str *value);

/* The name of a user or group by /etc/passwd or /etc/group, as they are: what
 * asks a network could hang. The number where they have none. */
ar_value ar_sign_name_of(struct ar_question *question, ar_str file,
                         uint64_t number);

/* Names of signs, to say what an answer rests on. */
void ar_sign_note(struct ar_buf *signs, const char *name);

ar_value ar_sign_unknown(enum ar_reason reason, const char *detail);
/* The value of the fact that this text is, or unknown(unsupported). */
ar_value ar_sign_parse(struct ar_question *question, ar_str text);

#endif
