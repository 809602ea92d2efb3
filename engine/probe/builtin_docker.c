/* SPDX-License-Identifier: Apache-2.0 */
/* Where the docker and podman programs would look for their engine: the same
 * places in the same order, but without running them. */

#include "base/hash.h"
#include "base/limits.h"
#include "probe/builtin.h"

#include "json/json.h"
#include <string.h>

static bool is_windows(const struct ar_question *question)
{
    return strcmp(question->host->platform, "windows") == 0;
}

/* Empty counts as not set, as it does for the docker program. */
static ar_str find_variable(struct ar_question *question, const char *name)
{
    struct ar_host_output output = {0};
    question->host->functions->variable(question->host, question->arena,
                                        ar_str_from_c(name), &output);
    return output.status == AR_HOST_DONE ? output.out : (ar_str){NULL, 0};
}

/* Empty if there is none. */
static ar_str find_folder(struct ar_question *question)
{
    ar_str folder = find_variable(question, "DOCKER_CONFIG");
    ar_str home =
        find_variable(question, is_windows(question) ? "USERPROFILE" : "HOME");
    if (folder.len > 0 || home.len == 0)
        return folder;
    return ar_str_concat(question->arena, home,
                         is_windows(question) ? AR_STR("\\.docker")
                                              : AR_STR("/.docker"));
}

/* The member of a file in JSON, by its path; false, with *lack, if there is
 * no file or it cannot be read. Empty if there is no such member. */
static bool read_member(struct ar_question *question, ar_str path,
                        const char *const *keys, ar_str *out, ar_value *lack)
{
    struct ar_host_output output = {0};
    struct ar_json_error error;
    question->how = path;
    question->host->functions->read_file(question->host, question->arena, path,
                                         AR_MAX_VALUE_BYTES, &output);
    *lack = ar_question_lack(&output);
    if (output.status != AR_HOST_DONE)
        return false;
    const struct ar_json *json = ar_json_read(question->arena, output.out,
                                              &ar_json_default_limits, &error);
    *lack = ar_value_unknown(AR_REASON_bad_output, AR_STR("it is not JSON"));
    if (!json)
        return false;
    for (; json && *keys; keys++)
        json = json->kind == AR_JSON_OBJECT
                   ? ar_json_get(json, ar_str_from_c(*keys))
                   : NULL;
    *out =
        json && json->kind == AR_JSON_STRING ? json->text : (ar_str){NULL, 0};
    return true;
}

static ar_value make_default(struct ar_question *question)
{
    return ar_value_string(is_windows(question)
                               ? AR_STR("npipe:////./pipe/docker_engine")
                               : AR_STR("unix:///var/run/docker.sock"));
}

static bool is_default(ar_str context)
{
    return context.len == 0 || ar_str_equal_c(context, "default");
}

/* What describes a context lies in a folder named by a hash of its name. */
static ar_value find_in_context(struct ar_question *question, ar_str folder,
                                ar_str context)
{
    static const char *const keys[] = {"Endpoints", "docker", "Host", NULL};
    const char *separator = is_windows(question) ? "\\" : "/";
    struct ar_buf path = AR_BUF(question->arena);
    ar_str endpoint;
    ar_value lack;
    ar_buf_put(&path, folder);
    ar_buf_printf(&path, "%scontexts%smeta%s", separator, separator, separator);
    ar_hash_put_sha256_digits(&path, context);
    ar_buf_printf(&path, "%smeta.json", separator);
    if (!read_member(question, ar_buf_view(&path), keys, &endpoint, &lack))
        return lack;
    return endpoint.len > 0
               ? ar_value_string(endpoint)
               : ar_value_unknown(AR_REASON_bad_output,
                                  AR_STR("the context names no endpoint"));
}

/* The name of the context in use; empty stands for the usual one. With more
 * rights than whoever owns the configuration it is not looked at, as the docker
 * program does not get it then. */
