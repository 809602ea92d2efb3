/* SPDX-License-Identifier: Apache-2.0 */
/* Reading machines, and the loop that measures, for the peers in C. */

#include "facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void fail(const char *what)
{
    fprintf(stderr, "peer: %s\n", what);
    exit(2);
}

double now_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail(path);
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(length + 1);
    if (!bytes || fread(bytes, 1, length, file) != length)
        fail(path);
    bytes[length] = '\0';
    fclose(file);
    return bytes;
}

static struct text next_text(char **at)
{
    char *end = *at + strcspn(*at, "\t\n");
    struct text text = {*at, (size_t)(end - *at)};
    *at = end + (*end != '\0');
    *end = '\0';
    return text;
}

static int64_t next_number(char **at)
{
    return strtoll(next_text(at).at, NULL, 10);
}

static void read_list(char **at, struct facts *facts, size_t ix)
{
    size_t count = (size_t)next_number(at);
    if (count > MOST_ELEMENTS)
        fail("a list is too long");
    facts->list_count[ix] = count;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < list_fields[ix]; k++) {
            struct field *field = &facts->list[ix][i][k];
            field->text = next_text(at);
            field->number = strtoll(field->text.at, NULL, 10);
        }
    }
}

/* The lines stay as they are, one line end between them. */
static void read_log(char **at, struct facts *facts)
{
    size_t count = (size_t)next_number(at);
    char *joined = *at;
    if (count > MOST_LINES)
        fail("a log is too long");
    facts->n_lines = count;
    for (size_t i = 0; i < count; i++)
        facts->log[i] = next_text(at);
    facts->whole_log = (struct text){joined, (size_t)(*at - joined)};
    for (char *byte = joined; byte < *at; byte++) {
        if (*byte == '\0')
            *byte = '\n';
    }
}

static void read_machine(char **at, struct facts *facts)
{
    for (size_t i = 0; i < N_TEXT; i++)
        facts->text[i] = next_text(at);
    for (size_t i = 0; i < N_NUMBER; i++)
        facts->number[i] = next_number(at);
    for (size_t i = 0; i < N_VERSION; i++)
        facts->version[i] = next_number(at);
    for (size_t i = 0; i < N_FLAG; i++)
        facts->flag[i] = next_number(at);
    for (size_t i = 0; i < N_LISTS; i++)
        read_list(at, facts, i);
    read_log(at, facts);
}

struct fleet read_fleet(const char *path)
{
    struct fleet fleet = {.bytes = read_file(path)};
    char *at = fleet.bytes;
    fleet.count = (size_t)next_number(&at);
    fleet.at = calloc(fleet.count, sizeof(*fleet.at));
    if (!fleet.at)
        fail("out of memory");
    for (size_t i = 0; i < fleet.count; i++)
        read_machine(&at, &fleet.at[i]);
    return fleet;
}

void free_fleet(struct fleet *fleet)
{
    free(fleet->at);
    free(fleet->bytes);
}

static int compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static void print_fired(const struct fleet *fleet, evaluator evaluate,
                        uint32_t *fired)
{
    for (size_t i = 0; i < fleet->count; i++) {
        size_t count = evaluate(&fleet->at[i], fired);
        qsort(fired, count, sizeof(*fired), compare);
        printf("%u", (unsigned)i);
        for (size_t k = 0; k < count; k++)
            printf(" r%05u", (unsigned)fired[k]);
        printf("\n");
    }
}

static double best_pass(const struct fleet *fleet, evaluator evaluate,
                        uint32_t *fired, long passes)
{
    double best = 1e9;
    for (long pass = 0; pass < passes; pass++) {
        double start = now_seconds();
        for (size_t i = 0; i < fleet->count; i++)
            evaluate(&fleet->at[i], fired);
        double seconds = now_seconds() - start;
        best = seconds < best ? seconds : best;
    }
    return best;
}

int run_peer(const char *name, const char *mode, const char *passes,
             const struct fleet *fleet, size_t n_rules, double compile_seconds,
             evaluator evaluate)
{
    uint32_t *fired = calloc(n_rules + 1, sizeof(*fired));
    if (!fired)
        fail("out of memory");
    if (strcmp(mode, "check") == 0) {
        print_fired(fleet, evaluate, fired);
    } else {
        double best =
            best_pass(fleet, evaluate, fired, strtol(passes, NULL, 10));
        printf("{\"peer\":\"%s\",\"compile_us\":%.3f,\"warm_ns\":%.3f}\n", name,
               compile_seconds / (double)n_rules * 1e6,
               best / (double)(n_rules * fleet->count) * 1e9);
    }
    free(fired);
    return 0;
}
