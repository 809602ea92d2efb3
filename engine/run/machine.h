/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RUN_MACHINE_H
#define AR_RUN_MACHINE_H
/* What the files of the evaluator share: registers, frames, facts by number,
 * fuel. */

#include "base/limits.h"
#include "code/place.h"
#include "run/reach.h"
#include "run/vm.h"
#include "value/copy.h"

/* Why a register is not decided, and the fact that it was taken out of. What
 * is decided needs neither, so most registers have none. */
struct ar_trace {
    ar_cause_vector causes;
    const struct ar_fact_decl *decl; /* or NULL */
    ar_str path; /* the fact's key with the fields that led here */
};

/* A value, or a condition: then value is NULL. */
struct ar_register {
    const ar_value *value;
    const struct ar_trace *trace; /* or NULL */
    unsigned bits;                /* of a condition; never 0 */
};

/* A local of a frame. A capture is good only while the innermost variable is
 * bound to the same element. */
struct ar_place {
    bool is_set;
    unsigned generation;
    struct ar_register held;
};

/* The locals of a rule (or an element of its for each), a function, a
 * predicate or a derived fact. */
struct ar_frame {
    struct ar_place *places;
    unsigned generation; /* of the innermost binding of a variable */
};

struct ar_fact_state;

/* The facts that were read, in order; now and then one twice. */
struct ar_reading {
    AR_VECTOR(struct ar_fact_state *) facts;
    unsigned number;
};

/* What a predicate or derived fact came to, and what that took: every rule
 * that uses it pays, so that no rule gains or loses by the order of the
 * rules. */
struct ar_memo {
    struct ar_register held;
    struct ar_fact_state *const *facts; /* that were read */
    size_t n_facts;
    int64_t steps;
    int64_t regex;
    unsigned reader; /* who has paid last */
    bool is_set;
};

/* A fact with its arguments, looked up once. */
struct ar_fact_state {
    const struct ar_fact_decl *decl;
    ar_str key;
    const struct ar_fact_entry *entry; /* or NULL */
    ar_value value;
    bool is_derived;         /* by its definitions: nobody gave it */
    struct ar_register held; /* the fact as an operand; not of a derived one */
    struct ar_memo derived;
    unsigned noted_in; /* the last reading it was noted in */
};

/* A group with its arguments, looked up once. */
struct ar_group_state {
    struct ar_register held;
    struct ar_fact_state *evidence; /* a fact that shows it, or NULL */
};

/* A loop that runs. */
struct ar_loop {
    struct ar_loop *outer;
    const struct ar_block_loop *loop;
    struct ar_register list;
    size_t ix;
    unsigned outer_generation;
    unsigned bits;          /* of any, every and no, so far */
    ar_cause_vector causes; /* of elements that are not decided */
    ar_value *items;        /* of count, first and filter: certainly true */
    size_t n_items;
    bool is_open;
};

typedef AR_VECTOR(uint32_t) ar_machine_list;

struct ar_machine {
    struct ar_arena *arena;   /* of the result */
    struct ar_arena *owner;   /* that it goes with */
    struct ar_arena *scratch; /* of the rule at hand */
    struct ar_arena *shared;  /* of the evaluation */
    struct ar_arena *tables;  /* of all that it does */
    const struct ar_code *code;
    const struct ar_factset *facts;
    ar_value now; /* what now() gives */
    bool applies_first;
    const struct ar_missing_facts *missing; /* or NULL */
    bool is_rendering;
    bool is_status_only; /* findings are not made */

    /* by index of the block's sections; NULL until asked for */
    struct ar_fact_state **slots;
    struct ar_group_state **group_slots;
    struct ar_memo **predicates; /* by routine */
    ar_machine_list used_slots;  /* those that are not NULL */
    ar_machine_list used_group_slots;
    ar_machine_list used_predicates;
    struct ar_map states; /* key -> struct ar_fact_state * */
    struct ar_regex_scratch *regex_scratch;

    struct ar_register *stack; /* windows, one behind the other */
    size_t stack_size;
    size_t stack_used;
    struct ar_frame *frame;
    struct ar_reading *reading;     /* NULL: facts are not noted */
    struct ar_reading *let_reading; /* of the rule: for its lets */
    unsigned depth;                 /* of routines */

