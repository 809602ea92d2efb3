/* SPDX-License-Identifier: Apache-2.0 */
/* Runs out of memory at every point of every scenario, once and for ever. A
 * run must then say so and exit with 70, writing no result and no part of a
 * file, or give exactly what it gives with all memory; and it must give back
 * all it took.
 *
 *   oom FOLDER [--points N] [--jobs N] [NAME...]
 *
 * FOLDER is for files. --points: at most about so many points for a seam, in
 * equal steps, else all. NAME: these scenarios, else all. Each runs in a
 * process of its own, so that a crash ends no other. */

#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "oom.h"

#include "base/base.h"

#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PATH_BYTES = 4096,
    SHOWN_FAILURES = 3, /* of one scenario */
    EXIT_NO_MEMORY = 70
};

/* A request that fails. */
struct point {
    enum oom_seam seam;
    bool is_sticky;
    size_t n; /* SIZE_MAX: none */
};

/* What a run of the program did. */
struct outcome {
    int code;
    bool has_exited; /* by exit() */
    size_t n_requests;
    size_t n_blocks;
    size_t n_files; /* in the folder of the output */
    bool leaves_open;
    struct oom_text out;
    struct oom_text error;
    struct oom_text file;
};

/* Of a scenario, shared with the process that runs it. */
struct tally {
    size_t n_points;
    size_t n_passed;
    size_t n_same; /* of these: not exit 70 */
    struct point now;
};

static struct {
    const char *folder;
    char pack[PATH_BYTES];
    size_t most_points; /* 0: all */
    size_t n_jobs;
    char **names;
    size_t n_names;
    struct tally *tallies;
} test = {.n_jobs = 1};

static struct outcome clean;
static struct outcome tried;

static void give_up(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* ---- one run ---- */

static void make_path(char out[PATH_BYTES], const char *scenario,
                      const char *name)
{
    int length =
        snprintf(out, PATH_BYTES, "%s/%s%s", test.folder, scenario, name);
    if (length < 0 || length >= PATH_BYTES)
        give_up("path");
}

static bool is_output(const char *argument)
{
    return strncmp(argument, OOM_OUT, strlen(OOM_OUT)) == 0;
}

static const char *old_content(const struct oom_scenario *scenario)
{
    for (size_t i = 0; i < OOM_ARGUMENTS && scenario->arguments[i]; i++) {
        const char *argument = scenario->arguments[i];
        if (is_output(argument) && argument[strlen(OOM_OUT)] != '\0')
            return argument + strlen(OOM_OUT);
    }
    return "what stood here before\n";
}

static void write_old_file(const char *path, const char *text)
{
    size_t length = strlen(text);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || write(fd, text, length) != (ssize_t)length || close(fd) != 0)
        give_up(path);
}

static void read_file(const char *path, struct oom_text *out)
{
    int fd = open(path, O_RDONLY);
    ssize_t length = fd < 0 ? -1 : read(fd, out->bytes, sizeof(out->bytes));
    if (length < 0 || close(fd) != 0)
        give_up(path);
    out->length = (size_t)length;
}

static void redirect_input(const char *path)
{
    int fd = open(path ? path : "/dev/null", O_RDONLY);
    if (fd < 0 || dup2(fd, STDIN_FILENO) < 0 || close(fd) != 0)
        give_up(path);
}

/* A program starts with getopt() in this state. */
static void reset_getopt(void)
{
    static char name[] = "archrules";
    static char *arguments[] = {name, NULL};
    static const struct option none[] = {{0}};
    optind = 0;
    getopt_long(1, arguments, "-:", none, NULL);
}

/* The program may write into its arguments. */
static int make_arguments(const struct oom_scenario *scenario,
                          const char *output, char **out)
{
    static char text[16 * PATH_BYTES];
    static char program[] = "archrules";
    size_t used = 0;
    int count = 0;
    out[count++] = program;
    for (size_t i = 0; i < OOM_ARGUMENTS && scenario->arguments[i]; i++) {
        const char *from = scenario->arguments[i];
        if (is_output(from))
            from = output;
        if (strcmp(from, OOM_PACK) == 0)
            from = test.pack;
        size_t size = strlen(from) + 1;
        AR_ASSERT(size <= sizeof(text) - used);
        memcpy(text + used, from, size);
        out[count++] = text + used;
        used += size;
    }
    out[count] = NULL;
    return count;
}

