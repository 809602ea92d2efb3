/* SPDX-License-Identifier: Apache-2.0 */
/* Facts found out by code: what the system is, variables, texts of files.
 * builtin.def is the table. */

#include "base/limits.h"
#include "probe/collect.h"
#include "text/utf8.h"

/* A fact that is asked for. */
struct question {
    struct ar_arena *arena;
    struct ar_host *host;
    const struct ar_fact_decl *decl;
    const ar_value *arguments;
    ar_str how; /* out */
};

/* ---- the system ---- */

static ar_value find_os(struct question *question)
{
    question->how = AR_STR("the system this program is built for");
    return ar_value_parse(question->arena, question->decl->type,
                          ar_str_from_c(question->host->platform),
                          AR_REASON_unsupported);
}

/* The kernel's own word: an emulator of programs gives another one to
 * uname(). */
static ar_str read_kernel_arch(struct question *question)
{
    struct ar_host_output output = {0};
    question->how = AR_STR("/proc/sys/kernel/arch");
    question->host->functions->read_file(question->host, question->arena,
                                         question->how, 256, &output);
    if (output.status == AR_HOST_DONE)
        return ar_str_trim(output.out);
    question->how = ar_str_from_c(question->host->asked);
    return ar_str_from_c(question->host->machine);
}

static ar_value find_arch(struct question *question)
{
    return ar_value_parse(question->arena, question->decl->type,
                          read_kernel_arch(question), AR_REASON_unsupported);
}

static ar_value find_process_arch(struct question *question)
{
#if defined(__x86_64__) || defined(_M_X64)
    const char *arch = "amd64";
#elif defined(__aarch64__) || defined(_M_ARM64)
    const char *arch = "arm64";
#elif defined(__i386__) || defined(_M_IX86)
    const char *arch = "i386";
#elif defined(__arm__) || defined(_M_ARM)
    const char *arch = "arm";
#elif defined(__s390x__)
    const char *arch = "s390x";
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
    const char *arch = "ppc64le";
#elif defined(__riscv) && __riscv_xlen == 64
    const char *arch = "riscv64";
#else
    const char *arch = "";
#endif
    question->how = AR_STR("the system this program is built for");
    return ar_value_parse(question->arena, question->decl->type,
                          ar_str_from_c(arch), AR_REASON_unsupported);
}

/* ---- variables and files ---- */

/* What is no answer, as the lack of a value. */
static ar_value make_lack(const struct ar_host_output *output)
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
    case AR_HOST_FAILED:
    case AR_HOST_DONE:
        return ar_value_unknown(AR_REASON_probe_failed, output->detail);
    }
    AR_UNREACHABLE();
}

static ar_value make_text(const struct ar_host_output *output)
{
    if (output->status != AR_HOST_DONE)
        return make_lack(output);
    if (ar_utf8_invalid_at(output->out) != SIZE_MAX)
        return ar_value_unknown(AR_REASON_bad_output,
                                AR_STR("it is not UTF-8"));
    return ar_value_string(output->out);
}

static ar_value find_variable(struct question *question)
{
    struct ar_host_output output = {0};
    question->how = AR_STR("the environment");
    question->host->functions->variable(question->host, question->arena,
                                        question->arguments[0].as.string,
                                        &output);
    return make_text(&output);
}

static ar_value find_text(struct question *question)
{
    struct ar_host_output output = {0};
    question->how = question->arguments[0].as.string;
    question->host->functions->read_file(question->host, question->arena,
                                         question->how, AR_MAX_VALUE_BYTES,
                                         &output);
    return make_text(&output);
}

static ar_str take_line(ar_str text, size_t *at)
{
    size_t end = ar_str_find(text, AR_STR("\n"), *at);
    ar_str line = ar_str_slice(text, *at, end == SIZE_MAX ? text.len : end);
    *at = end == SIZE_MAX ? text.len : end + 1;
    if (ar_str_ends_with(line, AR_STR("\r")))
        line.len--;
    return line;
}

static ar_value find_lines(struct question *question)
{
    ar_value text = find_text(question);
    AR_VECTOR(ar_value) lines = {0};
    if (text.state != AR_STATE_VALUE)
        return text;
    for (size_t at = 0; at < text.as.string.len;) {
        if (lines.count == AR_MAX_LIST_ELEMENTS)
            return ar_value_unknown(AR_REASON_too_large,
                                    AR_STR("it has too many lines"));
        ar_value line = ar_value_string(take_line(text.as.string, &at));
        ar_vector_push(question->arena, &lines, line);
    }
    return ar_value_list(question->decl->type, lines.at, lines.count);
}

/* ---- the table ---- */

typedef ar_value (*builtin)(struct question *question);

static builtin find_function(ar_str name)
{
    static const struct {
        const char *name;
        builtin function;
    } table[] = {
#define AR_BUILTIN(function, name) {name, function},
#include "probe/builtin.def"
#undef AR_BUILTIN
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(table); ix++) {
        if (ar_str_equal_c(name, table[ix].name))
            return table[ix].function;
    }
    return NULL;
}

bool ar_builtin_has(const struct ar_fact_decl *decl)
{
    return ar_str_starts_with(decl->module, AR_STR("std.")) &&
           find_function(decl->name) != NULL;
}

bool ar_builtin_find(struct ar_arena *arena, struct ar_host *host,
                     const struct ar_fact_decl *decl, const ar_value *arguments,
                     ar_value *out, ar_str *how)
{
    struct question question = {
        .arena = arena, .host = host, .decl = decl, .arguments = arguments};
    if (!ar_builtin_has(decl))
        return false;
    *out = find_function(decl->name)(&question);
    *how = question.how;
    return true;
}
