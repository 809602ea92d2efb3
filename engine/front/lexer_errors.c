/* SPDX-License-Identifier: Apache-2.0 */
/* The lexer's messages, and the check of a text's encoding before the first
 * token. Every fault of the encoding is reported once, wherever it stands:
 * in code, comments and strings alike, since what a reviewer sees must be
 * what is compiled. */
#include "front/lexer_errors.h"

#include "text/utf8.h"

#include <string.h>

static ar_span span_at(const struct ar_lexer *lexer, size_t start, size_t end)
{
    return (ar_span){lexer->file, (uint32_t)start, (uint32_t)end};
}

static ar_str number_text(struct ar_lexer *lexer, long long number)
{
    return ar_str_printf(lexer->arena, "%lld", number);
}

static ar_str code_point_text(struct ar_lexer *lexer, uint32_t code_point)
{
    return ar_str_printf(lexer->arena, "U+%04X", (unsigned)code_point);
}

const char *ar_lexer_line_end(const struct ar_lexer *lexer, const char *start)
{
    size_t rest = (size_t)(lexer->limit - start);
    const char *end = memchr(start, '\n', rest);
    if (!end)
        end = lexer->limit;
    return end > start && end[-1] == '\r' ? end - 1 : end;
}

const char *ar_lexer_regex_end(const struct ar_lexer *lexer, const char *start)
{
    bool in_class = false;
    const char *p = start + 1;
    for (; p < lexer->limit && *p != '\n'; p++) {
        if (*p == '\\' && p + 1 < lexer->limit && p[1] != '\n')
            p++;
        else if (*p == '[')
            in_class = true;
        else if (*p == ']')
            in_class = false;
        else if (*p == '/' && !in_class)
            break;
    }
    if (p >= lexer->limit || *p != '/')
        return NULL;
    p++;
    while (p < lexer->limit && ar_char_is_letter(*p))
        p++;
    return p;
}

void ar_lexer_name_too_long(struct ar_lexer *lexer, ar_span span)
{
    ar_diag(lexer->diags, AR_E0122, span,
            number_text(lexer, AR_MAX_IDENTIFIER_BYTES));
}

void ar_lexer_bad_name(struct ar_lexer *lexer, ar_span span, ar_str text)
{
    struct ar_diag *diag = ar_diag(lexer->diags, AR_E0131, span, text);
    ar_diag_suggest(lexer->diags, diag, ar_str_lower(lexer->arena, text));
}

void ar_lexer_too_many_tokens(struct ar_lexer *lexer)
{
    size_t at = (size_t)(lexer->cursor - lexer->start);
    ar_diag(lexer->diags, AR_E0126, span_at(lexer, at, at),
            number_text(lexer, AR_MAX_TOKENS));
}

void ar_lexer_too_deep(struct ar_lexer *lexer, ar_span span)
{
    ar_diag(lexer->diags, AR_E0901, span, number_text(lexer, AR_MAX_NESTING));
}

static const char *number_fault(ar_str text)
{
    if (text.ptr[0] == '.')
        return "a digit is missing before the point";
    if (ar_str_ends_with(text, AR_STR(".")))
        return "a digit is missing behind the point";
    if (ar_str_starts_with(text, AR_STR("0x")))
        return "hexadecimal digits are 0 to 9 and a to f";
    if (ar_str_find(text, AR_STR("_"), 0) != SIZE_MAX)
        return "an underscore stands between two digits";
    if (text.len > 1 && text.ptr[0] == '0' && ar_char_is_digit(text.ptr[1]))
        return "a number does not start with 0";
    if (ar_char_lower(text.ptr[text.len - 1]) == 'e' &&
        ar_char_is_digit(text.ptr[text.len - 2]))
        return "a digit is missing in the exponent";
    return NULL;
}

