/* SPDX-License-Identifier: Apache-2.0 */
/* Drives the generated parser over one file and puts its errors into words.
 * After an error the grammar goes on at the next declaration. */
#include "front/parser.h"

#include "front/lexer_errors.h"
#include "rules.h"

#include <string.h>

static const struct {
    int kind;
    const char *text;
} token_texts[] = {
#define AR_TOKEN(name, text) {AR_TOK_##name, text},
#include "tokens.def"
#undef AR_TOKEN
};

const char *ar_token_text(int token)
{
    for (size_t i = 0; i < AR_COUNT_OF(token_texts); i++) {
        if (token_texts[i].kind == token)
            return token_texts[i].text;
    }
    return "the end of the file";
}

void ar_parser_too_deep(struct ar_front *front)
{
    if (front->stopped)
        return;
    front->stopped = true;
    ar_diag(front->diags, AR_E0901,
            ((ar_span){front->file, front->last_token.start,
                       front->last_token.end}),
            ar_str_printf(front->arena, "%d", AR_MAX_NESTING));
}

/* What a token does, beside what the grammar says. */
enum token_class { PLAIN, BEGINS_DECLARATION, OPENS, CLOSES };

static const unsigned char token_classes[256] = {
    [AR_TOK_PACK] = BEGINS_DECLARATION,
    [AR_TOK_USE] = BEGINS_DECLARATION,
    [AR_TOK_ENUM] = BEGINS_DECLARATION,
    [AR_TOK_DEF] = BEGINS_DECLARATION,
    [AR_TOK_FACT] = BEGINS_DECLARATION,
    [AR_TOK_INPUT] = BEGINS_DECLARATION,
    [AR_TOK_TABLE] = BEGINS_DECLARATION,
    [AR_TOK_RULE] = BEGINS_DECLARATION,
    [AR_TOK_WHEN] = BEGINS_DECLARATION,
    [AR_TOK_PROBE] = BEGINS_DECLARATION,
    [AR_TOK_TEST] = BEGINS_DECLARATION,
    [AR_TOK_OVERRIDE] = BEGINS_DECLARATION,
    [AR_TOK_DISABLE] = BEGINS_DECLARATION,
    [AR_TOK_WAIVE] = BEGINS_DECLARATION,
    [AR_TOK_PAREN_OPEN] = OPENS,
    [AR_TOK_BRACKET_OPEN] = OPENS,
    [AR_TOK_BRACE_OPEN] = OPENS,
    [AR_TOK_STRING_OPEN] = OPENS,
    [AR_TOK_PAREN_CLOSE] = CLOSES,
    [AR_TOK_BRACKET_CLOSE] = CLOSES,
    [AR_TOK_BRACE_CLOSE] = CLOSES,
    [AR_TOK_STRING_CLOSE] = CLOSES,
};

static bool begins_declaration(int kind)
{
    return token_classes[kind] == BEGINS_DECLARATION;
}

/* Behind the last line of the declaration that the cursor is in. */
static const char *find_next_declaration(const struct ar_lexer *lexer)
{
    const char *at = lexer->cursor;
    while (at < lexer->limit) {
        const char *end = memchr(at, '\n', (size_t)(lexer->limit - at));
        at = end ? end + 1 : lexer->limit;
        if (*at != ' ' && *at != '\n' && *at != '\r')
            break;
    }
    return at;
}

/* Puts a node in the place of a probe whose first word was read. */
static void skip_probe(struct ar_front *front, struct ar_token probe)
{
    struct ar_lexer *lexer = &front->lexer;
    struct ar_node *node = ar_ast_leaf(front, AR_NODE_SKIPPED, probe);
    ar_ast_named(node, ar_lexer_next(lexer), front);
    lexer->cursor = find_next_declaration(lexer);
    node->span.end = (uint32_t)(lexer->cursor - lexer->start);
    ar_vector_push(front->arena, &front->skipped, node);
}

struct ar_token ar_parser_next_token(struct ar_front *front)
{
    struct ar_token token = ar_lexer_next(&front->lexer);
    while (front->skips_probes && token.kind == AR_TOK_PROBE) {
        skip_probe(front, token);
        token = ar_lexer_next(&front->lexer);
    }
    front->last_token = token;
    if (front->begins) {
        front->begins = false;
        front->declared = token;
    }
    switch (token_classes[token.kind]) {
    case PLAIN: return token;
    case BEGINS_DECLARATION:
        front->begins = token.kind != AR_TOK_WHEN;
        front->n_brackets = 0;
        break;
    case OPENS:
        if (++front->n_brackets > AR_MAX_NESTING)
            ar_parser_too_deep(front);
        break;
    case CLOSES: front->n_brackets -= front->n_brackets > 0; break;
    }
    return token;
}

