/* SPDX-License-Identifier: Apache-2.0 */
/* Docker Desktop: where it is installed, for which CPU by the header of the
 * installed program, and the end of its log. It is not run. */

#include "probe/builtin.h"

#include <string.h>

enum {
    LOG_BYTES = 262144, /* of the end that are looked at */
    LOG_LINES = 500
};

/* What differs between systems. Paths are below the folder of the installation,
 * and that of the log below the folder that a variable names. */
struct desktop {
    const char *platform;
    const char *folder;
    /* The first that has a header of one architecture counts: the backend runs
     * everything, and what people start was a .NET program for any CPU. */
    const char *programs[4];
    const char *variable;
    const char *log;
};

static const struct desktop desktops[] = {
    {"windows",
     "C:\\Program Files\\Docker\\Docker",
     {"\\resources\\com.docker.backend.exe", "\\com.docker.backend.exe",
      "\\Docker Desktop.exe", NULL},
     "LOCALAPPDATA",
     "\\Docker\\log\\host\\com.docker.backend.exe.log"},
    {"macos",
     "/Applications/Docker.app",
     {"/Contents/MacOS/com.docker.backend", "/Contents/MacOS/Docker Desktop",
      NULL},
     "HOME",
     "/Library/Containers/com.docker.docker/Data/log/host/"
     "com.docker.backend.log"},
    {"linux",
     "/opt/docker-desktop",
     {"/bin/com.docker.backend", NULL},
     "HOME",
     "/.docker/desktop/log/host/com.docker.backend.log"}};

/* NULL where there is none. */
static const struct desktop *find_desktop(const struct ar_question *question)
{
    for (size_t ix = 0; ix < AR_COUNT_OF(desktops); ix++) {
        if (strcmp(desktops[ix].platform, question->host->platform) == 0)
            return &desktops[ix];
    }
    return NULL;
}

/* ---- where it is ---- */

/* The installer for one user writes below HKCU: with more rights nothing that a
 * user may have written is believed. */
static ar_value find_registered(struct ar_question *question)
{
    static const char *const keys[] = {"HKLM", "HKCU"};
    for (size_t ix = 0; ix < AR_COUNT_OF(keys); ix++) {
        struct ar_host_output output = {0};
        ar_str path = ar_str_printf(
            question->arena,
            "%s\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\"
            "Docker Desktop\\InstallLocation",
            keys[ix]);
        question->host->functions->registry(question->host, question->arena,
                                            path, &output);
        question->how = path;
        if (ix > 0 && question->host->is_elevated &&
            output.status == AR_HOST_DONE)
            return ar_value_unknown(
                AR_REASON_unsupported,
                AR_STR("it is installed for one user: ask without the rights "
                       "of an administrator"));
        if (output.status == AR_HOST_DONE && output.out.len > 0)
            return ar_value_string(output.out);
        if (output.status != AR_HOST_DONE && output.status != AR_HOST_NOT_FOUND)
            return ar_question_lack(&output);
    }
    return ar_value_absent();
}

static ar_value find_usual(struct ar_question *question, const char *folder)
{
    struct ar_host_entry entry = {0};
    question->how = ar_str_from_c(folder);
    question->host->functions->look(question->host, question->arena,
                                    question->how, true, &entry);
    if (entry.status == AR_HOST_DONE)
        return ar_value_string(question->how);
    struct ar_host_output output = {.status = entry.status,
                                    .detail = entry.detail};
    return ar_question_lack(&output);
}

ar_value ar_builtin_find_desktop_path(struct ar_question *question)
{
    const struct desktop *desktop = find_desktop(question);
    ar_value path = ar_value_absent();
    if (!desktop)
        return path;
    if (strcmp(desktop->platform, "windows") == 0)
        path = find_registered(question);
    return path.state == AR_STATE_ABSENT ? find_usual(question, desktop->folder)
                                         : path;
}

/* ---- its facts ---- */

ar_value ar_builtin_find_desktop_arch(struct ar_question *question)
{
    const struct desktop *desktop = find_desktop(question);
    ar_value path = ar_builtin_find_desktop_path(question);
    ar_value lack = ar_value_unknown(
        AR_REASON_unsupported,
        AR_STR("the folder has no program that tells its architecture"));
    if (path.state != AR_STATE_VALUE)
        return path;
    for (size_t ix = 0; desktop->programs[ix]; ix++) {
        ar_value program = ar_value_string(
            ar_str_concat(question->arena, path.as.string,
                          ar_str_from_c(desktop->programs[ix])));
        struct ar_question other = *question;
        other.arguments = &program;
        ar_value arch = ar_builtin_find_binary_arch(&other);
        question->how = program.as.string;
        if (arch.state == AR_STATE_VALUE)
            return arch;
        if (arch.state == AR_STATE_UNKNOWN)
            lack = arch;
    }
    return lack;
}

/* Probes find these out where it is installed. */
ar_value ar_builtin_find_desktop_part(struct ar_question *question)
{
    ar_value path = ar_builtin_find_desktop_path(question);
    return path.state == AR_STATE_VALUE
               ? ar_value_unknown(AR_REASON_unsupported, AR_STR(""))
               : path;
}

/* ---- its log ---- */

static ar_str read_end(struct ar_question *question, ar_str path,
                       struct ar_host_output *output)
{
    struct ar_host *host = question->host;
    struct ar_host_entry entry = {0};
    host->functions->look(host, question->arena, path, true, &entry);
    output->status = entry.status;
    output->detail = entry.detail;
    if (entry.status != AR_HOST_DONE)
        return (ar_str){NULL, 0};
    int64_t start = entry.size > LOG_BYTES ? entry.size - LOG_BYTES : 0;
    host->functions->read_part(host, question->arena, path, (uint64_t)start,
                               LOG_BYTES, output);
    size_t newline =
        start > 0 ? ar_str_find(output->out, AR_STR("\n"), 0) : SIZE_MAX;
    return newline == SIZE_MAX
               ? output->out
               : ar_str_slice(output->out, newline + 1, output->out.len);
}

ar_value ar_builtin_find_desktop_log(struct ar_question *question)
{
    const struct desktop *desktop = find_desktop(question);
    ar_value installed = ar_builtin_find_desktop_path(question);
    struct ar_host_output output = {0};
    AR_VECTOR(ar_value) lines = {0};
    if (installed.state != AR_STATE_VALUE)
        return installed;
    question->host->functions->variable(question->host, question->arena,
                                        ar_str_from_c(desktop->variable),
                                        &output);
    if (output.status != AR_HOST_DONE)
        return ar_value_unknown(AR_REASON_unsupported,
                                AR_STR("the user has no folder of their own"));
    question->how =
        ar_str_concat(question->arena, output.out, ar_str_from_c(desktop->log));
    output = (struct ar_host_output){0};
    ar_str text = read_end(question, question->how, &output);
    if (output.status != AR_HOST_DONE)
        return ar_question_lack(&output);
    for (size_t at = 0; at < text.len;)
        ar_vector_push(question->arena, &lines,
                       ar_question_string(ar_question_line(text, &at)));
    size_t skipped = lines.count > LOG_LINES ? lines.count - LOG_LINES : 0;
    return ar_value_list(question->decl->type, lines.at + skipped,
                         lines.count - skipped);
}
