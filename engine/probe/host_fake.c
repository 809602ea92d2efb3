/* SPDX-License-Identifier: Apache-2.0 */
/* A host that is a table, for tests. It keeps the promises of a real one:
 * deadlines, limits of size, cancelling. */

#include "base/buf.h"
#include "probe/host.h"
#include "probe/host_parts.h"

#include <stdio.h>

static void answer(struct ar_host *host, enum ar_fake_kind kind, ar_str name,
                   struct ar_host_output *out)
{
    struct ar_fake_host *fake = (struct ar_fake_host *)host;
    *out =
        (struct ar_host_output){.status = AR_HOST_NOT_FOUND, .exit_code = -1};
    fake->n_asked++;
    for (size_t i = 0; i < fake->n_answers; i++) {
        const struct ar_fake_answer *row = &fake->answers[i];
        if (row->kind == kind && ar_str_equal_c(name, row->name)) {
            *out = row->output;
            return;
        }
    }
}

static ar_str join(struct ar_arena *arena,
                   const struct ar_host_command *command)
{
    struct ar_buf name = AR_BUF(arena);
    for (size_t i = 0; i < command->n_argv; i++) {
        if (i > 0)
            ar_buf_put_char(&name, ' ');
        ar_buf_put(&name, command->argv[i]);
    }
    return ar_buf_view(&name);
}

static void cut(ar_str *text, size_t max_bytes)
{
    *text = ar_str_slice(*text, 0, max_bytes);
}

static void run_one(struct ar_fake_host *fake, struct ar_arena *arena,
                    const struct ar_host_command *command,
                    struct ar_host_output *out, int64_t deadline_us)
{
    int64_t end_us = fake->now_us + command->timeout_us;
    if (deadline_us != 0 && deadline_us < end_us)
        end_us = deadline_us;
    answer(&fake->host, command->is_request ? AR_FAKE_REQUEST : AR_FAKE_COMMAND,
           join(arena, command), out);
    fake->n_commands += !command->is_request;
    if (fake->now_us + out->duration_us > end_us) {
        out->duration_us = end_us > fake->now_us ? end_us - fake->now_us : 0;
        ar_host_refuse(out, AR_HOST_TIMEOUT, (ar_str){0});
    } else if (out->out.len > command->max_stdout &&
               !command->is_start_enough) {
        ar_host_refuse(out, AR_HOST_TOO_LARGE, (ar_str){0});
    }
    cut(&out->out, command->max_stdout);
    out->is_err_cut = out->is_err_cut || out->err.len > command->max_stderr;
    cut(&out->err, command->max_stderr);
    fake->now_us += out->duration_us;
}

static void run(struct ar_host *host, struct ar_arena *arena,
                const struct ar_host_command *commands, size_t count,
                struct ar_host_output *outputs, int64_t deadline_us)
{
    bool goes_on = true;
    for (size_t i = 0; i < count; i++) {
        ar_str program = commands[i].argv[0];
        goes_on = goes_on && (!host->progress ||
                              host->progress(host->context, program, 0));
        if (goes_on)
            run_one((struct ar_fake_host *)host, arena, &commands[i],
                    &outputs[i], deadline_us);
        else
            outputs[i] = (struct ar_host_output){.status = AR_HOST_STOPPED,
                                                 .exit_code = -1};
    }
}

static void limit(struct ar_host_output *out, size_t max_bytes)
{
    if (out->out.len <= max_bytes)
        return;
    ar_host_refuse(out, AR_HOST_TOO_LARGE, (ar_str){0});
    out->out = (ar_str){0};
}

static void read_file(struct ar_host *host, struct ar_arena *arena, ar_str path,
                      size_t max_bytes, struct ar_host_output *out)
{
    (void)arena;
    answer(host, AR_FAKE_FILE, path, out);
    limit(out, max_bytes);
}

static void read_part(struct ar_host *host, struct ar_arena *arena, ar_str path,
                      uint64_t offset, size_t size, struct ar_host_output *out)
{
    (void)arena;
    answer(host, AR_FAKE_FILE, path, out);
    size_t start = offset < out->out.len ? (size_t)offset : out->out.len;
    out->out = ar_str_slice(out->out, start, SIZE_MAX);
    out->out = ar_str_slice(out->out, 0, size);
}

static void look(struct ar_host *host, struct ar_arena *arena, ar_str path,
                 bool follows, struct ar_host_entry *out)
{
    struct ar_host_output file;
    (void)arena;
    answer(host, AR_FAKE_LINK, path, &file);
    if (!follows && file.status == AR_HOST_DONE) {
        *out = (struct ar_host_entry){
            .kind = AR_HOST_KIND_LINK, .has_rights = true, .target = file.out};
        return;
    }
    answer(host, AR_FAKE_FILE, path, &file);
    *out = (struct ar_host_entry){.status = file.status,
                                  .detail = file.detail,
                                  .size = (int64_t)file.out.len};
}

