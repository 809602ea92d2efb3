/* SPDX-License-Identifier: Apache-2.0 */
/* eval --watch: looks again and again, and says what is different. What cannot
 * be read in between changes nothing, and is said. */

#include "cli/cli.h"
#include "cli/platform.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    SLICE_MS = 50,     /* after which an interrupt is seen */
    YOUNG_SECONDS = 2, /* clocks of file systems are that coarse */
    FILE_INTERVAL_MS = 1000,
    MACHINE_INTERVAL_MS = 30000,
    LEAST_INTERVAL_MS = 10,
    MOST_INTERVAL_MS = 86400000
};

struct watch {
    const struct cli_options *options;
    archrules_engine *engine;
    const archrules_report_options *report;
    archrules_output to; /* of text */
    struct cli_text text;
    const char *path; /* of the snapshot; NULL: this machine */
    unsigned interval_ms;
    archrules_session *session;
    struct cli_stamp stamp; /* of the snapshot that was read last */
    bool is_young;          /* it may have changed without another stamp */
    bool is_suspect;        /* it could not be read: maybe it is half written */
    bool is_broken;         /* and that was said */
};

/* ---- what makes sense ---- */

static const struct {
    const char *name;
    unsigned ms;
} units[] = {
    {"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}, {"", 1000}};

/* False after a message. */
static bool read_interval(const struct cli_options *options, unsigned *ms)
{
    const char *text = cli_value(options, CLI_OPTION_INTERVAL);
    *ms = cli_has(options, CLI_OPTION_FACTS) ? FILE_INTERVAL_MS
                                             : MACHINE_INTERVAL_MS;
    if (!text)
        return true;
    uint64_t number = 0;
    size_t n_digits = 0;
    for (; text[n_digits] >= '0' && text[n_digits] <= '9' && n_digits < 9;
         n_digits++)
        number = number * 10 + (uint64_t)(text[n_digits] - '0');
    for (size_t ix = 0; n_digits > 0 && ix < CLI_COUNT_OF(units); ix++) {
        if (strcmp(text + n_digits, units[ix].name) != 0)
            continue;
        number *= units[ix].ms;
        *ms = (unsigned)number;
        if (number >= LEAST_INTERVAL_MS && number <= MOST_INTERVAL_MS)
            return true;
        cli_error("--interval is from 10ms to 24h, not '%s'", text);
        return false;
    }
    cli_error("--interval takes a time such as 500ms, 30s, 5min or 1h, not "
              "'%s'",
              text);
    return false;
}

static const char *find_conflict(const struct cli_options *options,
                                 const struct cli_output *output)
{
    const char *path = cli_value(options, CLI_OPTION_FACTS);
    if (output->path)
        return "--watch does not end, and -o writes a file as a whole: send "
               "standard output into a file";
    if (path && strcmp(path, "-") == 0)
        return "standard input cannot be read again: --watch needs the name "
               "of a file";
    if (cli_has(options, CLI_OPTION_JOBS))
        return "--watch looks at one machine: leave out -j";
    if (!path && cli_has(options, CLI_OPTION_NO_PROBE))
        return "nothing can change: --watch needs -f FILE, or no --no-probe";
    if (cli_has(options, CLI_OPTION_BASELINE))
        return "--watch itself says what is new and gone: leave out "
               "--baseline";
    return NULL;
}

bool cli_check_watch(const struct cli_options *options,
                     const struct cli_output *output)
{
    unsigned ms;
    if (!cli_has(options, CLI_OPTION_WATCH)) {
        if (cli_has(options, CLI_OPTION_INTERVAL))
            cli_error("--interval needs --watch");
        return !cli_has(options, CLI_OPTION_INTERVAL);
    }
    if (output->to.format != ARCHRULES_HUMAN &&
        output->to.format != ARCHRULES_NDJSON) {
        cli_error("--watch writes text, or JSON with --format ndjson, not %s",
                  archrules_format_name(output->to.format));
        return false;
    }
    const char *conflict = find_conflict(options, output);
    if (conflict)
        cli_error("%s", conflict);
    return !conflict && read_interval(options, &ms);
}

/* ---- writing ---- */

/* What the library has rendered, as a whole. */
static int print(struct watch *watch, archrules_status status)
{
    struct cli_text *text = &watch->text;
    const char *problem = NULL;
    if (status == ARCHRULES_OK && text->length > 0)
        problem = cli_write_stream(CLI_STDOUT, text->at, text->length);
    if (problem)
        cli_error("cannot write the result: %s", problem);
    cli_text_free(text);
    return problem ? CLI_EXIT_INVALID : cli_exit_of(status);
}

static int print_report(struct watch *watch)
{
    return print(
        watch, archrules_result_render(archrules_session_result(watch->session),
                                       watch->report, &watch->to));
}

static int print_changes(struct watch *watch)
{
    return print(watch, archrules_session_render_changes(
                            watch->session, watch->report, &watch->to));
}

static void put_time(struct cli_text *text)
{
    char line[40];
    time_t now = time(NULL);
    const struct tm *utc = gmtime(&now);
    if (utc && strftime(line, sizeof(line), "%Y-%m-%dT%H:%M:%SZ  ", utc) > 0)
        cli_put(text, line);
}

static void put_state(struct watch *watch, const char *what)
{
    put_time(&watch->text);
    cli_put_safe(&watch->text, watch->path);
    cli_put(&watch->text, what);
}

/* Programs get the error in place of changes. */
static int print_broken(struct watch *watch, archrules_facts *facts)
{
    archrules_status status = ARCHRULES_OK;
    watch->is_broken = true;
    if (watch->to.format == ARCHRULES_NDJSON)
        return print(watch,
                     archrules_facts_render_diagnostics(facts, &watch->to));
    status = cli_show_fact_diagnostics(watch->options, facts, true);
    put_state(watch, " cannot be read: what was found before stands\n");
    return print(watch, status);
}

static int print_mended(struct watch *watch)
{
    bool is_said = watch->is_broken && watch->to.format != ARCHRULES_NDJSON;
    watch->is_broken = false;
    if (is_said)
        put_state(watch, " can be read again\n");
    return print(watch, ARCHRULES_OK);
}

/* ---- looking ---- */

static int evaluate(struct watch *watch, const archrules_facts *facts)
{
    archrules_status status = archrules_session_take(watch->session, facts);
    if (status == ARCHRULES_OK)
        status = archrules_session_update(watch->session, NULL);
    return cli_exit_of(status);
}

/* What is odd is said of a snapshot each time, of this machine once. */
static int read_facts(struct watch *watch, archrules_facts **facts,
                      bool is_first)
{
    int code = cli_facts_read(watch->options, watch->engine, facts);
    if (code == CLI_EXIT_OK)
        code = cli_facts_collect(watch->options, *facts);
    if (code == CLI_EXIT_OK && (is_first || watch->path))
        code = cli_exit_of(
            cli_show_fact_diagnostics(watch->options, *facts, false));
    return code;
}

static void note_stamp(struct watch *watch, const struct cli_stamp *stamp)
{
    watch->stamp = *stamp;
    watch->is_young = stamp->seconds + YOUNG_SECONDS >= (int64_t)time(NULL);
}

static bool may_have_changed(struct watch *watch)
{
    struct cli_stamp stamp;
    if (!watch->path)
        return true;
    cli_stamp_file(watch->path, &stamp);
    bool is_same = stamp.size == watch->stamp.size &&
                   stamp.file == watch->stamp.file &&
                   stamp.seconds == watch->stamp.seconds &&
                   stamp.fraction == watch->stamp.fraction;
    bool may_have = !is_same || watch->is_young || watch->is_suspect;
    note_stamp(watch, &stamp);
    return may_have;
}

/* A file that is being written is often whole the next time. */
static int judge_broken(struct watch *watch, archrules_facts *facts)
{
    bool was_suspect = watch->is_suspect;
    watch->is_suspect = !was_suspect;
    if (!was_suspect || watch->is_broken)
        return CLI_EXIT_OK;
    return print_broken(watch, facts);
}

static int look_again(struct watch *watch)
{
    archrules_facts *facts = NULL;
    int code;
    if (!may_have_changed(watch))
        return CLI_EXIT_OK;
    code = read_facts(watch, &facts, false);
    if (code == CLI_EXIT_INVALID && watch->path && facts) {
        code = judge_broken(watch, facts);
        archrules_facts_free(facts);
        return code;
    }
    watch->is_suspect = false;
    if (code == CLI_EXIT_OK)
        code = evaluate(watch, facts);
    archrules_facts_free(facts);
    if (code == CLI_EXIT_OK)
        code = print_mended(watch);
    return code == CLI_EXIT_OK ? print_changes(watch) : code;
}

static int look_first(struct watch *watch)
{
    archrules_facts *facts = NULL;
    struct cli_stamp stamp = {0};
    if (watch->path)
        cli_stamp_file(watch->path, &stamp);
    note_stamp(watch, &stamp);
    int code = read_facts(watch, &facts, true);
    if (code == CLI_EXIT_INVALID && facts)
        cli_show_fact_diagnostics(watch->options, facts, true);
    if (code == CLI_EXIT_OK)
        code = evaluate(watch, facts);
    archrules_facts_free(facts);
    return code == CLI_EXIT_OK ? print_report(watch) : code;
}

static void wait_a_while(const struct watch *watch)
{
    uint64_t end = cli_now_ms() + watch->interval_ms;
    for (uint64_t now = cli_now_ms(); now < end && cli_interrupt_signal() == 0;
         now = cli_now_ms())
        cli_sleep_ms(end - now < SLICE_MS ? (unsigned)(end - now) : SLICE_MS);
}

static int watch_on(struct watch *watch)
{
    int code = look_first(watch);
    if (code == CLI_EXIT_OK && cli_is_terminal(CLI_STDERR) &&
        !cli_has(watch->options, CLI_OPTION_QUIET))
        cli_note("watching; Ctrl-C ends it");
    while (code == CLI_EXIT_OK && cli_interrupt_signal() == 0) {
        wait_a_while(watch);
        if (cli_interrupt_signal() == 0)
            code = look_again(watch);
    }
    if (code == CLI_EXIT_OK)
        code = CLI_EXIT_SIGNAL + cli_interrupt_signal();
    return code;
}

int cli_run_watch(const struct cli_options *options, archrules_engine *engine,
                  const archrules_report_options *report,
                  const struct cli_output *output)
{
    struct watch watch = {
        .options = options,
        .engine = engine,
        .report = report,
        .to = output->to,
        .path = cli_value(options, CLI_OPTION_FACTS),
    };
    watch.to.context = &watch.text;
    if (!read_interval(options, &watch.interval_ms))
        return CLI_EXIT_INVALID;
    archrules_status status = archrules_engine_prepare(engine);
    if (status == ARCHRULES_OK)
        status = archrules_session_create(engine, &watch.session);
    int code = cli_exit_of(status);
    cli_catch_interrupts();
    if (code == CLI_EXIT_OK)
        code = watch_on(&watch);
    archrules_session_free(watch.session);
    cli_text_free(&watch.text);
    return code;
}
