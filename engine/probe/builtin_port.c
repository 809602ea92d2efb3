/* SPDX-License-Identifier: Apache-2.0 */
/* Who listens on a port: of Linux by /proc, of Windows by its own tables. */

#include "base/limits.h"
#include "probe/signs.h"

#include <string.h>

/* A server has many connections, and those that listen come first. */
enum { MAX_TABLE_BYTES = 16 << 20, MAX_FILES = 200000 };

struct listener {
    struct ar_ip address;
    ar_str user;  /* its number; empty: not told */
    ar_str inode; /* of the socket; empty: process and program are known */
    ar_str process;
    ar_str program;
};

struct listeners {
    ar_value lack; /* if the state is not that of a value nothing is known */
    AR_VECTOR(struct listener) found;
};

/* ---- Linux ---- */

static bool read_hex(ar_str text, uint32_t *number)
{
    *number = 0;
    for (size_t ix = 0; ix < text.len; ix++) {
        int digit = ar_char_hex_value(text.ptr[ix]);
        if (digit < 0 || ix == 8)
            return false;
        *number = *number << 4 | (uint32_t)digit;
    }
    return text.len > 0;
}

/* Groups of 4 bytes as numbers of this machine: 0100007F is 127.0.0.1 where
 * the lowest byte comes first. */
static bool read_address(ar_str text, struct ar_ip *address)
{
    uint8_t bytes[16];
    if (text.len != 8 && text.len != 32)
        return false;
    for (size_t ix = 0; ix < text.len / 8; ix++) {
        uint32_t group;
        if (!read_hex(ar_str_slice(text, ix * 8, ix * 8 + 8), &group))
            return false;
        memcpy(bytes + ix * 4, &group, 4);
    }
    *address = (struct ar_ip){.is_v6 = text.len == 32};
    memcpy(address->bytes, bytes, text.len / 2);
    return true;
}

/* sl local remote state queues timer retransmissions uid timeout inode */
static bool read_socket(ar_str line, const char *state, int64_t port,
                        struct listener *listener)
{
    ar_str words[10];
    uint32_t number;
    for (size_t ix = 0; ix < AR_COUNT_OF(words); ix++)
        if (!ar_sign_word(&line, &words[ix]))
            return false;
    size_t colon = ar_str_find(words[1], AR_STR(":"), 0);
    if (colon == SIZE_MAX || !ar_str_equal_c(words[3], state) ||
        !read_hex(ar_str_slice(words[1], colon + 1, words[1].len), &number) ||
        number != port)
        return false;
    listener->user = words[7];
    listener->inode = words[9];
    return read_address(ar_str_slice(words[1], 0, colon), &listener->address);
}

static void read_table(struct ar_question *question, const char *path,
                       const char *state, struct listeners *listeners)
{
    struct ar_host_output output = {0};
    question->host->functions->read_file(question->host, question->arena,
                                         ar_str_from_c(path), MAX_TABLE_BYTES,
                                         &output);
    if (output.status != AR_HOST_DONE) {
        listeners->lack = ar_question_lack(&output);
        return;
    }
    for (ar_str line; ar_sign_line(&output.out, &line);) {
        struct listener listener = {0};
        if (read_socket(line, state, question->arguments[0].as.integer,
                        &listener))
            ar_vector_push(question->arena, &listeners->found, listener);
    }
}

/* A system may be without IPv6, but not without IPv4. */
static void read_linux(struct ar_question *question, bool is_tcp,
                       struct listeners *listeners)
{
    question->how = is_tcp ? AR_STR("/proc/net/tcp, /proc/net/tcp6")
                           : AR_STR("/proc/net/udp, /proc/net/udp6");
    read_table(question, is_tcp ? "/proc/net/tcp6" : "/proc/net/udp6",
               is_tcp ? "0A" : "07", listeners);
    if (listeners->lack.state == AR_STATE_ABSENT)
        listeners->lack = ar_value_bool(true);
    if (listeners->lack.state != AR_STATE_VALUE)
        return;
    read_table(question, is_tcp ? "/proc/net/tcp" : "/proc/net/udp",
               is_tcp ? "0A" : "07", listeners);
    if (listeners->lack.state == AR_STATE_ABSENT)
        listeners->lack = ar_sign_unknown(
            AR_REASON_unsupported, "the system does not list its sockets");
}

