/*
 * xen.h - Xen and Linux's devices as a process in Dom0 sees them: doubles of libxencall and
 * libxenevtchn, over the guest of platform/guest.h. Answers come by way of Linux: -1, with
 * the errno.
 */
#ifndef TESTS_LINUX_XEN_H
#define TESTS_LINUX_XEN_H

#include <stdbool.h>
#include <stdint.h>

#include "../platform/guest.h"

/* Pages of the host that are free, as XEN_SYSCTL_physinfo has it. */
#define XEN_FREE_PAGES 123456

/* Nanoseconds that this vcpu ran and slept (VCPUOP_get_runstate_info). */
#define XEN_RAN   3000
#define XEN_SLEPT 4000

/* A fresh Xen and guest, in memory that a process shares with its children. */
void xen_reset(void);

/* Xen signals every event channel that is open, without writing to the ring. */
void xen_signal(void);

/* The index that Xen moves on when it puts a request. */
volatile uint32_t *xen_word(void);

#endif
