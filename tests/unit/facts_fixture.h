/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FACTS_FIXTURE_H
#define FACTS_FIXTURE_H
/* A schema built by hand, with a fact of every type, and what the tests of
 * facts ask of it. */

#include "facts/snapshot.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

static struct ar_arena arena;
static struct ar_schema schema;
static struct ar_sources sources;
static struct ar_diags diags;

static const struct ar_enum_word os_words[] = {
    {.name = {"windows", 7}}, {.name = {"linux", 5}}, {.name = {"macos", 5}}};
static const struct ar_type os_type = {
    .kind = AR_TYPE_ENUM, .name = {"os", 2}, .words = os_words, .n_words = 3};
static const struct ar_field distro_fields[] = {
    {{"name", 4}, &ar_type_string, false},
    {{"version", 7}, &ar_type_int, false},
    {{"gateway", 7}, &ar_type_ip, true}};
static const struct ar_type distro_type = {
    .kind = AR_TYPE_RECORD, .fields = distro_fields, .n_fields = 3};
static const struct ar_type distros_type = {.kind = AR_TYPE_LIST,
                                            .element = &distro_type};
static const struct ar_type strings_type = {.kind = AR_TYPE_LIST,
                                            .element = &ar_type_string};
static const struct ar_type map_type = {.kind = AR_TYPE_MAP,
                                        .element = &ar_type_int};

static const struct ar_field path_field[] = {
    {{"path", 4}, &ar_type_string, false}};
static const struct ar_field number_field[] = {
    {{"number", 6}, &ar_type_int, false}};
static const struct ar_field pair_fields[] = {
    {{"name", 4}, &ar_type_string, false}, {{"cpu", 3}, &ar_type_arch, false}};
static const struct ar_field version_field[] = {
    {{"v", 1}, &ar_type_version, false}};

static inline struct ar_fact_decl *declare(const char *name,
                                           const struct ar_type *type)
{
    struct ar_fact_decl *decl = AR_NEW(&arena, struct ar_fact_decl);
    decl->name = decl->head = ar_str_from_c(name);
    decl->type = type;
    ar_schema_add(&arena, &schema, decl);
    return decl;
}

static inline struct ar_fact_decl *declare_family(
    const char *name, const struct ar_type *type,
    const struct ar_field *parameters, size_t n_parameters)
{
    struct ar_fact_decl *decl = AR_NEW(&arena, struct ar_fact_decl);
    size_t open = ar_str_find(ar_str_from_c(name), AR_STR("("), 0);
    decl->name = ar_str_from_c(name);
    decl->head = ar_str_slice(decl->name, 0, open);
    decl->tail = ar_str_slice(decl->name, open + 3, decl->name.len);
    decl->type = type;
    decl->parameters = parameters;
    decl->n_parameters = n_parameters;
    ar_schema_add(&arena, &schema, decl);
    return decl;
}

static inline void declare_plain(void)
{
    declare("host.os", &os_type);
    declare("host.arch", &ar_type_arch);
    declare("host.cpus", &ar_type_int);
    declare("host.load", &ar_type_real);
    declare("host.admin", &ar_type_bool);
    declare("host.name", &ar_type_string);
    declare("host.token", &ar_type_string)->sensitivity = AR_SENSITIVITY_SECRET;
    declare("host.pin", &ar_type_int)->sensitivity = AR_SENSITIVITY_SECRET;
    declare("host.memory", &ar_type_size);
    declare("host.uptime", &ar_type_duration);
    declare("host.booted", &ar_type_time);
    declare("kernel.version", &ar_type_version);
    declare("net.gateway", &ar_type_ip);
    declare("net.lan", &ar_type_cidr);
    declare("tools.list", &strings_type);
    declare("tools.counts", &map_type);
    declare("wsl.distros", &distros_type);
    declare("docker.desktop.arch", &ar_type_arch);
    declare("docker.desktop.log", &strings_type);
    declare("docker.server.version", &ar_type_version);
}

static inline int set_up(void **state)
{
    (void)state;
    schema = (struct ar_schema){0};
    sources = (struct ar_sources){0};
    diags = (struct ar_diags){.arena = &arena, .sources = &sources};
    declare_plain();
    declare("docker.emulated", &ar_type_bool);
    declare("image.name", &ar_type_string)->is_input = true;
    struct ar_fact_decl *derived = AR_NEW(&arena, struct ar_fact_decl);
    *derived = (struct ar_fact_decl){.name = AR_STR("only.derived"),
                                     .head = AR_STR("only.derived"),
                                     .type = &ar_type_bool,
                                     .is_derived = true};
    ar_schema_add(&arena, &schema, derived);
    declare_family("file().exists", &ar_type_bool, path_field, 1);
    declare_family("file().size", &ar_type_size, path_field, 1);
    declare_family("file().owner.name", &ar_type_string, path_field, 1);
    declare_family("port().listening", &ar_type_bool, number_field, 1);
    declare_family("env()", &ar_type_string, path_field, 1);
    declare_family("pair().good", &ar_type_bool, pair_fields, 2);
    declare_family("image().since", &ar_type_bool, version_field, 1);
    declare("windows.build", &ar_type_int);
    declare_family("windows.feature().enabled", &ar_type_bool, path_field, 1);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return 0;
}

static inline void assert_text(ar_str actual, const char *expected)
{
    if (!ar_str_equal_c(actual, expected))
        fail_msg("\"" AR_STR_FORMAT "\" is not \"%s\"", AR_STR_ARG(actual),
                 expected);
}

static inline void parse_ref(const char *text, struct ar_fact_ref *out)
{
    enum ar_fact_ref_status status =
        ar_fact_ref_parse(&arena, &schema, ar_str_from_c(text), out);
    if (status != AR_FACT_REF_OK)
        fail_msg("%s: status %d", text, (int)status);
}

#endif