/* ---- Windows ---- */

/* protocol address port process program */
static bool read_line(ar_str line, bool is_tcp, int64_t port,
                      struct listener *listener)
{
    ar_str protocol;
    ar_str address = {0};
    ar_str number = {0};
    int64_t found;
    bool is_whole =
        ar_sign_word(&line, &protocol) && ar_sign_word(&line, &address) &&
        ar_sign_word(&line, &number) && ar_sign_word(&line, &listener->process);
    listener->program = ar_str_trim(line);
    return is_whole && ar_str_equal_c(protocol, is_tcp ? "tcp" : "udp") &&
           ar_str_to_int(number, &found) && found == port &&
           ar_ip_parse(address, &listener->address);
}

static void ask_system(struct ar_question *question, bool is_tcp,
                       struct listeners *listeners)
{
    struct ar_host_output output = {0};
    question->how = is_tcp ? AR_STR("GetExtendedTcpTable()")
                           : AR_STR("GetExtendedUdpTable()");
    question->host->functions->tell(question->host, question->arena,
                                    AR_HOST_SYSTEM_LISTENERS, &output);
    listeners->lack = output.status == AR_HOST_DONE ? ar_value_bool(true)
                                                    : ar_question_lack(&output);
    for (ar_str line; listeners->lack.state == AR_STATE_VALUE &&
                      ar_sign_line(&output.out, &line);) {
        struct listener listener = {0};
        if (read_line(line, is_tcp, question->arguments[0].as.integer,
                      &listener))
            ar_vector_push(question->arena, &listeners->found, listener);
    }
}

static struct listeners find_listeners(struct ar_question *question,
                                       bool is_tcp)
{
    struct listeners listeners = {.lack = ar_value_bool(true)};
    if (strcmp(question->host->platform, "linux") == 0)
        read_linux(question, is_tcp, &listeners);
    else
        ask_system(question, is_tcp, &listeners);
    return listeners;
}

/* ---- which process has a socket ---- */

/* "/proc/12/fd/3" for each socket, by what it points to. */
static struct ar_map *read_files(struct ar_question *question)
{
    const ar_str key = AR_STR("port:files");
    struct ar_map *owners = ar_map_get(question->kept, key);
    struct ar_host_output output = {0};
    if (owners)
        return owners;
    owners = AR_NEW(question->arena, struct ar_map);
    ar_map_put(question->arena, question->kept, key, owners);
    question->host->functions->glob(question->host, question->arena,
                                    AR_STR("/proc/[1-9]*/fd/*"), MAX_FILES,
                                    &output);
    ar_str paths = output.out;
    for (ar_str path;
         output.status == AR_HOST_DONE && ar_sign_line(&paths, &path);) {
        ar_str target = ar_sign_target(question, path);
        ar_str *owner = AR_NEW(question->arena, ar_str);
        *owner = path;
        if (ar_str_starts_with(target, AR_STR("socket:[")) &&
            !ar_map_has(owners, target))
            ar_map_put(question->arena, owners, target, owner);
    }
    return owners;
}

/* The file that a process was started from, else what the kernel calls it. */
static ar_str name_process(struct ar_question *question, ar_str process)
{
    ar_str text;
    ar_str folder = ar_str_concat(question->arena, AR_STR("/proc/"), process);
    ar_str path = ar_sign_target(
        question, ar_str_concat(question->arena, folder, AR_STR("/exe")));
    if (ar_str_ends_with(path, AR_STR(" (deleted)")))
        path.len -= AR_STR(" (deleted)").len;
    size_t start = path.len;
    while (start > 0 && path.ptr[start - 1] != '/')
        start--;
    if (start < path.len)
        return ar_str_slice(path, start, path.len);
    ar_sign_read(question,
                 ar_str_concat(question->arena, folder, AR_STR("/comm")).ptr,
                 &text);
    return ar_str_trim(text);
}