/* Beside "." and "..". */
static size_t count_files(const struct oom_scenario *scenario)
{
    char folder[PATH_BYTES];
    size_t count = 0;
    make_path(folder, scenario->name, "");
    DIR *entries = opendir(folder);
    if (!entries)
        give_up(folder);
    while (readdir(entries))
        count++;
    closedir(entries);
    return count - 2;
}

static int next_descriptor(void)
{
    int fd = dup(STDERR_FILENO);
    if (fd < 0 || close(fd) != 0)
        give_up("dup");
    return fd;
}

/* What the end of a process would close. */
static void close_from(int first)
{
    enum { MOST_OPEN = 16 };
    for (int fd = first; fd < first + MOST_OPEN; fd++)
        close(fd);
}

static void run_program(int argc, char **argv, const struct point *point,
                        struct outcome *outcome)
{
    static jmp_buf end;
    int code = setjmp(end);
    if (code == 0) {
        oom_begin(point->seam, point->n, point->is_sticky, &end);
        outcome->code = oom_program(argc, argv);
        outcome->has_exited = false;
    } else {
        outcome->code = code;
        outcome->has_exited = true;
    }
    outcome->n_requests = oom_end();
    outcome->n_blocks = oom_release();
}

static void copy_text(struct oom_text *out, const struct oom_text *from)
{
    out->length = from->length;
    memcpy(out->bytes, from->bytes, from->length);
}

static void run_point(const struct oom_scenario *scenario,
                      const struct point *point, struct outcome *outcome)
{
    char output[PATH_BYTES];
    char *argv[OOM_ARGUMENTS + 2];
    make_path(output, scenario->name, "/out");
    write_old_file(output, old_content(scenario));
    redirect_input(scenario->input);
    reset_getopt();
    int argc = make_arguments(scenario, output, argv);
    int descriptor = next_descriptor();
    run_program(argc, argv, point, outcome);
    if (outcome->has_exited)
        close_from(descriptor);
    outcome->leaves_open = next_descriptor() != descriptor;
    copy_text(&outcome->out, &oom_stdout);
    copy_text(&outcome->error, &oom_stderr);
    outcome->n_files = count_files(scenario);
    read_file(output, &outcome->file);
}

/* ---- judging ---- */

