/* SPDX-License-Identifier: Apache-2.0 */
/* The probes of the standard library on outputs of the shape that real
 * programs give (tests/probe/outputs), and on the same outputs cut off and
 * broken: then nothing may become absent, or of a failed command a value. */

#include "probe_fixture.h"
#include "text/utf8.h"

#include "json/json.h"

enum { CUTS = 24, BREAKS = 24 };

/* A case file: what the host answered, and what comes of it. */
struct replay {
    ar_str path;
    ar_str probe_name;
    const struct ar_json *json;
    const struct ar_probe *probe;
    ar_value *arguments;
    struct ar_host_output output;
};

static ar_str folder_of(ar_str path)
{
    ar_str base = fixture_base_name(path);
    return ar_str_slice(path, 0, path.len - base.len - 1);
}

static ar_str text_of(const struct ar_json *object, const char *key)
{
    const struct ar_json *member = ar_json_get(object, ar_str_from_c(key));
    return member ? member->text : AR_STR("");
}

static ar_str read_beside(const struct replay *replay, const char *key)
{
    ar_str name = text_of(replay->json, key);
    if (name.len == 0)
        return name;
    ar_str folder = folder_of(replay->path);
    return fixture_read(
        &fixture, ar_str_printf(&fixture.arena, AR_STR_FORMAT "/" AR_STR_FORMAT,
                                AR_STR_ARG(folder), AR_STR_ARG(name)));
}

static enum ar_host_status status_of(const struct replay *replay)
{
    static const char *const names[] = {"done",    "not_found", "denied",
                                        "timeout", "too_large", "unsupported",
                                        "failed",  "stopped"};
    ar_str name = text_of(replay->json, "status");
    for (size_t ix = 0; ix < AR_COUNT_OF(names); ix++) {
        if (ar_str_equal_c(name, names[ix]))
            return (enum ar_host_status)ix;
    }
    fail_msg(AR_STR_FORMAT ": no status", AR_STR_ARG(replay->path));
    return AR_HOST_FAILED;
}

static void read_arguments(struct replay *replay)
{
    const struct ar_json *given =
        ar_json_get(replay->json, AR_STR("arguments"));
    size_t count = replay->probe->n_parameters;
    replay->arguments = AR_NEW_ARRAY(&fixture.arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_local *parameter = replay->probe->parameters[ix];
        const struct ar_json *value = ar_json_get(given, parameter->name);
        assert_non_null(value);
        replay->arguments[ix] =
            ar_snapshot_value(&fixture.arena, value, parameter->type);
    }
}

static void read_facts(const struct replay *replay)
{
    const struct ar_json *given = ar_json_get(replay->json, AR_STR("facts"));
    facts = (struct ar_factset){.arena = &fixture.arena,
                                .schema = facts.schema,
                                .missing_reason = facts.missing_reason};
    for (const struct ar_json *each = given ? given->first : NULL; each;
         each = each->next)
        assert_true(ar_snapshot_set(&fixture.arena, &fixture.diags, &facts,
                                    each->text));
}

static void read_replay(struct replay *replay, ar_str path)
{
    struct ar_json_error error;
    *replay = (struct replay){.path = path};
    replay->json = ar_json_read(&fixture.arena, fixture_read(&fixture, path),
                                &ar_json_default_limits, &error);
    if (!replay->json)
        fail_msg(AR_STR_FORMAT ": " AR_STR_FORMAT, AR_STR_ARG(path),
                 AR_STR_ARG(error.text));
    replay->probe_name = fixture_base_name(folder_of(path));
    replay->probe =
        find_probe(ar_str_copy(&fixture.arena, replay->probe_name).ptr);
    read_arguments(replay);
    const struct ar_json *code = ar_json_get(replay->json, AR_STR("exit"));
    replay->output.status = status_of(replay);
    replay->output.exit_code = code ? (int)code->integer : 0;
    replay->output.out = read_beside(replay, "stdout");
    replay->output.err = read_beside(replay, "stderr");
}

/* ---- encodings ---- */

static void put_unit(struct ar_buf *out, uint32_t unit)
{
    ar_buf_put_char(out, (char)(unit & 0xFF));
    ar_buf_put_char(out, (char)(unit >> 8));
}

static ar_str encode_utf16le(ar_str text)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    size_t at = 0;
    while (at < text.len) {
        uint32_t code_point = ar_utf8_next(text, &at);
        if (code_point > 0xFFFF) {
            put_unit(&out, 0xD7C0 + (code_point >> 10));
            code_point = 0xDC00 + (code_point & 0x3FF);
        }
        put_unit(&out, code_point);
    }
    return ar_buf_view(&out);
}

