/*
 * events.c - platform.h's ring of events, for a Mini-OS domain.
 *
 * The port stays masked: nothing interrupts, and SCHEDOP_poll (xen/sched.h) ends
 * by the port's pending bit alone. The notification and the wait after it are
 * one multicall. Mini-OS's own table of handlers never hears of the port.
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

int plat_events_close(struct plat_events *e)
{
    evtchn_close_t close = { .port = e->port };
    struct platform *p = e->platform;
    int rc = xen_ring_disable(p, &e->ring);

    p->counters.hypercalls++;
    HYPERVISOR_event_channel_op(EVTCHNOP_close, &close);
    clear_evtchn(e->port);
    p->events = NULL;
    free(e);
    return rc;
}

int plat_events_notify(struct plat_events *e)
{
    e->platform->counters.hypercalls++;
    return notify_remote_via_evtchn(e->port);
}

/* One hypercall: the notification, if wanted, and a sched_op. */
static int sched_after_notify(struct plat_events *e, bool notify, int op, void *arg)
{
    evtchn_send_t send = { .port = e->port };
    multicall_entry_t calls[] = {
        {
            .op = __HYPERVISOR_event_channel_op,
            .args = { EVTCHNOP_send, (unsigned long)&send },
        },
        {
            .op = __HYPERVISOR_sched_op,
            .args = { op, (unsigned long)arg },
        },
    };
    int rc;

    e->platform->counters.hypercalls++;
    if (!notify)
        return HYPERVISOR_sched_op(op, arg);
    rc = HYPERVISOR_multicall(calls, 2);
    if (!rc)
        rc = (long)calls[0].result;
    return rc ? rc : (int)(long)calls[1].result;
}

int plat_events_wait(struct plat_events *e, enum plat_wait how, bool notify,
                     const volatile uint32_t *word, uint32_t seen,
                     uint32_t timeout_ms)
{
    struct sched_poll poll = { .nr_ports = 1 };
    s_time_t until = NOW() + MILLISECS(timeout_ms);
    int rc = 0;

    set_xen_guest_handle(poll.ports, &e->port);
    poll.timeout = until;
    while (!rc && (notify || *word == seen)) {
        if (!notify && NOW() >= until)
            return -XEN_ETIME;
        clear_evtchn(e->port);
        if (!notify && *word != seen)
            break;
        if (how == PLAT_WAIT_BLOCK)
            rc = sched_after_notify(e, notify, SCHEDOP_poll, &poll);
        else
            rc = sched_after_notify(e, notify, SCHEDOP_yield, NULL);
        notify = false;
    }
    return rc;
}
