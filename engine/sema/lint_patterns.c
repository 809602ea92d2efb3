/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns on which some text takes far too much work, each with that text. */
#include "sema/lint.h"
#include "sema/regex_risk.h"

/* For all patterns together: some seconds at most. What is left over then is
 * not tried; no pack is refused for it. */
static const int64_t all_work = 150000000;

enum { MOST_SHOWN = 40 };

/* As a rule file would write it, cut where it is long. */
static void put_text(struct ar_buf *out, ar_str text)
{
    bool is_long = text.len > MOST_SHOWN;
    ar_value value =
        ar_value_string(ar_str_slice(text, 0, is_long ? MOST_SHOWN : text.len));
    ar_value_put_literal(out, value);
    ar_buf_put_c(out, is_long ? "..." : "");
}

/* "a" + "bc" x 4096 + "d" */
static ar_str describe(struct ar_lint *lint,
                       const struct ar_regex_attack *attack)
{
    struct ar_buf out = AR_BUF(lint->scratch);
    if (attack->prefix.len > 0) {
        put_text(&out, attack->prefix);
        ar_buf_put_c(&out, " + ");
    }
    put_text(&out, attack->pump);
    ar_buf_printf(&out, " x %zu", attack->count);
    if (attack->suffix.len > 0) {
        ar_buf_put_c(&out, " + ");
        put_text(&out, attack->suffix);
    }
    return ar_buf_view(&out);
}

static void report(struct ar_lint *lint, const struct ar_pattern_site *site,
                   const struct ar_regex_attack *attack)
{
    ar_str bytes = ar_str_printf(lint->scratch, "%zu", attack->bytes);
    ar_str work =
        ar_str_printf(lint->scratch, "%s%lld", attack->is_all ? "" : "over ",
                      (long long)attack->work);
    struct ar_diag *diag =
        ar_diag(lint->diags, AR_W1030, site->span, bytes, work);
    ar_diag_note(lint->diags, diag, (ar_span){0, 0, 0},
                 ar_str_concat(lint->scratch, AR_STR("the text is "),
                               describe(lint, attack)));
}

static bool is_sound(const struct ar_lint *lint, uint32_t file)
{
    for (size_t i = 0; i < lint->checker->scopes.count; i++) {
        const struct ar_scope *scope = lint->checker->scopes.at[i];
        for (size_t k = 0; k < scope->unit->file_ids.count; k++) {
            if (scope->unit->file_ids.at[k] == file)
                return !scope->unit->failed;
        }
    }
    return false;
}

void ar_lint_patterns(struct ar_lint *lint)
{
    const struct ar_checker *checker = lint->checker;
    struct ar_map seen = {0}; /* flags and pattern */
    int64_t budget = all_work;
    for (size_t i = 0; i < checker->patterns.count; i++) {
        const struct ar_pattern_site *site = &checker->patterns.at[i];
        struct ar_regex_attack attack;
        ar_str key =
            ar_str_printf(lint->kept, AR_STR_FORMAT "/" AR_STR_FORMAT,
                          AR_STR_ARG(site->flags), AR_STR_ARG(site->pattern));
        if (ar_map_has(&seen, key) || !is_sound(lint, site->span.file))
            continue;
        ar_map_put(lint->kept, &seen, key, lint);
        if (ar_regex_find_attack(lint->scratch, site->pattern, site->flags,
                                 &budget, &attack))
            report(lint, site, &attack);
        ar_arena_reset(lint->scratch);
    }
}
