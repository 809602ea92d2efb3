/* SPDX-License-Identifier: Apache-2.0
 *
 * The grammar of .rules files: tokens to a syntax tree. Actions only build
 * nodes (front/ast.h); what a node means is checked in engine/sema.
 *
 * There is no %destructor on purpose: every value lives in the arena.
 * `decls ::= decls error decl` is the one place of recovery; every
 * declaration begins with a reserved word that cannot occur inside an
 * expression. `when` begins the card's form of a rule and stands inside the
 * other form, so what follows an error from a `when` on is dropped.
 */
%name ArParse
%token_prefix AR_TOK_
%token_type {struct ar_token}
%default_type {struct ar_node *}
%extra_context {struct ar_front *front}
%stack_size 1000

%include {
#include "front/ast.h"
#include "front/parser.h"

#define ArParse_ENGINEALWAYSONSTACK 1
#define NONE NULL
#define LEAF(kind, token) ar_ast_leaf(front, AR_NODE_##kind, token)
#define NODE1(kind, token, a) ar_ast_node(front, AR_NODE_##kind, token, a, NONE)
#define NODE2(kind, token, a, b) ar_ast_node(front, AR_NODE_##kind, token, a, b)
#define BINARY(kind, token, a, b) \
    ar_ast_binary(front, AR_NODE_##kind, token, a, b)
#define CHAIN(kind, token, a, b) \
    ar_ast_chain(front, AR_NODE_##kind, token, a, b)
#define ADD(parent, child) ar_ast_add(front, parent, child)
#define SPLICE(parent, list) ar_ast_splice(front, parent, list)
#define SEQUENCE(kind, child) ar_ast_list(front, AR_NODE_##kind, child)
#define NAMED(node, token) ar_ast_named(node, token, front)
#define CLOSE(node, token) ar_ast_close(node, token)
/* Lemon stays silent until four tokens were shifted after an error; this
 * makes the next error count at once. */
#define RESUME() (yypParser->yyerrcnt = -1)
static void find_states(struct ar_front *front);
static bool could_follow(const struct ar_front *front, int terminal);
}


%stack_overflow {
    ar_parser_too_deep(front);
}

%syntax_error {
    ar_parser_error_begin(front);
    if (!front->states)
        find_states(front);
    for (int t = 1; t < YYNTOKEN; t++) {
        if (could_follow(front, t))
            ar_parser_error_expects(front, t,
                                    (size_t)t < AR_COUNT_OF(yyFallback) &&
                                        yyFallback[t] != 0);
    }
    ar_parser_error_end(front, TOKEN);
}

%token BAD QUESTION.
%fallback IDENT
    DEFAULT FOR TITLE VERSION_WORD REQUIRES LICENSE SEVERITY CONFIDENCE
    KEYWORDS CONTEXT APPLIES SYMPTOM LET SUPERSEDES DIAGNOSE REMEDY RISK
    DATA_LOSS NEEDS UNDO STEP RUN DO OPEN RESTART VERIFY LESSON SEE UNIQUE
    FIRST COLLECT COMPLETE LIST MAP OF EACH SAME NEEDING SUPERSEDED_BY FROM
    TEXT LINES EXIT EXEC ENV HTTP HTTP_STATUS GIVES KEY FILTER COUNT SNAPSHOT NONE ONLY TIMEOUT
    PARSE DECODE FILE GLOB REGISTRY ON FOUND REPLACES SINCE BECAUSE OWNER
    UNTIL STARTS ENDS WITH DIAGNOSIS ASK UNIT FIXED LOG SENSITIVE CHANGES.

%left QUANTIFIER.
%left OR.
%left AND.
%right NOT.
%nonassoc EQ_EQ NOT_EQ LESS GREATER LESS_EQ GREATER_EQ IN MATCHES CONTAINS
          STARTS ENDS.
%nonassoc DOT_DOT.
%left PLUS MINUS.
%left STAR SLASH PERCENT.
%left DEFAULT.
%left EXISTS ABSENT UNKNOWN.
%left DOT.

file ::= decls.

/* The list is kept as it grows: an error in the last declaration must not
 * lose those before it. */
decls(A) ::= . { A = SEQUENCE(FILE, NONE); front->root = A; }
decls(A) ::= decls(B) decl(C).
    { A = ADD(B, C); front->declared.kind = 0; }
decls(A) ::= decls(B) error decl(C).
    { RESUME(); A = ar_parser_resume(front, B, C); }

/* ---- packs and names ---- */

decl(A) ::= PACK(T) IDENT(N) pack_items(I).
    { A = SPLICE(NAMED(LEAF(PACK, T), N), I); }
pack_items(A) ::= . { A = SEQUENCE(PACK, NONE); }
pack_items(A) ::= pack_items(B) pack_item(C). { A = ADD(B, C); }
pack_item(A) ::= TITLE(T) string(S). { A = NODE1(TITLE, T, S); }
pack_item(A) ::= VERSION_WORD(T) number(V). { A = NODE1(VERSION, T, V); }
pack_item(A) ::= requires(A).
pack_item(A) ::= LICENSE(T) string(S). { A = NODE1(LICENSE, T, S); }
requires(A) ::= REQUIRES(T) IDENT(N) GREATER_EQ number(V).
    { A = NAMED(NODE1(REQUIRES, T, V), N); }

decl(A) ::= USE(T) paths(P). { A = SPLICE(LEAF(USE, T), P); }

decl(A) ::= ENUM(T) IDENT(N) EQ enum_words(W).
    { A = SPLICE(NAMED(LEAF(ENUM, T), N), W); }
enum_words(A) ::= enum_word(B). { A = SEQUENCE(ENUM, B); }
enum_words(A) ::= enum_words(B) COMMA enum_word(C). { A = ADD(B, C); }
enum_word(A) ::= IDENT(N). { A = LEAF(ENUM_WORD, N); }
enum_word(A) ::= IDENT(N) PAREN_OPEN strings(S) PAREN_CLOSE(E).
    { A = CLOSE(SPLICE(LEAF(ENUM_WORD, N), S), E); }

decl(A) ::= DEF(T) IDENT(N) PAREN_OPEN parameters(P) PAREN_CLOSE EQ expr(X).
    { A = ADD(ADD(NAMED(LEAF(DEF, T), N), P), X); }
decl(A) ::= DEF(T) IDENT(N) PAREN_OPEN parameters(P) PAREN_CLOSE COLON type(Y)
            EQ expr(X).
    { A = ADD(ADD(ADD(NAMED(LEAF(DEF, T), N), P), Y), X); }
parameters(A) ::= . { A = SEQUENCE(FIELDS, NONE); }
parameters(A) ::= fields(A).

/* ---- types ---- */

type(A) ::= IDENT(N). { A = LEAF(TYPE_NAME, N); }
type(A) ::= LIST(T) OF type(Y). { A = NODE1(TYPE_LIST, T, Y); }
type(A) ::= MAP(T) OF type(Y). { A = NODE1(TYPE_MAP, T, Y); }
type(A) ::= BRACE_OPEN(T) fields(F) BRACE_CLOSE(E).
    { A = CLOSE(SPLICE(LEAF(TYPE_RECORD, T), F), E); }
fields(A) ::= field(B). { A = SEQUENCE(FIELDS, B); }
fields(A) ::= fields(B) COMMA field(C). { A = ADD(B, C); }
field(A) ::= IDENT(N) COLON type(Y). { A = NODE1(FIELD, N, Y); }
field(A) ::= IDENT(N) QUESTION COLON type(Y). { A = NODE1(FIELD_OPTIONAL, N, Y); }

/* ---- facts and inputs ---- */

decl(A) ::= FACT(T) signature(S) COLON type(Y) fact_value(V) fact_items(I).
    { A = SPLICE(SPLICE(NODE2(FACT, T, S, Y), V), I); }
fact_value(A) ::= . { A = NONE; }
fact_value(A) ::= EQ expr(X). { A = SEQUENCE(FACT, X); }
fact_value(A) ::= EQ expr(X) IF(T) expr(G).
    { A = ADD(SEQUENCE(FACT, X), NODE1(GUARD_IF, T, G)); }
fact_items(A) ::= . { A = NONE; }
fact_items(A) ::= fact_items(B) fact_item(C).
    { A = B ? ADD(B, C) : SEQUENCE(FACT, C); }
fact_item(A) ::= UNIT(T) string(S). { A = NODE1(FACT_UNIT, T, S); }
fact_item(A) ::= FIXED(T). { A = LEAF(FACT_FIXED, T); }
fact_item(A) ::= LOG(T). { A = LEAF(FACT_LOG, T); }
fact_item(A) ::= SENSITIVE(T) IDENT(N).
    { A = NAMED(LEAF(FACT_SENSITIVE, T), N); }
fact_item(A) ::= NEEDS(T) IDENT(N). { A = NAMED(LEAF(FACT_NEEDS, T), N); }

signature(A) ::= path(P). { A = SEQUENCE(SIGNATURE, P); }
signature(A) ::= path(P) PAREN_OPEN fields(F) PAREN_CLOSE(E).
    { A = CLOSE(ADD(SEQUENCE(SIGNATURE, P), F), E); }
signature(A) ::= path(P) PAREN_OPEN fields(F) PAREN_CLOSE DOT path(Q).
    { A = ADD(ADD(SEQUENCE(SIGNATURE, P), F), Q); }

decl(A) ::= INPUT(T) path(P) COLON type(Y) ASK string(S).
    { A = ADD(NODE2(INPUT, T, P, Y), S); }

path(A) ::= IDENT(N). { A = ar_ast_path(front, NONE, N); }
path(A) ::= path(B) DOT IDENT(N). { A = ar_ast_path(front, B, N); }
paths(A) ::= path(B). { A = SEQUENCE(USE, B); }
paths(A) ::= paths(B) COMMA path(C). { A = ADD(B, C); }

/* ---- tables ---- */

decl(A) ::= TABLE(T) hit_policy(H) IDENT(N) PAREN_OPEN fields(I) PAREN_CLOSE
            ARROW fields(O) rows(R).
    { A = SPLICE(ADD(ADD(SPLICE(NAMED(LEAF(TABLE, T), N), H), I), O), R); }
hit_policy(A) ::= . { A = NONE; }
hit_policy(A) ::= policy(P). { A = SEQUENCE(TABLE, P); }
hit_policy(A) ::= policy(P) COMPLETE(C).
    { A = ADD(SEQUENCE(TABLE, P), LEAF(COMPLETE, C)); }
hit_policy(A) ::= COMPLETE(C). { A = SEQUENCE(TABLE, LEAF(COMPLETE, C)); }
policy(A) ::= UNIQUE(T). { A = LEAF(HIT_POLICY, T); }
policy(A) ::= FIRST(T). { A = LEAF(HIT_POLICY, T); }
policy(A) ::= COLLECT(T). { A = LEAF(HIT_POLICY, T); }
rows(A) ::= FROM(T) string(S). { A = SEQUENCE(TABLE, NODE1(TABLE_FILE, T, S)); }
rows(A) ::= row_list(A).
row_list(A) ::= . { A = SEQUENCE(TABLE, NONE); }
row_list(A) ::= row_list(B) row(C). { A = ADD(B, C); }
row(A) ::= cells(C) ARROW(T) constants(O). { A = BINARY(ROW, T, C, O); }
cells(A) ::= cell(B). { A = SEQUENCE(CELLS, B); }
cells(A) ::= cells(B) COMMA cell(C). { A = ADD(B, C); }
constants(A) ::= constant(B). { A = SEQUENCE(CONSTANTS, B); }
constants(A) ::= constants(B) COMMA constant(C). { A = ADD(B, C); }
cell(A) ::= constant(A).
cell(A) ::= ABSENT(T). { A = LEAF(CELL_ABSENT, T); }
cell(A) ::= BRACE_OPEN(T) constants(C) BRACE_CLOSE(E).
    { A = CLOSE(SPLICE(LEAF(CELL_SET, T), C), E); }
cell(A) ::= comparison(T) constant(C). { A = NODE1(CELL_COMPARE, T, C); }
cell(A) ::= constant(B) DOT_DOT(T) constant(C). { A = BINARY(CELL_RANGE, T, B, C); }
cell(A) ::= constant(B) DOT_DOT(T) LESS constant(C).
    { A = BINARY(CELL_RANGE_OPEN, T, B, C); }
%type comparison {struct ar_token}
comparison(A) ::= LESS(A).
comparison(A) ::= LESS_EQ(A).
comparison(A) ::= GREATER(A).
comparison(A) ::= GREATER_EQ(A).

number(A) ::= VERSION(T). { A = LEAF(VERSION_LITERAL, T); }
number(A) ::= REAL(T). { A = LEAF(REAL, T); }
number(A) ::= INT(T). { A = LEAF(INT, T); }
constant(A) ::= IDENT(T). { A = LEAF(WORD, T); }
constant(A) ::= number(A).
constant(A) ::= MINUS(T) number(B). { A = NODE1(NEGATIVE, T, B); }
constant(A) ::= string(A).
constant(A) ::= SIZE(T). { A = LEAF(SIZE, T); }
constant(A) ::= DURATION(T). { A = LEAF(DURATION, T); }
constant(A) ::= TRUE(T). { A = LEAF(TRUE, T); }
constant(A) ::= FALSE(T). { A = LEAF(FALSE, T); }

/* ---- rules ---- */

decl(A) ::= RULE(T) IDENT(N) clauses(B) when(W) clauses(C) then(D).
    { A = ADD(SPLICE(ADD(SPLICE(NAMED(LEAF(RULE, T), N), B), W), C), D); }
decl(A) ::= when(W) clauses(C) then(D).
    { A = ADD(SPLICE(SEQUENCE(RULE, W), C), D); }
when(A) ::= WHEN(T) expr(X). { A = NODE1(WHEN, T, X); }
clauses(A) ::= . { A = NONE; }
clauses(A) ::= clauses(B) clause(C). { A = B ? ADD(B, C) : SEQUENCE(RULE, C); }
clause(A) ::= TITLE(T) string(S). { A = NODE1(TITLE, T, S); }
clause(A) ::= SEVERITY(T) IDENT(N). { A = NAMED(LEAF(SEVERITY, T), N); }
clause(A) ::= CONFIDENCE(T) IDENT(N). { A = NAMED(LEAF(CONFIDENCE, T), N); }
clause(A) ::= KEYWORDS(T) strings(S). { A = SPLICE(LEAF(KEYWORDS, T), S); }
clause(A) ::= CONTEXT(T) string(S). { A = NODE1(CONTEXT, T, S); }
clause(A) ::= APPLIES(T) expr(X). { A = NODE1(APPLIES, T, X); }
clause(A) ::= LET(T) IDENT(N) EQ expr(X). { A = NAMED(NODE1(LET, T, X), N); }
clause(A) ::= SYMPTOM(T) expr(X). { A = NODE1(SYMPTOM, T, X); }
clause(A) ::= SUPERSEDES(T) paths(P). { A = SPLICE(LEAF(SUPERSEDES, T), P); }
clause(A) ::= SUPERSEDES(T) paths(P) WITH SAME(S) KEY(E).
    { A = ADD(SPLICE(LEAF(SUPERSEDES, T), P), CLOSE(LEAF(SAME_KEY, S), E)); }
clause(A) ::= FOR(T) EACH IDENT(N) IN expr(X) KEY(K) expr(Y).
    { A = NAMED(NODE2(FOR_EACH, T, X, NODE1(KEY, K, Y)), N); }
clause(A) ::= KEY(T) expr(X). { A = NODE1(KEY, T, X); }
clause(A) ::= REPLACES(T) path(P) SINCE number(V). { A = NODE2(REPLACES, T, P, V); }
clause(A) ::= requires(A).

then(A) ::= THEN(T) outputs(O). { A = SPLICE(LEAF(THEN, T), O); }
outputs(A) ::= . { A = NONE; }
outputs(A) ::= outputs(B) output(C). { A = B ? ADD(B, C) : SEQUENCE(THEN, C); }
output(A) ::= DIAGNOSE(T) string(S). { A = NODE1(DIAGNOSE, T, S); }
output(A) ::= LESSON(T) string(S). { A = NODE1(LESSON, T, S); }
output(A) ::= SEE(T) string(S). { A = NODE1(SEE, T, S); }
output(A) ::= REMEDY(T) string(S) remedy_items(I).
    { A = SPLICE(NODE1(REMEDY, T, S), I); }
remedy_items(A) ::= . { A = NONE; }
remedy_items(A) ::= remedy_items(B) remedy_item(C).
    { A = B ? ADD(B, C) : SEQUENCE(REMEDY, C); }
remedy_item(A) ::= RISK(T) IDENT(N). { A = NAMED(LEAF(RISK, T), N); }
remedy_item(A) ::= DATA_LOSS(T) string(S). { A = NODE1(DATA_LOSS, T, S); }
remedy_item(A) ::= NEEDS(T) IDENT(N). { A = NAMED(LEAF(NEEDS, T), N); }
remedy_item(A) ::= UNDO(T) string(S). { A = NODE1(UNDO, T, S); }
remedy_item(A) ::= STEP(T) string(S) guard(G) step_items(I).
    { A = SPLICE(NODE2(STEP, T, S, G), I); }
remedy_item(A) ::= VERIFY(T) expr(X) runs(R). { A = SPLICE(NODE1(VERIFY, T, X), R); }
runs(A) ::= . { A = NONE; }
runs(A) ::= runs(B) run(C). { A = B ? ADD(B, C) : SEQUENCE(VERIFY, C); }
run(A) ::= RUN(T) IDENT(N) string(S) guard(G).
    { A = NAMED(NODE2(RUN, T, S, G), N); }
run(A) ::= RUN(T) string(S) guard(G).
    { A = NODE2(RUN, T, S, G); A->text = AR_STR(""); }
guard(A) ::= . { A = NONE; }
guard(A) ::= IF(T) expr(X). { A = NODE1(GUARD_IF, T, X); }
guard(A) ::= UNLESS(T) expr(X). { A = NODE1(GUARD_UNLESS, T, X); }
step_items(A) ::= . { A = NONE; }
step_items(A) ::= step_items(B) step_item(C).
    { A = B ? ADD(B, C) : SEQUENCE(STEP, C); }
step_item(A) ::= run(A).
step_item(A) ::= DO(T) string(S) guard(G). { A = NODE2(DO, T, S, G); }
step_item(A) ::= OPEN(T) string(S) guard(G). { A = NODE2(OPEN, T, S, G); }
step_item(A) ::= RESTART(T) IDENT(N) guard(G).
    { A = NAMED(NODE1(RESTART, T, G), N); }
step_item(A) ::= CHANGES(T) paths(P). { A = SPLICE(LEAF(CHANGES, T), P); }

/* ---- site packs ---- */

decl(A) ::= OVERRIDE(T) RULE path(P) SEVERITY(S) IDENT(N).
    { A = NODE2(OVERRIDE, T, P, NAMED(LEAF(SEVERITY, S), N)); }
decl(A) ::= DISABLE(T) RULE path(P) because(B). { A = NODE2(DISABLE, T, P, B); }
decl(A) ::= WAIVE(T) RULE path(P) waive_key(K) because(B) OWNER(O) string(W)
            UNTIL(U) DATE(D).
    { A = ADD(ADD(ADD(NODE2(WAIVE, T, P, K), B), NODE1(OWNER, O, W)),
              NAMED(LEAF(UNTIL, U), D)); }
waive_key(A) ::= . { A = NONE; }
waive_key(A) ::= KEY(T) constant(C). { A = NODE1(KEY, T, C); }
because(A) ::= BECAUSE(T) string(S). { A = NODE1(BECAUSE, T, S); }

/* ---- probes ---- */

decl(A) ::= PROBE(T) IDENT(N) on(O) probe_items(I).
    { A = SPLICE(ADD(ADD(NAMED(LEAF(PROBE, T), N), SEQUENCE(FIELDS, NONE)), O), I); }
decl(A) ::= PROBE(T) IDENT(N) PAREN_OPEN fields(F) PAREN_CLOSE on(O)
            probe_items(I).
    { A = SPLICE(ADD(ADD(NAMED(LEAF(PROBE, T), N), F), O), I); }
on(A) ::= . { A = NONE; }
on(A) ::= ON(T) words(W). { A = SPLICE(LEAF(ON, T), W); }
words(A) ::= IDENT(N). { A = SEQUENCE(ON, LEAF(WORD, N)); }
words(A) ::= words(B) COMMA IDENT(N). { A = ADD(B, LEAF(WORD, N)); }
probe_items(A) ::= . { A = NONE; }
probe_items(A) ::= probe_items(B) probe_item(C).
    { A = B ? ADD(B, C) : SEQUENCE(PROBE, C); }
probe_item(A) ::= RUN(T) arguments(V). { A = SPLICE(LEAF(PROBE_RUN, T), V); }
probe_item(A) ::= EXEC(T) arguments(V). { A = SPLICE(LEAF(PROBE_EXEC, T), V); }
arguments(A) ::= string(S). { A = SEQUENCE(PROBE_RUN, S); }
arguments(A) ::= arguments(B) string(S). { A = ADD(B, S); }
probe_item(A) ::= FILE(T) string(S). { A = NODE1(PROBE_FILE, T, S); }
probe_item(A) ::= GLOB(T) string(S). { A = NODE1(PROBE_GLOB, T, S); }
probe_item(A) ::= REGISTRY(T) string(S). { A = NODE1(PROBE_REGISTRY, T, S); }
probe_item(A) ::= ENV(T) string(S). { A = NODE1(PROBE_ENV, T, S); }
probe_item(A) ::= HTTP(T) string(S) string(P).
    { A = NODE2(PROBE_HTTP, T, S, P); }
probe_item(A) ::= HTTP_STATUS(T) integers(I).
    { A = SPLICE(LEAF(PROBE_STATUS, T), I); }
probe_item(A) ::= TIMEOUT(T) DURATION(D).
    { A = NODE1(PROBE_TIMEOUT, T, LEAF(DURATION, D)); }
probe_item(A) ::= EXIT(T) integers(I). { A = SPLICE(LEAF(PROBE_EXIT, T), I); }
integers(A) ::= INT(N). { A = SEQUENCE(PROBE_EXIT, LEAF(INT, N)); }
integers(A) ::= integers(B) COMMA INT(N). { A = ADD(B, LEAF(INT, N)); }
probe_item(A) ::= FROM(T) IDENT(N). { A = NAMED(LEAF(PROBE_FROM, T), N); }
probe_item(A) ::= DECODE(T) IDENT(N). { A = NAMED(LEAF(PROBE_DECODE, T), N); }
probe_item(A) ::= PARSE(T) IDENT(N). { A = NAMED(LEAF(PROBE_PARSE, T), N); }
probe_item(A) ::= PARSE(T) LINES(N). { A = NAMED(LEAF(PROBE_PARSE, T), N); }
probe_item(A) ::= PARSE(T) TEXT(N). { A = NAMED(LEAF(PROBE_PARSE, T), N); }
probe_item(A) ::= PARSE(T) LINES(N) MATCHES pattern(P).
    { A = NAMED(NODE1(PROBE_PARSE, T, P), N); }
probe_item(A) ::= PARSE(T) TEXT(N) MATCHES pattern(P).
    { A = NAMED(NODE1(PROBE_PARSE, T, P), N); }
probe_item(A) ::= GIVES(T) signature(S) COLON type(Y).
    { A = NODE2(PROBE_GIVES, T, S, Y); }
probe_item(A) ::= GIVES(T) signature(S) COLON type(Y) EQ selector(L).
    { A = ADD(NODE2(PROBE_GIVES, T, S, Y), L); }
probe_item(A) ::= IF(T) expr(X) COLON states(S).
    { A = SPLICE(NODE1(PROBE_IF, T, X), S); }
probe_item(A) ::= IF(T) FOUND(F) COLON states(S).
    { A = SPLICE(NODE1(PROBE_IF, T, LEAF(FOUND, F)), S); }
probe_item(A) ::= IF(T) NOT FOUND(F) COLON states(S).
    { A = SPLICE(NODE1(PROBE_IF, T, LEAF(NOT_FOUND, F)), S); }
states(A) ::= state(B). { A = SEQUENCE(PROBE_IF, B); }
states(A) ::= states(B) COMMA state(C). { A = ADD(B, C); }
state(A) ::= target(P) ABSENT(T).
    { A = BINARY(STATE, T, P, NONE); A->text = AR_STR(""); }
state(A) ::= target(P) UNKNOWN(T) PAREN_OPEN IDENT(N) PAREN_CLOSE(E).
    { A = CLOSE(NAMED(BINARY(STATE, T, P, NONE), N), E); }
target(A) ::= path(A).
target(A) ::= path(P) PAREN_OPEN paths(N) PAREN_CLOSE(E).
    { A = CLOSE(ADD(SEQUENCE(SIGNATURE, P), N), E); }
target(A) ::= path(P) PAREN_OPEN paths(N) PAREN_CLOSE DOT path(Q).
    { A = ADD(ADD(SEQUENCE(SIGNATURE, P), N), Q); }
selector(A) ::= select_path(A).
selector(A) ::= select_path(B) QUESTION(Q). { A = ADD(B, LEAF(SELECT_OPTIONAL, Q)); }
selector(A) ::= select_path(B) BRACE_OPEN(T) members(M) BRACE_CLOSE(E).
    { A = ADD(B, CLOSE(SPLICE(LEAF(SELECT_RECORD, T), M), E)); }
select_path(A) ::= select_first(B). { A = SEQUENCE(SELECTOR, B); }
select_path(A) ::= select_path(B) select_next(C). { A = ADD(B, C); }
select_first(A) ::= DOT IDENT(N). { A = LEAF(SELECT_FIELD, N); }
select_first(A) ::= DOT STRING(S).
    { A = NODE1(SELECT_FIELD, S, NONE); A->text = ar_ast_string(front, S)->text; }
select_first(A) ::= DOT(T) BRACKET_OPEN BRACKET_CLOSE(E).
    { A = CLOSE(LEAF(SELECT_EACH, T), E); }
select_next(A) ::= DOT IDENT(N). { A = LEAF(SELECT_FIELD, N); }
select_next(A) ::= DOT STRING(S).
    { A = NODE1(SELECT_FIELD, S, NONE); A->text = ar_ast_string(front, S)->text; }
select_next(A) ::= BRACKET_OPEN(T) BRACKET_CLOSE(E).
    { A = CLOSE(LEAF(SELECT_EACH, T), E); }
members(A) ::= member(B). { A = SEQUENCE(SELECT_RECORD, B); }
members(A) ::= members(B) COMMA member(C). { A = ADD(B, C); }
member(A) ::= IDENT(N) EQ selector(S). { A = NODE1(SELECT_MEMBER, N, S); }

/* ---- tests ---- */

decl(A) ::= TEST(T) string(S) test_items(I).
    { A = SPLICE(NODE1(TEST, T, S), I); }
test_items(A) ::= . { A = NONE; }
test_items(A) ::= test_items(B) GIVEN givens(C). { A = B ? SPLICE(B, C) : C; }
test_items(A) ::= test_items(B) EXPECT expectation(C).
    { A = B ? ADD(B, C) : SEQUENCE(TEST, C); }
givens(A) ::= given(B). { A = SEQUENCE(TEST, B); }
givens(A) ::= givens(B) COMMA given(C). { A = ADD(B, C); }
given(A) ::= SNAPSHOT(T) string(S). { A = NODE1(GIVEN_SNAPSHOT, T, S); }
given(A) ::= reference(R) EQ(T) literal(L). { A = BINARY(GIVEN_VALUE, T, R, L); }
given(A) ::= reference(R) ABSENT(T). { A = BINARY(GIVEN_ABSENT, T, R, NONE); }
given(A) ::= reference(R) UNKNOWN(T) PAREN_OPEN IDENT(N) PAREN_CLOSE(E).
    { A = CLOSE(NAMED(BINARY(GIVEN_UNKNOWN, T, R, NONE), N), E); }
expectation(A) ::= path(P) IDENT(N) expect_items(I).
    { A = NAMED(SPLICE(BINARY(EXPECT_RULE, N, P, NONE), I), N); }
expectation(A) ::= NONE(T). { A = LEAF(EXPECT_NONE, T); }
expectation(A) ::= ONLY(T) paths(P). { A = SPLICE(LEAF(EXPECT_ONLY, T), P); }
expect_items(A) ::= . { A = NONE; }
expect_items(A) ::= expect_items(B) expect_item(C).
    { A = B ? ADD(B, C) : SEQUENCE(EXPECT_RULE, C); }
expect_item(A) ::= KEY(T) literal(L). { A = NODE1(KEY, T, L); }
expect_item(A) ::= NEEDING(T) references(R). { A = SPLICE(LEAF(EXPECT_NEEDING, T), R); }
expect_item(A) ::= SUPERSEDED_BY(T) path(P). { A = NODE1(EXPECT_SUPERSEDED, T, P); }
expect_item(A) ::= DIAGNOSIS(T) MATCHES pattern(P).
    { A = NODE1(EXPECT_DIAGNOSIS, T, P); }
references(A) ::= reference(B). { A = SEQUENCE(EXPECT_NEEDING, B); }
references(A) ::= references(B) COMMA reference(C). { A = ADD(B, C); }
literal(A) ::= constant(A).
literal(A) ::= BRACKET_OPEN(T) BRACKET_CLOSE(E). { A = CLOSE(LEAF(LIST_LITERAL, T), E); }
literal(A) ::= BRACKET_OPEN(T) literals(L) BRACKET_CLOSE(E).
    { A = CLOSE(SPLICE(LEAF(LIST_LITERAL, T), L), E); }
literal(A) ::= BRACE_OPEN(T) record_fields(F) BRACE_CLOSE(E).
    { A = CLOSE(SPLICE(LEAF(RECORD_LITERAL, T), F), E); }
literals(A) ::= literal(B). { A = SEQUENCE(LIST_LITERAL, B); }
literals(A) ::= literals(B) COMMA literal(C). { A = ADD(B, C); }
record_fields(A) ::= record_field(B). { A = SEQUENCE(RECORD_LITERAL, B); }
record_fields(A) ::= record_fields(B) COMMA record_field(C). { A = ADD(B, C); }
record_field(A) ::= IDENT(N) EQ literal(L). { A = NODE1(RECORD_FIELD, N, L); }
record_field(A) ::= string(S) EQ(T) literal(L).
    { A = BINARY(RECORD_FIELD, T, S, L); A->text = S->text; }
record_field(A) ::= IDENT(N) ABSENT(E).
    { A = CLOSE(LEAF(RECORD_FIELD_ABSENT, N), E); }
record_field(A) ::= IDENT(N) UNKNOWN PAREN_OPEN IDENT(R) PAREN_CLOSE(E).
    { A = CLOSE(NODE1(RECORD_FIELD_UNKNOWN, N, LEAF(WORD, R)), E); }

/* ---- strings and patterns ---- */

string(A) ::= STRING(T). { A = ar_ast_string(front, T); }
string(A) ::= string_parts(B) STRING_CLOSE(E).
    { A = ar_ast_string_close(front, B, E); }
string_parts(A) ::= STRING_OPEN(T) expr(X).
    { A = NODE2(STRING, T, LEAF(STRING_TEXT, T), X); }
string_parts(A) ::= string_parts(B) STRING_MIDDLE(T) expr(X).
    { A = ADD(ADD(B, LEAF(STRING_TEXT, T)), X); }
strings(A) ::= string(B). { A = SEQUENCE(STRING, B); }
strings(A) ::= strings(B) COMMA string(C). { A = ADD(B, C); }
pattern(A) ::= REGEX(T). { A = ar_ast_regex(front, T); }
pattern(A) ::= STRING(T). { A = ar_ast_string(front, T); }

/* ---- expressions ---- */

expr(A) ::= expr(B) OR(T) expr(C). { A = CHAIN(OR, T, B, C); }
expr(A) ::= expr(B) AND(T) expr(C). { A = CHAIN(AND, T, B, C); }
expr(A) ::= NOT(T) expr(B). { A = NODE1(NOT, T, B); }
expr(A) ::= expr(B) EQ_EQ(T) expr(C). { A = BINARY(COMPARE, T, B, C); }
expr(A) ::= expr(B) NOT_EQ(T) expr(C). { A = BINARY(COMPARE, T, B, C); }
expr(A) ::= expr(B) LESS(T) expr(C). { A = BINARY(COMPARE, T, B, C); }
expr(A) ::= expr(B) GREATER(T) expr(C). { A = BINARY(COMPARE, T, B, C); }
expr(A) ::= expr(B) LESS_EQ(T) expr(C). { A = BINARY(COMPARE, T, B, C); }
expr(A) ::= expr(B) GREATER_EQ(T) expr(C). { A = BINARY(COMPARE, T, B, C); }
expr(A) ::= expr(B) IN(T) expr(C). { A = BINARY(IN, T, B, C); }
expr(A) ::= expr(B) NOT(T) IN expr(C). [IN] { A = BINARY(NOT_IN, T, B, C); }
expr(A) ::= expr(B) IN(T) range(C). [IN] { A = BINARY(IN, T, B, C); }
expr(A) ::= expr(B) NOT(T) IN range(C). [IN] { A = BINARY(NOT_IN, T, B, C); }
range(A) ::= expr(B) DOT_DOT(T) expr(C). { A = BINARY(RANGE, T, B, C); }
range(A) ::= expr(B) DOT_DOT(T) LESS expr(C). [DOT_DOT]
    { A = BINARY(RANGE_OPEN, T, B, C); }
expr(A) ::= expr(B) MATCHES(T) pattern(P). { A = BINARY(MATCHES, T, B, P); }
expr(A) ::= expr(B) CONTAINS(T) expr(C). { A = BINARY(CONTAINS, T, B, C); }
expr(A) ::= expr(B) STARTS(T) WITH expr(C). [STARTS]
    { A = BINARY(STARTS_WITH, T, B, C); }
expr(A) ::= expr(B) ENDS(T) WITH expr(C). [ENDS]
    { A = BINARY(ENDS_WITH, T, B, C); }
expr(A) ::= expr(B) PLUS(T) expr(C). { A = BINARY(ARITHMETIC, T, B, C); }
expr(A) ::= expr(B) MINUS(T) expr(C). { A = BINARY(ARITHMETIC, T, B, C); }
expr(A) ::= expr(B) STAR(T) expr(C). { A = BINARY(ARITHMETIC, T, B, C); }
expr(A) ::= expr(B) SLASH(T) expr(C). { A = BINARY(ARITHMETIC, T, B, C); }
expr(A) ::= expr(B) PERCENT(T) expr(C). { A = BINARY(ARITHMETIC, T, B, C); }
expr(A) ::= MINUS(T) expr(B). [STAR] { A = NODE1(NEGATE, T, B); }
expr(A) ::= expr(B) EXISTS(T). { A = CLOSE(BINARY(EXISTS, T, B, NONE), T); }
expr(A) ::= expr(B) ABSENT(T). { A = CLOSE(BINARY(ABSENT, T, B, NONE), T); }
expr(A) ::= expr(B) UNKNOWN(T).
    { A = CLOSE(BINARY(UNKNOWN, T, B, NONE), T); A->text = AR_STR(""); }
expr(A) ::= expr(B) UNKNOWN(T) PAREN_OPEN IDENT(N) PAREN_CLOSE(E). [UNKNOWN]
    { A = CLOSE(NAMED(BINARY(UNKNOWN, T, B, NONE), N), E); }
expr(A) ::= expr(B) DEFAULT(T) expr(C). { A = BINARY(DEFAULT, T, B, C); }
expr(A) ::= IF(T) expr(B) THEN expr(C) ELSE expr(D). [QUANTIFIER]
    { A = ADD(NODE2(IF_ELSE, T, B, C), D); }
expr(A) ::= ANY(T) IDENT(N) IN expr(L) COLON expr(C). [QUANTIFIER]
    { A = NAMED(NODE2(QUANTIFIER, T, L, C), N); }
expr(A) ::= EVERY(T) IDENT(N) IN expr(L) COLON expr(C). [QUANTIFIER]
    { A = NAMED(NODE2(QUANTIFIER, T, L, C), N); }
expr(A) ::= NO(T) IDENT(N) IN expr(L) COLON expr(C). [QUANTIFIER]
    { A = NAMED(NODE2(QUANTIFIER, T, L, C), N); }
expr(A) ::= reference(A).
expr(A) ::= number(A).
expr(A) ::= string(A).
expr(A) ::= SIZE(T). { A = LEAF(SIZE, T); }
expr(A) ::= DURATION(T). { A = LEAF(DURATION, T); }
expr(A) ::= TRUE(T). { A = LEAF(TRUE, T); }
expr(A) ::= FALSE(T). { A = LEAF(FALSE, T); }
expr(A) ::= PAREN_OPEN(T) expr(B) PAREN_CLOSE(E).
    { A = CLOSE(NODE1(GROUP, T, B), E); }
expr(A) ::= BRACKET_OPEN(T) BRACKET_CLOSE(E).
    { A = CLOSE(LEAF(LIST_LITERAL, T), E); }
expr(A) ::= BRACKET_OPEN(T) exprs(L) BRACKET_CLOSE(E).
    { A = CLOSE(SPLICE(LEAF(LIST_LITERAL, T), L), E); }
exprs(A) ::= expr(B). { A = SEQUENCE(LIST_LITERAL, B); }
exprs(A) ::= exprs(B) COMMA expr(C). { A = ADD(B, C); }

reference(A) ::= COUNT(T) PAREN_OPEN IDENT(N) IN expr(L) COLON expr(C)
                 PAREN_CLOSE(E).
    { A = CLOSE(NAMED(NODE2(QUANTIFIER, T, L, C), N), E); }
reference(A) ::= FIRST(T) PAREN_OPEN IDENT(N) IN expr(L) COLON expr(C)
                 PAREN_CLOSE(E).
    { A = CLOSE(NAMED(NODE2(QUANTIFIER, T, L, C), N), E); }
reference(A) ::= FILTER(T) PAREN_OPEN IDENT(N) IN expr(L) COLON expr(C)
                 PAREN_CLOSE(E).
    { A = CLOSE(NAMED(NODE2(QUANTIFIER, T, L, C), N), E); }
reference(A) ::= IDENT(N). { A = LEAF(NAME, N); }
reference(A) ::= reference(B) DOT IDENT(N). { A = BINARY(MEMBER, N, B, NONE); }
reference(A) ::= reference(B) PAREN_OPEN PAREN_CLOSE(E).
    { A = CLOSE(ADD(SEQUENCE(CALL, B), NONE), E); }
reference(A) ::= reference(B) PAREN_OPEN exprs(L) PAREN_CLOSE(E).
    { A = CLOSE(SPLICE(SEQUENCE(CALL, B), L), E); }
reference(A) ::= reference(B) BRACKET_OPEN(T) expr(X) BRACKET_CLOSE(E).
    { A = CLOSE(BINARY(INDEX, T, B, X), E); }

%code {
/* Whether the parser would have taken terminal instead of the token that is
 * wrong: its reductions are played through on the states from before that
 * token, since by the time it sees the fault it has reduced already. */
static bool could_follow(const struct ar_front *front, int terminal)
{
    YYACTIONTYPE states[YYSTACKDEPTH];
    size_t top = front->n_states - 1;
    for (size_t i = 0; i <= top; i++)
        states[i] = front->states[i];
    for (;;) {
        unsigned action =
            yy_find_shift_action((YYCODETYPE)terminal, states[top]);
        if (action < YY_MIN_REDUCE)
            return action != YY_ERROR_ACTION && action != YY_NO_ACTION;
        size_t n_symbols = (size_t)-yyRuleInfoNRhs[action - YY_MIN_REDUCE];
        if (n_symbols == 0 && top + 1 == YYSTACKDEPTH)
            return false;
        top = top - n_symbols + 1;
        states[top] =
            yy_find_reduce_action(states[top - 1],
                                  yyRuleInfoLhs[action - YY_MIN_REDUCE]);
    }
}

_Static_assert(YYNTOKEN <= 256, "a node can say which token made it");

/* Half of all tokens are shifted at once, and are no errors. */
static bool shift_at_once(yyParser *parser, struct ar_token token)
{
    YYACTIONTYPE action =
        yy_find_shift_action((YYCODETYPE)token.kind, parser->yytos->stateno);
    if (action > YY_MAX_SHIFTREDUCE)
        return false;
    yy_shift(parser, action, (YYCODETYPE)token.kind, token);
    parser->yyerrcnt--;
    return true;
}

_Static_assert(sizeof(YYACTIONTYPE) == sizeof(uint16_t),
               "states are kept as they are");

/* Before a token that may turn out to be an error. */
static void keep_states(struct ar_front *front, const yyParser *parser)
{
    front->n_states = (size_t)(parser->yytos - parser->yystack) + 1;
    for (size_t i = 0; i < front->n_states; i++)
        front->states[i] = parser->yystack[i].stateno;
}

/* At the first error. To keep the states before each token would cost every
 * file what only few need, so all up to here is parsed once more. From now on
 * they are kept. */
static void find_states(struct ar_front *front)
{
    yyParser parser;
    struct ar_front *again = ar_parser_again(front);
    ArParseInit(&parser, again);
    front->states = AR_NEW_ARRAY(front->arena, uint16_t, YYSTACKDEPTH);
    struct ar_token token = ar_parser_next_token(again);
    while (again->lexer.n_tokens < front->lexer.n_tokens) {
        ArParse(&parser, token.kind, token);
        token = ar_parser_next_token(again);
    }
    keep_states(front, &parser);
    ArParseFinalize(&parser);
}

void ar_parser_run(struct ar_front *front)
{
    yyParser parser;
    ArParseInit(&parser, front);
    struct ar_token token;
    do {
        token = ar_parser_next_token(front);
        if (front->stopped)
            break;
        if (shift_at_once(&parser, token))
            continue;
        if (front->states)
            keep_states(front, &parser);
        ArParse(&parser, token.kind, token);
    } while (token.kind != 0 && !front->stopped);
    ArParseFinalize(&parser);
}
}
