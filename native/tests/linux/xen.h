/*
 * xen.h - Xen and Linux's devices as the Linux platform sees them: doubles of libxencall
 * and libxenevtchn, and of the mapping of frames.
 *
 * Answers are those of Xen 4.17.5 (xen/common/domctl.c, xen/arch/x86/hvm/save.c,
 * xen/common/vm_event.c), by way of Linux: -1, with the errno.
 */
#ifndef TESTS_LINUX_XEN_H
#define TESTS_LINUX_XEN_H

#include <stdbool.h>
#include <stdint.h>

#include "../../platform/linux/linux.h"

#define XEN_VCPUS 4

/* In memory that a process shares with its children. */
struct xen {
    unsigned int vcpus;
    uint32_t down;            /* vcpus that are down, by bit */
    uint32_t unmade;          /* those that were never brought up */
    bool ring, page_in_guest; /* a ring is enabled; its page is in the target's memory */
    unsigned int paused, notified, yields;
    uint64_t page[512];       /* the ring's */
};

extern struct xen *xen;

/* A fresh Xen, and a domain of it that a platform has opened. */
void xen_reset(void);
struct platform *xen_platform(bool translated);
void xen_close(struct platform *p);

/* Xen signals the event channel of the platform that listens, without writing to the ring. */
void xen_signal(const struct platform *p);

/* The index that Xen moves on when it puts a request. */
volatile uint32_t *xen_word(void);

#endif