static void search_path(struct ar_host *host, struct ar_arena *arena,
                        ar_str_vector *folders, struct ar_host_output *out)
{
    answer(host, AR_FAKE_VARIABLE, AR_STR("PATH"), out);
    if (out->status == AR_HOST_DONE)
        ar_host_split(arena, out->out, ':', folders);
}

static void programs(struct ar_host *host, struct ar_arena *arena, ar_str name,
                     ar_str_vector *paths, struct ar_host_output *out)
{
    ar_str_vector folders = {0};
    search_path(host, arena, &folders, out);
    for (size_t i = 0; i < folders.count; i++) {
        struct ar_host_output file;
        ar_str path = ar_str_join(arena, folders.at[i], AR_STR("/"), name);
        answer(host, AR_FAKE_FILE, path, &file);
        if (file.status == AR_HOST_DONE)
            ar_vector_push(arena, paths, path);
    }
}

static void glob(struct ar_host *host, struct ar_arena *arena, ar_str pattern,
                 size_t max_matches, struct ar_host_output *out)
{
    size_t n_lines = 0;
    (void)arena;
    answer(host, AR_FAKE_GLOB, pattern, out);
    for (size_t i = 0; i < out->out.len; i++)
        n_lines += out->out.ptr[i] == '\n';
    if (n_lines > max_matches)
        limit(out, 0);
}

static void registry(struct ar_host *host, struct ar_arena *arena, ar_str path,
                     struct ar_host_output *out)
{
    (void)arena;
    answer(host, AR_FAKE_REGISTRY, path, out);
}

static void service(struct ar_host *host, struct ar_arena *arena, ar_str name,
                    struct ar_host_output *out)
{
    (void)arena;
    answer(host, AR_FAKE_SERVICE, name, out);
}

static void variable(struct ar_host *host, struct ar_arena *arena, ar_str name,
                     struct ar_host_output *out)
{
    (void)arena;
    answer(host, AR_FAKE_VARIABLE, name, out);
}

static void disk(struct ar_host *host, struct ar_arena *arena, ar_str path,
                 struct ar_host_output *out)
{
    (void)arena;
    answer(host, AR_FAKE_DISK, path, out);
}

static void user(struct ar_host *host, struct ar_arena *arena,
                 enum ar_host_user what, struct ar_host_output *out)
{
    static const char *const names[] = {"id", "name", "groups",
                                        "groups of login"};
    (void)arena;
    answer(host, AR_FAKE_USER, ar_str_from_c(names[what]), out);
}

static void tell(struct ar_host *host, struct ar_arena *arena,
                 enum ar_host_system what, struct ar_host_output *out)
{
    static const char *const names[] = {"memory",   "booted",   "time zone",
                                        "clock",    "cpu",      "guest",
                                        "firmware", "listeners"};
    (void)arena;
    answer(host, AR_FAKE_SYSTEM, ar_str_from_c(names[what]), out);
}

/* Hexadecimal digits with blanks between. */
static bool cpuid(struct ar_host *host, uint32_t leaf, uint32_t registers[4])
{
    struct ar_host_output out;
    char name[16];
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    snprintf(name, sizeof(name), "0x%08x", (unsigned)leaf);
    answer(host, AR_FAKE_CPUID, ar_str_from_c(name), &out);
    if (out.status != AR_HOST_DONE ||
        sscanf(out.out.ptr, "%x %x %x %x", &a, &b, &c, &d) != 4)
        return false;
    registers[0] = a;
    registers[1] = b;
    registers[2] = c;
    registers[3] = d;
    return true;
}

static int64_t now_us(struct ar_host *host)
{
    return ((struct ar_fake_host *)host)->now_us;
}

/* 2026-01-01 00:00:00 UTC at the start, so that answers never differ. */
static int64_t time_us(struct ar_host *host)
{
    return INT64_C(1767225600000000) + now_us(host);
}

void ar_host_open_fake(struct ar_fake_host *fake,
                       const struct ar_fake_answer *answers, size_t count)
{
    static const struct ar_host_functions functions = {
        .run = run,
        .read_file = read_file,
        .read_part = read_part,
        .look = look,
        .search_path = search_path,
        .programs = programs,
        .glob = glob,
        .registry = registry,
        .service = service,
        .variable = variable,
        .disk = disk,
        .user = user,
        .tell = tell,
        .cpuid = cpuid,
        .now_us = now_us,
        .time_us = time_us,
    };
    *fake = (struct ar_fake_host){
        .host = {.functions = &functions,
                 .platform = "linux",
                 .machine = "x86_64",
                 .asked = "uname()",
                 .emulation = AR_EMULATION_NO},
        .answers = answers,
        .n_answers = count,
    };
}
