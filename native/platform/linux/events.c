/*
 * events.c - platform.h's ring of events, for a process in Dom0.
 *
 * Blocking: poll(2) on the event channel device (libxenevtchn), which masks the port
 * when it has told of an event, and unmasks it by a write. No signal, timer or static
 * variable is in use, so that threads, instances and the program's own alarms do not
 * touch each other.
 *
 * Polling: the port stays masked, so that Linux takes no interrupt, and the
 * process looks at the ring. In between it gives its processor to another vcpu
 * by Xen's yield (SCHEDOP_yield, xen/sched.h): sched_yield() would only give it
 * to another process of Dom0, and the vcpu that is waited for would not run. The
 * notification goes with the first yield, in one multicall.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "../xen/hypercalls.h"
#include "../xen/monitor.h"
#include "ending.h"
#include "linux.h"

#include <xenevtchn.h>
#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/sched.h>

struct plat_events {
    struct platform *platform;
    struct xen_ring ring;
    xenevtchn_handle *channel;
    evtchn_port_t port;
    bool masked; /* the device told of an event, and waits for an unmask */
};

/*
 * A clock of milliseconds that is read without a system call on every kind of Dom0, and is
 * late by up to a tick of the kernel.
 */
static uint64_t milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* One more than it can be late, in whole milliseconds. */
static uint64_t lateness(void)
{
    struct timespec tick;

    clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
    return (uint64_t)tick.tv_nsec / 1000000 + 1;
}

/* What the multicall of a notification and a yield consists of, in the pages of calls.h. */
struct hypercalls {
    multicall_entry_t calls[2];
    evtchn_send_t send;
};

static struct hypercalls *hypercalls(const struct plat_events *e)
{
    return (struct hypercalls *)e->platform->calls.pages;
}

static void prepare_hypercalls(struct plat_events *e)
{
    struct hypercalls *h = hypercalls(e);

    h->send.port = e->port;
    h->calls[0] = (multicall_entry_t){
        .op = __HYPERVISOR_event_channel_op,
        .args = {EVTCHNOP_send, (uintptr_t)&h->send},
    };
    h->calls[1] = (multicall_entry_t){
        .op = __HYPERVISOR_sched_op,
        .args = {SCHEDOP_yield, 0},
    };
}

int plat_events_open(struct platform *p, struct plat_events **out, void **ring)
{
    struct plat_events *e;
    int error, port;

    if (p->events)
        return -EBUSY;
    e = calloc(1, sizeof(*e));
    if (!e)
        return -ENOMEM;
    e->platform = p;
    error = xen_ring_enable(p, &e->ring);
    if (error)
        goto fail_ring;

    e->channel = xenevtchn_open(NULL, 0);
    if (!e->channel) {
        error = -errno;
        goto fail_channel;
    }
    port = xenevtchn_bind_interdomain(e->channel, p->target.domid, e->ring.port);
    if (port < 0) {
        error = -errno;
        goto fail_bind;
    }
    e->port = (evtchn_port_t)port;
    p->events = e;
    *out = e;
    *ring = e->ring.page;
    return 0;

fail_bind:
    xenevtchn_close(e->channel);
fail_channel:
    (void)xen_ring_disable(p, &e->ring);
fail_ring:
    free(e);
    return error;
}

static void stop_listening(struct plat_events *e)
{
    xenevtchn_close(e->channel);
    e->platform->events = NULL;
    free(e);
}

int plat_events_close(struct plat_events *e)
{
    int error = xen_ring_disable(e->platform, &e->ring);

    stop_listening(e);
    return error;
}

void plat_events_leave(struct plat_events *e)
{
    struct platform *p = e->platform;
    struct xen_ring ring = e->ring;

    stop_listening(e);
    xen_ring_leave(p, &ring);
}

int plat_events_notify(struct plat_events *e)
{
    e->platform->counters.syscalls++;
    return xenevtchn_notify(e->channel, e->port) ? -errno : 0;
}

/* One system call: the notification, if wanted, and a yield. */
static int yield(struct plat_events *e, bool notify)
{
    xencall_handle *calls = e->platform->calls.handle;
    struct hypercalls *h;
    int result;

    e->platform->counters.syscalls++;
    if (!notify)
        return calls_result(xencall2(calls, __HYPERVISOR_sched_op, SCHEDOP_yield, 0));
    prepare_hypercalls(e);
    h = hypercalls(e);
    result = xencall2(calls, __HYPERVISOR_multicall, (uintptr_t)h->calls, 2);
    if (result < 0)
        return -errno;
    return (int)(long)h->calls[0].result;
}

/* Unmasks the port, if the device told of an event, and waits for it to tell of another. */
static int block(struct plat_events *e, uint64_t most_ms)
{
    struct pollfd of[] = {
        {.fd = xenevtchn_fd(e->channel), .events = POLLIN},
        {.fd = ending_descriptor(), .events = POLLIN},
    };
    int ready;

    if (e->masked) {
        e->platform->counters.syscalls++;
        if (xenevtchn_unmask(e->channel, e->port))
            return -errno;
        e->masked = false;
    }
    e->platform->counters.syscalls++;
    ready = poll(of, sizeof(of) / sizeof(of[0]), (int)most_ms);
    if (ready < 0 && errno != EINTR)
        return -errno;
    if (ready < 0 || of[1].revents)
        return -XEN_EAGAIN;
    if (!ready)
        return 0;
    e->platform->counters.syscalls++;
    if (xenevtchn_pending(e->channel) < 0)
        return -errno;
    e->masked = true;
    return 0;
}

int plat_events_wait(struct plat_events *e, enum plat_wait how, bool notify,
                     const volatile uint32_t *word, uint32_t seen,
                     uint32_t timeout_ms)
{
    bool yields = how != PLAT_WAIT_BLOCK;
    uint64_t until = 0;
    int error = 0;

    if (notify)
        error = yields ? yield(e, true) : plat_events_notify(e);
    else if (yields && *word == seen)
        error = yield(e, false);
    /* What the device tells of first may be long ago: the word tells. */
    while (!error && !ending && *word == seen) {
        uint64_t now = milliseconds();

        if (!until)
            until = now + timeout_ms + lateness();
        else if (now >= until)
            return -XEN_ETIME;
        error = how == PLAT_WAIT_POLL ? yield(e, false) : block(e, until - now);
    }
    return error || !ending ? error : -XEN_EAGAIN;
}
