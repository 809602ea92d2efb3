/* SPDX-License-Identifier: Apache-2.0 */
/* The workload in SQL: a row of facts, a table for each list, a prepared query
 * for each rule; versions are numbers, patterns PCRE2 with its JIT. What is
 * timed is the queries alone.
 *
 *   peer_sqlite check|warm MACHINES.tsv PASSES PACK.sql */

#define PCRE2_CODE_UNIT_WIDTH 8

#include "facts.h"

#include <pcre2.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sqlite3 *database;
static pcre2_match_data *match_data;
static sqlite3_stmt **queries;
static size_t n_queries;

static void check(int status)
{
    if (status == SQLITE_OK || status == SQLITE_DONE || status == SQLITE_ROW)
        return;
    fprintf(stderr, "peer_sqlite: %s\n", sqlite3_errmsg(database));
    exit(2);
}

static void run(const char *text)
{
    check(sqlite3_exec(database, text, NULL, NULL, NULL));
}

static void release_pattern(void *pattern)
{
    pcre2_code_free(pattern);
}

static pcre2_code *compile_pattern(const unsigned char *text)
{
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *pattern =
        pcre2_compile(text, PCRE2_ZERO_TERMINATED, 0, &error, &offset, NULL);
    if (!pattern || pcre2_jit_compile(pattern, PCRE2_JIT_COMPLETE) != 0)
        exit(2);
    return pattern;
}

static void match(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    pcre2_code *pattern = sqlite3_get_auxdata(context, 0);
    if (!pattern) {
        pattern = compile_pattern(sqlite3_value_text(values[0]));
        sqlite3_set_auxdata(context, 0, pattern, release_pattern);
        pattern = sqlite3_get_auxdata(context, 0);
    }
    sqlite3_result_int(
        context, pcre2_jit_match(pattern, sqlite3_value_text(values[1]),
                                 (PCRE2_SIZE)sqlite3_value_bytes(values[1]), 0,
                                 0, match_data, NULL) >= 0);
}

/* name(PREFIX0, PREFIX1, ...) for each kind of column. */
static void create_table(const char *name, const char *prefixes,
                         const size_t *counts)
{
    char text[16384];
    const char *separator = "";
    int at = snprintf(text, sizeof(text), "CREATE TABLE %s(", name);
    for (size_t kind = 0; prefixes[kind]; kind++) {
        for (size_t i = 0; i < counts[kind]; i++) {
            at += snprintf(text + at, sizeof(text) - (size_t)at, "%s%c%zu",
                           separator, prefixes[kind], i);
            separator = ",";
        }
    }
    snprintf(text + at, sizeof(text) - (size_t)at, ")");
    run(text);
}

static void create_tables(void)
{
    const size_t counts[] = {N_TEXT, N_NUMBER, N_VERSION, N_FLAG};
    char name[32];
    create_table("facts", "tnvf", counts);
    for (size_t i = 0; i < N_LISTS; i++) {
        snprintf(name, sizeof(name), "list%zu", i);
        create_table(name, "c", &list_fields[i]);
    }
    run("CREATE TABLE log(line)");
}

static void prepare_queries(const char *path)
{
    char line[65536];
    FILE *file = fopen(path, "rb");
    if (!file)
        exit(2);
    queries = calloc(100000, sizeof(*queries));
    while (queries && fgets(line, sizeof(line), file))
        check(sqlite3_prepare_v3(database, line, -1, SQLITE_PREPARE_PERSISTENT,
                                 &queries[n_queries++], NULL));
    fclose(file);
}

/* ---- one machine ---- */

static void put_row(char *text, size_t size, const char *table, size_t count)
{
    int at = snprintf(text, size, "INSERT INTO %s VALUES(?", table);
    for (size_t i = 1; i < count; i++)
        at += snprintf(text + at, size - (size_t)at, ",?");
    snprintf(text + at, size - (size_t)at, ")");
}

static sqlite3_stmt *insert_into(const char *table, size_t count)
{
    char text[4096];
    sqlite3_stmt *statement = NULL;
    put_row(text, sizeof(text), table, count);
    check(sqlite3_prepare_v2(database, text, -1, &statement, NULL));
    return statement;
}

