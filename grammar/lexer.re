/* SPDX-License-Identifier: Apache-2.0
 *
 * Text to tokens. One block of rules: condition `main` for code, `text` for
 * the inside of "...", `texts` for """...""". Raw strings and regexes are one
 * token each. The encoding of the whole text has been checked before
 * (ar_lexer_start), so bytes over 0x7F here are complete characters.
 */
#include "front/lexer.h"

#include "base/limits.h"
#include "base/scan.h"
#include "front/lexer_errors.h"
#include "rules.h"
#include "text/utf8.h"

/*!re2c
    re2c:eof = 0;
    re2c:yyfill:enable = 0;
    re2c:flags:8 = 0;
    re2c:define:YYCTYPE = "unsigned char";
    re2c:define:YYCURSOR = cursor;
    re2c:define:YYLIMIT = limit;
    re2c:define:YYMARKER = marker;
    re2c:define:YYCTXMARKER = context;
    re2c:define:YYGETCONDITION = "condition";
    re2c:define:YYGETCONDITION:naked = 1;
    re2c:define:YYSETCONDITION = "condition = @@;";
    re2c:define:YYSETCONDITION:naked = 1;
*/

/*!conditions:re2c*/

/* What follows `matches` may be a regex; elsewhere '/' divides. */
static bool regex_may_follow(const struct ar_lexer *lexer)
{
    return lexer->previous == AR_TOK_MATCHES;
}

/* Every function that gives a token returns its kind; where it stands is in
 * the lexer. */
static int make_token(struct ar_lexer *lexer, int kind, const char *start,
                      const char *end)
{
    lexer->cursor = end;
    lexer->token_start = start;
    return kind;
}

static ar_span span_of(const struct ar_lexer *lexer, const char *start,
                       const char *end)
{
    return (ar_span){lexer->file, (uint32_t)(start - lexer->start),
                     (uint32_t)(end - lexer->start)};
}

static int bad_token(struct ar_lexer *lexer, const char *start, const char *end)
{
    return make_token(lexer, AR_TOK_BAD, start, end);
}

/* A name after a dot is a name whatever it spells; elsewhere it must be in
 * lower case and may be a reserved word. */
static int name_token(struct ar_lexer *lexer, int kind, const char *start,
                      const char *end)
{
    ar_str text = {start, (size_t)(end - start)};
    if (text.len > AR_MAX_IDENTIFIER_BYTES) {
        ar_lexer_name_too_long(lexer, span_of(lexer, start, end));
        return bad_token(lexer, start, end);
    }
    if (lexer->previous == AR_TOK_DOT)
        return make_token(lexer, AR_TOK_IDENT, start, end);
    if (kind == AR_TOK_BAD)
        ar_lexer_bad_name(lexer, span_of(lexer, start, end), text);
    return make_token(lexer, kind, start, end);
}

/* The whole number at start, where a longer rule has matched more. */
static int first_number(struct ar_lexer *lexer, const char *start)
{
    const char *end = start;
    while (ar_char_is_digit(*end))
        end++;
    if (*start != '0' || end == start + 1)
        return make_token(lexer, AR_TOK_INT, start, end);
    ar_lexer_bad_number(lexer, span_of(lexer, start, end));
    return bad_token(lexer, start, end);
}

static int date_token(struct ar_lexer *lexer, const char *start,
                      const char *end)
{
    if (lexer->previous == AR_TOK_UNTIL)
        return make_token(lexer, AR_TOK_DATE, start, end);
    ar_lexer_bad_date(lexer, span_of(lexer, start, end));
    return bad_token(lexer, start, end);
}

static void add_comment(struct ar_lexer *lexer, const char *start,
                        const char *end)
{
    struct ar_comment comment = {(uint32_t)(start - lexer->start),
                                 (uint32_t)(end - lexer->start),
                                 end - start >= 2 && start[1] == '#'};
    ar_vector_push(lexer->arena, &lexer->comments, comment);
}

/* Opens a string that has expressions, or goes on with one. */
static int open_string(struct ar_lexer *lexer, const char *start,
                       const char *end, bool multiline)
{
    if (lexer->n_strings == AR_MAX_NESTING) {
        lexer->n_tokens = AR_MAX_TOKENS + 1;
        ar_lexer_too_deep(lexer, span_of(lexer, start, end));
        return bad_token(lexer, start, end);
    }
    lexer->strings[lexer->n_strings].brace = (uint32_t)(end - lexer->start) - 1;
    lexer->strings[lexer->n_strings].braces = 0;
    lexer->strings[lexer->n_strings].multiline = multiline;
    lexer->n_strings++;
    return make_token(lexer, AR_TOK_STRING_OPEN, start, end);
}

