/*
 * events.c - platform.h's ring of events, for a Mini-OS domain.
 *
 * The port stays masked: nothing interrupts, and SCHEDOP_poll (xen/sched.h) ends
 * by the port's pending bit alone. Mini-OS's own table of handlers never hears of
 * the port. The notification and the wait after it are two hypercalls: one
 * multicall of both costs Xen 100 instructions more (Xen 4.17, counted by QEMU).
 */
#include "../xen/monitor.h"
#include "internal.h"

#include <mini-os/events.h>
#include <mini-os/lib.h>
#include <mini-os/time.h>
#include <mini-os/xmalloc.h>
#include <xen/sched.h>

struct plat_events {
    struct platform *platform;
    struct xen_ring ring;
    evtchn_port_t port;
    s_time_t until; /* end of a wait's time: of this one or an earlier one */
};

int plat_events_open(struct platform *p, struct plat_events **out, void **ring)
{
    evtchn_bind_interdomain_t bind = { .remote_dom = p->target.domid };
    struct plat_events *e;
    int rc;

    if (p->events)
        return -XEN_EBUSY;
    e = malloc(sizeof(*e));
    if (!e)
        return -XEN_ENOMEM;
    memset(e, 0, sizeof(*e));
    e->platform = p;
    rc = xen_ring_enable(p, &e->ring);
    if (rc) {
        free(e);
        return rc;
    }
    bind.remote_port = e->ring.port;
    p->counters.hypercalls++;
    rc = HYPERVISOR_event_channel_op(EVTCHNOP_bind_interdomain, &bind);
    if (rc) {
        xen_ring_disable(p, &e->ring);
        free(e);
        return rc;
    }
    e->port = bind.local_port;
    mask_evtchn(e->port);
    clear_evtchn(e->port);
    p->events = e;
    *out = e;
    *ring = e->ring.page;
    return 0;
}

static void stop_listening(struct plat_events *e)
{
    evtchn_close_t close = { .port = e->port };

    e->platform->counters.hypercalls++;
    HYPERVISOR_event_channel_op(EVTCHNOP_close, &close);
    clear_evtchn(e->port);
    e->platform->events = NULL;
    free(e);
}

int plat_events_close(struct plat_events *e)
{
    int rc = xen_ring_disable(e->platform, &e->ring);

    stop_listening(e);
    return rc;
}

void plat_events_leave(struct plat_events *e)
{
    xen_ring_leave(e->platform, &e->ring);
    stop_listening(e);
}

int plat_events_notify(struct plat_events *e)
{
    e->platform->counters.hypercalls++;
    return notify_remote_via_evtchn(e->port);
}

static int sched_op(struct plat_events *e, int op, void *arg)
{
    e->platform->counters.hypercalls++;
    return HYPERVISOR_sched_op(op, arg);
}

/* Asleep until the port has an event, or e->until; at once when it has one. */
static int block(struct plat_events *e, const volatile uint32_t *word, uint32_t seen)
{
    struct sched_poll poll = { .nr_ports = 1, .timeout = e->until };

    /* The event of what was seen already would end the wait. */
    clear_evtchn(e->port);
    if (*word != seen)
        return 0;
    set_xen_guest_handle(poll.ports, &e->port);
    return sched_op(e, SCHEDOP_poll, &poll);
}

/*
 * The end of the time is computed only when waiting was in vain: until then the
 * end that an earlier wait had is good enough, even one that has passed.
 */
int plat_events_wait(struct plat_events *e, enum plat_wait how, bool notify,
                     const volatile uint32_t *word, uint32_t seen,
                     uint32_t timeout_ms)
{
    bool yields = how != PLAT_WAIT_BLOCK, first = true;
    int rc = notify ? plat_events_notify(e) : 0;

    if (!e->until)
        e->until = NOW() + MILLISECS(timeout_ms);
    while (!rc && *word == seen) {
        rc = yields ? sched_op(e, SCHEDOP_yield, NULL) : block(e, word, seen);
        yields = how == PLAT_WAIT_POLL;
        if (rc || *word != seen)
            break;
        if (first) {
            e->until = NOW() + MILLISECS(timeout_ms);
            first = false;
        } else if (NOW() >= e->until) {
            return -XEN_ETIME;
        }
    }
    return rc;
}