static ar_str encode(ar_str text, ar_str encoding)
{
    struct ar_arena *arena = &fixture.arena;
    if (ar_str_equal_c(encoding, "utf16le"))
        return encode_utf16le(text);
    if (ar_str_equal_c(encoding, "utf16le with a mark"))
        return ar_str_concat(arena, AR_STR("\xFF\xFE"), encode_utf16le(text));
    if (ar_str_equal_c(encoding, "utf8 with a mark"))
        return ar_str_concat(arena, AR_STR("\xEF\xBB\xBF"), text);
    assert_true(ar_str_equal_c(encoding, "utf8"));
    return text;
}

/* ---- what comes of it ---- */

static ar_probe_fact_vector apply(const struct replay *replay,
                                  const struct ar_host_output *output)
{
    ar_probe_fact_vector given = {0};
    struct ar_probe_use use = use_of(replay->probe, replay->arguments);
    ar_probe_apply(&fixture.arena, &use, output, &given);
    return given;
}

static const char *expected_text(const struct replay *replay)
{
    const struct ar_json *gives = ar_json_get(replay->json, AR_STR("gives"));
    struct ar_buf out = AR_BUF(&fixture.arena);
    assert_non_null(gives);
    for (const struct ar_json *each = gives->first; each; each = each->next) {
        ar_buf_put_c(&out, each == gives->first ? "" : "; ");
        ar_buf_put(&out, each->key);
        ar_buf_put_char(&out, '=');
        ar_buf_put(&out, each->text);
    }
    return ar_buf_view(&out).ptr;
}

static void assert_gives(const struct replay *replay,
                         const struct ar_host_output *output)
{
    ar_probe_fact_vector given = apply(replay, output);
    assert_same(replay->path.ptr, facts_text(&given), expected_text(replay));
}

static void assert_request(const struct replay *replay)
{
    const struct ar_json *wanted = ar_json_get(replay->json, AR_STR("asks"));
    struct ar_probe_use use = use_of(replay->probe, replay->arguments);
    struct ar_probe_request request;
    ar_value lack;
    if (!ar_probe_request(&fixture.arena, &use, &request, &lack))
        fail_msg(AR_STR_FORMAT ": no request", AR_STR_ARG(replay->path));
    assert_non_null(wanted);
    assert_int_equal(request.n_texts, wanted->count);
    const struct ar_json *each = wanted->first;
    for (size_t ix = 0; ix < request.n_texts; ix++, each = each->next)
        if (!ar_str_equal(request.texts[ix], each->text))
            fail_msg(AR_STR_FORMAT ": asks " AR_STR_FORMAT,
                     AR_STR_ARG(replay->path), AR_STR_ARG(request.texts[ix]));
}

static void assert_replay(const struct replay *replay)
{
    const struct ar_json *encodings =
        ar_json_get(replay->json, AR_STR("encodings"));
    read_facts(replay);
    assert_request(replay);
    assert_gives(replay, &replay->output);
    for (const struct ar_json *each = encodings ? encodings->first : NULL; each;
         each = each->next) {
        struct ar_host_output output = replay->output;
        output.out = encode(output.out, each->text);
        output.err = encode(output.err, each->text);
        assert_gives(replay, &output);
    }
}

/* ---- broken outputs ---- */

static bool is_named(const struct ar_probe *probe,
                     const struct ar_fact_decl *decl)
{
    for (size_t ix = 0; ix < probe->failures.count; ix++) {
        const struct ar_probe_failure *failure = &probe->failures.at[ix];
        for (size_t each = 0; each < failure->settings.count; each++) {
            const struct ar_probe_setting *setting =
                &failure->settings.at[each];
            ar_str name =
                setting->decl ? setting->decl->name : setting->group->name;
            if (setting->is_absent && ar_str_starts_with(decl->name, name))
                return true;
        }
    }
    return false;
}

static bool is_optional(const struct ar_probe *probe,
                        const struct ar_fact_decl *decl)
{
    for (size_t ix = 0; ix < probe->parts.count; ix++) {
        const struct ar_node *selector = probe->parts.at[ix].selector;
        if (probe->parts.at[ix].decl == decl && selector)
            return selector->last->kind == AR_NODE_SELECT_OPTIONAL;
    }
    return false;
}

static void assert_sound(const struct replay *replay,
                         const struct ar_host_output *output, bool may_be_value)
{
    ar_probe_fact_vector given = apply(replay, output);
    for (size_t ix = 0; ix < given.count; ix++) {
        const struct ar_probe_fact *fact = &given.at[ix];
        if (!fact->decl)
            continue;
        const char *name = fact->key.ptr;
        if (fact->value.state == AR_STATE_ABSENT &&
            !is_named(replay->probe, fact->decl) &&
            !is_optional(replay->probe, fact->decl))
            fail_msg("%s: %s is absent", replay->path.ptr, name);
        if (fact->value.state != AR_STATE_VALUE)
            continue;
        if (!may_be_value)
            fail_msg("%s: %s is a value", replay->path.ptr, name);
        assert_true(ar_type_equal(fact->value.type, fact->decl->type));
    }
}

