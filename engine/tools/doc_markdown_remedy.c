/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies of case studies in Markdown: what they cost before their steps,
 * and commands in blocks that can be copied as they are. */

#include "text/markdown.h"
#include "tools/doc_markdown.h"

/* ---- commands ---- */

static const char *language_of(ar_str shell)
{
    if (ar_str_equal_c(shell, "powershell"))
        return "powershell";
    return ar_str_equal_c(shell, "cmd")    ? "bat"
           : ar_str_equal_c(shell, "bash") ? "bash"
                                           : "sh";
}

static void put_command(struct ar_buf *out, const ar_doc_text *text)
{
    for (size_t i = 0; i < text->n_parts; i++) {
        const struct ar_doc_part *part = &text->parts[i];
        ar_buf_put_c(out, part->is_value ? "{" : "");
        ar_buf_put(out, part->text);
        ar_buf_put_c(out, part->is_value ? "}" : "");
    }
    ar_buf_put_char(out, '\n');
}

/* Of several commands together: each value once. */
static void put_values(struct ar_buf *out, const ar_doc_text *text,
                       struct ar_map *seen)
{
    for (size_t i = 0; i < text->n_parts; i++) {
        ar_str value = text->parts[i].text;
        if (!text->parts[i].is_value || ar_map_has(seen, value))
            continue;
        ar_buf_put_c(out, seen->count > 0 ? ", " : "\nPut in the value of ");
        ar_markdown_put_code(out,
                             ar_str_printf(out->arena, "{" AR_STR_FORMAT "}",
                                           AR_STR_ARG(value)));
        ar_map_put(out->arena, seen, value, seen);
    }
}

static void put_guard(struct ar_buf *out, const struct ar_doc_guard *guard)
{
    ar_buf_put_c(out, guard->is_unless ? "Leave this out if " : "Only if ");
    ar_markdown_put_code(out, guard->condition);
    ar_buf_put_char(out, '.');
}

static bool is_guarded(const struct ar_doc_item *item)
{
    return item->guard.condition.len > 0;
}

/* How many commands from ix on can stand in one block. */
static size_t count_together(const ar_doc_item_vector *items, size_t ix)
{
    size_t end = ix + 1;
    while (!is_guarded(&items->at[ix]) && end < items->count &&
           items->at[end].kind == AR_STEP_RUN && !is_guarded(&items->at[end]) &&
           ar_str_equal(items->at[end].word, items->at[ix].word))
        end++;
    return end - ix;
}

static void put_commands(struct ar_buf *out, const struct ar_doc_item *items,
                         size_t count)
{
    struct ar_buf code = AR_BUF(out->arena);
    struct ar_map values = {0};
    ar_buf_put_char(out, '\n');
    if (is_guarded(items)) {
        put_guard(out, &items->guard);
        ar_buf_put_c(out, "\n\n");
    }
    for (size_t i = 0; i < count; i++)
        put_command(&code, &items[i].text);
    ar_markdown_put_block(out, language_of(items->word), ar_buf_view(&code));
    for (size_t i = 0; i < count; i++)
        put_values(out, &items[i].text, &values);
    ar_buf_put_c(out, values.count > 0 ? ".\n" : "");
}

/* ---- other items ---- */

static const char *restart_text(ar_str what)
{
    static const struct {
        const char *name;
        const char *text;
    } texts[] = {
        {"app", "Restart the application."},
        {"wsl", "Restart WSL."},
        {"session", "Log out and in again."},
        {"machine", "Restart the machine."},
    };
    for (size_t i = 0; i < AR_COUNT_OF(texts); i++) {
        if (ar_str_equal_c(what, texts[i].name))
            return texts[i].text;
    }
    return "Restart.";
}

