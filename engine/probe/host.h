/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_HOST_H
#define AR_PROBE_HOST_H
/* The machine as probes see it: the one seam between archrules and an
 * operating system. host_posix.c and host_windows.c are the real ones,
 * host_fake.c is a table for tests. Nothing here knows of facts. If the system
 * lacks memory, functions with an arena do as ar_arena_alloc(); programs that
 * run then are killed when that arena is reset or freed. */

#include "base/arena.h"
#include "base/str.h"

/* How an attempt to learn something ended. Only DONE and NOT_FOUND are
 * answers; of all others nothing is known. */
enum ar_host_status {
    AR_HOST_DONE,
    AR_HOST_NOT_FOUND,   /* there is no such program, file, variable or key */
    AR_HOST_DENIED,      /* the rights are missing */
    AR_HOST_TIMEOUT,     /* the deadline passed; what ran was killed */
    AR_HOST_TOO_LARGE,   /* more output or content than allowed */
    AR_HOST_UNSUPPORTED, /* this system has no such thing */
    AR_HOST_FAILED,      /* anything else: detail says what */
    AR_HOST_STOPPED,     /* the run was cancelled (Ctrl-C) */
    AR_HOST_BAD_ANSWER   /* who was asked did not answer as it should */
};

/* What every system takes into a pipe before anybody reads. */
enum { AR_HOST_INPUT_BYTES = 16000 };

/* A program to run. Its arguments reach it as they are; no shell is involved.
 * It gets input as its standard input and then its end, LC_ALL=C, and an
 * environment that is the caller's but for what could change how programs are
 * found or loaded.
 * Or a service of this machine to ask: argv is its address, unix:///path or
 * npipe:////./pipe/name, and the path of what is wanted; it is asked with GET
 * in HTTP/1.1. No other address is ever contacted: UNSUPPORTED. NOT_FOUND if
 * there is no such socket or nobody listens at it, BAD_ANSWER if what answers
 * is not exactly HTTP; then out is empty. */
struct ar_host_command {
    const ar_str *argv;
    size_t n_argv;
    ar_str input;       /* what it reads; at most AR_HOST_INPUT_BYTES */
    int64_t timeout_us; /* from the start; above 0 */
    size_t max_stdout;  /* bytes, of a request of the content: beyond them
                           AR_HOST_TOO_LARGE */
    size_t max_stderr;  /* bytes that are kept; the rest is read away */
    bool is_request;
    bool is_start_enough; /* of a request: what is longer than max_stdout is
                             cut there, and DONE */
};

struct ar_host_output {
    enum ar_host_status status;
    ar_str detail;   /* of what is no answer: for people; or empty */
    ar_str path;     /* the absolute path that argv[0] came to, if found */
    int exit_code;   /* of a program that ended by itself, or the status of
                        a service (200); else -1 */
    int signal;      /* that ended it, or 0: then the status is FAILED */
    ar_str out;      /* standard output, also of one that failed; or the
                        content of an answer */
    ar_str err;      /* standard error, cut at max_stderr */
    bool is_err_cut; /* there was more, or may be: its end was not seen */
    int64_t duration_us;
};

enum ar_host_kind {
    AR_HOST_KIND_REGULAR,
    AR_HOST_KIND_FOLDER,
    AR_HOST_KIND_LINK,
    AR_HOST_KIND_DEVICE,
    AR_HOST_KIND_SOCKET,
    AR_HOST_KIND_PIPE
};

/* What the system says of a file without opening it. */
struct ar_host_entry {
    enum ar_host_status status;
    ar_str detail; /* of what is no answer */
    enum ar_host_kind kind;
    int64_t size;        /* bytes */
    int64_t modified_us; /* since 1970 */
    ar_str target;       /* of a link that is not followed; may be no UTF-8 */
    /* Where has_rights is set: POSIX systems. */
    bool has_rights;
    unsigned mode; /* the lower 12 bits */
    uint64_t owner;
    uint64_t group;
    bool is_readable; /* for the user of this program */
    bool is_writable;
    bool is_executable;
};

