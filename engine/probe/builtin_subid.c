/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of users and groups that this user may give to processes in a
 * namespace of its own (subuid(5)). */

#include "base/limits.h"
#include "probe/signs.h"

typedef AR_VECTOR(ar_value) range_vector;

/* The names behind "subid:" in /etc/nsswitch.conf, if it is not only files
 * that are asked: then nothing here tells what they answer. */
static bool asks_others(struct ar_question *question, ar_str *names)
{
    ar_str text;
    ar_sign_read(question, "/etc/nsswitch.conf", &text);
    if (!ar_sign_field(text, "subid", names))
        return false;
    ar_str rest = *names;
    for (ar_str word; ar_sign_word(&rest, &word);)
        if (!ar_str_equal_c(word, "files"))
            return true;
    return false;
}

static ar_str find_user(struct ar_question *question, enum ar_host_user what)
{
    struct ar_host_output output = {0};
    question->host->functions->user(question->host, question->arena, what,
                                    &output);
    return output.status == AR_HOST_DONE ? output.out : (ar_str){"", 0};
}

/* "anna:100000:65536"; the first is a name or a number. */
static bool is_of(ar_str line, ar_str name, ar_str number, ar_str *rest)
{
    size_t colon = ar_str_find(line, AR_STR(":"), 0);
    ar_str owner = ar_str_slice(line, 0, colon);
    *rest = ar_str_slice(line, owner.len + 1, line.len);
    return owner.len > 0 && colon != SIZE_MAX &&
           (ar_str_equal(owner, name) || ar_str_equal(owner, number));
}

static ar_value make_range(struct ar_question *question, ar_str text)
{
    enum { FIRST, COUNT, N_FIELDS };
    int64_t numbers[N_FIELDS];
    size_t colon = ar_str_find(text, AR_STR(":"), 0);
    if (colon == SIZE_MAX ||
        !ar_str_to_int(ar_str_slice(text, 0, colon), &numbers[FIRST]) ||
        !ar_str_to_int(ar_str_slice(text, colon + 1, text.len),
                       &numbers[COUNT]) ||
        numbers[FIRST] < 0 || numbers[COUNT] < 0)
        return ar_sign_unknown(AR_REASON_bad_output, "the line is no range");
    ar_value *fields = AR_NEW_ARRAY(question->arena, ar_value, N_FIELDS);
    fields[FIRST] = ar_value_int(numbers[FIRST]);
    fields[COUNT] = ar_value_int(numbers[COUNT]);
    return ar_value_record(question->decl->type->element, fields);
}

static ar_value find_ranges(struct ar_question *question, const char *path)
{
    struct ar_host_output output = {0};
    range_vector ranges = {0};
    ar_str others;
    question->how = AR_STR("/etc/nsswitch.conf");
    if (asks_others(question, &others))
        return ar_value_unknown(
            AR_REASON_unsupported,
            ar_str_printf(question->arena,
                          "others are asked, too: " AR_STR_FORMAT,
                          AR_STR_ARG(others)));
    question->how = ar_str_from_c(path);
    question->host->functions->read_file(question->host, question->arena,
                                         question->how, AR_MAX_VALUE_BYTES,
                                         &output);
    if (output.status != AR_HOST_DONE && output.status != AR_HOST_NOT_FOUND)
        return ar_question_lack(&output);
    ar_str name = find_user(question, AR_HOST_USER_NAME);
    ar_str number = find_user(question, AR_HOST_USER_ID);
    for (ar_str line; ar_sign_line(&output.out, &line);) {
        ar_str rest;
        if (ranges.count == AR_MAX_LIST_ELEMENTS)
            return ar_sign_unknown(AR_REASON_too_large, "too many ranges");
        if (is_of(line, name, number, &rest))
            ar_vector_push(question->arena, &ranges,
                           make_range(question, ar_str_trim(rest)));
    }
    return ar_value_list(question->decl->type, ranges.at, ranges.count);
}

ar_value ar_builtin_find_subuids(struct ar_question *question)
{
    return find_ranges(question, "/etc/subuid");
}

ar_value ar_builtin_find_subgids(struct ar_question *question)
{
    return find_ranges(question, "/etc/subgid");
}
