/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a service behind a socket of this machine. Nothing here waits: the
 * loop of run_posix.c does, and keeps the deadline. */

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "probe/host_parts.h"
#include "probe/run_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#ifdef MSG_NOSIGNAL
#define SEND_FLAGS MSG_NOSIGNAL
#else
#define SEND_FLAGS 0
#endif

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

bool ar_request_prepare(struct ar_request *request, struct ar_arena *arena,
                        const struct ar_host_command *command,
                        struct ar_host_output *output)
{
    struct sockaddr_un address;
    ar_str path;
    *request = (struct ar_request){
        .output = output, .fd = -1, .retry_us = NEVER, .done_us = NEVER};
    ar_http_start(&request->http, arena, command->max_stdout);
    request->http.may_cut = command->is_start_enough;
    if (command->n_argv != 2 ||
        !ar_host_address(command->argv[0], AR_STR("unix://"), &path, output))
        return false;
    output->path = ar_str_copy(arena, path);
    request->socket_path = output->path;
    request->text = ar_http_request(arena, command->argv[1]);
    if (path.ptr[0] != '/')
        ar_host_refuse(output, AR_HOST_FAILED,
                       AR_STR("a path begins with '/'"));
    else if (path.len >= sizeof(address.sun_path))
        ar_host_refuse(output, AR_HOST_FAILED,
                       AR_STR("the path of the socket is too long"));
    else if (request->text.len == 0)
        ar_host_refuse(output, AR_HOST_FAILED,
                       AR_STR("what it is asked for is no path"));
    return output->status == AR_HOST_DONE;
}

/* ---- connecting ---- */

/* The same errno if nobody listens and if it is a plain file. */
static void refuse_silent(struct ar_request *request)
{
    struct stat info;
    if (stat(request->socket_path.ptr, &info) == 0 && !S_ISSOCK(info.st_mode))
        ar_host_refuse(request->output, AR_HOST_FAILED,
                       AR_STR("it is no socket"));
    else
        ar_host_refuse(request->output, AR_HOST_NOT_FOUND,
                       AR_STR("nobody listens at the socket"));
}

static void refuse_connection(struct ar_request *request,
                              struct ar_arena *arena, int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        ar_host_refuse(request->output, AR_HOST_NOT_FOUND,
                       AR_STR("there is no such socket"));
        return;
    case ECONNREFUSED: refuse_silent(request); return;
    case EACCES:
    case EPERM:
        ar_host_refuse(request->output, AR_HOST_DENIED,
                       ar_posix_errno_text(arena, number));
        return;
    default:
        ar_host_refuse(request->output, AR_HOST_FAILED,
                       ar_posix_errno_text(arena, number));
    }
}

int ar_request_start(struct ar_request *request)
{
    request->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (request->fd < 0)
        return errno;
    fcntl(request->fd, F_SETFD, FD_CLOEXEC);
    fcntl(request->fd, F_SETFL, O_NONBLOCK);
#ifdef SO_NOSIGPIPE
    int is_on = 1;
    setsockopt(request->fd, SOL_SOCKET, SO_NOSIGPIPE, &is_on, sizeof(is_on));
#endif
    request->retry_us = 0;
    return 0;
}

/* False if it has to be tried again, or was refused. */
static bool connect_now(struct ar_request *request, struct ar_arena *arena)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, request->socket_path.ptr,
           request->socket_path.len);
    if (connect(request->fd, (const struct sockaddr *)&address,
                sizeof(address)) == 0 ||
        errno == EISCONN) {
        request->is_connected = true;
        request->retry_us = NEVER;
        return true;
    }
    /* As many wait for it as may. */
    if (errno == EAGAIN || errno == EINPROGRESS || errno == EALREADY ||
        errno == EINTR) {
        request->retry_us = ar_posix_now_us() + RETRY_US;
        return false;
    }
    refuse_connection(request, arena, errno);
    request->is_ended = true;
    return false;
}

/* ---- asking and reading ---- */

static bool is_sent(const struct ar_request *request)
{
    return request->n_sent == request->text.len;
}

/* One that closed before it was asked may have answered all the same. */
static void send_more(struct ar_request *request)
{
    while (!is_sent(request)) {
        ssize_t n = send(request->fd, request->text.ptr + request->n_sent,
                         request->text.len - request->n_sent, SEND_FLAGS);
        if (n >= 0)
            request->n_sent += (size_t)n;
        else if (errno == EAGAIN)
            return;
        else if (errno != EINTR)
            request->n_sent = request->text.len;
    }
}

static bool is_over(const struct ar_request *request)
{
    return request->http.state == AR_HTTP_BAD ||
           request->http.state == AR_HTTP_TOO_LARGE || request->http.is_cut;
}

static void read_more(struct ar_request *request)
{
    char block[BLOCK_BYTES];
    for (int i = 0; i < BLOCKS_AT_ONCE && !is_over(request); i++) {
        ssize_t n = recv(request->fd, block, sizeof(block), 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            ar_http_end(&request->http);
            request->is_ended = true;
            return;
        }
        ar_http_feed(&request->http, (ar_str){block, (size_t)n});
    }
}

bool ar_request_attend(struct ar_request *request, struct ar_arena *arena)
{
    if (!request->is_connected && ar_posix_now_us() >= request->retry_us)
        connect_now(request, arena);
    if (request->is_connected) {
        send_more(request);
        read_more(request);
    } else {
        return request->is_ended;
    }
    if (request->http.state == AR_HTTP_DONE && request->done_us == NEVER)
        request->done_us = ar_posix_now_us();
    if (!request->is_ended && !is_over(request) &&
        (request->done_us == NEVER ||
         ar_posix_now_us() < request->done_us + DRAIN_US))
        return false;
    ar_host_take_answer(&request->http, request->output);
    return true;
}

/* ---- for the loop ---- */

short ar_request_events(const struct ar_request *request)
{
    if (!request->is_connected)
        return 0;
    return is_sent(request) ? POLLIN : POLLIN | POLLOUT;
}

int64_t ar_request_event_us(const struct ar_request *request)
{
    return request->done_us != NEVER ? request->done_us + DRAIN_US
                                     : request->retry_us;
}

void ar_request_give_up(struct ar_request *request)
{
    ar_host_give_up_answer(&request->http, request->is_connected,
                           request->output);
}

void ar_request_close(struct ar_request *request)
{
    if (request->fd >= 0)
        close(request->fd);
    request->fd = -1;
}
