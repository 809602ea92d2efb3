/* SPDX-License-Identifier: Apache-2.0 */
/* What the headers of programs say: a file is read once for all its facts. */

#include "probe/binary.h"
#include "probe/builtin.h"

/* Which part of a universal file counts. */
static ar_value find_host_arch(const struct ar_question *question)
{
    struct ar_fact_decl decl = *question->decl;
    struct ar_question other = *question;
    decl.type = &ar_type_arch;
    other.decl = &decl;
    return ar_builtin_find_arch(&other);
}

static const struct ar_binary *inspect(struct ar_question *question)
{
    ar_str path = question->arguments[0].as.string;
    ar_str key = ar_str_concat(question->arena, AR_STR("binary:"), path);
    struct ar_binary *binary = ar_map_get(question->kept, key);
    question->how = path;
    if (binary)
        return binary;
    binary = AR_NEW(question->arena, struct ar_binary);
    ar_binary_inspect(question->arena, question->host, path,
                      find_host_arch(question), binary);
    ar_map_put(question->arena, question->kept, key, binary);
    return binary;
}

ar_value ar_builtin_find_binary_format(struct ar_question *question)
{
    ar_value format = inspect(question)->format;
    if (format.state != AR_STATE_VALUE)
        return format;
    return ar_value_parse(question->arena, question->decl->type,
                          format.as.string, AR_REASON_unsupported);
}

ar_value ar_builtin_find_binary_arch(struct ar_question *question)
{
    return inspect(question)->arch;
}

ar_value ar_builtin_find_binary_archs(struct ar_question *question)
{
    return inspect(question)->archs;
}

ar_value ar_builtin_find_binary_bits(struct ar_question *question)
{
    return inspect(question)->bits;
}

ar_value ar_builtin_find_binary_interpreter(struct ar_question *question)
{
    return inspect(question)->interpreter;
}

ar_value ar_builtin_find_binary_needed(struct ar_question *question)
{
    return inspect(question)->needed;
}

ar_value ar_builtin_find_binary_glibc(struct ar_question *question)
{
    return inspect(question)->glibc;
}
