/* SPDX-License-Identifier: Apache-2.0 */
/* Running programs side by side on Windows. Each is in a job object of its
 * own, together with everything it starts; closing the job ends all of them,
 * also when archrules itself is killed. Whoever holds a pipe open cannot hold
 * this loop: it waits for nobody longer than it says here. */

#include "base/buf.h"
#include "base/entropy.h"
#include "probe/host_windows.h"

#include <string.h>

enum {
    PARALLEL = 4,
    LARGEST_PARALLEL = 16,
    /* What a program that ended may still have in its pipes. */
    DRAIN_US = 300000,
    /* How long the system may take to end what is in a job. */
    SWEEP_US = 400000,
    TICK_US = 100000,
    BLOCK_BYTES = 16384,
    BLOCKS_AT_ONCE = 64,
    PIPE_BYTES = 65536,
    N_INHERITED = 3
};

#define NEVER              INT64_MAX
#define LARGEST_TIMEOUT_US INT64_C(86400000000)

enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_FINISHED };

struct stream {
    HANDLE pipe; /* NULL: at its end */
    OVERLAPPED reading;
    bool is_reading;
    bool is_over; /* there was more than max_bytes */
    size_t max_bytes;
    struct ar_buf text;
    char *block;
};

struct job {
    enum job_state state;
    const struct ar_host_command *command; /* the caller's: see abandon() */
    bool is_request;                       /* command->is_request */
    struct ar_host_output *output;
    struct ar_request request; /* if it is one: then nothing below up to err */
    wchar_t *path;
    wchar_t *command_line;
    HANDLE group; /* the job object */
    HANDLE process;
    struct stream out;
    struct stream err;
    int64_t start_us;
    int64_t deadline_us;
    int64_t ended_us; /* when the program was seen to have ended; or NEVER */
    DWORD exit_code;
    bool is_decided; /* output->status stands */
};

struct run {
    struct ar_host *host;
    struct ar_arena *arena;
    struct ar_programs programs;
    wchar_t *folder;
    struct job *jobs;
    size_t n_jobs;
    size_t n_parallel;
    size_t n_running;  /* programs */
    size_t n_requests; /* services that are asked */
    size_t n_finished;
    int64_t deadline_us; /* or NEVER */
    int64_t next_tick_us;
    bool is_cancelled;
};

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void close_handle(HANDLE *handle)
{
    if (*handle && *handle != INVALID_HANDLE_VALUE)
        CloseHandle(*handle);
    *handle = NULL;
}

/* The system writes into the block until the reading is over. */
static void close_stream(struct stream *stream)
{
    DWORD count;
    if (stream->is_reading) {
        CancelIoEx(stream->pipe, &stream->reading);
        GetOverlappedResult(stream->pipe, &stream->reading, &count, TRUE);
        stream->is_reading = false;
    }
    close_handle(&stream->pipe);
    close_handle(&stream->reading.hEvent);
}

/* ---- starting ---- */

static void finish(struct run *run, struct job *job)
{
    job->output->duration_us =
        job->start_us > 0 ? ar_windows_now_us() - job->start_us : 0;
    job->state = JOB_FINISHED;
    run->n_finished++;
}

static void decide(struct job *job, enum ar_host_status status, ar_str detail)
{
    if (job->is_decided)
        return;
    job->is_decided = true;
    ar_host_refuse(job->output, status, detail);
}

static struct stream make_stream(struct ar_arena *arena, size_t max_bytes)
{
    return (struct stream){.max_bytes = max_bytes, .text = AR_BUF(arena)};
}

static void prepare(struct run *run, struct job *job)
{
    const struct ar_host_command *command = job->command;
    job->out = make_stream(run->arena, command->max_stdout);
    job->err = make_stream(run->arena, command->max_stderr);
    job->ended_us = NEVER;
    *job->output = (struct ar_host_output){.exit_code = -1};
    if (command->is_request) {
        if (!ar_request_prepare(&job->request, run->arena, command,
                                job->output))
            finish(run, job);
        return;
    }
    if (command->n_argv == 0) {
        decide(job, AR_HOST_FAILED, AR_STR("there is no program to run"));
        finish(run, job);
        return;
    }
    if (!ar_programs_find(&run->programs, command->argv[0], job->output)) {
        finish(run, job);
        return;
    }
    job->path = ar_windows_wide(run->arena, job->output->path);
    job->command_line = ar_programs_command_line(run->arena, command);
    if (!job->path || !job->command_line)
        decide(job, AR_HOST_FAILED,
               AR_STR("the arguments hold a NUL, or are too long"));
    else if (command->input.len > AR_HOST_INPUT_BYTES)
        decide(job, AR_HOST_FAILED, AR_STR("its input is too long"));
    if (job->is_decided)
        finish(run, job);
}