struct ar_node *ar_parser_resume(struct ar_front *front, struct ar_node *file,
                                 struct ar_node *declaration)
{
    bool rest_of_a_rule =
        declaration->kind == AR_NODE_RULE && declaration->text.len == 0;
    return rest_of_a_rule ? file : ar_ast_add(front, file, declaration);
}

/* ---- what was expected ---- */

void ar_parser_error_begin(struct ar_front *front)
{
    front->expected.count = 0;
    front->expects_name = false;
}

void ar_parser_error_expects(struct ar_front *front, int kind, bool is_fallback)
{
    if (kind == AR_TOK_IDENT)
        front->expects_name = true;
    if (kind == AR_TOK_BAD)
        return;
    /* A word that also serves as a name is accepted wherever a name is, so
     * its being accepted there says nothing about the word. */
    int entry = is_fallback ? -kind : kind;
    ar_vector_push(front->arena, &front->expected, entry);
}

/* A word that is accepted where names are says nothing about itself. */
static bool expects(const struct ar_front *front, int kind)
{
    for (size_t i = 0; i < front->expected.count; i++) {
        int entry = front->expected.at[i];
        if (entry == kind || (entry == -kind && !front->expects_name))
            return true;
    }
    return false;
}

/* Terminals that are said in one phrase where all of `marks` could stand. */
struct phrase {
    const char *text; /* NULL: not worth saying */
    int marks[3];
    int members[24]; /* ends at 0 */
};

/* clang-format off */
static const struct phrase phrases[] = {
    {"an expression",
     {AR_TOK_PAREN_OPEN, AR_TOK_TRUE, AR_TOK_IDENT},
     {AR_TOK_IDENT, AR_TOK_INT, AR_TOK_REAL, AR_TOK_VERSION, AR_TOK_SIZE,
      AR_TOK_DURATION, AR_TOK_STRING, AR_TOK_TRUE, AR_TOK_FALSE, AR_TOK_NOT,
      AR_TOK_IF, AR_TOK_ANY, AR_TOK_EVERY, AR_TOK_NO, AR_TOK_MINUS,
      AR_TOK_PAREN_OPEN, AR_TOK_BRACKET_OPEN, 0}},
    {"an operator",
     {AR_TOK_OR, AR_TOK_AND, AR_TOK_OR},
     {AR_TOK_OR, AR_TOK_AND, AR_TOK_NOT, AR_TOK_EQ_EQ, AR_TOK_NOT_EQ,
      AR_TOK_LESS, AR_TOK_LESS_EQ, AR_TOK_GREATER, AR_TOK_GREATER_EQ,
      AR_TOK_IN, AR_TOK_MATCHES, AR_TOK_CONTAINS, AR_TOK_STARTS, AR_TOK_ENDS,
      AR_TOK_PLUS, AR_TOK_MINUS, AR_TOK_STAR, AR_TOK_SLASH, AR_TOK_PERCENT,
      AR_TOK_DEFAULT, AR_TOK_EXISTS, AR_TOK_ABSENT, AR_TOK_UNKNOWN, 0}},
    {NULL,
     {AR_TOK_OR, AR_TOK_AND, AR_TOK_OR},
     {AR_TOK_DOT, AR_TOK_PAREN_OPEN, AR_TOK_BRACKET_OPEN, AR_TOK_DOT_DOT, 0}},
    {"a clause of the rule",
     {AR_TOK_TITLE, AR_TOK_APPLIES, AR_TOK_SYMPTOM},
     {AR_TOK_TITLE, AR_TOK_SEVERITY, AR_TOK_CONFIDENCE, AR_TOK_KEYWORDS,
      AR_TOK_CONTEXT, AR_TOK_APPLIES, AR_TOK_LET, AR_TOK_SYMPTOM,
      AR_TOK_SUPERSEDES, AR_TOK_FOR, AR_TOK_KEY, AR_TOK_REPLACES,
      AR_TOK_REQUIRES, 0}},
    {"an output of the rule",
     {AR_TOK_DIAGNOSE, AR_TOK_REMEDY, AR_TOK_SEE},
     {AR_TOK_DIAGNOSE, AR_TOK_REMEDY, AR_TOK_LESSON, AR_TOK_SEE, 0}},
    {"a part of the remedy",
     {AR_TOK_STEP, AR_TOK_RISK, AR_TOK_UNDO},
     {AR_TOK_RISK, AR_TOK_DATA_LOSS, AR_TOK_NEEDS, AR_TOK_UNDO, AR_TOK_STEP,
      AR_TOK_VERIFY, 0}},
    {"an action of the step",
     {AR_TOK_DO, AR_TOK_OPEN, AR_TOK_RESTART},
     {AR_TOK_RUN, AR_TOK_DO, AR_TOK_OPEN, AR_TOK_RESTART, AR_TOK_CHANGES, 0}},
    {"an item of the probe",
     {AR_TOK_PARSE, AR_TOK_GIVES, AR_TOK_DECODE},
     {AR_TOK_RUN, AR_TOK_FILE, AR_TOK_GLOB, AR_TOK_REGISTRY, AR_TOK_ENV,
      AR_TOK_HTTP, AR_TOK_TIMEOUT, AR_TOK_EXIT, AR_TOK_FROM, AR_TOK_DECODE, AR_TOK_PARSE,
      AR_TOK_GIVES, AR_TOK_IF, 0}},
    {"a declaration",
     {AR_TOK_RULE, AR_TOK_FACT, AR_TOK_TEST},
     {AR_TOK_PACK, AR_TOK_USE, AR_TOK_ENUM, AR_TOK_DEF, AR_TOK_FACT,
      AR_TOK_INPUT, AR_TOK_TABLE, AR_TOK_RULE, AR_TOK_WHEN, AR_TOK_PROBE,
      AR_TOK_TEST, AR_TOK_OVERRIDE, AR_TOK_DISABLE, AR_TOK_WAIVE, 0}},
};
/* clang-format on */

