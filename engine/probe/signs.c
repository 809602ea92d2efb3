/* SPDX-License-Identifier: Apache-2.0 */
/* Small files of the system, word by word. */

#include "probe/signs.h"

#include "base/limits.h"

bool ar_sign_read(struct ar_question *question, const char *path, ar_str *text)
{
    struct ar_host_output output = {0};
    *text = (ar_str){"", 0};
    question->host->functions->read_file(question->host, question->arena,
                                         ar_str_from_c(path),
                                         AR_MAX_VALUE_BYTES, &output);
    if (output.status == AR_HOST_DONE)
        *text = output.out;
    return output.status == AR_HOST_DONE;
}

bool ar_sign_is_there(struct ar_question *question, const char *path)
{
    struct ar_host_entry entry = {0};
    question->host->functions->look(question->host, question->arena,
                                    ar_str_from_c(path), true, &entry);
    return entry.status == AR_HOST_DONE;
}

ar_str ar_sign_target(struct ar_question *question, ar_str path)
{
    struct ar_host_entry entry = {0};
    question->host->functions->look(question->host, question->arena, path,
                                    false, &entry);
    return entry.status == AR_HOST_DONE && entry.kind == AR_HOST_KIND_LINK
               ? entry.target
               : (ar_str){"", 0};
}

ar_str ar_sign_variable(struct ar_question *question, const char *name)
{
    struct ar_host_output output = {0};
    question->host->functions->variable(question->host, question->arena,
                                        ar_str_from_c(name), &output);
    return output.status == AR_HOST_DONE ? output.out : (ar_str){"", 0};
}

bool ar_sign_has(ar_str text, const char *part)
{
    return ar_str_find(text, ar_str_from_c(part), 0) != SIZE_MAX;
}

bool ar_sign_line(ar_str *rest, ar_str *line)
{
    size_t end = ar_str_find(*rest, AR_STR("\n"), 0);
    if (rest->len == 0)
        return false;
    *line = ar_str_slice(*rest, 0, end);
    *rest = ar_str_slice(*rest, line->len + 1, rest->len);
    return true;
}

bool ar_sign_word(ar_str *rest, ar_str *word)
{
    size_t start = 0;
    while (start < rest->len && ar_char_is_blank(rest->ptr[start]))
        start++;
    size_t end = start;
    while (end < rest->len && !ar_char_is_blank(rest->ptr[end]))
        end++;
    *word = ar_str_slice(*rest, start, end);
    *rest = ar_str_slice(*rest, end, rest->len);
    return end > start;
}

bool ar_sign_field(ar_str text, const char *name, ar_str *value)
{
    for (ar_str line; ar_sign_line(&text, &line);) {
        size_t colon = ar_str_find(line, AR_STR(":"), 0);
        if (colon == SIZE_MAX ||
            !ar_str_equal_c(ar_str_trim(ar_str_slice(line, 0, colon)), name))
            continue;
        *value = ar_str_trim(ar_str_slice(line, colon + 1, line.len));
        return true;
    }
    *value = (ar_str){"", 0};
    return false;
}

void ar_sign_note(struct ar_buf *signs, const char *name)
{
    if (signs->len > 0)
        ar_buf_put_c(signs, ", ");
    ar_buf_put_c(signs, name);
}

ar_value ar_sign_unknown(enum ar_reason reason, const char *detail)
{
    return ar_value_unknown(reason, ar_str_from_c(detail));
}

ar_value ar_sign_parse(struct ar_question *question, ar_str text)
{
    return ar_value_parse(question->arena, question->decl->type, text,
                          AR_REASON_unsupported);
}
