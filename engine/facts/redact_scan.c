/* SPDX-License-Identifier: Apache-2.0 */
/* What secrets, people and addresses look like in a text. One pass from left
 * to right; at each place the first finder that fits wins. Every finder looks
 * no further than what it takes, so the time is that of the length, times the
 * number of words that are looked for. */

#include "facts/redact_scan.h"

#include "value/ip.h"

#define AR_SECRET_KIND(name, sensitivity) #name,
const char *const ar_secret_kind_names[AR_N_SECRET_KINDS] = {
#include "facts/redact.def"
};
#undef AR_SECRET_KIND

/* ---- characters ---- */

static char char_at(ar_str text, size_t at)
{
    return at < text.len ? text.ptr[at] : '\0';
}

static char char_before(ar_str text, size_t at)
{
    return at > 0 ? text.ptr[at - 1] : '\0';
}

static bool is_alnum(char c)
{
    return ar_char_is_digit(c) || ar_char_is_letter(c);
}

/* Bytes of other scripts belong to words as letters do. */
static bool is_word(char c)
{
    return is_alnum(c) || c == '_' || ((unsigned char)c & 0x80) != 0;
}

static bool is_hex(char c)
{
    char lower = ar_char_lower(c);
    return ar_char_is_digit(c) || (lower >= 'a' && lower <= 'f');
}