    int64_t rule_fuel;
    int64_t run_left;
    int64_t steps_left;
    int64_t regex_left;
    size_t scratch_limit;    /* bytes */
    const char *exhausted;   /* NULL, or what ran out: nothing that is worked
                                out from then on counts */
    unsigned n_regex_budget; /* matches that ran out of fuel */
    unsigned reader;
    unsigned last_reader;
    unsigned last_reading;
    unsigned last_generation;
};

/* An instruction at work: its operands are from at on, and its result goes
 * into at[0]. */
struct ar_operation {
    struct ar_machine *machine;
    struct ar_register *at;
    unsigned n;
    uint32_t wide;
    const struct ar_block_routine *routine; /* NULL: the place is far */
    uint32_t place;                         /* code/place.h */
};

/* ---- machine.c: fuel and places ---- */

/* A machine for these facts; it goes with the arena. options not NULL. */
struct ar_machine *ar_machine_start(
    struct ar_arena *arena, const struct ar_code *code,
    const struct ar_factset *facts,
    const struct ar_evaluation_options *options);

/* One that is as new, in less time: machine, which was started with the same
 * memory and code, or where that is NULL a new one. The facts are others, or
 * the same after they changed. */
struct ar_machine *ar_machine_again(
    struct ar_machine *machine, struct ar_arena *memory,
    const struct ar_code *code, const struct ar_factset *facts,
    const struct ar_evaluation_options *options);
/* Forgets only what rests on what was reached, which is not
 * wide; the facts are those that it has, after they changed. */
void ar_machine_follow(struct ar_machine *machine,
                       const struct ar_reached *reached,
                       const struct ar_evaluation_options *options);
/* Until it is needed again: machine, or NULL, and its memory given back, if it
 * holds much, without that of the result, or has counted far. */
struct ar_machine *ar_machine_rest(struct ar_machine *machine,
                                   struct ar_arena *memory);

/* Gives back what only the evaluation needed. */
void ar_machine_finish(struct ar_machine *machine);
/* What now() gives; now: of the options. */
ar_value ar_machine_now(const struct ar_factset *facts, int64_t now);
/* The clock of waivers; options may be NULL. */
int64_t ar_machine_clock(const struct ar_factset *facts,
                         const struct ar_evaluation_options *options);

/* Charges steps; false if there are too few, which is then for ever. */
bool ar_machine_spend(struct ar_machine *machine, int64_t steps);
/* For work that grows with the length of texts: a step per KiB. */
bool ar_machine_spend_bytes(struct ar_machine *machine, size_t bytes);
void ar_machine_exhaust(struct ar_machine *machine, const char *what);

/* The source text of place on one line; empty for nowhere. */
ar_str ar_machine_source(struct ar_arena *arena,
                         const struct ar_machine *machine,
                         struct ar_block_place place);
/* "site.rules:3" */
ar_str ar_machine_position(struct ar_arena *arena,
                           const struct ar_machine *machine,
                           struct ar_block_place place);

/* ---- routine.c ---- */

/* Runs a routine in the frame at hand. */
struct ar_register ar_machine_run(struct ar_machine *machine, uint32_t routine);
struct ar_frame *ar_frame_start(struct ar_machine *machine, size_t n_places);
/* Binds a variable or parameter. */
void ar_frame_set(struct ar_machine *machine, uint32_t place,
                  struct ar_register held);

/* ---- memo.c ---- */

/* Before work whose result is kept. */
struct ar_work {
    struct ar_reading reading;
    struct ar_reading *outer_reading;
    unsigned outer_reader;
    unsigned n_regex_budget;
    int64_t steps;
    int64_t regex;
};
/* Whether there is a result that the rule at hand can pay for; it then has
 * paid, and the facts are noted. Where the patterns would run out of fuel,
 * they do so again. */
bool ar_memo_use(struct ar_machine *machine, struct ar_memo *memo);
/* The work costs the same whatever was read before. */
void ar_memo_begin(struct ar_machine *machine, struct ar_work *work);
/* Keeps the result, unless something ran out. itself, if not NULL, is noted
 * before what the work read. */
void ar_memo_end(struct ar_machine *machine, struct ar_work *work,
                 struct ar_memo *memo, struct ar_register result,
                 struct ar_fact_state *itself);
struct ar_register ar_memo_predicate(struct ar_machine *machine,
                                     uint32_t routine);

/* ---- fact.c ---- */

