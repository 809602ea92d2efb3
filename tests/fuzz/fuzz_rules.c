/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a rule file: lexer, parser and checker must end, report and
 * never crash. The facts it may name are declared in front of it. */
#include "front/ast.h"
#include "sema/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char library[] =
    "enum os = windows, linux\n"
    "fact host.os : os\n"
    "fact host.arch : arch\n"
    "fact host.memory : size\n"
    "fact host.uptime : duration\n"
    "fact host.booted : time\n"
    "fact docker.client.version : version\n"
    "fact docker.desktop.log : list of string\n"
    "fact docker.count : int\n"
    "fact docker.load : real\n"
    "fact docker.running : bool\n"
    "fact net.address : ip\n"
    "fact net.range : cidr\n"
    "fact env(name : string) : string\n"
    "fact file(path : string).exists : bool\n"
    "fact wsl.distros : list of { name : string, version? : int }\n"
    "fact wsl.settings : map of string\n";

static struct ar_unit *add_unit(struct ar_diags *diags, const char *name,
                                ar_str text)
{
    struct ar_arena *arena = diags->arena;
    struct ar_unit *unit = AR_NEW(arena, struct ar_unit);
    uint32_t file =
        ar_sources_add(arena, diags->sources, ar_str_from_c(name), text);
    unit->path = ar_str_from_c(name);
    ar_vector_push(arena, &unit->files, ar_parse(arena, diags, file));
    ar_vector_push(arena, &unit->file_ids, file);
    return unit;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ar_arena arena = {0};
    struct ar_sources sources = {0};
    struct ar_diags diags = {.arena = &arena, .sources = &sources};
    ar_str text = ar_str_copy(&arena, (ar_str){(const char *)data, size});
    struct ar_unit *units[2];
    units[0] = add_unit(&diags, "library", ar_str_from_c(library));
    units[0]->is_stdlib = true;
    units[0]->name = AR_STR("std.fuzz");
    units[1] = add_unit(&diags, "fuzz.rules", text);
    struct ar_check_options options = {.lint = true,
                                       .engine_version = AR_STR("0.1.0")};
    ar_check(&arena, &diags, units, 2, &options);
    struct ar_buf out = AR_BUF(&arena);
    ar_diags_render(&out, &diags, true);
    ar_arena_free(&arena);
    return 0;
}
