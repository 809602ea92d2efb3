/* SPDX-License-Identifier: Apache-2.0 */
/* Threads on POSIX systems. Signals are left to the first thread. */

#ifdef __linux__
#define _GNU_SOURCE /* sched_getaffinity() */
#endif

#include "cli/cli.h"
#include "cli/threads.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#endif

size_t cli_processor_count(void)
{
#ifdef __linux__
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0)
        return (size_t)CPU_COUNT(&allowed);
#endif
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (size_t)count : 1;
}

struct job {
    void (*work)(void *context);
    void *context;
};

static void *run_job(void *context)
{
    struct job *job = context;
    job->work(job->context);
    return NULL;
}

void cli_run_together(void (*work)(void *context), void *const *contexts,
                      size_t count)
{
    pthread_t *threads = cli_allocate(count, sizeof(*threads));
    struct job *jobs = cli_allocate(count, sizeof(*jobs));
    size_t n_started = 0;
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (size_t i = 1; i < count; i++) {
        jobs[i] = (struct job){work, contexts[i]};
        if (pthread_create(&threads[n_started], NULL, run_job, &jobs[i]) == 0)
            n_started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    work(contexts[0]);
    for (size_t i = 0; i < n_started; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    free(jobs);
}

struct cli_monitor {
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

struct cli_monitor *cli_monitor_create(void)
{
    struct cli_monitor *monitor = cli_allocate(1, sizeof(*monitor));
    if (pthread_mutex_init(&monitor->lock, NULL) != 0 ||
        pthread_cond_init(&monitor->changed, NULL) != 0) {
        cli_error("the system has no lock left");
        exit(CLI_EXIT_INTERNAL);
    }
    return monitor;
}

void cli_monitor_free(struct cli_monitor *monitor)
{
    pthread_cond_destroy(&monitor->changed);
    pthread_mutex_destroy(&monitor->lock);
    free(monitor);
}

void cli_monitor_enter(struct cli_monitor *monitor)
{
    pthread_mutex_lock(&monitor->lock);
}

void cli_monitor_leave(struct cli_monitor *monitor)
{
    pthread_mutex_unlock(&monitor->lock);
}

void cli_monitor_wait(struct cli_monitor *monitor)
{
    pthread_cond_wait(&monitor->changed, &monitor->lock);
}

void cli_monitor_wake(struct cli_monitor *monitor)
{
    pthread_cond_broadcast(&monitor->changed);
}