/* Names of groups that have none are their numbers. */
enum ar_host_user {
    AR_HOST_USER_ID,
    AR_HOST_USER_NAME,
    AR_HOST_USER_GROUPS,         /* as this process has them */
    AR_HOST_USER_GROUPS_OF_LOGIN /* as the next login would have them */
};

/* What a system tells by functions of its own; UNSUPPORTED where it does not.
 * Linux tells the rest by files of /proc. */
enum ar_host_system {
    AR_HOST_SYSTEM_MEMORY,    /* bytes: in all, available, of swap, of it free;
                                 with blanks between */
    AR_HOST_SYSTEM_BOOTED,    /* microseconds since 1970 */
    AR_HOST_SYSTEM_TIME_ZONE, /* its name in Windows: "UTC" */
    AR_HOST_SYSTEM_CLOCK,     /* "1" if the kernel counts its clock as right,
                                 else "0" */
    AR_HOST_SYSTEM_CPU,       /* a line with the vendor and one with the model
                                 of the CPU */
    AR_HOST_SYSTEM_GUEST,     /* "1" inside of a virtual machine, else "0" */
    AR_HOST_SYSTEM_FIRMWARE,  /* "1" if the firmware lets hypervisors run, else
                                 "0" */
    AR_HOST_SYSTEM_LISTENERS  /* a line for each socket that listens: "tcp" or
                                 "udp", address, port, the number of the
                                 process, its program; with blanks between */
};

/* The leaf by which cpuid() gives the register XCR0. */
enum { AR_HOST_CPUID_XCR0 = 0x7FFFFFFF };

struct ar_host;

struct ar_host_functions {
    /* Runs programs side by side, at most n_parallel at a time, each until it
     * ended or was killed with everything it started: when this returns none
     * of them is left. Services are asked beside them, at most 16 at a time.
     * One that ended while something it started still holds
     * its standard output is FAILED: more might have come. outputs[i] is that
     * of commands[i]. deadline_us (of now_us()) bounds all of them together; 0:
     * none. */
    void (*run)(struct ar_host *host, struct ar_arena *arena,
                const struct ar_host_command *commands, size_t count,
                struct ar_host_output *outputs, int64_t deadline_us);
    /* The content of a regular file, a link followed; out->out is it. Special
     * files of /proc and /sys have a content although their size is 0. */
    void (*read_file)(struct ar_host *host, struct ar_arena *arena, ar_str path,
                      size_t max_bytes, struct ar_host_output *out);
    /* The bytes of a regular file from offset on, a link followed: size of
     * them, or fewer where it ends; NOT_FOUND only if there is no file. Never
     * waits for what is no regular file: that is FAILED. */
    void (*read_part)(struct ar_host *host, struct ar_arena *arena, ar_str path,
                      uint64_t offset, size_t size, struct ar_host_output *out);
    /* What stands under an absolute path, or what it leads to if links are
     * followed. */
    void (*look)(struct ar_host *host, struct ar_arena *arena, ar_str path,
                 bool follows, struct ar_host_entry *out);
    /* The folders of PATH as they are written and in their order, also empty
     * and relative ones. NOT_FOUND if there is no PATH. */
    void (*search_path)(struct ar_host *host, struct ar_arena *arena,
                        ar_str_vector *folders, struct ar_host_output *out);
    /* The programs that a name may stand for in the absolute folders of PATH,
     * the one that a shell would run first: on Windows with the endings of
     * PATHEXT. A file that is found twice counts once. NOT_FOUND if there is
     * no PATH. */
    void (*programs)(struct ar_host *host, struct ar_arena *arena, ar_str name,
                     ar_str_vector *paths, struct ar_host_output *out);
    /* Absolute paths that fit a pattern with * ? and [...], sorted by bytes,
     * one to a line in out->out; hidden files only where the pattern has the
     * dot. NOT_FOUND if there is none. */
    void (*glob)(struct ar_host *host, struct ar_arena *arena, ar_str pattern,
                 size_t max_matches, struct ar_host_output *out);
    /* A value of the registry (HKLM\Key\Name) as text; UNSUPPORTED where there
     * is no registry. Numbers are in decimal, bytes in hexadecimal digits, of
     * several texts each is a line. The 64-bit view counts, then the 32-bit
     * one. */
    void (*registry)(struct ar_host *host, struct ar_arena *arena, ar_str path,
                     struct ar_host_output *out);
    /* What a service of Windows does and when it starts, as `sc query` and
     * `sc qc` name it, with a blank between: "RUNNING AUTO_START". NOT_FOUND if
     * there is none of that name; UNSUPPORTED on other systems, where programs
     * tell it. */
    void (*service)(struct ar_host *host, struct ar_arena *arena, ar_str name,
                    struct ar_host_output *out);
    /* A variable of the environment. */
    void (*variable)(struct ar_host *host, struct ar_arena *arena, ar_str name,
                     struct ar_host_output *out);
    /* How much the file system of a path holds, as four numbers with blanks
     * between: bytes that this user may still use, bytes in all, files that
     * may still be made, files in all. The last two are 0 where the file
     * system has no such bound. */
    void (*disk)(struct ar_host *host, struct ar_arena *arena, ar_str path,
                 struct ar_host_output *out);
    /* Of the user who runs this, a line for each. */
    void (*user)(struct ar_host *host, struct ar_arena *arena,
                 enum ar_host_user what, struct ar_host_output *out);
    void (*tell)(struct ar_host *host, struct ar_arena *arena,
                 enum ar_host_system what, struct ar_host_output *out);
    /* EAX, EBX, ECX and EDX of an x86 CPU, or of what emulates one. False if
     * there is no such leaf, or no such CPU. */
    bool (*cpuid)(struct ar_host *host, uint32_t leaf, uint32_t registers[4]);
    /* Microseconds of a clock that never goes back. */
    int64_t (*now_us)(struct ar_host *host);
    /* Microseconds since 1970. */
    int64_t (*time_us)(struct ar_host *host);
};