static bool is_equal(const struct oom_text *a, const struct oom_text *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

static bool contains(const struct oom_text *text, const char *what)
{
    size_t length = strlen(what);
    for (size_t i = 0; i + length <= text->length; i++) {
        if (memcmp(text->bytes + i, what, length) == 0)
            return true;
    }
    return false;
}

static bool is_old_file(const struct oom_scenario *scenario,
                        const struct oom_text *file)
{
    const char *content = old_content(scenario);
    return file->length == strlen(content) &&
           memcmp(file->bytes, content, file->length) == 0;
}

/* What is wrong with a run that has ended for want of memory, or NULL. */
static const char *judge_failure(const struct oom_scenario *scenario,
                                 const struct outcome *outcome)
{
    if (outcome->out.length > 0)
        return "exit 70, and a result";
    if (!contains(&outcome->error, "out of memory"))
        return "exit 70, and no word about memory";
    if (!is_old_file(scenario, &outcome->file) &&
        !is_equal(&outcome->file, &clean.file))
        return "exit 70, and another file";
    return NULL;
}

static const char *judge_result(const struct outcome *outcome)
{
    if (outcome->code != clean.code)
        return "another exit code";
    if (!is_equal(&outcome->out, &clean.out))
        return "another result";
    if (!is_equal(&outcome->error, &clean.error))
        return "other messages";
    if (!is_equal(&outcome->file, &clean.file))
        return "another file";
    return NULL;
}

static const char *judge(const struct oom_scenario *scenario,
                         const struct point *point,
                         const struct outcome *outcome)
{
    if (outcome->n_requests < point->n)
        return "the request did not come: two runs differ";
    if (outcome->n_blocks > 0 && !outcome->has_exited)
        return "memory or a folder was not given back";
    if (outcome->leaves_open)
        return "a file was left open";
    if (outcome->n_files != 1)
        return "a file was left behind";
    return outcome->code == EXIT_NO_MEMORY ? judge_failure(scenario, outcome)
                                           : judge_result(outcome);
}

/* ---- reporting ---- */

static void describe(const struct oom_scenario *scenario,
                     const struct point *point)
{
    printf("FAIL %s: ", scenario->name);
    if (point->n > 0 && point->n < SIZE_MAX)
        printf("%s %zu%s: ", point->seam == OOM_OBJECTS ? "object" : "request",
               point->n, point->is_sticky ? " and all later" : "");
}

static void show_text(const char *name, const struct oom_text *text)
{
    enum { SHOWN_BYTES = 3000 };
    size_t length = text->length < SHOWN_BYTES ? text->length : SHOWN_BYTES;
    printf("  %s (%zu bytes):\n%.*s\n", name, text->length, (int)length,
           text->bytes);
}

static void show(const struct oom_scenario *scenario, const struct point *point,
                 const char *problem)
{
    describe(scenario, point);
    printf("%s (exit %d, with memory %d; %zu blocks)\n", problem, tried.code,
           clean.code, tried.n_blocks);
    if (!is_equal(&tried.out, &clean.out))
        show_text("standard output", &tried.out);
    if (!is_equal(&tried.error, &clean.error))
        show_text("standard error", &tried.error);
    if (!is_equal(&tried.file, &clean.file))
        show_text("the file", &tried.file);
    fflush(stdout);
}

/* ---- one scenario ---- */

static void try_point(const struct oom_scenario *scenario, struct tally *tally,
                      const struct point *point)
{
    tally->now = *point;
    tally->n_points++;
    run_point(scenario, point, &tried);
    const char *problem = judge(scenario, point, &tried);
    if (!problem) {
        tally->n_passed++;
        tally->n_same += tried.code != EXIT_NO_MEMORY;
    } else if (tally->n_points - tally->n_passed <= SHOWN_FAILURES) {
        show(scenario, point, problem);
    }
}

/* Where steps are taken, scenarios begin at different points. */
static void try_seam(const struct oom_scenario *scenario, struct tally *tally,
                     enum oom_seam seam)
{
    struct point point = {.seam = seam, .n = SIZE_MAX};
    size_t step = 1;
    tally->now = point;
    run_point(scenario, &point, &clean);
    size_t n_requests = clean.n_requests;
    if (clean.code == EXIT_NO_MEMORY || clean.n_blocks > 0 ||
        clean.leaves_open) {
        tally->n_points++;
        tried = clean;
        show(scenario, &point, "wrong with all memory");
        return;
    }
    if (test.most_points > 0)
        step += n_requests / test.most_points;
    size_t first = 1 + (size_t)(scenario - oom_scenarios) % step;
    for (int sticky = 0; sticky < 2; sticky++) {
        for (size_t n = first; n <= n_requests; n += step) {
            point = (struct point){seam, sticky != 0, n};
            try_point(scenario, tally, &point);
        }
    }
}

static void run_scenario(size_t ix)
{
    const struct oom_scenario *scenario = &oom_scenarios[ix];
    char folder[PATH_BYTES];
    make_path(folder, scenario->name, "");
    mkdir(folder, 0755);
    try_seam(scenario, &test.tallies[ix], OOM_SYSTEM);
    try_seam(scenario, &test.tallies[ix], OOM_OBJECTS);
    test.tallies[ix].now.n = 0;
}

/* ---- all of them ---- */

static void write_pack(void)
{
    const struct point all_memory = {.n = SIZE_MAX};
    char folder[PATH_BYTES];
    make_path(folder, oom_pack.name, "");
    make_path(test.pack, oom_pack.name, "/pack.arp");
    mkdir(folder, 0755);
    run_point(&oom_pack, &all_memory, &clean);
    if (clean.code != 0)
        give_up("pack build");
}

static bool is_chosen(size_t ix)
{
    for (size_t i = 0; i < test.n_names; i++) {
        if (strcmp(test.names[i], oom_scenarios[ix].name) == 0)
            return true;
    }
    return test.n_names == 0;
}

static pid_t start(size_t ix)
{
    fflush(stdout);
    pid_t child = fork();
    if (child < 0)
        give_up("fork");
    if (child > 0)
        return child;
    run_scenario(ix);
    fflush(stdout);
    exit(EXIT_SUCCESS); /* where leaks are looked for */
}

/* A process that did not end well counts as a point that did not pass. */
static void report_scenario(size_t ix, int status)
{
    struct tally *tally = &test.tallies[ix];
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        describe(&oom_scenarios[ix], &tally->now);
        printf("it crashed or leaked (%s %d)\n",
               WIFEXITED(status) ? "exit" : "signal",
               WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
        if (tally->n_points == tally->n_passed)
            tally->n_points++;
    }
    printf("%-20s %7zu points, %7zu passed, of these %zu as with memory\n",
           oom_scenarios[ix].name, tally->n_points, tally->n_passed,
           tally->n_same);
}

static void await_one(pid_t *children)
{
    int status = 0;
    pid_t child = wait(&status);
    for (size_t ix = 0; ix < oom_n_scenarios; ix++) {
        if (children[ix] != child)
            continue;
        children[ix] = 0;
        report_scenario(ix, status);
        return;
    }
    give_up("wait");
}

static size_t run_all(void)
{
    enum { MOST_SCENARIOS = 256 };
    static pid_t children[MOST_SCENARIOS];
    size_t n_running = 0;
    size_t n_scenarios = 0;
    AR_ASSERT(oom_n_scenarios <= MOST_SCENARIOS);
    for (size_t ix = 0; ix < oom_n_scenarios; ix++) {
        if (!is_chosen(ix))
            continue;
        if (n_running == test.n_jobs) {
            await_one(children);
            n_running--;
        }
        children[ix] = start(ix);
        n_running++;
        n_scenarios++;
    }
    for (; n_running > 0; n_running--)
        await_one(children);
    return n_scenarios;
}

static bool read_options(int argc, char **argv)
{
    static const struct option options[] = {
        {"points", required_argument, NULL, 'p'},
        {"jobs", required_argument, NULL, 'j'},
        {0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == '?')
            return false;
        size_t *number = option == 'p' ? &test.most_points : &test.n_jobs;
        *number = strtoul(optarg, NULL, 10);
    }
    if (optind == argc || test.n_jobs == 0)
        return false;
    test.folder = argv[optind];
    test.names = argv + optind + 1;
    test.n_names = (size_t)(argc - optind - 1);
    return true;
}

int main(int argc, char **argv)
{
    size_t n_points = 0;
    size_t n_passed = 0;
    if (!read_options(argc, argv)) {
        fputs("usage: oom FOLDER [--points N] [--jobs N] [NAME...]\n", stderr);
        return 2;
    }
    setenv("NO_COLOR", "1", 1);
    mkdir(test.folder, 0755);
    test.tallies =
        mmap(NULL, oom_n_scenarios * sizeof(*test.tallies),
             PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (test.tallies == MAP_FAILED)
        give_up("mmap");
    write_pack();
    size_t n_scenarios = run_all();
    for (size_t ix = 0; ix < oom_n_scenarios; ix++) {
        n_points += test.tallies[ix].n_points;
        n_passed += test.tallies[ix].n_passed;
    }
    printf("%zu scenarios, %zu failure points, %zu passed\n", n_scenarios,
           n_points, n_passed);
    return n_points > 0 && n_passed == n_points ? EXIT_SUCCESS : EXIT_FAILURE;
}