void ar_machine_note(struct ar_machine *machine, struct ar_fact_state *state);
/* Looks the fact up anew. */
void ar_machine_look_up(struct ar_machine *machine,
                        struct ar_fact_state *state);
void ar_operate_load_slot(const struct ar_operation *operation);
void ar_operate_load_fact(const struct ar_operation *operation);
void ar_operate_load_group_slot(const struct ar_operation *operation);
void ar_operate_load_group(const struct ar_operation *operation);

/* ---- derived.c ---- */

/* A fact by its definitions; arguments: a register for each parameter. */
struct ar_register ar_machine_derive(struct ar_machine *machine,
                                     const struct ar_block_fact *fact,
                                     struct ar_fact_state *state,
                                     const struct ar_register *arguments);

/* ---- match.c ---- */

void ar_operate_match(const struct ar_operation *operation);
void ar_operate_load_capture(const struct ar_operation *operation);

/* ---- loop.c ---- */

/* Each gives the next instruction of the routine. */
uint32_t ar_loop_begin(const struct ar_operation *operation,
                       struct ar_loop **loops);
uint32_t ar_loop_next(const struct ar_operation *operation,
                      struct ar_loop **loops, uint32_t next);

/* ---- keep.c: copies that outlive scratch; with value/copy.h ---- */

struct ar_register ar_copy_register(struct ar_arena *arena,
                                    const struct ar_register *reg);
/* Adds those of from that are in state, each once. */
void ar_copy_causes(struct ar_arena *arena, ar_cause_vector *into,
                    const ar_cause_vector *from, enum ar_state state);

/* ---- rule.c ---- */

/* Fills up the fuel: before a rule, or work that no rule pays for. */
void ar_machine_prepare(struct ar_machine *machine);
void ar_machine_judge(struct ar_machine *machine, const struct ar_rule *rule,
                      struct ar_rule_result *out);

/* What the conditions of the rule and of its remedies come to. */
void ar_machine_check(struct ar_machine *machine, const struct ar_rule *rule,
                      struct ar_rule_check *out);

/* ---- render.c, remedy.c, check.c ---- */

/* One rule, or one element of its for each. */
struct ar_instance {
    struct ar_frame *frame;
    struct ar_reading *reading; /* of when, key and lets */
    ar_value key;
    ar_str key_text;
};

/* The texts of a finding whose status stands. before: what was read before
 * the instance. */
struct ar_finding *ar_machine_render(struct ar_machine *machine,
                                     const struct ar_rule *rule,
                                     const struct ar_instance *instance,
                                     const struct ar_reading *before);
/* A message with the values put in; what is not known stands in it as
 * <unknown: reason>. Empty for AR_BLOCK_NONE. */
ar_str ar_machine_message(struct ar_machine *machine, uint32_t template);
/* Adds an element of a check, whose when is that. */
void ar_machine_check_element(struct ar_machine *machine,
                              struct ar_rule_check *out,
                              const struct ar_instance *instance,
                              const struct ar_register *when);
void ar_machine_remedies(struct ar_machine *machine, const struct ar_rule *rule,
                         struct ar_finding *out);

/* ---- register.c: registers ---- */

/* A copy of value in scratch memory. */
const ar_value *ar_register_keep(struct ar_machine *machine, ar_value value);
/* A value without a trace. */
struct ar_register ar_register_of(struct ar_machine *machine, ar_value value);
struct ar_register ar_register_of_bits(unsigned bits);
struct ar_register ar_register_of_bool(bool value);
enum ar_state ar_register_state(const struct ar_register *reg);
bool ar_register_is_decided(const struct ar_register *reg);
/* As a value: of a condition that is open, unknown with the reason of its
 * first cause. */
ar_value ar_register_value(const struct ar_register *reg);
/* The outcomes of a bool value: all three if it is unknown. */
unsigned ar_register_bits_of(ar_value value);
/* Makes a bool that is a value a condition; the trace stays. */
void ar_register_make_condition(struct ar_register *reg);
/* The causes, or none. */
const ar_cause_vector *ar_register_causes(const struct ar_register *reg);
/* The register with these causes in place of its own; a decided one that is
 * no list drops them. */
struct ar_register ar_register_blame(struct ar_machine *machine,
                                     struct ar_register reg,
                                     ar_cause_vector causes);