static bool is_base64(char c)
{
    return is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

static bool is_separator(char c)
{
    return c == '/' || c == '\\';
}

static size_t skip_while(ar_str text, size_t at, bool (*fits)(char))
{
    while (at < text.len && fits(text.ptr[at]))
        at++;
    return at;
}

static bool has_at(ar_str text, size_t at, ar_str part)
{
    return at <= text.len &&
           ar_str_starts_with(ar_str_slice(text, at, text.len), part);
}

static bool has_at_ignoring_case(ar_str text, size_t at, ar_str part)
{
    return text.len - at >= part.len &&
           ar_str_equal_ignore_case(ar_str_slice(text, at, at + part.len),
                                    part);
}

/* ---- finders: the end of what begins at `at`, or `at` ---- */

/* What looks like a placeholder is taken for one by whoever reads it. */
static size_t find_mark(ar_str text, size_t at)
{
    if (char_at(text, at) != '<')
        return at;
    size_t end = at + 1;
    while (char_at(text, end) >= 'a' && char_at(text, end) <= 'z')
        end++;
    if (end == at + 1 || char_at(text, end) != '-')
        return at;
    size_t digits = end + 1;
    end = skip_while(text, digits, ar_char_is_digit);
    return end > digits && char_at(text, end) == '>' ? end + 1 : at;
}

#define BEGIN_MARK AR_STR("-----BEGIN ")
#define END_MARK   AR_STR("-----END ")

/* Where the key of a heading at `at` ends; SIZE_MAX: not in this text. */
static size_t find_key_end(ar_str text, size_t at)
{
    size_t end = ar_str_find(text, END_MARK, at);
    if (end == SIZE_MAX)
        return SIZE_MAX;
    end = ar_str_find(text, AR_STR("-----"), end + END_MARK.len);
    return end == SIZE_MAX ? SIZE_MAX : end + 5;
}

static bool begins_key(ar_str text, size_t at)
{
    if (!has_at(text, at, BEGIN_MARK))
        return false;
    ar_str heading = ar_str_slice(text, at, at + 80);
    return ar_str_find(heading, AR_STR("PRIVATE KEY"), 0) != SIZE_MAX;
}

static size_t find_key(ar_str text, size_t at)
{
    if (!begins_key(text, at))
        return at;
    size_t end = find_key_end(text, at);
    return end == SIZE_MAX ? text.len : end;
}

bool ar_secret_opens_key(ar_str text)
{
    size_t at = ar_str_find(text, BEGIN_MARK, 0);
    return at != SIZE_MAX && begins_key(text, at) &&
           find_key_end(text, at) == SIZE_MAX;
}

bool ar_secret_closes_key(ar_str text)
{
    return ar_str_find(text, END_MARK, 0) != SIZE_MAX;
}

/* USER:PASSWORD between :// and @. */
static size_t find_credential(ar_str text, size_t at)
{
    if (at < 3 || !has_at(text, at - 3, AR_STR("://")))
        return at;
    size_t last = at;
    for (size_t ix = at; ix < text.len; ix++) {
        char c = text.ptr[ix];
        if (c == '@')
            last = ix;
        if (ar_char_is_blank(c) || c == '/' || c == '"' || c == '\'')
            break;
    }
    return last;
}

struct token_form {
    const char *prefix;
    unsigned least; /* characters behind it */
};

static size_t find_token(ar_str text, size_t at)
{
    static const struct token_form forms[] = {
        {"AKIA", 12},    {"ASIA", 12},        {"ghp_", 16},
        {"gho_", 16},    {"ghu_", 16},        {"ghs_", 16},
        {"ghr_", 16},    {"github_pat_", 16}, {"glpat-", 12},
        {"gldt-", 12},   {"xoxb-", 8},        {"xoxp-", 8},
        {"xoxa-", 8},    {"xoxr-", 8},        {"xoxs-", 8},
        {"xapp-", 8},    {"sk-", 16},         {"sk_live_", 8},
        {"sk_test_", 8}, {"rk_live_", 8},     {"npm_", 20},
        {"pypi-", 16},   {"dckr_pat_", 12},   {"hf_", 20},
        {"AIza", 20},    {"ya29.", 12},       {"eyJ", 16},
        {"SG.", 16},     {"hvs.", 12},        {"dop_v1_", 16},
        {"shpat_", 16},  {"ATATT", 16},       {"AGE-SECRET-KEY-", 16},
        {"EAAC", 20},    {"lin_api_", 16},    {"rubygems_", 16},
        {"Bearer ", 8},  {"Basic ", 8}};
    if (is_word(char_before(text, at)))
        return at;
    for (size_t ix = 0; ix < AR_COUNT_OF(forms); ix++) {
        ar_str prefix = ar_str_from_c(forms[ix].prefix);
        if (!has_at(text, at, prefix))
            continue;
        size_t start = at + prefix.len;
        size_t end = start;
        while (is_base64(char_at(text, end)) || char_at(text, end) == '.' ||
               char_at(text, end) == '=' || char_at(text, end) == '~')
            end++;
        if (end - start >= forms[ix].least)
            return end;
    }
    return at;
}

/* ---- NAME = VALUE ---- */

bool ar_secret_is_name(ar_str name)
{
    static const char *const names[] = {
        "password",    "passwd",        "passphrase", "pwd",       "secret",
        "secrets",     "token",         "apikey",     "api_key",   "api-key",
        "accesskey",   "access_key",    "access-key", "secretkey", "secret_key",
        "privatekey",  "private_key",   "accountkey", "sharedkey", "credential",
        "credentials", "authorization", "_auth",      "authtoken", "sessionid",
        "session_id",  "cookie",        "signature",  "pass",      "pin"};
    for (size_t ix = 0; ix < AR_COUNT_OF(names); ix++) {
        ar_str wanted = ar_str_from_c(names[ix]);
        if (name.len < wanted.len)
            continue;
        size_t start = name.len - wanted.len;
        bool is_short = wanted.len <= 4;
        bool begins_word = start == 0 || !is_alnum(name.ptr[start - 1]) ||
                           (name.ptr[start] >= 'A' && name.ptr[start] <= 'Z');
        if (has_at_ignoring_case(name, start, wanted) &&
            (!is_short || begins_word))
            return true;
    }
    return false;
}

static bool is_name(char c)
{
    return is_word(c) || c == '-' || c == '.';
}

static ar_str name_before(ar_str text, size_t end)
{
    size_t start = end;
    while (start > 0 && is_name(text.ptr[start - 1]))
        start--;
    return ar_str_slice(text, start, end);
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'' || c == '`';
}

static size_t back_over(ar_str text, size_t at, bool (*fits)(char))
{
    while (at > 0 && fits(text.ptr[at - 1]))
        at--;
    return at;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_quote_or_escape(char c)
{
    return is_quote(c) || c == '\\';
}

/* Whether what stands before `at` gives a secret its value: password=,
 * "token": ", --password . */
static bool follows_secret_name(ar_str text, size_t at)
{
    size_t end = back_over(text, at, is_quote_or_escape);
    end = back_over(text, end, is_space);
    bool has_sign =
        end > 0 && (text.ptr[end - 1] == '=' || text.ptr[end - 1] == ':');
    if (has_sign) {
        end--;
        if (end > 0 && (text.ptr[end - 1] == ':' || text.ptr[end - 1] == '='))
            end--;
        end = back_over(text, end, is_space);
        end = back_over(text, end, is_quote_or_escape);
    }
    ar_str name = name_before(text, end);
    bool is_option = ar_str_starts_with(name, AR_STR("--"));
    return (has_sign || (is_option && end < at)) && ar_secret_is_name(name);
}

/* In quotes, up to their end; else up to a blank, and where one stands before
 * the value up to the end of the line. */
static size_t find_value_end(ar_str text, size_t at)
{
    char before = char_before(text, at);
    bool is_line = is_space(before);
    size_t end = at;
    for (; end < text.len; end++) {
        char c = text.ptr[end];
        if (c == '\n' || c == '\r')
            break;
        if (is_quote(before)
                ? c == before && char_before(text, end) != '\\'
                : c == '&' || c == ';' || c == ',' || (!is_line && is_space(c)))
            break;
    }
    return end;
}

static size_t find_password(ar_str text, size_t at)
{
    char before = char_before(text, at);
    char c = char_at(text, at);
    bool may_begin =
        is_quote(before) || is_space(before) || before == '=' || before == ':';
    bool is_blank_or_sign =
        ar_char_is_blank(c) || is_quote_or_escape(c) || c == '=' || c == ':';
    if (!may_begin || is_blank_or_sign || !follows_secret_name(text, at))
        return at;
    return find_value_end(text, at);
}

/* ---- what looks random, or is encoded ---- */

static int class_of(char c)
{
    if (ar_char_is_digit(c))
        return 0;
    if (c >= 'a' && c <= 'z')
        return 1;
    return c >= 'A' && c <= 'Z' ? 2 : 3;
}

/* A path and a name have words in them: several small letters in a row. Of
 * what is random few are, and it has letters of both kinds, and digits. */
static bool looks_random(ar_str run)
{
    enum { LEAST_LENGTH = 32, LEAST_LETTERS = 3, WORD = 3 };
    size_t counts[4] = {0};
    size_t n_small = 0; /* in a row, up to here */
    size_t n_in_words = 0;
    for (size_t ix = 0; ix < run.len; ix++) {
        int class = class_of(run.ptr[ix]);
        counts[class]++;
        n_small = class == 1 ? n_small + 1 : 0;
        if (n_small >= WORD)
            n_in_words += n_small == WORD ? WORD : 1;
    }
    return run.len >= LEAST_LENGTH && counts[0] > 0 &&
           counts[1] >= LEAST_LETTERS && counts[2] >= LEAST_LETTERS &&
           n_in_words * 5 <= run.len * 2;
}

static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (ar_char_is_digit(c))
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : 63;
}

/* Bytes that happen to be text are hardly ever so many. */
static bool is_encoded_text(ar_str run)
{
    enum { LEAST_LENGTH = 16 };
    unsigned bits = 0;
    unsigned n_bits = 0;
    if (run.len < LEAST_LENGTH)
        return false;
    for (size_t ix = 0; ix < run.len; ix++) {
        bits = (bits << 6 | (unsigned)sextet(run.ptr[ix])) & 0xFFFF;
        n_bits += 6;
        if (n_bits < 8)
            continue;
        n_bits -= 8;
        unsigned byte = bits >> n_bits & 0xFF;
        if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') ||
            byte >= 0x7F)
            return false;
    }
    return true;
}

