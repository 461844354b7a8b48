/*
 * test.c - the Linux platform over doubles of Xen: how long it waits and what ends a wait,
 * in threads and beside a program's own timers; how it ends when a signal asks it to; and
 * what platform.h says of every platform.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <xen/errno.h>

#include "../../platform/linux/ending.h"
#include "../platform/contract.h"
#include "../runner.h"
#include "privcmd.h"
#include "xen.h"

/* A busy machine may come late; what is told of is whether it comes at the right time at all. */
#define LATE_MS 250

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct listener {
    struct platform *p;
    struct plat_events *events;
    void *ring;
};

static struct listener listen_open(void)
{
    struct listener l = {.p = platform_open(true)};

    CHECK_EQ(plat_events_open(l.p, &l.events, &l.ring), 0);
    CHECK(guest->ring);
    CHECK(!guest->page_in_guest);
    return l;
}

static void listen_close(struct listener *l)
{
    CHECK_EQ(plat_events_close(l->events), 0);
    CHECK(!guest->ring);
    CHECK(guest->page_in_guest);
    plat_close(l->p);
}

/* Waits in vain, for as long as was said. */
static void expect_time(struct listener *l, enum plat_wait how, uint32_t ms)
{
    uint64_t start = now_ms(), took;

    CHECK_EQ(plat_events_wait(l->events, how, false, xen_word(), *xen_word(), ms),
             (uint64_t)-XEN_ETIME);
    took = now_ms() - start;
    CHECK(took + 1 >= ms);
    if (took > ms + LATE_MS)
        CHECK_EQ(took, ms);
}

static void times_are_kept(void)
{
    struct listener l = listen_open();

    expect_time(&l, PLAT_WAIT_BLOCK, 60);
    expect_time(&l, PLAT_WAIT_ADAPTIVE, 120);
    expect_time(&l, PLAT_WAIT_POLL, 60);
    expect_time(&l, PLAT_WAIT_BLOCK, 1);
    listen_close(&l);
}

static void *signal_for_nothing(void *unused)
{
    (void)unused;
    for (int i = 0; i < 20; i++) {
        usleep(10000);
        xen_signal();
    }
    return NULL;
}

/* Signals of events that were seen already do not make it longer. */
static void times_are_kept_among_signals(void)
{
    struct listener l = listen_open();
    pthread_t thread;

    pthread_create(&thread, NULL, signal_for_nothing, NULL);
    expect_time(&l, PLAT_WAIT_BLOCK, 100);
    pthread_join(thread, NULL);
    listen_close(&l);
}

static void *put_request(void *unused)
{
    (void)unused;
    usleep(30000);
    ++*xen_word();
    xen_signal();
    return NULL;
}

static void a_request_ends_the_wait(void)
{
    static const enum plat_wait ways[] = {PLAT_WAIT_BLOCK, PLAT_WAIT_ADAPTIVE, PLAT_WAIT_POLL};

    for (int i = 0; i < 3; i++) {
        struct listener l = listen_open();
        uint64_t start = now_ms();
        pthread_t thread;

        pthread_create(&thread, NULL, put_request, NULL);
        CHECK_EQ(plat_events_wait(l.events, ways[i], true, xen_word(), *xen_word(), 5000), 0);
        CHECK(now_ms() - start < 2000);
        CHECK_EQ(guest->notified, i + 1);
        pthread_join(thread, NULL);
        listen_close(&l);
    }
}

static void *wait_in_thread(void *listener)
{
    expect_time(listener, PLAT_WAIT_BLOCK, 150);
    return NULL;
}

/* One after the other they would take 300; a thread that shares a timer would wait for ever. */
static void threads_and_instances(void)
{
    struct listener first = listen_open(), second;
    uint64_t start = now_ms();
    pthread_t one, two;

    guest->ring = false; /* another guest's */
    guest->page_in_guest = true;
    second = listen_open();
    pthread_create(&one, NULL, wait_in_thread, &first);
    pthread_create(&two, NULL, wait_in_thread, &second);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    CHECK(now_ms() - start < 150 + LATE_MS);
    listen_close(&first);
    guest->ring = true;
    guest->page_in_guest = false;
    listen_close(&second);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
    (void)number;
    alarms++;
}

/* The program's own alarm ends a wait, as with LibVMI, and is its own before and after. */
static void alarms_are_the_programs(void)
{
    struct sigaction action = {.sa_handler = on_alarm}, after;
    struct itimerval timer = {.it_value.tv_usec = 50000}, left;
    struct listener l;
    uint64_t start;

    sigaction(SIGALRM, &action, NULL);
    l = listen_open();
    expect_time(&l, PLAT_WAIT_BLOCK, 30);
    CHECK_EQ(alarms, 0);
    getitimer(ITIMER_REAL, &left);
    CHECK_EQ(left.it_value.tv_sec + left.it_value.tv_usec, 0);
    setitimer(ITIMER_REAL, &timer, NULL);
    start = now_ms();
    CHECK_EQ(plat_events_wait(l.events, PLAT_WAIT_BLOCK, false, xen_word(), *xen_word(), 5000),
             (uint64_t)-XEN_EAGAIN);
    CHECK(now_ms() - start < 2000);
    CHECK_EQ(alarms, 1);
    sigaction(SIGALRM, NULL, &after);
    CHECK(after.sa_handler == on_alarm);
    listen_close(&l);
    signal(SIGALRM, SIG_DFL);
}

