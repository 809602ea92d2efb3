/* SPDX-License-Identifier: Apache-2.0 */
/* docs/bytecode.md: the machine in words, and its tables from the tables that
 * the program itself uses. */

#include "base/limits.h"
#include "code/block_sections.h"
#include "code/opcode.h"

/* ---- the machine ---- */

static const char machine_text[] =
    "# Bytecode\n"
    "\n"
    "<!-- Made by `archrules dump --opcodes`. Do not edit. -->\n"
    "\n"
    "Rules are checked, then compiled to a *block*: tables of constants, "
    "facts,\n"
    "texts and rules, and code for a small machine. `archrules pack build` "
    "writes\n"
    "the block to a file, `archrules dump` prints its code. This page is for "
    "those\n"
    "who read such a listing or work on the evaluator. What rules mean is in\n"
    "[language.md](language.md).\n"
    "\n"
    "## The machine\n"
    "\n"
    "**A routine** is a run of instructions that ends with its one RETURN. "
    "Each\n"
    "expression of a rule that is worked out by itself has one: its "
    "conditions,\n"
    "its list and key, every expression in a text. A routine runs only "
    "routines\n"
    "with lower numbers, so none can run itself.\n"
    "\n"
    "**Registers.** While a routine runs it has a window of registers of its "
    "own,\n"
    "R[0] to R[n-1]; it cannot see those of others. The operands of an "
    "instruction\n"
    "are neighbours, from R[a] on, and its result takes the place of the "
    "first.\n"
    "\n"
    "A register holds a *value* (a value of a type, absent, or unknown with a\n"
    "reason) or a *condition*. The compiler knows which; AS_CONDITION and "
    "AS_VALUE\n"
    "make one of the other. What is not decided carries its causes: the facts, "
    "or\n"
    "the pieces of source, that left it open. An instruction that wants values "
    "and\n"
    "gets something absent gives absent (as a condition neither), else for "
    "unknown\n"
    "it gives unknown (open), with the causes of those operands.\n"
    "\n"
    "**Frames.** Names live in the places of a frame: the element of `for "
    "each`,\n"
    "variables of quantifiers, parameters, lets, named groups. A rule has a "
    "frame\n"
    "for each element of its list, CALL makes one for a function, a derived "
    "fact has\n"
    "one for its definitions and a shared condition one for its variables. All "
    "other\n"
    "routines run in the frame of who runs them.\n"
    "\n"
    "**Lets and named groups** are worked out where they are first used and "
    "then\n"
    "kept in their place. A named group is good as long as the innermost "
    "variable is\n"
    "bound to the same element.\n"
    "\n"
    "**Shared conditions.** A condition that uses no name of its rule is a "
    "routine\n"
    "that PREDICATE runs. It runs once in an evaluation, then its result is "
    "kept.\n"
    "Two conditions are the same routine if their code and their text are the "
    "same:\n"
    "causes are named after the text. Derived facts are kept in the same way. "
    "Each\n"
    "rule that uses what was kept pays what it took and is said to have read "
    "what it\n"
    "read, so no rule gains or loses by the order of the rules.\n"
    "\n"
    "**Fuel.** Every instruction takes a step, an element of a list or a row "
    "of "
    "a\n"
    "table one more, and a text one for each KiB. A rule that takes more steps "
    "than\n"
    "it may has the status `error`; so has one that runs more routines inside "
    "one\n"
    "another than the machine has room for. Matches have fuel of their own: "
    "without\n"
    "it they are unknown(budget).\n"
    "\n"
    "**Jumps** go forward, and neither into a loop nor out of one. So a "
    "routine "
    "ends\n"
    "even without fuel.\n"
    "\n"
    "**Loops.** LOOP takes the list in R[a] and binds its first element, NEXT "
    "takes\n"
    "the condition of the element in R[a+1] and goes back to the *body* with "
    "the next\n"
    "element, or on to the *end* with the result in R[a]. `any`, `every` and "
    "`no`\n"
    "join the conditions and stop where nothing can change the result; "
    "`count`,\n"
    "`first` and `filter` are unknown while an element that matters is open. "
    "LOOP goes\n"
    "straight to the end if there is no list, or nothing in it.\n"
    "\n"
    "## Conditions\n"
    "\n"
    "A condition is the set of outcomes that are possible: T (true), F (false) "
    "and\n"
    "N (neither). It is decided if it has one member and that is T or F; a set "
    "of\n"
    "more than one is *open*. In the order F < N < T, AND takes the least of "
    "each\n"
    "pair of outcomes and OR the greatest; NOT swaps T and F. JUMP_FALSE "
    "stands "
    "in\n"
    "front of what the right side of an AND does not change.\n";

/* ---- sets of outcomes ---- */

