/* SPDX-License-Identifier: Apache-2.0 */
/* What a pack may name that is not trusted. */

#include "probe/builtin.h"
#include "probe/collect_parts.h"
#include "sema/walk.h"

static bool has_constants(const struct ar_expr *expr)
{
    for (size_t ix = 0; ix < expr->n_operands; ix++) {
        if (expr->operands[ix]->kind != AR_EXPR_CONSTANT ||
            ar_expr_value(expr->operands[ix]).state != AR_STATE_VALUE)
            return false;
    }
    return expr->n_operands > 0;
}

static void note_named(struct ar_expr *expr, void *user)
{
    struct ar_collector *collector = user;
    if (expr->kind != AR_EXPR_FACT || !has_constants(expr))
        return;
    ar_value *arguments =
        AR_NEW_ARRAY(collector->arena, ar_value, expr->n_operands);
    for (size_t ix = 0; ix < expr->n_operands; ix++)
        arguments[ix] = ar_expr_value(expr->operands[ix]);
    ar_map_put(collector->arena, &collector->named,
               ar_fact_key(collector->arena, &expr->fact->decl, arguments),
               collector);
}

static void note_root(const struct ar_root *root, void *user)
{
    bool is_definition = root->kind == AR_ROOT_DEFINITION ||
                         root->kind == AR_ROOT_DEFINITION_GUARD;
    if (is_definition && root->pack->is_trusted)
        ar_expr_walk(root->expr, note_named, user);
}

/* A derived fact may say what is asked whoever reads it: os.libc looks at
 * /bin/sh. */
static bool is_named_by_trusted(struct ar_collector *collector, ar_str key)
{
    if (!collector->has_named)
        ar_walk_program(collector->code->program, note_root, collector);
    collector->has_named = true;
    return ar_map_has(&collector->named, key);
}

/* How full a disk is, who listens, what is mounted: that may be known to all.
 */
static bool holds_no_secret(const struct ar_fact_decl *decl)
{
    static const char *const heads[] = {"disk", "mount", "port", "service"};
    for (size_t ix = 0; ix < AR_COUNT_OF(heads); ix++)
        if (ar_str_equal_c(decl->head, heads[ix]))
            return true;
    return false;
}

bool ar_collect_may_name(struct ar_collector *collector,
                         const struct ar_pack *pack,
                         const struct ar_fact_ref *ref)
{
    if (!ref->decl || ref->n_arguments == 0 || !ar_builtin_of(ref->decl) ||
        holds_no_secret(ref->decl) || pack->is_trusted ||
        is_named_by_trusted(collector, ref->key))
        return true;
    if (collector->allow_run)
        collector->used_allowed = true;
    return collector->allow_run;
}