/* --- the end --------------------------------------------------------------------------- */

/* What a child does until a signal comes. */
struct child {
    const char *name;
    void (*until_asked)(int ready);
    bool takes_off;
};

static void tell(int ready)
{
    if (write(ready, "", 1) != 1)
        _exit(9);
}

static void listen_until(int ready, enum plat_wait how)
{
    struct listener l = listen_open();
    int result;

    tell(ready);
    result = plat_events_wait(l.events, how, false, xen_word(), 0, 20000);
    if (result != -XEN_EAGAIN || !plat_ending() || !guest->ring)
        _exit(8);
    /* And so with every wait after it. */
    if (plat_events_wait(l.events, how, true, xen_word(), 0, 20000) != -XEN_EAGAIN)
        _exit(7);
    (void)plat_events_close(l.events); /* does not come back */
}

static void asleep(int ready)
{
    listen_until(ready, PLAT_WAIT_BLOCK);
}

static void polling(int ready)
{
    listen_until(ready, PLAT_WAIT_POLL);
}

static void with_a_pause(int ready)
{
    struct platform *p = platform_open(true);

    if (plat_pause(p))
        _exit(6);
    tell(ready);
    while (!plat_ending())
        usleep(1000);
    (void)plat_unpause(p); /* does not come back */
}

static void with_a_ring_of_another(int ready)
{
    struct platform *p = platform_open(true);
    void *page;

    guest->ring = true;
    if (plat_pause(p) || plat_events_replace(p, &page))
        _exit(6);
    tell(ready);
    while (!plat_ending())
        usleep(1000);
    (void)plat_unpause(p); /* comes back: there is a ring */
    (void)plat_events_remove(p, page);
}

static void with_nothing(int ready)
{
    tell(ready);
    for (;;)
        pause();
}

static void expect_end(const struct child *c, int number)
{
    int ready[2], status;
    char byte;
    pid_t child;

    xen_reset();
    if (pipe(ready))
        return test_fail(__FILE__, __LINE__, "pipe", 1, 0);
    fflush(stdout);
    child = fork();
    if (!child) {
        (void)signal(number, SIG_DFL); /* whoever runs the tests may ignore it (nohup, a shell's &) */
        if (ending_heed())
            _exit(9);
        c->until_asked(ready[1]);
        _exit(5);
    }
    CHECK_EQ(read(ready[0], &byte, 1), 1);
    CHECK_EQ(kill(child, number), 0);
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status)); /* by the signal itself, once all is off */
    CHECK_EQ(WIFSIGNALED(status) ? WTERMSIG(status) : 100 + WEXITSTATUS(status), number);
    CHECK(!guest->ring);
    CHECK_EQ(guest->paused, 0);
    CHECK(guest->page_in_guest);
    close(ready[0]);
    close(ready[1]);
}

static void a_signal_takes_all_off_first(void)
{
    static const struct child children[] = {
        {"asleep", asleep, true}, {"polling", polling, true}, {"pause", with_a_pause, true},
        {"ring", with_a_ring_of_another, true}, {"nothing", with_nothing, false},
    };
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE};

    for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++) {
        for (size_t s = 0; s < sizeof(signals) / sizeof(signals[0]); s++)
            expect_end(&children[i], signals[s]);
    }
}

/* nohup's child stays as it was started. */
static void an_ignored_signal_stays_ignored(void)
{
    struct sigaction after;
    int status;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (!child) {
        signal(SIGHUP, SIG_IGN);
        if (ending_heed() || sigaction(SIGHUP, NULL, &after))
            _exit(9);
        _exit(after.sa_handler == SIG_IGN ? 0 : 1);
    }
    waitpid(child, &status, 0);
    CHECK_EQ(status, 0);
}

/* --- what is Linux's alone ------------------------------------------------------------ */

static const struct test tests[] = {
    {"linux: times of waits are kept", times_are_kept},
    {"linux: times are kept among signals", times_are_kept_among_signals},
    {"linux: a request ends the wait", a_request_ends_the_wait},
    {"linux: threads and instances", threads_and_instances},
    {"linux: alarms are the program's own", alarms_are_the_programs},
    {"linux: a signal takes all off the guest first", a_signal_takes_all_off_first},
    {"linux: an ignored signal stays ignored", an_ignored_signal_stays_ignored},
    {0},
};

static void reset(void)
{
    xen_reset();
    privcmd_reset();
}

size_t platform_mapped(void)
{
    /* A window keeps its area while it is empty. */
    return privcmd.pages;
}

int main(void)
{
    static const struct test *const tables[] = {tests, contract_tests};

    return run_tests(tables, 2, reset, false);
}