static bool find_context(struct ar_question *question, ar_str *context,
                         ar_value *lack)
{
    static const char *const keys[] = {"currentContext", NULL};
    ar_str folder = find_folder(question);
    *context = (ar_str){NULL, 0};
    question->how = AR_STR("the place that docker uses if nothing is set");
    if (question->host->is_elevated || folder.len == 0)
        return true;
    *context = find_variable(question, "DOCKER_CONTEXT");
    if (context->len > 0)
        question->how = AR_STR("DOCKER_CONTEXT");
    ar_str config =
        ar_str_concat(question->arena, folder,
                      is_windows(question) ? AR_STR("\\config.json")
                                           : AR_STR("/config.json"));
    return context->len > 0 ||
           read_member(question, config, keys, context, lack) ||
           lack->state != AR_STATE_UNKNOWN;
}

ar_value ar_builtin_find_docker_endpoint(struct ar_question *question)
{
    ar_str endpoint = find_variable(question, "DOCKER_HOST");
    ar_str context;
    ar_value lack = {0};
    question->how = AR_STR("DOCKER_HOST");
    if (endpoint.len > 0)
        return ar_question_string(endpoint);
    if (!find_context(question, &context, &lack))
        return lack;
    return is_default(context)
               ? make_default(question)
               : find_in_context(question, find_folder(question), context);
}

/* Contexts are a matter of the docker program. */
static bool has_docker(struct ar_question *question, ar_value *lack)
{
    struct ar_host_output output = {0};
    ar_str_vector paths = {0};
    question->host->functions->programs(question->host, question->arena,
                                        AR_STR("docker"), &paths, &output);
    *lack = ar_value_unknown(AR_REASON_unsupported,
                             AR_STR("there is no docker program on PATH"));
    return output.status == AR_HOST_DONE && paths.count > 0;
}

ar_value ar_builtin_find_context_name(struct ar_question *question)
{
    ar_str context = {NULL, 0};
    ar_value lack = {0};
    bool is_set = find_variable(question, "DOCKER_HOST").len > 0;
    if (!has_docker(question, &lack) ||
        (!is_set && !find_context(question, &context, &lack)))
        return lack;
    question->how = is_set ? AR_STR("DOCKER_HOST") : question->how;
    return is_default(context) ? ar_value_string(AR_STR("default"))
                               : ar_question_string(context);
}

ar_value ar_builtin_find_context_endpoint(struct ar_question *question)
{
    ar_value lack = {0};
    return has_docker(question, &lack)
               ? ar_builtin_find_docker_endpoint(question)
               : lack;
}

/* ---- all contexts ---- */

static ar_value make_context(struct ar_question *question, ar_value name,
                             ar_value endpoint, bool is_current)
{
    ar_value *fields = AR_NEW_ARRAY(question->arena, ar_value, 3);
    fields[0] = name;
    fields[1] = endpoint;
    fields[2] = ar_value_bool(is_current);
    return ar_value_record(question->decl->type->element, fields);
}

/* One that is described in a file; without an address if that cannot be
 * read. */
static ar_value read_context(struct ar_question *question, ar_str path,
                             ar_str current)
{
    static const char *const name_keys[] = {"Name", NULL};
    static const char *const host_keys[] = {"Endpoints", "docker", "Host",
                                            NULL};
    ar_str name = {NULL, 0};
    ar_str endpoint = {NULL, 0};
    ar_value lack;
    if (read_member(question, path, name_keys, &name, &lack) ||
        lack.state == AR_STATE_ABSENT)
        lack = ar_value_unknown(AR_REASON_bad_output, AR_STR("it has no name"));
    if (name.len == 0)
        return make_context(question, lack, ar_question_string(endpoint),
                            false);
    read_member(question, path, host_keys, &endpoint, &lack);
    return make_context(question, ar_question_string(name),
                        ar_question_string(endpoint),
                        ar_str_equal(name, current));
}

