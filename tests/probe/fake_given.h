/* SPDX-License-Identifier: Apache-2.0 */
/* The behaviours of fake_probe that look at what it was given, and how all of
 * them speak. Whoever cannot write ends with exit code 9. */

#ifndef AR_FAKE_GIVEN_H
#define AR_FAKE_GIVEN_H

#include <stdbool.h>

void say(const char *text);
void complain(const char *text);

/* "ok" if a promise was kept; else it ends with exit code 3. */
void say_if(bool is_kept, const char *promise);

void has_empty_stdin(void);
void has_no_terminal(void);
void has_no_descriptors(void);
void has_default_signals(void);
void has_own_session(void);
void has_root_folder(void);
void has_strict_umask(void);
void has_plain_environment(void);
void has_no_core(void);

#endif
