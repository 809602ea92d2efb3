/* SPDX-License-Identifier: Apache-2.0 */
/* Where in a command a value may stand. The engine quotes a value as one
 * argument, which holds only where the shell is about to read an argument, and
 * only if nothing reads it as code afterwards. What cannot be told is
 * refused. */

#include "sema/commands.h"

#include <string.h>

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

static bool is_escape(char c)
{
    return c == '\\' || c == '`' || c == '^';
}

/* What stands on the same line before the value. */
static ar_str last_line(ar_str text)
{
    size_t start = text.len;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    return ar_str_slice(text, start, text.len);
}

/* Each line must close what it opens: a quote in a comment would turn all that
 * follow. An escaped quote is one that cannot be counted for every shell. */
static bool has_open_quote(ar_str text)
{
    char open = 0;
    for (size_t ix = 0; ix < text.len; ix++) {
        char c = text.ptr[ix];
        if (c == '\n' && open != 0)
            return true;
        if (!is_quote(c))
            continue;
        if (ix > 0 && is_escape(text.ptr[ix - 1]))
            return true;
        if (open == 0)
            open = c;
        else if (c == open)
            open = 0;
    }
    return open != 0;
}

/* The glue between a word and the value behind it. */
static bool has_escaped_blank(ar_str text)
{
    return text.len > 1 && ar_char_is_blank(text.ptr[text.len - 1]) &&
           is_escape(text.ptr[text.len - 2]);
}

/* Quotes are text in a here-document, in arithmetic, and for a backquote that
 * looks for its other end. */
static bool has_odd_syntax(ar_str text)
{
    static const char *const odd[] = {"<<", "((", "$["};
    bool in_backquotes = false;
    for (size_t ix = 0; ix < text.len; ix++)
        in_backquotes ^= text.ptr[ix] == '`';
    for (size_t ix = 0; ix < AR_COUNT_OF(odd); ix++) {
        if (ar_str_find(text, ar_str_from_c(odd[ix]), 0) != SIZE_MAX)
            return true;
    }
    return in_backquotes;
}

bool ar_command_holds_argument(ar_str before)
{
    return !has_open_quote(before) && !has_escaped_blank(before) &&
           !has_odd_syntax(before);
}

/* ---- what is read as code ---- */

static ar_str last_word(ar_str text)
{
    size_t start = text.len;
    while (start > 0 && !ar_char_is_blank(text.ptr[start - 1]))
        start--;
    return ar_str_slice(text, start, text.len);
}

/* What follows is the name of a program. PowerShell assigns values. */
static bool begins_command(ar_str shell, ar_str line)
{
    static const char *const words[] = {
        ".",     "!",     "=",    "sudo", "doas",  "exec",
        "nohup", "if",    "then", "else", "do",    "command",
        "xargs", "start", "env",  "time", "while", "call"};
    ar_str text = ar_str_trim(line);
    ar_str word = last_word(text);
    if (text.len == 0 || memchr(";|&({", text.ptr[text.len - 1], 5) != NULL)
        return true;
    if (ar_str_equal_c(shell, "powershell") && ar_str_equal_c(word, "="))
        return false;
    for (size_t ix = 0; ix < AR_COUNT_OF(words); ix++) {
        if (ar_str_equal_c(word, words[ix]))
            return true;
    }
    return false;
}

enum reader {
    READS_NOTHING,
    READS_ALL,    /* joins all that follows and reads it as code */
    READS_BEHIND, /* reads what stands behind a flag as code */
    READS_REST    /* reads all that stands behind a flag as code */
};

static const struct {
    const char *name;
    enum reader reader;
} readers[] = {
    {"eval", READS_ALL},
    {"source", READS_ALL},
    {"ssh", READS_ALL},
    {"iex", READS_ALL},
    {"sh", READS_BEHIND},
    {"bash", READS_BEHIND},
    {"dash", READS_BEHIND},
    {"ash", READS_BEHIND},
    {"zsh", READS_BEHIND},
    {"ksh", READS_BEHIND},
    {"fish", READS_BEHIND},
    {"su", READS_BEHIND},
    {"perl", READS_BEHIND},
    {"ruby", READS_BEHIND},
    {"python", READS_BEHIND},
    {"python3", READS_BEHIND},
    {"node", READS_BEHIND},
    {"cmd", READS_REST},
    {"powershell", READS_REST},
    {"pwsh", READS_REST},
    {"invoke-expression", READS_ALL},
};

static enum reader find_reader(struct ar_arena *arena, ar_str word)
{
    ar_str name = ar_str_lower(arena, word);
    for (size_t ix = name.len; ix > 0; ix--) {
        if (name.ptr[ix - 1] == '/' || name.ptr[ix - 1] == '\\')
            return find_reader(arena, ar_str_slice(name, ix, name.len));
    }
    if (ar_str_ends_with(name, AR_STR(".exe")))
        name = ar_str_slice(name, 0, name.len - 4);
    for (size_t ix = 0; ix < AR_COUNT_OF(readers); ix++) {
        if (ar_str_equal_c(name, readers[ix].name))
            return readers[ix].reader;
    }
    return READS_NOTHING;
}

/* "-c", "-lc", "-pe", "-Command", "-EncodedCommand", "/c", "/k". */
static bool is_code_flag(struct ar_arena *arena, ar_str word)
{
    ar_str flag = ar_str_lower(arena, word);
    if (ar_str_equal_c(flag, "/c") || ar_str_equal_c(flag, "/k"))
        return true;
    if (flag.len < 2 || flag.ptr[0] != '-' || flag.ptr[1] == '-')
        return false;
    char last = flag.ptr[flag.len - 1];
    return flag.ptr[1] == 'c' || ar_str_starts_with(flag, AR_STR("-enc")) ||
           (flag.len <= 4 && (last == 'c' || last == 'e'));
}

static ar_str take_word(ar_str *rest)
{
    static const char ends[] = ";|&(){}";
    size_t start = 0;
    while (start < rest->len && ar_char_is_blank(rest->ptr[start]))
        start++;
    size_t end = start;
    while (end < rest->len && !ar_char_is_blank(rest->ptr[end]) &&
           memchr(ends, rest->ptr[end], sizeof(ends) - 1) == NULL)
        end++;
    if (end == start && end < rest->len)
        end++;
    ar_str word = ar_str_slice(*rest, start, end);
    *rest = ar_str_slice(*rest, end, rest->len);
    return word;
}

bool ar_command_reads_code(struct ar_arena *arena, ar_str shell, ar_str before)
{
    ar_str rest = last_line(before);
    enum reader reader = READS_NOTHING;
    bool was_flag = false;
    bool has_flag = false;
    if (begins_command(shell, rest))
        return true;
    while (rest.len > 0) {
        ar_str word = take_word(&rest);
        if (word.len == 0)
            break;
        enum reader found = find_reader(arena, word);
        if (found != READS_NOTHING) {
            reader = found;
            has_flag = false;
        }
        was_flag = found == READS_NOTHING && is_code_flag(arena, word);
        has_flag = has_flag || was_flag;
    }
    return reader == READS_ALL || (reader == READS_BEHIND && was_flag) ||
           (reader == READS_REST && has_flag);
}