static bool is_json(const struct ar_probe *probe)
{
    return probe->parser == AR_PARSER_JSON;
}

static void assert_cut(const struct replay *replay)
{
    struct ar_host_output output = replay->output;
    size_t whole = ar_str_trim(output.out).len;
    for (size_t cut = 0; cut < CUTS; cut++) {
        output.out.len = whole * cut / CUTS;
        assert_sound(replay, &output, !is_json(replay->probe));
    }
}

static void assert_broken(const struct replay *replay)
{
    struct ar_host_output output = replay->output;
    uint32_t seed = (uint32_t)output.out.len + 1;
    for (int round = 0; round < BREAKS && output.out.len > 0; round++) {
        ar_str copy = ar_str_copy(&fixture.arena, replay->output.out);
        char *bytes = AR_NEW_ARRAY(&fixture.arena, char, copy.len);
        memcpy(bytes, copy.ptr, copy.len);
        for (int each = 0; each <= round % 4; each++) {
            seed = seed * 1664525 + 1013904223;
            bytes[(seed >> 8) % copy.len] = (char)(seed >> 3);
        }
        output.out = (ar_str){bytes, copy.len};
        assert_sound(replay, &output, true);
    }
}

/* The same bytes with an exit code that is no answer, or without an end. */
static void assert_failed(const struct replay *replay)
{
    struct ar_host_output output = replay->output;
    output.exit_code = 77;
    if (replay->probe->source == AR_PROBE_RUN)
        assert_sound(replay, &output, false);
    for (int status = AR_HOST_NOT_FOUND; status <= AR_HOST_BAD_ANSWER;
         status++) {
        output.status = (enum ar_host_status)status;
        assert_sound(replay, &output, false);
    }
}

/* ---- all files ---- */

/* "NAME good" or "NAME bad": both must be there for each probe. */
static void count_replay(struct ar_map *seen, const struct replay *replay)
{
    ar_probe_fact_vector given = apply(replay, &replay->output);
    bool is_good = true;
    for (size_t ix = 0; ix < given.count; ix++)
        is_good = is_good && given.at[ix].value.state != AR_STATE_UNKNOWN;
    ar_str key = ar_str_concat(&fixture.arena, replay->probe_name,
                               is_good ? AR_STR(" good") : AR_STR(" bad"));
    ar_map_put(&fixture.arena, seen, key, seen);
}

static void for_each_replay(void (*visit)(const struct replay *replay),
                            struct ar_map *seen)
{
    fixture_add_stdlib(&fixture);
    finish_rules();
    ar_str_vector files = {0};
    assert_int_equal(ar_file_list(&fixture.arena,
                                  AR_STR(AR_SOURCE_DIR "/tests/probe/outputs"),
                                  AR_STR(".json"), 1, 1000, &files),
                     AR_FILE_OK);
    assert_true(files.count >= 2 * fixture.program->probes.count);
    for (size_t ix = 0; ix < files.count; ix++) {
        struct replay replay;
        read_replay(&replay, files.at[ix]);
        if (visit)
            visit(&replay);
        if (seen)
            count_replay(seen, &replay);
    }
}

static void gives_what_is_expected(void **state)
{
    (void)state;
    for_each_replay(assert_replay, NULL);
}

static void shows_each_probe_both_ways(void **state)
{
    (void)state;
    struct ar_map seen = {0};
    for_each_replay(NULL, &seen);
    for (size_t ix = 0; ix < fixture.program->probes.count; ix++) {
        ar_str name = fixture.program->probes.at[ix]->name;
        struct ar_arena *arena = &fixture.arena;
        if (!ar_map_has(&seen, ar_str_concat(arena, name, AR_STR(" good"))) ||
            !ar_map_has(&seen, ar_str_concat(arena, name, AR_STR(" bad"))))
            fail_msg("tests/probe/outputs/" AR_STR_FORMAT
                     " needs a good and a bad output",
                     AR_STR_ARG(name));
    }
}

static void stays_sound_if_cut(void **state)
{
    (void)state;
    for_each_replay(assert_cut, NULL);
}

static void stays_sound_if_broken(void **state)
{
    (void)state;
    for_each_replay(assert_broken, NULL);
}

static void stays_sound_if_failed(void **state)
{
    (void)state;
    for_each_replay(assert_failed, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(gives_what_is_expected, start_test,
                                        end_test),
        cmocka_unit_test_setup_teardown(shows_each_probe_both_ways, start_test,
                                        end_test),
        cmocka_unit_test_setup_teardown(stays_sound_if_cut, start_test,
                                        end_test),
        cmocka_unit_test_setup_teardown(stays_sound_if_broken, start_test,
                                        end_test),
        cmocka_unit_test_setup_teardown(stays_sound_if_failed, start_test,
                                        end_test),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
