/* SPDX-License-Identifier: Apache-2.0 */
/* The clock: what it shows, where that counts, and whether it is right. */

#include "probe/signs.h"

#include <string.h>

ar_value ar_builtin_find_now(struct ar_question *question)
{
    return ar_value_time(question->host->functions->time_us(question->host));
}

/* ---- the start of the system ---- */

static ar_value make_time(ar_str digits, int64_t unit)
{
    int64_t number;
    if (!ar_str_to_int(digits, &number) || number < 0 ||
        number > AR_TIME_LAST / unit)
        return ar_sign_unknown(AR_REASON_bad_output, "it is no time");
    return ar_value_time(number * unit);
}

/* The line "btime 1767225600" of /proc/stat, in seconds. */
static ar_value read_stat(struct ar_question *question)
{
    ar_str text;
    question->how = AR_STR("/proc/stat");
    ar_sign_read(question, "/proc/stat", &text);
    for (ar_str line; ar_sign_line(&text, &line);) {
        ar_str word;
        if (!ar_sign_word(&line, &word) || !ar_str_equal_c(word, "btime"))
            continue;
        ar_sign_word(&line, &word);
        return make_time(word, 1000000);
    }
    return ar_sign_unknown(AR_REASON_unsupported, "the system does not tell");
}

ar_value ar_builtin_find_booted(struct ar_question *question)
{
    struct ar_host_output output = {0};
    if (strcmp(question->host->platform, "linux") == 0)
        return read_stat(question);
    question->how = AR_STR("functions of the system");
    question->host->functions->tell(question->host, question->arena,
                                    AR_HOST_SYSTEM_BOOTED, &output);
    return output.status == AR_HOST_DONE ? make_time(output.out, 1)
                                         : ar_question_lack(&output);
}

/* ---- the time zone ---- */

/* What a path in a database of time zones says. */
static ar_str behind_zoneinfo(ar_str path)
{
    const ar_str mark = AR_STR("zoneinfo/");
    size_t at = ar_str_find(path, mark, 0);
    return at == SIZE_MAX ? (ar_str){"", 0}
                          : ar_str_slice(path, at + mark.len, path.len);
}

static ar_value read_zone_file(struct ar_question *question)
{
    ar_str text;
    question->how = AR_STR("/etc/localtime");
    ar_str name =
        behind_zoneinfo(ar_sign_target(question, AR_STR("/etc/localtime")));
    if (name.len > 0)
        return ar_question_string(name);
    if (!ar_sign_is_there(question, "/etc/localtime"))
        return ar_value_absent();
    question->how = AR_STR("/etc/timezone");
    if (ar_sign_read(question, "/etc/timezone", &text) &&
        ar_str_trim(text).len > 0)
        return ar_question_string(ar_str_trim(text));
    return ar_sign_unknown(AR_REASON_unsupported,
                           "/etc/localtime is no link, so it has no name");
}

/* A colon in front of TZ means nothing but that a file is meant. */
ar_value ar_builtin_find_zone(struct ar_question *question)
{
    struct ar_host_output output = {0};
    ar_str name = ar_sign_variable(question, "TZ");
    question->how = AR_STR("TZ");
    if (ar_str_starts_with(name, AR_STR(":")))
        name = ar_str_slice(name, 1, name.len);
    if (ar_str_starts_with(name, AR_STR("/")) && behind_zoneinfo(name).len > 0)
        name = behind_zoneinfo(name);
    if (name.len > 0)
        return ar_question_string(name);
    if (strcmp(question->host->platform, "windows") != 0)
        return read_zone_file(question);
    question->how = AR_STR("GetDynamicTimeZoneInformation()");
    question->host->functions->tell(question->host, question->arena,
                                    AR_HOST_SYSTEM_TIME_ZONE, &output);
    return output.status == AR_HOST_DONE ? ar_question_string(output.out)
                                         : ar_question_lack(&output);
}

ar_value ar_builtin_find_synchronized(struct ar_question *question)
{
    struct ar_host_output output = {0};
    question->host->functions->tell(question->host, question->arena,
                                    AR_HOST_SYSTEM_CLOCK, &output);
    return output.status == AR_HOST_DONE
               ? ar_value_bool(ar_str_equal_c(output.out, "1"))
               : ar_question_lack(&output);
}