void ar_lexer_bad_number(struct ar_lexer *lexer, ar_span span)
{
    ar_str text =
        ar_str_slice((ar_str){lexer->start, SIZE_MAX}, span.start, span.end);
    const char *fault = number_fault(text);
    if (fault)
        ar_diag(lexer->diags, AR_E0118, span, text, ar_str_from_c(fault));
    else
        ar_diag(lexer->diags, AR_E0119, span, text);
}

void ar_lexer_bad_date(struct ar_lexer *lexer, ar_span span)
{
    ar_diag(lexer->diags, AR_E0130, span,
            ar_source_text(lexer->diags->sources, span));
}

void ar_lexer_leave_expression(struct ar_lexer *lexer)
{
    uint32_t brace = lexer->strings[lexer->n_strings - 1].brace;
    ar_diag_plain(lexer->diags, AR_E0129, span_at(lexer, brace, brace + 1));
    lexer->n_strings = 0;
}

void ar_lexer_string_ends(struct ar_lexer *lexer, ar_span span, bool continued)
{
    if (lexer->n_strings > 0 && !continued) {
        ar_lexer_leave_expression(lexer);
        return;
    }
    if (continued)
        lexer->n_strings--;
    ar_diag(lexer->diags, AR_E0124, span, AR_STR("string"));
}

void ar_lexer_string_unclosed(struct ar_lexer *lexer, ar_span span,
                              bool continued)
{
    if (lexer->n_strings > 0 && !continued)
        ar_lexer_leave_expression(lexer);
    else
        ar_diag_plain(lexer->diags, AR_E0106, span);
}

bool ar_lexer_line_ends_string(struct ar_lexer *lexer)
{
    if (lexer->n_strings == 0 || lexer->strings[lexer->n_strings - 1].multiline)
        return false;
    unsigned around = lexer->n_strings;
    while (around > 0 && !lexer->strings[around - 1].multiline)
        around--;
    ar_lexer_leave_expression(lexer);
    lexer->n_strings = around; /* long strings go on behind the line */
    return true;
}

bool ar_lexer_file_ends(struct ar_lexer *lexer)
{
    if (lexer->n_strings == 0)
        return false;
    ar_lexer_leave_expression(lexer);
    return true;
}

static bool is_unicode_blank(uint32_t code_point)
{
    return code_point == 0x00A0 || code_point == 0x1680 ||
           (code_point >= 0x2000 && code_point <= 0x200A) ||
           code_point == 0x202F || code_point == 0x205F || code_point == 0x3000;
}

static bool is_typographic_quote(uint32_t code_point)
{
    return (code_point >= 0x2018 && code_point <= 0x201F) ||
           code_point == 0x00AB || code_point == 0x00BB;
}

/* Letters of other scripts that look like ASCII ones, for the message. */
static const struct {
    uint16_t code_point;
    char looks_like;
    const char *script;
} look_alikes[] = {
    {0x0430, 'a', "Cyrillic"}, {0x0435, 'e', "Cyrillic"},
    {0x043E, 'o', "Cyrillic"}, {0x0440, 'p', "Cyrillic"},
    {0x0441, 'c', "Cyrillic"}, {0x0443, 'y', "Cyrillic"},
    {0x0445, 'x', "Cyrillic"}, {0x0455, 's', "Cyrillic"},
    {0x0456, 'i', "Cyrillic"}, {0x0458, 'j', "Cyrillic"},
    {0x0501, 'd', "Cyrillic"}, {0x051B, 'q', "Cyrillic"},
    {0x051D, 'w', "Cyrillic"}, {0x03B1, 'a', "Greek"},
    {0x03B9, 'i', "Greek"},    {0x03BD, 'v', "Greek"},
    {0x03BF, 'o', "Greek"},    {0x03C1, 'p', "Greek"},
    {0x0131, 'i', "Turkish"},
};