enum { MOST_CHOICES = 6 };

static bool applies(const struct ar_front *front, const struct phrase *phrase)
{
    return expects(front, phrase->marks[0]) &&
           expects(front, phrase->marks[1]) && expects(front, phrase->marks[2]);
}

static bool is_member(const struct phrase *phrase, int kind)
{
    for (size_t i = 0; phrase->members[i] != 0; i++) {
        if (phrase->members[i] == kind)
            return true;
    }
    return false;
}

static bool is_said(const struct ar_front *front, int kind)
{
    for (size_t i = 0; i < AR_COUNT_OF(phrases); i++) {
        if (applies(front, &phrases[i]) && is_member(&phrases[i], kind))
            return true;
    }
    return kind == AR_TOK_STRING_OPEN;
}

static void add_choice(struct ar_buf *out, size_t *count, const char *text)
{
    if ((*count)++ > 0)
        ar_buf_put_c(out, ", ");
    ar_buf_put_c(out, text);
}

/* Tokens first, then the phrases; nothing if it would be a long list. */
static ar_str expected_text(struct ar_front *front)
{
    struct ar_buf out = AR_BUF(front->arena);
    size_t count = 0;
    for (size_t i = 0; i < front->expected.count; i++) {
        int entry = front->expected.at[i];
        int kind = entry < 0 ? -entry : entry;
        if (expects(front, kind) && !is_said(front, kind))
            add_choice(&out, &count, ar_token_text(kind));
    }
    for (size_t i = 0; i < AR_COUNT_OF(phrases); i++) {
        if (phrases[i].text && applies(front, &phrases[i]))
            add_choice(&out, &count, phrases[i].text);
    }
    return count > MOST_CHOICES ? AR_STR("") : ar_buf_view(&out);
}

static ar_str found_text(struct ar_front *front, struct ar_token token)
{
    if (token.kind == 0)
        return AR_STR("the end of the file");
    ar_str text = ar_str_slice(front->text, token.start, token.end);
    if (text.len > 40)
        return ar_str_from_c(ar_token_text(token.kind));
    return ar_str_printf(front->arena, "'" AR_STR_FORMAT "'", AR_STR_ARG(text));
}