static size_t find_encoded(ar_str text, size_t at)
{
    if (is_base64(char_before(text, at)))
        return at;
    size_t end = skip_while(text, at, is_base64);
    ar_str run = ar_str_slice(text, at, end);
    if (!looks_random(run) && !is_encoded_text(run))
        return at;
    while (char_at(text, end) == '=')
        end++;
    return end;
}

/* ---- people ---- */

static bool is_mail_name(char c)
{
    return is_word(c) || c == '.' || c == '%' || c == '+' || c == '-';
}

static bool is_domain(char c)
{
    return is_alnum(c) || c == '.' || c == '-';
}

/* getty@tty1.service is none. */
static bool is_unit_name(ar_str domain)
{
    static const char *const ends[] = {".service", ".socket", ".timer",
                                       ".mount",   ".target", ".slice",
                                       ".scope",   ".device", ".path"};
    for (size_t ix = 0; ix < AR_COUNT_OF(ends); ix++) {
        if (ar_str_ends_with(domain, ar_str_from_c(ends[ix])))
            return true;
    }
    return false;
}

static size_t find_mail(ar_str text, size_t at)
{
    if (is_mail_name(char_before(text, at)))
        return at;
    size_t sign = skip_while(text, at, is_mail_name);
    if (sign == at || char_at(text, sign) != '@')
        return at;
    size_t end = skip_while(text, sign + 1, is_domain);
    while (end > sign && !is_alnum(text.ptr[end - 1]))
        end--;
    ar_str domain = ar_str_slice(text, sign + 1, end);
    size_t dot = ar_str_find(domain, AR_STR("."), 0);
    bool is_mail = dot != SIZE_MAX && dot > 0 && !is_unit_name(domain);
    return is_mail ? end : at;
}

