/*
 * program.c - see program.h.
 */
#define _GNU_SOURCE
#include "program.h"

#include <fcntl.h>
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
    close(fd);
}

struct ended program_run(const char *const *words, const char *input)
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
    if (child < 0 || waitpid(child, &status, 0) != child)
        abort();
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    close(streams[0]);
    read_back(streams[1], ended.output, sizeof(ended.output));
    read_back(streams[2], ended.errors, sizeof(ended.errors));
    if (strstr(ended.errors, "Sanitizer"))
        test_fail(__FILE__, __LINE__, ended.errors, 1, 0);
    return ended;
}
