/*
 * ending.c - see ending.h. What a handler may call: signal-safety(7).
 */
#include "ending.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <platform.h>

volatile sig_atomic_t ending;

static volatile sig_atomic_t deferred;
static int descriptor = -1;

/* In a handler the signal waits until that returns. */
static void end_by(int number)
{
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static void on_signal(int number)
{
    const uint64_t one = 1;
    int before = errno;

    ending = number;
    if (!deferred)
        end_by(number);
    else if (write(descriptor, &one, sizeof(one)) < 0)
        errno = before; /* full: it is readable then */
    errno = before;
}

int ending_heed(void)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE};
    struct sigaction action = {.sa_handler = on_signal};

    descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor < 0)
        return -errno;
    for (unsigned int i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct sigaction before;

        /* Whoever started this with a signal ignored (nohup) wants it to stay so. */
        if (sigaction(signals[i], NULL, &before) ||
            (before.sa_handler != SIG_IGN && sigaction(signals[i], &action, NULL)))
            return -errno;
    }
    return 0;
}

bool plat_ending(void)
{
    return ending;
}

int ending_descriptor(void)
{
    return descriptor;
}

void ending_defer(void)
{
    deferred = deferred + 1;
}

void ending_allow(void)
{
    deferred = deferred - 1;
    if (!deferred && ending)
        end_by(ending);
}