/* The word of the language nearest to a name that stands where it cannot. */
static ar_str nearest_word(struct ar_front *front, struct ar_token token)
{
    if (token.kind != AR_TOK_IDENT)
        return AR_STR("");
    AR_VECTOR(ar_str) words = {0};
    for (size_t i = 0; i < front->expected.count; i++) {
        int kind = front->expected.at[i];
        ar_str text = ar_str_from_c(ar_token_text(kind < 0 ? -kind : kind));
        if (text.len > 2 && text.ptr[0] == '\'')
            ar_vector_push(front->arena, &words,
                           ar_str_slice(text, 1, text.len - 1));
    }
    ar_str name = ar_str_slice(front->text, token.start, token.end);
    size_t ix = ar_str_nearest(name, words.at, words.count);
    return ix == SIZE_MAX ? AR_STR("") : words.at[ix];
}

static bool is_comparison(int kind)
{
    return kind == AR_TOK_EQ_EQ || kind == AR_TOK_NOT_EQ ||
           kind == AR_TOK_LESS || kind == AR_TOK_LESS_EQ ||
           kind == AR_TOK_GREATER || kind == AR_TOK_GREATER_EQ;
}

static struct ar_diag *report(struct ar_front *front, struct ar_token token)
{
    ar_span span = {front->file, token.start, token.end};
    if (token.kind == AR_TOK_EQ && expects(front, AR_TOK_EQ_EQ))
        return ar_diag_plain(front->diags, AR_E0202, span);
    if (is_comparison(token.kind) && expects(front, AR_TOK_AND))
        return ar_diag_plain(front->diags, AR_E0203, span);
    return ar_diag(front->diags, AR_E0201, span, found_text(front, token));
}

/* What to write instead, where that is clear. */
static ar_str suggestion(struct ar_front *front, const struct ar_diag *diag,
                         struct ar_token token)
{
    if (diag->code == AR_E0202)
        return AR_STR("==");
    if (token.kind == AR_TOK_EQ_EQ && expects(front, AR_TOK_EQ))
        return AR_STR("=");
    return nearest_word(front, token);
}

/* Words that stand in no expression: an open one ends before them. */
static bool ends_any_expression(int kind)
{
    return begins_declaration(kind) || kind == AR_TOK_THEN ||
           kind == AR_TOK_GIVEN || kind == AR_TOK_EXPECT;
}

/* Words and signs that were meant to go on with the declaration before them,
 * which the parser has taken for complete. */
static bool goes_on(int kind)
{
    return kind == AR_TOK_IDENT || kind == AR_TOK_EQ || is_comparison(kind) ||
           kind == AR_TOK_STRING || kind == AR_TOK_INT || kind == AR_TOK_COMMA;
}

void ar_parser_error_end(struct ar_front *front, struct ar_token token)
{
    if (front->declared.kind == 0 && goes_on(token.kind) && front->root->last)
        front->root->last->is_cut = true;
    if (front->declared.kind == AR_TOK_IDENT)
        ar_vector_push(front->arena, &front->broken,
                       ar_ast_leaf(front, AR_NODE_BROKEN, front->declared));
    if (token.kind == AR_TOK_BAD || front->stopped)
        return;
    if (front->lexer.n_strings > 0 && ends_any_expression(token.kind)) {
        ar_lexer_leave_expression(&front->lexer);
        return;
    }
    struct ar_diag *diag = report(front, token);
    if (diag->code == AR_E0203)
        return;
    ar_str expected = expected_text(front);
    if (expected.len > 0 && diag->code == AR_E0201)
        ar_diag_expected(front->diags, diag, expected);
    ar_str word = suggestion(front, diag, token);
    if (word.len > 0)
        ar_diag_suggest(front->diags, diag, word);
}

/* ---- documentation ---- */

