/* SPDX-License-Identifier: Apache-2.0 */
/* Several threads that share one pack: each looks at its own machines.
 *
 *   cc threads.c -o threads -pthread $(pkg-config --cflags --libs archrules)
 *   ./threads ../rules/docker_desktop docker_desktop/a.json ... */

#include <archrules.h>
#include <pthread.h>
#include <stdio.h>

enum { N_THREADS = 4 };

/* The engine is read by all; facts and result belong to one thread. */
struct worker {
    const archrules_engine *engine;
    char *const *paths; /* every N_THREADS-th of them, from first on */
    int n_paths;
    int first;
    int n_failed;
    size_t n_findings;
};

static int look_at(struct worker *worker, archrules_facts *facts,
                   const char *path)
{
    archrules_result *result = NULL;
    archrules_facts_clear(facts);
    if (archrules_facts_read_file(facts, path) != ARCHRULES_OK ||
        archrules_evaluate(worker->engine, facts, NULL, &result) !=
            ARCHRULES_OK)
        return 0;
    worker->n_findings += archrules_result_finding_count(result);
    archrules_result_free(result);
    return 1;
}

static void *work(void *context)
{
    struct worker *worker = context;
    archrules_facts *facts = NULL;
    if (archrules_facts_create(worker->engine, &facts) != ARCHRULES_OK) {
        worker->n_failed = 1;
        return NULL;
    }
    for (int i = worker->first; i < worker->n_paths; i += N_THREADS)
        worker->n_failed += !look_at(worker, facts, worker->paths[i]);
    archrules_facts_free(facts);
    return NULL;
}

/* What each has found is added up when it has ended. */
static int run_threads(const archrules_engine *engine, char *const *paths,
                       int n_paths)
{
    pthread_t threads[N_THREADS];
    struct worker workers[N_THREADS];
    int is_started[N_THREADS];
    int n_failed = 0;
    size_t n_findings = 0;
    for (int i = 0; i < N_THREADS; i++) {
        workers[i] = (struct worker){engine, paths, n_paths, i, 0, 0};
        is_started[i] =
            pthread_create(&threads[i], NULL, work, &workers[i]) == 0;
        if (!is_started[i])
            work(&workers[i]);
    }
    for (int i = 0; i < N_THREADS; i++) {
        if (is_started[i])
            pthread_join(threads[i], NULL);
        n_failed += workers[i].n_failed;
        n_findings += workers[i].n_findings;
    }
    printf("%d machines, %lu findings, %d not readable\n", n_paths,
           (unsigned long)n_findings, n_failed);
    return n_failed == 0;
}

int main(int argc, char **argv)
{
    archrules_engine *engine = NULL;
    if (argc < 3) {
        fputs("usage: threads RULES SNAPSHOT...\n", stderr);
        return 1;
    }
    /* All that needs the engine alone comes before the threads. */
    int works = archrules_engine_create(&engine) == ARCHRULES_OK &&
                archrules_engine_add_path(engine, argv[1]) == ARCHRULES_OK &&
                archrules_engine_compile(engine) == ARCHRULES_OK &&
                archrules_engine_prepare(engine) == ARCHRULES_OK;
    if (works)
        works = run_threads(engine, argv + 2, argc - 2);
    else
        fputs("threads: the rules cannot be used\n", stderr);
    archrules_engine_free(engine);
    return works ? 0 : 1;
}
