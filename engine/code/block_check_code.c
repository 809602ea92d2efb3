/* SPDX-License-Identifier: Apache-2.0 */
/* Instructions and frames: that instructions name what there is, jump forward
 * inside of their routine and their loop, and end; that routines run only
 * those before them; that a frame has a place for each name. Whether registers
 * hold what an instruction wants is not looked at. */

#include "base/limits.h"
#include "code/block_sections.h"
#include "code/opcode.h"
#include "code/place.h"

/* What an operand is below: the number of things of its kind, or one of these.
 */
enum {
    BELOW_EQUALITIES = AR_N_OPERAND_KINDS, /* == and != */
    BELOW_COMPARISONS,
    N_BOUNDS
};

/* Of the operands of an opcode. */
struct bounds {
    uint8_t n;
    uint8_t a;
    uint8_t wide;
};

struct checking {
    const struct ar_block *block;
    struct ar_block_error *error;
    uint32_t routine;    /* at hand */
    uint32_t *needs;     /* by routine: places of the frame it runs in */
    uint32_t *fact_ends; /* by fact: behind the last routine that defines it */
    uint32_t *loops;     /* by instruction of the routine: LOOP around it + 1,
                            or 0 */
    /* by kind of bound: how many there are to name; those that differ from
     * routine to routine are set anew */
    uint32_t limits[N_BOUNDS];
    struct bounds bounds[AR_N_OPCODES];
    uint64_t asking;  /* opcodes of which more is asked than their bounds */
    uint64_t windows; /* of these: those that take several registers */
};

_Static_assert(AR_N_OPCODES <= 64, "a bit for each opcode");

static bool has_opcode(uint64_t opcodes, enum ar_opcode opcode)
{
    return opcodes >> opcode & 1;
}

static bool fail(const struct checking *checking, const char *section,
                 uint32_t ix, const char *detail)
{
    *checking->error = (struct ar_block_error){.fault = AR_BLOCK_MALFORMED,
                                               .detail = detail,
                                               .section = section,
                                               .index = ix};
    return false;
}

static const struct ar_block_routine *routine_at_hand(
    const struct checking *checking)
{
    return &checking->block->routine_at[checking->routine];
}

/* One of the routine at hand. */
static struct ar_instruction instruction_at(const struct checking *checking,
                                            uint32_t at)
{
    const struct ar_block_routine *routine = routine_at_hand(checking);
    const struct ar_block_instruction *code =
        &checking->block->instruction_at[routine->code + at];
    return (struct ar_instruction){code->head, code->wide};
}

/* ---- operands ---- */

/* How many records an operand may name; UINT32_MAX if it names none. */
static uint32_t count_named(const struct ar_block *block,
                            enum ar_operand_kind kind)
{
    switch (kind) {
    case AR_OPERAND_NONE: return 1;
    case AR_OPERAND_CONSTANT: return block->constant_count;
    case AR_OPERAND_SLOT: return block->slot_count;
    case AR_OPERAND_FACT: return block->fact_count;
    case AR_OPERAND_GROUP_SLOT: return block->group_slot_count;
    case AR_OPERAND_GROUP: return block->group_count;
    case AR_OPERAND_LET: return block->let_count;
    case AR_OPERAND_CAPTURE: return block->capture_count;
    case AR_OPERAND_TABLE: return block->table_count;
    case AR_OPERAND_TYPE: return block->type_count;
    case AR_OPERAND_TEMPLATE: return block->template_count;
    case AR_OPERAND_REGEX: return block->regex_count;
    case AR_OPERAND_LOOP: return block->loop_count;
    case AR_OPERAND_FUNCTION: return AR_N_FUNCTIONS;
    case AR_OPERAND_OPERATOR: return AR_OPERATOR_REMAINDER + 1;
    case AR_OPERAND_FLAG: return 2;
    case AR_OPERAND_PART: return AR_PART_LENGTH + 1;
    case AR_OPERAND_RESULT:
    case AR_OPERAND_OPERAND:
    case AR_OPERAND_WINDOW:
    case AR_OPERAND_PAIR:
    case AR_OPERAND_TRIPLE:
    case AR_OPERAND_LOCAL:
    case AR_OPERAND_ROUTINE:
    case AR_OPERAND_LABEL: return 0; /* as the routine says */
    case AR_OPERAND_LIST:
    case AR_OPERAND_REASON:
    case AR_OPERAND_INDEX:
    case AR_N_OPERAND_KINDS: break;
    }
    return UINT32_MAX;
}

