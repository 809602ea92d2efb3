/* SPDX-License-Identifier: Apache-2.0 */
/* Disks, and the user who runs this. */

#include "base/limits.h"
#include "probe/builtin.h"

/* ---- disks ---- */

static ar_value find_disk_number(struct ar_question *question, size_t which)
{
    struct ar_host_output output = {0};
    ar_str path = question->arguments[0].as.string;
    int64_t number = 0;
    question->host->functions->disk(question->host, question->arena, path,
                                    &output);
    if (output.status != AR_HOST_DONE)
        return ar_question_lack(&output);
    size_t at = 0;
    for (size_t i = 0; i < which; i++)
        at = ar_str_find(output.out, AR_STR(" "), at) + 1;
    size_t end = ar_str_find(output.out, AR_STR(" "), at);
    if (!ar_str_to_int(ar_str_slice(output.out, at, end), &number))
        return ar_value_unknown(AR_REASON_too_large, (ar_str){0});
    return question->decl->type->kind == AR_TYPE_SIZE ? ar_value_size(number)
                                                      : ar_value_int(number);
}

ar_value ar_builtin_find_disk_free(struct ar_question *question)
{
    return find_disk_number(question, 0);
}

ar_value ar_builtin_find_disk_total(struct ar_question *question)
{
    return find_disk_number(question, 1);
}

/* Of a file system without a bound nothing is left and nothing is full. */
static ar_value find_inodes(struct ar_question *question, size_t which)
{
    ar_value all = find_disk_number(question, 3);
    if (all.state == AR_STATE_VALUE && all.as.integer == 0)
        return ar_value_absent();
    return all.state == AR_STATE_VALUE ? find_disk_number(question, which)
                                       : all;
}

ar_value ar_builtin_find_disk_inodes_free(struct ar_question *question)
{
    return find_inodes(question, 2);
}

ar_value ar_builtin_find_disk_inodes(struct ar_question *question)
{
    return find_inodes(question, 3);
}

/* ---- the user ---- */

static ar_value find_user(struct ar_question *question, enum ar_host_user what)
{
    struct ar_host_output output = {0};
    question->host->functions->user(question->host, question->arena, what,
                                    &output);
    if (output.status != AR_HOST_DONE)
        return ar_question_lack(&output);
    return ar_question_string(output.out);
}

static ar_value find_user_list(struct ar_question *question,
                               enum ar_host_user what)
{
    ar_value lines = find_user(question, what);
    AR_VECTOR(ar_value) names = {0};
    if (lines.state != AR_STATE_VALUE)
        return lines;
    ar_str text = lines.as.string;
    for (size_t at = 0; at < text.len;) {
        size_t end = ar_str_find(text, AR_STR("\n"), at);
        if (end == SIZE_MAX)
            end = text.len;
        if (names.count == AR_MAX_LIST_ELEMENTS)
            return ar_value_unknown(AR_REASON_too_large, (ar_str){0});
        ar_vector_push(question->arena, &names,
                       ar_value_string(ar_str_slice(text, at, end)));
        at = end + 1;
    }
    return ar_value_list(question->decl->type, names.at, names.count);
}

ar_value ar_builtin_find_user_id(struct ar_question *question)
{
    ar_value text = find_user(question, AR_HOST_USER_ID);
    return text.state == AR_STATE_VALUE
               ? ar_value_parse(question->arena, question->decl->type,
                                text.as.string, AR_REASON_bad_output)
               : text;
}

ar_value ar_builtin_find_user_name(struct ar_question *question)
{
    return find_user(question, AR_HOST_USER_NAME);
}

ar_value ar_builtin_find_user_groups(struct ar_question *question)
{
    return find_user_list(question, AR_HOST_USER_GROUPS);
}

ar_value ar_builtin_find_user_login_groups(struct ar_question *question)
{
    return find_user_list(question, AR_HOST_USER_GROUPS_OF_LOGIN);
}

ar_value ar_builtin_find_user_admin(struct ar_question *question)
{
    return ar_value_bool(question->host->is_elevated);
}
