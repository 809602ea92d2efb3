/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a service behind a named pipe of this machine. Nothing here waits:
 * the loop of run_windows.c does, and keeps the deadline. */

#include "probe/host_windows.h"

#include <string.h>

enum {
    /* A service that takes no connection at the moment is tried again. */
    RETRY_US = 50000,
    /* Who closes behind its answer has said all; who does not is not waited
     * for any longer. */
    DRAIN_US = 100000,
    BLOCK_BYTES = 16384,
    BLOCKS_AT_ONCE = 32
};

#define NEVER INT64_MAX

/* A name of plain characters: `..` or a separator could lead to another
 * device, or another machine. */
static bool is_pipe_name(ar_str name)
{
    for (size_t ix = 0; ix < name.len; ix++) {
        char c = name.ptr[ix];
        if (!ar_char_is_letter(c) && !ar_char_is_digit(c) && c != '_' &&
            c != '-' && (c != '.' || ix == 0))
            return false;
    }
    return name.len > 0 && name.len < 200;
}

bool ar_request_prepare(struct ar_request *request, struct ar_arena *arena,
                        const struct ar_host_command *command,
                        struct ar_host_output *output)
{
    ar_str name;
    *request = (struct ar_request){.output = output, .done_us = NEVER};
    ar_http_start(&request->http, arena, command->max_stdout);
    request->http.may_cut = command->is_start_enough;
    if (command->n_argv != 2 ||
        !ar_host_address(command->argv[0], AR_STR("npipe://"), &name, output))
        return false;
    output->path = ar_str_copy(arena, name);
    request->text = ar_http_request(arena, command->argv[1]);
    if (!ar_str_starts_with(name, AR_STR("//./pipe/")) ||
        !is_pipe_name(ar_str_slice(name, 9, name.len))) {
        ar_host_refuse(output, AR_HOST_FAILED,
                       AR_STR("a pipe is written npipe:////./pipe/name"));
        return false;
    }
    if (request->text.len == 0) {
        ar_host_refuse(output, AR_HOST_FAILED,
                       AR_STR("what it is asked for is no path"));
        return false;
    }
    request->name =
        ar_windows_wide(arena, ar_str_concat(arena, AR_STR("\\\\.\\pipe\\"),
                                             ar_str_slice(name, 9, name.len)));
    request->block = ar_arena_alloc(arena, BLOCK_BYTES);
    return true;
}

DWORD ar_request_start(struct ar_request *request)
{
    request->transfer.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    return request->transfer.hEvent ? ERROR_SUCCESS : GetLastError();
}

/* ---- connecting ---- */

/* Whoever has the pipe may learn who asks, but not act as them. */
static void connect_now(struct ar_request *request, struct ar_arena *arena)
{
    request->pipe = CreateFileW(
        request->name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
        FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION,
        NULL);
    if (request->pipe != INVALID_HANDLE_VALUE)
        return;
    request->pipe = NULL;
    DWORD number = GetLastError();
    request->retry_us = ar_windows_now_us() + RETRY_US;
    if (number == ERROR_PIPE_BUSY)
        return;
    request->is_ended = true;
    if (number == ERROR_FILE_NOT_FOUND || number == ERROR_PATH_NOT_FOUND)
        ar_host_refuse(request->output, AR_HOST_NOT_FOUND,
                       AR_STR("there is no such pipe"));
    else
        ar_windows_refuse(arena, number, request->output);
}

/* ---- asking and reading ---- */

static bool begin_transfer(struct ar_request *request)
{
    OVERLAPPED *transfer = &request->transfer;
    bool is_begun = request->is_sent
                        ? ReadFile(request->pipe, request->block, BLOCK_BYTES,
                                   NULL, transfer)
                        : WriteFile(request->pipe, request->text.ptr,
                                    (DWORD)request->text.len, NULL, transfer);
    request->is_busy = is_begun || GetLastError() == ERROR_IO_PENDING;
    return request->is_busy;
}

/* False if there is nothing to do without waiting. */
static bool step(struct ar_request *request)
{
    DWORD count = 0;
    if (!request->is_busy && !begin_transfer(request)) {
        request->is_ended = request->is_sent;
        request->is_sent = true;
        return !request->is_ended;
    }
    bool is_done =
        GetOverlappedResult(request->pipe, &request->transfer, &count, FALSE);
    if (!is_done && GetLastError() == ERROR_IO_INCOMPLETE)
        return false;
    request->is_busy = false;
    if (!request->is_sent)
        request->is_sent = true;
    else if (is_done)
        ar_http_feed(&request->http, (ar_str){request->block, count});
    else
        request->is_ended = true;
    return !request->is_ended;
}

static bool is_over(const struct ar_request *request)
{
    return request->http.state == AR_HTTP_BAD ||
           request->http.state == AR_HTTP_TOO_LARGE || request->http.is_cut;
}

bool ar_request_attend(struct ar_request *request, struct ar_arena *arena)
{
    if (!request->pipe && ar_windows_now_us() >= request->retry_us)
        connect_now(request, arena);
    if (!request->pipe)
        return request->is_ended;
    for (int ix = 0; ix < BLOCKS_AT_ONCE && !is_over(request); ix++) {
        if (!step(request))
            break;
    }
    if (request->is_ended)
        ar_http_end(&request->http);
    if (request->http.state == AR_HTTP_DONE && request->done_us == NEVER)
        request->done_us = ar_windows_now_us();
    if (!request->is_ended && !is_over(request) &&
        (request->done_us == NEVER ||
         ar_windows_now_us() < request->done_us + DRAIN_US))
        return false;
    ar_host_take_answer(&request->http, request->output);
    return true;
}

/* ---- for the loop ---- */

int64_t ar_request_event_us(const struct ar_request *request)
{
    if (request->done_us != NEVER)
        return request->done_us + DRAIN_US;
    return request->pipe ? NEVER : request->retry_us;
}

void ar_request_give_up(struct ar_request *request)
{
    ar_host_give_up_answer(&request->http, request->pipe != NULL,
                           request->output);
}

/* The system uses the block until the transfer is over. */
void ar_request_close(struct ar_request *request)
{
    DWORD count;
    if (request->is_busy) {
        CancelIoEx(request->pipe, &request->transfer);
        GetOverlappedResult(request->pipe, &request->transfer, &count, TRUE);
        request->is_busy = false;
    }
    if (request->pipe)
        CloseHandle(request->pipe);
    if (request->transfer.hEvent)
        CloseHandle(request->transfer.hEvent);
    request->pipe = NULL;
    request->transfer.hEvent = NULL;
}