static ar_str letter_text(struct ar_lexer *lexer, uint32_t code_point)
{
    for (size_t i = 0; i < AR_COUNT_OF(look_alikes); i++) {
        if (look_alikes[i].code_point == code_point)
            return ar_str_printf(lexer->arena, "U+%04X (%s, looks like '%c')",
                                 (unsigned)code_point, look_alikes[i].script,
                                 look_alikes[i].looks_like);
    }
    return code_point_text(lexer, code_point);
}

/* What the character says in other languages, or what it was typed for. */
static const struct {
    uint32_t code_point;
    const char *instead;
} instead_of[] = {
    {'&', "and"},   {'|', "or"},    {'!', "not"},   {0x201C, "\""},
    {0x201D, "\""}, {0x201E, "\""}, {0x201F, "\""}, {0x00AB, "\""},
    {0x00BB, "\""}, {0x2018, "'"},  {0x2019, "'"},  {0x201A, "'"},
    {0x201B, "'"},
};

static void suggest_instead(struct ar_lexer *lexer, struct ar_diag *diag,
                            uint32_t code_point)
{
    for (size_t i = 0; i < AR_COUNT_OF(instead_of); i++) {
        if (instead_of[i].code_point == code_point)
            ar_diag_suggest(lexer->diags, diag,
                            ar_str_from_c(instead_of[i].instead));
    }
}

static enum ar_diag_code character_code(uint32_t code_point)
{
    if (code_point < 0x80)
        return AR_E0125;
    if (is_unicode_blank(code_point))
        return AR_E0115;
    if (is_typographic_quote(code_point))
        return AR_E0116;
    return ar_utf8_is_invisible(code_point) ? AR_E0112 : AR_E0113;
}

static void report_character(struct ar_lexer *lexer, ar_span span,
                             uint32_t code_point)
{
    enum ar_diag_code code = character_code(code_point);
    bool printable = code_point >= 0x20 && code_point < 0x7F;
    ar_str text = printable
                      ? ar_str_printf(lexer->arena, "'%c'", (char)code_point)
                  : code == AR_E0113 ? letter_text(lexer, code_point)
                                     : code_point_text(lexer, code_point);
    suggest_instead(lexer, ar_diag(lexer->diags, code, span, text), code_point);
}

/* Already reported by check_encoding(). */
static bool is_encoding_fault(uint32_t code_point)
{
    return code_point == 0 || code_point == 0xFFFFFFFFU ||
           code_point == 0xFEFF || code_point == 0x2028 ||
           code_point == 0x2029 || ar_utf8_is_bidi_control(code_point);
}

/* A word in another script is one fault. */
static size_t word_end(ar_str text, size_t at)
{
    size_t end = at;
    while (end < text.len) {
        size_t next = end;
        uint32_t code_point = ar_utf8_next(text, &next);
        bool letter = code_point < 0x80
                          ? ar_char_is_letter((char)code_point) ||
                                ar_char_is_digit((char)code_point)
                          : !is_encoding_fault(code_point) &&
                                character_code(code_point) == AR_E0113;
        if (!letter)
            break;
        end = next;
    }
    return end;
}

const char *ar_lexer_stray_character(struct ar_lexer *lexer, const char *start)
{
    ar_str text = {lexer->start, (size_t)(lexer->limit - lexer->start)};
    size_t at = (size_t)(start - lexer->start);
    size_t end = at;
    uint32_t code_point = ar_utf8_next(text, &end);
    bool doubled =
        code_point < 0x80 && end < text.len && text.ptr[end] == text.ptr[at];
    if (doubled) /* && and || are one fault */
        end++;
    if (code_point >= 0x80 && character_code(code_point) == AR_E0113)
        end = word_end(text, end);
    if (!is_encoding_fault(code_point))
        report_character(lexer, span_at(lexer, at, end), code_point);
    return lexer->start + end;
}

