/*
 * sched.c - the one thread (mini-os/sched.h).
 */
#include "boot.h"

#include <mini-os/sched.h>

#include <stddef.h>

struct thread {
    const char *name;
    void (*function)(void *);
    void *data;
};

static struct thread waiting;

struct thread *create_thread(char *name, void (*function)(void *), void *data)
{
    if (waiting.function)
        return NULL;
    waiting = (struct thread){ name, function, data };
    return &waiting;
}

void run_threads(void)
{
    while (waiting.function) {
        struct thread now = waiting;

        waiting.function = NULL;
        now.function(now.data);
    }
}
