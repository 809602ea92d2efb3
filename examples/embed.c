/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest program that uses the library: prints what a pack finds in a
 * snapshot.
 *
 *   cc embed.c -o embed $(pkg-config --cflags --libs archrules)
 *   ./embed ../rules/docker_desktop docker_desktop/acer-swift-go-14.json */

#include <archrules.h>
#include <stdio.h>

static int print(void *context, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, context) == length ? 0 : 1;
}

/* What is wrong with the rules or the snapshot. */
static void explain_failure(archrules_engine *engine, archrules_facts *facts)
{
    archrules_output to_errors = {.write = print, .context = stderr};
    if (archrules_engine_render_diagnostics(engine, &to_errors) !=
            ARCHRULES_OK ||
        (facts &&
         archrules_facts_render_diagnostics(facts, &to_errors) != ARCHRULES_OK))
        fputs("embed: out of memory\n", stderr);
}

int main(int argc, char **argv)
{
    archrules_engine *engine = NULL;
    archrules_facts *facts = NULL;
    archrules_result *result = NULL;

    if (argc != 3) {
        fputs("usage: embed RULES SNAPSHOT\n", stderr);
        return 1;
    }
    int works =
        archrules_engine_create(&engine) == ARCHRULES_OK &&
        archrules_engine_add_path(engine, argv[1]) == ARCHRULES_OK &&
        archrules_engine_compile(engine) == ARCHRULES_OK &&
        archrules_facts_create(engine, &facts) == ARCHRULES_OK &&
        archrules_facts_read_file(facts, argv[2]) == ARCHRULES_OK &&
        archrules_evaluate(engine, facts, NULL, &result) == ARCHRULES_OK;
    if (!works)
        explain_failure(engine, facts);
    for (size_t i = 0; i < archrules_result_finding_count(result); i++) {
        const archrules_finding *finding = archrules_result_finding(result, i);
        printf("%s %s: %s\n", archrules_severity_name(finding->severity),
               finding->rule, finding->diagnosis);
    }
    archrules_result_free(result);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
    return works ? 0 : 1;
}