static void bind_text(sqlite3_stmt *statement, int at, struct text text)
{
    check(sqlite3_bind_text(statement, at, text.at, (int)text.length,
                            SQLITE_STATIC));
}

static void finish(sqlite3_stmt *statement)
{
    check(sqlite3_step(statement));
    check(sqlite3_finalize(statement));
}

static void load_list(const struct facts *facts, size_t ix)
{
    char name[32];
    snprintf(name, sizeof(name), "list%zu", ix);
    for (size_t i = 0; i < facts->list_count[ix]; i++) {
        sqlite3_stmt *statement = insert_into(name, list_fields[ix]);
        for (size_t k = 0; k < list_fields[ix]; k++) {
            const struct field *field = &facts->list[ix][i][k];
            if (list_is_text[ix][k])
                bind_text(statement, (int)k + 1, field->text);
            else
                check(sqlite3_bind_int64(statement, (int)k + 1, field->number));
        }
        finish(statement);
    }
}

static void load_numbers(sqlite3_stmt *statement, int *at,
                         const int64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(sqlite3_bind_int64(statement, ++*at, numbers[i]));
}

static void load(const struct facts *facts)
{
    char text[64];
    int at = 0;
    run("DELETE FROM facts; DELETE FROM log");
    sqlite3_stmt *statement =
        insert_into("facts", N_TEXT + N_NUMBER + N_VERSION + N_FLAG);
    for (size_t i = 0; i < N_TEXT; i++)
        bind_text(statement, ++at, facts->text[i]);
    load_numbers(statement, &at, facts->number, N_NUMBER);
    load_numbers(statement, &at, facts->version, N_VERSION);
    load_numbers(statement, &at, facts->flag, N_FLAG);
    finish(statement);
    for (size_t i = 0; i < N_LISTS; i++) {
        snprintf(text, sizeof(text), "DELETE FROM list%zu", i);
        run(text);
        load_list(facts, i);
    }
    for (size_t i = 0; i < facts->n_lines; i++) {
        statement = insert_into("log", 1);
        bind_text(statement, 1, facts->log[i]);
        finish(statement);
    }
}

static size_t ask(uint32_t *fired)
{
    size_t count = 0;
    for (size_t i = 0; i < n_queries; i++) {
        int status = sqlite3_step(queries[i]);
        check(status);
        if (status == SQLITE_ROW)
            fired[count++] = (uint32_t)i;
        sqlite3_reset(queries[i]);
    }
    return count;
}

/* Loading is not timed, so each machine is loaded once and asked in turn. */
static double time_queries(const struct fleet *fleet, long passes)
{
    uint32_t *fired = calloc(n_queries + 1, sizeof(*fired));
    double sum = 0;
    for (size_t i = 0; fired && i < fleet->count; i++) {
        double best = 1e9;
        load(&fleet->at[i]);
        for (long pass = 0; pass < passes; pass++) {
            double start = now_seconds();
            ask(fired);
            double seconds = now_seconds() - start;
            best = seconds < best ? seconds : best;
        }
        sum += best;
    }
    free(fired);
    return sum;
}

static size_t load_and_ask(const struct facts *facts, uint32_t *fired)
{
    load(facts);
    return ask(fired);
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return 2;
    double start = now_seconds();
    check(sqlite3_open(":memory:", &database));
    match_data = pcre2_match_data_create(1, NULL);
    check(sqlite3_create_function(database, "regexp", 2,
                                  SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                  match, NULL, NULL));
    create_tables();
    prepare_queries(argv[4]);
    double seconds = now_seconds() - start;
    struct fleet fleet = read_fleet(argv[2]);
    run("BEGIN");
    if (strcmp(argv[1], "check") == 0)
        return run_peer("sqlite", argv[1], argv[3], &fleet, n_queries, seconds,
                        load_and_ask);
    printf("{\"peer\":\"sqlite\",\"compile_us\":%.3f,\"warm_ns\":%.3f}\n",
           seconds / (double)n_queries * 1e6,
           time_queries(&fleet, strtol(argv[3], NULL, 10)) /
               (double)(n_queries * fleet.count) * 1e9);
    return 0;
}