/* The text of a string from start on, where `first` is its opening quote or
 * the brace that ended an expression. */
static int string_token(struct ar_lexer *lexer, const char *start,
                        bool multiline, bool continued)
{
    const char *cursor = lexer->cursor;
    const char *limit = lexer->limit;
    const char *marker = cursor;
    int condition = multiline ? yyctexts : yyctext;
    for (;;) {
        cursor += ar_scan_plain_but(cursor, 0, (size_t)(limit - cursor), '{');
        const char *piece = cursor;
        /*!re2c
            <text, texts> "\\u{" [0-9A-Za-z]* "}"? { continue; }
            <text, texts> "\\" [^\n\x00] { continue; }
            <text, texts> "{" {
                if (continued)
                    return make_token(lexer, AR_TOK_STRING_MIDDLE, start, cursor);
                return open_string(lexer, start, cursor, multiline);
            }
            <text> ["] { break; }
            <texts> ["]{3} { break; }
            <text> "\n" {
                ar_lexer_string_ends(lexer, span_of(lexer, start, piece), continued);
                return bad_token(lexer, start, piece);
            }
            <text, texts> $ {
                ar_lexer_string_unclosed(lexer, span_of(lexer, start, start + 1), continued);
                lexer->n_strings = 0;
                return bad_token(lexer, start, limit);
            }
            <text, texts> * { continue; }
        */
    }
    if (continued) {
        lexer->n_strings--;
        return make_token(lexer, AR_TOK_STRING_CLOSE, start, cursor);
    }
    return make_token(lexer, AR_TOK_STRING, start, cursor);
}

/* A closing brace goes on with the string around it if its own are closed. */
static int brace_close(struct ar_lexer *lexer, const char *start)
{
    if (lexer->n_strings == 0)
        return make_token(lexer, AR_TOK_BRACE_CLOSE, start, start + 1);
    unsigned top = lexer->n_strings - 1;
    if (lexer->strings[top].braces > 0) {
        lexer->strings[top].braces--;
        return make_token(lexer, AR_TOK_BRACE_CLOSE, start, start + 1);
    }
    lexer->cursor = start + 1;
    return string_token(lexer, start, lexer->strings[top].multiline, true);
}

static int brace_open(struct ar_lexer *lexer, const char *start)
{
    if (lexer->n_strings > 0)
        lexer->strings[lexer->n_strings - 1].braces++;
    return make_token(lexer, AR_TOK_BRACE_OPEN, start, start + 1);
}

static int unterminated(struct ar_lexer *lexer, enum ar_diag_code code,
                        const char *start, const char *end)
{
    ar_diag_plain(lexer->diags, code, span_of(lexer, start, start + 1));
    return bad_token(lexer, start, end);
}