static struct bounds find_bounds(enum ar_opcode opcode)
{
    const struct ar_opcode_info *info = &ar_opcode_table[opcode];
    struct bounds bounds = {(uint8_t)info->n, (uint8_t)info->a,
                            (uint8_t)info->wide};
    if (opcode == AR_OPCODE_EQUAL)
        bounds.n = BELOW_EQUALITIES;
    if (opcode == AR_OPCODE_COMPARE)
        bounds.n = BELOW_COMPARISONS;
    return bounds;
}

/* Whether is_consistent() or count_registers() has a case for it. */
static bool is_asked_more(enum ar_opcode opcode)
{
    const struct ar_opcode_info *info = &ar_opcode_table[opcode];
    return info->a == AR_OPERAND_WINDOW || info->wide == AR_OPERAND_SLOT ||
           info->wide == AR_OPERAND_LET || info->wide == AR_OPERAND_CAPTURE ||
           info->wide == AR_OPERAND_ROUTINE || info->wide == AR_OPERAND_LABEL ||
           info->n == AR_OPERAND_REASON || opcode == AR_OPCODE_ARITHMETIC;
}

static void set_limits(struct checking *checking)
{
    for (int kind = 0; kind < AR_N_OPERAND_KINDS; kind++)
        checking->limits[kind] =
            count_named(checking->block, (enum ar_operand_kind)kind);
    checking->limits[BELOW_EQUALITIES] = AR_OPERATOR_NOT_EQUAL + 1;
    checking->limits[BELOW_COMPARISONS] = AR_OPERATOR_GREATER_EQUAL + 1;
    for (int each = 0; each < AR_N_OPCODES; each++) {
        enum ar_opcode opcode = (enum ar_opcode)each;
        checking->bounds[each] = find_bounds(opcode);
        if (is_asked_more(opcode))
            checking->asking |= UINT64_C(1) << each;
        if (ar_opcode_table[each].a == AR_OPERAND_WINDOW)
            checking->windows |= UINT64_C(1) << each;
    }
}

static void set_limits_of_routine(struct checking *checking)
{
    const struct ar_block_routine *routine = routine_at_hand(checking);
    uint32_t n_registers = routine->n_registers;
    uint32_t *limits = checking->limits;
    limits[AR_OPERAND_RESULT] = n_registers;
    limits[AR_OPERAND_OPERAND] = n_registers;
    limits[AR_OPERAND_WINDOW] = n_registers;
    limits[AR_OPERAND_PAIR] = n_registers - 1;
    limits[AR_OPERAND_TRIPLE] = n_registers < 2 ? 0 : n_registers - 2;
    limits[AR_OPERAND_LOCAL] = routine->n_locals;
    limits[AR_OPERAND_ROUTINE] = checking->routine;
    limits[AR_OPERAND_LABEL] = routine->n_code;
}

/* The registers that an instruction takes, from a on. */
static uint64_t count_registers(const struct checking *checking,
                                struct ar_instruction instruction)
{
    const struct ar_block *block = checking->block;
    switch ((int)ar_instruction_opcode(instruction)) {
    case AR_OPCODE_LOAD_FACT:
        return block->fact_at[instruction.wide].n_parameters;
    case AR_OPCODE_LOAD_GROUP:
        return block->group_at[instruction.wide].n_arguments;
    case AR_OPCODE_CALL:
        return block->routine_at[instruction.wide].n_parameters;
    case AR_OPCODE_TABLE: return block->table_at[instruction.wide].n_inputs;
    case AR_OPCODE_TEMPLATE:
        return block->template_at[instruction.wide].n_holes;
    case AR_OPCODE_LIST: return instruction.wide >> 16;
    case AR_OPCODE_FUNCTION:
        return ar_function_arity(
            (enum ar_function)ar_instruction_n(instruction));
    }
    return 1;
}

static bool is_list(const struct ar_block *block, uint32_t type)
{
    return type < block->type_count &&
           block->type_at[type].kind == AR_TYPE_LIST;
}

