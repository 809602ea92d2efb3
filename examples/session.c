/* SPDX-License-Identifier: Apache-2.0 */
/* Facts that change: prints what each change of the command line makes new,
 * what is gone, and what is no longer known.
 *
 *   cc session.c -o session $(pkg-config --cflags --libs archrules)
 *   ./session ../rules/docker_desktop docker_desktop/healthy-arm64.json \
 *       docker.desktop.arch=amd64 'docker.desktop.arch=unknown(denied)' */

#include <archrules.h>
#include <stdio.h>

static int print(void *context, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, context) == length ? 0 : 1;
}

static void print_changes(archrules_session *session)
{
    for (size_t i = 0; i < archrules_session_change_count(session); i++) {
        const archrules_change *change = archrules_session_change(session, i);
        if (change)
            printf("  %s %s: %s -> %s\n",
                   archrules_change_kind_name(change->kind), change->rule.id,
                   archrules_rule_status_name(change->status_before),
                   archrules_rule_status_name(change->rule.status));
    }
}

/* The session has a copy of the facts: the set can be freed. */
static int take_snapshot(archrules_engine *engine, archrules_session *session,
                         const char *path)
{
    archrules_facts *facts = NULL;
    int works = archrules_facts_create(engine, &facts) == ARCHRULES_OK &&
                archrules_facts_read_file(facts, path) == ARCHRULES_OK &&
                archrules_session_take(session, facts) == ARCHRULES_OK &&
                archrules_session_update(session, NULL) == ARCHRULES_OK;
    archrules_facts_free(facts);
    return works;
}

/* A mistake in an assignment changes nothing; the session goes on. */
static int change(archrules_session *session, const char *assignment)
{
    archrules_output to_errors = {.write = print, .context = stderr};
    archrules_status status = archrules_session_set(session, assignment);
    if (status == ARCHRULES_INVALID)
        return archrules_session_render_diagnostics(session, &to_errors) ==
               ARCHRULES_OK;
    if (status != ARCHRULES_OK ||
        archrules_session_update(session, NULL) != ARCHRULES_OK)
        return 0;
    printf("%s: %lu rules looked at\n", assignment,
           (unsigned long)archrules_session_evaluated(session));
    print_changes(session);
    return 1;
}

int main(int argc, char **argv)
{
    archrules_engine *engine = NULL;
    archrules_session *session = NULL;
    if (argc < 3) {
        fputs("usage: session RULES SNAPSHOT NAME=VALUE...\n", stderr);
        return 1;
    }
    int works = archrules_engine_create(&engine) == ARCHRULES_OK &&
                archrules_engine_add_path(engine, argv[1]) == ARCHRULES_OK &&
                archrules_engine_compile(engine) == ARCHRULES_OK &&
                archrules_engine_prepare(engine) == ARCHRULES_OK &&
                archrules_session_create(engine, &session) == ARCHRULES_OK &&
                take_snapshot(engine, session, argv[2]);
    if (!works)
        fputs("session: the rules or the snapshot cannot be used\n", stderr);
    for (int i = 3; works && i < argc; i++)
        works = change(session, argv[i]);
    archrules_session_free(session);
    archrules_engine_free(engine);
    return works ? 0 : 1;
}
