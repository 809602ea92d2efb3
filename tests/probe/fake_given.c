/* SPDX-License-Identifier: Apache-2.0 */
/* What a program is given when it is run as a probe. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "fake_given.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

void say(const char *text)
{
    if (write(STDOUT_FILENO, text, strlen(text)) < 0)
        _exit(9);
}

void complain(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        _exit(9);
}

void say_if(bool is_kept, const char *promise)
{
    if (!is_kept) {
        complain(promise);
        _exit(3);
    }
    say("ok\n");
}

void has_empty_stdin(void)
{
    char byte;
    say_if(read(STDIN_FILENO, &byte, 1) == 0, "standard input is not empty");
}

void has_no_terminal(void)
{
    say_if(open("/dev/tty", O_RDWR) < 0, "there is a terminal");
}

void has_no_descriptors(void)
{
    for (int fd = 3; fd < 4096; fd++)
        if (fcntl(fd, F_GETFD) != -1)
            say_if(false, "another descriptor is open");
    say_if(fcntl(0, F_GETFD) != -1 && fcntl(2, F_GETFD) != -1, "one is closed");
}

void has_default_signals(void)
{
    sigset_t mask;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    for (int number = 1; number < 32; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 &&
            action.sa_handler != SIG_DFL)
            say_if(false, "a signal is not default");
        if (sigismember(&mask, number) == 1)
            say_if(false, "a signal is blocked");
    }
    say("ok\n");
}

void has_own_session(void)
{
    say_if(getsid(0) == getpid() && getpgrp() == getpid(), "no own session");
}

void has_root_folder(void)
{
    char folder[4096];
    say_if(getcwd(folder, sizeof(folder)) && strcmp(folder, "/") == 0,
           "the folder is not /");
}

void has_strict_umask(void)
{
    say_if(umask(0) == 077, "the umask is not 077");
}

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

void has_plain_environment(void)
{
    static const char *const held_back[] = {
        "LD_",       "LANGUAGE=", "BASH_ENV=",   "PYTHONPATH=",
        "PERL5LIB=", "GIT_DIR=",  "LC_NUMERIC=", "IFS=",
    };
    for (char **variable = environ; *variable; variable++)
        for (size_t i = 0; i < sizeof(held_back) / sizeof(*held_back); i++)
            if (begins(*variable, held_back[i]))
                say_if(false, *variable);
    const char *locale = getenv("LC_ALL");
    const char *path = getenv("PATH");
    const char *docker = getenv("DOCKER_CONFIG");
    if (!locale || strcmp(locale, "C") != 0)
        _exit(7);
    if (!path || !begins(path, "/") || strstr(path, "::") ||
        strstr(path, ":.") || strstr(path, ":relative"))
        _exit(4);
    if (geteuid() == 0 && (!docker || strstr(docker, "planted")))
        _exit(5);
    if (geteuid() != 0 && (!docker || !strstr(docker, "planted")))
        _exit(6);
    say("ok\n");
}

void has_no_core(void)
{
    struct rlimit limits;
    say_if(getrlimit(RLIMIT_CORE, &limits) == 0 && limits.rlim_max == 0,
           "there may be a core");
}