static void check_special(struct ar_lexer *lexer, ar_span span,
                          uint32_t code_point)
{
    if (code_point == 0)
        ar_diag_plain(lexer->diags, AR_E0105, span);
    else if (code_point == 0xFEFF)
        ar_diag_plain(lexer->diags, AR_E0102, span);
    else if (code_point == 0x2028 || code_point == 0x2029)
        ar_diag(lexer->diags, AR_E0114, span,
                code_point_text(lexer, code_point));
    else if (ar_utf8_is_bidi_control(code_point))
        ar_diag(lexer->diags, AR_E0111, span,
                code_point_text(lexer, code_point));
}

/* A run of bytes that are no characters is one fault. */
static size_t skip_invalid(ar_str text, size_t at)
{
    size_t end = at;
    while (at < text.len && ar_utf8_next(text, &end) == 0xFFFFFFFFU)
        at = end;
    return at;
}

enum { ENCODING_BLOCK_BYTES = 64 };

/* Whether a block is ASCII without NUL and CR. The compiler makes vector
 * instructions of it. */
static bool is_good_block(const char *bytes)
{
    unsigned char bad = 0;
    for (size_t i = 0; i < ENCODING_BLOCK_BYTES; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        bad |= (unsigned char)((byte & 0x80) | (byte == 0) | (byte == '\r'));
    }
    return bad == 0;
}

/* The first offset from at on that is len or has a byte to be looked at. */
static size_t skip_good(ar_str text, size_t at)
{
    while (text.len - at >= ENCODING_BLOCK_BYTES &&
           is_good_block(text.ptr + at))
        at += ENCODING_BLOCK_BYTES;
    while (at < text.len) {
        unsigned char byte = (unsigned char)text.ptr[at];
        if (byte >= 0x80 || byte == 0 || byte == '\r')
            break;
        at++;
    }
    return at;
}

static void check_encoding(struct ar_lexer *lexer, ar_str text, size_t from)
{
    size_t at = from;
    while ((at = skip_good(text, at)) < text.len) {
        size_t start = at;
        uint32_t code_point = ar_utf8_next(text, &at);
        ar_span span = span_at(lexer, start, at);
        if (code_point == 0xFFFFFFFFU) {
            ar_diag(lexer->diags, AR_E0101, span,
                    ar_str_printf(lexer->arena, "0x%02X",
                                  (unsigned char)text.ptr[start]));
            at = skip_invalid(text, at);
        } else if (code_point == '\r' &&
                   (at == text.len || text.ptr[at] != '\n'))
            ar_diag_plain(lexer->diags, AR_E0109, span);
        else
            check_special(lexer, span, code_point);
    }
}

/* A mark, or a first letter with a NUL on either side of it. */
static bool looks_like_utf16(ar_str text)
{
    if (text.len < 2)
        return false;
    unsigned char a = (unsigned char)text.ptr[0];
    unsigned char b = (unsigned char)text.ptr[1];
    if ((a == 0xFF && b == 0xFE) || (a == 0xFE && b == 0xFF))
        return true;
    return text.len % 2 == 0 && (a == 0) != (b == 0);
}

bool ar_lexer_start(struct ar_lexer *lexer, struct ar_arena *arena,
                    struct ar_diags *diags, uint32_t file)
{
    ar_str text = ar_sources_get(diags->sources, file)->text;
    *lexer = (struct ar_lexer){.arena = arena, .diags = diags, .file = file};
    lexer->start = text.ptr;
    lexer->cursor = text.ptr;
    lexer->limit = text.ptr + text.len;
    if (text.len > AR_MAX_SOURCE_BYTES) {
        ar_diag(diags, AR_E0127, span_at(lexer, 0, 0),
                number_text(lexer, AR_MAX_SOURCE_BYTES));
        return false;
    }
    if (looks_like_utf16(text)) {
        ar_diag_plain(diags, AR_E0104, span_at(lexer, 0, 2));
        return false;
    }
    size_t bom_bytes = ar_str_starts_with(text, AR_STR("\xEF\xBB\xBF")) ? 3 : 0;
    lexer->cursor += bom_bytes;
    check_encoding(lexer, text, bom_bytes);
    return true;
}
