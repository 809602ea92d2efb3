/* SPDX-License-Identifier: Apache-2.0 */
/* Threads on Windows. */

#include "cli/cli.h"
#include "cli/threads.h"

#include <stdlib.h>
#include <windows.h>

size_t cli_processor_count(void)
{
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return info.dwNumberOfProcessors > 0 ? info.dwNumberOfProcessors : 1;
}

struct job {
    void (*work)(void *context);
    void *context;
};

static DWORD WINAPI run_job(LPVOID context)
{
    struct job *job = context;
    job->work(job->context);
    return 0;
}

void cli_run_together(void (*work)(void *context), void *const *contexts,
                      size_t count)
{
    HANDLE *threads = cli_allocate(count, sizeof(*threads));
    struct job *jobs = cli_allocate(count, sizeof(*jobs));
    size_t n_started = 0;
    for (size_t i = 1; i < count; i++) {
        jobs[i] = (struct job){work, contexts[i]};
        HANDLE thread = CreateThread(NULL, 0, run_job, &jobs[i], 0, NULL);
        if (thread)
            threads[n_started++] = thread;
    }
    work(contexts[0]);
    for (size_t i = 0; i < n_started; i++) {
        WaitForSingleObject(threads[i], INFINITE);
        CloseHandle(threads[i]);
    }
    free(threads);
    free(jobs);
}

struct cli_monitor {
    SRWLOCK lock;
    CONDITION_VARIABLE changed;
};

struct cli_monitor *cli_monitor_create(void)
{
    struct cli_monitor *monitor = cli_allocate(1, sizeof(*monitor));
    InitializeSRWLock(&monitor->lock);
    InitializeConditionVariable(&monitor->changed);
    return monitor;
}

void cli_monitor_free(struct cli_monitor *monitor)
{
    free(monitor);
}

void cli_monitor_enter(struct cli_monitor *monitor)
{
    AcquireSRWLockExclusive(&monitor->lock);
}

void cli_monitor_leave(struct cli_monitor *monitor)
{
    ReleaseSRWLockExclusive(&monitor->lock);
}

void cli_monitor_wait(struct cli_monitor *monitor)
{
    SleepConditionVariableSRW(&monitor->changed, &monitor->lock, INFINITE, 0);
}

void cli_monitor_wake(struct cli_monitor *monitor)
{
    WakeAllConditionVariable(&monitor->changed);
}