/* In their order: false, neither, true. */
static const unsigned outcomes[] = {1, 2, 4};

static void put_set(struct ar_buf *out, unsigned set)
{
    ar_buf_put_c(out, set & 4 ? "T" : "");
    ar_buf_put_c(out, set & 1 ? "F" : "");
    ar_buf_put_c(out, set & 2 ? "N" : "");
}

static unsigned join_sets(unsigned a, unsigned b, bool takes_least)
{
    unsigned joined = 0;
    for (size_t i = 0; i < AR_COUNT_OF(outcomes); i++) {
        for (size_t j = 0; j < AR_COUNT_OF(outcomes); j++) {
            size_t least = i < j ? i : j;
            size_t greatest = i < j ? j : i;
            if ((a & outcomes[i]) && (b & outcomes[j]))
                joined |= outcomes[takes_least ? least : greatest];
        }
    }
    return joined;
}

static void put_truth_table(struct ar_buf *out, const char *name,
                            bool takes_least)
{
    static const unsigned sets[] = {4, 1, 2, 5, 6, 3, 7};
    ar_buf_printf(out, "\n| %s |", name);
    for (size_t ix = 0; ix < AR_COUNT_OF(sets); ix++) {
        ar_buf_put_c(out, " ");
        put_set(out, sets[ix]);
        ar_buf_put_c(out, " |");
    }
    ar_buf_put_c(out, "\n|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < AR_COUNT_OF(sets); i++) {
        ar_buf_put_c(out, "| **");
        put_set(out, sets[i]);
        ar_buf_put_c(out, "** |");
        for (size_t j = 0; j < AR_COUNT_OF(sets); j++) {
            ar_buf_put_c(out, " ");
            put_set(out, join_sets(sets[i], sets[j], takes_least));
            ar_buf_put_c(out, " |");
        }
        ar_buf_put_char(out, '\n');
    }
}

/* ---- instructions ---- */

static const char instruction_text[] =
    "\n## Instructions\n"
    "\n"
    "Every instruction is 8 bytes: two words of 32 bits. The first holds the "
    "opcode\n"
    "(bits 0 to 7), n (bits 8 to 15) and a (bits 16 to 31), the second is the "
    "wide\n"
    "operand. A listing shows them like this, with what the operands stand for "
    "behind\n"
    "the semicolon:\n"
    "\n"
    "```\n"
    "routine 0 (2 registers)  ; host.arch == arm64\n"
    "     0  LOAD_SLOT         r0   0  ; host.arch\n"
    "     1  LOAD_CONSTANT     r1   0  ; arm64\n"
    "     2  COMPARE           r0   0  ; ==\n"
    "     3  RETURN            r0\n"
    "```\n"
    "\n"
    "| code | instruction | n | a | wide | what it does |\n"
    "|---|---|---|---|---|---|\n";

static const char *operand_name(enum ar_operand_kind kind)
{
    return kind == AR_OPERAND_NONE ? "" : ar_operand_table[kind].name;
}

static void put_instructions(struct ar_buf *out)
{
    ar_buf_put_c(out, instruction_text);
    for (int ix = 0; ix < AR_N_OPCODES; ix++) {
        const struct ar_opcode_info *info = &ar_opcode_table[ix];
        ar_buf_printf(out, "| %d | %s | %s | %s | %s | %s |\n", ix, info->name,
                      operand_name(info->n), operand_name(info->a),
                      operand_name(info->wide), info->text);
    }
}

static void put_operands(struct ar_buf *out)
{
    ar_buf_put_c(out, "\n## Operands\n\n| operand | what it is |\n|---|---|\n");
    for (int ix = 0; ix < AR_N_OPERAND_KINDS; ix++)
        ar_buf_printf(out, "| %s | %s |\n", ar_operand_table[ix].name,
                      ar_operand_table[ix].text);
}

/* ---- the block ---- */

