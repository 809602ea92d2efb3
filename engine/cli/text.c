/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows, is wrapped and made safe, and messages on standard
 * error. */

#include "cli/cli.h"
#include "cli/platform.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHOWN_BYTES = 200, /* of an argument in a message */
    COLUMNS = 79
};

static void end_without_memory(void)
{
    static const char message[] = "archrules: out of memory\n";
    cli_write_stream(CLI_STDERR, message, sizeof(message) - 1);
    cli_drop_unfinished();
    exit(CLI_EXIT_INTERNAL);
}

void *cli_allocate(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);
    if (!memory)
        end_without_memory();
    return memory;
}

void cli_put_bytes(struct cli_text *text, const char *bytes, size_t length)
{
    if (length >= SIZE_MAX / 4 - text->length)
        end_without_memory();
    size_t needed = text->length + length + 1;
    if (needed > text->capacity) {
        char *larger = realloc(text->at, needed * 2);
        if (!larger)
            end_without_memory();
        text->at = larger;
        text->capacity = needed * 2;
    }
    if (length > 0)
        memcpy(text->at + text->length, bytes, length);
    text->length += length;
    text->at[text->length] = '\0';
}

void cli_put(struct cli_text *text, const char *string)
{
    cli_put_bytes(text, string, strlen(string));
}

void cli_text_free(struct cli_text *text)
{
    free(text->at);
    *text = (struct cli_text){0};
}

int cli_text_writer(void *context, const char *bytes, size_t length)
{
    cli_put_bytes(context, bytes, length);
    return 0;
}

static void start_line(struct cli_text *text, size_t indent)
{
    cli_put(text, "\n");
    for (size_t i = 0; i < indent; i++)
        cli_put(text, " ");
}

void cli_put_wrapped(struct cli_text *text, const char *string, size_t indent,
                     size_t column)
{
    const char *at = string;
    bool is_first = true;
    while (*at) {
        size_t length = strcspn(at, " ");
        if (!is_first && column + 1 + length > COLUMNS) {
            start_line(text, indent);
            column = indent;
        } else if (!is_first) {
            cli_put(text, " ");
            column++;
        }
        cli_put_bytes(text, at, length);
        column += length;
        is_first = false;
        at += length;
        at += strspn(at, " ");
    }
}

void cli_put_safe(struct cli_text *text, const char *string)
{
    size_t length = strlen(string);
    size_t shown = length;
    if (length > SHOWN_BYTES) {
        shown = SHOWN_BYTES;
        /* Not in the middle of a character of UTF-8. */
        while (shown > 0 && ((unsigned char)string[shown] & 0xC0) == 0x80)
            shown--;
    }
    if (archrules_write_safe(string, shown, cli_text_writer, text) !=
        ARCHRULES_OK)
        end_without_memory();
    if (shown < length)
        cli_put(text, "…");
}

void cli_write_error(const struct cli_text *text)
{
    if (text->length > 0)
        cli_write_stream(CLI_STDERR, text->at, text->length);
}

/* format with %s replaced. */
static void put_formatted(struct cli_text *text, const char *format,
                          va_list arguments)
{
    const char *next;
    while ((next = strstr(format, "%s")) != NULL) {
        cli_put_bytes(text, format, (size_t)(next - format));
        cli_put_safe(text, va_arg(arguments, const char *));
        format = next + 2;
    }
    cli_put(text, format);
    cli_put(text, "\n");
}

void cli_error(const char *format, ...)
{
    struct cli_text text = {0};
    va_list arguments;
    va_start(arguments, format);
    cli_put(&text, "archrules: ");
    put_formatted(&text, format, arguments);
    va_end(arguments);
    cli_write_error(&text);
    cli_text_free(&text);
}

void cli_note(const char *format, ...)
{
    struct cli_text text = {0};
    va_list arguments;
    va_start(arguments, format);
    cli_put(&text, "note: ");
    put_formatted(&text, format, arguments);
    va_end(arguments);
    cli_write_error(&text);
    cli_text_free(&text);
}

/* The nearest name, or the first that begins with what was typed. */
static const char *find_meant(const char *name,
                              const struct cli_values *candidates)
{
    size_t length = strlen(name);
    size_t ix = archrules_nearest(name, candidates->at, candidates->count);
    if (ix != SIZE_MAX)
        return candidates->at[ix];
    for (size_t i = 0; i < candidates->count && length > 1; i++) {
        if (strncmp(name, candidates->at[i], length) == 0)
            return candidates->at[i];
    }
    return NULL;
}

void cli_error_unknown(const char *what, const char *name, const char *prefix,
                       const struct cli_values *candidates)
{
    const char *meant = find_meant(name + strspn(name, "-"), candidates);
    if (meant)
        cli_error("unknown %s '%s': did you mean '%s%s'?", what, name, prefix,
                  meant);
    else
        cli_error("unknown %s '%s'", what, name);
}
