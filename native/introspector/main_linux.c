/*
 * main_linux.c - the Dom0 arm: one job a line from standard input, records to
 * standard output, until end of file. With arguments: the command that they are.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../platform/linux/ending.h"
#include "events_off.h"
#include "introspector.h"
#include "set_target.h"
#include "stamps.h"

static int fail(const char *what)
{
    fprintf(stderr, "introspector: %s: %s\n", what, strerror(errno));
    return 2;
}

/* From here on a signal to end leaves nothing behind. 0 or -1. */
static int heed_signals(void)
{
#ifndef TVMI_UPSTREAM /* which leaves nothing on a guest */
    int error = ending_heed();

    if (error) {
        errno = -error;
        return -1;
    }
#endif
    return 0;
}

/* Stays on the cpu where it is: its counter and caches are the ones that are measured. */
static int stay_on_this_cpu(void)
{
    cpu_set_t set;
    int cpu = sched_getcpu();

    if (cpu < 0)
        return -1;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof(set), &set);
}

static int command(int count, char *const words[])
{
    if (!strcmp(words[0], "set-target"))
        return set_target_command(count, words);
#ifndef TVMI_UPSTREAM /* which reads pages only */
    if (!strcmp(words[0], "events-off"))
        return events_off_command(count, words);
#endif
    fprintf(stderr, "introspector: %s: the commands are set-target and events-off\n", words[0]);
    return 2;
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    enum introspector_next next = INTROSPECTOR_CONTINUE;
    const char *started = getenv("TVMI_STARTED");

    stamp(STAMP_ENTERED);
    if (heed_signals())
        return fail("signals cannot be heeded");
    if (argc > 1)
        return command(argc - 1, argv + 1);
    /* Whoever starts a process can tell its first instruction (native/probe); it cannot. */
    stamp_at(STAMP_FIRST, started ? strtoull(started, NULL, 10) : stamp_of(STAMP_ENTERED));
    /* No page fault inside a measured section. */
    if (mlockall(MCL_CURRENT | MCL_FUTURE))
        return fail("memory cannot be locked");
    if (stay_on_this_cpu())
        return fail("cannot stay on one cpu");

    stamp(STAMP_READY);
    while (next == INTROSPECTOR_CONTINUE && (length = getline(&line, &size, stdin)) >= 0) {
        if (length && line[length - 1] == '\n')
            line[--length] = '\0';
        if (length)
            next = introspector_run_job(line);
    }
    free(line);
    if (next == INTROSPECTOR_BROKEN)
        return fail("output cannot be written");
    return 0;
}
