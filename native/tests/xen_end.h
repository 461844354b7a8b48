/*
 * xen_end.h - platform.h's events over a made-up Xen, for tests on the host.
 *
 * The other end of a ring: a test puts requests on it, one or several a wait, as
 * good or as broken as it likes, and finds the answers that Xen was notified of.
 * An answer that sets registers moves the made-up domain's vcpu, as Xen does.
 */
#ifndef TESTS_XEN_END_H
#define TESTS_XEN_END_H

#include <platform.h>

#include "../vmi/event_ring.h"

#define XEN_END_ANSWERS 64

struct xen_end {
    /* What it is like; a test sets these. */
    uint32_t offers;                    /* kinds: a set of 1 << enum plat_monitor_kind */
    struct plat_domain_state state;
    int state_error, open_error, memory_error, resume_error, step_error; /* negative errno to answer with, 0: none */
    void (*waited_for)(void);           /* called by a wait; puts requests, or lets time pass */
    void (*slept)(void);                /* called by a sleep */
    bool stuck;                         /* vcpus do not go on when they are answered */
    bool idle;                          /* vcpus sleep, once they went on */
    bool abandoned;                     /* a dead listener's ring is there */
    unsigned int fail_at;               /* this request from the start fails, with -XEN_EIO; 0: none */

    /* What happened to it. */
    unsigned int calls;                 /* requests to it, those of memory.c about vcpus and life too */
    struct plat_monitor monitor;        /* the last one */
    bool open, left;
    uint32_t enabled;                   /* kinds, as `offers` */
    enum plat_wait how;                 /* of the last wait */
    uint32_t timeout_ms;
    unsigned int requests, notifications, injections;
    struct plat_exception injected;     /* the last one */
    uint32_t stepping;                  /* vcpus, by bit */
    uint64_t access_gfn;                /* of the last plat_mem_access() */
    uint8_t access;
    vm_event_response_t answers[XEN_END_ANSWERS];
    unsigned int answered;
    uint64_t ran_ns;                    /* by the vcpu, which runs on between two looks */
};

extern struct xen_end xen_end;

/* Counts a request. 0, or the error that it fails with. */
int xen_end_call(void);

/* As after memory_reset(): one vcpu that runs, every kind offered, nobody listens. */
void xen_end_reset(void);

/* A request of a vcpu that waits for its answer, with the made-up vcpu's rip; to be filled in. */
vm_event_request_t xen_end_request(uint32_t reason);

/* Puts a request on the ring. */
void xen_end_put(const vm_event_request_t *request);

/* The place of the @n-th request on the ring, for whoever writes there when it should not. */
vm_event_request_t *xen_end_place(uint32_t n);

/* Says on the ring that there are @n more requests than there are. */
void xen_end_break(uint32_t n);

#endif