/* How many comments begin before start. */
static size_t comments_before(const struct ar_front *front, uint32_t start)
{
    size_t low = 0;
    size_t high = front->lexer.comments.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (front->lexer.comments.at[middle].start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool begins_line(const struct ar_front *front, uint32_t at)
{
    while (at > 0 &&
           (front->text.ptr[at - 1] == ' ' || front->text.ptr[at - 1] == '\t'))
        at--;
    return at == 0 || front->text.ptr[at - 1] == '\n';
}

/* Whether nothing but one line end and blanks stands between the two. */
static bool is_next_line(const struct ar_front *front, uint32_t end,
                         uint32_t start)
{
    ar_str between = ar_str_slice(front->text, end, start);
    size_t line_end = ar_str_find(between, AR_STR("\n"), 0);
    return line_end != SIZE_MAX && ar_str_trim(between).len == 0 &&
           ar_str_find(between, AR_STR("\n"), line_end + 1) == SIZE_MAX;
}

/* The text of the ## lines that end on the line before start, or NULL. */
static const ar_str *doc_before(struct ar_front *front, uint32_t start)
{
    const struct ar_comment *comments = front->lexer.comments.at;
    size_t end = comments_before(front, start);
    size_t first = end;
    uint32_t next = start;
    while (first > 0 && comments[first - 1].doc &&
           begins_line(front, comments[first - 1].start) &&
           is_next_line(front, comments[first - 1].end, next)) {
        first--;
        next = comments[first].start;
    }
    if (first == end)
        return NULL;
    struct ar_buf out = AR_BUF(front->arena);
    for (size_t i = first; i < end; i++) {
        ar_str line =
            ar_str_slice(front->text, comments[i].start + 2, comments[i].end);
        ar_buf_put(&out, ar_str_trim(line));
        if (i + 1 < end)
            ar_buf_put_char(&out, '\n');
    }
    ar_str *doc = AR_NEW(front->arena, ar_str);
    *doc = ar_buf_view(&out);
    return doc;
}

/* A BROKEN node in the place of a declaration: the first word of its name. */
static struct ar_node *broken_node(struct ar_front *front,
                                   const struct ar_node *node)
{
    struct ar_node *broken = AR_NEW(front->nodes, struct ar_node);
    broken->kind = AR_NODE_BROKEN;
    broken->span = node->name;
    broken->name = node->name;
    broken->depth = 1;
    bool has_path = node->kind == AR_NODE_FACT || node->kind == AR_NODE_INPUT;
    ar_str name = ar_source_text(front->diags->sources, node->name);
    broken->text =
        has_path ? ar_str_slice(name, 0, ar_str_find(name, AR_STR("."), 0))
                 : node->text;
    return broken;
}

/* The declarations, without those that a syntax error cut short: half of
 * what they say is not known. */
static struct ar_node *without_cut(struct ar_front *front)
{
    struct ar_node *file = ar_ast_list(front, AR_NODE_FILE, NULL);
    struct ar_node *next;
    for (struct ar_node *node = front->root->first; node; node = next) {
        next = node->next;
        node->next = NULL;
        if (node->is_cut)
            ar_vector_push(front->arena, &front->broken,
                           broken_node(front, node));
        else
            ar_ast_add(front, file, node);
    }
    for (size_t i = 0; i < front->skipped.count; i++)
        ar_ast_add(front, file, front->skipped.at[i]);
    for (size_t i = 0; i < front->broken.count; i++)
        ar_ast_add(front, file, front->broken.at[i]);
    return file;
}

struct ar_front *ar_parser_again(const struct ar_front *front)
{
    struct ar_front *again = AR_NEW(front->arena, struct ar_front);
    again->arena = front->arena;
    again->nodes = front->nodes;
    again->skips_probes = front->skips_probes;
    again->file = front->file;
    again->text = front->text;
    again->diags = AR_NEW(front->arena, struct ar_diags);
    again->diags->arena = front->arena;
    again->diags->sources = front->diags->sources;
    bool can_be_read =
        ar_lexer_start(&again->lexer, front->arena, again->diags, front->file);
    AR_ASSERT(can_be_read);
    (void)can_be_read;
    return again;
}

struct ar_node *ar_parse_with(struct ar_arena *arena, struct ar_diags *diags,
                              uint32_t file,
                              const struct ar_parse_options *options)
{
    struct ar_front *front = AR_NEW(arena, struct ar_front);
    front->nodes = options->nodes ? options->nodes : arena;
    front->skips_probes = options->skips_probes;
    front->arena = arena;
    front->diags = diags;
    front->file = file;
    front->text = ar_sources_get(diags->sources, file)->text;
    if (ar_lexer_start(&front->lexer, arena, diags, file))
        ar_parser_run(front);
    if (!front->root || front->stopped)
        front->root = ar_ast_list(front, AR_NODE_FILE, NULL);
    for (struct ar_node *node = front->root->first; node; node = node->next)
        node->docs = doc_before(front, node->span.start);
    return without_cut(front);
}

struct ar_node *ar_parse(struct ar_arena *arena, struct ar_diags *diags,
                         uint32_t file)
{
    const struct ar_parse_options options = {0};
    return ar_parse_with(arena, diags, file, &options);
}