/* Its holes are registers, not routines. */
static bool is_text(const struct ar_block *block, uint32_t ix)
{
    const struct ar_block_template *record = &block->template_at[ix];
    for (uint32_t each = 0; each < record->n_parts; each++) {
        if (block->part_at[record->parts + each].routine != AR_BLOCK_NONE)
            return false;
    }
    return true;
}

/* What an instruction runs: routines before its own, so that none runs
 * itself; and then the places of the frame. */
static bool runs_before(const struct checking *checking, uint32_t routine,
                        uint32_t local)
{
    return routine < checking->routine &&
           local < routine_at_hand(checking)->n_locals;
}

static bool has_frame(const struct checking *checking, uint32_t routine)
{
    return checking->needs[routine] <=
           checking->block->routine_at[routine].n_locals;
}

/* What one operand, or its opcode, asks for beside its bound. Jumps go
 * forward. */
static bool is_consistent(const struct checking *checking,
                          struct ar_instruction instruction, uint32_t at)
{
    const struct ar_block *block = checking->block;
    const uint32_t wide = instruction.wide;
    const unsigned n = ar_instruction_n(instruction);
    switch ((int)ar_instruction_opcode(instruction)) {
    case AR_OPCODE_LOAD_SLOT:
        return checking->fact_ends[block->slot_at[wide].fact] <=
               checking->routine;
    case AR_OPCODE_LOAD_FACT:
        return checking->fact_ends[wide] <= checking->routine;
    case AR_OPCODE_LOAD_LET:
        return runs_before(checking, block->let_at[wide].routine,
                           block->let_at[wide].local);
    case AR_OPCODE_LOAD_CAPTURE:
        return runs_before(checking, block->capture_at[wide].subject,
                           block->capture_at[wide].local);
    case AR_OPCODE_PREDICATE:
    case AR_OPCODE_CALL: return has_frame(checking, wide);
    case AR_OPCODE_TEMPLATE: return is_text(block, wide);
    case AR_OPCODE_LIST: return is_list(block, wide & UINT16_MAX);
    case AR_OPCODE_UNKNOWN: return n < AR_N_REASONS || n == AR_ANY_REASON;
    case AR_OPCODE_ARITHMETIC: return n >= AR_OPERATOR_ADD;
    case AR_OPCODE_JUMP_FALSE:
    case AR_OPCODE_JUMP_TRUE:
    case AR_OPCODE_JUMP_NEVER_TRUE:
    case AR_OPCODE_JUMP_NEVER_FALSE:
    case AR_OPCODE_JUMP_NEVER_ABSENT: return wide > at;
    }
    return true;
}

/* Of one whose operands are below their bounds. */
static bool is_good(const struct checking *checking,
                    struct ar_instruction instruction, uint32_t at)
{
    enum ar_opcode opcode = ar_instruction_opcode(instruction);
    return is_consistent(checking, instruction, at) &&
           (!has_opcode(checking->windows, opcode) ||
            ar_instruction_a(instruction) +
                    count_registers(checking, instruction) <=
                routine_at_hand(checking)->n_registers);
}

/* ---- loops and jumps ---- */

static const struct ar_block_loop *loop_of(const struct checking *checking,
                                           struct ar_instruction instruction)
{
    return &checking->block->loop_at[instruction.wide];
}

/* A LOOP inside of the loop that begins at outer - 1, or of none. */
static bool is_good_loop(const struct checking *checking, uint32_t at,
                         uint32_t outer)
{
    const struct ar_block_routine *routine = routine_at_hand(checking);
    const struct ar_block_loop *loop =
        loop_of(checking, instruction_at(checking, at));
    uint32_t end = routine->n_code;
    if (outer > 0)
        end = loop_of(checking, instruction_at(checking, outer - 1))->end;
    return loop->local < routine->n_locals && loop->body == at + 1 &&
           loop->end > loop->body && loop->end < end &&
           (loop->kind != AR_LOOP_FILTER ||
            is_list(checking->block, loop->type));
}

/* The one NEXT of a loop is its last instruction. */
static bool is_good_next(const struct checking *checking, uint32_t at,
                         uint32_t around)
{
    struct ar_instruction next = instruction_at(checking, at);
    bool is_next = ar_instruction_opcode(next) == AR_OPCODE_NEXT;
    if (around == 0)
        return !is_next;
    struct ar_instruction head = instruction_at(checking, around - 1);
    if (at + 1 != loop_of(checking, head)->end)
        return !is_next;
    return is_next && next.wide == head.wide &&
           ar_instruction_a(next) == ar_instruction_a(head);
}

