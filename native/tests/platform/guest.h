/*
 * guest.h - a guest as Xen answers for it, for tests of the platforms on the host.
 *
 * Whoever doubles the way to Xen (libxencall, the page of hypercalls) hands the requests on
 * to here. Answers are those of Xen 4.17.5: xen/common/domctl.c, xen/common/vm_event.c,
 * xen/common/monitor.c, xen/common/mem_access.c, xen/arch/x86/domctl.c,
 * xen/arch/x86/hvm/{save,hvm,dm}.c. 0 or a positive result, or a negative errno of Xen's.
 */
#ifndef TESTS_PLATFORM_GUEST_H
#define TESTS_PLATFORM_GUEST_H

#ifndef __XEN_TOOLS__
#define __XEN_TOOLS__ 1
#endif
#include <stdbool.h>
#include <stdint.h>
#include <xen/xen.h>
#include <xen/domctl.h>
#include <xen/hvm/dm_op.h>
#include <xen/memory.h>

#define GUEST_DOMID  7
#define GUEST_FRAMES 2048     /* of its memory, from 0 on, but GUEST_HOLE */
#define GUEST_HOLE   1500     /* a frame that is not there (ballooned out) */
#define GUEST_RING   0xfeff1  /* the frame of its ring */
#define GUEST_PORT   3        /* its end of the ring's event channel */

struct guest {
    /* What it is like; a test sets these. */
    bool translated;
    bool gone;                 /* Xen has none of this number; the next one is GUEST_DOMID + 1 */
    bool no_ring_page;         /* a kind of guest that has no ring */
    bool refuses;              /* the policy forbids to map its memory */
    unsigned int vcpus;
    uint32_t down;             /* vcpus that are down, by bit */
    uint32_t unmade;           /* those that were never brought up */
    uint32_t offers;           /* kinds of event, by bit */
    uint32_t flags;            /* XEN_DOMINF_* */
    int release;               /* of its Xen, as XENVER_version gives it */
    bool steps;                /* the processor has a monitor trap flag */
    bool full;                 /* Xen has no page left for it */
    bool no_listener;          /* Xen has no memory left for a listener of it */

    /* What happened to it. */
    bool ring, page_in_guest;  /* a ring is enabled; its page is in the guest's memory */
    unsigned int paused, resumed, notified, yields;
    uint32_t monitored;        /* kinds, by bit */
    struct xen_domctl_monitor_op monitor;     /* the last one */
    struct xen_mem_access_op access;          /* the last one */
    struct xen_dm_op_inject_event injected;   /* the last one */
    uint32_t stepping;         /* vcpus, by bit */
    uint64_t pod_entries, pod_cache;
    uint32_t privileged_for;   /* the domain that it is a device model of, by XEN_DOMCTL_set_target */

    /* The calls'th request from the start fails with this error; 0: none does. */
    unsigned int calls, fail_at;
    int fail_with;
};

/* A double may put it where several processes see it. */
extern struct guest *guest;

/* A guest of one vcpu that runs, translated, that offers every kind of event. */
void guest_reset(void);

/* Counts a request, and gives the error that it is to fail with, or 0. Also of other requests than these. */
int guest_call(void);

int guest_domctl(struct xen_domctl *op);
int guest_memory_op(unsigned int command, void *argument);
int guest_hvm_op(unsigned int command, void *argument);
int guest_dm_op(domid_t domid, unsigned int buffers, const struct xen_dm_op_buf *buffer);

/* 0 when a frame of it can be mapped, or how Xen refuses to (mod_l1_entry() in xen/arch/x86/mm.c). */
int guest_frame_error(uint64_t frame);

/* The place of a frame that can be mapped in an image of its memory: the ring's page is the last one. */
uint64_t guest_place(uint64_t frame);

/* The memory itself: GUEST_FRAMES + 1 pages, provided by the double. */
extern uint64_t (*guest_memory)[512];

#endif
