/* SPDX-License-Identifier: Apache-2.0 */
/* One machine by the public interface, to count instructions:
 *
 *   bench_session full STDLIB PACK SNAPSHOTS N        N times all rules
 *   bench_session update STDLIB PACK SNAPSHOTS N FACT=VALUE...
 *                              N times what three changed facts reach
 *
 * The machine is the first line of the snapshots; the facts are set one after
 * the other, and from the start when all were. N is one digit, and STDLIB a
 * folder in place of the standard library, whose names the pack may have. */

#include "archrules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_CHANGED = 3, FIRST_FACT = 6 };

static void need(archrules_status status, const char *what)
{
    if (status == ARCHRULES_OK)
        return;
    fprintf(stderr, "bench_session: %s\n", what);
    exit(2);
}

static char *read_line(const char *path)
{
    enum { MOST = 1 << 20 };
    char *line = malloc(MOST);
    FILE *file = fopen(path, "rb");
    if (!line || !file || !fgets(line, MOST, file))
        need(ARCHRULES_INVALID, path);
    fclose(file);
    return line;
}

static void evaluate_fully(archrules_engine *engine, archrules_facts *facts,
                           long count)
{
    archrules_result *result = NULL;
    need(archrules_evaluate(engine, facts, NULL, &result), "evaluate");
    for (long ix = 0; ix < count; ix++)
        need(archrules_result_update(result, NULL), "update");
    archrules_result_free(result);
}

/* Facts one after the other, three for each update. */
static void follow_changes(archrules_engine *engine, archrules_facts *facts,
                           long count, char **assignments, long n_assignments)
{
    archrules_session *session = NULL;
    size_t n_evaluated = 0;
    size_t n_changes = 0;
    long at = 0;
    need(archrules_session_create(engine, &session), "session");
    need(archrules_session_take(session, facts), "take");
    need(archrules_session_update(session, NULL), "update");
    for (long ix = 0; ix < count; ix++) {
        for (int each = 0; each < N_CHANGED; each++)
            need(archrules_session_set(session,
                                       assignments[at++ % n_assignments]),
                 "set");
        need(archrules_session_update(session, NULL), "update");
        n_evaluated += archrules_session_evaluated(session);
        n_changes += archrules_session_change_count(session);
    }
    printf("%lu rules evaluated, %lu changes\n", (unsigned long)n_evaluated,
           (unsigned long)n_changes);
    archrules_session_free(session);
}

int main(int argc, char **argv)
{
    archrules_engine *engine = NULL;
    archrules_facts *facts = NULL;
    if (argc < FIRST_FACT) {
        fputs("usage: bench_session full|update STDLIB PACK SNAPSHOTS N "
              "[NAME=VALUE...]\n",
              stderr);
        return 2;
    }
    char *line = read_line(argv[4]);
    long count = argv[5][0] - '0';
    need(archrules_engine_create(&engine), "engine");
    need(archrules_engine_set_stdlib(engine, argv[2]), "stdlib");
    need(archrules_engine_add_path(engine, argv[3]), "path");
    need(archrules_engine_compile(engine), "compile");
    need(archrules_engine_prepare(engine), "prepare");
    need(archrules_facts_create(engine, &facts), "facts");
    need(archrules_facts_read_text(facts, "machine", line, strlen(line)),
         "read");
    if (strcmp(argv[1], "full") == 0)
        evaluate_fully(engine, facts, count);
    else
        follow_changes(engine, facts, count, argv + FIRST_FACT,
                       argc - FIRST_FACT);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
    free(line);
    return 0;
}