/* Loops lie inside one another. */
static bool check_loops(const struct checking *checking)
{
    const struct ar_block_routine *routine = routine_at_hand(checking);
    uint32_t around = 0;
    for (uint32_t at = 0; at < routine->n_code; at++) {
        while (around > 0 &&
               loop_of(checking, instruction_at(checking, around - 1))->end ==
                   at)
            around = checking->loops[around - 1];
        struct ar_instruction instruction = instruction_at(checking, at);
        checking->loops[at] = around;
        if (!is_good_next(checking, at, around))
            return false;
        if (ar_instruction_opcode(instruction) != AR_OPCODE_LOOP)
            continue;
        if (!is_good_loop(checking, at, around))
            return false;
        around = at + 1;
    }
    return true;
}

/* Neither into a loop nor out of one. */
static bool check_jumps(const struct checking *checking)
{
    const struct ar_block_routine *routine = routine_at_hand(checking);
    for (uint32_t at = 0; at < routine->n_code; at++) {
        struct ar_instruction instruction = instruction_at(checking, at);
        enum ar_opcode opcode = ar_instruction_opcode(instruction);
        if (ar_opcode_table[opcode].wide != AR_OPERAND_LABEL)
            continue;
        if (checking->loops[instruction.wide] != checking->loops[at])
            return false;
    }
    return true;
}

/* ---- routines ---- */

