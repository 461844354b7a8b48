/*
 * hypervisor.h - what Xen hands to a PV domain at its start, and hypercalls.
 *
 * The boot protocol is described above `struct start_info` in xen/xen.h.
 */
#ifndef MINIOS_HYPERVISOR_H
#define MINIOS_HYPERVISOR_H

#include <mini-os/hypercall.h>

/* A copy of the page that Xen's domain builder filled. */
union start_info_union {
    start_info_t start_info;
    char padding[512];
};
extern union start_info_union start_info_union;
#define start_info (start_info_union.start_info)

/* The page shared with Xen: event bits, this vcpu's time. Mapped during boot. */
extern shared_info_t *HYPERVISOR_shared_info;

/*
 * force_evtchn_callback(): run the handlers of all ports with an event pending.
 * This kernel keeps upcalls masked: handlers run here, and wherever the
 * application waits, and never in the middle of anything else (events.c).
 */
void force_evtchn_callback(void);

#endif