/* False if the name of the folder would be a pattern. */
static bool list_files(struct ar_question *question, ar_str folder,
                       struct ar_host_output *output)
{
    const char *separator = is_windows(question) ? "\\" : "/";
    for (size_t ix = 0; ix < folder.len; ix++) {
        if (strchr("*?[", folder.ptr[ix]))
            return false;
    }
    question->how = ar_str_printf(
        question->arena, AR_STR_FORMAT "%scontexts%smeta%s*%smeta.json",
        AR_STR_ARG(folder), separator, separator, separator, separator);
    question->host->functions->glob(question->host, question->arena,
                                    question->how, AR_MAX_LIST_ELEMENTS - 1,
                                    output);
    return output->status == AR_HOST_DONE ||
           output->status == AR_HOST_NOT_FOUND;
}

/* The usual one is in no file: DOCKER_HOST stands for it if it is set. */
ar_value ar_builtin_find_contexts(struct ar_question *question)
{
    struct ar_host_output output = {0};
    AR_VECTOR(ar_value) contexts = {0};
    ar_str set = find_variable(question, "DOCKER_HOST");
    ar_str current = {NULL, 0};
    ar_value lack = {0};
    if (!has_docker(question, &lack) ||
        (set.len == 0 && !find_context(question, &current, &lack)))
        return lack;
    if (question->host->is_elevated ||
        !list_files(question, find_folder(question), &output))
        return ar_value_unknown(AR_REASON_unsupported,
                                AR_STR("its folder is not looked at"));
    ar_str how = question->how;
    ar_vector_push(question->arena, &contexts,
                   make_context(question, ar_value_string(AR_STR("default")),
                                set.len > 0 ? ar_question_string(set)
                                            : make_default(question),
                                is_default(current)));
    for (size_t at = 0; at < output.out.len;) {
        ar_str path = ar_question_line(output.out, &at);
        ar_vector_push(question->arena, &contexts,
                       read_context(question, path, current));
    }
    question->how = how;
    return ar_value_list(question->decl->type, contexts.at, contexts.count);
}

/* ---- Podman ---- */

/* Asking Podman where it has never been used would make its storage. */
static bool has_storage(struct ar_question *question)
{
    struct ar_host_entry entry = {0};
    ar_str folder = AR_STR("/var/lib/containers/storage");
    ar_str data = find_variable(question, "XDG_DATA_HOME");
    if (!question->host->is_elevated && data.len > 0)
        folder =
            ar_str_concat(question->arena, data, AR_STR("/containers/storage"));
    else if (!question->host->is_elevated)
        folder = ar_str_concat(question->arena, find_variable(question, "HOME"),
                               AR_STR("/.local/share/containers/storage"));
    question->host->functions->look(question->host, question->arena, folder,
                                    true, &entry);
    return entry.status == AR_HOST_DONE && entry.kind == AR_HOST_KIND_FOLDER;
}

/* Absent if Podman keeps no socket on this system. */
static ar_value find_podman_socket(struct ar_question *question)
{
    ar_str path = AR_STR("/run/podman/podman.sock");
    ar_str folder = find_variable(question, "XDG_RUNTIME_DIR");
    if (!question->host->is_elevated && folder.len == 0)
        return ar_value_absent();
    if (!question->host->is_elevated)
        path = ar_str_concat(question->arena, folder,
                             AR_STR("/podman/podman.sock"));
    question->how = path;
    return ar_question_string(
        ar_str_concat(question->arena, AR_STR("unix://"), path));
}

ar_value ar_builtin_find_podman_endpoint(struct ar_question *question)
{
    ar_str endpoint = find_variable(question, "CONTAINER_HOST");
    const char *platform = question->host->platform;
    question->how = AR_STR("CONTAINER_HOST");
    if (endpoint.len > 0)
        return ar_question_string(endpoint);
    question->how = AR_STR("the place of podman's usual machine");
    if (is_windows(question))
        return ar_value_string(
            AR_STR("npipe:////./pipe/podman-machine-default"));
    if (strcmp(platform, "macos") == 0)
        return ar_question_string(ar_str_concat(
            question->arena, AR_STR("unix://"),
            ar_str_concat(question->arena, find_variable(question, "TMPDIR"),
                          AR_STR("/podman/podman-machine-default-api.sock"))));
    question->how = AR_STR("the storage of podman");
    return has_storage(question) ? find_podman_socket(question)
                                 : ar_value_absent();
}