static uint32_t greater(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* What runs in the same frame: lets, and the subjects of captures. */
static void count_needs(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    const struct ar_block_routine *routine = routine_at_hand(checking);
    uint32_t need = routine->n_locals;
    for (uint32_t at = 0; at < routine->n_code; at++) {
        struct ar_instruction instruction = instruction_at(checking, at);
        enum ar_opcode opcode = ar_instruction_opcode(instruction);
        const uint32_t wide = instruction.wide;
        if (opcode == AR_OPCODE_LOAD_LET)
            need = greater(need, checking->needs[block->let_at[wide].routine]);
        else if (opcode == AR_OPCODE_LOAD_CAPTURE)
            need =
                greater(need, checking->needs[block->capture_at[wide].subject]);
    }
    checking->needs[checking->routine] = need;
}

static bool has_good_frame(const struct ar_block_routine *routine)
{
    return routine->n_registers > 0 && routine->n_locals <= AR_MAX_TOKENS &&
           routine->n_parameters <= routine->n_locals;
}

/* A far one names a record, a near one is inside of the routine's text. */
static bool is_bad_place(uint32_t word, uint32_t length, uint32_t n_places)
{
    uint32_t near_end = ar_near_start(word) + ar_near_length(word);
    return ar_place_is_far(word) ? ar_place_index(word) >= n_places
                                 : near_end > length;
}

static bool fail_instruction(const struct checking *checking, uint32_t at)
{
    return fail(checking, "CODE", routine_at_hand(checking)->code + at,
                "an instruction names what there is not, jumps back, or is the "
                "last one and no RETURN");
}

/* No branch for each operand: most instructions ask no more than bounds. */
static bool check_instructions(const struct checking *checking,
                               uint64_t *opcodes)
{
    const struct ar_block_routine *routine = routine_at_hand(checking);
    const struct ar_block_instruction *code =
        &checking->block->instruction_at[routine->code];
    const uint32_t *limits = checking->limits;
    const uint64_t asking = checking->asking;
    const uint32_t n_code = routine->n_code;
    uint64_t seen = 0;
    for (uint32_t at = 0; at < n_code; at++) {
        struct ar_instruction instruction = {code[at].head, code[at].wide};
        enum ar_opcode opcode = ar_instruction_opcode(instruction);
        if (opcode >= AR_N_OPCODES)
            return fail_instruction(checking, at);
        const struct bounds *bounds = &checking->bounds[opcode];
        unsigned bad =
            (unsigned)(ar_instruction_n(instruction) >= limits[bounds->n]) |
            (unsigned)(ar_instruction_a(instruction) >= limits[bounds->a]) |
            (unsigned)(instruction.wide >= limits[bounds->wide]) |
            (unsigned)((opcode == AR_OPCODE_RETURN) != (at + 1 == n_code));
        if (bad != 0 ||
            (has_opcode(asking, opcode) && !is_good(checking, instruction, at)))
            return fail_instruction(checking, at);
        seen |= UINT64_C(1) << opcode;
    }
    *opcodes = seen;
    return true;
}

static bool check_places(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    const struct ar_block_routine *routine = routine_at_hand(checking);
    const uint32_t length = routine->place.end - routine->place.start;
    const uint32_t n_code = routine->n_code;
    for (uint32_t at = 0; at < n_code; at++) {
        uint32_t ix = routine->code + at;
        if (is_bad_place(block->code_place_of_at[ix].place, length,
                         block->code_place_count))
            return fail(checking, "CODE_PLACES", ix,
                        "a place is not in the text of its routine");
    }
    return true;
}

static bool check_routine(const struct checking *checking)
{
    const struct ar_block_routine *routine = routine_at_hand(checking);
    uint64_t opcodes = 0;
    if (routine->n_code == 0 || !has_good_frame(routine))
        return fail(checking, "ROUTINES", checking->routine,
                    "a routine has no code or no good frame");
    if (!check_instructions(checking, &opcodes) || !check_places(checking))
        return false;
    bool has_loops = has_opcode(opcodes, AR_OPCODE_LOOP) ||
                     has_opcode(opcodes, AR_OPCODE_NEXT);
    if (has_loops && !(check_loops(checking) && check_jumps(checking)))
        return fail(checking, "ROUTINES", checking->routine,
                    "a loop or a jump does not fit");
    checking->needs[checking->routine] = routine->n_locals;
    if (has_opcode(opcodes, AR_OPCODE_LOAD_LET) ||
        has_opcode(opcodes, AR_OPCODE_LOAD_CAPTURE))
        count_needs(checking);
    return true;
}

static bool check_routines(struct checking *checking)
{
    const struct ar_block *block = checking->block;
    if (block->code_place_of_count != block->instruction_count)
        return fail(checking, "CODE_PLACES", AR_BLOCK_NONE,
                    "there is not one for each instruction");
    for (uint32_t ix = 0; ix < block->routine_count; ix++) {
        checking->routine = ix;
        set_limits_of_routine(checking);
        if (!check_routine(checking))
            return false;
    }
    return true;
}

/* ---- derived facts ---- */

static void find_fact_ends(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->fact_count; ix++) {
        const struct ar_block_fact *fact = &block->fact_at[ix];
        const struct ar_block_definition *definitions =
            &block->definition_at[fact->definitions];
        uint32_t end = 0;
        for (uint32_t each = 0; each < fact->n_definitions; each++) {
            end = greater(end, definitions[each].value + 1);
            if (definitions[each].guard != AR_BLOCK_NONE)
                end = greater(end, definitions[each].guard + 1);
        }
        checking->fact_ends[ix] = end;
    }
}

static bool is_good_fact(const struct checking *checking,
                         const struct ar_block_fact *fact)
{
    const struct ar_block *block = checking->block;
    uint32_t need = fact->is_derived ? fact->n_parameters : 0;
    for (uint32_t ix = 0; ix < fact->n_definitions; ix++) {
        const struct ar_block_definition *definition =
            &block->definition_at[fact->definitions + ix];
        need = greater(need, checking->needs[definition->value]);
        if (definition->guard != AR_BLOCK_NONE)
            need = greater(need, checking->needs[definition->guard]);
    }
    return need <= fact->n_locals && fact->n_locals <= AR_MAX_TOKENS &&
           (fact->is_derived || fact->n_definitions == 0);
}

static bool check_facts(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->fact_count; ix++) {
        if (!is_good_fact(checking, &block->fact_at[ix]))
            return fail(checking, "FACTS", ix,
                        "its frame does not fit its definitions");
    }
    return true;
}

/* ---- rules: each gives the places of the frame that it needs ---- */

static uint32_t need_of_routine(const struct checking *checking, uint32_t ix)
{
    return ix == AR_BLOCK_NONE ? 0 : checking->needs[ix];
}

static uint32_t need_of_condition(const struct checking *checking, uint32_t ix)
{
    if (ix == AR_BLOCK_NONE)
        return 0;
    return checking->needs[checking->block->condition_at[ix].routine];
}

