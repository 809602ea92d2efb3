/* SPDX-License-Identifier: Apache-2.0 */
/* The program of somebody else: one rule, one fact, one finding. */

#include <archrules.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const char *rule = "use std.host\n"
                       "when host.arch == arm64\n"
                       "then diagnose \"An ARM machine.\"\n"
                       "     remedy \"Nothing to do.\"\n";
    archrules_engine *engine = NULL;
    archrules_facts *facts = NULL;
    archrules_result *result = NULL;
    int is_good =
        archrules_engine_create(&engine) == ARCHRULES_OK &&
        archrules_engine_add_source(engine, "my.rules", rule, strlen(rule)) ==
            ARCHRULES_OK &&
        archrules_engine_compile(engine) == ARCHRULES_OK &&
        archrules_facts_create(engine, &facts) == ARCHRULES_OK &&
        archrules_facts_set(facts, "host.arch=arm64") == ARCHRULES_OK &&
        archrules_evaluate(engine, facts, NULL, &result) == ARCHRULES_OK &&
        archrules_result_finding_count(result) == 1;
    if (is_good)
        puts(archrules_result_finding(result, 0)->diagnosis);
    archrules_result_free(result);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
    return is_good ? 0 : 1;
}