static void find_owner(struct ar_question *question, struct listener *listener)
{
    ar_str name = ar_str_printf(question->arena, "socket:[" AR_STR_FORMAT "]",
                                AR_STR_ARG(listener->inode));
    const ar_str *path = ar_map_get(read_files(question), name);
    const size_t start = AR_STR("/proc/").len;
    if (!path)
        return;
    listener->process =
        ar_str_slice(*path, start, ar_str_find(*path, AR_STR("/"), start));
    listener->program = name_process(question, listener->process);
}

/* The first that listens; absent if none does. */
static ar_value find_first(struct ar_question *question,
                           struct listener *listener)
{
    struct listeners listeners = find_listeners(question, true);
    if (listeners.lack.state != AR_STATE_VALUE)
        return listeners.lack;
    if (listeners.found.count == 0)
        return ar_value_absent();
    *listener = listeners.found.at[0];
    if (listener->inode.len > 0)
        find_owner(question, listener);
    return ar_value_bool(true);
}

static ar_value hide(void)
{
    return ar_sign_unknown(AR_REASON_denied,
                           "the process belongs to somebody else");
}

/* ---- facts ---- */

static ar_value is_used(struct ar_question *question, bool is_tcp)
{
    struct listeners listeners = find_listeners(question, is_tcp);
    return listeners.lack.state == AR_STATE_VALUE
               ? ar_value_bool(listeners.found.count > 0)
               : listeners.lack;
}

ar_value ar_builtin_find_port_listening(struct ar_question *question)
{
    return is_used(question, true);
}

ar_value ar_builtin_find_port_udp(struct ar_question *question)
{
    return is_used(question, false);
}

ar_value ar_builtin_find_port_addresses(struct ar_question *question)
{
    struct listeners listeners = find_listeners(question, true);
    if (listeners.lack.state != AR_STATE_VALUE)
        return listeners.lack;
    if (listeners.found.count > AR_MAX_LIST_ELEMENTS)
        return ar_sign_unknown(AR_REASON_too_large, "too many sockets");
    ar_value *items =
        AR_NEW_ARRAY(question->arena, ar_value, listeners.found.count);
    for (size_t ix = 0; ix < listeners.found.count; ix++)
        items[ix] = ar_value_ip(listeners.found.at[ix].address);
    return ar_value_list(question->decl->type, items, listeners.found.count);
}

ar_value ar_builtin_find_port_program(struct ar_question *question)
{
    struct listener listener;
    ar_value first = find_first(question, &listener);
    if (first.state != AR_STATE_VALUE)
        return first;
    if (listener.program.len == 0 || ar_str_equal_c(listener.program, "?"))
        return hide();
    return ar_question_string(listener.program);
}

ar_value ar_builtin_find_port_process(struct ar_question *question)
{
    struct listener listener;
    int64_t number;
    ar_value first = find_first(question, &listener);
    if (first.state != AR_STATE_VALUE)
        return first;
    return ar_str_to_int(listener.process, &number) ? ar_value_int(number)
                                                    : hide();
}

ar_value ar_builtin_find_port_user(struct ar_question *question)
{
    struct listener listener;
    uint64_t number;
    ar_value first = find_first(question, &listener);
    if (first.state != AR_STATE_VALUE)
        return first;
    return ar_str_to_u64(listener.user, &number)
               ? ar_sign_name_of(question, AR_STR("/etc/passwd"), number)
               : ar_sign_unknown(AR_REASON_unsupported,
                                 "the system does not tell it");
}
