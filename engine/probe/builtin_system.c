/* SPDX-License-Identifier: Apache-2.0 */
/* The operating system, variables, texts of files. */

#include "base/limits.h"
#include "probe/builtin.h"
#include "text/utf8.h"

ar_value ar_builtin_find_os(struct ar_question *question)
{
    question->how = AR_STR("the system this program is built for");
    return ar_value_parse(question->arena, question->decl->type,
                          ar_str_from_c(question->host->platform),
                          AR_REASON_unsupported);
}

ar_value ar_question_string(ar_str text)
{
    if (ar_utf8_invalid_at(text) != SIZE_MAX)
        return ar_value_unknown(AR_REASON_bad_output,
                                AR_STR("it is not UTF-8"));
    return ar_value_string(text);
}

/* ---- variables and files ---- */

ar_value ar_question_lack(const struct ar_host_output *output)
{
    switch (output->status) {
    case AR_HOST_NOT_FOUND: return ar_value_absent();
    case AR_HOST_DENIED:
        return ar_value_unknown(AR_REASON_denied, output->detail);
    case AR_HOST_TIMEOUT:
    case AR_HOST_STOPPED:
        return ar_value_unknown(AR_REASON_timeout, output->detail);
    case AR_HOST_TOO_LARGE:
        return ar_value_unknown(AR_REASON_too_large, output->detail);
    case AR_HOST_UNSUPPORTED:
        return ar_value_unknown(AR_REASON_unsupported, output->detail);
    case AR_HOST_BAD_ANSWER:
        return ar_value_unknown(AR_REASON_bad_output, output->detail);
    case AR_HOST_FAILED:
    case AR_HOST_DONE:
        return ar_value_unknown(AR_REASON_probe_failed, output->detail);
    }
    AR_UNREACHABLE();
}

static ar_value make_text(const struct ar_host_output *output)
{
    if (output->status != AR_HOST_DONE)
        return ar_question_lack(output);
    return ar_question_string(output->out);
}

ar_value ar_builtin_find_variable(struct ar_question *question)
{
    struct ar_host_output output = {0};
    question->how = AR_STR("the environment");
    question->host->functions->variable(question->host, question->arena,
                                        question->arguments[0].as.string,
                                        &output);
    return make_text(&output);
}

ar_value ar_builtin_find_text(struct ar_question *question)
{
    struct ar_host_output output = {0};
    question->how = question->arguments[0].as.string;
    question->host->functions->read_file(question->host, question->arena,
                                         question->how, AR_MAX_VALUE_BYTES,
                                         &output);
    return make_text(&output);
}

ar_str ar_question_line(ar_str text, size_t *at)
{
    size_t end = ar_str_find(text, AR_STR("\n"), *at);
    ar_str line = ar_str_slice(text, *at, end == SIZE_MAX ? text.len : end);
    *at = end == SIZE_MAX ? text.len : end + 1;
    if (ar_str_ends_with(line, AR_STR("\r")))
        line.len--;
    return line;
}

ar_value ar_builtin_find_lines(struct ar_question *question)
{
    ar_value text = ar_builtin_find_text(question);
    AR_VECTOR(ar_value) lines = {0};
    if (text.state != AR_STATE_VALUE)
        return text;
    for (size_t at = 0; at < text.as.string.len;) {
        if (lines.count == AR_MAX_LIST_ELEMENTS)
            return ar_value_unknown(AR_REASON_too_large,
                                    AR_STR("it has too many lines"));
        ar_value line = ar_value_string(ar_question_line(text.as.string, &at));
        ar_vector_push(question->arena, &lines, line);
    }
    return ar_value_list(question->decl->type, lines.at, lines.count);
}