static int next_in_main(struct ar_lexer *lexer)
{
    const char *limit = lexer->limit;
    const char *marker;
    const char *context = NULL;
    int condition = yycmain;
    (void)context; /* set by re2c, which reads it only for long contexts */
    for (;;) {
        const char *start = lexer->cursor;
        const char *cursor = start;
        marker = cursor;
        /*!re2c
            digit   = [0-9];
            digits  = digit+ ("_" digit+)*;
            whole   = "0" | [1-9] digit* ("_" digit+)*;
            decimal = digits "." digits;
            letter  = [A-Za-z_];
            suffix  = [-+~_] [0-9A-Za-z] [-+~_.0-9A-Za-z]*;
            size    = "B" | [kK] "B" | "MB" | "GB" | "TB" | "PB"
                    | "KiB" | "MiB" | "GiB" | "TiB" | "PiB";
            time    = "us" | "ms" | "s" | "min" | "h" | "d";
            raw     = ['] [^'\n]* ['];

            <main> [ \t\r]+ { lexer->cursor = cursor; continue; }
            <main> "\n" {
                lexer->cursor = cursor;
                if (ar_lexer_line_ends_string(lexer))
                    return bad_token(lexer, start, cursor);
                continue;
            }
            <main> "#" [^\n\x00]* {
                lexer->cursor = cursor;
                add_comment(lexer, start, cursor);
                continue;
            }

            <main> "pack" { return name_token(lexer, AR_TOK_PACK, start, cursor); }
            <main> "use" { return name_token(lexer, AR_TOK_USE, start, cursor); }
            <main> "enum" { return name_token(lexer, AR_TOK_ENUM, start, cursor); }
            <main> "def" { return name_token(lexer, AR_TOK_DEF, start, cursor); }
            <main> "fact" { return name_token(lexer, AR_TOK_FACT, start, cursor); }
            <main> "input" { return name_token(lexer, AR_TOK_INPUT, start, cursor); }
            <main> "table" { return name_token(lexer, AR_TOK_TABLE, start, cursor); }
            <main> "rule" { return name_token(lexer, AR_TOK_RULE, start, cursor); }
            <main> "when" { return name_token(lexer, AR_TOK_WHEN, start, cursor); }
            <main> "then" { return name_token(lexer, AR_TOK_THEN, start, cursor); }
            <main> "probe" { return name_token(lexer, AR_TOK_PROBE, start, cursor); }
            <main> "test" { return name_token(lexer, AR_TOK_TEST, start, cursor); }
            <main> "override" { return name_token(lexer, AR_TOK_OVERRIDE, start, cursor); }
            <main> "disable" { return name_token(lexer, AR_TOK_DISABLE, start, cursor); }
            <main> "waive" { return name_token(lexer, AR_TOK_WAIVE, start, cursor); }
            <main> "given" { return name_token(lexer, AR_TOK_GIVEN, start, cursor); }
            <main> "expect" { return name_token(lexer, AR_TOK_EXPECT, start, cursor); }
            <main> "if" { return name_token(lexer, AR_TOK_IF, start, cursor); }
            <main> "else" { return name_token(lexer, AR_TOK_ELSE, start, cursor); }
            <main> "unless" { return name_token(lexer, AR_TOK_UNLESS, start, cursor); }
            <main> "and" { return name_token(lexer, AR_TOK_AND, start, cursor); }
            <main> "or" { return name_token(lexer, AR_TOK_OR, start, cursor); }
            <main> "not" { return name_token(lexer, AR_TOK_NOT, start, cursor); }
            <main> "in" { return name_token(lexer, AR_TOK_IN, start, cursor); }
            <main> "any" { return name_token(lexer, AR_TOK_ANY, start, cursor); }
            <main> "every" { return name_token(lexer, AR_TOK_EVERY, start, cursor); }
            <main> "no" { return name_token(lexer, AR_TOK_NO, start, cursor); }
            <main> "matches" { return name_token(lexer, AR_TOK_MATCHES, start, cursor); }
            <main> "contains" { return name_token(lexer, AR_TOK_CONTAINS, start, cursor); }
            <main> "exists" { return name_token(lexer, AR_TOK_EXISTS, start, cursor); }
            <main> "absent" { return name_token(lexer, AR_TOK_ABSENT, start, cursor); }
            <main> "unknown" { return name_token(lexer, AR_TOK_UNKNOWN, start, cursor); }
            <main> "true" { return name_token(lexer, AR_TOK_TRUE, start, cursor); }
            <main> "false" { return name_token(lexer, AR_TOK_FALSE, start, cursor); }
            <main> "default" { return name_token(lexer, AR_TOK_DEFAULT, start, cursor); }
            <main> "for" { return name_token(lexer, AR_TOK_FOR, start, cursor); }
            <main> "title" { return name_token(lexer, AR_TOK_TITLE, start, cursor); }
            <main> "version" { return name_token(lexer, AR_TOK_VERSION_WORD, start, cursor); }
            <main> "requires" { return name_token(lexer, AR_TOK_REQUIRES, start, cursor); }
            <main> "license" { return name_token(lexer, AR_TOK_LICENSE, start, cursor); }
            <main> "severity" { return name_token(lexer, AR_TOK_SEVERITY, start, cursor); }
            <main> "confidence" { return name_token(lexer, AR_TOK_CONFIDENCE, start, cursor); }
            <main> "keywords" { return name_token(lexer, AR_TOK_KEYWORDS, start, cursor); }
            <main> "context" { return name_token(lexer, AR_TOK_CONTEXT, start, cursor); }
            <main> "applies" { return name_token(lexer, AR_TOK_APPLIES, start, cursor); }
            <main> "symptom" { return name_token(lexer, AR_TOK_SYMPTOM, start, cursor); }
            <main> "let" { return name_token(lexer, AR_TOK_LET, start, cursor); }
            <main> "supersedes" { return name_token(lexer, AR_TOK_SUPERSEDES, start, cursor); }
            <main> "diagnose" { return name_token(lexer, AR_TOK_DIAGNOSE, start, cursor); }
            <main> "remedy" { return name_token(lexer, AR_TOK_REMEDY, start, cursor); }
            <main> "risk" { return name_token(lexer, AR_TOK_RISK, start, cursor); }
            <main> "data_loss" { return name_token(lexer, AR_TOK_DATA_LOSS, start, cursor); }
            <main> "needs" { return name_token(lexer, AR_TOK_NEEDS, start, cursor); }
            <main> "undo" { return name_token(lexer, AR_TOK_UNDO, start, cursor); }
            <main> "step" { return name_token(lexer, AR_TOK_STEP, start, cursor); }
            <main> "run" { return name_token(lexer, AR_TOK_RUN, start, cursor); }
            <main> "do" { return name_token(lexer, AR_TOK_DO, start, cursor); }
            <main> "open" { return name_token(lexer, AR_TOK_OPEN, start, cursor); }
            <main> "restart" { return name_token(lexer, AR_TOK_RESTART, start, cursor); }
            <main> "changes" { return name_token(lexer, AR_TOK_CHANGES, start, cursor); }
            <main> "verify" { return name_token(lexer, AR_TOK_VERIFY, start, cursor); }
            <main> "lesson" { return name_token(lexer, AR_TOK_LESSON, start, cursor); }
            <main> "see" { return name_token(lexer, AR_TOK_SEE, start, cursor); }
            <main> "unique" { return name_token(lexer, AR_TOK_UNIQUE, start, cursor); }
            <main> "first" { return name_token(lexer, AR_TOK_FIRST, start, cursor); }
            <main> "collect" { return name_token(lexer, AR_TOK_COLLECT, start, cursor); }
            <main> "complete" { return name_token(lexer, AR_TOK_COMPLETE, start, cursor); }
            <main> "list" { return name_token(lexer, AR_TOK_LIST, start, cursor); }
            <main> "map" { return name_token(lexer, AR_TOK_MAP, start, cursor); }
            <main> "of" { return name_token(lexer, AR_TOK_OF, start, cursor); }
            <main> "each" { return name_token(lexer, AR_TOK_EACH, start, cursor); }
            <main> "same" { return name_token(lexer, AR_TOK_SAME, start, cursor); }
            <main> "needing" { return name_token(lexer, AR_TOK_NEEDING, start, cursor); }
            <main> "superseded_by" { return name_token(lexer, AR_TOK_SUPERSEDED_BY, start, cursor); }
            <main> "from" { return name_token(lexer, AR_TOK_FROM, start, cursor); }
            <main> "text" { return name_token(lexer, AR_TOK_TEXT, start, cursor); }
            <main> "lines" { return name_token(lexer, AR_TOK_LINES, start, cursor); }
            <main> "exit" { return name_token(lexer, AR_TOK_EXIT, start, cursor); }
            <main> "exec" { return name_token(lexer, AR_TOK_EXEC, start, cursor); }
            <main> "http" { return name_token(lexer, AR_TOK_HTTP, start, cursor); }
            <main> "status" { return name_token(lexer, AR_TOK_HTTP_STATUS, start, cursor); }
            <main> "env" { return name_token(lexer, AR_TOK_ENV, start, cursor); }
            <main> "gives" { return name_token(lexer, AR_TOK_GIVES, start, cursor); }
            <main> "key" { return name_token(lexer, AR_TOK_KEY, start, cursor); }
            <main> "filter" { return name_token(lexer, AR_TOK_FILTER, start, cursor); }
            <main> "count" { return name_token(lexer, AR_TOK_COUNT, start, cursor); }
            <main> "snapshot" { return name_token(lexer, AR_TOK_SNAPSHOT, start, cursor); }
            <main> "none" { return name_token(lexer, AR_TOK_NONE, start, cursor); }
            <main> "only" { return name_token(lexer, AR_TOK_ONLY, start, cursor); }
            <main> "timeout" { return name_token(lexer, AR_TOK_TIMEOUT, start, cursor); }
            <main> "parse" { return name_token(lexer, AR_TOK_PARSE, start, cursor); }
            <main> "decode" { return name_token(lexer, AR_TOK_DECODE, start, cursor); }
            <main> "file" { return name_token(lexer, AR_TOK_FILE, start, cursor); }
            <main> "glob" { return name_token(lexer, AR_TOK_GLOB, start, cursor); }
            <main> "registry" { return name_token(lexer, AR_TOK_REGISTRY, start, cursor); }
            <main> "on" { return name_token(lexer, AR_TOK_ON, start, cursor); }
            <main> "found" { return name_token(lexer, AR_TOK_FOUND, start, cursor); }
            <main> "replaces" { return name_token(lexer, AR_TOK_REPLACES, start, cursor); }
            <main> "since" { return name_token(lexer, AR_TOK_SINCE, start, cursor); }
            <main> "because" { return name_token(lexer, AR_TOK_BECAUSE, start, cursor); }
            <main> "owner" { return name_token(lexer, AR_TOK_OWNER, start, cursor); }
            <main> "until" { return name_token(lexer, AR_TOK_UNTIL, start, cursor); }
            <main> "starts" { return name_token(lexer, AR_TOK_STARTS, start, cursor); }
            <main> "ends" { return name_token(lexer, AR_TOK_ENDS, start, cursor); }
            <main> "with" { return name_token(lexer, AR_TOK_WITH, start, cursor); }
            <main> "diagnosis" { return name_token(lexer, AR_TOK_DIAGNOSIS, start, cursor); }
            <main> "ask" { return name_token(lexer, AR_TOK_ASK, start, cursor); }
            <main> "unit" { return name_token(lexer, AR_TOK_UNIT, start, cursor); }
            <main> "log" { return name_token(lexer, AR_TOK_LOG, start, cursor); }
            <main> "fixed" { return name_token(lexer, AR_TOK_FIXED, start, cursor); }
            <main> "sensitive" { return name_token(lexer, AR_TOK_SENSITIVE, start, cursor); }
            <main> [a-z_] [a-z0-9_]* { return name_token(lexer, AR_TOK_IDENT, start, cursor); }
            <main> letter (letter | digit)* { return name_token(lexer, AR_TOK_BAD, start, cursor); }

            <main> whole { return make_token(lexer, AR_TOK_INT, start, cursor); }
            <main> "0x" [0-9A-Fa-f]+ { return make_token(lexer, AR_TOK_INT, start, cursor); }
            <main> decimal | digits ("." digits)? [eE] [-+]? digits {
                return make_token(lexer, AR_TOK_REAL, start, cursor);
            }
            <main> digit+ ("." digit+){2,} suffix? {
                return make_token(lexer, AR_TOK_VERSION, start, cursor);
            }
            <main> "v" digit+ ("." digit+)+ suffix? {
                if (lexer->previous == AR_TOK_DOT)
                    return bad_token(lexer, start, cursor);
                return make_token(lexer, AR_TOK_VERSION, start, cursor);
            }
            <main> (whole | decimal) size { return make_token(lexer, AR_TOK_SIZE, start, cursor); }
            <main> (whole | decimal) time { return make_token(lexer, AR_TOK_DURATION, start, cursor); }
            <main> digit{4} "-" digit{2} "-" digit{2} {
                return date_token(lexer, start, cursor);
            }
            <main> digit+ "-" digit+ "-" digit+ | digit+ "/" digit+ "/" digit+ {
                if (lexer->previous == AR_TOK_UNTIL) {
                    ar_lexer_bad_date(lexer, span_of(lexer, start, cursor));
                    return bad_token(lexer, start, cursor);
                }
                return first_number(lexer, start);
            }
            <main> digit (letter | digit)* ("." (letter | digit)+)* {
                ar_lexer_bad_number(lexer, span_of(lexer, start, cursor));
                return bad_token(lexer, start, cursor);
            }
            <main> digits "." / [^.] {
                ar_lexer_bad_number(lexer, span_of(lexer, start, cursor));
                return bad_token(lexer, start, cursor);
            }
            <main> "." digits {
                ar_lexer_bad_number(lexer, span_of(lexer, start, cursor));
                return bad_token(lexer, start, cursor);
            }

            <main> ["] { lexer->cursor = cursor; return string_token(lexer, start, false, false); }
            <main> ["]{3} { lexer->cursor = cursor; return string_token(lexer, start, true, false); }
            <main> raw { return make_token(lexer, AR_TOK_STRING, start, cursor); }
            <main> [']{3} ([^'] | "'"{1,2} [^'])* "'"{3} {
                return make_token(lexer, AR_TOK_STRING, start, cursor);
            }
            <main> ['] { return unterminated(lexer, AR_E0107, start, ar_lexer_line_end(lexer, start)); }
            <main> [']{3} { return unterminated(lexer, AR_E0107, start, limit); }
            <main> "/" {
                if (!regex_may_follow(lexer))
                    return make_token(lexer, AR_TOK_SLASH, start, cursor);
                const char *end = ar_lexer_regex_end(lexer, start);
                if (end)
                    return make_token(lexer, AR_TOK_REGEX, start, end);
                return unterminated(lexer, AR_E0108, start, ar_lexer_line_end(lexer, start));
            }

            <main> "==" { return make_token(lexer, AR_TOK_EQ_EQ, start, cursor); }
            <main> "!=" { return make_token(lexer, AR_TOK_NOT_EQ, start, cursor); }
            <main> "<" { return make_token(lexer, AR_TOK_LESS, start, cursor); }
            <main> "<=" { return make_token(lexer, AR_TOK_LESS_EQ, start, cursor); }
            <main> ">" { return make_token(lexer, AR_TOK_GREATER, start, cursor); }
            <main> ">=" { return make_token(lexer, AR_TOK_GREATER_EQ, start, cursor); }
            <main> "=" { return make_token(lexer, AR_TOK_EQ, start, cursor); }
            <main> "->" { return make_token(lexer, AR_TOK_ARROW, start, cursor); }
            <main> "." { return make_token(lexer, AR_TOK_DOT, start, cursor); }
            <main> ".." { return make_token(lexer, AR_TOK_DOT_DOT, start, cursor); }
            <main> "," { return make_token(lexer, AR_TOK_COMMA, start, cursor); }
            <main> ":" { return make_token(lexer, AR_TOK_COLON, start, cursor); }
            <main> "?" { return make_token(lexer, AR_TOK_QUESTION, start, cursor); }
            <main> "+" { return make_token(lexer, AR_TOK_PLUS, start, cursor); }
            <main> "-" { return make_token(lexer, AR_TOK_MINUS, start, cursor); }
            <main> "*" { return make_token(lexer, AR_TOK_STAR, start, cursor); }
            <main> "%" { return make_token(lexer, AR_TOK_PERCENT, start, cursor); }
            <main> "(" { return make_token(lexer, AR_TOK_PAREN_OPEN, start, cursor); }
            <main> ")" { return make_token(lexer, AR_TOK_PAREN_CLOSE, start, cursor); }
            <main> "[" { return make_token(lexer, AR_TOK_BRACKET_OPEN, start, cursor); }
            <main> "]" { return make_token(lexer, AR_TOK_BRACKET_CLOSE, start, cursor); }
            <main> "{" { return brace_open(lexer, start); }
            <main> "}" { return brace_close(lexer, start); }
            <main> $ {
                if (ar_lexer_file_ends(lexer))
                    return bad_token(lexer, limit, limit);
                return make_token(lexer, 0, limit, limit);
            }
            <main> * {
                const char *end = ar_lexer_stray_character(lexer, start);
                return bad_token(lexer, start, end);
            }
        */
    }
}

static int next_kind(struct ar_lexer *lexer)
{
    lexer->n_tokens++;
    if (lexer->n_tokens <= AR_MAX_TOKENS)
        return lexer->previous = next_in_main(lexer);
    if (lexer->n_tokens > AR_MAX_TOKENS + 1)
        return make_token(lexer, 0, lexer->limit, lexer->limit);
    ar_lexer_too_many_tokens(lexer);
    return bad_token(lexer, lexer->limit, lexer->limit);
}

struct ar_token ar_lexer_next(struct ar_lexer *lexer)
{
    int kind = next_kind(lexer);
    return (struct ar_token){kind,
                             (uint32_t)(lexer->token_start - lexer->start),
                             (uint32_t)(lexer->cursor - lexer->start)};
}
