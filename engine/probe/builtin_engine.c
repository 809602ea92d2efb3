/* SPDX-License-Identifier: Apache-2.0 */
/* What container engines are asked in more than one step.
 * For which CPU the program is that the containers of an image start, by its
 * own header: what the image says of itself may be wrong; and an engine hands
 * out no file of an image, but one of a container, started or not. So that is
 * what is asked for, and nothing is made.
 * Which ports the containers of Podman publish. */

#include "base/limits.h"
#include "probe/binary.h"
#include "probe/builtin.h"
#include "probe/http.h"

#include "json/json.h"
#include <inttypes.h>
#include <string.h>

enum {
    REQUEST_US = 5000000,
    /* Folders of PATH, links and the interpreters of scripts. */
    MOST_REQUESTS = 24,
    MOST_HOPS = 8,
    /* The blocks in front of a file in an archive, and enough of the file. */
    FILE_BYTES = 65536,
    BLOCK_BYTES = 512
};

struct search {
    struct ar_question *question;
    ar_str endpoint;
    ar_str container;
    ar_str folder;  /* where a relative path begins */
    ar_str folders; /* PATH */
    unsigned n_requests;
    ar_value lack; /* why there is no answer */
};

static bool set_lack(struct search *search, enum ar_reason reason,
                     const char *detail)
{
    search->lack = ar_value_unknown(reason, ar_str_from_c(detail));
    return false;
}

/* ---- asking ---- */

/* False, with lack set, if there is no answer; *status is that of one. */
static bool ask(struct search *search, ar_str path, size_t max_bytes,
                bool is_start_enough, ar_str *out, int *status)
{
    struct ar_host *host = search->question->host;
    const ar_str argv[] = {search->endpoint, path};
    struct ar_host_output output = {0};
    const struct ar_host_command command = {.argv = argv,
                                            .n_argv = AR_COUNT_OF(argv),
                                            .timeout_us = REQUEST_US,
                                            .max_stdout = max_bytes,
                                            .is_request = true,
                                            .is_start_enough = is_start_enough};
    if (++search->n_requests > MOST_REQUESTS)
        return set_lack(search, AR_REASON_too_large,
                        "its program is behind too many folders and links");
    host->functions->run(host, search->question->arena, &command, 1, &output,
                         search->question->deadline_us);
    *out = output.out;
    *status = output.exit_code;
    search->lack = ar_question_lack(&output);
    if (output.status == AR_HOST_NOT_FOUND)
        return set_lack(search, AR_REASON_probe_failed, "no engine answered");
    return output.status == AR_HOST_DONE;
}

/* NULL, with lack set: absent if the engine has no such thing. */
static const struct ar_json *ask_json(struct search *search, ar_str path)
{
    struct ar_json_error error;
    ar_str text;
    int status;
    if (!ask(search, path, AR_MAX_PROBE_OUTPUT_BYTES, false, &text, &status))
        return NULL;
    search->lack = status == 404
                       ? ar_value_absent()
                       : ar_value_unknown(AR_REASON_probe_failed,
                                          AR_STR("the engine refused"));
    if (status != 200)
        return NULL;
    set_lack(search, AR_REASON_bad_output, "the engine's answer is no JSON");
    return ar_json_read(search->question->arena, text, &ar_json_default_limits,
                        &error);
}

static ar_str text_of(const struct ar_json *object, const char *key)
{
    const struct ar_json *member =
        object ? ar_json_get(object, ar_str_from_c(key)) : NULL;
    return member && member->kind == AR_JSON_STRING ? member->text
                                                    : (ar_str){NULL, 0};
}

/* ---- the image ---- */

static ar_str first_word(const struct ar_json *config, const char *key)
{
    const struct ar_json *words =
        config ? ar_json_get(config, ar_str_from_c(key)) : NULL;
    const struct ar_json *first =
        words && words->kind == AR_JSON_ARRAY ? words->first : NULL;
    return first && first->kind == AR_JSON_STRING ? first->text
                                                  : (ar_str){NULL, 0};
}

