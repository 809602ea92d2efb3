/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzz targets share. The library is small: it is checked with each
 * input. Its facts are those that tests/bad speaks of, one of every type. */

#include "fuzz.h"

#include "front/ast.h"

#include <string.h>

static const struct module {
    const char *name;
    const char *text;
} modules[FUZZ_N_MODULES] = {
    {"std.host", "enum os = windows (\"Windows_NT\"), linux, macos\n"
                 "fact host.os : os fixed\n"
                 "fact host.arch : arch\n"
                 "fact host.name : string sensitive personal\n"
                 "fact host.kernel : string\n"
                 "fact host.cpus : int\n"
                 "fact host.load : real\n"
                 "fact host.memory : size unit \"bytes\"\n"
                 "fact host.uptime : duration\n"
                 "fact host.booted : time\n"
                 "fact host.is_wsl : bool\n"
                 "fact host.address : ip\n"
                 "fact host.network : cidr\n"
                 "fact host.token : string sensitive secret\n"
                 "fact user.groups : list of string\n"},
    {"std.docker",
     "use std.host\n"
     "fact docker.desktop.version : version\n"
     "fact docker.desktop.arch : arch\n"
     "fact docker.desktop.log : list of string\n"
     "fact docker.client.version : version\n"
     "fact docker.client.arch : arch = docker.desktop.arch default host.arch\n"
     "fact docker.emulated : bool = docker.client.arch != host.arch\n"
     "fact image(name : string).arch : arch\n"
     "fact image(name : string).size : size\n"
     "input container.image : string ask \"Which image?\"\n"},
    {"std.wsl", "fact wsl.version : version\n"
                "fact wsl.default_version : int\n"
                "fact wsl.config : map of map of string\n"
                "fact wsl.distros : list of { name : string, version? : int,\n"
                "  default : bool, size? : size }\n"},
    {"std.file", "fact env(name : string) : string\n"
                 "fact file(path : string).exists : bool\n"
                 "fact file(path : string).lines : list of string\n"
                 "fact disk(path : string).free : size\n"},
};

void fuzz_require(bool claim)
{
    if (!claim)
        abort();
}

ar_str fuzz_text(struct ar_arena *arena, const uint8_t *data, size_t size)
{
    return ar_str_copy(arena, (ar_str){(const char *)data, size});
}

ar_str fuzz_line(ar_str text, size_t *at)
{
    size_t end = ar_str_find(text, AR_STR("\n"), *at);
    ar_str line = ar_str_slice(text, *at, end);
    *at += line.len + 1;
    return line;
}

static void require_place(const struct ar_diags *diags, ar_span span)
{
    const struct ar_source *source = ar_sources_get(diags->sources, span.file);
    fuzz_require(span.file == 0 || source);
    fuzz_require(!source ||
                 (span.start <= span.end && span.end <= source->text.len));
}

void fuzz_require_places(const struct ar_diags *diags)
{
    for (size_t i = 0; i < diags->list.count; i++) {
        const struct ar_diag *diag = diags->list.at[i];
        fuzz_require(diag->message.len > 0);
        require_place(diags, diag->span);
        for (const struct ar_diag_note *note = diag->notes; note;
             note = note->next)
            require_place(diags, note->span);
    }
}

/* The trees, which nobody changes, and the numbers of their files. */
static struct ar_node *parse_module(size_t ix)
{
    static struct ar_arena arena;
    static struct ar_sources sources;
    static struct ar_node *trees[FUZZ_N_MODULES];
    struct ar_diags diags = {.arena = &arena, .sources = &sources};
    if (trees[ix])
        return trees[ix];
    AR_ASSERT(sources.list.count == ix);
    uint32_t file =
        ar_sources_add(&arena, &sources, ar_str_from_c(modules[ix].name),
                       ar_str_from_c(modules[ix].text));
    trees[ix] = ar_parse(&arena, &diags, file);
    fuzz_require(diags.n_errors == 0);
    return trees[ix];
}

void fuzz_add_library(struct ar_diags *diags,
                      struct ar_unit *units[FUZZ_N_MODULES])
{
    struct ar_arena *arena = diags->arena;
    AR_ASSERT(diags->sources->list.count == 0);
    for (size_t ix = 0; ix < FUZZ_N_MODULES; ix++) {
        ar_str name = ar_str_from_c(modules[ix].name);
        struct ar_unit *unit = AR_NEW(arena, struct ar_unit);
        uint32_t file = ar_sources_add(arena, diags->sources, name,
                                       ar_str_from_c(modules[ix].text));
        unit->name = name;
        unit->path = name;
        unit->is_stdlib = true;
        ar_vector_push(arena, &unit->files, parse_module(ix));
        ar_vector_push(arena, &unit->file_ids, file);
        units[ix] = unit;
    }
}