static const char block_text[] =
    "The file of a compiled pack (`.arp`) is a header and sections. All words "
    "are 32\n"
    "bits, little-endian.\n"
    "\n"
    "| bytes | hold |\n"
    "|---|---|\n"
    "| 0 to 7 | `archrule` |\n"
    "| 8 to 11 | the format: %d |\n"
    "| 12 to 15 | the number of sections: %d |\n"
    "| 16 to 19 | the length of the file in bytes, at most %d |\n"
    "| 20 to 23 | 0 |\n"
    "| 24 to 31 | the hash of everything behind it: XXH64 with seed 0 |\n"
    "| from 32 on | the sections in the order below |\n"
    "\n"
    "A section is two words, the number of its records and of their bytes, and "
    "then\n"
    "the records, filled up with zeros to 8 bytes. A record is a number of "
    "words:\n"
    "\n"
    "| written | a word is |\n"
    "|---|---|\n"
    "| `name` | a number |\n"
    "| `name < n` | a number below n |\n"
    "| `name : string` | the number of a record of STRINGS |\n"
    "| `name : SECTION` | the number of a record of that section |\n"
    "| `name : SECTION?` | the same, or 4294967295 for none |\n"
    "| `name : list of SECTION` | two words: the number of the first record, "
    "and "
    "how many |\n"
    "| `name : place` | three words: the number of a source + 1 or 0 for none, "
    "and "
    "where a text in it begins and ends |\n"
    "\n"
    "A word of CODE_PLACES says where the source of an instruction is: its "
    "high half\n"
    "how far from the start of the place of its routine, its low half how many "
    "bytes; or,\n"
    "from 2147483648 on, that number and the number of a record of PLACES.\n"
    "\n"
    "Of the text of a source those lines are there on which a place is; the "
    "others are\n"
    "empty, so that each line keeps its number.\n"
    "\n"
    "There are no pointers: a block may lie anywhere in memory, and everything "
    "that a\n"
    "word names is checked before anything is used. A file is refused as a "
    "whole, with\n"
    "E2008, if its length or its hash is wrong, if a word is out of bounds, if "
    "a record\n"
    "belongs to two others, if a type, a constant or a routine contains "
    "itself, "
    "if\n"
    "instructions, loops or frames do not fit, or if a key is not that of its "
    "fact.\n"
    "Whether a register holds what an instruction wants is not checked yet: "
    "the "
    "hash\n"
    "finds damage, and no more. [packs.md](packs.md#compiled-packs) says whom "
    "to trust.\n"
    "\n"
    "| section | words of a record |\n"
    "|---|---|\n";

/* The words are a table; what belongs together begins at ix. */
static void put_words(struct ar_buf *out, const struct ar_word_info *word)
{
    const char *section = NULL;
    if (word->kind == AR_WORD_INDEX || word->kind == AR_WORD_OPTIONAL ||
        word->kind == AR_WORD_FIRST)
        section = ar_section_table[word->limit].name;
    if (word->kind == AR_WORD_INDEX && word->limit == AR_SECTION_STRINGS)
        section = "string";
    switch (word->kind) {
    case AR_WORD_ANY: ar_buf_printf(out, "`%s`", word->name); return;
    case AR_WORD_BELOW:
        ar_buf_printf(out, "`%s < %u`", word->name, (unsigned)word->limit);
        return;
    case AR_WORD_INDEX:
        ar_buf_printf(out, "`%s : %s`", word->name, section);
        return;
    case AR_WORD_OPTIONAL:
        ar_buf_printf(out, "`%s : %s?`", word->name, section);
        return;
    case AR_WORD_FIRST:
        ar_buf_printf(out, "`%s : list of %s`", word->name, section);
        return;
    case AR_WORD_SOURCE: {
        ar_str name = ar_str_from_c(word->name);
        size_t dot = ar_str_find(name, AR_STR("."), 0);
        ar_buf_printf(out, "`" AR_STR_FORMAT " : place`",
                      AR_STR_ARG(ar_str_slice(name, 0, dot)));
        return;
    }
    case AR_WORD_COUNT:
    case AR_WORD_START:
    case AR_WORD_END: return;
    }
    AR_UNREACHABLE();
}

static bool begins_something(const struct ar_word_info *word)
{
    return word->kind != AR_WORD_COUNT && word->kind != AR_WORD_START &&
           word->kind != AR_WORD_END;
}

static void put_section(struct ar_buf *out, const struct ar_section_info *info)
{
    ar_buf_printf(out, "| %s | ", info->name);
    if (!info->words)
        ar_buf_put_c(out, "none: bytes, UTF-8, a NUL behind each string");
    for (uint32_t ix = 0; ix < info->n_words; ix++) {
        if (!begins_something(&info->words[ix]))
            continue;
        ar_buf_put_c(out, ix > 0 ? ", " : "");
        put_words(out, &info->words[ix]);
    }
    ar_buf_put_c(out, " |\n");
}

static void put_block(struct ar_buf *out)
{
    ar_buf_put_c(out, "\n## The block\n\n");
    ar_buf_printf(out, block_text, AR_BLOCK_FORMAT, AR_N_SECTIONS,
                  AR_MAX_PACK_BYTES);
    for (int ix = 0; ix < AR_N_SECTIONS; ix++)
        put_section(out, &ar_section_table[ix]);
}

void ar_opcodes_put_markdown(struct ar_buf *out)
{
    ar_buf_put_c(out, machine_text);
    put_truth_table(out, "AND", true);
    put_truth_table(out, "OR", false);
    put_instructions(out);
    put_operands(out);
    put_block(out);
}