/* Nobody else can have a pipe of this name. *theirs can be inherited. */
static bool open_pipe(struct run *run, struct stream *stream, HANDLE *theirs)
{
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited),
                                     .bInheritHandle = TRUE};
    ar_str name = ar_str_printf(run->arena, "\\\\.\\pipe\\archrules-%llx-%llx",
                                (unsigned long long)ar_entropy_u64(),
                                (unsigned long long)ar_entropy_u64());
    const wchar_t *wide = ar_windows_wide(run->arena, name);
    stream->block = ar_arena_alloc(run->arena, BLOCK_BYTES);
    stream->reading.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    stream->pipe = CreateNamedPipeW(wide,
                                    PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED |
                                        FILE_FLAG_FIRST_PIPE_INSTANCE,
                                    PIPE_TYPE_BYTE | PIPE_REJECT_REMOTE_CLIENTS,
                                    1, PIPE_BYTES, PIPE_BYTES, 0, NULL);
    if (stream->pipe == INVALID_HANDLE_VALUE)
        stream->pipe = NULL;
    if (!stream->pipe || !stream->reading.hEvent)
        return false;
    *theirs =
        CreateFileW(wide, GENERIC_WRITE, 0, &inherited, OPEN_EXISTING, 0, NULL);
    return *theirs != INVALID_HANDLE_VALUE;
}

/* All of the input is in the pipe before the program starts. */
static bool open_input(ar_str input, HANDLE *theirs)
{
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited),
                                     .bInheritHandle = TRUE};
    HANDLE mine;
    DWORD written = 0;
    if (input.len > 0) {
        if (!CreatePipe(theirs, &mine, &inherited, PIPE_BYTES))
            return false;
        SetHandleInformation(mine, HANDLE_FLAG_INHERIT, 0);
        bool is_in =
            WriteFile(mine, input.ptr, (DWORD)input.len, &written, NULL) &&
            written == input.len;
        CloseHandle(mine);
        return is_in;
    }
    *theirs = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ, &inherited,
                          OPEN_EXISTING, 0, NULL);
    return *theirs != INVALID_HANDLE_VALUE;
}

/* Without the box that says a program has crashed. */
static bool open_group(HANDLE *group)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    limits.BasicLimitInformation.LimitFlags =
        JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE |
        JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
    *group = CreateJobObjectW(NULL, NULL);
    return *group &&
           SetInformationJobObject(*group, JobObjectExtendedLimitInformation,
                                   &limits, sizeof(limits));
}

/* Suspended, so that it can start nothing before it is in the job. It
 * inherits these handles alone. */
static bool create_process(struct run *run, struct job *job, HANDLE *handles,
                           PROCESS_INFORMATION *made)
{
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(NULL, 1, 0, &size);
    STARTUPINFOEXW start = {.StartupInfo = {.cb = sizeof(start),
                                            .dwFlags = STARTF_USESTDHANDLES,
                                            .hStdInput = handles[0],
                                            .hStdOutput = handles[1],
                                            .hStdError = handles[2]},
                            .lpAttributeList =
                                ar_arena_alloc(run->arena, size)};
    if (!InitializeProcThreadAttributeList(start.lpAttributeList, 1, 0, &size))
        return false;
    bool is_made =
        UpdateProcThreadAttribute(start.lpAttributeList, 0,
                                  PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles,
                                  N_INHERITED * sizeof(*handles), NULL, NULL) &&
        CreateProcessW(
            job->path, job->command_line, NULL, NULL, TRUE,
            CREATE_SUSPENDED | CREATE_NO_WINDOW | CREATE_UNICODE_ENVIRONMENT |
                EXTENDED_STARTUPINFO_PRESENT,
            run->programs.environment, run->folder, &start.StartupInfo, made);
    DWORD error = GetLastError();
    DeleteProcThreadAttributeList(start.lpAttributeList);
    SetLastError(error);
    return is_made;
}

