/*
 * monitor.h - the target's ring and kinds of event, alike on both platforms.
 */
#ifndef PLATFORM_XEN_MONITOR_H
#define PLATFORM_XEN_MONITOR_H

#include <platform.h>

/* A ring as Xen made it. */
struct xen_ring {
    uint64_t gfn;  /* its place in the target's memory, empty while it is in use */
    void *page;    /* mapped by plat_map() */
    uint32_t port; /* the target's end of the event channel */
};

/* plat_events_open() and plat_events_close() without the event channel's own end. */
int xen_ring_enable(struct platform *p, struct xen_ring *ring);
int xen_ring_disable(struct platform *p, struct xen_ring *ring);

/* plat_events_leave(), likewise. */
void xen_ring_leave(struct platform *p, struct xen_ring *ring);

#endif
