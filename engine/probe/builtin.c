/* SPDX-License-Identifier: Apache-2.0 */
/* The table of facts that code finds out. */

#include "probe/builtin.h"

#include <string.h>

static const struct ar_builtin table[] = {
#define AR_BUILTIN(function, name, platforms, where, lacks) \
    {name, platforms, where, lacks, ar_builtin_##function},
#include "probe/builtin.def"
#undef AR_BUILTIN
};

const struct ar_builtin *ar_builtin_of(const struct ar_fact_decl *decl)
{
    if (!ar_str_starts_with(decl->module, AR_STR("std.")))
        return NULL;
    for (size_t ix = 0; ix < AR_COUNT_OF(table); ix++) {
        if (ar_str_equal_c(decl->name, table[ix].name))
            return &table[ix];
    }
    return NULL;
}

static bool is_for(const struct ar_builtin *builtin, const char *platform)
{
    return strcmp(builtin->platforms, "all") == 0 ||
           strstr(builtin->platforms, platform) != NULL;
}

bool ar_builtin_find(struct ar_question *question, ar_value *out)
{
    const struct ar_builtin *builtin = ar_builtin_of(question->decl);
    if (!builtin || !is_for(builtin, question->host->platform))
        return false;
    question->how = ar_str_from_c(builtin->where);
    *out = builtin->find(question);
    return true;
}
