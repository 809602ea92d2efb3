/* SPDX-License-Identifier: Apache-2.0 */
/* Trees of rule source: the types they speak of, and their text. */

#include "tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const type_texts[LAW_N_TYPES] = {
    [LAW_BOOL] = "bool",
    [LAW_INT] = "int",
    [LAW_REAL] = "real",
    [LAW_STRING] = "string",
    [LAW_VERSION] = "version",
    [LAW_SIZE] = "size",
    [LAW_DURATION] = "duration",
    [LAW_TIME] = "time",
    [LAW_IP] = "ip",
    [LAW_CIDR] = "cidr",
    [LAW_ARCH] = "arch",
    [LAW_ENUM] = "flavour",
    [LAW_N_SCALARS + LAW_BOOL] = "list of bool",
    [LAW_N_SCALARS + LAW_INT] = "list of int",
    [LAW_N_SCALARS + LAW_REAL] = "list of real",
    [LAW_N_SCALARS + LAW_STRING] = "list of string",
    [LAW_N_SCALARS + LAW_VERSION] = "list of version",
    [LAW_N_SCALARS + LAW_SIZE] = "list of size",
    [LAW_N_SCALARS + LAW_DURATION] = "list of duration",
    [LAW_N_SCALARS + LAW_TIME] = "list of time",
    [LAW_N_SCALARS + LAW_IP] = "list of ip",
    [LAW_N_SCALARS + LAW_CIDR] = "list of cidr",
    [LAW_N_SCALARS + LAW_ARCH] = "list of arch",
    [LAW_N_SCALARS + LAW_ENUM] = "list of flavour",
#define INNER "{ cpu : arch, room? : size }"
#define RECORD                                              \
    "{ name : string, ok? : bool, n? : int, v? : version, " \
    "tags : list of string, inner? : " INNER " }"
    [LAW_LIST_OF_RECORD] = "list of " RECORD,
    [LAW_RECORD] = RECORD,
    [LAW_INNER] = INNER,
    [LAW_MAP_OF_STRING] = "map of string",
    [LAW_MAP_OF_INT] = "map of int",
    [LAW_MAP_OF_MAP] = "map of map of string",
};

static const struct law_field record_fields[] = {
    {"name", LAW_STRING, false},
    {"ok", LAW_BOOL, true},
    {"n", LAW_INT, true},
    {"v", LAW_VERSION, true},
    {"tags", LAW_N_SCALARS + LAW_STRING, false},
    {"inner", LAW_INNER, true},
};
static const struct law_field inner_fields[] = {
    {"cpu", LAW_ARCH, false},
    {"room", LAW_SIZE, true},
};

const char *law_type_text(enum law_type type)
{
    AR_ASSERT(type < LAW_N_TYPES);
    return type_texts[type];
}

bool law_type_is_ordered(enum law_type type)
{
    return type < LAW_N_SCALARS && type != LAW_BOOL && type != LAW_IP &&
           type != LAW_CIDR && type != LAW_ARCH && type != LAW_ENUM;
}

enum law_type law_list_of(enum law_type element)
{
    if (element < LAW_N_SCALARS)
        return (enum law_type)(LAW_N_SCALARS + element);
    return element == LAW_RECORD ? LAW_LIST_OF_RECORD : LAW_NO_TYPE;
}

enum law_type law_map_of(enum law_type element)
{
    return element == LAW_STRING          ? LAW_MAP_OF_STRING
           : element == LAW_INT           ? LAW_MAP_OF_INT
           : element == LAW_MAP_OF_STRING ? LAW_MAP_OF_MAP
                                          : LAW_NO_TYPE;
}

enum law_type law_element_of(enum law_type list)
{
    if (list == LAW_LIST_OF_RECORD)
        return LAW_RECORD;
    bool is_list = list >= LAW_N_SCALARS && list < LAW_LIST_OF_RECORD;
    return is_list ? (enum law_type)(list - LAW_N_SCALARS) : LAW_NO_TYPE;
}

const struct law_field *law_fields_of(enum law_type record, size_t *count)
{
    *count = 0;
    if (record == LAW_RECORD) {
        *count = AR_COUNT_OF(record_fields);
        return record_fields;
    }
    if (record == LAW_INNER)
        *count = AR_COUNT_OF(inner_fields);
    return inner_fields;
}

/* ---- nodes ---- */

struct law_node *law_node_new(struct ar_arena *arena, enum law_type type,
                              const char *form)
{
    struct law_node *node = AR_NEW(arena, struct law_node);
    node->type = type;
    node->form = form;
    return node;
}

void law_node_add(struct ar_arena *arena, struct law_node *parent,
                  struct law_node *child)
{
    struct law_node **children =
        AR_NEW_ARRAY(arena, struct law_node *, parent->n_children + 1);
    for (size_t ix = 0; ix < parent->n_children; ix++)
        children[ix] = parent->children[ix];
    children[parent->n_children++] = child;
    parent->children = children;
}

struct law_node *law_node_part(struct ar_arena *arena, struct law_node *parent,
                               const char *form)
{
    struct law_node *part = law_node_new(arena, LAW_NO_TYPE, form);
    part->is_droppable = true;
    law_node_add(arena, parent, part);
    return part;
}

/* ---- text ---- */

/* inlined: the node whose children stand for parameters, or NULL. */
static void put_node(struct ar_buf *out, const struct law_node *node,
                     const struct law_node *inlined);

static void put_all(struct ar_buf *out, const struct law_node *node,
                    const struct law_node *inlined)
{
    for (size_t ix = 0; ix < node->n_children; ix++) {
        if (node->children[ix]->is_dropped)
            continue;
        put_node(out, node->children[ix], inlined);
        ar_buf_put_c(out, "\n");
    }
}

static void put_node(struct ar_buf *out, const struct law_node *node,
                     const struct law_node *inlined)
{
    if (node->is_dropped)
        return;
    if (node->is_inlined) {
        put_node(out, node->children[0], node);
        return;
    }
    if (node->parameter > 0 && inlined) {
        put_node(out, inlined->children[node->parameter], NULL);
        return;
    }
    for (const char *at = node->form; *at; at++) {
        if (*at != '%') {
            ar_buf_put_char(out, *at);
            continue;
        }
        at++;
        if (*at == '%')
            ar_buf_put_char(out, '%');
        else if (*at == '*')
            put_all(out, node, inlined);
        else
            put_node(out, node->children[*at - '1'], inlined);
    }
}

void law_node_put(struct ar_buf *out, const struct law_node *node)
{
    put_node(out, node, NULL);
}

const char *law_text(struct ar_arena *arena, const char *format, ...)
{
    enum { LINE_BYTES = 1024 };
    char line[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    AR_ASSERT(len >= 0 && len < LINE_BYTES);
    return ar_str_copy(arena, (ar_str){line, (size_t)len}).ptr;
}