static ar_str find_folders(const struct ar_json *config)
{
    const struct ar_json *list =
        config ? ar_json_get(config, AR_STR("Env")) : NULL;
    const struct ar_json *each =
        list && list->kind == AR_JSON_ARRAY ? list->first : NULL;
    for (; each; each = each->next) {
        if (each->kind == AR_JSON_STRING &&
            ar_str_starts_with(each->text, AR_STR("PATH=")))
            return ar_str_slice(each->text, 5, each->text.len);
    }
    /* What engines set if the image does not. */
    return AR_STR(
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
}

/* What a container of the image starts, and its identity. */
static bool read_image(struct search *search, ar_str *program, ar_str *id)
{
    struct ar_arena *arena = search->question->arena;
    struct ar_buf path = AR_BUF(arena);
    ar_buf_put_c(&path, "/images/");
    set_lack(search, AR_REASON_bad_value, "this is no name of an image");
    if (!ar_http_put_value(&path, search->question->arguments[0].as.string))
        return false;
    ar_buf_put_c(&path, "/json");
    const struct ar_json *image = ask_json(search, ar_buf_view(&path));
    if (!image)
        return false;
    const struct ar_json *config = ar_json_get(image, AR_STR("Config"));
    *id = text_of(image, "Id");
    *program = first_word(config, "Entrypoint");
    if (program->len == 0)
        *program = first_word(config, "Cmd");
    search->folder = text_of(config, "WorkingDir");
    search->folders = find_folders(config);
    search->lack = ar_value_absent();
    return program->len > 0 && id->len > 0;
}

/* `sha256:` stands in front in Docker's answers, and not in Podman's. */
static ar_str without_kind(ar_str id)
{
    size_t colon = ar_str_find(id, AR_STR(":"), 0);
    return colon == SIZE_MAX ? id : ar_str_slice(id, colon + 1, id.len);
}

/* The filter takes containers of images that were made from this one, too. */
static bool find_container(struct search *search, ar_str id)
{
    struct ar_buf path = AR_BUF(search->question->arena);
    ar_str filter = ar_str_printf(search->question->arena,
                                  "{\"ancestor\":[\"" AR_STR_FORMAT "\"]}",
                                  AR_STR_ARG(without_kind(id)));
    ar_buf_put_c(&path, "/containers/json?all=1&filters=");
    set_lack(search, AR_REASON_bad_output, "the engine's answer is no image");
    if (!ar_http_put_value(&path, filter))
        return false;
    const struct ar_json *list = ask_json(search, ar_buf_view(&path));
    const struct ar_json *each =
        list && list->kind == AR_JSON_ARRAY ? list->first : NULL;
    if (!list)
        return false;
    for (; each; each = each->next) {
        if (each->kind == AR_JSON_OBJECT &&
            ar_str_equal(without_kind(text_of(each, "ImageID")),
                         without_kind(id))) {
            search->container = text_of(each, "Id");
            return search->container.len > 0;
        }
    }
    return set_lack(search, AR_REASON_unsupported,
                    "there is no container of the image whose files could be "
                    "looked at: docker create makes one and starts nothing");
}

/* ---- files of the container ---- */

/* A number of an archive, in octal digits. */
static bool read_octal(ar_str field, size_t *out)
{
    size_t value = 0;
    size_t at = 0;
    for (; at < field.len && field.ptr[at] >= '0' && field.ptr[at] <= '7'; at++)
        value = 8 * value + (size_t)(field.ptr[at] - '0');
    *out = value;
    return at > 0 && at < field.len;
}

static ar_str until_nul(ar_str field)
{
    const char *end = field.len > 0 ? memchr(field.ptr, '\0', field.len) : NULL;
    return end ? ar_str_slice(field, 0, (size_t)(end - field.ptr)) : field;
}

/* The first file or link of an archive (POSIX ustar and pax). What stands in
 * front of it in blocks of its own is passed over. */
static bool read_archive(ar_str archive, ar_str *content, ar_str *link)
{
    for (size_t at = 0; at + BLOCK_BYTES <= archive.len;) {
        ar_str head = ar_str_slice(archive, at, at + BLOCK_BYTES);
        char kind = head.ptr[156];
        size_t size;
        at += BLOCK_BYTES;
        if (!ar_str_equal_c(ar_str_slice(head, 257, 262), "ustar") ||
            !read_octal(ar_str_slice(head, 124, 136), &size))
            return false;
        *content = ar_str_slice(archive, at, at + size);
        *link = until_nul(ar_str_slice(head, 157, 257));
        if (kind == '0' || kind == '\0' || kind == '2')
            return kind == '2' ? link->len > 0 : true;
        if (kind != 'x' && kind != 'g')
            return false;
        at += (size + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }
    return false;
}

/* False if there is no such file; search->lack says whether that is sure. */
static bool get_file(struct search *search, ar_str file, ar_str *content,
                     ar_str *link)
{
    struct ar_buf path = AR_BUF(search->question->arena);
    ar_str archive;
    int status;
    ar_buf_put_c(&path, "/containers/");
    set_lack(search, AR_REASON_bad_output, "the path of its program is odd");
    if (!ar_http_put_value(&path, search->container))
        return false;
    ar_buf_put_c(&path, "/archive?path=%2F");
    if (!ar_http_put_value(&path, ar_str_slice(file, 1, file.len)) ||
        !ask(search, ar_buf_view(&path), FILE_BYTES, true, &archive, &status))
        return false;
    search->lack = ar_value_absent();
    if (status == 404)
        return false;
    set_lack(search, AR_REASON_probe_failed,
             "the engine does not show the files of its container");
    return status == 200 && read_archive(archive, content, link);
}

/* Up to the last slash, which is not counted. */
static size_t folder_length(ar_str path)
{
    size_t end = path.len;
    while (end > 0 && path.ptr[end - 1] != '/')
        end--;
    return end > 0 ? end - 1 : 0;
}

/* A path of the container without `.` and `..`, which begins at folder. */
static ar_str resolve(struct ar_arena *arena, ar_str folder, ar_str path)
{
    struct ar_buf out = AR_BUF(arena);
    ar_str whole = path;
    if (path.len == 0 || path.ptr[0] != '/')
        whole = ar_str_printf(arena, AR_STR_FORMAT "/" AR_STR_FORMAT,
                              AR_STR_ARG(folder), AR_STR_ARG(path));
    for (size_t start = 0, end = 0; end != SIZE_MAX; start = end + 1) {
        end = ar_str_find(whole, AR_STR("/"), start);
        ar_str part = ar_str_slice(whole, start, end);
        if (ar_str_equal_c(part, "..")) {
            out.len = folder_length((ar_str){out.ptr, out.len});
        } else if (part.len > 0 && !ar_str_equal_c(part, ".")) {
            ar_buf_put_char(&out, '/');
            ar_buf_put(&out, part);
        }
    }
    return ar_buf_view(&out);
}

static bool follow(struct search *search, ar_str *file, ar_str *content)
{
    for (unsigned hop = 0; hop < MOST_HOPS; hop++) {
        ar_str link = {NULL, 0};
        if (!get_file(search, *file, content, &link))
            return false;
        if (link.len == 0)
            return true;
        *file = resolve(search->question->arena,
                        ar_str_slice(*file, 0, folder_length(*file)), link);
    }
    return set_lack(search, AR_REASON_probe_failed,
                    "links lead to its program in a circle");
}

/* Of what is named without a slash the first in PATH. */
static bool find_program(struct search *search, ar_str name, ar_str *file,
                         ar_str *content)
{
    struct ar_arena *arena = search->question->arena;
    if (ar_str_find(name, AR_STR("/"), 0) != SIZE_MAX) {
        *file = resolve(arena, search->folder, name);
        return follow(search, file, content);
    }
    for (size_t start = 0, end = 0; end != SIZE_MAX; start = end + 1) {
        end = ar_str_find(search->folders, AR_STR(":"), start);
        *file = resolve(arena, ar_str_slice(search->folders, start, end), name);
        if (follow(search, file, content))
            return true;
        if (search->lack.state != AR_STATE_ABSENT)
            return false;
    }
    return false;
}

/* ---- its header ---- */

/* A host whose one file is in memory; what was not fetched is not there. */
struct memory_host {
    struct ar_host host; /* first, so that it can be cast back */
    ar_str content;
};

static void read_memory(struct ar_host *host, struct ar_arena *arena,
                        ar_str path, uint64_t offset, size_t size,
                        struct ar_host_output *out)
{
    ar_str content = ((struct memory_host *)host)->content;
    (void)arena;
    (void)path;
    *out = (struct ar_host_output){0};
    if (offset < content.len)
        out->out = ar_str_slice(content, (size_t)offset, (size_t)offset + size);
}

static void inspect(struct search *search, ar_str content,
                    struct ar_binary *binary)
{
    static const struct ar_host_functions functions = {.read_part =
                                                           read_memory};
    struct memory_host memory = {.host = *search->question->host,
                                 .content = content};
    memory.host.functions = &functions;
    ar_binary_inspect(search->question->arena, &memory.host, (ar_str){NULL, 0},
                      ar_value_absent(), binary);
}

static ar_value find_arch(struct search *search)
{
    struct ar_arena *arena = search->question->arena;
    struct ar_binary binary;
    ar_str name;
    ar_str id;
    if (!read_image(search, &name, &id) || !find_container(search, id))
        return search->lack;
    for (unsigned hop = 0; hop < MOST_HOPS; hop++) {
        ar_str file;
        ar_str content;
        if (!find_program(search, name, &file, &content))
            return search->lack;
        search->question->how =
            ar_str_printf(arena, AR_STR_FORMAT " of container " AR_STR_FORMAT,
                          AR_STR_ARG(file),
                          AR_STR_ARG(ar_str_slice(search->container, 0, 12)));
        inspect(search, content, &binary);
        if (binary.format.state != AR_STATE_VALUE ||
            !ar_str_equal_c(binary.format.as.string, "script"))
            return binary.arch;
        if (binary.interpreter.state != AR_STATE_VALUE)
            return binary.interpreter;
        name = binary.interpreter.as.string;
    }
    return ar_value_unknown(AR_REASON_probe_failed,
                            AR_STR("its program is a script of scripts"));
}

/* Podman's where there is no Docker engine. */
ar_value ar_builtin_find_image_program_arch(struct ar_question *question)
{
    ar_value (*const finders[])(struct ar_question *) = {
        ar_builtin_find_docker_endpoint, ar_builtin_find_podman_endpoint};
    ar_value first = ar_value_unknown(
        AR_REASON_unsupported, AR_STR("no engine of this machine is known"));
    bool was_asked = false;
    for (size_t ix = 0; ix < AR_COUNT_OF(finders); ix++) {
        ar_value endpoint = finders[ix](question);
        if (endpoint.state != AR_STATE_VALUE)
            continue;
        struct search search = {.question = question,
                                .endpoint = endpoint.as.string};
        question->how = endpoint.as.string;
        ar_value value = find_arch(&search);
        if (value.state == AR_STATE_VALUE)
            return value;
        first = was_asked ? first : value;
        was_asked = true;
    }
    return first;
}

/* ---- published ports ---- */

static int64_t number_of(const struct ar_json *object, const char *key)
{
    const struct ar_json *member = ar_json_get(object, ar_str_from_c(key));
    return member && member->kind == AR_JSON_INT ? member->integer : 0;
}

/* 0.0.0.0:443->443/tcp, ...; empty if there are none. */
static ar_str describe_ports(struct ar_arena *arena,
                             const struct ar_json *container)
{
    struct ar_buf out = AR_BUF(arena);
    const struct ar_json *ports = ar_json_get(container, AR_STR("Ports"));
    const struct ar_json *each =
        ports && ports->kind == AR_JSON_ARRAY ? ports->first : NULL;
    for (; each; each = each->next) {
        ar_str address = text_of(each, "IP");
        ar_str kind = text_of(each, "Type");
        int64_t port = number_of(each, "PublicPort");
        if (port == 0)
            continue;
        ar_buf_printf(
            &out, "%s" AR_STR_FORMAT ":%" PRId64 "->%" PRId64 "/" AR_STR_FORMAT,
            out.len > 0 ? ", " : "", AR_STR_ARG(address), port,
            number_of(each, "PrivatePort"), AR_STR_ARG(kind));
    }
    return ar_buf_view(&out);
}

ar_value ar_builtin_find_podman_published(struct ar_question *question)
{
    ar_value endpoint = ar_builtin_find_podman_endpoint(question);
    AR_VECTOR(ar_value) lines = {0};
    if (endpoint.state != AR_STATE_VALUE)
        return ar_value_unknown(AR_REASON_unsupported,
                                AR_STR("no engine of Podman is known here"));
    struct search search = {.question = question,
                            .endpoint = endpoint.as.string};
    question->how = endpoint.as.string;
    const struct ar_json *list = ask_json(&search, AR_STR("/containers/json"));
    if (list && list->kind != AR_JSON_ARRAY)
        list = NULL;
    if (!list)
        return search.lack.state == AR_STATE_UNKNOWN
                   ? search.lack
                   : ar_value_unknown(AR_REASON_bad_output,
                                      AR_STR("the engine lists nothing"));
    for (const struct ar_json *each = list->first; each; each = each->next) {
        ar_str ports = describe_ports(question->arena, each);
        if (lines.count == AR_MAX_LIST_ELEMENTS)
            return ar_value_unknown(AR_REASON_too_large,
                                    AR_STR("it runs too many containers"));
        if (ports.len > 0)
            ar_vector_push(question->arena, &lines, ar_value_string(ports));
    }
    return ar_value_list(question->decl->type, lines.at, lines.count);
}