/* S-1-5-21-...: the account of a Windows user. */
static size_t find_sid(ar_str text, size_t at)
{
    ar_str prefix = AR_STR("S-1-5-21-");
    if (is_word(char_before(text, at)) || !has_at(text, at, prefix))
        return at;
    size_t end = at + prefix.len;
    while (ar_char_is_digit(char_at(text, end)) || char_at(text, end) == '-')
        end++;
    return end;
}

/* Folders beside those of people. */
static bool is_shared_home(ar_str name)
{
    static const char *const names[] = {"Public",       "Default",
                                        "Shared",       "All Users",
                                        "Default User", "desktop.ini"};
    for (size_t ix = 0; ix < AR_COUNT_OF(names); ix++) {
        if (ar_str_equal_ignore_case(name, ar_str_from_c(names[ix])))
            return true;
    }
    return false;
}

static bool ends_home(char c)
{
    return is_separator(c) || is_quote(c) || c == ':' || c == ';' || c == ',' ||
           c == '\n' || c == '\r' || c == '<' || c == '>' || c == ')' ||
           c == ']' || c == '|';
}

/* The name behind /home/, \Users\ and their like, at any depth. Blanks belong
 * to it only where another separator follows. */
static size_t find_home(ar_str text, size_t at)
{
    static const char *const parents[] = {"home", "Users",
                                          "Documents and Settings"};
    enum { MOST_SEPARATORS = 4 }; /* escaped twice */
    bool is_home = false;
    size_t folder = at;
    while (at - folder < MOST_SEPARATORS &&
           is_separator(char_before(text, folder)))
        folder--;
    if (folder == at)
        return at;
    for (size_t ix = 0; ix < AR_COUNT_OF(parents) && !is_home; ix++) {
        ar_str parent = ar_str_from_c(parents[ix]);
        is_home = folder > parent.len &&
                  is_separator(text.ptr[folder - parent.len - 1]) &&
                  has_at_ignoring_case(text, folder - parent.len, parent);
    }
    if (!is_home)
        return at;
    size_t end = at;
    size_t blank = SIZE_MAX;
    while (end < text.len && !ends_home(text.ptr[end])) {
        if (is_space(text.ptr[end]) && blank == SIZE_MAX)
            blank = end;
        end++;
    }
    if (blank != SIZE_MAX && !is_separator(char_at(text, end)))
        end = blank;
    return is_shared_home(ar_str_slice(text, at, end)) ? at : end;
}

/* ---- addresses ---- */

/* Of every machine, or of none. */
static bool is_common_ip(const struct ar_ip *ip)
{
    static const uint8_t zeros[16] = {0};
    if (!ip->is_v6)
        return ip->bytes[0] == 127 || ip->bytes[0] == 255 ||
               (ip->bytes[0] == 0 && ip->bytes[1] == 0);
    bool is_low = true;
    for (size_t ix = 0; ix < 15; ix++)
        is_low = is_low && ip->bytes[ix] == zeros[ix];
    return is_low && ip->bytes[15] <= 1;
}

static bool is_ip4(char c)
{
    return ar_char_is_digit(c) || c == '.';
}

static bool is_ip6(char c)
{
    return is_hex(c) || c == ':' || c == '.';
}

/* The end of what could be an address; `at` if it is longer than any. */
static size_t find_run(ar_str text, size_t at, bool (*fits)(char))
{
    enum { LONGEST = 46 };
    ar_str part = ar_str_slice(text, 0, at + LONGEST);
    size_t end = skip_while(part, at, fits);
    return end == at + LONGEST ? at : end;
}

/* 5.15.153.1-microsoft is a version. */
static bool goes_on(ar_str text, size_t end)
{
    char c = char_at(text, end);
    return is_word(c) || c == '+' || c == '~' ||
           (c == '-' && ar_char_is_letter(char_at(text, end + 1)));
}