static bool create_in_group(struct run *run, struct job *job, HANDLE *handles)
{
    PROCESS_INFORMATION made = {0};
    if (!create_process(run, job, handles, &made))
        return false;
    job->process = made.hProcess;
    bool is_started = AssignProcessToJobObject(job->group, job->process) &&
                      ResumeThread(made.hThread) != (DWORD)-1;
    DWORD error = GetLastError();
    if (!is_started)
        TerminateProcess(job->process, 1);
    CloseHandle(made.hThread);
    SetLastError(error);
    return is_started;
}

static void close_job(struct job *job)
{
    close_handle(&job->group);
    close_handle(&job->process);
    close_stream(&job->out);
    close_stream(&job->err);
}

/* ERROR_SUCCESS or the error of the system. */
static DWORD launch(struct run *run, struct job *job)
{
    HANDLE handles[N_INHERITED] = {NULL, NULL, NULL};
    DWORD error = ERROR_SUCCESS;
    if (!open_input(job->command->input, &handles[0]) ||
        !open_pipe(run, &job->out, &handles[1]) ||
        !open_pipe(run, &job->err, &handles[2]) || !open_group(&job->group) ||
        !create_in_group(run, job, handles))
        error = GetLastError();
    for (size_t i = 0; i < N_INHERITED; i++)
        close_handle(&handles[i]);
    if (error != ERROR_SUCCESS)
        close_job(job);
    return error;
}

static size_t *count_of_kind(struct run *run, const struct job *job)
{
    return job->is_request ? &run->n_requests : &run->n_running;
}

static bool has_room(struct run *run, const struct job *job)
{
    size_t most = job->is_request ? LARGEST_PARALLEL : run->n_parallel;
    return *count_of_kind(run, job) < most;
}

static void start(struct run *run, struct job *job)
{
    int64_t now = ar_windows_now_us();
    job->start_us = now;
    job->deadline_us =
        earlier(now + earlier(job->command->timeout_us, LARGEST_TIMEOUT_US),
                run->deadline_us);
    DWORD error =
        job->is_request ? ar_request_start(&job->request) : launch(run, job);
    if (error == ERROR_SUCCESS) {
        job->state = JOB_RUNNING;
        (*count_of_kind(run, job))++;
        return;
    }
    ar_windows_refuse(run->arena, error, job->output);
    finish(run, job);
}

static void start_more(struct run *run)
{
    for (size_t i = 0; i < run->n_jobs; i++) {
        struct job *job = &run->jobs[i];
        if (job->state != JOB_QUEUED)
            continue;
        if (run->is_cancelled) {
            decide(job, AR_HOST_STOPPED, AR_STR("cancelled before it started"));
            finish(run, job);
        } else if (ar_windows_now_us() >= run->deadline_us) {
            decide(job, AR_HOST_TIMEOUT, AR_STR("its turn did not come"));
            finish(run, job);
        } else if (has_room(run, job)) {
            start(run, job);
        }
    }
}

/* ---- ending ---- */

static bool is_group_empty(HANDLE group)
{
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION counts = {0};
    return QueryInformationJobObject(group, JobObjectBasicAccountingInformation,
                                     &counts, sizeof(counts), NULL) &&
           counts.ActiveProcesses == 0;
}

/* False if something is left when the time is over. */
static bool sweep(HANDLE group)
{
    int64_t bound = ar_windows_now_us() + SWEEP_US;
    TerminateJobObject(group, 1);
    while (!is_group_empty(group)) {
        if (ar_windows_now_us() >= bound)
            return false;
        Sleep(5);
    }
    return true;
}

/* The codes with which the system ends a program that crashed. */
static bool is_crash(DWORD exit_code)
{
    return exit_code >> 28 == 0xC;
}

/* How the program ended, if nothing was decided before that. */
static void decide_by_end(struct run *run, struct job *job)
{
    if (job->is_decided)
        return;
    if (is_crash(job->exit_code)) {
        decide(job, AR_HOST_FAILED,
               ar_str_printf(run->arena, "it crashed with 0x%08lX",
                             (unsigned long)job->exit_code));
        return;
    }
    job->output->exit_code = (int)job->exit_code;
    if (job->out.pipe)
        decide(job, AR_HOST_FAILED,
               AR_STR("it left something behind that holds its output"));
    decide(job, AR_HOST_DONE, (ar_str){0});
}

