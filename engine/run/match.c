/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns and their named groups. A list matches if any of its elements
 * does; the groups are those of the first that does. */

#include "base/regex.h"
#include "run/machine.h"

/* Where the search stands after some elements of the subject. */
struct search {
    const struct ar_operation *operation;
    const struct ar_regex *regex;
    ar_str *groups;         /* of the element that matched */
    unsigned bits;          /* of the elements so far, joined by `or` */
    bool is_open;           /* an element before might match, too */
    ar_cause_vector causes; /* of those that are not decided */
};

static void add_undecided(struct search *search, const struct ar_register *item)
{
    unsigned bits = ar_register_bits_of(*item->value);
    search->bits = ar_bits_or(search->bits, bits);
    search->is_open = search->is_open || (bits & AR_OUTCOME_TRUE);
    ar_causes_collect(search->operation->machine, &search->causes, item);
}

/* The lack is that of the operation, whatever else is in its registers. */
static void add_lack(struct search *search, enum ar_reason reason,
                     const char *detail)
{
    struct ar_register lack = {0};
    struct ar_operation operation = *search->operation;
    operation.at = &lack;
    ar_operation_give_lack(&operation,
                           ar_value_unknown(reason, ar_str_from_c(detail)));
    add_undecided(search, &lack);
}

static void match_text(struct search *search, ar_str text)
{
    struct ar_machine *machine = search->operation->machine;
    if (text.len > AR_MAX_REGEX_SUBJECT_BYTES) {
        add_lack(search, AR_REASON_too_large,
                 "the text is too long for a pattern");
        return;
    }
    switch (ar_regex_match_with(search->regex, text, search->groups,
                                &machine->regex_left, machine->regex_scratch)) {
    case AR_REGEX_NO_MATCH: return;
    case AR_REGEX_MATCH: search->bits = AR_OUTCOME_TRUE; return;
    case AR_REGEX_BUDGET:
        machine->n_regex_budget++;
        add_lack(search, AR_REASON_budget, "the pattern took too much work");
        return;
    case AR_REGEX_NO_MEMORY: ar_arena_fail(machine->scratch);
    }
    AR_UNREACHABLE();
}

static void search_list(struct search *search, const struct ar_register *list)
{
    size_t count = list->value->as.list.count;
    for (size_t ix = 0; ix < count && search->bits != AR_OUTCOME_TRUE; ix++) {
        if (!ar_machine_spend(search->operation->machine, 1))
            return;
        const ar_value *item = &list->value->as.list.items[ix];
        if (item->state == AR_STATE_VALUE) {
            match_text(search, item->as.string);
            continue;
        }
        struct ar_register lack =
            ar_operation_element(search->operation, list, *item, true);
        add_undecided(search, &lack);
    }
}

/* The subject is a value. */
static void run_search(struct search *search, const struct ar_register *subject)
{
    search->bits = AR_OUTCOME_FALSE;
    if (subject->value->type->kind == AR_TYPE_LIST)
        search_list(search, subject);
    else
        match_text(search, subject->value->as.string);
}

void ar_operate_match(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    struct ar_register *at = operation->at;
    struct search search = {
        .operation = operation,
        .regex = machine->code->regexes[operation->wide],
    };
    if (!ar_operation_has_values(operation, 1)) {
        ar_register_make_condition(at);
        return;
    }
    run_search(&search, at);
    *at = ar_register_blame(machine, ar_register_of_bits(search.bits),
                            search.causes);
}

/* ---- named groups ---- */

static void give_group(const struct ar_operation *operation,
                       const struct ar_block_capture *capture)
{
    struct ar_machine *machine = operation->machine;
    struct ar_register *at = operation->at;
    struct search search = {
        .operation = operation,
        .regex = machine->code->regexes[capture->regex],
    };
    *at = ar_machine_run(machine, capture->subject);
    if (!ar_operation_has_values(operation, 1))
        return;
    size_t n_groups = ar_regex_group_count(search.regex) + 1;
    search.groups = AR_NEW_ARRAY(machine->scratch, ar_str, n_groups);
    run_search(&search, at);
    if (search.is_open)
        *at = ar_register_unknown(machine, search.causes);
    else if (search.bits != AR_OUTCOME_TRUE ||
             !search.groups[capture->group].ptr)
        ar_operation_give_lack(operation, ar_value_absent());
    else
        ar_operation_give(operation,
                          ar_value_string(search.groups[capture->group]));
}

/* Good while the innermost variable is bound to the same element. */
void ar_operate_load_capture(const struct ar_operation *operation)
{
    struct ar_frame *frame = operation->machine->frame;
    const struct ar_block_capture *capture =
        &operation->machine->code->block.capture_at[operation->wide];
    struct ar_place *place = &frame->places[capture->local];
    if (!place->is_set || place->generation != frame->generation) {
        unsigned generation = frame->generation;
        give_group(operation, capture);
        *place = (struct ar_place){
            .is_set = true, .generation = generation, .held = operation->at[0]};
    }
    operation->at[0] = place->held;
}
