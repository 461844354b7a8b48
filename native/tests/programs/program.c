/*
 * program.c - see program.h.
 */
#define _GNU_SOURCE
#include "program.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_WORDS 8
#define LIMIT      30 /* seconds, on a busy machine */

static int file(const char *content)
{
    int fd = memfd_create("stream", 0);

    if (fd < 0 || (content && write(fd, content, strlen(content)) != (ssize_t)strlen(content)))
        abort();
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static void read_back(int fd, char *text, size_t size)
{
    ssize_t n = pread(fd, text, size - 1, 0);

    text[n < 0 ? 0 : n] = 0;
}

/* Waits for its end, which comes after it has said @until. */
static int await(pid_t child, int output, const char *until)
{
    char said[8192];
    int status;

    while (until) {
        pid_t ended = waitpid(child, &status, WNOHANG);

        if (ended == child)
            return status;
        read_back(output, said, sizeof(said));
        if (strstr(said, until) && !kill(child, SIGTERM))
            until = NULL;
        else
            usleep(1000);
    }
    if (waitpid(child, &status, 0) != child)
        abort();
    return status;
}

struct ended program_run_until(const char *const *words, const char *input, const char *until)
{
    int streams[3] = {file(input), file(NULL), file(NULL)}, status;
    struct ended ended;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (!child) {
        char *argv[MOST_WORDS + 2] = {"program"};
        int argc = 1;

        for (int i = 0; i < 3; i++)
            dup2(streams[i], i);
        while (words[argc - 1] && argc <= MOST_WORDS) {
            argv[argc] = strdup(words[argc - 1]);
            argc++;
        }
        alarm(LIMIT);
        status = program_main(argc, argv);
        for (int i = 1; i < argc; i++)
            free(argv[i]);
        exit(status);
    }
    if (child < 0)
        abort();
    status = await(child, streams[1], until);
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    read_back(streams[1], ended.output, sizeof(ended.output));
    read_back(streams[2], ended.errors, sizeof(ended.errors));
    for (int i = 0; i < 3; i++)
        close(streams[i]);
    if (strstr(ended.errors, "Sanitizer") || strstr(ended.errors, "runtime error"))
        test_fail(__FILE__, __LINE__, ended.errors, 1, 0);
    return ended;
}

struct ended program_run(const char *const *words, const char *input)
{
    return program_run_until(words, input, NULL);
}