static void end(struct run *run, struct job *job)
{
    struct ar_host_output *output = job->output;
    if (job->is_request) {
        ar_request_close(&job->request);
        run->n_requests--;
        finish(run, job);
        return;
    }
    bool is_swept = sweep(job->group);
    output->out = ar_buf_view(&job->out.text);
    output->err = ar_buf_view(&job->err.text);
    output->is_err_cut = job->err.is_over || job->err.pipe;
    if (!is_swept)
        output->detail = ar_str_printf(
            run->arena, AR_STR_FORMAT "%ssomething of it could not be ended",
            AR_STR_ARG(output->detail), output->detail.len > 0 ? "; " : "");
    close_job(job);
    run->n_running--;
    finish(run, job);
}

/* Of a run that ended by a jump, or whose arena is gone: closing the jobs
 * ends what is in them. */
static void abandon(void *resource)
{
    struct run *run = resource;
    for (size_t i = 0; i < run->n_jobs; i++) {
        ar_request_close(&run->jobs[i].request);
        close_job(&run->jobs[i]);
    }
}

/* ---- reading ---- */

static void keep(struct stream *stream, size_t count)
{
    size_t room = stream->max_bytes - stream->text.len;
    if (count > room) {
        stream->is_over = true;
        count = room;
    }
    ar_buf_put(&stream->text, (ar_str){stream->block, count});
}

/* Begins a reading, if there is none. The pipe is closed at its end. */
static void begin_reading(struct stream *stream)
{
    if (stream->is_reading || !stream->pipe)
        return;
    stream->is_reading = true;
    if (ReadFile(stream->pipe, stream->block, BLOCK_BYTES, NULL,
                 &stream->reading) ||
        GetLastError() == ERROR_IO_PENDING)
        return;
    stream->is_reading = false;
    close_stream(stream);
}

/* All there is, but no more than the loop can afford. */
static void read_stream(struct stream *stream)
{
    for (int i = 0; i < BLOCKS_AT_ONCE; i++) {
        DWORD count = 0;
        begin_reading(stream);
        if (!stream->pipe)
            return;
        if (GetOverlappedResult(stream->pipe, &stream->reading, &count,
                                FALSE)) {
            stream->is_reading = false;
            keep(stream, count);
            continue;
        }
        if (GetLastError() == ERROR_IO_INCOMPLETE)
            return;
        stream->is_reading = false;
        close_stream(stream);
    }
}

static void see_end(struct job *job)
{
    if (job->ended_us != NEVER ||
        WaitForSingleObject(job->process, 0) != WAIT_OBJECT_0)
        return;
    job->ended_us = ar_windows_now_us();
    if (!GetExitCodeProcess(job->process, &job->exit_code))
        decide(job, AR_HOST_FAILED, AR_STR("its end was not seen"));
}

/* ---- the loop ---- */

static void check_times(struct run *run, struct job *job)
{
    int64_t now = ar_windows_now_us();
    bool is_read = !job->out.pipe && !job->err.pipe;
    if (job->ended_us != NEVER) {
        if (!is_read && now < job->ended_us + DRAIN_US)
            return;
        decide_by_end(run, job);
        end(run, job);
    } else if (now >= job->deadline_us) {
        decide(job, AR_HOST_TIMEOUT, AR_STR("it did not end in time"));
        end(run, job);
    }
}

static void attend_request(struct run *run, struct job *job)
{
    bool is_over = ar_request_attend(&job->request, run->arena);
    if (!is_over && ar_windows_now_us() < job->deadline_us)
        return;
    if (!is_over)
        ar_request_give_up(&job->request);
    end(run, job);
}

/* The program's end first: what was written before that is read then. */
static void attend(struct run *run, struct job *job)
{
    if (job->is_request) {
        attend_request(run, job);
        return;
    }
    see_end(job);
    read_stream(&job->out);
    read_stream(&job->err);
    if (job->out.is_over) {
        decide(job, AR_HOST_TOO_LARGE, AR_STR("it wrote too much"));
        end(run, job);
    } else {
        check_times(run, job);
    }
}