/* Whether there is one of that name, state and reason: of one field in several
 * elements, some may be absent, some denied and some stale. */
bool ar_causes_have(const ar_cause_vector *causes,
                    const struct ar_cause *wanted);
/* Adds the causes of reg if it is not decided, each once. */
void ar_causes_collect(struct ar_machine *machine, ar_cause_vector *causes,
                       const struct ar_register *reg);
/* An unknown with the causes, the reason being that of the first. */
struct ar_register ar_register_unknown(struct ar_machine *machine,
                                       ar_cause_vector causes);

/* ---- register.c: what an operation gives ---- */

/* True if all count operands are values. Else at[0] is what the operation
 * gives: absent, with the causes of the absent ones, or unknown. */
bool ar_operation_has_values(const struct ar_operation *operation,
                             size_t count);
void ar_operation_give(const struct ar_operation *operation, ar_value value);
void ar_operation_give_bool(const struct ar_operation *operation, bool value);
/* The lack of a value that the operation itself found: its cause is the
 * source text of the operation. */
void ar_operation_give_lack(const struct ar_operation *operation,
                            ar_value value);
/* unknown(bad_value), unknown(too_large) with that detail */
void ar_operation_give_bad(const struct ar_operation *operation,
                           const char *detail);
void ar_operation_give_too_large(const struct ar_operation *operation,
                                 const char *detail);
/* The register of an element of a list or map, or a part of a template's
 * list. What is not a value has the causes of the whole, if there are any,
 * else its path in the fact that the whole was taken out of, else the text of
 * the operation; with of_operand the text of the operand in its place. */
struct ar_register ar_operation_element(const struct ar_operation *operation,
                                        const struct ar_register *whole,
                                        ar_value element, bool of_operand);
/* The same for field ix of a record. */
struct ar_register ar_operation_field(const struct ar_operation *operation,
                                      const struct ar_register *record,
                                      size_t ix);
/* The path of a field of what whole holds; empty without a fact. */
ar_str ar_register_path(struct ar_machine *machine,
                        const struct ar_register *whole,
                        const struct ar_field *field);

/* ---- logic.c ---- */

unsigned ar_bits_and(unsigned a, unsigned b);
unsigned ar_bits_or(unsigned a, unsigned b);
unsigned ar_bits_not(unsigned a);

/* ---- operators.c, arithmetic.c, access.c, function.c, function_list.c,
 * table.c: an instruction each ---- */

void ar_operate_equal(const struct ar_operation *operation);
void ar_operate_compare(const struct ar_operation *operation);
void ar_operate_in_list(const struct ar_operation *operation);
void ar_operate_in_map(const struct ar_operation *operation);
void ar_operate_in_range(const struct ar_operation *operation);
void ar_operate_in_cidr(const struct ar_operation *operation);
void ar_operate_contains(const struct ar_operation *operation);
void ar_operate_starts_with(const struct ar_operation *operation);
void ar_operate_ends_with(const struct ar_operation *operation);
void ar_operate_arithmetic(const struct ar_operation *operation);
void ar_operate_negate(const struct ar_operation *operation);
void ar_operate_field(const struct ar_operation *operation);
void ar_operate_list_field(const struct ar_operation *operation);
void ar_operate_index(const struct ar_operation *operation);
void ar_operate_map_index(const struct ar_operation *operation);
void ar_operate_part(const struct ar_operation *operation);
void ar_operate_list(const struct ar_operation *operation);
void ar_operate_template(const struct ar_operation *operation);
void ar_operate_function(const struct ar_operation *operation);
/* A function of a list that needs each element; all operands are values. */
void ar_operate_list_function(const struct ar_operation *operation);
void ar_operate_table(const struct ar_operation *operation);
/* The first element of a list that is absent, else the first that is unknown,
 * or NULL. */
const ar_value *ar_operation_find_lack(const ar_value *list);

/* How two values of one scalar type, or an int and a real, are ordered; also
 * those types that the language does not order. */
int ar_value_order(const ar_value *a, const ar_value *b);
bool ar_value_compare(enum ar_operator op, const ar_value *a,
                      const ar_value *b);
/* a + b of two numbers of one type; unknown(bad_value) if it does not fit. */
ar_value ar_value_add(const ar_value *a, const ar_value *b);
ar_value ar_value_negate(const ar_value *a);

#endif
