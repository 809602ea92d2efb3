/* SPDX-License-Identifier: Apache-2.0 */
/* What the system says of files without opening them, and which programs a
 * name stands for. */

#include "base/limits.h"
#include "probe/signs.h"

/* False, with a lack, if nothing can be said. */
static bool look(struct ar_question *question, bool follows,
                 struct ar_host_entry *entry, ar_value *lack)
{
    question->how = question->arguments[0].as.string;
    question->host->functions->look(question->host, question->arena,
                                    question->how, follows, entry);
    const struct ar_host_output output = {.status = entry->status,
                                          .detail = entry->detail};
    if (entry->status == AR_HOST_DONE)
        return true;
    *lack = ar_question_lack(&output);
    return false;
}

/* The same of who may do what. */
static bool look_at_rights(struct ar_question *question,
                           struct ar_host_entry *entry, ar_value *lack)
{
    if (!look(question, true, entry, lack))
        return false;
    if (!entry->has_rights)
        *lack = ar_value_unknown(AR_REASON_unsupported,
                                 AR_STR("this system says it in other ways"));
    return entry->has_rights;
}

ar_value ar_builtin_find_file_exists(struct ar_question *question)
{
    struct ar_host_entry entry;
    ar_value lack;
    if (look(question, true, &entry, &lack))
        return ar_value_bool(true);
    return lack.state == AR_STATE_ABSENT ? ar_value_bool(false) : lack;
}

ar_value ar_builtin_find_file_kind(struct ar_question *question)
{
    static const char *const kinds[] = {
        [AR_HOST_KIND_REGULAR] = "regular", [AR_HOST_KIND_FOLDER] = "folder",
        [AR_HOST_KIND_LINK] = "link",       [AR_HOST_KIND_DEVICE] = "device",
        [AR_HOST_KIND_SOCKET] = "socket",   [AR_HOST_KIND_PIPE] = "pipe"};
    struct ar_host_entry entry;
    ar_value lack;
    if (!look(question, false, &entry, &lack))
        return lack;
    return ar_value_parse(question->arena, question->decl->type,
                          ar_str_from_c(kinds[entry.kind]),
                          AR_REASON_unsupported);
}

ar_value ar_builtin_find_file_size(struct ar_question *question)
{
    struct ar_host_entry entry;
    ar_value lack;
    if (!look(question, true, &entry, &lack))
        return lack;
    return entry.kind == AR_HOST_KIND_REGULAR ? ar_value_size(entry.size)
                                              : ar_value_absent();
}

ar_value ar_builtin_find_file_modified(struct ar_question *question)
{
    struct ar_host_entry entry;
    ar_value lack;
    if (!look(question, true, &entry, &lack))
        return lack;
    if (entry.modified_us < AR_TIME_FIRST || entry.modified_us > AR_TIME_LAST)
        return ar_value_unknown(AR_REASON_bad_output,
                                AR_STR("it is outside of the calendar"));
    return ar_value_time(entry.modified_us);
}

ar_value ar_builtin_find_file_target(struct ar_question *question)
{
    struct ar_host_entry entry;
    ar_value lack;
    if (!look(question, false, &entry, &lack))
        return lack;
    if (entry.kind != AR_HOST_KIND_LINK)
        return ar_value_absent();
    if (!entry.has_rights)
        return ar_value_unknown(AR_REASON_unsupported,
                                AR_STR("links of Windows are not read"));
    return ar_question_string(entry.target);
}

/* ---- rights ---- */

ar_value ar_builtin_find_file_mode(struct ar_question *question)
{
    struct ar_host_entry entry;
    ar_value lack;
    if (!look_at_rights(question, &entry, &lack))
        return lack;
    return ar_value_string(ar_str_printf(question->arena, "%04o", entry.mode));
}

static bool takes_line(struct ar_question *question, ar_str line,
                       uint64_t number, ar_str *name)
{
    uint64_t found = 0;
    size_t first = ar_str_find(line, AR_STR(":"), 0);
    if (first == SIZE_MAX || first == 0)
        return false;
    size_t second = ar_str_find(line, AR_STR(":"), first + 1);
    if (second == SIZE_MAX)
        return false;
    size_t third = ar_str_find(line, AR_STR(":"), second + 1);
    if (third == SIZE_MAX ||
        !ar_str_to_u64(ar_str_slice(line, second + 1, third), &found) ||
        found != number)
        return false;
    *name = ar_str_copy(question->arena, ar_str_slice(line, 0, first));
    return true;
}