/* Whether an emulator of programs, such as qemu-user, Rosetta or Prism, runs
 * this process. */
enum ar_emulation { AR_EMULATION_UNKNOWN, AR_EMULATION_NO, AR_EMULATION_YES };

struct ar_host {
    const struct ar_host_functions *functions;
    size_t n_parallel; /* programs at a time, at most 16; 0: 4 */
    /* Called now and then while programs run, with the one that has run
     * longest; false cancels. May be NULL. */
    bool (*progress)(void *context, ar_str program, int64_t elapsed_us);
    void *context;
    const char *platform; /* "linux", "windows", "macos", "freebsd" */
    char machine[66];     /* the machine's own CPU as the system names it:
                             "x86_64"; empty if what the system says is not
                             certain, as under an emulator */
    enum ar_emulation emulation;
    const char *asked; /* the function that named it: "uname()" */
    bool is_elevated;  /* root, or an administrator's token */
};

/* The machine this program runs on; *host is filled in. */
void ar_host_open(struct ar_host *host);

/* ---- host_fake.c, for tests ---- */

/* What a fake host answers: the first row whose kind and name fit. The name of
 * a command or request is its argv joined by blanks. */
enum ar_fake_kind {
    AR_FAKE_COMMAND,
    AR_FAKE_REQUEST,
    AR_FAKE_FILE,
    AR_FAKE_LINK, /* where it points; looked at only if it is not followed */
    AR_FAKE_GLOB,
    AR_FAKE_REGISTRY,
    AR_FAKE_SERVICE,
    AR_FAKE_VARIABLE,
    AR_FAKE_DISK,
    AR_FAKE_USER,   /* "id", "name", "groups", "groups of login" */
    AR_FAKE_SYSTEM, /* "memory", "booted", "time zone", "clock", "cpu", "guest",
                       "firmware", "listeners" */
    AR_FAKE_CPUID   /* a leaf as "0x40000000": the registers in digits */
};
struct ar_fake_answer {
    enum ar_fake_kind kind;
    const char *name;
    struct ar_host_output output;
};
struct ar_fake_host {
    struct ar_host host; /* first, so that it can be cast back */
    const struct ar_fake_answer *answers;
    size_t n_answers;
    int64_t now_us;    /* a command adds its duration */
    size_t n_asked;    /* how often anything was asked */
    size_t n_commands; /* how many commands were run */
};
/* What has no row is NOT_FOUND. */
void ar_host_open_fake(struct ar_fake_host *fake,
                       const struct ar_fake_answer *answers, size_t count);

#endif