static size_t find_ip4(ar_str text, size_t at)
{
    struct ar_ip ip;
    char before = char_before(text, at);
    if (is_word(before) || before == '.')
        return at;
    size_t end = find_run(text, at, is_ip4);
    while (end > at && text.ptr[end - 1] == '.')
        end--;
    if (end - at < 7 || goes_on(text, end) ||
        !ar_ip_parse(ar_str_slice(text, at, end), &ip) || ip.is_v6 ||
        is_common_ip(&ip))
        return at;
    return end;
}

/* a::b is more often a name of a program than an address. */
static bool has_digit(ar_str text)
{
    size_t ix = 0;
    while (ix < text.len && !ar_char_is_digit(text.ptr[ix]))
        ix++;
    return ix < text.len;
}

static size_t find_ip6(ar_str text, size_t at)
{
    struct ar_ip ip;
    char before = char_before(text, at);
    if (is_word(before) || before == ':')
        return at;
    size_t end = find_run(text, at, is_ip6);
    while (end > at + 2 &&
           (text.ptr[end - 1] == '.' ||
            (text.ptr[end - 1] == ':' && text.ptr[end - 2] != ':')))
        end--;
    if (end - at < 3 || is_word(char_at(text, end)) ||
        !has_digit(ar_str_slice(text, at, end)) ||
        !ar_ip_parse(ar_str_slice(text, at, end), &ip) || !ip.is_v6 ||
        is_common_ip(&ip))
        return at;
    return end;
}

static size_t find_mac(ar_str text, size_t at)
{
    enum { PAIRS = 6, LENGTH = 3 * PAIRS - 1 };
    char sign = char_at(text, at + 2);
    bool is_zero = true;
    bool is_full = true;
    if ((sign != ':' && sign != '-') || is_word(char_before(text, at)) ||
        text.len - at < LENGTH || is_word(char_at(text, at + LENGTH)))
        return at;
    for (size_t ix = 0; ix < LENGTH; ix++) {
        char c = text.ptr[at + ix];
        if (ix % 3 == 2 ? c != sign : !is_hex(c))
            return at;
        is_zero = is_zero && (c == '0' || c == sign);
        is_full = is_full && (ar_char_lower(c) == 'f' || c == sign);
    }
    return is_zero || is_full ? at : at + LENGTH;
}

/* ---- words ---- */

static size_t find_word(const ar_secret_words *words, ar_str text, size_t at,
                        unsigned without, enum ar_secret_kind *kind)
{
    size_t longest = at;
    for (size_t ix = 0; ix < words->count; ix++) {
        const struct ar_secret_word *word = &words->at[ix];
        size_t end = at + word->text.len;
        if (end <= longest || (without & 1U << word->kind) ||
            !has_at_ignoring_case(text, at, word->text))
            continue;
        if (!word->is_part &&
            (is_word(char_before(text, at)) || is_word(char_at(text, end))))
            continue;
        longest = end;
        *kind = word->kind;
    }
    return longest;
}

/* ---- the pass ---- */

struct finder {
    size_t (*find)(ar_str text, size_t at);
    enum ar_secret_kind kind;
};

static const struct finder finders[] = {
    {find_mark, AR_SECRET_mark},
    {find_key, AR_SECRET_key},
    {find_credential, AR_SECRET_credential},
    {find_password, AR_SECRET_password},
    {find_token, AR_SECRET_token},
    {find_mail, AR_SECRET_mail},
    {find_sid, AR_SECRET_user},
    {find_home, AR_SECRET_user},
    {find_mac, AR_SECRET_mac},
    {find_ip4, AR_SECRET_ip},
    {find_ip6, AR_SECRET_ip},
    {find_encoded, AR_SECRET_encoded},
};

bool ar_secret_find(const ar_secret_words *words, ar_str text, size_t from,
                    unsigned without, struct ar_secret_span *out)
{
    for (size_t at = from; at < text.len; at++) {
        out->start = at;
        out->end = find_word(words, text, at, without, &out->kind);
        if (out->end > at)
            return true;
        for (size_t ix = 0; ix < AR_COUNT_OF(finders); ix++) {
            out->kind = finders[ix].kind;
            if (without & 1U << out->kind)
                continue;
            out->end = finders[ix].find(text, at);
            if (out->end > at)
                return true;
        }
    }
    return false;
}