ar_value ar_sign_name_of(struct ar_question *question, ar_str file,
                         uint64_t number)
{
    struct ar_host_output output = {0};
    ar_str name;
    question->host->functions->read_file(question->host, question->arena, file,
                                         AR_MAX_VALUE_BYTES, &output);
    for (size_t at = 0; output.status == AR_HOST_DONE && at < output.out.len;) {
        size_t end = ar_str_find(output.out, AR_STR("\n"), at);
        ar_str line = ar_str_slice(output.out, at, end);
        if (takes_line(question, line, number, &name))
            return ar_question_string(name);
        at += line.len + 1;
    }
    return ar_value_string(
        ar_str_printf(question->arena, "%llu", (unsigned long long)number));
}

ar_value ar_builtin_find_file_owner(struct ar_question *question)
{
    struct ar_host_entry entry;
    ar_value lack;
    if (!look_at_rights(question, &entry, &lack))
        return lack;
    return ar_sign_name_of(question, AR_STR("/etc/passwd"), entry.owner);
}

ar_value ar_builtin_find_file_group(struct ar_question *question)
{
    struct ar_host_entry entry;
    ar_value lack;
    if (!look_at_rights(question, &entry, &lack))
        return lack;
    return ar_sign_name_of(question, AR_STR("/etc/group"), entry.group);
}

ar_value ar_builtin_find_file_readable(struct ar_question *question)
{
    struct ar_host_entry entry;
    ar_value lack;
    return look_at_rights(question, &entry, &lack)
               ? ar_value_bool(entry.is_readable)
               : lack;
}

ar_value ar_builtin_find_file_writable(struct ar_question *question)
{
    struct ar_host_entry entry;
    ar_value lack;
    return look_at_rights(question, &entry, &lack)
               ? ar_value_bool(entry.is_writable)
               : lack;
}

ar_value ar_builtin_find_file_executable(struct ar_question *question)
{
    struct ar_host_entry entry;
    ar_value lack;
    return look_at_rights(question, &entry, &lack)
               ? ar_value_bool(entry.is_executable)
               : lack;
}

/* ---- PATH ---- */

static ar_value make_list(struct ar_question *question,
                          const struct ar_host_output *output,
                          const ar_str_vector *texts)
{
    if (output->status != AR_HOST_DONE)
        return ar_question_lack(output);
    if (texts->count > AR_MAX_LIST_ELEMENTS)
        return ar_value_unknown(AR_REASON_too_large,
                                AR_STR("PATH has too many folders"));
    ar_value *items = AR_NEW_ARRAY(question->arena, ar_value, texts->count);
    for (size_t ix = 0; ix < texts->count; ix++)
        items[ix] = ar_question_string(texts->at[ix]);
    return ar_value_list(ar_type_list_of(question->arena, &ar_type_string),
                         items, texts->count);
}

ar_value ar_builtin_find_folders(struct ar_question *question)
{
    struct ar_host_output output = {0};
    ar_str_vector folders = {0};
    question->how = AR_STR("PATH");
    question->host->functions->search_path(question->host, question->arena,
                                           &folders, &output);
    return make_list(question, &output, &folders);
}

static bool is_name(ar_str name)
{
    return name.len > 0 && ar_str_find(name, AR_STR("/"), 0) == SIZE_MAX &&
           ar_str_find(name, AR_STR("\\"), 0) == SIZE_MAX &&
           memchr(name.ptr, '\0', name.len) == NULL;
}

ar_value ar_builtin_find_program_paths(struct ar_question *question)
{
    struct ar_host_output output = {0};
    ar_str_vector paths = {0};
    ar_str name = question->arguments[0].as.string;
    question->how = AR_STR("PATH");
    if (!is_name(name))
        return ar_value_unknown(AR_REASON_unsupported,
                                AR_STR("a name on PATH is no path"));
    question->host->functions->programs(question->host, question->arena, name,
                                        &paths, &output);
    return make_list(question, &output, &paths);
}

ar_value ar_builtin_find_program_path(struct ar_question *question)
{
    ar_value paths = ar_builtin_find_program_paths(question);
    if (paths.state != AR_STATE_VALUE)
        return paths;
    return paths.as.list.count > 0 ? paths.as.list.items[0] : ar_value_absent();
}
