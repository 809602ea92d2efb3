/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_CLI_THREADS_H
#define AR_CLI_THREADS_H
/* Threads of the program; one file for each operating system. */

#include <stddef.h>

/* How many threads of this process can run at the same time; at least 1. */
size_t cli_processor_count(void);

/* Calls work for each of the contexts at the same time, the first of them on
 * this thread, and returns when all have. Where a thread cannot be started,
 * its context is left out. */
void cli_run_together(void (*work)(void *context), void *const *contexts,
                      size_t count);

/* A lock, and waiting for what another thread does under it. */
struct cli_monitor;
struct cli_monitor *cli_monitor_create(
    void); /* ends the program if it cannot */
void cli_monitor_free(struct cli_monitor *monitor);
void cli_monitor_enter(struct cli_monitor *monitor);
void cli_monitor_leave(struct cli_monitor *monitor);
/* Leaves it until another thread has called cli_monitor_wake(); now and then
 * for no reason. */
void cli_monitor_wait(struct cli_monitor *monitor);
void cli_monitor_wake(struct cli_monitor *monitor);

#endif