static void put_bullet(struct ar_buf *out, const struct ar_doc_item *item)
{
    ar_buf_put_c(out, "- ");
    if (item->kind == AR_STEP_RESTART) {
        ar_buf_put_c(out, restart_text(item->word));
    } else if (item->kind == AR_STEP_OPEN) {
        ar_buf_put_c(out, "Open ");
        ar_doc_put_target(out, &item->text);
    } else {
        ar_doc_put_text(out, &item->text);
    }
    if (is_guarded(item)) {
        ar_buf_put_char(out, ' ');
        put_guard(out, &item->guard);
    }
    ar_buf_put_char(out, '\n');
}

static void put_items(struct ar_buf *out, const ar_doc_item_vector *items)
{
    bool in_list = false;
    for (size_t i = 0; i < items->count;) {
        if (items->at[i].kind == AR_STEP_RUN) {
            size_t count = count_together(items, i);
            put_commands(out, &items->at[i], count);
            in_list = false;
            i += count;
            continue;
        }
        ar_buf_put_c(out, in_list ? "" : "\n");
        put_bullet(out, &items->at[i++]);
        in_list = true;
    }
}

/* ---- remedies ---- */

static void put_cost(const struct ar_doc_page *page,
                     const struct ar_doc_remedy *remedy)
{
    struct ar_buf *out = page->out;
    ar_buf_put_char(out, '\n');
    ar_doc_put_label(page, "Risk");
    ar_markdown_put_text(out, remedy->risk);
    ar_buf_put_char(out, '\n');
    if (remedy->needs_admin) {
        ar_doc_put_label(page, "Rights");
        ar_buf_put_c(out, "administrator\n");
    }
    if (remedy->undo.n_parts > 0) {
        ar_doc_put_label(page, "To undo it");
        ar_doc_put_text(out, &remedy->undo);
        ar_buf_put_char(out, '\n');
    }
    if (remedy->data_loss.n_parts > 0) {
        ar_buf_put_c(out, "\n> **Data loss:** ");
        ar_doc_put_text(out, &remedy->data_loss);
        ar_buf_put_char(out, '\n');
    }
}

static void put_changes(struct ar_buf *out, const ar_str_vector *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        ar_buf_put_c(out, i == 0 ? "\nIt changes " : ", ");
        ar_markdown_put_code(out, changes->at[i]);
    }
    if (changes->count > 0)
        ar_buf_put_c(out, ".\n");
}

static void put_step(const struct ar_doc_page *page,
                     const struct ar_doc_step *step, size_t number)
{
    struct ar_buf *out = page->out;
    ar_doc_put_heading(page, 3);
    ar_buf_printf(out, "Step %lu: ", (unsigned long)number);
    ar_doc_put_text(out, &step->sentence);
    ar_buf_put_char(out, '\n');
    if (step->guard.condition.len > 0) {
        ar_buf_put_char(out, '\n');
        put_guard(out, &step->guard);
        ar_buf_put_char(out, '\n');
    }
    put_items(out, &step->items);
    put_changes(out, &step->changes);
}

static void put_remedy(const struct ar_doc_page *page,
                       const struct ar_doc_remedy *remedy)
{
    ar_doc_put_heading(page, 2);
    ar_doc_put_text(page->out, &remedy->title);
    ar_buf_put_char(page->out, '\n');
    put_cost(page, remedy);
    for (size_t i = 0; i < remedy->steps.count; i++)
        put_step(page, &remedy->steps.at[i], i + 1);
    if (remedy->verify.len == 0)
        return;
    ar_doc_put_section(page, 3, "Verification");
    ar_doc_put_code(page,
                    "The remedy has worked if this holds:", remedy->verify);
    put_items(page->out, &remedy->verify_runs);
}

void ar_doc_put_remedies(const struct ar_doc_page *page,
                         const struct ar_doc_rule *rule)
{
    if (rule->remedies.count == 0)
        return;
    ar_doc_put_section(page, 1, "Solution");
    for (size_t i = 0; i < rule->remedies.count; i++)
        put_remedy(page, &rule->remedies.at[i]);
}