static uint32_t need_of_text(const struct checking *checking, uint32_t ix)
{
    const struct ar_block *block = checking->block;
    if (ix == AR_BLOCK_NONE)
        return 0;
    const struct ar_block_template *text = &block->template_at[ix];
    uint32_t need = 0;
    for (uint32_t each = 0; each < text->n_parts; each++)
        need = greater(
            need, need_of_routine(checking,
                                  block->part_at[text->parts + each].routine));
    return need;
}

static uint32_t need_of_texts(const struct checking *checking, uint32_t first,
                              uint32_t count)
{
    uint32_t need = 0;
    for (uint32_t ix = 0; ix < count; ix++)
        need = greater(
            need,
            need_of_text(checking,
                         checking->block->message_at[first + ix].template));
    return need;
}

static uint32_t need_of_items(const struct checking *checking, uint32_t first,
                              uint32_t count)
{
    uint32_t need = 0;
    for (uint32_t ix = 0; ix < count; ix++) {
        const struct ar_block_step_item *item =
            &checking->block->step_item_at[first + ix];
        need = greater(need, need_of_text(checking, item->text));
        need = greater(need, need_of_condition(checking, item->guard));
    }
    return need;
}

static uint32_t need_of_remedy(const struct checking *checking,
                               const struct ar_block_remedy *remedy)
{
    uint32_t need = need_of_text(checking, remedy->title);
    need = greater(need, need_of_text(checking, remedy->data_loss));
    need = greater(need, need_of_text(checking, remedy->undo));
    need = greater(need, need_of_condition(checking, remedy->verify));
    need = greater(need, need_of_items(checking, remedy->verify_runs,
                                       remedy->n_verify_runs));
    for (uint32_t ix = 0; ix < remedy->n_steps; ix++) {
        const struct ar_block_step *step =
            &checking->block->step_at[remedy->steps + ix];
        need = greater(need, need_of_text(checking, step->sentence));
        need = greater(need, need_of_condition(checking, step->guard));
        need =
            greater(need, need_of_items(checking, step->items, step->n_items));
    }
    return need;
}

static uint32_t need_of_rule(const struct checking *checking,
                             const struct ar_block_rule *rule)
{
    const struct ar_block_details *details =
        ar_block_details_of(checking->block, rule);
    uint32_t need = need_of_condition(checking, rule->applies);
    need = greater(need, need_of_condition(checking, rule->when));
    need = greater(need, need_of_routine(checking, rule->each));
    need = greater(need, need_of_routine(checking, rule->key));
    need = greater(need, need_of_text(checking, rule->diagnosis));
    need = greater(
        need, need_of_texts(checking, details->lessons, details->n_lessons));
    need = greater(need,
                   need_of_texts(checking, details->links, details->n_links));
    for (uint32_t ix = 0; ix < details->n_symptoms; ix++)
        need =
            greater(need, need_of_condition(checking, details->symptoms + ix));
    for (uint32_t ix = 0; ix < details->n_remedies; ix++)
        need = greater(
            need,
            need_of_remedy(
                checking, &checking->block->remedy_at[details->remedies + ix]));
    return need;
}

static bool check_rules(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->rule_count; ix++) {
        const struct ar_block_rule *rule = &block->rule_at[ix];
        if (need_of_rule(checking, rule) > rule->n_locals ||
            rule->n_locals > AR_MAX_TOKENS)
            return fail(checking, "RULES", ix,
                        "its frame does not fit its code");
    }
    return true;
}

static uint32_t longest_routine(const struct ar_block *block)
{
    uint32_t longest = 0;
    for (uint32_t ix = 0; ix < block->routine_count; ix++)
        longest = greater(longest, block->routine_at[ix].n_code);
    return longest;
}

bool ar_block_check_code(struct ar_arena *arena, const struct ar_block *block,
                         struct ar_block_error *error)
{
    struct checking checking = {
        .block = block,
        .error = error,
        .needs = AR_NEW_ARRAY(arena, uint32_t, block->routine_count),
        .fact_ends = AR_NEW_ARRAY(arena, uint32_t, block->fact_count),
        .loops = AR_NEW_ARRAY(arena, uint32_t, longest_routine(block)),
    };
    set_limits(&checking);
    find_fact_ends(&checking);
    return check_routines(&checking) && check_facts(&checking) &&
           check_rules(&checking);
}