static void cancel(struct run *run)
{
    run->is_cancelled = true;
    for (size_t i = 0; i < run->n_jobs; i++) {
        struct job *job = &run->jobs[i];
        if (job->state != JOB_RUNNING)
            continue;
        decide(job, AR_HOST_STOPPED, AR_STR("cancelled"));
        end(run, job);
    }
}

static const struct job *longest_running(const struct run *run)
{
    const struct job *longest = NULL;
    for (size_t i = 0; i < run->n_jobs; i++)
        if (run->jobs[i].state == JOB_RUNNING &&
            (!longest || run->jobs[i].start_us < longest->start_us))
            longest = &run->jobs[i];
    return longest;
}

static void tell_progress(struct run *run)
{
    int64_t now = ar_windows_now_us();
    const struct job *job = longest_running(run);
    if (!run->host->progress || !job || run->is_cancelled ||
        now < run->next_tick_us)
        return;
    run->next_tick_us = now + TICK_US;
    if (!run->host->progress(run->host->context, job->command->argv[0],
                             now - job->start_us))
        cancel(run);
}

/* How long nobody has to look at it if nothing happens. */
static int64_t next_event_us(const struct job *job)
{
    if (job->is_request)
        return earlier(ar_request_event_us(&job->request), job->deadline_us);
    return job->ended_us != NEVER ? job->ended_us + DRAIN_US : job->deadline_us;
}

static DWORD timeout_ms(const struct run *run)
{
    int64_t event = run->host->progress ? run->next_tick_us : NEVER;
    for (size_t i = 0; i < run->n_jobs; i++) {
        const struct job *job = &run->jobs[i];
        if (job->state == JOB_RUNNING)
            event = earlier(event, next_event_us(job));
    }
    int64_t left = event - ar_windows_now_us();
    return left <= 0 ? 0 : (DWORD)(earlier(left, 60000000) / 1000) + 1;
}

static void wait_for_something(struct run *run)
{
    HANDLE wanted[4 * LARGEST_PARALLEL]; /* 64: as many as can be waited for */
    DWORD count = 0;
    for (size_t i = 0; i < run->n_jobs; i++) {
        const struct job *job = &run->jobs[i];
        if (job->state != JOB_RUNNING)
            continue;
        if (job->is_request) {
            if (job->request.is_busy)
                wanted[count++] = job->request.transfer.hEvent;
            continue;
        }
        if (job->ended_us == NEVER)
            wanted[count++] = job->process;
        if (job->out.is_reading)
            wanted[count++] = job->out.reading.hEvent;
        if (job->err.is_reading)
            wanted[count++] = job->err.reading.hEvent;
    }
    if (count > 0)
        WaitForMultipleObjects(count, wanted, FALSE, timeout_ms(run));
    else
        Sleep(timeout_ms(run));
}

static void run_all(struct run *run)
{
    for (;;) {
        start_more(run);
        if (run->n_finished == run->n_jobs)
            return;
        for (size_t i = 0; i < run->n_jobs; i++)
            if (run->jobs[i].state == JOB_RUNNING)
                attend(run, &run->jobs[i]);
        tell_progress(run);
        if (run->n_running + run->n_requests > 0)
            wait_for_something(run);
    }
}

static size_t choose_parallel(size_t wanted)
{
    if (wanted == 0)
        return PARALLEL;
    return wanted < LARGEST_PARALLEL ? wanted : LARGEST_PARALLEL;
}

void ar_windows_run(struct ar_host *host, struct ar_arena *arena,
                    const struct ar_host_command *commands, size_t count,
                    struct ar_host_output *outputs, int64_t deadline_us)
{
    struct run *run = AR_NEW(arena, struct run);
    run->host = host;
    run->arena = arena;
    run->n_jobs = count;
    run->n_parallel = choose_parallel(host->n_parallel);
    run->deadline_us = deadline_us != 0 ? deadline_us : NEVER;
    run->folder = ar_windows_wide(arena, ar_windows_system_folder(arena));
    run->jobs = AR_NEW_ARRAY(arena, struct job, count);
    ar_programs_open(arena, host->is_elevated, &run->programs);
    for (size_t i = 0; i < count; i++) {
        run->jobs[i].command = &commands[i];
        run->jobs[i].is_request = commands[i].is_request;
        run->jobs[i].output = &outputs[i];
        prepare(run, &run->jobs[i]);
    }
    ar_arena_defer(arena, abandon, run);
    run_all(run);
}
