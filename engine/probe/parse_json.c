/* SPDX-License-Identifier: Apache-2.0 */
/* JSON, and JSON of which each line is a value. */
#include "probe/parse.h"

static enum ar_reason reason_of(enum ar_json_error_code code)
{
    return code == AR_JSON_TOO_DEEP || code == AR_JSON_TOO_LARGE
               ? AR_REASON_too_large
               : AR_REASON_bad_output;
}

static enum ar_datum_kind kind_of(enum ar_json_kind kind)
{
    switch (kind) {
    case AR_JSON_NULL: return AR_DATUM_NONE;
    case AR_JSON_BOOL:
    case AR_JSON_INT:
    case AR_JSON_REAL:
    case AR_JSON_STRING: return AR_DATUM_JSON;
    case AR_JSON_ARRAY: return AR_DATUM_LIST;
    case AR_JSON_OBJECT: return AR_DATUM_MAP;
    }
    AR_UNREACHABLE();
}

/* The reader bounds the depth. */
static struct ar_datum *convert(struct ar_arena *arena,
                                const struct ar_json *json)
{
    struct ar_datum *datum = ar_datum_new(arena, kind_of(json->kind));
    datum->key = json->key;
    datum->json = json;
    for (const struct ar_json *each = json->first; each; each = each->next)
        ar_datum_add(datum, convert(arena, each));
    return datum;
}

struct ar_datum *ar_parse_json(struct ar_arena *arena, ar_str text)
{
    struct ar_json_error error;
    const struct ar_json *json =
        ar_json_read(arena, text, &ar_json_default_limits, &error);
    if (json)
        return convert(arena, json);
    ar_str detail = ar_str_printf(arena, "it is not JSON: " AR_STR_FORMAT,
                                  AR_STR_ARG(error.text));
    return ar_datum_bad(arena, reason_of(error.code), detail.ptr);
}

/* A line that is no JSON is an element that is not known; if all are, what
 * was written is something else than elements. */
struct ar_datum *ar_parse_jsonl(struct ar_arena *arena, ar_str text)
{
    struct ar_datum *list = ar_datum_new(arena, AR_DATUM_LIST);
    size_t n_good = 0;
    ar_str line;
    while (ar_parse_line(&text, &line)) {
        if (ar_str_trim(line).len == 0)
            continue;
        if (ar_datum_is_full(list))
            return ar_datum_too_large(arena);
        struct ar_datum *element = ar_parse_json(arena, line);
        n_good += element->kind != AR_DATUM_BAD;
        ar_datum_add(list, element);
    }
    return list->count > 0 && n_good == 0 ? list->first : list;
}
