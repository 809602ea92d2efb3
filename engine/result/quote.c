/* SPDX-License-Identifier: Apache-2.0 */
/* Quoting for shells. Values come from the machine that is examined, and a
 * person will paste the command: what cannot be made one harmless argument
 * for sure is refused. */

#include "result/assemble.h"
#include "text/utf8.h"

#include <string.h>

static bool is_plain_char(char c)
{
    return ar_char_is_letter(c) || ar_char_is_digit(c) ||
           (c != '\0' && strchr("._:/@+-", c) != NULL);
}

/* What needs no quotes in any shell. At the beginning '@' makes a variable of
 * a word in PowerShell. */
static bool is_plain(ar_str text)
{
    if (text.len > 0 && text.ptr[0] == '@')
        return false;
    for (size_t ix = 0; ix < text.len; ix++) {
        if (!is_plain_char(text.ptr[ix]))
            return false;
    }
    return text.len > 0;
}

/* What a terminal acts on, or a person cannot see, is nobody's argument. */
bool ar_result_is_visible(ar_str text)
{
    size_t at = 0;
    while (at < text.len) {
        uint32_t c = ar_utf8_next(text, &at);
        bool is_control =
            c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029;
        if (is_control || c > 0x10FFFF || ar_utf8_is_bidi_control(c) ||
            ar_utf8_is_invisible(c))
            return false;
    }
    return true;
}

static bool has_any(ar_str text, const char *chars)
{
    for (size_t ix = 0; ix < text.len; ix++) {
        if (text.ptr[ix] != '\0' && strchr(chars, text.ptr[ix]))
            return true;
    }
    return false;
}

static bool ends_in_backslash(ar_str text)
{
    return text.len > 0 && text.ptr[text.len - 1] == '\\';
}

/* PowerShell takes four more characters for a single quote. */
static bool is_powershell_quote(uint32_t c)
{
    return c == '\'' || (c >= 0x2018 && c <= 0x201B);
}

/* Older PowerShells hand a double quote inside an argument to the program as
 * one that ends it, and a last backslash as one that escapes what follows; an
 * empty argument they drop. All of them take "--%", quoted or not, as a word to
 * themselves. And where the program is a batch file, cmd reads the argument
 * once more, without quotes unless there is a blank in it. */
static bool quote_powershell(struct ar_buf *out, ar_str text)
{
    if (text.len == 0 || has_any(text, "\"%!^&|<>") || ends_in_backslash(text))
        return false;
    ar_buf_put_char(out, '\'');
    size_t at = 0;
    while (at < text.len) {
        size_t start = at;
        uint32_t c = ar_utf8_next(text, &at);
        ar_buf_put(out, ar_str_slice(text, start, at));
        if (is_powershell_quote(c))
            ar_buf_put(out, ar_str_slice(text, start, at));
    }
    ar_buf_put_char(out, '\'');
    return true;
}

static bool quote_bash(struct ar_buf *out, ar_str text)
{
    ar_buf_put_char(out, '\'');
    for (size_t ix = 0; ix < text.len; ix++) {
        if (text.ptr[ix] == '\'')
            ar_buf_put_c(out, "'\\''");
        else
            ar_buf_put_char(out, text.ptr[ix]);
    }
    ar_buf_put_char(out, '\'');
    return true;
}

/* cmd has no way to quote these that holds in all its modes. */
static bool quote_cmd(struct ar_buf *out, ar_str text)
{
    if (has_any(text, "\"%!^&|<>`") || ends_in_backslash(text))
        return false;
    ar_buf_put_char(out, '"');
    ar_buf_put(out, text);
    ar_buf_put_char(out, '"');
    return true;
}

bool ar_result_quote(struct ar_buf *out, ar_str shell, ar_str argument)
{
    if (!ar_result_is_visible(argument))
        return false;
    if (ar_str_equal_c(shell, "powershell"))
        return quote_powershell(out, argument);
    if (ar_str_equal_c(shell, "bash"))
        return quote_bash(out, argument);
    if (ar_str_equal_c(shell, "cmd"))
        return quote_cmd(out, argument);
    if (!is_plain(argument))
        return false;
    ar_buf_put(out, argument);
    return true;
}
